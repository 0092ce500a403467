"""The lines that a gather refuses: the reason of each, what was found, and the rates that are shown all the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parley.law.shipments.gather import Judged
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.reject_rows import Refused
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.shown import SHOWN_FOUND


@dataclass
class Refusals:
    """The refused lines of a piece, batch by batch. rates: [r, 2], base and added as shown; NaN for none."""

    places: list[Any] = field(default_factory=list)
    which: list[Any] = field(default_factory=list)
    rates: list[Any] = field(default_factory=list)
    told: dict[tuple[int, str], int] = field(default_factory=dict)

    def add(self, law: GatherLaw, batch: Any, lines: Judged, first: int) -> None:
        """A batch's refused lines. first: its first line in the piece."""
        order = np.argsort(lines.refused)
        rows, why = lines.refused[order], lines.why[order]
        which = np.zeros(len(rows), dtype=np.int64)
        for code in np.unique(why).tolist():
            mine = np.flatnonzero(why == code)
            words, at = _found(law, batch, REASONS[code].role, rows[mine])
            places = [self.told.setdefault((code, w[:SHOWN_FOUND]), len(self.told)) for w in words]
            which[mine] = np.array(places)[at]
        self.places.append(rows + first)
        self.which.append(which)
        self.rates.append(np.take(law.outcomes.refused, lines.case[order], axis=0))

    def all(self) -> tuple[Refused, Any]:
        """The lines of the whole piece, and their rates."""
        none = np.zeros(0, dtype=np.int64)
        places, which = (np.concatenate([none, *x]) for x in (self.places, self.which))
        return Refused(places, which, list(self.told)), np.concatenate([np.zeros((0, 2)), *self.rates])


def _found(law: GatherLaw, batch: Any, role: str, rows: Any) -> tuple[list[str], Any]:
    """The distinct texts of a role's column in some rows, and which each row has; nothing where there is no such column."""
    import pyarrow as pa

    if not law.q.has(role):
        return [""], np.zeros(len(rows), dtype=np.int64)
    column = batch.column(law.q.raw(role)).take(pa.array(rows))
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    places, at = np.unique(column.indices.fill_null(-1).to_numpy(zero_copy_only=False), return_inverse=True)
    held = column.dictionary.take(pa.array(places, mask=places < 0)).to_pylist()
    return [w or "" for w in held], at


__all__ = ["Refusals"]
