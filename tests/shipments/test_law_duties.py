"""Duty expressions: what the schedules print, read exactly or not at all."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.law.entry_claims import read_claims
from parley.law.measure import Act, Measure
from parley.law.products import rate_of, read_duty, read_products, special_rates, why_unknown
from parley.law.regime import Regime
from regimes import law_of


@pytest.mark.parametrize(
    ("text", "unit_value", "rate"),
    [
        ("Free", None, 0.0),
        ("6.8%", None, 0.068),
        ("16.5% ", None, 0.165),
        ("1¢/kg", 2.0, 0.005),
        ("0.9¢ each", 0.5, 0.018),
        ("$1.035/kg + 14.9%", 10.0, 0.2525),
        ("$1.035/kg +13.6%", 10.0, 0.2395),
        ("$1,025.50/t", 10255.0, 0.1),
        ("max(10%; 1¢/kg)", 0.05, 0.2),
        ("max(10%; 1¢/kg)", 1.0, 0.1),
        ("min(10%; 1¢/kg)", 1.0, 0.01),
    ],
)
def test_rates(text: str, unit_value: float | None, rate: float) -> None:
    assert rate_of(read_duty(text), unit_value) == pytest.approx(rate, abs=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.4606¢/kg less 0.020668¢/kg for each degree under 100 degrees",
        "$1.53 each + 4.2% on the case",
        "The duty provided in the applicable subheading + 10%",
        "13.9¢/kg on molybdenum content + 1.9%",
        "6.5% on the entire set",
        "See 9822.05.20",
    ],
)
def test_what_says_more_than_a_rate_stays_unknown(text: str) -> None:
    duty = read_duty(text)
    assert rate_of(duty, 1.0) is None
    assert why_unknown(duty, 1.0)


def test_a_specific_duty_names_what_it_needs() -> None:
    assert why_unknown(read_duty("1¢/kg")).endswith("claim unit_value (dollars per kg), or quantity with --value")


def test_the_special_column_by_symbol() -> None:
    rates = special_rates("Free (A+,AU,S,E IL, .OM) 5.3% (JP) See 9912.11.05 (MA)")
    assert rate_of(rates["S"]) == 0 == rate_of(rates["IL"]) == rate_of(rates["OM"])
    assert rate_of(rates["JP"]) == pytest.approx(0.053)
    assert rate_of(rates["MA"]) is None


def test_the_whole_schedule_is_read_or_said_to_be_unread() -> None:
    """On 2 May 2025 of 19,710 lines: 17,445 free or ad valorem, 1,776 specific or compound, 489 unread."""
    lines = read_products("USA").on(date(2025, 5, 2))
    kinds = [read_duty(line.general).kind for line in lines]
    assert len(kinds) == 19710
    assert sum(k in ("free", "ad valorem") for k in kinds) == 17445
    assert kinds.count("unread") == 489


@given(st.text(max_size=600))
def test_no_text_breaks_the_reader(text: str) -> None:
    rate = rate_of(read_duty(text), 1.0)
    assert rate is None or rate >= 0


@given(st.dictionaries(st.sampled_from(["usmca", "us_content", "loaded", "quantity", "x"]), st.text(max_size=20)))
def test_no_claim_breaks_the_reader(claims: dict[str, str]) -> None:
    with contextlib.suppress(ParleyError):
        assert set(read_claims(claims)) == set(claims)


# Five lines of the schedule, with figures an importer would state: text as printed, dollars a unit, rate by hand.
@pytest.mark.parametrize(
    ("product", "text", "claims", "value", "rate"),
    [
        ("0201100510", "4.4¢/kg", {"unit_value": 5.5}, None, 0.044 / 5.5),
        ("0402100500", "3.3¢/kg", {"quantity": 1000}, 3000.0, 0.033 / 3),
        ("0709520500", "8.8¢/kg + 20%", {"unit_value": 4}, None, 0.088 / 4 + 0.2),
        ("2402103030", "$1.89/kg + 4.7%", {"unit_value": 30}, None, 1.89 / 30 + 0.047),
        ("9101114000", "51¢ each + 6.25% on the case", {"unit_value": 100}, None, None),
    ],
)
def test_the_equivalent_of_real_lines(
    product: str, text: str, claims: dict, value: float | None, rate: float | None
) -> None:
    regime = law_of("USA")
    bare = regime.explain(product, "DEU", "USA", "2024-07-01")
    assert bare.base_text.startswith(text)
    assert bare.rate is None
    assert bare.reason
    found = regime.explain(product, "DEU", "USA", "2024-07-01", claims=claims, value=value)
    assert found.base_rate == (None if rate is None else pytest.approx(rate, abs=1e-12))


def test_a_measures_own_expression_stays_one() -> None:
    """A compound measure: 10 percent, and a dollar a unit at least; its equivalent needs the unit value."""
    act = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
    row = Measure(
        id="us-a",
        act=act,
        programme="s122",
        expression="max(10%; $1/No.)",
        origins=("CHN",),
        products=("95",),
        start=date(2025, 1, 1),
    )
    regime = Regime((row,))
    assert regime.rate("9503000073", "CHN", "USA", "2025-05-02") is None
    assert regime.rate("9503000073", "CHN", "USA", "2025-05-02", claims={"unit_value": 4}) == pytest.approx(0.25)
    assert regime.rate("9503000073", "CHN", "USA", "2025-05-02", claims={"unit_value": 40}) == pytest.approx(0.1)
