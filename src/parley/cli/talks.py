"""`parley talks`: what can each side do next? Best responses, tariff wars, options, deadlines and costly signals."""

from __future__ import annotations

import typer

from parley.cli.asked import asks
from parley.cli.output import answers
from parley.cli.talks_bargain import register as register_bargain
from parley.cli.talks_game import register as register_games
from parley.cli.talks_hindcast import register as register_hindcast
from parley.cli.talks_play import Json, play, player
from parley.scenario.war_questions import Nash, Respond

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)


@app.command("nash")
@answers("parley.scenario.game:OutcomeAnswer")
@asks(Nash)
def nash_command(asked: Nash, as_json: Json = False) -> None:
    """As the question says."""
    from parley.talks.game import nash

    play(nash, asked, as_json, "Tariff war (Nash equilibrium)")


@app.command("respond")
@answers("parley.scenario.game:OutcomeAnswer")
@asks(Respond)
def respond_command(asked: Respond, as_json: Json = False) -> None:
    """As the question says."""
    from parley.talks.game import respond

    play(respond, asked, as_json, "Best response", player=player(asked.player))


register_bargain(app)
register_games(app)
register_hindcast(app)
