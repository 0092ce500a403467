"""One day's law as goods are: metal goods at the metal that is in them, bases by quantity at what customs charged on them in 2024."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.conventions import METALS
from parley.law.edition import Edition, edition_of
from parley.law.estimates import equivalent
from parley.law.paid.blend import blended, put, with_base
from parley.law.regime import Regime

WHOLLY = ("72", "73", "74", "76")  # chapters of the metals themselves, which pay on their whole value
LITTLE = 1e-9  # a share of metal that is next to nothing and still some


@dataclass(frozen=True)
class Day:
    """Whose law is asked: of a regime, a levier and its sellers, on a day as known on another. split: by legal authority."""

    regime: Regime
    destination: str
    origins: tuple[str, ...]
    on: date
    known: date | None = None
    split: bool = True

    def compiled(self, claims: Mapping[str, object] | None = None, products: list[str] | None = None) -> CompiledRates:
        """The table under some claims, metal goods wholly of their metal."""
        made = compile_rates(self.regime, self.destination, self.origins, self.on, self.known, products, claims, split=self.split)
        return with_base(made, stand_ins(self.destination, made.products, self.origins, self.on))

    def by_content(self, claims: Mapping[str, object] | None = None) -> CompiledRates:
        """The same with metal goods outside the metals' own chapters at the shares of their industry.

        Duties are linear in each share, so a table at next to no metal and one for each metal give every share.
        """
        whole = self.compiled(claims)
        rows, shares = metal_rows(whole.products)
        if not rows:
            return whole
        codes = [whole.products[k] for k in rows]
        none = self.compiled({**(claims or {}), **{f"{m}_share": 0.0 for m in METALS}}, codes)
        turns = np.abs(none.added - whole.added[rows]).max(axis=1) > LITTLE
        if not turns.any():
            return whole
        rows, codes = [k for k, t in zip(rows, turns, strict=True) if t], [c for c, t in zip(codes, turns, strict=True) if t]
        return put(whole, rows, self._at(claims or {}, codes, shares[turns]))

    def _at(self, claims: Mapping[str, object], codes: list[str], shares: Float[ndarray, "k m"]) -> CompiledRates:
        """The lines at their shares of each metal [k, m]."""
        trace = {f"{m}_share": LITTLE for m in METALS}
        low = self.compiled({**claims, **trace}, codes)
        made = low
        for m, name in enumerate(METALS):
            high = self.compiled({**claims, **trace, f"{name}_share": 1 - 2 * LITTLE}, codes)
            made = blended(made, low, high, np.repeat(shares[:, m : m + 1], len(self.origins), axis=1))
        return made

    def of(self, *origins: str) -> Day:
        """The same day's law on some of the origins."""
        return replace(self, origins=origins)


@lru_cache(maxsize=8)
def metal_rows(products: tuple[str, ...]) -> tuple[list[int], Float[ndarray, "k m"]]:
    """The places of the goods that are metal in part, and their shares of each metal."""
    from parley.law.conventions import metal_content

    held = metal_content()
    rows = [k for k, p in enumerate(products) if p[:8] in held and not p.startswith(WHOLLY)]
    return rows, np.array([held[products[k][:8]] for k in rows]).reshape(len(rows), len(METALS))


def stand_ins(
    destination: str, products: tuple[str, ...], origins: tuple[str, ...], on: date
) -> Float[ndarray, "k i"]:
    """What an ordinary duty by quantity comes to: the share of value that customs charged in 2024; NaN where nothing tells."""
    edition = edition_of(destination, on)
    place, held = _equivalents(edition, origins)
    return held if products == edition.codes else held[[place[p] for p in products]]


@lru_cache(maxsize=64)
def _equivalents(edition: Edition, origins: tuple[str, ...]) -> tuple[dict[str, int], Float[ndarray, "k i"]]:
    """The same of a whole edition, and the places of its codes."""
    made = np.full((len(edition.codes), len(origins)), np.nan)
    for k, line in enumerate(edition.lines):
        for i, origin in enumerate(origins):
            found = equivalent(edition.destination, line.code, line.general, origin)
            if found is None:
                break
            made[k, i] = found.rate
    return {c: k for k, c in enumerate(edition.codes)}, frozen(made)
