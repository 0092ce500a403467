"""Lashkaripour's (2021) formula for uniform tariffs: a quick approximation and a check, never called exact."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.shapes import Float
from parley.talks.board import Board
from parley.trade.equilibrium import Equilibrium

FLOOR = 1.0  # of the denominator: no rate above 100 percent


def formula_rates(board: Board, eq: Equilibrium) -> Float[ndarray, " g"]:
    """t[i] = 1 / sum_{j,k} chi[i,j,k] theta[k] (1 − lambda[i,j,k]), one rate a player.  Lashkaripour (2021), delta = 0.

    chi: i's export shares over foreign (j, k), before duty. lambda: i's share in j's spending on k. Of a union: its
    exports to the outside, and its members' shares together. The denominator is floored at 1.
    """
    pi = eq.pi_new.transpose(2, 0, 1)
    before_duty = (eq.X_new * (1 - eq.wedges.revenue_share)).transpose(2, 0, 1)
    theta = eq.world.theta
    t = np.empty(len(board.players))
    for p, own in enumerate(board.members):
        i = list(own)
        outside = np.delete(np.arange(len(board.world.countries)), i)
        exports = before_duty[:, outside][:, :, i].sum(axis=2)
        share = pi[:, outside][:, :, i].sum(axis=2)
        mean = (exports * theta[:, None] * (1 - share)).sum() / exports.sum()
        t[p] = 1 / max(mean, FLOOR)
    return t[board.owner]
