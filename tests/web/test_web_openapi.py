"""The OpenAPI document alone: its references stand, its names are unique, and a client made from it knows every key of an answer."""

from __future__ import annotations

import errno
import json
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest

from drawn import thinned

pytest.importorskip("starlette", reason="the web extra is not installed")

from commands import Command
from parley.cli.output import answers
from parley.codes import today
from parley.errors import InputError, OutputError
from parley.json_values import plain
from parley.law import questions as of_law
from parley.mcp.tools import TOOLS
from parley.question import UNSAID, offered
from parley.web import answer_types, api, commands, examples, openapi, problem_types, questions, reading, scenarios
from parley.web.jobs import Job
from parley.web.problems import Problem, problem_of
from parley.web.running import run_command
from parley.web.verbs import VERBS, Verb, command_of

DOCUMENT: dict[str, Any] = json.loads(openapi.text())
ASKED = {path: query for path, query in examples.LOOKED_UP.items() if path != "/law/average"}  # that one takes seconds


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of the document."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def answer_schema(path: str, method: str) -> dict[str, Any]:
    """The schema of the answer of an operation."""
    return DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].removeprefix("#/components/schemas/")]
    return schema


def unnamed(schema: dict[str, Any], value: object, where: str = "") -> list[str]:
    """The keys of a value that a client made from the schema does not know, by their place."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return min((unnamed(s, value, where) for s in schema["anyOf"]), key=len)
    if isinstance(value, list):
        return [p for v in value for p in unnamed(schema.get("items") or {}, v, f"{where}[]")]
    if not isinstance(value, dict) or schema == {}:
        return []
    more = schema.get("additionalProperties")
    fields = schema.get("properties", {})
    found: list[str] = []
    for key, inner in value.items():
        known = fields.get(key, more if isinstance(more, dict) else None)
        if known is not None:
            found += unnamed(known, inner, f"{where}.{key}")
        elif fields or schema.get("type") not in ("object", None):
            found.append(f"{where}.{key}")
    return found


def typed() -> dict[str, bool]:
    """Whether the answer of each operation has named fields."""
    found = {}
    for path, method, operation in operations():
        if "200" in operation["responses"]:
            schema = resolved(answer_schema(path, method))
            kinds = [resolved(s) for s in schema.get("anyOf", [schema])]
            found[f"{method} {path}"] = all(k.get("properties") for k in kinds)
    return found


def references(node: object) -> Iterator[str]:
    """Every $ref of a JSON value."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def test_every_reference_stands() -> None:
    for reference in references(DOCUMENT):
        assert reference.startswith("#/components/schemas/")
        assert reference.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


def test_every_operation_has_its_name_its_room_and_answers() -> None:
    found = list(operations())
    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names))
    rooms = {tag["name"] for tag in DOCUMENT["tags"]}
    for path, _, operation in found:
        assert operation["summary"], path
        assert set(operation["tags"]) <= rooms, path
        assert len(operation["tags"]) == 1, path
        assert {"400", "503"} <= operation["responses"].keys(), path
    assert rooms == {tag for _, _, operation in found for tag in operation["tags"]}


def test_every_look_up_has_an_example_and_every_example_is_a_question() -> None:
    gets = {
        path.removeprefix("/api/v1") for path, method, _ in operations() if method == "get" and "/jobs/" not in path
    }
    assert gets == examples.LOOKED_UP.keys()
    for verb in (*VERBS, *(c for c in commands.commands().values() if not c.posted)):
        reading.read_query(verb.question, examples.LOOKED_UP[verb.path], as_typed=True)
        shown = {
            p["name"]: p["example"]
            for p in DOCUMENT["paths"][f"/api/v1{verb.path}"]["get"]["parameters"]
            if "example" in p
        }
        assert shown.keys() == examples.values_of(verb.path).keys()
    kinds = {c.path: c.question for c in commands.commands().values() if c.posted}
    kinds |= {"/trade/solve": questions.Solve, "/scenario/solve": questions.OwnScenario, "/brief": questions.Brief}
    for path, body in examples.SOLVED.items():
        asked = reading.read_body(kinds[path], json.dumps(body).encode())
        if isinstance(asked, questions.OwnScenario):
            assert scenarios.own_scenario(asked).parties == ("USA", "CHN")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_a_day_that_is_not_written_is_the_commands_own(verb: Verb) -> None:
    """One default of days and knowledge at both doors; what the command needs is needed here."""
    shown = {p["name"]: p for p in DOCUMENT["paths"][f"/api/v1{verb.path}"]["get"]["parameters"]}
    for part in offered(verb.question):
        if part.says.form == "date" or part.name == "known":
            needed = part.default is MISSING
            assert shown[part.called]["required"] is needed, part.name
            assert shown[part.called]["schema"].get("default") == (None if needed else part.default), part.name


LOOK_UPS = [*VERBS, *(c for c in commands.commands().values() if not c.posted)]


@pytest.mark.parametrize("asked", LOOK_UPS, ids=lambda asked: asked.path)
def test_what_the_command_insists_on_the_api_does_too(asked: Verb | commands.Command) -> None:
    """No country and no day is taken for one that is not written; the refusal names the field by its own words."""
    shown = {p["name"]: p for p in DOCUMENT["paths"][f"/api/v1{asked.path}"]["get"]["parameters"]}
    whole = dict(parse_qsl(examples.LOOKED_UP[asked.path]))
    for part in offered(asked.question):
        insisted = part.default is MISSING or (part.default == "" and part.says.asked is not UNSAID)
        assert shown[part.called]["required"] is insisted, part.name
        if insisted:
            rest = urlencode({name: value for name, value in whole.items() if name != part.called})
            with pytest.raises(InputError) as refused:
                reading.read_query(asked.question, rest, as_typed=True)
            assert (refused.value.where, refused.value.found) == (part.called, "nothing")
            assert refused.value.allowed == reading.hint_of(asked.question, part.called)


def test_origin_is_needed_at_every_door_that_shows_nothing() -> None:
    found = [a for a in LOOK_UPS if any(p.called == "origin" and not p.many for p in offered(a.question))]
    assert {a.path for a in found} >= {"/law/rate", "/law/average", "/law/timeline", "/law/treatment"}
    for asked in found:
        names = {p["name"]: p for p in DOCUMENT["paths"][f"/api/v1{asked.path}"]["get"]["parameters"]}
        own = next(p.default for p in offered(asked.question) if p.called == "origin")
        stated = None if own in (MISSING, "") else own
        assert names["origin"]["required"] is (stated is None), asked.path
        assert names["origin"]["schema"].get("default") == stated, asked.path
    for tool in TOOLS.values():
        named = {p.called: p for p in offered(tool.question)}
        if "origin" in named and named["origin"].default in (MISSING, ""):
            assert "origin" in tool.needed, tool.name


def test_a_rate_without_a_day_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    query = "product=9503000073&origin=CHN"
    told = json.loads(Command().line(capsys, "law rate 9503000073 --origin CHN --json"))
    assert json.loads(bytes(api.rate_of(query, today()).body)) == told
    assert told["on"] != "2025-05-02"
    page = reading.read_query(of_law.Rate, query)
    assert reading.read_query(of_law.Rate, reading.query_of(page, as_typed=True), as_typed=True) == page


def test_the_document_keeps_the_rules_of_linters() -> None:
    """What redocly and spectral ask by default; test_web_clients.py asks them where they are installed."""
    assert DOCUMENT["servers"]
    assert DOCUMENT["info"].keys() >= {"title", "version", "description", "license", "contact"}
    for path, _, operation in operations():
        assert operation["description"], path
        named = set(re.findall(r"\{(\w+)\}", path))
        assert named == {p["name"] for p in operation["parameters"] if p["in"] == "path"} if named else True, path
        assert len({(p["in"], p["name"]) for p in operation.get("parameters", ())}) == len(
            operation.get("parameters", ())
        )
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name), name
        assert schema["title"] == name
    for inner in schemas(DOCUMENT):
        assert "items" not in inner or inner["items"] is not False or "prefixItems" in inner
        if isinstance(inner.get("enum"), list) and "default" in inner:
            assert inner["default"] in inner["enum"], inner
    used = set(references(DOCUMENT))
    asked = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert used == asked


def schemas(node: object) -> Iterator[dict[str, Any]]:
    """Every object of a JSON value."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from schemas(inner)


def test_lists_of_so_many_of_one_kind_say_it_once() -> None:
    pair = {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [{"type": "string"}] * 2, "items": False}
    assert openapi.alike({"x": [pair]}) == {
        "x": [{k: v for k, v in pair.items() if k != "prefixItems"} | {"items": {"type": "string"}}]
    }
    mixed = {"prefixItems": [{"type": "string"}, {"type": "number"}], "items": False}
    assert openapi.alike(mixed) == mixed


@pytest.mark.parametrize(
    ("name", "found"),
    [("Solve", "Solve"), ("parley.scenario.games.attrition.Answer", "AttritionAnswer"), ("parley.law.answers.DutyLine", "LawDutyLine"),
     ("parley.scenario.answers_brief.DutyLine", "BriefDutyLine"), ("parley.talks.deadline_answers.Share", "DeadlineShare")],
)  # fmt: skip
def test_schemas_of_one_name_are_told_apart_by_a_word(name: str, found: str) -> None:
    assert openapi.short(name) == found


def test_every_refusal_has_an_address_that_explains_it() -> None:
    for _, _, operation in operations():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["description"] == problem_types.OF_STATUS[int(status)].title
                assert ("Retry-After" in answer.get("headers", {})) is (status in ("429", "503"))
    names = [kind.name for kind in problem_types.TYPES]
    assert len(set(names)) == len(names) == len(problem_types.OF_STATUS)
    for kind in problem_types.TYPES:
        assert problem_of(Problem(kind.status, "x", "y"))["type"] == kind.address
        assert problem_types.named(kind.address.rpartition("/")[2]) is kind


def test_every_parameter_and_every_key_of_a_body_says_what_it_means() -> None:
    silent = [
        f"{path} {parameter['name']}"
        for path, _, operation in operations()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    for path, _, operation in operations():
        if "requestBody" in operation:
            schema = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
            silent += [f"{path} {name}" for name, field in schema["properties"].items() if not field.get("description")]
            assert schema["additionalProperties"] is False, path
    assert silent == []


@pytest.mark.parametrize("path", ["list", "claims", "timeline"])
def test_what_an_entry_says_has_the_fields_of_its_predicate(path: str) -> None:
    command = next(v for v in VERBS if v.path == f"/record/{path}")
    rows = resolved(answer_schema(f"/api/v1/record/{path}", "get"))["properties"]
    found = next(
        resolved(f["items"])["properties"]["says"] for f in rows.values() if "says" in str(resolved(f.get("items", {})))
    )
    named = {resolved(kind)["properties"]["is"]["enum"][0]: resolved(kind) for kind in found["items"]["anyOf"]}
    answer = msgspec.json.decode(
        msgspec.json.encode(command.answered(reading.read_query(command.question, ASKED[command.path])))
    )
    said = [s for rows in answer.values() if isinstance(rows, list) for row in rows for s in row.get("says", ())]
    assert said
    for one in said:
        assert one.keys() <= named[one["is"]]["properties"].keys()


def test_the_token_is_one_scheme_and_may_be_absent() -> None:
    """A server on this machine asks for no token."""
    schemes = {name for needs in DOCUMENT["security"] for name in needs}
    assert schemes == DOCUMENT["components"]["securitySchemes"].keys() == {"token"}
    assert {} in DOCUMENT["security"]


def test_answers_with_a_declared_type_have_its_fields() -> None:
    for verb in VERBS:
        for kind in answer_types.of_verb(verb):
            assert resolved(openapi_reference(kind))["properties"], verb.path
    found = typed()
    named = sum(found.values())
    print(f"{named} of {len(found)} answers have named fields; not: {[k for k, v in found.items() if not v]}")
    assert named == len(found) >= 40


def openapi_reference(kind: type) -> dict[str, Any]:
    """The reference under which the document has a type; types of one name are told apart by their module."""
    names = DOCUMENT["components"]["schemas"]
    name = kind.__name__ if kind.__name__ in names else openapi.short(f"{kind.__module__}.{kind.__name__}")
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize("path", thinned(ASKED, 4))
def test_a_client_made_from_the_document_knows_every_key(path: str) -> None:
    """Held once the answer has a type; before, any key goes."""
    schema = answer_schema(f"/api/v1{path}", "get")
    if not resolved(schema).get("properties") and "anyOf" not in schema:
        pytest.skip("its answer has no declared type yet")
    command = commands.commands().get(path)
    if command:
        asked = reading.read_query(command.question, ASKED[path])
        answer = run_command(commands.payload_of(command, asked), lambda text: None)
    else:
        verb = next(v for v in VERBS if v.path == path)
        answer = verb.answered(reading.read_query(verb.question, ASKED[path]))
    value = msgspec.json.decode(msgspec.json.encode(answer))
    assert unnamed(schema, value) == []
    assert set(resolved(schema).get("required", ())) <= value.keys()


@pytest.mark.slow
@pytest.mark.parametrize("verb", [v for v in VERBS if v.command], ids=lambda verb: verb.path)
def test_every_verb_answers_as_its_command_does(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    """Every key and value; the command is the one that the pages show for the question."""
    asked = reading.read_query(verb.question, examples.LOOKED_UP[verb.path])
    line = command_of(verb, asked).removeprefix("parley ")
    told = json.loads(Command().line(capsys, f"{line} --json"))
    assert told == json.loads(json.dumps(plain(verb.answered(asked))))


def test_a_client_knows_a_refusal_and_a_job() -> None:
    refusal = resolved({"$ref": "#/components/schemas/ProblemDetails"})
    found = problem_of(Problem(404, "job", "no job"))
    assert unnamed(refusal, found) == []
    assert set(refusal["required"]) == found.keys()
    row = Job("a", "brief", time.monotonic(), "refused", ["law"], problem=found).row()
    status = resolved(answer_schema("/api/v1/jobs/{id}", "get"))
    assert unnamed(status, msgspec.json.decode(msgspec.json.encode(row))) == []
    assert set(status["required"]) == row.keys()


def test_a_full_disk_of_the_server_is_no_fault_of_the_asker_and_names_no_path() -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = 13
    for error in (
        full,
        OSError(errno.ENOSPC, "No space", "/srv/secret"),
        OutputError("/srv/secret", "cannot be written"),
    ):
        found = problem_of(error)
        assert (found["status"], found["where"]) == (503, "server")
        assert "secret" not in str(found)
    assert problem_of(sqlite3.OperationalError("near x"))["status"] == 500


def test_a_command_names_its_answer_by_type_or_by_text() -> None:
    @answers("parley.web.problems:ProblemDetails", dict)
    def command() -> None: ...

    made = commands.Command(("law", "x"), msgspec.Struct, (), (), False, command.__dict__["__answer__"])
    assert [kind.__name__ for kind in answer_types.of_command(made)] == ["ProblemDetails"]


def test_every_answer_that_a_command_names_is_there() -> None:
    for command in commands.commands().values():
        if command.answers:
            assert answer_types.of_command(command), command.path


def _fields(operation: Mapping[str, Any]) -> dict[str, Any]:
    """What an operation is asked with, by name, each with its schema: parameters and the keys of its body."""
    found = {p["name"]: p["schema"] for p in operation.get("parameters", []) if "schema" in p}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        found |= (DOCUMENT["components"]["schemas"][name] if name else schema).get("properties", {})
    return found


def _alone(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of one value: of a list its items', of what may be null that beside it."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    inner = kinds[0] if kinds else schema.get("items")
    return _alone(inner) if inner else schema


def test_fields_of_one_name_are_spelt_alike() -> None:
    """One length and one form a name, and nothing that is not given is an empty text here and null there."""
    lengths: dict[str, set[object]] = {}
    for path, _, operation in operations():
        for name, schema in _fields(operation).items():
            assert schema.get("default") != "", f"{path} {name}: null says that nothing is given"
            one = _alone(schema)
            if one.get("type") == "string" and not path.startswith("/api/v1/jobs/"):
                lengths.setdefault(name, set()).add(one.get("maxLength"))
    assert {name: found for name, found in lengths.items() if len(found) > 1} == {}
