"""`parley law duties`: the duty on every line of a file of shipments, of any size."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from parley.law.regime import Regime
    from parley.law.shipments.run import Options, Progress

FILES_HELP = (
    "CSV (also .gz) or Parquet files, folders (Hive, Delta), globs, addresses (s3://…), or - for standard input"
)
ENGINE_HELP = "local (also called duckdb); spark (extra: pip install 'parley-trade[spark]'; FILE may be a table)"
MASTER_HELP = (
    "with --engine spark: its master (local[2], yarn, spark://…, sc://…); default SPARK_REMOTE, else this machine"
)
SCENARIO_HELP = "the tariffs of a scenario, as parley brief takes it; keys that concern no duty are noted and ignored"
OPTION_HELP = "with --scenario: one of its options, by name, on top of its changes"


@answers("parley.law.answers_files:DutiesAnswer")
def duties_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[Path | None, typer.Option(help="CSV, or Parquet by its name; without it only the totals")] = None,
    rejects: Annotated[Path | None, typer.Option(help="rows without a duty, and why; default: OUT.rejects.csv")] = None,
    entries: Annotated[Path | None, typer.Option(help="a CSV of sums by entry, fees within their bounds")] = None,
    column: Annotated[list[str] | None, typer.Option(help="ROLE=NAME of a column; may be repeated")] = None,
    destination: Annotated[
        str | None, typer.Option(help="importing country, where the file does not say; default USA")
    ] = None,
    on: Annotated[str | None, typer.Option(help="one day of entry for every row")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    reading: Annotated[str, typer.Option(help="law; collected (by customs that day)")] = "law",
    dates: Annotated[str, typer.Option(help="iso; us (MM/DD/YYYY); eu (DD/MM/YYYY)")] = "iso",
    programmes: Annotated[
        bool, typer.Option("--programmes", help="add a rate column for each legal authority")
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

    Columns go by their usual names (HTS Number, Country of Origin, Entry Date, Customs Value, Quantity …) or by
    --column. Claims have columns of their own: usmca, us_content, steel_share, loaded …

    Examples: parley law duties shipments.csv --out duties.csv ·
    parley law duties 'entries/*.parquet' --out duties.parquet --programmes ·
    parley law duties shipments.csv --out new.csv --drop ieepa_fentanyl@2025-05-02 --difference ·
    parley law duties shipments.csv --out new.csv --scenario what-if.toml --difference ·
    parley law duties shipments.csv --rejects faults.csv --entries entries.csv
    """
    from dataclasses import replace

    from parley.cli.law_duties_show import show_report
    from parley.cli.output import clock_words
    from parley.errors import InputError, unknown_name
    from parley.law.answers_files import duties_answer
    from parley.law.readings import reading_of
    from parley.law.regime import read_regime
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.run import Options, duties

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
        found = duties_on_spark(files, out, rejects=rejects, regime=law, options=asked, master=master)
    else:
        found = duties(
            files, out, rejects=rejects, entries=entries, regime=law, options=asked, progress=progress_of("duties")
        )
    found = replace(found, notes=(*found.notes, *notes))
    made = duties_answer(found, asked)
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

    def say(rows: int, at: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 1 or (now - start >= 1 and last == start):
            last = now
            sys.stderr.write(f"parley law {command}: {rows:,} rows in {now - start:.0f} s\n")

    return say
