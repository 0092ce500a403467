"""The briefing as one self-contained page: charts, tables, words, and the commands that reproduce each section.

No script, nothing loaded from anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, TypedDict

from parley.codes import counted, country_name, days_left, dotted, name_in_text, place
from parley.report import sheets_law, words
from parley.report.chart import Figure, programme_order, style_sheet
from parley.report.charts import charts
from parley.report.published import link, published
from parley.report.sheet import Sheet
from parley.report.sheets_figures import figure_sheets, household_sentences
from parley.report.sheets_law import law_sheets
from parley.report.sheets_record import record_sheets, who
from parley.report.sheets_situation import situation_sheets
from parley.report.sheets_talks import grid_view, replies, talks_sheets
from parley.report.sheets_trade import most_affected, trade_sheets
from parley.report.situation_text import step_in_words
from parley.scenario.headline import LABELS

if TYPE_CHECKING:
    import jinja2

RECORD = ("status", "contradictions", "deeds")


def sheets_of(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of an Answer by the name of its file, in the order of the page."""
    return (
        situation_sheets(answer)
        | figure_sheets(answer)
        | law_sheets(answer)
        | trade_sheets(answer)
        | talks_sheets(answer)
        | record_sheets(answer)
    )


def page(
    answer: Mapping[str, Any],
    pictures: Mapping[str, Sequence[str]] | None = None,
    drawn: Mapping[str, Figure] | None = None,
) -> str:
    """The page as text. The same Answer gives the same bytes.

    pictures: addresses of the files of charts by chart, as `--charts` writes them. drawn: the figures, where they are at hand.
    """
    made = figures(answer) if drawn is None else drawn
    context = {
        "a": answer,
        "sheets": sheets_of(answer),
        "charts": {chart.name: made[chart.name] for chart in charts().values() if chart.placed and chart.name in made},
        "further": further(made),
        "pictures": pictures or {},
        "grid": grid_view(answer["talks"]) if answer.get("talks") else None,
        "affected": most_affected(answer["trade"], answer) if answer.get("trade") else None,
        "replies": replies(answer["talks"]) if answer.get("talks") else [],
        "households": household_sentences(answer),
        "commands": commands(answer),
        "labels": LABELS,
        "tiles": tiles(answer),
        "outcomes": outcome_counts(answer),
    }
    return words.unbroken(environment().get_template("page.html.j2").render(context))


def figures(answer: Mapping[str, Any]) -> dict[str, Figure]:
    """Every chart that the Answer has something for, drawn, with its caption, by the name of the chart."""
    return {name: chart.figure(answer) for name, chart in charts().items() if chart.shown(answer)}


def further(made: Mapping[str, Figure]) -> dict[str, list[Figure]]:
    """By section, the charts to which its template gives no place of their own."""
    found: dict[str, list[Figure]] = {}
    for chart in charts().values():
        if not chart.placed and chart.name in made:
            found.setdefault(chart.section, []).append(made[chart.name])
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
                "label": f"average on all goods of {country_name(point['origin'])}, under every legal authority, by value",
                "to": "average",
            }
        )
    for b in trade.get("bilateral") or ():
        found.append(
            {
                "value": f"{words.number(b['pct'], 0, sign=True)} %",
                "label": f"imports of {name_in_text(b['buyer'])} from {name_in_text(b['seller'])}"
                + (f", {words.words(trade['horizon'])}" if trade.get("horizon") else ""),
                "to": "trade",
            }
        )
    return [*found, *(_price_tile(row) for row in answer.get("households") or () if row["cost"])]


def _price_tile(row: Mapping[str, Any]) -> dict[str, str]:
    """What the basket of a household costs more."""
    sign = "$" if row["household"]["money"] == "US dollars" else ""
    value = f"{sign}{words.number(row['cost']['median'], 0)}"
    prices = words.number(row["prices_pct"]["median"], 2, sign=True)
    label = f"dearer basket of a household in {name_in_text(row['party'])}, a year: prices {prices} % against wages"
    return {"value": value, "label": label, "to": "households"}


def outcome_counts(answer: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How promises, threats and deadlines turned out, counted in the order of how often."""
    rows = ((answer.get("record") or {}).get("words_and_deeds") or {}).get("deeds") or ()
    return Counter(words.outcome(row["outcome"]) for row in rows).most_common()


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

    from parley.report.template_code import TemplateCode

    folder = resources.files("parley.report").joinpath("templates")
    found = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".j2")}
    made = jinja2.Environment(
        loader=jinja2.DictLoader(
            {**found, "style.css": style_sheet(), "brief.css": folder.joinpath("brief.css").read_text("utf-8")}
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
        bytecode_cache=TemplateCode("escaped, blocks trimmed left and right, of the report"),
    )
    shown = {
        "day": words.day, "rate": words.rate, "number": words.number, "flow": words.flow, "programme": words.programme,
        "country": country_name, "the": name_in_text, "dotted": dotted, "who": who, "tiny": tiny, "counted": counted,
        "days_left": days_left,
        "capital": words.capital, "words": words.words, "prose": words.prose, "decision": words.decision, "sector": words.sector,
    }  # fmt: skip
    made.filters |= {name: _missing_as_none(show, jinja2.Undefined) for name, show in shown.items()}
    made.globals |= {
        "glossary": words.glossary_of_a_briefing(),
        "all_words": words.glossary(),
        "spared": sheets_law.spared,
        "why": sheets_law.why,
        "published": lambda figure: link(published(figure)),
        "step": step_in_words,
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


def commands(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Command lines by section, with the days, sides and products of this answer."""
    on, known = answer["on"], answer.get("known")
    as_known = f" --known {known}" if known else ""
    buyer, seller = answer["scenario"]["parties"][0], answer["scenario"]["parties"][-1]
    goods = [
        f"parley law rate {item['product']} --origin {seller} --destination {buyer} --on {on}{as_known}"
        for item in answer["law"].get("lines") or ()
    ]
    file = answer["scenario"].get("file") or _asked_by_day(answer)
    since = answer["law"].get("added_since") or answer["scenario"]["before"]
    return {
        "law": [
            f"parley law timeline --origin {seller} --destination {buyer} --since {since} --until {on}{as_known}",
            *goods[:2],
            f"parley law average --origin {seller} --destination {buyer} --on {on}{as_known}",
        ],
        "scheduled": [
            f"parley law timeline --origin {seller} --destination {buyer} --since {on} --until 2026-01-01{as_known}"
        ]
        if answer["law"].get("scheduled")
        else [],
        "exclusions": goods[:1] or ["parley law measures list"],
        "trade": [f"parley trade solve {file} --all"],
        "talks": [f"parley talks grid {file}", f"parley talks signal {file}"],
        "deadline": [f"parley talks deadline {file}"],
        "record": [f"parley record {name} --on {on}{as_known}" for name in RECORD],
        "method": [_whole(answer)],
    }


def _whole(answer: Mapping[str, Any]) -> str:
    """The one command that makes the whole briefing again, with the changes that were asked for."""
    drops = "".join(
        f" --drop {c['drop']}@{c['from']}"
        for c in answer["scenario"].get("changes", [])
        if c.get("drop") and c.get("from")
    )
    return f"parley brief {answer['scenario'].get('file') or _asked_by_day(answer)}{drops} --out DIR"


def _asked_by_day(answer: Mapping[str, Any]) -> str:
    """The options that ask for a scenario found in law and record."""
    known = f" --known {answer['known']}" if answer.get("known") else ""
    parties = answer["scenario"]["parties"]
    return f"--on {answer['on']}{known}" + ("" if parties == ["USA", "CHN"] else f" --parties {','.join(parties)}")
