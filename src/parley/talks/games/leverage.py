"""Which goods hurt the other side most for each bit of own harm: by sector, by product, and as a list under a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.errors import InputError
from parley.frozen import read_only
from parley.talks.leverage_answers import Harm, ListPart, ProductHarm
from parley.talks.marginal import margin_of
from parley.trade.equilibrium import Equilibrium

POINT = 0.01


@dataclass(frozen=True, eq=False)
@read_only
class Products:
    """What a player buys from a target, product by product. share: of the cell's spending; rate: levied now, a fraction.

    sector: position of each product's sector. eta: elasticity among the products of a cell, by sector.
    """

    codes: tuple[str, ...]
    sector: Int[ndarray, " k"]
    share: Float[ndarray, " k"]
    rate: Float[ndarray, " k"]
    eta: Float[ndarray, " s"]


@dataclass(frozen=True, eq=False)
@read_only
class Leverage:
    """Harm by one point of duty more, percent of welfare; harm is a loss, so a negative own harm is a gain.

    sectors: own and target's harm of one point on all of the sector. products: of one point on the product.
    """

    player: str
    target: str
    sectors: tuple[str, ...]
    own: Float[ndarray, " s"]
    other: Float[ndarray, " s"]
    products: Products | None = None
    own_product: Float[ndarray, " k"] | None = None
    other_product: Float[ndarray, " k"] | None = None

    def rows(self) -> list[Harm]:
        """One row a sector, the most harm to the target per own harm first; those that cost nothing lead."""
        found = [_row(s, o, h) for s, o, h in zip(self.sectors, self.own.tolist(), self.other.tolist(), strict=True)]
        return sorted(found, key=_rank)

    def product_rows(self) -> list[ProductHarm]:
        """One row a product, in the same order."""
        if self.products is None or self.own_product is None or self.other_product is None:
            return []
        names = [self.sectors[s] for s in self.products.sector]
        values = zip(self.products.codes, self.own_product.tolist(), self.other_product.tolist(), names, strict=True)
        found: list[ProductHarm] = [{**_row(code, o, h), "sector": name} for code, o, h, name in values]
        return sorted(found, key=_rank)


def _row(name: str, own: float, other: float) -> Harm:
    ratio = other / own if own > 0 and other > 0 else None
    reason = None if ratio is not None else "costs the player nothing" if other > 0 else "does not harm the target"
    return {"id": name, "own_harm_pct": own, "target_harm_pct": other, "ratio": ratio, "reason": reason}


def _rank(row: Harm) -> tuple[int, float, float, str]:
    first = 0 if row["target_harm_pct"] > 0 and row["own_harm_pct"] <= 0 else 1 if row["ratio"] is not None else 2
    return first, -(row["ratio"] or 0.0), -row["target_harm_pct"], row["id"]


def leverage(
    eq: Equilibrium,
    player: tuple[str, Sequence[int]],
    target: tuple[str, Sequence[int]],
    products: Products | None = None,
) -> Leverage:
    """The Leverage of a player over a target at an equilibrium, each as (name, members): one adjoint for both.

    Of a product with share omega and rate t of a cell with duty share r: by log tau
    omega {price + (rho − v) E pi [(1 − eta)(t/(1+t) − r) + 1/(1+t)]}, the derivative of the two wedges (docs/method.md).
    """
    margin = margin_of(eq, (tuple(player[1]), tuple(target[1])))
    at = np.ix_(list(player[1]), list(target[1]))
    step = -100 * POINT / (1 + eq.t_new[at])
    own, other = ((margin.by_rate(k)[at] * step).sum(axis=(0, 1)) for k in (0, 1))
    made = Leverage(player[0], target[0], eq.world.sectors, own, other)
    if products is None:
        return made
    _check(products, eq)
    values = [_of_products(margin.by_price(k)[at], margin.by_share(k)[at], eq, at, products) for k in (0, 1)]
    return Leverage(player[0], target[0], eq.world.sectors, own, other, products, *values)


def by_heading(found: Leverage, digits: int) -> Leverage:
    """The same leverage by shorter codes: harm of one point on all lines under each; the rate is their mean by spending."""
    if found.products is None or found.own_product is None or found.other_product is None:
        raise InputError("leverage", "no products to add up", "a leverage with products")
    held = found.products
    names, place = np.unique([code[:digits] for code in held.codes], return_inverse=True)
    share, own, other, rate = (
        np.bincount(place, weights=v, minlength=len(names))
        for v in (held.share, found.own_product, found.other_product, held.share * held.rate)
    )
    biggest = np.lexsort((-held.share, place))
    sector = held.sector[biggest[np.unique(place[biggest], return_index=True)[1]]]
    mean = np.where(share > 0, rate / np.where(share > 0, share, 1.0), 0.0)
    products = Products(tuple(names.tolist()), sector, share, mean, held.eta)
    return replace(found, products=products, own_product=own, other_product=other)


def _of_products(price: ndarray, share: ndarray, eq: Equilibrium, at, products: Products) -> Float[ndarray, " k"]:
    """Harm of one point on each product, percent: the cell's derivatives at the product's own rate."""
    s, t = products.sector, products.rate
    r = eq.wedges.revenue_share[at][:, :, s]
    duty = (1 - products.eta[s]) * (t / (1 + t) - r) + 1 / (1 + t)
    slope = products.share * (price[:, :, s] + share[:, :, s] * duty).sum(axis=(0, 1))
    return -100 * POINT / (1 + t) * slope


def _check(products: Products, eq: Equilibrium) -> None:
    size = len(products.codes)
    if not (len(products.sector) == len(products.share) == len(products.rate) == size):
        raise InputError("leverage: products", "columns of unlike length", "one sector, share and rate a product")
    if size and (products.share.min() < 0 or not np.isfinite(products.rate).all()):
        raise InputError("leverage: products", "a negative share or an unknown rate", "shares from 0 to 1, known rates")


@dataclass(frozen=True)
class Chosen:
    """A list of products: its harm on both sides to first order at `points` of duty each, percent of welfare."""

    codes: tuple[str, ...]
    points: float
    own_harm_pct: float
    target_harm_pct: float

    def as_json(self) -> ListPart:
        """Numbers and length; the codes stand beside."""
        return {
            "products": len(self.codes), "points": self.points, "own_harm_pct": self.own_harm_pct,
            "target_harm_pct": self.target_harm_pct,
            "ratio": self.target_harm_pct / self.own_harm_pct if self.own_harm_pct > 0 else None,
        }  # fmt: skip


def best_list(found: Leverage, budget: float, points: float) -> Chosen:
    """The products that harm the target most while own harm stays within a budget (percent), `points` of duty on each.

    First those that cost nothing, then by harm per own harm: the greedy answer to the knapsack, off the true one by at
    most the last product.
    """
    rows = ranked(found)
    if not rows:
        raise InputError("leverage", "no product harms the target", "products with positive shares")
    own = np.array([row["own_harm_pct"] for row in rows]) * points
    spent = np.cumsum(own)
    taken = int(np.searchsorted(np.maximum.accumulate(spent), budget, side="right"))
    return _chosen(rows[:taken], points)


def ranked(found: Leverage) -> list[ProductHarm]:
    """The products that harm the target, in the order in which a list takes them."""
    return [row for row in found.product_rows() if row["target_harm_pct"] > 0]


def first_of(found: Leverage, count: int, points: float) -> Chosen:
    """The list of the first so many products in that order."""
    return _chosen(ranked(found)[:count], points)


def listed(found: Leverage, on_list: Bool[ndarray, " k"], points: float) -> Chosen:
    """The same figures of a given list."""
    codes = {code for code, on in zip(found.products.codes, on_list, strict=True) if on} if found.products else set()
    return _chosen([row for row in found.product_rows() if row["id"] in codes], points)


def _chosen(rows: Sequence[ProductHarm], points: float) -> Chosen:
    own = points * sum(row["own_harm_pct"] for row in rows)
    other = points * sum(row["target_harm_pct"] for row in rows)
    return Chosen(tuple(sorted(row["id"] for row in rows)), points, own, other)
