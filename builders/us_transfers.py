"""Build src/parley/law/schedule/usa-transfers.csv: which ten-digit number became which other one, and on which day.

Run: python builders/us_transfers.py [--shared ../shared/data] [--out src/parley/law/schedule]

From the transfers of the committee under section 484(f) of the Tariff Act on 1 July 2025, 1 February 2026 and 1 July
2026, held against the editions and the change records; and, for 1 July 2024 and 1 January 2025, from the change record
of the basic edition of 2025, which names what was established and discontinued but does not pair them (unpaired).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from us_list_tables import digits, table
from us_outputs import write_schedule_table

FILE = "usa-transfers.csv"
SOURCE_LIST = "lists/hts10_484f_transfers_2025-07_2026-07.csv"
RECORDS = "law/hts/hts_change_records_2025_basic_to_2026_rev_9.txt.gz"
# 2026 revision 2 gave four numbers of old "anticonvulsants" anew whose origin its change record does not name. By their
# descriptions they are parts of the old 3004.90.92.36, which held anticonvulsants, hypnotics and sedatives whole.
BY_DESCRIPTION = tuple(("3004909236", new) for new in ("3004909238", "3004909239", "3004909240", "3004909242"))
BY_DESCRIPTION_DAY = "2026-02-01"
# The compilation has these end on 1 July 2026 without a successor. Revision 15 still prints 8507.20.80 as divided, which a
# line with the one number 8507.20.80.92 never is: they stand, and only .10 and .91 became .92.
STILL_STANDING = frozenset({"8507208031", "8507208041", "8507208061"})
UNPAIRED_DAYS = ("2024-07-01", "2025-01-01")
_ROW = re.compile(
    r"^\s*((?!9[89])\d{4}\.\d\d\.\d{4})\s+(Established|Discontinued|Annotated)\b.*?\s([A-Z][a-z]+ \d+, 20\d\d)\s", re.M
)
ENTRY = {
    "source": "Committee for Statistical Annotation of Tariff Schedules (section 484(f)), transfers of statistical reporting "
    "numbers, as compiled by The Budget Lab at Yale (tariff rate tracker); USITC change records of 2025",
    "terms": "facts of United States government work; the compilation MIT, notice in NOTICE",
    "vintage": "1 July 2024 to 1 July 2026",
    "builder": "builders/us_transfers.py",
    "columns": "old, new (empty: none is named), on, kind, part (yes: only part of the old number's goods became the new)",
    "note": "unpaired: the change record names what ended and began in a tariff line that day, not which became which. Four "
    "rows of 1 February 2026 (3004.90.92.36 to .38, .39, .40, .42) rest on descriptions: the change record leaves them out. "
    "8507.20.80.31, .41 and .61, which the compilation has end on 1 July 2026, stand: revision 15 shows their line divided",
}


class Row(NamedTuple):
    """One transfer as it is written."""

    on: str
    old: str
    new: str
    kind: str
    part: str


def change_records(shared: Path) -> dict[str, str]:
    """Edition → the text of its change record."""
    text = gzip.decompress((shared / RECORDS).read_bytes()).decode()
    parts = re.split(r"^##### (\d{4})HTS(Basic|Rev\d+)_change_record$", text, flags=re.M)[1:]
    return {
        f"{year}_{name.lower().replace('rev', 'rev_')}": body
        for year, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def unpaired(record_text: str) -> list[Row]:
    """Every number that ended with every one that began in the same tariff line on the same day."""
    ended, began = defaultdict(set), defaultdict(set)
    for code, what, day in _ROW.findall(record_text):
        on = datetime.strptime(day, "%B %d, %Y").date().isoformat()
        (began if what == "Established" else ended)[on, digits(code)[:8]].add(digits(code))
    return [
        Row(on, old, new, "unpaired", "yes")
        for (on, line), olds in ended.items()
        if on in UNPAIRED_DAYS
        for old in olds
        for new in began[on, line]
    ]


def stated(shared: Path) -> list[Row]:
    """The transfers that the committee states, and the four that follow from descriptions."""
    kinds = {"many_to_many": "regrouped"}
    rows = [
        Row(r["effective"], r["old_hts10"], r["new_hts10"], kinds.get(r["kind"], r["kind"]), r["partial"])
        for r in table(shared, SOURCE_LIST)
        if r["old_hts10"] not in STILL_STANDING
    ]
    return rows + [Row(BY_DESCRIPTION_DAY, old, new, "split", "yes") for old, new in BY_DESCRIPTION]


def transfers(shared: Path) -> list[Row]:
    """All transfers by day and number."""
    return sorted([*unpaired(change_records(shared)["2025_basic"]), *stated(shared)])


def since(shared: Path, first: date) -> dict[date, list[Row]]:
    """The transfers after a day, by their own."""
    found: dict[date, list[Row]] = {}
    for row in transfers(shared):
        if date.fromisoformat(row.on) > first:
            found.setdefault(date.fromisoformat(row.on), []).append(row)
    return found


def build(shared: Path) -> tuple[bytes, dict]:
    """The table and its manifest entry."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("old", "new", "on", "kind", "part"))
    rows = transfers(shared)
    writer.writerows((r.old, r.new, r.on, r.kind, r.part) for r in rows)
    content = text.getvalue().encode()
    return content, ENTRY | {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    write_schedule_table(FILE, build, __doc__)


if __name__ == "__main__":
    main()
