"""Lines, cells and a schedule of three lines as arrays made by hand, for tests of what lines are rated by."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from parley.codes import PROGRAMMES
from parley.law.products import Duty
from parley.law.shipments.compile.cells import FIXED, TOTAL, Cell, Term, cell_arrays
from parley.law.shipments.compile.tables import NEVER, NO_PARTY, Bases
from parley.law.shipments.contributions import Placed
from parley.law.shipments.typed import Lines
from parley.law.shipments.units import Duties

NAN = float("nan")
S232, S301, S122 = (PROGRAMMES.index(n) for n in ("s232", "s301", "s122"))
MASS, NUMBER = 0, 3


def lines(count: int, **given: Any) -> Lines:
    """Lines of one code and origin, worth 100 dollars each but for what is given; its own columns as a file has them."""
    zero = np.zeros(count, dtype=np.int32)
    made: dict[str, Any] = {
        "product": zero,
        "origin": zero,
        "day": zero,
        "value": np.full(count, 100.0),
        "claims": {},
        "bad": np.zeros(count, dtype=np.int8),
    }
    held = {n: pa.array(given.pop(n)) for n in ("quantity", "unit_value", "unit", "mode") if n in given}
    columns: dict[str, Any] = {n: np.array(v) if isinstance(v, list) else v for n, v in given.items()}
    return Lines(**made | columns, columns=held)


def at_cells(numbers: list[int], *cells: Cell, tables: Any = None, at: Any = None, **given: Any) -> Placed:
    """Lines in numbered cells; the first cell given is 1."""
    at = np.zeros(len(numbers), dtype=np.intp) if at is None else np.array(at)
    return Placed(tables, lines(len(numbers), **given), at, np.array(numbers, dtype=np.intp), cell_arrays(cells))


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-14, atol=1e-15)


def total(rate: float, share: float = 1.0) -> Term:
    return term(TOTAL, S122, FIXED, rate, share)


def term(combine: int, programme: int, winner: int, rate: float, share: float, duty: Duty | None = None) -> Term:
    """A term of a rate, or of a duty by quantity in its place."""
    return Term(combine, programme, winner, share, duty or Duty("", rate))


# columns: general, column 2, usmca, korus; texts: 10 %; 4.4 cents a kilogram and 2 %; the last is no base
BASES = Bases(
    Duties(
        np.array([0.1, 0.5, 0.0, 0.01, NAN, 0.3, 0.04, 0.05, NAN]), np.array([0.0] * 4 + [0.02] + [0.0] * 4),
        np.array([0.0] * 4 + [0.044] + [0.0] * 4), np.full(9, MASS), np.full(9, 2.0), {},
    ),
    np.array([0] * 8 + [1]), np.array([0, 2, 1, 1, 0, 2, 1, 1, 0]),
)  # fmt: skip
ORIGINS = SimpleNamespace(
    column_2=np.array([NEVER, 50, NEVER]), party=np.array([[NO_PARTY, NO_PARTY, 2], [3, NO_PARTY, NO_PARTY], [NO_PARTY] * 3]),
    partner=np.array([0, 1, 1]), is_self=np.array([False, False, True]), place=np.array([40, 41, -1]),
)  # fmt: skip
SCHEDULE = SimpleNamespace(
    base=np.array([[0, 4, 8]]), bases=BASES, charged=np.array([[2, 0, 1]]), shares=np.array([[0.2, 0.3], [0.4, NAN], [NAN, NAN]]),
    line=np.array([[0, 1, -1]]),
)  # fmt: skip
TABLES = SimpleNamespace(schedule=SCHEDULE, origins=ORIGINS, days=SimpleNamespace(first=10))
