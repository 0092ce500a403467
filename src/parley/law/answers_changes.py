"""The law room's answers on what changed: steps of a period, two days of law, two editions; each with its type and its one builder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from parley.codes import country
from parley.law.answers import asked_clocks
from parley.law.beyond import Clocks
from parley.law.readings import Reading
from parley.law.regime import Regime

if TYPE_CHECKING:
    from parley.law.diff import Change, Difference, Moment
    from parley.law.hts_json import CodeChange, OfficialEdition
    from parley.law.timeline import Step


class StepRow(TypedDict):
    """What one measure did on one day; before and after are fractions of customs value."""

    on: date
    measure: str
    programme: str
    before: float | None
    after: float | None
    combine: str
    what: str
    scope: str
    act: str
    source: str
    due: date | None  # announced reading: the first day of what was announced


class LawTimelineAnswer(Clocks):
    """`law timeline`: what started, changed and ended on an origin's goods, in order of day; `on` is the last day asked."""

    steps: list[StepRow]
    reading: Reading


class MomentRow(TypedDict):
    """A day of law as known on a day; null: the fullest knowledge."""

    on: date
    known: date | None


class ChangeRow(TypedDict):
    """What one measure did between two moments; rates, shares and points are fractions (law/diff.py says what each is)."""

    on: date | None
    known: date | None
    measure: str
    programme: str
    what: Literal["began", "ended", "moved", "restacked"]
    before: float | None
    after: float | None
    acts: list[str]
    lines: int
    share: float | None
    points: float | None
    source: str
    ban: bool


_Moments = TypedDict("_Moments", {"from": MomentRow, "to": MomentRow})


class DiffAnswer(Clocks, _Moments):
    """`law diff`: what changed on an origin's goods from one moment to another; the clocks are those of the second.

    lines: tariff lines compared; added_before, added_after: average rate of all additions, a fraction.
    """

    origin: str
    destination: str
    lines: int
    added_before: float | None
    added_after: float | None
    changes: list[ChangeRow]
    notes: list[str]


class EditionAnswer(TypedDict):
    """`law schedule` of one edition: lines of goods, rows with footnotes to chapter 99, and rows apart by chapter."""

    edition: str
    lines: int
    footnoted: int
    provisions: dict[str, int]


class CodeChangeRow(TypedDict):
    """A code that appeared, vanished or has another rate; before, after: the text of its rate; others: its kin."""

    code: str
    what: Literal["appeared", "vanished", "rate"]
    before: str
    after: str
    others: list[str]
    description: str


_Editions = TypedDict("_Editions", {"from": str, "to": str})


class ScheduleChangesAnswer(_Editions):
    """`law schedule` of two editions."""

    changes: list[CodeChangeRow]


def timeline_answer(
    regime: Regime, steps: Sequence[Step], destination: str, until: str, known: str | None, reading: Reading
) -> LawTimelineAnswer:
    """The answer to `law timeline`: the steps of a period that ends on `until`, as known on a day."""
    told = asked_clocks(regime, country(destination, "destination"), until, known)
    return {**told, "steps": [step_row(s) for s in steps], "reading": reading}


def step_row(s: Step) -> StepRow:
    """One step, for JSON and CSV."""
    return {"on": s.on, "measure": s.measure, "programme": s.programme, "before": s.before, "after": s.after, "combine": s.combine,
            "what": s.what, "scope": s.scope, "act": s.act, "source": s.source, "due": s.due}  # fmt: skip


def diff_answer(regime: Regime, found: Difference) -> DiffAnswer:
    """The answer to `law diff`."""
    return {
        **asked_clocks(regime, found.destination, found.second.on, found.second.known),
        "origin": found.origin,
        "destination": found.destination,
        "lines": found.lines,
        "added_before": found.added_before,
        "added_after": found.added_after,
        "from": _moment(found.first),
        "to": _moment(found.second),
        "changes": [change_row(c) for c in found.changes],
        "notes": list(found.notes),
    }


def change_row(c: Change) -> ChangeRow:
    """One change, for JSON and CSV."""
    return {
        "on": c.on, "known": c.known, "measure": c.measure, "programme": c.programme, "what": c.what, "before": c.before,
        "after": c.after, "acts": list(c.acts), "lines": c.lines, "share": c.share, "points": c.points, "source": c.source,
        "ban": c.ban,
    }  # fmt: skip


def _moment(moment: Moment) -> MomentRow:
    return {"on": moment.on, "known": moment.known}


def edition_answer(edition: OfficialEdition) -> EditionAnswer:
    """The answer to `law schedule` of one edition."""
    chapters = Counter(x.code[:2] for x in edition.provisions)
    return {"edition": edition.name, "lines": len(edition.lines), "footnoted": len(edition.footnotes),
            "provisions": {c: chapters[c] for c in sorted(chapters)}}  # fmt: skip


def schedule_changes_answer(
    old: OfficialEdition, new: OfficialEdition, found: Sequence[CodeChange]
) -> ScheduleChangesAnswer:
    """The answer to `law schedule` of two editions."""
    return {"from": old.name, "to": new.name, "changes": [code_change_row(c) for c in found]}


def code_change_row(c: CodeChange) -> CodeChangeRow:
    """One code, for JSON and CSV."""
    return {"code": c.code, "what": c.what, "before": c.before, "after": c.after, "others": list(c.others),
            "description": c.description}  # fmt: skip
