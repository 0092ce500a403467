"""What is refused over HTTP names the field by its key, says what was found and what is allowed, and speaks no command's words."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
import requests

from parley.errors import ParleyError
from parley.question import Part, by_key, offered
from parley.scenario.backtest.windows import read_windows
from parley.web import commands, examples, reading
from parley.web.problems import by_keys, problem_of
from parley.web.running import run_command
from parley.web.verbs import VERBS, Verb

LOOK_UPS = [*VERBS, *(c for c in commands.commands().values() if not c.posted)]
FIELDS = [
    pytest.param(a, p, id=f"{a.path} {p.called}")
    for a in LOOK_UPS
    for p in offered(a.question)
    if p.called != "words"  # of a search: any
]
NONSENSE = "zzqx@9"


def asked_with(asked: Verb | commands.Command, part: Part, value: str) -> str:
    """The small question of an address with another value of one field."""
    own = [(name, text) for name, text in parse_qsl(examples.LOOKED_UP[asked.path]) if name != part.called]
    return urlencode([*own, (part.called, value)])


def refusal(asked: Verb | commands.Command, query: str) -> dict[str, Any] | None:
    """How a look-up is refused over HTTP; None where it is answered."""
    try:
        question = reading.read_query(asked.question, query, as_typed=True)
        if isinstance(asked, Verb):
            asked.answered(question)
        else:
            run_command(commands.payload_of(asked, question), lambda text: None)
    except ParleyError as error:
        return dict(by_keys(problem_of(error)))
    return None


def check(problem: dict[str, Any], name: str) -> None:
    """A refusal of a field says which, in words that a program's author reads."""
    assert name in re.findall(r"\w+", problem["where"]), problem
    said = " ".join(problem[key] for key in ("where", "found", "allowed", "hint"))
    assert "--" not in said, problem
    assert "Expected `" not in said, problem
    assert problem["allowed"] or problem["hint"], problem


@pytest.mark.parametrize(("asked", "part"), FIELDS)
def test_nonsense_is_refused_by_the_name_of_its_field(asked: Verb | commands.Command, part: Part) -> None:
    """No field of a look-up passes over what it cannot read."""
    problem = refusal(asked, asked_with(asked, part, NONSENSE))
    assert problem is not None
    check(problem, part.called)


POSTED = [c for c in commands.commands().values() if c.posted]


@pytest.mark.parametrize("command", POSTED, ids=lambda c: c.path)
@pytest.mark.parametrize("value", [{}, [{}], True, -1e300, "x" * 10_000], ids=["object", "list", "true", "low", "long"])
def test_a_value_of_a_wrong_kind_is_refused_in_words(command: commands.Command, value: object) -> None:
    for part in offered(command.question):
        try:
            reading.read_body(command.question, json.dumps({part.called: value}).encode())
        except ParleyError as error:
            check(dict(by_keys(problem_of(error))), part.called)
        else:
            assert isinstance(value, bool) == (part.kind is bool) or not isinstance(value, (bool, dict)), part.called


@pytest.mark.parametrize(
    ("kind", "body", "found", "allowed"),
    [
        ("/talks/deadline", {"p": [0.5, "x"]}, "the text 'x'", "a list, each a number (probability"),
        ("/talks/sustain", {"lag": 0}, "0", "a whole number from 1 (periods"),
        ("/talks/nash", {"ranges": "yes"}, "the text 'yes'", "true or false (also"),
        ("/talks/leverage", {"player": {}}, "an object", "a text of at most 60 characters (who"),
    ],
)
def test_what_was_found_and_what_is_allowed_are_in_words(kind: str, body: Any, found: str, allowed: str) -> None:
    with pytest.raises(ParleyError) as refused:
        reading.read_body(commands.commands()[kind].question, json.dumps(body).encode())
    assert (refused.value.where, refused.value.found) == (next(iter(body)), found)
    assert refused.value.allowed.startswith(allowed)


def test_what_was_typed_in_an_address_is_quoted_as_it_is() -> None:
    rate = next(v for v in VERBS if v.path == "/law/rate")
    problem = refusal(rate, "product=9503000073&origin=CHN&value=-1")
    assert problem is not None
    assert (problem["where"], problem["found"]) == ("value", "'-1'")
    assert problem["allowed"].startswith("a number above 0 (")


@pytest.mark.parametrize(
    ("text", "keyed"),
    [("--pass-through", "pass_through"), ("Give --a or --b-c", "Give a or b_c"), ("2 -- 3", "2 -- 3")],
)
def test_options_are_keys_in_a_program(text: str, keyed: str) -> None:
    assert by_key(text) == keyed


def test_every_question_has_an_example() -> None:
    assert examples.SOLVED.keys() >= {c.path for c in POSTED}


def test_what_is_said_of_a_good_needs_the_good() -> None:
    treatment = next(v for v in VERBS if v.path == "/law/treatment")
    for said in ("claim=usmca=true", "value=100", "work=5", "us_parts=5"):
        problem = refusal(treatment, f"what=drawback&origin=MEX&on=2025-09-01&{said}")
        assert problem is not None
        check(problem, said.partition("=")[0])


def test_every_packaged_window_can_be_asked_for_and_no_path() -> None:
    """A stroke between months made a path of them, which a server reads for nobody."""
    for name in (*(w.name for w in read_windows()), "2025-12/2026-02@2026-01-15", "2025-11@2025-11-20"):
        assert commands.word_of("window", name) == name
    for name in ("2025-05/06/../x", "../2025-05/06", "2025-05/06@x/y", "/2025-05/06", "2025-05/06.toml"):
        with pytest.raises(ParleyError, match="A server reads no files"):
            commands.word_of("window", name)


@pytest.mark.slow
@pytest.mark.parametrize("path", examples.SOLVED)
def test_every_example_of_a_solve_is_taken(path: str, base: str) -> None:
    """As the document shows it: answered, or under way two seconds later; none is refused."""
    answer = requests.post(f"{base}/api/v1{path}", json=examples.SOLVED[path], timeout=120)
    assert answer.status_code in (200, 202), answer.text[:300]
    if answer.status_code == 202:
        address = base + answer.headers["location"]
        time.sleep(2)
        assert requests.get(address, timeout=30).json()["state"] in ("waiting", "running", "done")
        requests.delete(address, timeout=30)


BOUNDED = {
    "/talks/nash": {
        "sectors": "zz",
        "objective": "zz",
        "partners": "zz",
        "starts": "zz",
        "players": "zz",
        "instrument": "zz",
    },
    "/talks/respond": {"player": "zz"},
    "/talks/leverage": {"budget": -5, "points": 0, "digits": 3},
    "/talks/path": {"opening": 0},
    "/talks/signal": {"prize": 0, "sincere": -1, "bluff": -1},
    "/talks/sustain": {"lag": 0, "length": 0, "discount": 1.5, "deal": "USA=hold", "punish": "USA=hold"},
    "/talks/grid": {"drop": "zz@2025-05-02", "set": "zz=0.1@2025-05-02"},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "field", "value"), [(path, f, v) for path, fields in BOUNDED.items() for f, v in fields.items()]
)
def test_a_game_names_the_field_that_it_refuses(path: str, field: str, value: object) -> None:
    command = commands.commands()[path]

    def answer() -> object:
        asked = reading.read_body(command.question, json.dumps({field: value}).encode())
        return run_command(commands.payload_of(command, asked), lambda text: None)

    with pytest.raises(ParleyError) as refused:
        answer()
    names = {"deal": "punish", "punish": "deal"}  # of two that go together, the one that is missing
    check(dict(by_keys(problem_of(refused.value))), names.get(field, field))
