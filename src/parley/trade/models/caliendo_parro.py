"""Many sectors with input-output links: Caliendo and Parro (2015). With beta = 1 it is `armington`.

A joint fixed point in (log w, log P, log E): costs from prices, prices from costs, sales and spending from both.
No inner loops; each pass costs three products over [s, n, i] and two over [n, s, k]. Where closures leave the unknowns as they
are, passes are led by the slopes of the baseline (`preconditioner.py`): a third as many reach the same point.
"""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.trade.closure import deficits_new
from parley.trade.closures.external_scale import Scale
from parley.trade.equilibrium import Equilibrium, balance_gap, balance_step
from parley.trade.hat import log_cost_hat
from parley.trade.labour import Labour, floor_of
from parley.trade.preconditioner import Preconditioner, of_baseline
from parley.trade.problem import Problem, State
from parley.world.world import World

DIMENSIONS = {"K": 3, "net": 3, "own": 2, "alpha": 2, "beta": 2, "a": 3, "a_by_user": 3, "VA": 1, "D": 1}
CHANGED = ("K", "net", "own")  # what differs between scenarios of one world
ROWS = tuple(DIMENSIONS)  # and between those of several
SAYS = "multi-sector with input-output links (Caliendo and Parro 2015)"
LINKS = True
PROFITS = False


def labour_share(world: World) -> Float[ndarray, "n s"]:
    """The share of sales that is wages: value added."""
    return world.beta


class Iteration:
    """The fixed point in log wages, prices and spending of one problem. Inside: [s, n] throughout."""

    def __init__(self, problem: Problem) -> None:
        world = problem.world
        N, S = len(world.countries), len(world.sectors)
        if world.gamma is None:
            raise InputError(
                "solve, model caliendo_parro",
                f"world {world.name} has no input-output links",
                "a world with links, or model 'armington'",
                "For a packaged dataset: read_world(name, links=True)",
            )
        gamma = world.gamma
        self.world, self.shape = world, (S, N)
        self.base_income, self.base_sales = world.base.income, world.base.S.T
        self.base_spending = world.base.E.sum(axis=1)
        self.VA, self.total = world.base.VA, np.asarray(world.base.VA.sum())
        self.capital, self.local = problem.closure.capital, problem.closure.local
        self.beta, self.alpha = np.ascontiguousarray(world.beta.T), np.ascontiguousarray(world.alpha.T)
        if self.capital is not None:
            self.alpha = self.capital.consumed
        self.a = np.ascontiguousarray(gamma * (1 - world.beta)[:, None, :])  # [n, k, s]: k used by s
        self.a_by_user = np.ascontiguousarray(self.a.transpose(0, 2, 1))
        self.minus_theta = -world.theta[:, None]
        self.damping = np.asarray(1 / (1 + np.median(world.theta)))
        self.K, self.net, self.own, self.taxed = problem.K, problem.net, problem.own, problem.taxed
        self.D, shared = world.base.D, world.base.VA if problem.closure.of_earnings else world.base.income
        self.world_income = np.asarray(shared.sum())
        self.closure, self.transfers = problem.closure, problem.closure.transfers
        self.labour = Labour(problem.closure, self.VA, world.base.revenue, float(self.damping))
        self.floor = floor_of(problem.closure, self.VA)
        psi, share = problem.closure.scale, labour_share(world)
        self.scale = Scale(psi, world, share, self.local) if psi else None
        self.leads = not (problem.closure.chosen or problem.closure.elastic)

    def start(self) -> Float[ndarray, " x"]:
        """Wages and prices as in the baseline, spending as the shares and links imply it."""
        E = self.world.alpha.T * self.base_income + self._materials(self.base_sales)
        found = [np.zeros(self.shape[1] + self.alpha.size), _log(E).ravel()]
        return self.labour.extend(np.concatenate(found if self.scale is None else [*found, self.scale.start()]))

    def from_equilibrium(self, near: Equilibrium) -> Float[ndarray, " x"]:
        """The iterate of a solved neighbour."""
        earned = np.log(near.w_hat if self.floor is None else near.w_hat * near.L_hat)
        hats = earned, np.log(near.P_hat.T).ravel(), _log(near.E_new.T).ravel()
        if self.scale is not None:
            log_c0 = log_cost_hat(hats[0], hats[1].reshape(self.shape), self.beta, self.a_by_user)
            hats = *hats, self.scale.of(log_c0, np.log(near.c_hat.T))
        return self.labour.extend(np.concatenate(hats), near.L_hat)

    def step(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """f of the joint fixed point, wages damped by 1/(1 + theta); and the residual."""
        f, (residual, *_) = self._pass(x)
        return f, float(residual)

    def step_rows(self, x: Float[ndarray, "b x"]) -> tuple[Float[ndarray, "b x"], Float[ndarray, " b"]]:
        """The same for many scenarios at once, one a row (`together`)."""
        f, (residual, *_) = self._pass(x)
        return f, residual

    def led(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """The step that closes the gaps to first order at the baseline, country by country; and the residual."""
        f, residual = self.led_rows(x[None])
        return f[0], float(residual[0])

    def led_rows(self, x: Float[ndarray, "b x"]) -> tuple[Float[ndarray, "b x"], Float[ndarray, " b"]]:
        """The same for many scenarios of one world at once."""
        f, (residual, *_) = self._pass(x if self.K.ndim > DIMENSIONS["K"] else x[0])
        slopes = of_baseline(self.world) if self.leads else None
        f = f.reshape(x.shape)
        return f if slopes is None else self._taken(slopes, f), np.atleast_1d(residual)

    def _taken(self, slopes: Preconditioner, f: Float[ndarray, "b x"]) -> Float[ndarray, "b x"]:
        (S, N), rows = self.shape, len(f)
        rest = f[:, N:].reshape(rows, 2 * S, N).transpose(2, 1, 0)
        wages, moved = slopes.step((f[:, :N] / self.damping).T, rest)
        step = np.empty_like(f)
        step[:, :N] = wages.T
        step[:, N:].reshape(rows, 2 * S, N)[...] = moved.transpose(2, 1, 0)
        return step

    def together(self, others: list[Iteration]) -> Iteration:
        """Iterations of worlds of one size and closure as one that steps them in rows; no export taxes, hours fixed."""
        one = copy(self)
        differ = any(other.world is not self.world for other in others)
        one.leads = self.leads and not differ
        for name in ROWS if differ else CHANGED:
            setattr(one, name, np.array([getattr(other, name) for other in others]))
        one.total, one.world_income = (
            np.array([getattr(o, name) for o in others]) for name in ("total", "world_income")
        )
        one.minus_theta = np.array([other.minus_theta for other in others])
        one.damping = np.array([other.damping for other in others])[:, None]
        return one

    def take(self, rows: ndarray) -> None:
        """Only these rows from now on."""
        for name in ROWS:
            if getattr(self, name).ndim > DIMENSIONS[name]:
                setattr(self, name, getattr(self, name)[rows])
        self.total, self.world_income = self.total[rows], self.world_income[rows]
        self.minus_theta, self.damping = self.minus_theta[rows], self.damping[rows]

    def state(self, x: Float[ndarray, " x"]) -> State:
        """Everything at one iterate."""
        return self._stated(*self._pass(x)[1])

    def led_state(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], State]:
        """The step of `led`, and everything at the iterate."""
        f, found = self._pass(x)
        slopes = of_baseline(self.world) if self.leads else None
        return f if slopes is None else self._taken(slopes, f[None])[0], self._stated(*found)

    def _stated(self, residual, w_hat, log_c, q, Phi, E, income, D_new, labour, L_hat, tax, entry) -> State:
        return State(w_hat, self.alpha, log_c, q, Phi, E, income, D_new, labour, L_hat, tax, float(residual), entry)

    def _pass(self, x: Float[ndarray, "*b x"]):
        """(f, (residual, and what a State holds)) at one iterate, or at many that stand in rows."""
        (S, N), closure = self.shape, self.closure
        if self.floor is None:
            shift = np.log(np.add.reduce(self.VA * np.exp(x[..., :N]), axis=-1) / self.total)[
                ..., None
            ]  # the numeraire
        else:
            shift = np.array([self.floor.shift(x[:N])])
        x = x - shift
        rows, at = x.shape[:-1], (N, N + S * N, N + 2 * S * N)
        log_w, log_P = x[..., :N], x[..., N : at[1]].reshape(*rows, S, N)
        log_E = x[..., at[1] : at[2]].reshape(*rows, S, N)
        E = np.exp(log_E)
        if self.floor is None:
            w_hat, L_hat = np.exp(log_w), self.labour.hours(x, shift)
        else:
            log_w, earned = self.floor.wages(log_w), np.exp(log_w)
            w_hat = np.exp(log_w)
            L_hat = earned / w_hat
        labour = self.VA * w_hat * L_hat
        log_v = log_w if self.capital is None else self.capital.log_cost(log_w, self.capital.log_price(log_P))
        log_c0 = log_cost_hat(log_v, log_P, self.beta, self.a_by_user)
        bundles = None if self.scale is None else x[at[2] : -N].reshape(S, N) + shift
        log_c = log_c0 if bundles is None else log_c0 - closure.scale * bundles
        q = np.exp(self.minus_theta * log_c)
        Phi, bought = np.matmul(self.K, q[..., None])[..., 0], np.matmul(self.net, q[..., None])[..., 0]
        per_unit = E / Phi
        bought *= per_unit
        own = self.own * q
        own *= per_unit
        sold = np.matmul(per_unit[..., None, :], self.net)[..., 0, :]
        sold *= q
        sold_abroad, bought_abroad = np.add.reduce(sold, axis=-2), np.add.reduce(bought, axis=-2)
        sold += own
        own += bought  # what of spending is not duty
        paid = np.add.reduce(self.beta * sold, axis=-2)
        if self.local is not None:
            own /= 1 - self.local
            paid = paid + self.local * np.add.reduce(own, axis=-2)
        revenue = np.add.reduce(E - own, axis=-2)
        if self.taxed is not None:
            collected = np.einsum("sni,sni,sn->si", self.taxed, self.K, per_unit) * q
            sold, revenue = sold - collected, revenue + collected.sum(axis=0)
            paid = np.add.reduce(self.beta * sold, axis=-2)
        shared = labour if closure.of_earnings else labour + revenue
        D_new = deficits_new(shared, w_hat, (self.D, self.world_income), closure, self.transfers)
        income = labour + revenue + D_new
        E_next = self.alpha * income[..., None, :]
        if self.capital is not None:
            E_next += self.capital.tilt * labour[..., None, :]
        E_next += self._materials(sold)
        log_level = (self.alpha * log_P).sum(axis=0) if closure.elastic else L_hat
        f_more, tax, hours = self.labour.gap(w_hat, L_hat, labour, revenue, log_level)
        if self.scale is not None and bundles is not None:
            lacks = self.scale.gap(
                bundles, log_c0, self.beta * sold + (0.0 if self.local is None else self.local * own)
            )
            f_more, hours = np.concatenate([lacks.ravel(), f_more]), max(hours, float(np.abs(lacks).max()))
        f = np.empty(x.shape)
        f_P, f_E = f[..., N : at[1]].reshape(*rows, S, N), f[..., at[1] : at[2]].reshape(*rows, S, N)
        f[..., :N] = self.damping * balance_step(sold_abroad, bought_abroad, D_new)
        np.subtract(np.log(Phi) / self.minus_theta, log_P, out=f_P)
        entry = None
        if closure.pass_through is not None:
            entry = (1 - closure.pass_through) * (np.log(E.sum(axis=-2) / self.base_spending) - log_w)
            f_P += entry
        np.subtract(_log(E_next), log_E, out=f_E)
        gaps = balance_gap(sold_abroad, bought_abroad, D_new)
        np.maximum(gaps, np.abs(paid - labour) / labour, out=gaps)
        np.maximum(gaps, np.add.reduce(np.abs(E_next - E), axis=-2) / labour, out=gaps)
        np.maximum(gaps, np.abs(f_P).max(axis=-2), out=gaps)
        residual = np.maximum(gaps.max(axis=-1), hours)
        residual = np.where(income.min(axis=-1) > 0, residual, np.inf)
        f[..., : at[2]] -= shift
        f[..., at[2] :] = f_more
        return f, (residual, w_hat, log_c, q, Phi, E, income, D_new, labour, L_hat, tax, entry)

    def _materials(self, sold: Float[ndarray, "*b s n"]) -> Float[ndarray, "*b s n"]:
        """M[k,n] = sum_s a[n,k,s] S[s,n]."""
        return np.matmul(self.a, sold.swapaxes(-1, -2)[..., None])[..., 0].swapaxes(-1, -2)


def _log(values: Float[ndarray, "*b s n"]) -> Float[ndarray, "*b s n"]:
    """log, with a floor far below any money: a sector that nobody buys stays at the floor and weighs nothing."""
    return np.log(np.maximum(values, 1e-250))
