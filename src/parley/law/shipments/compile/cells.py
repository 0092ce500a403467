"""Cells: what one rule set levies in one period under one class of claims, in numbers that lines are rated by.

A cell holds what plain measures add by themselves, and the terms that a line's own figures decide (totals, caps, shares, units).

A raw cell under claims is a question with a number: that of the raw cell, and for each claim that some of its rows ask about, the
random number of the place of the claim among the law's bounds. Lines of one number have one cell. Of a million questions two share
a number by chance with probability below 1e-7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value, is_open
from parley.law.measure import Measure
from parley.law.products import NOT_KNOWN, Duty, read_duty
from parley.law.shipments.compile.claim_classes import SHARE_CLAIMS, Split, claims_as_stated, factorised, with_metal
from parley.law.shipments.compile.tables import LawTables, RawCell
from parley.law.shipments.rejects import Why
from parley.law.shipments.units import Duties, duties_of, units_of
from parley.law.stacking import Applied, Form, contest, edge_holds, settled

ADD, TOTAL, CAP = range(3)
COMBINE = {"add": ADD, "total": TOTAL, "cap": CAP}
FIXED = -1  # no place: the share is the same on every line
NONE = -1  # no term, no form
Rows = Callable[[], Sequence[Measure]]
Columns = Mapping[str, Float[ndarray, " n"]]  # claims of lines, by name
SEED = 20260220  # any: the cache keeps questions by their numbers, which reach no result
WORD = 1 << 63


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


class Kept(NamedTuple):
    """What is known, as the cache holds it. cell_of: by number of the question."""

    tables: LawTables
    splits: tuple[Split, ...]
    cells: list[Cell]
    cell_of: dict[int, int]


class KnownCells:
    """A question is resolved when the first line that asks it comes. Safe to share between threads: what is read without the
    lock is only ever added to, or replaced whole.

    kept: what the cache holds at a place. rows: reads the rows of the law. cells: numbered.
    """

    def __init__(self, kept: Kept, rows: Rows, place: Path) -> None:
        self.kept, self.rows, self.place, self.tables = kept, rows, place, kept.tables
        self.cells = {cell: j for j, cell in enumerate(kept.cells)}
        self.arrays, self.answered, self._lock = cell_arrays(kept.cells), dict[int, int](), Lock()
        self._plain = np.full(len(self.tables.asks), -1, dtype=np.int32)  # the cell of a raw cell under no claims
        self._alive, self._resolved, self._every_row = dict[tuple, frozenset[int]](), dict[tuple, Cell](), cache(rows)
        random = np.random.default_rng(SEED)
        self._numbers = [np.append(0, random.integers(-WORD, WORD, 1 + 2 * len(split.bounds))) for split in kept.splits]
        self._add(kept.cell_of)

    def __reduce__(self) -> tuple:
        return KnownCells, (self.known, self.rows, self.place)

    @property
    def known(self) -> Kept:
        """All that is known now."""
        return self.kept._replace(cells=[*self.cells], cell_of=dict(self.answered))

    def _add(self, found: Mapping[int, int]) -> None:
        """Makes answers known. The arrays of their cells stand before what leads to them."""
        if len(self.cells) >= len(self.arrays.added):
            self.arrays = cell_arrays([*self.cells])
        self.answered.update(found)
        plain = [key for key in found if 0 <= key < len(self._plain)]
        self._plain[plain] = [found[key] for key in plain]

    def cell_of(self, raw: Int[ndarray, " n"], claims: Columns) -> Int[ndarray, " n"]:
        """The cell of each line: its raw cell under its claims, as numbers by name."""
        if not claims and np.take(self._plain, raw).min(initial=0) >= 0:
            return np.take(self._plain, raw)
        turns = self._turns(raw, with_metal(claims))
        keys, places, first = factorised(sum(turns.values(), start=raw.astype(np.int64)))
        new = [(key, line) for key, line in zip(keys, first.tolist(), strict=True) if key not in self.answered]
        if new:
            with self._lock:
                self._add({key: self._resolve(int(raw[line]), claims, turns, line) for key, line in new})
        return np.array([self.answered[key] for key in keys], dtype=np.int32)[places]

    def _turns(self, raw: Int[ndarray, " n"], claims: Columns) -> dict[str, Int[ndarray, " n"]]:
        """What each claim adds to the number of each line's question: nothing where no row of its raw cell asks about it."""
        asks, made = np.take(self.tables.asks, raw), dict[str, Int[ndarray, " n"]]()
        for split, numbers, asked in zip(self.kept.splits, self._numbers, self.tables.asked, strict=True):
            if split.name in claims and (places := split.places(claims)).any():
                made[split.name] = np.take(numbers, places) * np.take(asked, asks)
        return made

    def _resolve(self, r: int, claims: Columns, turns: Mapping[str, Int[ndarray, " n"]], line: int) -> int:
        """The number of a raw cell's cell under the claims of a line. Few of the raw cells differ in the rows whose conditions
        hold, the edges that stand and where claims on shares lie: each such question is asked once.
        """
        rows, raw = self._every_row(), self.tables.rows_together[r - 1]
        made = {name: int(number[line]) for name, number in turns.items() if number[line]}
        stated, alike = claims_as_stated([*made], claims, line), tuple(made.items())
        if alike not in self._alive:
            self._alive[alike] = frozenset(m for m, row in enumerate(rows) if is_open(row, stated))
        chosen = tuple(m for m in raw.rows if m in self._alive[alike])
        edges = tuple(edge_holds(e, raw.origin, raw.on, raw.known) for m in chosen for e in rows[m].yields_to)
        key = (chosen, edges, tuple(n for name, n in made.items() if name in SHARE_CLAIMS))
        if key not in self._resolved:
            self._resolved[key] = resolve([rows[m] for m in chosen], raw, stated)
        return self.cells.setdefault(self._resolved[key], len(self.cells)) + 1
