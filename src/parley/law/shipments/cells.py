"""Cells: what one rule set levies in one period under one class of claims, as numbers that a join can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parley.law.claims import Value, claim_of
from parley.law.duties import read_duty
from parley.law.measure import PROGRAMMES, Measure
from parley.law.shipments.claim_classes import METAL_CLAIMS, Split, is_free, places_of, points
from parley.law.shipments.rule_sets import RawCell
from parley.law.shipments.shares import DIGITS, FULL, Share, read_shares
from parley.law.stacking import METALS, Applied, stack


@dataclass(frozen=True)
class Term:
    """One applied measure: (rate + specific · units per dollar) · coefficient · share, combined as its row says."""

    measure: str
    programme: str
    combine: str
    rate: float
    specific: float
    unit: str
    coefficient: float
    share: Share


@dataclass(frozen=True)
class Cell:
    """The applied measures as terms; why it cannot be computed, where it cannot."""

    terms: tuple[Term, ...] = ()
    unknown: str = ""

    @property
    def measures(self) -> str:
        """The ids of what applies, in the order of `explain`."""
        return ";".join(t.measure for t in self.terms)


@dataclass
class Resolver:
    """Resolves raw cells under classes of claims, each distinct question once."""

    rows: Sequence[Measure]
    splits: Sequence[Split]
    _asked: dict[tuple, int] = field(default_factory=dict)
    _place: dict[Cell, int] = field(default_factory=dict)
    _names: dict[tuple[int, ...], frozenset[str]] = field(default_factory=dict)
    _decoded: dict[int, dict[str, int]] = field(default_factory=dict)

    @property
    def cells(self) -> list[Cell]:
        """The distinct cells, in the order in which they were found."""
        return list(self._place)

    def cell(self, number: int, raw: RawCell, code: int) -> int:
        """The place of a raw cell's cell under a class of claims."""
        if code not in self._decoded:
            self._decoded[code] = places_of(code, self.splits)
        names = self._asks(raw)
        places = {n: p for n, p in self._decoded[code].items() if n in names}
        key = (number, *sorted(places.items()))
        if key not in self._asked:
            made = self._resolve(raw, places)
            self._asked[key] = self._place.setdefault(made, len(self._place))
        return self._asked[key]

    def _asks(self, raw: RawCell) -> frozenset[str]:
        """The claims on which a raw cell turns."""
        if raw.rows not in self._names:
            rows = [self.rows[m] for m in raw.rows]
            names = {claim_of(n) for m in rows for n in (*m.when, *m.unless)}
            if any(m.share in METALS for m in rows):
                names |= {*METAL_CLAIMS, "metal_sum"}
            if any(m.share == "non_us_content" for m in rows):
                names.add("us_content")
            self._names[raw.rows] = frozenset(names)
        return self._names[raw.rows]

    def _resolve(self, raw: RawCell, places: Mapping[str, int]) -> Cell:
        rows = [self.rows[m] for m in raw.rows]
        if not is_free(places, self.splits):
            claims = points(places, self.splits, 1)
            if not claims:
                return Cell(unknown="metal shares that cannot be")
            found = stack(rows, raw.origin, raw.on, raw.known, claims[0])
            return as_cell([(a, a.share, FULL) for a in found.applied])
        count = 12 if "us_content" in places and any(n in places for n in METAL_CLAIMS) else 4
        return _by_points(rows, raw, points(places, self.splits, count))


def _by_points(rows: Sequence[Measure], raw: RawCell, claims: Sequence[Mapping[str, Value]]) -> Cell:
    """A cell whose shares depend on the line: the function of each is read off several points."""
    if not claims:
        return Cell(unknown="metal shares that cannot be")
    stacks = [stack(rows, raw.origin, raw.on, raw.known, c).applied for c in claims]
    if any([a.measure for a in s] != [a.measure for a in stacks[0]] for s in stacks):
        return Cell(unknown="the stack is not one of the compiled forms: ask `parley law rate`")
    meaning = read_shares(claims, sorted({0.0, *(m.share_least for m in rows)}))
    made = []
    for at, a in enumerate(stacks[0]):
        values = tuple(round(s[at].share, DIGITS) + 0.0 for s in stacks)
        if len(set(values)) == 1:
            made.append((a, values[0], FULL))
        elif values in meaning:
            made.append((a, *meaning[values]))
        else:
            return Cell(unknown="the stack is not one of the compiled forms: ask `parley law rate`")
    return as_cell(made)


def as_cell(found: Sequence[tuple[Applied, float, Share]]) -> Cell:
    """A cell of applied measures with their coefficients and shares."""
    terms = []
    ordered = sorted(found, key=lambda f: (PROGRAMMES.index(f[0].measure.programme), f[0].measure.id))
    for applied, coefficient, share in ordered:
        m = applied.measure
        rate, specific, unit = _parts(m)
        if rate is None:
            return Cell(unknown=f"{m.id}: {m.expression!r} is not compiled: ask `parley law rate`")
        terms.append(Term(m.id, m.programme, m.combine, rate, specific, unit, round(coefficient, 12), share))
    if len({t.unit for t in terms if t.specific}) > 1 or any(t.specific and t.combine == "cap" for t in terms):
        return Cell(unknown="specific duties on several units: ask `parley law rate`")
    return Cell(tuple(terms))


def _parts(m: Measure) -> tuple[float | None, float, str]:
    """The ad valorem part, dollars a unit and the unit of a measure; None where its form is not compiled."""
    if m.expression is None:
        return m.rate, 0.0, ""
    duty = read_duty(m.expression)
    units = {unit for _, unit in duty.specific}
    if not duty.readable or len(units) > 1 or (duty.extreme and not duty.is_ad_valorem):
        return None, 0.0, ""
    if duty.extreme:
        rates = [p.ad_valorem for p in duty.parts]
        return (max if duty.extreme == "max" else min)(rates), 0.0, ""
    return duty.ad_valorem, sum(amount for amount, _ in duty.specific), next(iter(units), "")
