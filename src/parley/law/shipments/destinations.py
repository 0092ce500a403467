"""The destinations of a file's rows: who levies, and the question where the package holds no schedule of it."""

from __future__ import annotations

from dataclasses import replace

from parley.codes import country
from parley.errors import CodeError
from parley.law.products import SCHEDULES
from parley.law.shipments.sql import Query


def refused(query: Query) -> Query:
    """A query whose rows all have a destination that the package holds no schedule of."""
    return replace(query, refused=True)


def destination_of(text: str | None) -> str:
    """The destination that a text names; nothing where the package holds no schedule of it."""
    try:
        name = country(text or "", "destination")
    except CodeError:
        return ""
    return name if name in SCHEDULES else ""
