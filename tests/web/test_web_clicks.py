"""The clicks of docs/journeys.md, made in a browser as the page says them, from the first page to the file, chart or table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import ROOT

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")

pytestmark = pytest.mark.slow
JOURNEYS = (ROOT / "docs/journeys.md").read_text("utf-8")
STEP = re.compile(r"\*([^*]+)\*(?: under \*([^*]+)\*)?")
KINDS = ("link", "button", "checkbox")


def rows() -> dict[str, int]:
    """Each user with the clicks that the table counts."""
    cells = [line.strip("|").split("|") for line in JOURNEYS.splitlines() if line.startswith("| ")]
    return {row[0].strip(): int(row[3]) for row in cells if row[3].strip().isdigit()}


def steps(user: str) -> list[tuple[str, str]]:
    """The clicks of a user's journey: what is clicked, and under which heading."""
    part = JOURNEYS.partition(f"## {user.capitalize()}")[2].partition("\n## ")[0]
    return STEP.findall(part.partition("On the pages:")[2].partition(".\n")[0])


@pytest.fixture
def page(chromium: Any, base: str) -> Iterator[Any]:
    context = chromium.new_context(base_url=base, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def click(page: Any, name: str, under: Any, file: Path | None) -> str:
    """One click on what bears a name; the text of the file that it brings, if it brings one."""
    if name == "File":
        under.get_by_label(name, exact=False).first.set_input_files(file)
        return ""
    named = [under.get_by_role(kind, name=name, exact=kind == "button") for kind in KINDS]
    found = next((x for x in named if x.count()), under.get_by_text(name, exact=True)).first
    if found.get_attribute("download") is not None:
        with page.expect_download() as brought:
            found.click()
        return Path(brought.value.path()).read_text("utf-8")
    found.click()
    page.wait_for_load_state()
    return ""


def walk(page: Any, user: str, file: Path | None = None) -> list[str]:
    """Makes a user's clicks; the files that they bring."""
    page.goto("/")
    under, brought = page, []
    for name, heading in steps(user):
        if heading:
            under = page.get_by_role("region", name=heading)
        if name == "Send":
            under.get_by_role("button", name=name, exact=True).click()
            page.wait_for_url("**/files/*")
            page.get_by_text("Delete this file now").wait_for()
            page.get_by_role("heading", name="The answer").wait_for()
            under = page
            continue
        brought += filter(None, [click(page, name, under, file)])
    return brought


def test_the_table_counts_the_clicks() -> None:
    assert {user: len(steps(user)) for user in rows()} == rows()


def test_the_analyst_sees_the_law_beside_the_change(page: Any) -> None:
    walk(page, "ministry analyst")
    page.get_by_role("heading", name="Who gains and who loses from B against A").wait_for()
    assert "fentanyl (IEEPA) off" in page.locator(".pair").inner_text().replace("\u00a0", " ")


def test_the_manager_has_a_refund_a_line(page: Any) -> None:
    entries = ROOT / "examples/refund-entries.csv"
    (text,) = walk(page, "trade manager", entries)
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(entries.read_text("utf-8").splitlines()) - 1


def test_the_journalist_has_the_chart_and_its_citation(page: Any) -> None:
    (chart,) = walk(page, "journalist")
    assert chart.startswith("<svg")
    assert "Source: parley" in chart
    assert page.evaluate("navigator.clipboard.readText()").startswith("parley ")


def test_a_table_is_copied_with_its_caption_its_numbers_to_the_right_and_its_source(page: Any) -> None:
    page.goto("/rate?product=9503000073&origin=CHN&on=2025-05-02")
    copy = page.get_by_role("button", name="Copy as Markdown").first
    copy.click()
    page.get_by_role("button", name="Copied").wait_for()
    caption, table, source = page.evaluate("navigator.clipboard.readText()").split("\n\n")
    head, rule, *rows = (line.strip("| ").split(" | ") for line in table.split("\n"))
    assert caption == "**Line by line**"
    assert [name for name, side in zip(head, rule, strict=True) if side == "---:"] == [
        "adds, %",
        "rate, %",
        "of the value, %",
    ]
    assert {len(row) for row in rows} == {len(head)}
    assert source.startswith("Source: parley ")
    assert page.url.split("?")[0] in source
    copy.wait_for()  # the button is itself again


def test_a_grid_is_copied_with_each_sides_payoff_apart(page: Any) -> None:
    page.goto("/scenario")
    page.locator("[data-piece=talks]").get_by_role("button", name="Copy as Markdown").click()
    page.get_by_role("button", name="Copied").wait_for()
    _, table, _ = page.evaluate("navigator.clipboard.readText()").replace("\u00a0", " ").split("\n\n")
    cells = [cell for row in table.split("\n")[2:] for cell in row.strip("| ").split(" | ")[1:]]
    payoff = r"[+−]?\d+\.\d\d %( ↑ best response)?"
    assert len(cells) >= 4
    assert all(re.fullmatch(rf"(equilibrium; )?United States {payoff}; China {payoff}", cell) for cell in cells), cells


def test_the_student_has_an_effect_under_elasticities_of_their_own(page: Any, tmp_path: Path) -> None:
    own = tmp_path / "my-elasticities.toml"
    own.write_text(JOURNEYS.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    (text,) = walk(page, "doctoral student", own)
    from parley.scenario.asked_scenario import scenario_of
    from parley.scenario.questions import Solve
    from parley.scenario.trade import solve_scenario

    expected: Any = solve_scenario(scenario_of(Solve(elasticities=str(own))))
    found = {row["code"]: float(row["welfare_pct"]) for row in csv.DictReader(io.StringIO(text))}
    assert found == {code: pytest.approx(row["welfare_pct"]) for code, row in expected["countries"].items()}


def test_the_developer_has_the_description(page: Any) -> None:
    walk(page, "developer")
    assert json.loads(page.locator("pre, body").first.inner_text())["openapi"].startswith("3.")
