"""What a table of options gives as JSON: replies, equilibria, signals, and where the answer flips. Percent of welfare."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from parley.talks.answers import Spread

Choice = dict[str, str]  # {player: option}


class Paid(TypedDict):
    """What every player and onlooker gets from a choice."""

    choice: Choice
    welfare_pct: dict[str, float]


class Reply(TypedDict):
    """A player's best options against a choice of the others, and what they pay it."""

    to: Choice
    reply: list[str]
    welfare_pct: float


class Mixed(TypedDict):
    """An equilibrium in which somebody randomises; options of probability 0 are left out. The gain is at most the margin."""

    probabilities: dict[str, dict[str, float]]
    welfare_pct: dict[str, float]
    max_deviation_gain: float


class Dominated(TypedDict):
    """An option that another one never trails; strictly: that it always beats."""

    option: str
    by: str
    strictly: bool


class Regret(TypedDict):
    """What each player could gain by leaving a choice alone."""

    choice: Choice
    gain_pct: dict[str, float]


class GridPart(TypedDict):
    """What each player gets from every choice, and what follows; differences up to the margin are ties."""

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


class Purchase(TypedDict):
    """A purchase that a choice commits a player to (money of the world), and the subsidy on the price that would bring it about."""

    choice: Choice
    player: str
    of: str
    value: float
    implied_subsidy: float


class SignalPart(TypedDict):
    """What a demanded step costs its maker in plain welfare, and what one must assume for it to cost anything."""

    maker: str
    step: str
    cost_pct: float
    costly: bool
    reason: str
    protected_gain_pct: float | None
    weight_break_even: float | None
    weight_reason: str
    lost_position_break_even_pct: float
    assumption: str


class SignalFound(SignalPart):
    """The same with what the others hold to, the maker's welfare by its own option, and the sectors it protects now."""

    others: Choice
    welfare_pct: dict[str, float]
    protected_sectors: list[str]


class OnlyUnder(TypedDict):
    """A choice that is an equilibrium under some variants alone."""

    choice: Choice
    under: list[str]


class Stability(TypedDict):
    """Whether the pure equilibria are the same under every variant, those that always are, and the others."""

    same: bool
    stable: list[Choice]
    only_under: list[OnlyUnder]


class PaidRange(TypedDict):
    """What a choice pays, over the elasticity sets."""

    choice: Choice
    welfare_pct: dict[str, Spread]


class GridRange(TypedDict):
    """The same table under every published set; without payoffs and equilibria where none covers the world, `reason` says so."""

    over: list[str]
    spans: str
    not_solved: dict[str, str]
    payoffs: NotRequired[list[PaidRange]]
    equilibria: NotRequired[Stability]
    reason: NotRequired[str]


class Flip(TypedDict):
    """A factor on every elasticity between whose two ends the pure equilibria change."""

    scale: list[float]
    below: list[Choice]
    above: list[Choice]


class ElasticityFlips(TypedDict):
    """Where the answer flips as all elasticities scale; over: the factors looked at, mean_theta: what these make of the mean."""

    over: list[float]
    mean_theta: list[float]
    unit: str
    flips: list[Flip]
    reason: str | None
    tried: list[float]


class WeightStep(TypedDict):
    """The pure equilibria for extra weights from low to high. spans: weights of what, in words."""

    low: float
    high: float
    spans: str
    equilibria: list[Choice]


class PlayerWeights(TypedDict):
    """One player's steps, and the industries that it protects."""

    protected_sectors: list[str]
    steps: list[WeightStep]
    reason: str | None


class WeightFlips(TypedDict):
    """The extra weights on protected industries at which the pure equilibria change, by player."""

    unit: str
    assumption: str
    over: list[float]
    players: dict[str, PlayerWeights]


class Flips(TypedDict):
    """Where the answer of a table flips."""

    elasticity: ElasticityFlips
    weight: WeightFlips
