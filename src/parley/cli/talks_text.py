"""What `parley talks` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from parley.cli.output import percent, print_table

if TYPE_CHECKING:
    from datetime import date

    from parley.talks.answers import PlayerRanges
    from parley.talks.outcome import Outcome

SHOWN = 20  # rows of a table on screen; --json has all


def modelled_words(told: Mapping[str, Any]) -> str:
    """What a game was solved with, in a line: model, elasticities and their horizon, and what closes it."""
    horizon = told["horizon"].replace("_", " ")
    closed = f"deficits {told['deficits']}, capital {told['capital'].replace('_', ' ')}"
    return f"{told['model']}, elasticities {told['elasticities']} ({horizon}), {closed}"


def show_outcome(found: Outcome, title: str, base_day: date | None = None) -> None:
    """Each stand found: rates and welfare by player, the certificate, which rates move against which base, and the starts."""
    from parley.talks.moves import base_in_words, rates_moved
    from parley.talks.verdict import in_words

    aim = found.objective.name if found.objective.name == "welfare" else "payoff"
    for k, stand in enumerate(found.equilibria):
        number = f" {k + 1} of {len(found.equilibria)}" if len(found.equilibria) > 1 else ""
        rows = [_row(found, k, player) for player in found.players]
        heads = ["player", "rates", "mean %", "low %", "high %", f"{aim} %", "best deviation gains %"]
        named = title if stand.verdict == "passed" else in_words(stand.max_deviation_gain, found.what)
        print_table(heads, rows[:SHOWN], title=f"{named}{number}: {found.board.instrument}, {found.method}")
        if len(rows) > SHOWN:
            print(f"{len(rows) - SHOWN} more players: --json has all")
        gain = stand.max_deviation_gain
        tried = f" in {stand.deviations_tried} trials"
        checked = "deviations not checked" if gain is None else f"largest gain by deviating {gain:.1e} %{tried}"
        if stand.deviations_not_solved:
            checked += f" ({stand.deviations_not_solved} trials could not be solved)"
        print(f"{checked}; trade residual {stand.residual:.1e}; last change of a rate {stand.change:.1e}")
    if found.method == "formula":
        print("the formula approximates: its rates are no best responses, and the gain by deviating says by how much")
    told = "; ".join(f"{s.name}: {s.steps} steps{'' if s.settled else ', did not settle'}" for s in found.starts)
    print(f"rates that move: {rates_moved(found.board, found.given)['says']}")
    print(f"base, for payoffs and for all other rates: {base_in_words(found.board.world, base_day)}")
    print(f"starts: {told}. {aim}: {found.payoff_words}; the mean is weighted by baseline trade")
    print(modelled_words(found.as_json(base_day)))


def _row(found: Outcome, k: int, player: str) -> list[str]:
    low, mean, high, count = found.spread(player, k)
    stand = found.equilibria[k]
    gain = "–" if stand.deviation_gain is None else f"{stand.deviation_gain[player]:.1e}"
    rates = [percent(rate, 2) for rate in (mean, low, high)]
    return [player, str(count), *rates, f"{stand.payoff_pct[player]:.4f}", gain]


def show_ranges(told: PlayerRanges | None) -> None:
    """Low, median and high over elasticity sets, and whether the sign differs; nothing where none was asked for."""
    if told is None:
        return
    rows = []
    for player, ranges in list(told["range"].items())[:SHOWN]:
        rate, paid = ranges["mean_rate"], ranges["payoff_pct"]
        rates = [percent(rate[key], 1) for key in ("low", "median", "high")]
        welfare = [f"{paid[key]:.3f}" for key in ("low", "median", "high")]
        rows.append([player, *rates, *welfare, "differs" if paid["sign_differs"] else "same"])
    if rows:
        heads = ["player", "rate % low", "median", "high", "welfare % low", "median", "high", "sign"]
        print_table(heads, rows, title="over the published elasticity sets, on the same baseline flows")
        print(f"ranges: {told['spans']}")
    for name, why in told["range_not_solved"].items():
        print(f"{name}: {why}")
