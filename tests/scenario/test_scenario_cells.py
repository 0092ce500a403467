"""A change that touches few origins is looked up for these alone: the same cells as if all lines were gathered again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from parley.scenario.baseline import calibrate, cells_of, schedule_on, world_of
from parley.scenario.levy import apply_changes, changed_levy, levy_of, regime_of, schedule_of
from parley.scenario.scenario import Change, read_scenario
from parley.world.grid import BY_CELL


@pytest.mark.slow
@pytest.mark.parametrize("eta", [None, 1.0])
def test_rows_put_in_equal_cells_gathered_anew(eta: float | None) -> None:
    scenario = read_scenario()
    baseline = calibrate(scenario)
    levy = schedule_on(baseline, scenario.on)["USA"]
    for number in range(2):  # a change, and a change of the changed
        change = (Change(set="us-ieepa-reciprocal-cn", rate=0.3 + number, start=date(2025, 5, 2)),)
        regime = apply_changes(baseline.regime, change, scenario)
        levy = changed_levy(levy, baseline.regime, regime, scenario, baseline.raw)
        assert levy.touched
        assert len(levy.touched) < 4
        found = cells_of(baseline, baseline.before["USA"], levy, eta)
        anew = cells_of(baseline, baseline.before["USA"], levy.with_rate(levy.rate), eta)
        for name in BY_CELL:
            np.testing.assert_allclose(getattr(found, name), getattr(anew, name), rtol=0, atol=1e-13, err_msg=name)
        assert found.unplaced == anew.unplaced


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["paid", "statutory"])
@pytest.mark.parametrize(
    "change",
    [
        Change(set="us-ieepa-fentanyl-cn", rate=0.11, start=date(2025, 4, 20)),
        Change(drop="us-ieepa-reciprocal", start=date(2025, 5, 2)),
        Change(drop="us-ieepa-fentanyl-ca", start=date(2025, 4, 1)),
    ],
    ids=["China alone", "everyone", "Canada alone"],
)
def test_what_a_change_leaves_alone_is_of_the_law_before_it(change: Change, reading: str) -> None:
    scenario = read_scenario().replaced(change=(change,), reading=reading)
    world, regime = world_of(scenario), regime_of(scenario)
    for on in (date(2025, 1, 1), scenario.on):
        for party, levy in schedule_of(regime, scenario, world, on, scenario.known).items():
            whole = levy_of(regime, scenario, world, party, on, scenario.known)
            np.testing.assert_array_equal(levy.rate, whole.rate)
            np.testing.assert_array_equal(levy.as_written.rate, whole.as_written.rate)
