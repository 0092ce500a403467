"""Closures joined: each equation is taken anew from the public fields of the answer, for every joining that is accepted."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError, NotSolvedError
from parley.trade.closure import taken_by
from parley.trade.closures import read_closure
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve
from parley.world.world import World
from trade_worlds import TIGHT, shocked, small_world, with_deficits

INVESTED = np.random.default_rng(0).uniform(0.05, 0.5, (4, 3))
OFF = 1 - np.eye(4)[:, :, None]
TAX = OFF * np.random.default_rng(1).uniform(-0.05, 0.15, (4, 4, 3))
PHI = read_closure("pass_through").Choice([1.3, 1.1, 1.0, 0.8])
FLOOR = read_closure("wage_floor").Choice(0.99)
SCALE = read_closure("external_scale").Choice(0.1)
CAPITAL = SteadyState([0.4, 0.3, 0.2, 0.0], INVESTED)
HOURS = {"labour_supply": 0.5}
DEFICITS = ["world_share", "balanced", "nominal", Endogenous({"C01": 0.3}, 0.1), "earnings_share", "output_share"]
BESIDE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "capital": {"capital": CAPITAL},
    "floor": {"closures": [FLOOR]},
    "capital and floor": {"capital": CAPITAL, "closures": [FLOOR]},
    "hours": HOURS,
    "relief": HOURS | {"revenue": "tax_relief", "tax_rate": 0.3},
    "cut": HOURS | {"revenue": "tax_cut"},
    "scale": HOURS | {"closures": [SCALE]},
}
PLAIN: dict[str, Any] = {"revenue": "lump_sum", "capital": "fixed", "closures": []}


def gaps(eq: Equilibrium) -> dict[str, Any]:
    """How far each equation is from holding: prices, shares, spending, income, labour, deficits and hours, relative."""
    W, C, r, theta = eq.world, eq.closure, eq.wedges.revenue_share, eq.world.theta
    base, links = W.base, W.gamma is not None and eq.model == "caliendo_parro"
    beta = W.beta if links else np.ones_like(base.S)
    used = W.gamma * (1 - W.beta)[:, None, :] if links else np.zeros((4, 3, 3))
    x = np.zeros_like(r) if eq.export_tax is None else eq.export_tax
    phi, nu = (np.ones(4) if C.pass_through is None else C.pass_through), (np.zeros(4) if C.local is None else C.local)
    log_P, labour = np.log(eq.P_hat), base.VA * eq.w_hat * eq.L_hat
    alpha, log_v, tilt = W.alpha if links else base.E / base.E.sum(axis=1, keepdims=True), np.log(eq.w_hat), 0.0
    if C.capital is not None:
        log_r = (C.capital.bought.T * log_P).sum(axis=1)
        alpha, tilt = C.capital.consumed.T, C.capital.tilt.T * labour[:, None]
        log_v = (1 - C.capital.share) * log_v + C.capital.share * log_r
    log_c = beta * log_v[:, None] + np.einsum("nks,nk->ns", used, log_P)
    pull = base.pi * ((eq.wedges.tau_hat * (1 + x)) ** phi[:, None, None] * eq.c_hat) ** -theta
    entry = (eq.E_new.sum(axis=1) / base.E.sum(axis=1) / eq.w_hat) ** (1 - phi)
    border = eq.X_new * (1 - r)
    taxes = border * x / (1 + x)
    sold = ((1 - nu)[:, None, None] * border - taxes).sum(axis=0)
    earned = beta * sold + nu[:, None] * border.sum(axis=1)
    earned_before = beta * base.S + nu[:, None] * (W.X / (1 + W.t)).sum(axis=1)
    log_c = log_c - C.scale * (np.log(earned / earned_before) - log_c)  # by the bundles of inputs of each sector
    duties, exported = (eq.X_new * r).sum(axis=(1, 2)), taxes.sum(axis=(0, 2))
    gdp, level = labour + duties + exported, np.exp((alpha * log_P).sum(axis=1))
    tax = np.full(4, C.tax_rate)
    if C.revenue == "tax_relief":
        tax = ((C.tax_rate * base.VA + base.revenue) * level - duties - exported) / labour
    kept = 1 / (1 - (duties + exported) / labour) if C.revenue == "tax_cut" else (1 - tax) / (1 - C.tax_rate)
    spend = base.income * labour / base.VA
    D = {
        "balanced": 0.0 * base.D,
        "nominal": base.D,
        "earnings_share": base.D * labour.sum() / base.VA.sum(),
        "output_share": spend * gdp.sum() / spend.sum() - gdp,
    }.get(eq.deficits, base.D * gdp.sum() / base.income.sum())
    wanted = alpha * eq.income_new[:, None] + tilt + np.einsum("nks,ns->nk", used, sold)
    return {
        "costs": np.exp(log_c) / eq.c_hat - 1,
        "prices": pull.sum(axis=1) ** (-1 / theta) * entry[:, None] / eq.P_hat - 1,
        "shares": eq.X_new / (pull / pull.sum(axis=1, keepdims=True) * eq.E_new[:, None]) - 1,
        "spending": wanted / eq.E_new - 1,
        "income": (gdp + eq.D_new) / eq.income_new - 1,
        "labour": ((beta * sold).sum(axis=1) + nu * border.sum(axis=(1, 2))) / labour - 1,
        "deficits": (D - eq.D_new) / eq.income_new,
        "hours": 0 if C.floor is not None else (eq.w_hat * kept / level) ** C.labour_supply / eq.L_hat - 1,
        "floor": 0 if C.floor is None else np.minimum(eq.w_hat - C.floor, 1 - eq.L_hat),
    }


def joinings(deficits: Any, model: str) -> list[dict[str, Any]]:
    """Everything that stands beside a closure of deficits under a model: what a model takes no file of is left out."""
    made = []
    for (name, beside), phi, taxed in product(BESIDE.items(), (False, True), (False, True)):
        asked = PLAIN | beside | {"deficits": deficits, "model": model}
        if phi:
            asked = asked | {"closures": [*asked["closures"], PHI]}
        if taxed and not isinstance(deficits, Endogenous):  # refused: no equation was published
            asked = asked | {"export_tax": TAX}
        if taken_by(**asked) and not (taxed and isinstance(deficits, Endogenous)):
            made.append(asked | {"numeraire": "C03" if name == "floor" else "world_labour"})
    return made


CASES = [(d, model) for d in DEFICITS for model in ("armington", "caliendo_parro") if joinings(d, model)]


@pytest.mark.slow
@pytest.mark.parametrize(("deficits", "model"), CASES)
def test_every_equation_holds_under_every_joining(deficits: Any, model: str):
    with_duties, without = with_deficits(model), with_deficits(model, 0.0)
    for asked in joinings(deficits, model):
        world = without if asked["revenue"] == "tax_cut" else with_duties
        eq = solve(world, shocked(world), tolerance=TIGHT, **asked)
        assert {what: float(np.abs(gap).max()) for what, gap in gaps(eq).items() if np.abs(gap).max() > 1e-9} == {}, (
            asked
        )
        again = solve(world, shocked(world), start=eq, **asked)
        assert again.passes <= 3, asked


def test_capital_is_bought_at_prices_that_firms_entry_moves():
    world = small_world()
    eq = solve(world, shocked(world), capital=CAPITAL, closures=[PHI], export_tax=TAX, tolerance=TIGHT)
    assert max(float(np.abs(gap).max()) for gap in gaps(eq).values()) < 1e-9


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"tax_rate": 0.3}, "would change nothing"),
        (HOURS | {"tax_rate": 0.3, "revenue": "tax_cut"}, "would change nothing"),
        ({"deficits": "output_share", "transfers": np.array([1.0, -1.0, 0.0, 0.0])}, "what is spent follows output"),
    ],
)
def test_what_would_change_nothing_is_refused(asked: dict[str, Any], words: str):
    with pytest.raises(InputError, match=words):
        solve(small_world(rate=0.0), **asked)


@pytest.mark.parametrize(
    "asked", [{"capital": SteadyState(0.4, 0.9), "t_new": OFF * np.ones(3)}, {"labour_supply": 2.0}]
)
def test_nobody_consumes_less_than_nothing(asked: dict[str, Any]):
    """One country lends most of what it earns: what it invests, or its effort, is more than what is left."""
    world = small_world(rate=0.0)
    X = world.X * np.array([0.25, 1.0, 1.0, 1.0])[:, None, None]
    lends = World.from_arrays(world.countries, world.sectors, X, world.t, world.theta, flows_include_tariff=True)
    with pytest.raises(NotSolvedError, match="less than nothing"):
        solve(lends, **asked)
