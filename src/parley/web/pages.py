"""The pages: server-rendered, asked by address, each with its files; nothing is loaded from anywhere else."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from parley import __version__
from parley.codes import legend_rules
from parley.law import questions as of_law
from parley.record import questions as of_record
from parley.report.chart import style_sheet as report_style
from parley.scenario.questions import WhatIf
from parley.scenario.toml import as_toml
from parley.web import (
    ask_view,
    charts,
    compare_view,
    law_views,
    rate_view,
    record_view,
    scenario_view,
    scenarios,
)
from parley.web.guard import COOKIE
from parley.web.problem_types import TYPES, named
from parley.web.problems import Problem, ProblemDetails, not_found, problem_of
from parley.web.reading import pairs_of, read_query
from parley.web.settings import Settings
from parley.web.view import View

if TYPE_CHECKING:
    import jinja2

HTML = "text/html; charset=utf-8"
NAV = (("/", "Product"), ("/scenario", "Scenario"), ("/compare", "Compare"), ("/record", "Record"), ("/ask", "More"),
       ("/measures", "Measures"), ("/method", "Method"))  # fmt: skip
Maker = Callable[[Request], Awaitable[View]]


def _plain(kind: Any, make: Callable[[Any], View]) -> Maker:
    """A page that is worked out in a thread from its question."""

    async def view(request: Request) -> View:
        asked = read_query(kind, query_of(request))
        return await request.app.state.service.in_thread(lambda: make(asked))

    return view


def _solved(kind: Any, make: Callable[[Any, Any], Awaitable[View]]) -> Maker:
    """A page that asks the workers."""

    async def view(request: Request) -> View:
        return await make(read_query(kind, query_of(request)), request.app.state.service)

    return view


async def _asked(request: Request) -> View:
    """The page of a command."""
    path = "/".join((request.path_params["room"], request.path_params["verb"]))
    return await ask_view.ask_view(path, query_of(request), request.app.state.service)


ASK = "/ask/{room}/{verb}"
PAGES: dict[str, Maker] = {
    "/": _plain(law_views.Home, law_views.home_view),
    "/rate": _plain(of_law.Rate, rate_view.rate_view),
    "/measures": _plain(of_law.Measures, law_views.measures_view),
    "/measure": _plain(of_law.Measure, law_views.measure_view),
    "/act": _plain(of_law.Act, law_views.act_view),
    "/record": _plain(of_record.Timeline, record_view.record_view),
    "/scenario": _solved(WhatIf, scenario_view.scenario_view),
    "/compare": _solved(compare_view.Compare, compare_view.compare_view),
    ASK: _asked,
}

FORMS = {"/scenario": scenario_view.canonical, "/rate": rate_view.canonical}  # a form's fields as a permalink's


def query_of(request: Request) -> str:
    """The address's question as text."""
    return request.scope["query_string"].decode("latin-1")


def routes(settings: Settings) -> list[Route]:
    """Every page with its files."""
    made = []
    for path, maker in PAGES.items():
        base = "" if path == "/" else path
        made += [
            Route(path, _page(maker), methods=["GET"]),
            Route(f"{base}/{{name}}.csv", _csv(maker), methods=["GET"]),
            Route(f"{base}/{{name}}.svg", _picture(maker, "svg"), methods=["GET"]),
            Route(f"{base}/{{name}}.png", _picture(maker, "png"), methods=["GET"]),
        ]
        if path in ("/scenario", "/compare", ASK):
            made.append(Route(f"{path}/answer.json", _json(maker), methods=["GET"]))
    made += [
        Route("/scenario/scenario.toml", _toml, methods=["GET"]),
        Route("/ask", _asks, methods=["GET"]),
        Route("/method", _method, methods=["GET"]),
        Route("/problems", _problems, methods=["GET"]),
        Route("/problems/{name}", _problems, methods=["GET"]),
        Route("/enter", _enter(settings), methods=["GET", "POST"]),
        Route("/favicon.ico", _icon, methods=["GET"]),
    ]
    return made


def static() -> list[Route]:
    """The style sheet and the one script."""

    async def style(request: Request) -> Response:
        del request
        return Response(style_sheet(), media_type="text/css", headers={"Cache-Control": "max-age=300"})

    async def script(request: Request) -> Response:
        del request
        return Response(
            _own("static/parley.js"), media_type="text/javascript", headers={"Cache-Control": "max-age=300"}
        )

    return [Route("/style.css", style), Route("/parley.js", script)]


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The report's style sheet and the few rules that forms need."""
    return "\n".join((report_style(), _own("static/web.css"), legend_rules()))


def _own(name: str) -> str:
    return resources.files("parley.web").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """The web's templates over the report's, with the report's words as filters. Everything is escaped."""
    import jinja2

    from parley.law.law_package import law_in_use
    from parley.report.page import environment
    from parley.scenario.clocks import law_known_to

    folder = resources.files("parley.web").joinpath("templates")
    own = {item.name: item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".j2")}
    report = environment()
    loaders = [jinja2.DictLoader(own), *filter(None, [report.loader])]
    made = report.overlay(loader=jinja2.ChoiceLoader(loaders), bytecode_cache=None)  # a server compiles once
    made.globals |= {
        "nav": NAV,
        "version": __version__,
        "countries": law_views.country_choices(),
        "urlencode": urlencode,
        "law_read_to": law_known_to(("USA", "CHN")),
        "law_version": law_in_use().version,
    }
    return made


def rendered(template: str, **context: Any) -> str:
    """A template as text, without line breaks between a number and its unit."""
    from parley.report.page import unbroken

    return unbroken(templates().get_template(template).render(**context))


def _page(maker: Maker) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        path = request.url.path
        submitted = FORMS[path](pairs_of(query_of(request))) if path in FORMS else None
        if submitted is not None:
            return RedirectResponse(path + ("?" + urlencode(submitted) if submitted else ""), 303)
        view = await maker(request)
        service = request.app.state.service
        return Response(await service.in_thread(lambda: shown(view)), media_type=HTML)

    return page


def shown(view: View) -> str:
    """A view as a page."""
    drawn = {name: chart.drawn() for name, chart in view.charts.items()}
    return rendered(
        view.template, view=view, drawn=drawn, asked=view.asked, sheets=view.sheets, here=view.path, **view.context
    )


def _csv(maker: Maker) -> Callable[[Request], Awaitable[Response]]:
    async def table(request: Request) -> Response:
        view, name = await maker(request), request.path_params["name"]
        sheet = view.sheets.get(name)
        if sheet is None:
            raise Problem(404, "table", f"no table {name[:40]!r}", ", ".join(view.sheets))
        return _file(sheet.csv(), "text/csv; charset=utf-8", sheet.file)

    return table


def _picture(maker: Maker, kind: str) -> Callable[[Request], Awaitable[Response]]:
    """A chart as a file of its own: SVG, or PNG at twice the size."""
    make, media = {"svg": (charts.standalone, "image/svg+xml"), "png": (charts.picture, "image/png")}[kind]

    async def chart(request: Request) -> Response:
        view, name = await maker(request), request.path_params["name"]
        found = view.charts.get(name)
        if found is None:
            raise Problem(404, "chart", f"no chart {name[:40]!r}", ", ".join(view.charts))
        content = await request.app.state.service.in_thread(lambda: make(found))
        return _file(content, media, f"{name}.{kind}")

    return chart


def _json(maker: Maker) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        view = await maker(request)
        return Response(view.json_text, media_type="application/json")

    return answer


def _file(text: str | bytes, kind: str, name: str) -> Response:
    """A file to keep; its name is ours, never the asker's."""
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _toml(request: Request) -> Response:
    asked = read_query(WhatIf, query_of(request))
    scenario = await request.app.state.service.in_thread(lambda: scenarios.situated(asked))
    return _file(as_toml(scenario), "application/toml", "scenario.toml")


async def _method(request: Request) -> Response:
    del request
    from parley.web.verbs import VERBS

    return Response(rendered("method.html.j2", here="/method", verbs=VERBS), media_type=HTML)


async def _asks(request: Request) -> Response:
    """The commands that have a page, by room."""
    del request
    from parley.web.commands import commands

    rooms: dict[str, list[Any]] = {}
    for command in commands().values():
        if len(command.words) == 2:
            rooms.setdefault(command.words[0], []).append(command)
    return Response(rendered("asks.html.j2", here="/ask", rooms=rooms), media_type=HTML)


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


def _enter(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """The page at which a browser gives the token; it keeps it as a cookie that scripts cannot read."""

    async def enter(request: Request) -> Response:
        if request.method == "GET":
            return Response(rendered("enter.html.j2", here="/enter", wrong=False), media_type=HTML)
        given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=4).get("token", [""])[0]
        if not settings.token or not hmac.compare_digest(given.strip().encode(), settings.token.encode()):
            return Response(rendered("enter.html.j2", here="/enter", wrong=True), 401, media_type=HTML)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, given.strip(), httponly=True, samesite="strict", max_age=12 * 3600)
        return answer

    return enter


def problem_page(request: Request, problem: ProblemDetails) -> Response:
    """A refusal as a page: what was found, what is allowed, and the way back."""
    try:
        text = rendered("problem.html.j2", here=request.url.path, problem=problem, title=problem["title"])
    except Exception as error:
        return Response(problem_of(error)["found"], 500, media_type="text/plain")
    return Response(text, problem["status"], media_type=HTML)
