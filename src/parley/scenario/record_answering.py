"""From a question about the record to its answer: the checks, the ledger and the law asked, what answers. Every door asks here.

ledger, regime: where they are kept at hand; read where they are not. sign: what stands before the name of a field where a
question is refused, -- on the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from parley.arguments import checked
from parley.scenario.record_answers import (
    ClaimsAnswer,
    ContradictionsAnswer,
    DeedsAnswer,
    EntriesAnswer,
    PositionsAnswer,
    StatusAnswer,
    TimelineAnswer,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from parley.law.regime import Regime
    from parley.record import questions
    from parley.record.answers import RateSeries
    from parley.record.ledger import Ledger
    from parley.scenario.base import BaseAnswer


class Dated(Protocol):
    """A question with two clocks."""

    @property
    def on(self) -> str | None: ...
    @property
    def known(self) -> str | None: ...


def entries(asked: questions.Entries, ledger: Ledger | None = None, sign: str = "") -> EntriesAnswer:
    """`record list`."""
    from parley.record.entry import Kind
    from parley.scenario.record_answers import entries_answer

    kind = _one_of("kind", asked.kind, Kind.__args__, sign)
    return entries_answer(_ledger(asked.ledger, ledger), *days(asked, sign), voice(asked.actor, sign), kind)


def claims(asked: questions.Claims, ledger: Ledger | None = None, sign: str = "") -> ClaimsAnswer:
    """`record claims`."""
    from parley.scenario.record_answers import claims_answer

    return claims_answer(_ledger(asked.ledger, ledger), *days(asked, sign), voice(asked.actor, sign))


@checked
def status(
    asked: questions.Status, ledger: Ledger | None = None, regime: Regime | None = None, sign: str = ""
) -> StatusAnswer:
    """`record status`."""
    from parley.scenario.record_answers import status_answer

    return status_answer(_ledger(asked.ledger, ledger), regime, *days(asked, sign))


@checked
def contradictions(
    asked: questions.Contradictions, ledger: Ledger | None = None, sign: str = ""
) -> ContradictionsAnswer:
    """`record contradictions`."""
    from parley.scenario.record_answers import contradictions_answer

    return contradictions_answer(_ledger(asked.ledger, ledger), *days(asked, sign))


def deeds(
    asked: questions.Deeds, ledger: Ledger | None = None, regime: Regime | None = None, sign: str = ""
) -> DeedsAnswer:
    """`record deeds`."""
    from parley.law.regime import read_regime
    from parley.scenario.record_answers import deeds_answer

    held, law = _ledger(asked.ledger, ledger), regime or read_regime()
    return deeds_answer(held, law, *days(asked, sign), voice(asked.actor, sign))


def base(asked: questions.Base, ledger: Ledger | None = None) -> BaseAnswer:
    """`record base`."""
    from parley.scenario.base import base_answer

    held = _ledger(asked.ledger, ledger)
    return base_answer(held, asked.rate, asked.origin, asked.destination, asked.on, asked.known)


def positions(asked: questions.Positions, ledger: Ledger | None = None, sign: str = "") -> PositionsAnswer:
    """`record positions`."""
    from parley.record.vocabulary import Issue
    from parley.scenario.record_answers import positions_answer

    issue = _one_of("issue", asked.issue, Issue.__args__, sign)
    return positions_answer(_ledger(asked.ledger, ledger), *days(asked, sign), voice(asked.actor, sign), issue)


def timeline(
    asked: questions.Timeline,
    ledger: Ledger | None = None,
    rates: list[RateSeries] | None = None,
    sign: str = "",
) -> TimelineAnswer:
    """`record timeline`. rates: the steps of the same days, where they are at hand."""
    from parley.scenario.record_answers import timeline_answer

    return timeline_answer(_ledger(asked.ledger, ledger), *days(asked, sign), voice(asked.actor, sign), rates)


def days(asked: Dated, sign: str = "") -> tuple[date | None, date | None]:
    """The day and the information cut-off of a question."""
    from parley.codes import day

    on, known = asked.on, asked.known
    return (day(on, f"{sign}on") if on else None), (day(known, f"{sign}known") if known else None)


def voice(name: str | None, sign: str = "") -> str | None:
    """The id of an actor. Raises InputError with the nearest."""
    from parley.record.entry import actor_named

    return actor_named(name, f"{sign}actor").id if name else None


def _ledger(folder: Path | None, ledger: Ledger | None) -> Ledger:
    """The ledger at hand, or that of a folder, the package's by default."""
    from parley.record.ledger import read_ledger

    return ledger or read_ledger(folder)


def _one_of(name: str, value: str | None, allowed: Sequence[str], sign: str) -> str | None:
    """The value, if it is allowed. Raises InputError with the nearest that is."""
    from parley.errors import unknown_name

    if value is not None and value not in allowed:
        raise unknown_name(f"{sign}{name}", name, value, allowed)
    return value
