"""`parley law water`: goods on the water, by in-transit rule: what a loading date saved, and what a missing one may cost."""

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
from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from parley.law.shipments.in_transit import Water


@answers("parley.law.answers_files:WaterAnswer")
def water_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[Path | None, typer.Option(help="a CSV with a row for each in-transit rule")] = None,
    lines: Annotated[
        Path | None, typer.Option(help="a CSV of every line that a rule decides, or would with a loading date")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="rows without a duty, and why; default: LINES.rejects.csv, else OUT.rejects.csv, if any"),
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
    on: Annotated[str | None, typer.Option(help="one day of entry for every row")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    dates: Annotated[str, typer.Option(help=DATES_HELP)] = "iso",
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    scenario: Annotated[Path | None, typer.Option(help=SCENARIO_HELP)] = None,
    option: Annotated[str, typer.Option(help=OPTION_HELP)] = "",
    threads: Annotated[int, typer.Option(min=0, help="0: all cores")] = 0,
    memory: Annotated[str, typer.Option(help="what the engine may use")] = "1GB",
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Goods in transit: the lines that each act's in-transit rule exempts, and the dollars at stake.

    It also lists lines without a loading date and lines that entered too late. Rows without a duty are counted by reason.

    Examples: parley law water shipments.csv --out rules.csv --lines lines.csv ·
    parley law water shipments.csv --column loaded='On Board Date' --dates us --lines lines.csv ·
    parley law water 'entries/*.parquet' --json
    """
    from dataclasses import replace

    from parley.cli.law_duties import law_asked, progress_of
    from parley.law.answers_files import water_answer
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.in_transit import water
    from parley.law.shipments.run import Options

    asked = Options(columns=read_mapping(column or []), destination=destination, on=on, known=known, dates=dates,
                    threads=threads, memory=memory)  # fmt: skip
    law, asked, notes = law_asked(asked, scenario, option, drop or [], add or [])
    said = read_file_options(layout, decimal, rate or (), currency_rates, sheet, encoding)
    with engine_files(files, asked, said) as (paths, engine, read):
        found = water(
            paths, out, lines=lines, rejects=rejects, regime=law, options=engine, progress=progress_of("water")
        )
    found = replace(found, notes=(*read.notes, *found.notes, *notes))
    if json:
        print_json(water_answer(found, asked))
    else:
        show_water(found)


def show_water(found: Water) -> None:
    """The rules that touch some line, and what to bear in mind."""
    print(f"{found.rows:,} rows, {found.rejected:,} without a duty; in-transit rules saved {found.duty_saved:,.2f}")
    print(f"{found.undated_lines:,} lines without a loading date would pay {found.undated_saving:,.2f} less if an early one were "
          f"shown; entered too late: {found.late_missed:,.2f}")  # fmt: skip
    heads = ["act", "loaded before", "entry before", "saved", "could save", "too late"]
    touched = [r for r in found.rules if r["relieved_lines"] or r["could_save_lines"] or r["late_lines"]]
    rows = [[r["act"], f"{'exported ' * (r['claim'] == 'exported')}{r['loaded_before']}", str(r["entered_before"]),
             *(f"{r[dollars]:,.2f}" for dollars in ("duty_saved", "could_save", "late_missed"))] for r in touched]  # fmt: skip
    untouched = len(found.rules) - len(touched)
    print_table(
        heads, rows, note=f"dollars; {untouched} other in-transit rules touch no line; lines and values: --out, --json"
    )
    for r in touched:
        print(f"{r['act']}: {r['sources']}")
    _show_reasons("why there is no duty, and no rule is asked", "rows", found.by_reason)
    _show_reasons("why some rule is not answered: on the day it asks about", "lines", found.unanswered)
    written = [f"written: {p}" for p in (found.out, found.lines) if p]
    for text in (*written, *([f"rejects: {found.rejects}"] if found.rejects else []), *found.notes):
        print(text)


def _show_reasons(head: str, counted: str, reasons: dict[str, int]) -> None:
    if reasons:
        print_table([head, counted], [[n, f"{c:,}"] for n, c in sorted(reasons.items(), key=lambda x: -x[1])])
