"""What importers pay by line and origin, kept on disk: a day's table takes a second to make, and every question of effects asks it.

What is kept is of the first of the days alike in law. Goods on the water are another share of each day's entries: for days on
which some are, the tables are kept from which a day's is mixed, and what was mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import msgspec
from numpy import ndarray

from parley.array_types import Float
from parley.law.compiled import SUM, CompiledRates
from parley.law.edition import edition_of
from parley.law.kept_arrays import Arrays, kept_arrays
from parley.law.kept_rates import chosen, lines_kept, lists_beside, read_as
from parley.law.paid.day import Day
from parley.law.paid.lines import Ashore, afloat, ashore, charged_on, landed, paid_table, waves_of
from parley.law.readings import seen_on
from parley.law.regime import Regime
from parley.law.same_days import first_alike

MOST_KEPT = 400  # files, of up to two megabytes each


def kept_paid(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date,
    known: date | None,
    products: Sequence[str],
    *,
    alone: bool = False,
    entered: date | None = None,
) -> Float[ndarray, "k i"]:
    """Rates that importers pay on a day, fractions; NaN where no rate is known. Made where none is kept.

    alone: the law is that of one question, so that no other day of it will be asked. entered: as `Day` has it.
    """
    at = lines_kept(regime, (destination, origins, on, known), products)
    if at is None:
        found = paid_table(regime, destination, origins, on, known, entered)
        place = {p: k for k, p in enumerate(found.products)}
        return found.rate[[place[p] for p in products]]
    first = first_alike(regime, destination, on, known)
    seen = seen_on(first, known)
    rows = regime.as_collected().at(first, seen, destination)
    named = destination, tuple(origins), first, seen, read_as(regime), lists_beside(rows)
    meant = msgspec.msgpack.encode(named), msgspec.msgpack.encode(rows)

    def kept(what: str, make: Callable[[], Arrays]) -> Arrays:
        return kept_arrays("paid", (what.encode(), *meant), make, MOST_KEPT)

    if alone or entered:
        what = f"alone {on} {entered or ''}".strip()
        return chosen(kept(what, lambda: (paid_table(regime, destination, origins, on, known, entered).rate,))[0], at)
    day, asked = (charged_on(regime, destination, origins, d, known) for d in (first, on))
    waves = waves_of(asked, edition_of(destination, first).codes, [on])
    if not waves:
        return chosen(kept("ashore", lambda: (ashore(day).rates.rate,))[0], at)

    def mixed() -> Arrays:
        *parts, room = kept("before water", lambda: _parts(ashore(day)))
        shore = Ashore(_table(day, *parts[:2]), _table(day, *parts[2:]), room)
        loaded = {w.on: kept(f"loaded {w.on}", lambda w=w: _pair(afloat(day, w.on))) for w in waves}
        return (landed(shore, lambda d: _table(day, *loaded[d]), waves).rate,)

    return chosen(kept(f"entered {on}", mixed)[0], at)


def _pair(table: CompiledRates) -> Arrays:
    return table.base, table.added


def _parts(shore: Ashore) -> Arrays:
    return *_pair(shore.plain), *_pair(shore.rates), shore.room


def _table(day: Day, base: Float[ndarray, "k i"], added: Float[ndarray, "k i"]) -> CompiledRates:
    """A table of a day that was kept."""
    codes = edition_of(day.destination, day.on).codes
    return CompiledRates(day.destination, day.on, day.known, codes, day.origins, base, added, {SUM: added}, 0)
