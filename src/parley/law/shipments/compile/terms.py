"""Cells as numbers: what each adds by itself, and the terms that a line's own figures decide (totals, caps, shares, units)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.products import NO_SOURCE, Duty
from parley.law.shipments.compile.cells import Cell, Term
from parley.law.shipments.compile.shares import FULL, Share
from parley.law.shipments.units import dimension_of

ADD, TOTAL, CAP = range(3)
COMBINE = {"add": ADD, "total": TOTAL, "cap": CAP}
NONE = -1  # no term
MANY = 1 << 16  # cells, whose arrays are made anew when a file's claims lead to more
NOT_COMPUTABLE, NOT_IN_SOURCES = 14, 18  # of rejects.REASONS


@dataclass(frozen=True)
class Terms:
    """Distinct terms: (rate + specific · units a dollar) · coefficient · share; share, duty: places in the lists, −1 for none."""

    combine: Int[ndarray, " t"]
    programme: Int[ndarray, " t"]
    rate: Float[ndarray, " t"]
    specific: Float[ndarray, " t"]
    coefficient: Float[ndarray, " t"]
    share: Int[ndarray, " t"]
    duty: Int[ndarray, " t"]
    shares: tuple[Share, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class CellArrays:
    """Cells by number; cell 0 is none: a line that no rule set is found for.

    added: what plain measures add (NaN where the cell is not computable); by_programme: the same by legal authority.
    terms: of each its other terms in order, caps last (−1: none). lieu: the rate in place of the base (NaN: none).
    unknown: 0, or the reason why it is not computable. banned: its import is forbidden.
    """

    added: Float[ndarray, " c"]
    by_programme: Float[ndarray, "c p"]
    terms: Int[ndarray, "c s"]
    unknown: Int[ndarray, " c"]
    banned: Bool[ndarray, " c"]
    lieu: Float[ndarray, " c"]
    lieu_programme: Int[ndarray, " c"]
    dimension: Int[ndarray, " c"]
    size: Float[ndarray, " c"]
    measures: list[str]
    held: Terms


def cell_arrays(cells: Sequence[Cell]) -> CellArrays:
    """The cells, numbered from 1."""
    place: dict[Term, int] = {}
    rows = [[place.setdefault(t, len(place)) for t in _others(c)] for c in cells]
    terms = np.full((len(cells) + 1, max(map(len, rows), default=0)), NONE, dtype=np.int32)
    for j, row in enumerate(rows):
        terms[j + 1, : len(row)] = row
    by_programme = np.zeros((len(cells) + 1, len(PROGRAMMES)))
    added = np.full(len(cells) + 1, np.nan)
    for j, c in enumerate(cells):
        by_programme[j + 1], added[j + 1] = _plain(c)
    units = [dimension_of(next((t.unit for t in c.terms if t.unit), "")) for c in cells]
    return CellArrays(
        added,
        by_programme,
        terms,
        np.array([0, *map(_unknown, cells)], dtype=np.int8),
        np.array([False, *(bool(c.prohibited) for c in cells)]),
        np.array([np.nan, *(np.nan if c.lieu is None else c.lieu for c in cells)]),
        np.array([0, *(PROGRAMMES.index(c.lieu_programme) if c.lieu_programme else 0 for c in cells)], dtype=np.int8),
        np.array([dimension_of("")[0], *(d for d, _ in units)], dtype=np.int16),
        np.array([1.0, *(s for _, s in units)]),
        ["", *(c.measures for c in cells)],
        _terms(list(place)),
    )


@lru_cache(maxsize=MANY)
def _others(c: Cell) -> tuple[Term, ...]:
    """The terms that a line's own figures decide, caps last."""
    ordered = sorted(c.terms, key=lambda t: t.combine == "cap")
    return tuple(replace(t, measure="", unit="") for t in ordered if not _is_plain(t))


def _is_plain(t: Term) -> bool:
    """Whether a term adds the same on every line."""
    return t.combine == "add" and t.share == FULL and t.duty is None and not t.specific


@lru_cache(maxsize=MANY)
def _plain(c: Cell) -> tuple[Float[ndarray, " p"], float]:
    """What plain terms add, by programme and in all. Sums are rounded to 12 digits: 0.1 + 0.2 is 0.3, as the acts write it."""
    made, total = np.zeros(len(PROGRAMMES)), 0.0
    for t in c.terms:
        if _is_plain(t):
            at = PROGRAMMES.index(t.programme)
            made[at] = round(made[at] + t.rate * t.coefficient, 12)
            total = round(total + t.rate * t.coefficient, 12)
    return made, np.nan if c.unknown else total


def _unknown(c: Cell) -> int:
    return 0 if not c.unknown else NOT_IN_SOURCES if c.unknown.endswith(NO_SOURCE) else NOT_COMPUTABLE


def _terms(found: Sequence[Term]) -> Terms:
    shares = tuple(dict.fromkeys(t.share for t in found if t.share != FULL))
    duties = tuple(dict.fromkeys(t.duty for t in found if t.duty))
    return Terms(
        np.array([COMBINE[t.combine] for t in found], dtype=np.int8),
        np.array([PROGRAMMES.index(t.programme) for t in found], dtype=np.int8),
        np.array([t.rate for t in found], dtype=float),
        np.array([t.specific for t in found], dtype=float),
        np.array([t.coefficient for t in found], dtype=float),
        np.array([NONE if t.share == FULL else shares.index(t.share) for t in found], dtype=np.int32),
        np.array([NONE if t.duty is None else duties.index(t.duty) for t in found], dtype=np.int32),
        shares,
        duties,
    )


__all__ = ["ADD", "CAP", "NONE", "TOTAL", "CellArrays", "Terms", "cell_arrays"]
