"""The linter of counts: a list has as many rows as its act or notice states, or says which rows differ and why.

The number stands in the list's manifest entry, where the builder that read the text puts it:
"stated": {"count": 916, "clause": "…", "differences": [{"rows": 45, "why": "…"}, {"rows": -26, "why": "…"}]}
Then rows = count + the differences' rows. A difference of no rows, or without a reason, is a breach too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from parley.law.measure import Measure
from parley.law.scope import read_list

MANIFEST = "manifest.json"


def lists_have_the_stated_number(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A list has the number of rows that its text states, or says what differs."""
    for (folder, name), m in _users(measures).items():
        entry = _manifest(folder).get(name, {})
        if "stated" in entry:
            yield from ((m.id, f"{name}: {found}") for found in breaches(entry["stated"], len(read_list(folder, name))))


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
        yield f"{rows} rows; {stated['clause']!r} and its differences come to {expected}"


def _users(measures: Sequence[Measure]) -> dict[tuple[str, str], Measure]:
    """Each list once, with the first measure that uses it."""
    found: dict[tuple[str, str], Measure] = {}
    for m in measures:
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            found.setdefault((m.folder, name), m)
    return found


@cache
def _manifest(folder: str) -> dict[str, Any]:
    path = Path(folder) / MANIFEST
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}
