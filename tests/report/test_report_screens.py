"""The briefing in a real browser: how many screens it takes, that it fits three widths, light and dark, and what print opens.

A screen is 1440 × 900 CSS pixels: a desk's. The found day is one with many deadlines, agreements and rulings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import parley
from drawn import drawn
from parley.report.write import write_brief
from parley.scenario.situation import on_day

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")
axe_api = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed: pip install '.[dev]'"
)

pytestmark = pytest.mark.slow
SCREEN = {"width": 1440, "height": 900}
MOST = 14
WIDTHS = (390, 834, 1440)
QUESTIONS = {
    "shipped": parley.read_scenario,
    "found": lambda: on_day("2026-02-25", known="2026-02-25").replaced(found=True),
}
CUT = """() => {
  const wide = document.documentElement.clientWidth + 1, seen = e => e.getClientRects().length > 0;
  const inside = e => e.closest('.scroll, pre, .vh, .skip') || (e.closest('svg') && e.tagName !== 'text');
  const texts = [...document.querySelectorAll('main *, header *, footer *')].filter(e => seen(e) && !inside(e));
  return texts.filter(e => { const b = e.getBoundingClientRect(); return b.right > wide || b.left < -1; })
    .map(e => e.tagName + ' ' + (e.textContent || '').slice(0, 60)).slice(0, 5);
}"""
CROWDED = """() => [...document.querySelectorAll('.brief td, .brief th')]
  .filter(e => e.getClientRects().length > 0 && e.scrollWidth > e.clientWidth + 1 && !e.closest('.vh, .reflow thead'))
  .map(e => e.textContent.trim().slice(0, 60)).slice(0, 5)"""


@pytest.fixture(scope="module", params=QUESTIONS)
def brief(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp(request.param)
    write_brief(parley.run(QUESTIONS[request.param]()).as_json(), out)
    return out / "brief.html"


def opened(chromium: Any, brief: Path, scheme: str = "light", **size: int) -> Any:
    page = chromium.new_page(viewport=size or SCREEN, color_scheme=scheme, bypass_csp=True)
    page.goto(brief.as_uri())
    return page


def test_at_most_fourteen_screens(chromium: Any, brief: Path) -> None:
    page = opened(chromium, brief)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.close()
    assert height <= MOST * SCREEN["height"], f"{height / SCREEN['height']:.1f} screens"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_no_word_is_cut(chromium: Any, brief: Path, width: int) -> None:
    """As it is opened, and with all that is folded unfolded."""
    page = opened(chromium, brief, width=width, height=900)
    for unfolded in (False, True):
        if unfolded:
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []
        assert page.evaluate(CROWDED) == []
    page.close()


@pytest.mark.parametrize(
    ("brief", "scheme"),
    [*((name, "light") for name in QUESTIONS), *((name, "dark") for name in drawn([*QUESTIONS], 1))],
    indirect=["brief"],
)
def test_axe_finds_nothing(chromium: Any, brief: Path, scheme: str) -> None:
    """Contrast, names, roles, with all that is folded unfolded. In the dark nothing but colours is another."""
    page = opened(chromium, brief, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    asked = {"type": "rule", "values": ["color-contrast"]} if scheme == "dark" else {"type": "tag", "values": tags}
    found = axe_api.Axe().run(page, options={"runOnly": asked, "resultTypes": ["violations"]})
    page.close()
    assert found.violations_count == 0, found.generate_report()


def test_print_opens_what_is_folded_and_leaves_out_the_tools(chromium: Any, brief: Path) -> None:
    """On the width of an A4 page between its margins."""
    page = opened(chromium, brief, width=680, height=960)
    page.emulate_media(media="print")
    folded = page.query_selector_all("details.open-in-print")
    assert len(folded) >= 8
    assert all(e.evaluate("e => e.lastElementChild.getBoundingClientRect().height") > 10 for e in folded)
    assert not any(e.is_visible() for e in page.query_selector_all(".tools, details.again, nav.toc"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.evaluate(CUT) == []
    held = "e => e.getClientRects().length > 0 && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)"
    assert page.evaluate(f"[...document.querySelectorAll('.scroll')].filter({held}).map(e => e.ariaLabel)") == []
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
