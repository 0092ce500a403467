"""Conventions that published averages use and that are not ours: each a named choice, so that a figure can be rebuilt.

None of them touches a rate of `law rate`: they say how an average counts what it cannot know, or counts otherwise.
docs/averages.md reconciles published figures with ours, one convention after the other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace as replaced
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.errors import InputError, unknown_name
from parley.law.check_lists import footnote_codes, headings_of
from parley.law.compiled import CompiledRates
from parley.law.listed_twice import by_eight_digits
from parley.law.measure import Measure
from parley.law.metal_content import Counted
from parley.law.regime import Regime
from parley.law.series_rows import ROWS as SERIES_ROWS
from parley.law.tracked_lines import with_exempt, without_metal_goods

ROWS = {**SERIES_ROWS, "metal-by-tracker": without_metal_goods, "exempt-by-list": with_exempt}
NO_LINE = "9999999999"  # stands for entries of chapter 99, which are of no line: on no list, in every duty on all goods

CONVENTIONS: dict[str, str] = {
    "specific-zero": "specific and compound duties count by their ad valorem part alone, and so mostly as zero",
    "metal-residual": "what is not metal in a metal good pays the other duties on every day, not from 4 June 2025 on",
    "metal-content": "all metal goods are metal by their industry's shares (BEA) on every day, chapters 72 to 76 too",
    "metal-chapters": "chapters 72, 73, 74 and 76 are wholly metal, other metal goods by shares (half where none is known), on every day",
    "metal-full": "metal goods are wholly metal on every day, as customs has it where the content is not known",
    "preferences-year": "Canada and Mexico claim USMCA by the shares of the year 2025 on every day, not by those of the month",
    "metal-listed-twice": "metal lists have eight digits, and a good on two of them pays the aluminium duty on its whole value",
    "lists-by-footnote": "Section 301 covers whole eight-digit lines, as the footnotes of the schedule have it",
    "chapters-98-99-free": "chapters 98 and 99 are in the weights and pay nothing",
    "chapters-98-99-levied": "chapters 98 and 99 are in the weights: 98 pays nothing, 99 what is levied on all goods",
    "floors-unknown": "a base levied by quantity is unknown under a total that it does not reach too, and left out",
    "base-as-parsed": "the base is column 1 for all origins; below a duty that is not ad valorem, the last ad valorem one printed before",
    "reciprocal-for-all": "countries of column 2 (Russia, Belarus, Cuba, North Korea) pay the reciprocal duty too",
    "metal-by-tracker": "metal goods by the tracker's lists and ten-digit shares; on two lists, the aluminium duty is whole",
    "section-301-by-list": "Section 301 by the tracker's lists of eight digits, the highest rate of those that stand",
    "exclusions-by-share": "exclusions from Section 301 take off 35 percent of it on lines of 9903.88.69, 20 on those of 9903.88.70",
    "exempt-by-list": "the reciprocal duty spares what the tracker's list names, before Annex II does",
    "codes-of-2024": "the weights keep the codes of 2024; one that the edition of the day no longer has pays nothing",
    "base-spared": "every origin's base is cut, by chapter, by the share of value that was spared it in 2024, before totals",
    "car-parts-by-line": "every good on a line of the list of car parts is one, but for computers",
    "car-rebate": "cars and parts that pay 25 percent pay 1.2375 points less: 3.75 percent of 33 percent of them",
    "semiconductors-by-line": "all goods of 8471.80.40.00, and no others, pay the semiconductor duty of January 2026",
    "furniture-by-line": "every good on a line of the lists of furniture and cabinets is of the kind that they mean",
    "solar-for-all": "the solar safeguard is paid at 14.5 percent on all modules and cells, of all countries but Canada, without end",
    "retroactive-when-printed": "what an agreement set for earlier days counts from the day of the edition that prints it",
    "exemptions-by-line": "goods on whole lines of the lists of agreements are freed, claimed or not, and no other aircraft",
    "cells-as-car-parts": "every lithium-ion cell of 8507.60 is a part of a passenger vehicle",
    "budget-lab": "as the Budget Lab's daily series of June 2026 counts: all that docs/averages.md names for it, in one word",
    "exclusion-take-up": "this share of the value on an exclusion's list claims it (exclusion-take-up=0.5; alone: all)",
}
CONTENT: dict[str, Counted] = {"metal-content": "shares", "metal-full": "full", "metal-chapters": "every day"}
OPPOSED = (  # of each of these, one alone
    ("chapters-98-99-free", "chapters-98-99-levied", "codes-of-2024"),
    ("metal-content", "metal-full", "metal-chapters", "metal-by-tracker"),
    ("metal-listed-twice", "metal-by-tracker"),
    ("section-301-by-list", "lists-by-footnote"),
    ("exclusions-by-share", "exclusion-take-up"),
    ("car-parts-by-line", "cells-as-car-parts"),
    ("specific-zero", "base-as-parsed"),
    ("floors-unknown", "base-as-parsed"),
)


BUDGET_LAB = ("base-as-parsed", "metal-by-tracker", "section-301-by-list", "exclusions-by-share", "exempt-by-list", "codes-of-2024",
              "base-spared", "car-parts-by-line", "car-rebate", "semiconductors-by-line", "furniture-by-line", "solar-for-all",
              "reciprocal-for-all", "retroactive-when-printed", "exemptions-by-line")  # fmt: skip


class Special(NamedTuple):
    """What a partner sold under the special chapters: value in dollars by chapter."""

    partner: str
    chapter: str
    value: float


def read_conventions(texts: Iterable[str]) -> dict[str, float]:
    """Conventions by name with their share (1 where none is written). Raises InputError on an unknown name or share."""
    made: dict[str, float] = {}
    for text in (t.strip() for texts_ in texts for t in texts_.split(",")):
        name, sign, share = text.partition("=")
        if name not in CONVENTIONS:
            raise unknown_name("--convention", "convention", name, CONVENTIONS)
        made[name] = _share(name, share) if sign else 1.0
    if made.pop("budget-lab", None):
        made = dict.fromkeys(BUDGET_LAB, 1.0) | made
    for group in OPPOSED:
        asked = [name for name in group if name in made]
        if len(asked) > 1:
            raise InputError("--convention", f"both {asked[0]} and {asked[1]}", "one of them")
    return made


def _share(name: str, text: str) -> float:
    if name != "exclusion-take-up":
        raise InputError("--convention", f"{name}={text}", f"{name} alone: only exclusion-take-up has a share")
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise InputError("--convention exclusion-take-up", f"{text!r}", "a share of value, 0 to 1")
    return share


def as_agreed(regime: Regime, conventions: Mapping[str, float]) -> Regime:
    """The regime that the conventions read instead of the law."""
    rows = regime.measures
    if "metal-residual" in conventions:
        rows = tuple(_by_content(m) for m in rows)
    if "metal-listed-twice" in conventions:
        rows = by_eight_digits(rows)
    if "lists-by-footnote" in conventions:
        rows = tuple(_by_footnote(m) for m in rows)
    for name, reading in ROWS.items():
        rows = reading(rows) if name in conventions else rows
    estimates = regime.estimates and "floors-unknown" not in conventions
    content = next((CONTENT[n] for n in conventions if n in CONTENT), regime.content)
    use = "year" if "preferences-year" in conventions else regime.use
    aircraft = regime.aircraft and "exemptions-by-line" not in conventions
    spared = "everyone" if "base-spared" in conventions else regime.spared
    carried = regime.carried or "base-as-parsed" in conventions
    made = replaced(regime, measures=rows, estimates=estimates, content=content, use=use, aircraft=aircraft,
                    spared=spared, carried=carried)  # fmt: skip
    return regime if rows is regime.measures and made == regime else made


def _by_content(m: Measure) -> Measure:
    """The row giving way to metal duties by their share of value, never wholly."""
    edges = tuple(msgspec.structs.replace(e, wholly=False) if e.to == "s232" else e for e in m.yields_to)
    return m if edges == m.yields_to else msgspec.structs.replace(m, yields_to=edges)


def _by_footnote(m: Measure) -> Measure:
    """A row of a Section 301 list on the lines whose footnotes name its heading."""
    headings = headings_of(m) if m.product_list else set()
    codes = {code[:8] for h in headings for code in footnote_codes().get(h, ())}
    return msgspec.structs.replace(m, product_list="", products=tuple(sorted(codes))) if codes else m


@cache
def special_values() -> tuple[Special, ...]:
    """Imports of 2024 under chapters 98 and 99 by partner: weights/usa-2024-special.csv."""
    return tuple(
        Special(r["partner"], r["chapter"], float(r["value"])) for r in csv.DictReader(_text("usa-2024-special.csv"))
    )


def _text(name: str) -> list[str]:
    text = resources.files("parley.law").joinpath("weights", name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def special_share(origin: str, chapter: str, ordinary: float) -> float:
    """The share of an origin's imports under a special chapter, where `ordinary` is the value of all other chapters."""
    mine = {origin, union_of(origin)}
    values = {c: sum(s.value for s in special_values() if s.partner in mine and s.chapter == c) for c in ("98", "99")}
    return values[chapter] / (ordinary + sum(values.values()))


def ad_valorem_part(rates: CompiledRates, parts: Float[ndarray, " k"]) -> CompiledRates:
    """Rates whose unknown bases are the ad valorem parts of their duties [k]."""
    base = np.where(np.isnan(rates.base), parts[:, None], rates.base)
    return replaced(rates, base=base)
