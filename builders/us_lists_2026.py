"""Lists of Section 232 that notes of chapter 99 hold from July 2026: pharmaceuticals (40) and unmanned aircraft (43)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from us_list_tables import Row, digits, plain, table

SPLIT = date(2026, 9, 29).isoformat()
PHARMACEUTICALS = (131, 10, 28)  # codes of revision 14; those that left on 29 September, those that came
UNMANNED = {"heavy": ("43(c)(1) aircraft", 4), "docking": ("43(c)(1) docking stations", 2), "parts": ("43(c)(2)", 4),
            "light": ("43(c)(4)", 6)}  # fmt: skip


def pharmaceuticals(shared: Path) -> list[Row]:
    """Codes of note 40(c) by day: those of 31 July 2026, ten of which gave way on 29 September to the 28 of their splits."""
    rows = table(shared, "lists/s232_pharma_note_40c.csv")
    first = [r for r in rows if r["from"] < SPLIT]
    left, came = [r for r in first if r["to_exclusive"] == SPLIT], [r for r in rows if r["from"] == SPLIT]
    assert (len(first), len(left), len(came)) == PHARMACEUTICALS
    gone = {digits(r["product"])[:8] for r in left}
    assert {digits(r["product"])[:8] for r in came} == gone
    made = [(digits(r["product"]), "" if r in first else SPLIT, r["to_exclusive"]) for r in rows]
    return sorted((_whole(p) if end else p, start, end) for p, start, end in made)


def _whole(product: str) -> str:
    """A line that had no split when the note named it: its eight digits hold whatever it was split into since."""
    return product[:8] if product.endswith("00") else product


def unmanned(shared: Path, name: str) -> list[Row]:
    """Codes of note 43(c) by class; annex III, in force from 9 February 2027, was seen in no copy."""
    kind, number = UNMANNED[name]
    rows = table(shared, "lists/s232_uas_note_43c.csv")
    found = [digits(r["product"]) for r in rows if r["class"].startswith(kind)]
    assert len(set(found)) == len(found) == number, (name, len(found))
    return plain(found)
