"""Floors on bases levied by quantity: the total is the rate wherever the base comes to less, by unit value or as charged in 2024."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pytest

from parley.law.average import average
from parley.law.compiled import compile_rates
from parley.law.diff import diff
from parley.law.estimates import EVERYONE, equivalent, read_charged
from parley.law.explain import Explanation
from parley.law.measure import Act, Measure
from parley.law.panel import compile_panel
from parley.law.regime import Regime
from parley.law.shipments.run import duties
from parley.law.trade_weights import read_weights

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))

WINE, BUTTER, WATCH = "2204215040", "0405102000", "9101114000"
DAY = "2025-10-20"  # the European Union's and Japan's totals of 15 percent in force
ACT = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))


def wine(regime: Regime, origin: str = "DEU", on: str = DAY, **asked: object) -> Explanation:
    return regime.explain(WINE, origin, "USA", on, **asked)  # type: ignore[arg-type]


def test_wine_of_the_european_union_pays_the_total(regime: Regime) -> None:
    """9903.02.20: column 1 duty and addition together 15 percent; 6.3 cents a liter were 0.6555 percent of value in 2024."""
    found = wine(regime)
    assert found.rate == pytest.approx(0.15, abs=1e-12)
    assert found.rate == pytest.approx(sum(x.contribution or 0 for x in found.lines), abs=1e-12)
    assert found.base_rate == 0.006555
    assert found.base_is_estimated
    assert "customs charged 0.6555 % of value on imports of 2024 from the European Union" in found.lines[0].reason
    assert found.reason is None


def test_the_share_of_wine_is_what_customs_charged() -> None:
    weights = read_weights("USA")
    k, i = weights.products.index(WINE), weights.partners.index("EUU")
    found = equivalent("USA", WINE, "6.3¢/liter", "FRA")
    assert found is not None
    assert found.rate == pytest.approx(weights.duty[k, i] / weights.value[k, i], rel=1e-3)
    assert 6 < 0.063 / found.rate < 12  # dollars a liter: a plausible unit value
    assert equivalent("USA", WINE, "6.4¢/liter", "FRA") is None  # another duty than the one charged


@pytest.mark.parametrize("origin", ["FRA", "JPN"])
def test_a_stated_unit_value_decides_before_past_imports(origin: str, regime: Regime) -> None:
    cheap = wine(regime, origin, claims={"quantity": 4000}, value=1000.0)  # 25 cents a liter: the base is 25.2 percent
    assert cheap.rate == pytest.approx(0.252, abs=1e-12)
    assert (cheap.added_rate, cheap.base_is_estimated) == (0.0, False)
    dear = wine(regime, origin, claims={"unit_value": 63.0})
    assert (dear.base_rate, dear.base_is_estimated) == (pytest.approx(0.001), False)
    assert dear.rate == pytest.approx(0.15, abs=1e-12)


def test_a_quantity_without_a_value_still_has_its_base_in_dollars(regime: Regime) -> None:
    paid = wine(regime, claims={"quantity": 100}).dollars()
    assert paid.lines[0] == pytest.approx(6.3)
    assert (paid.duty, paid.equivalent) == (None, None)  # the total is a share of value
    assert wine(regime).dollars(1000.0).duty == pytest.approx(150.0)


@pytest.mark.parametrize(
    ("product", "words"),
    [
        (BUTTER, "more than the total of 15 %"),  # $1.541 a kilogram was more in 2024
        ("9620003010", "no imports of 2024 tell whether it stays below the total of 15 %"),
    ],
)
def test_above_the_total_or_without_imports_the_rate_is_unknown(product: str, words: str, regime: Regime) -> None:
    found = regime.explain(product, "FRA", "USA", DAY)
    assert (found.rate, found.base_rate, found.added_rate) == (None, None, None)
    assert words in (found.reason or "")


@pytest.mark.parametrize(
    ("origin", "on", "product", "rate"),
    [
        ("JPN", DAY, WINE, 0.15),  # 9903.02.73
        (
            "KOR",
            "2025-12-01",
            WINE,
            0.15,
        ),  # all partners: goods of Korea claim its agreement, so its own charge says little
        ("CHE", "2025-12-01", WATCH, 0.15),  # a duty on case, strap and battery: no rate of value and quantity
        ("LIE", "2025-12-01", WATCH, 0.15),
        ("CHE", DAY, WATCH, None),  # 39 percent are added: no total, and the base is not known
        ("GBR", DAY, WINE, None),  # 10 percent are added
    ],
)
def test_totals_of_other_deals(origin: str, on: str, product: str, rate: float | None, regime: Regime) -> None:
    found = regime.explain(product, origin, "USA", on)
    assert found.rate == (None if rate is None else pytest.approx(rate, abs=1e-12))
    assert found.base_is_estimated == (rate is not None)


def total(**changes: object) -> Measure:
    made = {"id": "floor", "act": ACT, "programme": "s232", "rate": 0.15, "combine": "total", "origins": ("*",),
            "products": ("*",), "start": date(2025, 1, 1), **changes}  # fmt: skip
    return Measure(**made)  # type: ignore[arg-type]


def test_a_total_of_section_232_and_additions_beside_it() -> None:
    extra = total(id="more", combine="add", rate=0.1, programme="s301")
    found = wine(Regime((total(), extra)))
    assert found.rate == pytest.approx(0.25, abs=1e-12)
    assert found.by_programme()["s232"] == pytest.approx(0.15 - 0.006555, abs=1e-12)


def test_part_of_the_value_topped_up_leaves_the_rate_unknown() -> None:
    """Half of the value pays its base, whatever that is; two halves of two metals are the whole."""
    half = total(share="steel")
    claims = {"steel_share": 0.5, "aluminium_share": 0.5}
    assert wine(Regime((half,)), claims={"steel_share": 0.5}).rate is None
    both = (half, total(id="other", share="aluminium", rate=0.25))
    assert wine(Regime(both), claims=claims).rate == pytest.approx(0.2, abs=1e-12)
    low = (half, total(id="other", share="aluminium", rate=0.001))
    assert wine(Regime(low), claims=claims).rate is None  # the base is above one of them


def test_a_preference_or_column_2_is_not_what_was_charged_on_others() -> None:
    floor = Regime((total(),))
    assert wine(floor, "RUS").rate is None  # column 2: 33 cents a liter
    assert wine(floor, "KOR", claims={"korus": True}).base_rate == 0
    assert wine(floor, "CHN").rate == pytest.approx(0.15, abs=1e-12)


def test_the_switch_reads_the_floors_as_unknown(regime: Regime) -> None:
    old = replace(regime, estimates=False)
    assert wine(old).rate is None
    assert np.isnan(compile_rates(old, "USA", ["DEU"], DAY, products=[WINE]).rate[0, 0])


@pytest.mark.slow
@pytest.mark.parametrize("on", [DAY, "2025-12-01", "2026-08-20"])
def test_compiled_equals_explain_on_every_kind_of_base(on: str, regime: Regime) -> None:
    origins = ("FRA", "JPN", "KOR", "CHE", "CHN", "GBR")
    chosen = sorted(read_charged("USA"))[:: len(read_charged("USA")) // 60]
    whole = compile_rates(regime, "USA", origins, on)
    panel = compile_panel(regime, "USA", origins, on, on)
    again = panel.day(date.fromisoformat(on))
    places = [k for k, c in enumerate(whole.products) if c in chosen or c[:8] in chosen]
    estimated = 0
    for k in places:
        for i, origin in enumerate(origins):
            found = regime.explain(whole.products[k], origin, "USA", on)
            told = [np.nan if v is None else v for v in (found.base_rate, found.added_rate)]
            for table in (whole, again):
                assert [table.base[k, i], table.added[k, i]] == pytest.approx(told, abs=1e-12, nan_ok=True)
                assert table.estimated is not None
                assert table.estimated[k, i] == found.base_is_estimated
            cell = [np.nan if v is None else v for v in panel.cell(whole.products[k], origin, date.fromisoformat(on))]
            assert cell == pytest.approx(told, abs=1e-12, nan_ok=True)
            estimated += found.base_is_estimated
    assert estimated > 20


def test_averages_cover_what_the_floor_decides(regime: Regime) -> None:
    """$14.8 bn of $15.9 bn that were left out: the rest pays more than the total, or no imports tell."""
    new = average(regime, "DEU", "USA", DAY)
    old = average(regime, "DEU", "USA", DAY, conventions=("floors-unknown",))
    assert old.points[0].covered == pytest.approx(0.951, abs=5e-4)
    assert new.points[0].covered == pytest.approx(0.977, abs=5e-4)
    assert any("2.63 percent of the weight" in note for note in new.notes)
    assert not any("counted at what customs charged" in note for note in old.notes)
    early = [average(regime, "DEU", "USA", "2025-05-02", conventions=c) for c in ((), ("floors-unknown",))]
    assert early[0].points == early[1].points  # 10 percent added: no total yet


def test_a_difference_of_days_counts_the_points_of_the_floor(regime: Regime) -> None:
    """2.63 percent of the weight at 15 percent less a base of about half a point."""
    points = {}
    for estimates in (True, False):
        law = replace(regime, estimates=estimates)
        held = {c.measure: c.points for c in diff(law, "FRA", "USA", "2025-08-01", DAY).changes}
        points[estimates] = held["us-ieepa-reciprocal-euu"] or 0.0
    assert points[True] - points[False] == pytest.approx(0.0263 * 0.145, rel=0.1)


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    made = [
        (WINE, "France", 1000, "", "", 150.0, ""),
        (WINE, "FRA", 1000, 4000, "", 252.0, ""),  # 6.3 cents on 4,000 liters
        (WINE, "FRA", 1000, 10, "liters", 150.0, ""),
        (WINE, "FRA", 1000, 10, "kg", None, "unit"),
        (WINE, "FRA", 1000, -1, "", None, "quantity"),
        (WINE, "GBR", 1000, "", "", None, "quantity"),
        (BUTTER, "FRA", 1000, "", "", None, "quantity"),
        (WATCH, "JPN", 1000, "", "", 150.0, ""),
        (WATCH, "JPN", 1000, 3, "", 150.0, ""),  # no quantity gives this base
        (WATCH, "CHE", 1000, "", "", None, "product"),
    ]
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("product", "origin", "entry_date", "value", "quantity", "unit", "due", "why"))
        writer.writerows((p, o, DAY, v, q, u, "" if due is None else due, why) for p, o, v, q, u, due, why in made)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_get_the_total_or_the_reason(rows: Path, kind: str, tmp_path: Path) -> None:
    source, out = rows, tmp_path / "out.parquet"
    if kind == "parquet":
        source = tmp_path / "rows.parquet"
        duckdb.sql(f"COPY (SELECT * FROM read_csv('{rows}')) TO '{source}'")
    duties([str(source)], out)
    asked = "product, origin, due, duty, coalesce(why, ''), reject_reason, base_rate"
    found = duckdb.connect().execute(f"SELECT {asked} FROM '{out}'").fetchall()
    assert len(found) == 10
    for product, origin, due, duty, why, reason, base in found:
        assert duty == (None if due in (None, "") else pytest.approx(float(due))), (product, origin, reason)
        assert (reason or "").startswith(why), (product, origin, reason)
        assert bool(reason) == bool(why)
        assert base is None or base > 0


@pytest.mark.slow
def test_the_switch_reaches_files(rows: Path, tmp_path: Path, regime: Regime) -> None:
    report = duties([str(rows)], tmp_path / "out.parquet", regime=replace(regime, estimates=False))
    assert report.rejected == 8  # all but the two whose quantity gives the base


def test_the_table_is_what_its_builder_makes_and_its_manifest_says() -> None:
    from us_base_equivalents import FILE, build  # pyright: ignore[reportMissingImports]

    folder = resources.files("parley.law").joinpath("weights")
    held = folder.joinpath(FILE).read_bytes()
    entry = json.loads(folder.joinpath("manifest.json").read_text("utf-8"))[FILE]
    assert entry["sha256"] == hashlib.sha256(held).hexdigest()
    assert build()[0] == held


def test_shares_are_positive_and_hold_for_duties_by_quantity_alone() -> None:
    from parley.law.products import read_duty

    for code, found in read_charged("USA").items():
        assert EVERYONE in found.shares, code
        assert min(found.shares.values()) > 0, code
        assert not read_duty(found.duty).is_ad_valorem, code
        least = read_duty(found.duty).ad_valorem  # a compound duty is more than its share of value
        assert min(found.shares.values()) >= least - 1e-3, (code, found)
