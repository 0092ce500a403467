"""Pages as people read them: nothing breaks inside, no Python in an answer, errors keep the form, lists have pages."""

from __future__ import annotations

import json
import random
import re
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.report.sheet import Sheet
from parley.web.answer_parts import chart_of, facts, inner_facts, parties_first, tables
from parley.web.answer_words import shown
from parley.web.ask_view import Nothing
from parley.web.law_views import PAGE_ROWS, ListedMeasures, measures_view
from parley.web.names import condition, in_text, known_as
from parley.web.packaged import regime
from parley.web.pages import PLAIN, QUESTIONS
from parley.web.reading import read_query
from parley.web.rendering import shown as page_of
from parley.web.rendering import whole
from parley.web.view import View
from tables import each

PYTHON = re.compile(r"[\[{]'|': |\bNone\b|\bTrue\b|\bFalse\b")


@pytest.mark.parametrize("text", ["2025-05-02", "9503.00.00.73", "8517.13", "2 May 2025", "17 Nov 2026"])
def test_dates_and_codes_are_whole_in_text_and_nowhere_else(text: str) -> None:
    mark = f'<span class="whole">{text}</span>'
    assert whole(f"<p>On {text}, it</p>") == f"<p>On {mark}, it</p>"
    for other in (
        f'<input value="{text}">',
        f"<pre>{text}</pre>",
        f"<svg><text>{text}</text></svg>",
        f"<title>{text}</title>",
    ):
        assert whole(other) == other
    assert whole(f"<svg><a></a></svg><p>{text}</p>").endswith(f"{mark}</p>")


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def text_of(page: str) -> str:
    reader = Text()
    reader.feed(page)
    return "".join(reader.found)


def test_what_is_whole_says_what_it_said() -> None:
    page = "<p>A 2025-05-02 b</p><table><td>9503.00.00.73</td></table> &amp; <b>2 May 2025</b>"
    assert text_of(whole(page)) == text_of(page)


def anything(draw: random.Random, depth: int = 0) -> Any:
    """A JSON value of any shape."""
    plain = [None, True, False, 1.5, 3, "word", 1e-7]
    if depth > 3 or draw.random() < 0.3:
        return draw.choice(plain)
    if draw.random() < 0.5:
        return [anything(draw, depth + 1) for _ in range(draw.randint(0, 3))]
    return {f"key_{k}": anything(draw, depth + 1) for k in range(draw.randint(0, 3))}


LAW_WORDS = re.compile(
    r"\b[a-z_]+ = (?:true|false)|\b(?:us|cn|ca|eu|in|ru)-[a-z]+(?:-[a-z0-9]+)+"
)  # ids, conditions on claims
PAGES = [
    ("/rate", "product=9503000073&on=2025-05-02"),
    ("/rate", "product=7308909590&origin=CAN&on=2026-05-02"),
    ("/rate", "product=2204215040&origin=FRA&on=2025-09-01"),
    ("/rate", "product=95030089&origin=USA&destination=CHN&on=2025-05-02"),
    ("/measures", "words=fentanyl"),
    ("/measures", "words=potash"),
    ("/act", "id=us-eo-14266"),
    pytest.param("/record", "on=2025-05-02&known=2025-05-02", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("path", "query"), PAGES)
def test_pages_name_the_law_as_people_know_it(path: str, query: str) -> None:
    """No id of a measure, and no condition as the law's files have it, in what is read; a file keeps them."""
    page = page_of(PLAIN[path](read_query(QUESTIONS[path], query)))
    seen = re.sub(r"<(script|style|pre|code|svg|option|textarea|title)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not LAW_WORDS.findall(seen.partition("This question elsewhere")[0])


def test_a_table_of_the_law_keeps_its_ids_in_its_file() -> None:
    view = PLAIN["/rate"](read_query(QUESTIONS["/rate"], "product=9503000073&on=2025-05-02"))
    rows = view.sheets["lines"].csv().splitlines()
    assert any(row.startswith("us-ieepa-fentanyl-cn,ieepa_fentanyl,0.2,") for row in rows)
    shown_rows = [row[0] for row in view.sheets["lines"].shown()]
    assert "Emergency duty on China and Hong Kong, synthetic opioids" in shown_rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("only where postal = true", "only if declared: a postal shipment"),
        ("only where us_content >= 0.2", "only if declared: share of the value that is United States content at least 20 %"),
        ("only where loaded <2025-02-01", "only if declared: day on which the goods were loaded before 1 Feb 2025"),
        ("displaced by us-ieepa-reciprocal-cn (9903): Duty on China. As read.", "displaced by “Duty on China” (9903). As read."),
        ("displaced by nobody", "displaced by nobody"),
    ],
)  # fmt: skip
def test_law_words_are_said_for_people(text: str, says: str) -> None:
    assert in_text(text) == says


def test_every_condition_of_the_law_has_its_words() -> None:
    wanted = {(n, str(w)): condition(n, w) for m in regime().measures for n, w in (*m.when.items(), *m.unless.items())}
    assert wanted
    assert not [text for text in wanted.values() if LAW_WORDS.search(text) or "  " in text]
    named = {m.id: known_as(m.id) for m in regime().measures}
    assert not [name for name, text in named.items() if text == name]


def _is_shown_in_words(seed: int) -> None:
    """Whatever its shape, every cell and fact is in words, and every leaf of the answer is there."""
    answer = {f"part_{k}": anything(random.Random(100 * seed + k)) for k in range(6)}
    sheets = tables(answer)
    cells = [text for sheet in sheets for row in sheet.shown() for text in row] + [text for _, text in facts(answer)]
    assert not [text for text in cells if PYTHON.search(text)]
    if "word" in json.dumps(answer):
        assert any("word" in text for text in cells)


def test_no_answer_is_shown_as_python() -> None:
    each(range(60), _is_shown_in_words)


def test_an_object_of_lists_is_a_row_an_element() -> None:
    found = {
        "best_replies": {
            "USA": [{"to": "hold", "pct": 1.0}, {"to": "go", "pct": 2.0}],
            "CHN": [{"to": "x", "pct": 3.0}],
        }
    }
    (sheet,) = tables(found)
    assert sheet.csv().splitlines() == ["name,to,pct", "USA,hold,1.0", "USA,go,2.0", "CHN,x,3.0"]
    assert shown({"option": "hold", "strictly": True}) == "option hold, strictly yes"


def test_long_lists_are_short_on_the_page_and_whole_in_the_file_and_few_values_are_a_line() -> None:
    found = {"list": {"codes": [f"{k:06}" for k in range(900)], "ratio": 0.5, "points": 3, "own_harm_pct": 0.1},
             "from": {"on": "2025-01-01", "known": None}, "paid_pct": {"USA": -0.1267, "CHN": -0.0965}}  # fmt: skip
    (sheet,) = tables(found)
    codes = dict(sheet.shown())["codes"]
    assert len(codes) < 300
    assert codes.endswith("(900 in all)")
    assert sheet.csv().count("; ") == 899
    assert facts(found) == [
        ("from", "on 1 Jan 2025"), ("paid, %", "United States −0.1267, China −0.0965"),
    ]  # fmt: skip


def test_an_object_of_unlike_values_is_read_as_facts_and_countries_of_the_question_come_first() -> None:
    found = {"threat": {"name": "nash", "payoff_pct": {"USA": 0.5, "CHN": 0.25}, "rate": 0.2}, "tariffs": {"USA": {"all": {"all": 0.27}}},
             "welfare_pct": {"AGO": 0.1, "CHN": 0.2, "USA": 0.3, "ZAF": 0.4}}  # fmt: skip
    assert inner_facts(found) == {
        "threat": [("name", "nash"), ("payoff, %", "United States 0.5, China 0.25"), ("rate", "20 %")]
    }
    tariffs = next(sheet for sheet in tables(found) if sheet.name == "tariffs")
    assert (tariffs.columns[1].heading, tariffs.shown()[0][1]) == ("all partners and goods, %", "27")
    assert list(parties_first(found, ("USA", "CHN"))["welfare_pct"]) == ["USA", "CHN", "AGO", "ZAF"]


def test_figures_of_a_column_have_decimals_alike() -> None:
    (sheet,) = tables({"worth_pct": {"a": 0.0023, "b": 0.0000159, "c": -0.0024, "d": 0.0}})
    assert sheet.shown() == [["a", "0.0023"], ["b", "0.00002"], ["c", "−0.0024"], ["d", "0"]]
    assert sheet.columns[1].heading == "worth, %"
    (counts,) = tables({"moves": [{"rates": 2}, {"rates": 54}]})
    assert counts.shown() == [["2"], ["54"]]
    assert [shown(x) for x in (-7729436508.5236, 123.456, 0.25, 1e-7, 19710, 2024)] == [
        "−7,729,436,509", "123.46", "0.25", "1.00e−07", "19,710", "2024",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["items", "values", "keys", "get", "copy", "update"])
def test_a_table_without_a_chart_shows_none_whatever_its_name(name: str) -> None:
    """A part of an answer may be called like anything that a mapping can do."""
    context = {"asks": True, "fields": [], "facts": [], "about": [], "wide": 12, "long": 120}
    sheets = {s.name: s for s in tables({name: [{"a": "b"}]})}
    assert "SVG: this chart" not in page_of(View("ask.html.j2", "title", "/ask/x", Nothing(), context, sheets))


def test_a_table_of_changes_is_drawn_and_no_other() -> None:
    (drawn,) = tables({"welfare": {"USA": {"welfare_pct": -0.2}, "CHN": {"welfare_pct": 0.1}}})
    made = chart_of(drawn)
    assert made
    assert [row["value"] for row in made[2]] == [-0.2, 0.1]
    (long,) = tables({"welfare_pct": {f"A{k:02d}": (k * 37 % 83) / 10 for k in range(83)}})
    many = chart_of(long)
    assert many
    values = [row["value"] for row in many[2]]
    assert values == sorted(values)
    assert {*values} == {k / 10 for k in (*range(8), *range(75, 83), 37)}
    assert many[0].endswith("both ends of 83")
    other: Sheet = tables({"counts": {"USA": {"lines": 3}, "CHN": {"lines": 4}}})[0]
    assert chart_of(other) is None


def test_the_list_of_measures_has_pages_that_hold_it_once() -> None:
    first = measures_view(ListedMeasures())
    rows: list[Any] = []
    for page in range(1, first.context["pages"] + 1):
        shown_rows = measures_view(ListedMeasures(page=page)).context["shown"]
        assert 0 < len(shown_rows) <= PAGE_ROWS
        rows += shown_rows
    assert rows == list(first.sheets["measures"].rows)
    assert measures_view(ListedMeasures(page=999)).context["at"] == first.context["pages"]


def test_measures_are_filtered_by_words_on_the_page_and_in_its_file() -> None:
    view = measures_view(ListedMeasures(words="fentanyl potash"))
    assert 0 < view.context["count"] < measures_view(ListedMeasures(words="fentanyl")).context["count"]
    assert len(view.sheets["measures"].rows) == view.context["count"]
    assert measures_view(ListedMeasures(words="no such words")).context["count"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "label", "kept"),
    [
        ("/rate?product=9503000073&origin=Chna&on=2025-05-02", "From", 'value="Chna"'),
        ("/rate?product=9503000073&origin=CHN&on=2025-13-02", "In force on", 'value="9503000073"'),
        ("/scenario?on=yesterday&drop=ieepa_fentanyl", "In force on", 'value="ieepa_fentanyl"'),
        ("/ask/record/base?go=1&rate=much", "Rate", 'value="much"'),
        ("/measures?programme=nonsense&words=solar", "Legal authority", 'value="solar"'),
    ],
)
def test_a_refusal_keeps_the_form_and_names_the_field_by_its_label(
    base: str, address: str, label: str, kept: str
) -> None:
    request = urllib.request.Request(base + address, headers={"Accept": "text/html"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 400
    page = refused.value.read().decode()
    assert f"Check the field “{label}”" in page
    assert kept in page
    assert "aria-invalid" in page
    if address.startswith("/ask"):
        assert 'name="go" value="1"' in page


def test_a_name_that_holds_itself_alone_is_no_row() -> None:
    """Of the players of a war only unions have members to tell."""
    (union,) = tables({"members": {"USA": ["USA"], "CHN": ["CHN"], "EUU": ["DEU", "FRA"]}})
    assert [row["name"] for row in union.rows] == ["EUU"]
    assert not tables({"members": {"USA": ["USA"], "CHN": ["CHN"]}})
