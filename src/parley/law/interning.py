"""Classes that law cannot tell apart: products that the same scopes cover, origins that the same rows cover.

Rule-set interning: with a few hundred classes of each, the stack is resolved per class and gathered to all cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.law.claims import Value
from parley.law.edition import Edition, covered
from parley.law.explain import own_claims
from parley.law.measure import Measure
from parley.law.scope import covers_origin, listed
from parley.shapes import Bool, Int


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


def seller_classes(
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
