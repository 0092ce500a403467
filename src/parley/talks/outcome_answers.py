"""What a tariff war, a best response and a deal are as JSON, key by key. Rates are fractions, payoffs percent."""

from __future__ import annotations

from typing import TypedDict

from parley.talks.answers import SearchStart

Tariffs = dict[str, dict[str, dict[str, float]]]  # {player: {partner or "all": {sector or "all": rate}}}


class EquilibriumFound(TypedDict):
    """One set of rates that the search settled on, with its certificate."""

    payoff_pct: dict[str, float]
    residual: float  # the trade equilibrium's largest market-clearing error
    change: float  # the largest move of any log tau that one more reply would make
    max_deviation_gain: float | None  # by changing only its own rates, percent of welfare; null: not checked
    deviations_tried: int
    deviations_not_solved: int
    tariffs: Tariffs


class SolvedGame(TypedDict):
    """Who played what, on which dataset and by which model, the rates that came out, and how well that was solved."""

    players: list[str]
    instrument: str
    objective: str
    payoff: str  # what a payoff is, in words
    model: str
    world: str
    elasticities: str
    deficits: str
    tariffs: Tariffs
    welfare_pct: dict[str, float]
    residual: float
    seconds: float


class OutcomePart(SolvedGame):
    """The first equilibrium's rates and effects, how it was sought, and every other equilibrium found."""

    members: dict[str, list[str]]
    objective_weights: dict[str, float]
    method: str
    max_deviation_gain: float | None
    max_deviation_gain_reason: str | None
    starts: list[SearchStart]
    equilibria: list[EquilibriumFound]


class Threat(TypedDict):
    """What each side has where no deal is reached."""

    name: str
    says: str
    payoff_pct: dict[str, float]


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
    change: float
    steps: int
