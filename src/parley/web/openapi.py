"""The OpenAPI 3.1 document, made from the questions and verbs themselves."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import msgspec

from parley import __version__
from parley.web import questions
from parley.web.commands import Command, commands
from parley.web.verbs import VERBS, Verb

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "where", "found", "allowed", "hint"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "where": {"type": "string"},
        "found": {"type": "string"},
        "allowed": {"type": "string"},
        "hint": {"type": "string"},
    },
}
JOB = {
    "type": "object",
    "required": ["id", "kind", "state", "progress", "seconds", "problem", "links"],
    "properties": {
        "id": {"type": "string"},
        "kind": {"type": "string"},
        "state": {"enum": ["running", "done", "refused", "failed", "cancelled"]},
        "progress": {"type": "array", "items": {"type": "string"}},
        "seconds": {"type": "number"},
        "problem": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Problem"}]},
        "links": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
KEYS = {  # the keys of design §7 that every answer has
    "/law/find": ("matches",),
    "/law/rate": (
        "product", "origin", "destination", "on", "known", "rate", "base_rate", "added_rate", "added_2025", "lines", "not_applied",
        "prohibited", "notes",
    ),
    "/law/average": ("points", "weights"),
    "/law/timeline": ("steps",),
    "/law/measures": ("measures",),
    "/law/measure": ("id", "steps"),
    "/law/act": ("act", "measures"),
    "/trade/worlds": ("worlds",),
    "/trade/elasticities": ("sectors", "sets"),
    "/record/status": ("offers", "preconditions", "deadlines"),
    "/record/list": ("entries",),
    "/record/claims": ("entries",),
    "/record/contradictions": ("pairs",),
    "/record/deeds": ("deeds",),
    "/record/positions": ("positions",),
    "/record/timeline": ("entries",),
}  # fmt: skip
SOLVED = (
    "model",
    "world",
    "elasticities",
    "deficits",
    "revenue",
    "residual",
    "passes",
    "seconds",
    "countries",
    "range",
)
SAID = {400: "bad input", 401: "a token is needed", 413: "too long", 421: "another host name", 422: "no answer",
        503: "busy", 504: "out of time"}  # fmt: skip
JOB_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@lru_cache(maxsize=1)
def text() -> bytes:
    """The document as JSON bytes."""
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def document() -> dict[str, Any]:
    """The document as a plain object."""
    asked = commands().values()
    posted = (questions.Solve, questions.OwnScenario, questions.Brief, *(c.question for c in asked if c.posted))
    _, bodies = msgspec.json.schema_components(posted, ref_template="#/components/schemas/{name}")
    paths = {f"/api/v1{verb.path}": {"get": _get(verb)} for verb in VERBS} | _run() | _long()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "parley",
            "version": __version__,
            "summary": "Trade conflicts from the act to the answer",
            "description": "Rates are fractions. A missing number is null with a reason. Days are YYYY-MM-DD.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, "Job": JOB, **bodies},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _run() -> dict[str, Any]:
    """The commands that a worker runs."""
    return {
        f"/api/v1{c.path}": _post(c.path.strip("/").replace("/", "_"), c.question, ()) if c.posted else {"get": _get(c)}
        for c in commands().values()
    }


def _get(verb: Verb | Command) -> dict[str, Any]:
    _, parts = msgspec.json.schema_components([verb.question])
    schema = parts[verb.question.__name__]
    required = schema.get("required", ())
    return {
        "operationId": verb.path.strip("/").replace("/", "_"),
        "summary": verb.summary,
        "parameters": [_parameter(n, s, n in required) for n, s in schema.get("properties", {}).items()],
        "responses": {"200": _ok(KEYS.get(verb.path, ())), **_refusals()},
    }


def _parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """One query parameter; a value that may be left out is left out, never sent as null."""
    kinds = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
    default = {k: v for k, v in schema.items() if k == "default" and v is not None}
    made = {**(kinds[0] if len(kinds) == 1 else schema), **default}
    return {"name": name, "in": "query", "required": required, "schema": made}


def _ok(keys: tuple[str, ...]) -> dict[str, Any]:
    return {
        "description": "the answer",
        "content": {"application/json": {"schema": {"type": "object", "required": list(keys)}}},
    }


def _refusals(*more: int) -> dict[str, Any]:
    kinds = {**SAID, 404: "no such job", 409: "not done yet", 415: "another media type", 405: "another method",
             403: "another site"}  # fmt: skip
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(s): {"description": kinds[s], "content": problem} for s in sorted({*SAID, *more})}


def _post(name: str, kind: Any, keys: tuple[str, ...] | None) -> dict[str, Any]:
    reference = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
    job = {
        "description": "a job: ask its address",
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}},
    }
    done = {"200": _ok(keys)} if keys is not None else {}
    summary = (kind.__doc__ or "").strip().splitlines()[0]
    body = {"required": True, "content": {"application/json": reference}}
    return {"post": {"operationId": name, "summary": summary, "requestBody": body,
                     "responses": {**done, "202": job, **_refusals(403, 415)}}}  # fmt: skip


def _long() -> dict[str, Any]:
    job = {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
    shown = {"200": {"description": "the job", "content": job}, **_refusals(404)}
    states = {"get": "A job's state and progress.", "delete": "Ends a job; the process that works on it ends with it."}
    jobs = {
        method: {"operationId": f"job_{method}", "summary": says, "parameters": [JOB_ID],
                 "responses": shown if method == "get" else {**shown, **_refusals(403, 404)}}
        for method, says in states.items()
    }  # fmt: skip
    result = {"operationId": "job_result", "summary": "A job's answer, once it is there.", "parameters": [JOB_ID],
              "responses": {"200": _ok(()), **_refusals(404, 409)}}  # fmt: skip
    return {
        "/api/v1/trade/solve": _post("trade_solve", questions.Solve, SOLVED),
        "/api/v1/scenario/solve": _post("scenario_solve", questions.OwnScenario, ()),
        "/api/v1/brief": _post("brief", questions.Brief, None),
        "/api/v1/jobs/{id}": jobs,
        "/api/v1/jobs/{id}/result": {"get": result},
    }
