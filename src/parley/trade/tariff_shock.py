"""The new duties that are asked for, checked and laid on a world's grid, before anything is solved."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.frozen import frozen
from parley.rates import Wedges
from parley.trade.shocks import check_shape, refuse
from parley.world.accounts import by_sector
from parley.world.world import World


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
