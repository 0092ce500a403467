"""`parley talks bargain`: the deal that players could agree on, from a named threat, exact by first-order conditions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from parley.cli.output import percent, print_json, print_table

SHOWN = 12  # rates of one player on screen; --json has all


def show_deal(deal: Any) -> None:
    """Each player's gain, weight and rates; then the proof."""
    heads = ["player", "gain over threat %", "against the base %", "threat %", "weight", "mean rate %"]
    told, threat = deal.as_json(), 100 * (deal.threat / deal.base - 1)
    rows = [
        [p, f"{deal.gain_pct[p]:.4f}", f"{deal.payoff_pct[p]:.4f}", f"{threat[k]:.4f}", f"{deal.weights[p]:.3f}",
         percent(deal.mean_rates[p], 2)]
        for k, p in enumerate(deal.players)
    ]  # fmt: skip
    print_table(heads, rows, title=f"Deal: {deal.board.instrument}, {deal.solution}, threat {deal.threat_name}")
    print(f"{told['solution']}: {told['says']}; threat: {told['threat']['says']}; payoff: {told['payoff']}")
    for player, by_partner in list(told["tariffs"].items()):
        rates = [f"{a} {b} {percent(rate, 1)}" for a, own in by_partner.items() for b, rate in own.items()]
        if len(rates) <= SHOWN:
            print(f"{player}: {'; '.join(rates)} (percent)")
    if deal.transfers_pct:
        paid = "; ".join(f"{p} {value:+.4f}" for p, value in deal.transfers_pct.items())
        print(f"transfers received, percent of baseline income: {paid}")
    for point in deal.frontier:
        print("frontier: " + "; ".join(f"{p} {value:+.4f} %" for p, value in point.items()))
    proof = "joint steps not tried" if deal.joint_gain is None else _proof(deal.joint_gain)
    print(f"{proof}; trade residual {deal.equilibrium.residual:.1e}; last change of a rate {deal.agreed.change:.1e}")


def _proof(gain: float) -> str:
    return f"of random joint steps none helps all: the one that helps most gives {gain:.1e} % to who gains least"


Scale = Annotated[str, typer.Option(help="proportional, nash or kalai_smorodinsky")]
Threat = Annotated[str, typer.Option(help="what happens if talks fail: nash (a war), factual (the base) or free_trade")]
Money = Annotated[bool, typer.Option("--transfers/--no-transfers", help="money may change hands too")]
Points = Annotated[int, typer.Option(help="so many points of the frontier, for two players")]
Partners = Annotated[str | None, typer.Option(help="rates on these are free too; default: on the players alone; all")]


def deal_of(ground: Any, **asked: Any) -> Any:
    """The Deal on a world, with progress on standard error."""
    from parley.cli.talks_text import Telling
    from parley.talks.games.bargain import bargain

    with Telling() as tell:
        return bargain(ground, progress=tell, **asked)


def answered(deal: Any, as_json: bool) -> None:
    """As JSON, or for people."""
    if as_json:
        print_json(deal.as_json())
    else:
        show_deal(deal)
