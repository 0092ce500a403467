"""Build src/parley/law/schedule/hs-editions.csv: codes of six digits of older Harmonized Systems and what they are in that of 2022.

Run: python builders/hs_editions.py --tables FOLDER [--out src/parley/law/schedule]

From the conversion and correlation tables of the United Nations Statistics Division, one workbook for each older edition
(HS2022toHS2017ConversionAndCorrelationTables.xlsx and its kin). A conversion names for each code of 2022 the one older code
from which it came, the first in order where it came from several. An older code's successors are the codes of 2022 that name
it, those of its own heading where there are any; where none names it, those to which a correlation ties it. `others` has the
headings of the further codes that hold a part of it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl

from us_outputs import record, replace_file

FILE = "hs-editions.csv"
EDITIONS = (2017, 2012, 2007, 2002, 1996, 1992)
WORKBOOK = "HS2022toHS{}ConversionAndCorrelationTables.xlsx"
# Headings that took parts of very many codes in 2022 (flat panel modules; electrical waste): no successor of a good as such.
SWEEPING = ("8524", "8549")
HEADING = 4  # digits
BEGUN = 2022
ENTRY = {
    "source": "United Nations Statistics Division, conversion and correlation tables HS 2022 to HS 2017, 2012, 2007, 2002, "
    "1996 and 1992, as stored in insongkim/concordance (commit 201c812e, MIT), data-raw",
    "terms": "facts of classification; cited",
    "vintage": "HS 1992 to HS 2022",
    "builder": "builders/hs_editions.py",
    "columns": "edition (the last that had the code; 2022: one that this edition began), old, new (codes of 2022, joined by ;; of "
    "one that began the code of 2017), how, others (headings of further codes that took a part)",
    "note": "how: conversion (codes of 2022 that name it as theirs, of its own heading where there are any) or correlation (none "
    "does). Headings 8524 and 8549, which took parts of very many codes, stand in others unless nothing else took over",
}


class Row(NamedTuple):
    """One older code."""

    edition: int
    old: str
    new: str
    how: str
    others: str


class Tables(NamedTuple):
    """One workbook: code of 2022 → its one older code; pairs (code of 2022, older code)."""

    conversion: dict[str, str]
    pairs: set[tuple[str, str]]


def read_tables(path: Path) -> Tables:
    """The two sheets of a workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    sheets = {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    conversion = next(rows for name, rows in sheets.items() if "onversion" in name)[1:]
    pairs = next(rows for name, rows in sheets.items() if "orrelation" in name)[2:]
    return Tables({str(r[0]): str(r[1]) for r in conversion if r[0]}, {(str(r[0]), str(r[1])) for r in pairs if r[0]})


def rows_of(edition: int, tables: Tables, later: set[str]) -> Iterator[Row]:
    """The codes of an edition that no later one has, and those of 2017 from which codes of 2022 were taken."""
    main, tied = defaultdict(set), defaultdict(set)
    for new, old in tables.conversion.items():
        main[old].add(new)
    for new, old in tables.pairs:
        tied[old].add(new)
    for old in sorted(tied):
        split = edition == EDITIONS[0] and {n for n in main[old] if n[:HEADING] == old[:HEADING]} - {old}
        if old in later and not split:
            continue
        found = successors(old, main[old], tied[old])
        others = sorted({n[:HEADING] for n in tied[old] - found} - {n[:HEADING] for n in found})
        how = "conversion" if main[old] & found else "correlation"
        yield Row(edition, old, ";".join(sorted(found)), how, ";".join(others))


def begun(tables: Tables) -> Iterator[Row]:
    """The codes of 2022 that the edition before did not have, each with the code from which it came."""
    standing = {old for _, old in tables.pairs}
    tied = defaultdict(set)
    for new, old in tables.pairs:
        tied[new].add(old)
    for new, old in sorted(tables.conversion.items()):
        if new not in standing:
            others = sorted({o[:HEADING] for o in tied[new]} - {old[:HEADING]})
            yield Row(BEGUN, new, old, "began", ";".join(others))


def successors(old: str, main: set[str], tied: set[str]) -> set[str]:
    """The codes of 2022 that took over from an older one: of its own heading first, then those that sweep nothing together."""
    same = {n for n in main if n.startswith(old[:HEADING])}
    plain = {n for n in (main or tied) if not n.startswith(SWEEPING)}
    return same or plain or main or tied


def build(folder: Path) -> tuple[bytes, dict]:
    """The table and its manifest entry."""
    rows: list[Row] = []
    later: set[str] = set()
    for edition in EDITIONS:
        tables = read_tables(folder / WORKBOOK.format(edition))
        later |= set(tables.conversion)
        rows += [*(begun(tables) if edition == EDITIONS[0] else ()), *rows_of(edition, tables, later)]
        later |= {old for _, old in tables.pairs}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows)
    content = text.getvalue().encode()
    return content, ENTRY | {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=Path, required=True, help="the folder of the workbooks")
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/schedule"))
    asked = parser.parse_args()
    content, entry = build(asked.tables)
    replace_file(asked.out / FILE, content)
    record(asked.out / "manifest.json", FILE, entry)
    print(f"{entry['rows']} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
