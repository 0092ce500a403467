"""`parley law refund`: duties paid under programmes that were struck down, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import JSON_HELP, print_json, print_table


def refund_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="entry files: CSV or Parquet, folders, globs")],
    out: Annotated[Path, typer.Option(help="the CSV of claims")],
    ruling: Annotated[str, typer.Option(help="the act that ended the measures")] = "us-ruling-2026-02-20",
    column: Annotated[list[str] | None, typer.Option(help="ROLE=NAME of a column; may be repeated")] = None,
    dates: Annotated[str, typer.Option(help="iso; us (MM/DD/YYYY); eu (DD/MM/YYYY)")] = "iso",
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What was paid under programmes that were struck down: per line the refund, statute, period, interest rule,
    deadlines with their source, and what evidence is missing. Planning, not advice.

    Example: parley law refund entries.csv --out refunds.csv
    """
    from dataclasses import asdict

    from parley.law.refund import refunds
    from parley.law.shipments.columns import read_mapping
    from parley.law.shipments.run import Options

    found = refunds(files, out, ruling=ruling, options=Options(columns=read_mapping(column or []), dates=dates))
    if json:
        print_json(asdict(found))
        return
    print(f"{found.rows:,} lines, {found.refundable:,} with a refund, {found.rejected:,} without an answer; "
          f"refunds {found.refund_total:,.2f} before interest")  # fmt: skip
    print_table(["programme", "refund"], [[n, f"{v:,.2f}"] for n, v in found.by_programme.items()])
    for name, source in found.deadlines.items():
        print(f"{name}: {source}")
    if found.missing:
        print(f"columns that the file does not have: {', '.join(found.missing)}")
    for note in (f"written: {found.out}", *found.notes):
        print(note)
