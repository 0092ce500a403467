"""Averages held against an independent public series: the Budget Lab's, on the reference's days and for other origins.

tests/law/independent_series.csv has its figures: every origin with weights, fourteen days. By default ours count what the law says,
with metal by chapter in its ten months; --convention budget-lab counts as the series does, its errors included
(docs/averages.md). What is outside two points by default stands on that page with its causes, and nothing else.
"""

from __future__ import annotations

import csv
import sys
from functools import cache
from pathlib import Path

import pytest

from parley.law.average import average
from parley.law.conventions import BUDGET_LAB, CONVENTIONS
from parley.law.regime import Regime

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
from docs_averages import held, whole

HOME = Path(__file__).parents[2]
CLOSE = 2.0  # points, of issue 17
ALIKE = 1.0  # points: the widest of all, Canada on 20 March 2025, is 0.9
LEFT = 0.5  # points that causes may leave of a gap
OF_CLAIMS = ("CAN", "MEX")  # counted with the USMCA claims of the month, the series with one mean of them
BY_DEFAULT = ("CHN", "VNM", "THA", "MYS", "IDN", "TUR", "BRA")
REFERENCE = ("China", "2025-09-20")


@cache
def series() -> dict[tuple[str, str], float]:
    text = Path(__file__).with_name("independent_series.csv").read_text("utf-8")
    rows = csv.DictReader(x for x in text.splitlines() if not x.startswith("#"))
    return {(r["origin"], r["on"]): float(r["percent"]) for r in rows}


def ours(regime: Regime, origin: str, on: str, *conventions: str) -> float:
    rate = average(regime, origin, "USA", on, conventions=conventions).points[0].rate
    assert rate is not None
    return 100 * rate


def test_the_reference_is_met_on_every_date(regime: Regime, shared_data: Path) -> None:
    with (shared_data / "reference/law_averages.csv").open(encoding="utf-8") as file:
        rows, source = list(csv.DictReader(file)), ""
    met = []
    for row in rows:
        source = source if row["source"] == "as above" else row["source"]
        if source.startswith("Yale"):
            found = ours(regime, row["flow"][:3], row["date"], "budget-lab")
            assert found == pytest.approx(float(row["pct"]), abs=LEFT), row
            met.append(row["date"])
    assert met == ["2025-05-02", "2025-05-03"]


@pytest.mark.parametrize("on", ["2025-06-20", "2025-09-20", "2025-11-17"])
def test_china_by_default_is_within_two_points_while_shares_of_metal_count(regime: Regime, on: str) -> None:
    """20 September 2025: 44.40 by the series; 46.5 with all metal goods at full value."""
    assert ours(regime, "CHN", on) == pytest.approx(series()["CHN", on], abs=CLOSE)
    assert ours(regime, "CHN", on, "metal-full") > ours(regime, "CHN", on) + 1


def test_the_set_is_made_of_named_conventions() -> None:
    assert set(BUDGET_LAB) < CONVENTIONS.keys()
    page = (HOME / "docs/averages.md").read_text("utf-8")
    assert not [name for name in BUDGET_LAB if f"`{name}`" not in page]


@pytest.mark.parametrize(
    ("origin", "on"),
    [("CHE", "2025-08-15"), ("KOR", "2025-11-17"), ("RUS", "2025-12-15"), ("SGP", "2026-02-10"), ("EUU", "2026-03-15")],
)
def test_an_origin_counted_alike(regime: Regime, origin: str, on: str) -> None:
    """One each of the widest causes: codes that ended, days of printing, column 2, whole lines of metal, the surcharge."""
    assert ours(regime, origin, on, "budget-lab") == pytest.approx(series()[origin, on], abs=ALIKE)


def causes() -> list[list[str]]:
    """The rows of the page's table of causes: origin, day, ours, one column a cause, the series, what is left."""
    page = (HOME / "docs/averages.md").read_text("utf-8").splitlines()
    start = next(k for k, line in enumerate(page) if line.startswith("| origin | day | ours |"))
    rows = []
    for line in page[start + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_causes_explain_what_is_outside_by_default() -> None:
    """The steps of each row lead from ours to the series and leave little; every row but the reference is outside."""
    rows = causes()
    assert len(rows) > 40
    for origin, on, mine, *steps, theirs, left in rows:
        assert abs(float(left)) <= LEFT, (origin, on)
        reached = float(mine) + sum(map(float, steps)) + float(left)
        assert reached == pytest.approx(float(theirs), abs=0.06), (origin, on)
        assert abs(float(mine) - float(theirs)) > CLOSE or (origin, on) == REFERENCE


def test_a_claim_of_its_agreement_does_not_lower_korea_s_total(regime: Regime) -> None:
    """Headings 9903.02.80 and 9903.94.61: "under column 1-General or column 1-Special less than 15 percent": 15 % in both columns.

    A shirt with the claim and without it pays 15; so does the average of shirts, whatever share claims.
    """
    shirt, on = "6109100012", "2025-12-15"
    assert regime.rate(shirt, "KOR", "USA", on) == pytest.approx(max(0.15, 0.165))
    assert regime.rate(shirt, "KOR", "USA", on, claims={"korus": True}) == pytest.approx(0.15)
    car = "8703230190"
    for claims in ({}, {"korus": True}):
        assert regime.rate(car, "KOR", "USA", on, claims=claims) == pytest.approx(0.15)
    found = average(regime, "KOR", "USA", on, products=["870323"]).points[0]
    assert found.rate == pytest.approx(0.15, abs=1e-9)
    assert found.base_rate is not None
    assert found.base_rate < 0.025


@pytest.mark.slow
def test_every_figure_on_every_date_and_the_page_that_lists_them(regime: Regime) -> None:
    """Counted alike, all 50 origins are close on 14 days; by default seven are from June to December; the page holds the rest.

    All figures are computed once: a figure that newly is outside two points changes the page.
    """
    rows = held(regime, Path(__file__).with_name("independent_series.csv"))
    assert len(rows) == 50 * 14
    far = [r for r in rows if abs(r.alike - r.theirs) > (ALIKE if r.origin in (*OF_CLAIMS, "RUS") else LEFT)]
    assert not far
    autumn = [r for r in rows if r.origin in BY_DEFAULT and "2025-06-04" <= r.on < "2026-01-01"]
    assert len(autumn) == 7 * len(BY_DEFAULT)
    assert not [r for r in autumn if abs(r.ours - r.theirs) > CLOSE]
    page = (HOME / "docs/averages.md").read_text("utf-8")
    assert whole(page, regime, rows) == page, "python builders/docs_averages.py"
