"""How far the law was read, and what an answer past that day can say.

Each levying authority has a last day to which its law was read (measures/read-to.csv). A question about a later day is
answered by what was scheduled by then, and says so. Where an act let something lapse or return "unless extended", nobody
here knows which came: the rate is unknown, and both branches are given.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import msgspec

from parley.codes import day
from parley.errors import InputError, MeasureError
from parley.law.measure import LATEST, Measure

if TYPE_CHECKING:
    from parley.law.regime import Regime

FILE = "read-to.csv"
AS_SCHEDULED, AS_EXTENDED = "as scheduled", "if extended"


class Knowledge(TypedDict):
    """Up to which day something is known; null where the acts do not say how far they were read."""

    known: date | None  # the day of knowledge asked for, else the last day to which the law was read
    law_known_to: date | None  # the last day to which the levier's law was read


class Clocks(Knowledge):
    """Both clocks of an answer; beyond_known: the day of law lies past the last day read, and no earlier knowledge was asked for."""

    on: date | None
    beyond_known: bool


@dataclass(frozen=True)
class ReadTo:
    """The last day to which an authority's law was read, and what that rests on."""

    authority: str
    law_known_to: date
    source: str = ""


@dataclass(frozen=True)
class Branch:
    """One of the two ways in which a contingent change may have gone, with the rates of that way (fractions)."""

    what: str
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None


def read_to(folder: Path) -> tuple[ReadTo, ...]:
    """The days to which a folder's acts were read; none where it does not say. Raises MeasureError naming the row."""
    path = folder / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ()


@cache
def _read(path: Path, stamp: int) -> tuple[ReadTo, ...]:
    del stamp
    rows = csv.DictReader(x for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
    return tuple(_row(row, f"{path.name} row {n}") for n, row in enumerate(rows, 1))


def _row(row: dict[str, str], where: str) -> ReadTo:
    try:
        return ReadTo(row["authority"], date.fromisoformat(row["law_known_to"]), row.get("source") or "")
    except (KeyError, ValueError):
        found = ", ".join(f"{k}={v}" for k, v in row.items())[:120]
        raise MeasureError(where, found, "authority,law_known_to,source with the day as YYYY-MM-DD") from None


def is_beyond(law_known_to: date | None, on: date, known: date | None) -> bool:
    """Whether a day lies past what was read, for a question that does not look from an earlier day of knowledge."""
    return law_known_to is not None and on > law_known_to and (known is None or known >= law_known_to)


def contingent(rows: Iterable[Measure], law_known_to: date, on: date) -> tuple[Measure, ...]:
    """The rows whose start or end, between the last day read and the day asked, came only unless an act extended what stood."""
    return tuple(m for m in rows if m.contingent and law_known_to < _edge(m) <= on)


def _edge(m: Measure) -> date:
    return m.start if m.contingent == "start" else m.end or LATEST


def extended(regime: Regime, rows: Iterable[Measure]) -> Regime:
    """The regime in which what stood before the contingent changes was extended: no such row starts or ends."""
    pivots = set(map(id, rows))
    kept = (_as_extended(m) if id(m) in pivots else m for m in regime.measures)
    return replace(regime, measures=tuple(m for m in kept if m is not None))


def _as_extended(m: Measure) -> Measure | None:
    return None if m.contingent == "start" else msgspec.structs.replace(m, end=None, end_known=None, contingent="")


def words(m: Measure, law_known_to: date) -> str:
    """Why a contingent change is not stated as law."""
    what = "to begin" if m.contingent == "start" else "to lapse"
    return f"{m.id} was scheduled {what} on {_edge(m)} unless extended; the law was read to {law_known_to}"


def clocks(on: date | None, known: date | None, law_known_to: date | None) -> Clocks:
    """Both clocks and how far the law was read, as every answer has them. known: that asked for, else the last day read."""
    beyond = on is not None and is_beyond(law_known_to, on, known)
    return {"on": on, "known": known or law_known_to, "law_known_to": law_known_to, "beyond_known": beyond}


def last_day_read(regime: Regime, destination: str, known: date | str | None = None) -> date:
    """The day that a question without one means: the last to which the law was read, or the day of knowledge if earlier."""
    read_to = regime.law_known_to(destination)
    if read_to is None:
        raise InputError("--on", "no day, and these acts do not say how far they were read", "YYYY-MM-DD")
    return read_to if known is None else min(read_to, day(known, "known"))


def note(law_known_to: date, on: date, authority: str = "") -> str:
    """What every answer past the last day read says first."""
    whose = f"the law of {authority}" if authority else "this law"
    return f"{on} is after {law_known_to}, the last day to which {whose} was read: later acts are not in this answer"
