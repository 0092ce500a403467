"""The metal lists of Section 232 as official texts print them: entries told from mentions, digits kept as printed.

An entry stands where the text puts entries: at the head of a table's row (in the text layer of a PDF also glued to the
description's first line), alone with other entries on a line of a note's grid, or in a list set off by semicolons. A
code anywhere else ("machines of heading 8471") is a mention, and no entry.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

CODE = r"\d{4}(?:\.\d{2}(?:\.\d{2}(?:\.?\d{2}|\.?\d{4})?)?)?"
ANNEXES = "law/texts/2026-04-02-proc-11021-metals-annexes.txt"
NOTICE = "law/texts/2025-08-19-fr-2025-15819-metal-derivatives.txt"
NOTES = "law/hts/chapter99_notes_2026_rev_6.txt.gz"
TITLE = re.compile(r"\s*Annex (I-A|I-B|II|III):")
METAL = re.compile(r"\s*(Steel|Aluminum|Copper)\s+Description")
ROW = re.compile(rf"(?:^ ?|[^\s\d.])({CODE})(?= {{2,}}|$)")
GRID_HEAD = re.compile(
    r"\(([ivx]+)\)\s+(?:Derivative (?:aluminum|steel) articles|Articles of (?:aluminum|steel|copper)):"
)
PAGE_HEAD = "U.S. Notes (con.)"
OF_TABLE = {  # subdivisions of note 16(c) by annex and metal
    ("I-A", "Aluminum"): ("i", "ii"),
    ("I-A", "Steel"): ("iii", "iv"),
    ("I-A", "Copper"): ("v",),
    ("I-B", "Aluminum"): ("vi",),
    ("I-B", "Steel"): ("vii",),
    ("I-B", "Copper"): ("viii",),
    ("III", "Aluminum"): ("ix",),
    ("III", "Steel"): ("x",),
}


def digits(text: str) -> str:
    """The digits of a code as printed."""
    return re.sub(r"\D", "", text)


@cache
def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")


def table_entries(text: str) -> dict[tuple[str, str], list[str]]:
    """Annex and metal → the entries of the annexes' tables, which stand before Annex IV."""
    found: dict[tuple[str, str], list[str]] = {}
    annex = metal = ""
    for line in text[: text.index("   Annex IV\n")].splitlines():
        if title := TITLE.match(line):
            annex = title[1]
        elif head := METAL.match(line):
            metal = head[1]
        elif annex and metal and (row := ROW.search(line)):
            found.setdefault((annex, metal), []).append(digits(row[1]))
    return found


def grid_entries(text: str) -> dict[str, list[str]]:
    """Subdivision of note 16(c) → the entries of its grid: lines that hold codes and nothing else."""
    found: dict[str, list[str]] = {}
    held = ""
    for line in text[: re.search(r"^\(d\)\s+Heading", text, re.MULTILINE).start()].splitlines():  # type: ignore[union-attr]
        head = GRID_HEAD.search(line)
        if head:
            held = head[1]
            found.setdefault(held, [])
        words = (line[head.end() :] if head else line).replace(PAGE_HEAD, "").split()
        if held and words and all(re.fullmatch(CODE, w) for w in words):
            found[held] += [digits(w) for w in words]
    return found


@cache
def note_16c(shared: Path) -> dict[str, list[str]]:
    """Subdivision of note 16(c) → its entries, as Annex IV of Proclamation 11021 inserts it."""
    text = _text(shared / ANNEXES)
    return grid_entries(text[text.index("   Annex IV\n") :])


@cache
def note_16c_in_edition(shared: Path) -> dict[str, list[str]]:
    """The same note in edition 2026 rev_6; on one of its pages columns of (iii), (iv) and (v) run into each other."""
    text = _text(shared / NOTES)
    return grid_entries(text[text.index("16. (a)  Except as provided in headings 9903.85.67") :])


def differences(shared: Path) -> list[str]:
    """Every difference between the annexes' tables, Annex IV and the note in the edition, each with what explains it."""
    tables, note, edition = table_entries(_text(shared / ANNEXES)), note_16c(shared), note_16c_in_edition(shared)
    lines = []
    for place, parts in OF_TABLE.items():
        printed, noted = set(tables[place]), {c for p in parts for c in note[p]}
        for code in sorted(printed ^ noted):
            same = any(code.ljust(10, "0") == other.ljust(10, "0") for other in (printed | noted) - {code})
            why = (
                "the same goods: one of them prints the ten digits of an undivided subheading"
                if same
                else "UNEXPLAINED"
            )
            lines.append(f"{' '.join(place)}: {code} in the {'table' if code in printed else 'note'} alone; {why}")
    first = ("i", "ii", "iii", "iv", "v")  # of one annex, and of pages on which the text layer mixes columns
    for parts in (first, *((p,) for p in note if p not in first)):
        ours, theirs = (sorted(c for p in parts for c in held[p]) for held in (note, edition))
        if ours != theirs:
            lines.append(f"({'), ('.join(parts)}): Annex IV and the edition differ: {sorted(set(ours) ^ set(theirs))}")
    return lines


@cache
def notice_of_august(shared: Path) -> dict[str, list[str]]:
    """Subdivision ("16(m)") → the codes that FR document 2025-15819 inserts into it, at the digits printed there."""
    text = _text(shared / NOTICE)
    annex = text[text.index("\nAnnex I ") : text.index("\nAnnex II ")].replace("9403.99.9020’’", "")  # "after …"
    parts = re.split(r"\n[a-h]\. By amending subdivision \((\w)\) to note (\d+)", annex)[1:]
    heads = zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    return {f"{note}({letter})": _in_a_row(body) for letter, note, body in heads}


def _in_a_row(text: str) -> list[str]:
    """The subheadings of a running list, each followed by a semicolon, the end of a quotation or of the list."""
    return [digits(c) for c in re.findall(rf"(?<![\d.])({CODE})(?=;|’’|\.?\s|$)", text) if len(digits(c)) >= 8]


@cache
def note_19(shared: Path, letter: str) -> list[str]:
    """The codes of note 19(j) or 19(k) in edition 2026 rev_6: what stood there on 5 April 2026."""
    text = _text(shared / NOTES)
    heads = [
        m.start()
        for m in re.finditer(r"^ *\([a-z]\) +The rates? of duty (?:set forth )?in heading", text, re.MULTILINE)
    ]
    for start, end in pairwise([*heads, len(text)]):
        if text[start:end].lstrip().startswith(f"({letter})") and "9903.85.0" in text[start : start + 120]:
            body = text[start:end].split("For any derivative")[0]
            return _in_a_row(body.split("cast in the United States:")[-1])
    raise ValueError(f"no note 19({letter})")
