"""The pages: server-rendered, asked by address, each with its files; nothing is loaded from anywhere else."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from parley.errors import unknown_name
from parley.law import questions as of_law
from parley.record import questions as of_record
from parley.scenario.questions import WhatIf
from parley.scenario.toml import as_toml
from parley.web import (
    ask_view,
    beside_view,
    charts,
    compare_view,
    home_view,
    law_views,
    rate_view,
    record_view,
    scenario_controls,
    scenario_live,
    scenario_view,
    scenarios,
    waiting,
)
from parley.web.api import Service
from parley.web.commands import commands
from parley.web.delivery import kept
from parley.web.form_fields import NOT_IN_FORMS, refusal_of, typed_again
from parley.web.guard import COOKIE
from parley.web.problem_types import TYPES, named
from parley.web.problems import Problem, ProblemDetails, not_found, problem_of
from parley.web.reading import MOST_FIELDS, pairs_of, read_query
from parley.web.rendering import addressed, own, rendered, shown, style_sheet
from parley.web.settings import Settings
from parley.web.suggest import Home, suggest_page
from parley.web.table_files import Kind, download, table_file
from parley.web.view import View

HTML = "text/html; charset=utf-8"
Endpoint = Callable[[Request], Awaitable[Response]]
Maker = Callable[[str, Service], Awaitable[View]]  # of the question in an address


def _plain(kind: Any, make: Callable[[Any], View]) -> Maker:
    """A page that is worked out in a thread from its question."""

    async def view(query: str, service: Service) -> View:
        asked = read_query(kind, query)
        return await service.in_thread(lambda: make(asked))

    return view


def _solved(kind: Any, make: Callable[[Any, Any], Awaitable[View]]) -> Maker:
    """A page that asks the workers."""

    async def view(query: str, service: Service) -> View:
        return await make(read_query(kind, query), service)

    return view


async def _compared(query: str, service: Service) -> View:
    """Two scenarios beside each other, or two pages of any other kind."""
    asked = read_query(compare_view.Compare, query)
    pair = [beside_view.address_of(text) for text in (asked.first, asked.second)]
    if all(path == beside_view.PLAIN for path, _ in pair):
        return await compare_view.compare_view(asked, service)
    makers = [maker_at(path, name) for (path, _), name in zip(pair, ("first", "second"), strict=True)]
    views = await asyncio.gather(*(make(own, service) for make, (_, own) in zip(makers, pair, strict=True)))
    return await service.in_thread(lambda: beside_view.beside(asked, pair, QUESTIONS[pair[0][0]], views))


def maker_at(path: str, where: str) -> Maker:
    """The maker of the page at an address. Raises InputError with the nearest."""
    kinds = [kind for kind in PAGES if kind != "/compare"]
    if path not in kinds:
        raise unknown_name(where, "page", path[:60], kinds)
    return PAGES[path]


ASK = "/ask"
QUESTIONS: dict[str, type] = {
    "/": Home,
    "/rate": of_law.Rate,
    "/measures": law_views.ListedMeasures,
    "/measure": of_law.Measure,
    "/act": of_law.Act,
    "/record": of_record.Timeline,
    "/scenario": WhatIf,
    "/compare": compare_view.Compare,
    **{f"{ASK}{path}": command.question for path, command in commands().items()},
}
PLAIN: dict[str, Callable[[Any], View]] = {
    "/": home_view.home_view,
    "/rate": rate_view.rate_view,
    "/measures": law_views.measures_view,
    "/measure": law_views.measure_view,
    "/act": law_views.act_view,
    "/record": record_view.record_view,
}
PAGES: dict[str, Maker] = {
    **{path: _plain(QUESTIONS[path], make) for path, make in PLAIN.items()},
    "/scenario": _solved(WhatIf, scenario_view.scenario_view),
    "/compare": _compared,
    **{f"{ASK}{path}": partial(ask_view.ask_view, command) for path, command in commands().items()},
}

FORMS = {  # a form's fields as a permalink's
    "/scenario": scenario_controls.canonical,
    "/rate": rate_view.canonical,
    "/compare": beside_view.canonical,
}


async def _view(maker: Maker, request: Request) -> View:
    """The view of a request."""
    return await maker(query_of(request), request.app.state.service)


def query_of(request: Request) -> str:
    """The address's question as text."""
    return request.scope["query_string"].decode("latin-1")


def routes(settings: Settings) -> list[Route]:
    """Every page with its files."""
    made = []
    for path, maker in PAGES.items():
        base = "" if path == "/" else path
        made += [
            Route(path, _shows(path, maker), methods=["GET"]),
            Route(f"{base}/{{name}}.csv", _table(maker, "csv"), methods=["GET"]),
            Route(f"{base}/{{name}}.svg", _picture(maker, "svg"), methods=["GET"]),
            Route(f"{base}/{{name}}.png", _picture(maker, "png"), methods=["GET"]),
            Route(f"{base}/{{name}}.xlsx", _table(maker, "xlsx"), methods=["GET"]),
            Route(f"{base}/{{name}}.embed", _embedded(maker, settings), methods=["GET"]),
        ]
        if path in ("/scenario", "/compare") or path.startswith(f"{ASK}/"):
            made.append(Route(f"{path}/answer.json", _json(maker), methods=["GET"]))
    made += [
        Route("/scenario/scenario.toml", _toml, methods=["GET"]),
        Route("/scenario/live", _events, methods=["GET"]),
        Route("/suggest", _suggest, methods=["GET"]),
        Route("/ask", _asks, methods=["GET"]),
        Route("/ask/{path:path}", _no_question, methods=["GET"]),
        Route("/method", _method, methods=["GET"]),
        Route("/problems", _problems, methods=["GET"]),
        Route("/problems/{name}", _problems, methods=["GET"]),
        Route("/enter", _enter(settings), methods=["GET", "POST"]),
        Route("/favicon.ico", _icon, methods=["GET"]),
    ]
    return made


SCRIPTS = ("parley.js", "live.js", "marks.js", "search.js", "files.js")


def _shows(path: str, maker: Maker) -> Endpoint:
    """What answers at a page's own address."""
    if path == "/scenario":
        return _live
    command = commands().get(path.removeprefix(ASK)) if path.startswith(ASK) else None
    return waiting.or_answer(command, _page(maker)) if command else _page(maker)


def static() -> list[Route]:
    """The style sheet and the scripts."""
    files = {"style.css": ("text/css", style_sheet)}
    files |= {name: ("text/javascript", partial(own, f"static/{name}")) for name in SCRIPTS}
    return [Route(f"/static/{name}", _static(*file)) for name, file in files.items()]


def _static(media_type: str, text: Callable[[], str]) -> Endpoint:
    @cache
    def made() -> Response:
        return kept(Response(text(), media_type=media_type, headers={"Cache-Control": "max-age=300"}))

    async def file(request: Request) -> Response:
        del request
        return made()

    return file


def _page(maker: Maker) -> Endpoint:
    async def page(request: Request) -> Response:
        if (moved := _permalink(request)) is not None:
            return moved
        view = await _view(maker, request)
        service = request.app.state.service
        text = await service.in_thread(lambda: shown(view))
        return Response(addressed(text, str(request.base_url)), media_type=HTML)

    return page


def _permalink(request: Request) -> Response | None:
    """The way to the permalink of a submitted form; None where the address is one."""
    path = request.url.path
    submitted = FORMS[path](pairs_of(query_of(request))) if path in FORMS else None
    return (
        None if submitted is None else RedirectResponse(path + ("?" + urlencode(submitted) if submitted else ""), 303)
    )


async def _live(request: Request) -> Response:
    """The scenario's page: sent as soon as its core is solved, and finished as the rest arrives."""
    if (moved := _permalink(request)) is not None:
        return moved
    asked = read_query(WhatIf, query_of(request))
    live = await scenario_live.begun(asked, request.app.state.service)
    return StreamingResponse(scenario_live.page(live, str(request.base_url)), media_type=HTML)


async def _events(request: Request) -> Response:
    """The pieces of the scenario's page as server-sent events, for the fields of its form."""
    pairs = pairs_of(query_of(request))
    made = scenario_live.events(scenario_controls.canonical(pairs) or pairs, request.app.state.service)
    return StreamingResponse(made, media_type=scenario_live.EVENTS, headers={"Cache-Control": "no-store"})


def _table(maker: Maker, kind: Kind) -> Endpoint:
    """A table as a file; a workbook has the question and how to cite it too."""

    async def table(request: Request) -> Response:
        view, name = await _view(maker, request), request.path_params["name"]
        if name not in view.sheets:
            raise Problem(404, "table", f"no table {name[:40]!r}", ", ".join(view.sheets))
        notes = [("question", view.title), ("cite", view.cite), ("address", view.permalink)]
        return await request.app.state.service.in_thread(
            lambda: table_file(view.sheets[name], kind, view.title, charts.day_of(view), notes)
        )

    return table


def _embedded(maker: Maker, settings: Settings) -> Endpoint:
    """A chart as a small page that another site may frame, where the server was started so."""

    async def chart(request: Request) -> Response:
        if not settings.allow_embed:
            hint = "Start the server with --allow-embed; without it a chart is a file: .svg or .png"
            raise Problem(404, "embed", "this server lets no other page frame its charts", "", hint)
        view, name = await _view(maker, request), request.path_params["name"]
        if name not in view.charts:
            raise Problem(404, "chart", f"no chart {name[:40]!r}", ", ".join(view.charts))

        def made() -> str:
            return rendered("embed.html.j2", figure=charts.figure(view, name), view=view)

        return Response(await request.app.state.service.in_thread(made), media_type=HTML)

    return chart


def _picture(maker: Maker, kind: str) -> Endpoint:
    """A chart as a file of its own: SVG, or PNG at twice the size."""
    make, media = {"svg": (charts.standalone, "image/svg+xml"), "png": (charts.picture, "image/png")}[kind]

    async def chart(request: Request) -> Response:
        view, name = await _view(maker, request), request.path_params["name"]
        if name not in view.charts:
            raise Problem(404, "chart", f"no chart {name[:40]!r}", ", ".join(view.charts))
        content = await request.app.state.service.in_thread(lambda: make(view, name))
        return download(content, media, f"{name}.{kind}")

    return chart


def _json(maker: Maker) -> Endpoint:
    async def answer(request: Request) -> Response:
        view = await _view(maker, request)
        return Response(view.json_text, media_type="application/json")

    return answer


async def _toml(request: Request) -> Response:
    asked = read_query(WhatIf, query_of(request))
    scenario = await request.app.state.service.in_thread(lambda: scenarios.situated(asked))
    return download(as_toml(scenario), "application/toml", "scenario.toml")


async def _suggest(request: Request) -> Response:
    """What is meant by what was typed up to now, as a piece of the first page."""
    asked = read_query(Home, query_of(request))
    return Response(await request.app.state.service.in_thread(lambda: suggest_page(asked)), media_type=HTML)


async def _method(request: Request) -> Response:
    del request
    from parley.web.verbs import VERBS

    return Response(rendered("method.html.j2", here="/method", verbs=VERBS), media_type=HTML)


async def _asks(request: Request) -> Response:
    """The commands that have a page, by room."""
    del request
    rooms: dict[str, list[Any]] = {}
    for command in commands().values():
        rooms.setdefault(command.words[0], []).append(command)
    return Response(rendered("asks.html.j2", here="/ask", rooms=rooms), media_type=HTML)


async def _no_question(request: Request) -> Response:
    """Says which question may be meant."""
    ask_view.command_at(request.path_params["path"])
    raise not_found(request.url.path)


async def _problems(request: Request) -> Response:
    """What each kind of refusal means: all of them, or the one whose address this is."""
    name = request.path_params.get("name")
    kinds = TYPES if name is None else tuple(filter(None, [named(name)]))
    if not kinds:
        raise not_found(request.url.path)
    return Response(rendered("problem_types.html.j2", here="/problems", kinds=kinds), media_type=HTML)


async def _icon(request: Request) -> Response:
    """Nothing: no picture stands for the site."""
    del request
    return Response(status_code=204)


def _enter(settings: Settings) -> Endpoint:
    """The page at which a browser gives the token; it keeps it as a cookie that scripts cannot read."""

    async def enter(request: Request) -> Response:
        if request.method == "GET":
            text = rendered("enter.html.j2", here="/enter", needed=bool(settings.token), wrong=False)
            return Response(text, media_type=HTML)
        given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=4).get("token", [""])[0]
        if not settings.token or not hmac.compare_digest(given.strip().encode(), settings.token.encode()):
            return Response(rendered("enter.html.j2", here="/enter", needed=True, wrong=True), 401, media_type=HTML)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, given.strip(), httponly=True, samesite="strict", max_age=12 * 3600)
        return answer

    return enter


def problem_page(request: Request, problem: ProblemDetails) -> Response:
    """A refusal as a page: what was found, what is allowed, and the form with what was typed."""
    try:
        context = {"here": request.url.path, "problem": problem, "title": problem["title"]}
        text = rendered("problem.html.j2", **{**context, **_form_again(request, problem)})
    except Exception as error:
        return Response(problem_of(error)["found"], 500, media_type="text/plain")
    return Response(text, problem["status"], media_type=HTML)


def _form_again(request: Request, problem: ProblemDetails) -> dict[str, Any]:
    """The fields of the page that was asked with what was typed, and the label of the one that is wrong; nothing on other pages."""
    kind = QUESTIONS.get(request.url.path)
    if not kind or request.method != "GET" or problem["status"] not in (400, 422):
        return {}
    pairs = parse_qsl(query_of(request), max_num_fields=MOST_FIELDS, errors="replace")
    fields, unseen = typed_again(kind, pairs), [(n, v) for n, v in pairs if n in ("go", *NOT_IN_FORMS)]
    return {"kept": unseen, **refusal_of(problem, fields)}
