"""The figures beside the rooms: own goods before, on the day and next; averages over time; prices for households; one axis."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import parley
from answer_types import assert_is
from commands import PARLEY
from parley.errors import InputError
from parley.law.average import average
from parley.law.regime import Regime
from parley.record.ledger import read_ledger
from parley.scenario.asked_scenario import scenario_of_brief
from parley.scenario.average_series import AverageSeries, average_series
from parley.scenario.day_axis import AxisMark, day_axis
from parley.scenario.household_cost import HouseholdCost, household_costs, packaged_spending
from parley.scenario.own_goods import GoodsRow, goods_rows, read_goods
from parley.scenario.questions import Brief
from parley.scenario.scenario import Good, Household, Scenario, parse_scenario
from parley.scenario.situation import on_day, situation_of

MAY = parley.read_scenario()


@pytest.fixture(scope="module")
def regime() -> Regime:
    return parley.read_regime()


def test_products_of_the_scenario_pay_what_law_says_before_now_and_next(regime: Regime) -> None:
    rows = goods_rows(regime, MAY)
    assert_is(rows, list[GoodsRow])
    assert [r["now"]["rate"] for r in rows] == [pytest.approx(x) for x in (0.20, 0.20, 0.70, 1.45)]
    assert [r["before"]["rate"] for r in rows] == [pytest.approx(x) for x in (0.0, 0.0, 0.5, 0.0)]
    july = on_day("2025-07-09", "2025-07-09").replaced(goods=(Good(code="9503000073", label="toys"),))
    (toys,) = goods_rows(regime, july)
    assert toys["now"]["rate"] == pytest.approx(0.30)
    assert toys["next"] is not None
    assert toys["next"]["on"] == "2025-08-12"  # the pause ends, as known that day
    assert toys["next"]["rate"] == pytest.approx(0.54)
    assert regime.explain("9503000073", "CHN", "USA", "2025-08-12", "2025-07-09").rate == pytest.approx(0.54)


@pytest.mark.slow
def test_codes_of_any_edition_and_origin_are_followed_and_one_that_leads_nowhere_says_so(regime: Regime) -> None:
    goods = (Good(code="8517120050"), Good(code="8703230190", origin="MEX"), Good(code="1234567890"))
    old, car, none = goods_rows(regime, MAY.replaced(goods=goods))
    assert len(old["lines"]) == 4
    assert (old["now"]["low"], old["now"]["high"]) == (pytest.approx(0.2), pytest.approx(1.45))
    assert old["reason"] is not None
    assert "2017" in old["reason"]
    assert car["origin"] == "MEX"
    assert none["now"]["rate"] is None
    assert none["next"] is None
    assert none["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "8517.13.00.00\n# a remark\n\n950300\n",
        "HTS;Name\n8517.13.00.00;phones\n9503.00;toys\n",
        "label,code,origin\nphones,8517130000,China\ntoys,950300,CHN\n",
    ],
)
def test_files_of_codes_are_read_as_they_come(tmp_path: Path, text: str) -> None:
    file = tmp_path / "goods.csv"
    file.write_text(text, "utf-8")
    assert [g.code for g in read_goods(file)] == ["8517130000", "950300"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "code,label\n", "code\nphones\n", "12345\n" * 501])
def test_a_file_without_codes_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "goods.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match="products"):
        read_goods(file)


def test_the_question_brings_goods_and_household_into_the_scenario(tmp_path: Path) -> None:
    file = tmp_path / "goods.txt"
    file.write_text("950300\n")
    made = scenario_of_brief(Brief(products=file, spending=50000.0, households=3.0), "--")
    assert [g.code for g in made.goods] == ["950300"]
    assert made.household == Household(spending=50000.0, number=3.0)
    with pytest.raises(InputError, match="--households"):
        scenario_of_brief(Brief(households=3.0), "--")


def test_a_scenario_file_may_hold_goods_and_a_household() -> None:
    text = 'on = 2025-05-02\n[household]\nspending = 1.0\n[[goods]]\ncode = "8517.12"\norigin = "Mexico"\n'
    made = parse_scenario(text, "mine.toml")
    assert made.goods == (Good(code="851712", origin="MEX"),)
    assert made.household == Household(spending=1.0)
    for wrong, said in (("spending = 0.0", "above zero"), ("spendings = 1.0", "spending"), ('code = "x"', "x")):
        spoilt = (
            text.replace("spending = 1.0", wrong) if "spending" in wrong else text.replace('code = "8517.12"', wrong)
        )
        with pytest.raises(InputError, match=said):
            parse_scenario(spoilt, "mine.toml")
    with pytest.raises(InputError, match="501 goods"):
        parse_scenario("on = 2025-05-02\n" + '[[goods]]\ncode = "950300"\n' * 501, "mine.toml")


@pytest.mark.slow
def test_averages_over_time_are_those_of_law_average(regime: Regime) -> None:
    found = average_series(regime, MAY)
    assert_is(found, list[AverageSeries])
    us, china = (next(s for s in found if s["destination"] == d) for d in ("USA", "CHN"))
    steps = {s["on"]: s for s in us["steps"]}
    for on in ("2025-01-01", "2025-04-10"):
        point = average(regime, "CHN", "USA", on, known=MAY.known).points[0]
        assert steps[on]["rate"] == point.rate
        assert steps[on]["added"] == pytest.approx((point.rate or 0) - point.by_programme["mfn"], abs=1e-12)
    assert china["reason"]
    assert china["steps"][-1]["added"] == pytest.approx(1.3931463543565972)
    assert all(s["scheduled"] == (s["on"] > "2025-05-02") for s in us["steps"])


def test_a_party_without_a_schedule_says_why_it_has_no_average(regime: Regime) -> None:
    found = average_series(regime, on_day("2025-07-27", parties=("USA", "EUU")))
    eu = next(s for s in found if s["destination"] == "EUU")
    assert eu["steps"] == []
    assert eu["reason"]
    assert "no tariff schedule" in eu["reason"]


def spread(low: float, median: float, high: float) -> dict:
    return {"low": low, "median": median, "high": high, "over": ["A", "B"], "sign_differs": False, "spans": "two sets"}


TRADE = {
    "horizon": "decade",
    "range": {
        "USA": {"real_wage_pct": spread(-0.4, -0.25, -0.2), "welfare_pct": spread(-0.3, -0.2, -0.1)},
        "CHN": {"real_wage_pct": spread(-0.1, 0.0, 0.1), "welfare_pct": spread(-0.1, 0.0, 0.1)},
    },
}


def test_prices_are_the_wage_turned_over_and_money_is_prices_times_spending() -> None:
    us, china = household_costs(MAY, TRADE)  # type: ignore[arg-type]
    assert "over the home wage, decade, against" in us["basis"]
    assert_is([us, china], list[HouseholdCost])
    assert us["prices_pct"]["median"] == pytest.approx(100 * (1 / 0.9975 - 1))
    assert us["prices_pct"]["low"] < us["prices_pct"]["median"] < us["prices_pct"]["high"]
    assert us["household"] == packaged_spending()["USA"]
    assert us["cost"]["median"] == pytest.approx(us["prices_pct"]["median"] / 100 * 72967)  # type: ignore[index]
    assert us["income"]["median"] == pytest.approx(-0.002 * 72967)  # type: ignore[index]
    assert us["total"]["median"] == pytest.approx(us["cost"]["median"] * 134090189 / 1e9)  # type: ignore[index]
    assert china["cost"] is None
    assert china["reason"]


def test_the_readers_own_household_is_the_first_partys_alone() -> None:
    own: Scenario = MAY.replaced(household=Household(spending=1000.0))
    us, china = household_costs(own, TRADE)  # type: ignore[arg-type]
    assert us["cost"]["median"] == pytest.approx(us["prices_pct"]["median"] * 10)  # type: ignore[index]
    assert us["total"] is None
    assert china["household"] is None


def test_the_packaged_household_is_that_of_the_bureaus_page() -> None:
    """https://www.bls.gov/cex/tables/calendar-year/mean/cu-vets-2022.htm, the column of all consumer units."""
    found = packaged_spending()["USA"]
    assert (found["spending"], found["number"], found["year"]) == (72967, 134090189, 2022)


def test_the_builder_reads_the_column_of_all_units_from_html_and_from_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "builders"))
    from us_households import row_of, table

    html = (
        "<tr><td>Number of consumer units</td><td>134,090,189</td><td>17,485,152</td></tr>"
        "<tr><td>Average annual expenditures</td><td>$72,967</td><td>$74,469</td></tr>"
    )
    text = "Number of consumer units |\n134,090,189 | 17,485,152 |\nAverage annual expenditures | $72,967 | $74,469 |"
    home = Path(parley.__file__).parent / "world" / "sources" / "households.csv"
    for page in (html, text):
        assert table([row_of(page, 2022)]) == home.read_text("utf-8")
    with pytest.raises(SystemExit, match="Average annual expenditures"):
        row_of("Number of consumer units 134,090,189", 2022)


def test_the_axis_has_four_kinds_and_hides_what_came_later() -> None:
    scenario = on_day("2025-07-09", "2025-07-09")
    marks = day_axis(scenario, read_ledger(), situation_of(scenario).as_json())
    assert_is(marks, list[AxisMark])
    assert {m["row"] for m in marks} == {"acts", "agreements", "rulings", "words"}
    seen = [m for m in marks if not m["coming"]]
    assert max(m["on"] for m in seen) <= "2025-07-09"
    assert all(m["on"] > "2025-07-09" for m in marks if m["coming"])
    known = {e.id for e in read_ledger().known(date(2025, 7, 9)).entries}
    assert {m["entry"] for m in seen} <= known
    assert "2025-08-01" in {m["on"] for m in marks if m["coming"]}


def test_the_axis_of_two_parties_leaves_out_what_one_does_to_others() -> None:
    scenario = on_day("2025-07-30", "2025-07-30", ("USA", "BRA"))
    marks = day_axis(scenario, read_ledger(), situation_of(scenario).as_json())
    targets = {e.id: e.target for e in read_ledger().entries}
    assert "CHN" not in {targets[m["entry"]] for m in marks if m["entry"]}


def test_a_scenarios_own_options_name_its_file_and_no_folder() -> None:
    found = situation_of(MAY).as_json()["options"]
    assert {o["basis"] for own in found.values() for o in own if o["found_in"] == "file"} <= {
        "us-china-2025-05-02.toml"
    }


@pytest.mark.parametrize("words", ["--spending 0", "--spending -5", "--spending nan", "--spending 100 --households 0"])
def test_a_household_that_spends_nothing_is_refused(capsys, words: str) -> None:
    """A spending of 0 was taken for none at all, and the packaged figure stood in its place."""
    assert "a number above 0" in PARLEY.err(capsys, 2, "brief", *words.split())
