"""`parley talks grid | deadline | signal | leverage `: options, deadlines, sincere steps, and who holds what over whom."""

from __future__ import annotations

from pathlib import Path
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
    write_text,
)

CARRIED = ("unit", "payoff", "elasticities", "model", "residual")  # by a signal, from the table that it reads
SOLVING = "reading the law, moving the world, solving every combination"


def register(app: typer.Typer) -> None:
    """Adds these commands to `parley talks`."""
    for name, command in (
        ("grid", grid), ("deadline", deadline), ("signal", signal), ("leverage", leverage),
    ):  # fmt: skip
        app.command(name)(command)


def grid(
    scenario: File = None,
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    ranges: Annotated[bool, typer.Option("--ranges", help="also under every published elasticity set")] = False,
    flips: Annotated[
        bool, typer.Option("--flips", help="also: at which elasticity or political weight the equilibria change")
    ] = False,
    nfg: Annotated[Path | None, typer.Option(help="also write the game as a Gambit .nfg file")] = None,
    csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Named options, payoffs from the model, each side's best reply, and the equilibria.

    \b
    Examples:
      parley talks grid
      parley talks grid examples/us-china-2025-05-02.toml --nfg game.nfg --json
      parley talks grid --flips
    """
    from parley.scenario.talks import grid_of

    asked = question(scenario, on, known, elasticities, drop, add)
    with Progress(SOLVING):
        answer = grid_of(asked, ranges=ranges, flips=flips)
    if nfg:
        write_text(nfg, _nfg(answer, asked.title))
    write_rows(csv, _grid_rows(answer))
    answered(answer, as_json, text.show_grid, clocks(asked))


def _nfg(answer: dict[str, Any], title: str) -> str:
    """The Gambit file of an answered grid: payoffs of the players alone."""
    from parley.talks.games.grid import payoff_grid

    paid = {tuple(row["choice"].values()): row["welfare_pct"] for row in answer["payoffs"]}
    made = payoff_grid(answer["players"], answer["options"], lambda choice: paid[tuple(choice.values())])
    return made.as_nfg(title or "parley")


def _grid_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {f"option_{p}": o for p, o in row["choice"].items()}
        | {f"welfare_pct_{c}": v for c, v in row["welfare_pct"].items()}
        | {"equilibrium": row["choice"] in answer["equilibria"]}
        for row in answer["payoffs"]
    ]


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


def signal(
    scenario: File = None,
    on: On = None,
    known: Known = None,
    elasticities: Elasticities = None,
    drop: Drop = None,
    add: Add = None,
    prize: Annotated[
        float | None, typer.Option(help="what being believed is worth, percent of welfare: asks for the smallest step")
    ] = None,
    sincere: Annotated[float, typer.Option(help="extra weight of a sincere maker on the protected industries")] = 0.0,
    bluff: Annotated[float, typer.Option(help="extra weight of a bluffing maker on them")] = 2.0,
    ranges: Ranges = False,
    as_json: Json = False,
) -> None:
    """Is the demanded step costly to its maker, for which weights, and what is the smallest step that tells?

    Weights and the prize are assumptions of yours: no data identify them.

    \b
    Examples:
      parley talks signal
      parley talks signal --prize 0.05 --sincere 0 --bluff 1.5
    """
    from parley.errors import ScenarioError
    from parley.scenario.costly_signal import separating_step
    from parley.scenario.over_sets import signal_figures
    from parley.scenario.talks import grid_of

    asked = question(scenario, on, known, elasticities, drop, add)
    if not asked.signal:
        raise ScenarioError("[signal]", "missing", "[signal] with maker, step, status_quo and others")

    def play(baseline: Any, telling: bool = False) -> dict[str, Any]:
        told = separating_step(asked, sincere, bluff, prize, baseline) if telling and prize is not None else None
        solved = grid_of(asked, baseline)
        return solved["signal"] | {key: solved[key] for key in CARRIED} | {"telling": told}

    with Progress(SOLVING):
        found = with_ranges(asked, play, lambda other: signal_figures(play(other)), ranges, telling=True)
    answered(found, as_json, text.show_signal, clocks(asked))


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
