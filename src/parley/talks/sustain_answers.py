"""What a sustained deal gives as JSON: whose deviation is meant, which way it moves duties, and the patience that it asks for."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from parley.talks.answers import Proof, RatesMoved

Direction = Literal["raises", "lowers", "both", "same", "unknown"]


class Deviation(TypedDict):
    """What one player alone would do in place of the deal, the others keeping it.

    to: an option's name, or the best response. direction: what happens to its barriers against the others, duties, limits on
    technology and purchases together; unknown where only payoffs are known. breaks: whether that breaks the deal: lowering
    does not. duty_kept, duty_after: its mean duty on the others' goods, fractions; null where no rates are known.
    """

    by: str
    to: str
    direction: Direction
    breaks: bool
    payoff: float
    duty_kept: float | None
    duty_after: float | None
    says: str


class PatienceRow(TypedDict):
    """One player's payoffs a period, percent, and the least discount factor; null: no patience suffices, `reason` says why.

    cheat: of its best way out, that of the deal where none pays more. deviation: that way out, which may be a repeal and then
    breaks nothing; null where none pays. delta: if any way out is punished; delta_breach: if breaches alone are.
    breach, without_breach: its best ways out that pay, of either kind; null where none does.
    """

    player: str
    deal: float
    cheat: float
    punished: float
    delta: float | None
    reason: str
    deviation: Deviation | None
    delta_breach: float | None
    reason_breach: str
    breach: Deviation | None
    without_breach: Deviation | None


class Punishment(TypedDict):
    """What follows when a deal is broken, by name or as a choice of options, for so many periods; null: for ever."""

    length: int | None
    name: NotRequired[str]
    says: NotRequired[str]
    choice: NotRequired[dict[str, str]]


class SustainPart(Proof):
    """What keeps a deal: patience by player, and the deepest cut that a discount factor keeps (0 the base, 1 the deal)."""

    players: list[str]
    instrument: str
    rates_move: RatesMoved
    punishment: Punishment
    detection_lag: int
    patience: list[PatienceRow]
    discount: float | None
    deepest_cut: float | None
    deepest_cut_reason: str
    payoff: str
    unit: str
