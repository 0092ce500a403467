"""Views as text: the web's templates over the report's, the style sheet, and the files of this package."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from parley import __version__
from parley.report.chart import style_sheet as report_style
from parley.report.words import unbroken
from parley.web.form_fields import option_words
from parley.web.law_views import country_choices
from parley.web.names import in_text, known_as, line_name
from parley.web.view import View

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

NAV = (("/", "Product"), ("/scenario", "Scenario"), ("/compare", "Compare"), ("/record", "Record"), ("/files", "Files"),
       ("/ask", "More"),
       ("/measures", "Measures"), ("/method", "Method"))  # fmt: skip


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The report's style sheet and the few rules that forms need."""
    return "\n".join((report_style(), own("static/web.css")))


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """The web's templates over the report's, with the report's words as filters. Everything is escaped."""
    import jinja2

    from parley.law.law_package import law_in_use
    from parley.report.page import environment
    from parley.report.template_code import TemplateCode
    from parley.scenario.clocks import law_known_to

    folder = resources.files("parley.web").joinpath("templates")
    mine = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".j2")}
    report = environment()
    loaders = [jinja2.DictLoader(mine), *filter(None, [report.loader])]
    code = TemplateCode("escaped, blocks trimmed left and right, of the web over the report's", "parley.web")
    made = report.overlay(loader=jinja2.ChoiceLoader(loaders), bytecode_cache=code)
    made.filters |= {"coded": coded, "named": known_as, "line_name": line_name, "law_words": in_text}
    made.globals |= {
        "nav": NAV,
        "version": __version__,
        "countries": country_choices(),
        "urlencode": urlencode,
        "option_words": option_words,
        "law_read_to": law_known_to(("USA", "CHN")),
        "law_version": law_in_use().version,
    }
    return made


def coded(text: str) -> Markup:
    """A sentence whose words between back quotes are shown as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def rendered(template: str, **context: Any) -> str:
    """A template as text, without line breaks between a number and its unit, nor inside a date or a code."""
    return unbroken(whole(templates().get_template(template).render(**context)))


_CODE = re.compile(r"`([^`]+)`")
_ADDRESS = re.compile(r'data-address="[^"]*">(?=/)')
_APART = re.compile(
    r"(<(svg|pre|script|style|title|option|textarea)\b.*?</\2>)", re.DOTALL
)  # drawn, copied or not shown
_WHOLE = re.compile(
    r"\b(?:YYYY-MM-DD|\d{4}-\d\d-\d\d|\d{4}(?:\.\d\d){1,3}|\d{1,2} (?:[A-Z][a-z]{2}|May) \d{4})\b(?=[^<>]*(?:<|$))"
)  # in text: the next bracket opens a tag


def whole(page: str) -> str:
    """A page whose dates and tariff codes never break inside a line."""
    parts = _APART.split(page)
    parts[::3] = [_WHOLE.sub(r'<span class="whole">\g<0></span>', text) for text in parts[::3]]
    del parts[2::3]  # the names of what is apart
    return "".join(parts)


def shown(view: View) -> str:
    """A view as a page, made once."""
    if view.template in view.kept:
        return view.kept[view.template]
    drawn = {name: chart.drawn() for name, chart in view.charts.items()}
    of_page = {"here": view.path, "drawn": drawn, "asked": view.asked, "sheets": view.sheets}
    made = rendered(view.template, **{"view": view, **of_page, **view.context})
    view.kept[view.template] = made
    return made


def addressed(page: str, base: str) -> str:
    """A page, or a piece of one, whose citation has its whole address without a script too. base: of the server, as it was asked."""
    return _ADDRESS.sub(lambda found: found[0] + base.rstrip("/"), page)


def own(name: str) -> str:
    """A file of this package as text."""
    return resources.files("parley.web").joinpath(name).read_text("utf-8")
