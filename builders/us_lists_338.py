"""Section 338 on Canada: the codes of note 51 from the annexes, what changed on 15 September 2026, and the import bans.

An annex prints an entry in two places: annex I at the beginning of a line of its table, annex II in the columns of note
51. A code inside a description ("specified under subheading 4412.33") is a mention and no entry. Both places must name
the same codes, as many as the note has.
"""

from __future__ import annotations

import re
from pathlib import Path

from us_list_tables import Row, digits, plain, table

TEXTS = "law/texts/2026-07-20-proc-"
ANNEXES = {"alcohol": ("11046-alcohol", 1, 63), "dairy": ("11047-dairy", 2, 52), "automotive": ("11048-autos", 3, 439)}
HEADINGS = {"alcohol": "9903.03.12", "dairy": "9903.03.13", "automotive": "9903.03.14"}
AIRCRAFT = 554  # codes of note 51(d)
BANS = {"any": ("11061", "any container", 25), "packaged": ("11061", "packaged only", 28), "dairy": ("11062", "", 14),
        "motorcycles": ("11063", "", 1)}  # fmt: skip
_CODE = r"\d{4}\.\d{2}\.\d{2}(?:\.\d{2})?"
_ENTRY = re.compile(rf"^\s*({_CODE})(?=\s|$)", re.MULTILINE)
_COLUMNS = re.compile(rf"^\s*[“]?{_CODE}(?:\s+{_CODE})*”?\s*$", re.MULTILINE)


def entries_of_annex_i(text: str) -> list[str]:
    """Codes that stand at the beginning of a line of the table; those in words of a description are mentions."""
    return [digits(code) for code in _ENTRY.findall(text)]


def entries_of_columns(text: str) -> list[str]:
    """Codes of the lines that hold nothing but codes in columns."""
    return [digits(code) for line in _COLUMNS.findall(text) for code in re.findall(_CODE, line)]


def of_note_51(text: str, subdivision: int) -> str:
    """The part of an annex II between the words of a subdivision of note 51(b) and the next provision."""
    found = re.search(rf"{subdivision}\.\s+Heading 9903\.03\.1{subdivision + 1} applies to articles classifiable", text)
    assert found, subdivision
    start = found.end()
    ends = [k for mark in ("(c) As provided", "3.  Subdivision (c)") if (k := text.find(mark, start)) > 0]
    return text[start : min(ends)]


def section_338(shared: Path, name: str) -> list[Row]:
    """Codes of note 51(b) by proclamation, printed in annex I and annex II alike."""
    stem, subdivision, number = ANNEXES[name]
    first, second = ((shared / f"{TEXTS}{stem}-annex-{k}.txt").read_text("utf-8") for k in ("i", "ii"))
    printed, noted = entries_of_annex_i(first), entries_of_columns(of_note_51(second, subdivision))
    assert len(printed) == len(set(printed)) == number, (name, len(printed))
    assert sorted(printed) == sorted(noted), (name, set(printed) ^ set(noted))
    return plain(printed)


def since_september(shared: Path, name: str) -> list[Row]:
    """Codes of note 51(b) from 15 September 2026: those of July with the changes of revision 19, not seen in their annexes."""
    changes = [r for r in table(shared, "lists/us_338_canada_changes_2026-09-15.csv") if r["heading"] == HEADINGS[name]]
    added, removed = ({digits(r["product"]) for r in changes if r["change"] == c} for c in ("add", "remove"))
    before = {p for p, _, _ in section_338(shared, name)}
    assert removed <= before, name
    assert not added & before, name
    return plain((before - removed) | added)


def aircraft_of_338(shared: Path) -> list[Row]:
    """Codes of note 51(d), free where the goods are of civil aircraft; provisions of chapter 98 are no goods."""
    text = (shared / f"{TEXTS}11046-alcohol-annex-ii.txt").read_text("utf-8")
    found = entries_of_columns(text[text.index("(d) As provided in heading 9903.03.16") :])
    listed = {digits(r["product"]) for r in table(shared, "lists/us_338_canada_aircraft_note_51d.csv")}
    assert len(set(found)) == len(found) == AIRCRAFT, len(found)
    assert set(found) == listed
    return plain(found)


def banned(shared: Path, name: str) -> list[Row]:
    """Codes that the proclamations of 8 September 2026 exclude from importation; their annexes were not seen."""
    proclamation, condition, number = BANS[name]
    rows = table(shared, "lists/us_338_canada_import_bans_2026-09-29.csv")
    found = [
        digits(r["product"]) for r in rows if r["proclamation"] == proclamation and r["condition"].startswith(condition)
    ]
    assert len(set(found)) == len(found) == number, (name, len(found))
    return plain(found)
