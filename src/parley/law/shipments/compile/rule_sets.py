"""Rule sets: the rows that can ever apply to a product from an origin, interned over all periods of unchanged law.

A pair of classes has in each period the sum of the random numbers of the rows that cover it (interning.RuleSets). Equal sums
are one raw cell, equal sequences of cells one rule set. Two sums differ by chance with probability below n²/2^65: 1e-10 for
the 1e4 cells of the packaged law.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.codes import countries, union_of
from parley.law import interning
from parley.law.edition import as_edition, covered, read_schedule
from parley.law.entry_claims import AGREEMENTS
from parley.law.explain import FIRST_DAY
from parley.law.interning import Seller, product_classes, seller_classes
from parley.law.measure import LATEST, Measure, listed
from parley.law.readings import Reading, looked_at, own_days
from parley.law.regime import Regime
from parley.law.shipments.compile.claim_classes import factorised

Scope = tuple[Sequence[str], tuple[str, ...]]  # the codes that begin so, and those left out


class Period(NamedTuple):
    """Days [start, end) on which the same rows are in force, as known on one day."""

    start: date
    end: date
    known: date


def rows_of(regime: Regime, destination: str) -> tuple[Measure, ...]:
    """Every row that a destination's authorities ever levied."""
    authorities = (destination, union_of(destination))
    return tuple(m for m in regime.measures if m.act.authority in authorities)


def periods(rows: Sequence[Measure], known: date, reading: Reading = "law") -> tuple[Period, ...]:
    """The periods of a destination's rows, in order, from the first day that the package covers.

    In the collected reading every day is seen with that day's own knowledge, never later than `known`.
    """
    collected = reading == "collected"
    days = looked_at(rows) if collected else {d for m in rows for d in own_days(m, known)}
    starts = [FIRST_DAY, *sorted(d for d in days if FIRST_DAY < d < LATEST)]
    ends = [*starts[1:], LATEST]
    return tuple(Period(a, b, min(a, known) if collected else known) for a, b in zip(starts, ends, strict=True))


class RawCell(NamedTuple):
    """Rows that stand together in a period: their places, and a moment and origin for which they do."""

    rows: tuple[int, ...]
    origin: str
    on: date
    known: date


class RuleSets(NamedTuple):
    """The interned law of one destination: the classes of codes and of origins, rule_set[u, v] of classes, cell_of[r, p] the
    raw cell of a rule set in a period.
    """

    product_class: dict[str, int]
    origin_class: dict[str, int]
    rule_set: Int[ndarray, "u v"]
    cell_of: Int[ndarray, "r p"]
    cells: list[RawCell]


def rule_sets(rows: Sequence[Measure], destination: str, spans: Sequence[Period]) -> RuleSets:
    """Every product and origin of a destination sorted into rule sets."""
    every, scopes = as_edition(destination, read_schedule(destination).lines), dict[Scope, int]()
    in_force = [_in_force(rows, span, scopes) for span in spans]
    masks = [covered(every, inside) & ~covered(every, outside) for inside, outside in scopes]
    product_class, members = product_classes(np.array(masks, dtype=bool).reshape(len(masks), len(every.codes)))
    origins = [c for c in countries() if c != destination]
    origin_class, sellers = seller_classes(rows, origins, {p.claim: True for p in AGREEMENTS})
    numbers, cells = _raw_cells(rows, in_force, spans, members, sellers)
    by_pair = np.ascontiguousarray(numbers.reshape(-1, len(spans)))
    whole = by_pair.view(np.dtype((np.void, by_pair.shape[1] * by_pair.itemsize))).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    by_code = dict(zip(every.codes, product_class.tolist(), strict=True))
    by_origin = dict(zip(origins, origin_class.tolist(), strict=True))
    return RuleSets(by_code, by_origin, inverse.reshape(numbers.shape[:2]), by_pair[first], cells)


def _in_force(rows: Sequence[Measure], span: Period, scopes: dict[Scope, int]) -> tuple[list[int], Int[ndarray, " h"]]:
    """The rows in force in a period by place, and the scope of each by number; new ones join the scopes."""
    here = [m for m, row in enumerate(rows) if row.at(span.start, span.known)]
    found = (
        (row.products or listed(row.folder, row.product_list, span.start),
         (*row.products_except, *listed(row.folder, row.products_except_list, span.start)))
        for row in (rows[m] for m in here)
    )  # fmt: skip
    return here, np.array([scopes.setdefault(scope, len(scopes)) for scope in found], dtype=np.int64)


def _raw_cells(
    rows: Sequence[Measure],
    in_force: Sequence[tuple[list[int], Int[ndarray, " h"]]],
    spans: Sequence[Period],
    members: Bool[ndarray, "u s"],
    sellers: Sequence[Seller],
) -> tuple[Int[ndarray, "u v p"], list[RawCell]]:
    """The raw cell of every class of products from every class of origins in every period; the cells."""
    held, cells, place = interning.RuleSets(), list[RawCell](), dict[int, int]()
    made = np.zeros((len(members), len(sellers), len(spans)), dtype=np.int32)
    for p, (span, (here, of)) in enumerate(zip(spans, in_force, strict=True)):
        masks, scope_of = np.unique(of, return_inverse=True)
        (sums, _), covers = held.sums([rows[m] for m in here], scope_of, sellers, span.start, span.known)
        alike, within = product_classes(members[:, masks].T)  # few classes differ in any one period
        numbers = within.astype(np.uint64) @ sums
        distinct, inverse, first = factorised(numbers.ravel())
        for number, at in zip(distinct, first.tolist(), strict=True):
            if number not in place:
                place[number] = len(cells)
                u, v = divmod(at, len(sellers))
                chosen = np.flatnonzero(within[u, scope_of] & covers[:, v]).tolist()
                cells.append(RawCell(tuple(here[j] for j in chosen), sellers[v].origin, span.start, span.known))
        made[:, :, p] = np.array([place[n] for n in distinct])[inverse].reshape(numbers.shape)[alike]
    return made, cells
