"""What `parley talks respond | nash | bargain` share: the world asked about, words read, play under every set."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from parley.cli.output import JSON_HELP, print_json
from parley.cli.progress import Progress
from parley.cli.talks_text import show_outcome, show_ranges
from parley.inputs import as_file
from parley.scenario.questions import READING_SAYS

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.scenario.chosen import TalksClocks
    from parley.scenario.clocks import ScenarioClocks
    from parley.talks.answers import PlayerRanges
    from parley.talks.outcome import Outcome
    from parley.talks.ranges import Figures
    from parley.world.world import World

Played = TypeVar("Played")

File = Annotated[Path | None, typer.Argument(metavar="[SCENARIO]", help="a scenario in TOML; default: the shipped one")]
WorldName = Annotated[
    str | None, typer.Option("--world", help="a packaged dataset or an .npz, instead of the scenario's")
]
Elasticities = Annotated[str | None, typer.Option(help="elasticity set; default: the scenario's, or U4")]
Players = Annotated[str | None, typer.Option(help="comma between; all; default: the scenario's parties")]
Instrument = Annotated[str, typer.Option(help="uniform, mfn, bilateral or full (partner × sector)")]
Method = Annotated[str, typer.Option(help="exact, or formula: Lashkaripour (2021), uniform only")]
Reading = Annotated[str | None, typer.Option(help=READING_SAYS)]
Model = Annotated[str | None, typer.Option(help="trade model; default: the scenario's, or armington")]
Deficits = Annotated[str, typer.Option(help="balanced (first), world_share, nominal or endogenous")]
Capital = Annotated[str, typer.Option(help="fixed, or steady_state: payoffs are steady-state consumption")]
Unions = Annotated[str, typer.Option(help="eu: the European Union is one player; none: every economy plays for itself")]
Sectors = Annotated[str | None, typer.Option(help="only these sectors' rates are free, comma between them")]
Partners = Annotated[str | None, typer.Option(help="only rates on these are free, comma between them")]
Aim = Annotated[
    str, typer.Option("--objective", help="welfare, government, revenue, or weights: welfare=1,revenue=0.2")
]
Favours = Annotated[
    Path | None, typer.Option("--political", help="CSV of a government's weights: country,sector,weight; missing is 1")
]
Bound = Annotated[str | None, typer.Option("--bounds", help="lowest and highest rate as fractions, such as 0,0.5")]
Start = Annotated[str, typer.Option(help="where the search starts, comma between: base, high, zero")]
Check = Annotated[bool, typer.Option("--check/--no-check", help="look for gains by deviating, by solving again")]
Ranges = Annotated[bool, typer.Option("--ranges", help="also play under every published elasticity set")]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


UNRANGED = {"range": None, "range_reason": "not asked for: --ranges"}
NO_RANGE = "range over the published elasticity sets: not asked for; --ranges computes it"


def play(
    game: Callable[..., Outcome],
    world: World,
    starts: str,
    check: bool,
    ranges: bool,
    as_json: bool,
    title: str,
    when: ScenarioClocks,
) -> None:
    """Plays on the world and, if asked, on the same baseline under every elasticity set; then shows both. when: its clocks."""
    from parley.scenario.clocks import in_words

    names = words(starts) or []
    with Progress() as tell:
        found = game(world, starts=names, check=check, progress=tell)
        told = _over_sets(game, world, names[:1], tell) if ranges else None
    if as_json:
        print_json({**when, **found.as_json(when["on"]), **(told or UNRANGED)})
    else:
        show_outcome(found, title, when["on"])
        show_ranges(told)
        if not told:
            print(NO_RANGE)
        print(in_words(when))


def _over_sets(
    game: Callable[..., Outcome], world: World, starts: list[str], tell: Callable[[str], None]
) -> PlayerRanges:
    from parley.talks.ranges import outcome_figures

    return over_published(partial(game, starts=starts, check=False, progress=tell), world, outcome_figures)


def over_published(game: Callable[[World], Played], world: World, figures: Callable[[Played], Figures]) -> PlayerRanges:
    """The game on the same baseline under every published elasticity set, as ranges."""
    from parley.talks.ranges import over_sets
    from parley.world.elasticity import elasticity_sets, read_elasticities

    worlds = {name: world.with_theta(read_elasticities(name, world), name) for name in elasticity_sets()}
    return over_sets(worlds, game, figures)


def baseline(
    path: Path | None, world: str | None, elasticities: str | None, model: str | None, reading: str | None = None
) -> tuple[World, tuple[str, ...] | None, str]:
    """(world, its default players, model): a named world as it is, or the scenario's moved to its baseline day.

    With links where the model uses them: a packaged world is given them (its notes say whose shares they are).
    """
    from parley.trade.models import read_model

    if world:
        from parley.errors import InputError
        from parley.world.read import read_world, worlds

        if path:
            raise InputError("parley talks", "both a scenario and --world", "one of them")
        named = model or "armington"
        links = True if read_model(named).LINKS and world in worlds() else None
        return read_world(world, elasticities, links=links), None, named
    from parley.scenario.baseline import calibrate
    from parley.scenario.scenario import read_scenario

    asked = read_scenario(path)
    given = {"elasticities": elasticities, "model": model, "reading": reading}
    asked = asked.replaced(**{key: value for key, value in given.items() if value})
    return calibrate(asked).world, asked.parties, asked.model


def clocks(path: Path | None, world: str | None, reading: str | None = None) -> TalksClocks:
    """The clocks of a game on a baseline: the law of the scenario's day before; none on a named world."""
    from parley.scenario.chosen import chosen_rows
    from parley.scenario.clocks import NO_CLOCKS, scenario_clocks
    from parley.scenario.scenario import read_scenario

    asked = None if world else read_scenario(path)
    if asked is None:
        return {**NO_CLOCKS, "chosen": []}
    dated = asked.replaced(on=asked.before, reading=reading or asked.reading)
    return {**scenario_clocks(dated), "chosen": chosen_rows(asked)}


def players(text: str | None, parties: Sequence[str] | None) -> list[str] | None:
    """Codes of the players; None: all."""
    if text is None:
        return list(parties) if parties else None
    return None if text.strip().lower() == "all" else [player(p) for p in text.split(",") if p.strip()]


def player(text: str) -> str:
    """A code is left to the board, which knows the players and offers the nearest; a name is looked up."""
    if len(text.strip()) == 3:
        return text.strip().upper()
    from parley.codes import country

    return country(text.strip(), "talks: players")


def unions(text: str) -> tuple[str, ...] | None:
    """The unions that a word stands for."""
    from parley.errors import unknown_name

    if text not in ("eu", "none"):
        raise unknown_name("--unions", "choice", text, ("eu", "none"))
    return None if text == "eu" else ()


def words(text: str | None) -> list[str] | None:
    """The words between commas."""
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]


def partners(text: str | None) -> list[str] | None:
    """Codes of partners."""
    return None if text is None else [player(p) for p in words(text) or ()]


def objective(text: str) -> str | dict[str, float]:
    """A name, or {indicator: weight}."""
    if "=" not in text:
        return text
    found = {}
    for part in words(text) or ():
        name, _, value = part.partition("=")
        found[name.strip()] = _number("--objective", value)
    return found


def bounds(text: str | None, default: tuple[float, float]) -> tuple[float, float]:
    """The two bounds of every rate."""
    from parley.errors import InputError

    if text is None:
        return default
    found = [_number("--bounds", part) for part in text.split(",")]
    if len(found) != 2:
        raise InputError("--bounds", f"{text!r}", "two rates as fractions with a comma between, such as 0,0.5")
    return found[0], found[1]


def political(path: Path | None, world: World) -> ndarray | None:
    """Weights [country, sector] from a CSV with the columns country, sector, weight; those not named are 1."""
    if path is None:
        return None
    import numpy as np

    from parley.errors import InputError, unknown_name

    weights = np.ones((len(world.countries), len(world.sectors)))
    try:
        rows = list(csv.DictReader(as_file(path).read_text("utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read ({error})", "a CSV file in UTF-8") from None
    for number, row in enumerate(rows, start=2):
        where = f"{path}:{number}"
        if not {"country", "sector", "weight"} <= set(row):
            raise InputError(where, f"columns {', '.join(str(k) for k in row)}", "country, sector, weight")
        code, sector = player(row["country"] or ""), (row["sector"] or "").strip()
        if code not in world.countries:
            raise unknown_name(where, "country", code, world.countries)
        if sector not in world.sectors:
            raise unknown_name(where, "sector", sector, world.sectors)
        weights[world.index(code), world.sectors.index(sector)] = _number(where, row["weight"] or "")
    return weights


def _number(where: str, text: str) -> float:
    from parley.errors import InputError

    try:
        return float(text)
    except ValueError:
        raise InputError(where, f"{text.strip()!r}", "a number, such as 0.25") from None
