"""A government's choice held against the game of its eve: was it a best reply, part of an equilibrium, dominated; for which weights.

The situation is that of the eve, as known on the eve, so that the choice itself is not known. What was chosen is one of the options
by rule (scenario/outcomes/README.md); where it is none of them it joins the grid as the law that it became.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import NoAnswerError, ParleyError
from parley.frozen import read_only
from parley.scenario.baseline import Baseline, calibrate, recalibrated, schedule_on, with_columns
from parley.scenario.commitments import PROBES
from parley.scenario.levy import Levy, levy_of
from parley.scenario.live_options import LEAST, acts_since, level_on, mean_level_on
from parley.scenario.options import Levies, SolvedGrid, levies_of, option_levy, solve_grid
from parley.scenario.outcomes import Decision
from parley.scenario.scenario import Option, Scenario
from parley.scenario.situation import found, on_day
from parley.scenario.switch_points import HEAVIEST, levied_sectors
from parley.talks.games.grid import Grid
from parley.talks.games.signal import protected_income_pct
from parley.world.elasticity import covers, elasticity_sets, read_elasticities

AS_CHOSEN = "as chosen"
NO_CHANGE = "the packaged law holds no change by it"
UNSCORED = {"talks": "no duty was at stake", "unknown": "what was chosen was not found"}


@dataclass(frozen=True, eq=False)
@read_only
class Choice:
    """One decision on the grid of its eve: its options against what the other then did.

    welfare, income: [options], percent of welfare and of national income (the protected industries'); chosen: the place.
    by_set: {elasticity set: welfare [options]}.
    """

    decision: Decision
    options: tuple[str, ...]
    chosen: int
    to: str
    welfare: Float[ndarray, " o"]
    income: Float[ndarray, " o"]
    by_set: Mapping[str, Float[ndarray, " o"]]
    in_equilibrium: bool
    outcome_is_equilibrium: bool
    dominated_by: tuple[str, ...]
    margin: float
    residual: float

    @property
    def named(self) -> bool:
        """Whether the choice was one of the options that the situation leaves."""
        return self.options[self.chosen] != AS_CHOSEN

    def value(self, weight: float) -> Float[ndarray, " o"]:
        """What each option is worth to a decider who counts a dollar of the protected industries 1 + weight times."""
        return self.welfare + weight * self.income

    def predicted(self, weight: float = 0.0) -> int:
        """The best reply's place; the first of equals."""
        return int(np.argmax(self.value(weight)))

    def is_best(self, weight: float = 0.0) -> bool:
        """Whether nothing else pays more than the margin."""
        value = self.value(weight)
        return bool(value.max() - value[self.chosen] <= self.margin)

    @property
    def regret(self) -> float:
        """What a better option would have brought, percent of welfare."""
        return float(self.welfare.max() - self.welfare[self.chosen])

    @property
    def rank(self) -> int:
        """1 is best; equals share a rank."""
        return 1 + int((self.welfare > self.welfare[self.chosen] + self.margin).sum())

    def weights(self) -> tuple[float, float] | None:
        """The weights b from 0 to the heaviest for which the choice is a best reply: one interval, as payoffs are linear in b."""
        low, high = 0.0, HEAVIEST
        lead = self.welfare[self.chosen] - self.welfare + self.margin
        pull = self.income[self.chosen] - self.income
        for w, e in zip(lead, pull, strict=True):
            if e > 0:
                low = max(low, -w / e)
            elif e < 0:
                high = min(high, -w / e)
            elif w < 0:
                return None
        return (float(low), float(high)) if low <= high else None

    def sets(self) -> tuple[str, ...]:
        """The elasticity sets under which the choice is a best reply."""
        return tuple(name for name, paid in self.by_set.items() if paid.max() - paid[self.chosen] <= self.margin)


@dataclass(frozen=True)
class Unscored:
    """A decision that the grid cannot hold, and why."""

    decision: Decision
    reason: str


def choices_of(decisions: Sequence[Decision], *, sets: bool = True) -> list[Choice | Unscored]:
    """The decisions of one point on one grid. sets: also under every published elasticity set."""
    left = [Unscored(d, why) for d in decisions if (why := unscored(d))]
    asked = [d for d in decisions if not unscored(d)]
    if not asked:
        return [*left]
    try:
        return [*left, *choices_on(eve_of(asked[0]), asked, sets=sets)]
    except (NoAnswerError, ParleyError) as error:
        return [*left, *(Unscored(d, f"not solved: {error}") for d in asked)]


def unscored(decision: Decision) -> str | None:
    """Why no grid of duties holds a decision; None where one may."""
    if decision.kind in UNSCORED:
        return UNSCORED[decision.kind]
    return None if decision.kind in ("hold", "option") or decision.law_on else "no law to price"


def eve_of(decision: Decision) -> Scenario:
    """The situation of a decision's eve, as known on it, between the decider and the counterpart."""
    eve = decision.date - timedelta(days=1)
    parties = sorted((decision.decider, decision.counterpart), key=lambda p: p != "USA")
    return found(on_day(eve, eve, parties))


def choices_on(scenario: Scenario, asked: Sequence[Decision], *, sets: bool = True) -> Iterator[Choice | Unscored]:
    """The decisions on the grid of a scenario's options, which the choices join that are none of them."""
    own = scenario.options()
    if any(d.decider not in own for d in asked):
        yield from (Unscored(d, "the situation leaves no options") for d in asked)
        return
    baseline = calibrate(scenario)
    levies = dict(levies_of(baseline))
    names = {d.decider: option_name(d, scenario, baseline) for d in asked}
    added = [d for d in asked if names[d.decider] == AS_CHOSEN]
    for d in added:
        if not d.law_on:
            yield Unscored(d, f"no option {d.option or d.kind!r} on the grid of the eve")
            continue
        made = _as_chosen(d, baseline)
        if _same(made, schedule_on(baseline, scenario.on)[d.decider]):
            yield Unscored(d, NO_CHANGE)
            continue
        levies[d.decider, AS_CHOSEN] = made
    added = [d for d in added if (d.decider, AS_CHOSEN) in levies]
    asked = [d for d in asked if names[d.decider] != AS_CHOSEN or d in added]
    if not asked:
        return
    extra = [Option(player=d.decider, name=AS_CHOSEN, says=d.chosen) for d in added]
    for option in _parts_of_others(asked, own):
        levies[option.player, option.name] = option_levy(baseline, option)
        extra.append(option)
    baseline = replace(baseline, scenario=scenario.replaced(option=(*scenario.option, *extra)))
    solved = solve_grid(baseline, levies)
    for d in asked:
        if len(solved.grid.options[solved.grid.players.index(d.decider)]) < 2:
            yield Unscored(d, "the situation leaves one option alone")
        else:
            yield _choice(d, baseline, levies, solved, names, sets)


def option_name(decision: Decision, scenario: Scenario, baseline: Baseline) -> str:
    """The option that a choice is, by the rule of outcomes/README.md; else "as chosen"."""
    own = scenario.options()[decision.decider]
    names = {o.name for o in own}
    if decision.option in names:
        return decision.option
    if decision.kind == "hold":
        return "hold"
    if decision.kind == "come" and decision.day:
        wanted = _come(decision.day)
        return wanted if wanted in names else AS_CHOSEN
    begins = {"back": "return to", "match": "match the", "threat": "carry out the threat"}.get(decision.kind)
    if not begins or not decision.law_on:
        return AS_CHOSEN
    level = _level(decision, baseline, decision.law_on, decision.law_known)
    for option in own:
        if option.name.startswith(begins) and not option.changes:
            base = _level(decision, baseline, option.law_of or scenario.on, scenario.known)
            if abs(base + sum(a.rate or 0.0 for a in option.adds) - level) <= LEAST:
                return option.name
    return AS_CHOSEN


def _come(day: date) -> str:
    return f"let {day.day} {day:%B %Y} come"


def _level(decision: Decision, baseline: Baseline, on: date, known: date | None) -> float:
    """What the decider adds on the counterpart's goods by acts since the eve of the round, a fraction."""
    scenario = baseline.scenario
    recent = acts_since(baseline.regime, scenario.before)
    asked = (recent, decision.decider, decision.counterpart, on, known)
    level = level_on(*asked) if decision.decider in PROBES else 0.0
    return level if level > LEAST else mean_level_on(*asked)


def _as_chosen(decision: Decision, baseline: Baseline) -> Levy:
    """The eve's levy with the law that was chosen on the counterpart's goods."""
    scenario = baseline.scenario
    assert decision.law_on is not None  # rows without a law are not scored
    then_known = scenario.replaced(known=decision.law_known)
    chosen = decision.decider, decision.law_on, decision.law_known
    then = levy_of(baseline.regime, then_known, baseline.raw, *chosen, entered=scenario.on)
    return with_columns(schedule_on(baseline, scenario.on)[decision.decider], then, (decision.counterpart,))


def _same(one: Levy, two: Levy) -> bool:
    """Whether two levies are the same by the law as written: claims that change from day to day are nobody's choice."""
    return bool(np.array_equal(one.as_written.rate, two.as_written.rate, equal_nan=True))


def _choice(
    decision: Decision, baseline: Baseline, levies: Levies, solved: SolvedGrid, names: Mapping[str, str], sets: bool
) -> Choice:
    grid = solved.grid
    j = grid.players.index(decision.decider)
    parts = {
        p: _part_of(decision.other, names.get(p), own) for p, own in zip(grid.players, grid.options, strict=True)
        if p != decision.decider
    }  # fmt: skip
    own, chosen = grid.options[j], names[decision.decider]
    sectors = levied_sectors({name: c for (p, name), c in solved.cells.items() if p == decision.decider})
    row = [{decision.decider: name, **parts} for name in own]
    income = np.array([protected_income_pct(solved.at(c), decision.decider, sectors) if sectors else 0.0 for c in row])
    outcome = {p: {decision.decider: chosen, **parts}[p] for p in grid.players}
    equilibria = grid.equilibria()
    return Choice(
        decision, own, own.index(chosen), _told(parts), _row(grid, j, parts), income,
        _by_set(baseline, levies, decision.decider, parts) if sets else {},
        any(e[decision.decider] == chosen for e in equilibria), outcome in equilibria,
        tuple(r["by"] for r in grid.dominated()[decision.decider] if r["option"] == chosen and r["strictly"]),
        grid.margin, solved.residual,
    )  # fmt: skip


def _told(parts: Mapping[str, str]) -> str:
    """What the other did; of several, each."""
    return next(iter(parts.values())) if len(parts) == 1 else "; ".join(f"{p}: {o}" for p, o in parts.items())


def _parts_of_others(asked: Sequence[Decision], own: Mapping[str, Sequence[Option]]) -> Iterator[Option]:
    """What the others then let come, where the situation leaves it out: a later one of several scheduled days."""
    for d in asked:
        if d.other.startswith("come "):
            day = date.fromisoformat(d.other.removeprefix("come "))
            if _come(day) not in {o.name for o in own.get(d.counterpart, ())}:
                yield Option(player=d.counterpart, name=_come(day), says=f"the law of {day} as known", law_of=day)


def _part_of(other: str, chosen: str | None, names: Sequence[str]) -> str:
    """What the other then did, as one of its options; where that is none of them, it holds, or takes its first."""
    if other == AS_CHOSEN and chosen and chosen in names:
        return chosen
    wanted = _come(date.fromisoformat(other.removeprefix("come "))) if other.startswith("come ") else "hold"
    return next((name for name in (wanted, "hold") if name in names), names[0])


def _row(grid: Grid, j: int, parts: Mapping[str, str]) -> Float[ndarray, " o"]:
    """A player's payoffs by own option, each other at its part."""
    at = [
        slice(None) if p not in parts else own.index(parts[p])
        for p, own in zip(grid.players, grid.options, strict=True)
    ]
    return np.asarray(grid.payoffs[(*at, j)])


def _by_set(
    baseline: Baseline, levies: Levies, player: str, parts: Mapping[str, str]
) -> dict[str, Float[ndarray, " o"]]:
    """The player's payoffs by own option under each published elasticity set, each other at its part alone."""
    kept = tuple(o for o in baseline.scenario.option if o.player == player or o.name == parts.get(o.player))
    narrow = replace(baseline, scenario=baseline.scenario.replaced(option=kept))
    some = {key: levy for key, levy in levies.items() if key[0] == player or key[1] == parts.get(key[0])}
    made: dict[str, Float[ndarray, " o"]] = {}
    for name in elasticity_sets():
        if covers(name, baseline.raw.sectors):
            raw = baseline.raw.with_theta(read_elasticities(name, baseline.raw), name)
            try:
                grid = solve_grid(recalibrated(narrow, raw), some).grid
            except NoAnswerError:
                continue
            made[name] = _row(grid, grid.players.index(player), parts)
    return made
