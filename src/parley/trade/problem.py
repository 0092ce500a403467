"""The change that is asked for, checked and laid on a world's grid, and the problem that it makes, ready to solve.

Duties, iceberg costs, export taxes and shifts of demand come first; then the problem, with powers taken once and matrices
laid out sector by sector; then what every model says of one iterate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.arguments import unchecked
from parley.array_types import Float
from parley.errors import LIKE_PERCENT, InputError, warn_of_percent
from parley.frozen import frozen, read_only
from parley.rates import Wedges, wedges_between
from parley.trade.closure import Closure, income
from parley.trade.hat import shocked_shares
from parley.world.accounts import by_sector
from parley.world.world import World


@dataclass(frozen=True, eq=False)
@read_only
class Shocks:
    """Changes by cell, or None where nothing moves.

    iceberg_hat: factor on the goods that must be sent for one to arrive. demand_hat: factor on the weight of a seller in
    the buyer's basket; weights are brought back to one, so that at unchanged prices the basket costs what it did.
    export_tax: rate that i levies on what n buys, a fraction of the price before it; duties come on top.
    """

    iceberg_hat: Float[ndarray, "n i s"] | None = None
    demand_hat: Float[ndarray, "n i s"] | None = None
    export_tax: Float[ndarray, "n i s"] | None = None

    def part(self, share: float) -> Shocks:
        """A part of the change: factors to the power of the share, rates times the share."""
        return Shocks(
            None if self.iceberg_hat is None else self.iceberg_hat**share,
            None if self.demand_hat is None else self.demand_hat**share,
            None if self.export_tax is None else self.export_tax * share,
        )

    def factor(self, tau_hat: Float[ndarray, "n i s"]) -> Float[ndarray, "n i s"]:
        """The whole wedge in a buyer's price: duty, iceberg and export tax."""
        factor = tau_hat if self.iceberg_hat is None else tau_hat * self.iceberg_hat
        return factor if self.export_tax is None else factor * (1 + self.export_tax)


def shocks_of(
    world: World, iceberg_hat: ndarray | None, demand_hat: ndarray | None, export_tax: ndarray | None
) -> Shocks:
    """The Shocks of these arrays, checked cell by cell. Raises InputError with the cell."""
    iceberg, demand = _factors(world, "iceberg_hat", iceberg_hat), _factors(world, "demand_hat", demand_hat)
    if export_tax is None:
        return Shocks(iceberg, demand, None)
    tax = _shaped(world, "export_tax", export_tax)
    refuse(world, ~((tax > -1) & np.isfinite(tax)), "export_tax", tax, "above -1 (a rate is a fraction)")
    own = np.eye(len(world.countries), dtype=bool)[:, :, None]
    refuse(world, own & (tax != 0), "export_tax", tax, "no export tax on sales at home")
    return Shocks(iceberg, demand, tax if tax.any() else None)


def purchases(world: World, amounts: Mapping[tuple[str, str, str], float]) -> Float[ndarray, "n i s"]:
    """demand_hat under which, at unchanged prices, each (buyer, seller, sector) buys that much more, in the world's money.

    The buyer's spending on the sector stays; the other sellers lose in proportion. What it costs the buyer to take what
    it would not have chosen is not counted: for that, solve with an import subsidy (a negative rate) that sells as much.
    """
    weight = world.X.copy()
    for (buyer, seller, sector), amount in amounts.items():
        if sector not in world.sectors:
            raise InputError("purchases", f"no sector {sector!r}", ", ".join(world.sectors))
        n, i, s = world.index(buyer), world.index(seller), world.sectors.index(sector)
        now, spending = weight[n, i, s], weight[n, :, s].sum()
        if not (now > 0 and 0 < now + amount < spending):
            raise InputError(
                f"purchases, {buyer} from {seller}, {sector}",
                f"{amount:.6g} more is not between none and all of the {spending:.6g} spent (now {now:.6g})",
                "an amount that leaves room for other sellers, from a seller that sells there",
            )
        weight[n, :, s] *= (spending - now - amount) / (spending - now)
        weight[n, i, s] = now + amount
    return np.divide(weight, world.X, out=np.ones_like(weight), where=world.X > 0)


def _factors(world: World, what: str, values: ndarray | None) -> ndarray | None:
    if values is None:
        return None
    values = _shaped(world, what, values)
    refuse(world, ~((values > 0) & np.isfinite(values)), what, values, "a positive factor (1 is no change)")
    return values


def _shaped(world: World, what: str, values: ndarray) -> ndarray:
    values = np.asarray(values, dtype=float)
    check_shape(world, what, values)
    return values


def check_shape(world: World, what: str, values: ndarray) -> None:
    """Refuses an array that is not laid out as the world's cells."""
    if values.shape != world.X.shape:
        raise InputError("solve", f"{what} has shape {values.shape}", f"{world.X.shape}: buyer, seller, sector")


def refuse(world: World, bad: ndarray, what: str, values: ndarray, allowed: str) -> None:
    """Raises InputError for the first bad cell, named by its codes."""
    if not bad.any():
        return
    n, i, s = (int(k) for k in np.argwhere(bad)[0])
    place = f"solve, {world.countries[n]} from {world.countries[i]}, {world.sectors[s]}"
    more = f" (and {int(bad.sum()) - 1} more cells)" if bad.sum() > 1 else ""
    raise InputError(place, f"{what} is {values[n, i, s]}{more}", allowed)


def wedges_of(world: World, t_new: ndarray | Wedges | None) -> Wedges:
    """The change as wedges on this world's grid. None is no change. Raises InputError with the cell."""
    if isinstance(t_new, Wedges):
        wedges = _checked(world, t_new)
    elif t_new is None or t_new is world.t:
        wedges = wedges_between(world.t, world.t)
    else:
        t_new = np.asarray(t_new, dtype=float)
        check_shape(world, "t_new", t_new)
        if not (t_new.min() > -1 and t_new.max() < np.inf):
            allowed = "a finite rate above -1 (a rate is a fraction: for 145 percent write 1.45)"
            refuse(world, ~((t_new > -1) & np.isfinite(t_new)), "t_new", t_new, allowed)
        if t_new.max() > LIKE_PERCENT:
            _warn_of_percent(world, np.where(t_new == world.t, 0.0, t_new))
        wedges = wedges_between(by_sector(t_new), world.t)
    tau_hat, r = wedges.tau_hat, wedges.revenue_share
    own, levied = np.arange(len(world.countries)), np.zeros(r.shape, bool)
    levied[own, own] = (r[own, own] != 0) | (tau_hat[own, own] != 1)
    refuse(world, levied, "the new duty share", r, "no duty on a country's own goods")
    return wedges


def _warn_of_percent(world: World, t_new: ndarray) -> None:
    """Warns of the largest new rate where it looks like a percentage, named by its cell."""
    n, i, s = (int(k) for k in np.unravel_index(int(np.argmax(t_new)), t_new.shape))
    warn_of_percent(float(t_new[n, i, s]), f"solve, {world.countries[n]} from {world.countries[i]}, {world.sectors[s]}")


def _checked(world: World, wedges: Wedges) -> Wedges:
    """The wedges of a user, stored sector by sector."""
    tau_hat, r = wedges.tau_hat, wedges.revenue_share
    check_shape(world, "tau_hat", tau_hat)
    if not r.max() < 1:
        refuse(world, ~(r < 1), "revenue_share", r, "a share below 1")
    if tau_hat.transpose(2, 0, 1).flags.c_contiguous and r.transpose(2, 0, 1).flags.c_contiguous:
        return wedges
    return unchecked(Wedges, frozen(by_sector(tau_hat)), frozen(by_sector(r)))


@dataclass(frozen=True, eq=False)
class Problem:
    """A world and a change, as the solver wants them. [s, n, i]: sector, buyer, seller.

    K: shares at new wedges and old costs. net: K (1 − r) of foreign sellers, what of a buyer's unit reaches their border.
    own: the diagonal of K. r: duty's share of spending in the new state. taxed: the export tax in it; None where none.
    Of net and own the part that the buyer's own labour earns (`Closure.local`) is taken off.
    """

    world: World
    wedges: Wedges
    shocks: Shocks
    closure: Closure
    K: Float[ndarray, "s n i"]
    net: Float[ndarray, "s n i"]
    own: Float[ndarray, "s n"]
    r: Float[ndarray, "s n i"]
    taxed: Float[ndarray, "s n i"] | None

    @property
    def deficits(self) -> str:
        """The closure of deficits, by name."""
        return self.closure.deficits


def prepare(world: World, wedges: Wedges, closure: Closure, shocks: Shocks | None = None) -> Problem:
    """The Problem of a world under new wedges and, if given, other changes."""
    shocks, own = shocks or Shocks(), np.arange(len(world.countries))
    pi, r = _weights(world, shocks), wedges.revenue_share.transpose(2, 0, 1)
    factor = shocks.factor(wedges.tau_hat).transpose(2, 0, 1)
    if closure.pass_through is not None:
        factor = factor ** closure.pass_through[:, None]
    K = shocked_shares(pi, factor, world.theta)
    unused = np.nonzero(world.base.E.T == 0)  # their price follows the own cost; the weight of that price is zero
    K[(*unused, unused[1])] = 1.0
    net = np.subtract(1.0, r)
    taxed = None
    if shocks.export_tax is not None:
        rate = shocks.export_tax.transpose(2, 0, 1)
        taxed = net * rate / (1 + rate)
    net *= K
    net[:, own, own] = 0.0
    at_home = K[:, own, own]
    if closure.local is not None:
        if taxed is not None:
            raise InputError("solve, deficits endogenous", "export taxes are given", "none: no equation was published")
        sent = 1 - closure.local
        net *= sent[:, None]
        at_home = at_home * sent
    return Problem(world, wedges, shocks, closure, K, net, at_home, r, taxed)


def part_of(problem: Problem, part: float) -> Problem:
    """The Problem of a part of the change: log wedges, duty shares, rates and transfers are scaled together."""
    r_base = problem.world.t / (1 + problem.world.t)
    r = r_base + part * (problem.wedges.revenue_share - r_base)
    wedges = replace(problem.wedges, tau_hat=problem.wedges.tau_hat**part, revenue_share=r)
    return prepare(problem.world, wedges, problem.closure.part(part), problem.shocks.part(part))


def _weights(world: World, shocks: Shocks) -> Float[ndarray, "s n i"]:
    """Baseline shares, moved by the demand shift and brought back to their sum."""
    pi = world.base.pi.transpose(2, 0, 1)
    if shocks.demand_hat is None:
        return pi
    moved = pi * shocks.demand_hat.transpose(2, 0, 1)
    total = moved.sum(axis=2, keepdims=True)
    return np.divide(moved, total, out=moved, where=total > 0)


@dataclass(frozen=True, eq=False)
class Trade:
    """Flows at one iterate. exports: at the border, by sector and seller; own: sold at home; imports: before duty.

    collected: export taxes by seller and sector. revenue: all duties and export taxes. E: spending by sector. services: what
    local labour earns of it.
    """

    q: Float[ndarray, "s n"]
    Phi: Float[ndarray, "s n"]
    exports: Float[ndarray, "s i"]
    own: Float[ndarray, "s i"]
    imports: Float[ndarray, " n"]
    collected: Float[ndarray, "s i"] | None
    income: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    revenue: Float[ndarray, " n"]
    E: Float[ndarray, "s n"]
    services: Float[ndarray, "s n"] | float = 0.0

    @property
    def sold(self) -> Float[ndarray, "s i"]:
        """Sales that sellers keep: before duties and export taxes."""
        total = self.exports + self.own
        return total if self.collected is None else total - self.collected


def trade_at(
    problem: Problem,
    e: Float[ndarray, "s n"],
    minus_theta: Float[ndarray, "s 1"],
    log_w: Float[ndarray, " n"],
    earned: Float[ndarray, " n"],
    log_v: Float[ndarray, "*c n"] | None = None,
    tilt: Float[ndarray, "s n"] | None = None,
) -> Trade:
    """The Trade at wages log_w and earnings (wages, and profits if any), spent in shares e over sectors.

    log_v: cost of value added, where it is not the wage. tilt: what is spent on s beside those shares, summing to zero.
    """
    closure, q = problem.closure, np.exp(minus_theta * (log_w if log_v is None else log_v))
    Phi, foreign = np.matmul(problem.K, q[:, :, None])[:, :, 0], np.matmul(problem.net, q[:, :, None])[:, :, 0]
    own = problem.own * q
    undutied = own + foreign  # of spending, in units of Phi
    if closure.local is not None:
        undutied /= 1 - closure.local
    per_unit, levied = e / Phi, None  # levied: export tax of i on what n buys, likewise
    kept, taxed, beside, collected = np.add.reduce(undutied * per_unit), None, 0.0, None
    if problem.taxed is not None:
        levied = problem.taxed * problem.K * q[:, None, :]
        taxed = np.einsum("sni,sn->in", levied, per_unit)
    if tilt is not None:
        beside = np.add.reduce(undutied * (tilt / Phi))
        if levied is not None:
            beside = beside - np.einsum("sni,sn->i", levied, tilt / Phi)
    total, D_new = income(earned, kept, np.exp(log_w), problem.world, closure, taxed, beside)
    E = e * total
    per_unit *= total
    revenue = total * (1 - kept)
    if tilt is not None:
        E += tilt
        per_unit += tilt / Phi
        revenue = total - np.add.reduce(undutied * per_unit)
    exports = np.matmul(per_unit[:, None, :], problem.net)[:, 0]
    exports *= q
    own *= per_unit
    if levied is not None:
        collected = np.einsum("sni,sn->si", levied, per_unit)
        revenue = revenue + collected.sum(axis=0)
    services = 0.0 if closure.local is None else closure.local * undutied * per_unit
    imports = np.add.reduce(foreign * per_unit)
    return Trade(q, Phi, exports, own, imports, collected, total, D_new, revenue, E, services)


@dataclass(frozen=True, eq=False)
class State:
    """A model's quantities at one iterate, sector by sector ([s, n]), in units of the world's labour income.

    alpha: shares of final spending that the model uses (of consumption, where capital adjusts). q = c_hat^(−theta).
    Phi = P_hat^(−theta). labour: labour income (of all factors, where capital adjusts). L_hat: labour. tax: on labour.
    residual: the largest gap of any market or price at this iterate. entry: what log P_hat has beside −log Phi/theta.
    """

    w_hat: Float[ndarray, " n"]
    alpha: Float[ndarray, "s n"]
    log_c: Float[ndarray, "s n"]
    q: Float[ndarray, "s n"]
    Phi: Float[ndarray, "s n"]
    E_new: Float[ndarray, "s n"]
    income: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    labour: Float[ndarray, " n"]
    L_hat: Float[ndarray, " n"]
    tax: Float[ndarray, " n"]
    residual: float
    entry: Float[ndarray, " n"] | None = None
