"""The situation of a day as plain data: each TypedDict is JSON, key by key. Days are ISO text, rates fractions."""

from __future__ import annotations

from typing import Literal, TypedDict

from parley.record.answers import DeadlineRow, OfferRow, PreconditionRow
from parley.record.entry import SaidRow
from parley.scenario.clocks import ScenarioClocks

FoundIn = Literal["law", "record", "rule", "file"]


class ActStep(TypedDict):
    """What one act begins or ends on a day: how many duties, their lowest and highest rate, how many exclusions, on which parties' goods.

    ended_by: the act that ends them, where it is another. only: what all its duties ask of goods, such as "a postal shipment".
    unless_extended: whether an act may still put it off.
    """

    on: str
    what: Literal["begins", "ends"]
    by: str
    act: str
    title: str
    ended_by: str | None
    measures: int
    exclusions: int
    lowest: float | None
    highest: float | None
    spans: str  # what these two are over, in words
    programmes: list[str]
    on_goods_of: list[str]
    only: list[str]
    unless_extended: bool
    source: str
    address: str | None


class LiveOption(TypedDict):
    """An option of a party. found_in: law, record, rule (hold, match) or file; basis: the act, entry or day that it rests on."""

    name: str
    says: str
    found_in: FoundIn
    basis: str


class SituationPart(TypedDict):
    """What changed, what comes, what stands open, and each party's options."""

    changed_since: str
    changed: list[ActStep]
    ahead: list[ActStep]
    offers: list[OfferRow]
    preconditions: list[PreconditionRow]
    deadlines: list[DeadlineRow]
    agreements: list[SaidRow]
    rulings: list[SaidRow]
    options: dict[str, list[LiveOption]]


class SituationAnswer(ScenarioClocks, SituationPart):
    """`parley situation`: with the scenario that it makes."""

    title: str
    parties: list[str]
    before: str
    scenario: str  # the scenario as a TOML text, ready to be edited and run
