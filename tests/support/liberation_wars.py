"""Further regimes of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): who retaliates, regional wars, balanced US trade.

The rates and transfers are as their published package makes them, in the world of `liberation_worlds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy import ndarray
from scipy.optimize import root

from liberation_worlds import EPS, FIELDS, HOURS, SCALE, Liberation, figures, whole
from parley.codes import members
from parley.trade.equilibrium import Equilibrium

CHINA = "CHN"
LEFT_OUT = ("CZE", "SVK")  # of their list of EU members
NEAR, SMALL = 1e-13, 1e-9  # what the solver aims at, and the largest gap taken


def groups(held: Liberation) -> dict[str, ndarray]:
    """{name: places} of the rows of Tables 2 and 8; EU as their package lists it."""
    world, everyone = held.world, np.arange(len(held.world.countries))
    eu = np.array([world.index(c) for c in members("EUU") if c not in LEFT_OUT])
    usa, china = np.array([held.usa]), np.array([world.index(CHINA)])
    rest = np.setdiff1d(everyone, [*usa, *china, *eu])
    return {"USA": usa, "CHN": china, "EU": eu, "others": np.setdiff1d(everyone, usa), "rest": rest}


def rows_of(held: Liberation, eq: Equilibrium, names: Iterable[str]) -> dict[str, dict[str, float]]:
    """{row: {field: percent}}, each a mean over the countries of the row weighted by spending."""
    found, E, held_groups = figures(eq), eq.world.base.E[:, 0], groups(held)
    return {
        name: {
            field: float(np.average(values[held_groups[name]], weights=E[held_groups[name]]))
            for field, values in found.items()
        }
        for name in names
    }


def retaliation(held: Liberation) -> float:
    """Their optimal rate of all others together on US goods: 1/((1 + delta eps) phi − 1), delta of two blocs."""
    X, usa = held.world.X[:, :, 0].T, held.usa
    bloc = np.zeros((2, len(X)))
    bloc[1, usa], bloc[0] = 1.0, 1.0
    bloc[0, usa] = 0.0
    nu = held.nu[[usa - 1, usa]]
    of_bloc, Y = bloc @ X @ bloc.T, bloc @ earned(held)
    share = of_bloc[0, 1] / of_bloc[:, 1].sum()
    delta = (1 - nu[1]) * of_bloc[0, 1] * (1 - share) / ((1 - nu[0]) * (Y[0] - of_bloc[0, 0]))
    return float(1 / ((1 + delta * EPS) * held.phi[usa - 1] - 1))


def earned(held: Liberation) -> ndarray:
    """Y [n] of their accounts: sales net of what local labour earns elsewhere, and what it earns at home."""
    X, nu = held.world.X[:, :, 0], held.nu
    return ((1 - nu)[:, None] * X).sum(axis=0) + nu * X.sum(axis=1)


def regional(held: Liberation, own: Iterable[str], rate: float | None = None) -> ndarray:
    """Rates of a war with some partners: the day's on both sides (or `rate`), 10 percent on both sides with all others."""
    on = np.full(len(held.world.countries), 0.1)
    for name in own:
        on[groups(held)[name]] = held.rates[groups(held)[name]] if rate is None else rate
    return held.tariffs(on, on)


def world_trade(eq: Equilibrium) -> tuple[float, float]:
    """(percent change of world trade over world GDP, of world hours), trade with its duties."""
    Y, off = eq.world.base.VA, ~np.eye(len(eq.w_hat), dtype=bool)
    trade = [X[:, :, 0][off].sum() for X in (eq.X_new, eq.world.X)]
    gdp = (eq.w_hat * eq.L_hat * Y).sum() / Y.sum()
    return float(100 * (trade[0] / trade[1] / gdp - 1)), float(100 * ((eq.L_hat - 1) * Y).sum() / Y.sum())


def without_us_deficit(held: Liberation, *, adds_up: bool) -> ndarray:
    """T [n] less every country's imbalance with the United States, and none for them: Table 10, panels 2 and 4.

    These do not sum to zero, because local labour takes no part in trade. adds_up: what is missing is taken from all others in
    proportion to spending.
    """
    X, usa = held.world.X[:, :, 0], held.usa
    E = X.sum(axis=1)
    T = E - earned(held) - (X[:, usa] - X[usa])
    T[usa] = 0.0
    if adds_up:
        others = np.arange(len(E)) != usa
        T = T - np.where(others, E, 0.0) * T.sum() / E[others].sum()
    return T


def balanced(held: Liberation, t: ndarray) -> Equilibrium:
    """Their baseline with US trade balanced, by transfers that add up."""
    X = held.world.X[:, :, 0]
    T = X.sum(axis=1) - earned(held)
    return whole(held, t, transfers=without_us_deficit(held, adds_up=True) - T)


@dataclass(frozen=True, eq=False)
class Uncleared:
    """Their own system for panels 2 and 4: T as it is, and one market, the last country's, left out."""

    held: Liberation
    T: ndarray

    def gaps(self, x: ndarray, t: ndarray) -> tuple[ndarray, dict[str, ndarray]]:
        """(gaps of the labour markets but the last, a price level of 1, spending, hours; FIELDS in percent) at log (w, E, L)."""
        X, nu, phi = self.held.world.X[:, :, 0], self.held.nu, self.held.phi
        E, Y, (w, e, L) = X.sum(axis=1), earned(self.held), np.exp(x.reshape(3, -1))
        K = X / E[:, None] * (w / L ** (SCALE / EPS)) ** -EPS * (1 + t) ** (-EPS * phi[:, None])
        spent = K / K.sum(axis=1, keepdims=True) * (E * e)[:, None]
        P = (e / w) ** (1 - phi) * K.sum(axis=1) ** (-1 / EPS)
        net, wage, revenue = spent / (1 + t), w * L * Y, (spent * t / (1 + t)).sum(axis=1)
        tax = revenue / wage
        labour = (((1 - nu)[:, None] * net).sum(axis=0) + nu * net.sum(axis=1) - wage) / Y
        labour[-1] = (P * E).sum() / E.sum() - 1
        spending = (revenue + wage + self.T * wage.sum() / Y.sum()) / E - e
        hours = np.log(L) - HOURS * np.log(w / P / (1 - tax))
        part = HOURS / (1 + HOURS) * (1 - tax) * Y
        welfare = (e * E - part * w * L) / (E - part) / P
        off = 1 - np.eye(len(E))
        sums = [(net * off).sum(axis=a) / (X * off).sum(axis=a) / (w * L) for a in (0, 1)]
        deficit, before = (flows.sum(axis=1) - flows.sum(axis=0) for flows in (net, X))
        hats = (welfare, 1 + (deficit - before) / np.abs(before), *sums, L, P)
        told = {name: 100 * (hat - 1) for name, hat in zip(FIELDS, hats, strict=True)}
        return np.concatenate([labour, spending, hours]), told

    def solved(self, t: ndarray, x: ndarray) -> tuple[ndarray, dict[str, ndarray]]:
        """(log (w, E, L), FIELDS in percent), from x. Raises ArithmeticError where the gaps do not close."""
        found = root(lambda x: self.gaps(x, t)[0], x, tol=NEAR).x
        gap, told = self.gaps(found, t)
        if np.abs(gap).max() > SMALL:
            raise ArithmeticError(f"a gap of {np.abs(gap).max():.1e} is left")
        return found, told
