"""Cells: what one rule set levies in one period under one class of claims, in numbers that lines are rated by.

A cell holds what plain measures add by themselves, and the terms that a line's own figures decide (totals, caps, shares, units).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value
from parley.law.measure import Measure
from parley.law.products import NOT_KNOWN, Duty, read_duty
from parley.law.shipments.compile.claim_classes import SHARE_CLAIMS
from parley.law.shipments.compile.rule_sets import RawCell
from parley.law.shipments.rejects import Why
from parley.law.shipments.units import Duties, duties_of, units_of
from parley.law.stacking import Applied, Form, contest, settled

ADD, TOTAL, CAP = range(3)
COMBINE = {"add": ADD, "total": TOTAL, "cap": CAP}
FIXED = -1  # no place: the share is the same on every line
NONE = -1  # no term, no form


class Term(NamedTuple):
    """One applied measure: its duty · share, combined as its row says. programme: a place.

    winner: its place in the cell's form, whose net share (stacking.net_shares) at a line's claims is its share too; FIXED.
    """

    combine: int
    programme: int
    winner: int
    share: float
    duty: Duty


class Cell(NamedTuple):
    """added: what plain measures add, by_programme the same by legal authority, to 12 digits: 0.1 + 0.2 is 0.3, as the acts
    write it; none where it is not computable: unknown is the reason why (rejects.Why). banned: its import is forbidden.
    lieu: the rate in place of the base. measures: ids of what applies, in the order of `explain`. terms: the other measures,
    caps last. form: how the measures bear on each other, where their shares follow a line's claims.
    """

    added: float | None = None
    by_programme: tuple[float, ...] = (0.0,) * len(PROGRAMMES)
    unknown: int = 0
    banned: bool = False
    lieu: float | None = None
    lieu_programme: int = 0
    measures: str = ""
    terms: tuple[Term, ...] = ()
    form: Form | None = None


def resolve(rows: Sequence[Measure], raw: RawCell, claims: Mapping[str, Value]) -> Cell:
    """The cell of rows that stand together, under claims that stand for their class: the same rows win at all of them."""
    held = contest(rows, raw.origin, raw.on, raw.known, claims, told=False)
    found, form, places = settled(held, claims, told=False), None, dict[int, int]()
    if not claims.keys().isdisjoint(SHARE_CLAIMS) and any(a.measure.share != "full" for a in found.applied):
        form, places = held.form, {id(m): i for i, m in enumerate(held.winners)}
    applied = sorted(found.applied, key=lambda a: (PROGRAMMES.index(a.measure.programme), a.measure.id))
    made = [_term(a, places.get(id(a.measure), FIXED)) for a in applied]
    terms = [t for t in made if isinstance(t, Term)]
    units = {unit for t in terms for unit in units_of(t.duty)}
    unknown = next((t for t in made if isinstance(t, int)), Why.ADDED_NOT_COMPUTABLE if len(units) > 1 else 0)
    base = found.in_lieu
    lieu = (base.rate, PROGRAMMES.index(base.programme)) if base else (None, 0)
    cell = Cell(None, Cell().by_programme, unknown, bool(found.prohibited), *lieu)
    if unknown:
        return cell
    added, by_programme, others = 0.0, [0.0] * len(PROGRAMMES), list[Term]()
    for t in terms:
        if t.combine == ADD and t.winner == FIXED and not (t.duty.specific or t.duty.extreme):
            by_programme[t.programme] = round(by_programme[t.programme] + t.duty.ad_valorem * t.share, 12)
            added = round(added + t.duty.ad_valorem * t.share, 12)
        else:
            others.append(t)
    others.sort(key=lambda t: t.combine == CAP)
    measures = ";".join(a.measure.id for a in applied)
    return cell._replace(
        added=added, by_programme=tuple(by_programme), measures=measures, terms=tuple(others), form=form
    )


def _term(applied: Applied, winner: int) -> Term | int:
    """An applied measure as a term; the reason where it cannot be one."""
    m = applied.measure
    duty = Duty("", m.rate or 0.0) if m.expression is None else read_duty(m.expression)
    if duty.text == NOT_KNOWN:
        return Why.NO_ADDED_RATE
    if not duty.readable or len(units_of(duty)) > 1:
        return Why.ADDED_NOT_COMPUTABLE
    share = round(applied.share, 12) if winner == FIXED else 1.0
    return Term(COMBINE[m.combine], PROGRAMMES.index(m.programme), winner, share, duty)


class Terms(NamedTuple):
    """The columns of Term by cell · width + slot. combine: NONE where there is no term. duty: a place in the duties."""

    width: int
    combine: Int[ndarray, " t"]
    programme: Int[ndarray, " t"]
    winner: Int[ndarray, " t"]
    share: Float[ndarray, " t"]
    duty: Int[ndarray, " t"]


class CellArrays(NamedTuple):
    """The columns of Cell by number; cell 0 is none: a line that no rule set is found for. NaN: no number.

    form: its place in the forms, NONE.
    """

    added: Float[ndarray, " c"]
    by_programme: Float[ndarray, "c p"]
    unknown: Int[ndarray, " c"]
    banned: Bool[ndarray, " c"]
    lieu: Float[ndarray, " c"]
    lieu_programme: Int[ndarray, " c"]
    measures: list[str]
    terms: Terms
    form: Int[ndarray, " c"]
    forms: tuple[Form, ...]
    duties: Duties


def cell_arrays(cells: Sequence[Cell]) -> CellArrays:
    """The cells, numbered from 1."""
    *columns, measures, rows, form = (list(c) for c in zip(Cell(), *cells, strict=True))
    forms = {f: j for j, f in enumerate(dict.fromkeys(f for f in form if f))}
    width = max(map(len, rows))
    padded = [t for row in rows for t in (*row, *[Term(NONE, 0, FIXED, 0.0, Duty(""))] * (width - len(row)))]
    terms = [list(c) for c in zip(*padded, strict=True)] or [[]] * len(Term._fields)
    duties = {d: j for j, d in enumerate(dict.fromkeys(terms[-1]))}
    terms[-1] = [duties[d] for d in terms[-1]]
    kinds = (np.int8, np.int8, np.int16, float, np.int32)
    held = Terms(width, *(np.array(c, dtype=k) for c, k in zip(terms, kinds, strict=True)))
    kinds = (float, float, np.int8, bool, float, np.int8)
    made = [np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True)]
    places = np.array([forms.get(f, NONE) for f in form], dtype=np.int32)
    return CellArrays._make([*made, measures, held, places, tuple(forms), duties_of([*duties])])
