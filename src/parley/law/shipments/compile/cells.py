"""Cells: what one rule set levies in one period under one class of claims, as numbers that a join can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value, claim_of, holds
from parley.law.measure import Measure, Yields
from parley.law.products import NO_SOURCE, NOT_KNOWN, Duty, read_duty
from parley.law.shipments.compile.claim_classes import METAL_CLAIMS, Places, Split, is_free, points
from parley.law.shipments.compile.rule_sets import RawCell
from parley.law.shipments.compile.shares import DIGITS, FULL, Share, read_shares
from parley.law.stacking import METALS, Applied, Form, edge_holds, form_of, net_shares, stack, stays, winners_of


@dataclass(frozen=True)
class Term:
    """One applied measure: (rate + specific · units per dollar) · coefficient · share, combined as its row says.

    duty: the greatest or least of several duties, which stands in place of rate and specific.
    """

    measure: str
    programme: str
    combine: str
    rate: float
    specific: float
    unit: str
    coefficient: float
    share: Share
    duty: Duty | None = None


@dataclass(frozen=True)
class Cell:
    """The applied measures as terms; why it cannot be computed, where it cannot; the bans that forbid the import.

    lieu, lieu_programme: the rate that stands in place of the base, where one does.
    """

    terms: tuple[Term, ...] = ()
    unknown: str = ""
    prohibited: str = ""
    lieu: float | None = None
    lieu_programme: str = ""

    @property
    def measures(self) -> str:
        """The ids of what applies, in the order of `explain`."""
        return ";".join(t.measure for t in self.terms)


@dataclass
class Resolver:
    """Resolves raw cells under classes of claims, each distinct question once.

    Rows that a class of claims rules out are left out first; what is left, with the edges that stand and the places
    of the shares, is the question. Few of the raw cells differ in it.
    """

    rows: Sequence[Measure]
    splits: Sequence[Split]
    _asked: dict[tuple, Cell] = field(default_factory=dict)
    _place: dict[Cell, int] = field(default_factory=dict)
    _alive: dict[Places, frozenset[int]] = field(default_factory=dict)
    _names: dict[int, frozenset[str]] = field(default_factory=dict)
    _limited: dict[int, tuple[Yields, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for m, row in enumerate(self.rows):
            held = tuple(e for e in row.yields_to if (e.start, e.end, e.known, e.known_end, e.origins, e.origins_except)
                         != (None, None, None, None, ("*",), ()))  # fmt: skip
            if held:
                self._limited[m] = held

    @property
    def cells(self) -> list[Cell]:
        """The distinct cells, in the order in which they were found."""
        return list(self._place)

    def cell(self, raw: RawCell, claimed: Places) -> int:
        """The place of a raw cell's cell under a class of claims."""
        return self._place.setdefault(self.resolved(raw, claimed), len(self._place))

    def resolved(self, raw: RawCell, claimed: Places) -> Cell:
        """A raw cell's cell under a class of claims."""
        if claimed not in self._alive:
            self._alive[claimed] = self._under(dict(claimed))
        alive = self._alive[claimed]
        rows = tuple(m for m in raw.rows if m in alive)
        edges = tuple(edge_holds(e, raw.origin, raw.on, raw.known) for m in rows for e in self._limited.get(m, ()))
        names = set().union(*map(self.names, rows))  # `stack` asks again
        asked = {n: p for n, p in claimed if n in names}
        key = (rows, edges, *asked.items())
        if key not in self._asked:
            self._asked[key] = self._resolve(raw, rows, dict(claimed), asked)
        return self._asked[key]

    def names(self, m: int) -> frozenset[str]:
        """The claims that a row asks about, in its conditions or for its share of the value."""
        if m not in self._names:
            self._names[m] = names_asked(self.rows[m])
        return self._names[m]

    def _under(self, places: Mapping[str, int]) -> frozenset[int]:
        """The rows whose conditions hold in a class of claims."""
        apart = {n: p for n, p in places.items() if n not in METAL_CLAIMS and n != "metal_sum"}
        claims = [c for p in (places, apart) for c in points(p, self.splits, 1)][:1]
        if not claims:
            return frozenset(range(len(self.rows)))
        held = claims[0]
        alive = (m for m, row in enumerate(self.rows)
                 if all(holds(n, w, held) for n, w in row.when.items())
                 and not any(holds(n, w, held) for n, w in row.unless.items()))  # fmt: skip
        return frozenset(alive)

    def _resolve(
        self, raw: RawCell, chosen: tuple[int, ...], places: Mapping[str, int], asked: Mapping[str, int]
    ) -> Cell:
        rows = [self.rows[m] for m in chosen if self.rows[m].combine != "ban"]
        bans = ";".join(sorted({self.rows[m].id for m in chosen if self.rows[m].combine == "ban"}))
        made = self._levied(rows, raw, places, asked)
        return replace(made, prohibited=bans) if bans else made

    def _levied(self, rows: list[Measure], raw: RawCell, places: Mapping[str, int], asked: Mapping[str, int]) -> Cell:
        flags = {n: p for n, p in places.items() if n not in (*METAL_CLAIMS, "metal_sum", "us_content")}
        if not is_free(asked, self.splits):
            claims = points({**flags, **asked}, self.splits, 1)
            if not claims:
                return Cell(unknown="metal shares that cannot be")
            found = stack(rows, raw.origin, raw.on, raw.known, claims[0])
            return _on_base(as_cell([(a, a.share, FULL) for a in found.applied]), found.in_lieu)
        metals = any(row.share in METALS for row in rows)
        count = (
            24 if "us_content" in asked and metals else 4
        )  # where the greater of two shares counts, both sides of it
        return _by_points(rows, raw, points({**flags, **asked}, self.splits, count))


def names_asked(row: Measure) -> frozenset[str]:
    """The claims on which a row's conditions and its share of the value turn."""
    names = {claim_of(n) for n in (*row.when, *row.unless)}
    names |= {*METAL_CLAIMS, "metal_sum"} if row.share in METALS else set()
    return frozenset(names | ({"us_content"} if row.share == "non_us_content" else set()))


def _by_points(rows: Sequence[Measure], raw: RawCell, claims: Sequence[Mapping[str, Value]]) -> Cell:
    """A cell whose shares depend on the line: the function of each is read off several points.

    Within a class of claims the same conditions hold, so that the same rows win their layers at every point.
    """
    if not claims:
        return Cell(unknown="metal shares that cannot be")
    winners = winners_of(rows, claims[0])
    form = form_of(winners, raw.origin, raw.on, raw.known)
    base = next((m for m in winners if m.combine == "replace"), None)
    read = _read_form(form, _frozen(claims), tuple(sorted({0.0, *(m.share_least for m in rows)})))
    if read is None:
        return _on_base(Cell(unknown="the stack is not one of the compiled forms: ask `parley law rate`"), base)
    made = [(Applied(winners[i], share), coefficient, function) for i, share, coefficient, function in read]
    return _on_base(as_cell([x for x in made if x[0].measure is not base]), base)


def _on_base(cell: Cell, base: Measure | None) -> Cell:
    """The cell on the base that a measure puts in place of the schedule's."""
    return cell if base is None else replace(cell, lieu=base.rate, lieu_programme=base.programme)


@lru_cache(maxsize=65536)
def _read_form(
    form: Form, points: tuple[tuple[tuple[str, Value], ...], ...], leasts: tuple[float, ...]
) -> tuple[tuple[int, float, float, Share], ...] | None:
    """Which winners stay at every point, and the function that each net share is: place, share at the first, function."""
    shares = [net_shares(form, dict(p)) for p in points]
    staying = [{i for i in net if stays(own[i], net[i])} for own, net in shares]
    if any(s != staying[0] for s in staying):
        return None
    meaning, made = read_shares(points, leasts), []
    for i in sorted(staying[0]):
        values = tuple(round(net[i], DIGITS) + 0.0 for _, net in shares)
        if len(set(values)) == 1:
            made.append((i, values[0], values[0], FULL))
        elif values in meaning:
            made.append((i, values[0], *meaning[values]))
        else:
            return None
    return tuple(made)


def _frozen(claims: Sequence[Mapping[str, Value]]) -> tuple[tuple[tuple[str, Value], ...], ...]:
    return tuple(tuple(sorted(c.items())) for c in claims)


def as_cell(found: Sequence[tuple[Applied, float, Share]]) -> Cell:
    """A cell of applied measures with their coefficients and shares."""
    terms = []
    ordered = sorted(found, key=lambda f: (PROGRAMMES.index(f[0].measure.programme), f[0].measure.id))
    for applied, coefficient, share in ordered:
        m = applied.measure
        duty = Duty("", m.rate or 0.0) if m.expression is None else read_duty(m.expression)
        if duty.text == NOT_KNOWN:
            return Cell(unknown=f"{m.id}: {NO_SOURCE}")
        if not duty.readable or len(units_of(duty)) > 1:
            return Cell(unknown=f"{m.id}: {m.expression!r} is not a rate of value and one quantity")
        unit = next(iter(units_of(duty)), "")
        parts = (0.0, 0.0) if duty.extreme else (duty.ad_valorem, sum(amount for amount, _ in duty.specific))
        held = duty if duty.extreme else None
        terms.append(Term(m.id, m.programme, m.combine, *parts, unit, round(coefficient, 12), share, held))
    if len({t.unit for t in terms if t.unit}) > 1:
        return Cell(unknown="added duties are levied on several units")
    return Cell(tuple(terms))


def units_of(duty: Duty) -> set[str]:
    """The units on which a duty, or a part of it, is levied."""
    return {unit for _, unit in duty.specific}.union(*(units_of(p) for p in duty.parts))
