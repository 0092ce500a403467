"""One question type for every door: options, parameters, defaults and words are those of its fields, and stand nowhere else."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
import typer
from typer.main import get_command

from commands import walked
from parley.cli.asked import asks, help_of
from parley.codes import PROGRAMMES
from parley.law import questions as of_law
from parley.law.entry_claims import CLAIMS
from parley.law.readings import READINGS
from parley.law.shipments import questions as of_files
from parley.question import Says, offered, parts_of
from parley.scenario import questions as of_scenario
from parley.trade.models import models
from parley.web import questions, reading
from parley.web.verbs import VERBS, Verb, command_of

NODES = {" ".join(words): node for words, node in (case.values for case in walked())}
OF_THE_DOOR = {
    "json",
    "as_json",
    "csv",
    "plot",
    "conventions",
    "form",
    "out",
    "every",
    "side",
    "help",
}  # what it prints
ASKED = [verb for verb in VERBS if verb.command]
POSTED = (("trade solve", of_scenario.Solve, questions.Solve), ("brief", of_scenario.Brief, questions.Brief))
ROOMS = [(verb.command.removeprefix("parley "), verb.question) for verb in ASKED]
ROOMS += [(words, kind) for words, kind, _ in POSTED]
WRITTEN = {"rejects", "entries", "rates", "lines", "cape"}  # files that commands on shipments write
WRITTEN |= {"charts"}  # those of a briefing
ROOMS += [
    ("law duties", of_files.Duties),
    ("law cheapest", of_files.Cheapest),
    ("law water", of_files.InTransit),
    ("law refund", of_files.Refund),
    ("law audit", of_files.Audit),
    ("law export", of_law.Export),
]


@pytest.mark.parametrize(("words", "kind"), ROOMS, ids=[words for words, _ in ROOMS])
def test_the_options_of_a_command_are_the_fields_of_its_question(words: str, kind: type) -> None:
    found = {p.name: p for p in NODES[words].params if p.name not in OF_THE_DOOR}
    parts = {part.name: part for part in parts_of(kind)}
    assert found.keys() - (WRITTEN - parts.keys()) == parts.keys()
    for name, part in parts.items():
        assert found[name].help == help_of(part)
        assert found[name].required == (part.default is MISSING)
        if part.default not in (MISSING, ()):
            assert found[name].default == part.default
        if not part.says.argument:
            assert found[name].opts == part.option.split()


def parameters(kind: type) -> dict[str, Any]:
    """The properties of a question over HTTP, by name."""
    (_,), parts = msgspec.json.schema_components([questions.struct_of(kind)])
    return parts[kind.__name__].get("properties", {})


def words_of(schema: dict[str, Any]) -> str:
    """The description of a property, of whatever it holds."""
    inner = next((s for s in schema.get("anyOf", ()) if s.get("type") != "null"), schema.get("items", schema))
    return inner.get("description", schema.get("description", ""))


@pytest.mark.parametrize("kind", [*(v.question for v in VERBS), *(kind for _, _, kind in POSTED)])
def test_the_parameters_of_the_api_are_the_fields_that_are_not_local(kind: type) -> None:
    found = parameters(kind)
    assert list(found) == [part.called for part in offered(kind)]
    for part in offered(kind):
        assert words_of(found[part.called]) == part.words
        assert part.words.partition(",")[0] in part.says.text
        assert found[part.called].get("default", MISSING) == part.asked


def test_what_is_posted_is_the_command_s_question_and_how_it_is_sent() -> None:
    for _, own, sent in POSTED:
        assert issubclass(sent, own)
        assert {p.name for p in offered(sent)} - {p.name for p in offered(own)} <= {"wait", "toml"}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_a_command_line_says_all_that_is_asked(verb: Verb) -> None:
    """What the API takes where nothing is written is written out, unless the command line takes the same."""
    needed = {p.called: "8517.13.00.00" for p in offered(verb.question) if p.asked is MISSING}
    asked = reading.asked(verb.question, **needed)
    line = command_of(verb, asked)
    for part in offered(verb.question):
        if verb.command and part.says.asked is not part.default and getattr(asked, part.name) not in (None, (), ""):
            told = getattr(asked, part.name) != part.default
            assert (str(getattr(asked, part.name)) in line) or not told


@dataclass(frozen=True, kw_only=True)
class Enlarged:
    """A question of the test's own.

    \b
    Example:
      parley test --depth 3
    """

    depth: Annotated[int, Says("how deep to look", low=1, high=5)] = 2
    place: Annotated[Path | None, Says("a file")] = None


def test_a_field_added_to_a_question_shows_at_every_door() -> None:
    app, asked = typer.Typer(add_completion=False), []

    @app.command()
    @asks(Enlarged)
    def look(question: Enlarged) -> None:
        asked.append(question)

    get_command(app).main(["--depth", "3", "--place", "x"], standalone_mode=False)
    assert asked == [Enlarged(depth=3, place=Path("x"))]
    assert "how deep to look" in [p.help for p in get_command(app).params]
    assert parameters(Enlarged) == {
        "depth": {"type": "integer", "minimum": 1, "maximum": 5, "description": "how deep to look", "default": 2}
    }
    assert reading.read_query(Enlarged, "depth=4") == Enlarged(depth=4)
    with pytest.raises(Exception, match="how deep to look"):
        reading.read_query(Enlarged, "depth=6")
    with pytest.raises(Exception, match="place"):
        reading.read_query(Enlarged, "place=x")
    assert reading.query_of(Enlarged(depth=5)) == "depth=5"
    assert reading.read_body(Enlarged, reading.sent(Enlarged(depth=5))) == Enlarged(depth=5)


def declared() -> Iterator[tuple[str, str]]:
    """(command, name) of every option or argument that the function of a verb's command declares by hand."""
    for words, _ in ROOMS:
        run = inspect.getclosurevars(inspect.unwrap(NODES[words].callback)).nonlocals["run"]
        yield from ((words, name) for name in list(inspect.signature(run).parameters)[1:])


def test_what_is_one_of_a_list_has_the_list_in_the_document() -> None:
    """A new claim, legal authority or model of trade is named there by being one."""
    rate, rows, asked = (parameters(kind) for kind in (of_law.Rate, of_law.Measures, questions.Solve))
    assert rate["claim"]["items"]["x-names"] == list(CLAIMS)
    assert rows["programme"]["anyOf"][0]["enum"] == list(PROGRAMMES)
    assert asked["model"]["enum"] == models()
    assert rate["reading"]["enum"] == list(READINGS)


def test_no_field_of_a_question_is_declared_by_hand() -> None:
    assert {name for _, name in declared()} <= OF_THE_DOOR | WRITTEN
    own = {words: {p.name for p in parts_of(kind)} for words, kind in ROOMS}
    assert not [(words, name) for words, name in declared() if name in own[words]]


def test_the_shared_words_stand_in_one_place() -> None:
    """No file of the command line repeats the words of a field of a law, record or trade question."""
    said = {part.says.text for _, kind in ROOMS for part in parts_of(kind) if len(part.says.text) > 30}
    here = Path(inspect.getfile(asks)).parent
    for path in (p for p in here.glob("*.py") if p.name.startswith(("law", "record", "trade", "brief", "output"))):
        texts = {n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant)}
        assert not said & {t for t in texts if isinstance(t, str)}, path
