"""A briefing that a job made, as a file: the page, Markdown, or a workbook, as `parley brief --format` writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from parley.web.jobs import Job
from parley.web.problems import Problem

MEDIA = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = ("json", *MEDIA)


def checked(form: str, job: Job) -> str:
    """The format asked for. Raises Problem where it is none, or the job made no briefing."""
    if form not in FORMATS:
        raise Problem(400, "format", repr(form[:20]), ", ".join(FORMATS))
    if form != "json" and job.kind != "brief":
        raise Problem(
            400,
            "format",
            f"{form} of a job of {job.kind}",
            "json; a briefing alone is also given as a page or a workbook",
        )
    return form


def file_of(answer: bytes, form: str) -> Response:
    """The briefing as a file of that format."""
    content = _makers()[form](json.loads(answer))
    return Response(
        content, media_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="brief.{form}"'}
    )


def _makers() -> dict[str, Callable[[dict[str, Any]], str | bytes]]:
    from parley.report.markdown import markdown
    from parley.report.page import page
    from parley.report.workbook import workbook

    return {"html": page, "md": markdown, "xlsx": workbook}
