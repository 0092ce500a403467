"""`parley talks grid | deadline | signal | leverage `: options, deadlines, sincere steps, and who holds what over whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from parley.cli import talks_games_text as text
from parley.cli.progress import Progress
from parley.cli.talks_asked import (
    Add,
    At,
    Csv,
    Drop,
    Elasticities,
    File,
    Json,
    Known,
    On,
    Ranges,
    answered,
    clocks,
    pair_of,
    question,
    with_ranges,
    write_rows,
)


def register(app: typer.Typer) -> None:
    """Adds these commands to `parley talks`."""
    for name, command in (
        ("deadline", deadline), ("leverage", leverage),
    ):  # fmt: skip
        app.command(name)(command)


def deadline(
    scenario: File = None,
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    joint: Annotated[
        bool, typer.Option("--joint", help="also the joint game, in which all choose, and the hub's best terms")
    ] = False,
    p: Annotated[
        list[float] | None, typer.Option(help="probability of enforcement, for the joint game; may be repeated")
    ] = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Sign, or face the rate: the cost of each country's rate and the enforcement probability at which it folds.

    \b
    Examples:
      parley talks deadline
      parley talks deadline --joint --p 0.2 --p 0.8
      parley talks deadline --on 2025-07-20 --known 2025-07-20 --json
    """
    from parley.scenario.deadline import deadline_of
    from parley.scenario.over_sets import deadline_figures

    asked = question(scenario, on, known, elasticities, drop, add)

    def play(baseline: Any, joint: bool = False) -> dict[str, Any]:
        return deadline_of(asked, baseline, joint=joint, p=p or ())

    with Progress("reading the law, solving a world for every country and choice"):
        answer = with_ranges(asked, play, lambda other: deadline_figures(play(other)), ranges, joint=joint or bool(p))
    write_rows(csv, answer["players"])
    answered(answer, as_json, text.show_deadline, clocks(asked))


def leverage(
    scenario: File = None,
    player: Annotated[str | None, typer.Option(help="who would levy; default: the first party")] = None,
    target: Annotated[str | None, typer.Option(help="whom it would hit; default: the other party")] = None,
    budget: Annotated[float, typer.Option(help="own harm that a list may do, percent of welfare")] = 0.01,
    points: Annotated[float, typer.Option(help="points of duty on each product of the list")] = 10.0,
    digits: Annotated[int, typer.Option(help="digits of product codes: 2, 4, 6, 8 or 10")] = 6,
    at: At = "on",
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    ranges: Ranges = False,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Harm to the other side per harm at home: by sector, by product, as a list under a budget, beside the lists used.

    \b
    Examples:
      parley talks leverage --player USA --target CHN
      parley talks leverage --player CHN --target USA --at before --budget 0.002 --points 25
      parley talks leverage --target EUU --csv products.csv
    """
    from parley.scenario.leverage import leverage_of
    from parley.scenario.over_sets import leverage_figures

    asked = question(scenario, on, known, elasticities, drop, add)
    own, other = pair_of(asked, player, target)

    def play(baseline: Any, lists: bool = False) -> dict[str, Any]:
        return leverage_of(
            asked, own, other, budget=budget, points=points, digits=digits, at=at, lists=lists, baseline=baseline
        )

    with Progress("reading the law, one adjoint, a list and the lists used"):
        answer = with_ranges(asked, play, lambda other: leverage_figures(play(other)), ranges, lists=True)
    write_rows(csv, answer["products"] or answer["sectors"])
    answered(answer, as_json, text.show_leverage, clocks(asked))
