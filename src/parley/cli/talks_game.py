"""A game as a command of `parley talks`: options from its Question; its answer as JSON, in words, with ranges, as files."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from parley.cli.asked import options, parameter, read
from parley.cli.output import JSON_HELP, answers, print_table
from parley.cli.progress import Progress
from parley.cli.talks_asked import answered, clocks, with_ranges, write_rows, write_text
from parley.refused_fields import naming
from parley.scenario.asked_scenario import scenario_of_game
from parley.scenario.game import Words
from parley.scenario.games import games, read_game

File = Annotated[Path | None, typer.Argument(metavar="SCENARIO", help="a scenario in TOML; default: the shipped one")]
Ranges = Annotated[bool, typer.Option("--ranges", help="also under every published elasticity set")]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the table to this CSV file too")]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


def register(app: typer.Typer) -> None:
    """Adds every game to `parley talks`."""
    for name in games():
        app.command(name)(command_of(read_game(name)))


def command_of(game: ModuleType) -> Callable[..., None]:
    """The command of a game."""

    def command(**given: Any) -> None:
        with naming(game.Question, given):
            _run(game, given)

    command.__doc__ = game.Question.__doc__
    command.__dict__["__signature__"] = Signature(_parameters(game))
    command.__dict__["__question__"] = game.Question
    return answers(game.Answer)(command)


def _parameters(game: ModuleType) -> list[Parameter]:
    """The scenario, the fields of the question, the files that the game writes, and what every game takes."""
    found = [parameter("scenario", File, None), *options(game.Question)]
    if hasattr(game, "figures"):
        found.append(parameter("ranges", Ranges, False))
    for name, (says, _) in getattr(game, "FILES", {}).items():
        found.append(parameter(name, Annotated[Path | None, typer.Option(help=says)], None))
    if hasattr(game, "rows"):
        found.append(parameter("csv", Csv, None))
    return [*found, parameter("as_json", Json, False)]


def _run(game: ModuleType, given: dict[str, Any]) -> None:
    asked = read(game.Question, given)
    scenario = scenario_of_game(asked, given["scenario"])
    getattr(game, "check", _unchecked)(asked, scenario)
    with Progress(getattr(game, "WAITING", "")):
        found = with_ranges(
            scenario,
            lambda baseline: game.answer(asked, baseline),
            (lambda baseline: game.figures(asked, baseline)) if hasattr(game, "figures") else None,
            given.get("ranges", False),
        )
    for name, (_, text) in getattr(game, "FILES", {}).items():
        if given[name]:
            write_text(given[name], text(found, scenario.title))
    if given.get("csv"):
        write_rows(given["csv"], game.rows(found))
    answered(found, given["as_json"], lambda made: show(game.words(made)), clocks(scenario))


def _unchecked(asked: object, scenario: object) -> None:
    """For games that refuse nothing before they solve."""


def show(words: Words) -> None:
    """Lines and tables on the screen."""
    for part in words:
        if isinstance(part, str):
            print(part)
        else:
            print_table(list(part.heads), [list(row) for row in part.rows], title=part.title)
