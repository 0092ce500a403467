"""Build src/parley/world/sources/households.csv: how many households there are, and what one spends in a year.

Run: python builders/us_households.py --page cu-vets-2022.htm [--year 2022] [--out src/parley/world/sources]

The page is a table of calendar-year means of the Consumer Expenditure Surveys of the US Bureau of Labor Statistics, saved as it
is or as text: https://www.bls.gov/cex/tables/calendar-year/mean/cu-vets-2022.htm. Only its column of all consumer units is read.
A consumer unit is what the surveys call a household: people who live together and spend together.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import re
from pathlib import Path

from us_schedule import record, replace_file

FILE = "households.csv"
NUMBER, SPENDING = "Number of consumer units", "Average annual expenditures"
COLUMNS = ("country", "year", "households", "spending", "money", "source", "address")
SOURCE = "US Bureau of Labor Statistics, Consumer Expenditure Surveys, {year}: all consumer units"
ADDRESS = "https://www.bls.gov/cex/tables/calendar-year/mean/cu-vets-{year}.htm"


def first_number(text: str, label: str) -> int:
    """The first number behind a label: that of all consumer units. Raises SystemExit where there is none."""
    found = re.search(re.escape(label) + r"[^0-9]{0,40}?\$?(\d{1,3}(?:,\d{3})+)", text)
    if not found:
        raise SystemExit(f"the page has no number behind {label!r}")
    return int(found[1].replace(",", ""))


def plain(page: str) -> str:
    """A page as text, whether it was saved as HTML or as text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def row_of(page: str, year: int) -> dict[str, str | int]:
    """The row of the United States."""
    text = plain(page)
    return {
        "country": "USA", "year": year, "households": first_number(text, NUMBER), "spending": first_number(text, SPENDING),
        "money": "US dollars", "source": SOURCE.format(year=year), "address": ADDRESS.format(year=year),
    }  # fmt: skip


def table(rows: list[dict[str, str | int]]) -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> None:
    """Reads the saved page and writes table and manifest."""
    at = argparse.ArgumentParser(description=__doc__)
    at.add_argument("--page", type=Path, required=True)
    at.add_argument("--year", type=int, default=2022)
    at.add_argument("--out", type=Path, default=Path("src/parley/world/sources"))
    asked = at.parse_args()
    row = row_of(asked.page.read_text("utf-8"), asked.year)
    made = table([row]).encode()
    replace_file(asked.out / FILE, made)
    entry = {
        "source": f"{row['source']} ({row['address']}): number of consumer units and average annual expenditures",
        "terms": "public domain (work of the US government)",
        "read": True,
        "vintage": f"calendar year {asked.year}",
        "note": "read in a stored copy of the page; a consumer unit is what the surveys call a household",
        "builder": "builders/us_households.py",
        "rows": 1,
        "sha256": hashlib.sha256(made).hexdigest(),
    }
    record(asked.out / "manifest.json", FILE, entry)


if __name__ == "__main__":
    main()
