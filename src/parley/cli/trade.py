"""`parley trade`: what the rates do to trade, prices, wages, revenue and welfare, here and in third countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, percent, print_json, print_table
from parley.cli.trade_backtest import backtest_command
from parley.cli.trade_decompose import decompose_command
from parley.cli.trade_files import progress, write_trade
from parley.cli.trade_first import show_first_asked
from parley.cli.trade_sweep import sweep_command
from parley.cli.trade_worlds import elasticities_command, mine, worlds_command
from parley.scenario import questions
from parley.trade.answers import headlines
from parley.trade.questions import Partial

if TYPE_CHECKING:
    from parley.scenario.answers import (
        BuyerResponse,
        PartialAnswer,
        Ranges,
        RatesAnswer,
        ResponseAnswer,
        SolveAnswer,
    )
    from parley.trade.answers import DrawsAnswer, OriginOutcome

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
BESIDE = {"statutory": "by statute", "with_links": "with links", "without_links": "without links"}
OUT_HELP = "folder for trade.json, trade-countries.csv and, with draws, trade-draws.csv and trade-draws.svg"


@app.command()
@answers(
    "parley.scenario.answers:SolveAnswer",
    "parley.scenario.answers:RatesAnswer",
    "parley.scenario.answers:ResponseAnswer",
)
@asks(questions.Solve)
def solve(
    asked: questions.Solve,
    out: Annotated[Path | None, typer.Option(help=OUT_HELP)] = None,
    every: Annotated[bool, typer.Option("--all", help="print all countries, not the most affected alone")] = False,
    as_json: Json = False,
) -> None:
    """As the question says."""
    from parley.outputs import check_folder
    from parley.scenario.asked_scenario import scenario_of
    from parley.scenario.trade import solve_scenario
    from parley.trade.uncertainty import draws_of

    if out:
        check_folder(out)
    question = scenario_of(replace(asked, world=mine(asked.world), elasticities=mine(asked.elasticities)), "--")
    drawn = draws_of(asked.draws, asked.seed, asked.spread, asked.common) if asked.draws else None
    answer = solve_scenario(
        question,
        ranges=asked.ranges,
        draws=drawn,
        tell=progress(),
        import_growth=asked.import_growth,
        sectors=asked.sector,
    )
    if "countries" not in answer:
        print_json(answer) if as_json else _show_response(answer)
        return
    files = write_trade(answer, out) if out else []
    if as_json:
        print_json(answer)
    else:
        _show(answer, question.parties, every)
        show_first_asked(answer, bool(asked.sector))
        for path in files:
            print(path)


def _show_response(answer: ResponseAnswer) -> None:
    """Import responses of each party, within the year."""
    from parley.scenario.clocks import in_words

    law = _responses(answer["statutory"] or ())
    rows = [
        [*pair, *(["–" if v is None else f"{v:.1f}" for v in ([value, law.get(pair)] if law else [value])])]
        for pair, value in _responses(answer["buyers"]).items()
    ]
    title = f"Imports within a {answer['horizon']}, percent, against {answer['against']}; epsilon {answer['epsilon']}"
    headers = ["buyer", "from", "imports %", *(["by statute %"] if law else [])]
    print_table(headers, rows, title=title, note=f"{in_words(answer)} {answer['says']}")


def _responses(buyers: Sequence[BuyerResponse]) -> dict[tuple[str, str], float | None]:
    """The change of imports by buyer and seller, percent; "all" first."""
    return {
        (b["buyer"], name): value
        for b in buyers
        for name, value in [("all", b["imports_pct"]), *((s["seller"], s["imports_pct"]) for s in b["sellers"])]
    }


def _show(answer: SolveAnswer | RatesAnswer, parties: tuple[str, ...], every: bool) -> None:
    from parley.scenario.clocks import in_words
    from parley.scenario.headline import incomes

    countries: Mapping[str, Mapping[str, object]] = answer["countries"]
    spread, draws = answer["range"], answer["draws"]
    most = answer["most_affected"]
    rows = (
        list(countries) if every else [*(p for p in parties if p in countries), *most["gain"], *reversed(most["lose"])]
    )
    others = {words: found for key, words in BESIDE.items() if (found := answer.get(key))}
    headers = ["", *(row.heading for row in headlines()), *(f"welfare {words}" for words in others)]
    headers += ["welfare over sets: median (range)"] if spread else []
    headers += ["welfare over draws, 5 % … 95 %"] if draws else []
    lines = [
        [
            c,
            *(_number(countries[c][row.name]) for row in headlines()),
            *(_number(found["countries"][c]["welfare_pct"]) for found in others.values()),
            *_range(spread, c),
            *_draws(draws, c),
        ]
        for c in dict.fromkeys(rows)
    ]
    title = (
        f"{answer['model']} on {answer['world']}, elasticities {answer['elasticities']}, horizon {answer['horizon']}, "
        f"against {answer['against']}"
    )
    note = (
        f"Residual {answer['residual']:.1e}, {answer['passes']} passes, {1000 * answer['seconds']:.0f} ms. "
        f"Deficits: {answer['deficits']}; revenue: {answer['revenue']}; capital: {answer['capital']}."
    )
    if answer["assumes"]:
        note += f" Assumed by you: {'; '.join(answer['assumes'])}."
    if answer["range"] and "over_closures" in answer:
        note += f" {incomes(answer, answer['parties'])}"
    if answer["spans"]:
        note += f" Range: {answer['spans']}."
    if draws:
        note += (
            f" {draws['count']} draws (seed {draws['seed']}) around {draws['around']}, spread {draws['spread']} in logs, "
            f"correlation {draws['common']} between sectors: {draws['spans']}."
        )
    print_table(headers, lines, title=title, note=f"{in_words(answer)} {note}")


def _draws(draws: DrawsAnswer | None, country: str) -> list[str]:
    if not draws:
        return []
    found = draws["quantiles"][country]["welfare_pct"]
    return [f"{found['p50']:.2f} ({found['p05']:.2f} … {found['p95']:.2f})"]


def _number(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) and value == value else "–"


def _range(spread: Ranges, country: str) -> list[str]:
    """One cell: median (low … high), marked where the sets disagree about the sign. No cell without ranges."""
    if not spread:
        return []
    found = spread[country]["welfare_pct"]
    ends = f"{found['median']:.2f} ({found['low']:.2f} … {found['high']:.2f})"
    return [ends + (" sign differs" if found["sign_differs"] else "")]


@app.command("partial")
@answers("parley.scenario.answers:PartialAnswer")
@asks(Partial)
def partial_command(asked: Partial, as_json: Json = False) -> None:
    """As the question says."""
    from parley.errors import InputError
    from parley.scenario.partial import Elasticities, partial_of_line, partial_of_numbers
    from parley.trade.partial import supply_of

    if asked.supply is not None and asked.pass_through is not None:
        raise InputError("--supply", "--pass-through too", "one of them: each says how far sellers give way")
    _refuse_missing(_needed(asked))
    slope = asked.demand or 0.0
    gives = supply_of(asked.pass_through or 0.0, slope) if asked.supply is None else asked.supply
    elasticities = Elasticities(slope, slope if asked.substitution is None else asked.substitution, gives)
    if asked.product is None:
        rates = ((asked.before or 0.0) / 100, (asked.after or 0.0) / 100)
        answer = partial_of_numbers(asked.value or 0.0, *rates, elasticities)
    else:
        answer = partial_of_line(asked.product, asked.destination, asked.since, asked.on, asked.known, elasticities)
    if asked.origin is not None:
        answer["origins"] = _of_origin(answer, asked.origin)
    if as_json:
        print_json(answer)
    else:
        _show_partial(answer)


def _needed(asked: Partial) -> dict[str, float | None]:
    """What must be given, by option: the elasticities, and without a line the value and both rates."""
    gives = asked.pass_through if asked.supply is None else asked.supply
    needed = {"demand": asked.demand, "supply or --pass-through": gives}
    if asked.product is not None:
        return needed | {"substitution": asked.substitution}
    return needed | {"value": asked.value, "old-rate": asked.before, "new-rate": asked.after}


def _of_origin(answer: PartialAnswer, origin: str) -> list[OriginOutcome]:
    """The row of one origin. Raises where the product has no such row."""
    from parley.codes import country, name_in_text
    from parley.errors import NoAnswerError

    code = country(origin, "--origin")
    rows = [row for row in answer["origins"] if row["origin"] == code]
    if not rows:
        why = f"no imports from {name_in_text(code)} that pay a known fraction of value"
        raise NoAnswerError(
            "--origin", why, ", ".join(row["origin"] for row in answer["origins"][:8]), "Leave --origin out for all"
        )
    return rows


def _refuse_missing(needed: dict[str, float | None]) -> None:
    from parley.errors import InputError

    missing = [name for name, number in needed.items() if number is None]
    if missing:
        raise InputError(f"--{missing[0]}", "not given", "a number: none is assumed", f"Give --{', --'.join(missing)}")


def _shares(row: OriginOutcome) -> tuple[float | None, ...]:
    """The columns of an origin that are fractions."""
    prices = (row["buyer_price_change"], row["seller_price_change"])
    return (row["before"], row["after"], *prices, row["pass_through"], row["imports_change"])


def _show_partial(answer: PartialAnswer, most: int = 12) -> None:
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
    unit = 1e6 if answer["product"] else 1.0
    headers[1] = "imports, USD m" if answer["product"] else "imports"
    rows = [
        [row["origin"], f"{row['imports'] / unit:,.1f}", *map(percent, _shares(row))]
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


app.command("backtest")(backtest_command)
app.command("decompose")(decompose_command)
app.command("sweep")(sweep_command)
app.command("worlds")(worlds_command)
app.command("elasticities")(elasticities_command)
