"""Answers of Canada, Russia, India, Türkiye and the European Union: rates known, ordinary rates not, and no silent zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.errors import CodeError, InputError
from parley.law.facts import read_facts
from parley.law.regime import Regime, measures_folder
from tables import read_rows


def added(regime: Regime, code: str, levier: str, on: str, known: str | None = None) -> float | None:
    return regime.explain(code, "USA", levier, on, known).added_rate


FILES = {"CAN": ("ca", "hs8"), "RUS": ("ru", "code"), "IND": ("in", "code"), "TUR": ("tr", "code")}


def packaged(levier: str) -> list[tuple[str, float]]:
    """(code, percent) of the packaged lists, which were made from the matrix; the file's name ends with the percent."""
    lists = {"CAN": "ca-2025-03-*.csv"}.get(levier, f"{FILES[levier][0]}-answer-*.csv")
    return [
        (row["product"], 25.0 if levier == "CAN" else float(path.stem[-2:]))
        for path in sorted(measures_folder().glob(lists))
        for row in read_rows(path)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("levier", "count"), [("CAN", 1795), ("RUS", 79), ("IND", 22), ("TUR", 22)])
def test_every_line_of_the_packaged_lists(levier: str, count: int, regime: Regime) -> None:
    rows = packaged(levier)
    assert len(rows) == count
    check_lines(levier, rows, regime)


@pytest.mark.slow
@pytest.mark.parametrize("levier", FILES)
def test_every_line_of_the_american_matrix(levier: str, regime: Regime, shared_data: Path) -> None:
    prefix, column = FILES[levier]
    (path,) = (shared_data / "law/others").glob(f"{prefix}_counter_duties_on_us_2025-03-28*.csv")
    rows = [(row[column].strip(), float(row["rate_pct"])) for row in read_rows(path)]
    assert sorted(rows) == sorted(packaged(levier))
    check_lines(levier, rows, regime)


def check_lines(levier: str, rows: list[tuple[str, float]], regime: Regime) -> None:
    """Each code pays its percent on 28 March 2025, and no rate in all, for want of a schedule."""
    for code, percent in rows:
        national = code.ljust(8, "0")  # a levier without a schedule takes any national code under a listed one
        found = regime.explain(national, "USA", levier, "2025-03-28")
        assert found.added_rate == pytest.approx(percent / 100), code
        assert found.rate is None
        assert "no tariff schedule" in str(found.reason)


@pytest.mark.parametrize(
    ("code", "on", "percent"),
    [
        ("01051122", "2025-03-03", 0),
        ("01051122", "2025-03-04", 25),  # SOR/2025-66
        ("01051122", "2025-08-31", 25),
        ("01051122", "2025-09-01", 0),  # repealed by the order of 29 August 2025
        ("72083900", "2025-03-12", 0),
        ("72083900", "2025-03-13", 25),  # SOR/2025-95
        ("72083900", "2025-09-01", 25),  # steel and aluminium stay
        ("82032000", "2025-08-31", 25),
        ("82032000", "2025-09-01", 0),
    ],
)
def test_canada_by_day(code: str, on: str, percent: float, regime: Regime) -> None:
    assert added(regime, code, "CAN", on) == pytest.approx(percent / 100)


def test_canada_repeal_was_not_known_before_it_was_made(regime: Regime) -> None:
    assert added(regime, "01051122", "CAN", "2025-09-01", "2025-08-28") == pytest.approx(0.25)


@pytest.mark.parametrize(("code", "levier", "on"), [("87032300", "CAN", "2025-05-02"), ("07132000", "IND", "2021-05-02"),
                                                    ("0713101000", "TUR", "2020-01-01"), ("15141100", "CHN", "2025-05-02")])  # fmt: skip
def test_what_our_sources_do_not_give_is_no_zero(code: str, levier: str, on: str, regime: Regime) -> None:
    origin = "CAN" if levier == "CHN" else "USA"
    found = regime.explain(code, origin, levier, on)
    assert found.added_rate is None
    assert "not in our sources" in str(found.reason)


@pytest.mark.parametrize(("code", "levier"), [("721912", "IND"), ("7219", "IND"), ("820740", "RUS"), ("010511", "CAN")])
def test_a_heading_over_listed_codes_is_refused(code: str, levier: str, regime: Regime) -> None:
    with pytest.raises(CodeError, match="full code of the national tariff"):
        regime.explain(code, "USA", levier, "2025-05-02")


def test_a_longer_national_code_lies_within_a_listed_one(regime: Regime) -> None:
    assert added(regime, "0802110000", "TUR", "2025-05-02") == pytest.approx(0.05)  # list: 0802
    assert added(regime, "7219120010", "IND", "2025-05-02") == pytest.approx(0.15)  # list: 72191200


def test_the_union_has_facts_and_unknown_days(regime: Regime) -> None:
    found = read_facts(authority="EUU")
    assert {"eu-2018-886", "eu-2025-778", "eu-2025-1564"} <= {f.id for f in found}
    assert added(regime, "22083000", "DEU", "2019-05-02") is None
    assert added(regime, "22083000", "DEU", "2024-06-01") == 0  # suspended by 2023/2882
    assert added(regime, "22083000", "DEU", "2025-07-20") == 0  # suspended by 2025/1446
    with pytest.raises(InputError):
        regime.explain("22083000", "USA", "GBR", "2025-05-02")
