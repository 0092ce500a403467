"""Search as you type: what is meant by the beginning of a word, a code, a Chinese name, a country or an act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.codes import countries
from parley.law.find_text import trade_words
from parley.web.home_view import home_view
from parley.web.rendering import shown
from parley.web.suggest import Home, acts, completed, lines, sellers, suggest_page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("smartph", "8517.13"),
        ("8517.13", "8517.13"),
        ("玩具", "9503.00"),
        ("viet", "origin=VNM"),
        ("越南", "origin=VNM"),
        ("欧盟", "origin=EUU"),
        ("ベトナム", "origin=VNM"),
        ("中", "goods from there: CHN"),
        ("Allem", "origin=DEU"),
        ("14257", "us-eo-14257"),
    ],
)
def test_what_is_meant_is_suggested(words: str, found: str) -> None:
    assert found in suggest_page(Home(words=words, known="2025-05-02"))


@pytest.mark.parametrize(
    ("words", "link"),
    [("vietnam", "origin=VNM"), ("14257", "us-eo-14257"), ("越南", "origin=VNM"), ("Section 301", "/act?")],
)
def test_the_first_page_finds_without_scripts_what_it_suggests(words: str, link: str) -> None:
    """A country or an act is no misspelt product: no other word is looked for in its place."""
    view = home_view(Home(words=words))
    found = shown(view)
    assert link in found
    assert "Did you mean" not in found
    assert not view.context["nothing"]


def test_a_suggestion_keeps_the_days_and_the_pair() -> None:
    asked = Home(words="smartphone", origin="VNM", on="2025-06-02", known="2025-06-03")
    link = lines(asked, sure=False)[0].link
    assert all(part in link for part in ("origin=VNM", "on=2025-06-02", "known=2025-06-03"))


def test_nothing_is_meant_by_nothing() -> None:
    assert not re.search(r"<a ", suggest_page(Home()))
    assert not re.search(r"<a ", suggest_page(Home(words="qqqqqq")))


@pytest.mark.parametrize("word", sorted(trade_words())[::90])
def test_a_trade_word_is_completed_to_one_that_begins_so(word: str) -> None:
    for end in range(3, len(word) + 1):
        assert completed(word[:end]).startswith(word[:end].strip())


@pytest.mark.parametrize("code", sorted(countries())[::20])
def test_every_country_is_found_by_its_code_and_its_name(code: str) -> None:
    for words in (code.lower(), countries()[code].name[:6]):
        assert code in [s.says.rpartition(" ")[2] for s in sellers(Home(words=words))]


def test_text_of_the_asker_is_escaped() -> None:
    assert "<script" not in suggest_page(Home(words="<script>alert(1)</script>"))
    assert acts("no such act at all") == []


@pytest.fixture
def page(chromium: Any, base: str) -> Iterator[Any]:
    context = chromium.new_context(base_url=base)
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


@pytest.mark.slow
def test_a_product_is_reached_by_typing_and_arrow_keys(page: Any) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Product").press_sequentially("smartph")
    page.wait_for_selector(".suggest a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rate?product=8517130000**")
    page.go_back()
    page.get_by_role("searchbox", name="Product").fill("vietn")
    page.wait_for_selector(".suggest a:has-text('Vietnam')")
    page.keyboard.press("Escape")
    assert page.locator(".suggest a").first.is_hidden()
