"""Build src/parley/scenario/backtest/usa-trade-months.csv.gz: US trade by month, for `parley trade backtest`.

Run: python builders/us_trade_months.py [--shared ../shared/data] [--out src/parley/scenario/backtest]

Imports for consumption of 2023, customs value by partner and 3-digit NAICS; later months are law/weights/usa-paid-months.csv.gz.
Exports from January 2023 on, by partner for all goods together, and of all partners together by chapter of the Harmonized System.
Partners are those of the source, the European Union once; WLD is all countries together.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from us_outputs import write_tables
from us_paid import DATA, FIRST, partner_of

EXPORTS = "reality/us_exports_partner_hs2_month_2023-01_2025-11.csv.gz"
ALL, TOGETHER = "WLD", "00"
STORED = "as stored in tradewartracker/{} (MIT; numbers are facts)"


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def imports(shared: Path) -> Iterator[list[str]]:
    """One row a partner, sector and month before those that are packaged already."""
    code_of = cache(partner_of)
    for r in _read(shared / DATA):
        if r["month"] < FIRST and r["NAICS"] != TOGETHER and code_of(r["partner"]) and r["customs_value_usd"] != "0":
            yield ["imports", code_of(r["partner"]), r["NAICS"], r["month"], r["customs_value_usd"]]


def exports(shared: Path) -> Iterator[list[str]]:
    """One row a partner and month, and for all partners together one a chapter and month too."""
    code_of = cache(partner_of)
    for r in _read(shared / EXPORTS):
        partner = code_of(r["partner"])
        if partner and r["export_value_usd"] != "0" and (r["hs2"] == TOGETHER or partner == ALL):
            yield ["exports", partner, r["hs2"], r["month"], r["export_value_usd"]]


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/scenario/backtest"))
    asked = parser.parse_args()
    rows = sorted([*imports(asked.shared), *exports(asked.shared)])
    entry = {
        "source": "US Census Bureau, imports for consumption (customs value) by partner, 3-digit NAICS and month, "
        + STORED.format("us-imports-hs2, commit 5530afc")
        + "; exports by partner, chapter and month, "
        + STORED.format("us-exports-hs2, commit 9d16b59"),
        "terms": "United States government work, public domain",
        "vintage": "imports January to December 2023; exports January 2023 to November 2025",
        "note": "Imports from January 2024 on are law/weights/usa-paid-months.csv.gz. Sector 00 is all goods. Day of the build: "
        "29 November 2026.",
    }
    write_tables(
        asked.out,
        "us_trade_months.py",
        {"usa-trade-months.csv.gz": (["flow", "partner", "sector", "month", "value"], rows, entry)},
    )


if __name__ == "__main__":
    main()
