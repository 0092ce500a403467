"""What `parley talks respond | nash | bargain` share: the world asked about, words read, play under every set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypedDict, TypeVar

import typer

from parley.cli.output import JSON_HELP, print_json
from parley.cli.progress import Progress
from parley.cli.talks_text import show_outcome, show_ranges

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.scenario.chosen import TalksClocks
    from parley.scenario.scenario import Scenario
    from parley.scenario.war_questions import Bargain, Nash, OfRates, Respond
    from parley.talks.answers import PlayerRanges
    from parley.talks.outcome import Outcome
    from parley.talks.ranges import Figures
    from parley.world.world import World

Played = TypeVar("Played")

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


UNRANGED = {"range": None, "range_reason": "not asked for: --ranges"}
NO_RANGE = "range over the published elasticity sets: not asked for; --ranges computes it"


class Terms(TypedDict):
    """What every game of rates takes of its question, by the names of `parley.talks`."""

    model: str
    deficits: str
    capital: str
    unions: tuple[str, ...] | None
    sectors: list[str] | None
    partners: list[str] | None
    objective: str | dict[str, float]
    political: ndarray | None
    bounds: tuple[float, float]


class Asked(NamedTuple):
    """A question read: the world and its clocks, who plays unless it says otherwise, and the terms."""

    world: World
    parties: tuple[str, ...] | None
    when: TalksClocks
    terms: Terms


def read_asked(asked: Nash | Respond | Bargain, default: tuple[float, float]) -> Asked:
    """The world that is asked about, and the terms. default: bounds. A named world as it is, or the scenario's, moved to its baseline day.

    With links where the model uses them: a packaged world is given them (its notes say whose shares they are).
    """
    from parley.scenario.game import closed
    from parley.scenario.war import baseline_of

    scenario, world, parties = baseline_of(asked)
    named = closed(scenario)
    terms: Terms = {
        "model": scenario.model, "deficits": asked.deficits or named["deficits"], "capital": named["capital"],
        "unions": unions(asked.unions), "sectors": words(asked.sectors), "partners": partners(asked.partners),
        "objective": objective(asked.objective), "political": political(asked.political, world),
        "bounds": bounds(asked.bounds, default),
    }  # fmt: skip
    return Asked(world, parties, clocks(scenario, asked), terms)


def play(game: Callable[..., Outcome], asked: Nash | Respond, as_json: bool, title: str, **own: object) -> None:
    """Plays on the world and, if asked, on the same baseline under every elasticity set; then shows both. own: of this game alone."""
    from parley.scenario.clocks import in_words
    from parley.talks.game import BOUNDS

    read = read_asked(asked, BOUNDS)
    own = own or {"players": players(getattr(asked, "players", None), read.parties)}
    names, when = words(asked.starts) or [], read.when
    game = partial(game, instrument=asked.instrument, method=asked.method, **own, **read.terms)
    with Progress() as tell:
        found = game(read.world, starts=names, check=asked.check, progress=tell)
        told = _over_sets(game, read.world, names[:1], tell) if asked.ranges else None
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
    """The game on the same baseline under every published elasticity set and the world's own, as ranges."""
    from parley.talks.ranges import over_sets
    from parley.world.elasticity import ranged

    return over_sets({name: world.with_theta(theta, name) for name, theta in ranged(world).items()}, game, figures)


def clocks(scenario: Scenario, asked: OfRates) -> TalksClocks:
    """The clocks of a game on a baseline: the law of the scenario's day before; none on a named world."""
    from parley.scenario.chosen import chosen_rows
    from parley.scenario.clocks import NO_CLOCKS, scenario_clocks

    if asked.world:
        return {**NO_CLOCKS, "chosen": []}
    return {**scenario_clocks(scenario.replaced(on=scenario.before)), "chosen": chosen_rows(scenario)}


def players(text: str | None, parties: Sequence[str] | None) -> list[str] | None:
    """Codes of the players; None: all."""
    if text is None:
        return list(parties) if parties else None
    return (
        None if text.strip().lower() == "all" else [player(p, "talks: players") for p in text.split(",") if p.strip()]
    )


def player(text: str, where: str = "talks: player") -> str:
    """A code is left to the board, which knows the players and offers the nearest; a name is looked up."""
    if len(text.strip()) == 3:
        return text.strip().upper()
    from parley.codes import country

    return country(text.strip(), where)


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
    return None if text is None else [player(p, "talks: partners") for p in words(text) or ()]


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

    from parley.csv_tables import number_of, read_csv
    from parley.errors import unknown_name
    from parley.text_files import FileKind

    weights, columns = np.ones((len(world.countries), len(world.sectors))), ("country", "sector", "weight")
    kind = FileKind("a CSV of country,sector,weight, each weight a number")
    for where, row in read_csv(path, kind, columns, key=columns[:2]).rows():
        code, sector, weight = player(row["country"], where), row["sector"], number_of(row["weight"])
        if code not in world.countries:
            raise unknown_name(where, "country", code, world.countries)
        if sector not in world.sectors:
            raise unknown_name(where, "sector", sector, world.sectors)
        if weight is None:
            raise kind.fault(f"{where}, weight", repr(row["weight"][:40]))
        weights[world.index(code), world.sectors.index(sector)] = weight
    return weights


def _number(where: str, text: str) -> float:
    from parley.errors import InputError

    try:
        return float(text)
    except ValueError:
        raise InputError(where, f"{text.strip()!r}", "a number, such as 0.25") from None
