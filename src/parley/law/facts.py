"""What an act says that is no duty: export controls, port fees, announced lists, exemptions without a list. No rate rests on it.

A fact is a `[[fact]]` table of an act's file: id, kind, text, source; known, start and end where they are known.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from parley.codes import union_of
from parley.errors import MeasureError, unknown_name
from parley.law.acts import ACT
from parley.law.measure import LATEST, Act
from parley.law.regime import measures_folder
from parley.text_files import converted, parse_toml, read_text

MARK = "\n[[fact]]\n"


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dated fact beside the duties. start, end: first day in force, first day out of force; None where not known."""

    id: str
    kind: str
    text: str
    source: str
    act: Act
    known: date
    start: date | None = None
    end: date | None = None

    def stands(self, on: date, known: date) -> bool:
        """Whether it was known by a day and had not ended by another."""
        return self.known <= known and (self.end is None or on < self.end)


def read_facts(folder: Path | str | None = None, authority: str | None = None) -> tuple[Fact, ...]:
    """The facts of a folder of acts, in order of file; of one authority's alone."""
    found = (f for path in sorted(Path(folder or measures_folder()).glob("*.toml")) for f in facts_of(path))
    return tuple(f for f in found if authority is None or f.act.authority in (authority, union_of(authority)))


def facts_of(path: Path) -> tuple[Fact, ...]:
    """The facts of one act's file. Raises MeasureError naming the file and the fact."""
    text = read_text(path, ACT, path.name)
    if MARK not in text:
        return ()
    raw = parse_toml(text, ACT, path.name)
    if not isinstance(raw.get("act"), dict):
        raise ACT.fault(path.name, "no [act] table")
    act, rows = converted(raw["act"], Act, ACT, f"{path.name}, [act]"), raw.get("fact", [])
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise ACT.fault(path.name, f"fact is a {type(rows).__name__} of something else", "Write [[fact]] tables")
    return tuple(_fact(row, act, path.name) for row in rows)


def _fact(row: dict[str, Any], act: Act, file: str) -> Fact:
    where = f"{file} fact {row.get('id', 'no id')}"
    if "act" in row:
        raise unknown_name(where, "field", "act", Fact.__struct_fields__, MeasureError)
    made = converted({"known": act.signed, **row, "act": act}, Fact, ACT, where, ("act",))
    if made.start and made.end and made.end <= made.start:
        raise MeasureError(where, f"{made.start} to {made.end}", "an end after its start")
    return made


def facts_on(authority: str, on: date, known: date | None = None) -> tuple[Fact, ...]:
    """The packaged facts of an authority that were known by a day and had not ended by another."""
    return tuple(f for f in read_facts(authority=authority) if f.stands(on, known or LATEST))
