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


def typed_kinds(law: Law) -> dict[str, pa.DataType]:
    """The columns and their types."""
    made = {n: pa.string() for n in ("k_product", "seller", "k_unit", "levies")} | {"k_day": pa.date32()}
    made |= dict.fromkeys(("k_value", "k_quantity", "k_unit_value"), pa.float64())
    of_claim = {"day": pa.date32(), "flag": pa.bool_()}
    return made | {f"c_{n}": of_claim.get(CLAIMS[n].kind, pa.float64()) for n in law.columns.claims}


def typed_columns(law: Law, batch: pa.RecordBatch) -> list[Any]:
    """The columns of a batch."""
    if law.asked.destination:
        return _columns(law, law.asked.destination, batch)
    parts = [(rows, _columns(law, levies, batch.take(pa.array(rows)))) for rows, levies in by_destination(batch)]
    order = pa.array(np.argsort(np.concatenate([rows for rows, _ in parts])))
    return [pa.concat_arrays(held).take(order) for held in zip(*(columns for _, columns in parts), strict=True)]


def _columns(law: Law, levies: str, batch: pa.RecordBatch) -> list[Any]:
    """levies: none where the package holds no schedule of theirs, whose codes are read as the United States'."""
    tables, none = law.cells[levies or "USA"].tables, np.full(len(batch), np.nan)
    lines, kinds = read_lines(law, tables, batch), [*typed_kinds(law).values()]
    words, places = texts(batch.column("unit") if "unit" in law.columns.of else pa.nulls(len(batch), pa.string()))
    made = [
        tables.codes.take(pa.array(lines.product, mask=lines.product == len(tables.codes))),
        pa.array([*countries()]).take(pa.array(lines.origin, mask=lines.origin == len(tables.origins.place) - 1)),
        pc.utf8_upper(pc.utf8_trim(words, " ")).take(pa.array(places)),
        pa.array([levies or None] * len(batch), pa.string()),
    ]
    numbers = [
        np.where(lines.day == NO_DAY, np.nan, lines.day),
        lines.value,
        *(x and x.of(np.arange(len(lines.day))) for x in (lines.quantity, lines.unit_value)),
    ]
    claims = [(lines.claims.get(n, none), EPOCH if CLAIMS[n].kind == "day" else 0) for n in law.columns.claims]
    numbers += [values - first for values, first in claims]
    return made + [_as(none if v is None else v, kind) for v, kind in zip(numbers, kinds[len(made) :], strict=True)]


def _as(values: np.ndarray, kind: pa.DataType) -> Any:
    held = pa.array(values, from_pandas=True)
    return held.cast(pa.int32()).cast(kind) if pa.types.is_date32(kind) else held.cast(kind)
