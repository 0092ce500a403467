"""`parley law duties`: the duty on every line of a file of shipments, of any size."""

from __future__ import annotations

import time
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
    MONTH_DAY_HELP,
    RATE_HELP,
    SHEET_HELP,
    read_file_options,
)
from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, print_json, print_table
from parley.cli.progress import say

if TYPE_CHECKING:
    from parley.law.regime import Regime
    from parley.law.shipments.run import Options, Progress

ENGINE_HELP = "local (also called duckdb); spark (extra: pip install 'parley-trade[spark]'; FILE may be a table)"
MASTER_HELP = (
    "with --engine spark: its master (local[2], yarn, spark://…, sc://…); default SPARK_REMOTE, else this machine"
)
SCENARIO_HELP = "the tariffs of a scenario, as parley brief takes it; keys that concern no duty are noted and ignored"
OPTION_HELP = "with --scenario: one of its options, by name, on top of its changes"


@answers("parley.law.answers_layouts:FileDutiesAnswer")
def duties_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[
        Path | None, typer.Option(help="CSV; Parquet or Excel by its name; without it only the totals")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="rows without a duty, and why; default: OUT.rejects.csv")] = None,
    entries: Annotated[Path | None, typer.Option(help="a CSV of sums by entry, fees within their bounds")] = None,
    column: Annotated[list[str] | None, typer.Option("--column", "--columns", help=COLUMN_HELP)] = None,
    layout: Annotated[Path | None, typer.Option(help=LAYOUT_HELP)] = None,
    decimal: Annotated[str | None, typer.Option(help=DECIMAL_HELP)] = None,
    rate: Annotated[list[str] | None, typer.Option(help=RATE_HELP)] = None,
    currency_rates: Annotated[Path | None, typer.Option(help=CURRENCY_RATES_HELP)] = None,
    sheet: Annotated[str | None, typer.Option(help=SHEET_HELP)] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING_HELP)] = None,
    month_day: Annotated[int, typer.Option(min=1, max=31, help=MONTH_DAY_HELP)] = 1,
    destination: Annotated[
        str | None, typer.Option(help="importing country, where the file does not say; default USA")
    ] = None,
    on: Annotated[str | None, typer.Option(help="one day of entry for every row")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    reading: Annotated[str, typer.Option(help="law; collected (by customs that day)")] = "law",
    dates: Annotated[str, typer.Option(help=DATES_HELP)] = "iso",
    programmes: Annotated[
        bool, typer.Option("--programmes", help="add a rate column for each legal authority")
    ] = False,
    headings: Annotated[
        bool, typer.Option("--headings", help="add the chapter 98 and 99 headings of each line, in the order of filing")
    ] = False,
    fees: Annotated[bool, typer.Option("--fees", help="add merchandise processing and harbour fees")] = False,
    mode: Annotated[str | None, typer.Option(help="how all goods came, for the harbour fee: vessel, air …")] = None,
    whole_dollars: Annotated[bool, typer.Option("--whole-dollars", help="round values as entry summaries do")] = False,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    scenario: Annotated[Path | None, typer.Option(help=SCENARIO_HELP)] = None,
    option: Annotated[str, typer.Option(help=OPTION_HELP)] = "",
    difference: Annotated[
        bool,
        typer.Option(
            "--difference", help="add each line's duty without --drop, --add and --scenario, and the change in all"
        ),
    ] = False,
    as_scheduled: Annotated[
        bool,
        typer.Option("--as-scheduled", help="also rows after the last day to which the law was read, as scheduled"),
    ] = False,
    engine: Annotated[str, typer.Option(help=ENGINE_HELP)] = "local",
    master: Annotated[str, typer.Option(help=MASTER_HELP)] = "",
    threads: Annotated[int, typer.Option(min=0, help="0: all cores")] = 0,
    memory: Annotated[str, typer.Option(help="what sums by entry may use")] = "1GB",
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """The duty on every line of shipment files, to the cent, with the measures behind it, or the reason why there is none.

    Files of many layouts are read as they are: ACE reports, DataWeb, Census, Comtrade, BACI, China customs, Shopify, ERP
    extracts. Columns go by their headings, then by their cells, or by --columns. What was matched is said. Claims have
    columns of their own: usmca, us_content, steel_share, loaded …

    Examples: parley law duties shipments.csv --out duties.csv ·
    parley law duties 'entries/*.parquet' --out duties.parquet --programmes ·
    parley law duties shipments.csv --out new.csv --drop ieepa_fentanyl@2025-05-02 --difference ·
    parley law duties shipments.csv --out new.csv --scenario what-if.toml --difference ·
    parley law duties shipments.csv --rejects faults.csv --entries entries.csv ·
    parley law duties ES-003.xlsx --out duties.xlsx ·
    parley law duties invoices.csv --columns origin='Made in' --rate EUR=1.08 --decimal ,
    """
    from dataclasses import replace

    from parley.cli.law_duties_show import show_report
    from parley.cli.output import clock_words
    from parley.errors import InputError, unknown_name
    from parley.law.answers_layouts import file_duties_answer
    from parley.law.readings import reading_of
    from parley.law.regime import read_regime
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.files import FileDuties, file_duties
    from parley.law.shipments.run import Options

    if engine not in ("local", "duckdb", "spark"):
        raise unknown_name("--engine", "engine", engine, ("local", "duckdb", "spark"))
    if reading == "announced":
        raise InputError("--reading", "announced: each row would be rated by the law of its own day", "law, collected")
    asked = Options(
        columns=read_mapping(column or []), destination=destination, known=known, reading=reading_of(reading), on=on,
        dates=dates, whole_dollars=whole_dollars, programmes=programmes, fees=fees or entries is not None, mode=mode,
        before=read_regime() if difference else None, as_scheduled=as_scheduled, threads=threads, memory=memory,
    )  # fmt: skip
    law, asked, notes = law_asked(asked, scenario, option, drop or [], add or [])
    if engine == "spark":
        from parley.law.shipments.spark import duties_on_spark

        if out is None:
            raise InputError("--engine spark", "no --out", "a folder for the parts of the result")
        if entries is not None:
            raise InputError("--engine spark", "--entries", "the local engine")
        read = FileDuties(duties_on_spark(files, out, rejects=rejects, regime=law, options=asked, master=master))
    else:
        said = read_file_options(layout, decimal, rate or (), currency_rates, sheet, encoding, month_day)
        read = file_duties(
            files, out, rejects=rejects, entries=entries, regime=law, options=asked, asked=said, headings=headings,
            progress=progress_of("duties"),
        )  # fmt: skip
    found = replace(read.report, notes=(*read.report.notes, *notes))
    made = file_duties_answer(replace(read, report=found), asked)
    if json:
        print_json(made)
    else:
        show_report(found, print_table)
        print(f"tariffs in force on {'each row’s own day' if asked.on is None else ''}{clock_words(made)}")


def law_asked(
    asked: Options, scenario: Path | None, option: str, drop: list[str], add: list[Path]
) -> tuple[Regime, Options, tuple[str, ...]]:
    """The law asked about, the options with its day of knowledge, and what should be known of it."""
    from dataclasses import replace

    from parley.errors import InputError
    from parley.law.regime import read_changed

    if scenario is None:
        if option:
            raise InputError("--option", f"{option!r} without --scenario", "an option of a scenario: --scenario FILE")
        return read_changed(drop, add), asked, ()
    from parley.scenario.shipments import scenario_law

    law = scenario_law(scenario, option, drop, [str(p) for p in add])
    known = asked.known or (law.known.isoformat() if law.known and not asked.on else None)
    return law.regime, replace(asked, known=known), law.notes


def progress_of(command: str) -> Progress:
    """Says on standard error how far a run is, at most once a second."""
    start = last = time.monotonic()

    def tell(rows: int, at: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 1 or (now - start >= 1 and last == start):
            last = now
            say(f"parley law {command}: {rows:,} rows in {now - start:.0f} s\n")

    return tell
