"""Import weights: what a destination bought in a baseline year by product and partner, and what claimed a preference.

The tables are `weights/*.npz`, described in `weights/manifest.json`. Weights are for averages only: no rate depends on
them. Where a partner has none of its own, the mix of its union or of all partners stands in, and `basis` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy import ndarray

from parley.codes import country_name, name_in_text, union_of
from parley.errors import unknown_name
from parley.frozen import read_only
from parley.law.transfers import steps
from parley.shapes import Bool, Float, Int

FILES = {"USA": "usa-2024.npz"}  # imports of every partner, with the duty charged
MIRRORS = {
    "CHN": ("USA", "chn-2017.csv")
}  # one partner's exports by six digits, where imports by line are not to be had
WEIGHTED = (*FILES, *MIRRORS)
TARIFF_LINE = 8  # digits of the legal tariff line; the last two are statistical
FULL_FROM = date(2025, 1, 1)  # the year's imports are wholly in numbers that stood before this day
OWN, UNION, ALL = "own", "union", "all partners"


@dataclass(frozen=True, eq=False)  # compared by identity, so that what is derived of it can be remembered
@read_only
class TradeWeights:
    """One destination's imports of one year, in US dollars, and the shares of preference use.

    products, partners: ten-digit codes of the year; ISO3, the European Union as EUU.
    value, duty: [k, i] customs value, and the duty charged on it.
    usmca: code → (share of Canada's value, share of Mexico's) that claimed USMCA.
    preference: (chapter, partner) → share of value spared the ordinary duty, an estimate.
    """

    destination: str
    source: str
    products: tuple[str, ...]
    partners: tuple[str, ...]
    value: Float[ndarray, "k i"]
    duty: Float[ndarray, "k i"]
    usmca: dict[str, tuple[float, float]]
    preference: dict[tuple[str, str], float]
    shared_within: tuple[int, ...] = (
        TARIFF_LINE,
    )  # digits within which a code that the tariff does not have is shared

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
        held = _on_edition(self, codes)
        place = {code: k for k, code in enumerate(codes)}
        chosen = held[[place[p] for p in products]]
        columns = {partner: i for i, partner in enumerate(self.partners)}
        everyone = chosen.sum(axis=1)
        return np.stack(
            [chosen[:, columns[union_of(o)]] if union_of(o) in columns else everyone for o in origins], axis=1
        )

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
    """The year's values under an edition's codes, those of lost codes shared within their eight digits."""
    products, value = carried_values(weights, frozenset(codes))
    target = longest_prefixes(products, codes)
    found = np.zeros((len(codes), len(weights.partners)))
    np.add.at(found, target[target >= 0], value[target >= 0])
    lines: dict[str, list[int]] = {}
    for k, code in enumerate(codes):
        for digits in weights.shared_within:
            lines.setdefault(code[:digits], []).append(k)
    own, shared = frozenset(products), found.copy()
    for k in np.flatnonzero(target < 0):
        siblings = _siblings(weights, products[k], codes, lines, own)
        if siblings:
            own_values = found[siblings]
            alike = not own_values.any()  # nothing to go by: in equal parts
            shared[siblings] += value[k] / len(siblings) if alike else proportions(own_values) * value[k]
    shared.setflags(write=False)
    return shared


def _siblings(
    weights: TradeWeights, code: str, codes: Sequence[str], lines: dict[str, list[int]], own: frozenset[str]
) -> list[int]:
    """The lines among which a code that the tariff does not have is shared: those nearest to it.

    Of lines that share fewer digits than the code has, those that no code of the year stands for go first.
    """
    for digits in weights.shared_within:
        near = lines.get(code[:digits], [])
        if near and digits < len(code):
            return [k for k in near if codes[k][: len(code)] not in own] or near
        if near:
            return near
    return []


def carried_values(weights: TradeWeights, codes: frozenset[str]) -> tuple[tuple[str, ...], Float[ndarray, "k i"]]:
    """The year's codes and values after the transfers that an edition's codes show to have been made.

    A transfer has been made where more of the numbers stand that it made than of those that it ended. What a number held
    goes to those that it became: in equal parts, or, for a transfer within the year, in proportion to what they held
    themselves. A number that still stands keeps its value, unless the transfer gave it to other goods.
    """
    place = {code: k for k, code in enumerate(weights.products)}
    made = [
        step
        for step in steps(weights.destination)
        if len((step.olds.keys() - step.news.keys()) & codes) > len((step.news.keys() - step.olds.keys()) & codes)
    ]
    names = dict.fromkeys((*weights.products, *(n for step in made for n in step.olds)))
    held = {code: weights.value[place[code]] for code in names if code in place}
    zero = np.zeros(len(weights.partners))
    for step in made:
        moving = {old: held.pop(old) for old in step.news if old in held and (old in step.olds or old not in codes)}
        own = {new: held.get(new, zero) for new in step.olds}
        for old, value in moving.items():
            news = step.news[old]
            if len(news) == 1:  # most numbers become one other
                held[news[0]] = held.get(news[0], zero) + value
                continue
            inside = np.stack([own[new] for new in news]) if step.on < FULL_FROM else np.zeros((len(news), len(zero)))
            for new, part in zip(news, proportions(inside) * value, strict=True):
                held[new] = held.get(new, zero) + part
    products = tuple(sorted(held))
    return products, np.stack([held[code] for code in products])


@lru_cache(maxsize=16)
def _usmca_share(weights: TradeWeights, products: tuple[str, ...], origin: str) -> Float[ndarray, " k"]:
    """usmca_share of a neighbour: of its own code, else of the codes from which transfers made it, else of its tariff line."""
    column = ("CAN", "MEX").index(origin)
    means = _line_means(weights, column)
    held = weights.usmca
    sources = _sources(weights, frozenset(held))
    shares = (
        [held[c][column] for c in ((p,) if p in held else sources.get(p, ()))] or [means.get(p[:TARIFF_LINE], np.nan)]
        for p in products
    )
    made = np.array([sum(found) / len(found) for found in shares])
    made.setflags(write=False)
    return made


@lru_cache(maxsize=4)
def _sources(weights: TradeWeights, held: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """New number → the numbers with a share of their own from which transfers made it, directly or over others."""
    found: dict[str, tuple[str, ...]] = {}
    for step in steps(weights.destination, FULL_FROM):
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


def longest_prefixes(codes: Sequence[str], prefixes: Sequence[str]) -> Int[ndarray, " k"]:
    """For each code the place of its longest prefix among `prefixes`; -1 where it has none."""
    place = {prefix: k for k, prefix in enumerate(prefixes)}
    lengths = sorted({len(prefix) for prefix in prefixes}, reverse=True)
    return np.array([next((place[c[:n]] for n in lengths if c[:n] in place), -1) for c in codes], dtype=np.int64)


def proportions(value: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """Shares over k that sum to one in every column: the column's own, else those of the row sums, else equal ones."""
    rows = value.sum(axis=1, keepdims=True)
    fallback = rows / rows.sum() if rows.sum() > 0 else np.full_like(rows, 1 / len(rows))
    totals = value.sum(axis=0)
    return np.where(totals > 0, value / np.where(totals > 0, totals, 1), fallback)


def _dense(arrays: dict[str, ndarray], name: str) -> Float[ndarray, "k i"]:
    """One sparse column of the table as a dense [k, i]."""
    made = np.zeros((len(arrays["products"]), len(arrays["partners"])))
    made[arrays["product_index"], arrays["partner_index"]] = arrays[name]
    made.setflags(write=False)
    return made


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
    usmca = zip(arrays["usmca_products"].tolist(), arrays["usmca_share"].tolist(), strict=True)
    pairs = zip(arrays["preference_chapters"].tolist(), arrays["preference_partners"].tolist(), strict=True)
    return TradeWeights(
        destination=destination,
        source="customs value of US imports for consumption, 2024 (Census)",
        products=tuple(arrays["products"].tolist()),
        partners=tuple(arrays["partners"].tolist()),
        value=_dense(arrays, "value"),
        duty=_dense(arrays, "duty"),
        usmca={code: (can, mex) for code, (can, mex) in usmca},
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
    return TradeWeights(destination, source, codes, (partner,), value, duty, {}, {}, (6, 4, 2))
