"""Tit-for-tat month by month from a day, by named reply rules, beside what the law really did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from parley.errors import ScenarioError
from parley.law.explain import OF_THE_CONFLICT
from parley.record.ledger import read_ledger
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.rate_series import rate_steps
from parley.scenario.scenario import Scenario
from parley.talks.games.path import HIGHEST, RULES, Round, Seat, play_path
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve

SERVICES = "SERVICES"  # no customs duty falls on them
GOLDEN = (5**0.5 - 1) / 2
CLOSE = 1e-4  # best rates are found to a hundredth of a point


def path_of(
    scenario: Scenario,
    start: date,
    rules: Mapping[str, str],
    *,
    opening: float,
    months: int = 6,
    ceilings: Mapping[str, float] | None = None,
    baseline: Baseline | None = None,
) -> dict[str, Any]:
    """The answer of `talks path`: added rates of the first two parties month by month, what they do, and the law's own steps.

    rules: by party, of RULES. opening: what the first party adds in the first month, a fraction. The model's rates are added
    on all goods of the other, on top of the law of `before`, without exclusions.
    """
    baseline = baseline or calibrate(scenario)
    first, second = scenario.parties[:2]
    for p in rules:
        if p not in (first, second):
            raise ScenarioError("path: rules", f"a rule for {p}", f"the first two parties: {first}, {second}")
    tops = {p: (ceilings or {}).get(p, HIGHEST) for p in (first, second)}
    seats = tuple(Seat(p, rules.get(p, "tit_for_tat"), 0.0, tops[p]) for p in (first, second))
    war = _War(baseline, (first, second))
    rounds = play_path(seats[0], seats[1], opening, months, war.best)
    return {
        "players": [first, second], "start": start.isoformat(),
        "rules": {s.id: {"name": s.rule, "says": RULES[s.rule]} for s in seats},
        "opening": opening, "months": [_month(r, start, war) for r in rounds],
        "happened": _happened(start, months, (first, second)),
        "payoff": "percent of welfare a year at the month's rates, against the law of "
                  f"{scenario.before}; paid so far: percent of a year's welfare",
        "assumption": "reply rules are assumptions of the user; the rates fall on all goods, without exclusions",
        "elasticities": baseline.raw.elasticities, "residual": war.residual,
    } | {"paid_so_far_pct": _paid(rounds, war)}  # fmt: skip


class _War:
    """The model under added rates of two parties on each other's goods."""

    def __init__(self, baseline: Baseline, parties: tuple[str, str]) -> None:
        world = baseline.world
        self.baseline, self.parties, self.residual = baseline, parties, 0.0
        self.goods = np.array([s != SERVICES for s in world.sectors])
        self.known: dict[tuple[float, float], Equilibrium] = {}

    def solved(self, rates: Mapping[str, float]) -> Equilibrium:
        """The equilibrium when each party adds its rate on the other's goods."""
        key = rates[self.parties[0]], rates[self.parties[1]]
        if key not in self.known:
            world, scenario = self.baseline.world, self.baseline.scenario
            t = world.t.copy()
            for own, other in (self.parties, self.parties[::-1]):
                t[world.index(own), world.index(other), self.goods] += rates[own]
            last = next(reversed(self.known.values()), None)
            self.known[key] = eq = solve(
                world, t, model=scenario.model, deficits=scenario.deficits, revenue=scenario.revenue, start=last
            )
            self.residual = max(self.residual, eq.residual)
        return self.known[key]

    def welfare(self, rates: Mapping[str, float]) -> dict[str, float]:
        """Percent, by party."""
        eq = self.solved(rates)
        return {p: 100 * (float(eq.welfare_hat[eq.world.index(p)]) - 1) for p in self.parties}

    def best(self, side: str, rates: Mapping[str, float]) -> float:
        """The side's best added rate against the other's, by golden section from 0 to 200 percent."""

        def paid(rate: float) -> float:
            return self.welfare({**rates, side: rate})[side]

        low, high = 0.0, 2.0
        while high - low > CLOSE:
            inner, outer = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
            low, high = (low, outer) if paid(inner) >= paid(outer) else (inner, high)
        middle = (low + high) / 2
        return 0.0 if paid(0.0) >= paid(middle) else middle


def month_after(start: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(start.year + year, month + 1, day)
        except ValueError:
            continue
    return date(start.year + year, month + 1, start.day)


def _month(r: Round, start: date, war: _War) -> dict[str, Any]:
    return {"month": r.number, "on": month_after(start, r.number).isoformat(), "added": dict(r.rates),
            "moved": dict(r.moved), "welfare_pct": war.welfare(r.rates)}  # fmt: skip


def _paid(rounds: tuple[Round, ...], war: _War) -> dict[str, float]:
    """What the path has cost so far: a twelfth of each month's."""
    return {p: sum(war.welfare(r.rates)[p] for r in rounds) / 12 for p in war.parties}


def _happened(start: date, months: int, parties: tuple[str, str]) -> dict[str, Any]:
    """The law's steps of the same months, on the goods of each: what acts of 2025 and later added on a typical line."""
    until = month_after(start, months)
    pairs = rate_steps(read_ledger(), None, until, None)  # the packaged law itself: no what-if of the scenario
    found = {}
    for pair in pairs:
        if {pair["origin"], pair["destination"]} == set(parties):
            steps = [s for s in pair["steps"] if s["on"] < until.isoformat()]
            before = [s for s in steps if s["on"] < start.isoformat()][-1:]
            found[pair["destination"]] = {"words": pair["words"], "product": pair["product"],
                                          "steps": before + [s for s in steps if s["on"] >= start.isoformat()]}  # fmt: skip
    reason = (
        None
        if found
        else f"the package holds the law of both sides only for {OF_THE_CONFLICT.year} and later, USA and CHN"
    )
    return {"by": found, "reason": reason, "known": "the fullest knowledge: this is what happened"}
