"""What a deadline gives as JSON: thresholds, the record of enforcement, the joint game and the hub's terms. Welfare in percent."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from parley.talks.answers import Modelled


class Payoffs(TypedDict):
    """What signing, waiting unpunished, and the rate give a player; null where no model reaches."""

    sign: float | None
    wait: float | None
    rate: float | None


class ThresholdPart(TypedDict):
    """One player: its country rate today and after the deadline (fractions), what that costs, and the p at which it folds."""

    id: str
    members: list[str]
    rate_now: float | None
    rate_then: float | None
    cost_pct: float | None
    p_star: float | None
    decision: str
    reason: str
    welfare_pct: Payoffs


class DeadlinePlayer(ThresholdPart):
    """The same with the country's name and the measure that brings its rate."""

    name: str
    measure: str
    source: str


class Ends(TypedDict):
    """The two ends of an interval."""

    low: float
    high: float


class Share(TypedDict):
    """A share of trials with two intervals at the confidence `over`; null with no trials. spans: what these are of, in words."""

    kept: int
    trials: int
    share: float | None
    wilson: Ends
    jeffreys: Ends
    over: float
    spans: str


class Case(TypedDict):
    """A day on which a deadline was to fall, named on a day by an entry of the record; by how many days it slipped."""

    deadline: str
    named: str
    entry: str
    due: str
    slipped: bool
    days: int


class Enforcement(TypedDict):
    """How often a party's deadlines were enforced on their day, and its announced duties came on time, by the record."""

    on: str
    known: str | None
    by: str
    p: Share
    reason: str | None
    days: list[int]
    cases: list[Case]
    announced_duties: Share


class ChosenP(TypedDict):
    """The probabilities of enforcement that are played at, and where they come from."""

    values: list[float]
    source: str


class TwoEnds(TypedDict):
    """A figure if nobody else signs, and if everybody else does."""

    alone: float | None
    together: float | None


class ReachRow(TypedDict):
    """A player's thresholds at both ends, and what could still be asked of it: percent of welfare, and the world's money a year."""

    id: str
    p_star: TwoEnds
    gain_at_p_pct: TwoEnds
    could_ask_pct: float
    could_ask: float


class JointEquilibrium(TypedDict):
    """Who signs, and the largest gain by leaving over all players."""

    signers: list[str]
    gain_by_leaving_pct: float
    leaving_solved_for: int
    hub_welfare_pct: float
    welfare_pct: dict[str, float]


class JointRow(TypedDict):
    """The equilibria at one p; who is settled either way; whether all were found, and at most how many there are."""

    p: float
    equilibria: list[JointEquilibrium]
    always_sign: list[str]
    never_sign: list[str]
    depend_on_others: list[str]
    complete: bool
    at_most: int
    reason: str


class HubTerms(TypedDict):
    """Terms that the hub could offer, who then signs, and the hub's welfare."""

    cut: float
    rate: float | None
    signers: list[str]
    welfare_pct: float


class Hub(TypedDict):
    """The best terms of those tried at one p. cut, rate, reason: what these mean."""

    id: str
    p: float
    best: HubTerms
    terms: list[HubTerms]
    cut: str
    rate: str
    reason: str


class JointPart(TypedDict):
    """The joint game, in which all choose at once."""

    p: ChosenP
    reach: list[ReachRow]
    outside_ends_pct: float
    joint: list[JointRow]
    hub: Hub
    joint_solves: int


class Signing(TypedDict):
    """What signers give up of their own duties, and the country rate that they keep; null: today's."""

    cut: float
    rate: float | None


class DeadlinePart(Modelled):
    """Every partner with a country rate due, with p* where a model reaches it; the joint game where it was asked for."""

    deadline: str
    by: str
    terms: dict[str, str]
    terms_are: str
    signing: Signing
    unit: str
    payoff: str
    players: list[DeadlinePlayer]
    enforcement: Enforcement
    solves: int
    residual: float
    p: NotRequired[ChosenP]
    reach: NotRequired[list[ReachRow]]
    outside_ends_pct: NotRequired[float]
    joint: NotRequired[list[JointRow]]
    hub: NotRequired[Hub]
    joint_solves: NotRequired[int]
