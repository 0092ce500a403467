"""The briefing as Markdown with GitHub's tables: the answer, every table, method, limits and sources. Computes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from parley.report.chart import Figure, Section
from parley.report.charts import charts
from parley.report.page import sheets_of, tiles
from parley.report.sheet import Sheet
from parley.report.sheets_figures import household_sentences
from parley.report.words import capital, day, prose
from parley.scenario.headline import LABELS

MOST = 60  # rows of a table; the CSV and the workbook hold the others
LONGEST = 300  # characters of a cell
SECTIONS = (
    ("Situation", "situation-"), ("Law", "law-"), ("Goods", "goods"), ("Households", "households"), ("Trade", "trade-"),
    ("Talks", "talks-"), ("Deadline", "deadline"), ("Record", "record-"), ("Sources", "sources"),
)  # fmt: skip
ORDER = get_args(Section)  # of the page
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(
    answer: Mapping[str, Any],
    pictures: Mapping[str, Sequence[str]] | None = None,
    drawn: Mapping[str, Figure] | None = None,
) -> str:
    """The text. pictures: addresses of the files of charts, by chart; drawn: the charts, where files of them were written."""
    sheets = sheets_of(answer)
    lines = [*_head(answer), *_charts(pictures or {}, drawn or {})]
    for title, prefix in SECTIONS:
        own = [sheet for name, sheet in sheets.items() if name.startswith(prefix)]
        if own:
            lines += [f"## {title}", ""]
            lines += household_lines(answer) if prefix == "households" else []
            lines += [line for sheet in own for line in table(sheet)]
    return "\n".join([*lines, *_method(answer)]).rstrip() + "\n"


def _head(answer: Mapping[str, Any]) -> list[str]:
    known = f", as known on {day(answer['known'])}" if answer.get("known") else ""
    version = f" (law {answer['law_version']})" if answer.get("law_version") else ""
    lines = [f"# {escaped(answer['scenario']['title'])}", ""]
    lines += [
        f"The tariffs in force on {day(answer['on'])}{known}{version}, against those of {day(answer['scenario']['before'])}.",
        "",
    ]
    for label, text in zip(LABELS, answer["headline"], strict=False):
        lines += [f"**{label}.** {escaped(text)}", ""]
    figures = tiles(answer)
    return lines + [f"* **{escaped(t['value'])}** {escaped(t['label'])}" for t in figures] + ([""] if figures else [])


def _charts(pictures: Mapping[str, Sequence[str]], drawn: Mapping[str, Figure]) -> list[str]:
    """The pictures that were written, each with its caption."""
    lines: list[str] = []
    for chart in sorted(charts().values(), key=lambda c: ORDER.index(c.section)):
        files, figure = pictures.get(chart.file, ()), drawn.get(chart.name)
        first = next((a for a in files if a.endswith(".png")), next(iter(files), None))
        if first and figure:
            says = (
                f"*{escaped(figure['when'])}. Source: {escaped(figure['source'])}. Chart: {escaped(figure['credit'])}.*"
            )
            lines += [f"![{escaped(figure['title'])}](<{first}>)", "", says, ""]
    return ["## Charts", "", *lines] if lines else []


def household_lines(answer: Mapping[str, Any]) -> list[str]:
    """The sentences on prices and households."""
    return [line for sentence in household_sentences(answer) for line in (escaped(sentence), "")]


def table(sheet: Sheet, most: int = MOST) -> Iterator[str]:
    """One table under its caption; a long one says how many rows its file holds."""
    yield f"### {escaped(sheet.caption)}"
    yield ""
    yield "| " + " | ".join(escaped(c.heading or "name") for c in sheet.columns) + " |"
    yield "|" + "|".join("---:" if c.number else "---" for c in sheet.columns) + "|"
    for row in sheet.shown(most):
        yield "| " + " | ".join(escaped(_short(cell)) for cell in row) + " |"
    if len(sheet.rows) > most:
        yield ""
        yield f"{len(sheet.rows) - most} more rows are in `{sheet.file}`."
    yield ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 2].rstrip() + " …"


def escaped(text: str) -> str:
    """Text on one line that Markdown and HTML leave as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _method(answer: Mapping[str, Any]) -> list[str]:
    me = answer.get("method") or {}
    lines = ["## Method and limits", ""]
    names = ("model", "baseline", "deficits", "revenue", "wedges", "uncertainty", "certificate")
    lines += [f"* **{capital(name)}**: {escaped(capital(prose(me[name])))}" for name in names if me.get(name)]
    for title in ("assumptions", "limits"):
        rows = me.get(title) or ()
        lines += ["", f"### {capital(title)}", "", *(f"* {escaped(text)}" for text in rows)] if rows else []
    return [*lines, "", "## How to cite", "", escaped(me.get("cite") or "parley")]
