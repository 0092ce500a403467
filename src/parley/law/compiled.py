"""Rates of every product from every origin on one day, by rule-set interning. `explain` is the definition it is held to.

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
from parley.law.duties import rate_of, read_duty
from parley.law.explain import FIRST_DAY, base_line, own_claims
from parley.law.measure import LATEST, Measure
from parley.law.preferences import AGREEMENTS, claimed, party_claims
from parley.law.products import Line, read_products
from parley.law.regime import Regime
from parley.law.scope import covers_origin, read_list
from parley.law.stacking import Stack, _rate, stack

WIDTH = 10  # digits of the longest code: codes are compared as integers padded to it


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
    code = np.array([_padded(line.code) for line in lines], dtype=np.int64)
    start, end = (np.array([getattr(x, f).toordinal() for x in lines], dtype=np.int64) for f in ("start", "end"))
    return Schedule(lines, code, start, end)


def _padded(code: str) -> int:
    return int(code.ljust(WIDTH, "0"))


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
    scopes, scope_of = _scopes(rows, np.array([_padded(line.code) for line in lines], dtype=np.int64), on)
    product_class, members = _classes(scopes)
    seller_class, sellers = _seller_classes(rows, origins, claims)
    base = _base(lines, origins, destination, claims, on)
    sets: dict[tuple, int] = {}
    stacks: list[Stack] = []
    cell = np.zeros((len(members), len(sellers)), dtype=np.int64)
    for j, seller in enumerate(sellers):
        held = np.array([m for m, row in enumerate(rows) if covers_origin(row, seller.origin)], dtype=np.int64)
        inside = members[:, scope_of[held]] if len(held) else np.zeros((len(members), 0), dtype=bool)
        for u, mask in enumerate(inside):
            chosen = held[mask].tolist()
            key = (*chosen, seller.edges, seller.claims)
            if key not in sets:
                sets[key] = len(stacks)
                own = dict(seller.claims)
                stacks.append(stack([rows[m] for m in chosen], seller.origin, on, known or LATEST, own))
            cell[u, j] = sets[key]
    where = cell[product_class][:, seller_class]
    by_programme = _gather(stacks, where, base)
    added = sum(by_programme.values(), np.zeros_like(base))
    codes = tuple(line.code for line in lines)
    return CompiledRates(destination, on, known, codes, origins, base, added, by_programme, len(stacks))


def _scopes(
    rows: Sequence[Measure], codes: Int[ndarray, " k"], on: date
) -> tuple[Bool[ndarray, "s k"], Int[ndarray, " m"]]:
    """The products that each distinct scope covers, and the scope of each row."""
    order = np.argsort(codes, kind="stable")
    place: dict[tuple, int] = {}
    masks: list[ndarray] = []
    scope_of = np.zeros(len(rows), dtype=np.int64)
    for m, row in enumerate(rows):
        key = (row.folder, row.products, row.product_list, row.products_except, row.products_except_list)
        if key not in place:
            place[key] = len(masks)
            mask = np.zeros(len(codes), dtype=bool)
            mask[order] = _mask(row, codes[order], on)
            masks.append(mask)
        scope_of[m] = place[key]
    return np.array(masks, dtype=bool).reshape(len(masks), len(codes)), scope_of


def _mask(row: Measure, codes: Int[ndarray, " k"], on: date) -> Bool[ndarray, " k"]:
    """The sorted codes that a row covers."""
    inside = row.products or _listed(row.folder, row.product_list, on)
    outside = (*row.products_except, *_listed(row.folder, row.products_except_list, on))
    return _prefixed(inside, codes) & ~_prefixed(outside, codes)


def _listed(folder: str, name: str, on: date) -> tuple[str, ...]:
    return tuple(x.product for x in read_list(folder, name) if x.start <= on < x.end) if name else ()


def _prefixed(prefixes: Sequence[str], codes: Int[ndarray, " k"]) -> Bool[ndarray, " k"]:
    """The sorted codes that start with one of the prefixes: intervals of padded integers, counted by their ends."""
    if "*" in prefixes:
        return np.ones(len(codes), dtype=bool)
    first = np.array([_padded(p) for p in prefixes], dtype=np.int64)
    size = np.array([10 ** (WIDTH - len(p)) for p in prefixes], dtype=np.int64)
    steps = np.zeros(len(codes) + 1, dtype=np.int64)
    np.add.at(steps, np.searchsorted(codes, first), 1)
    np.add.at(steps, np.searchsorted(codes, first + size), -1)
    return np.cumsum(steps)[:-1] > 0


def _classes(masks: Bool[ndarray, "s k"]) -> tuple[Int[ndarray, " k"], Bool[ndarray, "u s"]]:
    """Products that the same scopes cover share a class: the class of each product, the scopes of each class."""
    packed = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    if packed.shape[1] == 0:
        return np.zeros(masks.shape[1], dtype=np.int64), np.zeros((1, 0), dtype=bool)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return inverse.ravel(), masks[:, first].T


class Seller(NamedTuple):
    """A class of origins that law cannot tell apart: one of them, the edges that hold for it, its claims."""

    origin: str
    edges: tuple[bool, ...]
    claims: tuple[tuple[str, Value], ...]


def _seller_classes(
    rows: Sequence[Measure], origins: Sequence[str], claims: dict[str, Value]
) -> tuple[Int[ndarray, " i"], list[Seller]]:
    """Origins that the same rows and edges cover, with the same claims, share a class."""
    limited = [e for row in rows for e in row.yields_to if e.origins != ("*",) or e.origins_except]
    place: dict[tuple, int] = {}
    sellers: list[Seller] = []
    found = []
    for origin in origins:
        edges = tuple(covers_origin(e, origin) for e in limited)
        own = tuple(sorted(own_claims(claims, origin)[0].items()))
        key = (tuple(covers_origin(row, origin) for row in rows), edges, own)
        if key not in place:
            place[key] = len(sellers)
            sellers.append(Seller(origin, edges, own))
        found.append(place[key])
    return np.array(found, dtype=np.int64), sellers


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
    unit_value = claims.get("unit_value")
    held: dict[tuple[str, str, str], float] = {}
    for line in lines:
        key = (line.general, line.special, line.other)
        if key not in held:
            rate = rate_of(base_line(line, origin, destination, claims, on).duty, unit_value)  # type: ignore[arg-type]
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


def _fixed(applied) -> float:
    rate = _rate(applied.measure, None)
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
                known = _rate(applied.measure, None)
                rate[r], share[r] = np.nan if known is None else known, applied.share
        capped = rows[sets[0]][0].measure.combine == "cap"
        room = rate[where] - base - (before if capped else 0.0)
        step = (np.minimum(0.0, room) if capped else np.maximum(0.0, room)) * share[where]
        has = np.isin(where, [r for r in sets if depth < len(rows[r])])
        value = np.where(cells & has, value + step, value)
    return value


def agreement_parties() -> frozenset[str]:
    """The origins that may claim a preference under an agreement."""
    return frozenset(o for p in AGREEMENTS for o in p.origins)


__all__ = ["CompiledRates", "agreement_parties", "compile_rates", "party_claims", "read_duty", "read_schedule"]
