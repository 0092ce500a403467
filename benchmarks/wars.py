"""Writes docs/wars.md: the war of all against all on the packaged world, exact beside the published formula.

Run: python benchmarks/wars.py
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from statistics import median

from parley.talks.game import nash
from parley.talks.outcome import Outcome
from parley.world.read import read_world
from parley.world.world import World

PAGE = Path(__file__).parents[1] / "docs" / "wars.md"
WORLD = "oecd-2022"
WAYS = (("the European Union as one player", None), ("every economy for itself (81 players)", ()))
MODELS = (("without links", "armington"), ("with input-output links", "caliendo_parro"))
INSTRUMENTS = ("uniform", "bilateral", "full")
SHOWN = 8  # players of each list of who is misjudged

INTRO = f"""# Wars of all against all

Each player's rates are a best response to all others' (`parley.nash`).
The data are the packaged dataset `{WORLD}` with the elasticity set U4, with trade balanced first.
This page is written by `python benchmarks/wars.py`.

* Rates and welfare are in percent; welfare is real income against the balanced baseline.
* The search starts from the baseline's rates and from 100 percent everywhere; every different equilibrium found is counted.
* Gain by deviating is the largest that any player was found to make by changing only its own rates.
  It is found by solving again, not by first-order conditions: no duties, all rates up and down, random and single directions.
* The formula is Lashkaripour's (2021), one rate a player, with delta = 0.
  Its answer is not an equilibrium: the gain by deviating says by how much.
"""


def main() -> None:
    """Writes the page and says how long each war took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    out = parser.parse_args().out
    text = INTRO
    for words, model in MODELS:
        world = read_world(WORLD, links=True if model == "caliendo_parro" else None)
        for who, unions in WAYS:
            text += f"\n## {who[0].upper()}{who[1:]}, {words}\n\n{section(world, unions, model)}"
    draft = out.with_name(out.name + ".part")
    draft.write_text(text, "utf-8")
    os.replace(draft, out)


def section(world: World, unions: tuple[str, ...] | None, model: str) -> str:
    """The wars by instrument, and the formula beside the exact uniform one."""
    wars = {name: _timed(world, name, unions, model, "exact") for name in INSTRUMENTS}
    formula = _timed(world, "uniform", unions, model, "formula")
    heads = ("rates", "median mean rate", "welfare: median", "lowest", "highest", "equilibria", "steps",
             "gain by deviating", "trade residual")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [_row(name, war) for name, war in (*wars.items(), ("formula, uniform", formula))]
    return "\n".join(lines) + f"\n\n{misjudged(wars['uniform'], formula)}"


def _timed(world: World, instrument: str, unions: tuple[str, ...] | None, model: str, method: str) -> Outcome:
    began = time.perf_counter()
    found = nash(world, None, instrument, unions=unions, model=model, method=method)
    print(
        f"{model} {len(found.players)} players {instrument} {method}: {time.perf_counter() - began:.1f} s", flush=True
    )
    return found


def _row(name: str, war: Outcome) -> str:
    stand = war.equilibria[0]
    rate = 100 * median(war.spread(p)[1] for p in war.players)
    paid = sorted(stand.payoff_pct.items(), key=lambda item: item[1])
    (worst, low), (best, high) = paid[0], paid[-1]
    cells = (
        name, f"{rate:.2f}", f"{median(stand.payoff_pct.values()):.3f}", f"{worst} {low:.3f}", f"{best} {high:.3f}",
        str(len(war.equilibria)), ", ".join(str(s.steps) for s in war.starts), f"{stand.max_deviation_gain:.0e}",
        f"{stand.residual:.0e}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def misjudged(exact: Outcome, formula: Outcome) -> str:
    """The players whom the formula misjudges most: by rate, by welfare, and by what they would gain by leaving it."""
    right, wrong = exact.equilibria[0], formula.equilibria[0]
    gains = wrong.deviation_gain or {}
    rows = []
    for p in exact.players:
        rates = 100 * exact.spread(p)[1], 100 * formula.spread(p)[1]
        rows.append((p, *rates, right.payoff_pct[p], wrong.payoff_pct[p], gains.get(p, 0.0)))
    by_rate = sorted(rows, key=lambda r: -abs(r[2] - r[1]))[:SHOWN]
    by_welfare = sorted(rows, key=lambda r: -abs(r[4] - r[3]))[:SHOWN]
    chosen = list({r[0]: r for r in (*by_rate, *by_welfare)}.values())
    lines = [
        f"Who is misjudged by the formula, uniform rates: the {SHOWN} with the largest gaps of rates and of welfare.\n",
        "| player | exact rate | formula | gap | exact welfare | formula | gap | would gain by leaving the formula |",
        "|---" * 8 + "|",
    ]
    lines += [
        f"| {p} | {a:.2f} | {b:.2f} | {b - a:+.2f} | {u:.3f} | {v:.3f} | {v - u:+.3f} | {gain:.4f} |"
        for p, a, b, u, v, gain in chosen
    ]
    worst = max(rows, key=lambda r: abs(r[4] - r[3]))
    lines.append(f"\nLargest gap of welfare: {worst[0]}, {abs(worst[4] - worst[3]):.3f} points.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
