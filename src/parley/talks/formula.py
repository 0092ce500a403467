"""Lashkaripour's (2021) formula for uniform tariffs: a quick approximation and a check, never called exact."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.instruments import Instruments
from parley.trade.equilibrium import Equilibrium

FLOOR = 1.0  # of the denominator: no rate above 100 percent


def formula_rates(board: Instruments, eq: Equilibrium) -> Float[ndarray, " g"]:
    """t[i] = 1 / sum_{j,k} chi[i,j,k] theta[k] (1 − lambda[i,j,k]), one rate a player.  Lashkaripour (2021), delta = 0.

    chi: i's export shares over foreign (j, k), before duty. lambda: i's share in j's spending on k. Of a union: its
    exports to the outside, and its members' shares together. The denominator is floored at 1.
    """
    pi, before_duty = (
        np.ascontiguousarray(values.transpose(2, 0, 1))
        for values in (eq.pi_new, eq.X_new * (1 - eq.wedges.revenue_share))
    )
    theta = eq.world.theta[:, None, None]
    member = np.zeros((pi.shape[1], len(board.players)))
    for p, own in enumerate(board.members):
        member[list(own), p] = 1.0
    exports, share = (before_duty @ member) * (1 - member), pi @ member
    mean = (theta * exports * (1 - share)).sum(axis=(0, 1)) / exports.sum(axis=(0, 1))
    return (1 / np.maximum(mean, FLOOR))[board.owner]
