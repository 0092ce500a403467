"""What people ask first: goods dearer than all, ten years of duties with and without a response, exports of named sectors."""

from __future__ import annotations

import re

import numpy as np
import pytest

from answer_types import assert_is
from parley.errors import InputError
from parley.report.sheets_figures import household_sentences
from parley.scenario.answers import TradeSection
from parley.scenario.baseline import Baseline, calibrate, equilibrium_under, schedule_on
from parley.scenario.first_asked import exports_by_sector
from parley.scenario.scenario import read_scenario
from parley.scenario.trade import trade_section
from parley.trade.indicators import Measured, by_country, foreign_flows, indicators
from parley.world.grid import goods_sectors

OTHERS = ("B09", "SERVICES")  # mining support and other services: no tariff line is sorted into them


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return calibrate(read_scenario().replaced(option=(), reading="statutory"))


@pytest.fixture(scope="module")
def section(baseline: Baseline) -> TradeSection:
    return trade_section(baseline, schedule_on(baseline, baseline.scenario.on), ranges=False)


def test_goods_and_services_make_up_all_prices(baseline: Baseline) -> None:
    """log P = share of goods · log P_goods + the rest; goods are all sectors but two, and all in a world of other sectors."""
    eq = equilibrium_under(baseline, schedule_on(baseline, baseline.scenario.on))
    made = Measured(eq)
    assert goods_sectors(eq.world.sectors) == tuple(s for s in eq.world.sectors if s not in OTHERS)
    assert goods_sectors(("apples", "pears")) == ("apples", "pears")
    shares = eq.world.base.E / eq.world.base.E.sum(axis=1, keepdims=True)
    s = [eq.world.sectors.index(name) for name in OTHERS]
    parts = (1 - shares[:, s].sum(axis=1)) * np.log(made.goods_level) + (shares[:, s] * np.log(eq.P_hat[:, s])).sum(
        axis=1
    )
    assert np.allclose(parts, np.log(made.level), atol=1e-12)
    found = by_country(eq)["USA"]
    assert found["prices_pct"] == pytest.approx(100 * (1 / (1 + found["real_wage_pct"] / 100) - 1))
    assert found["goods_prices_pct"] > found["prices_pct"] > 0


def test_duties_over_imports_are_revenue_over_the_goods_imported(baseline: Baseline) -> None:
    eq = equilibrium_under(baseline, schedule_on(baseline, baseline.scenario.on))
    found, n = indicators(eq), eq.world.index("USA")
    goods = foreign_flows(eq).base[n][:, [k for k, s in enumerate(eq.world.sectors) if s not in OTHERS]].sum()
    assert found["tariff_revenue_pct_imports"][n] == pytest.approx(100 * eq.revenue_new[n] / goods)
    assert found["tariff_revenue_base_pct_imports"][n] == pytest.approx(100 * eq.world.base.revenue[n] / goods)


def test_ten_years_of_duties_take_in_less_than_with_imports_as_they_were(
    baseline: Baseline, section: TradeSection
) -> None:
    assert_is(section, TradeSection)
    usa = section["first_asked"][0]
    revenue, effects = usa["revenue"], section["countries"]["USA"]
    assert revenue
    assert revenue["more_usd_bn"]
    more = effects["tariff_revenue_pct_imports"] or 0, effects["tariff_revenue_base_pct_imports"] or 0
    assert revenue["more_usd_bn"]["median"] == pytest.approx(10 * revenue["imports_usd_bn"] * (more[0] - more[1]) / 100)
    assert 0 < revenue["more_usd_bn"]["median"] < revenue["static_usd_bn"]
    assert (revenue["growth_pct"], revenue["imports_year"]) == (0, 2024)
    grown = trade_section(baseline, schedule_on(baseline, baseline.scenario.on), ranges=False, import_growth=100.0)
    faster = grown["first_asked"][0]["revenue"]
    assert faster
    assert faster["static_usd_bn"] == pytest.approx(revenue["static_usd_bn"] * 1023 / 10)
    assert usa["household"]["cost"]
    assert usa["consumer_prices_pct"]
    assert usa["goods_prices_pct"]


def test_exports_of_named_sectors_add_up_to_all_exports(baseline: Baseline, section: TradeSection) -> None:
    eq = equilibrium_under(baseline, schedule_on(baseline, baseline.scenario.on))
    rows = section["exports_by_sector"]
    assert len(rows) == 2 * len(eq.world.sectors)
    usa = [r for r in rows if r["seller"] == "USA"]
    new = sum(r["exports_usd_bn"] * (1 + (r["exports_pct"] or 0) / 100) for r in usa)
    total = new / sum(r["exports_usd_bn"] for r in usa)
    assert total == pytest.approx(1 + (section["countries"]["USA"]["exports_pct"] or 0) / 100)
    named = exports_by_sector(eq, ["USA"], ["c26", "motor vehicles"])
    assert [r["sector"] for r in named] == ["C26", "C29"]
    with pytest.raises(InputError, match="no sector 'turnips'"):
        exports_by_sector(eq, ["USA"], ["turnips"])


def test_the_briefing_says_them_with_their_signs(section: TradeSection) -> None:
    usa, china = (s for s in household_sentences({"trade": section}) if s.startswith("Over ten years"))
    assert re.search(r"United States takes in \+[\d,]+ billion dollars", usa)
    assert re.search(r"China takes in −[\d,]+ billion dollars", china)
    assert any(
        s.startswith("Prices of goods alone in the United States rise by")
        for s in household_sentences({"trade": section})
    )


@pytest.mark.slow
def test_jobs_are_told_where_a_closure_gives_them(baseline: Baseline, section: TradeSection) -> None:
    """Hours are held by default: then no figure, rather than a zero. Under a floor, or with hours that respond, the equilibrium's."""
    assert [row["employment_pct"] for row in section["first_asked"]] == [None, None]
    for closure in ({"wage_floor": 1.0}, {"labour_supply": 0.5}):
        own = calibrate(baseline.scenario.replaced(**closure))
        after = schedule_on(own, own.scenario.on)
        told = trade_section(own, after, ranges=False)["first_asked"]
        hours = equilibrium_under(own, after).L_hat
        for row in told:
            jobs = row["employment_pct"]
            assert jobs
            assert jobs["median"] == pytest.approx(100 * (hours[own.world.index(row["party"])] - 1))
        assert min(row["employment_pct"]["median"] for row in told if row["employment_pct"]) < 0
