"""The situation of a day: what changed, what comes, what is open, what each side can do; as known on the day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from answer_types import assert_is
from drawn import thinned
from parley.cli.main import main
from parley.errors import InputError, ScenarioError
from parley.law.regime import Regime, read_regime
from parley.record.ledger import Ledger, read_ledger
from parley.scenario.answers_situation import SituationAnswer
from parley.scenario.asked_scenario import found_on, scenario_of_brief, with_days
from parley.scenario.baseline import calibrate, levy_under, schedule_on
from parley.scenario.deeds import deeds, law_status
from parley.scenario.options import option_levy
from parley.scenario.questions import Brief, Situation
from parley.scenario.rounds import read_rounds
from parley.scenario.scenario import Change, Limit, Option, parse_scenario, read_scenario
from parley.scenario.situation import Situation as Found
from parley.scenario.situation import before_of, found, on_day, situation_of
from parley.scenario.situation_answering import answer
from parley.scenario.toml import as_toml

DAYS = ("2025-04-04", "2025-05-02", "2025-05-14", "2025-07-09", "2025-11-10", "2026-02-21", "2018-09-24")


@pytest.mark.parametrize("day", thinned(DAYS, 3))
def test_as_known_on_a_day_nothing_later_is_seen(day: str) -> None:
    """Law and record cut off at the day leave the same situation: every part of it, and the scenario that it makes."""
    scenario, on = on_day(day, known=day), date.fromisoformat(day)
    law, record = read_regime(), read_ledger()
    cut = replace(law, measures=tuple(m for m in law.measures if m.learnt <= on))
    early = Ledger(tuple(e for e in record.entries if e.known <= on))
    whole, part = situation_of(scenario, law, record), situation_of(scenario, cut, early)
    assert whole.as_json() == part.as_json()
    assert (whole.deadline, whole.signal, whole.live) == (part.deadline, part.signal, part.live)


@pytest.mark.parametrize("day", DAYS)
def test_what_changed_and_what_comes_are_on_their_side_of_the_day(day: str) -> None:
    here, on = situation_of(on_day(day)), date.fromisoformat(day)
    assert all(on - timedelta(days=30) < date.fromisoformat(x["on"]) <= on for x in here.changed)
    assert all(date.fromisoformat(x["on"]) > on for x in here.ahead)
    assert here.changed == sorted(here.changed, key=lambda x: x["on"])
    assert all(x["measures"] or x["exclusions"] for x in (*here.changed, *here.ahead))


def names(here: Found, player: str) -> list[str]:
    return [live.option.name for live in here.live[player]]


def test_on_9_july_the_rates_are_put_off_and_on_2_may_a_step_is_demanded() -> None:
    july = situation_of(on_day("2025-07-09", known="2025-07-09"))
    assert july.deadline is not None
    assert july.deadline.on == date(2025, 8, 1)
    assert july.signal is None  # talks have overtaken the precondition
    may = situation_of(on_day("2025-05-02", known="2025-05-02"))
    assert may.deadline is not None
    assert may.deadline.on == date(2025, 7, 9)
    assert may.signal is not None
    assert (may.signal.maker, may.signal.step) == ("USA", "return to 1 January 2025")
    assert names(may, "USA") == [
        "hold", "let 9 July 2025 come", "return to 1 January 2025", "return to 8 April 2025", "match the 125 % of China",
    ]  # fmt: skip


def test_after_a_ruling_it_is_shown_and_its_duties_are_no_longer_an_option_to_end() -> None:
    here = situation_of(on_day("2026-02-21", known="2026-02-21"))
    assert "2026-02-20-01" in [row["id"] for row in here.rulings()]
    assert "return to 1 January 2025" not in names(here, "USA")  # nothing of it is left on a toy
    assert names(here, "USA")[1] == "let 24 February 2026 come"


def test_a_threat_is_an_option_until_its_day() -> None:
    """10 October 2025: 100 % on top from 1 November. On 1 November it did not come, and is no longer open."""
    threatened = situation_of(on_day("2025-10-14", known="2025-10-14")).live["USA"]
    threat = next(live for live in threatened if live.found_in == "record" and live.option.adds)
    assert threat.option.adds == (Limit(of="CHN", rate=1.0),)
    assert "1 November 2025" in threat.option.name
    assert not [
        live
        for live in situation_of(on_day("2025-11-02", known="2025-11-02")).live["USA"]
        if live.option.name == threat.option.name
    ]


def test_a_scenario_of_the_situation_is_one_that_its_text_reads_back() -> None:
    made = found_on("2025-11-10", "2025-11-10")
    again = parse_scenario(as_toml(made), "found")
    assert again.replaced(file="", folder=made.folder) == made.replaced(file="")
    shipped = read_scenario()
    assert parse_scenario(as_toml(shipped), shipped.file, shipped.folder) == shipped


def test_what_a_file_writes_stays_and_the_rest_is_found() -> None:
    options = "".join(f'[[option]]\nplayer = "{p}"\nname = "wait"\n' for p in ("USA", "CHN"))
    text = f'found = true\non = 2025-07-09\nknown = 2025-07-09\ntitle = "Mine"\n{options}'
    made = found(parse_scenario(text, "mine"))
    assert made.title == "Mine"
    assert [o.name for o in made.option] == ["wait", "wait"]
    assert made.deadline is not None
    assert made.product
    shown = situation_of(made).as_json()["options"]
    assert [o["found_in"] for own in shown.values() for o in own] == ["file", "file"]


def test_a_briefing_of_another_day_is_found_and_that_of_2_may_is_the_file() -> None:
    assert scenario_of_brief(Brief(on="2025-05-02")).option == read_scenario().option
    other = scenario_of_brief(Brief(on="2025-07-09"))
    assert other.title == "United States and China, 9 July 2025"
    assert other.known is None
    dropped = scenario_of_brief(Brief(on="2025-07-09", known="2025-07-09", drop=("us-ieepa-fentanyl-cn",)))
    assert "10 % added" in next(o.says for o in dropped.option if o.law_of == date(2025, 8, 12))
    with pytest.raises(InputError, match="one of them"):
        scenario_of_brief(Brief(scenario=Path("x.toml"), parties=("USA,CHN",)))
    with pytest.raises(InputError, match="2018-01-01"):
        scenario_of_brief(Brief(on="2017-12-31"))


@pytest.fixture(scope="module")
def geneva():
    return calibrate(found_on("2025-05-14", "2025-05-14"))


@pytest.mark.slow
def test_an_option_toward_a_partner_moves_its_column_alone(geneva) -> None:
    day, then = (schedule_on(geneva, d)["USA"] for d in (date(2025, 5, 14), date(2025, 1, 1)))
    levy = levy_under(geneva, Option(player="USA", name="back", law_of=date(2025, 1, 1), toward=("CHN",)))
    i = levy.origins.index("CHN")
    np.testing.assert_array_equal(levy.rate[:, i], then.rate[:, i])
    others = [k for k in range(len(levy.origins)) if k != i]
    np.testing.assert_array_equal(levy.rate[:, others], day.rate[:, others])


@pytest.mark.slow
def test_a_return_is_one_also_where_the_days_law_was_changed(geneva) -> None:
    """The changes of a what-if stand under every option: they begin on its day, so the law of an earlier day is not theirs."""
    back = Option(player="USA", name="back", law_of=date(2025, 1, 1), toward=("CHN",))
    change = Change(set="us-ieepa-fentanyl-cn", rate=0.075, start=geneva.scenario.on)
    other = Change(set="us-ieepa-reciprocal", rate=0.2, start=geneva.scenario.on)
    plain, changed = (levy_under(geneva, msgspec.structs.replace(back, changes=c)) for c in ((), (change, other)))
    i = plain.origins.index("CHN")
    np.testing.assert_array_equal(changed.rate[:, i], plain.rate[:, i])
    held = levy_under(geneva, Option(player="USA", name="hold", changes=(change, other)))
    others = [k for k in range(len(plain.origins)) if k != i]
    np.testing.assert_array_equal(changed.rate[:, others], held.rate[:, others])
    assert np.nanmax(np.abs(held.rate - plain.rate)[:, others]) > 0


@pytest.mark.slow
def test_what_an_option_adds_comes_on_top_of_every_known_line(geneva) -> None:
    day = schedule_on(geneva, geneva.scenario.on)["USA"]
    levy = option_levy(geneva, Option(player="USA", name="more", adds=(Limit(of="CHN", rate=0.1),)))
    i = levy.origins.index("CHN")
    np.testing.assert_allclose(levy.rate[:, i], day.rate[:, i] + 0.1, atol=1e-15)


def test_toward_without_a_day_is_refused() -> None:
    text = 'on = 2025-07-09\n[[option]]\nplayer = "USA"\nname = "x"\ntoward = ["CHN"]\n'
    with pytest.raises(ScenarioError, match="toward without law_of"):
        parse_scenario(text, "mine")


def test_the_answer_has_its_type_and_the_command_prints_it(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    made = answer(Situation(on="2025-07-27", known="2025-07-27", parties=("USA,EUU",)))
    assert_is(made, SituationAnswer)
    assert made["parties"] == ["USA", "EUU"]
    out = tmp_path / "eu.toml"
    with pytest.raises(SystemExit) as end:
        main(
            [
                "situation",
                "--on",
                "2025-07-27",
                "--known",
                "2025-07-27",
                "--parties",
                "USA,EUU",
                "--json",
                "--out",
                str(out),
            ]
        )
    assert end.value.code == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["options"] == json.loads(json.dumps(made["options"], default=str))
    assert parse_scenario(out.read_text("utf-8"), "eu").parties == ("USA", "EUU")


@pytest.mark.parametrize(("parties", "player", "name"), [
    ("USA,CAN", "CAN", "return to 1 January 2025"), ("USA,IND", "USA", "hold"), ("BRA,USA", "BRA", "hold"), ("EUU,CHN", "CHN", "hold"),
])  # fmt: skip
def test_any_parties_have_options(parties: str, player: str, name: str) -> None:
    made = found_on("2025-08-27", "2025-08-27", (parties,))
    assert name in [o.name for o in made.option if o.player == player]
    assert {o.player for o in made.option} == set(made.parties)


def test_a_regime_of_no_acts_leaves_holding_alone() -> None:
    here = situation_of(on_day("2025-05-02", known="2025-05-02"), Regime(()), Ledger(()))
    assert {p: names(here, p) for p in here.live} == {"USA": ["hold"], "CHN": ["hold"]}
    assert (here.deadline, here.signal, here.changed, here.ahead) == (None, None, [], [])


@pytest.mark.parametrize(
    ("day", "parties"), [("2018-09-24", "USA,EUU"), ("2019-06-15", "USA,EUU"), ("2018-09-24", "IND,USA")]
)
def test_duties_on_a_few_goods_alone_can_be_ended_too(day: str, parties: str) -> None:
    """Steel and aluminium since 2018, which neither a toy nor the mean over all imports shows."""
    made = found_on(day, day, (parties,))
    assert "return to 1 January 2018" in [o.name for o in made.option if o.player == "USA"]


def test_a_deadline_given_to_another_country_is_none_of_the_parties() -> None:
    """12 September 2025: Mexico has until 29 October, which the goods of India do not feel; the country rates bind all."""
    for parties, held in ((("USA", "IND"), False), (("USA", "MEX"), True)):
        here = situation_of(on_day("2025-09-12", "2025-09-12", parties)).as_json()
        assert ("2025-10-29" in [d["on"] for d in here["deadlines"]]) == held
    may = situation_of(on_day("2025-05-02", "2025-05-02", ("USA", "DEU"))).as_json()
    assert [d["id"] for d in may["deadlines"]] == ["country-rates"]


def test_a_round_rests_on_its_first_act() -> None:
    """Between the eve and the first act nobody's act added a duty, and the act is in our law with that day."""
    acts = {m.act.id: m.act for m in read_regime().measures}
    rounds = read_rounds()
    assert [r.eve for r in rounds] == sorted(r.eve for r in rounds)
    for r in rounds:
        assert acts[r.act].signed == r.signed
        assert r.eve == date(r.signed.year, 1, 1)
        assert not [a.id for a in acts.values() if r.eve <= a.signed < r.signed]
    assert before_of(date(2025, 2, 1)) == before_of(date(2026, 8, 1)) == date(2025, 1, 1)
    assert before_of(date(2025, 1, 31)) == date(2018, 1, 1)  # nobody knew that a round would begin
    assert before_of(date(2017, 6, 1)) == date(2017, 6, 1)


def test_what_an_act_does_to_a_party_is_told_apart_from_what_it_does_to_others() -> None:
    """The ruling of 20 February 2026 ended 75 duties of 10 to 41 percent; on Chinese goods three, of 10 to 40."""
    on = date(2026, 2, 21)
    steps = situation_of(on_day(on, known=on), read_regime(), read_ledger()).changed
    ended = {bool(s["on_goods_of"]): s for s in steps if s["on"] == "2026-02-20" and s["what"] == "ends"}
    assert (ended[True]["measures"], ended[True]["lowest"], ended[True]["highest"]) == (3, 0.1, 0.4)
    assert (ended[False]["measures"], ended[False]["highest"]) == (72, 0.41)


def test_what_only_carries_a_rate_on_begins_nothing() -> None:
    """An in-transit rule that runs out (5 October 2025) is no new duty; a duty that comes to bind more countries is one."""
    ahead = situation_of(on_day("2025-08-07", "2025-08-07", ("USA", "EUU"))).ahead
    assert not [step for step in ahead if (step["on"], step["what"]) == ("2025-10-05", "begins")]
    assert {"2025-08-12", "2025-08-27"} <= {step["on"] for step in ahead}
    steel = situation_of(on_day("2025-03-11", "2025-03-11", ("USA", "EUU"))).ahead
    assert any(
        step["on"] == "2025-03-12" and step["what"] == "begins" and "s232" in step["programmes"] for step in steel
    )


@pytest.mark.parametrize("days", [("2025-11-10", None), ("2025-05-02", "2025-05-20"), ("2026-02-24", "2026-02-24")])
def test_a_title_is_of_the_days_that_were_asked(days: tuple[str, str | None]) -> None:
    """The shipped title names its own days; on others the title is the parties' and the day's."""
    shipped = read_scenario()
    on = date.fromisoformat(days[0])
    assert with_days(shipped, None, None).title == shipped.title
    assert with_days(shipped, *days).title == f"United States and China, {on.day} {on:%B %Y}"


@pytest.mark.parametrize(
    "parties", [(), ("USA",), ("USA", "USA"), ("USA", "United States"), ("EUU", "DEU"), ("USA", "CHN", "中国")]
)
def test_parties_are_two_or_more_different_ones(parties: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="two or more different"):
        on_day("2025-05-02", parties=parties)


@pytest.mark.parametrize("day", thinned(["2025-08-20", "2026-07-24", "2026-07-25", "2026-08-18", "2026-11-30"], 3))
def test_no_deadline_is_open_whose_outcome_the_deeds_tell(day: str) -> None:
    """Two views of one deadline: what `record deeds` counts as on time, by record or by law, no status calls open."""
    ledger, on = read_ledger(), date.fromisoformat(day)
    told = {d.entry.id for d in deeds(ledger, None, on) if d.outcome == "on_time"}
    assert not told & {row["entry"] for row in law_status(ledger, None, on)["passed"]}


def test_a_threat_that_is_law_on_the_others_goods_is_no_option() -> None:
    """Other economies pay less under the same measure, yet on China it is charged in full: nothing is left to carry out."""
    here = situation_of(on_day("2026-08-10"))
    assert not [name for name in names(here, "USA") if name.startswith("carry out the threat: 12.5")]
