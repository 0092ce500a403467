"""The page of a code that stands for several lines: the range, the mean by imports, and each line with a link to its own page."""

from __future__ import annotations

from dataclasses import replace

from parley import __version__
from parley.codes import country_name, dotted
from parley.law import questions
from parley.law.answers_range import RateRangeAnswer
from parley.report.sheet import Column, Sheet
from parley.report.words import number, rate
from parley.web.reading import query_of
from parley.web.verbs import command_of, verb_of
from parley.web.view import View

METHOD = (
    "A short code stands for the lines below it on the day; a code of another edition for the lines that hold its goods then. "
    "Each line's rate is explained as on its own page. The mean is weighted by imports of the baseline year, over the lines "
    "whose rate is known.",
)


def range_view(asked: questions.Rate, answer: RateRangeAnswer) -> View:
    """The page of a range."""
    title = f"{dotted(answer['product'])} from {country_name(answer['origin'])}"
    links = {x["product"]: f"/rate?{query_of(replace(asked, product=x['product']))}" for x in answer["lines"]}
    return View(
        "range.html.j2", title, "/rate", asked, {"answer": answer, "links": links}, {"lines": lines_sheet(answer)},
        command=(command_of(verb_of("/law/rate"), asked),), python=python_of(asked),
        api=f"/api/v1/law/rate?{query_of(asked, as_typed=True)}",
        cite=cite(answer), method=METHOD,
    )  # fmt: skip


def lines_sheet(answer: RateRangeAnswer) -> Sheet:
    """The lines, the heaviest first."""
    columns = (
        Column("product", "tariff line", dotted),
        Column("description", "description", lambda text: ": ".join(text.split(": ")[-2:])),
        Column("share", "of the weight, %", lambda v: rate(v, 2), True),
        Column("rate", "rate, %", lambda v: rate(v, 4), True),
        Column("added_rate", "added, %", lambda v: rate(v, 4), True),
        Column("reason", "why not known"),
    )
    return Sheet("lines", "Line by line", columns, tuple(sorted(answer["lines"], key=lambda x: -x["share"])))


def python_of(asked: questions.Rate) -> str:
    """The same question in Python."""
    words = ", ".join(repr(x) for x in (asked.product, asked.origin, asked.destination, asked.on))
    known = f", known={asked.known!r}" if asked.known else ""
    return "\n".join((
        "import parley", "from parley.law.code_range import explain_code", "",
        f"found = explain_code(parley.read_regime(), {words}{known})", "print(found.rate)",
    ))  # fmt: skip


def cite(answer: RateRangeAnswer) -> str:
    """How to cite the range."""
    ends = [
        f"{number(100 * x, 2)} %" if x is not None else "not known" for x in (answer["rate_low"], answer["rate_high"])
    ]
    pair = f"goods of {country_name(answer['origin'])} in {country_name(answer['destination'])}"
    said = f"rates on {dotted(answer['product'])}, {pair}, tariffs in force on {answer['on']}"
    return f"parley {__version__}: {said}: {ends[0]} to {ends[1]}."
