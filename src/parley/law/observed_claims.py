"""Claims as importers make them: the share of value that makes a claim which no schedule can know, where a source says so.

The table is weights/usa-observed-claims.csv. Its shares are of 2024 and stand in for every day, so `carried` is true but
in that year. Where no source gives a share, a claim counts as not made: `CLAIM_SOURCES` says so in words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.errors import unknown_name
from parley.law.entry_claims import CLAIMS
from parley.law.usmca_claims import Use

FILE = "usa-observed-claims.csv"
YEAR = date(2024, 1, 1)
EVERYONE = "*"
CLAIM_SOURCES: Mapping[str, str] = {name: c.observed for name, c in CLAIMS.items() if c.observed}


class Seen(NamedTuple):
    """One share of the table, and what it rests on: words, duty of 2024, or stated."""

    share: float
    basis: str


def claim_use(claim: str, products: Sequence[str], origin: str, on: date) -> Use:
    """The share of each product's imports from an origin that makes a claim; 0 where no source gives one.

    us_content is a share of the good's value. Of a claim that is made by default the share is of goods that do not make it.
    """
    if claim not in CLAIM_SOURCES:
        raise unknown_name("claim", "claim with an observed share", claim, CLAIM_SOURCES)
    return Use(_shares(claim, tuple(products), _whose(claim, origin)), YEAR, on.year != YEAR.year)


def claim_shares(claim: str, products: tuple[str, ...], origins: Sequence[str]) -> Float[ndarray, "k i"]:
    """The same shares of products from several origins, whatever the day."""
    whose = [_whose(claim, origin) for origin in origins]
    found = {who: _shares(claim, products, who) for who in dict.fromkeys(whose)}
    return np.stack([found[who] for who in whose], axis=1)


def _whose(claim: str, origin: str) -> str:
    """Whose shares an origin's goods have: its own or its union's where the claim has such, else everyone's."""
    return origin if not _named(claim).isdisjoint((origin, union_of(origin))) else EVERYONE


def seen(claim: str, product: str, origin: str) -> Seen | None:
    """The share of one product, and what it rests on: of its own code, else of the longest first digits; None without."""
    table = read_table()
    for digits in range(len(product), 1, -1):
        for who in (origin, union_of(origin), EVERYONE):
            if (claim, product[:digits], who) in table:
                return table[claim, product[:digits], who]
    return None


def claimed_products(claim: str, products: Sequence[str]) -> list[str]:
    """The products on which some origin makes a claim."""
    return [products[k] for k in _places(claim, tuple(products))]


@lru_cache(maxsize=32)
def _places(claim: str, products: tuple[str, ...]) -> tuple[int, ...]:
    """Where the products stand on which some origin makes a claim."""
    codes = tuple(sorted({code for name, code, _ in read_table() if name == claim}))
    heads = {code[:2] for code in codes}  # few products are in these chapters at all
    return tuple(k for k, p in enumerate(products) if p[:2] in heads and p.startswith(codes))


@cache
def _named(claim: str) -> frozenset[str]:
    """The origins and unions of which a claim has shares of their own."""
    return frozenset(who for name, _, who in read_table() if name == claim) - {EVERYONE}


@cache
def read_table() -> dict[tuple[str, str, str], Seen]:
    """The packaged shares by claim, code and origin."""
    text = resources.files("parley.law").joinpath("weights", FILE).read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(r["claim"], r["product"], r["origin"]): Seen(float(r["share"]), r["basis"]) for r in rows}


@lru_cache(maxsize=2048)
def _shares(claim: str, products: tuple[str, ...], origin: str) -> Float[ndarray, " k"]:
    made = np.zeros(len(products))
    for k in _places(claim, products):
        found = seen(claim, products[k], origin)
        made[k] = found.share if found else 0.0
    made.setflags(write=False)
    return made
