"""`parley law rate`, the one question asked thousands of times: answered, and in plain cases read, without typer.

Reading options by typer takes three times as long as answering (benchmarks/bench_law.py). What is plainly written is
read here; everything else (help, an option that is not known, a value missing) is left to typer, which says what is wrong.
A test holds OPTIONS to the options that typer declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from parley.cli.law_show import show_rate
from parley.cli.output import print_json

OPTIONS: dict[str, type] = {
    "origin": str, "on": str, "destination": str, "known": str, "reading": str, "value": float, "quantity": float,
    "unit_value": float, "claim": list, "drop": list, "add": list, "schedule": str, "json": bool,
}  # fmt: skip
NEEDED = ("product", "origin")


class RateWords(TypedDict):
    """The arguments of `law rate` that were written, by name."""

    product: str
    origin: str
    on: NotRequired[str]
    destination: NotRequired[str]
    known: NotRequired[str]
    claim: NotRequired[tuple[str, ...]]
    value: NotRequired[float]
    quantity: NotRequired[float]
    unit_value: NotRequired[float]
    reading: NotRequired[str]
    drop: NotRequired[tuple[str, ...]]
    add: NotRequired[tuple[Path, ...]]
    schedule: NotRequired[str]
    json: NotRequired[bool]


def quick(argv: Sequence[str]) -> bool:
    """Whether the arguments of `law rate` were plain, and so have been answered. Raises ParleyError."""
    asked = read_plain(argv)
    if asked is None:
        return False
    answer(**asked)
    return True


def read_plain(argv: Sequence[str]) -> RateWords | None:
    """The arguments by name; None where they are not a product and known options with their values."""
    asked: dict[str, object] = {}
    words = iter(argv)
    for word in words:
        name, sign, text = word.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if not word.startswith("-"):
            if "product" in asked:
                return None
            asked["product"] = word
        elif not word.startswith("--") or name not in OPTIONS or "_" in word:
            return None
        elif OPTIONS[name] is bool:
            if sign:
                return None
            asked[name] = True
        elif not _take(asked, name, text if sign else next(words, None)):
            return None
    return cast("RateWords", asked) if all(n in asked for n in NEEDED) else None


def _take(asked: dict[str, object], name: str, text: str | None) -> bool:
    """Whether an option's value could be read; it is then in `asked`."""
    if text is None or text.startswith("--"):
        return False
    try:
        if OPTIONS[name] is list:
            held = cast("tuple[object, ...]", asked.get(name, ()))
            asked[name] = (*held, Path(text) if name == "add" else text)
        else:
            asked[name] = OPTIONS[name](text)
    except ValueError:
        return False
    return True


def answer(
    product: str,
    origin: str,
    *,
    on: str | None = None,
    destination: str = "USA",
    known: str | None = None,
    claim: Sequence[str] = (),
    value: float | None = None,
    quantity: float | None = None,
    unit_value: float | None = None,
    reading: str = "law",
    drop: Sequence[str] = (),
    add: Sequence[Path] = (),
    schedule: str | Path | None = None,
    json: bool = False,
) -> None:
    """Prints the explanation of one rate, and the duty where a value is given. Without a day: the last day known."""
    from parley.codes import country
    from parley.law.answers import rate_answer
    from parley.law.beyond import last_day_read
    from parley.law.readings import explain_as, reading_of
    from parley.law.whatif import read_changed, read_stated

    levies, sells = country(destination, "destination"), country(origin, "origin")
    claims = read_stated(claim, quantity, unit_value, ("--quantity", "--unit-value"))
    regime = read_changed(drop, add, levies, sells)
    if schedule:
        from datetime import date

        from parley.law.hts_json import as_products, read_edition

        regime = regime.with_schedule(as_products([(date.min, read_edition(schedule))], levies))
    when = on or last_day_read(regime, levies, known)
    read = reading_of(reading)
    found = explain_as(regime, read, product, sells, levies, when, known, claims, value)
    made = rate_answer(found, value, read)
    if on is None:
        made["notes"].insert(0, f"no --on: the last day to which the law of {levies} was read, {when}")
    if json:
        print_json(made)
    else:
        show_rate(found, value, made["notes"])
