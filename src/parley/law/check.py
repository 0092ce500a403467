"""The linters of the law: what no single row can show. Each finding names the measure, the rule and what breaks it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from parley.codes import EU, countries
from parley.law.measure import LATEST, PROGRAMMES, Measure
from parley.law.products import SCHEDULES, read_products
from parley.law.regime import Regime
from parley.law.scope import read_list

SPECIAL_CHAPTERS = ("98", "99")  # provisions, not goods: the tables of products leave them out


class Finding(NamedTuple):
    """One breach of a rule."""

    measure: str
    rule: str
    found: str


def check_regime(regime: Regime) -> list[Finding]:
    """Every breach in a regime; empty where it keeps all rules."""
    rules = (_sources, _overlaps, _origins, _edges, _products, _clocks)
    return [finding for rule in rules for finding in rule(regime.measures)]


def _sources(measures: Sequence[Measure]) -> Iterator[Finding]:
    for m in measures:
        if not m.act.citation.strip():
            yield Finding(m.id, "every measure has a source", "its act has no citation")
        if m.act.read and not (m.act.address or m.act.note):
            yield Finding(m.id, "an act that was read says where", f"{m.act.id} has neither address nor note")


def _overlaps(measures: Sequence[Measure]) -> Iterator[Finding]:
    """Steps of one id with the same scope may not be in force on one day for one knowledge day."""
    groups: dict[tuple, list[Measure]] = {}
    for m in measures:
        groups.setdefault((m.id, m.act.authority), []).append(m)
    for rows in groups.values():
        for a, b in combinations(rows, 2):
            if _same_scope(a, b) and _meet(a, b):
                yield Finding(a.id, "steps of one id do not overlap", f"{_span(a)} and {_span(b)}")


def _same_scope(a: Measure, b: Measure) -> bool:
    same = (a.when, a.unless, a.combine, a.rank, a.key) == (b.when, b.unless, b.combine, b.rank, b.key)
    origins = not set(a.origins).isdisjoint(b.origins)
    goods = a.product_list == b.product_list if a.product_list or b.product_list else _touch(a.products, b.products)
    return same and origins and goods


def _touch(a: Sequence[str], b: Sequence[str]) -> bool:
    if "*" in a or "*" in b:
        return True
    return any(x.startswith(y) or y.startswith(x) for x in a for y in b)


def _meet(a: Measure, b: Measure) -> bool:
    """Whether some day and knowledge day see both rows in force; ends count from the day they were known."""
    known = max(a.learnt, b.learnt)
    if known >= min(a.known_end or LATEST, b.known_end or LATEST):
        return False
    return max(a.start, b.start) < min(a.end_as_known(known), b.end_as_known(known))


def _span(m: Measure) -> str:
    return f"{m.start} to {m.end or 'open'} ({m.act.id})"


def _origins(measures: Sequence[Measure]) -> Iterator[Finding]:
    known = {*countries(), EU, "*"}
    for m in measures:
        edges = (o for e in m.yields_to for o in (*e.origins, *e.origins_except))
        for code in {*m.origins, *m.origins_except, *edges} - known:
            yield Finding(m.id, "origins are ISO 3166 codes", code)
        if m.act.authority not in known:
            yield Finding(m.id, "authorities are ISO 3166 codes", m.act.authority)


def _edges(measures: Sequence[Measure]) -> Iterator[Finding]:
    names = {n for m in measures for n in m.names} | set(PROGRAMMES)
    for m in measures:
        for e in m.yields_to:
            if e.to not in names:
                yield Finding(m.id, "yields_to names a programme, layer or measure", e.to)


def _clocks(measures: Sequence[Measure]) -> Iterator[Finding]:
    for m in measures:
        if m.end_known and m.end is None:
            yield Finding(m.id, "end_known needs an end", str(m.end_known))
        if m.end_known and m.end_known < m.learnt:
            yield Finding(m.id, "an end is not known before its row", f"{m.end_known} < {m.learnt}")


def _products(measures: Sequence[Measure]) -> Iterator[Finding]:
    """Every prefix of a row or list stands in some edition of the schedule."""
    codes: dict[str, list[str]] = {}
    for place, (m, label, prefixes) in _prefix_sets(measures).items():
        authority = place[0]
        if authority not in SCHEDULES:
            continue
        if authority not in codes:
            codes[authority] = sorted({line.code for line in read_products(authority).lines()})
        for p in prefixes:
            if p != "*" and p[:2] not in SPECIAL_CHAPTERS and not _stands(p, codes[authority]):
                yield Finding(m.id, "product prefixes stand in the schedule", f"{label}: {p}")


def _prefix_sets(measures: Sequence[Measure]) -> dict[tuple, tuple[Measure, str, Iterable[str]]]:
    """Each distinct set of prefixes once, with the first measure that uses it."""
    found: dict[tuple, tuple[Measure, str, Iterable[str]]] = {}
    for m in measures:
        for label, prefixes in (("products", m.products), ("products_except", m.products_except)):
            found.setdefault((m.act.authority, prefixes), (m, label, prefixes))
        for name in (m.product_list, m.products_except_list):
            if name and (m.act.authority, m.folder, name) not in found:
                rows = read_list(m.folder, name)
                found[m.act.authority, m.folder, name] = (m, name, sorted({x.product for x in rows}))
    return found


def _stands(prefix: str, codes: Sequence[str]) -> bool:
    k = bisect_left(codes, prefix)
    return k < len(codes) and codes[k].startswith(prefix)
