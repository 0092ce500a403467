"""Build src/parley/law/weights/chn-2017.csv: what the United States sold to China in 2017, by six digits.

Run: python builders/china_weights.py [--shared ../shared/data] [--out src/parley/law/weights]

A mirror: American exports stand for China's imports, which by line are not to be had. The year is the last before the
duties of 2018, so that it is not of their making. Chapters 98 and 99 are left out. Thousand dollars, free alongside ship.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from pathlib import Path

from us_schedule import record, replace_file

FILE = "chn-2017.csv"
SOURCE = "law/china/us_exports_to_china_hs6_2017_2019.csv"
ENTRY = {
    "source": "US Census Bureau, exports to China by six digits, 2017, as stored in tradewartracker/us-china-overview "
    "(MIT; numbers are facts)",
    "terms": "United States government work, public domain",
    "vintage": "2017 (Harmonized System of 2017)",
    "builder": "builders/china_weights.py",
    "columns": "hs6, usd_thousand",
    "note": "A mirror of China's imports from the United States. Readers share a value equally among the lines of its six "
    "digits. Six digits that China's tariff of the day does not have are shared among the lines of the same heading, else "
    "chapter, whose six digits have no value of their own: so for 880000, civil aircraft with engines and parts in one.",
}


def rows_of(shared: Path) -> list[tuple[str, int]]:
    """(six digits, thousand dollars of 2017) of chapters 1 to 97, sorted."""
    with (shared / SOURCE).open(encoding="utf-8") as opened:
        held = [(r["hs6"], int(r["usd_thousand_2017"] or 0)) for r in csv.DictReader(opened)]
    return sorted((code, value) for code, value in held if value > 0 and code[:2] < "98")


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    arguments = parser.parse_args()
    rows, text = rows_of(arguments.shared), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("hs6", "usd_thousand"), *rows])
    content = text.getvalue().encode()
    replace_file(arguments.out / FILE, content)
    counts = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
    record(arguments.out / "manifest.json", FILE, ENTRY | counts)
    print(f"{FILE}: {len(rows)} rows, {sum(v for _, v in rows) / 1e6:.1f} billion dollars")


if __name__ == "__main__":
    main()
