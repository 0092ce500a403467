"""Build src/parley/law/weights/usa-usmca-months.npz: USMCA claims by month, ten-digit code and neighbour.

Run: python builders/us_preference_use.py [--shared ../shared/data] [--out src/parley/law/weights]

The share of value imported from Canada and Mexico that claimed USMCA, January 2025 to February 2026, as the Budget Lab at
Yale has it from the Trade Commission's DataWeb (special programme indicators S and S+). Nothing is mended here: the break
of July 2025 stays in the table, and law/preference_use.py reads around it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from pathlib import Path

import numpy as np

from us_schedule import record, replace_file

FILE = "usa-usmca-months.npz"
SOURCE = "law/lists/usmca_shares_by_month_2025-01_2026-02.csv.gz"
ORIGINS = ("CAN", "MEX")
UNKNOWN = 65535  # a cell that the source leaves empty
SCALE = 10_000  # shares have four decimals
ENTRY = {
    "source": "The Budget Lab at Yale, tariff rate tracker: product shares of USMCA claims by month (USITC DataWeb, imports "
    "for consumption by special programme indicator)",
    "terms": "MIT, notice in NOTICE",
    "vintage": "January 2025 to February 2026",
    "builder": "builders/us_preference_use.py",
    "arrays": {
        "products": "U10, sorted",
        "origins": "U3",
        "months": "U7, YYYY-MM",
        "share": f"uint16 [month, k, i], ten-thousandths of value; {UNKNOWN} where the source has none",
    },
    "note": "Before July 2025 almost no claim was recorded on lines free of ordinary duty, and duty was not collected there "
    "either: a break in reporting. A month without imports of a code has share 0. Codes of 2026 without a share in "
    "January and February 2026 carry their last one on.",
}


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed arrays and their manifest entry."""
    with gzip.open(shared / SOURCE, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    months = [name for name in rows[0] if name[:2] == "20"]
    products = sorted({r["hts10"] for r in rows})
    place = {code: k for k, code in enumerate(products)}
    share = np.full((len(months), len(products), len(ORIGINS)), UNKNOWN, dtype=np.uint16)
    for r in rows:
        for m, month in enumerate(months):
            if r[month]:
                share[m, place[r["hts10"]], ORIGINS.index(r["origin"])] = round(SCALE * float(r[month]))
    packed = io.BytesIO()
    np.savez_compressed(packed, products=np.array(products, "U10"), origins=np.array(ORIGINS, "U3"),
                        months=np.array(months, "U7"), share=share)  # fmt: skip
    content = packed.getvalue()
    counts = {"rows": len(rows), "products": len(products), "months": len(months)}
    return content, ENTRY | counts | {"sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    asked = parser.parse_args()
    content, entry = build(asked.shared)
    replace_file(asked.out / FILE, content)
    record(asked.out / "manifest.json", FILE, entry)
    print(f"{FILE}: {entry['rows']} rows, {entry['products']} codes, {entry['months']} months, {len(content)} bytes")


if __name__ == "__main__":
    main()
