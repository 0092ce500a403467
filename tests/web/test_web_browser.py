"""The web application in a real browser (Debian's chromium): pages, journeys, downloads, widths, keyboard, axe; nobody else is asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from page_kinds import ADDRESSES, AXE, DARK, DAY, REFUSED, TOY

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")
axe_api = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed: pip install '.[dev]'"
)

pytestmark = pytest.mark.slow
EVERY = (*ADDRESSES, *REFUSED)


@pytest.fixture
def page(chromium: Any, base: str) -> Iterator[Any]:
    """A page that notes every request; after the test, none may have gone elsewhere."""
    context = chromium.new_context(base_url=base, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(90_000)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} <= {urlsplit(base).netloc}
    assert not [text for text in faults if "status of 40" not in text]  # a page of a refusal


BROKEN = r"""() => {  // dates and codes of what is read, that stand on more than one line
  const shown = /\d{4}-\d\d-\d\d|\b\d{4}(\.\d\d){1,3}\b|\b\d{1,2} [A-Z][a-z]{2} \d{4}\b/g;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), broken = [];
  for (let node; (node = walk.nextNode()); ) {
    if (node.parentElement.closest("pre, script, svg, option, textarea, [data-address]")) continue;
    for (const found of node.data.matchAll(shown)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""


PRINTED = """() => {  // on paper: what can only be pressed, tables that stand there twice, what is wider than the page
  const seen = (e) => e.checkVisibility({ contentVisibilityAuto: true }) && e.getClientRects().length && !e.closest(".vh, svg");
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const names = all(".scroll").map((e) => e.getAttribute("aria-label"));
  return [
    ...all("button, input, select, textarea").map((e) => `control: ${e.textContent || e.name}`),
    ...names.filter((name, k) => names.indexOf(name) !== k).map((name) => `twice: ${name}`),
    ...all("main *").filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => `cut: ${e.textContent.slice(0, 40)}`),
  ];
}"""
PAPER = 680  # pixels between the margins of A4


def table(page: Any, address: str) -> list[dict[str, str]]:
    answer = page.request.get(address)
    assert answer.status == 200
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text())))


def solved(page: Any) -> dict[str, Any]:
    """The API's answer to the shipped question: at once, or as a job that is asked until it is done."""
    answer = page.request.post("/api/v1/trade/solve", data="{}", headers={"Content-Type": "application/json"})
    while answer.status == 202:
        page.wait_for_timeout(300)
        job = page.request.get(answer.headers["location"]).json()
        assert job["state"] in ("running", "done"), job
        if job["state"] == "done":
            answer = page.request.get(job["links"]["result"])
    assert answer.status == 200, answer.text()
    return answer.json()


@pytest.mark.parametrize(("address", "scheme"), [*((a, "light") for a in EVERY), *((a, "dark") for a in DARK)])
def test_axe_finds_nothing(page: Any, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    assert (page.goto(address).status == 200) == (address not in REFUSED)
    for closed in page.query_selector_all("details:not([open])")[:4]:
        closed.evaluate("e => e.open = true")
    found = axe_api.Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("address", EVERY)
def test_page_fits_every_width_and_breaks_no_code_or_date(page: Any, address: str) -> None:
    page.goto(address)
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert page.evaluate(BROKEN) == [], width
    assert page.locator("header.site nav").count() == page.locator("header.site nav:visible").count()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 960})
    assert page.evaluate(PRINTED) == []
    assert page.locator("header.site nav:visible").count() == 0


@pytest.mark.parametrize("address", [TOY, f"/record?{DAY}"])
def test_a_legend_keeps_its_colours_where_the_reader_forces_them(page: Any, address: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(address)
    boxes = page.locator(".legend i:visible").all()
    colours = {
        box.evaluate("e => getComputedStyle(e).backgroundColor + getComputedStyle(e).borderTopColor") for box in boxes
    }
    assert len(colours) >= min(2, len(boxes))


def test_declared_conditions_change_the_rate(page: Any) -> None:
    """A car from Canada, then with USMCA claimed in the form: the address is a permalink, the rate another."""
    page.goto("/rate?product=8703230190&origin=CAN&destination=USA&on=2025-11-02&value=30000")
    before = page.locator(".result b").first.inner_text()
    page.get_by_label("Usmca").select_option("true")
    page.get_by_role("button", name="Show the rate").click()
    page.wait_for_url("**claim=usmca**")
    assert page.locator(".result b").first.inner_text() != before
    assert page.get_by_label("Usmca").input_value() == "true"


def test_any_command_is_asked_by_its_form(page: Any) -> None:
    page.goto("/ask/record/base")
    page.get_by_label("Rate").fill("145")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**go=1**")
    assert "145 %" in page.locator("main > dl.facts").first.inner_text().replace("\u00a0", " ")
    found = page.request.get("/api/v1/record/base?rate=145").json()
    names = [a.get_attribute("href") for a in page.locator("a[download]").all()]
    assert len(table(page, next(n for n in names if "candidates.csv" in n))) == len(found["candidates"])


def test_several_rates_are_set_by_the_form(page: Any) -> None:
    page.goto("/scenario")
    page.get_by_label("Emergency duty on China and Hong Kong, synthetic opioids now 20 %", exact=True).fill("10")
    page.get_by_text("One measure at a time").click()
    page.get_by_label("Section 301 on China, list 1 of July 2018 now 25 %", exact=True).fill("34")
    page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("heading", level=1).filter(has_text="with 2 changes").wait_for()


def test_what_is_switched_off_has_no_rate_to_set(page: Any) -> None:
    page.goto("/scenario?drop=ieepa_fentanyl")
    rate = page.locator("#f-us-ieepa-fentanyl-cn")
    assert rate.is_disabled()
    assert page.locator("#f-us-ieepa-fentanyl-cn + input[type=range]").is_disabled()
    page.get_by_label("fentanyl (IEEPA), charged by the United States").uncheck()
    assert rate.is_enabled()


def test_a_long_question_has_a_page_that_becomes_its_answer(page: Any) -> None:
    """The first two answers are a page that says how far the work is; it is replaced without a click."""
    from parley.web.rendering import rendered

    job = {"progress": [], "seconds": 2.0}
    text = rendered("waiting.html.j2", title="Which way", here="/ask", form="/ask/record/base", job=job)
    told: list[int] = []

    def answer(route: Any) -> None:
        told.append(len(told))
        if len(told) <= 2:
            route.fulfill(body=text, content_type="text/html")
        else:
            route.continue_()

    page.route("**/ask/record/base?go=1&rate=145", answer)
    page.goto("/ask/record/base?go=1&rate=145")
    assert "Working" in page.locator("main").inner_text()
    page.get_by_role("heading", name="The answer").wait_for()


def test_from_opening_to_the_what_if_in_five_clicks(page: Any) -> None:
    """What if the United States scraps the fentanyl duty on 1 June? By the form, not by the ready-made link."""
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Scenario").click()  # 1
    page.get_by_label("In force on").fill("2025-06-01")
    page.get_by_label("fentanyl (IEEPA), charged by the United States").check()  # 2
    page.get_by_role("button", name="Show what it does").click()  # 3
    page.wait_for_url("**/scenario?*ieepa_fentanyl*")
    assert "with 1 change" in page.get_by_role("heading", level=1).inner_text()
    assert "fentanyl (IEEPA) off from 1" in page.locator("main").inner_text().replace("\u00a0", " ")


def test_permalink_restores_the_page(page: Any) -> None:
    page.goto("/scenario?drop=ieepa_fentanyl&on=2025-05-02")
    link = page.get_by_role("link", name="Permalink: restores this page").get_attribute("href")
    before = page.locator("main").inner_text()
    page.goto("/")
    page.goto(link)
    assert page.locator("main").inner_text() == before


def test_downloads_equal_the_api(page: Any) -> None:
    """The CSV of the page, the page's JSON and the API's own answer are the same numbers."""
    page.goto("/scenario")
    countries = solved(page)["countries"]
    names = [a.get_attribute("href") for a in page.locator("a[download]").all()]
    rows = table(page, next(n for n in names if "countries.csv" in n))
    assert len(rows) == len(countries)
    for row in rows:
        assert float(row["welfare_pct"]) == pytest.approx(countries[row["code"]]["welfare_pct"], abs=1e-9)
    assert page.request.get("/scenario/answer.json").json()["trade"]["countries"] == countries


def test_rate_page_equals_the_api_and_shows_value(page: Any) -> None:
    page.goto(TOY + "&value=1000")
    rate = page.request.get(f"/api/v1/law/rate?product=9503000073&origin=CHN&destination=USA&{DAY}").json()["rate"]
    text = page.locator("main").inner_text().replace("\u00a0", " ")
    assert f"{100 * rate:g} %" in text
    assert "1,450" in text


@pytest.mark.parametrize("name", ["map.svg", "map.png", "welfare.svg", "welfare.png"])
def test_charts_come_as_files(page: Any, name: str) -> None:
    answer = page.request.get(f"/scenario/{name}")
    assert answer.status == 200
    start = {"svg": b"<svg", "png": b"\x89PNG"}[name[-3:]]
    assert answer.body().startswith(start)


def test_keyboard_alone_reaches_the_answer(page: Any) -> None:
    """Skip link first; then the product field; Enter asks."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    page.get_by_role("searchbox", name="Product").focus()
    page.keyboard.type("smartphone")
    page.keyboard.press("Enter")
    page.wait_for_url("**smartphone**")
    first = page.get_by_role("link", name="8517.13").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rate?**")
    assert "20" in page.locator("main").inner_text()


def test_tables_stand_without_script(chromium: Any, base: str) -> None:
    context = chromium.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto("/scenario")
    assert page.locator("table").count() >= 3
    assert page.locator("svg").count() >= 2
    for address in ("/scenario", TOY, "/ask/record/base?go=1&rate=145"):
        page.goto(address)
        cited = page.locator("[data-copy=citation]").inner_text()
        assert urljoin(base, page.locator("[data-address]").get_attribute("data-address")) in cited
    context.close()


def test_every_link_of_a_page_leads_somewhere(page: Any) -> None:
    page.goto(TOY)
    for link in {a.get_attribute("href") for a in page.locator("a[href^='/']").all()}:
        assert page.request.get(urljoin(page.url, link)).status == 200, link
