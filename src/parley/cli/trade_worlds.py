"""`parley trade worlds` and `parley trade elasticities`: what an answer is computed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import JSON_HELP, print_json, print_table

WORLD_HELP = "a packaged dataset, or the path of your own file or folder"


def mine(name: str | None) -> str | None:
    """A path given on the command line is from here; one in a scenario is from beside it."""
    return str(Path(name).absolute()) if name and Path(name).exists() else name


def worlds_command(
    world: Annotated[str | None, typer.Argument(help=WORLD_HELP + ": its accounts, checked")] = None,
    elasticities: Annotated[str | None, typer.Option(help="a set, or the path of your own TOML")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The packaged datasets and what can be read from a file; or one dataset's accounts, checked and by country.

    \b
    Examples:
      parley trade worlds
      parley trade worlds oecd-2022
      parley trade worlds mine.npz --elasticities mine.toml --json
    """
    if world is not None:
        found = _accounts(world, elasticities)
        print_json(found) if as_json else _show_accounts(found)
        return
    from parley.world.read import manifest, read_world, worlds
    from parley.world.tabular_input import FILE_WORLDS

    held = []
    for name in worlds():
        made, entry = read_world(name, links=True), manifest()[f"{name}.npz"]
        size = {"countries": len(made.countries), "sectors": len(made.sectors), "links": made.has_links}
        held.append({"name": name, "year": made.year, **size, "source": entry["source"], "note": entry["note"]})
    if as_json:
        print_json({"worlds": held, "from_file": [{"name": n, "layout": text} for n, text in FILE_WORLDS.items()]})
        return
    rows = [[w["name"], str(w["year"]), str(w["countries"]), str(w["sectors"])] for w in held]
    print_table(["dataset", "year", "economies", "sectors"], rows)
    for one in held:
        print(f"{one['name']}: {one['source']}. {one['note']}")
    print("From your own file (give its path in place of a dataset name):")
    for name, layout in FILE_WORLDS.items():
        print(f"{name}: {layout}.")


def _accounts(name: str, elasticities: str | None) -> dict[str, Any]:
    """A world's accounts by country, with the links that it has or can be given."""
    from parley.trade.indicators import gains_from_trade
    from parley.world.read import read_world, worlds

    plain = read_world(name, elasticities)
    world = plain.with_links() if plain.name in worlds() else plain
    base, gains = plain.base, gains_from_trade(plain.without_links())
    rows = {
        c: {
            "income": base.income[n],
            "deficit_pct": 100 * base.D[n] / base.income[n],
            "duties_pct_imports": _ratio(base.revenue[n], _imports(plain)[n]),
            "gains_from_trade_pct": 100 * gains[n],
        }
        for n, c in enumerate(world.countries)
    }
    if world.has_links:
        linked = 100 * gains_from_trade(world)
        for n, c in enumerate(world.countries):
            rows[c]["gains_with_links_pct"] = linked[n]
    report = world.links
    if report is not None:
        for c, found in report.by_country().items():
            rows[c] |= {"materials_moved_pct": found["moved_pct"], "cells_repaired": found["repaired"]}
    return {
        "name": world.name,
        "year": world.year,
        "countries": len(world.countries),
        "sectors": list(world.sectors),
        "links": world.has_links,
        "at_rest": world.at_rest,
        "elasticities": world.elasticities,
        "theta": world.theta,
        "empty_own_cells": len(world.empty_own_cells),
        "notes": list(world.notes),
        "accounts": rows,
    }


def _imports(world: Any) -> Any:
    import numpy as np

    value = (world.X / (1 + world.t)).sum(axis=2)
    np.fill_diagonal(value, 0.0)
    return value.sum(axis=1)


def _ratio(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole > 0 else None


def _show_accounts(found: dict[str, Any]) -> None:
    headers = {"deficit_pct": "deficit, % of income", "duties_pct_imports": "duties, % of imports",
               "gains_from_trade_pct": "gains from trade %", "gains_with_links_pct": "with links %",
               "materials_moved_pct": "materials moved %"}  # fmt: skip
    shown = [key for key in headers if key in next(iter(found["accounts"].values()))]
    rows = [
        [c, f"{row['income']:,.0f}", *("–" if row[key] is None else f"{row[key]:.2f}" for key in shown)]
        for c, row in found["accounts"].items()
    ]
    note = (
        f"{found['countries']} economies × {len(found['sectors'])} sectors; elasticities {found['elasticities']}; "
        f"{'with' if found['links'] else 'without'} input-output links; {found['empty_own_cells']} cells without own goods. "
        + " ".join(f"{text}." for text in found["notes"])
    )
    print_table(
        ["", "income", *(headers[key] for key in shown)], rows, title=f"{found['name']}: the accounts hold", note=note
    )


def elasticities_command(
    world: Annotated[str, typer.Option(help="the dataset whose sectors are shown: a name or a path")] = "oecd-2022",
    sets: Annotated[list[str] | None, typer.Option("--set", help="a set of yours by path; may be repeated")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The published sets of trade elasticities, each with its paper; headlines are ranges over all of them.

    \b
    Examples:
      parley trade elasticities --json
      parley trade elasticities --set mine.toml
    """
    from parley.trade.draws import published_spread
    from parley.world.elasticity import covers, elasticity_sets, read_elasticities, read_set
    from parley.world.read import read_world, sector_names, worlds

    held = read_world(world, "U4")
    named = {name: read_set(name) for name in (*elasticity_sets(), *(sets or ()))}
    theta = {name: read_elasticities(name, held) for name in named if covers(name, held.sectors)}
    spread, common = published_spread()
    if as_json:
        rows = [
            {"name": n, "paper": s.paper, "table": s.table, "column": s.column, "concordance": s.concordance,
             "read": s.read, "theta": theta.get(n),
             "reason": None if n in theta else f"it lacks some of the sectors of {held.name}"}
            for n, s in named.items()
        ]  # fmt: skip
        print_json({"sectors": list(held.sectors), "sets": rows, "spread": spread, "common": common})
        return
    names = sector_names(world) if world in worlds() else {}
    rows = [[c, names.get(c, ""), *(f"{theta[n][s]:.2f}" for n in theta)] for s, c in enumerate(held.sectors)]
    print_table(["sector", "", *(named[n].name for n in theta)], rows)
    for name, found in named.items():
        where = ", ".join(text for text in (found.table, found.column) if text)
        print(f"{name}: {found.paper} {where}{'' if found.read else ' (not checked by us against the paper)'}")
    print(f"Draws (--draws) spread by {spread} in logs with correlation {common} between sectors: what the sets show.")
