"""What a baseline or the record has made once is what it would make again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parley.record.ledger import FOLDER, read_ledger
from parley.scenario.baseline import (
    Baseline,
    calibrate,
    equilibrium_under,
    recalibrated,
    schedule_on,
    solve_on,
    under_model,
    wedges_of,
)
from parley.scenario.replies import _goods, _today
from parley.scenario.scenario import read_scenario
from parley.talks.game import nash, respond


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return calibrate(read_scenario(None))


@pytest.mark.slow
def test_an_equilibrium_is_solved_once_and_is_that_of_the_wedges(baseline: Baseline) -> None:
    after = schedule_on(baseline, baseline.scenario.on)
    first = equilibrium_under(baseline, after)
    assert equilibrium_under(baseline, dict(after)) is first
    again = solve_on(baseline, wedges_of(baseline, baseline.before, after))
    assert np.array_equal(first.welfare_hat, again.welfare_hat)
    assert equilibrium_under(baseline, baseline.before) is not first


def test_the_own_elasticities_are_no_new_baseline_and_others_are(baseline: Baseline) -> None:
    raw = baseline.raw
    assert recalibrated(baseline, raw.with_theta(raw.theta.copy(), raw.elasticities)) is baseline
    other = recalibrated(baseline, raw.with_theta(1.01 * raw.theta, "test"))
    assert other is not baseline
    assert other.once("test", lambda: 1) == 1
    assert baseline.once("test", lambda: 2) == 2


def test_what_a_party_levies_is_looked_up_once_for_all_models_and_elasticities(baseline: Baseline) -> None:
    for other in ({"elasticities": "CP"}, {"model": "krugman"}, {"deficits": "balanced"}, {"horizon": "decade"}):
        found = calibrate(baseline.scenario.replaced(**other), baseline.regime)
        assert found.before["USA"] is baseline.before["USA"]
        assert found.year["USA"] is baseline.year["USA"]
    anew = calibrate(baseline.scenario, replace(baseline.regime))  # a regime that remembers nothing
    assert anew.before["USA"] is not baseline.before["USA"]
    for name in ("rate", "law", "weight"):
        assert np.array_equal(getattr(anew.before["USA"], name), getattr(baseline.before["USA"], name), equal_nan=True)


@pytest.mark.parametrize("other", [{"reading": "statutory"}, {"parties": ("USA", "CAN")}, {"known": date(2025, 4, 30)}])
def test_another_reading_party_or_day_of_knowledge_is_another_levy(baseline: Baseline, other: dict[str, Any]) -> None:
    found = calibrate(baseline.scenario.replaced(**other), baseline.regime)
    assert all(levy is not baseline.before.get(party) for party, levy in found.before.items())


def test_the_same_question_by_another_model_is_asked_once(baseline: Baseline) -> None:
    linked = under_model(baseline, "caliendo_parro")
    assert under_model(baseline, "caliendo_parro") is linked
    assert linked.raw.has_links


def test_a_search_for_one_or_two_rates_takes_few_steps(baseline: Baseline) -> None:
    """With as many past steps as there are rates the search is as good as Newton's; with more it crept."""
    world = _today(baseline, schedule_on(baseline, baseline.scenario.on))
    how = {"deficits": baseline.scenario.deficits, "sectors": _goods(world), "check": False, "starts": ("base",)}
    one = respond(world, "CHN", "bilateral", partners=["USA"], **how)
    two = nash(world, ("USA", "CHN"), "bilateral", partners=("USA", "CHN"), **how)
    assert one.starts[0].steps <= 6
    assert two.starts[0].steps <= 8
    assert max(one.starts[0].change, two.starts[0].change) <= 1e-9


def test_the_record_is_read_anew_where_a_file_changed(tmp_path: Path) -> None:
    files = sorted(FOLDER.glob("*.toml"))[:5]  # an entry bears on earlier ones alone
    for file in files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    first = read_ledger(tmp_path)
    assert read_ledger(tmp_path) is first
    (tmp_path / files[-1].name).unlink()
    assert len(read_ledger(tmp_path).entries) < len(first.entries)
