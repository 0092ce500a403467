"""Which political weights would make a schedule a best reply, where any can; and what each favour costs the nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import read_only
from parley.talks.answers import WeightsPart
from parley.talks.instruments import board
from parley.talks.multipliers import shadow_values, slope
from parley.talks.objective import Direct, Flows, Objective, direct_of, flows_of, nominal, price_level
from parley.trade.closures import name_of
from parley.trade.equilibrium import Equilibrium

EXACT = 1e-6  # of the mean size of a condition's terms: a residual up to it is rounding


@dataclass(frozen=True, eq=False)
@read_only
class Weights:
    """Weights lambda on sectors' incomes (mean 1) and nu on duties that make every free rate stationary, or come closest.

    exists: whether the conditions hold and all weights are positive; `reason` says what fails. gap: the largest
    unmet condition, relative to its terms. price: welfare lost, per unit of real income that one more point of duty on
    the sector moves to it; None where that duty does not help the sector. nu belongs to duties beyond what Ossa's
    sector incomes hold of them: 0 is Ossa's government.
    """

    player: str
    sectors: tuple[str, ...]
    weight: Float[ndarray, " s"]
    revenue_weight: float
    exists: bool
    reason: str
    gap: float
    own_rate: Float[ndarray, " s"]
    price: tuple[float | None, ...]

    def as_json(self) -> WeightsPart:
        """One row a sector, and the verdict."""
        rows = zip(self.sectors, self.weight.tolist(), self.own_rate.tolist(), self.price, strict=True)
        return {
            "player": self.player, "exists": self.exists, "reason": self.reason, "gap": self.gap,
            "revenue_weight": self.revenue_weight,
            "sectors": [{"id": s, "weight": w, "mean_rate": t, "price_of_favour": p,
                         "price_reason": None if p is not None else "one more point does not raise this sector's income"}
                        for s, w, t, p in rows],
            "assumption": "the weights are read off the schedule; they are no estimate of what any government thinks",
        }  # fmt: skip


def revealed_weights(
    eq: Equilibrium,
    player: str,
    instrument: str = "mfn",
    *,
    unions: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    revenue: bool = True,
) -> Weights:
    """The Weights under which the player's present rates answer all others'. docs/talks.md.

    The first-order conditions sum_cells dG/dlog tau = 0 are linear in lambda: A lambda + nu b = 0 with sum lambda = S.
    A column is the slope of one sector's real income (with its labour's share of duties), b that of real duties.
    revenue False: nu = 0, Ossa's government; one rate per sector then leaves one condition too many.
    """
    world = eq.world
    if not eq.closure.plain:
        found = (
            ", ".join(map(name_of, eq.closure.chosen))
            or f"revenue {eq.revenue}, labour supply {eq.closure.labour_supply}"
        )
        hint = "Under another closure it is not said which sector earns what is invested, wasted or paid for hours"
        raise InputError("talks: weights", f"the closure {found}", "fixed capital, hours that do not respond", hint)
    b = board(world, [player], instrument, unions, sectors)
    members, flows = b.members[0], flows_of(eq)
    aims = _aims(eq, flows, members)
    shadow = shadow_values(eq, aims)
    by_rate = np.stack([_by_rate(b, slope(eq, shadow, k)) for k in range(len(aims.income))], axis=1)
    S = len(world.sectors)
    A = by_rate[:, : S + 1] if revenue else by_rate[:, :S]
    found, gap = _solve(A, S)
    weight, nu = found[:S], float(found[S]) if revenue else 0.0
    exists, reason = _verdict(gap, weight, nu, world.sectors)
    own_rate = _mean_rates(eq, members)
    price = _prices(eq, members, shadow, S)
    return Weights(player, world.sectors, weight, nu, exists, reason, gap, own_rate, price)


def _aims(eq: Equilibrium, flows: Flows, members: tuple[int, ...]) -> Direct:
    """One objective a sector (its real income), then real duties, then welfare: levels, in shares of baseline income."""
    S, total = len(eq.world.sectors), float(eq.world.base.income[list(members)].sum())
    P = price_level(eq, flows)
    named = [Objective("sector", {"government": 1.0}, _only(eq, s)) for s in range(S)]
    named += [Objective("revenue", {"revenue": 1.0}), Objective("all", {"welfare": 1.0})]
    rows = []
    for aim in named:
        level = float((nominal(eq, flows, aim) / P)[list(members)].sum())
        made = direct_of(eq, aim, (members,), flows) if level > 0 else None
        rows.append(_zero(flows) if made is None else made.together(np.array([level / total])))
    parts = ("income", "revenue", "wage", "sales", "price")
    return Direct(*(np.concatenate([getattr(row, part) for row in rows]) for part in parts))


def _only(eq: Equilibrium, s: int) -> Float[ndarray, "n s"]:
    return np.broadcast_to(np.eye(len(eq.world.sectors))[s], (len(eq.world.countries), len(eq.world.sectors)))


def _zero(flows: Flows) -> Direct:
    S, N = flows.S.shape
    return Direct(*(np.zeros((1, N)) for _ in range(3)), *(np.zeros((1, S, N)) for _ in range(2)))


def _by_rate(b, by_cell: Float[ndarray, "n i s"]) -> Float[ndarray, " g"]:
    return b.total(np.ascontiguousarray(by_cell.transpose(2, 0, 1)).reshape(-1)[b.cells])


def _solve(A: Float[ndarray, "g c"], S: int) -> tuple[Float[ndarray, " c"], float]:
    """(weights, gap) of A x = 0 with the first S summing to S, by least squares; rows scaled by their size."""
    size = np.abs(A).sum(axis=1)
    rows = A[size > 0] / size[size > 0][:, None]
    if not len(rows):
        raise InputError("talks: weights", "no rate that bears on anybody", "a schedule on goods that are traded")
    mean = np.zeros(A.shape[1])
    mean[:S] = 1.0
    basis = np.linalg.svd(mean[None])[2][1:].T  # directions that keep the mean
    start = mean.copy()
    y = np.linalg.lstsq(rows @ basis, -rows @ start, rcond=None)[0]
    x = start + basis @ y
    return x, float(np.abs(rows @ x).max())


def _verdict(gap: float, weight: ndarray, nu: float, sectors: tuple[str, ...]) -> tuple[bool, str]:
    if gap > EXACT:
        return False, f"no weights make all these rates stationary at once: the closest leave a gap of {gap:.1e}"
    low = int(np.argmin(weight))
    if weight[low] < 0:
        return (
            False,
            f"only a negative weight on {sectors[low]} ({weight[low]:.2f}) would: such a government wants it poor",
        )
    return True, f"these weights do, with {1 + nu:.2f} on duties beside the sectors' incomes; a local condition"


def _mean_rates(eq: Equilibrium, members: tuple[int, ...]) -> Float[ndarray, " s"]:
    """Mean rate on imports by sector, weighted by value before duty; 0 where nothing is imported."""
    own = list(members)
    outside = [i for i in range(len(eq.world.countries)) if i not in own]
    spent, r = eq.X_new[np.ix_(own, outside)], eq.wedges.revenue_share[np.ix_(own, outside)]
    value, duty = (spent * (1 - r)).sum(axis=(0, 1)), (spent * r).sum(axis=(0, 1))
    return np.where(value > 0, duty / np.where(value > 0, value, 1.0), 0.0)


def _prices(eq: Equilibrium, members: tuple[int, ...], shadow, S: int) -> tuple[float | None, ...]:
    """−dW/dY_s along the duty on sector s, all partners outside together."""
    own = list(members)
    outside = [i for i in range(len(eq.world.countries)) if i not in own]
    at = np.ix_(own, outside)
    welfare = slope(eq, shadow, S + 1)[at].sum(axis=(0, 1))
    income = np.array([slope(eq, shadow, s)[at].sum(axis=(0, 1))[s] for s in range(S)])
    return tuple(float(-w / y) if y > 0 else None for w, y in zip(welfare, income, strict=True))
