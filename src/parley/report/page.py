"""The briefing as one self-contained page: charts, tables, words; no script, nothing loaded from anywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any, TypedDict

from parley.codes import country_name, dotted, name_in_text, place
from parley.report import glossary, sheets_law, terms, words
from parley.report.chart import FurtherChart
from parley.report.charts import charts
from parley.report.commands import commands
from parley.report.drawing import programme_order
from parley.report.grid_view import grid_view, replies
from parley.report.sheet import Sheet
from parley.report.sheets_law import law_sheets
from parley.report.sheets_record import record_sheets, who
from parley.report.sheets_talks import talks_sheets
from parley.report.sheets_trade import most_affected, trade_sheets
from parley.report.svg import style_sheet

if TYPE_CHECKING:
    import jinja2

_PERCENT = re.compile(r"(?<=\d) %")
_DAY = re.compile(r"(?<=\d) (?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)")


def sheets_of(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of an Answer by the name of its file, in the order of the page."""
    return law_sheets(answer) | trade_sheets(answer) | talks_sheets(answer) | record_sheets(answer)


def page(answer: Mapping[str, Any]) -> str:
    """The page as text. The same Answer gives the same bytes."""
    sheets = sheets_of(answer)
    context = {
        "a": answer,
        "sheets": sheets,
        "charts": {name: c.drawn(answer) for name, c in charts().items() if c.placed and c.shown(answer)},
        "further": further(answer),
        "grid": grid_view(answer["talks"]) if answer.get("talks") else None,
        "affected": most_affected(answer["trade"], answer) if answer.get("trade") else None,
        "replies": replies(answer["talks"]) if answer.get("talks") else [],
        "commands": commands(answer),
        "tiles": tiles(answer),
        "outcomes": outcome_counts(answer),
        "legend": {"products": legend(product_parts(answer)), "average": legend(average_parts(answer))},
    }
    return unbroken(environment().get_template("page.html.j2").render(context))


def unbroken(text: str) -> str:
    """The page with no line break between a number and its percent sign, nor between a day and its month."""
    return _DAY.sub("\u00a0", _PERCENT.sub("\u00a0%", text))


def further(answer: Mapping[str, Any]) -> dict[str, list[FurtherChart]]:
    """By section, the charts to which its template gives no place of their own."""
    found: dict[str, list[FurtherChart]] = {}
    for chart in charts().values():
        if not chart.placed and chart.shown(answer):
            row = FurtherChart(name=chart.name, title=chart.title, sheet=chart.sheet, drawn=chart.drawn(answer))
            found.setdefault(chart.section, []).append(row)
    return found


def tiles(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """The few figures that people quote, each with what it counts and where the page explains it."""
    law, trade = answer.get("law") or {}, answer.get("trade") or {}
    found = []
    for pair, steps in law.get("added", {}).items():
        level = [s for s in steps if s["on"] <= answer["on"]][-1]
        found.append(
            {
                "value": f"{words.rate(level['most_lines'])} %",
                "label": f"added on most lines since {words.day(law['added_since'])}: {words.flow(pair)}",
                "to": "law",
            }
        )
    point = law.get("average") or {}
    if point.get("rate") is not None:
        found.append(
            {
                "value": f"{words.rate(point['rate'])} %",
                "label": f"average on all goods of {country_name(point['origin'])}, every programme, by value",
                "to": "average",
            }
        )
    for b in trade.get("bilateral") or ():
        found.append(
            {
                "value": f"{words.number(b['pct'], 0, sign=True)} %",
                "label": f"imports of {name_in_text(b['buyer'])} from {name_in_text(b['seller'])}, long run",
                "to": "trade",
            }
        )
    return found


def outcome_counts(answer: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How promises, threats and deadlines turned out, counted in the order of how often."""
    rows = ((answer.get("record") or {}).get("words_and_deeds") or {}).get("deeds") or ()
    return Counter(terms.outcome(row["outcome"]) for row in rows).most_common()


def product_parts(answer: Mapping[str, Any]) -> list[str]:
    """The programmes that any of the named products pays."""
    return [
        x["programme"]
        for item in (answer.get("law") or {}).get("lines") or ()
        for x in item["lines"]
        if x["contribution"]
    ]


def average_parts(answer: Mapping[str, Any]) -> list[str]:
    """The programmes of the average."""
    return list(((answer.get("law") or {}).get("average") or {}).get("by_programme") or {})


class LegendRow(TypedDict):
    """One programme of a legend: its name and the number of its colour."""

    name: str
    paint: int


def legend(names: list[str]) -> list[LegendRow]:
    """Each programme once, in order, with the number of its colour."""
    return [{"name": words.programme(n), "paint": place(n)} for n in programme_order(names)]


def environment() -> jinja2.Environment:
    """The templates with the report's words as filters. Everything is escaped."""
    import jinja2

    folder = resources.files("parley.report").joinpath("templates")
    found = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".j2")}
    made = jinja2.Environment(
        loader=jinja2.DictLoader({**found, "style.css": style_sheet()}),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
    )
    shown = {
        "day": words.day, "rate": words.rate, "number": words.number, "flow": words.flow, "programme": words.programme,
        "country": country_name, "the": name_in_text, "dotted": dotted, "who": who, "tiny": tiny,
        "capital": terms.capital, "words": terms.words, "prose": terms.prose, "decision": terms.decision, "sector": terms.sector,
    }  # fmt: skip
    made.filters |= {name: _missing_as_none(show, jinja2.Undefined) for name, show in shown.items()}
    made.globals |= {
        "glossary": glossary.words_of_a_briefing(),
        "all_words": glossary.words(),
        "spared": sheets_law.spared,
        "why": sheets_law.why,
    }
    return made


def _missing_as_none(show: Any, undefined: type) -> Any:
    """A filter that sees a part which the Answer lacks as None, and so shows a dash."""

    def shown(value: Any, *more: Any, **named: Any) -> str:
        return show(None if isinstance(value, undefined) else value, *more, **named)

    return shown


def tiny(value: float | None) -> str:
    """A residual: 6.6e-11 → 7e−11; a dash where it is missing."""
    return words.DASH if value is None else f"{value:.0e}".replace("-", "−")
