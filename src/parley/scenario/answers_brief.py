"""The briefing, section by section, and the citation: each TypedDict is JSON, key by key. Days are ISO text, rates fractions."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from parley.law.answers import AverageBranchRow, RateLineRow, WithheldRow
from parley.record.summary import RecordSection
from parley.scenario.answers import TradeSection
from parley.scenario.answers_first import HouseholdCost
from parley.scenario.answers_situation import SituationPart
from parley.scenario.average_series import AverageSeries
from parley.scenario.clocks import ScenarioClocks
from parley.scenario.day_axis import AxisMark
from parley.scenario.own_goods import GoodsRow
from parley.talks.answers import ChosenRow, ExactReplies
from parley.talks.deadline_answers import DeadlinePart
from parley.talks.grid_answers import Choice, Dominated, Mixed, Paid, Purchase, Regret, Reply, SignalFound

DeadlineSection = DeadlinePart


class TalksSection(TypedDict, total=False):
    """The grid of the scenario's options with exact replies beside it (`talks grid` says what each key is); empty without options."""

    players: list[str]
    options: dict[str, list[str]]
    payoffs: list[Paid]
    best_replies: dict[str, list[Reply]]
    equilibria: list[Choice]
    mixed_equilibria: list[Mixed]
    mixed_reason: str | None
    dominated: dict[str, list[Dominated]]
    frontier: list[Choice]
    regret: list[Regret]
    margin: float
    unit: str
    payoff: str
    says: dict[str, dict[str, str]]
    elasticities: str
    horizon: str  # year, decade or long_run: of the elasticities; "not stated" of one's own
    model: str
    deficits: str
    capital: str
    residual: float
    solves: int
    purchases: list[Purchase]
    signal: SignalFound | None
    exact: ExactReplies | None
    chosen: list[ChosenRow]


class MeasureRow(TypedDict):
    """A measure with its act's citation. rate: null where it is no plain fraction of value."""

    measure: str
    programme: str
    rate: float | None
    source: str
    address: str | None


class AddedStep(TypedDict):
    """A day on which added duties change: what most product lines pay by programme, the highest and lowest, and the acts.

    scheduled: whether the day lies past the day of knowledge.
    """

    on: str
    most_lines: float
    highest: float
    lowest: float
    spans: str  # what these two are over, in words
    by_programme: dict[str, float]
    acts: list[MeasureRow]
    scheduled: bool


class ScheduledAct(TypedDict):
    """An act that was already law for a later day: how many measures, and their lowest and highest rate."""

    on: str
    by: str
    act: str
    title: str
    measures: int
    lowest: float | None
    highest: float | None
    spans: str  # what these two are over, in words
    programmes: list[str]
    source: str


class ExclusionRow(MeasureRow):
    """An exclusion by product in force on the day: by whom, what it zeroes and on how many listed lines."""

    by: str
    reason: str
    listed: int


class DutyLine(RateLineRow):
    """One summand of a rate. signed: the day of the act; expression: the duty's own words."""

    signed: str | None
    expression: str


class ProductLine(TypedDict):
    """What a product of the scenario pays on the day, line by line. reason: why there is no rate."""

    label: str
    product: str
    description: str
    origin: str
    destination: str
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None
    reason: str | None
    lines: list[DutyLine]
    not_applied: list[WithheldRow]
    prohibited: list[WithheldRow]
    notes: list[str]


class GroupAverage(TypedDict):
    """The average rate of one chapter or sector; share: of all weight; prohibited: share of its own weight under a ban."""

    group: str
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    share: float
    prohibited: float


class AverageOnDay(TypedDict):
    """The average rate of the first party on the other's goods. covered, prohibited: shares of weight; lines: how many.

    branches, open: where the rate hangs on an extension, either way and the programmes that differ.
    """

    origin: str
    destination: str
    weights: str
    on: str
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    covered: float
    lines: int
    reason: str | None
    step: str | None
    groups: list[GroupAverage]
    branches: list[AverageBranchRow]
    open: list[str]
    prohibited: float


class SparedShare(TypedDict):
    """The share of imports by value that a programme in force leaves out, and whose they are."""

    programme: str
    share: float
    of: str


class NearestBase(TypedDict):
    """The base that comes closest to a published figure, with its rate."""

    base: str
    rate: float


class PublishedFigure(TypedDict):
    """An average that others published: pct as written; ours: the bases that give it to its last digit, else the nearest."""

    pct: float
    flow: str
    on: str
    until: str | None  # the first day on which that law had gone; null where it is later than the information cut-off
    published: str
    who: str
    concept: str
    weights: str
    exclusions: str
    source: str
    rate: float
    published_later: bool
    ours: list[str]
    nearest: NearestBase | None
    reason: str | None


class LawSection(TypedDict):
    """What each side levies. added: by "ORIGIN->DESTINATION", the steps since `added_since`."""

    added_since: str
    added: dict[str, list[AddedStep]]
    scheduled: list[ScheduledAct]
    exclusions: list[ExclusionRow]
    lines: list[ProductLine]
    average: AverageOnDay
    spared: list[SparedShare]
    why_others: list[PublishedFigure]


class MethodSection(TypedDict):
    """How the briefing was made, in sentences. solves: how many equilibria."""

    model: str
    baseline: str
    deficits: str
    revenue: str
    wedges: str
    uncertainty: str
    certificate: str
    solves: int
    assumptions: list[str]
    limits: list[str]
    cite: str


class Source(TypedDict):
    """A source. Acts have title, citation, address, read and note; data sets source, licence, terms, vintage, builder and rows;
    papers source, table, read and note. read: whether we read the text; year: of an act's signature, in a citation.
    """

    kind: Literal["act", "data", "paper"]
    id: str
    title: NotRequired[str]
    citation: NotRequired[str]
    address: NotRequired[str | None]
    read: NotRequired[bool]
    note: NotRequired[str]
    year: NotRequired[int]
    source: NotRequired[str]
    licence: NotRequired[str | None]
    terms: NotRequired[str | None]
    vintage: NotRequired[str | None]
    builder: NotRequired[str | None]
    rows: NotRequired[int | None]
    table: NotRequired[str]


WrittenChange = TypedDict(
    "WrittenChange",
    {
        "drop": NotRequired[str],
        "suspend": NotRequired[str],
        "add": NotRequired[str],
        "set": NotRequired[str],
        "rate": NotRequired[float],
        "from": NotRequired[str],
        "until": NotRequired[str],
    },
)
WrittenChange.__doc__ = "A change of the law as a scenario writes it."


class QuestionSection(TypedDict):
    """What was asked: the scenario's file, parties, day before, model and changes; whether it names goods of the reader's own."""

    file: str
    title: str
    parties: list[str]
    before: str
    world: str
    model: str
    deficits: str
    revenue: str
    conventions: str | None
    changes: list[WrittenChange]
    own_goods: bool


class BriefParts(TypedDict):
    """The parts of a briefing that its headline and method rest on; talks is empty where fewer than two sides have options."""

    law: LawSection
    trade: TradeSection
    talks: TalksSection
    deadline: DeadlineSection | None
    record: RecordSection


class FurtherParts(TypedDict):
    """What a reader asks beside the rooms: averages over time, own goods, prices for households, and one axis of acts and words."""

    averages: list[AverageSeries]
    goods: list[GoodsRow]
    households: list[HouseholdCost]
    axis: list[AxisMark]


class BriefAnswer(BriefParts, FurtherParts):
    """`brief`: one scenario's whole answer, with both clocks. headline: a text for each of headline.LABELS."""

    scenario: QuestionSection
    on: str
    known: str | None
    headline: list[str]
    method: MethodSection
    sources: list[Source]
    law_known_to: str | None
    law_known_to_by: dict[str, str]
    clock_note: str | None
    law_version: str | None
    reading: str | None  # of the law where effects are asked: statutory, or paid
    reading_note: str | None
    situation: SituationPart


class CiteAnswer(ScenarioClocks):
    """`cite`: what a run used. legal: acts as lawyers cite them; bibtex: everything. The clocks are null for one act alone."""

    title: str
    sources: list[Source]
    legal: list[str]
    bibtex: str
