"""The linter of counts: a list has as many entries as its act or notice states, or says which differ and why.

The number stands in the list's manifest entry, where the builder that read the text puts it:
"stated": {"count": 916, "clause": "…", "differences": [{"rows": 45, "why": "…"}, {"rows": -26, "why": "…"}]}
Then entries = count + the differences' rows. A difference of no rows, or without a reason, is a breach too. Numbers that
stand in a list only because goods were renumbered (manifest key `carried`) are not entries of its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from parley.law.check_printed import listed
from parley.law.measure import Measure, read_list


def lists_have_the_stated_number(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A list has the number of rows that its text states, or says what differs."""
    for m, name, entry in listed(measures):
        if "stated" in entry:
            entries = {x.product for x in read_list(m.folder, name)} - set(entry.get("carried", ()))
            yield from ((m.id, f"{name}: {found}") for found in breaches(entry["stated"], len(entries)))


def breaches(stated: dict[str, Any], rows: int) -> Iterator[str]:
    """What is wrong between a stated number and the rows of a list."""
    if not (isinstance(stated.get("count"), int) and stated.get("clause")):
        yield f"stated without count or clause: {stated}"
        return
    differences = stated.get("differences", [])
    for d in differences:
        if not d.get("rows") or not d.get("why"):
            yield f"a difference without rows or reason: {d}"
    expected = stated["count"] + sum(d.get("rows", 0) for d in differences)
    if rows != expected:
        yield f"{rows} entries; {stated['clause']!r} and its differences come to {expected}"
