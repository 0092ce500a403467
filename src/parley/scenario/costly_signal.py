"""The smallest part of a demanded step that tells a sincere maker from a bluffing one, types and prize assumed."""

from __future__ import annotations

from typing import Any

from parley.errors import ScenarioError
from parley.scenario.baseline import Baseline, calibrate, cells_of, solve_on
from parley.scenario.options import option_levy
from parley.scenario.payoffs import options_of
from parley.scenario.scenario import Option, Scenario, Signal
from parley.scenario.talks import check_signal, protected_between
from parley.talks.games.signal import protected_income_pct, telling_step
from parley.world.grid import place_wedges

ASSUMED = "the two types' weights and the prize of being believed are assumptions of the user; no data identify them"


def separating_step(
    scenario: Scenario, sincere: float, bluff: float, prize: float, baseline: Baseline | None = None
) -> dict[str, Any]:
    """The answer of `talks signal --prize`: the maker's levies go a part of the way to the demanded step, line by line.

    sincere, bluff: each type's extra weight on the protected industries. prize: percent of welfare.
    """
    asked = scenario.signal
    if asked is None:
        raise ScenarioError("[signal]", "missing", "[signal] with maker, step, status_quo and others")
    baseline = baseline or calibrate(scenario)
    options = options_of(baseline)
    check_signal(options, asked)
    step = _Step(baseline, options, asked)
    found = telling_step(step.worth, sincere, bluff, prize)
    return {
        "step": found.step, "cost_pct": found.cost_pct, "reason": found.reason,
        "assumed": {"sincere_weight": sincere, "bluff_weight": bluff, "prize_pct": prize}, "assumption": ASSUMED,
        "says": f"part of the way from {asked.status_quo!r} to {asked.step!r}, in points of duty line by line",
        "protected_sectors": list(step.sectors), "residual": step.residual,
    }  # fmt: skip


class _Step:
    """The maker's welfare and its protected industries' income after a part of the step; each part solved once."""

    def __init__(self, baseline: Baseline, options: dict[str, list[Option]], asked: Signal) -> None:
        self.baseline, self.maker = baseline, asked.maker
        named = {p: {o.name: o for o in own} for p, own in options.items()}
        ends = [option_levy(baseline, named[asked.maker][name]) for name in (asked.status_quo, asked.step)]
        others = {p: asked.others.get(p, own[0].name) for p, own in options.items() if p != asked.maker}
        self.levies = ends
        self.rest = [
            cells_of(baseline, baseline.before[p], option_levy(baseline, named[p][o])) for p, o in others.items()
        ]
        self.sectors = protected_between(*(cells_of(baseline, baseline.before[self.maker], x) for x in ends))
        self.residual, self.known, self.last = 0.0, {}, None

    def worth(self, part: float) -> tuple[float, float]:
        """(welfare, protected income), percent."""
        if part not in self.known:
            hold, step = self.levies
            levy = hold.with_rate(hold.rate + part * (step.rate - hold.rate))
            cells = cells_of(self.baseline, self.baseline.before[self.maker], levy)
            eq = self.last = solve_on(self.baseline, place_wedges(self.baseline.world, [cells, *self.rest]), self.last)
            self.residual = max(self.residual, eq.residual)
            income = protected_income_pct(eq, self.maker, self.sectors) if self.sectors else 0.0
            welfare = 100 * (float(eq.welfare_hat[eq.world.index(self.maker)]) - 1)
            self.known[part] = welfare, income
        return self.known[part]
