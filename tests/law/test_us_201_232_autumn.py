"""Section 201 on solar goods and quartz, Section 232 on drones, polysilicon and medicines, each by a clause of its text."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import pytest

from parley.law.entry_claims import Value
from parley.law.regime import Regime, measures_folder
from parley.law.scope import read_list
from parley.law.transfers import heirs

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
MODULE, CELL, SLAB = "8541430010", "8541420010", "6810990020"
TRUSTED: dict[str, Value] = {"partner_components": True}


def by(
    regime: Regime, programme: str, product: str, origin: str, on: str, known: str | None = None, **claims: object
) -> float:
    found = regime.explain(product, origin, "USA", on, known, claims).by_programme().get(programme, 0.0)
    assert found is not None
    return round(100 * found, 9)


@pytest.mark.parametrize(
    ("origin", "on", "claims", "expected"),
    [
        # note 18(h): "February 7, 2025 through February 6, 2026 … 14%"; 18(b): 99 countries "shall not be subject"
        ("VNM", "2025-09-15", {}, 14),
        ("IDN", "2025-09-15", {}, 0),
        ("KHM", "2025-09-15", {}, 0),
        ("THA", "2025-09-15", {}, 14),  # Thailand, the Philippines, India and Türkiye are not on it
        ("PHL", "2025-09-15", {}, 14),
        ("IND", "2025-09-15", {}, 14),
        ("TUR", "2025-09-15", {}, 14),
        ("ZAF", "2018-06-01", {}, 0),
        ("VNM", "2021-06-01", {}, 18),
        ("VNM", "2026-02-06", {}, 14),
        ("VNM", "2026-02-07", {}, 0),
        # note 18(i): "goods of Canada under the United States-Mexico Canada Agreement"
        ("CAN", "2025-09-15", {}, 14),
        ("CAN", "2025-09-15", {"usmca": True}, 0),
        # Proclamation of 21 June 2024 (2), (3): bifacial panels "5 days after the date", contracts "within 90 days"
        ("VNM", "2024-06-25", {"exclusion_claimed": True}, 0),
        ("VNM", "2024-09-24", {"exclusion_claimed": True}, 0),
        ("VNM", "2024-09-25", {"exclusion_claimed": True}, 14.25),
    ],
)
def test_solar_modules(regime: Regime, origin: str, on: str, claims: dict[str, object], expected: float) -> None:
    assert by(regime, "s201", MODULE, origin, on, **claims) == expected


def test_solar_cells_pay_beyond_their_quota(regime: Regime) -> None:
    # note 18(f): the rates of 9903.45.22, "any entry … in excess of the quantity … under the over-quota subheading"
    assert by(regime, "s201", CELL, "MYS", "2025-09-15") == 0
    assert by(regime, "s201", CELL, "MYS", "2025-09-15", within_quota=False) == 14
    assert by(regime, "s201", CELL, "IDN", "2025-09-15", within_quota=False) == 0


@pytest.mark.parametrize(
    ("origin", "on", "known", "claims", "expected"),
    [
        # Proclamation 11051 (9): "on or after 12:01 a.m. eastern time on August 15, 2026"; rates of the annex, two copies
        ("CHN", "2026-08-14", None, {}, 0),
        ("CHN", "2026-08-15", None, {}, 50),
        ("CHN", "2026-08-15", "2026-07-30", {}, 0),
        ("CHN", "2026-08-15", None, {"within_trq": True}, 25),
        ("ESP", "2027-08-15", None, {}, 49),
        ("ESP", "2029-09-01", None, {"within_trq": True}, 19),
        ("ESP", "2030-08-15", None, {}, 0),
        # (2): Australia, Canada, CAFTA-DR, CBERA, Colombia, Korea, Israel, Mexico, Panama, Peru, Singapore; (3): developing
        ("KOR", "2026-09-01", None, {}, 0),
        ("ISR", "2026-09-01", None, {}, 0),
        ("CAN", "2026-09-01", None, {}, 0),
        ("SGP", "2026-09-01", None, {}, 0),
        ("BRA", "2026-09-01", None, {}, 0),
        ("JOR", "2026-09-01", None, {}, 0),
        ("IND", "2026-09-01", None, {}, 50),
        ("VNM", "2026-09-01", None, {}, 50),
    ],
)
def test_quartz(
    regime: Regime, origin: str, on: str, known: str | None, claims: dict[str, object], expected: float
) -> None:
    assert by(regime, "s201", SLAB, origin, on, known, **claims) == expected
    assert by(regime, "s201", "7020006000", origin, on, known, **claims) == 0  # other glass, unless claimed
    assert by(regime, "s201", "7020006000", origin, on, known, **claims, quartz_surface=True) == expected


@pytest.mark.parametrize(
    ("product", "origin", "on", "claims", "expected"),
    [
        # Proclamation 11055 (1): from 3 September 2026, (a) 100 percent, annex I; (b) 25 percent, annex II
        ("8806220000", "CHN", "2026-09-02", {}, 0),
        ("8806220000", "CHN", "2026-09-03", {}, 25),
        ("8806220000", "CHN", "2026-09-03", {"thermal_imaging": True}, 100),
        ("8806240000", "CHN", "2026-09-03", {}, 100),
        ("8504409580", "CHN", "2026-09-03", {}, 0),  # a docking station only by claim
        ("8504409580", "CHN", "2026-09-03", {"for_unmanned_aircraft": True}, 100),
        ("8807300060", "CHN", "2026-09-03", {"for_unmanned_aircraft": True}, 100),
        # (4): "no higher than 15 percent … including any duty rate under Column 1", "only if … certified"
        ("8806240000", "JPN", "2026-09-03", {}, 100),
        ("8806240000", "JPN", "2026-09-03", TRUSTED, 15),
        ("8806220000", "DEU", "2026-09-03", {**TRUSTED, "thermal_imaging": True}, 15),
        ("8806240000", "GBR", "2026-09-03", TRUSTED, 10),
        ("8806240000", "CHN", "2026-09-03", TRUSTED, 100),
        # (6)(c) "without paying applicable section 232 duties"; (7) "180 days from the date of this proclamation"
        ("8806240000", "CHN", "2026-09-03", {"onshoring_plan": True}, 0),
        ("8806240000", "CHN", "2027-02-08", {"cleared_drone": True}, 0),
        ("8806240000", "CHN", "2027-02-09", {"cleared_drone": True}, 100),
    ],
)
def test_drones(regime: Regime, product: str, origin: str, on: str, claims: dict[str, object], expected: float) -> None:
    assert by(regime, "s232", product, origin, on, **claims) == expected


@pytest.mark.parametrize(
    ("product", "origin", "on", "claims", "expected"),
    [
        # (4): "on or after 12:01 a.m. eastern time on December 4, 2026 … 15 percent"; (5)(b), (c)
        (MODULE, "VNM", "2026-12-03", {}, 0),
        (MODULE, "VNM", "2026-12-04", {}, 15),
        ("3818000020", "DEU", "2026-12-04", {}, 15),
        (MODULE, "GBR", "2026-12-04", {}, 10),
        ("2804610000", "CHN", "2026-12-04", {}, 0),
        # (2)(b): without the documents "a specific tariff equal to the applicable MIP": 21 dollars a kilogram
        ("2804610000", "CHN", "2026-12-04", {"resale_documented": False, "unit_value": 42.0}, 50),
        (MODULE, "VNM", "2026-12-04", {"onshoring_plan": True}, 0),
    ],
)
def test_polysilicon(
    regime: Regime, product: str, origin: str, on: str, claims: dict[str, object], expected: float
) -> None:
    assert by(regime, "s232", product, origin, on, **claims) == expected


@pytest.mark.parametrize(
    ("product", "origin", "on", "claims", "expected"),
    [
        # Proclamation 11020 (3)(a) 100, (b) 20, (c) 15, (d) and (e) 0; (4) 31 July and 29 September; (5) generics; (7) sums
        ("3004909216", "CHN", "2026-07-31", {}, 0),
        ("3004909216", "CHN", "2026-07-30", {"patented": True}, 0),
        ("3004909216", "CHN", "2026-07-31", {"patented": True}, 100),
        ("3004909216", "CHN", "2026-08-31", {"patented": True, "annex_iii_company": False}, 0),
        ("3004909216", "CHN", "2026-09-29", {"patented": True, "annex_iii_company": False}, 100),
        ("3004909216", "IND", "2026-08-31", {"patented": True, "onshoring_plan": True}, 20),
        ("3004909216", "IND", "2030-04-02", {"patented": True, "onshoring_plan": True}, 100),
        ("3004909216", "IRL", "2026-08-31", {"patented": True, "onshoring_plan": True}, 15),  # (8): the lowest
        ("3004909216", "CHE", "2026-08-31", {"patented": True}, 15),
        ("3004909216", "IND", "2026-08-31", {"patented": True, "special_medicine": True}, 0),
        ("3004909216", "IND", "2029-01-19", {"patented": True, "onshoring_plan": True, "pricing_agreement": True}, 0),
        ("3004909216", "IND", "2029-01-20", {"patented": True, "onshoring_plan": True, "pricing_agreement": True}, 20),
        ("3004909216", "IND", "2026-08-31", {"patented": True, "pricing_agreement": True}, 100),  # (e) needs (b)
        ("2918993000", "DEU", "2026-08-01", {"patented": True}, 8.5),  # with the base of 6.5: 15 in all
    ],
)
def test_medicines(
    regime: Regime, product: str, origin: str, on: str, claims: dict[str, object], expected: float
) -> None:
    assert by(regime, "s232", product, origin, on, **claims) == expected


def test_medicines_are_the_same_goods_before_and_after_29_september(shared_data: Path, regime: Regime) -> None:
    # The ten numbers that left had become others on 1 July 2026 (section 484(f)); the 28 that came are those others.
    from us_lists_2026 import pharmaceuticals

    with (shared_data / "law/lists/s232_pharma_note_40c.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    left = {r["product"] for r in rows if r["to_exclusive"]}
    came = {r["product"] for r in rows if r["from"] == "2026-09-29"}
    held = {x.product for x in read_list(str(measures_folder()), "us-232-pharmaceuticals.csv")}
    assert held == {p for p, _, _ in pharmaceuticals(shared_data)}
    assert came <= held
    assert not held & left
    assert {heir for code in left for heir in heirs(code, date(2026, 6, 30), date(2026, 7, 31))} <= held
    for code in came:
        for on in ("2026-07-31", "2026-08-15", "2026-09-28", "2026-09-29"):
            assert by(regime, "s232", code, "IND", on, patented=True) > 90, (code, on)
            assert by(regime, "s232", code, "IND", on) == 0


def test_the_countries_outside_are_as_many_as_the_notes_name(shared_data: Path) -> None:
    from us_acts_201 import quartz_exempt, solar_exempt

    assert (len(solar_exempt(shared_data)), len(quartz_exempt(shared_data))) == (99, 124)
    assert not {"PHL", "IND", "THA", "TUR", "CAN"} & set(solar_exempt(shared_data))


def test_chips_under_section_232_pay_no_emergency_duty_on_canada_and_mexico(regime: Regime) -> None:
    # Proclamation of 14 January 2026 (5): "shall not be subject to any tariffs imposed by" EO 14257, 14193 and 14194; China’s
    # EO 14195 is not among them.
    for origin, emergency in (("CAN", 35), ("MEX", 25)):
        assert by(regime, "ieepa_fentanyl", "8471500110", origin, "2026-01-14", technical_test=True) == emergency
        assert by(regime, "ieepa_fentanyl", "8471500110", origin, "2026-01-15", technical_test=True) == 0
        assert by(regime, "ieepa_fentanyl", "8471500110", origin, "2026-01-15") == emergency
    assert by(regime, "ieepa_fentanyl", "8471500110", "CHN", "2026-01-15", technical_test=True) == 10
