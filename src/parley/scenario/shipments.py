"""A scenario's law for files of shipments: its changes as a regime, one option of a player on top; the rest is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from parley.errors import ScenarioError, unknown_name
from parley.inputs import as_file
from parley.law.regime import Regime, read_regime
from parley.law.shipments.run import Options, Progress, Report, duties
from parley.scenario.asked_scenario import what_if
from parley.scenario.levy import apply_changes, unchanged_regime
from parley.scenario.scenario import SCENARIO, Option, Scenario, read_scenario
from parley.text_files import converted, is_file, read_toml

ASKED = (
    "title",
    "on",
    "known",
    "conventions",
    "law_version",
    "before",
    "change",
    "option",
)  # what is read of a scenario
BEYOND = ("floors", "caps", "purchases", "controls")  # what an option does otherwise than by measures


@dataclass(frozen=True)
class ScenarioLaw:
    """The law of a scenario: the regime, its day of knowledge, and what was left out or should be known."""

    regime: Regime
    known: date | None
    notes: tuple[str, ...]


def scenario_law(
    path: str | Path | None = None,
    option: str = "",
    drop: Sequence[str] = (),
    add: Sequence[str] = (),
    sets: Sequence[str] = (),
) -> ScenarioLaw:
    """The law of a scenario file (None: the shipped one), its [[change]]s first, then an option's, then drop, add and sets.

    option: the name of one of its options, or PLAYER: NAME where two players share it. Keys that concern no duty are
    noted, not refused. Raises ScenarioError.
    """
    scenario, ignored = _read(path, bool(option))
    chosen = _option(scenario, option) if option else None
    if chosen:
        scenario = scenario.replaced(change=(*scenario.change, *chosen.changes))
    scenario = what_if(scenario, drop, add, sets)
    regime = apply_changes(unchanged_regime(scenario), scenario.change, scenario)
    return ScenarioLaw(regime, scenario.known, tuple(_notes(scenario, chosen, ignored)))


def scenario_duties(
    inputs: Sequence[str],
    out: str | Path | None = None,
    *,
    scenario: str | Path | None = None,
    option: str = "",
    difference: bool = False,
    options: Options | None = None,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """The duties on every line under a scenario's law (law.shipments.run.duties); difference: held against today's."""
    law, asked = scenario_law(scenario, option), options or Options()
    known = asked.known or (law.known.isoformat() if law.known and not asked.on else None)
    asked = replace(asked, known=known, before=read_regime() if difference else asked.before)
    found = duties(inputs, out, rejects=rejects, entries=entries, regime=law.regime, options=asked, progress=progress)
    return replace(found, notes=(*found.notes, *law.notes))


def _read(path: str | Path | None, options: bool) -> tuple[Scenario, list[str]]:
    """The parts of a scenario that concern duties, and the names of its other keys."""
    try:
        scenario = read_scenario(path)
    except ScenarioError:
        if path is None or not is_file(as_file(path, ".toml")):
            raise
        return _leniently(Path(path), options)
    raw = read_toml(scenario.file, SCENARIO)
    return scenario, [k for k in raw if k not in ASKED]


def _leniently(path: Path, options: bool) -> tuple[Scenario, list[str]]:
    """A scenario with faults in what concerns no duty: the rest of it, and the names of what was left out."""
    raw = read_toml(path, SCENARIO)
    kept = {
        k: v
        for k, v in raw.items()
        if k in ("title", "on", "known", "conventions", "law_version", "change") or (options and k == "option")
    }
    kept |= {"before": kept.get("on", date.min), "folder": str(path.parent), "file": str(path)}
    left_out = [k for k in raw if k not in kept]
    return converted(kept, Scenario, SCENARIO, str(path), ("folder", "file")), left_out


def _option(scenario: Scenario, asked: str) -> Option:
    """The option of a name. Raises where there is none, or where it does what no measure does."""
    names = {f"{o.player}: {o.name}": o for o in scenario.option}
    hits = [o for full, o in names.items() if asked in (full, o.name)]
    if len(hits) != 1:
        raise unknown_name("--option", "single option", asked, names, ScenarioError)
    (found,) = hits
    beyond = [n for n in BEYOND if getattr(found, n)]
    if found.law_of:
        raise ScenarioError("--option", f"{found.name!r} is the law for {found.law_of}, not a change", "an option with changes",
                            f"Ask for that day instead: --on {found.law_of}")  # fmt: skip
    if "floors" in beyond or "caps" in beyond:
        raise ScenarioError("--option", f"{found.name!r} has floors or caps on a partner's lines, which no measure says",
                            "an option whose changes drop, suspend, add or set measures")  # fmt: skip
    return found


def _notes(scenario: Scenario, chosen: Option | None, ignored: Sequence[str]) -> list[str]:
    told = f"law of the scenario {Path(scenario.file).name}: changes of measures: {len(scenario.change)}"
    notes = [told + (f", with {chosen.player}'s option {chosen.name!r}" if chosen else "")]
    if scenario.known:
        notes.append(f"as known on {scenario.known}, the scenario's day of knowledge (--known DATE for another)")
    if not scenario.change and scenario.option:
        names = "; ".join(f"{o.player}: {o.name}" for o in scenario.option if o.changes)
        notes.append(f"the scenario itself changes no measure; its options do (--option NAME): {names}")
    if ignored:
        notes.append(f"of no concern to duties, and ignored: {', '.join(ignored)}")
    beyond = [n for n in BEYOND if chosen and getattr(chosen, n)]
    return notes + ([f"not counted of the option: {', '.join(beyond)}"] if beyond else [])
