"""Arithmetic on compiled rates: goods that differ in what they claim, mixed by their shares of value.

A good makes at most one of the claims whose shares are mixed, so a mix is the plain table and, for each claim, its share times
what the claim takes off: rates + share · (claimed − plain), for the base and every legal authority alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen
from parley.law.base_columns import Places as Equivalents
from parley.law.compiled import CompiledRates

Places = tuple[Sequence[int], Sequence[int]]  # of lines, of origins


def blended(
    rates: CompiledRates, plain: CompiledRates, claimed: CompiledRates, share: Float[ndarray, "k i"]
) -> CompiledRates:
    """rates + share · (claimed − plain). share: of value, by product and origin; of the same lines and origins."""
    names = dict.fromkeys((*rates.by_programme, *plain.by_programme, *claimed.by_programme))
    parts = {
        n: frozen(
            share * (claimed.by_programme.get(n, 0.0) - plain.by_programme.get(n, 0.0)) + rates.by_programme.get(n, 0.0)
        )
        for n in names
    }
    return _with(rates, _moved(rates.base, plain.base, claimed.base, share), parts)


def _moved(
    base: Float[ndarray, "k i"],
    plain: Float[ndarray, "k i"],
    claimed: Float[ndarray, "k i"],
    share: Float[ndarray, "k i"],
) -> Float[ndarray, "k i"]:
    """The base, moved where a share claims; where all claim, an unknown base is that of the claim."""
    at = np.nonzero((share > 0) & ((claimed != plain) | np.isnan(base)))  # few: most claims leave the base alone
    moved = base[at] + share[at] * (claimed[at] - plain[at])
    made = base.copy()
    made[at] = np.where((share[at] >= 1) & np.isnan(moved), claimed[at], moved)
    return made


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


def put_part(rates: CompiledRates, at: Places, part: CompiledRates) -> CompiledRates:
    """The table with some of its lines and origins as another table of just these has them."""
    chosen = np.ix_(*at)
    base = rates.base.copy()
    base[chosen] = part.base
    parts = {}
    for name in dict.fromkeys((*rates.by_programme, *part.by_programme)):
        held = rates.by_programme.get(name)
        column = np.zeros_like(rates.added) if held is None else held.copy()
        column[chosen] = part.by_programme.get(name, 0.0)
        parts[name] = frozen(column)
    return _with(rates, base, parts)


def part_of(rates: CompiledRates, at: Places) -> CompiledRates:
    """Some lines and origins of a table."""
    chosen = np.ix_(*at)
    return replace(
        rates, products=tuple(rates.products[k] for k in at[0]), origins=tuple(rates.origins[i] for i in at[1]),
        base=rates.base[chosen], added=rates.added[chosen], by_programme={n: v[chosen] for n, v in rates.by_programme.items()},
        prohibited=None, estimated=None,
    )  # fmt: skip
