"""Fees beside the duty: merchandise processing (19 CFR 24.23) and harbour maintenance (19 CFR 24.24).

Rates and yearly bounds are dated rows of law/fees/us-fees.csv, each with its source. No notice was read whole
(read = false), which every report says.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from msgspec import convert
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import countries
from parley.law.entry_claims import AGREEMENTS
from parley.law.law_package import law_path
from parley.law.measure import LATEST
from parley.law.shipments.arrow import pa
from parley.law.shipments.modes import by_sea
from parley.law.shipments.read import repeated
from parley.law.shipments.typed import Lines, by_text


@dataclass(frozen=True)
class Fee:
    """A fee on days [start, end): its rate, and the least and greatest amount of an entry in dollars, where it has them."""

    rate: float
    read: bool
    source: str
    start: date = date.min
    end: date = LATEST
    least: float | None = None
    greatest: float | None = None


@cache
def fees(name: str) -> tuple[Fee, ...]:
    """The dated rows of a fee, mpf or hmf, in order of days."""
    text = law_path("fees", "us-fees.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    stated = [{n: v for n, v in r.items() if v} for r in rows if r["fee"] == name]
    return tuple(sorted(convert(stated, list[Fee], strict=False), key=lambda r: r.start))


def rate_of(name: str) -> float:
    """The rate of a fee, which no row has changed yet."""
    (rate,) = {row.rate for row in fees(name)}
    return rate


def sources() -> tuple[str, ...]:
    """What the fees rest on, for reports."""
    last = fees("mpf")[-1]
    return (
        f"19 CFR 24.23(b)(1), bounds by fiscal year to {last.end} from yearly notices, the last {last.source} (cited, not read)",
        f"{fees('hmf')[0].source} (cited, text not read)",
    )


def fees_of(
    lines: Lines, place: Int[ndarray, " n"], mode: str | None
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """The fees of each line in dollars: for processing, before its entry's bounds, and for harbour maintenance. place: of its origin.

    NaN where neither the mode of all nor the file's column says how goods came.
    """
    mpf, hmf = (np.floor(lines.value * rate_of(name) * 100 + 0.5 + 1e-6) / 100.0 for name in ("mpf", "hmf"))
    where, count = {iso: j for j, iso in enumerate(countries())}, len(place)
    for name, claimed in lines.claims.items():
        free = [where[o] for p in AGREEMENTS if p.claim == name and p.free_of_fee for o in p.origins]
        mpf[(claimed == 1) & np.isin(place, free)] = 0.0
    came = repeated(mode, count) if mode else lines.columns.get("mode", pa.nulls(count, pa.string()))
    sea = by_text(came, by_sea, np.nan, float)
    return mpf, np.where(sea == 1, hmf, sea)


def bounded(fee: Float[ndarray, " e"], day: Int[ndarray, " e"]) -> Float[ndarray, " e"]:
    """An entry's merchandise processing fee within the bounds of its fiscal year, days since 1970; NaN outside the years held."""
    made = np.where(fee == 0, 0.0, np.nan)
    ordinal = day + date(1970, 1, 1).toordinal()
    for b in fees("mpf"):
        if b.least is not None and b.greatest is not None:
            inside = (fee > 0) & (ordinal >= b.start.toordinal()) & (ordinal < b.end.toordinal())
            made[inside] = np.clip(fee[inside], b.least, b.greatest)
    return made
