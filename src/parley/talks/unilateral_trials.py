"""Equilibria near a reached one where one player alone has moved its rates: many trials at once, as matrix products.

The equations are those of the models (trade/), written for changes against the reached state, trials last: [s, n, b].
In a trial only the rows of the player who moves differ (`Deviations`), so that all trials share one matrix. The steps are
Newton's with the slopes of the reached state (taken by finite differences, or with links from trade/preconditioner.py), and
Anderson's on top. No shadow values.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.kept_starts import Mark, starts_are_kept
from parley.talks.columns import Past
from parley.talks.objective import Flows, Objective, flows_of, has_links, has_profits, price_level
from parley.trade.equilibrium import Equilibrium
from parley.trade.preconditioner import Markets, Preconditioner, of_baseline, preconditioner

PASSES, SHORT, LONG = 40, 2, 4  # past steps kept: of many trials side by side, of few
MANY = 24  # trials from which a longer past costs more than it saves
LARGEST_STEP = 1.0  # in logs: no iterate moves by more than a factor e at once
NUDGE = 1e-6  # of a log wage, for the slopes
ROUGH = 2e-2  # largest residual above which many trials are looked at in single precision next
TINY = 1e-20  # spending over the mean above which single precision holds it


@dataclass(frozen=True, eq=False)
class Deviations:
    """The rows that differ: row j is country[j] in trial[j] (ascending), with its shares at new duties and old costs.

    K, net: [s, j, i], shares, and what of them reaches foreign sellers before duty.
    """

    trial: Int[ndarray, " j"]
    country: Int[ndarray, " j"]
    K: Float[ndarray, "s j i"]
    net: Float[ndarray, "s j i"]
    trials: int

    def taken(self, trials: Int[ndarray, " b"]) -> Deviations:
        """These trials alone, counted anew in this order (ascending)."""
        rows = np.flatnonzero(np.isin(self.trial, trials))
        place = np.searchsorted(trials, self.trial[rows])
        return Deviations(place, self.country[rows], self.K[:, rows], self.net[:, rows], len(trials))


@dataclass(frozen=True, eq=False)
class TrialOutcomes:
    """What trials led to, money at reached prices of the numeraire; P_hat against the reached state."""

    log_level: Float[ndarray, "n b"]
    income: Float[ndarray, "n b"]
    revenue: Float[ndarray, "n b"]
    wL: Float[ndarray, "n b"]
    S: Float[ndarray, "s n b"]

    def put(self, at: Int[ndarray, " m"], found: TrialOutcomes, which: Bool[ndarray, " c"]) -> None:
        """Writes some trials' outcomes into their places."""
        for part in fields(self):
            getattr(self, part.name)[..., at] = getattr(found, part.name)[..., which]


class UnilateralTrials:
    """The reached state, its slopes, and what trials lead to from there. few: trials, for which those of the baseline will do."""

    def __init__(self, eq: Equilibrium, few: bool = False) -> None:
        self.few = few
        flows = flows_of(eq)
        self.eq, self.flows, self.theta = eq, flows, eq.world.theta[:, None, None]
        self.own = np.einsum("snn->sn", flows.pi)[:, :, None]
        net = flows.Q.copy()
        np.einsum("snn->sn", net)[...] = 0.0
        self.net = net
        self.income, self.D = eq.income_new, eq.D_new
        self.system: Plain | Linked = Linked(self) if has_links(eq) else Plain(self)

    def solve(self, moved: Deviations, tolerance: float | ndarray) -> tuple[TrialOutcomes, ndarray]:
        """(TrialOutcomes of every trial, whether each was solved to the tolerance)."""
        first = self.system.start(moved.trials)

        def judged(x: ndarray) -> tuple[TrialOutcomes, ndarray]:
            _, residual, there = self.system.markets(x, moved)
            return there, residual

        named = self.eq.w_hat, self.eq.E_new, moved.country, moved.K
        mark = Mark(*named, np.asarray(tolerance)) if starts_are_kept() else None
        if mark is not None and (kept := mark.tried(judged, first, tolerance)):
            return kept[1], np.ones(moved.trials, bool)
        there, done, x = self._searched(moved, first, np.broadcast_to(tolerance, moved.trials))
        if mark is not None and done.all():
            mark.ended(x)
        return there, done

    def _searched(
        self, moved: Deviations, x: Float[ndarray, "x b"], tolerance: Float[ndarray, " b"]
    ) -> tuple[TrialOutcomes, ndarray, ndarray]:
        """(TrialOutcomes, which are solved, their iterates). Trials that are solved, or lost, leave the others to go on alone."""
        at, ended, done = np.arange(moved.trials), x.copy(), np.zeros(moved.trials, bool)
        S, N = self.flows.E.shape
        none = np.full((N, moved.trials), np.nan)
        whole = TrialOutcomes(none, none.copy(), none.copy(), none.copy(), np.full((S, N, moved.trials), np.nan))
        past = Past(x.shape[0], x.shape[1], SHORT if x.shape[1] >= MANY else LONG, self.system.kind)
        x = self._led(moved, x, past) if moved.trials >= MANY and self.single else x
        for last in reversed(range(PASSES)):
            f, residual, there = self.system.markets(x, moved)
            met, lost = residual <= tolerance[at], ~np.isfinite(np.add.reduce(f))
            leave = met | lost
            if 4 * leave.sum() >= len(leave) or lost.any() or not last:
                whole.put(at[met], there, met)
                done[at[met]], ended[:, at[met]] = True, x[:, met]
                on = np.flatnonzero(~leave)
                if not (len(on) and last):
                    break
                x, f, at, moved = x[:, on], f[:, on], at[on], moved.taken(on)
                past.take(on)
            x = x + np.clip(past.mixed(x, self.system.step(f)), -LARGEST_STEP, LARGEST_STEP)
        return whole, done, ended

    @cached_property
    def single(self) -> UnilateralTrials | None:
        """The same in single precision, where steps are and that holds all spending: where it leads, it costs half."""
        kind, E = np.dtype(np.float32), self.flows.E
        if self.system.kind != kind or E.min() <= TINY * E.mean():
            return None
        one, flows = in_kind(self, kind), self.flows
        one.flows, one.system = replace(flows, pi=flows.pi.astype(kind)), in_kind(self.system, kind)
        one.system.near = one
        return one

    def _led(self, moved: Deviations, x: Float[ndarray, "x b"], past: Past) -> Float[ndarray, "x b"]:
        """Iterates as near as single precision leads; those of before where it is lost."""
        assert self.single is not None
        kind, system = self.system.kind, self.single.system
        moved = replace(moved, K=moved.K.astype(kind), net=moved.net.astype(kind))
        for _ in range(PASSES):
            f, residual, _ = system.markets(x.astype(kind), moved)
            if not np.isfinite(np.add.reduce(f, axis=None)):
                break
            x = x + np.clip(past.mixed(x, self.system.step(f)), -LARGEST_STEP, LARGEST_STEP)
            if residual.max() <= ROUGH:
                break
        return x

    def sums(self, q: Float[ndarray, "s n b"], moved: Deviations) -> tuple[ndarray, ndarray]:
        """(Phi, imports before duty per unit of K's money) [s, n, b]: the moved rows with their own shares."""
        Phi, foreign = np.empty_like(q), np.empty_like(q)  # laid out in memory as q is
        np.matmul(self.flows.pi, q, out=Phi)
        np.matmul(self.net, q, out=foreign)
        if len(moved.trial):
            there = q[:, :, moved.trial].transpose(0, 2, 1)[:, :, :, None]
            at = (slice(None), moved.country, moved.trial)
            Phi[at] = np.matmul(moved.K[:, :, None, :], there)[:, :, 0, 0]
            foreign[at] = np.matmul(moved.net[:, :, None, :], there)[:, :, 0, 0]
        return Phi, foreign

    def exports(self, per_unit: Float[ndarray, "s n b"], q: Float[ndarray, "s n b"], moved: Deviations) -> ndarray:
        """Sales abroad at the border [s, i, b]: sum_n E/Phi K (1 − r) q."""
        at = (slice(None), moved.country, moved.trial)
        theirs, others, sold = per_unit[at], per_unit.copy(order="K"), np.empty_like(per_unit)
        others[at] = 0.0
        np.matmul(self.net.transpose(0, 2, 1), others, out=sold)
        if not len(moved.trial):
            return sold * q
        bought = theirs[:, :, None] * moved.net
        if len(moved.trial) > moved.trials:  # a union's members together
            bought = np.add.reduceat(bought, np.searchsorted(moved.trial, np.arange(moved.trials)), axis=1)
        sold += bought.transpose(0, 2, 1)
        sold *= q
        return sold

    def deficits(self, total: Float[ndarray, "n b"], per_unit: Float[ndarray, "n b"]) -> tuple[ndarray, ndarray]:
        """(income, D) where income without deficits is `total`, and a unit of D raises it by per_unit."""
        D = self.D[:, None]
        if self.eq.deficits == "nominal":
            return total + per_unit * D, np.broadcast_to(D, total.shape)
        g = total.sum(axis=0) / (self.income.sum() - (per_unit * D).sum(axis=0))
        return total + g * per_unit * D, g * D

    def none(self, trials: int) -> Deviations:
        """Trials in which nobody moves."""
        S, N = self.flows.E.shape
        nobody = np.zeros(0, int)
        return Deviations(nobody, nobody, np.zeros((S, 0, N)), np.zeros((S, 0, N)), trials)


def trade_gap(
    exports: Float[ndarray, "n b"], imports: Float[ndarray, "n b"], D: Float[ndarray, "n b"]
) -> tuple[ndarray, ndarray]:
    """(log of money in over money out, residual of each trial)."""
    f = np.log((exports + np.maximum(D, 0)) / (imports + np.maximum(-D, 0)))
    error, trade = np.abs(exports - imports + D), (exports + imports) / 2  # as certificate.balance_gap
    return f, (error / np.maximum(trade, 1e-300)).max(axis=0)


class Plain:
    """Without links: unknowns are log wages and, with profits, log earnings."""

    kind = np.dtype(float)  # of steps

    def __init__(self, near: UnilateralTrials) -> None:
        self.near, self.profits = near, has_profits(near.eq)
        flows = near.flows
        self.e = (flows.E / flows.E.sum(axis=0))[:, :, None]
        self.wL, self.sold = flows.wL[:, None], flows.S.sum(axis=0)[:, None]

    @cached_property
    def newton(self) -> Float[ndarray, "x x"]:
        """The inverse of the slopes of the reached state."""
        near, flows, N = self.near, self.near.flows, len(self.wL)
        X = N * (1 + self.profits)
        f, _, _ = self.markets(NUDGE * np.eye(X), near.none(X))
        weight = np.concatenate([flows.wL / flows.wL.sum(), np.zeros(X - N)])
        return np.linalg.inv(f / NUDGE - np.outer(np.ones(X), weight))  # pins the level of all wages

    def start(self, trials: int) -> Float[ndarray, "x b"]:
        """The reached state."""
        return np.zeros((len(self.wL) * (1 + self.profits), trials))

    def step(self, f: Float[ndarray, "x b"]) -> Float[ndarray, "x b"]:
        """The step for the gaps f."""
        return -self.newton @ f

    def markets(self, x: Float[ndarray, "x b"], moved: Deviations) -> tuple[ndarray, ndarray, TrialOutcomes]:
        """(gaps, residual of each trial, TrialOutcomes) at one iterate."""
        near, flows = self.near, self.near.flows
        N = len(self.wL)
        shift = np.log((self.wL * np.exp(x[:N])).sum(axis=0) / self.wL.sum())
        log_w = x[:N] - shift
        wL = self.wL * np.exp(log_w)
        earned = self.sold * np.exp(x[N:] - shift) if self.profits else wL
        q = np.exp(-near.theta * log_w)
        Phi, foreign = near.sums(q, moved)
        per_unit = self.e / Phi
        imported, own = (per_unit * foreign).sum(axis=0), near.own * q * per_unit
        kept = own.sum(axis=0) + imported
        income, D = near.deficits(earned / kept, 1 / kept)
        exports = near.exports(per_unit * income, q, moved)
        f, residual = trade_gap(exports.sum(axis=0), imported * income, D)
        sold = exports + own * income
        if self.profits:
            paid = (flows.labour[:, :, None] * sold).sum(axis=0) / wL
            f = np.concatenate([f, np.log(paid)])
            residual = np.maximum(residual, np.abs(paid - 1).max(axis=0))
        log_level = -(self.e * np.log(Phi) / near.theta).sum(axis=0)
        return f, residual, TrialOutcomes(log_level, income, income * (1 - kept), wL, sold)


class Linked:
    """With input-output links: log wages; then country by country log prices, and spending over that reached."""

    kind = np.dtype(np.float32)  # of steps

    def __init__(self, near: UnilateralTrials) -> None:
        world, flows = near.eq.world, near.flows
        self.near, self.wL, self.alpha = near, flows.wL[:, None], by_country(flows.alpha)
        self.beta = by_country(flows.labour)
        assert world.gamma is not None  # links are asked of a world that has some
        self.a = world.gamma * (1 - world.beta)[:, None, :]  # [n, k, s]
        self.a_by_user = np.ascontiguousarray(self.a.transpose(0, 2, 1))
        self.E = by_country(np.maximum(flows.E, 1e-250))

    @cached_property
    def slopes(self) -> Preconditioner:
        """Those of the reached state; for few trials of the baseline, which are at hand."""
        near, flows = self.near, self.near.flows
        if near.few and (held := of_baseline(near.eq.world)):
            return held
        named = flows.pi, flows.Q, flows.E, flows.alpha, flows.labour, self.a, near.eq.world.theta, flows.wL, near.D
        return preconditioner(Markets(*named))

    def start(self, trials: int) -> Float[ndarray, "x b"]:
        """The reached state."""
        S, N = self.alpha.shape[:2]
        return np.zeros((N + 2 * N * S, trials))

    def step(self, f: Float[ndarray, "x b"]) -> Float[ndarray, "x b"]:
        """The step for the gaps f, in single precision."""
        S, N = self.alpha.shape[:2]
        found, inner = np.empty_like(f, self.kind), (N, 2 * S, f.shape[1])
        found[:N], found[N:].reshape(inner)[...] = self.slopes.step(f[:N], f[N:].reshape(inner))
        return found

    def markets(self, x: Float[ndarray, "x b"], moved: Deviations) -> tuple[ndarray, ndarray, TrialOutcomes]:
        """(gaps, residual of each trial, TrialOutcomes) at one iterate."""
        near, (S, N) = self.near, self.alpha.shape[:2]
        inner = N, 2, S, x.shape[1]
        log_w, (log_P, log_E) = x[:N], x[N:].reshape(inner).transpose(1, 2, 0, 3)
        unit = (self.wL * np.exp(log_w)).sum(axis=0) / self.wL.sum()
        log_w, log_P = log_w - np.log(unit), log_P - np.log(unit)
        wL, E = self.wL * np.exp(log_w), self.E * np.exp(log_E - np.log(unit))
        q = within(self.a_by_user, log_P)
        q += self.beta * log_w
        q *= -near.theta
        np.exp(q, out=q)
        Phi, foreign = near.sums(q, moved)
        per_unit = E / Phi
        exports, own = near.exports(per_unit, q, moved), near.own * q
        own *= per_unit
        foreign *= per_unit
        sold, revenue, imported = exports + own, (E - own - foreign).sum(axis=0), foreign.sum(axis=0)
        income, D = near.deficits(wL + revenue, np.ones_like(wL))
        wanted = within(self.a, sold)
        wanted += self.alpha * income
        f = np.empty_like(x)
        f_P, f_E = f[N:].reshape(inner).transpose(1, 2, 0, 3)
        f[:N], residual = trade_gap(exports.sum(axis=0), imported, D)
        np.log(Phi, out=Phi)
        Phi /= -near.theta
        np.subtract(Phi, log_P, out=f_P)
        np.log(np.maximum(wanted, 1e-250) / E, out=f_E)
        wanted -= E
        gaps = (
            np.abs((self.beta * sold).sum(axis=0) / wL - 1).max(axis=0),
            (np.abs(wanted).sum(axis=0) / wL).max(axis=0),
            np.abs(f_P).max(axis=(0, 1)),
        )
        residual = np.maximum.reduce([residual, *gaps])
        return f, residual, TrialOutcomes((self.alpha * log_P).sum(axis=0), income, revenue, wL, sold)


T = TypeVar("T", bound="UnilateralTrials | Plain | Linked")


def in_kind(held: T, kind: np.dtype[Any]) -> T:
    """A copy with its arrays in another precision."""
    one = copy(held)
    for name, value in vars(held).items():
        if isinstance(value, ndarray):
            setattr(one, name, value.astype(kind))
    return one


def by_country(values: Float[ndarray, "s n"]) -> Float[ndarray, "s n 1"]:
    """The same for all trials, [n, s] in memory as what `within` gives."""
    return np.ascontiguousarray(values.T).T[:, :, None]


def within(links: Float[ndarray, "n s k"], values: Float[ndarray, "k n b"]) -> Float[ndarray, "s n b"]:
    """sum_k links[n,s,k] values[k,n,b]: within each country, between sectors; [n, s, b] in memory."""
    return np.matmul(links, values.transpose(1, 0, 2)).transpose(1, 0, 2)


def payoffs_there(
    near: UnilateralTrials, there: TrialOutcomes, objective: Objective, groups: list[list[int]]
) -> Float[ndarray, " b"]:
    """The objective of the group of countries that each trial is about, at base prices, summed over its members."""
    price = price_level(near.eq, near.flows)[:, None] * np.exp(there.log_level)
    level = nominal_there(near.flows, there, objective) / price
    return np.array([level[own, b].sum() for b, own in enumerate(groups)])


def nominal_there(flows: Flows, there: TrialOutcomes, objective: Objective) -> Float[ndarray, "n b"]:
    """As `objective.nominal`, of every trial: sum of weight · indicator before division by prices."""
    a = objective.weight
    total = a.get("welfare", 0.0) * there.income + a.get("revenue", 0.0) * there.revenue
    total = total + a.get("real_wage", 0.0) * there.wL
    if objective.political is None:
        return total
    weighed = objective.political.T[:, :, None] * there.S
    labour = (flows.labour[:, :, None] * weighed).sum(axis=0)
    profit = (flows.profit[:, :, None] * weighed).sum(axis=0)
    return total + a["government"] * (labour + profit + labour * there.revenue / there.wL)
