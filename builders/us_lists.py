"""Write the product lists beside the American acts (src/parley/law/measures/us-*.csv) and their manifest entries.

Run: python builders/us_lists.py [--shared ../shared/data] [--out src/parley/law/measures]

A list is product,start,end: a prefix of tariff digits, and where the law dates it the first day in and out of force.
Sources are the lists of the Yale Budget Lab's tariff-rate-tracker (MIT: see NOTICE), the schedule's chapter 99 and
the memorandum of 11 April 2025. How each list is made stands beside its name in LISTS.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from us_schedule import record, replace_file

Row = tuple[str, str, str]  # product, start, end
TRACKER = "The Budget Lab at Yale, tariff-rate-tracker, list of the schedule's notes and Federal Register annexes"
MIT = "MIT, copyright (c) The Budget Lab at Yale (see NOTICE); the facts are of public law"
PUBLIC = "United States government work, public domain; facts"


def table(shared: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV of shared data, comment lines left out; NA and blanks are ''."""
    with (shared / "law" / name).open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [{k: "" if v in ("NA", None) else v for k, v in r.items()} for r in rows]


def digits(text: str) -> str:
    """The digits of a code; a trailing 00 of a ten-digit code that stands for eight digits is kept as written."""
    return re.sub(r"\D", "", text)


def day_after(day: str) -> str:
    """The first day out of force of a list that names the last day in force."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day else ""


def plain(products: Iterable[str]) -> list[Row]:
    """Undated rows, sorted, each once."""
    return [(p, "", "") for p in sorted(set(products))]


# -- Annex II of EO 14257 and what changed it ------------------------------------------------------------------------


def annex_ii(shared: Path, start: str, last: str) -> list[Row]:
    """Codes of Annex II by the day of their first appearance and the last day on which they stood there."""
    rows = table(shared, "lists/annex_ii_first_appearance.csv")
    of_memorandum = "2025-04-05"
    found = [r for r in rows if r["first_effective_date"] == start and r["end_effective_date"] == last]
    return plain(digits(r["prefix"]) for r in found if start != of_memorandum)


def annex_ii_original(shared: Path) -> list[Row]:
    """Annex II of 2 April 2025, as far as no later act took codes out; 3818.00.00 is on it (edition rev_7)."""
    return plain([*(p for p, _, _ in annex_ii(shared, "", "")), "38180000"])


def electronics(shared: Path) -> list[Row]:
    """The twenty headings and subheadings of the memorandum of 11 April 2025."""
    return plain(digits(r["hts_prefix"]) for r in table(shared, "electronics_exclusion_hts.csv"))


# Informational materials (50 U.S.C. 1702(b)): books, papers, maps, plans, pictures, films, recordings, works of art.
INFORMATIONAL = ("4901", "4902", "4903", "4904", "4905", "4906", "49100020", "491110", "491191", "37050000", "3706")
ART = ("970121", "970122", "970129", "970191", "970192", "970199", "970210", "970290", "970310", "970390")


def informational(shared: Path) -> list[Row]:
    """Our reading of headings 9903.01.22 and 9903.01.31, which name kinds of goods and no codes."""
    assert shared
    return plain((*INFORMATIONAL, *ART))


LISTS: dict[str, tuple[Callable[[Path], list[Row]], str, str]] = {
    "us-annex-ii.csv": (annex_ii_original, TRACKER, MIT),
    "us-annex-ii-copper.csv": (lambda s: annex_ii(s, "", "2025-07-31"), TRACKER, MIT),
    "us-annex-ii-timber.csv": (lambda s: annex_ii(s, "", "2025-10-13"), TRACKER, MIT),
    "us-annex-ii-until-september.csv": (lambda s: annex_ii(s, "", "2025-09-07"), TRACKER, MIT),
    "us-annex-ii-september.csv": (lambda s: annex_ii(s, "2025-09-08", ""), TRACKER, MIT),
    "us-agricultural-exemption.csv": (lambda s: annex_ii(s, "2025-11-13", ""), TRACKER, MIT),
    "us-electronics.csv": (electronics, "Presidential memorandum of 11 April 2025, as listed in shared data", PUBLIC),
    "us-informational.csv": (
        informational,
        "our reading of 9903.01.22 and 9903.01.31; no official list exists",
        PUBLIC,
    ),
}


def written(rows: list[Row]) -> bytes:
    """A list as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("product", "start", "end"))
    writer.writerows(rows)
    return text.getvalue().encode()


def main() -> None:
    """Write every list and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/measures"))
    arguments = parser.parse_args()
    for name, (make, source, terms) in LISTS.items():
        rows = make(arguments.shared)
        content = written(rows)
        replace_file(arguments.out / name, content)
        entry = {"source": source, "terms": terms, "vintage": "2026-07", "builder": "builders/us_lists.py",
                 "note": (make.__doc__ or "").split("\n")[0], "rows": len(rows),
                 "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
        record(arguments.out / "manifest.json", name, entry)
        print(f"{len(rows):6d}  {name}")


if __name__ == "__main__":
    main()
