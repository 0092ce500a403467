"""The compiled law as arrays for a gather: product × edition → class, pair → rule set, rule set × period → cell.

What a pair of a cell and a base duty comes to is not computed here: one line of each pair is asked of the query itself
(sql_duty.py), so that both ways agree by construction. Pairs that need more than the value are left to the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.law.explain import FIRST_DAY
from parley.law.measure import PROGRAMMES
from parley.law.shipments.shown import result_columns
from parley.law.shipments.sql import Query, typed
from parley.law.shipments.sql_duty import judged, programme_rate
from parley.law.shipments.tables import COLUMNS
from parley.shapes import Int

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EPOCH = date(1970, 1, 1).toordinal()
FIRST = FIRST_DAY.toordinal() - EPOCH
LAST = date(2032, 1, 1).toordinal() - EPOCH  # later days are left to the query
NEVER = 1 << 30
UNASKED, LEFT = -1, 0  # outcomes: not asked yet, left to the query


class GatherLaw:
    """The arrays, which grow as texts and pairs occur. Safe to share between threads."""

    def __init__(self, con: DuckDBPyConnection, query: Query) -> None:
        self.con, self.lock = con.cursor(), Lock()
        self.q = replace(query, programmes=True)
        self.periods = query.law.period_count
        self._days()
        self.rule_set = self._column("rule_sets", "rule_set", "pair")
        self.cell_at = self._column("moments", "cell", "key")
        self.kind_of_base = self._base_kinds()
        cells = len(query.law.tables["cells"]["cell"])
        self.outcome = np.full((cells, int(self.kind_of_base.max()) + 1), UNASKED, dtype=np.int32)
        self.rates = np.zeros((1, 4))  # by outcome: base + added, and the three rates as shown
        self.programmes = np.zeros((1, len(PROGRAMMES)))
        self.measures: list[str] = [""]
        self.texts: dict[str, Any] = dict.fromkeys(("product", "origin", "entry_date"))
        self.classes = np.zeros((0, self.editions), dtype=np.int32)
        self.base_texts = np.zeros((0, self.editions), dtype=np.int32)
        self.origins = np.zeros((0, 3), dtype=np.int32)  # class (-1: none), place, first day of column 2
        self.days = np.zeros(0, dtype=np.int32)

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
        """Bases that differ in nothing but their key are one kind."""
        found = self.con.execute(
            "SELECT key, dense_rank() OVER (ORDER BY plain, rate, specific, unit_dimension, unit_size, unknown, programme) - 1 AS kind "
            f"FROM {self.q.prefix}bases ORDER BY key"
        ).fetchnumpy()
        keys = np.asarray(found["key"])
        kinds = np.zeros(int(keys.max()) + COLUMNS + 1, dtype=np.int32)
        kinds[keys] = np.asarray(found["kind"])
        return kinds

    def places(self, role: str, words: Any) -> Int[ndarray, " w"]:
        """The place of each distinct text of a column among those met so far; the last place stands for none."""
        import pyarrow as pa
        from pyarrow import compute

        pc: Any = compute  # its functions are made when it is imported

        with self.lock:
            known = self.texts[role]
            if known is None:
                known = pa.array([], pa.string())
            words = words.cast(pa.string())
            found = pc.index_in(words, value_set=known)
            if found.null_count:
                new = pc.unique(words.filter(pc.is_null(found))).drop_null()
                {"product": self._add_products, "origin": self._add_origins, "entry_date": self._add_days}[role](new)
                self.texts[role] = known = pa.concat_arrays([known, new])
                found = pc.index_in(words, value_set=known)
            return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)

    def _typed(self, role: str, new: Any, select: str, joins: str) -> list[tuple]:
        """The new texts of a column, read by the query's own words."""
        import pyarrow as pa

        q, u = self.q, self.q.raw(role)
        nulls = self._empty({u})
        self.con.register("new_texts", pa.table({"i": pa.array(range(len(new)), pa.int32()), u: new}))
        rows = f"(SELECT *{nulls} FROM new_texts)"
        found = self.con.execute(f"SELECT t.i, {select} FROM ({typed(q, rows)}) t {joins}").fetchall()
        self.con.unregister("new_texts")
        return found

    def _add_products(self, new: Any) -> None:
        p = self.q.prefix
        epoch = "DATE '1970-01-01'"
        found = self._typed("product", new, f"p.start_day - {epoch}, p.end_day - {epoch}, p.text, p.class",
                            f"JOIN {p}products p ON p.code = t.k_product")  # fmt: skip
        classes, texts = (np.full((len(new), self.editions), -1, dtype=np.int32) for _ in range(2))
        for i, start, end, text, kind in found:
            first = 0 if start <= FIRST else int(np.searchsorted(self.edges, start, side="right"))
            last = int(np.searchsorted(self.edges, end, side="left")) + 1 if end > FIRST else 0
            classes[i, first:last], texts[i, first:last] = kind, text
        self.classes = np.concatenate([self.classes, classes])
        self.base_texts = np.concatenate([self.base_texts, texts])

    def _add_origins(self, new: Any) -> None:
        epoch = "DATE '1970-01-01'"
        found = self._typed("origin", new, f"o.class, o.place, o.column_2_day - {epoch}",
                            f"JOIN {self.q.prefix}origins o ON o.spelled = t.k_origin")  # fmt: skip
        made = np.full((len(new), 3), -1, dtype=np.int32)
        for i, kind, place, day in found:
            made[i] = (-1 if kind is None else kind, place, NEVER if day is None else day)
        self.origins = np.concatenate([self.origins, made])

    def _add_days(self, new: Any) -> None:
        found = self._typed("entry_date", new, "t.k_day - DATE '1970-01-01'", "WHERE t.k_day IS NOT NULL")
        made = np.full(len(new), -1, dtype=np.int32)
        for i, day in found:
            made[i] = max(-1, min(day - FIRST, LAST - FIRST))
        self.days = np.concatenate([self.days, made])

    def _empty(self, given: set[str]) -> str:
        """The columns of the roles that are not given, empty; a value of one dollar."""
        kinds = {"text": "VARCHAR", "number": "DOUBLE", "day": "DATE", "flag": "BOOLEAN"}
        made = {self.q.raw(r): kinds[self.q.types.get(r, "text")] for r in self.q.columns.of}
        made = {u: f"CAST({1 if u == self.q.raw('value') else 'NULL'} AS {kind})" for u, kind in made.items()}
        return "".join(f", {sql} AS {u}" for u, sql in sorted(made.items()) if u not in given)

    def ask(self, cells: Int[ndarray, " n"], bases: Int[ndarray, " n"], lines: Any) -> None:
        """Asks the query about a line of each new pair, without its quantity and at a value of one dollar.

        lines: the columns product, origin and entry date of the file, with k_row from 0.
        """
        q = self.q
        with self.lock:
            self.con.register("new_pairs", lines)
            rows = f"(SELECT *{self._empty(set(lines.column_names))} FROM new_pairs)"
            shown = list(result_columns(q).values())
            numbers = ["y_base + z_added", *shown[:3], *(programme_rate(q, n) for n in PROGRAMMES)]
            found = self.con.execute(
                f"SELECT z_reject, {', '.join(numbers)}, {shown[4]} FROM ({judged(q, rows)}) j ORDER BY k_row"
            ).fetchall()
            self.con.unregister("new_pairs")
            self._keep(cells, bases, found)

    def _keep(self, cells: ndarray, bases: ndarray, found: Sequence[tuple]) -> None:
        rates, programmes, measures = [], [], list(self.measures)
        outcome = self.outcome.copy()
        for cell, base, row in zip(cells.tolist(), bases.tolist(), found, strict=True):
            if outcome[cell, base] != UNASKED:
                continue
            outcome[cell, base] = LEFT if row[0] else len(measures)
            if not row[0]:
                rates.append(row[1:5])
                programmes.append(row[5:-1])
                measures.append(row[-1])
        if rates:
            self.rates = np.concatenate([self.rates, np.array(rates, dtype=np.float64)])
            self.programmes = np.concatenate([self.programmes, np.array(programmes, dtype=np.float64)])
        self.measures, self.outcome = measures, outcome
