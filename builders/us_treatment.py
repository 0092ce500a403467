"""Build src/parley/law/treatment/: chapter 98, drawback and foreign-trade zones under each legal authority, with the clause.

Run: python builders/us_treatment.py [--shared ../shared/data] [--out src/parley/law/treatment]

groups.csv says which headings make a group, topic by topic what applies, and on which clause that rests; clauses.csv has the
clauses as official texts print them. A clause is named by where it stands (a text, the words at which to start looking, its
first and last words), and is cut from that text here: a clause that does not stand there stops the builder.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from parley.law.hts_json import read_edition
from us_outputs import packed, record, replace_file
from us_treatment_rows import CLAUSES, ENTRIES, GROUPS, NOTES, TOPICS, Clause

LONGEST = 1400  # characters of a clause
NOTES_FILE = "hts/chapter99_notes_2026_rev_6.txt.gz"
NOTES_SOURCE = "HTSUS 2026 revision 6, chapter 99, subchapter III, U.S. {}"
_PAGE = re.compile(
    r"(?:Harmonized Tariff Schedule of the United States Revision 6 \(2026\))?\s*Annotated for Statistical Reporting Purposes\s*"
    r"(?:XXII)?\s*(?:99 - III - \d+)?\s*(?:U\.S\. Notes \(con\.\))?|Harmonized Tariff Schedule of the United States Revision 6 \(2026\)"
)
_MARKS = re.compile(r"<[^>]+>|\\(?=[()\[\]_*])|\*+")


@cache
def text_of(shared: Path, name: str) -> str:
    """A text in one line, without page heads and marks of its copy."""
    if name == NOTES:
        raw = gzip.decompress((shared / "law" / NOTES_FILE).read_bytes()).decode()
        return re.sub(r"\s+", " ", _PAGE.sub(" ", re.sub(r"\s+", " ", raw)))
    raw = (shared / "law/texts" / name).read_text("utf-8", errors="replace")
    return re.sub(r"\s+", " ", _MARKS.sub("", raw))


@cache
def index(shared: Path) -> dict[str, dict[str, str]]:
    """The texts' own index: file → date, title, official address."""
    with (shared / "law/texts/INDEX.csv").open(encoding="utf-8") as file:
        return {r["file"]: r for r in csv.DictReader(file)}


def cut(shared: Path, clause: Clause) -> str:
    """The words of a clause as its text has them. Raises ValueError where they do not stand there."""
    text = text_of(shared, clause.text)
    start = 0
    for words in (clause.after, clause.first):
        start = text.find(words, start)
        if start < 0:
            raise ValueError(f"{clause.id}: {words!r} does not stand in {clause.text}")
    end = text.find(clause.last, start)
    if end < 0 or end - start > LONGEST:
        raise ValueError(f"{clause.id}: no {clause.last!r} within {LONGEST} characters of {clause.first!r}")
    return text[start : end + len(clause.last)].strip()


def clause_rows(shared: Path) -> Iterable[tuple[str, str, str, str]]:
    """id, source, official address, quote."""
    for c in CLAUSES:
        if c.text == NOTES:
            yield c.id, NOTES_SOURCE.format(c.where), "", cut(shared, c)
        else:
            held = index(shared)[c.text]
            title = held["title"].replace("\\_", " ").replace("\xa0", " ")
            yield c.id, f"{title}, {c.where}" if c.where else title, held["official_address"], cut(shared, c)


def group_rows() -> Iterable[tuple[str, ...]]:
    """group, programme, headings, topic, rule, clause, state, remark."""
    known = {c.id for c in CLAUSES}
    for g in GROUPS:
        for topic in TOPICS:
            found = g.rules[topic]
            if found.clause and found.clause not in known:
                raise ValueError(f"{g.name}: no clause {found.clause}")
            where = " ".join(g.headings), " ".join(g.measures)
            yield g.name, g.programme, *where, topic, found.rule, found.clause, found.state, found.remark


def entry_rows() -> Iterable[tuple[str, ...]]:
    """code, name, rule, clause, state, source."""
    for e in ENTRIES:
        yield e.code, e.name, e.rule, e.clause, e.state, e.source


def provisions(shared: Path) -> bytes:
    """Chapter 98 of the schedule: each code of eight or ten digits with its column 1 rate, in words where it is no rate."""
    edition = read_edition(shared / "law/hts/hts_2026_rev_10.json.gz")
    rows = ((x.code, x.general, x.description) for x in edition.provisions if x.code[:2] == "98" and len(x.code) >= 8)
    return packed(table(("code", "general", "description"), sorted(rows)).decode())


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def entry(content: bytes, columns: str, note: str) -> dict:
    """A manifest entry."""
    return {
        "source": "Harmonized Tariff Schedule of the United States, chapter 99, 2026 revision 6; proclamations, executive orders and "
        "notices of action named row by row",
        "terms": "United States government work, public domain",
        "vintage": "February 2025 to August 2026",
        "builder": "builders/us_treatment.py",
        "columns": columns,
        "note": note,
        "rows": len(list(csv.reader(io.StringIO(content.decode())))) - 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def build(shared: Path) -> dict[str, tuple[bytes, dict]]:
    """Each file with its manifest entry."""
    made = {
        "clauses.csv": (
            table(("clause", "source", "address", "quote"), clause_rows(shared)),
            "clause, source, address (where the text was read at its official address), quote",
            "cut from the texts word for word; marks and page heads of the copies left out",
        ),
        "groups.csv": (
            table(
                ("group", "programme", "headings", "measures", "topic", "rule", "clause", "state", "remark"),
                group_rows(),
            ),
            "group, programme, headings (spans), measures (beginnings of ids without a heading), "
            "topic, rule, clause, state (read, secondary, silent, not read), remark",
            "silent: the text that was read says nothing; not read: the text was not had; secondary: as the source in the remark reports",
        ),
        "entries.csv": (
            table(("code", "name", "rule", "clause", "state", "source"), entry_rows()),
            "code (customs' entry type), name, rule, clause, state, source",
            "codes and names of entry types by CBP's instructions for Form 7501 (cited, text not read)",
        ),
    }
    found = {name: (content, entry(content, columns, note)) for name, (content, columns, note) in made.items()}
    content = provisions(shared)
    said = entry(
        gzip.decompress(content),
        "code, general, description",
        "chapter 98 of the edition; general is inherited within a heading",
    )
    source = "United States International Trade Commission, Harmonized Tariff Schedule, 2026 revision 10, chapter 98"
    found["provisions.csv.gz"] = (content, said | {"source": source, "sha256": hashlib.sha256(content).hexdigest()})
    return found


def main() -> None:
    """Write the tables and their manifest."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/treatment"))
    asked = parser.parse_args()
    for name, (content, said) in build(asked.shared).items():
        replace_file(asked.out / name, content)
        record(asked.out / "manifest.json", name, said)
        print(f"{name}: {said['rows']} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
