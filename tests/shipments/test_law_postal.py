"""Postal items: what their orders have them pay in place of all other duty, and where that is not known."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from parley.codes import countries
from parley.errors import MeasureError
from parley.law.acts import read_act
from parley.law.regime import Regime
from parley.law.shipments.run import duties

SHIRT, SWEET = "6109100012", "0402101000"  # 16.5 percent; a specific duty
EMERGENCY = ("ieepa_fentanyl", "ieepa_reciprocal", "ieepa_country")


@pytest.mark.parametrize(
    ("product", "origin", "on", "expected"),
    [
        (SHIRT, "CHN", "2025-05-02", 120),  # EO 14256 as amended by EO 14266
        (SHIRT, "CHN", "2025-08-28", 54),
        (SHIRT, "VNM", "2025-08-28", 36.5),  # before EO 14324 the post is as any other way
        (SHIRT, "VNM", "2025-08-29", 20),  # sec. 3(b): “the effective IEEPA tariff rate”
        (SHIRT, "CHN", "2025-10-01", 30),  # sec. 5: EO 14195 and EO 14257
        (SHIRT, "BRA", "2025-10-01", 50),
        (SHIRT, "DEU", "2025-10-01", 15),
        (SHIRT, "CAN", "2025-10-01", 35),
        (SWEET, "NZL", "2025-10-01", 15),  # known although the ordinary duty is not
        (SHIRT, "VNM", "2026-02-19", 20),
        (SHIRT, "VNM", "2026-02-20", 0),  # sec. 6(b)
        (SHIRT, "VNM", "2026-02-24", 10),  # order of 20 February 2026, sec. 3
        (SHIRT, "VNM", "2026-07-23", 10),
    ],
)
def test_what_postal_items_pay(regime: Regime, product: str, origin: str, on: str, expected: float) -> None:
    found = regime.explain(product, origin, "USA", on, claims={"postal": True})
    assert found.rate == pytest.approx(expected / 100, abs=1e-12)


@pytest.mark.parametrize("on", ["2026-07-24", "2026-08-15", "2026-10-01"])
def test_after_the_surcharge_it_is_not_known_what_they_pay(regime: Regime, on: str) -> None:
    found = regime.explain(SHIRT, "VNM", "USA", on, claims={"postal": True})
    assert found.rate is None
    assert "which is not known" in (found.reason or "")
    assert regime.explain(SHIRT, "VNM", "USA", on).rate is not None


@pytest.mark.slow
@pytest.mark.parametrize("product", [SHIRT, "7208510030", "8703230190", "3004909212", "8471300100", "2204100030"])
def test_from_every_country_they_pay_no_other_duty_than_the_emergency_ones(regime: Regime, product: str) -> None:
    for origin in sorted(set(countries()) - {"USA"}):
        found = regime.explain(product, origin, "USA", "2025-12-01", claims={"postal": True})
        levied = {line.programme for line in found.lines if line.contribution != 0}
        assert levied <= {*EMERGENCY}, (origin, levied)
        assert found.rate is not None, origin
        assert found.base_rate == 0, origin


@pytest.mark.slow
def test_a_file_of_shipments_says_what_explain_says(regime: Regime, tmp_path: Path) -> None:
    days = ("2025-08-28", "2025-08-29", "2026-02-21", "2026-03-01", "2026-08-15")
    rows = [f"{p},{o},{d},1000,true" for p in (SHIRT, "7208510030") for o in ("CHN", "VNM", "DEU", "CAN") for d in days]
    (tmp_path / "in.csv").write_text("\n".join(["product,origin,entry_date,value,postal", *rows, ""]), "utf-8")
    duties([str(tmp_path / "in.csv")], tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            told = regime.explain(row["product"], row["origin"], "USA", row["entry_date"], claims={"postal": True}).rate
            if told is None:
                assert row["duty_rate"] == ""
                assert row["reject_reason"]
            else:
                assert float(row["duty_rate"]) == pytest.approx(told, abs=1e-9), row


def test_only_an_exclusion_from_every_layer_spares_some(tmp_path: Path) -> None:
    act = (
        '[act]\nid = "a"\ntitle = "t"\ncitation = "c"\nauthority = "USA"\nsigned = 2025-01-01\n[[measure]]\nid = "m"\n'
        'programme = "s301"\nrate = 0.1\nproducts = ["*"]\nstart = 2025-01-01\nspares = ["s232"]\n'
    )
    (tmp_path / "a.toml").write_text(act, "utf-8")
    with pytest.raises(MeasureError, match="spares"):
        read_act(tmp_path / "a.toml")
