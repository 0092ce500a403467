"""The law with what a question changes: acts added, measures dropped from a day, rates set from a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from parley.codes import day
from parley.errors import InputError, named, warn_of_percent
from parley.law.regime import Regime, read_regime, with_rate

MOST_SET = 10  # a fraction: 1,000 percent; more is a slip


def read_changed(
    drops: Sequence[str],
    adds: Sequence[Path],
    sets: Sequence[str] = (),
    authority: str | None = None,
    origin: str | None = None,
) -> Regime:
    """The packaged regime (of one authority and origin, for speed) with acts added, measures dropped and rates set, in order."""
    regime = read_regime(authority=authority, origin=origin)
    if adds:
        from parley.law.acts import read_act

        regime = regime.plus(m for path in adds for m in read_act(Path(path)))
    names = {n for m in regime.measures for n in (m.id, m.programme)}
    if authority and any(re.split("[=@]", text)[0].strip() not in names for text in (*drops, *sets)):
        return read_changed(drops, adds, sets)  # a measure of the other side: a question about it is still a good one
    return with_changes(regime, drops, sets)


def with_changes(regime: Regime, drops: Sequence[str], sets: Sequence[str]) -> Regime:
    """A regime with the measures of MEASURE@DATE dropped, then the rates of MEASURE=RATE@DATE set. Raises InputError."""
    for text in drops:
        with named("--drop"):
            regime = regime.without(*read_drop(text))
    for text in sets:
        with named("--set"):
            regime = with_rate(regime, *read_set(text))
    return regime


def read_drop(text: str) -> tuple[str, date]:
    """The measure and the day of MEASURE@DATE. Raises InputError."""
    name, sign, start = text.partition("@")
    if not name or not sign:
        raise InputError("--drop", f"{text[:80]!r}", "MEASURE@DATE, such as us-ieepa-fentanyl-cn@2025-05-02")
    return name, day(start, "--drop")


def read_set(text: str, on: date | None = None, where: str = "--set") -> tuple[str, float, date]:
    """The measure, the fraction and the day of MEASURE=RATE@DATE; on: the day where none is written. Raises InputError."""
    name, mark, rest = text.partition("=")
    number, _, start = rest.partition("@")
    held = day(start.strip(), where) if start.strip() else on
    try:
        rate = float(number)
    except ValueError:
        rate = -1.0
    if not (name.strip() and mark and 0 <= rate <= MOST_SET) or held is None:
        allowed = "MEASURE=RATE@DATE, a fraction: us-ieepa-fentanyl-cn=0.1@2025-05-02 is 10 percent"
        raise InputError(where, f"{text[:80]!r}", allowed)
    warn_of_percent(rate, f"{where} {name.strip()}")
    return name.strip(), rate, held
