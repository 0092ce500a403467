"""Who has leverage over whom, and with which goods: by sector, by product, as a list, beside the lists really used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.codes import LEGAL_AUTHORITIES, members, union_of
from parley.errors import InputError, ScenarioError, unknown_name
from parley.frozen import frozen, read_only
from parley.law.measure import LATEST, Measure, covers_origin, covers_product
from parley.rates import Wedges
from parley.scenario.baseline import Baseline, calibrate, cells_of, schedule_on, solve_on, wedges_of
from parley.scenario.game import modelled
from parley.scenario.levy import Levy, Schedule
from parley.scenario.scenario import Scenario
from parley.talks.games.leverage import Leverage, Products, best_list, by_heading, first_of, leverage, listed
from parley.talks.leverage_answers import Exact, LeveragePart, RatedHarm, SolvedList, UsedList
from parley.talks.objective import welfare_pct
from parley.trade.equilibrium import Equilibrium
from parley.world.grid import place_wedges, sectors_of
from parley.world.read import sector_names

DIGITS = 6
SERVICES = "SERVICES"  # no customs duty falls on them
YEARS = (2018, 2025)
CUTS = 10  # bisections of a list's length: to a thousandth of it
LIST_PROGRAMMES = tuple(a.id for a in LEGAL_AUTHORITIES if a.by_list)  # duties on lists drawn up against one partner
WHEN = {"on": "the law of the scenario's day", "before": "the law before the measures of the conflict"}


@dataclass(frozen=True, eq=False)
@read_only
class Field:
    """Where leverage is taken: the equilibrium, the two sides with their members, and the player's lines on the target."""

    baseline: Baseline
    schedule: Schedule
    eq: Equilibrium
    player: tuple[str, tuple[int, ...]]
    target: tuple[str, tuple[int, ...]]
    lines: Bool[ndarray, " k"] | None
    products: Products | None
    reason: str | None

    @property
    def levy(self) -> Levy:
        """What the player levies."""
        return self.schedule[self.player[0]]


def leverage_of(
    scenario: Scenario,
    player: str,
    target: str,
    *,
    budget: float = 0.01,
    points: float = 10.0,
    digits: int = DIGITS,
    at: str = "on",
    lists: bool = True,
    baseline: Baseline | None = None,
) -> LeveragePart:
    """The answer of `talks leverage`: harm by sector and product, the best list of `points` of duty, and the lists used.

    budget: own harm that the list may do, percent of welfare, by solving again. at: "on" or "before", the law from which it
    starts. lists: whether to make a list and compare it.
    """
    check_list(budget, points, digits)
    field = field_of(baseline or calibrate(scenario), player, target, at)
    found = leverage(field.eq, field.player, field.target, field.products)
    names = sector_names(field.eq.world.name)
    answer: LeveragePart = {
        "player": player, "target": target, "at": at, "law": WHEN[at],
        "payoff": "harm is a loss of real income, percent of welfare, by one point of duty more; first order, one adjoint",
        **modelled(field.baseline), "residual": field.eq.residual,
        "sectors": [{**row, "name": names.get(row["id"], row["id"])} for row in found.rows() if row["id"] != SERVICES],
        "digits": digits, "products": [], "list": None, "used": [], "reason": field.reason,
    }  # fmt: skip
    if field.products is None:
        return answer
    short = by_heading(found, digits)
    answer["products"], answer["shares_are"] = _with_rates(short), field.levy.weight_source
    if lists:
        answer["list"] = {"budget_pct": budget, **_within(field, short, budget, points)}
        answer["used"] = [_used(field, short, name, codes, points) for name, codes in lists_used(field, digits).items()]
    return answer


def check_list(budget: float, points: float, digits: int) -> None:
    """Refuses a list that cannot be."""
    if not budget >= 0:
        raise InputError("leverage: budget", f"{budget:g} %", "0 % or more")
    if not 0 < points <= 1000:
        raise InputError("leverage: points", f"{points:g}", "above 0, and at most 1,000")
    if digits not in (2, 4, 6, 8, 10):
        raise InputError("leverage: digits", f"{digits}", "2, 4, 6, 8 or 10 digits")


def _within(field: Field, found: Leverage, budget: float, points: float) -> SolvedList:
    """The best list whose own harm, by solving again, is within the budget: as many products, in order, as it allows.

    First order picks the order and a length; if solving again costs more than the budget, the list is cut by bisection.
    """
    best = best_list(found, budget, points)
    solved = _exact(field, best.codes, points)
    if solved["own_harm_pct"] > budget:
        low, high = 0, len(best.codes)
        best, solved = first_of(found, 0, points), _exact(field, (), points)
        for _ in range(CUTS):
            middle = (low + high) // 2
            trial = first_of(found, middle, points)
            harm = _exact(field, trial.codes, points)
            if harm["own_harm_pct"] > budget:
                high = middle
            else:
                low, best, solved = middle, trial, harm
    return {**best.as_json(), "codes": list(best.codes), "exact": solved}


def field_of(baseline: Baseline, player: str, target: str, at: str = "on") -> Field:
    """The Field of a player over a target, under the law of the scenario's day or of the day before."""
    if at not in WHEN:
        raise unknown_name("leverage: at", "state", at, WHEN)
    if player == target:
        raise InputError("leverage: target", f"{player} over itself", "two different sides")
    own, other = ((c, _members(baseline, c)) for c in (player, target))
    schedule = schedule_on(baseline, baseline.scenario.on) if at == "on" else baseline.before
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, schedule))
    if player not in schedule:
        reason = f"the package holds no law of {player}: leverage by sector only"
        return Field(baseline, schedule, eq, own, other, None, None, reason)
    levy = schedule[player]
    if union_of(target) not in levy.origins:
        reason = f"{player}'s duties are read on {', '.join(levy.origins[:6])} only: leverage by sector only"
        return Field(baseline, schedule, eq, own, other, None, None, reason)
    lines, products = _products(baseline, levy, levy.origins.index(union_of(target)))
    return Field(baseline, schedule, eq, own, other, lines, products, None)


def _members(baseline: Baseline, code: str) -> tuple[int, ...]:
    inside = baseline.world.places(code)
    if not inside:
        raise unknown_name("leverage", "economy of this world", code, baseline.world.countries, ScenarioError)
    return inside


def _products(baseline: Baseline, levy: Levy, i: int) -> tuple[Bool[ndarray, " k"], Products]:
    """(which lines count, their shares of each cell's spending now): omega_new = omega (tau_hat_l/tau_hat)^(1 − eta)."""
    world = baseline.world
    names = sectors_of(levy.products, baseline.raw.name, baseline.raw.sectors)
    s = np.array([world.sectors.index(name) if name else -1 for name in names])
    before, after, weight = baseline.before[levy.destination].rate[:, i], levy.rate[:, i], levy.weight[:, i]
    lines = (s >= 0) & np.isfinite(before) & np.isfinite(after) & (weight > 0)
    s, t, t_new = s[lines], before[lines], after[lines]
    eta = 1 + world.theta
    spent = weight[lines] * (1 + t) * ((1 + t_new) / (1 + t)) ** (1 - eta[s])
    total = np.bincount(s, weights=spent, minlength=len(world.sectors))
    codes = tuple(code for code, counts in zip(levy.products, lines, strict=True) if counts)
    return lines, Products(codes, s, spent / total[s], t_new, eta)


def _with_rates(found: Leverage) -> list[RatedHarm]:
    """Product rows, each with the mean rate that its lines pay now."""
    held = found.products
    rates = dict(zip(held.codes, held.rate.tolist(), strict=True)) if held else {}
    return [{**row, "rate": rates[row["id"]]} for row in found.product_rows()]


def _exact(field: Field, codes: Sequence[str], points: float) -> Exact:
    """The list's harm by solving again with `points` more on every line under its codes."""
    if field.lines is None or not codes:
        return {"own_harm_pct": 0.0, "target_harm_pct": 0.0, "residual": field.eq.residual}
    levy, i = field.levy, field.levy.origins.index(union_of(field.target[0]))
    rate = levy.rate.copy()
    names, digits = set(codes), len(codes[0])
    chosen = field.lines & np.array([code[:digits] in names for code in levy.products])
    rate[chosen, i] += points / 100
    p, baseline = levy.destination, field.baseline
    alone = replace(baseline, year={p: _column(baseline.year[p], i)}, before={p: _column(baseline.before[p], i)})
    cells = cells_of(alone, alone.before[p], _column(levy.with_rate(rate), i))
    placed, at = place_wedges(field.eq.world, [cells]), np.ix_(field.player[1], field.target[1])
    tau_hat, r = field.eq.wedges.tau_hat.copy(), field.eq.wedges.revenue_share.copy()
    tau_hat[at], r[at] = placed.tau_hat[at], placed.revenue_share[at]
    eq = solve_on(field.baseline, Wedges(frozen(tau_hat), frozen(r)), start=field.eq)
    own, other = (welfare_pct(field.eq, at) - welfare_pct(eq, at) for _, at in (field.player, field.target))
    return {"own_harm_pct": own, "target_harm_pct": other, "residual": eq.residual}


def _column(levy: Levy, i: int) -> Levy:
    """The levy on one origin alone: one column is bundled into sectors much faster than all."""
    one = {"origins": (levy.origins[i],), "rate": levy.rate[:, [i]], "weight": levy.weight[:, [i]]}
    return replace(levy, **one, law=None, like=None, touched=())


def lists_used(field: Field, digits: int) -> dict[str, tuple[str, ...]]:
    """{name: codes} of the product lists that the player really put on the target's goods in 2018 and in 2025, by year."""
    held = field.products
    if held is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for year in YEARS:
        rows = [m for m in field.baseline.regime.measures if _is_list(m, field, year)]
        codes = {c[:digits] for c in held.codes if any(covers_product(m, c, m.start) for m in rows)}
        if codes:
            found[f"{field.player[0]} on {field.target[0]}, {year}"] = tuple(sorted(codes))
    return found


def _is_list(m: Measure, field: Field, year: int) -> bool:
    """Whether a measure is a list of the player's against the target, first levied in a year and known to the scenario."""
    known = field.baseline.scenario.known or LATEST
    return (
        m.act.authority == field.player[0] and m.programme in LIST_PROGRAMMES and m.combine == "add" and bool(m.rate)
        and "*" not in m.products and m.start.year == year and m.is_known(known)
        and covers_origin(m, members(field.target[0])[0])
    )  # fmt: skip


def _used(field: Field, found: Leverage, name: str, codes: tuple[str, ...], points: float) -> UsedList:
    """A list really used, at the same points of duty, beside the best one that does no more harm at home."""
    held = found.products
    on: Float[ndarray, " k"] = np.isin(held.codes, codes) if held else np.zeros(0, bool)
    used = listed(found, on, points)
    solved = _exact(field, used.codes, points)
    best = _within(field, found, max(solved["own_harm_pct"], 0.0), points)
    both = set(used.codes) & set(best.pop("codes", ()))
    done, possible = solved["target_harm_pct"], best["exact"]["target_harm_pct"]
    return {
        "name": name, **used.as_json(), "exact": solved, "best_of_the_same_cost": best, "shared_products": len(both),
        "share_of_best_harm": done / possible if possible > 0 else None,
    }  # fmt: skip
