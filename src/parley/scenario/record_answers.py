"""The answers of `parley record` with both clocks: one builder each, which every door asks. Days are ISO texts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from parley.record.answers import (
    ActorCount,
    ClaimRow,
    ConstancyRow,
    Contradiction,
    DeadlineSlips,
    DeedRow,
    PartyCount,
    PositionRow,
    RateSeries,
    StatusRows,
    TimelineRow,
)
from parley.record.contradictions import contradictions
from parley.record.entry import EntryRow, entry_row
from parley.record.export import timeline
from parley.record.ledger import Ledger
from parley.record.rate_pairs import base_differences
from parley.record.summary import claims, constancy, positions
from parley.scenario.clocks import RecordClocks, record_clocks

if TYPE_CHECKING:
    from parley.law.regime import Regime


class StatusAnswer(RecordClocks, StatusRows):
    """`record status`: offers open, preconditions and whether law shows them met, deadlines and the days left."""


class EntriesAnswer(RecordClocks):
    """`record list`: every entry up to a day."""

    entries: list[EntryRow]


class ClaimsAnswer(RecordClocks):
    """`record claims`: what was said, not done, with its standing."""

    entries: list[ClaimRow]


class ContradictionsAnswer(RecordClocks):
    """`record contradictions`: pairs that cannot both be read as they stand, in the order of the later entry."""

    pairs: list[Contradiction]
    base_differences: list[
        Contradiction
    ]  # rates counted in two ways, or on a base that nobody named: none is wrong for that


class DeedsAnswer(RecordClocks):
    """`record deeds`: promises, threats and deadlines with what became of them, and counts with intervals."""

    deeds: list[DeedRow]
    counts: list[PartyCount]
    counts_by_actor: list[ActorCount]
    deadline_slips: DeadlineSlips  # of the United States, whoever is asked about


class PositionsAnswer(RecordClocks):
    """`record positions`: every stated stance by side and issue over time."""

    positions: list[PositionRow]
    constancy: list[ConstancyRow]


class TimelineAnswer(RecordClocks):
    """`record timeline`: acts and words on one axis, oldest first, and the added duties of both sides as steps."""

    entries: list[TimelineRow]
    rates: list[RateSeries]


def status_answer(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> StatusAnswer:
    """`record status`, with preconditions tested on law."""
    from parley.scenario.deeds import law_status

    return {**law_status(ledger, regime, on, known), **record_clocks(ledger, on, known)}


def entries_answer(
    ledger: Ledger,
    on: date | None = None,
    known: date | None = None,
    actor: str | None = None,
    kind: str | None = None,
) -> EntriesAnswer:
    """`record list`, of one actor or side and of one kind where they are named."""
    seen = ledger.known(known).until(on or known).of(actor)
    rows = [entry_row(e) for e in seen.entries if kind in (None, e.kind)]
    return {**record_clocks(ledger, on, known), "entries": rows}


def claims_answer(
    ledger: Ledger, on: date | None = None, known: date | None = None, actor: str | None = None
) -> ClaimsAnswer:
    """`record claims`, by one actor or side where one is named."""
    return {**record_clocks(ledger, on, known), "entries": claims(ledger, on, known, actor)}


def contradictions_answer(ledger: Ledger, on: date | None = None, known: date | None = None) -> ContradictionsAnswer:
    """`record contradictions`; rates are held together only where law changed nothing between their days."""
    from parley.scenario.duty_changes import duty_changes

    return {
        **record_clocks(ledger, on, known),
        "pairs": contradictions(ledger, on, known),
        "base_differences": base_differences(ledger, on, known, duty_changes(known)),
    }


def deeds_answer(
    ledger: Ledger,
    regime: Regime,
    on: date | None = None,
    known: date | None = None,
    actor: str | None = None,
) -> DeedsAnswer:
    """`record deeds`: of a side what it is to do, of a voice what it said."""
    from parley.scenario.deeds import counts, counts_by_actor, deadline_slips, deeds

    every = deeds(ledger, regime, on, known)
    made = [d for d in every if actor is None or actor in (d.party, d.voice)]
    return {
        **record_clocks(ledger, on, known),
        "deeds": [d.row() for d in made],
        "counts": counts(made),
        "counts_by_actor": counts_by_actor(made),
        "deadline_slips": deadline_slips(ledger, known, regime, on, made=every),
    }


def positions_answer(
    ledger: Ledger,
    on: date | None = None,
    known: date | None = None,
    actor: str | None = None,
    issue: str | None = None,
) -> PositionsAnswer:
    """`record positions`, of one actor or side and on one issue where they are named."""
    rows = positions(ledger, actor, issue, known, on)
    return {**record_clocks(ledger, on, known), "positions": rows, "constancy": constancy(rows)}


def timeline_answer(
    ledger: Ledger,
    on: date | None = None,
    known: date | None = None,
    actor: str | None = None,
    rates: list[RateSeries] | None = None,
) -> TimelineAnswer:
    """`record timeline`. rates: the steps of the same days, where they are at hand."""
    from parley.scenario.rate_series import rate_steps

    rows = timeline(ledger.known(known).of(actor), on, known)
    steps = rate_steps(ledger, None, on, known) if rates is None else rates
    return {**record_clocks(ledger, on, known), "entries": rows, "rates": steps}
