"""The linter of lists across transfers of statistical numbers: what a list names before a transfer, it names after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from parley.codes import dotted
from parley.law.measure import LATEST, Measure, listed
from parley.law.transfers import Breach, partly_carried, read_transfers, uncarried

Prefixes = Callable[[date], Sequence[str]]
Scope = tuple[Measure, str, Prefixes]  # a measure, where its prefixes stand, and which of them stand there on a day


def successors_are_listed(measures: Sequence[Measure]) -> Iterator[tuple[str, str]]:
    """A list names the successors of what it names, and what its codes were made of.

    Where all of a new number came from listed ones, it is listed from that day; where all that an old number became is
    listed, so is the old one before. Where only part is listed no list of numbers can say it: see partly_listed.
    """
    for m, place, prefixes in scopes(measures):
        for x in uncarried(prefixes, m.start, m.end or LATEST, m.act.authority):
            yield m.id, f"{place}: {_words(x)} on {x.step}, and is not in it"


def partly_listed(measures: Sequence[Measure]) -> Iterator[tuple[str, str, Breach]]:
    """Every number that is in a list in part only: measure, list, and of what it was made or what it became."""
    for m, place, prefixes in scopes(measures):
        for x in partly_carried(prefixes, m.start, m.end or LATEST, m.act.authority):
            yield m.id, place, x


def scopes(measures: Sequence[Measure]) -> Iterator[Scope]:
    """Every list and every set of prefixes of rows of a schedule with transfers, each once for its days."""
    seen: set[tuple] = set()
    for m in (m for m in measures if read_transfers(m.act.authority)):
        for name in (n for n in (m.product_list, m.products_except_list) if n):
            if (name, m.start, m.end) not in seen:
                seen.add((name, m.start, m.end))
                yield m, name, partial(listed, m.folder, name)
        for label, fixed in (("products", m.products), ("products_except", m.products_except)):
            if fixed and (fixed, m.start, m.end) not in seen:
                seen.add((fixed, m.start, m.end))
                yield m, label, partial(_always, fixed)


def _always(fixed: tuple[str, ...], on: date) -> tuple[str, ...]:
    del on
    return () if "*" in fixed else fixed


def _words(x: Breach) -> str:
    others = " and ".join(dotted(c) for c in x.because)
    return f"{others} became {dotted(x.code)}" if x.day == x.step else f"{dotted(x.code)} became {others}"
