"""`parley talks bargain`: the deal that players could agree on, from a named threat, exact by first-order conditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli import talks_play as asked
from parley.cli.output import answers, percent, print_json, print_table
from parley.cli.progress import Progress
from parley.cli.talks_text import show_ranges
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
def bargain_command(
    scenario: asked.File = None,
    world: asked.WorldName = None,
    players: asked.Players = None,
    instrument: asked.Instrument = "bilateral",
    solution: Annotated[str, typer.Option(help="proportional, nash or kalai_smorodinsky")] = "proportional",
    threat: Annotated[
        str, typer.Option(help="if talks fail: nash (a tariff war), factual (the baseline), free_trade")
    ] = "nash",
    partners: Annotated[
        str | None, typer.Option(help="the rates on these are negotiated; default: those on the players")
    ] = None,
    transfers: Annotated[bool, typer.Option("--transfers/--no-transfers", help="money may change hands too")] = False,
    frontier: Annotated[int, typer.Option(help="how many points of the frontier to find, for two players")] = 0,
    elasticities: asked.Elasticities = None,
    reading: asked.Reading = None,
    model: asked.Model = None,
    deficits: asked.Deficits = "balanced",
    unions: asked.Unions = "eu",
    sectors: asked.Sectors = None,
    objective: asked.Aim = "welfare",
    political: asked.Favours = None,
    bounds: asked.Bound = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="try random joint steps, by solving again")] = True,
    ranges: asked.Ranges = False,
    as_json: asked.Json = False,
) -> None:
    """The deal that players could agree on: rates that maximise their weighted gains over a named threat.

    \b
    Examples:
      parley talks bargain --players USA,CHN
      parley talks bargain --players USA,CHN --solution nash --transfers --json
      parley talks bargain --world oecd-2022 --players USA,CHN,EUU --threat factual
    """
    from parley.scenario.clocks import in_words
    from parley.talks.games.bargain import BOUNDS, bargain

    baseline, parties, named = asked.baseline(scenario, world, elasticities, model, reading)
    when = asked.clocks(scenario, world, reading)
    with Progress() as tell:
        play = partial(
            bargain, players=asked.players(players, parties), instrument=instrument, solution=solution, threat=threat,
            partners=asked.partners(partners), transfers=transfers,
            objective=asked.objective(objective), political=asked.political(political, baseline), model=named,
            deficits=deficits, unions=asked.unions(unions), sectors=asked.words(sectors),
            bounds=asked.bounds(bounds, BOUNDS), progress=tell,
        )  # fmt: skip
        deal = play(baseline, frontier=frontier, check=check)
        told = asked.over_published(partial(play, check=False), baseline, _figures) if ranges else None
    if as_json:
        print_json({**when, **deal.as_json(when["on"]), **(told or asked.UNRANGED)})
        return
    show_deal(deal, when["on"])
    print(in_words(when))
    print("starts: one, from the base's rates, tried again with shorter steps where it does not settle")
    show_ranges(told)
    if not told:
        print(asked.NO_RANGE)


def _figures(deal: Deal) -> dict[str, dict[str, float]]:
    """What is ranged over elasticity sets: payoffs against the base, and mean rates."""
    return {p: {"payoff_pct": deal.payoff_pct[p], "mean_rate": deal.mean_rates[p]} for p in deal.players}
