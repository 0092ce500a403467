"""Cells as numbers: what each adds by itself, and the terms that a line's own figures decide (totals, caps, shares, units)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.products import NO_SOURCE, Duty
from parley.law.shipments.compile.cells import FIXED, Cell, Term
from parley.law.shipments.units import dimension_of
from parley.law.stacking import Form

ADD, TOTAL, CAP = range(3)
COMBINE = {"add": ADD, "total": TOTAL, "cap": CAP}
NONE = -1  # no term, no duty, no form
MANY = 1 << 16  # cells, whose arrays are made anew when a file's claims lead to more
NOT_COMPUTABLE, NOT_IN_SOURCES = 14, 18  # of rejects.REASONS


class Terms(NamedTuple):
    """By cell · width + slot: (rate + specific · units a dollar) · share, or · the net share of a winner of the cell's form.

    combine: NONE where there is no term. duty: a place in the duties, NONE. by_unit: whether the rate hangs on a quantity.
    """

    width: int
    combine: Int[ndarray, " t"]
    programme: Int[ndarray, " t"]
    winner: Int[ndarray, " t"]
    duty: Int[ndarray, " t"]
    rate: Float[ndarray, " t"]
    specific: Float[ndarray, " t"]
    share: Float[ndarray, " t"]
    by_unit: Bool[ndarray, " t"]


class CellArrays(NamedTuple):
    """Cells by number; cell 0 is none: a line that no rule set is found for.

    added: what plain measures add (NaN where the cell is not computable); by_programme: the same by legal authority.
    unknown: 0, or the reason why it is not computable. banned: its import is forbidden. lieu: the rate in place of the base
    (NaN: none). terms: of each its other terms in order, caps last. form: its place in the forms, NONE.
    """

    added: Float[ndarray, " c"]
    by_programme: Float[ndarray, "c p"]
    unknown: Int[ndarray, " c"]
    banned: Bool[ndarray, " c"]
    lieu: Float[ndarray, " c"]
    lieu_programme: Int[ndarray, " c"]
    dimension: Int[ndarray, " c"]
    size: Float[ndarray, " c"]
    measures: list[str]
    terms: Terms
    form: Int[ndarray, " c"]
    forms: tuple[Form, ...]
    duties: tuple[Duty, ...]


def cell_arrays(cells: Sequence[Cell]) -> CellArrays:
    """The cells, numbered from 1."""
    added, by_programme, unknown, banned, lieu, lieu_programme, dimension, size, measures, others = (
        list(c) for c in zip(_numbers(Cell(unknown="none")), *map(_numbers, cells), strict=True)
    )
    duties = {d: j for j, d in enumerate(dict.fromkeys(t.duty for row in others for t in row if t.duty))}
    forms = {f: j for j, f in enumerate(dict.fromkeys(c.form for c in cells if c.form))}
    width = max(map(len, others))
    none = (NONE, 0, FIXED, NONE, 0.0, 0.0, 0.0, False)
    padded = [t for row in others for t in (*(_term(t, duties) for t in row), *[none] * (width - len(row)))]
    kinds = (np.int8, np.int8, np.int16, np.int32, float, float, float, bool)
    columns = zip(*padded, strict=True) if padded else ((),) * len(kinds)
    terms = Terms(width, *(np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True)))
    form = [NONE, *(NONE if c.form is None else forms[c.form] for c in cells)]
    return CellArrays(
        np.array(added), np.array(by_programme), np.array([0, *unknown[1:]], dtype=np.int8), np.array(banned), np.array(lieu),
        np.array(lieu_programme, dtype=np.int8), np.array(dimension, dtype=np.int16), np.array(size), measures,
        terms, np.array(form, dtype=np.int32), tuple(forms), tuple(duties),
    )  # fmt: skip


def _term(t: Term, duties: dict[Duty, int]) -> tuple:
    """The columns of Terms."""
    duty = NONE if t.duty is None else duties[t.duty]
    return (COMBINE[t.combine], PROGRAMMES.index(t.programme), t.winner, duty, t.rate, t.specific, t.share,
            bool(t.specific) or t.duty is not None)  # fmt: skip


@lru_cache(maxsize=MANY)
def _numbers(c: Cell) -> tuple:
    """The columns of CellArrays up to measures, and the terms that a line's own figures decide, caps last.

    Sums are rounded to 12 digits: 0.1 + 0.2 is 0.3, as the acts write it.
    """
    by_programme, total = [0.0] * len(PROGRAMMES), 0.0
    for t in filter(_is_plain, c.terms):
        at = PROGRAMMES.index(t.programme)
        by_programme[at] = round(by_programme[at] + t.rate * t.share, 12)
        total = round(total + t.rate * t.share, 12)
    unknown = 0 if not c.unknown else NOT_IN_SOURCES if c.unknown.endswith(NO_SOURCE) else NOT_COMPUTABLE
    lieu = (np.nan, 0) if c.lieu is None else (c.lieu, PROGRAMMES.index(c.lieu_programme))
    unit = dimension_of(next((t.unit for t in c.terms if t.unit), ""))
    others = sorted((t for t in c.terms if not _is_plain(t)), key=lambda t: t.combine == "cap")
    return np.nan if c.unknown else total, by_programme, unknown, bool(c.prohibited), *lieu, *unit, c.measures, others


def _is_plain(t: Term) -> bool:
    """Whether a term adds the same on every line."""
    return t.combine == "add" and t.winner == FIXED and t.duty is None and not t.specific


__all__ = ["ADD", "CAP", "NONE", "TOTAL", "CellArrays", "Terms", "cell_arrays"]
