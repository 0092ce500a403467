"""Is the demanded step a sincere one? A signal tells only if it costs its maker something. Compute that first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from parley.codes import name_in_text
from parley.errors import InputError
from parley.fixed import fixed_fields
from parley.talks.grid_answers import SignalPart
from parley.trade.equilibrium import Equilibrium

MARGIN = 1e-9  # percent of welfare; differences up to it are ties


@dataclass(frozen=True)
class Signal:
    """What the step costs its maker in plain welfare, and what the user would have to assume for it to cost anything.

    cost_pct: W(hold) − W(step), percent of the maker's welfare; negative: the step is a gain.
    weight_break_even: extra weight on the protected industries' income above which the step costs; None with a reason.
    lost_position_break_even_pct: lost bargaining value, percent of welfare, above which it does.
    Both break-even values are assumptions that no data identify: `assumption` says so.
    """

    maker: str
    step: str
    cost_pct: float
    costly: bool
    reason: str
    protected_gain_pct: float | None
    weight_break_even: float | None
    weight_reason: str
    lost_position_break_even_pct: float
    assumption: str = (
        "political weights and lost bargaining position are assumptions of the user; no data identify them"
    )

    def as_json(self) -> SignalPart:
        """All fields, by name."""
        return {
            "maker": self.maker, "step": self.step, "cost_pct": self.cost_pct, "costly": self.costly, "reason": self.reason,
            "protected_gain_pct": self.protected_gain_pct, "weight_break_even": self.weight_break_even,
            "weight_reason": self.weight_reason, "lost_position_break_even_pct": self.lost_position_break_even_pct,
            "assumption": self.assumption,
        }  # fmt: skip


def signal(
    maker: str, step: str, w_hold: float, w_step: float, protected_gain_pct: float | None = None, margin: float = MARGIN
) -> Signal:
    """The cost of a step to its maker: cost = W(hold) − W(step). docs/talks.md, Signal.

    With an extra weight b on the protected industries, the maker minds W + b·Y, Y their real income in percent of
    national income. Then cost(b) = cost + b·g with g = protected_gain_pct = Y(hold) − Y(step), and b* = −cost/g.
    A lost bargaining value v, in percent of welfare, makes it cost + v, so v* = −cost.
    """
    if not (math.isfinite(w_hold) and math.isfinite(w_step)):
        raise InputError(f"signal: {maker}", "a payoff that is not finite", "two finite payoffs in percent of welfare")
    cost = w_hold - w_step
    costly = cost > margin
    weight, why = _break_even(cost, costly, protected_gain_pct, margin)
    return Signal(
        maker, step, cost, costly, _words(maker, step, cost, margin), protected_gain_pct, weight, why, max(0.0, -cost)
    )


def _words(maker: str, step: str, cost: float, margin: float) -> str:
    who, step = name_in_text(maker), f"the step “{step}”"
    if cost > margin:
        return f"in plain welfare {step} costs {who} {cost:.3f} %: nobody takes it lightly who does not mean it"
    if cost >= -margin:
        return f"in plain welfare {step} changes nothing for {who} within the margin: it tells nothing"
    return (
        f"in plain welfare {step} gains {who} {-cost:.3f} %, so it is no costly signal: "
        "a bluffing maker would gladly take it too"
    )


def _break_even(cost: float, costly: bool, gain: float | None, margin: float) -> tuple[float | None, str]:
    if costly:
        return 0.0, "the step is costly without any extra weight"
    if gain is None:
        return None, "the protected industries' income was not given"
    if gain <= margin:
        return None, "the protected industries do not lose by the step: no weight on them makes it costly"
    weight = -cost / gain
    return weight, f"the maker would have to count a dollar of the protected industries' income {1 + weight:.2f} times"


@dataclass(frozen=True)
@fixed_fields
class SeparatingStep:
    """The smallest step that a sincere maker takes and a bluffing one does not; a step is a part of the demanded one.

    sincere, bluff: each type's extra weight on the protected industries. prize: what being believed is worth, percent of
    welfare. All three are the user's assumptions. cost_pct: of that step to each type.
    """

    sincere: float
    bluff: float
    prize: float
    step: float | None
    cost_pct: dict[str, float] | None
    reason: str


Worth = Callable[[float], tuple[float, float]]
LOOK, CLOSER = 11, 20  # steps looked at from none to all, then bisections between two of them


def smallest_separating_step(worth: Worth, sincere: float, bluff: float, prize: float) -> SeparatingStep:
    """The least part z of the step with cost(z; bluff) ≥ prize ≥ cost(z; sincere): Spence (1973), two types.

    worth(z): (W, Y), the maker's welfare and its protected industries' income after a part z, percent, as in `signal`.
    cost(z; b) = W(0) − W(z) + b (Y(0) − Y(z)).
    """
    for name, weight in (("sincere", sincere), ("bluff", bluff)):
        if not 0 <= weight < math.inf:
            raise InputError(f"signal: {name}", f"a weight of {weight:g}", "0 or more")
    if not 0 < prize < math.inf:
        raise InputError("signal: prize", f"{prize:g}", "above 0 percent of welfare")
    start = worth(0.0)

    def cost(z: float, b: float) -> float:
        W, Y = worth(z)
        return start[0] - W + b * (start[1] - Y)

    def tells(z: float) -> bool:
        return cost(z, bluff) >= prize

    looked = [float(z) for z in np.linspace(0, 1, LOOK)]
    first = next((k for k, z in enumerate(looked) if tells(z)), None)
    if first is None:
        most = max(cost(z, bluff) for z in looked)
        words = f"even the whole step costs the bluffing type less than being believed is worth (at most {most:.4f} %)"
        return SeparatingStep(sincere, bluff, prize, None, None, words)
    low, high = looked[max(first - 1, 0)], looked[first]
    for _ in range(CLOSER if first else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if tells(middle) else (middle, high)
    costs = {"sincere": cost(high, sincere), "bluff": cost(high, bluff)}
    if costs["sincere"] > prize:
        return SeparatingStep(
            sincere, bluff, prize, None, costs, "the step that stops the bluffing type is too dear for the sincere"
        )
    return SeparatingStep(
        sincere, bluff, prize, high, costs, "the bluffing type would rather not, the sincere one would"
    )


def protected_income_pct(eq: Equilibrium, country: str, sectors: Sequence[str]) -> float:
    """Real value added of a country's sectors in percent of its baseline income: Y for `signal`, at one equilibrium.

    Y = 100 sum_s beta S_new / (prod P_hat^alpha · I), S_new[s] = sum_n X_new (1 − r): sales before duty.
    """
    world = eq.world
    n = world.index(country)
    S_new = (eq.X_new[:, n] * (1 - eq.wedges.revenue_share[:, n])).sum(axis=0)
    chosen = [world.sectors.index(s) for s in sectors]
    price = float(np.exp(world.alpha[n] @ np.log(eq.P_hat[n])))
    return float(100 * (world.beta[n] * S_new)[chosen].sum() / (price * world.base.income[n]))
