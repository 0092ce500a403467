"""The full panel: every line from every origin on every day of a period, as rule sets × periods (rule-set interning).

Nothing is expanded to cells: between two days on which any row, list, edge or edition changes, one table of rule sets
holds the whole law, and a cell is three look-ups and a sum. `day` expands one day where a table is wanted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.codes import country, day
from parley.errors import CodeError, DateError
from parley.fixed import fixed_fields
from parley.frozen import frozen, read_only
from parley.law.base_columns import estimate_of
from parley.law.compiled import CompiledRates, RuleTable, base_columns, expanded, rule_table
from parley.law.edition import edition_days, edition_of
from parley.law.entry_claims import Value, read_claims
from parley.law.explain import FIRST_DAY
from parley.law.interning import RuleSets
from parley.law.readings import change_days
from parley.law.regime import Regime
from parley.law.stacking import Stack, contributions


@dataclass(frozen=True, eq=False)
@read_only
class Period:
    """The law of the days [start, end): its rule sets, and the base rate of each set of rate texts by column [t, c]."""

    start: date
    end: date
    table: RuleTable
    base: ndarray
    column_of: ndarray

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        held = (self.table.product_class, self.table.seller_class, self.table.cell, self.base, self.column_of)
        return sum(a.nbytes for a in held)


@dataclass(frozen=True, eq=False)
@fixed_fields
class Panel:
    """The rates of one destination on every day of a period, compiled and not expanded."""

    destination: str
    origins: tuple[str, ...]
    known: date | None
    periods: tuple[Period, ...]
    places: tuple[Mapping[str, int], ...]

    @property
    def days(self) -> int:
        """Days that the panel covers."""
        return (self.periods[-1].end - self.periods[0].start).days

    @property
    def cells(self) -> int:
        """Cells that it stands for: lines × origins × days."""
        return sum(len(p.table.product_class) * len(self.origins) * (p.end - p.start).days for p in self.periods)

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return sum(p.size for p in self.periods)

    @checked
    def cell(self, product: str, origin: str, on: date) -> tuple[float | None, float | None]:
        """The base rate and the sum of all additions of one product, origin and day; None where unknown.

        They are those of the law without its bans: `is_prohibited` says whether one forbids the import.
        """
        return self._cell(*self._place(product, origin, on))

    @checked
    def is_prohibited(self, product: str, origin: str, on: date) -> bool:
        """Whether a ban forbids the import of one product from one origin on a day."""
        return bool(self._stack(*self._place(product, origin, on)).prohibited)

    def _place(self, product: str, origin: str, on: date) -> tuple[Period, int, int]:
        k, period = self._period(on)
        if product not in self.places[k] or origin not in self.origins:
            raise CodeError(
                "panel", f"{product} from {origin} on {on}", "a full code of the edition, an origin of the panel"
            )
        return period, self.places[k][product], self.origins.index(origin)

    def _period(self, on: date) -> tuple[int, Period]:
        k = bisect_right([p.start for p in self.periods], on) - 1
        if k < 0 or on >= self.periods[-1].end:
            raise DateError("on", f"{on}", f"{self.periods[0].start} to {self.periods[-1].end - timedelta(1)}")
        return k, self.periods[k]

    def _stack(self, p: Period, line: int, seller: int) -> Stack:
        table = p.table
        return table.stacks[table.cell[table.product_class[line], table.seller_class[seller]]]

    def _cell(self, p: Period, line: int, seller: int) -> tuple[float | None, float | None]:
        table = p.table
        found = self._stack(p, line, seller)
        value = float(p.base[table.edition.text_of[line], p.column_of[seller]])
        if found.in_lieu is not None and found.in_lieu.rate is not None:
            value = found.in_lieu.rate
        base = estimate_of(table, line, seller) if np.isnan(value) else value
        added = [v for _, v in contributions(found.applied, base)]
        return base, None if any(v is None for v in added) else sum(v for v in added if v is not None)

    @checked
    def day(self, on: date) -> CompiledRates:
        """The whole table of one day, expanded: equal to compile_rates. Raises DateError for a day beyond the panel's."""
        p = self._period(on)[1]
        return replace(expanded(p.table, p.base, p.column_of, self.known), on=on)


@checked
def compile_panel(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    since: date | str | int,
    until: date | str | int,
    known: date | str | int | None = None,
    claims: Mapping[str, object] | None = None,
) -> Panel:
    """The law of every day of [since, until], one table of rule sets for each period in which nothing changes."""
    destination = country(destination, "destination")
    sellers = tuple(country(o, "origin") for o in origins)
    if destination in sellers:
        raise CodeError("origins", f"{destination} is also the destination", "two customs territories")
    first, last = day(since, "since"), day(until, "until")
    if last < first or first < FIRST_DAY:
        raise DateError("since, until", f"{first} to {last}", f"two days in order, from {FIRST_DAY}")
    seen = None if known is None else day(known, "known")
    made = read_claims(claims)
    spans = list(_spans(regime, destination, sellers, first, last, seen))
    held = RuleSets()
    periods = tuple(_period(regime, destination, sellers, a, b, seen, made, held) for a, b in spans)
    index = {id(p.table.edition): {c: k for k, c in enumerate(p.table.edition.codes)} for p in periods}
    return Panel(destination, sellers, seen, periods, tuple(index[id(p.table.edition)] for p in periods))


def _spans(
    regime: Regime, destination: str, origins: Sequence[str], first: date, last: date, known: date | None
) -> Iterator[tuple[date, date]]:
    """The periods [start, end) between days on which a row, list, edge or edition changes for some origin."""
    moves = change_days(regime, origins, destination, known) | set(edition_days(destination))
    stop = last + timedelta(1)
    starts = sorted({first, *(d for d in moves if first < d <= last)})
    yield from zip(starts, [*starts[1:], stop], strict=True)


def _period(
    regime: Regime,
    destination: str,
    origins: tuple[str, ...],
    start: date,
    end: date,
    known: date | None,
    claims: dict[str, Value],
    held: RuleSets,
) -> Period:
    edition = edition_of(destination, start)
    table = rule_table(regime, edition, origins, start, known, claims, held)
    base, column_of = base_columns(edition, origins, claims, start)
    small = np.uint16 if max(table.cell.shape) < 2**16 and len(table.stacks) < 2**16 else np.int64
    table = table._replace(
        product_class=frozen(table.product_class.astype(small)),
        seller_class=frozen(table.seller_class.astype(small)),
        cell=frozen(table.cell.astype(small)),
    )
    return Period(start, end, table, base, column_of)
