"""Conventions of the Budget Lab's daily series that count single lines otherwise: its lists and shares, laid over compiled rates.

The tables are in tracked/, derived from files that it publishes (builders/us_tracked.py). None of them is law; docs/averages.md
quotes the rules.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.frozen import frozen
from parley.law.check_lists import footnote_codes
from parley.law.measure import Measure, read_list
from parley.law.metal_content import END, WHOLLY_METAL

if TYPE_CHECKING:
    from parley.law.compiled import CompiledRates

METAL, SECTION_301, EXCLUSIONS, EXEMPT = (
    "metal-by-tracker",
    "section-301-by-list",
    "exclusions-by-share",
    "exempt-by-list",
)
BASE = "base-as-parsed"
LAID_OVER = frozenset((METAL, SECTION_301, EXCLUSIONS))
FIRST = date(2025, 3, 12)  # section_232_country_exemptions: expiry_date
DOUBLED = date(2025, 6, 4)  # revision_dates.csv, rev_14
RATES = {  # section_301_rates
    "9903.88.01": 0.25, "9903.88.02": 0.25, "9903.88.03": 0.25, "9903.88.04": 0.25, "9903.88.09": 0.1, "9903.88.15": 0.075,
    "9903.91.01": 0.25, "9903.91.02": 0.5, "9903.91.03": 1.0, "9903.91.04": 0.25, "9903.91.05": 0.5, "9903.91.06": 0.25,
    "9903.91.07": 0.5, "9903.91.08": 1.0, "9903.91.11": 0.25, "9903.92.10": 0.25, "9903.91.12": 1.0, "9903.91.14": 1.0,
}  # fmt: skip
FROM = {  # the days that the headings print
    "9903.91.06": date(2026, 1, 1), "9903.91.07": date(2026, 1, 1), "9903.91.08": date(2026, 1, 1),
    "9903.91.12": date(2026, 11, 10), "9903.91.14": date(2026, 11, 10),
}  # fmt: skip
UNTIL = {"9903.91.04": date(2026, 1, 1)}
TAKEN = {"9903.88.69": 0.35, "9903.88.70": 0.2}  # s301_exclusion_headings.csv: coverage_share
ANNEX_II = "us-ieepa-reciprocal-annex-ii"


class Step(NamedTuple):
    """From a day on: the part of the metal duty that is levied on a code, and the part of its value that other duties fall on."""

    start: date
    levied: float
    left: float


def _rows(name: str) -> list[dict[str, str]]:
    packed = resources.files("parley.law").joinpath("tracked", name).read_bytes()
    text = gzip.decompress(packed) if name.endswith(".gz") else packed
    return list(csv.DictReader(text.decode("utf-8").splitlines()))


@cache
def named(rule: str) -> tuple[str, ...]:
    """What a rule of the series is about: legal authorities, layers or entry claims by name."""
    return tuple(r["name"] for r in _rows("names.csv") if r["rule"] == rule)


@cache
def metal_steps() -> dict[str, tuple[Step, ...]]:
    """Ten-digit code → its steps, in order."""
    made: dict[str, list[Step]] = {}
    for r in _rows("metal.csv"):
        step = Step(date.fromisoformat(r["start"]), float(r["levied"]), float(r["left"]))
        made.setdefault(r["product"], []).append(step)
    return {code: tuple(steps) for code, steps in made.items()}


@cache
def _carried() -> dict[str, tuple[tuple[date, float], ...]]:
    made: dict[str, list[tuple[date, float]]] = {}
    for r in _rows("base.csv"):
        start = date.fromisoformat(r["start"]) if r["start"] else date.min
        made.setdefault(r["product"], []).append((start, float(r["duty"])))
    return {code: tuple(sorted(found)) for code, found in made.items()}


def carried_base(codes: Sequence[str], on: date) -> Float[ndarray, " k"]:
    """The ad valorem duty that the tracker carries to each code below another duty on a day; 0 where none."""
    return _carried_columns(tuple(codes), on)


@lru_cache(16)
def _carried_columns(codes: tuple[str, ...], on: date) -> Float[ndarray, " k"]:
    held = _carried()
    return frozen(np.array([next((v for d, v in reversed(held.get(c, ())) if d <= on), 0.0) for c in codes]))


@cache
def _headings() -> dict[str, tuple[str, ...]]:
    made: dict[str, list[str]] = {}
    for r in _rows("section-301.csv.gz"):
        made.setdefault(r["line"], []).append(r["heading"])
    return {line: tuple(found) for line, found in made.items()}


def section_301_rate(code: str, on: date) -> float:
    """The highest rate of the headings of a code's eight digits that stand on a day; 0 where none does."""
    found = (h for h in _headings().get(code[:8], ()) if FROM.get(h, on) <= on < UNTIL.get(h, date.max))
    return max((RATES.get(h, 0.0) for h in found), default=0.0)


def days_of(conventions: Collection[str]) -> set[date]:
    """The days on which what the conventions lay over rates changes, beside those of the law and of editions."""
    days: set[date] = set()
    if METAL in conventions:
        days |= {FIRST, DOUBLED, END, *(s.start for steps in metal_steps().values() for s in steps)}
    if SECTION_301 in conventions:
        days |= {*FROM.values(), *UNTIL.values()}
    if BASE in conventions:
        days |= {d for steps in _carried().values() for d, _ in steps if d > date.min}
    return days


def without_metal_goods(rows: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The rows without the metal duties outside the metals' own chapters, to April 2026, and without those on copper."""
    return tuple(x for m in rows if (x := _inside(m)) is not None)


def _inside(m: Measure) -> Measure | None:
    if m.layer not in named("metal-layers") or m.start >= END or m.combine != "add":
        return m
    if m.layer == "s232_copper" or m.share == "copper":
        return None
    codes = [x.product for x in read_list(m.folder, m.product_list)] if m.product_list else list(m.products)
    inside = tuple(c for c in codes if c.startswith(WHOLLY_METAL))
    if len(inside) == len(codes):
        return m
    return msgspec.structs.replace(m, product_list="", products=inside) if inside else None


def with_exempt(rows: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The rows with what the tracker's list frees of the reciprocal duty beside Annex II."""
    annex = next((m for m in rows if m.id == ANNEX_II), None)
    if annex is None:
        return rows
    codes: dict[str, list[str]] = {}
    for r in _rows("exempt.csv"):
        codes.setdefault(r["end"], []).append(r["product"])
    more = [
        msgspec.structs.replace(
            annex, product_list="", products=tuple(held), end=date.fromisoformat(end) if end else annex.end
        )
        for end, held in codes.items()
    ]
    return (*rows, *more)


def laid_over(rates: CompiledRates, conventions: Collection[str]) -> CompiledRates:
    """Compiled rates with the lines that some conventions count otherwise."""
    split = {n: np.array(v) for n, v in rates.by_programme.items()}
    if METAL in conventions and FIRST <= rates.on < END:
        _metal(rates, split)
    if "CHN" in rates.origins and not {SECTION_301, EXCLUSIONS}.isdisjoint(conventions):
        _section_301(rates, split, conventions)
    added = sum(split.values(), np.zeros_like(rates.base))
    return replace(rates, added=added, by_programme=split)


def _metal(rates: CompiledRates, split: dict[str, Float[ndarray, "k i"]]) -> None:
    """The metal duty on the codes of the table, and what is left for the other duties."""
    levied, left = _metal_columns(rates.products, rates.on)
    (metal,) = named("section-232")
    split[metal] = split.get(metal, np.zeros_like(rates.base)) + levied[:, None]
    for name in named("content-split"):
        if name in split:
            whole = [name in named("additive-on-china") and o == "CHN" for o in rates.origins]
            split[name] = np.where(whole, split[name], split[name] * left[:, None])


@lru_cache(16)
def _metal_columns(products: tuple[str, ...], on: date) -> tuple[Float[ndarray, " k"], Float[ndarray, " k"]]:
    """The metal duty of each code on a day, and the share of its value that is left for the other duties."""
    rate = 0.5 if on >= DOUBLED else 0.25
    levied, left = np.zeros(len(products)), np.ones(len(products))
    for k, code in enumerate(products):
        step = next((s for s in reversed(metal_steps().get(code, ())) if s.start <= on), None)
        if step:
            levied[k], left[k] = step.levied * rate, step.left
    return frozen(levied), frozen(left)


def _section_301(rates: CompiledRates, split: dict[str, Float[ndarray, "k i"]], conventions: Collection[str]) -> None:
    """Section 301 on China's goods by the tracker's list, and what of it exclusions take off."""
    i = rates.origins.index("CHN")
    column = split.setdefault("s301", np.zeros_like(rates.base))
    if SECTION_301 in conventions:
        began = max((d for d in (*FROM.values(), *UNTIL.values()) if d <= rates.on), default=date.min)
        column[:, i] = _section_301_column(rates.products, began)
    if EXCLUSIONS in conventions:
        column[:, i] *= _exclusions_column(rates.products)


@lru_cache(16)
def _section_301_column(products: tuple[str, ...], on: date) -> Float[ndarray, " k"]:
    """The rate of the tracker's list on each code on a day."""
    return frozen(np.array([section_301_rate(code, on) for code in products]))


@lru_cache(16)
def _exclusions_column(products: tuple[str, ...]) -> Float[ndarray, " k"]:
    """What exclusions leave of each code's rate."""
    left = np.ones(len(products))
    for heading, share in TAKEN.items():
        lines = tuple(footnote_codes().get(heading, ()))
        left *= [1 - share if code.startswith(lines) else 1.0 for code in products]
    return frozen(left)
