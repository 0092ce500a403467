"""What-if options of the command line: measures dropped from a day, acts added from a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from parley.codes import day
from parley.errors import InputError
from parley.law.measure import read_act
from parley.law.regime import Regime, read_regime


def read_changed(
    drops: Sequence[str], adds: Sequence[Path], authority: str | None = None, origin: str | None = None
) -> Regime:
    """The packaged regime (of one authority and origin, for speed) with acts added and measures dropped, in order."""
    regime = read_regime(authority=authority, origin=origin)
    for path in adds:
        regime = regime.plus(read_act(Path(path)))
    names = {n for m in regime.measures for n in (m.id, m.programme)}
    if authority and any(d.partition("@")[0] not in names for d in drops):
        return read_changed(drops, adds)  # a measure of the other side: a question about it is still a good one
    for text in drops:
        name, start = read_drop(text)
        regime = regime.without(name, start)
    return regime


def read_drop(text: str) -> tuple[str, date]:
    """The measure and the day of MEASURE@DATE. Raises InputError."""
    name, sign, start = text.partition("@")
    if not name or not sign:
        raise InputError("--drop", f"{text[:80]!r}", "MEASURE@DATE, such as us-ieepa-fentanyl-cn@2025-05-02")
    return name, day(start, "--drop")


def read_claim_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Claims of "name=value" texts, several to a text with commas or semicolons."""
    made: dict[str, str] = {}
    for text in (p.strip() for pair in pairs for p in pair.replace(";", ",").split(",")):
        name, sign, value = text.partition("=")
        if not name or not sign:
            raise InputError("--claim", f"{text[:80]!r}", "NAME=VALUE, such as usmca=true or us_content=0.4")
        made[name.strip()] = value.strip()
    return made


def read_stated(
    pairs: Sequence[str],
    quantity: float | None,
    unit_value: float | None,
    called: tuple[str, str] = ("quantity", "unit_value"),
) -> dict[str, str | float]:
    """Claims of "name=value" texts with a quantity and a unit value stated apart. Raises InputError where one is stated twice.

    called: the names under which the two are asked for.
    """
    made: dict[str, str | float] = {**read_claim_pairs(pairs)}
    stated = ("quantity", quantity, called[0]), ("unit_value", unit_value, called[1])
    for name, number, where in stated:
        if number is not None and name in made:
            raise InputError(where, f"{number:g}, and {made[name]} as a claim", "one of them")
        made |= {} if number is None else {name: number}
    return made
