"""`parley law water`: goods on the water, by in-transit rule: what a loading date saved, and what a missing one may cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_law, print_table
from parley.law.shipments.questions import InTransit

if TYPE_CHECKING:
    from parley.law.shipments.in_transit import Water


@answers("parley.law.answers_files:WaterAnswer")
@asks(InTransit)
def water_command(
    asked: InTransit,
    out: Annotated[Path | None, typer.Option(help="a CSV with a row for each in-transit rule")] = None,
    lines: Annotated[
        Path | None, typer.Option(help="a CSV of every line that a rule decides, or would with a loading date")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="rows without a duty, and why; default: LINES.rejects.csv, else OUT.rejects.csv, if any"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from dataclasses import replace

    from parley.cli.law_duties import law_asked, progress_of
    from parley.law.answers_files import water_answer
    from parley.law.shipments.files import engine_files, name_source_rows
    from parley.law.shipments.in_transit import water

    law, options, notes = law_asked(asked, asked.as_options())
    with engine_files(asked.files, options, asked.as_files(), [out, lines, rejects]) as (paths, engine, read):
        found = water(
            paths, out, lines=lines, rejects=rejects, regime=law, options=engine, progress=progress_of("water")
        )
        name_source_rows(found.rejects, read)
    found = replace(found, notes=(*read.notes, *found.notes, *notes))
    if json:
        print_json({**water_answer(found, options), "law_version": law.version})
    else:
        show_water(found)
        print_law(law.version)


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
