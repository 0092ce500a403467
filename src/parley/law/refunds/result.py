"""What a run of refunds gives back: lines, dollars, ways, states, what was paid, interest and the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from parley.codes import counted
from parley.fixed import fixed_fields
from parley.law.refund_interest import COUNTED, Basis
from parley.law.refunds.deadlines import deadline, deadlines
from parley.law.refunds.ruling import AGES, FLAGS, Ruling, Way

if TYPE_CHECKING:
    from parley.law.refunds.claims import Question
    from parley.law.refunds.declaration import Declared
    from parley.law.refunds.tally import Tally

PLANNING = "planning, not advice"
INTEREST = (
    "from the deposit of estimated duties to the liquidation or reliquidation of the entry, at the quarterly rate of "
    "26 U.S.C. 6621: 19 U.S.C. 1505(c), 19 CFR 24.36(a)(1)"
)
WAYS: tuple[Way, ...] = ("file_now", "protest", "contested", "by_hand")


def state_name(code: int) -> str:
    """The state of an entry in one word: its flag, else its age."""
    return FLAGS[code // len(AGES)] or AGES[code % len(AGES)]


@dataclass(frozen=True)
class WaySum:
    """Lines, entries and dollars of one way of a refund; interest is None where none was asked for.

    act_by: the earliest last day of its lines; None where none has one.
    """

    route: Way
    lines: int
    entries: int
    refund: float
    interest: float | None
    act_by: date | None


@dataclass(frozen=True)
class StateSum:
    """Lines and dollars of the entries in one state, and the way that such a refund goes on the day."""

    state: str
    route: Way
    lines: int
    refund: float
    reason: str
    source: str


@dataclass(frozen=True)
class PaidSum:
    """How what was paid compares with the law: lines of each kind, and dollars under and over the law's.

    not_read: lines that state an amount which cannot be read.
    """

    not_stated: int
    as_law: int
    less: int
    more: int
    short: float
    over: float
    unanswered: float
    not_read: int = 0


@dataclass(frozen=True)
@fixed_fields
class Refunds:
    """The totals of a run: lines, those with a refund, dollars in all and by programme, lines without an answer.

    interest_total: up to as_of, where asked for; interest_assumed: the part of it at rates that are assumed.
    without_interest: lines with a refund whose day of deposit is not known. assumed: lines with a refund whose liquidation is
    assumed. disagreeing: entries whose lines differ in state.
    """

    rows: int
    rejected: int
    refundable: int
    refund_total: float
    by_programme: dict[str, float]
    missing: tuple[str, ...]
    deadlines: dict[str, str]
    out: str
    notes: tuple[str, ...]
    ruling: Ruling
    on: date
    known: date
    ways: tuple[WaySum, ...]
    states: tuple[StateSum, ...]
    paid: PaidSum
    assumed: int
    disagreeing: int
    as_of: str = ""
    interest_total: float | None = None
    interest_assumed: float | None = None
    without_interest: int = 0
    quarters: tuple[tuple[str, float, Basis, str], ...] = ()
    declared: Declared | None = None


def refunds_of(
    rows: int, rejected: int, q: Question, tally: Tally, out: str, declared: Declared | None, taken: tuple[float, int]
) -> Refunds:
    """The answer of a run from its sums. taken: dollars that lines take back, and of how many entries."""
    asked = q.interest
    entries = tally.entries_by_way(q)
    return Refunds(
        rows, rejected, tally.refundable, tally.cents / 100,
        {p: round(float(x), 2) for p, x in zip(q.programmes, tally.programmes, strict=True)},
        q.held.missing, {d.name: d.told for d in deadlines()}, out, _notes(q, tally, taken), q.ruling, q.on, q.known,
        tuple(_way(n, w, q, tally, entries) for n, w in enumerate(WAYS)), tuple(_states(q, tally)), _paid(tally),
        tally.assumed, tally.disagreeing,
        str(asked.as_of) if asked else "", tally.interest / 100 if asked else None,
        (tally.interest - tally.sure) / 100 if asked else None, tally.without_interest if asked else 0,
        tuple(asked.quarters(tally.since)) if asked and tally.since else (), declared,
    )  # fmt: skip


def _way(place: int, way: Way, q: Question, tally: Tally, entries: np.ndarray) -> WaySum:
    held = q.ways == place
    interest = float(tally.interest_by_state[held].sum()) / 100 if q.interest else None
    lines, refund = int(tally.lines[held].sum()), float(tally.by_state[held].sum()) / 100
    return WaySum(way, lines, int(entries[place]), refund, interest, tally.act_by.get(place))


def reason_of(q: Question, code: int) -> tuple[Way, str, str]:
    """The route of a state by its code, why, and the source."""
    route = q.routes[code]
    why, source = (route.why, route.cited) if route else ("no route is on record for this ruling", "")
    return WAYS[q.ways[code]], why, source


def _states(q: Question, tally: Tally) -> list[StateSum]:
    """The states that lines with a refund are in, the largest sum first."""
    made = []
    for code in np.flatnonzero(tally.lines).tolist():
        way, why, source = reason_of(q, code)
        made.append(
            StateSum(state_name(code), way, int(tally.lines[code]), float(tally.by_state[code]) / 100, why, source)
        )
    return sorted(made, key=lambda s: -s.refund)


def _paid(tally: Tally) -> PaidSum:
    _, not_stated, as_law, less, more, not_read = (int(n) for n in tally.checks)
    return PaidSum(
        not_stated,
        as_law,
        less,
        more,
        round(tally.short, 2),
        round(tally.over, 2),
        round(tally.unanswered_paid, 2),
        not_read,
    )


def _notes(q: Question, tally: Tally, taken: tuple[float, int]) -> tuple[str, ...]:
    notes = [PLANNING, INTEREST, "refund: duty as collected that day less the duty had the programmes never been, and never more "
             "than the file says was paid under them"]  # fmt: skip
    if tally.assumed:
        row = deadline("liquidation_expected")
        notes.append(
            f"{counted(tally.assumed, 'line')} without a day of liquidation: {row.count} days after entry are assumed ({row.told})"
        )
    if tally.before_entry:
        notes.append(
            f"{counted(tally.before_entry, 'line')} liquidated before entry, which cannot be: look the entries up in ACE before you file"
        )
    if taken[1]:
        notes.append(
            f"lines of {counted(taken[1], 'entry', 'entries')} take back {taken[0]:,.2f} of what was paid (amounts below 0): "
            "the refunds of their other lines are less for it"
        )
    if tally.ranged:
        notes.append(
            f"{counted(tally.ranged, 'line')} with a refund and a code that is no single line of its day, "
            f"{tally.ranged_cents / 100:,.2f} in all: a mean over the lines that it stands for (column range)"
        )
    if q.held.others:
        notes.append(
            f"paid under headings that this ruling did not strike, left as they are: {', '.join(q.held.others)}"
        )
    if q.interest:
        since = "the entry date, where no payment date is held" if q.interest.from_entry else "the payment date alone"
        notes += [q.interest.source, *COUNTED, f"interest runs from {since}"]
        if q.interest.assumed:
            notes.append(
                f"from {q.interest.sure_until} on, rates of interest are assumed: by quarter in the answer, each with why"
            )
    return tuple(notes)
