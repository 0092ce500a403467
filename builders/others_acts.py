"""Build the answers of Canada, Russia, India and Türkiye: src/parley/law/measures/{ca,ru,in,tr}-*.csv.

Run: python builders/others_acts.py [--shared ../shared/data] [--out src/parley/law/measures]

From the American matrix of 28 March 2025. Canada's lines come with the list on which they stand, of 4 or 13 March 2025;
those of 13 March by chapter, as the order keeps steel and aluminium alone from 1 September 2025. The acts (TOML) are
written by hand, with the day and the source of each row.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from pathlib import Path

from us_schedule import record, replace_file

MATRIX = {
    "source": "United States Department of Commerce, International Trade Administration, Retaliation Product Matrix of "
    "28 March 2025",
    "terms": "United States government work, public domain",
    "vintage": "28 March 2025",
    "builder": "builders/others_acts.py",
}
METALS = ("72", "73", "76")  # chapters of iron and steel, articles of them, aluminium
FINANCE = "list of the Department of Finance of Canada, {} March 2025"
GONE = "items of chapters 98 and 99, which the order of 29 August 2025 says were never covered"
STATED = {
    "ca-2025-03-04": {
        "count": 1270,
        "clause": FINANCE.format(4) + ": 1,270 items",
        "differences": [{"rows": -14, "why": GONE}],
    },
    "ca-2025-03-13-metals": {
        "count": 539,
        "clause": FINANCE.format(13) + ": 539 items",
        "differences": [{"rows": -240, "why": "other chapters: ca-2025-03-13-others.csv"}],
    },
}


def rows_of(shared: Path, name: str, column: str) -> list[dict[str, str]]:
    """The rows of one country's file, codes as digits."""
    with (shared / "law/others" / name).open(encoding="utf-8") as opened:
        return [row | {"code": row[column].strip()} for row in csv.DictReader(opened)]


def lists(shared: Path) -> dict[str, list[str]]:
    """Every list by name."""
    canada = rows_of(shared, "ca_counter_duties_on_us_2025-03-28_hs8.csv", "hs8")
    second = [r["code"] for r in canada if r["list"].startswith("13")]
    made = {
        "ca-2025-03-04": [r["code"] for r in canada if r["list"].startswith("4")],
        "ca-2025-03-13-metals": [c for c in second if c.startswith(METALS)],
        "ca-2025-03-13-others": [c for c in second if not c.startswith(METALS)],
    }
    for name in ("ru", "in", "tr"):
        for row in rows_of(shared, f"{name}_counter_duties_on_us_2025-03-28.csv", "code"):
            made.setdefault(f"{name}-answer-{int(row['rate_pct']):02}", []).append(row["code"])
    return {name: sorted(codes) for name, codes in made.items()}


def main() -> None:
    """Write the lists and their manifest entries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/measures"))
    arguments = parser.parse_args()
    for name, codes in sorted(lists(arguments.shared).items()):
        head = "# From the American matrix of 28 March 2025 (Department of Commerce, public domain)\nproduct\n"
        content = (head + "".join(f"{c}\n" for c in codes)).encode()
        replace_file(arguments.out / f"{name}.csv", content)
        counts = {"rows": len(codes), "sha256": hashlib.sha256(content).hexdigest()}
        stated = {"stated": STATED[name]} if name in STATED else {}
        record(arguments.out / "manifest.json", f"{name}.csv", MATRIX | stated | counts)
        print(f"{name}.csv: {len(codes)} rows")


if __name__ == "__main__":
    main()
