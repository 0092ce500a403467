"""Lists of goods that are exempt from the reciprocal, Brazilian, Section 122 and Section 301 duties of 2025 and 2026.

What notes 2 and 50 print is read in their texts (builders/us_notes.py), at the digits printed there. Note 52 (forced
labour) was not had: its lists are copies by two independent trackers that agree in number, class by class.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from us_list_tables import Row, digits, plain, table
from us_notes import named, printed

FORCED_LABOUR = "lists/s301_forced_labour_final_exempt_general.csv"
BY_ORIGIN = "law/lists/s301_forced_labour_final_exempt_by_origin.csv.gz"
TEXTILES = "52(j)(6)(iii)"  # Guatemala's list of textile and apparel goods, the longest printed


def of_note(shared: Path, note: str) -> list[Row]:
    """The entries of one subdivision of a note, at the digits printed there."""
    return plain(printed(shared, note))


def particular(shared: Path, note: str) -> list[Row]:
    """Subheadings of the particular articles that a subdivision describes; the description is a part of each."""
    return plain(named(shared, note))


def as_printed(codes: list[str], entries: tuple[str, ...]) -> list[str]:
    """Codes at the digits that a note prints: one that the note prints longer is replaced by its longer entries."""
    made: list[str] = []
    for code in codes:
        longer = [e for e in entries if e != code and e.startswith(code)]
        made += longer if longer and code not in entries else [code]
    return made


def annex_ii(shared: Path, start: str, last: str) -> list[Row]:
    """Codes of Annex II by the day of first appearance and the last day there, at the digits of note 2(v)(iii)(a)."""
    rows = table(shared, "lists/annex_ii_first_appearance.csv")
    found = [r for r in rows if r["first_effective_date"] == start and r["end_effective_date"] == last]
    codes = [digits(r["prefix"]) for r in found if start != OF_MEMORANDUM]
    return plain(as_printed(codes, printed(shared, "2(v)(iii)(a)")))


OF_MEMORANDUM = "2025-04-05"


def annex_ii_original(shared: Path) -> list[Row]:
    """Annex II of 2 April 2025, as far as no later act took codes out; 3818.00.00 is on it (edition rev_7)."""
    return plain([*(p for p, _, _ in annex_ii(shared, "", "")), "38180000"])


def brazil_august(shared: Path) -> set[str]:
    """What EO 14323 freed on 6 August 2025: the tracker's rows of that day that note 2(x)(iii)(a) prints."""
    rows = table(shared, "lists/country_eo_exempt_products.csv")
    first = {digits(r["hts10"]) for r in rows if r["effective_date_start"] == "2025-08-06"}
    return first & set(printed(shared, "2(x)(iii)(a)"))


def brazil(shared: Path) -> list[Row]:
    """Lines free of the Brazilian duty since 6 August 2025, as note 2(x)(iii)(a) prints them."""
    return plain(brazil_august(shared))


def brazil_november(shared: Path) -> list[Row]:
    """What the order of 20 November 2025 added: the other entries of note 2(x)(iii)(a)."""
    return plain(set(printed(shared, "2(x)(iii)(a)")) - brazil_august(shared))


def forced_labour(shared: Path, note: str) -> list[Row]:
    """Lines of one subdivision of note 52, as two trackers copy it."""
    return plain(digits(r["product"]) for r in table(shared, FORCED_LABOUR) if r["note"] == note)


def _by_origin(shared: Path) -> list[dict[str, str]]:
    text = gzip.decompress((shared / BY_ORIGIN).read_bytes()).decode()
    return list(csv.DictReader(text.splitlines()))


def forced_labour_of(shared: Path, origin: str) -> list[Row]:
    """Lines that note 52(j) frees for goods of one origin outright, as a tracker copies it."""
    rows = (r for r in _by_origin(shared) if r["origin"] == origin and r["condition"] == "none")
    return plain(digits(r["product"]) for r in rows)


def cafta_textiles(shared: Path) -> list[Row]:
    """Textile and apparel goods under CAFTA-DR: the list of note 52(j)(6)(iii), the longest that is printed.

    General note 29(d)(v) defines them by the Annex to the Agreement on Textiles and Clothing, of which no list was had.
    """
    return plain(digits(r["product"]) for r in _by_origin(shared) if r["note"] == TEXTILES)
