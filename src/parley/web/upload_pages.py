"""The pages of files: one form for each use of a file, and a page for each file with its progress, results and end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from parley.codes import today
from parley.web.answer_parts import facts, tables
from parley.web.jobs import JobStatus
from parley.web.problems import Problem, wants_page
from parley.web.rendering import rendered
from parley.web.table_files import Kind, table_file
from parley.web.upload_kinds import KINDS, kind_of
from parley.web.uploads import Upload, Uploads

HTML = "text/html; charset=utf-8"
MOST_FIELDS = 40
LONGEST_FIELD = 2_000  # bytes of one field of the form
TABLE_FILES: dict[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}
MEDIA = {".csv": "text/csv; charset=utf-8"}


class UploadStatus(TypedDict):
    """A file that was sent: what is made of it, the state of that work, and the addresses of what was written."""

    id: str
    kind: str
    name: str
    job: JobStatus
    results: dict[str, str]
    minutes: int


def routes() -> list[Route]:
    """The pages of files."""
    return [
        Route("/files", _forms, methods=["GET"]),
        Route("/files", _send, methods=["POST"]),
        Route("/files/{id}", _shown, methods=["GET"]),
        Route("/files/{id}", _delete, methods=["DELETE"]),
        Route("/files/{id}/cancel", _after(Uploads.cancel, "/files/{id}"), methods=["POST"]),
        Route("/files/{id}/delete", _after(Uploads.delete, "/files"), methods=["POST"]),
        Route("/files/{id}/answer.json", _answer, methods=["GET"]),
        Route("/files/{id}/{name}", _result, methods=["GET"]),
    ]


def uploads_of(request: Request) -> Uploads:
    """The files of the server behind a request."""
    return request.app.state.uploads


async def _forms(request: Request) -> Response:
    settings = uploads_of(request).settings
    context = {
        "kinds": KINDS,
        "megabytes": settings.file_bytes // 1_000_000,
        "minutes": round(settings.keep_seconds / 60),
    }
    return Response(rendered("files.html.j2", here="/files", **context), media_type=HTML)


async def _send(request: Request) -> Response:
    """Takes a file with its form; a browser is led to its page, a program gets its state."""
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD) as form:
            file = form.get("file")
            texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
            given = {name: "; ".join(v for n, v in texts if n == name) for name, _ in texts}
            if not isinstance(file, UploadFile) or not file.filename:
                raise Problem(400, "file", "no file", "a form in multipart/form-data with a file named `file`")
            kind = kind_of(given.get("kind", ""))
            made = await uploads_of(request).add(kind, file.filename, file.file, given)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it: the sender gave up
    place = f"/files/{made.id}"
    if wants_page(request):
        return RedirectResponse(place, 303)
    return Response(msgspec.json.encode(status(made)), 202, {"Location": place}, "application/json")


def status(upload: Upload) -> UploadStatus:
    """A file as its address shows it to a program."""
    place = f"/files/{upload.id}"
    results = {name: f"{place}/{name}" for name, _ in upload.results()}
    if upload.job.state == "done":
        results["answer.json"] = f"{place}/answer.json"
    return {
        "id": upload.id,
        "kind": upload.kind.name,
        "name": upload.name,
        "job": upload.job.row(),
        "results": results,
        "minutes": upload.minutes(),
    }


async def _shown(request: Request) -> Response:
    upload = uploads_of(request).find(request.path_params["id"])
    if not wants_page(request):
        return Response(msgspec.json.encode(status(upload)), media_type="application/json")
    found = found_of(upload)
    context = {"upload": upload, "job": upload.job.row(), "facts": facts(found), "tables": tables(found)}
    context["address"] = f"/files/{upload.id}/{{}}".format
    return Response(rendered("file.html.j2", here="/files", **context), media_type=HTML)


def found_of(upload: Upload) -> Mapping[str, Any]:
    """The answer of a file's work; empty until it is done."""
    return msgspec.json.decode(upload.job.answer) if upload.job.answer else {}


async def _delete(request: Request) -> Response:
    await uploads_of(request).delete(request.path_params["id"])
    return Response(status_code=204)


def _after(act: Callable[[Uploads, str], Awaitable[Any]], place: str) -> Callable[[Request], Awaitable[Response]]:
    """Does something with a file, then leads to a page."""

    async def done(request: Request) -> Response:
        id = request.path_params["id"]
        await act(uploads_of(request), id)
        return RedirectResponse(place.format(id=id), 303)

    return done


async def _answer(request: Request) -> Response:
    upload = uploads_of(request).find(request.path_params["id"])
    if upload.job.state != "done":
        raise Problem(409, "file", f"is {upload.job.state}", "done", "Its own address says how far it is")
    return Response(upload.job.answer, media_type="application/json")


async def _result(request: Request) -> Response:
    """A file that was written, or a table of the answer as CSV or as a workbook. Raises Problem where there is neither."""
    name = request.path_params["name"]
    upload = uploads_of(request).find(request.path_params["id"])
    stem, _, end = name.rpartition(".")
    sheet = next((s for s in tables(found_of(upload)) if s.name == stem), None)
    kind = TABLE_FILES.get(end)
    if sheet and kind and name not in dict(upload.results()):
        return await request.app.state.service.in_thread(
            lambda: table_file(sheet, kind, upload.kind.title, today(), [("made of", upload.name)])
        )
    path = upload.result(name)
    return FileResponse(path, media_type=MEDIA.get(path.suffix), filename=name)
