"""Linters of product lists against the entries that notes of chapter 99 print, digit for digit.

The manifest beside the lists says what to hold a list against: `prints` (the subdivisions of notes whose entries it may
hold), `holds` (those whose entries it must hold), `added` (prefixes that none of them prints, each with its reason) and
`carried` (numbers that its goods had or have on other days). A builder that reads another text records how many entries of
each number of digits it prints (`printed_depths`), and why entries have other digits where they do (`depth_note`).
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from parley.law.law_package import law_path
from parley.law.measure import Measure, read_list

ENTRIES = "usa-note-entries.csv.gz"


def lists_keep_printed_digits(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """No entry of a list is shorter than its note prints it, or missing from the note, without a reason."""
    for m, name, entry in listed(measures):
        if "prints" not in entry:
            continue
        printed, other = printed_in(entry["prints"]), {*entry.get("added", ()), *entry.get("carried", ())}
        for prefix in sorted({x.product for x in read_list(m.folder, name)} - other):
            if not covered(prefix, printed):
                yield m.id, f"{name}: {prefix} is not printed in {', '.join(entry['prints'])}, or printed longer"


def lists_hold_what_is_printed(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """Every entry that a note prints stands in its list, or is left out for a reason."""
    for m, name, entry in listed(measures):
        held = {x.product for x in read_list(m.folder, name)}
        left_out = set(entry.get("left_out", ()))
        for code in sorted(printed_in(entry.get("holds", ())) - held - left_out):
            if not any(p.startswith(code) for p in held):
                yield m.id, f"{name}: {code} is printed in {', '.join(entry['holds'])} and is not in it"


def lists_are_as_deep_as_printed(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """Entries of a list have the digits that its text prints, or the manifest says why not."""
    for m, name, entry in listed(measures):
        if "printed_depths" in entry and not entry.get("depth_note"):
            held = {x.product for x in read_list(m.folder, name)} - set(entry.get("carried", ()))
            found = Counter(len(code) for code in held | set(entry.get("left_out", ())))
            printed = Counter({int(n): count for n, count in entry["printed_depths"].items()})
            if found != printed:
                yield m.id, f"{name}: {_shown(found)}, where the text prints {_shown(printed)}"


def _shown(depths: Counter[int]) -> str:
    return ", ".join(f"{count} of {n} digits" for n, count in sorted(depths.items()) if count) or "nothing"


def covered(prefix: str, printed: Iterable[str]) -> bool:
    """Whether a prefix is an entry, or longer than one."""
    entries = printed if isinstance(printed, (set, frozenset)) else set(printed)
    return any(prefix[:n] in entries for n in range(4, len(prefix) + 1))


def printed_in(notes: Iterable[str]) -> frozenset[str]:
    """The entries of some subdivisions of notes, as digits."""
    held = note_entries()
    return frozenset(code for note in notes for code in held[note])


@cache
def note_entries() -> dict[str, frozenset[str]]:
    """Subdivision of a note → its entries, at the digits printed there."""
    packed = law_path("schedule", ENTRIES).read_bytes()
    found: dict[str, set[str]] = {}
    for note, code in csv.reader(gzip.decompress(packed).decode().splitlines()[1:]):
        found.setdefault(note, set()).add(code)
    return {note: frozenset(codes) for note, codes in found.items()}


def listed(measures: Sequence[Measure]) -> Iterator[tuple[Measure, str, dict]]:
    """Each list that the measures use, once, with its manifest entry; lists without one are a user's own."""
    seen: set[tuple[str, str]] = set()
    for m in measures:
        for name in (m.product_list, m.products_except_list):
            if name and (m.folder, name) not in seen:
                seen.add((m.folder, name))
                yield m, name, manifest_of(m.folder).get(name, {})


@cache
def manifest_of(folder: str) -> dict[str, dict]:
    """The manifest beside the lists; empty where there is none."""
    path = Path(folder, "manifest.json")
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}
