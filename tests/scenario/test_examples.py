"""Every scenario in examples/ runs, and the figures in its .expect.csv come out: path in the Answer, value, tolerance, why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from golden_days import DAYS, GOLDEN, words_of
from parley.scenario.brief import run
from parley.scenario.scenario import read_scenario
from scenario_figures import SCENARIOS, figures_that_differ


def test_every_scenario_says_what_it_expects() -> None:
    assert SCENARIOS
    assert all(path.with_suffix(".expect.csv").is_file() for path in SCENARIOS)


@pytest.mark.slow  # the shipped scenario's figures are also looked at by test_brief.py, in the quick suite
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_figures_come_out(path: Path) -> None:
    wrong = figures_that_differ(run(read_scenario(path)).as_json(), path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow  # a second a day; the figures above need the solves, these words do not
@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_the_words_of_each_day_are_those_of_the_golden_file(path: Path) -> None:
    """Title, what changed, what comes, deadline, step, options and record: `python tests/support/golden_days.py` writes them."""
    assert words_of(path) == json.loads(GOLDEN.read_text("utf-8"))[path.stem]


def test_the_golden_file_holds_every_example_and_no_other() -> None:
    assert [*json.loads(GOLDEN.read_text("utf-8"))] == [path.stem for path in DAYS]
