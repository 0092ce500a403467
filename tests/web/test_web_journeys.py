"""What people come for, from the first page to the answer: with scripts at a desk, and without them at 320 pixels.

Each journey has a budget in units of an empty page of the same server in the same browser, so that it holds on any machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from firefox import PATH, Firefox, firefox
from page_kinds import ADDRESSES, AXE, DARK, REFUSED

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")

pytestmark = pytest.mark.slow
ROWS = "entry_date,product,origin,value\n2025-05-02,9503.00.00.73,CHN,1000\n2025-05-02,8517.13.00.00,CHN,500\n2025-05-02,99,CHN,1\n"
NARROW, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module", params=["desk", "narrow, no scripts"])
def page(request: pytest.FixtureRequest, chromium: Any, base: str) -> Iterator[Any]:
    """A page that asks nobody else."""
    desk = request.param == "desk"
    context = chromium.new_context(base_url=base, java_script_enabled=desk, viewport=DESK if desk else NARROW)
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    asked: list[str] = []
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.goto("/scenario")  # so that the law is read
    yield opened
    context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} <= {urlsplit(base).netloc}


def empty(page: Any) -> float:
    """Seconds of an empty page, the least of three."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        page.goto("/enter")
        took.append(time.perf_counter() - began)
    return min(took)


def look_up_a_product(page: Any) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Product").fill("smartphone")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="8517.13").first.click()
    page.get_by_text("of customs value on entry").first.wait_for()


def change_a_scenario(page: Any) -> None:
    page.goto("/scenario")
    page.get_by_label("Section 301, charged by the United States").check()
    if page.locator(".undo").count() == 0:
        page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("heading", level=1).filter(has_text="with 1 change").wait_for()


def compare_two_origins(page: Any) -> None:
    page.goto("/rate?product=9503000073&origin=CHN&on=2025-05-02")
    page.get_by_role("link", name="Compare with this").click()
    page.get_by_role("combobox", name="From").fill("VNM")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="In short").wait_for()
    cells = page.get_by_role("row", name="origin").get_by_role("cell")
    assert [cell.inner_text().strip() for cell in cells.all()] == ["China", "Vietnam"]


def publish_a_chart(page: Any) -> None:
    page.goto("/scenario")
    link = page.get_by_role("link", name="SVG: this chart").first.get_attribute("href")
    drawn = page.request.get(link).text().replace("\xa0", " ")
    assert all(
        words in drawn for words in ("change of welfare by economy", "Tariffs in force on 2 May 2025", "Source: parley")
    )
    framed = page.goto(link.replace(".svg", ".embed"))
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert page.get_by_role("img").first.is_visible()


def send_a_file(page: Any) -> None:
    page.goto("/files")
    page.locator("#file-duties").set_input_files({"name": "my.csv", "mimeType": "text/csv", "buffer": ROWS.encode()})
    form = page.locator("form", has=page.locator("#file-duties"))
    form.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="Files to download").wait_for()
    page.get_by_role("button", name="Delete this file now").click()
    page.get_by_role("heading", name="Your own files").wait_for()


def ask_for_a_refunds_status(page: Any) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="More").click()
    page.get_by_role("link", name="Refund status").click()
    page.get_by_label("In force on").fill("2026-07-15")
    page.get_by_label("Entered").fill("2025-08-20")
    page.get_by_label("Ruling").select_option("us-ruling-2026-02-20")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("heading", name="The answer").wait_for()
    assert page.locator("table").count() > 0


JOURNEYS: dict[Callable[[Any], None], int] = {  # with the budget in empty pages
    look_up_a_product: 40,
    change_a_scenario: 120,
    compare_two_origins: 60,
    publish_a_chart: 120,
    send_a_file: 300,
    ask_for_a_refunds_status: 120,
}


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda j: j.__name__)
def test_a_journey_stays_within_its_budget(page: Any, journey: Callable[[Any], None]) -> None:
    journey(page)  # what is read once is read
    began = time.perf_counter()
    journey(page)
    took = time.perf_counter() - began
    assert took < JOURNEYS[journey] * empty(page), (took, empty(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_by_the_keyboard_alone_a_refunds_status_is_asked_and_compared(page: Any) -> None:
    """Every step by Tab, typing and Enter; what has the focus is seen to have it."""

    def reach(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            held = page.evaluate(
                "(() => { const e = document.activeElement; return (e.labels && e.labels[0] ? e.labels[0] : e).textContent.trim(); })()"
            )
            if held.startswith(name):
                assert page.evaluate("document.activeElement.matches(':focus-visible')")
                return
        raise AssertionError(f"{name} cannot be reached")

    page.goto("/ask/law/refund-status")
    reach("Entered")
    page.keyboard.type("08202025")
    reach("Ask")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The answer").wait_for()
    reach("Change the question")
    page.keyboard.press("Enter")
    assert page.get_by_label("Entered").input_value() == "2025-08-20"
    reach("Compare with this")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Side by side").wait_for()


@pytest.fixture(scope="module")
def gecko(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if not PATH:
        pytest.skip("no Firefox on this machine: apt-get install firefox-esr")
    with firefox(tmp_path_factory.mktemp("firefox")) as running:
        yield running


def test_firefox_shows_every_kind_of_page(gecko: Firefox, base: str) -> None:
    """Nobody else is asked, nothing overflows at 320 pixels, and axe finds nothing on one of each kind."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: pip install '.[dev]'"
    )
    source = next(Path(axe.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
    gecko.width(320)
    found = {}
    for address in (*ADDRESSES, *REFUSED):
        gecko.goto(base + address)
        loaded = gecko.run("return performance.getEntriesByType('resource').map(e => e.name)")
        assert {urlsplit(url).netloc for url in loaded} <= {urlsplit(base).netloc}, address
        assert gecko.run("return document.documentElement.scrollWidth") <= 320, address
        found[address] = gecko.violations(source, AXE) if address in DARK else []  # each kind once
    assert not {address: rules for address, rules in found.items() if rules}


def test_firefox_answers_while_the_scenario_is_changed(gecko: Firefox, base: str) -> None:
    gecko.width(1200)
    gecko.goto(f"{base}/scenario")
    gecko.until("return document.querySelector('.undo')")
    gecko.click("input[name=drop][value=ieepa_fentanyl]")
    gecko.until("return document.querySelector('h1').textContent.includes('1 change')")
    gecko.until("return location.search.includes('drop=ieepa_fentanyl')")
    gecko.until("return !document.querySelector('.bench').hasAttribute('aria-busy')")
    assert gecko.run("return document.querySelectorAll('[data-piece=map] svg').length") >= 2
    gecko.click(".undo")
    gecko.until("return !document.querySelector('h1').textContent.includes('change')")


def test_firefox_suggests_as_one_types(gecko: Firefox, base: str) -> None:
    gecko.goto(f"{base}/")
    gecko.type("#f-words", "smartph")
    gecko.until("return [...document.querySelectorAll('.suggest a')].some(a => a.textContent.includes('8517.13'))")
