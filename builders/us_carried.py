"""Product lists carried over transfers of statistical numbers, so that a list written in one edition's numbers holds on all days.

A list names ten-digit numbers of the edition in which it was written. Before and after a transfer the same goods stand
under other numbers: carried() adds those of which all is listed. What is listed in part only no number can say; the
linter of `parley law measures check` counts it (src/parley/law/check_transfers.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, reduce
from typing import NamedTuple

from parley.law.measure import LATEST
from parley.law.regime import read_regime
from parley.law.transfers import FULL_CODE, PACKAGED_FROM, Epoch, epochs, steps
from us_list_tables import Row

Key = tuple[str, Epoch]  # a number in one of its epochs: always the same goods
Spans = tuple["Span", ...]  # days on which goods are listed, in pieces


class Span(NamedTuple):
    """Days [start, end) on which goods are listed."""

    start: date
    end: date


ALWAYS = Span(date.min, LATEST)


@cache
def windows() -> dict[str, Span]:
    """List → the days from the first to the last on which a packaged measure uses it."""
    found: dict[str, Span] = {}
    for m in read_regime().measures:
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            held = found.get(name, Span(m.start, m.end or LATEST))
            found[name] = Span(min(held.start, m.start), max(held.end, m.end or LATEST))
    return found


def carried(rows: Iterable[Row], window: Span = ALWAYS, written: date | None = None) -> list[Row]:
    """The rows of a list with the numbers that its goods had and will have on other days of its window.

    written: a day on which the list's numbers were in force. Without one, a number that has stood for several goods is
    read as of the first day on which its row counts.
    """
    kept: list[Row] = []
    goods: dict[Key, Spans] = {}
    for row in rows:
        if len(row[0]) < FULL_CODE or not _moves(row[0]):
            kept.append(row)
            continue
        span = Span(
            date.fromisoformat(row[1]) if row[1] else date.min, date.fromisoformat(row[2]) if row[2] else LATEST
        )
        key = row[0], _epoch(row[0], written or max(span.start, window.start))
        goods[key] = (*goods.get(key, ()), span)
    everywhere = _backward(_forward(goods))
    return sorted({*kept, *(r for key, spans in everywhere.items() for s in spans if (r := _row(key, s, window)))})


def _moves(code: str) -> bool:
    return any(code in s.news or code in s.olds for s in steps("USA", PACKAGED_FROM))


def _epoch(code: str, day: date) -> Epoch:
    """The epoch of a number on a day; the nearest one where the number does not stand that day."""
    return min(epochs(code), key=lambda e: (e.start - day).days if day < e.start else max(0, (day - e.end).days + 1))


def _forward(goods: Mapping[Key, Spans]) -> dict[Key, Spans]:
    """With every number that a step made wholly of listed ones."""
    made = dict(goods)
    for step in steps("USA", PACKAGED_FROM):
        for new, olds in step.olds.items():
            spans = [made.get((old, e)) for old in olds for e in epochs(old) if e.end == step.on]
            _add(made, new, next(e for e in epochs(new) if e.start == step.on), spans)
    return made


def _backward(goods: Mapping[Key, Spans]) -> dict[Key, Spans]:
    """With every number that a step turned wholly into listed ones."""
    made = dict(goods)
    for step in reversed(steps("USA", PACKAGED_FROM)):
        for old, news in step.news.items():
            spans = [made.get((new, e)) for new in news for e in epochs(new) if e.start == step.on]
            _add(made, old, next(e for e in epochs(old) if e.end == step.on), spans)
    return made


def _add(made: dict[Key, Spans], code: str, epoch: Epoch, kin: Sequence[Spans | None]) -> None:
    """Put a number in on the days on which all of its kin are listed, unless it stands there already."""
    known = [spans for spans in kin if spans is not None]
    if len(known) == len(kin) > 0 and (code, epoch) not in made:
        common = tuple(s for s in reduce(_met, known) if s.start < epoch.end and epoch.start < s.end)
        if common:
            made[code, epoch] = common


def _met(some: Spans, others: Spans) -> Spans:
    """The days that two sets of days have in common."""
    pairs = (Span(max(a.start, b.start), min(a.end, b.end)) for a in some for b in others)
    return tuple(s for s in pairs if s.start < s.end)


def _row(key: Key, span: Span, window: Span) -> Row | None:
    """The row of a number in one epoch; None where it meets no day of the window. Days that say nothing are left out."""
    code, epoch = key
    start, end = max(span.start, epoch.start), min(span.end, epoch.end)
    if max(start, window.start) >= min(end, window.end):
        return None
    alone = len(epochs(code)) == 1  # it stands for these goods or for none: its own days need not be written
    start, end = (span.start, span.end) if alone else (start, end)
    first = "" if start <= window.start else start.isoformat()
    last = "" if end >= window.end else end.isoformat()
    return code, first, last
