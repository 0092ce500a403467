"""What a pair of a cell and a base duty comes to, asked of the query once: a rate, a duty by quantity, or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.explain import FIRST_DAY
from parley.law.measure import BASE_PROGRAMMES
from parley.law.shipments.rejects import PROHIBITED
from parley.law.shipments.shown import result_columns
from parley.law.shipments.sql import Query
from parley.law.shipments.sql_duty import judged, programme_rate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EPOCH = date(1970, 1, 1).toordinal()
FIRST = FIRST_DAY.toordinal() - EPOCH
LAST = date(2032, 1, 1).toordinal() - EPOCH  # later days are left to the query
UNASKED, LEFT = -1, 0  # outcomes: not asked yet, left to the query
SPECIAL = 1 << 24
BY_VALUE, BY_QUANTITY, REFUSED = range(3)  # kinds of outcome
FEW_LINES = 50_000  # of pairs not met before: a question costs as much
ARRAYS = ("of", "kind", "code", "refused", "rate", "shown", "added", "programmes", "base_programme", "cell", "specific",
          "advalorem", "dimension_of", "size")  # fmt: skip
KINDS = {"text": "VARCHAR", "number": "DOUBLE", "day": "DATE", "flag": "BOOLEAN"}
HUGE = 1e3  # a base rate above every total
NO_LINE, NO_QUANTITY, OTHER_UNIT = 1, 11, 12  # of rejects.REASONS
BASE = 5  # the place of the base rate in what the query answers
_REFUSED, _NO_DUTY_WITHOUT = (10, 14, 17, 18, PROHIBITED), (NO_QUANTITY, 13)  # never a duty; none without a quantity

_BASE_UNKNOWN = (10, NO_QUANTITY)


def empty_columns(q: Query, given: set[str], stated: dict[str, str] | None = None) -> str:
    """The columns of the roles that are not given: empty, but a value of one dollar and what is stated."""
    words = {"value": "1", **(stated or {})}
    made = {q.raw(r): f"CAST({words.get(r, 'NULL')} AS {KINDS[q.types.get(r, 'text')]})" for r in q.columns.of}
    return "".join(f", {sql} AS {u}" for u, sql in sorted(made.items()) if u not in given)


class Ranked(NamedTuple):
    """Distinct values in order, numbers or texts, and the place of each outcome's."""

    values: Any
    rank: Int[ndarray, " o"]


class Outcomes:
    """The outcomes by number; `of[cell, base]` is the number, and more by SPECIAL where it is not by value alone.

    Arrays are replaced, never changed in place. Outcome 1, of a last cell, is that of a product without a line.
    rate: base + added; shown: [o, 3], the three rates as shown. Of lines refused: code, the reason, and refused, [o, 2], the
    base and the added rate as shown (NaN: none). For a duty by quantity: added, what is added before totals;
    specific (dollars a unit), advalorem (base rate), dimension_of and size (of the base's unit), base_programme; and of
    each total [o, t] its rate, its share (0: none) and whose it is.
    """

    def __init__(self, con: DuckDBPyConnection, q: Query) -> None:
        self.con, self.q = con, q
        self.kinds_table = f"{q.prefix}base_kinds"
        self.dimensions: dict[str, int] = {}
        self._read_bases()
        cells = q.law.tables["cells"]
        self.of = np.full((len(cells["cell"]) + 1, len(self.bases["rate"])), UNASKED, dtype=np.int32)
        self.of[-1] = 1 + SPECIAL
        self.fit_cell, self.totals = _fit_cells(q), _totals(q)
        self.floored = (self.totals[:, :, 1] != 0).any(axis=0)
        self.kind = np.array([BY_VALUE, REFUSED], dtype=np.int8)
        self.code, self.refused = np.array([0, NO_LINE], dtype=np.int8), np.full((2, 2), np.nan)
        self.rate, self.shown = np.zeros(2), np.zeros((2, 3))
        self.added, self.specific, self.advalorem, self.dimension_of, self.size = (np.zeros(2) for _ in range(5))
        self.base_programme, self.cell = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
        self.programmes = np.zeros((2, len(PROGRAMMES)))
        self.measures: list[str] = ["", ""]
        self.numbers: dict[tuple, int] = {}  # pairs of one outcome share its number
        self.ranks: tuple | None = None
        self.unasked = 0  # lines left to the query since the last question

    def _read_bases(self) -> None:
        """Bases that differ in nothing but their key are one kind."""
        names = "rate, specific, unit_dimension, unit_size, programme"
        self.con.execute(f"""CREATE OR REPLACE TEMP TABLE {self.kinds_table} AS SELECT key, {names},
 dense_rank() OVER (ORDER BY plain, unknown, {names}) - 1 AS kind FROM {self.q.prefix}bases""")
        found = self.con.execute(
            f"SELECT DISTINCT ON (kind) kind, COALESCE(rate, 0) AS rate, specific, COALESCE(unit_size, 1) AS size, "
            f"unit_dimension AS dimension, programme FROM {self.kinds_table} ORDER BY kind"
        ).fetchnumpy()
        dimensions = np.ma.filled(np.ma.asarray(found.pop("dimension")), None)
        self.bases = {n: np.asarray(v, dtype=np.float64) for n, v in found.items()}
        self.bases["dimension"] = np.array([self.dimension(d) for d in dimensions.tolist()], dtype=np.float64)

    def dimension(self, name: str | None) -> int:
        """A number for a dimension of units; −1 where no unit is stated, −2 where it is none that is known."""
        if name is None:
            return -2
        return self.dimensions.setdefault(name, len(self.dimensions)) if name else -1

    def is_due(self, lines: int) -> bool:
        """Whether so many more lines of pairs not met before are worth a question; else the lines are left to the query."""
        self.unasked += lines
        if self.unasked < FEW_LINES:
            return False
        self.unasked = 0
        return True

    def ask(self, pairs: Int[ndarray, " n"], lines: Any, empty: Any, q: Query | None = None) -> None:
        """Asks the query about a line of each new pair at a value of one dollar, without a quantity and with a huge one,
        beside which no total adds anything.

        lines: the columns product, origin and entry date of the file. empty: empty_columns. q: the query, where
        the lines' types are not the file's.
        """
        import pyarrow as pa

        q, count = replace(q or self.q, estimates=False), len(pairs)  # estimates are of single products and partners
        cells, bases = np.divmod(pairs, self.of.shape[1])
        huge = HUGE / np.where(self.bases["specific"] > 0, self.bases["specific"], 1.0)[bases]
        lines = lines.append_column("k_row", pa.array(np.arange(count))).append_column("k_huge", pa.array(huge))
        self.con.register("new_pairs", lines)
        given = set(lines.column_names)
        rows = f"(SELECT *{empty(q, given)} FROM new_pairs"
        if self.quantities:
            huge = empty(q, given, {"quantity": "k_huge"})
            rows += f" UNION ALL SELECT * REPLACE (k_row + {count} AS k_row){huge} FROM new_pairs"
        shown = list(result_columns(q).values())
        numbers = ["y_base + z_added", *shown[:3], "y_base", "z_added", *(programme_rate(q, n) for n in PROGRAMMES)]
        found = self.con.execute(
            f"SELECT z_reject, {', '.join(numbers)}, {shown[4]} FROM ({judged(q, rows + ')')}) j ORDER BY k_row"
        ).fetchall()
        self.con.unregister("new_pairs")
        self._keep(cells, bases, found[:count], found[count:])

    def ranked(self) -> tuple[list[Ranked], Ranked]:
        """The three rates as shown, and the measures, of all outcomes so far by rank."""
        held, shown = self.ranks, self.shown  # other threads may put others in their place
        if held is None or held[0] is not shown:
            texts = self.measures[: len(shown)]
            words = sorted(set(texts))
            place = {w: j for j, w in enumerate(words)}
            rank = np.array([place[w] for w in texts], dtype=np.int32)
            rates = [Ranked(*np.unique(column, return_inverse=True)) for column in shown.T]
            self.ranks = held = (shown, rates, Ranked(words, rank))
        return held[1:]

    @property
    def quantities(self) -> bool:
        """Whether lines state a quantity in a way that is judged here."""
        return self.q.has("quantity") and not self.q.has("unit_value")

    def _keep(self, cells: ndarray, bases: ndarray, found: Sequence[tuple], stated: Sequence[tuple]) -> None:
        of, kinds, rows, which, whose, refused = self.of.copy(), [], [], [], [], []
        never = _REFUSED if self.quantities else (*_REFUSED, *_NO_DUTY_WITHOUT)
        for j, (cell, base, row) in enumerate(zip(cells.tolist(), bases.tolist(), found, strict=True)):
            if of[cell, base] != UNASKED:
                continue
            code, shown = row[0], row
            kind = BY_VALUE if code == 0 else REFUSED if code in never else None
            if code in _BASE_UNKNOWN and self.floored[cell]:  # below a total the query may know the rate all the same
                kind = None
            if code == PROHIBITED and self.quantities and row[BASE] is None:  # a stated quantity makes the base known
                kind = None
            if code == NO_QUANTITY and stated and stated[j][0] == 0 and self.fit_cell[cell]:
                kind, shown = BY_QUANTITY, stated[j]
            if kind is None:
                of[cell, base] = LEFT
                continue
            told = (0, *([0.0] * (len(row) - 2)), "") if kind == REFUSED else shown
            key = (kind, code, row[3], row[4], told[1:], (cell, base) if kind == BY_QUANTITY else ())
            number = self.numbers.setdefault(key, len(self.measures) + len(rows))
            of[cell, base] = number if kind == BY_VALUE else number + SPECIAL
            if number == len(self.measures) + len(rows):
                kinds.append(kind)
                rows.append(told)
                which.append(base)
                whose.append(cell)
                refused.append((code, row[3], row[4]))
        if rows:
            self._append(np.array(kinds, dtype=np.int8), rows, np.array(which), np.array(whose))
            told = np.array(refused, dtype=np.float64)
            self.code = np.concatenate([self.code, told[:, 0].astype(np.int8)])
            self.refused = np.concatenate([self.refused, told[:, 1:]])
        self.of = of

    def _append(self, kinds: ndarray, rows: list[tuple], bases: ndarray, cells: Int[ndarray, " k"]) -> None:
        numbers = np.array([r[1:-1] for r in rows], dtype=np.float64)
        programmes, whose = numbers[:, 6:].copy(), self.bases["programme"][bases].astype(np.int64)
        place = np.array([PROGRAMMES.index(n) for n in BASE_PROGRAMMES])[whose]
        by_quantity = kinds == BY_QUANTITY
        rows_of = np.flatnonzero(by_quantity)
        own = programmes[rows_of, place[rows_of]] - numbers[rows_of, 4]  # what measures add under the base's programme
        programmes[rows_of, place[rows_of]] = np.round(own, 9)

        def longer(name: str, more: ndarray) -> None:
            setattr(self, name, np.concatenate([getattr(self, name), more]))

        self.measures = [*self.measures, *(r[-1] for r in rows)]
        longer("kind", kinds)
        longer("cell", cells)
        longer("rate", numbers[:, 0])
        longer("shown", numbers[:, 1:4])
        longer("added", numbers[:, 5])
        longer("programmes", programmes)
        longer("base_programme", place)
        for name, column in (("specific", "specific"), ("advalorem", "rate"), ("dimension_of", "dimension"), ("size", "size")):  # fmt: skip
            longer(name, self.bases[column][bases])


def _fit_cells(q: Query) -> Bool[ndarray, " c"]:
    """Whether a cell adds the same at any quantity, but for totals of a plain rate on the whole value."""
    cells, form = q.law.tables["cells"], q.law.form
    fit = np.ones(len(cells["cell"]), dtype=bool)
    for j, factor in enumerate(form.factors):
        if factor.kind:
            fit &= np.array(cells[f"add_{j}"]) == 0
    for j in range(form.caps):
        fit &= np.array([s is None for s in cells[f"cap{j}_share"]])
    for j in range(form.totals):
        simple = [(cells[f"total{j}_{n}"], plain) for n, plain in (("specific", 0), ("duty", -1), ("of", -1))]
        fit &= np.logical_and.reduce([np.array(values) == plain for values, plain in simple])
    return fit


def _totals(q: Query) -> Float[ndarray, "t c 3"]:
    """The rate, share and programme of each total of each cell; a share of 0 where there is none."""
    cells, form = q.law.tables["cells"], q.law.form
    made = np.zeros((form.totals, len(cells["cell"]), 3))
    for j in range(form.totals):
        for at, name in enumerate(("rate", "share", "programme")):
            made[j, :, at] = [0 if v is None else v for v in cells[f"total{j}_{name}"]]
        made[j, :, 2] = [PROGRAMMES.index(form.programmes[int(k)]) if k >= 0 else 0 for k in made[j, :, 2]]
    return made
