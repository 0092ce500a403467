"""Build two small tables that averages need to rebuild what others publish (src/parley/law/conventions.py).

Run: python builders/us_conventions.py [--shared ../shared/data] [--out src/parley/law/weights]

usa-metal-content.csv: shares of steel, aluminium and copper in the value of goods, of the lines on any list of metal
derivatives; an estimate by industry, from the Bureau of Economic Analysis' input-output table, as compiled by the
Budget Lab at Yale. usa-2024-special.csv: imports of 2024 under chapters 98 and 99 by partner and chapter (Census).
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from math import floor
from pathlib import Path

import pyarrow.parquet as parquet

from parley.codes import countries
from us_outputs import write_tables
from us_weights import SLOVAKIA

LISTS = ("us-232-*derivatives.csv", "us-232-*outside.csv", "us-232-*august.csv", "us-232-annex-*.csv")
WHOLLY = "72"  # iron and steel itself
COLUMNS = {"steel": "steel_share", "aluminium": "aluminum_share", "copper": "copper_share"}
DIGITS = 4  # shares of an industry, applied to a line: more would be false


def prefixes(measures: Path) -> tuple[str, ...]:
    """The prefixes of all lists of metal goods that pay by content."""
    found = set()
    for pattern in LISTS:
        for path in measures.glob(pattern):
            rows = csv.DictReader(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
            found |= {row["product"] for row in rows}
    return tuple(sorted(found))


def metal_content(shared: Path, measures: Path) -> list[list[str]]:
    """One row a tariff line: the mean of its codes' shares."""
    wanted, lines = prefixes(measures), defaultdict(list)
    with gzip.open(shared / "law/lists/metal_content_shares_bea_hs10.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["hs10"].startswith(wanted) and not row["hs10"].startswith(WHOLLY):
                shares = [float(row[name]) for name in COLUMNS.values()]
                most = max(1.0, sum(shares))  # an industry may use more than it makes: its good is then all metal
                lines[row["hs10"][:8]].append([share / most for share in shares])
    return [
        [code, *(f"{floor(10**DIGITS * sum(x) / len(x)) / 10**DIGITS:.{DIGITS}f}" for x in zip(*rows, strict=True))]
        for code, rows in sorted(lines.items())
    ]


def special(shared: Path) -> list[list[str]]:
    """Customs value by partner and special chapter."""
    table = parquet.read_table(shared / "law/imports-2024/us_imports_2024_hts10.parquet")
    iso3, value = {c.census: c.iso3 for c in countries().values() if c.census}, defaultdict(float)
    for row in table.to_pylist():
        if row["hts10"][:2] in ("98", "99") and row["census_country"] != SLOVAKIA:
            value[iso3[row["census_country"]], row["hts10"][:2]] += row["customs_value_usd"]
    return [[partner, chapter, f"{v:.0f}"] for (partner, chapter), v in sorted(value.items())]


def main() -> None:
    """Write both tables and their manifest entries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    asked = parser.parse_args()
    content = metal_content(asked.shared, asked.out.parent / "measures")
    entries = {
        "usa-metal-content.csv": (["product", *COLUMNS], content, {
            "source": "Bureau of Economic Analysis, detailed input-output table, by tariff line as compiled by The Budget "
            "Lab at Yale (tariff rate tracker); the mean of a line's codes", "terms": "MIT, notice in NOTICE",
            "vintage": "not stated by the compiler"}),
        "usa-2024-special.csv": (["partner", "chapter", "value"], special(asked.shared), {
            "source": "US Census Bureau, imports for consumption 2024, chapters 98 and 99: customs value, US dollars",
            "terms": "United States government work, public domain", "vintage": "2024"}),
    }  # fmt: skip
    write_tables(asked.out, "us_conventions.py", entries)


if __name__ == "__main__":
    main()
