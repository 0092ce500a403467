"""Rule sets: the rows that can ever apply to a product from an origin, interned by random numbers over all periods.

Each dated variant of a row (the row, and which of its edges stand) has a random 64-bit number; a pair's number in a
period is the sum of those of the rows that cover it. Equal sums are one raw cell, equal sequences of cells one rule
set. Two sums differ by chance with probability below n²/2^65: 1e-10 for the 1e4 cells of the packaged law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.codes import countries
from parley.frozen import read_only
from parley.law.edition import Edition, as_edition, covered, read_schedule
from parley.law.entry_claims import AGREEMENTS, own_claims
from parley.law.interning import product_classes
from parley.law.measure import Measure, Yields, in_origins, listed
from parley.law.products import Line
from parley.law.shipments.compile.periods import Period
from parley.law.stacking import edge_stands

SEED = 20250502


@dataclass(frozen=True)
class RawCell:
    """Rows that stand together in a period: their places, and a moment and origin for which they do."""

    rows: tuple[int, ...]
    origin: str
    on: date
    known: date


@dataclass(frozen=True)
@read_only
class RuleSets:
    """The interned law of one destination.

    product_class[k] of the codes; origin_class of each origin; rule_set[u, v] of classes; cell_of[r, p] the raw cell
    of a rule set in a period.
    """

    codes: tuple[str, ...]
    lines: tuple[Line, ...]
    origins: tuple[str, ...]
    product_class: Int[ndarray, " k"]
    origin_class: Int[ndarray, " i"]
    rule_set: Int[ndarray, "u v"]
    cell_of: Int[ndarray, "r p"]
    cells: tuple[RawCell, ...]
    periods: tuple[Period, ...]


def rule_sets(
    rows: Sequence[Measure], destination: str, spans: Sequence[Period], only: frozenset[str] | None = None
) -> RuleSets:
    """Every product (or only some) and origin of a destination sorted into rule sets."""
    every = _every_code(destination, only)
    masks, mask_of = _masks(rows, every, spans)
    product_class, members = product_classes(masks)
    origins = tuple(c for c in countries() if c != destination)
    held, origin_class, sellers = _sellers(rows, origins)
    numbers, cells = _raw_cells(rows, spans, members, mask_of, held, sellers)
    shape = numbers.shape
    distinct, inverse = np.unique(numbers.reshape(shape[0] * shape[1], -1), axis=0, return_inverse=True)
    return RuleSets(
        every.codes, every.lines, origins, product_class, origin_class,
        inverse.reshape(shape[:2]), distinct, cells, tuple(spans),
    )  # fmt: skip


def lines_of(destination: str, only: frozenset[str] | None) -> list[Line]:
    """The lines of all editions, or those of some codes."""
    lines = read_schedule(destination).lines
    return [x for x in lines if only is None or x.code in only]


def _every_code(destination: str, only: frozenset[str] | None) -> Edition:
    """Every code that ever stood in the schedule, once."""
    first: dict[str, Line] = {}
    for line in lines_of(destination, only):
        first.setdefault(line.code, line)
    return as_edition(destination, tuple(first.values()))


def _masks(
    rows: Sequence[Measure], every: Edition, spans: Sequence[Period]
) -> tuple[Bool[ndarray, "s k"], dict[tuple[int, int], int]]:
    """The distinct sets of codes that scopes cover, and which one each row (by place) in force has in each period."""
    place: dict[tuple, int] = {}
    masks: list[ndarray] = []
    mask_of: dict[tuple[int, int], int] = {}
    for p, span in enumerate(spans):
        for m, row in enumerate(rows):
            if row.at(span.start, span.known):
                inside = row.products or listed(row.folder, row.product_list, span.start)
                outside = (*row.products_except, *listed(row.folder, row.products_except_list, span.start))
                key = (inside, outside)
                if key not in place:
                    place[key] = len(masks)
                    masks.append(covered(every, inside) & ~covered(every, outside))
                mask_of[m, p] = place[key]
    return np.array(masks, dtype=bool).reshape(len(masks), len(every.codes)), mask_of


def _sellers(
    rows: Sequence[Measure], origins: Sequence[str]
) -> tuple[Bool[ndarray, "m v"], Int[ndarray, " i"], list[str]]:
    """Which rows cover each class of origins; the class of each origin; one origin of each class.

    Origins share a class where the same rows and edges cover them and they may claim the same preferences.
    """
    limited = [e for row in rows for e in row.yields_to if _is_limited(e)]
    covering = _covering((*rows, *limited), origins)
    wishes = {p.claim: True for p in AGREEMENTS}
    place: dict[tuple, int] = {}
    found: list[int] = []
    first: list[int] = []
    for i, origin in enumerate(origins):
        key = (covering[:, i].tobytes(), tuple(sorted(own_claims(dict(wishes), origin)[0])))
        if key not in place:
            place[key] = len(place)
            first.append(i)
        found.append(place[key])
    return covering[: len(rows), first], np.array(found, dtype=np.int64), [origins[i] for i in first]


def _is_limited(edge: Yields) -> bool:
    return edge.origins != ("*",) or bool(edge.origins_except)


def _covering(scopes: Sequence[Measure | Yields], origins: Sequence[str]) -> Bool[ndarray, "m i"]:
    """Which rows or edges cover which origins; the same pair of lists is read once."""
    kinds = [(s.origins, s.origins_except) for s in scopes]
    held = {kind: np.array([in_origins(*kind, o) for o in origins], dtype=bool) for kind in set(kinds)}
    return np.array([held[kind] for kind in kinds], dtype=bool).reshape(len(kinds), len(origins))


def _raw_cells(
    rows: Sequence[Measure],
    spans: Sequence[Period],
    members: Bool[ndarray, "u s"],
    mask_of: dict[tuple[int, int], int],
    held: Bool[ndarray, "m v"],
    sellers: list[str],
) -> tuple[Int[ndarray, "u v p"], tuple[RawCell, ...]]:
    """The raw cell of every class of products from every class of origins in every period; the cells."""
    draw, variants = np.random.default_rng(SEED), {}
    reach = [_covering(row.yields_to, sellers) if any(map(_is_limited, row.yields_to)) else None for row in rows]
    cells: list[RawCell] = []
    place: dict[int, int] = {}
    numbers = np.zeros((len(members), len(sellers), len(spans)), dtype=np.int64)
    for p, span in enumerate(spans):
        here = [m for m in range(len(rows)) if (m, p) in mask_of]
        covers = members[:, [mask_of[m, p] for m in here]]
        weights = _weights(rows, here, held, reach, span, variants, draw)
        sums = covers.astype(np.uint64) @ weights
        distinct, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
        for number, at in zip(distinct.tolist(), first.tolist(), strict=True):
            if number not in place:
                place[number] = len(cells)
                u, v = divmod(at, len(sellers))
                chosen = tuple(m for j, m in enumerate(here) if covers[u, j] and held[m, v])
                cells.append(RawCell(chosen, sellers[v], span.start, span.known))
        numbers[:, :, p] = np.array([place[n] for n in distinct.tolist()])[inverse].reshape(sums.shape)
    return numbers, tuple(cells)


def _weights(
    rows: Sequence[Measure],
    here: Sequence[int],
    held: Bool[ndarray, "m v"],
    reach: Sequence[Bool[ndarray, "e v"] | None],
    span: Period,
    variants: dict[tuple[int, bytes], np.uint64],
    draw: np.random.Generator,
) -> Int[ndarray, "m v"]:
    """The random number of each row's variant for each class of origins; 0 where the row does not cover it.

    A variant is the row with those of its edges that stand. reach: which edges cover which class; None where all cover all.
    """
    made = np.zeros((len(here), held.shape[1]), dtype=np.uint64)

    def number(m: int, standing: bytes) -> np.uint64:
        if (m, standing) not in variants:
            variants[m, standing] = draw.integers(1, 2**64, dtype=np.uint64)
        return variants[m, standing]

    for j, m in enumerate(here):
        standing = np.array([edge_stands(e, span.start, span.known) for e in rows[m].yields_to], dtype=bool)
        limits = reach[m]
        if limits is None:
            made[j, held[m]] = number(m, standing.tobytes())
            continue
        for v in np.flatnonzero(held[m]).tolist():
            made[j, v] = number(m, (standing & limits[:, v]).tobytes())
    return made
