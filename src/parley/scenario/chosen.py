"""What each party of a scenario then chose, as far as it was public on the day of knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parley.scenario.clocks import ScenarioClocks, scenario_clocks
from parley.scenario.scenario import Scenario
from parley.talks.answers import ChosenRow


class TalksClocks(ScenarioClocks):
    """The clocks of an answer on a scenario's talks, with what was then chosen; empty while that is not known."""

    chosen: list[ChosenRow]


def chosen_rows(scenario: Scenario) -> list[ChosenRow]:
    """The outcomes that were public on the day of knowledge, in the order of the file."""
    return [
        {
            "party": o.party, "option": o.option, "since": o.day.isoformat(), "source": o.source or o.address,
            "address": o.address or None, "note": o.note or None,
        }
        for o in scenario.outcome
        if o.day >= scenario.on and (scenario.known is None or o.public <= scenario.known)
    ]  # fmt: skip


def talks_clocks(scenario: Scenario) -> TalksClocks:
    """Both clocks and what was chosen."""
    return {**scenario_clocks(scenario), "chosen": chosen_rows(scenario)}


def chosen_words(rows: Sequence[ChosenRow]) -> Iterator[str]:
    """A sentence for each choice: who, what, since when, on which source."""
    for row in rows:
        yield f"chosen by {row['party']}: “{row['option']}”, since {row['since']} ({row['source']})"
