"""The pages of files: one form for each use of a file, and a page for each file with its progress, results and end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypedDict

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from parley.codes import today
from parley.errors import InputError
from parley.web import charts
from parley.web.form_fields import refusal_of
from parley.web.jobs import JobStatus
from parley.web.problems import Problem, problem_of, wants_page
from parley.web.rendering import rendered, shown
from parley.web.table_files import Kind, download, table_file
from parley.web.upload_kinds import KINDS, kind_of
from parley.web.upload_view import answer_of, upload_view
from parley.web.uploads import Upload, Uploads
from parley.web.view import View

HTML = "text/html; charset=utf-8"
MOST_FIELDS = 40
LONGEST_FIELD = 2_000  # bytes of one field of the form
TABLE_FILES: dict[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}
PICTURES: dict[str, tuple[Callable[[View, str], str | bytes], str]] = {
    "svg": (charts.standalone, "image/svg+xml"),
    "png": (charts.picture, "image/png"),
}
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
        Route("/files/{id}/again", _again, methods=["POST"]),
        Route("/files/{id}/answer.json", _answer, methods=["GET"]),
        Route("/files/{id}/{name}", _result, methods=["GET"]),
    ]


def uploads_of(request: Request) -> Uploads:
    """The files of the server behind a request."""
    return request.app.state.uploads


async def _forms(request: Request) -> Response:
    return Response(_forms_text(request), media_type=HTML)


def _forms_text(request: Request, **context: Any) -> str:
    """The page of all forms. context: what one of them shows of a refusal."""
    settings = uploads_of(request).settings
    sizes = {"megabytes": settings.file_bytes // 1_000_000, "minutes": round(settings.keep_seconds / 60)}
    return rendered("files.html.j2", here="/files", kinds=KINDS, **sizes, **context)


async def _send(request: Request) -> Response:
    """Takes a file with its form; a browser is led to its page, or to the form again; a program gets its state."""
    given: dict[str, str] = {}
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD) as form:
            given, file = _texts(form), form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Problem(400, "file", "no file", "a form in multipart/form-data with a file named `file`")
            made = await uploads_of(request).add(kind_of(given.get("kind", "")), file.filename, file.file, given)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it: the sender gave up
    except (Problem, InputError) as error:
        kind = next((kind for kind in KINDS if kind.name == given.get("kind")), None)
        if not kind or not wants_page(request):
            raise
        problem = problem_of(error)
        told = refusal_of(problem, kind.form(given))
        text = _forms_text(request, of=kind.name, **{**told, "label": told["label"] or "File"})
        return Response(text, problem["status"], media_type=HTML)
    return _sent(request, made)


async def _again(request: Request) -> Response:
    """Works through a file that is still there once more, under the fields of a form."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD) as form:
        made = await uploads_of(request).again(request.path_params["id"], _texts(form))
    return _sent(request, made)


def _texts(form: FormData) -> dict[str, str]:
    """The fields of a form as texts; of one that is given several times, all with semicolons."""
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return {name: "; ".join(v for n, v in texts if n == name) for name, _ in texts}


def _sent(request: Request, made: Upload) -> Response:
    """The way to the page of a file, or its state."""
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
        "job": {**upload.job.row(), "problem": upload.problem()},
        "results": results,
        "minutes": upload.minutes(),
    }


async def _shown(request: Request) -> Response:
    upload = uploads_of(request).find(request.path_params["id"])
    if not wants_page(request):
        return Response(msgspec.json.encode(status(upload)), media_type="application/json")
    return Response(await request.app.state.service.in_thread(lambda: _page(upload)), media_type=HTML)


def _page(upload: Upload) -> str:
    """A file's page: how far its work is, its answer, or why there is none with the form to ask again."""
    if upload.job.state == "done":
        return shown(upload_view(upload))
    problem, fields = upload.problem(), upload.kind.form(upload.given)
    context = refusal_of(problem, fields) if problem else {"fields": fields}
    return rendered("file.html.j2", here="/files", upload=upload, job=upload.job.row(), **context)


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
    return Response(answer_of(_done(request)), media_type="application/json")


def _done(request: Request) -> Upload:
    """A file whose work is done. Raises Problem."""
    upload = uploads_of(request).find(request.path_params["id"])
    if upload.job.state != "done":
        raise Problem(409, "file", f"is {upload.job.state}", "done", "Its own address says how far it is")
    return upload


async def _result(request: Request) -> Response:
    """A file that was written; or a table of the answer as CSV or as a workbook, or a chart. Raises Problem where it is none."""
    name, upload = request.path_params["name"], uploads_of(request).find(request.path_params["id"])
    if upload.job.state == "done" and name not in dict(upload.results()):
        stem, _, end = name.rpartition(".")
        made = await request.app.state.service.in_thread(lambda: _file_of(upload_view(upload), upload.name, stem, end))
        if made:
            return made
    path = upload.result(name)
    return FileResponse(path, media_type=MEDIA.get(path.suffix), filename=name)


def _file_of(view: View, name: str, stem: str, end: str) -> Response | None:
    """A table or a chart of a page as a file of a kind; None where there is none."""
    if stem in view.sheets and (kind := TABLE_FILES.get(end)):
        return table_file(view.sheets[stem], kind, view.title, today(), [("made of", name)])
    if stem in view.charts and end in PICTURES:
        make, media = PICTURES[end]
        return download(make(view, stem), media, f"{stem}.{end}")
    return None
