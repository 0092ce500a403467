"""The OpenAPI 3.1 document, made from the questions and verbs themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast, get_args

import msgspec

from parley import __version__
from parley.json_values import JsonObject, dedented
from parley.law.answers_feed import MEDIA_TYPE, FeedAnswer
from parley.question import said
from parley.record.predicates import Says
from parley.web import answer_types, questions
from parley.web.brief_files import FORMATS, MEDIA
from parley.web.commands import Command, commands
from parley.web.jobs import JobStatus
from parley.web.problems import ProblemDetails
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
SAID = {400: "bad input", 401: "a token is needed", 413: "too long", 421: "another host name", 422: "no answer",
        503: "busy", 504: "out of time"}  # fmt: skip
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
    references, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    components = dedented(components)
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
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
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
            method: {"operationId": f"job_{method}", "summary": says, "tags": ["jobs"], "parameters": [JOB_ID],
                     "responses": job | self._refusals(404, *([] if method == "get" else [403]))}
            for method, says in states.items()
        }  # fmt: skip
        result = {"operationId": "job_result", "summary": "A job's answer, once it is there.", "tags": ["jobs"],
                  "parameters": [JOB_ID, FORMAT],
                  "responses": {"200": self._file_or_answer(), **self._refusals(404, 409)}}  # fmt: skip
        return {
            "/api/v1/trade/solve": {"post": self._post("/trade/solve", questions.Solve, self._solved("trade"))},
            "/api/v1/scenario/solve": {"post": self._post("/scenario/solve", questions.OwnScenario, self._rooms())},
            "/api/v1/brief": {"post": self._post("/brief", questions.Brief, None)},
            "/api/v1/jobs/{id}": jobs,
            "/api/v1/jobs/{id}/result": {"get": result},
        }

    def _get(self, verb: Verb | Command) -> JsonObject:
        _, parts = msgspec.json.schema_components([questions.struct_of(verb.question)])
        schema = parts[verb.question.__name__]
        required = schema.get("required", ())
        answer = self._command(verb) if isinstance(verb, Command) else self._verb(verb)
        return {
            "operationId": name_of(verb.path),
            "summary": verb.summary,
            "tags": [room_of(verb.path)],
            "parameters": [_parameter(n, s, n in required) for n, s in schema.get("properties", {}).items()],
            "responses": {"200": self._told(verb, answer), **self._refusals()},
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
        body = {
            "required": True,
            "content": {"application/json": {"schema": self.references[questions.struct_of(kind)]}},
        }
        return {"operationId": name_of(path), "summary": said(kind).splitlines()[0],
                "tags": [room_of(path)], "requestBody": body,
                "responses": {**done, "202": job, **self._refusals(403, 415)}}  # fmt: skip

    def _said(self, words: str, schema: JsonObject) -> JsonObject:
        return {"description": words, "content": {"application/json": {"schema": schema}}}

    def _refusals(self, *more: int) -> JsonObject:
        kinds = {**SAID, 404: "no such job", 409: "not done yet", 415: "another media type", 403: "another site"}
        problem = {"application/problem+json": {"schema": self.references[ProblemDetails]}}
        return {str(s): {"description": kinds[s], "content": problem} for s in sorted({*SAID, *more})}

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


def name_of(path: str) -> str:
    """The operation's name: its address in one word."""
    return path.strip("/").replace("/", "_")


def room_of(path: str) -> str:
    """The tag of an address: its first word."""
    return path.strip("/").partition("/")[0]


def _parameter(name: str, schema: Mapping[str, Any], required: bool) -> JsonObject:
    """One query parameter; a value that may be left out is left out, never sent as null."""
    kinds = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    default = {k: v for k, v in schema.items() if k == "default" and v is not None}
    made = {**(kinds[0] if len(kinds) == 1 else schema), **default}
    says = schema.get("description", made.get("description", ""))
    return {"name": name, "in": "query", "required": required, "description": says, "schema": made}
