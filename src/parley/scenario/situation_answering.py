"""From a question about a day to its answer: the situation, and the scenario that it makes."""

from __future__ import annotations

from parley.scenario import questions
from parley.scenario.answers_situation import SituationAnswer
from parley.scenario.asked_scenario import found_on
from parley.scenario.clocks import scenario_clocks
from parley.scenario.situation import situation_of
from parley.scenario.toml import as_toml


def answer(asked: questions.Situation, sign: str = "") -> SituationAnswer:
    """`situation`: what a day leaves open, and the scenario that it makes."""
    made = found_on(asked.on, asked.known, asked.parties, sign=sign)
    bare = made.replaced(option=(), deadline=None, signal=None)
    return {
        "title": made.title,
        "parties": list(made.parties),
        "before": made.before.isoformat(),
        **scenario_clocks(made),
        **situation_of(bare).as_json(),
        "scenario": as_toml(made),
    }
