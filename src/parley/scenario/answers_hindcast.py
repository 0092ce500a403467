"""What governments chose, held against the games, as plain data. Days are ISO text; welfare, regret in percent; shares 0 to 1."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class OptionPaid(TypedDict):
    """An option of the decider: what it brings against the other's part, and how far protected industries' income moves with it.

    welfare_pct: real income against the law of the eve of the round. protected_pct: those industries' income, of national income.
    """

    option: str
    welfare_pct: float
    protected_pct: float


class DecisionRow(TypedDict):
    """One government's choice on the grid of its eve.

    named: whether it was one of the options that the situation leaves; else it joined the grid as the law that it became.
    other: what the other then did. rank: 1 is best. regret_pct: what the best reply would have brought more.
    in_equilibrium: the option is part of some pure equilibrium; outcome: what both did is one. dominated_by: strictly.
    weights: the extra weights b on protected industries for which it is a best reply, lowest and highest; null: none up to 5.
    sets: elasticity sets under which it is a best reply, of sets_tried.
    """

    point: str
    date: str
    decider: str
    counterpart: str
    chosen: str
    kind: str
    option: str
    named: bool
    other: str
    options: list[OptionPaid]
    rank: int
    regret_pct: float
    best: str
    is_best_reply: bool
    in_equilibrium: bool
    outcome_is_equilibrium: bool
    dominated_by: list[str]
    weights: list[float] | None
    sets: list[str]
    sets_tried: list[str]
    source: str
    addresses: list[str]


class NotScored(TypedDict):
    """A decision that no grid of duties holds, and why."""

    point: str
    date: str
    decider: str
    chosen: str
    kind: str
    reason: str
    source: str


class Rate(TypedDict):
    """So many of so many, with Wilson's 95 % interval; null of none."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float
    spans: str


class Score(TypedDict):
    """How often the game's best reply was chosen in a group of decisions, beside two rules without a model.

    hold: "nobody moves". chance: an option drawn at random. Brier: a forecast that names one option has 2·(1 − share).
    """

    group: str
    best_reply: Rate
    in_equilibrium: Rate
    undominated: Rate
    hold: Rate
    chance: float | None
    median_regret_pct: float | None


class Fitted(TypedDict):
    """A political weight fitted to one country's earlier choices, and how it does on its later ones.

    weight: the least extra weight on protected industries with the most hits. trained, tested: hits by it; unweighted, hold: on the
    test points.
    """

    player: str
    weight: float
    trained: Rate
    tested: Rate
    unweighted: Rate
    hold: Rate


class RankRow(TypedDict):
    """How a score ranks those who signed above those who did not: area under the curve, 0.5 is no skill.

    low, high: 95 % by DeLong, null for one signer. chance: the share of all ways to pick as many signers that would rank at least
    as high (exact).
    """

    by: str
    rule: str
    area: float | None
    low: float | None
    high: float | None
    spans: str
    chance: float | None


class PartnerRow(TypedDict):
    """A partner with a rate due: whether a deal was announced by the deadline, and its scores."""

    id: str
    signed: bool
    announced: str | None
    p_star: float
    stake_pct: float
    rise: float
    dependence: float
    exports: float
    buys: float


class Predicted(TypedDict):
    """Who signs at a likelihood of enforcement p: how many the game names, and how many partners it gets right; brier: 1 − share."""

    p: float
    p_from: str
    names: int
    right: Rate
    brier: float | None


class DeadlineRow(TypedDict):
    """One deadline. known: the day whose law and record rank the partners.

    predicted: signers by the game if enforcement is as likely as p; nobody: the share that the rule "nobody signs" gets right.
    """

    deadline: str
    known: str
    signed: int
    partners: list[PartnerRow]
    outside: list[str]
    ranks: list[RankRow]
    predicted: list[Predicted]
    nobody: Rate


class EnforcementRow(TypedDict):
    """Announced duties of the United States that came on time, as known on a day; withdrawn: suspended on the first day, or taken back."""

    known: str
    on_time: Rate
    cases: list[str]


class OwnPart(TypedDict):
    """A scenario's own outcomes: its file, the name of its point, the day of its law and that of knowledge, the days of choice."""

    file: str
    point: str
    title: str
    on: str
    known: str | None
    since: list[str]


class HindcastAnswer(TypedDict):
    """`talks hindcast`. own: of the scenario that was given; null without one."""

    own: OwnPart | None
    decisions: list[DecisionRow]
    not_scored: list[NotScored]
    scores: list[Score]
    fitted: list[Fitted]
    deadlines: list[DeadlineRow]
    enforcement: list[EnforcementRow]
    elasticities: str
    horizon: str
    payoff: str
    rule: str
    limits: list[str]
    residual: float | None
    law_version: NotRequired[str]
