"""Codes of nomenclatures that share six digits with a schedule: the eight of Brazil's NCM or of the EU are no lines of the United States.

A layout names its nomenclature, or the heading of the codes does ("NCM", "CN8").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from parley.law.hs_editions import SIX
from parley.law.products import SCHEDULES
from parley.law.shipments.layouts.entry_lines import OF_BESIDE
from parley.law.shipments.layouts.plan import Plan
from parley.law.shipments.layouts.spelling import heading, plain, rows_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READ = (
    "{}: {} of {}: {} digits are shared with the schedule, and those behind them are left out; if they are codes of the schedule, "
    "head the column HTS"
)


@cache
def _by_heading() -> dict[str, str]:
    return {plain(h): row["name"] for row in rows_of("nomenclatures.csv") for h in row["headings"].split(";")}


def nomenclature_of(plan: Plan) -> str:
    """The nomenclature of a table's codes, where it is none of a schedule in the package; empty where nothing says so."""
    if plan.layout.nomenclature or "product" not in plan.matched.columns:
        return plan.layout.nomenclature
    read = heading(plan.matched.heading_of("product"))
    return _by_heading().get(read.whole) or _by_heading().get(read.bare) or ""


def cut_to_shared(con: DuckDBPyConnection, plans: Sequence[Plan], names: Sequence[str], buyer: str) -> Iterator[str]:
    """Cuts codes of other nomenclatures to the digits that all share, on rows into a country of a schedule; what was cut, in words.

    buyer: the country of import where no column says it.
    """
    into = f"coalesce(destination, '{buyer}')" if "destination" in names else f"'{buyer}'"
    known = ", ".join(f"'{d}'" for d in SCHEDULES)
    for plan in plans:
        if name := nomenclature_of(plan):
            changed = con.execute(f"UPDATE rows SET product = substr(product, 1, {SIX}) WHERE source_file = ? AND {into} IN ({known}) "
                                  f"AND regexp_full_match(product, '[0-9]{{{SIX + 1},}}') AND NOT ({OF_BESIDE})", [plan.name])  # fmt: skip
            if count := int(changed.fetchall()[0][0]):
                yield _READ.format(plan.name, f"{count:,} {'code' if count == 1 else 'codes'}", name, SIX)


__all__ = ["cut_to_shared", "nomenclature_of"]
