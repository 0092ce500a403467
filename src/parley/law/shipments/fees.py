"""Fees beside the duty: merchandise processing (19 CFR 24.23) and harbour maintenance (19 CFR 24.24).

Rates and yearly bounds are dated rows of law/fees/us-fees.csv, each with its source. No notice was read whole
(read = false), which every report says.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from parley.law.entry_claims import AGREEMENTS
from parley.law.measure import LATEST
from parley.law.shipments.sql import Query


class Fee(NamedTuple):
    """A fee on days [start, end): its rate, and the least and greatest amount of an entry in dollars, where it has them."""

    fee: str
    start: date
    end: date
    rate: float
    least: float | None
    greatest: float | None
    read: bool
    source: str


@cache
def fees(name: str) -> tuple[Fee, ...]:
    """The dated rows of a fee, mpf or hmf, in order of days."""
    text = resources.files("parley.law").joinpath("fees", "us-fees.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(sorted(_fee(r) for r in rows if r["fee"] == name))


def _fee(r: dict[str, str]) -> Fee:
    start = date.fromisoformat(r["start"]) if r["start"] else date.min
    end = date.fromisoformat(r["end"]) if r["end"] else LATEST
    least, greatest = (float(r[n]) if r[n] else None for n in ("least", "greatest"))
    return Fee(r["fee"], start, end, float(r["rate"]), least, greatest, r["read"] == "true", r["source"])


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


VESSEL = ("10", "11", "12", "VESSEL", "SEA", "OCEAN", "SHIP")  # modes of transport 10 to 12 of customs reports


def mpf_sql(q: Query, places: dict[str, int]) -> str:
    """A line's merchandise processing fee before the entry's bounds, in dollars; null for a rejected line."""
    free = {n: [o for p in AGREEMENTS if p.claim == n and p.free_of_fee for o in p.origins] for n in q.columns.claims}
    held = [n for n, origins in free.items() if origins]
    spared = " OR ".join(f"(c_{n} = TRUE AND x_origin IN ({', '.join(str(places[o]) for o in free[n])}))" for n in held)
    fee = f"floor(k_value * {100 * rate_of('mpf')!r} + 0.5 + 1e-6) / 100.0"
    return f"CASE WHEN z_reject <> 0 THEN NULL WHEN COALESCE({spared or 'FALSE'}, FALSE) THEN 0.0 ELSE {fee} END"


def hmf_sql(q: Query, mode: str | None) -> str:
    """A line's harbour maintenance fee; null where neither the file nor the option says how the goods came."""
    fee = f"floor(k_value * {100 * rate_of('hmf')!r} + 0.5 + 1e-6) / 100.0"
    if mode:
        return f"CASE WHEN z_reject = 0 THEN {fee if mode.upper() in VESSEL else '0.0'} END"
    if not q.has("mode"):
        return "CAST(NULL AS DOUBLE)"
    text = f"upper(trim(CAST({q.raw('mode')} AS STRING)))"
    names = ", ".join(f"'{v}'" for v in VESSEL)
    return f"CASE WHEN z_reject <> 0 OR COALESCE({text}, '') = '' THEN NULL WHEN {text} IN ({names}) THEN {fee} ELSE 0.0 END"


def bounded_sql(fee: str, day: str) -> str:
    """An entry's merchandise processing fee within the bounds of its fiscal year; null outside the years held."""
    cases = " ".join(
        f"WHEN {day} >= DATE '{b.start}' AND {day} < DATE '{b.end}' THEN LEAST({b.greatest}, GREATEST({b.least}, {fee}))"
        for b in fees("mpf")
    )
    return f"CASE WHEN value IS NULL THEN NULL WHEN {fee} = 0 THEN 0.0 {cases} END"
