"""`parley law audit`: headings filed on entry lines against the law of their day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_law, print_table
from parley.law.shipments.questions import Audit

if TYPE_CHECKING:
    from parley.law.answers_audit import AuditAnswer


@answers("parley.law.answers_audit:AuditAnswer")
@asks(Audit)
def audit_command(
    asked: Audit,
    out: Annotated[Path | None, typer.Option("--out", "--csv", help="a CSV with a row for each entry line")] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.law.audit import audit
    from parley.law.readings import reading_of
    from parley.law.what_if import read_changed

    regime, reading = read_changed(asked.drop, asked.add, asked.set), reading_of(asked.reading)
    found = audit(asked.files, out, asked=asked.as_files(), regime=regime, reading=reading, known=asked.known)
    if json:
        print_json(found)
    else:
        show_audit(found)
        print_law(found["law_version"])


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
