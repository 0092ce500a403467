"""Arithmetic on compiled rates: goods that differ in what they claim, mixed by their shares of value.

A good makes at most one of the claims whose shares are mixed, so a mix is the plain table and, for each claim, its share times
what the claim takes off: rates + share · (claimed − plain), for the base and every legal authority alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen
from parley.law.base_columns import Places as Equivalents
from parley.law.compiled import CompiledRates

Places = tuple[Sequence[int], Sequence[int]]  # of lines, of origins


class Draft:
    """A table in the making: claims are mixed in where they are made, and `table` is what stands by then."""

    def __init__(self, rates: CompiledRates) -> None:
        self.rates, self.base, self.parts = rates, rates.base, dict(rates.by_programme)

    def mix(
        self, plain: CompiledRates, claimed: CompiledRates, share: Float[ndarray, "k i"], at: Places | None = None
    ) -> None:
        """own + share · (claimed − plain) on some lines and origins, or on all; the three are of just these, in their order."""
        chosen = (...,) if at is None else _at(at, self.base.shape)
        self.base = _writable(self.base)
        _move(self.base, chosen, (plain.base, claimed.base), share)
        for name in dict.fromkeys((*self.parts, *plain.by_programme, *claimed.by_programme)):
            held = self.parts.get(name)
            own = self.parts[name] = np.zeros(self.base.shape) if held is None else _writable(held)
            off = share * np.subtract(claimed.by_programme.get(name, 0.0), plain.by_programme.get(name, 0.0))
            if at is None:
                np.add(off, own, out=own)
            else:
                own[chosen] = off + own[chosen]

    def table(self) -> CompiledRates:
        """The table as it stands: what is mixed in later is no part of it."""
        if self.base is self.rates.base:
            return self.rates
        self.base, self.parts = frozen(self.base), {name: frozen(part) for name, part in self.parts.items()}
        self.rates = _with(self.rates, self.base, self.parts)
        return self.rates


def _at(at: Places, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Some lines and origins as an index; all lines as a slice."""
    return np.ix_(*at) if len(at[0]) < shape[0] else (slice(None), list(at[1]))


def _writable(array: Float[ndarray, "k i"]) -> Float[ndarray, "k i"]:
    """An array of our own: itself, where nobody has sealed it."""
    return array if array.flags.writeable else array.copy()


def _move(
    base: Float[ndarray, "k i"],
    chosen: tuple[Any, ...],
    tables: tuple[Float[ndarray, "r j"], Float[ndarray, "r j"]],
    share: Float[ndarray, "r j"],
) -> None:
    """Moves the base where a share claims; where all claim, an unknown base is that of the claim."""
    own, (plain, claimed) = base[chosen], tables
    at = np.nonzero((claimed != plain) | np.isnan(own))  # few: most claims leave the base alone
    claims = share[at] > 0
    at = at[0][claims], at[1][claims]
    moved = own[at] + share[at] * (claimed[at] - plain[at])
    own[at] = np.where((share[at] >= 1) & np.isnan(moved), claimed[at], moved)
    if own.base is not base:
        base[chosen] = own


def _with(rates: CompiledRates, base: Float[ndarray, "k i"], parts: dict[str, Float[ndarray, "k i"]]) -> CompiledRates:
    first, *rest = parts.values() or [np.zeros_like(rates.added)]
    return replace(rates, base=frozen(base), added=frozen(sum(rest, first)), by_programme=parts)


def with_base(rates: CompiledRates, stand_in: Equivalents) -> CompiledRates:
    """The table with unknown bases at what customs charged in 2024, where it charged anything.

    A total that is unknown for such a base adds nothing: the engine has taken all that the stand-in stays below.
    """
    n, seller = np.nonzero(np.isnan(rates.base[stand_in.line]) & ~np.isnan(stand_in.rate))
    at = stand_in.line[n], seller
    if not len(n):
        return rates

    def put(held: Float[ndarray, "k i"], values: Float[ndarray, " c"]) -> Float[ndarray, "k i"]:
        made = held.copy()
        made[at] = values
        return frozen(made)

    parts = {n: put(v, np.nan_to_num(v[at])) for n, v in rates.by_programme.items()}
    return _with(rates, put(rates.base, stand_in.rate[n, seller]), parts)


def part_of(rates: CompiledRates, at: Places) -> CompiledRates:
    """Some lines and origins of a table."""
    chosen = _at(at, rates.base.shape)
    return replace(
        rates, products=tuple(rates.products[k] for k in at[0]), origins=tuple(rates.origins[i] for i in at[1]),
        base=frozen(rates.base[chosen]), added=frozen(rates.added[chosen]),
        by_programme={n: frozen(v[chosen]) for n, v in rates.by_programme.items()},
        prohibited=None, estimated=None,
    )  # fmt: skip
