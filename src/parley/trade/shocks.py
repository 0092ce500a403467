"""The change that is asked for, checked and laid on a world's grid: duties, iceberg costs, export taxes, and shifts of demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import frozen, read_only
from parley.rates import Wedges
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
    return np.where(world.X > 0, weight / np.where(world.X > 0, world.X, 1.0), 1.0)


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
        wedges = Wedges.from_rates(world.t, world.t)
    else:
        t_new = np.asarray(t_new, dtype=float)
        check_shape(world, "t_new", t_new)
        if not (t_new.min() > -1 and t_new.max() < np.inf):
            allowed = "a finite rate above -1 (a rate is a fraction: for 145 percent write 1.45)"
            refuse(world, ~((t_new > -1) & np.isfinite(t_new)), "t_new", t_new, allowed)
        wedges = Wedges.from_rates(by_sector(t_new), world.t)
    tau_hat, r = wedges.tau_hat, wedges.revenue_share
    own = np.arange(len(world.countries))
    if r[own, own].any() or np.any(tau_hat[own, own] != 1):
        levied = np.eye(len(own), dtype=bool)[:, :, None] & ((r != 0) | (tau_hat != 1))
        refuse(world, levied, "the new duty share", r, "no duty on a country's own goods")
    return wedges


def _checked(world: World, wedges: Wedges) -> Wedges:
    """The wedges of a user, stored sector by sector."""
    tau_hat, r = wedges.tau_hat, wedges.revenue_share
    check_shape(world, "tau_hat", tau_hat)
    check_shape(world, "revenue_share", r)
    if not (tau_hat.min() > 0 and tau_hat.max() < np.inf):  # the common case costs two passes over the cells
        refuse(world, ~((tau_hat > 0) & np.isfinite(tau_hat)), "tau_hat", tau_hat, "a positive factor")
    if not (r.min() > -np.inf and r.max() < 1):
        refuse(world, ~((r < 1) & np.isfinite(r)), "revenue_share", r, "a share below 1")
    if tau_hat.transpose(2, 0, 1).flags.c_contiguous and r.transpose(2, 0, 1).flags.c_contiguous:
        return wedges
    return Wedges(frozen(by_sector(tau_hat)), frozen(by_sector(r)))
