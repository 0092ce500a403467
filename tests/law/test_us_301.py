"""Section 301 at ten digits: each error that shared data names in its list by HTS8, exclusions, cranes, Section 338."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from parley.law.regime import Regime, measures_folder

EXACT = 1e-12  # a single decimal rate


AUTHORITY = "USA"  # whose acts the fixture regime holds


def s301(regime: Regime, product: str, on: str, **claims: object) -> float:
    found = regime.explain(product, "CHN", "USA", on, claims=claims).by_programme()
    return found.get("s301") or 0.0


# Each row: a line that the list by HTS8 gets wrong, the day, the right rate in percent (shared data, README).
NAMED = [
    ("8517620090", "2025-01-15", 7.5),
    ("9401806021", "2025-01-15", 0),
    ("9401806023", "2025-01-15", 0),
    ("8443321010", "2025-01-15", 7.5),
    ("8443321040", "2025-01-15", 7.5),
    ("6307909870", "2025-01-15", 25),
    ("6307909875", "2025-01-15", 25),
    ("8507600010", "2025-01-15", 25),
    ("8507600020", "2025-01-15", 7.5),
    ("4015121010", "2025-01-15", 50),
    ("4015121020", "2025-01-15", 50),
]
BESIDE = [("8517620020", "2025-01-15", 25), ("6307909891", "2025-01-15", 7.5), ("8507600010", "2024-09-26", 7.5)]


@pytest.mark.parametrize(("product", "on", "percent"), [*NAMED, *BESIDE])
def test_a_named_error_of_the_list_by_eight_digits(product: str, on: str, percent: float, regime: Regime) -> None:
    assert s301(regime, product, on) == pytest.approx(percent / 100, abs=EXACT)


def test_the_list_by_eight_digits_is_wrong_there(shared_data: Path) -> None:
    """The trap is real: taken as it is, the list gives none of these lines its rate of January 2025 (or leaves it out)."""
    rates = {"9903.88.01": 25, "9903.88.02": 25, "9903.88.03": 25, "9903.88.04": 25, "9903.88.15": 7.5,
             "9903.91.01": 25, "9903.91.03": 100, "9903.91.05": 50}  # fmt: skip
    said: dict[str, float] = {}
    with (shared_data / "law/lists/s301_product_lists.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rate = rates.get(row["ch99_code"], 0)
            said[row["hts8"]] = max(rate, said.get(row["hts8"], 0))
    wrong = [code for code, _, percent in NAMED if said.get(code[:8], 0) != percent]
    assert len(wrong) >= 6


def test_an_exclusion_is_a_claim_on_its_own_lines_within_its_window(regime: Regime) -> None:
    board, shirt = "8473301180", "6109100012"
    assert s301(regime, board, "2025-05-02") == 0.25
    assert s301(regime, board, "2025-05-02", exclusion_claimed=True) == 0
    assert s301(regime, board, "2026-11-09", exclusion_claimed=True) == 0
    late = regime.explain(board, "CHN", "USA", "2026-11-10", claims={"exclusion_claimed": True})
    assert late.by_programme()["s301"] is None  # lapsed, unless extended again: nobody here has read which
    assert s301(regime, shirt, "2025-05-02", exclusion_claimed=True) == 0.075  # no exclusion on its line
    assert s301(regime, shirt, "2024-06-14", exclusion_claimed=True) == 0  # lines of the earlier windows are not known
    assert s301(regime, shirt, "2024-06-15", exclusion_claimed=True) == 0.075


def test_exclusions_stand_on_the_lines_whose_footnotes_name_them() -> None:
    for name, least in (("us-301-exclusions", 100), ("us-301-exclusions-machinery", 3)):
        lines = (measures_folder() / f"{name}.csv").read_text("utf-8").split()[1:]
        assert len(lines) >= least


def test_cranes_and_chassis(regime: Regime) -> None:
    crane, chassis = "8426190000", "8716390090"
    assert s301(regime, crane, "2025-11-08", technical_test=True) == 0.25  # 9903.92.10, since 27 September 2024
    assert s301(regime, crane, "2025-11-09", technical_test=True) == 1.00
    assert s301(regime, crane, "2025-11-10", technical_test=True) == 0.25  # suspended for a year
    later = regime.explain(crane, "CHN", "USA", "2026-11-10", "2025-11-10", claims={"technical_test": True})
    assert {x.measure: x.contribution for x in later.lines}["us-301-cranes"] == 1.00
    assert s301(regime, crane, "2025-11-09") == 0
    assert s301(regime, chassis, "2025-11-09") == 1.00
    assert s301(regime, chassis, "2025-11-10") == 0.25


def test_section_338_falls_on_its_three_lists_and_not_on_goods_of_section_232(regime: Regime) -> None:
    def s338(product: str, on: str = "2026-08-22", **claims: object) -> float | None:
        return regime.explain(product, "CAN", "USA", on, claims=claims).by_programme().get("s338")

    assert s338("2208306020") == 0.5  # whisky
    assert s338("2208306020", usmca=True) == 0.5  # note 51 knows no USMCA exception
    assert s338("2208306020", "2026-08-21") is None  # Proclamation 11056: the 22nd, not the 19th
    assert s338("3501101000") == 0.5  # milk protein
    assert s338("8517620090") == 0.5  # of the third list
    assert s338("8517620090", civil_aircraft=True) is None  # 8517.62.00 is of note 51(d)
    assert s338("9503000071", civil_aircraft=True) == 0.5  # toys are not
    assert s338("8703230190") is None  # cars pay Section 232
