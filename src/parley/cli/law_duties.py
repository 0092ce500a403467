"""`parley law duties`: the duty on every line of a file of shipments, of any size."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_table
from parley.cli.progress import say
from parley.law.shipments.questions import Duties, Run

if TYPE_CHECKING:
    from parley.law.regime import Regime
    from parley.law.shipments.files import FileDuties
    from parley.law.shipments.run import Options, Progress


@answers("parley.law.answers_layouts:FileDutiesAnswer")
@asks(Duties)
def duties_command(
    asked: Duties,
    out: Annotated[
        Path | None, typer.Option(help="CSV; Parquet or Excel by its name; without it only the totals")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="rows without a duty, and why; default: OUT.rejects.csv")] = None,
    entries: Annotated[Path | None, typer.Option(help="a CSV of sums by entry, fees within their bounds")] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from dataclasses import replace

    from parley.cli.law_duties_show import show_report
    from parley.cli.output import clock_words
    from parley.law.answers_layouts import file_duties_answer

    options = asked.as_options()
    options = replace(options, fees=options.fees or entries is not None)
    law, options, notes = law_asked(asked, options)
    run = _on_spark if asked.engine == "spark" else _here
    read = run(asked, law, options, out, rejects, entries)
    found = replace(read.report, notes=(*read.report.notes, *notes))
    made = file_duties_answer(replace(read, report=found), options)
    made["law_version"] = law.version
    if json:
        print_json(made)
    else:
        show_report(found, print_table)
        print(f"tariffs in force on {'each row’s own day' if options.on is None else ''}{clock_words(made)}")


def _here(
    asked: Duties, law: Regime, options: Options, out: Path | None, rejects: Path | None, entries: Path | None
) -> FileDuties:
    """The run on this machine."""
    from parley.law.shipments.files import file_duties

    return file_duties(
        asked.files, out, rejects=rejects, entries=entries, regime=law, options=options, asked=asked.as_files(),
        headings=asked.headings, progress=progress_of("duties"),
    )  # fmt: skip


def _on_spark(
    asked: Duties, law: Regime, options: Options, out: Path | None, rejects: Path | None, entries: Path | None
) -> FileDuties:
    """The run on Spark; local files of other layouts are translated first. Raises InputError where there is no folder for its parts."""
    from parley.errors import InputError
    from parley.law.shipments.files import FileDuties, spark_files
    from parley.law.shipments.spark import duties_on_spark

    if out is None:
        raise InputError("--engine spark", "no --out", "a folder for the parts of the result")
    with spark_files(asked.files, options, asked.as_files(), asked.master) as (files, engine, read):
        report = duties_on_spark(
            files, out, rejects=rejects, entries=entries, regime=law, options=engine, master=asked.master, follow=True
        )
        return FileDuties(replace(report, notes=(*read.notes, *report.notes)), read.files)


def law_asked(asked: Run, options: Options) -> tuple[Regime, Options, tuple[str, ...]]:
    """The law asked about, the options with its day of knowledge, and what should be known of it."""
    from parley.errors import InputError
    from parley.law.what_if import read_changed

    if asked.scenario is None:
        if asked.option:
            raise InputError(
                "--option", f"{asked.option!r} without --scenario", "an option of a scenario: --scenario FILE"
            )
        return read_changed(asked.drop, asked.add, asked.set), options, ()
    from parley.scenario.shipments import scenario_law

    law = scenario_law(asked.scenario, asked.option, asked.drop, [str(p) for p in asked.add], asked.set)
    known = options.known or (law.known.isoformat() if law.known and not options.on else None)
    return law.regime, replace(options, known=known), law.notes


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
