"""What people ask first of `parley trade solve`, on the screen: prices, dollars a household, ten years of duties, exports by sector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parley.cli.output import print_table

if TYPE_CHECKING:
    from parley.scenario.answers import RatesAnswer, SolveAnswer
    from parley.scenario.answers_first import FirstAsked

HEADS = ["", "goods prices %", "all prices %", "a household, a year", "duties in ten years, $ bn", "static"]
JOBS = "jobs (hours) %"


def show_first_asked(answer: SolveAnswer | RatesAnswer, sectors: bool) -> None:
    """The figures of the parties with their bases; exports by sector where sectors were named."""
    found = answer.get("first_asked")
    if not found:
        return
    basis = [row["household"]["basis"] for row in found[:1]]
    basis += [f"{row['party']}: {revenue['basis']}" for row in found if (revenue := row["revenue"])]
    jobs = any(row["employment_pct"] for row in found)
    rows = [[*_row(row), *([_ends(row["employment_pct"], "{:+.2f}")] if jobs else [])] for row in found]
    heads = [*HEADS, *([JOBS] if jobs else [])]
    print_table(heads, rows, title="what people ask first", note=". ".join(basis) + ".")
    if sectors:
        rows = [
            [r["seller"], r["name"], f"{r['exports_usd_bn']:.1f}", _one(r["exports_pct"]), _one(r["to_parties_pct"])]
            for r in answer.get("exports_by_sector", ())
        ]
        print_table(["exports of", "sector", "$ bn before", "change %", "to the other parties %"], rows)


def _row(row: FirstAsked) -> list[str]:
    cost, revenue = row["household"]["cost"], row["revenue"]
    return [
        row["party"],
        _ends(row["goods_prices_pct"], "{:+.2f}"),
        _ends(row["consumer_prices_pct"], "{:+.2f}"),
        _ends(cost, "{:+,.0f}"),
        _ends(revenue["more_usd_bn"] if revenue else None, "{:+,.0f}"),
        f"{revenue['static_usd_bn']:+,.0f}" if revenue else "–",
    ]


def _ends(span: Mapping[str, object] | None, form: str) -> str:
    """The median with its range; a dash where there is none."""
    if span is None:
        return "–"
    low, median, high = (form.format(span[end]) for end in ("low", "median", "high"))
    return median if low == high else f"{median} ({low} … {high})"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f}"
