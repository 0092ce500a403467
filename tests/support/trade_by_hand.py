"""Numbers of an iterate far from rest, worked out anew buyer by buyer: flows, income as a linear system, what each market lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from parley.trade.closure import Closure
from parley.trade.models import read_model
from parley.trade.problem import Problem


def by_hand(problem: Problem, log_cost: np.ndarray, spend: Any) -> dict[str, Any]:
    """Flows at costs [i, s]. spend: spending [n, s] of the duties [n, i, s] and export taxes in a unit of it by sector."""
    world, closure, shocks, r = problem.world, problem.closure, problem.shocks, problem.wedges.revenue_share
    x = np.zeros_like(r) if shocks.export_tax is None else shocks.export_tax
    nu = np.zeros(4) if closure.local is None else closure.local
    phi = np.ones(4) if closure.pass_through is None else closure.pass_through
    weight = world.base.pi * shocks.demand_hat
    weight = weight / weight.sum(axis=1, keepdims=True)
    wedge = (problem.wedges.tau_hat * shocks.iceberg_hat * (1 + x)) ** phi[:, None, None]
    pull = weight * (wedge * np.exp(log_cost)) ** -world.theta
    share, taxed = pull / pull.sum(axis=1, keepdims=True), (1 - r) * x / (1 + x)
    X = share * spend(share * r, share * taxed)[:, None]
    border, collected = X * (1 - r), (X * taxed).sum(axis=0)
    kept = border * (1 - nu)[:, None, None]
    abroad = kept * (1 - np.eye(4)[:, :, None])
    return {
        "log_P": -np.log(pull.sum(axis=1)) / world.theta,
        "X": X,
        "E": X.sum(axis=1),
        "sold": kept.sum(axis=0) - collected,
        "exports": abroad.sum(axis=(0, 2)),
        "imports": abroad.sum(axis=(1, 2)),
        "services": nu * border.sum(axis=(1, 2)),
        "duties": (X * r).sum(axis=(1, 2)),
        "collected": collected.sum(axis=1),
        "revenue": (X * r).sum(axis=(1, 2)) + collected.sum(axis=1),
    }


def unit_and_sent(closure: Closure, w_hat: np.ndarray) -> tuple[float, np.ndarray]:
    unit = 1.0 if closure.numeraire is None else float(w_hat[closure.numeraire])
    return unit, np.zeros(4) if closure.transfers is None else closure.transfers * unit


def spent(problem: Problem, earned: np.ndarray, w_hat: np.ndarray, e: np.ndarray, tilt: np.ndarray | float) -> Any:
    """Spending by sector where I = earned + duties + export taxes + D, as a linear system in I."""
    base, closure = problem.world.base, problem.closure
    unit, sent = unit_and_sent(closure, w_hat)

    def spend(duty: np.ndarray, taxed: np.ndarray) -> np.ndarray:
        duty = duty.sum(axis=1)
        own, on_tilt = (duty * e).sum(axis=1), (duty * tilt).sum(axis=1)  # what is tilted sums to nothing
        if closure.of_output:
            wanted = base.income * earned / base.VA
            return e * (wanted * (earned + on_tilt).sum() / ((1 - own) * wanted).sum())[:, None] + tilt
        system = np.eye(4) - np.diag(own) - np.einsum("nis,ns->in", taxed, e)
        D = 0.0 * base.D
        if closure.deficits == "nominal":
            D = base.D * unit
        elif closure.of_earnings or closure.held:
            D = base.D * earned.sum() / base.VA.sum()
        elif closure.deficits != "balanced":
            system = system - np.outer(base.D, np.ones(4)) / base.income.sum()
        income = np.linalg.solve(system, earned + on_tilt + sent + D)
        return e * income[:, None] + tilt

    return spend


def apart(exports: np.ndarray, imports: np.ndarray, D: np.ndarray) -> tuple[np.ndarray, float]:
    """(what wages follow, the largest gap): exports and what is lent against imports and what is borrowed."""
    step = np.log((exports + np.maximum(D, 0)) / (imports + np.maximum(-D, 0)))
    return step, float((np.abs(exports - imports + D) / (0.5 * (exports + imports))).max())


def hours_by_hand(
    problem: Problem, wages: np.ndarray, labour: np.ndarray, w: np.ndarray, revenue: np.ndarray, level
) -> Any:
    """(hours that are wanted, tax on labour): the real wage after tax to the elasticity; relief keeps real public spending."""
    closure, tax = problem.closure, np.full(4, problem.closure.tax_rate)
    if closure.revenue == "tax_relief":
        tax = ((closure.tax_rate * wages + problem.world.base.revenue) * level - revenue) / labour
    return (w * (1 - tax) / (1 - closure.tax_rate) / level) ** closure.labour_supply, tax


def wages_of(problem: Problem, bill: np.ndarray, log_w: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """(what the numeraire takes off, log wages, hours) at what a base hour earns; a floor holds wages up."""
    closure, free = problem.closure, log_w
    if closure.floor is not None:
        free = np.maximum(log_w, np.log(closure.floor) + log_w[closure.numeraire])
    shift = float(np.log((bill * np.exp(free)).sum() / bill.sum()))
    return shift, free - shift, np.exp(log_w - free)


def bundles_by_hand(problem: Problem, made: dict[str, Any], share: np.ndarray, log_c0: np.ndarray) -> np.ndarray:
    """log bundles [n, s]: what a sector's labour earns, share of its sales and local services, over its cost without scale."""
    world, nu = problem.world, np.zeros(4) if problem.closure.local is None else problem.closure.local
    before = share * world.base.S + nu[:, None] * (world.X / (1 + world.t)).sum(axis=1)
    border = (made["X"] * (1 - problem.wedges.revenue_share)).sum(axis=1)
    return np.log((share * made["sold"] + nu[:, None] * border) / before) - log_c0


def certificate(problem: Problem, model: str, state: Any, made: dict[str, Any]) -> dict[str, Any]:
    """The Certificate of flows and a state: the worst of trade, of wages, and of spending beside what is to be spent."""
    world, module, capital = problem.world, read_model(model), problem.closure.capital
    wages = (module.labour_share(world) * made["sold"]).sum(axis=1)
    paid = wages + made["services"]
    profits = made["sold"].sum(axis=1) - wages if module.PROFITS else 0.0
    wanted = state.alpha.T * (state.labour + profits + made["revenue"] + state.D_new)[:, None]
    if capital is not None:
        wanted = wanted + capital.tilt.T * state.labour[:, None]
    if module.LINKS:
        wanted = wanted + np.einsum("nks,ns->nk", world.gamma * (1 - world.beta)[:, None, :], made["sold"])
    _, gap = apart(made["exports"], made["imports"], state.D_new)
    spending = (np.abs(made["E"] - wanted).sum(axis=1) / wanted.sum(axis=1)).max()
    return {
        "residual": max(gap, np.abs(paid / state.labour - 1).max(), spending),
        "walras": abs((paid - state.labour).sum()) / state.labour.sum(),
        "share_error": 0.0,
        "revenue": made["duties"],
        "export_revenue": made["collected"],
    }


def linked(problem: Problem, x: np.ndarray) -> tuple[np.ndarray, dict[str, float], dict[str, Any]]:
    """(f, the gap of each kind, what a State holds) of a world with input-output links."""
    world, closure = problem.world, problem.closure
    assert world.gamma is not None
    bill, capital = world.base.VA, closure.capital
    shift, log_w, L = wages_of(problem, bill, x[:4])
    log_P, E = x[4:16].reshape(3, 4).T - shift, np.exp(x[16:28].reshape(3, 4).T - shift)
    w, L = np.exp(log_w), np.exp(x[-4:]) if closure.elastic else L
    labour, log_v, alpha, tilt = bill * w * L, log_w, world.alpha, 0.0
    if capital is not None:
        alpha, tilt = capital.consumed.T, capital.tilt.T * labour[:, None]
        log_v = (1 - capital.share) * log_w + capital.share * (capital.bought.T * log_P).sum(axis=1)
    used = world.gamma * (1 - world.beta)[:, None, :]
    log_c0 = world.beta * log_v[:, None] + np.einsum("nks,nk->ns", used, log_P)
    bundles = x[28:40].reshape(3, 4).T if closure.scale else np.zeros((4, 3))
    log_c = log_c0 - closure.scale * bundles
    made = by_hand(problem, log_c, lambda *_: E)
    paid = (world.beta * made["sold"]).sum(axis=1) + made["services"]
    unit, sent = unit_and_sent(closure, w)
    gdp = labour + made["revenue"]
    grown = labour.sum() / bill.sum() if closure.of_earnings else gdp.sum() / world.base.income.sum()
    scale = {"balanced": 0.0, "nominal": unit}.get(closure.deficits, grown)
    D = scale * world.base.D + sent
    wanted, gap = apart(made["exports"], made["imports"], D)
    E_next = alpha * (gdp + D)[:, None] + tilt + np.einsum("nks,ns->nk", used, made["sold"])
    of_prices, entry = made["log_P"] - log_P, None
    if closure.pass_through is not None:
        entry = (1 - closure.pass_through) * (np.log(E.sum(axis=1) / world.base.E.sum(axis=1)) - log_w)
        of_prices = of_prices + entry[:, None]
    damping = 1 / (1 + np.median(world.theta))
    f = [damping * wanted - shift, of_prices.T.ravel() - shift, np.log(E_next / E).T.ravel() - shift]
    gaps = {
        "trade": gap,
        "wages": np.abs(paid / labour - 1).max(),
        "spending": (np.abs(E_next - E).sum(axis=1) / labour).max(),
        "prices": np.abs(of_prices).max(),
    }
    if closure.scale:
        lacks = bundles_by_hand(problem, made, world.beta, log_c0) - bundles
        f.append(lacks.T.ravel())
        gaps["bundles"] = np.abs(lacks).max()
    tax = np.full(4, closure.tax_rate)
    if closure.elastic:
        level = np.exp((alpha * log_P).sum(axis=1))
        hours, tax = hours_by_hand(problem, bill, labour, w, made["revenue"], level)
        f.append(damping * np.log(hours / L))
        gaps["hours"] = np.abs(np.log(hours / L)).max()
    held = {
        "made": made,
        "w_hat": w,
        "L_hat": L,
        "labour": labour,
        "income": gdp + D,
        "D_new": D,
        "E_new": E.T,
        "log_c": log_c.T,
    }
    told = {} if entry is None else {"entry": entry}
    return np.concatenate(f), gaps, held | {"tax": tax, "alpha": alpha.T} | told
