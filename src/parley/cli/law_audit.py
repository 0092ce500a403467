"""`parley law audit`: headings filed on entry lines against the law of their day."""

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
from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from parley.law.answers_audit import AuditAnswer


@answers("parley.law.answers_audit:AuditAnswer")
def audit_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=FILES_HELP)],
    out: Annotated[Path | None, typer.Option("--out", "--csv", help="a CSV with a row for each entry line")] = None,
    reading: Annotated[
        str, typer.Option(help="collected (by customs that day); law (as later acts have it)")
    ] = "collected",
    on: Annotated[str | None, typer.Option(help="one day of entry for every row")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    column: Annotated[list[str] | None, typer.Option("--column", "--columns", help=COLUMN_HELP)] = None,
    layout: Annotated[Path | None, typer.Option(help=LAYOUT_HELP)] = None,
    dates: Annotated[str, typer.Option(help=DATES_HELP)] = "iso",
    decimal: Annotated[str | None, typer.Option(help=DECIMAL_HELP)] = None,
    rate: Annotated[list[str] | None, typer.Option(help=RATE_HELP)] = None,
    currency_rates: Annotated[Path | None, typer.Option(help=CURRENCY_RATES_HELP)] = None,
    sheet: Annotated[str | None, typer.Option(help=SHEET_HELP)] = None,
    encoding: Annotated[str | None, typer.Option(help=ENCODING_HELP)] = None,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Chapter 98 and 99 headings filed on entry lines against the law of their day. Planning, not advice.

    For each line: headings that are missing, that are not due (repealed, of other goods), and duty paid against duty due.
    Files hold what was filed on rows beside the commodity's (ACE report ES-003) or in a column of headings.

    Examples: parley law audit ES-003.xlsx ·
    parley law audit 'reports/*.csv' --out audit.csv --json ·
    parley law audit broker.csv --columns headings_filed='Ch 99'
    """
    from dataclasses import replace

    from parley.law.audit import audit
    from parley.law.readings import reading_of
    from parley.law.regime import read_changed
    from parley.law.shipments.columns import read_mapping

    said = read_file_options(layout, decimal, rate or (), currency_rates, sheet, encoding)
    said = replace(said, columns=read_mapping(column or []), dates=dates, on=on)
    found = audit(
        files, out, asked=said, regime=read_changed(drop or [], add or []), reading=reading_of(reading), known=known
    )
    if json:
        print_json(found)
    else:
        show_audit(found)


def show_audit(a: AuditAnswer) -> None:
    """The lines and dollars, findings by heading, entries with the greatest differences."""
    print(f"{a['lines']:,} lines of {a['entries']:,} entries: {a['agree']:,} in agreement, "
          f"{a['rejected']:,} whose duty is not known")  # fmt: skip
    print(f"paid {a['paid_total']:,.2f}, due {a['due_total']:,.2f}; too little on some lines {a['underpaid']:,.2f}, "
          f"too much on others {a['overpaid']:,.2f}")  # fmt: skip
    if a["by_heading"]:
        rows = [
            [h["heading"], h["finding"], f"{h['lines']:,}", f"{h['paid']:,.2f}", f"{h['due']:,.2f}"]
            for h in a["by_heading"]
        ]
        print_table(["heading", "finding", "lines", "paid on it", "due under it"], rows)
    if a["by_entry"]:
        rows = [[e["entry_number"] or "–", f"{e['lines_with_findings']:,} of {e['lines']:,}", f"{e['paid']:,.2f}", f"{e['due']:,.2f}",
                 f"{e['difference']:+,.2f}"] for e in a["by_entry"]]  # fmt: skip
        print_table(["entry", "lines with findings", "paid", "due", "paid less due"], rows)
    for why, count in a["by_reason"].items():
        print(f"no duty: {why}: {count:,}")
    for text in (*([f"written: {a['out']}"] if a["out"] else []), *a["notes"]):
        print(text)
