"""How every public Python function answers misuse: a table of wrong values for each argument by its annotation, all of them tried.

Run: python builders/misuse.py [--out docs/reliability/misuse.json] [--size 0.1] [--seed 1] [--show]
Right is a refusal of parley's own that says what was found and what is allowed, or a warning of parley's own and an answer.
Wrong is any bare exception, any other warning, and an answer to nonsense.
"""

from __future__ import annotations

import argparse
import inspect
import json
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import GeneratorType
from typing import Any, NamedTuple

import parley
from misuse_calls import Call, Late
from misuse_documented import documented_calls
from misuse_law import law_calls, other_calls
from misuse_trade import game_calls, trade_calls, world_calls
from misuse_values import wrong_values
from parley.errors import ParleyError, RateWarning
from parley.law.trade_weights import TradeWeights

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


@cache
def calls() -> dict[str, Call]:
    """A right call of every public name that can be called, by its name on the reference page; several where that takes several."""
    rooms = (trade_calls, game_calls, world_calls, law_calls, other_calls, documented_calls)
    return {name: call for room in rooms for name, call in room()}


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
    """Every public callable has a right call, and each is answered without a warning: else its misuses would prove nothing."""
    if missing := sorted(public_callables() - {name.partition(",")[0] for name in calls()}):
        raise SystemExit(f"no right call of {', '.join(missing)} in builders/misuse_trade.py or misuse_law.py")
    for name, call in calls().items():
        if not call.dear:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    answer(call)
                except Exception as error:
                    raise SystemExit(f"the right call of {name} is not answered: {error!r}") from error


def public_callables() -> set[str]:
    """The public functions, classes and methods with arguments, as the reference page names them."""
    found = set()
    for name in parley.__all__:
        held = getattr(parley, name)
        if isinstance(held, type) and not issubclass(held, BaseException):
            made = ((k, getattr(v, "__func__", v)) for k, v in vars(held).items() if not k.startswith("_"))
            found |= {f"{name}.{k}" for k, v in made if inspect.isfunction(v) and v.__doc__ and takes_more(v)} | {name}
        elif inspect.isfunction(held):
            found.add(name)
    return found | methods_of_answers()


def methods_of_answers() -> set[str]:
    """Those of what the right calls give back; what only other rooms ask of it is left out."""
    kinds = {type(answer(call)) for call in calls().values() if not call.dear}
    return {
        f"{kind.__name__}.{name}"
        for kind in kinds - {TradeWeights}
        for name, held in vars(kind).items()
        if kind.__module__.startswith("parley") and not name.startswith("_")
        if inspect.isfunction(held) and held.__doc__ and takes_one(held)
    }


def takes_one(function: Any) -> bool:
    """Whether a method has an argument of one value beside itself."""
    found = inspect.signature(function).parameters.values()
    return any(p.kind is not p.VAR_POSITIONAL for p in found if p.name != "self")


def takes_more(function: Any) -> bool:
    """Whether a method has arguments beside itself."""
    return bool(set(inspect.signature(function).parameters) - {"self", "cls"})


def subject(rows: list[Tried], seconds: float) -> dict[str, Any]:
    """What was found, for docs/reliability.md: a row a public name."""
    names = list(dict.fromkeys(row.call.partition(",")[0] for row in rows))
    by_name = {name: Counter(row.ended for row in rows if row.call.partition(",")[0] == name) for name in names}
    wrong = [row for row in rows if row.ended not in GOOD]
    return {
        "title": "Misuse of the Python functions",
        "day": str(date.today()),
        "command": "python builders/misuse.py --out docs/reliability/misuse.json",
        "seconds": round(seconds, 1),
        "what": "Every argument of every public function, method and class was given every value that its annotation rules out. "
        "A fault is an exception of Python or NumPy, a foreign warning, a refusal that does not say what is allowed, or an answer.",
        "columns": ["name", "misuses", "refused", "answered with a warning", "faults"],
        "rows": [
            [name, found.total(), found[REFUSED], found[TOLD], found.total() - found[REFUSED] - found[TOLD]]
            for name, found in by_name.items()
        ],
        "failures": [f"{row.call}, {row.argument} given {row.value}: {row.ended}." for row in wrong],
    }


def main() -> int:
    """Tries all, prints the counts and what was wrong; 1 where any was."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--out", type=Path, help="the JSON for docs/reliability.md")
    ask.add_argument("--size", type=float, default=1.0, help="the share of misuses tried")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--show", action="store_true", help="prints every misuse that was not refused")
    asked = ask.parse_args()
    began, out = time.process_time(), asked.out and asked.out.absolute()
    with TemporaryDirectory() as folder, chdir(folder):  # what a wrong name of a file may leave behind
        check_right()
        rows = list(tried(asked.size, asked.seed))
    seconds, ended = time.process_time() - began, Counter(row.ended for row in rows)
    wrong = [row for row in rows if row.ended not in GOOD]
    for row in wrong if asked.show else ():
        print(f"{row.call}: {row.argument} is {row.value}: {row.ended}: {row.said}")
    print(
        f"{len(rows)} misuses of {len(calls())} calls: " + ", ".join(f"{n} {what}" for what, n in sorted(ended.items()))
    )
    print(f"{seconds:.1f} CPU seconds")
    if out:
        out.write_text(json.dumps(subject(rows, seconds), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
