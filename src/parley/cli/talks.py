"""`parley talks`: what can each side do next? Best replies, tariff wars, options, deadlines, and sincere steps."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import JSON_HELP, print_json
from parley.cli.talks_games import register as register_games
from parley.cli.talks_keep import register as register_keeping
from parley.cli.talks_text import show_outcome, show_ranges
from parley.cli.telling import Telling

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)

File = Annotated[Path | None, typer.Argument(metavar="[SCENARIO]", help="a scenario in TOML; default: the shipped one")]
WorldName = Annotated[str | None, typer.Option("--world", help="a packaged world or an .npz, instead of a scenario's")]
Elasticities = Annotated[str | None, typer.Option(help="elasticity set; default: the scenario's, or U4")]
Instrument = Annotated[str, typer.Option(help="uniform, mfn, bilateral or full (partner × sector)")]
Method = Annotated[str, typer.Option(help="exact, or formula: Lashkaripour (2021), uniform only")]
Model = Annotated[str | None, typer.Option(help="model of trade; default: the scenario's, or armington")]
Deficits = Annotated[str, typer.Option(help="balanced (first), world_share or nominal")]
Unions = Annotated[str, typer.Option(help="eu: the European Union is one player; none: every economy plays for itself")]
Sectors = Annotated[str | None, typer.Option(help="only these sectors' rates are free, comma between them")]
Start = Annotated[str, typer.Option(help="where the search starts, comma between: base, high, zero")]
Check = Annotated[bool, typer.Option("--check/--no-check", help="look for gains by deviating, by solving again")]
Ranges = Annotated[bool, typer.Option("--ranges", help="also play under every published elasticity set")]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


@app.command("nash")
def nash_command(
    scenario: File = None,
    world: WorldName = None,
    players: Annotated[str | None, typer.Option(help="comma between; all; default: the scenario's parties")] = None,
    instrument: Instrument = "uniform",
    method: Method = "exact",
    elasticities: Elasticities = None,
    model: Model = None,
    deficits: Deficits = "balanced",
    unions: Unions = "eu",
    sectors: Sectors = None,
    starts: Start = "base,high",
    check: Check = True,
    ranges: Ranges = False,
    as_json: Json = False,
) -> None:
    """The war that the players slide into: rates from which none gains by leaving alone, with the certificate.

    \b
    Examples:
      parley talks nash --players USA,CHN
      parley talks nash --world oecd-2022 --players all --instrument full --json
      parley talks nash --world oecd-2022 --players USA,CHN --method formula
    """
    from parley.talks.game import nash

    ground, parties, named = _ground(scenario, world, elasticities, model)
    play = partial(
        nash, players=_players(players, parties), instrument=instrument, model=named, deficits=deficits,
        unions=_unions(unions), method=method, sectors=_words(sectors),
    )  # fmt: skip
    _play(play, ground, _words(starts) or [], check, ranges, as_json, "Nash tariffs")


@app.command("respond")
def respond_command(
    scenario: File = None,
    player: Annotated[str, typer.Option(help="who replies")] = "USA",
    world: WorldName = None,
    instrument: Instrument = "uniform",
    method: Method = "exact",
    elasticities: Elasticities = None,
    model: Model = None,
    deficits: Deficits = "balanced",
    unions: Unions = "eu",
    sectors: Sectors = None,
    starts: Start = "base,high",
    check: Check = True,
    ranges: Ranges = False,
    as_json: Json = False,
) -> None:
    """One player's best reply to the rates that all others levy at the baseline.

    \b
    Examples:
      parley talks respond --player USA --instrument bilateral
      parley talks respond --world oecd-2022 --player EUU --json
    """
    from parley.talks.game import respond

    ground, _, named = _ground(scenario, world, elasticities, model)
    play = partial(
        respond, player=_country(player), instrument=instrument, model=named, deficits=deficits,
        unions=_unions(unions), method=method, sectors=_words(sectors),
    )  # fmt: skip
    _play(play, ground, _words(starts) or [], check, ranges, as_json, "Best reply")


def _play(play: Any, world: Any, starts: list[str], check: bool, ranges: bool, as_json: bool, title: str) -> None:
    """Plays on the world and, if asked, on the same baseline under every elasticity set; then shows both."""
    with Telling() as tell:
        found = play(world, starts=starts, check=check, progress=tell)
        told = _over_sets(play, world, starts[:1], tell) if ranges else {}
    if as_json:
        print_json(found.as_json() | (told or {"range": None, "range_reason": "not asked for: --ranges"}))
    else:
        show_outcome(found, title)
        show_ranges(told)


def _over_sets(play: Any, world: Any, starts: list[str], tell: Any) -> dict[str, Any]:
    from parley.talks.ranges import over_sets
    from parley.world.elasticity import elasticity_sets, read_elasticities

    worlds = {name: world.with_theta(read_elasticities(name, world), name) for name in elasticity_sets()}
    return over_sets(worlds, partial(play, starts=starts, check=False, progress=tell))


def _ground(path: Path | None, world: str | None, elasticities: str | None, model: str | None) -> tuple[Any, Any, str]:
    """(world, its default players, model): a named world as it is, or the scenario's moved to its baseline day."""
    if world:
        from parley.errors import InputError
        from parley.world.read import read_world

        if path:
            raise InputError("parley talks", "both a scenario and --world", "one of them")
        return read_world(world, elasticities), None, model or "armington"
    from parley.scenario.scenario import read_scenario
    from parley.scenario.walk import ground_of

    asked = read_scenario(path)
    asked = asked.replaced(elasticities=elasticities) if elasticities else asked
    return ground_of(asked).world, asked.parties, model or asked.model


def _players(text: str | None, parties: Any) -> list[str] | None:
    if text is None:
        return list(parties) if parties else None
    return None if text.strip().lower() == "all" else [_country(p) for p in text.split(",") if p.strip()]


def _country(text: str) -> str:
    """A code is left to the board, which knows the players and offers the nearest; a name is looked up."""
    if len(text.strip()) == 3:
        return text.strip().upper()
    from parley.codes import country

    return country(text.strip(), "talks: players")


def _unions(text: str) -> tuple[str, ...] | None:
    from parley.errors import unknown_name

    if text not in ("eu", "none"):
        raise unknown_name("--unions", "choice", text, ("eu", "none"))
    return None if text == "eu" else ()


def _words(text: str | None) -> list[str] | None:
    return None if text is None else [word.strip() for word in text.split(",") if word.strip()]


register_games(app)
register_keeping(app)
