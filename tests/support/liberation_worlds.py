"""The world of Ignatenko, Lashkaripour, Macedoni and Simonovska (2025) from shared data, and their tables' figures by our solver.

194 economies, one sector, trade of 2023 (BACI) and GDP (World Bank), as their published replication package puts them together:
nu on two blocs so that local labour earns .12 of what the rest spends and .26 of what the United States spends; own
trade = GDP + T − imports, cells below zero set to none; T = (1 − nu)(imports − sum (1 − nu) exports).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy import ndarray

from parley.trade.closures import read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World

USA = "USA"
EPS, SCALE, HOURS = 4.0, 0.67, 0.5  # trade elasticity; that times psi; elasticity of labour supply
TARGETS = np.array([0.12, 0.26])  # of the rest's and of US spending, what local labour earns
FIELDS = ("welfare", "deficit", "exports", "imports", "employment", "prices")


@dataclass(frozen=True, eq=False)
class Liberation:
    """world: the paper's. nu: [n]. rates: US rates of 2 April 2025, at least 10 %, by country. gdp: thousand dollars of 2023."""

    world: World
    nu: ndarray
    rates: ndarray
    gdp: ndarray

    @property
    def usa(self) -> int:
        """The place of the United States."""
        return self.world.index(USA)

    @property
    def phi(self) -> ndarray:
        """The paper's pass-through: (1 + k)/((1 − nu) k) − 1/k, k = eps/.67."""
        k = EPS / SCALE
        return (1 + k) / ((1 - self.nu) * k) - 1 / k

    def tariffs(self, on_others: ndarray | float | None = None, on_us: ndarray | float = 0.0) -> ndarray:
        """US rates on everyone (None: those of the day) and everyone's on the United States."""
        t, usa = np.zeros(self.world.X.shape), self.usa
        t[usa, :, 0] = self.rates if on_others is None else on_others
        t[:, usa, 0] = on_us
        t[usa, usa] = 0.0
        return t


def liberation(shared: Path) -> Liberation:
    """The paper's world."""
    with np.load(shared / "world/liberation_day.npz", allow_pickle=False) as held:
        countries = [str(code) for code in held["iso3"]]
        trade, rate = np.nan_to_num(held["trade_kusd"]), held["rate"]
    with (shared / "world/gdp_2023_194.csv").open(newline="") as file:
        gdp = np.array([float(row["gdp_usd"]) / 1000 for row in csv.DictReader(file)])
    usa = countries.index(USA)
    bloc = np.zeros((2, len(countries)))
    bloc[1, usa], bloc[0] = 1.0, 1.0
    bloc[0, usa] = 0.0
    of_bloc = local_parts(bloc @ trade @ bloc.T, bloc @ gdp)
    nu = np.where(np.arange(len(countries)) == usa, of_bloc[1], of_bloc[0])
    spent = gdp + (1 - nu) * (trade.sum(axis=0) - trade @ (1 - nu))
    X = trade.T.copy()
    np.fill_diagonal(X, np.maximum(spent - trade.sum(axis=0), 0.0))
    world = World.from_arrays(
        countries,
        ["all"],
        X[:, :, None],
        np.zeros((*X.shape, 1)),
        [EPS],
        flows_include_tariff=True,
        name="liberation day",
    )
    return Liberation(world, nu, np.maximum(0.1, rate), gdp)


def local_parts(X: ndarray, Y: ndarray) -> ndarray:
    """nu of the two blocs (rest, United States) from exports X[from, to] and GDP, by Newton's steps."""

    def gaps(nu: ndarray) -> ndarray:
        E = Y + (1 - nu) * (X.sum(axis=0) - X @ (1 - nu))
        rest, us = E[0] - X[1, 0], E[1] - X[0, 1]
        kept = rest / (rest + X[0, 1]), us / (us + X[1, 0])
        found = (1 - kept[0]) * nu[1] + kept[0] * nu[0], kept[1] * nu[1] + (1 - kept[1]) * nu[0]
        return np.array(found) - TARGETS

    nu = np.array([0.1, 0.24])
    for _ in range(20):
        J = np.array([(gaps(nu + h) - gaps(nu - h)) / 2e-6 for h in 1e-6 * np.eye(2)]).T
        nu = nu - np.linalg.solve(J, gaps(nu))
    return nu


def plain(held: Liberation, t: ndarray, deficits: str = "earnings_share", eps: float = EPS) -> Equilibrium:
    """Their model without nu and with phi = 1: external scale, labour supply, the tax cut."""
    closures = [read_closure("external_scale").Choice(SCALE / EPS)]
    world = held.world.with_theta([eps])
    return solve(world, t, deficits=deficits, revenue="tax_cut", labour_supply=HOURS, closures=closures)


def whole(
    held: Liberation,
    t: ndarray,
    *,
    lump: bool = False,
    eps: float = EPS,
    less: float = 0.0,
    transfers: ndarray | None = None,
) -> Equilibrium:
    """Their baseline: nu, pass-through phi (less: taken off it), T a share of the world's earnings, with transfers on top."""
    local = dict(zip(held.world.countries, held.nu.tolist(), strict=True))
    closures = [
        read_closure("external_scale").Choice(SCALE / EPS),
        read_closure("pass_through").Choice(held.phi - less),
    ]
    deficits = Endogenous(local, 0.0, of_earnings=True)
    revenue, world = ("lump_sum" if lump else "tax_cut"), held.world.with_theta([eps])
    how = {"deficits": deficits, "revenue": revenue, "labour_supply": HOURS, "closures": closures}
    return solve(world, t, transfers=transfers, **how)


def figures(eq: Equilibrium, unit: float | None = None) -> dict[str, ndarray]:
    """FIELDS in percent by country, as their tables: trade over labour income, prices over an E-weighted mean of 1, or in `unit`."""
    base, border = eq.world.base, (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=2)
    before = eq.world.X.sum(axis=2)
    for flows in (border, before):
        np.fill_diagonal(flows, 0.0)
    Y = eq.w_hat * eq.L_hat
    deficit, deficit_new = (flows.sum(axis=1) - flows.sum(axis=0) for flows in (before, border))
    unit = unit or base.E.sum() / (eq.P_hat[:, 0] * base.E[:, 0]).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        hats = {
            "welfare": eq.welfare_hat,
            "deficit": 1 + (unit * deficit_new - deficit) / np.abs(deficit),
            "exports": border.sum(axis=0) / before.sum(axis=0) / Y,
            "imports": border.sum(axis=1) / before.sum(axis=1) / Y,
            "employment": eq.L_hat,
            "prices": unit * eq.P_hat[:, 0],
        }
    return {name: 100 * (values - 1) for name, values in hats.items()}


def printed_rows(held: Liberation, eq: Equilibrium, mean_welfare: bool = True) -> tuple[list[float], list[float]]:
    """(the United States, the others) by FIELDS: others weighted by spending, their welfare a plain mean in Table 10."""
    found, others = figures(eq), np.arange(len(held.world.countries)) != held.usa
    E = eq.world.base.E[:, 0]
    weighted = {name: float((E * values)[others].sum() / E[others].sum()) for name, values in found.items()}
    if mean_welfare:
        weighted["welfare"] = float(found["welfare"][others].mean())
    return [float(found[name][held.usa]) for name in FIELDS], [weighted[name] for name in FIELDS]


def formula_rate(held: Liberation, outlay: float | None = None, *, eps: float = EPS, less: float = 0.0) -> float:
    """Their optimal US rate: 1/((1 + delta eps) phi − 1), delta from US exports and spending on imports.

    outlay: what stands for US spending; their Table 2 has US output there. less: taken off phi.
    """
    X, nu, usa = held.world.X[:, :, 0], held.nu, held.usa
    E = X.sum(axis=1)
    share = X[:, usa] / E
    sent = (1 - nu) * X[:, usa] * (1 - share)
    sent[usa] = 0.0
    delta = sent.sum() / ((1 - nu[usa]) * ((E[usa] if outlay is None else outlay) - X[usa, usa]))
    return float(1 / ((1 + delta * eps) * (held.phi[usa] - less) - 1))
