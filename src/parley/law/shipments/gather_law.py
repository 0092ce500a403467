"""The compiled law as arrays for a gather: product × edition → class, pair → rule set, rule set × period → cell.

What a pair of a cell and a base duty comes to is not computed here: one line of each pair is asked of the query itself
(sql_duty.py), so that both ways agree by construction. Pairs that need more than the value are left to the query.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Lock, local
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.law.explain import FIRST_DAY
from parley.law.shipments.gather_outcomes import Outcomes
from parley.law.shipments.sql import Query, typed
from parley.law.shipments.tables import COLUMNS
from parley.shapes import Int

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EPOCH = date(1970, 1, 1).toordinal()
FIRST = FIRST_DAY.toordinal() - EPOCH
LAST = date(2032, 1, 1).toordinal() - EPOCH  # later days are left to the query
NEVER = 1 << 30
KINDS = {"text": "VARCHAR", "number": "DOUBLE", "day": "DATE", "flag": "BOOLEAN"}


class GatherLaw:
    """The arrays, which grow as texts and pairs occur. Safe to share between threads."""

    def __init__(self, con: DuckDBPyConnection, query: Query) -> None:
        self.con, self.lock = con.cursor(), Lock()
        self.q = replace(query, programmes=True)
        self.periods = query.law.period_count
        self._days()
        self.rule_set = self._column("rule_sets", "rule_set", "pair")
        self.cell_at = self._column("moments", "cell", "key")
        self.outcomes = Outcomes(self.con, self.q)
        self.kind_of_base = self._base_kinds()
        self.texts: dict[str, Any] = {}
        self.last = local()
        self.classes = np.zeros((0, self.editions), dtype=np.int32)
        self.base_texts = np.zeros((0, self.editions), dtype=np.int32)
        self.origins = np.zeros((0, 3), dtype=np.int32)  # class (-1: none), place, first day of column 2
        self.days = np.zeros(0, dtype=np.int32)
        self.units = np.zeros((0, 2))  # dimension (-1: no unit stated, -2: none known), size

    def _column(self, table: str, name: str, key: str) -> Int[ndarray, " n"]:
        found = self.con.execute(f"SELECT {name} FROM {self.q.prefix}{table} ORDER BY {key}").fetchnumpy()
        return np.asarray(found[name], dtype=np.int32)

    def _days(self) -> None:
        """The edition, the period and the month of every day from the first."""
        p = self.q.prefix
        edges = self.con.execute(
            f"SELECT DISTINCT start_day - DATE '1970-01-01' FROM {p}products UNION SELECT end_day - DATE '1970-01-01' FROM {p}products"
        ).fetchall()
        self.edges = np.array(sorted({e for (e,) in edges if FIRST < e < LAST}), dtype=np.int64)
        self.editions = len(self.edges) + 1
        every = np.arange(FIRST, LAST)
        self.edition_on = np.searchsorted(self.edges, every, side="right").astype(np.int32)
        found = self.con.execute(
            f"SELECT day - DATE '1970-01-01' AS d, period FROM {p}calendar ORDER BY 1"
        ).fetchnumpy()
        at = np.searchsorted(np.asarray(found["d"]), every, side="right") - 1
        self.period_on = np.asarray(found["period"])[at].astype(np.int32)
        months = np.datetime64(0, "D") + every
        self.month_on = (months.astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1).astype(np.int32)

    def _base_kinds(self) -> Int[ndarray, " b"]:
        """The kind of base duty (outcomes.bases) of every text in every column."""
        found = self.con.execute(f"SELECT key, kind FROM {self.outcomes.kinds_table} ORDER BY key").fetchnumpy()
        keys = np.asarray(found["key"])
        kinds = np.zeros(int(keys.max()) + COLUMNS + 1, dtype=np.int32)
        kinds[keys] = np.asarray(found["kind"])
        return kinds

    def places(self, role: str, words: Any) -> Int[ndarray, " w"]:
        """The place of each distinct text of a column among those met so far; −1 for none."""
        last = getattr(self.last, role, None)  # the batches of a row group share their words
        if last is None or not _is_same(last[0], words):
            last = (words, self._places(role, words))
            setattr(self.last, role, last)
        return last[1]

    def _places(self, role: str, words: Any) -> Int[ndarray, " w"]:
        import pyarrow as pa
        from pyarrow import compute

        pc: Any = compute  # its functions are made when it is imported

        with self.lock:
            known = self.texts.get(role)
            if known is None:
                known = pa.array([], pa.string())
            words = words.cast(pa.string())
            found = pc.index_in(words, value_set=known)
            if found.null_count:
                new = pc.unique(words.filter(pc.is_null(found))).drop_null()
                if len(new):
                    add = {"product": self._add_products, "origin": self._add_origins,
                           "entry_date": self._add_days, "unit": self._add_units}  # fmt: skip
                    add[role](new)
                    self.texts[role] = known = pa.concat_arrays([known, new])
                    found = pc.index_in(words, value_set=known)
            return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)

    def _typed(self, role: str, new: Any, select: str, joins: str = "") -> dict[str, Any]:
        """The new texts of a column, read by the query's own words: columns i and those selected, as arrays."""
        import pyarrow as pa

        u = self.q.raw(role)
        nulls = empty_columns(self.q, {u})
        self.con.register("new_texts", pa.table({"i": pa.array(range(len(new)), pa.int32()), u: new}))
        rows = f"(SELECT *{nulls} FROM new_texts)"
        found = self.con.execute(f"SELECT t.i, {select} FROM ({typed(self.q, rows)}) t {joins}").fetchnumpy()
        self.con.unregister("new_texts")
        return found

    def _add_products(self, new: Any) -> None:
        """Each line of the schedule stands in the editions from its first day to its last."""
        epoch = "DATE '1970-01-01'"
        found = self._typed("product", new, f"p.start_day - {epoch} AS a, p.end_day - {epoch} AS b, p.text, p.class",
                            f"JOIN {self.q.prefix}products p ON p.code = t.k_product")  # fmt: skip
        i, a, b, text, kind = (np.asarray(found[n], dtype=np.int64) for n in ("i", "a", "b", "text", "class"))
        first = np.where(a <= FIRST, 0, np.searchsorted(self.edges, a, side="right"))
        last = np.where(b > FIRST, np.searchsorted(self.edges, b, side="left") + 1, 0)
        counts = np.maximum(last - first, 0)
        line = np.repeat(np.arange(len(i)), counts)
        edition = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts) + first[line]
        classes, texts = (np.full((len(new), self.editions), -1, dtype=np.int32) for _ in range(2))
        classes[i[line], edition], texts[i[line], edition] = kind[line], text[line]
        self.classes = np.concatenate([self.classes, classes])
        self.base_texts = np.concatenate([self.base_texts, texts])

    def _add_origins(self, new: Any) -> None:
        day = f"COALESCE(o.column_2_day - DATE '1970-01-01', {NEVER})"
        found = self._typed("origin", new, f"COALESCE(o.class, -1) AS class, o.place, {day} AS day",
                            f"JOIN {self.q.prefix}origins o ON o.spelled = t.k_origin")  # fmt: skip
        made = np.full((len(new), 3), -1, dtype=np.int32)
        made[np.asarray(found["i"])] = np.stack([np.asarray(found[n]) for n in ("class", "place", "day")], axis=1)
        self.origins = np.concatenate([self.origins, made])

    def _add_days(self, new: Any) -> None:
        found = self._typed("entry_date", new, "t.k_day - DATE '1970-01-01' AS day", "WHERE t.k_day IS NOT NULL")
        made = np.full(len(new), -1, dtype=np.int32)
        made[np.asarray(found["i"])] = np.clip(np.asarray(found["day"]) - FIRST, -1, LAST - FIRST)
        self.days = np.concatenate([self.days, made])

    def _add_units(self, new: Any) -> None:
        select = "CASE WHEN t.k_unit = '' THEN '' ELSE u.dimension END AS dimension, COALESCE(u.size, 1) AS size"
        found = self._typed("unit", new, select, f"LEFT JOIN {self.q.prefix}units u ON u.spelled = t.k_unit")
        made = np.zeros((len(new), 2))
        dimensions = np.ma.filled(np.ma.asarray(found["dimension"]), None)
        made[np.asarray(found["i"]), 0] = [self.outcomes.dimension(d) for d in dimensions.tolist()]
        made[np.asarray(found["i"]), 1] = found["size"]
        self.units = np.concatenate([self.units, made])


def _is_same(a: Any, b: Any) -> bool:
    """Whether two arrays of texts lie in the same memory."""
    if len(a) != len(b) or a.offset != b.offset:
        return False
    return [x and x.address for x in a.buffers()] == [x and x.address for x in b.buffers()]


def empty_columns(q: Query, given: set[str], stated: dict[str, str] | None = None) -> str:
    """The columns of the roles that are not given: empty, but a value of one dollar and what is stated."""
    words = {"value": "1", **(stated or {})}
    made = {q.raw(r): f"CAST({words.get(r, 'NULL')} AS {KINDS[q.types.get(r, 'text')]})" for r in q.columns.of}
    return "".join(f", {sql} AS {u}" for u, sql in sorted(made.items()) if u not in given)
