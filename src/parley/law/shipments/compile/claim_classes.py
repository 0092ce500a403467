"""How far law can tell claims apart: between which bounds of the law's conditions each claim of a line lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.law.entry_claims import AGREEMENTS, CLAIMS, Value, bound_of, claim_of, in_order
from parley.law.interning import reads_of
from parley.law.measure import Measure
from parley.law.shipments.arrow import pa
from parley.law.value_shares import METALS, STATED, WHOLE

PREFERENCES = tuple(dict.fromkeys(p.claim for p in AGREEMENTS))
*METAL_CLAIMS, CONTENT = STATED
ALL_METAL = "all_metal"  # follows from claims: whether a line's metals are its whole value
SHARE_CLAIMS = (*STATED, ALL_METAL)  # on which shares of value turn


class Split(NamedTuple):
    """A claim and the bounds at which law on it changes, in order. A day's are its ordinals."""

    name: str
    bounds: tuple[float, ...] = ()

    def places(self, claims: Mapping[str, Float[ndarray, " n"]]) -> Int[ndarray, " n"]:
        """0 where it is not claimed, or is the default flag; else on which bound a claim is, or between which."""
        value, claim = claims[self.name], CLAIMS.get(self.name)
        if claim is None or claim.kind == "flag":
            return (value == (0.0 if claim and claim.default else 1.0)).astype(np.int64)
        made = (~np.isnan(value)).astype(np.int64)
        for bound in self.bounds:
            made += value >= bound
            made += value > bound
        return made


def splits(rows: Sequence[Measure]) -> tuple[Split, ...]:
    """The splits of the claims that law asks about."""
    bounds: dict[str, set[float]] = {}
    for name, wanted in (pair for m in rows for pair in (*m.when.items(), *m.unless.items())):
        bound = bound_of(name, wanted)[1]
        bounds.setdefault(claim_of(name), set()).update(() if isinstance(bound, bool) else {in_order(bound)})
    if any(m.share in METALS for m in rows):
        for name in METAL_CLAIMS:
            bounds.setdefault(name, set()).add(0.0)
        bounds[ALL_METAL] = set()
    content = {m.share_least for m in rows if m.share == "non_us_content"}
    if content:
        bounds.setdefault(CONTENT, set()).update(content | {0.0, 1.0})
    return tuple(Split(name, tuple(sorted(held))) for name, held in sorted(bounds.items()))


def names_asked(row: Measure) -> frozenset[str]:
    """The claims on which a row's conditions and its share of the value turn, and ALL_METAL."""
    conditions, shares = reads_of((row,))
    return conditions | shares | ({ALL_METAL} if row.share in METALS else set())


def with_metal(claims: Mapping[str, Float[ndarray, " n"]]) -> Mapping[str, Float[ndarray, " n"]]:
    """The claims of lines, and of metals whether they are the whole value."""
    metals = [np.nan_to_num(claims[n]) for n in METAL_CLAIMS if n in claims]
    return {**claims, ALL_METAL: (sum(metals[1:], start=metals[0]) > WHOLE).astype(float)} if metals else claims


def claims_as_stated(names: Sequence[str], claims: Mapping[str, Float[ndarray, " n"]], line: int) -> dict[str, Value]:
    """Some of the claims of one line, as the law reads them."""
    return {name: _value(CLAIMS[name].kind, float(claims[name][line])) for name in names if name != ALL_METAL}


def _value(kind: str, number: float) -> Value:
    return number == 1.0 if kind == "flag" else date.fromordinal(int(number)) if kind == "day" else number


def factorised(keys: Int[ndarray, " n"]) -> tuple[list[int], Int[ndarray, " n"], Int[ndarray, " k"]]:
    """Distinct numbers, the place of each number among them, and where each stands first."""
    coded: Any = pa.array(keys).dictionary_encode()
    places = coded.indices.to_numpy()
    first = np.zeros(len(coded.dictionary), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places) - 1, -1, -1)
    return coded.dictionary.to_pylist(), places, first
