"""`parley law cheapest`: what each product of a file would pay from each origin, and where least."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.file_options import (
    COLUMN_HELP,
    CURRENCY_RATES_HELP,
    DATES_HELP,
    DECIMAL_HELP,
    ENCODING_HELP,
    FILES_HELP,
    LAYOUT_HELP,
    RATE_HELP,
    SHEET_HELP,
    read_file_options,
)
from parley.cli.law_duties import OPTION_HELP, SCENARIO_HELP
from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, percent, print_json, print_table

if TYPE_CHECKING:
    from parley.law.shipments.origin_comparison import Cheapest

SHOWN = 4  # origins of a tie that a table shows


@answers("parley.law.answers_files:CheapestAnswer")
def cheapest_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[Path | None, typer.Option(help="a CSV with a row for each product")] = None,
    rates: Annotated[Path | None, typer.Option(help="a CSV with a row for each product from each origin")] = None,
    origins: Annotated[str, typer.Option(help="file (those that occur in it); all; or codes: CHN,VNM,MEX")] = "file",
    on: Annotated[str | None, typer.Option(help="one day of entry for every row; default: the file's own days")] = None,
    claim: Annotated[
        list[str] | None, typer.Option(help="made for every candidate origin: NAME=VALUE, such as usmca=true")
    ] = None,
    column: Annotated[list[str] | None, typer.Option("--column", "--columns", help=COLUMN_HELP)] = None,
    layout: Annotated[Path | None, typer.Option(help=LAYOUT_HELP)] = None,
    decimal: Annotated[str | None, typer.Option(help=DECIMAL_HELP)] = None,
    rate: Annotated[list[str] | None, typer.Option(help=RATE_HELP)] = None,
    currency_rates: Annotated[Path | None, typer.Option(help=CURRENCY_RATES_HELP)] = None,
    sheet: Annotated[str | None, typer.Option(help=SHEET_HELP)] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING_HELP)] = None,
    destination: Annotated[
        str | None, typer.Option(help="importing country, where the file does not say; default USA")
    ] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    dates: Annotated[str, typer.Option(help=DATES_HELP)] = "iso",
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    scenario: Annotated[Path | None, typer.Option(help=SCENARIO_HELP)] = None,
    option: Annotated[str, typer.Option(help=OPTION_HELP)] = "",
    top: Annotated[
        int, typer.Option(min=0, max=1000, help="how many products to show, those that save most first")
    ] = 10,
    threads: Annotated[int, typer.Option(min=0, help="0: all cores")] = 0,
    memory: Annotated[str, typer.Option(help="what the engine may use")] = "1GB",
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What each product of a file would pay from each origin on the file's own days, and which origins are cheapest.

    Origin is a legal fact (where goods were last substantially transformed), not a choice, and prices differ by origin.
    So this is no sourcing plan. A duty by quantity is at the file's average quantity per dollar; without one it is empty.

    Examples: parley law cheapest shipments.csv --out products.csv --rates rates.csv ·
    parley law cheapest shipments.csv --origins CHN,VNM,MEX --on 2025-05-02 --claim usmca=true ·
    parley law cheapest 'entries/*.parquet' --origins all --out products.csv --top 20
    """
    from parley.cli.law_duties import law_asked, progress_of
    from parley.law.answers_files import cheapest_answer
    from parley.law.entry_claims import read_stated
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.origin_comparison import cheapest
    from parley.law.shipments.run import Options

    asked = Options(columns=read_mapping(column or []), destination=destination, known=known, on=on, dates=dates,
                    threads=threads, memory=memory)  # fmt: skip
    law, asked, notes = law_asked(asked, scenario, option, drop or [], add or [])
    said = read_file_options(layout, decimal, rate or (), currency_rates, sheet, encoding)
    with engine_files(files, asked, said) as (paths, engine, read):
        found = cheapest(paths, out, rates=rates, origins=origins, claims=read_stated(claim or ()), regime=law,
                         options=engine, top=top, progress=progress_of("cheapest"))  # fmt: skip
        notes = (*read.notes, *notes)
    if json:
        print_json(cheapest_answer(found, asked, notes))
    else:
        show_cheapest(found, notes)


def show_cheapest(found: Cheapest, notes: tuple[str, ...]) -> None:
    """The products that would save most, then what to bear in mind."""
    print(
        f"{found.products:,} products in {found.rows:,} rows ({found.rejected:,} without a duty); {found.answered:,} with an answer"
    )
    print(
        f"duty now {found.duty_now:,.2f} on {found.value:,.2f}; if each moved to its cheapest origin: {found.saving:,.2f} less"
    )
    table = [[r["product"], r["origins_now"], f"{r['value']:,.2f}", percent(r["rate_now"]), _few(r["cheapest"]),
              percent(r["cheapest_rate"]), _money(r["saving"])] for r in found.top]  # fmt: skip
    heads = ["product", "from now", "value", "% now", "cheapest", "% there", "saving"]
    asked = ", ".join(found.candidates) if len(found.candidates) <= 30 else f"{len(found.candidates)}"
    print_table(heads, table, note=f"candidate origins: {asked}")
    written = [f"written: {path}" for path in (found.out, found.rates) if path]
    for text in (*written, *found.notes, *notes):
        print(text)


def _few(names: str | None) -> str:
    every = (names or "–").split(";")
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")


def _money(dollars: float | None) -> str:
    return "–" if dollars is None else f"{dollars:,.2f}"
