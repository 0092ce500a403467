"""Terms of trade against volume for a change of any size: the exact split of small changes, added up along the change.

For a small change, with purchases and sales before duty and all prices before duty,

    I dlog W = sum exports dlog(c[n]/p[n]) + (dR − sum X dlog tau_hat − sum r X dlog c) + (dD − D dlog p[n]) + profits

p[n]: price of n's imports, dlog p[n] = sum imports dlog c[i] / sum imports. The first term is the terms of trade; the second
the volume of trade, with one rate a cell sum t (d imports − imports dlog c) as in Caliendo and Parro (2015); the third what a
deficit buys; profits d(earned) + sum M dlog P − sum S dlog c, none under perfect competition. Their published welfare for
NAFTA takes the first two at the baseline alone; along the change they add up to the exact one, whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, NotSolvedError
from parley.frozen import read_only
from parley.rates import Wedges
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model
from parley.trade.problem import wedges_of
from parley.trade.solve import solve
from parley.world.accounts import material_demand
from parley.world.world import World

PARTS = ("terms_of_trade", "volume_of_trade", "transfers", "profits")
FEWEST, MOST = 8, 128  # pieces of the change
CLOSE = 2e-4  # percent of income, between the parts' sum and the exact welfare: below the third digit that is shown


@dataclass(frozen=True, eq=False)
@read_only
class Split:
    """Percent of income, in logs, by country. parts: PARTS in order; total: 100 log W_hat; gap: total less the parts' sum."""

    parts: Float[ndarray, "p n"]
    total: Float[ndarray, " n"]
    gap: Float[ndarray, " n"]
    pieces: int
    residual: float


@dataclass(frozen=True, eq=False)
class _Point:
    """What the split needs of one equilibrium on the way, in the numeraire."""

    log_c: Float[ndarray, "n s"]
    log_P: Float[ndarray, "n s"]
    log_tau: Float[ndarray, "n i s"]
    X: Float[ndarray, "n i s"]
    r: Float[ndarray, "n i s"]
    income: Float[ndarray, " n"]
    revenue: Float[ndarray, " n"]
    D: Float[ndarray, " n"]
    earned: Float[ndarray, " n"]
    log_W: Float[ndarray, " n"]


@checked
def split_change(
    world: World, t_new: ndarray | Wedges | None, *, model: str = "armington", deficits: str = "world_share"
) -> Split:
    """The Split of a change of duties; the change is cut finer until the parts add up to the exact welfare within CLOSE.

    Raises NotSolvedError where they do not after MOST pieces. Revenue is a lump sum.
    """
    base = solve(world, None, model=model, deficits=deficits)
    wedges = wedges_of(base.world, t_new)

    def at(share: float, start: Equilibrium) -> Equilibrium:
        return solve(base.world, part_of_wedges(base.world, wedges, share), model=model, deficits=deficits, start=start)

    return split_path(base, at, model)


def part_of_wedges(world: World, wedges: Wedges, share: float) -> Wedges:
    """A part of a change: the price wedge to that power, the duty share between the baseline's and the new."""
    r = world.t / (1 + world.t)
    return replace(wedges, tau_hat=wedges.tau_hat**share, revenue_share=r + share * (wedges.revenue_share - r))


def split_path(base: Equilibrium, at: Callable[[float, Equilibrium], Equilibrium], model: str) -> Split:
    """The Split along equilibria at(share, neighbour) from base (share 0) to share 1."""
    pieces, coarse = FEWEST, None
    while True:
        fine, total, residual = _summed(base, at, model, pieces)
        parts = fine if coarse is None else (4 * fine - coarse) / 3  # the error falls with the square of a piece
        gap = total - parts.sum(axis=0)
        if coarse is not None and np.abs(gap).max() <= CLOSE:
            return Split(parts, total, gap, pieces, residual)
        if pieces >= MOST:
            raise NotSolvedError(
                "decompose", f"the parts miss the exact welfare by {np.abs(gap).max():.1e} percent in {pieces} pieces",
                float(np.abs(gap).max()), f"at most {CLOSE} percent",
            )  # fmt: skip
        pieces, coarse = 2 * pieces, fine


def _summed(
    base: Equilibrium, at: Callable[[float, Equilibrium], Equilibrium], model: str, pieces: int
) -> tuple[Float[ndarray, "p n"], Float[ndarray, " n"], float]:
    """(parts, 100 log W_hat, worst residual) over equal pieces, each started from its neighbour."""
    first = here = _point(base)
    parts, eq, residual = np.zeros((len(PARTS), len(base.w_hat))), base, base.residual
    for piece in range(1, pieces + 1):
        eq = at(piece / pieces, eq)
        there, residual = _point(eq), max(residual, eq.residual)
        parts += 100 * _piece(base.world, model, here, there)
        here = there
    return parts, 100 * (here.log_W - first.log_W), residual


def _point(eq: Equilibrium) -> _Point:
    if eq.revenue != "lump_sum" or eq.export_tax is not None:
        raise InputError("decompose", f"revenue {eq.revenue}", "lump_sum, without export taxes")
    gdp = eq.income_new - eq.D_new
    return _Point(
        np.log(eq.c_hat), np.log(eq.P_hat), np.log(eq.wedges.tau_hat), eq.X_new, eq.wedges.revenue_share, eq.income_new,
        eq.revenue_new, eq.D_new, gdp - eq.revenue_new, np.log(eq.welfare_hat),
    )  # fmt: skip


def _piece(world: World, model: str, a: _Point, b: _Point) -> Float[ndarray, "p n"]:
    """The parts of one small piece, in shares of income: weights are means of both ends."""
    dc, dP, dtau = b.log_c - a.log_c, b.log_P - a.log_P, b.log_tau - a.log_tau
    ends = [_weighted(world, model, point, dc, dP, dtau) for point in (a, b)]
    terms, volume, transfers, profits = (np.mean([end[k] for end in ends], axis=0) for k in range(4))
    per_income = (1 / a.income + 1 / b.income) / 2
    return np.array(
        [
            terms,
            volume + (b.revenue - a.revenue) * per_income,
            transfers + (b.D - a.D) * per_income,
            profits + (b.earned - a.earned) * per_income,
        ]
    )


def _weighted(world: World, model: str, at: _Point, dc: ndarray, dP: ndarray, dtau: ndarray) -> tuple[ndarray, ...]:
    """The terms of the split that are weights of one end times changes of prices, over income."""
    before_duty = at.X * (1 - at.r)
    S, duty = before_duty.sum(axis=0), at.X * at.r
    own = np.arange(len(S))
    trade = before_duty.copy()
    trade[own, own] = 0.0
    exports, imports = trade.sum(axis=0), trade.sum(axis=(1, 2))
    paid = np.einsum("nis,is->n", trade, dc)
    dp = np.where(imports > 0, paid / np.where(imports > 0, imports, 1.0), 0.0)
    terms = (exports * dc).sum(axis=1) - exports.sum(axis=1) * dp
    volume = -(at.X * dtau).sum(axis=(1, 2)) - np.einsum("nis,is->n", duty, dc)
    profits = -(S * dc).sum(axis=1)
    if read_model(model).LINKS and world.gamma is not None:
        profits = profits + (material_demand(S, world.beta, world.gamma) * dP).sum(axis=1)
    return terms / at.income, volume / at.income, -at.D * dp / at.income, profits / at.income
