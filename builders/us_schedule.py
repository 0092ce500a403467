"""Build src/parley/law/schedule/usa.csv.gz from the 44 editions of the United States tariff schedule of 2025 and 2026.

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
import itertools
import json
import os
from datetime import date, timedelta
from pathlib import Path

from parley.law.hts_json import COLUMNS, csv_of, merged, read_edition

# Days that shared data states or the calendar fixes; all other editions are spread evenly between them.
STATED_DAYS = {
    "2025_basic": date(2025, 1, 1),
    "2025_rev_3": date(2025, 3, 6),
    "2025_rev_11": date(2025, 5, 2),
    "2025_rev_23": date(2025, 9, 16),
    "2026_basic": date(2026, 1, 1),
    "2026_rev_10": date(2026, 6, 30),  # approximate too: the latest edition read, of June 2026
}
APPROXIMATE_ANCHORS = ("2026_rev_10",)


def edition_order(name: str) -> tuple[int, int]:
    """The sorting key of an edition's name: its year, then 0 for basic or the number of its revision."""
    year, _, rest = name.partition("_")
    return int(year), 0 if rest == "basic" else int(rest.removeprefix("rev_"))


def edition_days(names: list[str]) -> dict[str, date]:
    """The day of every edition: stated where known, evenly spread between its stated neighbours otherwise."""
    known = [k for k, name in enumerate(names) if name in STATED_DAYS]
    days: dict[str, date] = {}
    for a, b in itertools.pairwise(known):
        first, span = STATED_DAYS[names[a]], (STATED_DAYS[names[b]] - STATED_DAYS[names[a]]).days
        days |= {names[k]: first + timedelta(days=round(span * (k - a) / (b - a))) for k in range(a, b + 1)}
    return days


def packed(lines: bytes) -> bytes:
    """The rows as gzipped CSV, the same bytes at every run."""
    content = bytearray(gzip.compress(",".join(COLUMNS).encode() + b"\n" + lines, 9, mtime=0))
    content[9] = 255  # RFC 1952: the operating system is unknown; Python's choice of this byte differs by version
    return bytes(content)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def record(manifest: Path, key: str, entry: dict) -> None:
    """Put one entry into a manifest, leaving the others as they are."""
    held = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    held[key] = entry
    text = json.dumps(dict(sorted(held.items())), indent=1, ensure_ascii=False) + "\n"
    replace_file(manifest, text.encode())


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed table and its manifest entry."""
    paths = {
        p.name.removeprefix("hts_").removesuffix(".json.gz"): p for p in (shared / "law/hts").glob("hts_*.json.gz")
    }
    names = sorted(paths, key=edition_order)
    days = edition_days(names)
    editions = [(days[n], {x.code: x for x in read_edition(paths[n]).lines}) for n in names]
    rows = list(merged(editions))
    content = packed(csv_of(iter(rows)))
    stated = {n for n in STATED_DAYS if n not in APPROXIMATE_ANCHORS}
    entry = {
        "source": "United States International Trade Commission, Harmonized Tariff Schedule, all editions from 2025 "
        "basic to 2026 revision 10, chapters 1 to 97",
        "terms": "United States government work, public domain",
        "vintage": f"{names[0]} to {names[-1]}",
        "builder": "builders/us_schedule.py",
        "note": "start and end are days of editions, not of acts; days not stated are spread evenly between them",
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
