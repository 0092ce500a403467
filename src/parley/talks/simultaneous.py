"""Leads a search with links: rates, the equilibrium and shadow values move together, a step of rates for every pass.

The search (search.py) takes an equilibrium and its shadow values as solved before it moves its rates once. Here one
acceleration spans all three, so that none waits for the others. It only leads: the search starts from where it ends, with an
equilibrium and shadow values solved to the tolerances of always, and goes on where that is not enough.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.adjoint_preconditioner import adjoint_preconditioner
from parley.talks.instruments import Bounds, Instruments
from parley.talks.multipliers import Multipliers, asked_rates, links_of, of_links
from parley.talks.multipliers_links import MANY, Iterate, System
from parley.talks.objective import Direct, Flows, Objective, direct_of
from parley.trade.anderson import FixedPoint
from parley.trade.closure import WORLD_LABOUR, Closure
from parley.trade.equilibrium import Equilibrium
from parley.trade.hat import new_shares, price_hat
from parley.trade.models import caliendo_parro as model
from parley.trade.preconditioner import Preconditioner
from parley.trade.problem import State, prepare, wedges_of
from parley.trade.solve import finish
from parley.world.world import World

MODEL = "caliendo_parro"  # whose unknowns these are
PASSES = 60
FEWER = MANY  # players: of more, shadow values are the dear part, and take more passes this way
INNER = 2  # passes over shadow values in each: they are the slowest of the three to settle
ARRIVED = 8e-10  # change of any log tau, and gaps of the rest, at which it ends: a little below where the search does
NEAR = 1e-2  # the same, below which it leads at all


@dataclass(frozen=True, eq=False)
class Iterated:
    """An iterate of the equilibrium as objectives and shadow values read it."""

    world: World
    closure: Closure
    deficits: str
    P_hat: Float[ndarray, "n s"]
    income_new: Float[ndarray, " n"]
    revenue_new: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]


class Together:
    """The fixed point in log tau, the equilibrium's unknowns, and those of shadow values over their size, in one vector.

    shadow: the values at the last step; None before the first.
    """

    def __init__(
        self, board: Instruments, t: Float[ndarray, "n i s"], closure: Closure, objective: Objective, bounds: Bounds
    ) -> None:
        world, cells = board.world, board.cells
        self.board, self.t, self.closure, self.objective, self.bounds = board, t, closure, objective, bounds
        problem = prepare(world, board.wedges(board.log_tau(t), t), closure)
        self.iteration, self.kept = model.Iteration(problem), np.ascontiguousarray(1 - problem.r)
        self.K, self.net = self.iteration.K, self.iteration.net = problem.K.copy(), problem.net.copy()
        t_base, pi = (np.ascontiguousarray(x.transpose(2, 0, 1)).reshape(-1)[cells] for x in (world.t, world.base.pi))
        self.theta = world.theta[cells // self.K[0].size]
        self.untaxed = pi * np.exp(
            self.theta * np.log1p(t_base)
        )  # shares of the cells that move, without duty, at old costs
        self.shadow: Multipliers | None = None
        self.size: ndarray | None = None

    def start(
        self, log_tau: Float[ndarray, " g"], near: tuple[Equilibrium, Multipliers] | None
    ) -> Float[ndarray, " z"]:
        """The first vector. near: where another start ended."""
        (S, N), K = self.iteration.shape, len(self.board.members)
        if near is None or near[1].iterate is None:
            return np.concatenate([log_tau, self.iteration.start(), np.zeros(N * (1 + 2 * S) * K)])
        eq, self.shadow = near
        self.size = np.abs(self.shadow.rho).max(axis=1) * eq.income_new.mean()
        return np.concatenate([log_tau, self.iteration.from_equilibrium(eq), (near[1].iterate.x / self.size).ravel()])

    def rates(self, z: Float[ndarray, " z"]) -> Float[ndarray, " g"]:
        """The log tau of a vector, within bounds."""
        return np.clip(z[: len(self.board.owner)], *np.log1p(self.bounds))

    def step(self, z: Float[ndarray, " z"]) -> tuple[Float[ndarray, " z"], float]:
        """(a pass of each, the largest gap)."""
        board, log_tau, x = self.board, self.rates(z), self._unknowns(z)
        self._levy(log_tau)
        move, state = self.iteration.led_state(x)
        here, flows = _reached(board.world, self.closure, state, self.K, self.kept)
        aims = direct_of(here, self.objective, board.members, flows)
        links, unit = links_of(here, flows, aims)
        system, held = System(links), self.shadow and self.shadow.iterate
        slopes = (held and held.leads) or slopes_of_baseline(board.world, self.closure)
        y = z[len(log_tau) + len(x) :].reshape(-1, len(board.members))
        size = np.ones(y.shape[1]) if self.size is None else self.size
        f, values = system.gaps(y * size)
        self.size = size = np.abs(values[0]).max(axis=0) if self.size is None else size
        error, moved = float((np.abs(f).max(axis=0) / size).max()), y * size + system.led(slopes, f)
        for _ in range(INNER - 1):
            f, values = system.gaps(moved)
            moved += system.led(slopes, f)
        self.shadow = of_links(values, unit, aims, Iterate(moved, slopes, None))
        theta = board.world.theta
        asked = asked_rates(board, flows, self.kept, theta, log_tau, self.bounds, self.shadow) - log_tau
        gap = max(float(np.abs(asked).max()), state.residual, error)
        return np.concatenate([asked, move, (moved / size - y).ravel()]), gap

    def ended(self, found: FixedPoint) -> Equilibrium:
        """The equilibrium that a vector comes to, with the residual that it has."""
        began, world = time.perf_counter(), self.board.world
        problem = prepare(world, self.board.wedges(self.rates(found.x), self.t), self.closure)
        state = model.Iteration(problem).state(self._unknowns(found.x))
        return finish(problem, state, found, ("led",), (MODEL, WORLD_LABOUR, began))

    def _unknowns(self, z: Float[ndarray, " z"]) -> Float[ndarray, " x"]:
        """Log wages, prices and spending of a vector."""
        (S, N), G = self.iteration.shape, len(self.board.owner)
        return z[G : G + N * (1 + 2 * S)]

    def _levy(self, log_tau: Float[ndarray, " g"]) -> None:
        """Puts rates into the cells that move."""
        cells, rate = self.board.cells, log_tau[self.board.group]
        share, kept = self.untaxed * np.exp(-self.theta * rate), np.exp(-rate)
        for held, new in ((self.K, share), (self.net, share * kept), (self.kept, kept)):
            held.reshape(-1)[cells] = new


def _reached(
    world: World, closure: Closure, state: State, K: Float[ndarray, "s n i"], kept: Float[ndarray, "s n i"]
) -> tuple[Iterated, Flows]:
    """What is read of an iterate, and its flows. K: shares at new wedges and old costs; kept: what of a unit spent is no duty."""
    pi = new_shares(K, state.q, state.Phi)
    Q = pi * kept
    S = np.matmul(state.E_new[:, None, :], Q)[:, 0]
    flows = Flows(pi, Q, state.E_new, S, state.alpha, world.beta.T, np.zeros_like(S), state.labour)
    money = state.income, state.income - state.labour - state.D_new, state.D_new
    return Iterated(world, closure, closure.deficits, price_hat(state.Phi, world.theta).T, *money), flows


_KEPT: WeakKeyDictionary[World, dict[str, Preconditioner]] = WeakKeyDictionary()


def slopes_of_baseline(world: World, closure: Closure) -> Preconditioner:
    """What leads shadow values near a world's own state, made once for as long as the world is there."""
    held = _KEPT.setdefault(world, {})
    if closure.deficits not in held:
        problem = prepare(world, wedges_of(world, None), closure)
        iteration = model.Iteration(problem)
        here, flows = _reached(world, closure, iteration.state(iteration.start()), problem.K, 1 - problem.r)
        none = np.zeros((1, len(world.countries)))
        aims = Direct(none, none, none, np.zeros((1, *flows.S.shape)), np.zeros((1, *flows.S.shape)))
        held[closure.deficits] = adjoint_preconditioner(links_of(here, flows, aims)[0])
    return held[closure.deficits]
