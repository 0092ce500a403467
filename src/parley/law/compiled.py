"""Rates of every product from every origin on one day, by rule-set interning; `explain` is the definition.

Products that the same scopes cover are one class, origins that the same rows cover another; the stack is resolved
once for each distinct set of rows and gathered to all cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from parley.codes import country, day
from parley.errors import CodeError, InputError
from parley.law.claims import Value, read_claims
from parley.law.duties import rate_of
from parley.law.explain import FIRST_DAY, base_line, own_claims
from parley.law.interning import Seller, padded, product_classes, scope_masks, seller_classes
from parley.law.measure import LATEST, Measure
from parley.law.preferences import claimed
from parley.law.products import Line, read_products
from parley.law.regime import Regime
from parley.law.scope import covers_origin
from parley.law.stacking import Applied, Stack, rate_as_levied, stack


@dataclass(frozen=True)
class CompiledRates:
    """Rates that one destination levies on one day. Fractions of customs value, [k, i]; NaN where unknown.

    base: column 1, a claimed preference, or column 2. added: every measure. by_programme: added, split.
    """

    destination: str
    on: date
    known: date | None
    products: tuple[str, ...]
    origins: tuple[str, ...]
    base: Float[ndarray, "k i"]
    added: Float[ndarray, "k i"]
    by_programme: dict[str, Float[ndarray, "k i"]]
    rule_sets: int
    notes: tuple[str, ...] = ()

    @property
    def rate(self) -> Float[ndarray, "k i"]:
        """Base and additions together."""
        return self.base + self.added


class Schedule(NamedTuple):
    """A destination's lines with their codes as padded integers and their editions as day numbers."""

    lines: tuple[Line, ...]
    code: Int[ndarray, " k"]
    start: Int[ndarray, " k"]
    end: Int[ndarray, " k"]


@cache
def read_schedule(destination: str) -> Schedule:
    """All lines of all editions, sorted by code; chapters 98 and 99, which classify no goods, are left out."""
    lines = tuple(line for line in read_products(destination).lines() if line.code[:2] not in ("98", "99"))
    code = np.array([padded(line.code) for line in lines], dtype=np.int64)
    start, end = (np.array([getattr(x, f).toordinal() for x in lines], dtype=np.int64) for f in ("start", "end"))
    return Schedule(lines, code, start, end)


def compile_rates(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date | str,
    known: date | str | None = None,
    products: Sequence[str] | None = None,
    claims: Mapping[str, object] | None = None,
    preferences: Literal["none", "observed"] = "none",
) -> CompiledRates:
    """Rates of products [k] from origins [i] on a day, as known on another.

    preferences "observed": Canada and Mexico as the mix of goods that claim USMCA and goods that do not, by product;
    for the parties of other agreements the base is cut by the share of value spared it, by chapter. A simplification.
    """
    destination, on = country(destination, "destination"), day(on, "on")
    known = None if known is None else day(known, "known")
    sellers = tuple(_origin(o, destination) for o in origins)
    if on < FIRST_DAY:
        raise InputError("on", f"{on} is before what the package covers", f"{FIRST_DAY} or later")
    lines = _chosen(destination, on, products)
    made = read_claims(claims)
    for name in ("unit_value", "quantity"):
        if name in made:
            raise InputError("claims", f"{name} for all products at once", "claims that hold for every product")
    plain = _compile(regime, destination, sellers, on, known, lines, made)
    if preferences == "none":
        return plain
    from parley.law.preference_use import as_observed

    return as_observed(plain, lambda who: _compile(regime, destination, who, on, known, lines, {**made, "usmca": True}))


def _origin(text: str, destination: str) -> str:
    origin = country(text, "origin")
    if origin == destination:
        raise CodeError("origins", f"{origin} is also the destination", "two customs territories")
    return origin


def _chosen(destination: str, on: date, products: Sequence[str] | None) -> list[Line]:
    """The lines of the edition of a day, or those of the products asked for, in their order."""
    if products is not None:
        table = read_products(destination)
        if len(products) < 200:  # reading single rows beats reading the table up to some hundreds
            return [table.line(p, on) for p in products]
    held = read_schedule(destination)
    number = on.toordinal()
    lines = [held.lines[k] for k in np.flatnonzero((held.start <= number) & (number < held.end))]
    if products is None:
        return lines
    place = {line.code: line for line in lines}
    return [place[p] if p in place else read_products(destination).line(p, on) for p in products]


def _compile(
    regime: Regime,
    destination: str,
    origins: tuple[str, ...],
    on: date,
    known: date | None,
    lines: list[Line],
    claims: dict[str, Value],
) -> CompiledRates:
    rows = regime.at(on, known or LATEST, destination)
    scopes, scope_of = scope_masks(rows, np.array([padded(line.code) for line in lines], dtype=np.int64), on)
    product_class, members = product_classes(scopes)
    seller_class, sellers = seller_classes(rows, origins, claims)
    base = _base(lines, origins, destination, claims, on)
    stacks, cell = _rule_sets(rows, members[:, scope_of], sellers, on, known or LATEST)
    where = cell[product_class][:, seller_class]
    by_programme = _gather(stacks, where, base)
    added = sum(by_programme.values(), np.zeros_like(base))
    codes = tuple(line.code for line in lines)
    return CompiledRates(destination, on, known, codes, origins, base, added, by_programme, len(stacks))


def _rule_sets(
    rows: Sequence[Measure], members: Bool[ndarray, "u m"], sellers: Sequence[Seller], on: date, known: date
) -> tuple[list[Stack], Int[ndarray, "u v"]]:
    """The distinct stacks, and which one each class of products from each class of origins has."""
    place: dict[tuple, int] = {}
    stacks: list[Stack] = []
    cell = np.zeros((len(members), len(sellers)), dtype=np.int64)
    for v, seller in enumerate(sellers):
        held = np.array([m for m, row in enumerate(rows) if covers_origin(row, seller.origin)], dtype=np.int64)
        for u, mask in enumerate(members[:, held]):
            chosen = held[mask].tolist()
            key = (*chosen, seller.edges, seller.claims)
            if key not in place:
                place[key] = len(stacks)
                stacks.append(stack([rows[m] for m in chosen], seller.origin, on, known, dict(seller.claims)))
            cell[u, v] = place[key]
    return stacks, cell


def _base(
    lines: list[Line], origins: Sequence[str], destination: str, claims: dict[str, Value], on: date
) -> Float[ndarray, "k i"]:
    """Base rates; origins with the same column and preference share one pass over the lines."""
    columns: dict[tuple, ndarray] = {}
    made = []
    for origin in origins:
        own = own_claims(claims, origin)[0]
        key = (claimed(origin, own), base_line(_ANY, origin, destination, own, on).programme == "column2")
        if key not in columns:
            columns[key] = _base_column(lines, origin, destination, own, on)
        made.append(columns[key])
    return np.stack(made, axis=1) if made else np.zeros((len(lines), 0))


_ANY = Line("0000000000", date.min, LATEST, "", "", "", "", "")


def _base_column(
    lines: list[Line], origin: str, destination: str, claims: dict[str, Value], on: date
) -> Float[ndarray, " k"]:
    held: dict[tuple[str, str, str], float] = {}
    for line in lines:
        key = (line.general, line.special, line.other)
        if key not in held:
            rate = rate_of(base_line(line, origin, destination, claims, on).duty)
            held[key] = np.nan if rate is None else rate
    return np.array([held[(x.general, x.special, x.other)] for x in lines])


def _gather(
    stacks: Sequence[Stack], where: Int[ndarray, "k i"], base: Float[ndarray, "k i"]
) -> dict[str, Float[ndarray, "k i"]]:
    """The contribution of each programme to every cell: sums of additions, then totals over the base, then caps."""
    made: dict[str, ndarray] = {}
    for name in dict.fromkeys(a.measure.programme for s in stacks for a in s.applied):
        rows = [[a for a in s.applied if a.measure.programme == name] for s in stacks]
        fixed = np.array([sum((_fixed(a) for a in r if a.measure.combine == "add"), 0.0) for r in rows])
        value = fixed[where]
        for combine in ("total", "cap"):
            value = _over_base(value, [[a for a in r if a.measure.combine == combine] for r in rows], where, base)
        made[name] = value
    return made


def _fixed(applied: Applied) -> float:
    rate = rate_as_levied(applied.measure, None)
    return np.nan if rate is None else rate * applied.share


def _over_base(value: ndarray, rows: list[list], where: ndarray, base: ndarray) -> ndarray:
    """Adds the totals or caps of each rule set, which depend on the base of the cell."""
    sets = [r for r, held in enumerate(rows) if held]
    if not sets:
        return value
    before = value.copy()
    cells = np.isin(where, sets)
    for depth in range(max(len(rows[r]) for r in sets)):
        rate, share = np.zeros(len(rows)), np.zeros(len(rows))
        for r in sets:
            if depth < len(rows[r]):
                applied = rows[r][depth]
                known = rate_as_levied(applied.measure, None)
                rate[r], share[r] = np.nan if known is None else known, applied.share
        capped = rows[sets[0]][0].measure.combine == "cap"
        room = rate[where] - base - (before if capped else 0.0)
        step = (np.minimum(0.0, room) if capped else np.maximum(0.0, room)) * share[where]
        has = np.isin(where, [r for r in sets if depth < len(rows[r])])
        value = np.where(cells & has, value + step, value)
    return value
