"""Linters of product lists: against the editions of the schedule, against its footnotes, and against their own rows."""

from __future__ import annotations

import csv
import gzip
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from parley.codes import EU, countries
from parley.errors import ParleyError
from parley.law.check_printed import manifest_of, printed_in
from parley.law.law_package import law_path
from parley.law.measure import LATEST, Measure, read_list
from parley.law.products import SCHEDULES, Line, read_products
from parley.law.transfers import kindred

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.regime import Regime

SPECIAL_CHAPTERS = ("98", "99")  # provisions, not goods: the tables of products leave them out
FIRST_EDITION = date(2025, 1, 1)
_HEADING = re.compile(r"9903\.\d\d\.\d\d")


class Scoped(NamedTuple):
    """One prefix of a row or its list, and the days [start, end) on which it counts."""

    measure: Measure
    place: str
    prefix: str
    start: date
    end: date


class Difference(NamedTuple):
    """A declared difference between a list and the footnotes of the schedule: side says which alone has the prefix."""

    list: str
    prefix: str
    side: str
    reason: str


def prefixes_stand(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """Product prefixes stand in the schedule."""
    for m, label, prefixes in _prefix_sets(measures).values():
        codes = _codes(m.act.authority)
        yield from ((m.id, f"{label}: {p}") for p in prefixes if not _lines_of(p, codes, m.act.authority))


def prefixes_stand_in_force(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """Every code exists in an edition in force with its row.

    Rows that ended before the first edition of the package are not asked: no edition of their days is in it. Nor are
    numbers that stand in a list beside those from which a transfer made them, or which it made of them.
    """
    for x in (x for x in _scoped(measures) if x.end > FIRST_EDITION):
        lines = _lines_of(x.prefix, _codes(x.measure.act.authority), x.measure.act.authority)
        if lines and x.start < x.end and not any(line.start < x.end and x.start < line.end for line in lines):
            if _kin_stands(x):
                continue
            yield x.measure.id, f"{x.place}: {x.prefix} is no code from {x.start} to {_open(x.end)}"


def _kin_stands(x: Scoped) -> bool:
    """Whether a number of the same goods stands beside one that is no code of its days: it is carried over a transfer."""
    authority = x.measure.act.authority
    dated = read_list(x.measure.folder, x.place) if x.place.endswith(".csv") else ()
    held = {row.product for row in dated} or {*x.measure.products, *x.measure.products_except}
    kin = kindred(x.prefix, authority) & held
    lines = (line for code in kin for line in _lines_of(code, _codes(authority), authority))
    return any(line.start < x.end and x.start < line.end for line in lines)


def lists_meet_their_rows(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A dated row of a list meets the days of a measure that uses it."""
    met: dict[tuple[str, str, date, date], bool] = {}
    first: dict[tuple[str, str, date, date], Measure] = {}
    for m in measures:
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            for x in read_list(m.folder, name):
                key = (name, x.product, x.start, x.end)
                first.setdefault(key, m)
                met[key] = met.get(key, False) or (m.start < x.end and x.start < (m.end or LATEST))
    for key, found in met.items():
        if not found:
            yield first[key].id, f"{key[0]}: {key[1]} from {key[2]} to {_open(key[3])}"


def lists_agree_with_footnotes(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A list agrees with the footnotes of the schedule, or says why not.

    Lists of Section 301 against the lines whose footnotes name their headings; declared differences are checked to exist.
    What the list's note prints needs no footnote: lines that moved to a later heading are footnoted with that alone.
    """
    declared = read_differences()
    for name, (m, headings) in _footnoted(measures).items():
        named = footnote_codes()
        ours = expanded(x.product for x in read_list(m.folder, name))
        theirs = expanded(code for h in headings for code in named.get(h, ()))
        in_note = expanded(printed_in(manifest_of(m.folder).get(name, {}).get("prints", ())))
        for side, alone in (("list", ours - theirs - in_note), ("footnotes", theirs - ours)):
            said = tuple(d for d in declared if (d.list, d.side) == (name, side))
            prefixes = tuple(d.prefix for d in said)
            yield from (
                (m.id, f"{name}: {c} is in the {side} alone") for c in sorted(alone) if not c.startswith(prefixes)
            )
            for d in said:
                if not any(c.startswith(d.prefix) for c in alone):
                    yield m.id, f"{name}: {d.prefix} is declared to differ and does not"


def _footnoted(measures: Sequence[Measure]) -> dict[str, tuple[Measure, set[str]]]:
    """Each list of Section 301 on China with its first measure and the headings of all its rows."""
    found: dict[str, tuple[Measure, set[str]]] = {}
    for m in measures:
        headings = headings_of(m)
        if headings and m.product_list:
            found.setdefault(m.product_list, (m, set()))[1].update(headings)
    return found


def headings_of(m: Measure) -> set[str]:
    """The headings of chapter 99 of a duty of Section 301 on China; none for other measures."""
    if m.act.authority != "USA" or m.programme != "s301" or m.combine != "add":
        return set()
    return {h for h in _HEADING.findall(m.heading) if h.startswith(("9903.88.", "9903.91."))}


def read_differences() -> tuple[Difference, ...]:
    """The declared differences between lists and footnotes, each with its reason."""
    text = law_path("schedule", "usa-footnote-differences.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Difference(r["list"], r["prefix"], r["side"], r["reason"]) for r in rows)


@cache
def footnote_codes() -> dict[str, frozenset[str]]:
    """Heading of chapter 99 → the codes whose footnotes name it, over the editions read."""
    packed = law_path("schedule", "usa-footnotes.csv.gz").read_bytes()
    found: dict[str, set[str]] = {}
    for heading, code in csv.reader(gzip.decompress(packed).decode().splitlines()[1:]):
        found.setdefault(heading, set()).add(code)
    return {heading: frozenset(codes) for heading, codes in found.items()}


def expanded(prefixes: Iterable[str]) -> set[str]:
    """The full codes that start with one of the prefixes."""
    codes = _codes("USA")
    return {line.code for p in prefixes for line in _lines_of(p, codes, "USA")}


@cache
def _all_lines(authority: str) -> tuple[Line, ...]:
    return tuple(sorted(read_products(authority).lines(), key=lambda line: line.code))


@cache
def _codes(authority: str) -> tuple[str, ...]:
    return tuple(line.code for line in _all_lines(authority))


def _lines_of(prefix: str, codes: Sequence[str], authority: str) -> list[Line]:
    """The lines, of all editions, that start with a prefix."""
    lines, k = _all_lines(authority), bisect_left(codes, prefix)
    found = []
    while k < len(codes) and codes[k].startswith(prefix):
        found.append(lines[k])
        k += 1
    return found


def _prefix_sets(measures: Sequence[Measure]) -> dict[tuple, tuple[Measure, str, Iterable[str]]]:
    """Each distinct set of prefixes of goods once, with the first measure that uses it."""
    found: dict[tuple, tuple[Measure, str, Iterable[str]]] = {}
    for m in (m for m in measures if m.act.authority in SCHEDULES):
        for label, prefixes in (("products", m.products), ("products_except", m.products_except)):
            found.setdefault((m.act.authority, prefixes), (m, label, [p for p in prefixes if _is_good(p)]))
        for name in (m.product_list, m.products_except_list):
            if name and (m.act.authority, m.folder, name) not in found:
                rows = sorted({x.product for x in read_list(m.folder, name)})
                found[m.act.authority, m.folder, name] = (m, name, [p for p in rows if _is_good(p)])
    return found


def _is_good(prefix: str) -> bool:
    return prefix != "*" and prefix[:2] not in SPECIAL_CHAPTERS


def _scoped(measures: Sequence[Measure]) -> Iterator[Scoped]:
    """Every prefix of goods of every row and list, each once a span of days."""
    seen: set[tuple] = set()
    for m in (m for m in measures if m.act.authority in SCHEDULES):
        last = m.end or LATEST
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            if (name, m.start, last) not in seen:
                seen.add((name, m.start, last))
                rows = (x for x in read_list(m.folder, name) if _is_good(x.product))
                yield from (Scoped(m, name, x.product, max(m.start, x.start), min(last, x.end)) for x in rows)
        for prefix in (*m.products, *m.products_except):
            if _is_good(prefix):
                yield Scoped(m, "products", prefix, m.start, last)


def _open(end: date) -> str:
    return "open" if end == LATEST else str(end)


def sampled(measures: Sequence[Measure]) -> list[Measure]:
    """One row for each distinct stacking: id, layer, share, combination and first day."""
    found: dict[tuple, Measure] = {}
    for m in measures:
        found.setdefault((m.programme, m.key, m.share, m.combine, m.rank, m.start), m)
    return list(found.values())


def first_explanation(regime: Regime, m: Measure) -> Explanation | None:
    """The explanation of one good and origin of a row on its first day; None where the package has no schedule for it."""
    if m.act.authority not in SCHEDULES:
        return None
    prefix = m.products[0] if m.products else next((x.product for x in read_list(m.folder, m.product_list)), "*")
    lines = _lines_of("" if prefix == "*" else prefix, _codes(m.act.authority), m.act.authority)
    line = next((x for x in lines if x.start <= m.start < x.end), None)
    names = [o for o in m.origins if o in countries() and o != m.act.authority]
    origin = (
        EU
        if EU in m.origins and m.act.authority != EU
        else next(iter(names), "CHN" if m.act.authority == "USA" else "USA")
    )
    try:
        return None if line is None else regime.explain(line.code, origin, m.act.authority, m.start)
    except ParleyError:
        return None
