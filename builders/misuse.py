"""How every public Python function answers misuse: a table of wrong values for each argument by its annotation, all of them tried.

Run: python builders/misuse.py [--out docs/reliability/misuse.json] [--size 0.1] [--seed 1] [--show]
Right is a refusal of parley's own that says what was found and what is allowed, or a warning of parley's own and an answer.
Wrong is any bare exception, any other warning, and an answer to nonsense.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from types import GeneratorType
from typing import Any, NamedTuple

from misuse_calls import Call, Late, calls
from misuse_values import wrong_values
from parley.errors import ParleyError, RateWarning

REFUSED, TOLD, BARE, VAGUE, WARNED, SILENT = (
    "refused",
    "told",
    "bare exception",
    "refused without what is allowed",
    "foreign warning",
    "passed silently",
)
GOOD = (REFUSED, TOLD)


class Tried(NamedTuple):
    """One misuse: the call, the argument, the wrong value in words, what came of it, and what was said."""

    call: str
    argument: str
    value: str
    ended: str
    said: str


def answer(call: Call, **changed: Any) -> Any:
    """The answer to a call, that of an iterator whole."""
    found = call.function(**{**call.right, **changed})
    return list(found) if isinstance(found, GeneratorType) else found


def outcome(call: Call, argument: str, value: Any) -> tuple[str, str]:
    """(what came of it, what was said) where an argument has a wrong value."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            found = answer(call, **{argument: value() if isinstance(value, Late) else value})
        except ParleyError as error:
            foreign = [w for w in told if not issubclass(w.category, RateWarning)]
            if foreign:
                return WARNED, str(foreign[0].message)
            return (REFUSED if error.found and (error.allowed or error.hint) else VAGUE), str(error)
        except Exception as error:  # what a user must never see
            return BARE, f"{type(error).__name__}: {error}"[:200]
    if any(issubclass(w.category, RateWarning) for w in told):
        return TOLD, str(told[0].message)
    return (WARNED, str(told[0].message)) if told else (SILENT, type(found).__name__)


def misuses(call: Call) -> Iterator[tuple[str, str, Any]]:
    """(argument, the wrong value in words, the value) of every misuse of a call."""
    for argument, annotation in call.parameters.items():
        good = call.right.get(argument, call.samples.get(argument))
        for what, value in wrong_values(annotation, good, argument in call.free).items():
            if what not in call.right_too.get(argument, ()):
                yield argument, what, value
    for argument, further in call.wrong.items():
        for what, value in further.items():
            yield argument, what, value


def tried(size: float, seed: int) -> Iterator[Tried]:
    """Every misuse of every call, or a share of them drawn by a seed."""
    draw = random.Random(seed)
    for name, call in calls().items():
        for argument, what, value in misuses(call):
            if size >= 1 or draw.random() < size:
                yield Tried(name, argument, what, *outcome(call, argument, value))


def check_right() -> None:
    """Every right call is answered, without a warning: else its misuses would prove nothing."""
    for name, call in calls().items():
        if not call.dear:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    answer(call)
                except Exception as error:
                    raise SystemExit(f"the right call of {name} is not answered: {error!r}") from error


def main() -> int:
    """Tries all, prints the counts and what was wrong; 1 where any was."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--out", type=Path, help="the JSON for docs/reliability.md")
    ask.add_argument("--size", type=float, default=1.0, help="the share of misuses tried")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--show", action="store_true", help="prints every misuse that was not refused")
    asked = ask.parse_args()
    began = time.process_time()
    with TemporaryDirectory() as folder, chdir(folder):  # what a wrong name of a file may leave behind
        check_right()
        rows = list(tried(asked.size, asked.seed))
    ended = Counter(row.ended for row in rows)
    wrong = [row for row in rows if row.ended not in GOOD]
    for row in wrong if asked.show else ():
        print(f"{row.call}: {row.argument} is {row.value}: {row.ended}: {row.said}")
    print(
        f"{len(rows)} misuses of {len({r.call for r in rows})} calls: "
        + ", ".join(f"{n} {what}" for what, n in sorted(ended.items()))
    )
    print(f"{time.process_time() - began:.1f} CPU seconds")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
