"""Build src/parley/law/schedule/usa.csv.gz from the editions of the United States tariff schedule of 2025 and 2026.

Run: python builders/us_schedule.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per ten-digit code and text of rates, over all editions: code, start, end, general, special, other, unit,
description. start and end are the days of the first edition that has the row and of the first that has it no more;
empty means "as far back (forward) as the editions go". An edition's day is no act's day: these dates only say which
codes exist when. Chapters 98 and 99 are left out: what they levy is law in its own right (measures/*.toml).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from parley.law.hts_json import COLUMNS, csv_of, merged, read_edition
from us_editions import STATED_DAYS, corrected, edition_days, edition_order, printed_days, read_all, with_july
from us_outputs import record, replace_file
from us_transfers import Row, since


def packed(lines: bytes) -> bytes:
    """The rows as gzipped CSV, the same bytes at every run."""
    content = bytearray(gzip.compress(",".join(COLUMNS).encode() + b"\n" + lines, 9, mtime=0))
    content[9] = 255  # RFC 1952: the operating system is unknown; Python's choice of this byte differs by version
    return bytes(content)


def given_anew(moved: Mapping[date, Sequence[Row]]) -> dict[date, frozenset[str]]:
    """Day → the numbers that a transfer ended and gave to other goods on that same day."""
    return {day: frozenset({r.old for r in rows} & {r.new for r in rows}) for day, rows in moved.items()}


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed table and its manifest entry."""
    official = read_all(shared, read_edition)
    moved = since(shared, date(2025, 1, 1))
    editions = with_july(shared, corrected(official), moved[date(2026, 7, 1)])
    stated = STATED_DAYS | printed_days(shared)
    names = sorted(editions, key=edition_order)
    days = edition_days(names, stated)
    rows = list(merged([(days[n], lines) for n, lines in editions.items()], given_anew(moved)))
    content = packed(csv_of(iter(rows)))
    entry = {
        "source": "United States International Trade Commission, Harmonized Tariff Schedule, all editions from 2025 "
        "basic to 2026 revision 10, chapters 1 to 97; rates of 2026 revision 15 as quoted by TheAxiomFoundation/rulespec-us; "
        "statistical numbers of 1 July 2026 from the transfers of section 484(f) (usa-transfers.csv)",
        "terms": "United States government work, public domain; the file of quoted rates CC BY 4.0",
        "vintage": f"{names[0]} to {names[-1]}",
        "read_to": days[names[-1]].isoformat(),
        "builder": "builders/us_schedule.py",
        "note": "start and end are days of editions as their change records print them, not of acts; corrections of print "
        "count from the edition that they correct. After revision 10 the special column, units and descriptions are those of "
        "revision 10; a number of 1 July 2026 has its parent's. Revisions 16 to 20 (to 28 September 2026) were not read",
        "edition_days": {n: days[n].isoformat() + ("" if n in stated else " (approximate)") for n in names},
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": len(rows),
    }
    return content, entry


def main() -> None:
    """Write usa.csv.gz and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/schedule"))
    arguments = parser.parse_args()
    content, entry = build(arguments.shared)
    replace_file(arguments.out / "usa.csv.gz", content)
    record(arguments.out / "manifest.json", "usa.csv.gz", entry)
    print(f"{entry['rows']} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
