"""What a line's columns were read as, in columns of their own: what further questions are asked of (lines.py).

k_product, k_unit; seller and levies, ISO codes, null where unknown; k_day; k_value, k_quantity, k_unit_value; c_<claim>.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from parley.codes import countries
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.arrow import pa, pc
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.periods import EPOCH
from parley.law.shipments.typed import NO_DAY, by_destination, read_lines, texts


def typed_columns(law: Law, batch: pa.RecordBatch) -> dict[str, Any]:
    """The columns of a batch."""
    if law.asked.destination:
        return _columns(law, law.asked.destination, batch)
    found = by_destination(batch)
    parts = [_columns(law, levies, batch.take(pa.array(rows))) for rows, levies in found]
    order = pa.array(np.argsort(np.concatenate([rows for rows, _ in found])))
    return {n: pa.concat_arrays([held[n] for held in parts]).take(order) for n in parts[0]}


def _columns(law: Law, levies: str, batch: pa.RecordBatch) -> dict[str, Any]:
    """levies: none where the package holds no schedule of theirs, whose codes are read as the United States'."""
    tables, none = law.cells[levies or "USA"].tables, np.full(len(batch), np.nan)
    lines = read_lines(law, tables, batch)
    words, places = texts(batch.column("unit") if "unit" in law.columns.of else pa.nulls(len(batch), pa.string()))
    made: dict[str, Any] = {
        "k_product": tables.codes.take(pa.array(lines.product, mask=lines.product == len(tables.codes))),
        "seller": pa.array([*countries()]).take(pa.array(lines.origin, mask=lines.origin == len(tables.origins.place) - 1)),
        "k_unit": pc.utf8_upper(pc.utf8_trim(words, " ")).take(pa.array(places)),
        "levies": pa.array([levies or None] * len(batch), pa.string()),
        "k_day": pa.array(lines.day, pa.int32(), mask=lines.day == NO_DAY).cast(pa.date32()),
        "k_value": pa.array(lines.value, from_pandas=True),
    }  # fmt: skip
    for name, held in (("k_quantity", lines.quantity), ("k_unit_value", lines.unit_value)):
        made[name] = pa.array(held.of(np.arange(len(batch))) if held else none, from_pandas=True)
    kinds = {"day": pa.int32(), "flag": pa.bool_()}
    for name in law.columns.claims:
        kind, held = CLAIMS[name].kind, lines.claims.get(name, none)
        numbers = pa.array(held - EPOCH if kind == "day" else held, from_pandas=True).cast(
            kinds.get(kind, pa.float64())
        )
        made[f"c_{name}"] = numbers.cast(pa.date32()) if kind == "day" else numbers
    return made
