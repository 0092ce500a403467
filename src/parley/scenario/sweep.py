"""A sweep: every scenario × model × elasticity set × draw, cut into chunks whose answers depend on nothing but themselves."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import NoAnswerError, ScenarioError, named, unknown_name
from parley.inputs import as_file, is_pipe
from parley.scenario.answers import Cell
from parley.scenario.asked_scenario import what_if
from parley.scenario.counterfactual import Counterfactual, counterfactual_of
from parley.scenario.scenario import Scenario, beside, read_scenario
from parley.text_files import FileKind, converted, is_file, is_folder, read_toml
from parley.trade.answers import headline_names
from parley.trade.indicators import DEFINITIONS, by_country
from parley.trade.models import read_model
from parley.trade.uncertainty import Draws, draws_of
from parley.world.elasticity import elasticity_sets, is_own, read_elasticities, read_set

SWEEP = FileKind("a sweep in TOML; see parley trade sweep --help", ScenarioError, ".toml")
CHUNK = 25  # draws of one scenario and set: about a second of work, so that a kill loses little


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scenario of the sweep: a file (none: the shipped one) and what is asked otherwise than in it."""

    name: str
    file: str = ""
    on: date | None = None
    known: date | None = None
    world: str = ""
    rates: str = ""
    model: str = ""
    deficits: str = ""
    revenue: str = ""
    reading: str = ""
    drop: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    add: tuple[str, ...] = ()


class Sweep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A SWEEP.toml. draws: beside each set itself (0: the sets alone). countries, indicators: of the results."""

    title: str = ""
    scenarios: tuple[str, ...] = ()
    scenario: tuple[Variant, ...] = ()
    models: tuple[str, ...] = ()
    deficits: tuple[str, ...] = ()
    elasticities: tuple[str, ...] = ()
    draws: int = 0
    seed: int = 0
    spread: float | None = None
    common: float | None = None
    countries: tuple[str, ...] = ()
    indicators: tuple[str, ...] = msgspec.field(default_factory=headline_names)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep made ready: named questions, sets by path or name, how to draw, what to keep; key: of all that is asked."""

    title: str
    questions: tuple[tuple[str, Scenario], ...]
    sets: tuple[str, ...]
    draws: tuple[int, int, float, float]
    countries: tuple[str, ...]
    indicators: tuple[str, ...]
    key: str = ""

    @property
    def drawn(self) -> Draws:
        """How elasticities are drawn."""
        return Draws(*self.draws)

    @property
    def chunks(self) -> tuple[tuple[int, int, int], ...]:
        """(question, set, first draw) of every chunk, in the order of the results; draw 0 is the set itself."""
        firsts = range(0, self.draws[0] + 1, CHUNK)
        return tuple(
            (q, s, first) for q in range(len(self.questions)) for s in range(len(self.sets)) for first in firsts
        )

    @property
    def cells(self) -> int:
        """How many equilibria the sweep asks for."""
        return len(self.questions) * len(self.sets) * (self.draws[0] + 1)


@checked
def read_sweep(path: str | Path) -> Plan:
    """The Plan of a SWEEP.toml; its paths are beside it. Raises ScenarioError with the key and the nearest name."""
    with named(str(path)):
        return _plan(Path(path))


def _plan(path: Path) -> Plan:
    raw = read_toml(path, SWEEP)
    sweep = converted(raw, Sweep, SWEEP, str(path))
    folder = Path() if is_pipe(path) else path.parent
    questions = _questions(sweep, folder)
    sets = tuple(_set(name, folder) for name in sweep.elasticities or elasticity_sets())
    for name in sweep.indicators:
        if name not in DEFINITIONS:
            raise unknown_name("indicators", "indicator", name, DEFINITIONS, ScenarioError)
    drawn = draws_of(sweep.draws, sweep.seed, sweep.spread, sweep.common)
    plan = Plan(
        title=sweep.title,
        questions=questions,
        sets=sets,
        draws=(drawn.count, drawn.seed, drawn.spread, drawn.common),
        countries=sweep.countries,
        indicators=sweep.indicators,
    )
    return msgspec.structs.replace(plan, key=_key(plan))


def _questions(sweep: Sweep, folder: Path) -> tuple[tuple[str, Scenario], ...]:
    """Every scenario under every model and closure of the sweep, each with a name of its own."""
    variants = [Variant(name=Path(file).stem, file=file) for file in sweep.scenarios] + list(sweep.scenario)
    found = [(v.name, _scenario(v, folder)) for v in variants or [Variant(name="shipped")]]
    made = []
    for name, scenario in found:
        for model in sweep.models or (scenario.model,):
            read_model(model)
            for deficits in sweep.deficits or (scenario.deficits,):
                words = [name, *([model] if sweep.models else []), *([deficits] if sweep.deficits else [])]
                made.append((" / ".join(words), scenario.replaced(model=model, deficits=deficits)))
    doubled = [name for name, _ in made if [other for other, _ in made].count(name) > 1]
    if doubled:
        raise ScenarioError("sweep", f"two scenarios are called {doubled[0]!r}", "a name of its own for each")
    return tuple(made)


def _scenario(variant: Variant, folder: Path) -> Scenario:
    found = folder / variant.file
    scenario = read_scenario(found if variant.file and os.path.exists(found) else variant.file or None)
    scenario = what_if(scenario, variant.drop, [str(folder / path) for path in variant.add], variant.set)
    fields = {
        k: getattr(variant, k)
        for k in ("on", "known", "model", "deficits", "revenue", "reading")
        if getattr(variant, k)
    }
    for key in ("world", "rates"):
        name = getattr(variant, key)
        if name:
            fields[key] = str((folder / name).absolute()) if os.path.exists(folder / name) else name
    if "on" in fields:  # another day is asked with the fullest knowledge, unless the variant says as known when
        fields.setdefault("known", None)
    return scenario.replaced(**fields)


def _set(name: str, folder: Path) -> str:
    """A set by name, or the absolute path of the user's own."""
    where = str((folder / name).absolute()) if is_own(name) else name
    read_set(where)
    return where


def _key(plan: Plan) -> str:
    """A fingerprint of everything that is asked: the plan, the content of every file that it names, parley's version and the law in use."""
    from parley import __version__
    from parley.law.law_package import law_in_use

    held = msgspec.to_builtins(plan)
    files = [s for s in plan.sets if is_own(s)]
    for (_, scenario), row in zip(plan.questions, held["questions"], strict=True):
        for name in ("folder", "file"):
            row[1].pop(name)
        files += [beside(scenario, name) for name in (scenario.world, scenario.rates, scenario.elasticities) if name]
        files += [beside(scenario, change.add) for change in scenario.change if change.add]
    held["files"] = [hashlib.sha256(p.read_bytes()).hexdigest() for name in files if is_file(p := as_file(name))]
    held["folders"] = [_digest(p) for name in files if is_folder(p := Path(name))]
    text = json.dumps([__version__, law_in_use().hash, held], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(folder: Path) -> list[str]:
    return [hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("*.csv"))]


def chunk_name(plan: Plan, chunk: Sequence[int]) -> str:
    """The name of a chunk in the journal."""
    q, s, first = chunk
    return f"{q}.{s}.{first}"


def solve_chunk(plan: Plan, chunk: Sequence[int]) -> list[Cell]:
    """The cells of one chunk: {draw, residual, passes, values{ISO3: [figures]}}, or {draw, residual, reason} where refused."""
    q, s, first = chunk
    asked = _asked(_Place(plan.key, q, plan.questions[q][1]))
    middle = read_elasticities(plan.sets[s], asked.raw.sectors)
    last = min(first + CHUNK, plan.draws[0] + 1)
    return [_cell(plan, asked, middle, plan.sets[s], draw) for draw in range(first, last)]


@dataclass(frozen=True)
class _Place:
    """A scenario by its place in a plan; the plan's key holds the content of its files, so these two say all."""

    key: str
    question: int
    scenario: Scenario = field(compare=False)


@lru_cache(maxsize=2)
def _asked(place: _Place) -> Counterfactual:
    """The baseline of one scenario, kept while its chunks are solved."""
    return counterfactual_of(place.scenario)


def _cell(plan: Plan, asked: Counterfactual, middle: Float[ndarray, " s"], name: str, draw: int) -> Cell:
    theta = middle if draw == 0 else plan.drawn.theta(middle, draw - 1)
    try:
        eq = asked.under(asked.raw.with_theta(theta, name if draw == 0 else f"{name}, draw {draw}"))
    except NoAnswerError as refusal:
        return {"draw": draw, "residual": getattr(refusal, "residual", None), "reason": str(refusal)}
    found = by_country(eq)
    countries = plan.countries or tuple(found)
    unknown = next((c for c in countries if c not in found), None)
    if unknown:
        raise unknown_name("sweep, countries", "country", unknown, found, ScenarioError)
    values = {c: [found[c][k] for k in plan.indicators] for c in countries}
    return {"draw": draw, "residual": eq.residual, "passes": eq.passes, "values": values}
