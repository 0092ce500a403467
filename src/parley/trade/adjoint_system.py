"""The adjoint of the equilibrium system of every model: what its values are, and the gradient that they give.

Derivation (docs/talks.md): the Lagrangian of
the equilibrium system of `models/` in money at the new state. With y the value of one more unit of n's income, rho and
chi of duties and export taxes, v of sales, e of spending on a sector, mu of labour demanded, and L log hours:

    e[s,n] = sum_i pi {r rho[n] + (1−r) x chi[i] + (1−r)(1−x) v[s,i]},   x = tax/(1 + tax) on exports
    y = income + sum_s alpha e,   Y = y + sum_m y D/I where deficits are a share of world income
    v[s,i] = labour share mu + profit share Y + sum_k a[i,k,s] e[k,i] + sales
    lost[s,i] = dO/dlog c = sum_n pi {p[s,n] − theta E (value of the flow − e)},   p = price + sum_u a[n,s,u] lost[u,n]
    0 = wL (Y + labour − mu) + sum_s beta lost + what fixed deficits and hours add        (the wage)

The first two are the money, the third the shares, the last the labour market; a common constant of (y, v, rho, chi, mu) is
free. With links it is a fixed point like the model's own; it is solved for all models in the same way. Where local labour
earns a part nu of purchases, a flow earns (1 − nu) v[s,i] + nu mu[n] in place of v; where capital adjusts, beta lost goes to
the wage by 1 − a and to P_I by a, and what labour earns is invested: + sum_s tilt e to the wage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import frozen, read_only
from parley.trade.aims import Aims, final_shares, labour_income
from parley.trade.closures import name_of
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model


@dataclass(frozen=True, eq=False)
@read_only
class Gradient:
    """Derivatives of each objective k; by default log welfare of each country.

    iceberg: by the log of an iceberg cost, or of a price wedge that earns no duty. by_share: by duty's share of spending,
    prices held. by_tax: by the export tax's share of what arrives, prices held. transfer: by one unit of the numeraire
    given to n; it has a giver too, so that only differences mean something.
    residual: largest gap of the adjoint equations, relative to the largest value. passes: spent on them.
    """

    eq: Equilibrium
    iceberg: Float[ndarray, "k n i s"]
    by_share: Float[ndarray, "k n i s"]
    by_tax: Float[ndarray, "k n i s"]
    transfer: Float[ndarray, "k n"]
    residual: float
    passes: int

    def __repr__(self) -> str:
        return f"<Gradient: {len(self.transfer)} objectives at {self.eq!r}, residual {self.residual:.1e}>"

    @property
    def tariff(self) -> Float[ndarray, "k n i s"]:
        """By the rate t_new, one rate a cell: dO/dt = dO/dlog tau (1 − r) + dO/dr (1 − r)^2, r = t/(1 + t)."""
        kept = 1 - self.eq.wedges.revenue_share
        return (self.iceberg + self.by_share * kept) * kept

    @property
    def export_tax(self) -> Float[ndarray, "k n i s"]:
        """By the rate of the export tax, from the tax that there is."""
        rate = 1.0 if self.eq.export_tax is None else 1 + self.eq.export_tax
        return (self.iceberg + self.by_tax / rate) / rate


@dataclass(frozen=True, eq=False)
@read_only
class Worth:
    """What a unit of the numeraire is worth to objective k: rho[k,n] of n's duties, y[k,n] of n's income, v[k,s,i] of i's sales,
    mu[k,n] of n's labour. m[k,s,n]: minus the value of a rise of log P[n,s] through all but its own nest's shares.
    """

    rho: Float[ndarray, "k n"]
    y: Float[ndarray, "k n"]
    v: Float[ndarray, "k s i"]
    mu: Float[ndarray, "k n"]
    m: Float[ndarray, "k s n"]


@dataclass(frozen=True, eq=False)
class _Values:
    """What one more unit of anything is worth at one iterate; e_new: e that the others imply."""

    mu: Float[ndarray, "k n"]
    e: Float[ndarray, "k s n"]
    lost: Float[ndarray, "k s n"] | None
    y: Float[ndarray, "k n"]
    Y: Float[ndarray, "k n"]
    hours: Float[ndarray, "k n"]
    relief: Float[ndarray, "k n"]
    rho: Float[ndarray, "k n"]
    chi: Float[ndarray, "k n"]
    v: Float[ndarray, "k s n"]
    e_new: Float[ndarray, "k s n"]


class System:
    """The adjoint equations of one equilibrium. Money is in units of mean income; arrays stand [k, s, n] and [k, n]."""

    def __init__(self, eq: Equilibrium, aims: Aims) -> None:
        module, world = read_model(eq.model), eq.world
        if not eq.closure.derived:
            named = ", ".join(map(name_of, eq.closure.chosen))
            raise InputError("adjoint", f"closure {named}", "a closure with an adjoint", "It is for replication alone")
        self.capital, self.local = eq.closure.capital, eq.closure.local
        self.eq, self.unit = eq, float(eq.income_new.mean())
        self.pi = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1))
        self.kept = self.pi * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))  # reaches the border
        self.taxed = None
        if eq.export_tax is not None:
            rate = eq.export_tax.transpose(2, 0, 1)
            self.taxed = self.kept * rate / (1 + rate)
        self.sold = self.kept if self.taxed is None else self.kept - self.taxed
        if self.local is not None:  # the rest is earned by the buyer's own labour
            self.sold = self.kept * (1 - self.local)[:, None]
            self.services = self.local * self.kept.sum(axis=2)
        self.duty = (self.pi - self.kept).sum(axis=2)
        self.E, self.theta = eq.E_new.T / self.unit, world.theta[:, None]
        self.S = np.matmul(self.E[:, None], self.sold)[:, 0]
        self.Tx = None if self.taxed is None else np.matmul(self.E[:, None], self.taxed)[:, 0]
        self.alpha, self.wL = final_shares(eq).T, labour_income(eq) / self.unit
        self.links = module.LINKS and world.gamma is not None
        self.joint = self.links or self.capital is not None  # whether prices come back to costs
        self.beta = world.beta.T if self.links else np.ones_like(self.S)
        self.a = world.gamma * (1 - world.beta)[:, None, :] if self.links and world.gamma is not None else None
        self.share = module.labour_share(world).T
        self.profit = 1 - self.share if module.PROFITS else None
        named = (aims.income, aims.revenue, aims.export_revenue, aims.labour)
        self.size = np.max([np.abs(part).max(axis=1) for part in named], axis=0)[:, None] * self.unit
        self.size = np.where(self.size > 0, self.size, 1.0)  # each objective in units of its own largest value
        self.income, self.revenue, self.exported, self.labour = (part * (self.unit / self.size) for part in named)
        self.tax, self.price = aims.tax / self.size, aims.price.transpose(0, 2, 1) / self.size[:, None]
        self.sales = aims.sales.transpose(0, 2, 1) * (self.unit / self.size[:, None])
        self.damping = 1 / (1 + float(np.median(world.theta)))
        self._deficits(eq)

    def _deficits(self, eq: Equilibrium) -> None:
        """shared: the part of deficits that is a share of world income, by unit of it; fixed: the rest; wage: whose
        wages the unit of money follows, by log wage (`Closure.unit`)."""
        base, closure = eq.world.base, eq.closure
        of_income = eq.deficits in ("world_share", "endogenous")
        self.shared = base.D / base.income.sum() if of_income else np.zeros_like(base.D)
        gdp = (eq.income_new - eq.D_new).sum()
        self.fixed = (eq.D_new - self.shared * gdp) / self.unit
        bill = labour_income(eq) / eq.L_hat
        self.wage = bill / bill.sum() if closure.numeraire is None else np.eye(len(bill))[closure.numeraire]

    def start(self) -> Float[ndarray, "k x"]:
        """Nothing is worth anything."""
        return np.zeros((len(self.income), self.wL.size + (2 * self.S.size if self.joint else self.wL.size)))

    def step(self, x: Float[ndarray, "k x"]) -> tuple[Float[ndarray, "k x"], Float[ndarray, " k"]]:
        """(f, the largest gap relative to the largest value) of one iterate: mu and y; with links mu, e and lost/S."""
        values = self.values(x)
        y, Y = values.y, values.Y
        lost, _ = self._lost(values)
        eps, tax = self.eq.closure.labour_supply, self.eq.tax_new
        by_wage = (self.beta * lost).sum(axis=1)
        if self.capital is not None:
            by_wage = (1 - self.capital.share) * by_wage + self.wL * (self.capital.tilt * values.e).sum(axis=1)
        other = by_wage + self.wage * (y @ self.fixed)[:, None]
        other = other + eps * values.hours - values.relief * tax
        gaps = [Y + self.labour + other / self.wL - values.mu]
        size = np.abs(Y).max(axis=1)
        if values.lost is not None:
            gaps.append((values.e_new - values.e).reshape(len(x), -1))
            gaps.append(((lost - values.lost) / np.maximum(self.S, 1e-290)).reshape(len(x), -1))
        else:
            gaps.append(self._income(values.e_new) - y)
        residual = np.max([np.abs(gap).max(axis=1) for gap in gaps], axis=0) / np.maximum(size, 1e-290)
        gaps[0] = gaps[0] * self.damping
        return np.concatenate(gaps, axis=1), residual

    def one(self, x: Float[ndarray, " x"]) -> tuple[Float[ndarray, " x"], float]:
        """The step of a single objective."""
        f, residual = self.step(x[None])
        return f[0], float(residual[0])

    def values(self, x: Float[ndarray, "k x"]) -> _Values:
        """What an iterate says of every value."""
        N, shape = self.wL.size, (len(x), *self.S.shape)
        mu, e, lost = x[:, :N], np.zeros(shape), None
        if self.joint:
            both = x[:, N:].reshape(len(x), 2, *self.S.shape)
            e, lost = both[:, 0], both[:, 1] * self.S
        y = self._income(e) if self.joint else x[:, N:]
        Y, hours, relief, rho, chi = self._money(mu, y)
        v = self.share * mu[:, None] + self.sales
        if self.profit is not None:
            v += self.profit * Y[:, None]
        if self.a is not None:
            v += np.matmul(e.transpose(2, 0, 1), self.a).transpose(1, 2, 0)
        e_new = self.duty * rho[:, None] + _bought(self.sold, v)
        if self.taxed is not None:
            e_new += _bought(self.taxed, np.broadcast_to(chi[:, None], shape))
        if self.local is not None:
            e_new += self.services * mu[:, None]
        return _Values(mu, e if self.joint else e_new, lost, y, Y, hours, relief, rho, chi, v, e_new)

    def _income(self, e: Float[ndarray, "k s n"]) -> Float[ndarray, "k n"]:
        """y of values of spending."""
        return self.income + (self.alpha * e).sum(axis=1)

    def _money(self, mu: Float[ndarray, "k n"], y: Float[ndarray, "k n"]):
        """(Y, value of a rise of log hours, of the tax on labour under relief, rho, chi)."""
        closure, tax = self.eq.closure, self.eq.tax_new
        Y = y + (y @ self.shared)[:, None]
        relief = hours = np.zeros_like(y)
        if closure.elastic:
            hours = self.wL * (Y + self.labour - mu)
            if closure.revenue == "tax_relief":  # hours move the tax, and the tax moves hours: both at once
                slope = closure.labour_supply / (1 - tax)
                hours = (hours - tax * self.tax) / (1 - tax * slope)
                relief = self.tax - slope * hours
        rho = Y - relief / self.wL
        return Y, hours, relief, rho + self.revenue, rho + self.exported

    def _lost(self, values: _Values) -> tuple[Float[ndarray, "k s i"], Float[ndarray, "k s n"]]:
        """(dO/dlog c [k,s,i], dO/dlog P but for its own nest's shares [k,s,n])."""
        closure, tax, rho = self.eq.closure, self.eq.tax_new, values.rho
        p = self.price
        if closure.elastic:
            collected = (self.eq.revenue_new + self.eq.export_revenue_new) / self.unit
            level = values.relief * (tax + collected / self.wL) - closure.labour_supply * values.hours
            p = p + self.alpha * level[:, None]
        if self.a is not None and values.lost is not None:
            p = p + np.matmul(values.lost.transpose(2, 0, 1), self.a.transpose(0, 2, 1)).transpose(1, 2, 0)
        if self.capital is not None and values.lost is not None:
            rental = self.capital.share * (self.beta * values.lost).sum(axis=1)
            p = p + self.capital.bought * rental[:, None]
        spent = self.theta * self.E
        found = _sold(self.pi, p + spent * (values.e_new - rho[:, None]))
        gap = rho if self.local is None else rho - self.local * values.mu
        found += _sold(self.kept, spent * gap[:, None]) - self.theta * self.S * values.v
        if self.Tx is not None:
            found -= self.theta * self.Tx * values.chi[:, None]
        return found, p

    def gradient(self, x: Float[ndarray, "k x"], residual: float, passes: int) -> Gradient:
        """The Gradient at solved values. A flow E pi is worth r rho + (1 − r)(what its seller and his government get)."""
        values, eq = self.values(x), self.eq
        _, p = self._lost(values)
        rho, v = values.rho[:, None, :, None], values.v[:, :, None]
        if self.local is not None:
            v = v * (1 - self.local)[:, None] + (self.local * values.mu)[:, None, :, None]
        kept = 1 - eq.wedges.revenue_share.transpose(2, 0, 1)
        flow = (self.E[:, :, None] * self.pi)[None]
        paid, gap = v, values.chi[:, None, None] - v
        if eq.export_tax is not None:
            rate = eq.export_tax.transpose(2, 0, 1)
            paid = v + rate / (1 + rate) * gap
        by_share = rho - paid
        by_price = by_share * kept - rho + values.e_new[..., None]  # the mean value of a flow less its own
        by_price *= self.theta[:, :, None] * flow
        by_price += self.pi * p[..., None]
        by_share *= flow
        by_tax = gap * (flow * kept)
        for part in (by_price, by_share, by_tax):
            part *= self.size[:, :, None, None]
        iceberg, by_share, by_tax = (frozen(part).transpose(0, 2, 3, 1) for part in (by_price, by_share, by_tax))
        transfer = values.y * (self.size / self.unit)
        return Gradient(eq, iceberg, by_share, by_tax, transfer, residual, passes)

    def worth(self, x: Float[ndarray, "k x"]) -> Worth:
        """The Worth at solved values."""
        values = self.values(x)
        money, size = self.size / self.unit, self.size[:, None]
        by_sector = money[:, None]
        m = -self._lost(values)[1] * size
        return Worth(values.rho * money, values.y * money, values.v * by_sector, values.mu * money, m)


def _bought(parts: Float[ndarray, "s n i"], value: Float[ndarray, "k s i"]) -> Float[ndarray, "k s n"]:
    """sum_i parts value."""
    return np.matmul(parts, value.transpose(1, 2, 0)).transpose(2, 0, 1)


def _sold(parts: Float[ndarray, "s n i"], value: Float[ndarray, "k s n"]) -> Float[ndarray, "k s i"]:
    """sum_n parts value."""
    return np.matmul(value.transpose(1, 0, 2), parts).transpose(1, 0, 2)
