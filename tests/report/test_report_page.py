"""The page: well formed, self-contained, the same bytes for the same Answer, and every part may be missing."""

from __future__ import annotations

import base64
import csv
import io
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from parley.report.charts import charts
from parley.report.page import page, sheets_of
from report_answer import LAW, RECORD, TRADE, answer

VOID = {"meta", "br", "link", "img", "input", "hr", "path", "line", "rect"}


class Reader(HTMLParser):
    """Collects what the page holds, and fails on a tag that closes another."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [v for k, v in attrs if k == "id" and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> closes another tag"


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def html() -> str:
    return page(answer())


@pytest.fixture(scope="module")
def reader(html: str) -> Reader:
    return read(html)


@pytest.mark.slow
def test_ids_are_unique_and_every_link_within_the_page_arrives(reader: Reader) -> None:
    assert len(reader.ids) == len(set(reader.ids))
    links = [a.get("href") or "" for tag, a in reader.tags if tag == "a"]
    aims = [link[1:] for link in links if link.startswith("#")]
    assert aims
    assert set(aims) <= set(reader.ids)
    named = [name for _, a in reader.tags for name in (a.get("aria-labelledby") or "").split()]
    assert set(named) <= set(reader.ids)


def test_nothing_is_loaded_and_nothing_runs(html: str, reader: Reader) -> None:
    assert not [tag for tag, _ in reader.tags if tag in {"script", "link", "iframe", "img", "object", "embed"}]
    assert not [a for _, a in reader.tags if "src" in a or any(k.startswith("on") for k in a)]
    assert "@import" not in html
    assert not re.search(r"url\(", html)
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none'")
    for tag, a in reader.tags:
        if (a.get("href") or "").startswith("http"):
            assert tag == "a"
            assert "noopener" in (a.get("rel") or "")


def test_headings_are_in_order_under_one_h1(reader: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_pictures_say_what_they_show_and_tables_have_scopes(reader: Reader) -> None:
    pictures = [a for tag, a in reader.tags if tag == "svg"]
    assert len(pictures) == 18  # nine charts, each wide and narrow
    assert all(a.get("role") == "img" and len(a.get("aria-label") or "") > 20 for a in pictures)
    assert all(a.get("scope") in {"col", "row"} for tag, a in reader.tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in reader.tags) == sum(tag == "table" for tag, _ in reader.tags)


def test_no_stand_in_colour_is_left(html: str) -> None:
    assert not re.search(r"#010[123]\d\d", html)


def test_text_is_escaped(html: str) -> None:
    assert "A test &lt;of&gt; the page" in html
    assert "Smartphones &amp; &lt;laptops&gt;" in html


def test_numbers_stand_as_they_came(html: str) -> None:
    text = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")
    assert "145 %" in text
    assert "−65 %" in text
    assert "below 0.01" in text  # Section 201 in the average is not shown as nought
    assert "equilibrium" in text
    assert "best response" in text
    assert "law on 4 Feb 2025: fentanyl (IEEPA) 10 % on 9503.00.00.73 from China" in text
    assert "the first statement is dated to the week only" in text


def test_every_download_is_the_csv_that_is_written(reader: Reader) -> None:
    sheets = {sheet.file: sheet for sheet in sheets_of(answer()).values()}
    links = {str(a["download"]): a["href"] for tag, a in reader.tags if tag == "a" and a.get("download")}
    pictures = {f"{chart.file}.svg" for chart in charts().values() if chart.shown(answer())}
    assert set(links) == set(sheets) | pictures
    for name, link in links.items():
        assert link
        if name in pictures:
            assert base64.b64decode(link.split(",", 1)[1]).startswith(b"<svg xmlns=")
            continue
        text = base64.b64decode(link.split(",", 1)[1]).decode("utf-8")
        assert text == sheets[name].csv()
        rows = list(csv.reader(io.StringIO(text)))
        assert {len(row) for row in rows} == {len(sheets[name].columns)}


@pytest.mark.slow
def test_the_same_answer_gives_the_same_bytes(html: str) -> None:
    assert page(answer()) == html


MISSING = {
    "no talks": {"talks": {}},
    "no deadline": {"deadline": None},
    "no products": {"law": {**LAW, "lines": [], "scheduled": [], "exclusions": [], "spared": [], "why_others": []}},
    "a product whose rate is not known": {
        "law": {
            **LAW,
            "lines": [
                {
                    **LAW["lines"][0],
                    "rate": None,
                    "reason": "a duty by quantity",
                    "lines": [{**LAW["lines"][0]["lines"][0], "contribution": None}],
                },
                *LAW["lines"][1:],
            ],
        }
    },
    "no average": {
        "law": {
            **LAW,
            "average": {
                "origin": "CHN",
                "destination": "USA",
                "rate": None,
                "by_programme": {},
                "reason": "no weights",
            },
        }
    },
    "no ranges": {"trade": {**TRADE, "range": {}, "exclusions": {"sectors": [], "welfare_pct": {}}, "bilateral": []}},
    "no record": {"record": {"on": "2025-05-02", "status": {}}, "sources": []},
    "not known": {"known": None},
    "no figures beside the rooms": {"averages": [], "goods": [], "households": [], "axis": []},
    "no words": {
        "record": {
            **RECORD,
            "words_and_deeds": {"said": [], "deeds": [], "reason": "nothing said"},
            "resolve": [],
            "linked_issues": [],
        }
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", MISSING.values(), ids=MISSING)
def test_a_part_may_be_missing(changes: dict) -> None:
    html = page(answer(**changes))
    reader = read(html)
    assert len(reader.ids) == len(set(reader.ids))
    assert "Undefined" not in html
    assert ">None<" not in html
