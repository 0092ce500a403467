"""Build src/parley/law/schedule/usa-chapter-99.csv.gz: what each heading of subchapter III of chapter 99 rests on.

Run: python builders/us_chapter_99.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per heading over all editions: the notes that its text cites and the tariff codes that its text names. Of what
revision 15 of 2026 added the rates were read and not the texts (read = no). The editions hold headings, not notes:
`parley law measures check --open` says which lists could not be held against theirs.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from pathlib import Path

import msgspec

from us_list_tables import table
from us_outputs import packed, write_schedule_table

FILE = "usa-chapter-99.csv.gz"
ENTRY = {
    "source": "USITC, Harmonized Tariff Schedule, texts of the headings of subchapter III of chapter 99; all editions "
    "from 2025 basic to 2026 revision 10; headings of revision 15 as quoted by TheAxiomFoundation/rulespec-us (CC BY 4.0)",
    "terms": "United States government work, public domain; the file of quoted rates CC BY 4.0",
    "vintage": "2025 basic to 2026 revision 15 (3 August 2026)",
    "builder": "builders/us_chapter_99.py",
    "columns": "heading, notes (cited by its text), codes (named by its text); lists joined by ;; read (no: its rate alone)",
}
_CODE = re.compile(r"(?<![\d.])(?!9[89])\d{4}\.\d\d(?:\.\d\d(?:\.?\d\d(?:\d\d)?)?)?(?!\d)")
_OF_A_NOTE = re.compile(
    r"subdivisions?\s+((?:\([a-z]{1,5}\)|and\b|or\b|through\b|to\b|[\s,–-])+?)\s+(?:of|to)\s+(?:U\.\s?S\.\s+)?note\s+(\d+)"
)
_NOTE = re.compile(r"(?:U\.\s?S\.\s+)?note\s+(\d+)((?:\s?\([a-z]{1,5}\))*)")


def notes_of(text: str) -> set[str]:
    """The notes that a text cites, as it cites them: 2(v)(iii), 16(c)(i)–(iv) and (d)."""
    found = {number + " ".join(letters.split()) for letters, number in _OF_A_NOTE.findall(text)}
    rest = _OF_A_NOTE.sub(" ", text)
    return found | {number + letters.replace(" ", "") for number, letters in _NOTE.findall(rest)}


def codes_of(text: str) -> set[str]:
    """The tariff codes of chapters 1 to 97 that a text names, as digits."""
    return {re.sub(r"\D", "", code) for code in _CODE.findall(text)}


class Heading(msgspec.Struct, frozen=True):
    """A heading of subchapter III as an edition prints it: number, text, and the rates of both columns."""

    htsno: str
    description: str | None
    general: str | None
    other: str | None


def headings(shared: Path) -> set[Heading]:
    """The headings of subchapter III over all editions, each wording once."""
    editions = sorted((shared / "law/hts").glob("hts_*.json.gz"))
    rows = (msgspec.json.decode(gzip.decompress(path.read_bytes()), type=list[Heading]) for path in editions)
    return {row for edition in rows for row in edition if row.htsno.startswith("9903.")}


def added_by_revision_15(shared: Path) -> list[str]:
    """The headings of which revision 15 gives the rate and no edition the text."""
    return [r["heading"] for r in table(shared, "hts/hts_2026_rev_15_new_headings_9903.csv")]


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed rows and their manifest entry."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for heading in headings(shared):
        notes, codes = found.setdefault(heading.htsno, (set(), set()))
        notes.update(notes_of(heading.description or ""))
        codes.update(codes_of(heading.description or ""))
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("heading", "notes", "codes", "read"))
    rows = [(h, ";".join(sorted(n)), ";".join(sorted(c)), "yes") for h, (n, c) in found.items()]
    rows += [(h, "", "", "no") for h in added_by_revision_15(shared) if h not in found]
    writer.writerows(sorted(rows))
    content = packed(lines.getvalue())
    return content, ENTRY | {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    write_schedule_table(FILE, build, __doc__)


if __name__ == "__main__":
    main()
