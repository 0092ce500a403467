"""Preferences and claims as they are used: the mix of goods that claim and goods that do not, from past trade.

USMCA claims are those of the month by product (law/usmca_claims.py), or of the year 2025 where the regime says so. The other
agreements' shares are of 2024, by chapter, and so are the observed claims (law/observed_claims.py), whatever the day asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.frozen import frozen
from parley.law.edition import places_of
from parley.law.entry_claims import AGREEMENTS, CLAIMS, Value
from parley.law.observed_claims import claim_shares, claimed_products
from parley.law.trade_weights import TradeWeights, read_weights
from parley.law.usmca_claims import Use as Use
from parley.law.usmca_claims import usmca_use as usmca_use

if TYPE_CHECKING:
    from parley.law.compiled import CompiledRates

USMCA = ("CAN", "MEX")
MIXED = tuple(
    n for n, c in CLAIMS.items() if c.mixed == "always"
)  # claims that some goods of a line make, of any origin
Claimed = Callable[[tuple[str, ...], Mapping[str, Value], Sequence[str] | None], "CompiledRates"]


def as_observed(
    plain: CompiledRates,
    claimed: Claimed,
    use: Literal["months", "year"] = "year",
    aircraft: bool = True,
    seen: date | None = None,
    cut: bool = True,
    under_totals: Collection[str] = (),
) -> CompiledRates:
    """Rates with preferences as used. claimed: the rates of some origins and products (None: all) under more claims.

    use "months": USMCA claims of the month, with the United States content of cars, and, with `aircraft`, what is for civil
    aircraft. cut: whether the base of the parties of agreements is to be cut here.
    under_totals: origins of which some good is under a total. seen: as in `usmca_use`.
    """
    weights, made = read_weights(plain.destination), _draft(plain)
    notes: list[str] = []
    if use == "months" and aircraft:
        for claim in MIXED:
            _mix_claim(claim, plain, made, claimed)
    neighbours = tuple(o for o in USMCA if o in plain.origins)
    if neighbours:
        with_claim = claimed(neighbours, {"usmca": True}, None)
        if use == "months":
            with_claim = _with_content(with_claim, claimed)
        for origin in neighbours:
            notes += _mix_usmca(origin, plain, made, with_claim, weights, use, seen)
    if cut:
        notes += _cut_base(plain, made, weights, claimed, under_totals)
    return _finished(plain, made, notes)


class Draft(NamedTuple):
    """A table in the making: base and additions by programme [k, i], to be written to."""

    base: Float[ndarray, "k i"]
    added: Float[ndarray, "k i"]
    by_programme: dict[str, Float[ndarray, "k i"]]


def _draft(plain: CompiledRates) -> Draft:
    return Draft(plain.base.copy(), plain.added.copy(), {n: v.copy() for n, v in plain.by_programme.items()})


def _finished(plain: CompiledRates, made: Draft, notes: Sequence[str] = ()) -> CompiledRates:
    """The table of a draft; nobody can write to it afterwards."""
    kept = {name: frozen(value) for name, value in made.by_programme.items()}
    said = (*plain.notes, *notes)
    return replace(plain, base=frozen(made.base), added=frozen(made.added), by_programme=kept, notes=said)


def _mix_claim(claim: str, plain: CompiledRates, made: Draft, claimed: Claimed) -> None:
    """Every column on the lines where some goods make a claim: share · rate with it + (1 − share) · rate without."""
    products = claimed_products(claim, plain.products)
    if not products:
        return
    other = claimed(plain.origins, {claim: True}, products)
    shares = claim_shares(claim, other.products, plain.origins)
    _mix(made, _places(plain, other.products), shares, other)


def _places(plain: CompiledRates, products: Sequence[str]) -> Int[ndarray, " r"]:
    """Where some products stand in a table."""
    return places_of(plain.products, products)


def _mix_usmca(
    origin: str,
    plain: CompiledRates,
    made: Draft,
    with_claim: CompiledRates,
    weights: TradeWeights,
    use: Literal["months", "year"],
    seen: date | None,
) -> list[str]:
    """Column of one neighbour: share · rate with the claim + (1 − share) · rate without it."""
    if use == "year":
        share, month, carried = weights.usmca_share(plain.products, origin), plain.on, False
    else:
        share, month, carried = usmca_use(plain.products, origin, plain.on, seen)
    unknown = int(np.isnan(share).sum())
    rows, known = np.arange(len(plain.products)), np.nan_to_num(share, nan=0.0)
    _put(made, rows, plain.origins.index(origin), known, with_claim, with_claim.origins.index(origin))
    said = [f"{origin}: {unknown} lines without a USMCA share count as not claimed"] if unknown else []
    if carried:
        said.append(f"{origin}: USMCA claims as in {month:%B %Y}, the nearest month that is known")
    return said


def _with_content(with_claim: CompiledRates, claimed: Claimed) -> CompiledRates:
    """The rates under USMCA with the United States content of cars, which one figure stands for."""
    cars = claimed_products("us_content", with_claim.products)
    if not cars:
        return with_claim
    made = _draft(with_claim)
    shares = claim_shares("us_content", tuple(cars), with_claim.origins)
    for content in sorted(set(shares[shares > 0].tolist())):
        other = claimed(with_claim.origins, {"usmca": True, "us_content": content}, cars)
        rows, places = _places(with_claim, other.products), {p: k for k, p in enumerate(cars)}
        for i in range(len(with_claim.origins)):
            takes = (shares[[places[p] for p in other.products], i] == content).astype(float)
            _put(made, rows, i, takes, other, i)
    return _finished(with_claim, made)


def _mix(made: Draft, rows: ndarray, share: Float[ndarray, "r i"], other: CompiledRates) -> None:
    """Mixes another table of the same origins into one: share · other + (1 − share) · own, on some rows."""
    for own, theirs in _pairs(made, other):
        own[rows] = _mean(share, theirs, own[rows])


def _put(made: Draft, rows: ndarray, i: int, share: Float[ndarray, " r"], other: CompiledRates, j: int) -> None:
    """Mixes column j of another table into column i of one: share · other + (1 − share) · own, on some rows."""
    for own, theirs in _pairs(made, other):
        own[rows, i] = _mean(share, theirs[:, j], own[rows, i])


def _pairs(made: Draft, other: CompiledRates) -> list[tuple[ndarray, ndarray]]:
    """The tables of a draft, each with another's that is mixed into it; a programme that one lacks adds nothing there."""
    for name in other.by_programme:
        made.by_programme.setdefault(name, np.zeros_like(made.base))
    zero = np.zeros_like(other.base)
    split = [(column, other.by_programme.get(name, zero)) for name, column in made.by_programme.items()]
    return [(made.base, other.base), (made.added, other.added), *split]


def _mean(share, claimed, plain):
    """share · claimed + (1 − share) · plain, where a rate of no weight may be unknown."""
    return np.where(share > 0, share * claimed, 0.0) + np.where(share < 1, (1 - share) * plain, 0.0)


def _cut_base(
    plain: CompiledRates, made: Draft, weights: TradeWeights, claimed: Claimed, under_totals: Collection[str]
) -> list[str]:
    """Base of the other agreements' parties, cut by the share of value spared it; the origins that it touched.

    under_totals: origins on whose goods a total stands, which no preference lowers: what is added to goods that claim one is
    what makes up the total.
    """
    parties = {o: p.claim for p in AGREEMENTS if p.claim != "usmca" for o in p.origins}
    touched = [o for o in plain.origins if o in parties]
    for origin in touched:
        i = plain.origins.index(origin)
        share = np.nan_to_num(weights.preference_share(plain.products, origin), nan=0.0)
        made.base[:, i] *= 1 - share
        if origin in under_totals:
            _make_up(made, i, share, claimed((origin,), {parties[origin]: True}, None))
    return [f"base cut by the share of value that used a preference in 2024: {', '.join(touched)}"] if touched else []


def _make_up(made: Draft, i: int, share: Float[ndarray, " k"], other: CompiledRates) -> None:
    """Mixes what is added to goods that claim into column i; the base stays as it is."""
    for name in other.by_programme:
        made.by_programme.setdefault(name, np.zeros_like(made.base))
    zero = np.zeros_like(other.added)
    pairs = [(made.added, other.added), *((v, other.by_programme.get(n, zero)) for n, v in made.by_programme.items())]
    for own, theirs in pairs:
        own[:, i] = _mean(share, theirs[:, 0], own[:, i])


def kept_of_base(destination: str, products: Sequence[str], origins: Sequence[str]) -> Float[ndarray, "k i"]:
    """1 less the share of value that was spared the ordinary duty, of every origin but Canada and Mexico, by chapter."""
    weights = read_weights(destination)
    shares = [
        np.zeros(len(products)) if o in USMCA else np.nan_to_num(weights.preference_share(products, o), nan=0.0)
        for o in origins
    ]
    return 1 - np.stack(shares, axis=1)
