"""The page of a question that takes long: how far it is, its refusal, and nothing once the answer is there."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from starlette.requests import Request

from parley.web.commands import commands
from parley.web.jobs import Job
from parley.web.problems import Problem, details
from parley.web.settings import Settings
from parley.web.waiting import TOLD, working

BASE = commands()["/record/base"]


class Service:
    """A service whose jobs never end by themselves."""

    def __init__(self) -> None:
        self.settings, self.shown, self.started = Settings(), dict[str, Job](), list[Job]()
        self.jobs: Any = SimpleNamespace(answers=dict[str, bytes](), jobs=dict[str, Job](), start=self.start)

    def start(self, kind: str, *args: object) -> Job:
        job = Job(str(len(self.started)), kind, began=0.0)
        self.started.append(job)
        self.jobs.jobs[job.id] = job
        return job

    async def in_thread(self, work: Any) -> Any:
        return work()


def page(service: Service, query: str = "go=1&rate=145") -> str | None:
    app = SimpleNamespace(state=SimpleNamespace(service=service))
    scope = {"type": "http", "query_string": query.encode(), "headers": [], "client": ("127.0.0.1", 1), "app": app}
    made = asyncio.run(working(BASE, Request(scope)))
    return made and bytes(made.body).decode()


def test_a_question_is_asked_once_however_often_its_page_comes_back() -> None:
    service = Service()
    assert page(service, "rate=145") is None  # the form alone
    first = page(service) or ""
    assert 'data-state="running"' in first
    assert "waits for its turn" in first
    service.started[0].tell("12 of 48")
    assert "12 of 48" in (page(service) or "")
    assert 'data-state="running"' in (page(service, "go=1&rate=20") or "")  # another question has a job of its own
    assert [job.kind for job in service.started] == ["record/base"] * 2
    service.started[0].state = "done"
    service.jobs.answers = {next(iter(service.shown)): b"{}"}
    assert page(service) is None


def test_a_refusal_is_told_again_for_a_while_and_then_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    page(service)
    (job,) = service.started
    job.state, job.ended, job.problem = "failed", 100.0, details(504, Problem(504, "talks", "not done in time"))
    monkeypatch.setattr("parley.web.waiting.time.monotonic", lambda: 100.0 + TOLD / 2)
    for _ in range(2):
        with pytest.raises(Problem, match="not done in time"):
            page(service)
    assert len(service.started) == 1
    monkeypatch.setattr("parley.web.waiting.time.monotonic", lambda: 101.0 + TOLD)
    assert 'data-state="running"' in (page(service) or "")
    assert len(service.started) == 2
