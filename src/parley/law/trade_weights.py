"""Import weights: what a destination bought in a baseline year by product and partner, and what claimed a preference.

The tables are `weights/*.npz`, described in `weights/manifest.json`. Weights are for averages only: no rate depends on
them. Where a partner has none of its own, the mix of its union or of all partners stands in, and `basis` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Bool, Float, Int
from parley.codes import country_name, name_in_text, union_of
from parley.errors import unknown_name
from parley.fixed import FrozenDict
from parley.frozen import frozen, read_only
from parley.law.concordance import FULL_FROM, concordance_of
from parley.law.edition import places_of
from parley.law.kept_arrays import kept_arrays
from parley.law.transfers import steps

FILES = {"USA": "usa-2024.npz"}  # imports of every partner, with the duty charged
MIRRORS = {
    "CHN": ("USA", "chn-2017.csv")
}  # one partner's exports by six digits, where imports by line are not to be had
WEIGHTED = (*FILES, *MIRRORS)
TARIFF_LINE = 8  # digits of the legal tariff line; the last two are statistical
MOST_KEPT = 12  # tables of imports under an edition's codes
NONE = np.zeros(0, dtype=str), np.zeros((0, 2))  # no shares of claims
OWN, UNION, ALL = "own", "union", "all partners"


@dataclass(frozen=True, eq=False)  # compared by identity, so that what is derived of it can be remembered
@read_only
class TradeWeights:
    """One destination's imports of one year, in US dollars, and the shares of preference use.

    products, partners: ten-digit codes of the year; ISO3, the European Union as EUU.
    value, duty: [k, i] customs value, and the duty charged on it.
    claimed: codes, and the shares of Canada's and of Mexico's value [c, 2] under each that claimed USMCA.
    preference: (chapter, partner) → share of value spared the ordinary duty, an estimate.
    """

    destination: str
    source: str
    products: tuple[str, ...]
    partners: tuple[str, ...]
    value: Float[ndarray, "k i"]
    duty: Float[ndarray, "k i"]
    claimed: tuple[ndarray, Float[ndarray, "c 2"]]
    preference: dict[tuple[str, str], float]
    shared_within: tuple[int, ...] = (
        TARIFF_LINE,
    )  # digits within which a code that the tariff does not have is shared

    @cached_property
    def usmca(self) -> Mapping[str, tuple[float, float]]:
        """Code → (share of Canada's value, share of Mexico's) that claimed USMCA."""
        codes, shares = self.claimed
        return FrozenDict((code, (can, mex)) for code, (can, mex) in zip(codes.tolist(), shares.tolist(), strict=True))

    def basis(self, origin: str) -> str:
        """Whose mix weighs an origin's goods: "own", "union" (the whole EU for a member) or "all partners"."""
        if origin in self.partners:
            return OWN
        return UNION if union_of(origin) in self.partners else ALL

    def own(self, origins: Sequence[str]) -> Bool[ndarray, " i"]:
        """Whether each origin has a mix of its own."""
        return np.array([self.basis(origin) == OWN for origin in origins])

    def matrix(
        self, products: Sequence[str], origins: Sequence[str], edition: Sequence[str] | None = None
    ) -> Float[ndarray, "k i"]:
        """Customs value by product and origin; an origin without weights gets those of its union, or of all partners.

        A member's column is the whole union's: use it for means within the origin, never for sums over origins.
        products may be shorter codes than ten digits; each code of the year counts once, under the longest one.
        edition: all codes of the tariff in force (default: products). Codes of the year that it no longer has follow
        the transfers of statistical numbers; what follows none is shared among the codes of the same eight digits.
        """
        codes = tuple(edition) if edition is not None else tuple(products)
        chosen = _on_edition(self, codes)
        if edition is not None:
            chosen = chosen[places_of(codes, products)]
        columns = {partner: i for i, partner in enumerate(self.partners)}
        own = np.array([columns.get(union_of(o), -1) for o in origins], dtype=np.int64)
        made = np.take(chosen, own, axis=1)
        if (own < 0).any():
            made[:, own < 0] = chosen.sum(axis=1)[:, None]
        return made

    def usmca_share(self, products: Sequence[str], origin: str) -> Float[ndarray, " k"]:
        """Share of each product's imports from Canada or Mexico that claimed USMCA; NaN where not known.

        A code that the table lacks gets the share of the codes that became it, else the simple mean of its tariff line.
        Other origins: NaN, they cannot claim it.
        """
        if origin not in ("CAN", "MEX"):
            return np.full(len(products), np.nan)
        return _usmca_share(self, tuple(products), origin)

    def preference_share(self, products: Sequence[str], origin: str) -> Float[ndarray, " k"]:
        """Share of an origin's imports, by chapter, that was spared the ordinary duty; NaN where not known.

        An estimate by chapter from duty charged: use it only where a preference is in force for the origin.
        """
        chapters, chapter_of = _chapters(tuple(products))
        return np.array([self.preference.get((c, origin), np.nan) for c in chapters])[chapter_of]


@lru_cache(maxsize=8)
def _on_edition(weights: TradeWeights, codes: tuple[str, ...]) -> Float[ndarray, "k i"]:
    """The year's values under an edition's codes."""

    def made() -> tuple[ndarray]:
        found = concordance_of(weights.destination, weights.products, codes, weights.shared_within).apply(weights.value)
        return (frozen(found),)

    if weights is not read_weights(weights.destination):  # of other values than the packaged
        return made()[0]
    return kept_arrays("weights", (weights.destination.encode(), " ".join(codes).encode()), made, MOST_KEPT)[0]


@lru_cache(maxsize=16)
def _usmca_share(weights: TradeWeights, products: tuple[str, ...], origin: str) -> Float[ndarray, " k"]:
    """usmca_share of a neighbour: of its own code, else of the codes from which transfers made it, else of its tariff line."""
    column = ("CAN", "MEX").index(origin)
    means = _line_means(weights, column)
    held = weights.usmca
    sources = made_of(weights.destination, frozenset(held))
    made = np.array([held[p][column] if p in held else np.nan for p in products])
    for k in [k for k, p in enumerate(products) if p not in held]:
        found = [held[c][column] for c in sources.get(products[k], ())]
        made[k] = sum(found) / len(found) if found else means.get(products[k][:TARIFF_LINE], np.nan)
    made.setflags(write=False)
    return made


@lru_cache(maxsize=4)
def made_of(destination: str, held: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """New number → the numbers with a share of their own from which transfers made it, directly or over others."""
    found: dict[str, tuple[str, ...]] = {}
    for step in steps(destination, FULL_FROM):
        for new, olds in step.olds.items():
            known = tuple(c for o in olds for c in ((o,) if o in held else found.get(o, ())))
            if new not in held and known:
                found[new] = known
    return found


@lru_cache(maxsize=4)
def _line_means(weights: TradeWeights, column: int) -> dict[str, float]:
    """The simple mean of the USMCA shares of each tariff line."""
    lines: dict[str, list[float]] = {}
    for code, shares in weights.usmca.items():
        lines.setdefault(code[:TARIFF_LINE], []).append(shares[column])
    return {line: sum(shares) / len(shares) for line, shares in lines.items()}


@lru_cache(maxsize=16)
def _chapters(products: tuple[str, ...]) -> tuple[tuple[str, ...], Int[ndarray, " k"]]:
    """The distinct chapters of products, and which one each has."""
    names = tuple(dict.fromkeys(p[:2] for p in products))
    place = {name: n for n, name in enumerate(names)}
    return names, np.array([place[p[:2]] for p in products], dtype=np.int64)


def _dense(arrays: dict[str, ndarray], name: str) -> Float[ndarray, "k i"]:
    """One sparse column of the table as a dense [k, i]."""
    made = np.zeros((len(arrays["products"]), len(arrays["partners"])))
    made[arrays["product_index"], arrays["partner_index"]] = arrays[name]
    made.setflags(write=False)
    return made


@checked
@cache
def read_weights(destination: str) -> TradeWeights:
    """The import weights of one destination. Raises CodeError where none are packaged."""
    if destination in MIRRORS:
        return _read_mirror(destination, *MIRRORS[destination])
    if destination not in FILES:
        raise unknown_name("weights", "destination with import weights", destination, WEIGHTED)
    name = FILES[destination]
    with resources.files("parley.law").joinpath("weights", name).open("rb") as file, np.load(file) as packed:
        arrays = {key: packed[key] for key in packed.files}
    pairs = zip(arrays["preference_chapters"].tolist(), arrays["preference_partners"].tolist(), strict=True)
    return TradeWeights(
        destination=destination,
        source="customs value of US imports for consumption, 2024 (Census)",
        products=tuple(arrays["products"].tolist()),
        partners=tuple(arrays["partners"].tolist()),
        value=_dense(arrays, "value"),
        duty=_dense(arrays, "duty"),
        claimed=(arrays["usmca_products"], arrays["usmca_share"]),
        preference=dict(zip(pairs, arrays["preference_share"].tolist(), strict=True)),
    )


def _read_mirror(destination: str, partner: str, name: str) -> TradeWeights:
    """One partner's exports as a destination's imports: six digits, no duty, no preference."""
    with resources.files("parley.law").joinpath("weights", name).open("r", encoding="utf-8") as file:
        rows = [(row["hs6"], 1000.0 * float(row["usd_thousand"])) for row in csv.DictReader(file)]
    value = np.array([[v] for _, v in rows])
    duty = np.zeros_like(value)
    for array in (value, duty):
        array.setflags(write=False)
    source = f"{name_in_text(partner)}' exports to {country_name(destination)} in {name[4:8]} by six digits (Census), a mirror "
    source += "of its imports, shared equally among the lines of each"
    codes = tuple(code for code, _ in rows)
    return TradeWeights(destination, source, codes, (partner,), value, duty, NONE, {}, (6, 4, 2))
