"""The packaged law and record, read once for the life of a server, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from parley.law.measure import Measure
    from parley.law.questions import Rate
    from parley.law.regime import Regime
    from parley.record.answers import RateSeries
    from parley.record.ledger import Ledger


@lru_cache(maxsize=1)
def regime() -> Regime:
    """The packaged regime, read once for the life of the server."""
    from parley.law.regime import read_regime

    return read_regime()


@lru_cache(maxsize=1)
def ledger() -> Ledger:
    """The packaged record, read once."""
    from parley.record.ledger import read_ledger

    return read_ledger()


def rows_of(asked: Rate) -> Regime:
    """The regime that answers a question about one rate: the few rows that could cover it, the whole where some are dropped.

    A code that is no line of the day may lead to others: it gets all rows on its origin.
    """
    from parley.codes import country, product

    if asked.drop or asked.set:
        return regime()
    levies, sells = country(asked.destination, "destination"), country(asked.origin, "origin")
    code = product(asked.product)
    return rows_for(levies, sells, code if _is_line(levies, code, asked.on) else "")


def _is_line(destination: str, code: str, on: str | None) -> bool:
    """Whether a code is a line of a day's schedule, or its country has none."""
    from datetime import date, timedelta

    from parley.codes import day
    from parley.law.measure import LATEST
    from parley.law.products import SCHEDULES, read_products

    if destination not in SCHEDULES:
        return True
    first, last = (day(on, "on"),) * 2 if on else (date.min, LATEST - timedelta(days=1))
    lines = read_products(destination).starting(code)
    return any(x.code == code and x.start <= first and last < x.end for x in lines)


@lru_cache(maxsize=4096)
def rows_for(destination: str, origin: str, product: str) -> Regime:
    """The regime of the rows that could ever cover a product from an origin: `explain` on it is `explain` on the whole."""
    from parley.law.measure import covers_origin

    kept = tuple(m for m in _may_cover(destination, product) if covers_origin(m, origin))
    return replace(regime(), measures=kept)  # how far the law was read, and the rest, stay as they are


@lru_cache(maxsize=1024)
def _may_cover(destination: str, product: str) -> tuple[Measure, ...]:
    """The rows of a destination that could ever cover a product, from whatever origin; all of them where it has no schedule."""
    from parley.law.products import SCHEDULES

    rows = regime().of(destination)
    if destination not in SCHEDULES:
        return rows
    shorter = {"*", *(product[:k] for k in range(len(product) + 1))}

    def can(m: Measure) -> bool:
        held = frozenset(m.products) or _prefixes(m.folder, m.product_list)
        return not shorter.isdisjoint(held) or any(p.startswith(product) for p in held if len(p) > len(product))

    return tuple(m for m in rows if can(m))


@cache
def _prefixes(folder: str, name: str) -> frozenset[str]:
    """The prefixes that a list ever has."""
    from parley.law.measure import read_list

    return frozenset(row.product for row in read_list(folder, name))


@lru_cache(maxsize=64)
def steps(on: date | None, known: date | None) -> list[RateSeries]:
    """The added duties of both sides as steps up to a day; they ask the law of a hundred days, so they are kept."""
    from parley.scenario.rate_series import rate_steps

    return rate_steps(ledger(), regime(), on, known)
