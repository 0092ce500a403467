"""The kinds of refusals, each with an address of its own: what it means and what to do. A row is a page and a schema's word."""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "/problems"


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal. name: the last part of its address; means: one sentence; do: what the asker can do."""

    status: int
    name: str
    title: str
    means: str
    do: str

    @property
    def address(self) -> str:
        """Where it is explained: the `type` of a problem object (RFC 9457)."""
        return f"{ROOT}/{self.name}"


TYPES = (
    ProblemType(400, "bad-question", "The question cannot be used as it is",
                "A parameter, a key or the body is missing, unknown or of a wrong kind.",
                "`where` names it, `found` is what was sent, and `allowed` is what is taken."),
    ProblemType(401, "token", "A token is needed",
                "This server answers those who show its token, and none or another one was shown.",
                "Programs send `Authorization: Bearer TOKEN`. Browsers give the token once at `/enter`."),
    ProblemType(403, "other-site", "Refused",
                "A page of another site had the browser ask.",
                "Ask from this server's own pages, or from a program."),
    ProblemType(404, "not-found", "There is nothing here",
                "No page, no question and no job has this address.",
                "`/` is the first page, and `/api/v1/openapi.json` lists the questions. Jobs end with the server that has no store."),
    ProblemType(405, "method", "This method is not offered here",
                "The address is asked by another method.",
                "The header `Allow` names the methods. Look-ups are asked by GET, and solves by POST."),
    ProblemType(409, "state", "Not in this state",
                "The job is not in the state that this needs.",
                "The job's own address gives its state. Its result is there once that is done."),
    ProblemType(413, "too-long", "Too long",
                "The address or the body is longer than this server reads.",
                "`allowed` is the longest that is read."),
    ProblemType(415, "media-type", "Not a form of question that is read here",
                "The body does not say that it is JSON; a scenario may also be TOML.",
                "Send `Content-Type: application/json`, or `application/toml` for a scenario."),
    ProblemType(421, "host", "This server does not answer to that name",
                "The header `Host` names another machine, as a rebound name does.",
                "Ask by localhost, or by a name that the server was started with (`--name`)."),
    ProblemType(422, "no-answer", "The question is well put, and no answer could be given",
                "No equilibrium exists, or none could be certified.",
                "`found` says what was reached. Ask for a smaller change, or by another model or closure."),
    ProblemType(429, "too-many", "Too much at once from one place",
                "One caller has as many questions under way as one caller may.",
                "Wait for an answer, or as long as `Retry-After` says."),
    ProblemType(431, "headers", "Headers too long",
                "The headers of the request are longer than this server reads.",
                "Send fewer headers or cookies."),
    ProblemType(500, "fault", "A fault of ours",
                "Something went wrong that should not.",
                "The log of the server says where. Please report it."),
    ProblemType(503, "busy", "Busy",
                "As many questions are under way as this server answers at once.",
                "Ask again after the seconds of `Retry-After`."),
    ProblemType(504, "out-of-time", "Took too long",
                "The answer, or the body of the question, took longer than this server waits.",
                "Ask for less at once, or start the server with a longer `--solve-seconds`."),
)  # fmt: skip
OF_STATUS = {kind.status: kind for kind in TYPES}
OTHER = OF_STATUS[400]


def type_of(status: int) -> ProblemType:
    """The kind of a refusal by its status."""
    return OF_STATUS.get(status, OTHER)


def named(name: str) -> ProblemType | None:
    """The kind of that name; None where there is none."""
    return next((kind for kind in TYPES if kind.name == name), None)
