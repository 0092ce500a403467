"""`parley trade worlds` and `parley trade elasticities`: what an answer is computed on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.output import JSON_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from parley.trade.answers import AccountsAnswer
    from parley.world.answers import ElasticitiesAnswer, WorldsAnswer

WORLD_HELP = "a packaged world, or the path of a file or folder of yours"


def mine(name: str | None) -> str | None:
    """A path given on the command line is from here; one in a scenario is from beside it."""
    return str(Path(name).absolute()) if name and Path(name).exists() else name


@answers("parley.world.answers:WorldsAnswer", "parley.trade.answers:AccountsAnswer")
def worlds_command(
    world: Annotated[str | None, typer.Argument(help=WORLD_HELP + ": its accounts, checked")] = None,
    elasticities: Annotated[str | None, typer.Option(help="a set, or the path of your own TOML")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The packaged worlds and what can be read from a file; or one world's accounts, checked and by country.

    \b
    Examples:
      parley trade worlds
      parley trade worlds oecd-2022
      parley trade worlds mine.npz --elasticities mine.toml --json
    """
    if world is not None:
        from parley.trade.world_accounts import accounts_answer

        found = accounts_answer(world, elasticities)
        print_json(found) if as_json else _show_accounts(found)
        return
    from parley.world.catalogue import worlds_answer

    held = worlds_answer()
    print_json(held) if as_json else _show_worlds(held)


def _show_worlds(found: WorldsAnswer) -> None:
    rows = [[w["name"], str(w["year"]), str(w["countries"]), str(w["sectors"])] for w in found["worlds"]]
    print_table(["world", "year", "economies", "sectors"], rows)
    for one in found["worlds"]:
        print(f"{one['name']}: {one['source']}. {one['note']}")
    print("From a file of yours (a path where a world is asked for):")
    for one in found["from_file"]:
        print(f"{one['name']}: {one['layout']}.")


def _show_accounts(found: AccountsAnswer) -> None:
    headers = {"deficit_pct": "deficit, % of income", "duties_pct_imports": "duties, % of imports",
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
        + " ".join(f"{text}." for text in found["notes"])
    )
    print_table(
        ["", "income", *(headers[key] for key in shown)], rows, title=f"{found['name']}: the accounts hold", note=note
    )


@answers("parley.world.answers:ElasticitiesAnswer")
def elasticities_command(
    world: Annotated[str, typer.Option(help="the world whose sectors are shown: a name or a path")] = "oecd-2022",
    sets: Annotated[list[str] | None, typer.Option("--set", help="a set of yours by path; may be repeated")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The published sets of trade elasticities, each with its paper; headlines are ranges over all of them.

    \b
    Examples:
      parley trade elasticities --json
      parley trade elasticities --set mine.toml
    """
    from parley.world.catalogue import elasticities_answer

    found = elasticities_answer(world, sets or ())
    print_json(found) if as_json else _show_sets(found, world)


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
