"""A pulled table as CSV; text that a sheet would take for a formula is escaped."""

from __future__ import annotations

import csv
import io

from parley.pull.source import Table

FORMULA = ("=", "+", "@", "\t", "\r")


def csv_bytes(table: Table) -> bytes:
    """The table as UTF-8 CSV with a header; a leading minus stays, for numbers have one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in table.rows)
    return text.getvalue().encode()
