"""`parley trade worlds` and `parley trade elasticities`: what an answer is computed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_table
from parley.trade import questions

if TYPE_CHECKING:
    from parley.trade.answers import AccountsAnswer
    from parley.world.answers import ElasticitiesAnswer, WorldsAnswer

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


def mine(name: str | None) -> str | None:
    """A path given on the command line is from here; one in a scenario is from beside it."""
    return str(Path(name).absolute()) if name and os.path.exists(name) else name


@answers("parley.world.answers:WorldsAnswer", "parley.trade.answers:AccountsAnswer")
@asks(questions.Worlds)
def worlds_command(asked: questions.Worlds, as_json: Json = False) -> None:
    """As the question says."""
    from parley.trade.answering import worlds

    found = worlds(asked)
    if as_json:
        print_json(found)
    elif "worlds" in found:
        _show_worlds(found)
    else:
        _show_accounts(found)


def _show_worlds(found: WorldsAnswer) -> None:
    rows = [[w["name"], str(w["year"]), str(w["countries"]), str(w["sectors"])] for w in found["worlds"]]
    print_table(["dataset", "year", "economies", "sectors"], rows)
    for one in found["worlds"]:
        print(f"{one['name']}: {one['source']}. {one['note']}")
    print("From your own file (give its path in place of a dataset name):")
    for one in found["from_file"]:
        print(f"{one['name']}: {one['layout']}.")


def _show_accounts(found: AccountsAnswer) -> None:
    headers = {"deficit_pct": "deficit, % of income", "tariff_revenue_pct_imports": "duties, % of imports",
               "gains_from_trade_pct": "gains from trade %", "gains_with_links_pct": "with links %",
               "materials_moved_pct": "materials moved %"}  # fmt: skip
    accounts: Mapping[str, Mapping[str, object]] = found["accounts"]
    shown = [key for key in headers if key in next(iter(accounts.values()))]
    rows = [
        [c, f"{row['income']:,.0f}", *("–" if row[key] is None else f"{row[key]:.2f}" for key in shown)]
        for c, row in accounts.items()
    ]
    note = (
        f"{found['countries']} economies × {len(found['sectors'])} sectors; elasticities {found['elasticities']}; "
        f"{'with' if found['links'] else 'without'} input-output links; {found['empty_own_cells']} cells without own goods. "
        "Income: the dataset's own money (packaged: million US dollars a year, earned on all output, materials too). "
        + " ".join(f"{text}." for text in found["notes"])
    )
    print_table(
        ["", "income", *(headers[key] for key in shown)], rows, title=f"{found['name']}: the accounts hold", note=note
    )


@answers("parley.world.answers:ElasticitiesAnswer")
@asks(questions.Elasticities)
def elasticities_command(asked: questions.Elasticities, as_json: Json = False) -> None:
    """As the question says."""
    from parley.trade.answering import elasticities

    found = elasticities(asked)
    print_json(found) if as_json else _show_sets(found, asked.world)


def _show_sets(found: ElasticitiesAnswer, world: str) -> None:
    from parley.world.elasticity import read_set
    from parley.world.read import sector_names, worlds

    names = sector_names(world) if world in worlds() else {}
    theta = {row["name"]: row["theta"] for row in found["sets"] if row["theta"] is not None}
    rows = [[c, names.get(c, ""), *(f"{of[s]:.2f}" for of in theta.values())] for s, c in enumerate(found["sectors"])]
    print_table(["sector", "", *(read_set(name).name for name in theta)], rows)
    for row in found["sets"]:
        where = ", ".join(text for text in (row["table"], row["column"]) if text)
        print(f"{row['name']}: {row['paper']} {where}{'' if row['read'] else ' (not checked by us against the paper)'}")
    print(
        f"Draws (--draws) spread by {found['spread']} in logs with correlation {found['common']} between sectors: "
        "what the sets show."
    )
