"""Errors as answers: one problem object (RFC 9457) with where, found, allowed and hint; never a trace, never a path."""

from __future__ import annotations

import logging
import os
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import Response

from parley.errors import InputError, OutputError, ParleyError
from parley.extras import refusal
from parley.outputs import number_of
from parley.question import by_key
from parley.web.problem_types import type_of

LOG = logging.getLogger("parley.web")
STATUS = {1: 500, 2: 400, 3: 422}  # by exit code
AGAIN = "2"  # seconds, where it is soon another's turn
AGAIN_LATER = (429, 503)  # refusals that pass


class ProblemDetails(TypedDict):
    """A refusal (RFC 9457): where it is, what was found, what is allowed, and what to do. type: the address that explains it."""

    type: str
    title: str
    status: int
    where: str
    found: str
    allowed: str
    hint: str


class Problem(Exception):
    """A refusal with its status: what the doors raise where no ParleyError fits."""

    def __init__(self, status: int, where: str, found: str, allowed: str = "", hint: str = "") -> None:
        self.status, self.where, self.found, self.allowed, self.hint = status, where, found, allowed, hint
        super().__init__(found)


def problem_of(error: Exception) -> ProblemDetails:
    """The problem object of any error. What is not ours to show is a plain sentence; the log has the rest."""
    if isinstance(error, Problem):
        return details(error.status, error)
    error = refusal(error, "parley serve") or error
    if (number := number_of(error)) or isinstance(error, OutputError):
        LOG.error("a file that the server needs cannot be read or written", exc_info=error)
        found = f"a file that it needs: {os.strerror(number)}" if number else "a file that it needs cannot be written"
        return details(503, Problem(503, "server", found, "", "Ask again later, or tell whoever runs this server"))
    if isinstance(error, ParleyError) and error.exit_code in (2, 3):
        return details(STATUS[error.exit_code], error)
    LOG.error("a fault of ours", exc_info=error)
    hint = "The log of the server says where; please report it"
    return details(500, Problem(500, "parley", "a fault of ours", "", hint))


def details(status: int, error: Problem | ParleyError) -> ProblemDetails:
    """A refusal as an object."""
    return {
        "type": type_of(status).address,
        "title": type_of(status).title,
        "status": status,
        "where": called(error.where),
        "found": error.found,
        "allowed": error.allowed,
        "hint": error.hint,
    }


def called(where: str) -> str:
    """A field as it is called over HTTP, where a refusal names the option of the command line."""
    name, space, rest = where.partition(" ")
    return f"{name[2:].replace('-', '_')}{space}{rest}" if name.startswith("--") else where


def by_keys(problem: ProblemDetails) -> ProblemDetails:
    """A refusal in a program's words: keys where it names options."""
    return {
        **problem,
        "where": by_key(problem["where"]),
        "found": by_key(problem["found"]),
        "allowed": by_key(problem["allowed"]),
        "hint": by_key(problem["hint"]),
    }


def json_problem(problem: ProblemDetails) -> Response:
    """The problem as application/problem+json; a busy server says when to come back."""
    import msgspec

    headers = {"Retry-After": AGAIN} if problem["status"] in AGAIN_LATER else {}
    if problem["status"] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(by_keys(problem)), problem["status"], headers, "application/problem+json")


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, not a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def not_found(path: str) -> Problem:
    """Nothing stands at this path."""
    return Problem(404, "address", f"nothing at {path[:80]}", "/ and /api/v1/openapi.json list what there is")


__all__ = [
    "InputError",
    "Problem",
    "ProblemDetails",
    "details",
    "json_problem",
    "not_found",
    "problem_of",
    "wants_page",
]
