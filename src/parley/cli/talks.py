"""`parley talks`: what can each side do next? Best responses, tariff wars, options, deadlines and costly signals."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from parley.cli import talks_play as asked
from parley.cli.output import answers
from parley.cli.talks_bargain import register as register_bargain
from parley.cli.talks_game import register as register_games
from parley.cli.talks_hindcast import register as register_hindcast

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)


@app.command("nash")
@answers("parley.scenario.game:OutcomeAnswer")
def nash_command(
    scenario: asked.File = None,
    world: asked.WorldName = None,
    players: asked.Players = None,
    instrument: asked.Instrument = "uniform",
    method: asked.Method = "exact",
    elasticities: asked.Elasticities = None,
    reading: asked.Reading = None,
    model: asked.Model = None,
    deficits: asked.Deficits = "balanced",
    capital: asked.Capital = "fixed",
    unions: asked.Unions = "eu",
    sectors: asked.Sectors = None,
    partners: asked.Partners = None,
    objective: asked.Aim = "welfare",
    political: asked.Favours = None,
    bounds: asked.Bound = None,
    starts: asked.Start = "base,high",
    check: asked.Check = True,
    ranges: asked.Ranges = False,
    as_json: asked.Json = False,
) -> None:
    """Tariff war (Nash equilibrium): rates at which no player gains by changing only its own, with the certificate.

    \b
    Examples:
      parley talks nash --players USA,CHN
      parley talks nash --world oecd-2022 --players all --instrument full --json
      parley talks nash --world oecd-2022 --players USA,CHN --model caliendo_parro
      parley talks nash --world oecd-2022 --players USA,CHN --method formula
      parley talks nash --world oecd-2022 --players USA,CHN --deficits endogenous --capital steady_state
    """
    from parley.talks.game import BOUNDS, nash

    baseline, parties, named = asked.baseline(scenario, world, elasticities, model, reading)
    game = partial(
        nash, players=asked.players(players, parties), instrument=instrument, model=named, deficits=deficits, capital=capital,
        unions=asked.unions(unions), method=method, sectors=asked.words(sectors), partners=asked.partners(partners),
        objective=asked.objective(objective), political=asked.political(political, baseline),
        bounds=asked.bounds(bounds, BOUNDS),
    )  # fmt: skip
    asked.play(
        game,
        baseline,
        starts,
        check,
        ranges,
        as_json,
        "Tariff war (Nash equilibrium)",
        asked.clocks(scenario, world, reading),
    )


@app.command("respond")
@answers("parley.scenario.game:OutcomeAnswer")
def respond_command(
    scenario: asked.File = None,
    player: Annotated[str, typer.Option(help="who responds")] = "USA",
    world: asked.WorldName = None,
    instrument: asked.Instrument = "uniform",
    method: asked.Method = "exact",
    elasticities: asked.Elasticities = None,
    reading: asked.Reading = None,
    model: asked.Model = None,
    deficits: asked.Deficits = "balanced",
    capital: asked.Capital = "fixed",
    unions: asked.Unions = "eu",
    sectors: asked.Sectors = None,
    partners: asked.Partners = None,
    objective: asked.Aim = "welfare",
    political: asked.Favours = None,
    bounds: asked.Bound = None,
    starts: asked.Start = "base,high",
    check: asked.Check = True,
    ranges: asked.Ranges = False,
    as_json: asked.Json = False,
) -> None:
    """One player's best response to the rates that all others charge at the baseline.

    \b
    Examples:
      parley talks respond --player USA --instrument bilateral
      parley talks respond --world oecd-2022 --player EUU --json
      parley talks respond --world oecd-2022 --player USA --partners CHN --objective revenue
    """
    from parley.talks.game import BOUNDS, respond

    baseline, _, named = asked.baseline(scenario, world, elasticities, model, reading)
    game = partial(
        respond, player=asked.player(player), instrument=instrument, model=named, deficits=deficits, capital=capital,
        unions=asked.unions(unions), method=method, sectors=asked.words(sectors), partners=asked.partners(partners),
        objective=asked.objective(objective), political=asked.political(political, baseline),
        bounds=asked.bounds(bounds, BOUNDS),
    )  # fmt: skip
    asked.play(game, baseline, starts, check, ranges, as_json, "Best response", asked.clocks(scenario, world, reading))


register_bargain(app)
register_games(app)
register_hindcast(app)
