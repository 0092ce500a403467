"""Classes that law cannot tell apart: products that the same scopes cover, origins that the same rows cover.

Rule-set interning: with a few hundred classes of each, the stack is resolved per class and gathered to all cells: sums of
additions, then totals over the base, then caps.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.law.edition import Edition, covered
from parley.law.entry_claims import Value, claim_of, own_claims
from parley.law.measure import Measure, in_origins, listed
from parley.law.stacking import Contest, Stack, contest, edge_stands, rate_as_levied, settled
from parley.law.value_shares import METALS, metal_shares

Claimed = tuple[tuple[str, Value], ...]  # claims, sorted by name
Levied = dict[int, list[tuple[float, float]]]  # rates and shares of value of the measures of a kind, by stack


def scope_masks(rows: Sequence[Measure], edition: Edition, on: date) -> tuple[Bool[ndarray, "s k"], Int[ndarray, " m"]]:
    """The lines that each distinct scope covers, and the scope of each row."""
    place: dict[tuple, int] = {}
    masks: list[ndarray] = []
    scope_of = np.zeros(len(rows), dtype=np.int64)
    for m, row in enumerate(rows):
        key = (row.folder, row.products, row.product_list, row.products_except, row.products_except_list)
        if key not in place:
            place[key] = len(masks)
            masks.append(_mask(row, edition, on))
        scope_of[m] = place[key]
    return np.array(masks, dtype=bool).reshape(len(masks), len(edition.codes)), scope_of


def _mask(row: Measure, edition: Edition, on: date) -> Bool[ndarray, " k"]:
    """The lines that a row covers."""
    inside = covered(edition, row.products or listed(row.folder, row.product_list, on))
    outside = (*row.products_except, *listed(row.folder, row.products_except_list, on))
    return inside & ~covered(edition, outside) if outside else inside


def product_classes(masks: Bool[ndarray, "s k"]) -> tuple[Int[ndarray, " k"], Bool[ndarray, "u s"]]:
    """Products that the same scopes cover share a class: the class of each product, the scopes of each class."""
    new = np.ones(masks.shape[1], dtype=bool)  # neighbours mostly share a class: one of each run stands for it
    np.any(masks[:, 1:] != masks[:, :-1], axis=0, out=new[1:])
    run = np.flatnonzero(new)
    packed = np.ascontiguousarray(np.packbits(masks[:, run], axis=0).T)
    if packed.shape[1] == 0:
        return np.zeros(masks.shape[1], dtype=np.int64), np.zeros((1, 0), dtype=bool)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return np.repeat(inverse.ravel(), np.diff(run, append=masks.shape[1])), masks[:, run[first]].T


class Seller(NamedTuple):
    """A class of origins that law cannot tell apart: one of them, and its claims."""

    origin: str
    claims: Claimed


def seller_classes(
    rows: Sequence[Measure], origins: Sequence[str], claims: dict[str, Value]
) -> tuple[Int[ndarray, " i"], list[Seller]]:
    """Origins that the same rows and edges cover, with the same claims, share a class."""
    limited = [e for row in rows for e in row.yields_to if e.origins != ("*",) or e.origins_except]
    scopes = dict.fromkeys((s.origins, s.origins_except) for s in (*rows, *limited))
    covered_by = np.array([origins_in(*scope, tuple(origins)) for scope in scopes], dtype=bool)
    keys = np.packbits(covered_by.reshape(len(scopes), len(origins)), axis=0).T
    place: dict[tuple, int] = {}
    sellers: list[Seller] = []
    found = []
    for origin, scope_bits in zip(origins, keys, strict=True):
        own = tuple(sorted(own_claims(claims, origin)[0].items()))
        key = (scope_bits.tobytes(), own)
        if key not in place:
            place[key] = len(sellers)
            sellers.append(Seller(origin, own))
        found.append(place[key])
    return np.array(found, dtype=np.int64), sellers


@lru_cache(maxsize=4096)
def origins_in(inside: tuple[str, ...], outside: tuple[str, ...], origins: tuple[str, ...]) -> Bool[ndarray, " i"]:
    """Which origins a scope covers."""
    return np.array([in_origins(inside, outside, origin) for origin in origins], dtype=bool)


class Reads(NamedTuple):
    """The claims on which a set of rows turns: those that conditions name, and those that shares of value follow from."""

    conditions: frozenset[str]
    shares: frozenset[str]


def reads_of(rows: Sequence[Measure]) -> Reads:
    """What a set of rows reads."""
    kinds = {m.share for m in rows}
    metals = [f"{m}_share" for m in METALS] if kinds.intersection(METALS) else []
    content = ["us_content"] if "non_us_content" in kinds else []
    return Reads(frozenset(claim_of(n) for m in rows for n in (*m.when, *m.unless)), frozenset((*metals, *content)))


class RuleSets:
    """Rule sets seen so far, each resolved once: the sums of two random numbers for each row and state of its edges.

    Two sets meet in one 128-bit sum with a chance below 1e-27 for a million sets. One object serves all days of a panel.
    """

    def __init__(self) -> None:
        self.random = np.random.default_rng(20260220)  # any seed: numbers name rule sets, and reach no result
        self.numbers: dict[tuple, Int[ndarray, " two"]] = {}
        self.rows: dict[int, Measure] = {}  # kept, so that no other row ever has the address of one of them
        self.reads: dict[bytes, Reads] = {}
        self.contests: dict[tuple, Contest] = {}
        self.stacks: dict[tuple, Stack] = {}

    def number(self, *state: Hashable) -> Int[ndarray, " two"]:
        """The two random numbers of a row in a state."""
        if state not in self.numbers:
            self.numbers[state] = self.random.integers(0, 2**64, 2, dtype=np.uint64)
        return self.numbers[state]

    def place(self, row: Measure) -> int:
        """The address of a row, which is its own for as long as these sets live."""
        return id(self.rows.setdefault(id(row), row))

    def stack(
        self,
        place: bytes,
        rows: Callable[[], list[Measure]],
        origin: str,
        on: date,
        known: date,
        claims: Claimed,
    ) -> Stack:
        """The stack of a set of rows, by its place: claims on which none of the rows turns have no part in it.

        It does not tell what is not applied.
        """
        if place not in self.reads:
            self.reads[place] = reads_of(rows())
        reads = self.reads[place]
        read = tuple([claim for claim in claims if claim[0] in reads.conditions or claim[0] in reads.shares])
        key = place, read
        if key not in self.stacks:
            named = place, tuple(claim for claim in read if claim[0] in reads.conditions)
            if named not in self.contests:  # shares that no condition names come later
                self.contests[named] = contest(rows(), origin, on, known, dict(read), told=False)
            self.stacks[key] = settled(self.contests[named], dict(read), told=False)
        return self.stacks[key]

    def sums(
        self, rows: Sequence[Measure], scope_of: Int[ndarray, " m"], sellers: Sequence[Seller], on: date, known: date
    ) -> tuple[Int[ndarray, "two s v"], Bool[ndarray, "m v"]]:
        """For each scope and class of origins, the sum over the rows of that scope that cover them; who covers whom."""
        made = np.zeros((2, int(scope_of.max(initial=-1)) + 1, len(sellers)), dtype=np.uint64)
        origins = tuple(s.origin for s in sellers)
        covers = [origins_in(row.origins, row.origins_except, origins) for row in rows]
        for m, row in enumerate(rows):
            if not row.yields_to:
                made[:, scope_of[m], covers[m]] += self.number(self.place(row))[:, None]
                continue
            edges = [
                origins_in(e.origins, e.origins_except, origins) & edge_stands(e, on, known) for e in row.yields_to
            ]
            states = np.packbits(edges, axis=0).T
            for v in np.flatnonzero(covers[m]).tolist():
                made[:, scope_of[m], v] += self.number(self.place(row), states[v].tobytes())
        return made, np.array(covers, dtype=bool).reshape(len(rows), len(sellers))


def marked_classes(
    product_class: Int[ndarray, " k"], members: Bool[ndarray, "u s"], mark: Int[ndarray, " k"]
) -> tuple[Int[ndarray, " k"], Bool[ndarray, "u s"], Int[ndarray, " u"]]:
    """Classes of products parted further by a mark: the class of each product, the scopes and the mark of each class."""
    if not mark.any():
        return product_class, members, np.zeros(len(members), dtype=np.int64)
    most = int(mark.max()) + 1
    pairs, parted = np.unique(product_class.astype(np.int64) * most + mark, return_inverse=True)
    return parted.ravel(), members[pairs // most], pairs % most


def rule_sets(
    held: RuleSets,
    rows: Sequence[Measure],
    members: Bool[ndarray, "u s"],
    scope_of: Int[ndarray, " m"],
    sellers: Sequence[Seller],
    on: date,
    known: date,
    more: Sequence[Mapping[str, Value]] = ({},),
    more_of: Int[ndarray, " u"] | None = None,
) -> tuple[list[Stack], Int[ndarray, "u v"]]:
    """The distinct stacks, and which one each class of products from each class of origins has.

    more: shares of content beside the claims of an origin; more_of: which of them each class of products has; None: the first.
    """
    sums, covers = held.sums(rows, scope_of, sellers, on, known)
    covered_by = np.stack([members.astype(np.uint64) @ sums[h] for h in (0, 1)], axis=2)
    more_of = np.zeros(len(members), dtype=np.int64) if more_of is None else more_of
    stated = {own: [_stated(own, shares) for shares in more] for own in {s.claims for s in sellers}}
    for own in stated:
        metal_shares((), dict(own))  # raises where they sum to more than a good
    numbers = {own: [held.number(claims) for claims in made] for own, made in stated.items()}
    claims = np.array([numbers[s.claims] for s in sellers], dtype=np.uint64).reshape(len(sellers), len(more), 2)
    flat = np.ascontiguousarray(covered_by + claims.swapaxes(0, 1)[more_of]).view(np.dtype((np.void, 16))).ravel()
    _, first, cell = np.unique(flat, return_index=True, return_inverse=True)
    order = np.argsort(first)  # numbered as they appear, whatever the random numbers
    place: dict[int, int] = {}
    stacks: list[Stack] = []
    at_place = np.zeros(len(first), dtype=np.int64)
    for n, at in zip(order.tolist(), first[order].tolist(), strict=True):
        u, v = divmod(at, len(sellers))

        def chosen(u: int = u, v: int = v) -> list[Measure]:
            return [rows[m] for m in np.flatnonzero(members[u, scope_of] & covers[:, v]).tolist()]

        claimed = stated[sellers[v].claims][more_of[u]]
        found = held.stack(covered_by[u, v].tobytes(), chosen, sellers[v].origin, on, known, claimed)
        at_place[n] = place.setdefault(id(found), len(stacks))
        stacks += [found] if at_place[n] == len(stacks) else []
    return stacks, at_place[cell].reshape(len(members), len(sellers))


def _stated(claims: Claimed, more: Mapping[str, Value]) -> Claimed:
    """Claims of an origin and shares of content, in order."""
    return tuple(sorted((*claims, *more.items())))


def programme_of(m: Measure) -> str:
    """The programme of a measure."""
    return m.programme


def in_lieu(stacks: Sequence[Stack], where: Int[ndarray, "k i"], base: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """The base of every cell: the rate that its rule set levies in lieu of it, else the schedule's."""
    rates = np.array([np.nan if s.in_lieu is None else s.in_lieu.rate for s in stacks], dtype=float)
    if np.isnan(rates).all():
        return base
    return np.where(np.isnan(rates[where]), base, rates[where])


def gather(
    stacks: Sequence[Stack],
    where: Int[ndarray, "k i"],
    base: Float[ndarray, "k i"],
    name_of: Callable[[Measure], str] = programme_of,
) -> dict[str, Float[ndarray, "k i"]]:
    """The contribution of each programme to every cell: sums of additions, then totals over the base, then caps.

    name_of: what to group by instead, such as the measure's id; not finer than a programme where caps apply.
    """
    fixed, over = _levied(stacks, name_of)
    made: dict[str, ndarray] = {}
    for name in sorted(fixed, key=lambda n: (PROGRAMMES.index(n) if n in PROGRAMMES else -1, n)):
        value = np.array(fixed[name])[where]
        for kind in ("total", "cap"):
            if (name, kind) in over:
                value = _over_base(value, over[name, kind], kind, where, base, len(stacks))
        made[name] = value
    return made


def _levied(
    stacks: Sequence[Stack], name_of: Callable[[Measure], str]
) -> tuple[dict[str, list[float]], dict[tuple[str, str], Levied]]:
    """What each stack adds whatever the base, by name; and the rates and shares of what depends on it, by name and kind."""
    known: dict[int, tuple[str, str, float]] = {}  # of each measure: few stand in many stacks
    fixed: dict[str, list[float]] = {}
    over: dict[tuple[str, str], Levied] = {}
    for n, found in enumerate(stacks):
        for m, share in found.applied:
            name, kind, rate = known.get(id(m)) or known.setdefault(id(m), (name_of(m), m.combine, _rate(m)))
            sums = fixed.get(name) or fixed.setdefault(name, [0.0] * len(stacks))
            if kind == "add":
                sums[n] += 0.0 if share == 0 else rate * share
            else:
                over.setdefault((name, kind), {}).setdefault(n, []).append((rate, share))
    return fixed, over


def _rate(m: Measure) -> float:
    """The rate of a measure as a number; NaN where it is not known."""
    rate = m.rate if m.expression is None else rate_as_levied(m, None)
    return np.nan if rate is None else rate


def _over_base(
    value: Float[ndarray, "k i"],
    levied: Levied,
    combine: str,
    where: Int[ndarray, "k i"],
    base: Float[ndarray, "k i"],
    stacks: int,
) -> Float[ndarray, "k i"]:
    """Adds the totals or caps of each rule set, which depend on the base of the cell."""
    before = value.copy()
    for depth in range(max(map(len, levied.values()))):
        rate, share, has = np.zeros(stacks), np.zeros(stacks), np.zeros(stacks, dtype=bool)
        for n, rows in levied.items():
            if depth < len(rows):
                rate[n], share[n], has[n] = *rows[depth], True
        room = rate[where] - base - (before if combine == "cap" else 0.0)
        step = (np.minimum(0.0, room) if combine == "cap" else np.maximum(0.0, room)) * share[where]
        value = np.where(has[where], value + step, value)
    return value
