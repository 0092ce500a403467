"""Shadow values with input-output links: a linear fixed point at the cost of the model's own, all objectives at once.

docs/talks.md, best responses. With a = gamma (1 − beta), Q = pi/tau, d = (rho − v)/tau, dbar = sum_i pi d and C = −dO/d log c:
v[s,i] = beta mu + sum_k a[i,k,s] e[k,i] + sales, e = rho − dbar, rho = earned + sum_k alpha e (and what deficits add),
m[s,n] = price + sum_u a[n,s,u] C[u,n], C = sum_n pi (m − theta E (d − dbar)), mu = rho + wage − sum_s beta C/wL;
earned, wage, sales and price are what the objectives name directly (objective.py).
Unknowns are mu, and country by country e and c = C/S, all in units of one over money; objectives come last.
The gaps are measured in double precision; what closes them is found in single precision, where most passes are (iterative
refinement), led by adjoint_preconditioner.py.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import NotSolvedError
from parley.kept_starts import Mark, starts_are_kept
from parley.talks.adjoint_preconditioner import adjoint_preconditioner
from parley.talks.columns import Past
from parley.talks.links import Links
from parley.trade.preconditioner import Preconditioner

REFINED = 60  # measures in double precision
SHORT, LONG = 2, 8  # past steps kept, for many objectives and for few
MANY = 8  # objectives from which a pass costs more than the past of more steps saves
SLOW, FEW_SLOW = 8, 15  # passes between two measures, for many and for few, after which slopes are taken anew
FINE = 1e-5  # of a gap: as far as single precision closes it
SPARE = 0.7  # of the tolerance, so that the next measure meets it
BELIEVED = 1e-4  # of a gap: what single precision, good to some 1e-6, says of so much needs no further measure
TINY = 1e-20  # sales over mean income above which single precision holds them
USED = ("pi", "Q", "a", "to_rho", "y", "earned", "wage")  # of the coefficients, by a pass
Values = tuple[ndarray, ndarray, ndarray]  # rho [n,k], v and m [n,s,k]


@dataclass(frozen=True, eq=False)
class Iterate:
    """Where the next call may start: the last iterate, what led it, and the steps of the last correction; None where none was needed."""

    x: Float[ndarray, "x k"]
    leads: Preconditioner | None
    past: Past | None


def solve_links(links: Links, near: Iterate | None, tolerance: float) -> tuple[ndarray, ndarray, ndarray, Iterate]:
    """(rho [n,k], v [n,s,k], m [n,s,k], iterate) of all objectives; NotSolvedError where not reached."""
    system = System(links)
    (S, N), K = links.E.shape, links.earned.shape[1]
    x = np.zeros((N * (1 + 2 * S), K)) if near is None else near.x
    named = links.E, links.S, links.wL, links.to_rho, links.earned, links.wage
    mark = Mark(*named, tolerance) if starts_are_kept() else None
    if mark is not None and (kept := mark.tried(lambda there: _looked(*system.gaps(there)), x, tolerance)):
        return *kept[1], Iterate(kept[0].x, near and near.leads, near and near.past)
    leads, past = (None, None) if near is None else (near.leads, near.past)
    error, passes, single = np.inf, 0, None
    for measures in range(1, REFINED + 1):
        f, values = system.gaps(x)
        errors = _errors(f, values)
        if (error := float(errors.max())) <= tolerance:
            if mark is not None:
                mark.ended(x, error, measures)
            return *values, Iterate(x, leads, past)
        if leads is None:
            leads, past = adjoint_preconditioner(links), None
        single = system.unnamed() if single is None else single
        past = past.resumed() if past is not None and K < MANY else None
        aim = np.maximum(SPARE * tolerance / np.maximum(errors, 1e-290), FINE)
        move, more, past, met = _closed(single, leads, f, aim, past)
        x, passes = x + move, passes + more
        if more >= (SLOW if K >= MANY else FEW_SLOW):
            leads = None
        if met and mark is None and aim.min() >= BELIEVED:
            return *system.values(x)[:3], Iterate(x, leads, past)
    raise NotSolvedError("talks: shadow values", f"not reached in {passes} passes", error, f"at most {tolerance:.0e}")


def _closed(
    system: System, leads: Preconditioner, f: Float[ndarray, "x k"], aim: Float[ndarray, " k"], past: Past | None
) -> tuple[Float[ndarray, "x k"], int, Past, bool]:
    """(the move that closes gaps f to a part `aim` of each objective's largest, passes, the steps behind it, whether it does).

    Of many objectives those that have come as far leave the others to go on alone.
    """
    kind = system.spent.dtype
    size = np.maximum(_largest(f), 1e-290)
    wanted = (f / size).astype(kind)
    many, at = f.shape[1] >= MANY, np.arange(f.shape[1])
    past = past or Past(f.shape[0], f.shape[1], SHORT if many else LONG, kind)
    left, move, found = wanted, np.zeros_like(wanted), np.zeros_like(wanted)
    passes, far = 0, at >= 0
    while passes < (SLOW if many else FEW_SLOW):
        passes += 1
        move = move + past.mixed(move, system.led(leads, left))
        left = system.gaps(move)[0]
        left += wanted
        largest = _largest(left)
        far = ~(largest <= aim[at])
        if not far.any() or not np.isfinite(largest).all():
            break
        if many and 4 * far.sum() <= 3 * len(far):
            found[:, at[~far]] = move[:, ~far]
            on = np.flatnonzero(far)
            move, left, wanted, at = move[:, on], left[:, on], wanted[:, on], at[on]
            past.take(on)
    found[:, at] = move
    return found * size, passes, past, not far.any()


def _looked(f: Float[ndarray, "x k"], values: Values) -> tuple[Values, float]:
    """(the values, the largest gap of any objective over its largest value of a unit of duties)."""
    return values, float(_errors(f, values).max())


def _errors(f: Float[ndarray, "x k"], values: Values) -> Float[ndarray, " k"]:
    """The largest gap of each objective over its largest value of a unit of duties."""
    return _largest(f) / _largest(values[0])


def _largest(f: Float[ndarray, "x k"]) -> Float[ndarray, " k"]:
    """The largest size in each column."""
    return np.abs(np.maximum(f.max(axis=0), -f.min(axis=0)))  # never −0.0: it is divided by


class System:
    """The gaps of the fixed point. Country by country in memory ([n, s, k]): links are products within a country."""

    def __init__(self, links: Links) -> None:
        self.links, spent = links, links.theta[:, None] * links.E
        self._turned()
        self.spent, self.rest = _column(spent), _column(1 - links.Q @ np.ones(len(links.wL)))
        self.per_v = _column(links.theta[:, None] * links.S)  # sum_n Q spent
        self.beta, self.a_sold = _column(links.beta), links.a * links.S.T[:, None, :]
        self.per_sale = 1 / np.maximum(_column(links.S), np.finfo(links.S.dtype).tiny)
        self.of_income = _column(links.alpha).transpose(0, 2, 1)
        self.of_labour = _column(links.beta / links.wL).transpose(0, 2, 1)

    def _turned(self) -> None:
        """The views of the coefficients from the other side."""
        links = self.links
        self.a_by_user = links.a.transpose(0, 2, 1)
        self.pi_by_seller, self.Q_by_seller = links.pi.transpose(0, 2, 1), links.Q.transpose(0, 2, 1)

    def values(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, ndarray, ndarray, ndarray]:
        """(rho [n,k], v and m [n,s,k], sum_i Q v [n,s,k]) of one iterate x = (mu, e, c)."""
        links, (S, N) = self.links, self.links.E.shape
        mu, (e, c) = x[:N], x[N:].reshape(N, 2, S, -1).transpose(1, 0, 2, 3)
        v = np.matmul(self.a_by_user, e)
        v += self.beta * mu[:, None]
        m = np.matmul(self.a_sold, c)
        if links.sales is not None:
            v += links.sales
        if links.price is not None:
            m += links.price
        kept = across(links.Q, v)
        return links.to_rho @ (links.earned + np.matmul(self.of_income, kept)[:, 0]), v, m, kept

    def gaps(self, x: Float[ndarray, "x k"]) -> tuple[ndarray, Values]:
        """(f, (rho [n,k], v, m [n,s,k])) of one iterate x = (mu, e, c).

        With dbar = A rho − sum_i Q v, A = sum_i Q: C = sum_n pi (m + spent dbar) − sum_n Q spent rho + per_v v.
        """
        links, (S, N) = self.links, self.links.E.shape
        mu, (e, c) = x[:N], x[N:].reshape(N, 2, S, -1).transpose(1, 0, 2, 3)
        rho, v, m, kept = self.values(x)
        f = np.empty_like(x)
        f_e, f_c = f[N:].reshape(N, 2, S, -1).transpose(1, 0, 2, 3)
        np.multiply(self.rest, rho[:, None], out=f_e)
        f_e += kept
        np.subtract(f_e, rho[:, None], out=kept)  # minus dbar
        f_e -= e
        kept *= self.spent
        C_new = across(self.pi_by_seller, np.subtract(m, kept, out=kept))
        C_new -= across(self.Q_by_seller, np.multiply(self.spent, rho[:, None], out=kept))
        C_new += self.per_v * v
        f[:N] = rho + links.y @ rho + links.wage - np.matmul(self.of_labour, C_new)[:, 0] - mu
        np.multiply(C_new, self.per_sale, out=f_c)
        f_c -= c
        return f, (rho, v, m)

    def unnamed(self) -> System:
        """The system with nothing named by any objective, in single precision where that holds it: its gaps are linear in the iterate."""
        kind, one = np.dtype(np.float32 if self.links.S.min() > TINY else np.float64), copy(self)
        none = np.zeros((self.links.E.shape[1], 1))
        bare = replace(self.links, earned=none, wage=none, sales=None, price=None)
        given = {name: getattr(bare, name) for name in USED}
        one.links = replace(bare, **{name: values.astype(kind, copy=False) for name, values in given.items()})
        for name, values in vars(self).items():
            if name != "links":
                setattr(one, name, values.astype(kind, copy=False))
        one._turned()
        return one

    def led(self, leads: Preconditioner, f: Float[ndarray, "x k"]) -> Float[ndarray, "x k"]:
        """The step for the gaps f."""
        (S, N), found = self.links.E.shape, np.empty_like(f)
        found[:N], found[N:].reshape(N, 2 * S, -1)[...] = leads.step(f[:N], f[N:].reshape(N, 2 * S, -1))
        return found


def across(by_sector: Float[ndarray, "s n i"], values: Float[ndarray, "i s k"]) -> Float[ndarray, "n s k"]:
    """sum_i by_sector[s,n,i] values[i,s,k]: trade between countries, sector by sector."""
    found = np.empty((by_sector.shape[1], *values.shape[1:]), values.dtype)
    np.matmul(by_sector, values.transpose(1, 0, 2), out=found.transpose(1, 0, 2))
    return found


def _column(values: Float[ndarray, "s n"]) -> Float[ndarray, "n s 1"]:
    return np.ascontiguousarray(values.T)[:, :, None]
