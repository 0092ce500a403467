"""Whether a demanded step would cost its maker anything, and the smallest part of it that tells a sincere maker from a bluffing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypedDict

from parley.question import Says
from parley.scenario import game
from parley.talks.grid_answers import SignalFound

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.options import SolvedGrid
    from parley.scenario.scenario import Option, Scenario, Signal
    from parley.trade.equilibrium import Equilibrium
    from parley.world.grid import CellWedges

POINT = 0.01
WAITING = game.SOLVING
ASSUMED = "the two types' weights and the prize of being believed are assumptions of the user; no data identify them"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Is the demanded step costly to its maker, for which weights, and what is the smallest costly signal?

    Weights and the prize are assumptions of yours: no data identify them.

    \b
    Examples:
      parley talks signal
      parley talks signal --prize 0.05 --sincere 0 --bluff 1.5
    """

    prize: Annotated[
        float | None, Says("what being believed is worth, percent of welfare: asks for the smallest step", above=0)
    ] = None
    sincere: Annotated[float, Says("extra weight of a sincere maker on the protected industries", low=0)] = 0.0
    bluff: Annotated[float, Says("extra weight of a bluffing maker on them", low=0)] = 2.0


class StepCost(TypedDict):
    """What the step costs each type, percent of welfare."""

    sincere: float
    bluff: float


class Types(TypedDict):
    """What the user assumes: extra weights, and the prize in percent of welfare."""

    sincere_weight: float
    bluff_weight: float
    prize_pct: float


class SmallestStep(TypedDict):
    """The least part of the step (0 to 1) that a sincere maker takes and a bluffing one does not; null with a reason."""

    step: float | None
    cost_pct: StepCost | None
    reason: str
    assumed: Types
    assumption: str
    says: str
    protected_sectors: list[str]
    residual: float


class Answer(SignalFound, game.Answered):
    """What the step costs, what would make it costly, and with a prize the smallest step that tells (else null)."""

    unit: str
    payoff: str
    telling: SmallestStep | None


def check(question: Question, scenario: Scenario) -> None:
    """Raises ScenarioError where no step is demanded."""
    _asked(scenario)


def _asked(scenario: Scenario) -> Signal:
    from parley.errors import ScenarioError

    if scenario.signal is None:
        raise ScenarioError("[signal]", "missing", "[signal] with maker, step, status_quo and others")
    return scenario.signal


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks signal`."""
    prize = question.prize
    told = None if prize is None else separating_step(baseline, question.sincere, question.bluff, prize)
    return _answer(baseline, told)


def _answer(baseline: Baseline, told: SmallestStep | None) -> Answer:
    from parley.scenario.options import payoff_words, solve_grid

    scenario, solved = baseline.scenario, solve_grid(baseline)
    return {
        **signal_of(solved, scenario.options(), _asked(scenario)),
        "unit": solved.unit(scenario.before), "payoff": payoff_words(baseline), **game.modelled(baseline),
        "residual": solved.residual, "telling": told,
    }  # fmt: skip


def signal_of(solved: SolvedGrid, options: Mapping[str, list[Option]], asked: Signal) -> SignalFound:
    """Whether the demanded step is costly to its maker, others holding to what the scenario says. docs/talks.md, Signal."""
    from parley.talks.games.signal import protected_income_pct, signal

    check_signal(options, asked)
    others = {p: asked.others.get(p, own[0].name) for p, own in options.items() if p != asked.maker}
    hold, step = ({**others, asked.maker: name} for name in (asked.status_quo, asked.step))
    paid = [solved.grid.payoff_of(choice)[asked.maker] for choice in (hold, step)]
    sectors = protected_between(*(solved.cells[asked.maker, name] for name in (asked.status_quo, asked.step)))
    income = [protected_income_pct(solved.at(choice), asked.maker, sectors) for choice in (hold, step)]
    made = signal(asked.maker, asked.step, *paid, protected_gain_pct=income[0] - income[1])
    welfare = {asked.status_quo: paid[0], asked.step: paid[1]}
    return {**made.as_json(), "others": others, "welfare_pct": welfare, "protected_sectors": list(sectors)}


def protected_between(now: CellWedges, then: CellWedges) -> tuple[str, ...]:
    """The sectors in which a levy is lower by a point or more, on any origin, in the second state."""
    import numpy as np

    falls = np.where(now.known, now.tau_hat - then.tau_hat, 0.0).max(axis=0) >= POINT
    return tuple(sector for sector, falling in zip(now.sectors, falls, strict=True) if falling)


def check_signal(options: Mapping[str, list[Option]], asked: Signal) -> None:
    """Refuses a demanded step that no player's options hold."""
    from parley.errors import ScenarioError, unknown_name

    for player, name in [(asked.maker, asked.step), (asked.maker, asked.status_quo), *asked.others.items()]:
        if player not in options:
            raise unknown_name("[signal]", "player with options", player, options, ScenarioError)
        names = [o.name for o in options[player]]
        if name not in names:
            raise unknown_name(f"[signal] option of {player}", "option", name, names, ScenarioError)


def separating_step(baseline: Baseline, sincere: float, bluff: float, prize: float) -> SmallestStep:
    """The maker's levies go a part of the way to the demanded step, line by line, until the two types part.

    sincere, bluff: each type's extra weight on the protected industries. prize: percent of welfare.
    """
    from parley.scenario.options import options_of
    from parley.talks.games.signal import smallest_separating_step

    asked, options = _asked(baseline.scenario), options_of(baseline)
    check_signal(options, asked)
    step = _Step(baseline, options, asked)
    found = smallest_separating_step(step.worth, sincere, bluff, prize)
    costs = found.cost_pct
    return {
        "step": found.step, "cost_pct": {"sincere": costs["sincere"], "bluff": costs["bluff"]} if costs else None,
        "reason": found.reason,
        "assumed": {"sincere_weight": sincere, "bluff_weight": bluff, "prize_pct": prize}, "assumption": ASSUMED,
        "says": f"part of the way from {asked.status_quo!r} to {asked.step!r}, in points of duty line by line",
        "protected_sectors": list(step.sectors), "residual": step.residual,
    }  # fmt: skip


class _Step:
    """The maker's welfare and its protected industries' income after a part of the step; each part solved once."""

    def __init__(self, baseline: Baseline, options: Mapping[str, list[Option]], asked: Signal) -> None:
        from parley.scenario.baseline import cells_of
        from parley.scenario.options import option_levy

        self.baseline, self.maker = baseline, asked.maker
        named = {p: {o.name: o for o in own} for p, own in options.items()}
        ends = [option_levy(baseline, named[asked.maker][name]) for name in (asked.status_quo, asked.step)]
        others = {p: asked.others.get(p, own[0].name) for p, own in options.items() if p != asked.maker}
        self.levies = ends
        self.rest = [
            cells_of(baseline, baseline.before[p], option_levy(baseline, named[p][o])) for p, o in others.items()
        ]
        self.sectors = protected_between(*(cells_of(baseline, baseline.before[self.maker], x) for x in ends))
        self.residual = 0.0
        self.known: dict[float, tuple[float, float]] = {}
        self.last: Equilibrium | None = None

    def worth(self, part: float) -> tuple[float, float]:
        """(welfare, protected income), percent."""
        from parley.scenario.baseline import cells_of, solve_on
        from parley.talks.games.signal import protected_income_pct
        from parley.world.grid import place_wedges

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


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """The cost of the step, and what would make it costly."""
    found = _answer(baseline, None)
    return {
        "cost_pct": found["cost_pct"], "weight_break_even": found["weight_break_even"],
        "lost_position_break_even_pct": found["lost_position_break_even_pct"],
    }  # fmt: skip


def words(found: Answer) -> game.Words:
    """What the step costs, what would make it costly, and the smallest step that tells."""
    yield found["reason"]
    weight = found["weight_break_even"]
    shown = "–" if weight is None else f"{weight:.3f}"
    yield f"extra weight on the protected industries: {shown} ({found['weight_reason']})"
    yield f"lost bargaining value above which it costs: {found['lost_position_break_even_pct']:.4f} % of welfare"
    yield found["assumption"]
    told = found["telling"]
    if told:
        assumed, costs = told["assumed"], told["cost_pct"]
        yield (
            f"Assumed: extra weight {assumed['sincere_weight']:g} if sincere, {assumed['bluff_weight']:g} if bluffing; "
            f"being believed is worth {assumed['prize_pct']:g} % of welfare"
        )
        if told["step"] is None or costs is None:
            yield f"No part of the step tells the two apart: {told['reason']}"
        else:
            yield (
                f"The smallest costly signal: {100 * told['step']:.1f} % of the way; it costs a sincere maker "
                f"{costs['sincere']:.4f} %, a bluffing one {costs['bluff']:.4f} %"
            )
