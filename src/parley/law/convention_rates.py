"""Rates and points as conventions count them otherwise than the law, one origin and day at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from parley.law.average_types import Asked, AveragePoint
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.conventions import NO_LINE, ad_valorem_part, special_share
from parley.law.edition import edition_of
from parley.law.entry_claims import CLAIMS
from parley.law.products import read_duty
from parley.law.regime import knowledge
from parley.law.stacking import contributions, stack
from parley.law.tracked_lines import LAID_OVER, laid_over

CELLS_ARE_PARTS = "cells-as-car-parts"
CELLS = "850760"  # lithium-ion accumulators


def _compiled(asked: Asked, on: date, claims: Mapping[str, object], products: list[str] | None = None) -> CompiledRates:
    made = {**(asked.claims or {}), **claims}
    return compile_rates(asked.regime, asked.destination, [asked.origin], on, asked.known, products=products, claims=made,
                         preferences=asked.preferences, content="counted")  # fmt: skip


def by_convention(asked: Asked, on: date) -> CompiledRates:
    """The compiled rates, with what the conventions count otherwise."""
    rates = _compiled(asked, on, {})
    if "exclusion-take-up" in asked.conventions:
        share = asked.conventions["exclusion-take-up"]
        rates = _mixed(rates, _compiled(asked, on, {"exclusion_claimed": True}), share)
    if CELLS_ARE_PARTS in asked.conventions:
        rates = _with_cells(asked, on, rates)
    if not LAID_OVER.isdisjoint(asked.conventions):
        rates = laid_over(rates, asked.conventions)
    if "specific-zero" in asked.conventions:
        edition = edition_of(asked.destination, on)
        parts = np.array([read_duty(t.general).ad_valorem for t in edition.texts])[edition.text_of]
        rates = ad_valorem_part(rates, parts)
    return rates


def _mixed(plain: CompiledRates, other: CompiledRates, share: float) -> CompiledRates:
    """(1 − share) · one table + share · the other."""
    zero = np.zeros_like(plain.added)
    names = dict.fromkeys((*plain.by_programme, *other.by_programme))
    split = {n: (1 - share) * plain.by_programme.get(n, zero) + share * other.by_programme.get(n, zero) for n in names}
    return replace(plain, added=(1 - share) * plain.added + share * other.added, by_programme=split)


def _with_cells(asked: Asked, on: date, rates: CompiledRates) -> CompiledRates:
    """The table with the lines of lithium-ion cells as where they are for a passenger vehicle."""
    chosen = [k for k, code in enumerate(rates.products) if code.startswith(CELLS)]
    if not chosen:
        return rates
    claims = {name: True for name, c in CLAIMS.items() if c.mixed == CELLS_ARE_PARTS}
    made = _compiled(asked, on, claims, [rates.products[k] for k in chosen])
    added, split = rates.added.copy(), {n: v.copy() for n, v in rates.by_programme.items()}
    added[chosen] = made.added
    for name in dict.fromkeys((*split, *made.by_programme)):
        column = split.setdefault(name, np.zeros_like(added))
        column[chosen] = made.by_programme.get(name, np.zeros_like(made.added))
    return replace(rates, added=added, by_programme=split)


def with_special(asked: Asked, on: date, point: AveragePoint, ordinary: float) -> AveragePoint:
    """The point with chapters 98 and 99 in its weights, where a convention has them there."""
    kept = {"chapters-98-99-free", "chapters-98-99-levied"} & asked.conventions.keys()
    if not kept or asked.scale.kind != "imports" or asked.products or point.rate is None or point.base_rate is None:
        return point
    shares = {c: special_share(asked.origin, c, ordinary) for c in ("98", "99")}
    split = {n: v * (1 - sum(shares.values())) for n, v in point.by_programme.items()}
    if "chapters-98-99-levied" in kept:
        for name, rate in _on_no_list(asked, on).items():
            split[name] = split.get(name, 0.0) + rate * shares["99"]
    base = point.base_rate * (1 - sum(shares.values()))
    return replace(point, rate=sum(split.values()), base_rate=base, by_programme=split)


def _on_no_list(asked: Asked, on: date) -> dict[str, float]:
    """What is levied on a good that no list names and that is free of ordinary duty, by programme."""
    rows = asked.regime.covering(NO_LINE, asked.origin, asked.destination, on, asked.known)
    found = stack(rows, asked.origin, on, knowledge(asked.known), {})
    made: dict[str, float] = {}
    for applied, (_, value) in zip(found.applied, contributions(found.applied, 0.0), strict=True):
        name = applied.measure.programme
        made[name] = made.get(name, 0.0) + (value or 0.0)
    return made
