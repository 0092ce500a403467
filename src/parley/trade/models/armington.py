"""Many sectors, no links: Armington, or Eaton and Kortum (2002) with sectors. Costinot and Rodríguez-Clare (2014).

With c_hat = w_hat and no materials everything follows from wages alone: prices and shares, then income in closed form
(what is spent and is not duty equals labour income plus deficit), then trade. The unknowns are N log wages.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from parley.trade.certificate import balance_gap
from parley.trade.problem import Problem, income
from parley.trade.state import State

LINKS = False


class Iteration:
    """The fixed point in log wages of one problem."""

    def __init__(self, problem: Problem) -> None:
        world = problem.world
        self.problem, self.VA = problem, world.base.VA
        self.e = np.ascontiguousarray((world.base.E / world.base.E.sum(axis=1, keepdims=True)).T)
        self.minus_theta = -world.theta[:, None]
        self.damping = 1 / (1 + np.median(world.theta))

    def start(self) -> Float[ndarray, " x"]:
        """Wages as in the baseline."""
        return np.zeros(len(self.VA))

    def from_state(
        self, w_hat: Float[ndarray, " n"], P_hat: Float[ndarray, "n s"], E_new: Float[ndarray, "n s"]
    ) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        return np.log(w_hat)

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f = log(exports + lent) − log(imports + borrowed), damped by 1/(1 + theta); and the residual."""
        exports, imports, state = self._markets(x)
        deficit = state.D_new
        f = np.log((exports + np.maximum(deficit, 0)) / (imports + np.maximum(-deficit, 0)))
        f -= (self.VA * f).sum() / self.VA.sum()
        return self.damping * f, state.residual

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at wages exp(x)."""
        return self._markets(x)[2]

    def _markets(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"], State]:
        """(exports, imports, state), before duty: three products over [s, n, i]."""
        N = len(self.VA)
        log_w = x - np.log((self.VA * np.exp(x)).sum() / self.VA.sum())
        labour = self.VA * np.exp(log_w)
        q = np.exp(self.minus_theta * log_w)
        sums = np.matmul(self.problem.stack, q[:, :, None])[:, :, 0]
        Phi, foreign = sums[:, :N], sums[:, N:]
        per_unit = self.e / Phi
        import_share = (per_unit * foreign).sum(axis=0)
        kept = (per_unit * self.problem.own * q).sum(axis=0) + import_share
        total, D_new = income(labour, kept, self.problem.world, self.problem.deficits)
        per_unit *= total
        exports = (np.matmul(per_unit[:, None, :], self.problem.net)[:, 0] * q).sum(axis=0)
        imports = import_share * total
        residual = float(balance_gap(exports, imports, D_new).max()) if total.min() > 0 else np.inf
        state = State(
            np.exp(log_w), self.e, np.broadcast_to(log_w, Phi.shape), q, Phi, self.e * total, total, D_new, residual
        )
        return exports, imports, state
