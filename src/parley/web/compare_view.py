"""Two scenarios beside each other: each by its permalink, as the scenario page gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import msgspec

from parley import __version__
from parley.question import Says
from parley.report.words import in_force, number
from parley.scenario.questions import WhatIf
from parley.web import charts, scenario_sheets, scenarios
from parley.web.beside_view import one_program
from parley.web.reading import read_query
from parley.web.scenario_view import METHOD, changes_in_words, ranked, source_of
from parley.web.view import Chart, View

if TYPE_CHECKING:
    from parley.web.api import Service

Link = Annotated[str, Says("the address of a scenario page, or its question", most=400)]


@dataclass(frozen=True, kw_only=True)
class Compare:
    """Two scenarios: the parts after the question mark of their permalinks."""

    first: Link = ""
    second: Link = "drop=ieepa_fentanyl"


def side(text: str) -> WhatIf:
    """The scenario behind a permalink, whole or from its question mark on. Raises InputError."""
    return read_query(WhatIf, text.strip().rpartition("?")[2] if "?" in text else text.strip())


async def compare_view(asked: Compare, service: Service) -> View:
    """The page of two scenarios."""
    pair = [side(asked.first), side(asked.second)]
    made = [await service.in_thread(lambda w=w: scenarios.scenario_of(w)) for w in pair]
    first, second = await asyncio.gather(*(service.solved("trade", s) for s in made))
    sheet = scenario_sheets.compared(first, second)
    heads = [head(w, t) for w, t in zip(pair, (first, second), strict=True)]
    rows = difference(first, second)
    ends = [number(r["value"], 2, sign=True) for r in (rows[0], rows[-1])]
    says = f"Welfare under B less that under A, from {ends[0]} to {ends[1]} points."
    chart = Chart(
        says, lambda width: charts.ranking(rows, width, "points of welfare, B − A"), title="Who gains and who loses from B against A",
        source=source_of(first),
    )  # fmt: skip
    sides = [f"{name}: {h['words']}" for name, h in zip("AB", heads, strict=True)]
    return View(
        "compare.html.j2", "Two scenarios side by side", "/compare", asked, {"heads": heads, "changes": sides}, {"compared": sheet},
        {"difference": chart}, command=tuple(h["command"] for h in heads), python=one_program(h["python"] for h in heads),
        cite=f"parley {__version__}: " + " against ".join(h["words"] for h in heads) + ".", method=METHOD,
        json_text=msgspec.json.encode({"first": first, "second": second}),
    )  # fmt: skip


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[charts.Ranked]:
    """Welfare under the second less that under the first, for the countries at either end of that difference."""
    gaps = {"countries": {}, "bilateral": first["bilateral"]}
    for code, found in first["countries"].items():
        if code in second["countries"]:
            gap = second["countries"][code]["welfare_pct"] - found["welfare_pct"]
            gaps["countries"][code] = {"name": found["name"], "welfare_pct": gap}
    return ranked(gaps)


class Head(TypedDict):
    """One side of the comparison: in words, by its own page, as a command and in Python, with its certificate."""

    words: str
    link: str
    query: str
    tiles: list[dict[str, str]]
    command: str
    python: str
    residual: float


def head(asked: WhatIf, trade: Mapping[str, Any]) -> Head:
    """One side of the comparison in words, with its own page, command and Python."""
    from parley.web.reading import query_of
    from parley.web.scenario_view import commands_of, python_of, tiles

    changes = "; ".join(changes_in_words(asked)) or "no change"
    words = f"{in_force(str(asked.on), scenarios.known_of(asked))}: {changes}"
    query = query_of(asked)
    link = f"/scenario?{query}" if query else "/scenario"
    return {"words": words, "link": link, "query": query, "tiles": tiles(trade, None),
            "command": commands_of(asked)[0], "python": python_of(asked), "residual": trade["residual"]}  # fmt: skip
