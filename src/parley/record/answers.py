"""The answers of the record as they leave: every key with its type. Days are ISO texts, shares and rates fractions."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from parley.record.entry import Day, EntryRow, Kind, SourceRow, StatementRow
from parley.record.vocabulary import Issue

Lane = Literal["acts", "words"]
Standing = Literal["asserted", "corroborated", "denied", "retracted", "measured"]
Rule = Literal["negation", "exclusive role", "different kinds", "different value", "no base", "different base"]
Outcome = Literal["on_time", "late", "partly", "moved", "withdrawn", "broken", "not_due", "untestable"]
State = Literal["standing", "talks agreed", "overtaken by talks"]


class ClaimRow(EntryRow):
    """Something said, with its standing."""

    standing: Standing
    sources: int  # publishers that carry it and whose text was read


class TimelineRow(EntryRow):
    """An entry on the axis of acts and words."""

    lane: Lane


class RateStep(TypedDict):
    """A day from which the added duties are so high."""

    on: Day
    rate: float | None  # null: a step after which law cannot say the rate


class RateSeries(TypedDict):
    """The duties added on one side's goods in the other, as steps, read on one product."""

    origin: str
    destination: str
    product: str
    words: str
    until: Day
    steps: list[RateStep]


class StatedPosition(TypedDict):
    """A stance of one side on one issue."""

    party: str
    issue: Issue
    on: Day
    stance: str
    changed: bool | None  # against the stance before; null for the first
    before: str | None  # the stance that it replaced
    entry: str
    quote: str | None


class PositionRow(StatedPosition):
    """The same with who stated it, since when it is public, and its source."""

    actor: str
    known: Day
    source: SourceRow


class ConstancyRow(TypedDict):
    """Whether a side's words on an issue stayed the same."""

    party: str
    issue: Issue
    statements: int
    same: bool | None  # null where it spoke once
    changed_on: list[Day]


class LinkedIssue(TypedDict):
    """An issue that a party is said to be ready (or not) to discuss."""

    issue: str
    party: str
    ready: bool
    condition: str | None
    said_by: str
    entry: str
    quote: str | None
    source: SourceRow


class ContradictionSide(StatementRow):
    """One of two entries that conflict."""

    entry: str


class Contradiction(TypedDict):
    """Two entries that cannot both be read as they stand."""

    first: str
    second: str
    rule: Rule
    about: str
    both_sources: list[ContradictionSide]
    reconcile: list[str]  # what would make both right


class Interval(TypedDict):
    """Both ends, from 0 to 1."""

    low: float
    high: float


class Share(TypedDict):
    """A share kept of trials, with two intervals."""

    kept: int
    trials: int
    share: float | None  # null without a trial
    wilson: Interval
    jeffreys: Interval
    over: float  # the confidence of the intervals
    spans: str  # what both intervals are of, in words


class DeadlineStep(TypedDict):
    """A day that was named for a deadline."""

    named: Day  # when it was named
    entry: str
    due: Day


class TrialRow(DeadlineStep):
    """A day on which a deadline was to fall, and whether it did."""

    deadline: str
    slipped: bool
    days: int  # by which it slipped


class HistoryRow(TypedDict):
    """A step on the way to an outcome: a day named for a deadline, or a count of what was promised."""

    entry: str
    named: NotRequired[Day]
    due: NotRequired[Day]
    on: NotRequired[Day]
    quantity: NotRequired[float]
    count: NotRequired[int]


class DeedRow(TypedDict):
    """A promise, threat, deadline or precondition, and what became of it."""

    entry: str
    actor: str
    party: str  # who is to act
    bound: bool  # whether it is that party's own word, or an agreement's; what one side says of the other binds nobody
    kind: Kind
    says: str  # the predicate
    text: str
    quote: str | None
    due: Day | None
    outcome: Outcome
    days_late: int | None
    share: float | None  # the part done by the day named
    history: list[HistoryRow]
    tested_by: str | None
    reason: str | None
    source: SourceRow


class OfferRow(TypedDict):
    """An offer of talks that nobody has accepted or withdrawn."""

    id: str
    by: str
    to: str
    about: str
    said_by: str
    considered_in: list[str]  # entries
    quote: str | None
    text: str
    source: SourceRow


class AcceptedOffer(OfferRow):
    """An offer of talks that was taken up."""

    accepted_in: str  # the entry: words of acceptance, or the talks themselves
    accepted_on: Day


class RequirementRow(TypedDict):
    """One thing that a precondition asks for."""

    words: str
    test: Literal["duties_zero", "none"]
    destination: str
    origin: str
    since: Day | None
    reading: str | None  # where the words can be read in more than one way: in which this is asked


class TestedRequirement(TypedDict):
    """One requirement tested on law. The keys that may be absent stand where there is a test."""

    words: str
    met: bool | None
    test: Literal["duties_zero"] | None
    reason: str
    on: NotRequired[Day]
    measures: NotRequired[list[str]]  # those that still charge
    probe: NotRequired[str | None]  # the tariff line on which the rate is read
    added_rate: NotRequired[float | None]


class ConditionTest(TypedDict):
    """Whether a precondition is met: false where a requirement fails, null where others have no test.

    Where its words can be read in more than one way, it is so only if it is so in every reading; else null.
    """

    met: bool | None
    tested_by: list[TestedRequirement] | None  # null in the record alone, which tests no duties
    reason: str | None


class PreconditionRow(ConditionTest):
    """What one side requires before it talks."""

    id: str
    by: str
    of: str
    requires: list[RequirementRow]
    state: State
    talks: str | None  # the entry of the talks that overtook it, or of the agreement to hold them
    quote: str | None
    text: str
    source: SourceRow


class DeadlineRow(TypedDict):
    """A deadline as last moved."""

    id: str
    entry: str
    by: str
    to: str
    on: Day  # on which it falls now
    days_left: int  # negative once it has passed
    otherwise: str
    history: list[DeadlineStep]
    kept: list[str]  # the entries that say it was kept
    source: SourceRow


class PassedDeadline(DeadlineRow):
    """A deadline that has passed with no outcome on record."""

    outcome: Literal["open"]


class StatusRows(TypedDict):
    """Where things stand on a day."""

    offers: list[OfferRow]
    accepted: list[AcceptedOffer]
    preconditions: list[PreconditionRow]
    deadlines: list[DeadlineRow]
    passed: list[PassedDeadline]


class Status(StatusRows):
    """Where things stand on a day, as known on a day."""

    on: Day
    known: Day | None


class CountRow(TypedDict):
    """What became of one kind of words of one speaker or side."""

    kind: Kind
    outcomes: dict[Outcome, int]
    on_time: Share  # among the decided


class PartyCount(CountRow):
    """By the side that is bound."""

    party: str


class ActorCount(CountRow):
    """By the voice that said it."""

    actor: str


class DeadlineSlips(TypedDict):
    """How often the deadlines of one side were enforced on their day."""

    on: Day
    known: Day | None
    by: str
    p: Share
    reason: str | None  # why there is no case
    days: list[int]  # of each slip
    cases: list[TrialRow]
    announced_duties: Share  # the other class: duties announced for a day


class AddedEntries(TypedDict):
    """The entries that `parley record add` has written."""

    entries: list[EntryRow]
