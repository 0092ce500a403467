"""Commands as verbs of the API: questions from options, answers from the command itself, no word that could name a file."""

from __future__ import annotations

import shlex

import msgspec
import pytest

from commands import PARLEY
from drawn import thinned
from parley.errors import InputError, ParleyError
from parley.question import offered
from parley.scenario.questions import Solve
from parley.web import answer_parts, answer_words, ask_view, commands, openapi, reading
from parley.web.running import run_command
from parley.web.scenarios import own_text
from parley.web.settings import Settings

FOUND = commands.commands()


def asked(path: str, query: str) -> tuple[commands.Command, object]:
    command = FOUND[path]
    return command, reading.read_query(command.question, query)


def run(path: str, query: str) -> dict[str, object]:
    return run_command(commands.payload_of(*asked(path, query)), lambda text: None)


def test_every_room_of_games_is_asked_and_described() -> None:
    assert {
        "/talks/nash",
        "/talks/respond",
        "/talks/leverage",
        "/trade/decompose",
        "/record/base",
        "/law/diff",
    } <= FOUND.keys()
    document = openapi.document()["paths"]
    for path, command in FOUND.items():
        method = "post" if command.posted else "get"
        assert document[f"/api/v1{path}"][method]["summary"] == command.summary


def test_the_hindcast_is_posted_takes_its_points_and_has_the_time_of_all_of_them() -> None:
    command = FOUND["/talks/hindcast"]
    asked = reading.read_body(command.question, b'{"point": ["D31"], "deadlines": false, "wait": 5}')
    assert commands.argv_of(command, asked) == ["talks", "hindcast", "--point=D31", "--no-deadlines"]
    found = run_command(commands.payload_of(command, asked), lambda text: None)
    assert [r["point"] for r in found["not_scored"]] == ["D31"]
    assert command.posted
    assert commands.LONGER[command.path[1:]] * Settings().brief_seconds >= 900
    assert openapi.document()["paths"]["/api/v1/talks/hindcast"]["post"]["responses"]["202"]


def test_the_backtest_is_posted_without_a_file_of_months() -> None:
    command = FOUND["/trade/backtest"]
    assert {"months", "rejects"}.isdisjoint(part.called for part in offered(command.question))
    asked = reading.read_body(command.question, b'{"window": ["2025-11"], "known": "2025-12-01", "wait": 5}')
    assert commands.argv_of(command, asked) == ["trade", "backtest", "--window=2025-11", "--known=2025-12-01"]
    found = run_command(commands.payload_of(command, asked), lambda text: None)
    assert found["not_scored"][0]["window"] == "2025-11"


def test_no_question_takes_a_file() -> None:
    for command in FOUND.values():
        assert not {"add", "out", "csv", "ledger", "rates", "political", "files"} & {
            part.called for part in offered(command.question)
        }


@pytest.mark.parametrize("verb", thinned(["duties", "cheapest", "water", "refund", "audit", "schedule", "propose"], 4))
def test_a_command_on_files_is_no_address_and_no_page(verb: str) -> None:
    assert f"/law/{verb}" not in FOUND
    assert f"/api/v1/law/{verb}" not in openapi.document()["paths"]
    with pytest.raises(InputError, match="no question"):
        ask_view.command_at(f"law/{verb}")


def test_what_may_be_repeated_is_a_list_in_a_body_a_form_and_an_address() -> None:
    command = FOUND["/talks/attrition"]
    words = ["talks", "attrition", "--prize=USA=1", "--prize=CHN=2"]
    body = reading.read_body(command.question, b'{"prize": ["USA=1", "CHN=2"]}')
    address = reading.read_query(command.question, "prize=USA%3D1&prize=CHN%3D2")
    form = reading.read_pairs(
        command.question, list(ask_view.each_value(command, [("go", "1"), ("prize", "USA=1; CHN=2")]))
    )
    assert [commands.argv_of(command, asked) for asked in (body, address, form)] == 3 * [words]
    assert {f["name"]: f["value"] for f in ask_view.fields(command, form)}["prize"] == "USA=1; CHN=2"
    assert reading.read_body(command.question, b'{"prize": "USA=1"}').prize == ("USA=1",)
    enforced = FOUND["/talks/deadline"]
    numbers = reading.read_query(enforced.question, "p=0.3&p=0.5")
    assert commands.argv_of(enforced, numbers) == ["talks", "deadline", "--p=0.3", "--p=0.5"]


def test_answer_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    command, question = asked("/record/base", "rate=145&known=2025-05-02")
    line = commands.line_of(command, question)
    assert line == "parley record base --known=2025-05-02 145"
    assert PARLEY.answer(capsys, *shlex.split(line)[1:]) == run("/record/base", "rate=145&known=2025-05-02")


def test_refusal_is_that_of_the_command() -> None:
    with pytest.raises(ParleyError, match="prize"):
        run("/talks/attrition", "")


@pytest.mark.parametrize("word", ["../secret", "/etc/passwd", "world.npz", "a\\b", "x.toml", "a\nb", "a\x1bb"])
def test_no_word_names_a_file(word: str) -> None:
    command = FOUND["/talks/nash"]
    with pytest.raises(InputError, match="world"):
        commands.payload_of(command, command.question(world=word))


@pytest.mark.parametrize("word", ["--out=x", "--help", "-h"])
def test_a_value_is_never_an_option(word: str) -> None:
    """Values stand behind = or after --, so that none is read as an option: it is refused as a value."""
    with pytest.raises(ParleyError):
        run("/record/base", f"rate={word}")


def test_scenario_of_files_is_refused() -> None:
    for key in ('rates = "x.csv"', 'world = "x.npz"', 'elasticities = "x.toml"', '[[change]]\nadd = "x.toml"'):
        with pytest.raises(InputError):
            own_text(f"on = 2025-05-02\n{key}\n")


def test_answer_becomes_tables_and_facts() -> None:
    found = {"stated": 1.45, "fits": ["added"], "range": {"USA": {"low": 1, "high": 2}},
             "rows": [{"id": "a", "welfare": {"USA": 0.5, "CHN": -0.25}}, {"id": "b", "welfare": None}]}  # fmt: skip
    sheets = {s.name: s for s in answer_parts.tables(found)}
    assert sheets["range"].csv() == "name,low,high\nUSA,1,2\n"
    assert sheets["rows"].csv() == "id,welfare USA,welfare CHN,welfare\na,0.5,-0.25,\nb,,,\n"
    assert answer_parts.facts(found) == [("stated", "145 %"), ("fits", "added")]


def test_fractions_are_read_in_percent_and_lists_of_an_object_are_tables_of_their_own() -> None:
    """The file keeps the fraction; people read percent; a voice has its name; an object with events is two tables."""
    found = {
        "ruling": {"id": "x", "day": "2026-02-20", "events": [{"what": "a", "rate": 0.075, "actor": "us-president"}]}
    }
    first, events = answer_parts.tables(found)
    assert (first.name, [c.key for c in first.columns], len(first.rows)) == ("ruling", ["name", "value"], 2)
    assert (events.name, events.caption) == ("ruling-events", "Ruling events")
    assert events.shown() == [["a", "7.5", "The President of the United States"]]
    assert events.csv().splitlines()[1] == "a,0.075,us-president"
    assert not any(
        map(answer_words.is_fraction, ("welfare_pct", "share_error", "tariff_revenue_pct_imports", "number"))
    )
    assert all(map(answer_words.is_fraction, ("rate", "base_rate", "rate_now", "added_2025", "low share_least")))


def test_unknown_question_is_named_with_its_nearest() -> None:
    with pytest.raises(InputError, match="nash"):
        ask_view.command_at("talks/nahs")


def test_draws_are_the_commands_own() -> None:
    words = msgspec.json.decode(commands.solve_payload("", Solve(draws=20, seed=3)))["argv"]
    assert words == ["trade", "solve", "--draws=20", "--seed=3"]
    words = msgspec.json.decode(commands.solve_payload("", Solve(import_growth=3.0, sector=("C26", "cars"))))["argv"]
    assert words == ["trade", "solve", "--import-growth=3", "--sector=C26", "--sector=cars"]
    with pytest.raises(InputError, match="reads no files"):
        commands.solve_payload("", Solve(sector=("../secret",)))


@pytest.mark.slow
def test_over_http_too_ten_years_grow_and_named_sectors_are_listed_alone() -> None:
    """What the command line takes beside the scenario reaches the answer."""
    from parley.scenario.toml import as_toml
    from parley.web import questions
    from parley.web.scenarios import scenario_of

    asked = reading.read_body(questions.Solve, b'{"import_growth": 3, "sector": ["C26"]}')
    found = run_command(commands.solve_payload(as_toml(scenario_of(asked)), asked), lambda text: None)
    assert found["first_asked"][0]["revenue"]["growth_pct"] == 3
    assert {row["sector"] for row in found["exports_by_sector"]} == {"C26"}


def test_forms_become_permalinks() -> None:
    from parley.web import rate_view, scenario_controls

    sent = [
        ("on", "2025-06-01"),
        ("known", ""),
        ("percent_a", "12.5"),
        ("percent_b", ""),
        ("percent_c", " 30 "),
        ("percent_d", "x"),
    ]
    made = [("on", "2025-06-01"), ("set", "a=0.125"), ("set", "c=0.3"), ("set", "d=x")]
    assert scenario_controls.canonical(sent) == made
    assert scenario_controls.canonical(made) is None
    off = [("percent_us-ieepa-fentanyl-cn", "15"), ("percent_us-232-steel", "15"), ("drop", "ieepa_fentanyl")]
    assert scenario_controls.canonical(off) == [("set", "us-232-steel=0.15"), ("drop", "ieepa_fentanyl")]
    assert scenario_controls.percents(("a=0.125", "c=0.3@2025-06-01", "d=x")) == {"a": "12.5"}
    assert rate_view.canonical([("product", "1"), ("claim_usmca", "true"), ("value", "")]) == [
        ("product", "1"), ("claim", "usmca=true"),
    ]  # fmt: skip
    assert rate_view.canonical([("product", "1"), ("claim", "usmca=true")]) is None


def test_rate_page_offers_what_can_be_declared() -> None:
    from parley.law.answering import rate
    from parley.law.questions import Rate
    from parley.web import rate_view
    from parley.web.packaged import rows_of

    asked = Rate(product="0402.10.10.00", origin="NZL", on="2025-05-02", quantity=1000.0, value=3500.0)
    answer = rate(asked, rows_of(asked))
    assert answer["duty"] == pytest.approx(3500 * 0.10 + 1000 * 0.033)  # 10 percent reciprocal and 3.3 cents a kilogram
    names = {c["name"] for c in rate_view.conditions_of(answer)}
    assert "us_content" in names
    assert "usmca" not in names  # New Zealand can claim no such preference


def test_a_mistyped_word_comes_with_a_link_to_the_word_that_was_meant() -> None:
    from parley.web.home_view import Home, home_view

    assert home_view(Home(words="smartfone")).context["suggestion"] == ("smartphone", "/?words=smartphone")


def test_every_field_has_its_words() -> None:
    shown = ask_view.fields(FOUND["/talks/nash"], None)
    assert all(field["hint"] for field in shown), [f["name"] for f in shown if not f["hint"]]
