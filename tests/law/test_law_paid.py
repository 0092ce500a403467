"""From the law to what is paid: the steps add up, each cause is what it says, and no duty held against is looked at."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from answer_types import assert_is
from blends import blended
from parley.errors import InputError
from parley.law.answering import average as average_answer_of
from parley.law.answers import AverageAnswer
from parley.law.average import average
from parley.law.compiled import compile_rates
from parley.law.paid import bridge as bridge_module
from parley.law.paid.bridge import BridgeRow, MonthRates, bridge_row, month_days, spans
from parley.law.paid.causes import BY_LINE, CAUSES
from parley.law.paid.day import Day
from parley.law.paid.lines import paid_rates, preference_shares
from parley.law.paid.mix import grown, mix_of, special_kept
from parley.law.paid.tables import REST, SPECIAL, read_months, sector_of, voyage_of
from parley.law.paid.water import cut_offs, loaded_before, on_the_water
from parley.law.questions import Average
from parley.law.readings import average_reading_of, reading_of
from parley.law.trade_weights import read_weights

if TYPE_CHECKING:
    from parley.law.regime import Regime

AUTHORITY = "USA"
ROOT = Path(__file__).parents[2]
PAID = ROOT / "src" / "parley" / "law" / "paid"
EXACT = 1e-9
TODAY = date(2025, 4, 20)


def paid(regime: Regime, origin: str, on: str, **asked: object):
    return average(regime, origin, "USA", on, reading="paid", **asked).points[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("origin", "on"), [("CHN", "2025-04-20"), ("MEX", "2025-06-10"), ("JPN", "2025-05-05")])
def test_the_law_and_the_steps_make_the_rate(regime: Regime, origin: str, on: str) -> None:
    point = paid(regime, origin, on)
    assert point.law is not None
    assert point.rate is not None
    assert tuple(point.causes) == tuple(CAUSES)
    assert point.law + sum(point.causes.values()) == pytest.approx(point.rate, abs=EXACT)
    assert sum(point.by_programme.values()) == pytest.approx(point.rate, abs=EXACT)
    assert point.rate < point.law


def test_the_first_step_is_the_law_without_a_claim(regime: Regime) -> None:
    """Of goods with a known base the sum of single rates; 20 June 2025, China: specific bases are filled, so a band of 0.1 point."""
    point = paid(regime, "CHN", "2025-06-20")
    plain = average(regime, "CHN", "USA", "2025-06-20", conventions=["metal-full"]).points[0].rate
    assert plain is not None
    assert point.law == pytest.approx(plain, abs=1e-3)


def test_a_mix_of_claims_is_the_weighted_sum_of_single_rates(regime: Regime) -> None:
    """One line from Mexico with and without USMCA at its share, by the explanation of each."""
    code, on = "8544300000", date(2025, 6, 10)
    table = paid_rates(regime, "USA", ("MEX",), [on]).after["preferences"]
    k = table.products.index(code)
    share = preference_shares(table.products, ("MEX",), "USA", on)[0][k, 0]
    single = [regime.as_collected().rate(code, "MEX", "USA", on, on, claims=c) for c in ({}, {"usmca": True})]
    assert 0.1 < share < 1
    assert table.rate[k, 0] == pytest.approx((1 - share) * single[0] + share * single[1], abs=1e-6)


def test_blending_at_no_share_and_at_all_is_the_one_and_the_other(regime: Regime) -> None:
    a, b = (compile_rates(regime, "USA", ["MEX"], TODAY, claims=c) for c in ({}, {"usmca": True}))
    none, all_ = np.zeros_like(a.added), np.ones_like(a.added)
    assert np.array_equal(blended(a, a, b, none).rate, a.rate, equal_nan=True)
    known = ~np.isnan(a.base)
    assert np.allclose(blended(a, a, b, all_).rate[known], b.rate[known], atol=EXACT)


ENTERED = {"2025-04-18": 1.0, "2025-04-19": 22 / 23, "2025-04-20": 21 / 23, "2025-05-10": 1 / 23, "2025-05-11": 0.0}


@pytest.mark.parametrize(("entered", "share"), ENTERED.items())
def test_goods_from_asia_were_loaded_14_to_36_days_before(entered: str, share: float) -> None:
    """Loaded before 5 April: of 18 April all, for 18 less 14 is the 4th; of 11 May none, for 36 days before is 5 April."""
    found = loaded_before(voyage_of("9503000073", "CHN"), date(2025, 4, 5), date.fromisoformat(entered))
    assert found == pytest.approx(share, abs=EXACT)


def test_what_flies_and_what_comes_by_land_is_never_on_the_water() -> None:
    assert voyage_of("8517130000", "CHN").way == "air"
    assert voyage_of("9503000073", "MEX").way == "land"
    assert voyage_of("9503000073", "DEU").most < voyage_of("9503000073", "CHN").most
    goods = ("8517130000", "9503000073")
    (found,) = on_the_water(goods, ("CHN", "MEX"), [date(2025, 4, 5)], [TODAY])
    assert found.on == date(2025, 4, 4)
    assert found.share.tolist() == [[0, 0], [pytest.approx(21 / 23), 0]]


def test_flying_goods_are_what_flew() -> None:
    """Imports of 2015 by air 557 and by water 1,052 billion dollars (BTS): the list's value in 2024 is the same share, within a point."""
    weights = read_weights("USA")
    over = [i for i, p in enumerate(weights.partners) if p not in ("CAN", "MEX")]
    value = weights.value[:, over]
    flies = np.array([voyage_of(p, "DEU").way == "air" for p in weights.products])
    assert value[flies].sum() / value.sum() == pytest.approx(557 / (557 + 1052), abs=0.01)


def test_the_cut_offs_of_a_day_are_those_of_rules_in_force(regime: Regime) -> None:
    assert cut_offs(regime, "USA", ("CHN",), date(2025, 4, 20), None) == (date(2025, 4, 5), date(2025, 4, 10))
    assert cut_offs(regime, "USA", ("CHN",), date(2025, 7, 1), None) == ()
    assert date(2025, 8, 7) in cut_offs(regime, "USA", ("VNM",), date(2025, 9, 1), None)


def test_goods_on_the_water_pay_what_they_would_if_they_said_so(regime: Regime) -> None:
    """A toy from China entered on 18 April: all of it was loaded before 5 April, so it pays as the claim says."""
    on = date(2025, 4, 18)
    found = paid_rates(regime, "USA", ("CHN",), [on])
    k = found.law.products.index("9503000073")
    expected = regime.as_collected().rate("9503000073", "CHN", "USA", on, on, claims={"loaded": "2025-04-04"})
    assert expected is not None
    assert found.paid.rate[k, 0] == pytest.approx(expected, abs=1e-6)
    assert found.after["us_content"].rate[k, 0] > expected + 1


def test_the_months_are_the_source_and_its_sums(regime: Regime) -> None:
    held = read_months()
    assert held.months[0] == "2024-01"
    assert REST in held.partners
    assert (held.value >= 0).all()
    total = held.value[:, :, [m.startswith("2024") for m in held.months]].sum()
    weights = read_weights("USA")
    ordinary = float(weights.value.sum())
    special = sum(held.value[:, held.sectors.index(s), :12].sum() for s in SPECIAL)
    assert total == pytest.approx(3.2512e12, rel=1e-3)  # all US imports for consumption of 2024
    assert total - special == pytest.approx(
        ordinary, rel=0.015
    )  # small partners have no lines; some of 990 is electricity
    assert ((special_kept() >= 0) & (special_kept() <= 1)).all()


def test_sectors_are_those_of_the_source() -> None:
    assert [sector_of(c) for c in ("8703230140", "9503000073", "6109100012", "2709001000", "7204410020")] == [
        "336",
        "339",
        "315",
        "211",
        "910",
    ]
    weights = read_weights("USA")
    lost = sum(weights.value[k].sum() for k, p in enumerate(weights.products) if not sector_of(p))
    assert lost == 0


def test_the_mix_of_2024_itself_changes_nothing_over_the_year() -> None:
    """The mean growth of the twelve months of 2024 is one wherever goods were traded."""
    days = [date(2024, m, 1) for m in range(1, 13)]
    growth = np.mean([mix_of(("CHN",), d).growth for d in days], axis=0)
    assert np.allclose(growth, 1.0)


def test_lines_grow_as_their_sector(regime: Regime) -> None:
    mix, held = mix_of(("CHN",), date(2025, 5, 1)), read_months()
    made = grown(("9503000073", "8703230140"), mix)[:, 0]
    assert made.tolist() == [mix.growth[0, held.sectors.index(s)] for s in ("339", "336")]
    assert mix_of(("DEU",), TODAY).growth.tolist() == mix_of(("EUU",), TODAY).growth.tolist()


def test_a_month_that_is_not_packaged_is_said(regime: Regime) -> None:
    found = average(regime, "CHN", "USA", "2026-03-20", reading="paid")
    assert any("2025-11 stands for 2026-03" in note for note in found.notes)


@pytest.mark.slow
def test_every_day_of_a_period_may_differ(regime: Regime) -> None:
    """Goods on the water thin out day by day: with daily each day is counted."""
    asked = {"since": "2025-04-18", "until": "2025-04-21", "daily": True, "reading": "paid"}
    days = average(regime, "CHN", "USA", **asked).points  # type: ignore[arg-type]
    assert [p.on.day for p in days] == [18, 19, 20, 21]
    rates = [p.rate for p in days]
    assert all(a is not None and b is not None and a < b for a, b in pairwise(rates))


def test_a_new_month_has_its_own_point(regime: Regime) -> None:
    points = average(regime, "GBR", "USA", since="2025-02-20", until="2025-03-03", reading="paid").points
    assert date(2025, 3, 1) in [p.on for p in points]


@pytest.mark.parametrize("asked", [{"weights": "simple"}, {"claims": {"usmca": True}}, {"conventions": ["metal-full"]}])
def test_what_the_reading_counts_itself_cannot_be_asked(regime: Regime, asked: dict) -> None:
    with pytest.raises(InputError, match="paid"):
        average(regime, "MEX", "USA", "2025-06-10", reading="paid", **asked)


def test_other_destinations_and_single_rates_say_where_to_ask(regime: Regime) -> None:
    with pytest.raises(InputError, match="CHN"):
        average(regime, "USA", "CHN", "2025-06-10", reading="paid")
    with pytest.raises(InputError, match="law average"):
        reading_of("paid")
    assert average_reading_of("paid") == "paid"
    with pytest.raises(InputError, match="Did you mean"):
        average_reading_of("payed")


@pytest.mark.slow
def test_groups_programmes_and_products_work_as_elsewhere(regime: Regime) -> None:
    point = paid(regime, "CHN", "2025-06-20", group_of=lambda code: code[:2])
    whole = sum(g.share * (g.rate or 0.0) for g in point.groups)
    assert whole == pytest.approx(point.rate, abs=2e-3)  # groups weigh lines without a base too
    one = paid(regime, "CHN", "2025-06-20", programmes=["s301"])
    assert one.rate == pytest.approx(point.by_programme["s301"], abs=EXACT)
    assert (one.law or 0) + sum(one.causes.values()) == pytest.approx(one.rate, abs=EXACT)
    toys = paid(regime, "CHN", "2025-06-20", products=["9503"])
    assert toys.causes["special"] == 0


def test_a_server_takes_a_month_of_days(regime: Regime) -> None:
    asked = Average(origin="CHN", since="2025-01-01", until="2025-03-01", daily=True, reading="paid")
    with pytest.raises(InputError, match="31 days"):
        average_answer_of(asked, regime, longest=1100)


def test_the_answer_has_its_type(regime: Regime) -> None:
    asked = Average(origin="MEX", on="2025-06-10", reading="paid")
    answer = average_answer_of(asked, regime)
    assert_is(answer, AverageAnswer)
    assert answer["reading"] == "paid"
    assert set(answer["points"][0].get("causes", {})) == set(CAUSES)
    assert "month" in answer["weights"]
    plain = average_answer_of(Average(origin="MEX", on="2025-06-10"), regime)
    assert "causes" not in plain["points"][0]


def test_the_command_shows_the_causes(capsys: pytest.CaptureFixture[str]) -> None:
    from parley.cli.law_average import answer

    answer(Average(origin="VNM", on="2025-06-10", reading="paid"))
    shown = capsys.readouterr().out
    assert "law, without a claim" in shown
    assert "goods mix of the month" in shown
    answer(Average(origin="VNM", on="2025-06-10", reading="paid"), json=True)
    assert json.loads(capsys.readouterr().out)["points"][0]["law"] > 0.1


def test_the_csv_has_the_causes(tmp_path: Path) -> None:
    from parley.cli.law_average import answer

    answer(Average(origin="VNM", on="2025-06-10", reading="paid", by="chapter"), tmp_path / "paid.csv")
    whole, *groups = csv.DictReader((tmp_path / "paid.csv").read_text("utf-8").splitlines())
    assert float(whole["law"]) + sum(float(whole[c]) for c in CAUSES) == pytest.approx(float(whole["rate"]), abs=EXACT)
    assert groups[0]["water"] == ""
    answer(Average(origin="VNM", on="2025-06-10"), tmp_path / "law.csv")
    assert "water" not in (tmp_path / "law.csv").read_text("utf-8")


def test_metal_counts_as_declared_before_june_too(regime: Regime) -> None:
    """Aluminium in furniture paid on its content from 12 March 2025, not first from 4 June."""
    day = Day(regime, "USA", ("VNM",), date(2025, 4, 20))
    whole, declared = day.compiled(), day.by_content()
    k = whole.products.index("9403200050")
    assert declared.added[k, 0] < whole.added[k, 0]


def test_duty_collected_is_read_to_be_held_against_and_nowhere_else() -> None:
    """Of the months only the values are looked at where the reading is made: `duty` stands in bridge.py alone, in one line."""
    held = {p.name: list(_reads_of_duty(p)) for p in PAID.glob("*.py")}
    assert {n: len(x) for n, x in held.items() if x and n != "tables.py"} == {"bridge.py": 1}
    source = (PAID / "bridge.py").read_text("utf-8").splitlines()
    assert "paid = " in source[held["bridge.py"][0] - 1]


def _reads_of_duty(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "duty":
            yield node.lineno


def one_month(month: str, law: float, last: float) -> MonthRates:
    shape = (len(read_months().partners), len(read_months().sectors))
    steps = {c: np.full(shape, last) for c in BY_LINE}
    return MonthRates(month, np.ones(shape), np.full(shape, law), steps)


def test_a_bridge_adds_up_whatever_the_rates() -> None:
    held = read_months()
    every = range(len(held.partners)), range(len(held.sectors))
    found = bridge_row(one_month("2025-02", 0.2, 0.1), *every, ("WLD", "all"))
    assert_is(found, BridgeRow)
    assert found["law"] + sum(found["steps"].values()) == pytest.approx(found["reading"], abs=EXACT)
    ordinary = bridge_module.ordinary_value(held, "2025-02").sum()
    assert found["reading"] == pytest.approx(0.1 * ordinary / found["value"], abs=EXACT)
    assert found["unexplained"] == pytest.approx(found["reading"] - (found["paid"] or 0.0), abs=EXACT)


def test_spans_cover_a_month_and_break_where_the_law_does(regime: Regime) -> None:
    found = spans(regime, ("CHN",), month_days("2025-04"))
    assert [d for s in found for d in s] == [date(2025, 4, 1) + timedelta(n) for n in range(30)]
    assert {date(2025, 4, 5), date(2025, 4, 9), date(2025, 4, 10)} <= {s[0] for s in found}


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("law_paid", ROOT / "builders" / "law_paid.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["law_paid"] = made
    spec.loader.exec_module(made)
    return made


@pytest.mark.slow
def test_a_month_of_the_page_is_what_is_computed_today(builder: ModuleType, regime: Regime) -> None:
    """February 2025, all partners and China, a row each: the whole page takes minutes."""
    rates = bridge_module.month_rates(regime, "2025-02")
    page = (ROOT / "docs" / "law-paid.md").read_text("utf-8")
    assert builder.line("2025-02", builder.row(rates)) in page
    china = builder.row(rates, "CHN")
    assert f"{builder.number(china['paid'])} | {builder.number(china['unexplained'], sign=True)}" in page
