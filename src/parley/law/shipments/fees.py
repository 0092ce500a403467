"""Fees beside the duty: merchandise processing (19 CFR 24.23) and harbour maintenance (19 CFR 24.24).

From memory of the regulation and of the yearly notices of its inflation adjustment; their texts were not read by us
(read = false), which every report says.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from parley.law.shipments.sql import Query

MPF_RATE = 0.003464  # 19 CFR 24.23(b)(1)(i)(A): 0.3464 percent of customs value of a formal entry
HMF_RATE = 0.00125  # 19 CFR 24.24(a): 0.125 percent of the value of cargo that arrives by vessel
SOURCES = (
    "19 CFR 24.23(b)(1), minima and maxima by fiscal year (cited, text not read)",
    "19 CFR 24.24(a) (cited, text not read)",
)


class Bounds(NamedTuple):
    """The least and greatest merchandise processing fee of a formal entry in a fiscal year [start, end), in dollars."""

    start: date
    end: date
    least: float
    greatest: float


BOUNDS = (
    Bounds(date(2020, 10, 1), date(2021, 10, 1), 27.23, 528.33),
    Bounds(date(2021, 10, 1), date(2022, 10, 1), 27.75, 538.40),
    Bounds(date(2022, 10, 1), date(2023, 10, 1), 29.66, 575.35),
    Bounds(date(2023, 10, 1), date(2024, 10, 1), 31.67, 614.35),
    Bounds(date(2024, 10, 1), date(2025, 10, 1), 32.71, 634.62),
    Bounds(date(2025, 10, 1), date(2026, 10, 1), 33.58, 651.50),
)
# 19 CFR 24.23(c): goods that qualify under these agreements pay no such fee. Not so Jordan, Morocco, Japan.
EXEMPT = {"usmca": ("CAN", "MEX"), "korus": ("KOR",),
          "preference": ("AUS", "BHR", "CHL", "COL", "CRI", "DOM", "SLV", "GTM", "HND", "NIC",
                         "ISR", "OMN", "PAN", "PER", "SGP")}  # fmt: skip
VESSEL = ("10", "11", "12", "VESSEL", "SEA", "OCEAN", "SHIP")  # modes of transport 10 to 12 of customs reports


def mpf_sql(q: Query, places: dict[str, int]) -> str:
    """A line's merchandise processing fee before the entry's bounds, in dollars; null for a rejected line."""
    held = [n for n in EXEMPT if n in q.columns.claims]
    spared = " OR ".join(
        f"(c_{n} = TRUE AND x_origin IN ({', '.join(str(places[o]) for o in EXEMPT[n])}))" for n in held
    )
    fee = f"floor(k_value * {100 * MPF_RATE!r} + 0.5 + 1e-6) / 100.0"
    return f"CASE WHEN z_reject <> 0 THEN NULL WHEN COALESCE({spared or 'FALSE'}, FALSE) THEN 0.0 ELSE {fee} END"


def hmf_sql(q: Query, mode: str | None) -> str:
    """A line's harbour maintenance fee; null where neither the file nor the option says how the goods came."""
    fee = f"floor(k_value * {100 * HMF_RATE!r} + 0.5 + 1e-6) / 100.0"
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
        for b in BOUNDS
    )
    return f"CASE WHEN value IS NULL THEN NULL WHEN {fee} = 0 THEN 0.0 {cases} END"
