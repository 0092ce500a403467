"""The whole walk: from one scenario file to an Answer, in the order in which a rate travels.

Its headline is that of `scenario/headline.py`. Every number in it is one of the Answer's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import cast

from parley.arguments import checked
from parley.fixed import fixed_fields
from parley.json_values import plain
from parley.kept_starts import kept_starts
from parley.law.regime import Regime
from parley.record.in_words import EVERYONE
from parley.record.ledger import read_ledger
from parley.record.summary import RecordSection, record_section
from parley.scenario.answers import TradeSection
from parley.scenario.answers_brief import (
    BriefAnswer,
    BriefParts,
    DeadlineSection,
    FurtherParts,
    LawSection,
    MethodSection,
    QuestionSection,
    Source,
    TalksSection,
    WrittenChange,
)
from parley.scenario.answers_first import HouseholdCost
from parley.scenario.answers_situation import SituationPart
from parley.scenario.average_series import AverageSeries, average_series
from parley.scenario.baseline import calibrate, schedule_on
from parley.scenario.chosen import chosen_rows
from parley.scenario.clocks import scenario_clocks
from parley.scenario.day_axis import AxisMark, day_axis
from parley.scenario.deadline import deadline_of
from parley.scenario.deeds import deeds, law_status
from parley.scenario.duty_changes import duty_changes
from parley.scenario.games.grid import grid_of
from parley.scenario.headline import headline
from parley.scenario.household_cost import household_costs
from parley.scenario.law import law_section
from parley.scenario.levy import regime_of
from parley.scenario.method import method_section, sources_of
from parley.scenario.own_goods import GoodsRow, goods_rows
from parley.scenario.replies import exact_replies
from parley.scenario.scenario import Change, Scenario, canonical
from parley.scenario.situation import found, situation_of
from parley.scenario.trade import trade_section

Tell = Callable[[str], None]


@dataclass(frozen=True)
@fixed_fields
class Answer:
    """Everything that the walk produced, in order: the JSON of `parley brief`. Plain data, nothing to compute."""

    scenario: QuestionSection
    on: str
    known: str | None
    headline: list[str]
    law: LawSection
    trade: TradeSection
    talks: TalksSection
    deadline: DeadlineSection | None
    record: RecordSection
    method: MethodSection
    sources: list[Source]
    law_known_to: str | None
    law_known_to_by: dict[str, str]
    clock_note: str | None
    law_version: str | None
    reading: str | None
    reading_note: str | None
    situation: SituationPart
    averages: list[AverageSeries]
    goods: list[GoodsRow]
    households: list[HouseholdCost]
    axis: list[AxisMark]

    def __repr__(self) -> str:
        return f"<Answer: {self.scenario['title'] or self.scenario['file']}, on {self.on}, residual {self.trade['residual']:.1e}>"

    def summary(self) -> str:
        """The headline, as text."""
        return "\n".join(self.headline)

    def _repr_html_(self) -> str:
        """The headline, for notebooks."""
        from parley.html import bullets

        known = f", as known on {self.known}" if self.known else ""
        note = f"Largest market-clearing error {self.trade['residual']:.1e}. The rooms: law, trade, talks, deadline, record."
        return bullets(f"The law of {self.on}{known}", self.headline, note)

    def as_json(self) -> BriefAnswer:
        """The Answer as one plain object, in the order of its fields."""
        return cast(BriefAnswer, plain({field.name: getattr(self, field.name) for field in fields(self)}))


@checked
def run(scenario: Scenario, tell: Tell = lambda text: None) -> Answer:
    """The Answer to a scenario: law, trade, talks, deadline and record of its day, in some ten seconds.

    Parameters
    ----------
    scenario
        The question (`parley.read_scenario`).
    tell
        Called with a sentence before each part.

    Returns
    -------
    Answer
        The JSON of `parley brief` by its sections; `summary()` is the headline.

    Raises
    ------
    InputError
        Where the question cannot be put.
    NoAnswerError
        Where an equilibrium cannot be certified.

    Examples
    --------
    >>> import parley
    >>> answer = parley.run(parley.read_scenario())
    >>> answer.on
    '2025-05-02'
    """
    scenario = canonical(scenario, "run")
    with kept_starts(repr(scenario)):
        return _run(found(scenario) if scenario.found else scenario, tell)


def _run(scenario: Scenario, tell: Tell) -> Answer:
    """The Answer, from the starts of an earlier run where these were kept."""
    tell("law: reading the acts of both sides")
    regime = regime_of(scenario)
    law = law_section(regime, scenario)
    tell(f"world: moving {scenario.world} to the law of {scenario.before}")
    baseline = calibrate(scenario, regime)
    after = schedule_on(baseline, scenario.on)
    tell("trade: solving under every published elasticity set")
    trade = trade_section(baseline, after)
    tell("talks: a payoff for every combination of options")
    talks = TalksSection()
    if len(scenario.options()) > 1:
        talks = cast(TalksSection, grid_of(baseline))
        tell("talks: exact best responses, with and without links")
        talks["exact"] = exact_replies(baseline, after)
        talks["chosen"] = chosen_rows(scenario)
    tell("deadline: sign, wait, or face the rate, country by country")
    deadline = deadline_of(scenario, baseline, after) if scenario.deadline else None
    tell("record: who said, claimed, offered and did what")
    record = _record(scenario, baseline.regime)
    parts: BriefParts = {"law": law, "trade": trade, "talks": talks, "deadline": deadline, "record": record}
    clocks = scenario_clocks(scenario)
    situation = situation_of(scenario, regime).as_json()
    return Answer(
        scenario=_question(scenario),
        on=scenario.on.isoformat(),
        known=_iso(clocks["known"]),
        headline=headline(scenario, parts, situation),
        **parts,
        method=method_section(scenario, parts),
        sources=sources_of(scenario, baseline.regime),
        law_known_to=_iso(clocks["law_known_to"]),
        law_known_to_by={party: read.isoformat() for party, read in clocks["law_known_to_by"].items()},
        clock_note=clocks["clock_note"],
        law_version=clocks["law_version"],
        reading=clocks["reading"],
        reading_note=clocks["reading_note"],
        situation=situation,
        **_further(scenario, regime, trade, situation),
    )


def _further(scenario: Scenario, regime: Regime, trade: TradeSection, situation: SituationPart) -> FurtherParts:
    """What stands beside the rooms."""
    return {
        "averages": average_series(regime, scenario),
        "goods": goods_rows(regime, scenario),
        "households": household_costs(scenario, trade),
        "axis": day_axis(scenario, read_ledger(), situation),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _record(scenario: Scenario, regime: Regime) -> RecordSection:
    """Where things stand on the day, tested against the law, and what each side has said up to it."""
    whole = read_ledger()
    ledger = whole.among(scenario.parties)
    standing = law_status(ledger, regime, scenario.on, scenario.known)
    rows = (deed.row() for deed in deeds(whole, regime, scenario.on, scenario.known))
    kept = [row for row in rows if row["party"] in (*scenario.parties, EVERYONE)]
    return record_section(ledger, scenario.on, scenario.known, standing=standing, deeds=kept,
                          changed=duty_changes(scenario.known))  # fmt: skip


def _question(scenario: Scenario) -> QuestionSection:
    return {
        "file": Path(scenario.file).name,
        "title": scenario.title,
        "parties": list(scenario.parties),
        "before": scenario.before.isoformat(),
        "world": scenario.world,
        "model": scenario.model,
        "deficits": scenario.deficits,
        "revenue": scenario.revenue,
        "conventions": scenario.conventions or None,
        "changes": [_written(c) for c in scenario.change],
        "own_goods": bool(scenario.goods),
    }


def _written(c: Change) -> WrittenChange:
    """The keys of a change as a scenario writes them."""
    keys = {"drop": c.drop, "suspend": c.suspend, "add": c.add, "set": c.set, "rate": c.rate,
            "from": _iso(c.start), "until": _iso(c.until)}  # fmt: skip
    return cast(WrittenChange, {key: value for key, value in keys.items() if value not in ("", None)})
