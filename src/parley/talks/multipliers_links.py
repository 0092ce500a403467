"""Shadow values with input-output links: a linear fixed point at the cost of the model's own, all objectives at once.

docs/talks.md, best responses. With a = gamma (1 − beta), Q = pi/tau, d = (rho − v)/tau, dbar = sum_i pi d and C = −dO/d log c:
v[s,i] = beta mu + sum_k a[i,k,s] e[k,i] + sales, e = rho − dbar, rho = earned + sum_k alpha e (and what deficits add),
m[s,n] = price + sum_u a[n,s,u] C[u,n], C = sum_n pi (m − theta E (d − dbar)), mu = rho + wage − sum_s beta C/wL;
earned, wage, sales and price are what the objectives name directly (objective.py).
Unknowns are mu, e and c = C/S, all in units of one over money; objectives come last.
Each objective's fixed point is accelerated with a past of its own (Anderson 1965; type II).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.errors import NotSolvedError
from parley.kept_starts import Mark, starts_are_kept

RIDGE = 1e-14  # relative to the largest past step: keeps the small systems solvable when steps line up
LARGEST_STEP = 1.0  # in logs: no iterate moves by more than a factor e at once
PASSES = 400
MEMORY, SHORT, LONG = 6, 2, 8  # past steps kept: by a rough guide, by a full one, by a full one for few objectives
SWEEPS = 3  # of e and c at given mu, for a full guide: more of them cost more than they save
SLOW, ROUGH_SLOW = 9, 12  # passes by a full or a rough guide after which the next call takes a new full one
MANY = 8  # objectives for which a full guide pays at once: it costs about as much as all values of N objectives
TINY = 1e-20  # sales over mean income above which a guide is taken in single precision: it only steers
Values = tuple[ndarray, ndarray, ndarray]  # rho [n,k], v and m [n,s,k]
FEW_SLOW = 25  # as SLOW, for fewer objectives than that


class Past:
    """What each column remembers: the step is f − (dx + df)' g, g the past steps closest to f."""

    def __init__(self, count: int, columns: int, memory: int) -> None:
        self.df, self.both = np.empty((memory, count, columns)), np.empty((memory, count, columns))
        self.gram = np.zeros((columns, memory, memory))
        self.seen, self.memory = 0, memory
        self.last: tuple[ndarray, ndarray] | None = None

    def mixed(self, x: Float[ndarray, "x k"], f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The accelerated step from iterate x, whose plain step is f."""
        if self.last is not None:
            self._keep(x - self.last[0], f - self.last[1])
        self.last = x, f
        used = min(self.seen, self.memory)
        if not used:
            return f
        gram = self.gram[:, :used, :used].copy()
        at = np.arange(used)
        gram[:, at, at] += RIDGE * gram[:, at, at].max(axis=1, keepdims=True) + 1e-300
        target = np.stack([_dots(past, f) for past in self.df[:used]], axis=1)
        g = np.linalg.solve(gram, target[:, :, None])[:, :, 0]
        step, part = f.copy(), np.empty_like(f)
        for past, weight in zip(self.both[:used], g.T, strict=True):
            step -= np.multiply(past, weight, out=part)
        return step

    def resumed(self) -> Past:
        """The same steps, before a first iterate of a neighbouring fixed point."""
        self.last = None
        return self

    def _keep(self, dx: Float[ndarray, "x k"], df: Float[ndarray, "x k"]) -> None:
        slot = self.seen % self.memory
        self.df[slot] = df
        np.add(dx, df, out=self.both[slot])
        self.seen += 1
        for other in range(min(self.seen, self.memory)):
            self.gram[:, slot, other] = self.gram[:, other, slot] = _dots(self.df[other], df)


def _dots(a: Float[ndarray, "x k"], b: Float[ndarray, "x k"]) -> Float[ndarray, " k"]:
    """The product of each column with its own."""
    return a.T @ b[:, 0] if a.shape[1] == 1 else np.einsum("xk,xk->k", a, b)


@dataclass(frozen=True, eq=False)
class Settled:
    """The last iterates, which of them met the tolerance, and the passes spent."""

    x: Float[ndarray, "x k"]
    residual: Float[ndarray, " k"]
    done: Bool[ndarray, " k"]
    passes: int


def settle(
    step: Callable[[ndarray], tuple[ndarray, ndarray]],
    x: Float[ndarray, "x k"],
    tolerance: float | ndarray,
    passes: int,
    memory: int,
) -> Settled:
    """The Settled columns of x → x + f(x), where step(x) gives (f, residual of each column).

    tolerance: of all columns, or of each.
    """
    past = Past(x.shape[0], x.shape[1], memory)
    residual, done = np.full(x.shape[1], np.inf), np.zeros(x.shape[1], bool)
    for passed in range(1, passes + 1):
        f, residual = step(x)
        done = residual <= tolerance
        if done.all() or not np.isfinite(f).all():
            return Settled(x, residual, done, passed)
        x = x + np.clip(past.mixed(x, f), -LARGEST_STEP, LARGEST_STEP)
    return Settled(x, residual, done, passes)


@dataclass(frozen=True, eq=False)
class Links:
    """The coefficients of the fixed point at one equilibrium; money in units of mean income (`unit`). Objectives last."""

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    S: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    beta: Float[ndarray, "s n"]
    a: Float[ndarray, "n s u"]
    theta: Float[ndarray, " s"]
    wL: Float[ndarray, " n"]
    to_rho: Float[ndarray, "n n"]
    y: Float[ndarray, " n"]
    earned: Float[ndarray, "n k"]
    wage: Float[ndarray, "n k"]
    sales: Float[ndarray, "n s k"]
    price: Float[ndarray, "n s k"]


@dataclass(frozen=True, eq=False)
class Guide:
    """Newton's step of some nearby equilibrium: blocks by country for e and c, and how mu answers with both in tow.

    follow: how e and c move with mu; None: a rough guide, in which mu is damped by 1/(1 + theta) and nothing follows.
    """

    e: Float[ndarray, "n s s"]
    c: Float[ndarray, "n s s"]
    newton: Float[ndarray, "n n"]
    follow: Float[ndarray, "x n"] | None

    def step(self, f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The step for the gaps f."""
        N, kind = len(self.newton), self.e.dtype
        found = np.empty_like(f)
        np.matmul(self.newton, f[:N], out=found[:N])
        rest = in_blocks(self.e, self.c, f[N:].astype(kind, copy=False))
        if self.follow is not None:
            rest += self.follow @ found[:N].astype(kind, copy=False)
        found[N:] = rest
        return found


@dataclass(frozen=True, eq=False)
class Iterate:
    """Where the next call may start: the last iterate, and the guide that it may still follow; None where none was needed."""

    x: Float[ndarray, "x k"]
    guide: Guide | None
    past: Past | None


def solve_links(links: Links, near: Iterate | None, tolerance: float) -> tuple[ndarray, ndarray, ndarray, Iterate]:
    """(rho [n,k], v [n,s,k], m [n,s,k], iterate) of all objectives; NotSolvedError where not reached."""
    system = System(links)
    (S, N), K = links.E.shape, links.earned.shape[1]
    x = np.zeros((N * (1 + 2 * S), K)) if near is None else near.x
    named = links.E, links.S, links.wL, links.to_rho, links.earned, links.wage
    mark = Mark(*named, tolerance) if starts_are_kept() else None
    if mark is not None and (kept := mark.tried(lambda there: _looked(*system.gaps(there)), x, tolerance)):
        return *kept[1], Iterate(kept[0].x, near and near.guide, near and near.past)
    guide = near.guide if near and near.guide else guide_of(links, full=K >= MANY)
    past = _past_of(near, x, guide)
    error = np.inf
    for passes in range(1, PASSES + 1):
        f, values = system.gaps(x)
        _, error = _looked(f, values)
        if error <= tolerance:
            if mark is not None:
                mark.ended(x, error, passes)
            tired = passes > (ROUGH_SLOW if guide.follow is None else SLOW if K >= MANY else FEW_SLOW)
            if tired:
                guide = guide_of(links, True, guide)
                past = _past_of(None, x, guide)
            return *values, Iterate(x, guide, past)
        x = x + past.mixed(x, guide.step(f))
    raise NotSolvedError("talks: shadow values", f"not reached in {PASSES} passes", error, f"at most {tolerance:.0e}")


def _looked(f: Float[ndarray, "x k"], values: Values) -> tuple[Values, float]:
    """(the values, the largest gap of any objective over its largest value of a unit of duties)."""
    return values, float((np.abs(f).max(axis=0) / np.abs(values[0]).max(axis=0)).max())


def _past_of(near: Iterate | None, x: Float[ndarray, "x k"], guide: Guide) -> Past:
    """Steps to come; for few objectives behind those of the last call, whose system is a neighbour under the same guide."""
    if near is not None and near.past is not None and guide.follow is not None and near.past.memory == LONG:
        return near.past.resumed()
    memory = MEMORY if guide.follow is None else SHORT if x.shape[1] >= MANY else LONG
    return Past(x.shape[0], x.shape[1], memory)


class System:
    """The gaps of the fixed point. Country by country in memory ([n, s, k]): links are products within a country."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.a_by_user, self.theta_E = links.a.transpose(0, 2, 1), links.theta[:, None] * links.E
        self.A, self.spent = _column(links.Q.sum(axis=2)), _column(self.theta_E)
        self.per_v = _column(np.einsum("sn,sni->si", self.theta_E, links.Q))
        self.S, self.beta = _column(links.S), _column(links.beta)
        self.of_income = _column(links.alpha).transpose(0, 2, 1)
        self.of_labour = _column(links.beta / links.wL).transpose(0, 2, 1)

    def gaps(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, Values]:
        """(f, (rho [n,k], v, m [n,s,k])) of one iterate x = (mu, e, c)."""
        links, (S, N) = self.links, self.links.E.shape
        mu, (e, c) = x[:N], x[N:].reshape(2, N, S, -1)
        v = np.matmul(self.a_by_user, e)
        v += self.beta * mu[:, None]
        v += links.sales
        dbar = across(links.Q, v)
        rho = links.to_rho @ (links.earned + np.matmul(self.of_income, dbar)[:, 0])
        np.subtract(self.A * rho[:, None], dbar, out=dbar)
        m = np.matmul(links.a, self.S * c)
        m += links.price
        f = np.empty_like(x)
        f_e, f_c = f[N:].reshape(2, N, S, -1)
        np.subtract(rho[:, None] - dbar, e, out=f_e)
        dbar *= self.spent
        dbar += m
        C_new = across(links.pi.transpose(0, 2, 1), dbar)
        C_new -= across(links.Q.transpose(0, 2, 1), self.spent * rho[:, None])
        C_new += self.per_v * v
        f[:N] = rho + links.y @ rho + links.wage - np.matmul(self.of_labour, C_new)[:, 0] - mu
        np.divide(C_new, np.maximum(self.S, np.finfo(x.dtype).tiny), out=f_c)
        f_c -= c
        return f, (rho, v, m)


def across(by_sector: Float[ndarray, "s n i"], values: Float[ndarray, "i s k"]) -> Float[ndarray, "n s k"]:
    """sum_i by_sector[s,n,i] values[i,s,k]: trade between countries, sector by sector."""
    found = np.empty((by_sector.shape[1], *values.shape[1:]), values.dtype)
    np.matmul(by_sector, values.transpose(1, 0, 2), out=found.transpose(1, 0, 2))
    return found


def _column(values: Float[ndarray, "s n"]) -> Float[ndarray, "n s 1"]:
    return np.ascontiguousarray(values.T)[:, :, None]


def in_blocks(e: Float[ndarray, "n s s"], c: Float[ndarray, "n s s"], f: Float[ndarray, "x k"]) -> ndarray:
    """The changes of e and c that close their gaps f country by country, trade between countries as it is."""
    gaps = f.reshape(2, *e.shape[:2], -1)
    found = np.empty_like(gaps)
    np.matmul(e, gaps[0], out=found[0])
    np.matmul(c, gaps[1], out=found[1])
    return found.reshape(f.shape)


def guide_of(links: Links, full: bool, rough: Guide | None = None) -> Guide:
    """The Guide at one equilibrium. full: e and c are solved by sweeps for a unit of each mu, nothing else being named.

    rough: a guide of nearby, whose blocks will do.
    """
    S, N = links.E.shape
    e, c = _blocks(links) if rough is None else (rough.e, rough.c)
    if not full:
        return Guide(e, c, np.eye(N) / (1 + float(np.median(links.theta))), None)
    none, empty = np.zeros((N, N)), np.zeros((N, S, N))
    kind = np.float32 if links.S.min() > TINY else np.float64
    unnamed = replace(links, earned=none, wage=none, sales=empty, price=empty)
    system = System(Links(*(getattr(unnamed, part.name).astype(kind) for part in fields(Links))))
    x, e, c = np.zeros((N * (1 + 2 * S), N), kind), e.astype(kind), c.astype(kind)
    x[:N] = np.eye(N)
    for _ in range(SWEEPS):
        x[N:] += in_blocks(e, c, system.gaps(x)[0][N:])
    slope = system.gaps(x)[0][:N].astype(float)
    pinned = np.outer(links.wL, links.wL) / links.wL.sum()
    return Guide(e, c, np.linalg.inv(pinned - slope), x[N:])


def _blocks(links: Links) -> tuple[Float[ndarray, "n s s"], Float[ndarray, "n s s"]]:
    """The inverses within each country of 1 − (what e adds to e) and of 1 − (what c adds to c)."""
    same, a_by_user = np.eye(len(links.theta)), links.a.transpose(0, 2, 1)
    kept, bought = np.einsum("snn->ns", links.Q), np.einsum("snn->ns", links.pi)
    through_rho = (1 - links.Q.sum(axis=2)).T[:, :, None] * np.diag(links.to_rho)[:, None, None]
    of_v = kept[:, :, None] * same + through_rho * (links.alpha.T * kept)[:, None, :]
    S = np.maximum(links.S.T, 1e-300)
    e = np.linalg.inv(same - np.matmul(of_v, a_by_user))
    return e, np.linalg.inv(same - bought[:, :, None] * links.a * S[:, None, :] / S[:, :, None])
