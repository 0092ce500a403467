"""Lists of Section 232 that notes of chapter 99 hold from July 2026: pharmaceuticals (40) and unmanned aircraft (43)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from parley.law.measure import LATEST
from us_carried import Span, carried
from us_list_tables import Row, digits, plain, table

SPLIT = date(2026, 9, 29).isoformat()
WRITTEN = date(2026, 6, 30)  # the last day of the numbers that the note prints
WINDOW = Span(date(2026, 7, 31), LATEST)
PHARMACEUTICALS = (131, 10, 28)  # codes of revision 14; those that left on 29 September, those that came
UNMANNED = {"heavy": ("43(c)(1) aircraft", 4), "docking": ("43(c)(1) docking stations", 2), "parts": ("43(c)(2)", 4),
            "light": ("43(c)(4)", 6)}  # fmt: skip


def pharmaceuticals(shared: Path) -> list[Row]:
    """Goods of note 40(c): its 131 codes are numbers of June 2026; ten that had ended gave way in September to 28 of theirs."""
    rows = table(shared, "lists/s232_pharma_note_40c.csv")
    first, came = ({digits(r["product"]) for r in rows if (r["from"] == SPLIT) is late} for late in (False, True))
    left = {digits(r["product"]) for r in rows if r["to_exclusive"] == SPLIT}
    assert (len(first), len(left), len(came)) == PHARMACEUTICALS
    goods = carried(plain(first), WINDOW, WRITTEN)
    assert goods == plain((first - left) | came)  # so 29 September changed numbers, and no goods
    return goods


def unmanned(shared: Path, name: str) -> list[Row]:
    """Codes of note 43(c) by class; annex III, in force from 9 February 2027, was seen in no copy."""
    kind, number = UNMANNED[name]
    rows = table(shared, "lists/s232_uas_note_43c.csv")
    found = [digits(r["product"]) for r in rows if r["class"].startswith(kind)]
    assert len(set(found)) == len(found) == number, (name, len(found))
    return plain(found)
