"""Every outcome that a law allows, asked of the query once and kept beside the compiled law in the user's cache.

A pair of a cell and a base duty is asked by a line of the schedule that leads to it: a product of each class, base duty and
term, an origin of each class, a day of each period. Pairs that no such line leads to are asked when a file holds them.
"""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley import outputs
from parley.array_types import Int
from parley.law.shipments.gather_outcomes import ARRAYS, EPOCH, FIRST, LAST, empty_columns

if TYPE_CHECKING:
    from parley.law.shipments.gather_law import GatherLaw

TYPES = {
    "product": "text",
    "origin": "text",
    "entry_date": "day",
    "value": "number",
    "quantity": "number",
    "unit": "text",
}


class Lines(NamedTuple):
    """Lines that lead to pairs: the pair, and the row of the product, the row of the origin and the day (since 1970) of it."""

    pair: Int[ndarray, " n"]
    product: Int[ndarray, " n"]
    origin: Int[ndarray, " n"]
    day: Int[ndarray, " n"]


def fill_outcomes(law: GatherLaw, much: bool) -> None:
    """Takes the outcomes from the cache; where it has none and many lines are to come, asks for all and keeps them."""
    kept, held = law.q.law.kept, law.outcomes
    if not kept or law.q.on or law.q.whole_dollars:
        return
    path = Path(kept).with_suffix(".quantity.npz" if held.quantities else ".value.npz")
    if path.exists() and _read(law, path):
        return
    if much:
        _ask_all(law)
        _write(law, path)


def _read(law: GatherLaw, path: Path) -> bool:
    """Whether the file could be read; then the outcomes are those in it."""
    try:
        with np.load(path) as found:
            held = {n: found[n] for n in ARRAYS}
            measures = bytes(found["measures"]).decode().split("\0")
        if held["of"].shape != law.outcomes.of.shape or len(measures) != len(held["kind"]):
            return False
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return False
    for name, array in held.items():
        setattr(law.outcomes, name, array)
    law.outcomes.measures = measures
    return True


def _write(law: GatherLaw, path: Path) -> None:
    """Whole or not at all; a full or read-only disk costs time, not the run."""
    texts = np.frombuffer("\0".join(law.outcomes.measures).encode(), dtype=np.uint8)
    with suppress(OSError), outputs.drafted(path) as draft, draft.open("xb") as stream:
        np.savez(stream, measures=texts, **{n: getattr(law.outcomes, n) for n in ARRAYS})


def _ask_all(law: GatherLaw) -> None:
    import pyarrow as pa

    products, origins = _table(law, "products", "class, text, code, start_day, end_day"), _origins(law)
    lines = _lines(law, products, origins)
    types = {role: TYPES[role] for role in law.q.columns.of if role in TYPES}
    query = replace(law.q, types={**law.q.types, **types}, dates="iso")
    u = query.raw
    read = pa.table({u("product"): pa.array(products["code"][lines.product], pa.string()),
                     u("origin"): pa.array(origins["spelled"][lines.origin], pa.string()),
                     u("entry_date"): pa.array(lines.day.astype(np.int32), pa.int32()).cast(pa.date32())})  # fmt: skip
    law.outcomes.ask(lines.pair, read, empty_columns, query)


def _table(law: GatherLaw, name: str, columns: str, where: str = "TRUE") -> dict[str, Any]:
    """Columns of a table of the law; days as numbers since 1970."""
    parts = [f"{c} - DATE '1970-01-01' AS {c}" if c.endswith("_day") else c for c in columns.split(", ")]
    found = law.con.execute(
        f"SELECT {', '.join(parts)} FROM {law.q.prefix}{name} WHERE {where} ORDER BY ALL"
    ).fetchnumpy()
    return {n: np.ma.filled(v, 1 << 30) if n.endswith("_day") else np.asarray(v) for n, v in found.items()}


def _origins(law: GatherLaw) -> dict[str, Any]:
    """An origin of each class and first day of column 2."""
    held = _table(law, "origins", "class, column_2_day, spelled", "class IS NOT NULL")
    _, first = np.unique(np.stack([held["class"], held["column_2_day"]]), axis=1, return_index=True)
    return {n: v[first] for n, v in held.items()}


def _lines(law: GatherLaw, products: dict[str, Any], origins: dict[str, Any]) -> Lines:
    """A line for each pair that the schedule allows."""
    period = (law.day_parts[1:] >> 8) & 4095
    of, start = np.unique(period, return_index=True)
    first = start + FIRST
    last = np.append(np.sort(first), LAST)[np.argsort(np.argsort(first)) + 1]
    read_to = law.q.until.toordinal() - EPOCH if law.q.until else LAST  # later days are never asked for here
    own, second = law.kind_of_base[products["text"]], law.kind_of_base[products["text"] + 1]
    kinds = np.stack([products["class"], own, second, products["start_day"], products["end_day"]])
    _, chosen = np.unique(kinds, axis=1, return_index=True)
    none, made = law.cell_at[-1], []
    for row in chosen.tolist():
        day = np.maximum(first, products["start_day"][row])
        open_ = np.flatnonzero((day < np.minimum(last, products["end_day"][row])) & (day <= read_to))
        sets = law.rule_set[products["class"][row] + origins["class"]]
        cell = law.cell_at[sets[:, None] + of[open_]]
        base = np.where(day[open_] >= origins["column_2_day"][:, None], second[row], own[row])
        pair, at = np.unique(np.where(cell == none, -1, cell + base), return_index=True)
        origin, place = np.divmod(at[pair >= 0], max(len(open_), 1))
        made.append(Lines(pair[pair >= 0], np.full(len(origin), row), origin, day[open_[place]]))
    every = Lines(*map(np.concatenate, zip(*made, strict=True)))
    _, at = np.unique(every.pair, return_index=True)
    return Lines(*(column[at] for column in every))


__all__ = ["fill_outcomes"]
