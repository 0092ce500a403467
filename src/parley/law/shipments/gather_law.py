"""The compiled law as arrays for a gather: product × edition → class, pair → rule set, rule set × period → cell.

What a pair of a cell and a base duty comes to is not computed here: one line of each pair is asked of the query itself
(sql_duty.py), so that both ways agree by construction. Pairs that need more than the value are left to the query.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock, local
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Int
from parley.law.shipments.gather_all import fill_outcomes
from parley.law.shipments.gather_outcomes import FIRST, LAST, Outcomes, empty_columns
from parley.law.shipments.sql import Query, typed
from parley.law.shipments.tables import COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEVER = 1 << 30
UNCOVERED = 1 << 28  # the class of a product on days on which the schedule has no line of it


class GatherLaw:
    """The arrays, which grow as texts and pairs occur. Safe to share between threads.

    Place 0 of texts and days stands for none: it leads to no line of the schedule, and lines of it are left to the query.
    """

    def __init__(self, con: DuckDBPyConnection, query: Query, much: bool = False) -> None:
        """much: there are many lines to come."""
        self.con, self.lock = con.cursor(), Lock()
        self.q = replace(query, programmes=True)
        self.outcomes = Outcomes(self.con, self.q)
        self.kind_of_base = self._base_kinds()
        self._days()
        self._cells()
        self.texts: dict[str, Any] = {}
        self.last = local()
        none = np.full((1, self.editions), UNCOVERED, dtype=np.int32)
        self.classes, self.bases, self.bases_2 = none, np.zeros_like(none), np.zeros_like(none)
        self.origins = np.zeros((1, 3), dtype=np.int64)  # class, place (-1: none), first day of column 2
        self.origins[0] = (0, -1, NEVER)
        self.days = np.zeros(1, dtype=np.int64)
        self.units = np.array([(-1.0, 1.0)])  # dimension (-1: no unit stated, -2: none known), size
        fill_outcomes(self, much)

    def _column(self, table: str, name: str, key: str) -> Int[ndarray, " n"]:
        found = self.con.execute(f"SELECT {name} FROM {self.q.prefix}{table} ORDER BY {key}").fetchnumpy()
        return np.asarray(found[name], dtype=np.int32)

    def _cells(self) -> None:
        """The rule set of each pair and the cell of each rule set in each period, both with a last one for no line.

        Cells are numbered in steps of the kinds of base, as outcomes are.
        """
        pairs, cells = self._column("rule_sets", "rule_set", "pair"), self._column("moments", "cell", "key")
        none, width = len(cells) // self.periods, self.outcomes.of.shape[1]
        self.rule_set = np.append(pairs, none).astype(np.int32) * np.int32(self.periods)
        uncovered = np.full(self.periods, len(self.outcomes.of) - 1)
        self.cell_at = np.concatenate([cells, uncovered]).astype(np.int32) * np.int32(width)

    def _days(self) -> None:
        """The edition, the period and the month of every day from the first, as one number (day_parts); none at 0."""
        p = self.q.prefix
        edges = self.con.execute(
            f"SELECT DISTINCT start_day - DATE '1970-01-01' FROM {p}products UNION SELECT end_day - DATE '1970-01-01' FROM {p}products"
        ).fetchall()
        self.edges = np.array(sorted({e for (e,) in edges if FIRST < e < LAST}), dtype=np.int64)
        self.editions, self.periods = len(self.edges) + 1, self.q.law.period_count
        every = np.arange(FIRST, LAST)
        edition = np.searchsorted(self.edges, every, side="right")
        found = self.con.execute(
            f"SELECT day - DATE '1970-01-01' AS d, period FROM {p}calendar ORDER BY 1"
        ).fetchnumpy()
        at = np.searchsorted(np.asarray(found["d"]), every, side="right") - 1
        period = np.asarray(found["period"])[at].astype(np.int64)
        months = (np.datetime64(0, "D") + every).astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1
        self.first_month = int(months[0])
        assert self.editions < 1 << 8
        assert self.periods < 1 << 12
        self.day_parts = np.append(0, edition | period << 8 | (months - self.first_month) << 20).astype(np.int32)

    def _base_kinds(self) -> Int[ndarray, " b"]:
        """The kind of base duty (outcomes.bases) of every text in every column."""
        found = self.con.execute(f"SELECT key, kind FROM {self.outcomes.kinds_table} ORDER BY key").fetchnumpy()
        keys = np.asarray(found["key"])
        kinds = np.zeros(int(keys.max()) + COLUMNS + 1, dtype=np.int32)
        kinds[keys] = np.asarray(found["kind"])
        return kinds

    def places(self, role: str, words: Any) -> Int[ndarray, " w"]:
        """The place of each distinct text of a column among those met so far; 0 for none."""
        last = getattr(self.last, role, None)  # the batches of a row group share their words
        if last is None or not _is_same(last[0], words):
            last = (words, self._places(role, words))
            setattr(self.last, role, last)
        return last[1]

    def _places(self, role: str, words: Any) -> Int[ndarray, " w"]:
        """Without the lock where all words are known: arrays grow before the texts that lead to them."""
        import pyarrow as pa

        words = words.cast(pa.string())
        found = _found(words, self.texts.get(role))
        if found.null_count > words.null_count:
            with self.lock:
                self._add(role, words)
            found = _found(words, self.texts.get(role))
        return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1

    def _add(self, role: str, words: Any) -> None:
        """Puts words that are new behind the texts of a role."""
        import pyarrow as pa
        from pyarrow import compute

        pc: Any = compute  # its functions are made when it is imported
        known = self.texts.get(role)
        new = pc.unique(words.filter(pc.is_null(_found(words, known)))).drop_null()
        if len(new):
            add = {"product": self._add_products, "origin": self._add_origins,
                   "entry_date": self._add_days, "unit": self._add_units}  # fmt: skip
            add[role](new)
            self.texts[role] = new if known is None else pa.concat_arrays([known, new])

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
        classes = np.full((len(new), self.editions), UNCOVERED, dtype=np.int32)
        bases = np.zeros((2, *classes.shape), dtype=np.int32)
        classes[i[line], edition] = kind[line]
        for column in (0, 1):
            bases[column, i[line], edition] = self.kind_of_base[text[line] + column]
        self.classes = np.concatenate([self.classes, classes])
        self.bases, self.bases_2 = (np.concatenate(x) for x in ((self.bases, bases[0]), (self.bases_2, bases[1])))

    def _add_origins(self, new: Any) -> None:
        day = f"COALESCE(o.column_2_day - DATE '1970-01-01', {NEVER})"
        place = "CASE WHEN o.class IS NULL THEN -1 ELSE o.place END AS place"
        found = self._typed("origin", new, f"COALESCE(o.class, 0) AS class, {place}, {day} AS day",
                            f"JOIN {self.q.prefix}origins o ON o.spelled = t.k_origin")  # fmt: skip
        made = np.full((len(new), 3), (0, -1, NEVER), dtype=np.int64)
        made[np.asarray(found["i"])] = np.stack([np.asarray(found[n]) for n in ("class", "place", "day")], axis=1)
        self.origins = np.concatenate([self.origins, made])

    def _add_days(self, new: Any) -> None:
        found = self._typed("entry_date", new, "t.k_day - DATE '1970-01-01' AS day", "WHERE t.k_day IS NOT NULL")
        made = np.zeros(len(new), dtype=np.int64)
        made[np.asarray(found["i"])] = day_places(np.asarray(found["day"]))
        self.days = np.concatenate([self.days, made])

    def _add_units(self, new: Any) -> None:
        select = "CASE WHEN t.k_unit = '' THEN '' ELSE u.dimension END AS dimension, COALESCE(u.size, 1) AS size"
        found = self._typed("unit", new, select, f"LEFT JOIN {self.q.prefix}units u ON u.spelled = t.k_unit")
        made = np.zeros((len(new), 2))
        dimensions = np.ma.filled(np.ma.asarray(found["dimension"]), None)
        made[np.asarray(found["i"]), 0] = [self.outcomes.dimension(d) for d in dimensions.tolist()]
        made[np.asarray(found["i"]), 1] = found["size"]
        self.units = np.concatenate([self.units, made])


def _found(words: Any, known: Any) -> Any:
    """The place of each word among those known; null for none."""
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    return pc.index_in(words, value_set=pa.array([], pa.string()) if known is None else known)


def day_places(days: Int[ndarray, " n"]) -> Int[ndarray, " n"]:
    """The places of days since 1970; 0 for those that are not covered."""
    places = days.astype(np.int64) - (FIRST - 1)
    return np.where((places > 0) & (places <= LAST - FIRST), places, 0)


def _is_same(a: Any, b: Any) -> bool:
    """Whether two arrays of texts lie in the same memory."""
    if len(a) != len(b) or a.offset != b.offset:
        return False
    return [x and x.address for x in a.buffers()] == [x and x.address for x in b.buffers()]
