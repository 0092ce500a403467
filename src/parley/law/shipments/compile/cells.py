"""Cells: what one rule set levies in one period under one class of claims, as numbers that a join can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value
from parley.law.measure import Measure
from parley.law.products import NO_SOURCE, NOT_KNOWN, Duty, read_duty
from parley.law.shipments.compile.claim_classes import SHARE_CLAIMS
from parley.law.shipments.compile.rule_sets import RawCell
from parley.law.stacking import Applied, Form, form_of, stack, winners_of

FIXED = -1  # no place: the share is the same on every line


class Term(NamedTuple):
    """One applied measure: (rate + specific · units per dollar) · share, combined as its row says.

    winner: its place in the cell's form, whose net share (stacking.net_shares) at a line's claims is its share too; FIXED.
    duty: the greatest or least of several duties, which stands in place of rate and specific.
    """

    measure: str
    programme: str
    combine: str
    rate: float
    specific: float
    unit: str
    share: float
    winner: int
    duty: Duty | None = None


@dataclass(frozen=True)
class Cell:
    """The applied measures as terms; why it cannot be computed, where it cannot; the bans that forbid the import.

    form: how the measures bear on each other, where their shares follow a line's claims. lieu, lieu_programme: the rate
    that stands in place of the base, where one does.
    """

    terms: tuple[Term, ...] = ()
    form: Form | None = None
    unknown: str = ""
    prohibited: str = ""
    lieu: float | None = None
    lieu_programme: str = ""

    @property
    def measures(self) -> str:
        """The ids of what applies, in the order of `explain`."""
        return ";".join(t.measure for t in self.terms)


def resolve(rows: Sequence[Measure], raw: RawCell, claims: Mapping[str, Value]) -> Cell:
    """The cell of rows that stand together, under claims that stand for their class: the same rows win at all of them."""
    found = stack(rows, raw.origin, raw.on, raw.known, claims)
    form, places = None, dict[int, int]()
    if not claims.keys().isdisjoint(SHARE_CLAIMS) and any(a.measure.share != "full" for a in found.applied):
        winners = winners_of(rows, claims)
        form = form_of(winners, raw.origin, raw.on, raw.known)
        places = {id(m): i for i, m in enumerate(winners)}
    made = [_term(a, places.get(id(a.measure), FIXED)) for a in sorted(found.applied, key=_in_order)]
    units = {t.unit for t in made if isinstance(t, Term) and t.unit}
    why = next(
        (t for t in made if isinstance(t, str)), "added duties are levied on several units" if len(units) > 1 else ""
    )
    terms = () if why else tuple(t for t in made if isinstance(t, Term))
    bans = ";".join(sorted({m.id for m in found.prohibited}))
    base = found.in_lieu
    return Cell(terms, form if terms else None, why, bans, base and base.rate, base.programme if base else "")


def _in_order(applied: Applied) -> tuple[int, str]:
    return PROGRAMMES.index(applied.measure.programme), applied.measure.id


def _term(applied: Applied, winner: int) -> Term | str:
    """An applied measure as a term; a sentence where it cannot be one."""
    m = applied.measure
    duty = Duty("", m.rate or 0.0) if m.expression is None else read_duty(m.expression)
    if duty.text == NOT_KNOWN:
        return f"{m.id}: {NO_SOURCE}"
    units = units_of(duty)
    if not duty.readable or len(units) > 1:
        return f"{m.id}: {m.expression!r} is not a rate of value and one quantity"
    held = duty if duty.extreme else None
    parts = (0.0, 0.0) if held else (duty.ad_valorem, sum((amount for amount, _ in duty.specific), 0.0))
    share = round(applied.share, 12) if winner == FIXED else 1.0
    return Term(m.id, m.programme, m.combine, *parts, next(iter(units), ""), share, winner, held)


def units_of(duty: Duty) -> set[str]:
    """The units on which a duty, or a part of it, is levied."""
    return {unit for _, unit in duty.specific}.union(*(units_of(p) for p in duty.parts))


__all__ = ["FIXED", "Cell", "Term", "resolve", "units_of"]
