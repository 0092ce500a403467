"""The scenario's page as it is changed: first figures at once, the rest as it arrives, and all of it without scripts too."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")

pytestmark = pytest.mark.slow
FIRST = ["head", "tiles", "map", "controls", "ranking", "sectors", "again"]
LATER = {"ranges", "talks", "deadline"}
FENTANYL = "fentanyl (IEEPA), charged by the United States"
EMPTY_PAGES = 20  # times an empty page: within which the first figures stand after a change


def events(base: str, query: str) -> list[tuple[str, str]]:
    """The names and texts of the server-sent events."""
    with urllib.request.urlopen(f"{base}/scenario/live?{query}", timeout=120) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = answer.read().decode().strip().split("\n\n")
    lines = [event.split("\n") for event in found]
    return [(head.removeprefix("event: "), "\n".join(x.removeprefix("data: ") for x in rest)) for head, *rest in lines]


@pytest.fixture
def page(chromium: Any, base: str) -> Iterator[Any]:
    context = chromium.new_context(base_url=base, viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not faults


def heading(page: Any) -> str:
    return page.get_by_role("heading", level=1).inner_text().replace("\u00a0", " ")


def settled(page: Any) -> None:
    """Waits until everything that was asked has arrived."""
    page.wait_for_selector(".bench:not([aria-busy])")


def test_core_comes_first_and_every_part_comes(base: str) -> None:
    found = events(base, "drop=ieepa_fentanyl")
    names = [name for name, _ in found]
    assert names[: len(FIRST)] == FIRST
    assert set(names[len(FIRST) : -1]) == LATER
    assert names[-1] == "done"
    texts = dict(found)
    assert "fentanyl (IEEPA) off" in texts["head"]
    assert "under the law unchanged" in texts["tiles"]
    assert texts["talks"].count("best response") > 1


def test_the_core_has_the_figures_of_the_api(base: str) -> None:
    """By another way: the API's job, whose answer the tiles and the table of the page must show."""
    with urllib.request.urlopen(f"{base}/scenario/answer.json", timeout=120) as answer:
        trade = json.load(answer)["trade"]
    shown = dict(events(base, ""))["tiles"]
    for party in ("USA", "CHN"):
        figure = f"{trade['countries'][party]['welfare_pct']:+.2f}".replace("-", "−")
        assert figure in shown


def test_a_refusal_is_an_event_that_names_its_field(base: str) -> None:
    found = events(base, "on=2025-13-02")
    assert [name for name, _ in found] == ["refused"]
    assert 'data-field="on"' in found[0][1]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_map_begins_on_the_first_screen(page: Any, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/scenario")
    top = page.locator("[data-piece=map] svg:visible").bounding_box()["y"]
    assert top < 0.8 * height


def test_a_switch_answers_at_once_and_is_undone(page: Any) -> None:
    page.goto("/scenario")
    before = page.locator("div[data-piece=tiles]").inner_text()
    page.get_by_label(FENTANYL).check()
    page.wait_for_selector("h1:has-text('1 change')")
    assert "under the law unchanged" in page.locator("div[data-piece=tiles]").inner_text()
    page.wait_for_url("**drop=ieepa_fentanyl**")
    settled(page)
    page.get_by_text("What you asked before (1)").click()
    assert page.locator(".asked a").first.get_attribute("href").startswith("/scenario")
    assert "/compare?" in page.locator(".asked a").nth(1).get_attribute("href")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("h1:not(:has-text('change'))")
    settled(page)
    assert page.locator("div[data-piece=tiles]").inner_text() == before
    assert not page.get_by_label(FENTANYL).is_checked()
    assert page.get_by_role("button", name="Undo").is_disabled()
    page.go_forward()
    page.wait_for_selector("h1:has-text('1 change')")
    settled(page)
    assert page.get_by_label(FENTANYL).is_checked()
    assert page.get_by_role("button", name="Undo").is_enabled()


def test_a_link_within_the_page_asks_nothing(page: Any) -> None:
    page.set_viewport_size({"width": 800, "height": 800})
    page.goto("/scenario")
    settled(page)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.get_by_role("link", name="Change the question").click()
    page.wait_for_url("**#change")
    page.go_back()
    page.wait_for_url("**/scenario")
    assert asked == []
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_a_slider_sets_a_rate_by_the_keyboard_alone(page: Any) -> None:
    page.goto("/scenario")
    slider = page.get_by_label("Emergency duty on China and Hong Kong, synthetic opioids, slider")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**set=us-ieepa-fentanyl-cn%3D0.22**")
    assert "at 22 %" in page.locator("[data-piece=head]").inner_text().replace("\u00a0", " ")
    settled(page)
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    field = "Emergency duty on China and Hong Kong, synthetic opioids now 20 %"
    assert page.get_by_label(field, exact=True).input_value() == "22"


def test_the_controls_of_another_day_keep_what_is_open_and_where_one_stands(page: Any) -> None:
    page.goto("/scenario?on=2025-09-10")
    page.get_by_text("Model, comparison day and closures").click()
    page.locator("#f-on-slider").focus()
    for day in ("11 Sep", "12 Sep"):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f"h1:has-text('{day} 2025')")
        settled(page)
        assert page.evaluate("document.activeElement.id") == "f-on-slider"
    known = page.get_by_label("As known on")
    known.fill("2025-09-01")
    known.press("Enter")
    page.wait_for_url("**known=2025-09-01**")
    settled(page)
    assert known.is_visible()
    assert page.evaluate("document.activeElement.id") == "f-known"


def test_what_a_field_cannot_hold_is_said_beside_it_and_not_asked(page: Any) -> None:
    page.goto("/scenario")
    settled(page)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    dial = page.locator(".dial input[type=number]:visible").first
    dial.fill("5000")
    page.wait_for_function("document.activeElement.matches(':invalid')")
    page.wait_for_timeout(1000)
    assert "1000" in page.evaluate("document.activeElement.validationMessage")
    assert asked == []
    dial.fill("7.5")
    page.wait_for_url("**0.075**")
    assert "at 7.5 %" in page.locator("[data-piece=head]").inner_text().replace("\u00a0", " ")


def test_another_day_brings_the_measures_of_that_day(page: Any) -> None:
    page.goto("/scenario")
    page.get_by_label("In force on", exact=True).fill("2026-05-01")
    page.wait_for_selector("h1:has-text('1 May 2026')")
    settled(page)
    assert page.get_by_label(FENTANYL).count() == 0


def test_marks_are_read_by_the_arrow_keys_and_under_the_pointer(page: Any) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/scenario")
    page.locator("[data-piece=ranking] svg:visible").focus()
    page.keyboard.press("ArrowDown")
    first = page.locator(".tip").inner_text()
    page.keyboard.press("ArrowDown")
    assert re.fullmatch(r".+: [−+]?[\d.]+", first.strip())
    assert page.locator(".tip").inner_text() != first
    page.locator("[data-piece=map] svg:visible [data-says^='China:']").first.hover(force=True)
    assert page.locator(".tip").inner_text().startswith("China: ")


def test_the_whole_page_stands_without_script(chromium: Any, base: str) -> None:
    context = chromium.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/scenario")
    page.get_by_label(FENTANYL).check()
    page.get_by_role("button", name="Show what it does").click()
    assert "with 1 change" in heading(page)
    page.wait_for_load_state("load")
    assert page.locator("table").count() >= 5
    assert page.locator("svg").count() >= 4
    assert page.locator("input[type=range], .undo").count() == 0
    assert "best response" in page.locator("[data-piece=talks]").inner_text()
    assert re.search(
        r"(?s)United States: .*published sets.*China: .*published sets", page.locator("noscript ul").inner_text()
    )
    context.close()


def test_the_first_figures_stand_within_some_empty_pages(page: Any) -> None:
    """After a change, on a day that the server knows; in units of an empty page of the same server in the same browser."""
    page.goto("/scenario")
    settled(page)
    other = page.context.new_page()
    field = page.get_by_label("Emergency duty on China and Hong Kong, synthetic opioids now 20 %", exact=True)
    waits, empty = [], []
    for percent in range(21, 27):
        field.fill(str(percent))
        field.press("Enter")
        page.wait_for_url(f"**set=us-ieepa-fentanyl-cn%3D0.{percent}**")
        settled(page)
        waits.append(float(page.evaluate("document.documentElement.dataset.seconds")))
        began = time.perf_counter()
        other.goto("/enter")
        empty.append(time.perf_counter() - began)
    assert min(waits) < EMPTY_PAGES * min(empty), (waits, empty)
