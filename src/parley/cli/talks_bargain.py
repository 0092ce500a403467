"""`parley talks bargain`: the deal that players could agree on, from a named threat, exact by first-order conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from parley.cli.asked import asks
from parley.cli.output import answers, percent, print_json, print_table
from parley.cli.progress import Progress
from parley.cli.talks_play import NO_RANGE, UNRANGED, Json, over_published, players, read_asked
from parley.cli.talks_text import modelled_words, show_ranges
from parley.scenario.war_questions import Bargain
from parley.talks.verdict import TOLERANCE

if TYPE_CHECKING:
    from datetime import date

    from parley.talks.games.bargain import Deal

SHOWN = 12  # rates of one player on screen; --json has all


def show_deal(deal: Deal, base_day: date | None = None) -> None:
    """Each player's gain, weight and rates; then the proof."""
    heads = ["player", "gain over threat %", "against the base %", "threat %", "weight", "mean rate %"]
    told, threat = deal.as_json(base_day), 100 * (deal.threat / deal.base - 1)
    rows = [
        [p, f"{deal.gain_pct[p]:.4f}", f"{deal.payoff_pct[p]:.4f}", f"{threat[k]:.4f}", f"{deal.weights[p]:.3f}",
         percent(deal.mean_rates[p], 2)]
        for k, p in enumerate(deal.players)
    ]  # fmt: skip
    named = "No deal" if deal.verdict == "a deviation pays" else "Deal"
    print_table(heads, rows, title=f"{named}: {deal.board.instrument}, {deal.solution}, threat {deal.threat_name}")
    print(f"{told['solution']}: {told['says']}; threat: {told['threat']['says']}; payoff: {told['payoff']}")
    for player, by_partner in list(told["tariffs"].items()):
        rates = [f"{a} {b} {percent(rate, 1)}" for a, own in by_partner.items() for b, rate in own.items()]
        if len(rates) <= SHOWN:
            print(f"{player}: {'; '.join(rates)} (percent)")
    print(f"rates that move: {told['rates_move']['says']}")
    print(f"base, for payoffs and for all other rates: {told['base']}")
    if deal.transfers_pct:
        paid = "; ".join(f"{p} {value:+.4f}" for p, value in deal.transfers_pct.items())
        print(f"transfers received, percent of baseline income: {paid}")
    for point in deal.frontier:
        print("frontier: " + "; ".join(f"{p} {value:+.4f} %" for p, value in point.items()))
    print(modelled_words(told))
    proof = "joint steps not tried" if deal.joint_gain is None else _proof(deal.joint_gain)
    print(deal.verdict_reason)
    if told["threat"].get("verdict") == "a deviation pays":
        print(f"the threat is no equilibrium: somebody gains {deal.threat_gain:.1e} % by deviating from it")
    print(f"{proof}; trade residual {deal.equilibrium.residual:.1e}; last change of a rate {deal.agreed.change:.1e}")


def _proof(gain: float) -> str:
    if gain > TOLERANCE:
        return f"a random joint step helps all: {gain:.1e} % to who gains least"
    return f"of random joint steps none helps all: the one that helps most gives {gain:.1e} % to who gains least"


def register(app: typer.Typer) -> None:
    """Adds the command to `parley talks`."""
    app.command("bargain")(bargain_command)


@answers("parley.scenario.game:DealAnswer")
@asks(Bargain)
def bargain_command(asked: Bargain, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario.clocks import in_words
    from parley.talks.games.bargain import BOUNDS, bargain

    read = read_asked(asked, BOUNDS)
    when = read.when
    with Progress() as tell:
        play = partial(
            bargain, players=players(asked.players, read.parties), instrument=asked.instrument, solution=asked.solution,
            threat=asked.threat, transfers=asked.transfers, progress=tell, **read.terms,
        )  # fmt: skip
        deal = play(read.world, frontier=asked.frontier, check=asked.check)
        told = over_published(partial(play, check=False), read.world, _figures) if asked.ranges else None
    if as_json:
        print_json({**when, **deal.as_json(when["on"]), **(told or UNRANGED)})
        return
    show_deal(deal, when["on"])
    print(in_words(when))
    print("starts: one, from the base's rates, tried again with shorter steps where it does not settle")
    show_ranges(told)
    if not told:
        print(NO_RANGE)


def _figures(deal: Deal) -> dict[str, dict[str, float]]:
    """What is ranged over elasticity sets: payoffs against the base, and mean rates."""
    return {p: {"payoff_pct": deal.payoff_pct[p], "mean_rate": deal.mean_rates[p]} for p in deal.players}
