"""What the games give as JSON: parts of the answers of `parley talks`, by game, and of a war, a best response and a deal.

Rates are fractions; shares of welfare and payoffs are percent.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from parley.talks.verdict import Verdict

Tariffs = dict[str, dict[str, dict[str, float]]]  # {player: {partner or "all": {sector or "all": rate}}}


class Spread(TypedDict):
    """A figure over the published elasticity sets; by_set: each set's own; over: the sets that have one; spans: that in words."""

    low: float
    median: float
    high: float
    over: list[str]
    sign_differs: bool
    by_set: dict[str, float]
    spans: str


class ChosenRow(TypedDict):
    """A party's choice after the scenario's day: an option by name or a word of the coding, since when, on which source."""

    party: str
    option: str
    since: str
    source: str
    address: str | None
    note: str | None


class FlowCost(TypedDict):
    """What a month of holding out costs, percent of a year's welfare."""

    cost_pct_a_month: float


class Assumed(TypedDict):
    """What the user assumes of a side, percent of a year's welfare."""

    prize_pct: float
    audience_pct_a_month: float


class YieldsAtOnce(TypedDict):
    """A pure equilibrium of a war of attrition."""

    yields_at_once: str
    because: str


class MixedAttrition(TypedDict):
    """Chance a month that each yields at the start, chance that it is the one, months until it is over; null without one."""

    yields_a_month: dict[str, float | None]
    yields_first: dict[str, float | None]
    expected_months: float | None
    median_months: float | None


class AttritionPart(TypedDict):
    """Who can hold out longer: what the model gave and what was assumed, apart; then what follows, by player."""

    players: list[str]
    from_the_model: dict[str, FlowCost]
    assumed: dict[str, Assumed]
    assumption: str
    patience_months: dict[str, float | None]
    pure_equilibria: list[YieldsAtOnce]
    mixed_equilibrium: MixedAttrition
    reason: str
    unit: str


class SectorWeight(TypedDict):
    """One sector: its weight (mean 1), its mean rate (a fraction), welfare lost per real income that a point moves to it."""

    id: str
    weight: float
    mean_rate: float
    price_of_favour: float | None
    price_reason: str | None


class WeightsFound(TypedDict):
    """Whether weights make the schedule a best reply, and the largest unmet condition."""

    player: str
    exists: bool
    reason: str
    gap: float
    revenue_weight: float
    assumption: str


class WeightsPart(WeightsFound):
    """The same with the weights that come closest."""

    sectors: list[SectorWeight]


class SearchStart(TypedDict):
    """One start of a search: its steps, the largest change of a log tau in the last, and the number of what it found."""

    name: str
    steps: int
    change: float
    settled: bool
    found: int | None


class Proof(TypedDict):
    """The certificate of a war and of best replies: residual, largest gain by deviating (percent), starts."""

    residual: float
    max_deviation_gain: float
    verdict: Verdict
    starts: list[SearchStart]


class Ranges(TypedDict):
    """Named figures over the published elasticity sets, the sets that were not solved, and why there is no range; null: not asked."""

    range: dict[str, Spread] | None
    spans: NotRequired[str]
    range_not_solved: NotRequired[dict[str, str]]
    range_reason: NotRequired[str | None]


class PlayerRanges(TypedDict):
    """Figures of each player of a war, a reply or a deal over the published elasticity sets, and the sets not solved."""

    range: dict[str, dict[str, Spread]]
    spans: str
    range_not_solved: dict[str, str]


class Certificate(TypedDict):
    """The residual of a best reply or a war, the largest gain by deviating from it (percent), and its starts."""

    residual: float
    max_deviation_gain: float | None
    verdict: Verdict
    called: str
    starts: list[SearchStart]


class ReplyRate(TypedDict):
    """A party's rate on the other's goods now and in its best reply or war, fractions; gain in percent against holding."""

    player: str
    rate_now: float
    rate: float
    gain_pct: float


class BestReply(ReplyRate, Certificate):
    """A best reply with its certificate."""


class War(Certificate):
    """The war that two parties slide into; equilibria: how many were found and passed their check."""

    players: list[ReplyRate]
    equilibria: int


class RepliesOfModel(Ranges):
    """Best replies and the war by one model; null with a reason where they were not solved."""

    model: str
    replies: list[BestReply] | None
    war: War | None
    reason: NotRequired[str]
    elasticities: NotRequired[str]
    horizon: NotRequired[str]
    notes: NotRequired[list[str]]


class ExactReplies(TypedDict):
    """Best replies and the war of the first two parties, with and without input-output links; null: not played."""

    instrument: str
    moves: str  # which rates move, in words; all others stay those of the base day
    base_day: str
    base: str
    against: str
    payoff: str
    rate_now: str
    ranges: str
    without_links: RepliesOfModel | None
    with_links: RepliesOfModel | None


class EquilibriumFound(TypedDict):
    """One set of rates that the search settled on, with its certificate."""

    payoff_pct: dict[str, float]
    residual: float  # the trade equilibrium's largest market-clearing error
    change: float  # the largest move of any log tau that one more reply would make
    max_deviation_gain: float | None  # by changing only its own rates, percent of welfare; null: not checked
    verdict: Verdict  # an equilibrium only where it passed
    deviations_tried: int
    deviations_not_solved: int
    tariffs: Tariffs


class RatesMoved(TypedDict):
    """Which rates a game moves: whose, on whose goods, in which sectors, and how many different ones; all others stay."""

    players: list[str]
    partners: list[str]
    sectors: list[str]
    rates: int
    says: str


class Modelled(TypedDict):
    """What a game was solved with: whose elasticities, the model, and what closes it."""

    elasticities: str
    horizon: str  # year, decade or long_run: of the elasticities; "not stated" of one's own
    model: str
    deficits: str
    capital: str  # fixed, or steady_state: payoffs are then changes of steady-state consumption


class SolvedGame(Modelled):
    """Who played what, on which dataset and by which model, the rates that came out, and how well that was solved."""

    players: list[str]
    instrument: str
    objective: str
    payoff: str  # what a payoff is, in words
    world: str
    rates_move: RatesMoved
    base_day: str | None  # the day whose law payoffs are measured against; null: the dataset's own rates
    base: str  # the same in words
    tariffs: Tariffs
    welfare_pct: dict[str, float]
    residual: float
    seconds: float


class OutcomePart(SolvedGame):
    """The first equilibrium's rates and effects, how it was sought, and every other candidate found, each with its verdict."""

    members: dict[str, list[str]]
    moves: str  # which rates move, in words; all others stay those of the base
    objective_weights: dict[str, float]
    method: str
    max_deviation_gain: float | None
    max_deviation_gain_reason: str | None
    verdict: Verdict  # on the first of the equilibria
    deviation_tolerance_pct: float  # a gain by deviating up to here is numerical
    called: str  # what the first may be called
    starts: list[SearchStart]
    equilibria: list[EquilibriumFound]


class Threat(TypedDict):
    """What each side has where no deal is reached; of a war: the largest gain by deviating from it (null: not checked)."""

    name: str
    says: str
    payoff_pct: dict[str, float]
    max_deviation_gain: NotRequired[float | None]
    verdict: NotRequired[Verdict]


class DealPart(SolvedGame):
    """A bargain: its rates, what each side gains over the threat, and what the solution asks."""

    solution: str
    says: str
    threat: Threat
    mean_rates: dict[str, float]
    gain_pct: dict[str, float]
    payoff_pct: dict[str, float]
    weights: dict[str, float]
    ideal_gain_pct: dict[str, float] | None
    transfers_pct_of_income: dict[str, float] | None
    frontier: list[dict[str, float]]
    joint_gain: float | None
    verdict: Verdict  # a deal only where no joint step tried helps all, and nobody would rather have the threat
    verdict_reason: str
    worse_than_threat: list[str]  # players who would rather have the threat
    change: float
    steps: int
