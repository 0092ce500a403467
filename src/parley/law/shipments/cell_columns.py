"""Cells as numbers: what each adds, as coefficients of the few factors that a line's own figures decide.

A measure that adds contributes coefficient · share · kind: share is a function of the line's claims (shares.py), kind
is 1, the units of quantity per dollar, or the greatest or least of several duties. Totals and caps have slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from parley.codes import PROGRAMMES
from parley.law.measure import BASE_PROGRAMMES
from parley.law.products import Duty
from parley.law.shipments.cells import Cell, Term
from parley.law.shipments.shares import FULL, Share
from parley.law.shipments.units import unit_of

Table = Mapping[str, list]  # a column a name, all of one length


class Factor(NamedTuple):
    """A share function and a kind: "" (1), "units" (of quantity per dollar), or a duty's text, with the duty."""

    share: Share = FULL
    kind: str = ""
    duty: Duty | None = None

    @property
    def sort_key(self) -> tuple[bool, str, str]:
        """Plain ones first."""
        return (self.share, self.kind) != (FULL, ""), self.kind, str(self.share)


class Form(NamedTuple):
    """What the cells need of the query: factors, programmes, and the numbers of totals and caps."""

    factors: tuple[Factor, ...]
    programmes: tuple[str, ...]
    totals: int
    caps: int

    @property
    def shares(self) -> tuple[Share, ...]:
        """The distinct share functions other than the full value."""
        return tuple(dict.fromkeys(f.share for f in self.factors if f.share != FULL))

    @property
    def duties(self) -> tuple[Duty, ...]:
        """The distinct greatest-of and least-of duties."""
        return tuple(dict.fromkeys(f.duty for f in self.factors if f.duty))


def form_of(cells: Sequence[Cell]) -> Form:
    """The factors, programmes and slots that the cells need."""
    terms = [t for c in cells for t in c.terms]
    factors = {Factor()} | {f for t in terms for f in _factors(t)}
    programmes = tuple(p for p in PROGRAMMES if any(t.programme == p for t in terms))
    totals, caps = (max((sum(t.combine == k for t in c.terms) for c in cells), default=0) for k in ("total", "cap"))
    return Form(tuple(sorted(factors, key=lambda f: f.sort_key)), programmes, totals, caps)


def _factors(t: Term) -> list[Factor]:
    """The factors of a term. Totals and caps need their share and duty too."""
    if t.duty:
        return [Factor(t.share, t.duty.text, t.duty)]
    plain = [Factor(t.share)] if t.rate or t.combine != "add" or not t.specific else []
    return plain + ([Factor(t.share, "units")] if t.specific else [])


def cell_columns(cells: Sequence[Cell], form: Form) -> Table:
    """One row a cell: additions by programme and factor (`add_s301_0`) and in all (`add_0`), slots, measures, the base."""
    made = [_cell_row(c, form) for c in cells]
    table = {"cell": list(range(len(cells))), "measures": [c.measures for c in cells],
             "unknown": [c.unknown or None for c in cells], "prohibited": [c.prohibited or None for c in cells],
             "lieu": [c.lieu for c in cells],
             "lieu_programme": [BASE_PROGRAMMES.index(c.lieu_programme) if c.lieu_programme else None for c in cells]}  # fmt: skip
    return table | {name: [row[name] for row in made] for name in (made[0] if made else ())}


def _cell_row(c: Cell, form: Form) -> dict:
    """The numbers of a cell. Sums are rounded to 12 digits: 0.1 + 0.2 is 0.3, as the acts write it."""
    row: dict = {f"add_{j}": 0.0 for j in range(len(form.factors))}
    row |= {f"add_{p}_{j}": 0.0 for j in range(len(form.factors)) for p in form.programmes}
    unit = next((t.unit for t in c.terms if t.unit), None)
    dimension, size = unit_of(unit) if unit else (None, None)
    row |= {"unit_dimension": dimension, "unit_size": size}
    for t in c.terms:
        if t.combine == "add":
            for factor in _factors(t):
                amount = {"": t.rate, "units": t.specific}.get(factor.kind, 1.0) * t.coefficient
                for name in (f"add_{form.factors.index(factor)}", f"add_{t.programme}_{form.factors.index(factor)}"):
                    row[name] = round(row[name] + amount, 12)
    return row | _slots(c, "total", form.totals, form) | _slots(c, "cap", form.caps, form)


def _slots(c: Cell, combine: str, count: int, form: Form) -> dict:
    """The totals or caps of a cell, each in its own slot; empty slots have no share."""
    found = [t for t in c.terms if t.combine == combine]
    row: dict = {}
    for j in range(count):
        t = found[j] if j < len(found) else None
        row[f"{combine}{j}_rate"] = None if t is None else t.rate
        row[f"{combine}{j}_specific"] = 0.0 if t is None else t.specific
        row[f"{combine}{j}_duty"] = -1 if t is None or t.duty is None else form.duties.index(t.duty)
        row[f"{combine}{j}_share"] = None if t is None else t.coefficient
        row[f"{combine}{j}_of"] = -1 if t is None or t.share == FULL else form.shares.index(t.share)
        row[f"{combine}{j}_programme"] = -1 if t is None else form.programmes.index(t.programme)
    return row
