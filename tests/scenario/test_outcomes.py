"""What a scenario says was then chosen: read strictly, hidden while it is later, shown in talks, held against its own grid."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from answer_types import assert_is
from commands import Command
from parley.errors import InputError, ScenarioError
from parley.report.sheets_talks import talks_sheets
from parley.scenario.answers_hindcast import HindcastAnswer
from parley.scenario.chosen import chosen_rows, talks_clocks
from parley.scenario.hindcast_answering import hindcast
from parley.scenario.hindcast_own import decisions_of, eve_of_outcomes
from parley.scenario.outcomes import read_decisions, read_decisions_file
from parley.scenario.scenario import Scenario, parse_scenario, read_scenario
from parley.scenario.toml import as_toml

TALKS = Command("talks")
OPTIONS = """on = 2025-05-02
known = 2025-05-02
option = [{ player = "USA", name = "hold" }, { player = "USA", name = "back off" }, { player = "CHN", name = "hold" }]
"""


def written(outcome: str) -> Scenario:
    """A scenario of three options with an outcome."""
    return parse_scenario(OPTIONS + outcome, "own.toml")


def test_one_outcome_is_a_table_and_several_are_a_list() -> None:
    one = 'party = "United States"\nday = 2025-05-12\noption = "back off"\nsource = "an order"\n'
    (alone,) = written("[outcome]\n" + one).outcome
    (listed,) = written("[[outcome]]\n" + one).outcome
    assert alone == listed
    assert (alone.party, alone.public) == ("USA", date(2025, 5, 12))
    assert parse_scenario(as_toml(written("[outcome]\n" + one)), "own.toml").outcome == (alone,)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ('party = "USA"\nday = 2025-05-12\noption = "back of"\nsource = "s"', "outcome of 'USA', option.*back off"),
        ('party = "FRA"\nday = 2025-05-12\noption = "hold"\nsource = "s"', "no party 'FRA'"),
        ('party = "USA"\nday = 2025-05-01\noption = "hold"\nsource = "s"', "before on 2025-05-02"),
        ('party = "USA"\nday = 2025-05-12\noption = "hold"', "needs its source or its address"),
        ('party = "USA"\nday = 2025-05-12\noption = "hold"\naddress = "javascript:1"', "is no address"),
        ('party = "USA"\nday = 2025-05-12\noption = "raise"\nsource = "s"', "without law_on"),
        ('party = "USA"\nday = 2025-05-12\noption = "come"\nsource = "s"', "without law_of"),
        ('party = "USA"\nday = 2025-05-12\nchoice = "hold"\nsource = "s"', r"outcome\[0\].*no key 'choice'"),
        ('party = "USA"\nday = 2025-05-12\nknown = 2025-05-11\noption = "hold"\nsource = "s"', "before the day of the choice"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(outcome: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        written("[[outcome]]\n" + outcome)


def test_a_party_has_one_outcome() -> None:
    one = '[[outcome]]\nparty = "USA"\nday = 2025-05-12\noption = "hold"\nsource = "s"\n'
    with pytest.raises(ScenarioError, match="two outcomes of one party"):
        written(one + one)


@pytest.mark.parametrize(
    ("known", "on", "shown"),
    [
        ("2025-05-02", "2025-05-02", []),
        ("2025-05-11", "2025-05-02", []),
        ("2025-05-12", "2025-05-02", ["USA"]),
        ("2025-05-13", "2025-05-02", ["USA", "CHN"]),  # China's act became public a day later
        (None, "2025-05-02", ["USA", "CHN"]),
        (None, "2025-07-09", []),  # of an earlier situation
    ],
)
def test_what_is_later_than_the_day_of_knowledge_is_hidden(known: str | None, on: str, shown: list[str]) -> None:
    seen = date.fromisoformat(known) if known else None
    scenario = read_scenario().replaced(on=date.fromisoformat(on), known=seen)
    assert [row["party"] for row in chosen_rows(scenario)] == shown
    assert talks_clocks(scenario)["chosen"] == chosen_rows(scenario)


def test_the_briefing_has_a_table_of_what_was_chosen_once_it_is_known() -> None:
    scenario = read_scenario()
    talks = {"players": [], "payoffs": [], "equilibria": [], "best_replies": {}, "options": {}}
    assert "talks-chosen" not in talks_sheets({"talks": talks | {"chosen": chosen_rows(scenario)}})
    rows = chosen_rows(scenario.replaced(known=None))
    sheet = talks_sheets({"talks": talks | {"chosen": rows}})["talks-chosen"]
    assert [row[:3] for row in sheet.shown(9)] == [
        ["United States", "step down to 30", "2025-05-12"],
        ["China", "step down to 10", "2025-05-12"],
    ]


def test_outcomes_are_scored_as_known_before_anybody_had_chosen() -> None:
    shipped = read_scenario()
    assert eve_of_outcomes(shipped).known == date(2025, 5, 2)
    late = eve_of_outcomes(shipped.replaced(known=None, on=date(2025, 5, 12)))
    assert late.known == date(2025, 5, 11)
    with pytest.raises(ScenarioError, match="no outcome"):
        eve_of_outcomes(shipped.replaced(outcome=()))


def test_an_outcome_by_a_word_of_the_coding_is_coded_as_the_packaged_ones() -> None:
    text = '[[outcome]]\nparty = "USA"\nday = 2025-05-12\noption = "back"\nlaw_of = 2025-04-08\nlaw_on = 2025-05-14\nsource = "s"\n'
    (found,) = decisions_of(written(text))
    packaged = next(d for d in read_decisions() if (d.point, d.decider) == ("D33", "USA"))
    assert (found.kind, found.day, found.law_on, found.law_known) == (
        packaged.kind, packaged.day, packaged.law_on, packaged.law_known,
    )  # fmt: skip


@pytest.mark.slow
def test_the_shipped_scenario_is_held_against_geneva_beside_the_packaged_point() -> None:
    found = hindcast(scenario=read_scenario(), sets=False)
    assert_is(found, HindcastAnswer)
    own, packaged = found["decisions"][:2], found["decisions"][2:]
    assert [r["option"] for r in own] == ["step down to 30", "step down to 10"]
    assert {r["point"] for r in packaged} == {"D33"}
    assert found["own"] is not None
    assert found["own"]["known"] == "2025-05-02"
    for mine, theirs in zip(own, packaged, strict=True):  # the same choice on two grids: what it brought is the same
        assert mine["rank"] == theirs["rank"]
        assert mine["is_best_reply"] == theirs["is_best_reply"]
        assert mine["dominated_by"]
    gains = []  # over holding out, for by 12 May more goods pay the duties of April than on 2 May
    for row in (own[1], packaged[1]):
        welfare = {o["option"]: o["welfare_pct"] for o in row["options"]}
        gains.append(welfare[row["option"]] - welfare["hold"])
    assert gains[0] == pytest.approx(gains[1], abs=2e-3)
    assert [s["best_reply"]["of"] for s in found["scores"][:2]] == [2, 2]


def test_decisions_of_ones_own_are_read_strictly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "point,date,decider,counterpart,chosen,kind,source,day,law_on,other\n"
    path = tmp_path / "own.csv"
    path.write_text(head + "M1,2025-05-12,China,USA,step,talks,me,,,\n")
    (found,) = read_decisions_file(path)
    assert (found.decider, found.counterpart, found.other, found.kind) == ("CHN", "USA", "hold", "talks")
    said = TALKS.out(capsys, "hindcast", "--decisions", str(path))
    assert "not scored: M1 China, step: no duty was at stake" in said
    for row, says in (
        ("M1,2025-05-12,CHN,USA,step,rise,me,,,", "row 2, kind: no word of the coding 'rise'"),
        ("M1,2025-05-12,CHN,USA,,talks,me,,,", "row 2: no chosen"),
        ("M1,2025-05-12,CHN,USA,step,back,me,,,", "row 2, day"),
        ("M1,12 May,CHN,USA,step,talks,me,,,", "row 2, date"),
        ("M1,2025-05-12,CHN,USA,step,talks,me,,,come soon", "row 2, other"),
    ):
        path.write_text(f"{head}{row}\n")
        with pytest.raises(InputError, match=says):
            read_decisions_file(path)
    path.write_text("point,date\nM1,2025-05-12\n")
    with pytest.raises(InputError, match="no column 'decider'"):
        read_decisions_file(path)


def test_the_api_takes_a_scenario_with_outcomes_and_no_file() -> None:
    from parley.web.commands import commands, payload_of

    verb = commands()["/talks/hindcast"]
    assert verb.own
    assert "decisions" not in {f.name for f in fields(verb.question)}
    asked = verb.question(toml=as_toml(read_scenario()), ranges=False)
    sent = json.loads(payload_of(verb, asked))
    assert sent["argv"] == ["talks", "hindcast", "--no-ranges"]
    assert [o.option for o in parse_scenario(sent["toml"], "sent").outcome] == ["step down to 30", "step down to 10"]
