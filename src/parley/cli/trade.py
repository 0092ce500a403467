"""`parley trade`: what the rates do to trade, prices, wages, revenue and welfare, here and in third countries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, print_json, print_table

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)

COLUMNS = (
    ("welfare %", "welfare_pct"),
    ("real wage %", "real_wage_pct"),
    ("terms of trade %", "terms_of_trade_pct"),
    ("exports %", "exports_pct"),
    ("imports %", "imports_pct"),
    ("duties, % of GDP", "tariff_revenue_pct_gdp"),
)


@app.command()
def solve(
    scenario: Annotated[Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one")] = None,
    model: Annotated[str | None, typer.Option(help="model of trade; default: the scenario's, or armington")] = None,
    elasticities: Annotated[str | None, typer.Option(help="elasticity set; default: the scenario's, or U4")] = None,
    deficits: Annotated[str | None, typer.Option(help="world_share, balanced or nominal")] = None,
    on: Annotated[str | None, typer.Option(help="answer for this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    ranges: Annotated[bool, typer.Option("--ranges/--no-ranges", help="also solve under every published set")] = True,
    every: Annotated[bool, typer.Option("--all", help="print all countries, not the most affected alone")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What the duties of a day do, country by country, against the law of the baseline day; with the residual.

    \b
    Examples:
      parley trade solve
      parley trade solve examples/us-china-2025-05-02.toml --elasticities CP
      parley trade solve --drop ieepa_fentanyl@2025-05-02 --json
    """
    from parley.scenario.scenario import read_scenario, what_if, with_days
    from parley.scenario.trade import solve_scenario

    question = what_if(with_days(read_scenario(scenario), on, known), drop or (), [str(p) for p in add or ()])
    named = {"model": model, "elasticities": elasticities, "deficits": deficits}
    question = question.replaced(**{key: value for key, value in named.items() if value})
    answer = solve_scenario(question, ranges=ranges)
    if as_json:
        print_json(answer)
    else:
        _show(answer, question.parties, every)


def _show(answer: dict[str, Any], parties: tuple[str, ...], every: bool) -> None:
    countries, spread = answer["countries"], answer["range"]
    most = answer["most_affected"]
    rows = list(countries) if every else [*parties, *most["gain"], *reversed(most["lose"])]
    headers = ["", *(header for header, _ in COLUMNS)] + (["welfare over sets"] if spread else [])
    lines = [[c, *(_number(countries[c][key]) for _, key in COLUMNS), *_range(spread, c)] for c in rows]
    title = (
        f"{answer['model']} on {answer['world']}, elasticities {answer['elasticities']}, against {answer['against']}"
    )
    note = (
        f"Residual {answer['residual']:.1e}, {answer['passes']} passes, {1000 * answer['seconds']:.0f} ms. "
        f"Deficits: {answer['deficits']}; revenue: {answer['revenue']}."
    )
    print_table(headers, lines, title=title, note=note)


def _number(value: float) -> str:
    return f"{value:.2f}" if value == value else "–"


def _range(spread: dict[str, Any], country: str) -> list[str]:
    """One cell: low … high, marked where the sets disagree about the sign. No cell without ranges."""
    if not spread:
        return []
    found = spread[country]["welfare_pct"]
    return [f"{found['low']:.2f} … {found['high']:.2f}" + (" sign differs" if found["sign_differs"] else "")]


@app.command("worlds")
def worlds_command(as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """The packaged worlds: size, year, and what they are made of.

    \b
    Example:
      parley trade worlds
    """
    from parley.world.read import manifest, read_world, worlds

    found = []
    for name in worlds():
        world, entry = read_world(name), manifest()[f"{name}.npz"]
        size = {"countries": len(world.countries), "sectors": len(world.sectors), "links": world.has_links}
        found.append({"name": name, "year": world.year, **size, "source": entry["source"], "note": entry["note"]})
    if as_json:
        print_json({"worlds": found})
        return
    rows = [[w["name"], str(w["year"]), str(w["countries"]), str(w["sectors"])] for w in found]
    print_table(["world", "year", "economies", "sectors"], rows)
    for held in found:
        print(f"{held['name']}: {held['source']}. {held['note']}")


@app.command("elasticities")
def elasticities_command(
    world: Annotated[str, typer.Option(help="the world whose sectors are shown")] = "oecd-2022",
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The published sets of trade elasticities, each with its paper; headlines are ranges over all of them.

    \b
    Example:
      parley trade elasticities --json
    """
    from parley.world.elasticity import elasticity_sets, read_elasticities, read_set
    from parley.world.read import read_world, sector_names

    sets = {name: read_set(name) for name in elasticity_sets()}
    held = read_world(world)
    theta = {name: read_elasticities(name, held) for name in sets}
    if as_json:
        print_json(
            {
                "sectors": list(held.sectors),
                "sets": [
                    {"name": n, "paper": s.paper, "table": s.table, "read": s.read, "theta": theta[n]}
                    for n, s in sets.items()
                ],
            }
        )
        return
    names = sector_names(world)
    rows = [[c, names[c], *(f"{theta[n][s]:.2f}" for n in sets)] for s, c in enumerate(held.sectors)]
    print_table(["sector", "", *sets], rows)
    for name, found in sets.items():
        print(f"{name}: {found.paper} {found.table}{'' if found.read else ' (table not checked by us)'}")
