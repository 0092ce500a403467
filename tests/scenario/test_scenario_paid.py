"""Both wedges of a cell: the law's are those of the trade room; what is collected is what importers pay, line by line."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from parley.errors import ScenarioError
from parley.law.paid.lines import paid_rates
from parley.scenario.baseline import Baseline, calibrate, cells_of, schedule_on
from parley.scenario.paid import BothWedges, both_wedges
from parley.scenario.scenario import read_scenario
from parley.world.grid import BY_CELL, sectors_of

pytestmark = pytest.mark.slow
EXACT = 1e-12


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return calibrate(read_scenario().replaced(reading="paid"))


@pytest.fixture(scope="module")
def found(baseline: Baseline) -> BothWedges:
    return both_wedges(baseline, "USA", baseline.scenario.on)


def test_the_laws_wedges_are_those_of_the_trade_room(baseline: Baseline, found: BothWedges) -> None:
    law = calibrate(baseline.scenario.replaced(reading="statutory"))
    anew = cells_of(law, law.before["USA"], schedule_on(law, law.scenario.on)["USA"])
    for name in BY_CELL:
        np.testing.assert_array_equal(getattr(found.law, name), getattr(anew, name))


def test_the_paid_levy_is_what_importers_pay_on_each_line(baseline: Baseline) -> None:
    levy = schedule_on(baseline, baseline.scenario.on)["USA"]
    at = levy.origins.index("CHN")
    table = paid_rates(baseline.regime, "USA", ["CHN"], [levy.on], baseline.scenario.known).paid
    for code in ("9503000073", "8517130000", "9401616011"):
        expected = table.rate[table.products.index(code), 0]
        assert levy.rate[levy.products.index(code), at] == pytest.approx(expected, abs=1e-9)
        assert levy.as_written.rate[levy.products.index(code), at] >= expected


def test_what_is_collected_is_the_mean_of_what_is_paid(baseline: Baseline, found: BothWedges) -> None:
    """One cell by hand: the value-weighted mean of the lines' paid rates, and r = t/(1+t) of spending only where all pay alike."""
    levy = schedule_on(baseline, baseline.scenario.on)["USA"]
    world = baseline.raw
    i, s = levy.origins.index("CHN"), world.sectors.index(sectors_of(("9401616011",), world.name, world.sectors)[0])
    inside = np.array([x == world.sectors[s] for x in sectors_of(levy.products, world.name, world.sectors)])
    known = inside & np.isfinite(levy.rate[:, i]) & np.isfinite(baseline.before["USA"].rate[:, i])
    mean = np.average(levy.rate[known, i], weights=levy.weight[known, i])
    assert found.paid.mean_new[i, s] == pytest.approx(mean, abs=EXACT)
    assert 0 < found.paid.r_new[i, s] < mean / (1 + mean) + EXACT


def test_less_is_collected_than_the_law_says_where_goods_were_on_the_water(found: BothWedges) -> None:
    """2 May 2025: most goods from China had been loaded before 5 April."""
    china = found.law.origins.index("CHN")
    law, paid = found.law.mean_new[china], found.paid.mean_new[china]
    ok = found.law.known[china]
    assert (paid[ok] <= law[ok] + 0.01).all()
    assert np.nanmean(law) - np.nanmean(paid) > 0.2


def test_a_levier_whose_importers_claims_are_unknown_is_refused(baseline: Baseline) -> None:
    with pytest.raises(ScenarioError, match="USA"):
        both_wedges(baseline, "CHN", date(2025, 5, 2))
