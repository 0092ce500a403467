"""`parley trade`: what the rates do to trade, prices, wages, revenue and welfare, here and in third countries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, percent, print_json, print_table
from parley.cli.trade_decompose import decompose_command
from parley.cli.trade_files import progress, write_trade
from parley.cli.trade_sweep import sweep_command
from parley.cli.trade_worlds import WORLD_HELP, elasticities_command, mine, worlds_command
from parley.trade.headline import headlines

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)

RATES_HELP = "your own new rates in place of the law: a .csv with buyer, seller, sector, rate (a fraction; * is all)"
OUT_HELP = "folder for trade.json, trade-countries.csv and, with draws, trade-draws.csv and trade-draws.svg"


@app.command()
def solve(
    scenario: Annotated[Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one")] = None,
    model: Annotated[str | None, typer.Option(help="model of trade; default: the scenario's, or armington")] = None,
    elasticities: Annotated[str | None, typer.Option(help="elasticity set; default: the scenario's, or U4")] = None,
    deficits: Annotated[str | None, typer.Option(help="world_share, balanced or nominal")] = None,
    revenue: Annotated[str | None, typer.Option(help="lump_sum, tax_relief or wasted")] = None,
    labour_supply: Annotated[float | None, typer.Option(help="elasticity of hours; default: 0")] = None,
    tax_rate: Annotated[float | None, typer.Option(help="tax on labour income before, percent")] = None,
    numeraire: Annotated[str | None, typer.Option(help="a country whose wage is 1; default: world labour")] = None,
    on: Annotated[str | None, typer.Option(help="answer for this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    world: Annotated[str | None, typer.Option(help=WORLD_HELP)] = None,
    rates: Annotated[Path | None, typer.Option(help=RATES_HELP)] = None,
    ranges: Annotated[bool, typer.Option("--ranges/--no-ranges", help="also solve under every published set")] = True,
    draws: Annotated[int, typer.Option(help="log-normal draws of the elasticities around the set")] = 0,
    seed: Annotated[int, typer.Option(help="of the draws")] = 0,
    spread: Annotated[
        float | None, typer.Option(help="of log elasticities; default: that of the published sets")
    ] = None,
    common: Annotated[float | None, typer.Option(help="correlation between sectors; default: the sets'")] = None,
    out: Annotated[Path | None, typer.Option(help=OUT_HELP)] = None,
    every: Annotated[bool, typer.Option("--all", help="print all countries, not the most affected alone")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What the duties of a day do, country by country, against the law of the baseline day; with the residual.

    \b
    Examples:
      parley trade solve
      parley trade solve examples/us-china-2025-05-02.toml --elasticities CP
      parley trade solve --drop ieepa_fentanyl@2025-05-02 --json
      parley trade solve --draws 200 --out out
      parley trade solve --revenue tax_relief --labour-supply 0.5 --tax-rate 30
      parley trade solve --world mine.npz --rates new-rates.csv --elasticities mine.toml
    """
    from parley.scenario.scenario import read_scenario, what_if, with_days
    from parley.scenario.trade import solve_scenario
    from parley.trade.draws import draws_of

    question = what_if(with_days(read_scenario(scenario), on, known), drop or (), [str(p) for p in add or ()])
    named = {"model": model, "elasticities": mine(elasticities), "deficits": deficits}
    named |= {"revenue": revenue, "labour_supply": labour_supply, "numeraire": numeraire}
    named |= {"tax_rate": None if tax_rate is None else tax_rate / 100}
    named |= {"world": mine(world), "rates": mine(str(rates)) if rates else None}
    question = question.replaced(**{key: value for key, value in named.items() if value is not None})
    if world and not elasticities:  # a world of one's own has its own, or takes the default set
        question = question.replaced(elasticities="")
    drawn = draws_of(draws, seed, spread, common) if draws else None
    answer = solve_scenario(question, ranges=ranges, draws=drawn, tell=progress())
    files = write_trade(answer, out) if out else []
    if as_json:
        print_json(answer)
    else:
        _show(answer, question.parties, every)
        for path in files:
            print(path)


def _show(answer: dict[str, Any], parties: tuple[str, ...], every: bool) -> None:
    from parley.scenario.clocks import in_words

    countries, spread, draws = answer["countries"], answer["range"], answer["draws"]
    most = answer["most_affected"]
    rows = (
        list(countries) if every else [*(p for p in parties if p in countries), *most["gain"], *reversed(most["lose"])]
    )
    headers = ["", *(row.heading for row in headlines())] + (["welfare over sets"] if spread else [])
    headers += ["welfare over draws, 5 % … 95 %"] if draws else []
    lines = [
        [c, *(_number(countries[c][row.name]) for row in headlines()), *_range(spread, c), *_draws(draws, c)]
        for c in dict.fromkeys(rows)
    ]
    title = (
        f"{answer['model']} on {answer['world']}, elasticities {answer['elasticities']}, against {answer['against']}"
    )
    note = (
        f"Residual {answer['residual']:.1e}, {answer['passes']} passes, {1000 * answer['seconds']:.0f} ms. "
        f"Deficits: {answer['deficits']}; revenue: {answer['revenue']}."
    )
    if draws:
        note += (
            f" {draws['count']} draws (seed {draws['seed']}) around {draws['around']}, spread {draws['spread']} in logs, "
            f"correlation {draws['common']} between sectors."
        )
    print_table(headers, lines, title=title, note=f"{in_words(answer)} {note}")


def _draws(draws: dict[str, Any] | None, country: str) -> list[str]:
    if not draws:
        return []
    found = draws["quantiles"][country]["welfare_pct"]
    return [f"{found['p50']:.2f} ({found['p05']:.2f} … {found['p95']:.2f})"]


def _number(value: float) -> str:
    return f"{value:.2f}" if value == value else "–"


def _range(spread: dict[str, Any], country: str) -> list[str]:
    """One cell: low … high, marked where the sets disagree about the sign. No cell without ranges."""
    if not spread:
        return []
    found = spread[country]["welfare_pct"]
    return [f"{found['low']:.2f} … {found['high']:.2f}" + (" sign differs" if found["sign_differs"] else "")]


@app.command("partial")
def partial_command(
    product: Annotated[str | None, typer.Argument(help="a tariff line; or give --value, --before and --after")] = None,
    destination: Annotated[str, typer.Option(help="who levies")] = "USA",
    origin: Annotated[str | None, typer.Option(help="print this origin alone; all still compete")] = None,
    since: Annotated[str, typer.Option(help="day of the old rates")] = "2025-01-01",
    on: Annotated[str, typer.Option(help="day of the new rates")] = "2025-05-02",
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    value: Annotated[float | None, typer.Option(help="imports before duty, any money")] = None,
    before: Annotated[float | None, typer.Option(help="old rate, percent")] = None,
    after: Annotated[float | None, typer.Option(help="new rate, percent")] = None,
    demand: Annotated[float | None, typer.Option(help="elasticity of demand for the product, without a sign")] = None,
    substitution: Annotated[float | None, typer.Option(help="elasticity of substitution between origins")] = None,
    supply: Annotated[float | None, typer.Option(help="elasticity of each origin's supply")] = None,
    pass_through: Annotated[float | None, typer.Option(help="instead of supply: share of the duty paid here")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What a duty on one product does to its prices, imports, revenue and surplus; nothing else in the economy moves.

    The elasticities are yours: none is assumed. With a tariff line, values by origin are the imports of 2024 and rates
    those of the law on two days; origins whose rate is not known as a fraction are left out and named.

    \b
    Examples:
      parley trade partial --value 100 --before 0 --after 25 --demand 1.5 --supply 4
      parley trade partial 9503.00.00.73 --demand 1.2 --substitution 4 --pass-through 0.9
    """
    from parley.trade.partial import market_of, solve_product, supply_of

    needed = {"demand": demand, "supply or --pass-through": supply or pass_through}
    if product is None:
        _refuse_missing(needed | {"value": value, "before": before, "after": after})
        names, left_out = ["all"], []
        values, old, new = [value or 0.0], [(before or 0.0) / 100], [(after or 0.0) / 100]
    else:
        _refuse_missing(needed | {"substitution": substitution})
        names, left_out, (values, old, new) = _line(product, destination, since, on, known)
    slope = demand or 0.0
    elasticities = {
        "demand": slope,
        "substitution": substitution or slope,
        "supply": supply or supply_of(pass_through or 0.0, slope),
    }
    found = solve_product(market_of(names, values, old, new, **elasticities))
    answer = _partial_clocks(product, destination, on, known) | _partial_answer(found, product, destination, left_out)
    if origin is not None:
        answer["origins"] = [row for row in answer["origins"] if row["origin"] == origin.upper()]
    if as_json:
        print_json(answer)
    else:
        _show_partial(answer)


def _partial_clocks(product: str | None, destination: str, on: str, known: str | None) -> dict[str, Any]:
    """The clocks of the law behind a line's rates; none for rates of the user's own."""
    from parley.codes import country
    from parley.law.answers import asked_clocks
    from parley.law.beyond import read_to
    from parley.law.regime import Regime, measures_folder
    from parley.scenario.clocks import NO_CLOCKS

    if product is None:
        return dict(NO_CLOCKS)
    return asked_clocks(Regime((), reached=read_to(measures_folder())), country(destination), on, known)


def _refuse_missing(needed: dict[str, Any]) -> None:
    from parley.errors import InputError

    missing = [name for name, number in needed.items() if number is None]
    if missing:
        raise InputError("trade partial", f"--{missing[0]} is missing", "a number: parley assumes no elasticity")


def _line(product: str, destination: str, since: str, on: str, known: str | None):
    """(origins, [(origin, reason)] left out, (values, old rates, new rates)) of a tariff line that has imports."""
    from parley.codes import country, day
    from parley.codes import product as code_of
    from parley.errors import InputError
    from parley.law.regime import read_regime
    from parley.law.trade_weights import FILES, read_weights

    code, levier = code_of(product, "trade partial"), country(destination, "--destination")
    if levier not in FILES:
        raise InputError("--destination", f"no imports by line of {levier} are packaged", ", ".join(FILES))
    weights, regime = read_weights(levier), read_regime()
    values = weights.matrix([code], weights.partners)[0]
    names, left_out, rows = [], [], []
    for partner, imports in zip(weights.partners, values, strict=True):
        if not imports > 0:
            continue
        asked = (code, partner, levier)
        rates = [
            regime.rate(*asked, day(d, "day"), known=day(known, "--known") if known else None) for d in (since, on)
        ]
        if None in rates:
            left_out.append(str(partner))
            continue
        names.append(str(partner))
        rows.append((float(imports), *rates))
    if not names:
        raise InputError(f"trade partial {product}", "no imports with a known rate", "a line with imports in 2024")
    return names, left_out, tuple(zip(*rows, strict=True))


def _partial_answer(found: Any, product: str | None, destination: str, left_out: list[str]) -> dict[str, Any]:
    """The outcome as the JSON of the command: fractions; money as given."""
    market = found.market
    columns = {
        "origin": market.origins,
        "imports": market.value,
        "before": market.before,
        "after": market.after,
        "buyer_price_change": found.price_hat - 1,
        "seller_price_change": found.seller_hat - 1,
        "pass_through": found.pass_through,
        "quantity_change": found.quantity_hat - 1,
        "imports_change": found.value_hat - 1,
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return {
        "product": product,
        "destination": destination if product else None,
        "origins": sorted(rows, key=lambda row: -row["imports"]),
        "price_change": found.composite_hat - 1,
        "buyers": found.buyers,
        "revenue": found.revenue,
        "welfare": found.welfare,
        "sellers": found.sellers,
        "elasticities": {k: getattr(market, k) for k in ("demand", "substitution", "supply")},
        "residual": found.residual,
        "left_out": left_out,
    }


def _show_partial(answer: dict[str, Any], most: int = 12) -> None:
    headers = [
        "",
        "imports",
        "rate before %",
        "after %",
        "buyer's price %",
        "seller's %",
        "pass-through %",
        "imports %",
    ]
    keys = ("before", "after", "buyer_price_change", "seller_price_change", "pass_through", "imports_change")
    unit = 1e6 if answer["product"] else 1.0
    headers[1] = "imports, USD m" if answer["product"] else "imports"
    rows = [
        [row["origin"], f"{row['imports'] / unit:,.1f}", *(percent(float(row[key])) for key in keys)]
        for row in answer["origins"][:most]
    ]
    note = (
        f"Price of the product {100 * answer['price_change']:+.1f} %. Buyers {answer['buyers'] / unit:+,.1f}, duties "
        f"{answer['revenue'] / unit:+,.1f}, together {answer['welfare'] / unit:+,.1f}; foreign sellers "
        f"{answer['sellers'] / unit:+,.1f} (as imports are counted)."
    )
    if answer["left_out"]:
        note += f" Left out, rate not known as a fraction: {', '.join(answer['left_out'])}."
    print_table(headers, rows, title=f"{answer['product'] or 'one product'}: partial equilibrium", note=note)


app.command("decompose")(decompose_command)
app.command("sweep")(sweep_command)
app.command("worlds")(worlds_command)
app.command("elasticities")(elasticities_command)
