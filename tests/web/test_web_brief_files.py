"""A briefing over HTTP: the result of its job as JSON, page, Markdown or workbook; of other jobs as JSON alone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed")

from starlette.requests import Request
from starlette.responses import Response

from parley.report.markdown import markdown
from parley.report.page import page
from parley.web import api
from parley.web.brief_files import FORMATS, MEDIA
from parley.web.jobs import Job
from parley.web.problems import Problem
from report_answer import answer

STARTS = {"json": b"{", "html": b"<!DOCTYPE html>", "md": b"# A test", "xlsx": b"PK"}


def result(query: str = "", kind: str = "brief") -> Response:
    job = Job("a", kind, time.monotonic(), "done", answer=json.dumps(answer()).encode())

    async def in_thread(work: Callable[[], Any]) -> Any:
        return work()

    service = SimpleNamespace(jobs=SimpleNamespace(find=lambda id: job), in_thread=in_thread)
    app = SimpleNamespace(state=SimpleNamespace(service=service))
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query.encode(),
             "path_params": {"id": "a"}, "app": app}  # fmt: skip
    return asyncio.run(api.job_result(Request(scope)))


@pytest.mark.parametrize("form", FORMATS)
def test_a_briefing_is_given_in_the_format_asked_for(form: str) -> None:
    found = result(f"format={form}")
    assert bytes(found.body).startswith(STARTS[form])
    if form != "json":
        assert found.headers["content-type"] == MEDIA[form]
        assert found.headers["content-disposition"] == f'attachment; filename="brief.{form}"'
    assert bytes(result().body) == json.dumps(answer()).encode()


@pytest.mark.slow
def test_it_is_what_the_command_line_writes() -> None:
    assert bytes(result("format=html").body).decode() == page(answer())
    assert bytes(result("format=md").body).decode() == markdown(answer())


@pytest.mark.parametrize(
    ("query", "kind", "said"), [("format=docx", "brief", "docx"), ("format=html", "trade/solve", "trade/solve")]
)
def test_other_formats_and_other_jobs_are_refused(query: str, kind: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        result(query, kind)


def test_the_document_names_the_formats() -> None:
    from parley.web import openapi

    asked = json.loads(openapi.text())["paths"]["/api/v1/jobs/{id}/result"]["get"]
    assert next(p for p in asked["parameters"] if p["name"] == "format")["schema"]["enum"] == list(FORMATS)
    assert {m.partition(";")[0] for m in MEDIA.values()} < set(asked["responses"]["200"]["content"])
