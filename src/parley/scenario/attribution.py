"""How much of a welfare change each measure contributes: the same question under every part of the law's changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import numpy as np
from numpy import ndarray

from parley.codes import country_name
from parley.errors import ScenarioError, unknown_name
from parley.law.measure import LATEST, Measure
from parley.law.regime import Regime
from parley.rates import Wedges
from parley.scenario.answers import AttributedPart, DecomposeAnswer
from parley.scenario.baseline import Baseline, calibrate, schedule_on, solve_on, wedges_of
from parley.scenario.clocks import scenario_clocks
from parley.scenario.levy import Levy, apply_changes, changed_levy, touched_origins, unchanged_regime
from parley.scenario.scenario import Scenario
from parley.trade.answers import WelfareSplit
from parley.trade.equilibrium import Equilibrium
from parley.trade.path import PARTS, Split, part_of_wedges, split_path
from parley.trade.shapley import along, sampled_shapley, shapley
from parley.world.elasticity import horizon_of, set_in_words

WAYS = ("programme", "measure", "party", "change")
METHODS = ("shapley", "path")
Method = Literal["shapley", "shapley sampled", "path"]
EXACT = 6  # parts up to which every subset is solved: 64 equilibria, and at most as many compilations of the law
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """A piece of what changed. rows: ids of one party's measures; change: the place of a change in the scenario."""

    id: str
    name: str
    party: str
    ids: frozenset[str] = frozenset()
    change: int | None = None
    since: str = ""


def decompose(
    scenario: Scenario,
    *,
    by: str = "programme",
    method: str = "shapley",
    orders: int = 20,
    seed: int = 0,
    tell: Tell = lambda text: None,
) -> DecomposeAnswer:
    """What each part of the law's change since `before` does to welfare, and terms of trade against volume for the whole.

    by: programme, measure, party; or change: the scenario's own [[change]] rows, against the law without them. method:
    "shapley" (every subset up to EXACT parts, else `orders` random orders with their reverses) or "path" (in order of date).
    """  # fmt: skip
    for what, given, allowed in (("--by", by, WAYS), ("--method", method, METHODS)):
        if given not in allowed:
            raise unknown_name(what, "way", given, allowed)
    if scenario.rates:
        raise ScenarioError("decompose", "the scenario has rates of its own, and no law", "a scenario with a law")
    tell("law: moving the dataset to the comparison day")
    baseline = calibrate(scenario)
    parts = _changes(baseline) if by == "change" else _measures(baseline, by)
    if not parts:
        raise ScenarioError("decompose", f"nothing to attribute by {by}", "a law that changed, or a [[change]]")
    value = _Value(baseline, parts, by == "change", tell)
    found, error, asked = _attributed(value, parts, method, orders, seed)
    whole, nothing = value(frozenset(range(len(parts)))), value(frozenset())
    split = value.split()
    names = baseline.world.countries
    return {
        **scenario_clocks(scenario),
        "method": asked,
        "by": by,
        "orders": orders if asked == "shapley sampled" else None,
        "model": scenario.model,
        "world": baseline.raw.name,
        "elasticities": set_in_words(baseline.raw.elasticities), "horizon": horizon_of(baseline.raw.elasticities),
        "deficits": scenario.deficits,
        "against": "the law without the scenario's changes" if by == "change" else f"the law of {scenario.before}",
        "welfare_pct": _by_name(names, whole - (nothing if by == "change" else 0.0)),
        "parts": [_row(names, part, found[k], None if error is None else error[k]) for k, part in enumerate(parts)],
        "remainder_pct": None if by == "change" else _by_name(names, nothing),
        "split": _split_rows(names, split),
        "split_gap_pct": float(np.abs(split.gap).max()),
        "split_pieces": split.pieces,
        "residual": max(value.residual, split.residual),
        "solves": len(value.known),
    }  # fmt: skip


def _attributed(
    value: _Value, parts: list[Part], method: str, orders: int, seed: int
) -> tuple[ndarray, ndarray | None, Method]:
    if method == "path":
        return along(range(len(parts)), value), None, "path"
    if len(parts) <= EXACT:
        return shapley(len(parts), value), None, "shapley"
    return *sampled_shapley(len(parts), value, orders, seed), "shapley sampled"


def _by_name(names: tuple[str, ...], values: ndarray) -> dict[str, float]:
    return {c: float(values[n]) for n, c in enumerate(names)}


def _row(names: tuple[str, ...], part: Part, values: ndarray, error: ndarray | None) -> AttributedPart:
    return {
        "id": part.id,
        "name": part.name,
        "levied_by": part.party or None,
        "measures": sorted(part.ids),
        "since": part.since or None,
        "welfare_pct": _by_name(names, values),
        "standard_error": None if error is None else _by_name(names, error),
    }


def _split_rows(names: tuple[str, ...], split: Split) -> dict[str, WelfareSplit]:
    """{ISO3: the parts of its welfare}: percent of income in logs, which add up."""
    rows = {}
    for n, c in enumerate(names):
        of = {part: float(split.parts[k, n]) for k, part in enumerate(PARTS)}
        rows[c] = WelfareSplit(
            terms_of_trade_pct=of["terms_of_trade"], volume_of_trade_pct=of["volume_of_trade"], transfers_pct=of["transfers"],
            profits_pct=of["profits"], welfare_log_pct=float(split.total[n]),
        )  # fmt: skip
    return rows


def _rows_at(baseline: Baseline, regime: Regime, party: str, before: bool) -> dict[str, list[Measure]]:
    scenario, found = baseline.scenario, {}
    for m in regime.at(scenario.before if before else scenario.on, scenario.known or LATEST, party):
        found.setdefault(m.id, []).append(m)
    return found


def _measures(baseline: Baseline, by: str) -> list[Part]:
    """The measures whose rows in force differ between the two days, by party and by what is asked, in order of date."""
    groups: dict[tuple[str, str], list[Measure]] = {}
    for party in baseline.before:
        old, new = (_rows_at(baseline, baseline.regime, party, before) for before in (True, False))
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                row = (new.get(name) or old[name])[0]
                key = {"programme": row.programme, "measure": row.id, "party": ""}[by]
                groups.setdefault((party, key), []).extend(new.get(name) or old[name])
    made = []
    for (party, key), rows in groups.items():
        names = " ".join(dict.fromkeys(m.programme for m in rows))
        name = f"{country_name(party)}: {names if by != 'measure' else key}"
        since = min(m.start for m in rows).isoformat()
        made.append(Part(f"{party} {key}".strip(), name, party, frozenset(m.id for m in rows), since=since))
    return sorted(made, key=lambda part: (part.since, part.id))


def _changes(baseline: Baseline) -> list[Part]:
    """The scenario's own changes, in the order of the file."""
    made = []
    for k, change in enumerate(baseline.scenario.change):
        what = change.drop or change.set or change.add
        verb = "drop" if change.drop else "set" if change.set else "add"
        text = f"{verb} {what}" + (f" to {change.rate}" if change.set else "")
        made.append(Part(f"{k + 1} {text}", text, "", change=k))
    return made


class _Value:
    """Welfare in percent by country when some parts of the law's change have come to pass and the others have not."""

    def __init__(self, baseline: Baseline, parts: list[Part], of_changes: bool, tell: Tell) -> None:
        self.baseline, self.parts, self.of_changes, self.tell = baseline, parts, of_changes, tell
        self.after = schedule_on(baseline, baseline.scenario.on)
        self.known: dict[frozenset[int], Equilibrium] = {}
        self.levies = {party: [(baseline.regime, levy)] for party, levy in self.after.items()}
        self.levied: dict[tuple[str, frozenset[int]], Levy] = {}
        self.old = {party: self._rows_before(party) for party in self.after}
        self.residual = 0.0

    def __call__(self, chosen: frozenset[int]) -> ndarray:
        return 100 * (self.equilibrium(chosen).welfare_hat - 1)

    def equilibrium(self, chosen: frozenset[int]) -> Equilibrium:
        """The equilibrium under these parts; solved once, from the nearest neighbour that is known."""
        if chosen not in self.known:
            start = min(self.known, key=lambda held: len(held ^ chosen), default=None)
            eq = solve_on(self.baseline, self.wedges(chosen), start=None if start is None else self.known[start])
            self.known[chosen], self.residual = eq, max(self.residual, eq.residual)
            self.tell(f"decompose: {len(self.known)} laws solved")
        return self.known[chosen]

    def wedges(self, chosen: frozenset[int]) -> Wedges:
        law = {party: self.levy(party, chosen) for party in self.after}
        return wedges_of(self.baseline, self.baseline.before, law)

    def levy(self, party: str, chosen: frozenset[int]) -> Levy:
        """What one party levies: only its own parts matter, unless the parts are changes of the scenario."""
        own = frozenset(k for k in chosen if self.of_changes or self.parts[k].party == party)
        if (party, own) not in self.levied:
            regime = self.regime_of_changes(own) if self.of_changes else self.regime_of(party, own)
            scenario, world, origins = self.baseline.scenario, self.baseline.raw, self.after[party].origins
            near = min(self.levies[party], key=lambda held: len(touched_origins(held[0], regime, origins)))
            self.levied[party, own] = changed_levy(near[1], near[0], regime, scenario, world)
            self.levies[party].append((regime, self.levied[party, own]))
        return self.levied[party, own]

    def regime_of(self, party: str, chosen: frozenset[int]) -> Regime:
        """The law in which the parts of a party that are not chosen stand as they did on the day before."""
        frozen = {i for k, part in enumerate(self.parts) if part.party == party and k not in chosen for i in part.ids}
        baseline = self.baseline
        if not frozen:
            return baseline.regime
        old = self.old[party]
        kept = [m for i in sorted(frozen) for m in old.get(i, ())]
        authorities = {m.act.authority for rows in old.values() for m in rows} | {party}
        rest = [m for m in baseline.regime.measures if m.id not in frozen or m.act.authority not in authorities]
        return replace(baseline.regime, measures=(*rest, *kept))

    def _rows_before(self, party: str) -> dict[str, list[Measure]]:
        """The rows of the day before, without an end: the same in every law that is made of them, so that they are no change."""
        found = _rows_at(self.baseline, self.baseline.regime, party, True)
        return {i: [msgspec.structs.replace(m, end=None, end_known=None) for m in rows] for i, rows in found.items()}

    def regime_of_changes(self, chosen: frozenset[int]) -> Regime:
        rows = tuple(self.baseline.scenario.change[k] for k in sorted(chosen))
        return apply_changes(unchanged_regime(self.baseline.scenario), rows, self.baseline.scenario)

    def split(self) -> Split:
        """Terms of trade against volume for the whole change of the day, along a straight way to it."""
        baseline, full = self.baseline, self.wedges(frozenset(range(len(self.parts))))
        nothing = part_of_wedges(baseline.world, full, 0.0)

        def at(share: float, start: Equilibrium) -> Equilibrium:
            self.tell(f"decompose: terms of trade against volume, {share:.0%}")
            return solve_on(baseline, part_of_wedges(baseline.world, full, share), start=start)

        return split_path(solve_on(baseline, nothing), at, baseline.scenario.model)
