"""The destinations of a file's rows: who levies on each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.codes import country
from parley.errors import CodeError
from parley.law.products import SCHEDULES
from parley.law.shipments.typed import texts

if TYPE_CHECKING:
    from pyarrow import RecordBatch


@cache
def destination_of(text: str | None) -> str:
    """The destination that a text names; nothing where the package holds no schedule of it."""
    try:
        name = country(text or "", "destination")
    except CodeError:
        return ""
    return name if name in SCHEDULES else ""


def by_destination(batch: RecordBatch) -> list[tuple[Int[ndarray, " k"], str]]:
    """The lines of each destination in a batch ("": of none that is held)."""
    column: Any = batch.column("destination")
    words, places = texts(column)
    names = np.array([destination_of(w) for w in words.to_pylist()], dtype=object)[places]
    return [(np.flatnonzero(names == name), name) for name in sorted(set(names.tolist()))] or [(np.arange(0), "USA")]


__all__ = ["by_destination", "destination_of"]
