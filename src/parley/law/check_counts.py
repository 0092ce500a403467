"""Linter of how many entries lists hold against what their texts state.

A builder records in the manifest beside the acts what the text states. Manifest keys, all optional: `stated` (a count)
with `stated_clause` (the words that state it) and `stated_note` (why the list has another count).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parley.law.check_printed import listed
from parley.law.measure import Measure
from parley.law.scope import read_list


def lists_have_the_stated_count(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A list has as many entries as its text states, or says why not."""
    for m, name, entry in listed(measures):
        stated, rows = entry.get("stated"), len({x.product for x in read_list(m.folder, name)})
        if stated is not None and not entry.get("stated_clause"):
            yield m.id, f"{name}: {stated} is stated, but not by which clause"
        if stated is not None and stated != rows and not entry.get("stated_note"):
            yield m.id, f"{name}: {rows} entries, where the text states {stated}"
