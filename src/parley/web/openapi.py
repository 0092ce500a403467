"""The OpenAPI 3.1 document, made from the questions and verbs themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast, get_args

import msgspec

from parley import __version__
from parley.json_values import Json, JsonObject, dedented
from parley.law.answers_feed import MEDIA_TYPE, FeedAnswer
from parley.question import said
from parley.record.predicates import Says
from parley.web import answer_types, examples, paging, problem_types, questions
from parley.web.brief_files import FORMATS, MEDIA
from parley.web.commands import Command, commands
from parley.web.jobs import JobStatus
from parley.web.problems import AGAIN_LATER, ProblemDetails
from parley.web.verbs import VERBS, Verb

TAGS = {
    "law": "Rates, measures and acts, and what a file of shipments pays",
    "trade": "What tariffs do to trade, prices and welfare",
    "talks": "Games between governments: equilibria, replies, bargains, deadlines",
    "record": "What was said and done, by day and source",
    "data": "The official sources that can be pulled",
    "scenario": "A scenario of one's own, answered by several rooms",
    "brief": "The whole briefing",
    "situation": "What changed by a day, what comes, and what each side can do",
    "cite": "References to the acts and the data",
    "jobs": "Long questions: their progress, their end, their answer",
}
REFUSED = (400, 401, 403, 413, 421, 422, 429, 431, 503, 504)  # what any question may meet
SECONDS: JsonObject = {"description": "seconds after which to ask again", "schema": {"type": "integer", "minimum": 1}}
TAGGED: JsonObject = {
    "ETag": {"description": "the tag of the answer, for If-None-Match", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "kept by the asker alone, and asked for again by its tag",
        "schema": {"type": "string"},
    },
}
SAME: JsonObject = {"description": "the answer has the tag that If-None-Match names", "headers": TAGGED}
REFERENCE = "#/components/schemas/"
OF_JOBS = "Long questions are jobs. What the server forgets, or another run of it began, is not found."
JOB_ID = {"name": "id", "in": "path", "required": True, "description": "the job, as the question's answer names it",
          "schema": {"type": "string"}}  # fmt: skip
FORMAT = {"name": "format", "in": "query", "required": False, "description": "of a briefing: json, html, md or xlsx",
          "schema": {"type": "string", "enum": list(FORMATS), "default": "json"}}  # fmt: skip


@lru_cache(maxsize=1)
def text() -> bytes:
    """The document as JSON bytes."""
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def document() -> JsonObject:
    """The document as a plain object."""
    posted: list[type] = [questions.Solve, questions.OwnScenario, questions.Brief]
    posted += [c.question for c in commands().values() if c.posted]
    asked = {kind: questions.struct_of(kind) for kind in posted}
    kinds = list(dict.fromkeys([*asked.values(), ProblemDetails, JobStatus, *answer_types.every_type(), Says]))
    with answer_types.names_read(kinds):
        references, components = msgspec.json.schema_components(kinds, ref_template=REFERENCE + "{name}")
    renamed = {name: short(name) for name in components}
    if len(set(renamed.values())) < len(renamed):
        raise ValueError(f"two schemas of one name: {sorted(renamed.values())}")
    components = {
        renamed[name]: alike(_referred(inner, renamed)) | {"title": renamed[name]}
        for name, inner in dedented(components).items()
    }
    references = [_referred(reference, renamed) for reference in references]
    made = Schemas(dict(zip(kinds, references, strict=True)))
    for schema in components.values():  # what an entry says is written from these predicates, and read as plain objects
        if "says" in schema.get("properties", {}) and schema["properties"]["says"].get("type") == "array":
            schema["properties"]["says"]["items"] = made.references[Says]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "parley",
            "version": __version__,
            "summary": "Trade conflicts from the act to the answer",
            "description": "Rates are fractions. A missing number is null with a reason. Days are YYYY-MM-DD.",
            "contact": {"name": "the parley maintainers"},
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "the server that this document came from"}],
        "tags": [{"name": name, "description": says} for name, says in TAGS.items()],
        "security": [{}, {"token": []}],
        "paths": made.questions() | made.long_questions(),
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@dataclass(frozen=True)
class Schemas:
    """The paths of the document. references: where the schema of a type stands among the components."""

    references: dict[Any, JsonObject]

    def questions(self) -> JsonObject:
        """The questions that look up, and the commands that a worker runs."""
        made: JsonObject = {f"/api/v1{v.path}": {"get": self._get(v)} for v in VERBS}
        for c in commands().values():
            asked = {"post": self._post(c.path, c.question, self._command(c))} if c.posted else {"get": self._get(c)}
            made[f"/api/v1{c.path}"] = asked
        return made

    def long_questions(self) -> JsonObject:
        """What is solved beside the loop, and the jobs that it becomes."""
        states = {"get": "A job's state and progress.",
                  "delete": "Ends a job; the process that works on it ends with it."}  # fmt: skip
        job = {"200": self._said("the job", self.references[JobStatus])}
        jobs = {
            method: {"operationId": f"job_{method}", "summary": says, "description": OF_JOBS, "tags": ["jobs"],
                     "parameters": [JOB_ID], "responses": job | self._refusals(404)}
            for method, says in states.items()
        }  # fmt: skip
        result = {"operationId": "job_result", "summary": "A job's answer, once it is there.", "description": OF_JOBS,
                  "tags": ["jobs"], "parameters": [JOB_ID, FORMAT],
                  "responses": {"200": self._file_or_answer(), "304": SAME, **self._refusals(404, 409)}}  # fmt: skip
        return {
            "/api/v1/trade/solve": {"post": self._post("/trade/solve", questions.Solve, self._solved("trade"))},
            "/api/v1/scenario/solve": {"post": self._post("/scenario/solve", questions.OwnScenario, self._rooms())},
            "/api/v1/brief": {"post": self._post("/brief", questions.Brief, None)},
            "/api/v1/jobs/{id}": jobs,
            "/api/v1/jobs/{id}/result": {"get": result},
        }

    def _get(self, verb: Verb | Command) -> JsonObject:
        schema = schema_of(verb.question)
        required, shown = schema.get("required", ()), examples.values_of(verb.path)
        answer = self._command(verb) if isinstance(verb, Command) else self._verb(verb)
        listed = isinstance(verb, Verb) and bool(verb.rows)
        fields = {**schema.get("properties", {}), **(schema_of(paging.Part)["properties"] if listed else {})}
        headers = TAGGED | (paging.HEADERS if listed else {})
        return {
            "operationId": name_of(verb.path),
            "summary": verb.summary,
            "description": described(verb.question, line_of(verb)),
            "tags": [room_of(verb.path)],
            "parameters": [_parameter(n, s, n in required, shown.get(n)) for n, s in fields.items()],
            "responses": {"200": self._told(verb, answer) | {"headers": headers}, "304": SAME, **self._refusals()},
        }

    def _told(self, verb: Verb | Command, answer: JsonObject) -> JsonObject:
        """The answer of a question; of one that may be told as a feed, that too under its own media type."""
        if not isinstance(verb, Command) or "feed" not in verb.switches:
            return self._said("the answer", answer)
        plain = self._one_of(tuple(k for k in answer_types.of_command(verb) if k is not FeedAnswer), verb.path)
        both = {"application/json": {"schema": plain}, MEDIA_TYPE: {"schema": self.references[FeedAnswer]}}
        return {"description": "the answer; with feed=true a JSON Feed", "content": both}

    def _post(self, path: str, kind: type, answer: JsonObject | None) -> JsonObject:
        """A question that is solved: its answer, where it can be had at once, or a job."""
        job = self._said("a job: ask its address", self.references[JobStatus])
        job |= {"headers": {"Location": {"schema": {"type": "string"}}}}
        done = {"200": self._said("the answer", answer)} if answer is not None else {}
        asked: JsonObject = {"schema": self.references[questions.struct_of(kind)]}
        asked |= {"example": examples.SOLVED[path]} if path in examples.SOLVED else {}
        body: JsonObject = {"required": True, "content": {"application/json": asked}}
        command = commands().get(path)
        line = f"parley {' '.join(command.words)}" if command else f"parley {path[1:].replace('/', ' ')}"
        return {"operationId": name_of(path), "summary": said(kind).splitlines()[0], "description": described(kind, line),
                "tags": [room_of(path)], "requestBody": body,
                "responses": {**done, "202": job, **self._refusals(415)}}  # fmt: skip

    def _said(self, words: str, schema: JsonObject) -> JsonObject:
        return {"description": words, "content": {"application/json": {"schema": schema}}}

    def _refusals(self, *more: int) -> JsonObject:
        """What a question may meet, by status; one that passes says when to ask again."""
        problem = {"application/problem+json": {"schema": self.references[ProblemDetails]}}
        made: JsonObject = {}
        for status in sorted({*REFUSED, *more}):
            again = {"headers": {"Retry-After": SECONDS}} if status in AGAIN_LATER else {}
            made[str(status)] = {"description": problem_types.type_of(status).title, "content": problem, **again}
        return made

    def _verb(self, verb: Verb) -> JsonObject:
        return self._one_of(answer_types.of_verb(verb), verb.path)

    def _command(self, command: Command) -> JsonObject:
        return self._one_of(answer_types.of_command(command), command.path)

    def _solved(self, task: str) -> JsonObject:
        return self._one_of(answer_types.of_task(task), task)

    def _rooms(self) -> JsonObject:
        """The answers of the rooms that were asked, by room."""
        return {"type": "object", "properties": {room: self._solved(room) for room in get_args(questions.Room)}}

    def _file_or_answer(self) -> JsonObject:
        """A job's answer; that of a briefing also as a file."""
        files: JsonObject = {media.partition(";")[0]: {"schema": {"type": "string"}} for media in MEDIA.values()}
        return {"description": "the answer", "content": {"application/json": {"schema": self._result()}, **files}}

    def _result(self) -> JsonObject:
        """The answer of any question that became a job."""
        asked = [self._command(c) for c in commands().values() if c.posted]
        asked += [self._solved("trade"), self._rooms(), self._solved("brief")]
        each = [one for schema in asked for one in cast(list[JsonObject], schema.get("anyOf", [schema]))]
        found = list({json.dumps(s): s for s in each}.values())
        return {"anyOf": found}

    def _one_of(self, kinds: tuple[Any, ...], asked: str) -> JsonObject:
        """The schema of an answer of one of several types. Raises TypeError where none is declared: every answer has one."""
        found = [self.references[kind] for kind in kinds]
        if not found:
            raise TypeError(f"{asked} declares no type of its answer (parley.cli.output.answers)")
        return found[0] if len(found) == 1 else {"anyOf": found}


def schema_of(question: type) -> dict[str, Any]:
    """The schema of a question."""
    _, parts = msgspec.json.schema_components([questions.struct_of(question, as_typed=True)])
    return parts[question.__name__]


def short(name: str) -> str:
    """The name of a schema: types of one name in several modules have their module's first word before it, as AttritionAnswer."""
    module, _, kind = name.rpartition(".")
    if not module:
        return name
    words = [word for word in module.rpartition(".")[2].split("_") if word != "answers"] or [module.split(".")[1]]
    return "".join(word.capitalize() for word in words) + kind


def _referred(schema: Any, names: Mapping[str, str]) -> Any:
    """A schema whose references have the short names."""
    if isinstance(schema, Mapping):
        made = {key: _referred(inner, names) for key, inner in schema.items()}
        return made | {"$ref": REFERENCE + names[made["$ref"].removeprefix(REFERENCE)]} if "$ref" in made else made
    return [_referred(inner, names) for inner in schema] if isinstance(schema, list) else schema


def alike(schema: Any) -> Any:
    """A schema as makers of clients read it: a list of so many values of one kind says that kind once.

    A default that is none of the words allowed is not stated: it stands for nothing written.
    """
    if isinstance(schema, Mapping):
        made = {name: alike(inner) for name, inner in schema.items()}
        kinds = made.get("prefixItems") or ()
        if kinds and all(kind == kinds[0] for kind in kinds):
            made |= {"items": made.pop("prefixItems")[0]}
        if "enum" in made and made.get("default") not in made["enum"]:
            made.pop("default", None)
        return made
    return [alike(inner) for inner in schema] if isinstance(schema, list) else schema


def line_of(asked: Verb | Command) -> str:
    """The command that asks the same; empty where there is none."""
    return f"parley {' '.join(asked.words)}" if isinstance(asked, Command) else asked.command


def described(kind: type, line: str) -> str:
    """What a question says of itself, and how it is asked on the command line."""
    same = f"`{line} --json` prints the same object." if line else "Only pages and this API ask this."
    return f"{said(kind)}\n\n{same}"


def name_of(path: str) -> str:
    """The operation's name: its address in one word."""
    return path.strip("/").replace("/", "_").replace("-", "_")


def room_of(path: str) -> str:
    """The tag of an address: its first word."""
    return path.strip("/").partition("/")[0]


def _parameter(name: str, schema: Mapping[str, Any], required: bool, shown: str | None) -> JsonObject:
    """One query parameter; a value that may be left out is left out, never sent as null."""
    kinds = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    default = {k: v for k, v in schema.items() if k == "default" and v is not None}
    made = {**(kinds[0] if len(kinds) == 1 else schema), **default}
    says = schema.get("description", made.get("description", ""))
    found: JsonObject = {"name": name, "in": "query", "required": required, "description": says, "schema": made}
    return found if shown is None else found | {"example": _typed(shown, made)}


def _typed(text: str, schema: Mapping[str, Any]) -> Json:
    """An example as its schema has it."""
    if schema.get("type") == "array":
        return [text]
    return float(text) if schema.get("type") in ("number", "integer") else text
