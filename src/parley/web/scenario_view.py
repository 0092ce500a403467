"""The scenario's page: the law of a day with measures off or at other rates, and what that does, beside the law as it stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from parley import __version__
from parley.codes import country_name, name_in_text
from parley.errors import InputError
from parley.question import offered
from parley.report import drawing
from parley.report.chart import NARROW, WIDE
from parley.report.sheet import Sheet
from parley.report.sheets_talks import deadline as deadline_sheet
from parley.report.sheets_talks import grid as grid_sheet
from parley.report.sheets_talks import grid_view, replies
from parley.report.words import capital, day, in_force, number, prose, rate, words
from parley.report.world_map import painted, world_map
from parley.scenario.asked_scenario import LATEST, dropped, reset
from parley.scenario.clocks import law_known_to
from parley.scenario.import_response import is_partial
from parley.scenario.questions import Brief, Solve, WhatIf
from parley.web import charts, reading, scenario_sheets, scenarios
from parley.web.names import known_as
from parley.web.scenario_controls import choices, levers, percents
from parley.web.verbs import line_of
from parley.web.view import Chart, View

if TYPE_CHECKING:
    from parley.scenario.scenario import Change, Scenario
    from parley.web.api import Service

ONE_YEAR = "On the command line: parley trade solve --horizon year"
UNIT = "% of welfare"
OUTLINES = (
    "A deeper colour is a larger change. Outlines: Natural Earth, public domain; borders are no statement of ours."
)
SHOWN = 8  # countries at either end of the ranking
METHOD = (
    "The tariffs in force that day, line by line, are bundled into the dataset's sectors. Each cell has two wedges, one for prices and "
    "one for revenue. The equilibrium is in changes against the tariffs of the comparison day. Long run: wages adjust, nobody is "
    "unemployed. No figure is shown without its certificate: the largest relative error of market clearing.",
    "Point values are of one elasticity set; lowest and highest are over every published set. Where the model has no input-output "
    "links, welfare with links is shown beside it: their shares are an assumption, of another source and year.",
)


async def scenario_view(asked: WhatIf, service: Service) -> View:
    """Everything of one scenario, for its files: trade, sectors, talks and deadline, with the law as it stands beside them."""
    scenario, plain = await situations(asked, service)
    tasks = [
        service.solved("trade_ranges", scenario),
        service.solved("talks", scenario),
        service.solved("deadline", scenario),
    ]
    tasks += [service.solved("core", plain)] if scenario.change else []
    trade, talks, deadline, *beside = await asyncio.gather(*tasks, return_exceptions=True)
    shown = [_shown(made) for made in (trade, *beside)]
    parts = {"trade": trade, "talks": talks, "deadline": deadline}
    kept = {name: part for name, part in parts.items() if not isinstance(part, BaseException)}
    stands = shown[1] if beside else None
    view = await service.in_thread(lambda: with_parts(frame(asked, scenario), kept, stands))
    return replace(view, json_text=msgspec.json.encode(kept))


def _shown(made: Any) -> dict[str, Any]:
    """The answer, without which there is no page."""
    if isinstance(made, BaseException):
        raise made
    return made


async def situations(asked: WhatIf, service: Service) -> tuple[Scenario, Scenario]:
    """The scenario asked for, and the same under the law unchanged. Raises InputError."""
    scenario = await service.in_thread(lambda: scenarios.situated(asked))
    if is_partial(scenario):
        raise InputError("horizon", f"{asked.horizon} has import responses alone", "decade or long_run", ONE_YEAR)
    if not asked.drop and not asked.set:
        return scenario, scenario
    return scenario, await service.in_thread(lambda: scenarios.situated(replace(asked, drop=(), set=())))


def frame(asked: WhatIf, scenario: Scenario) -> View:
    """The page without its figures: what needs no solve."""
    offered = levers(scenario)
    context = {
        "changes": changes_in_words(asked),
        "levers": offered,
        "offered": [x["id"] for lever in offered for x in lever["measures"] if x["rate"] is not None],
        "choices": choices(),
        "last_day": max(law_known_to(scenario.parties).values()),
        "percents": percents(asked.set),
        "scenario": scenario,
        "known": scenarios.known_of(asked),
    }
    return View(
        "scenario.html.j2", title_of(asked), "/scenario", asked, context, command=commands_of(asked), python=python_of(asked),
        cite=cite(asked), method=METHOD, answers=True,
    )  # fmt: skip


def with_parts(view: View, parts: Mapping[str, Any], stands: Mapping[str, Any] | None) -> View:
    """The page with the parts that are there; trade is always."""
    trade, talks = parts["trade"], parts.get("talks")
    context = {
        **view.context,
        **parts,
        "stands": stands,
        "grid": grid_view(talks) if talks else None,
        "replies": replies(talks) if talks else [],
        "tiles": tiles(trade, stands),
    }
    return replace(view, context=context, sheets=sheets_of(parts, stands), charts=charts_of(trade))


def sheets_of(parts: Mapping[str, Any], stands: Mapping[str, Any] | None) -> dict[str, Sheet]:
    """Every table of the page."""
    made = [scenario_sheets.countries(parts["trade"], stands), scenario_sheets.sectors(parts["trade"])]
    made += [grid_sheet(parts["talks"])] if parts.get("talks") else []
    made += [deadline_sheet(parts["deadline"])] if parts.get("deadline") else []
    made += [scenario_sheets.rates(parts["trade"])] if "rates" in parts["trade"] else []
    return {sheet.name: sheet for sheet in made if sheet}


def title_of(asked: WhatIf) -> str:
    """The question in a few words."""
    changed = len(asked.drop) + len(asked.set)
    what = f" with {changed} change{'s' if changed > 1 else ''}" if changed else ""
    return f"The tariffs in force on {day(asked.on)}{what}: what they do"


def charts_of(trade: Mapping[str, Any]) -> dict[str, Chart]:
    """Welfare as a map and as a ranking."""
    figures = {c: found["welfare_pct"] for c, found in trade["countries"].items()}
    says = f"Welfare of {len(figures)} economies: losses red, gains blue."
    return {
        "map": Chart(
            says,
            lambda width: world_map(figures, UNIT, width),
            lambda width: painted(figures, UNIT, width),
            title=prose(f"Percent change of welfare by economy against {trade['against']}"),
            note=OUTLINES,
            source=source_of(trade),
        ),
        "welfare": welfare_chart(trade),
    }


def rehearse() -> None:
    """Draws the ranking and the map of no change: the chart engine stands then, outlines need but colours, and names are read."""
    from parley.scenario.scenario import read_scenario
    from parley.world.read import read_world

    figures = dict.fromkeys(read_world(read_scenario().world).countries, 0.0)
    ends: list[charts.Ranked] = [{"name": country_name(code), "value": 0.0} for code in [*figures][: 2 * SHOWN]]
    drawing.start(json.dumps(charts.ranking(ends, WIDE, UNIT)))
    known_as("")
    for width in (WIDE, NARROW):
        painted(figures, UNIT, width)


def welfare_chart(trade: Mapping[str, Any]) -> Chart:
    """Welfare by country: the parties, then both ends of the ranking."""
    rows = ranked(trade)
    low, high = rows[0], rows[-1]
    ends = [f"{r['name']}, {number(r['value'], 2, sign=True)} %" for r in (low, high)]
    says = f"Welfare from {ends[0]}, to {ends[1]}."
    return Chart(
        says, lambda width: charts.ranking(rows, width, "percent of welfare"),
        title=prose(f"Who loses and who gains: percent change of welfare against {trade['against']}"),
        source=source_of(trade),
    )  # fmt: skip


def source_of(trade: Mapping[str, Any]) -> str:
    """Whose numbers a chart of a solve shows: the model with what closes it, its data and elasticities, and how duties count."""
    closed = (f"{key} {words(trade[key])}" for key in ("deficits", "revenue", "capital"))
    made = f"{capital(words(trade['model']))} model ({words(trade['horizon'])}; {', '.join(closed)})"
    return f"parley, {made}, dataset {trade['world']}, elasticities {trade['elasticities']}, duties as {words(trade['reading'])}"


def ranked(trade: Mapping[str, Any]) -> list[charts.Ranked]:
    """Countries from the most hurt to the best off: both ends, and the parties wherever they stand."""
    found = trade["countries"]
    order = sorted((c for c in found if c != "ROW"), key=lambda c: found[c]["welfare_pct"])
    parties = {pair["buyer"] for pair in trade["bilateral"]}
    kept = [c for k, c in enumerate(order) if k < SHOWN or k >= len(order) - SHOWN or c in parties]
    return [{"name": found[c]["name"], "value": found[c]["welfare_pct"]} for c in kept]


def tiles(trade: Mapping[str, Any], stands: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The few figures that come first, each beside that of the law as it stands."""
    rows = []
    for code in dict.fromkeys(pair["buyer"] for pair in trade["bilateral"]):
        now = trade["countries"][code]["welfare_pct"]
        was = stands["countries"][code]["welfare_pct"] if stands else None
        tile = _tile(f"welfare, {country_name(code)}", now, was, 2)
        rows.append({**tile, "range": range_words(trade, code), "statutory": statutory_words(trade, code)})
    for k, pair in enumerate(trade["bilateral"]):
        was = stands["bilateral"][k]["pct"] if stands else None
        names = name_in_text(pair["buyer"]), name_in_text(pair["seller"])
        rows.append(_tile(f"imports by {names[0]} from {names[1]}", pair["pct"], was, 0))
    return rows


def statutory_words(trade: Mapping[str, Any], code: str) -> str:
    """A country's welfare by the law as written, in words; nothing where that is the answer itself."""
    other = trade.get("statutory")
    return f"by statutory rates: {number(other['countries'][code]['welfare_pct'], 2, sign=True)} %" if other else ""


def range_words(trade: Mapping[str, Any], code: str) -> str:
    """Whose elasticities the figure is of, and the median and range over the published sets; nothing where it was not asked."""
    spread = (trade.get("range") or {}).get(code, {}).get("welfare_pct")
    if not spread:
        return ""
    median, low, high = (number(spread[k], 2, sign=True) for k in ("median", "low", "high"))
    sets = f"over {len(spread['over'])} published sets"
    return f"set {trade['elasticities']}; median {median} ({low} … {high}) {sets}"


def _tile(label: str, now: float, was: float | None, digits: int) -> dict[str, str]:
    beside = "" if was is None else f"under the law unchanged: {number(was, digits, sign=True)} %"
    return {"label": label, "value": f"{number(now, digits, sign=True)} %", "beside": beside}


def changes_in_words(asked: WhatIf) -> list[str]:
    """What was changed, as sentences."""
    on = scenarios.on_of(asked)
    changes = [*(dropped(t, on) for t in asked.drop), *(reset(t, on) for t in asked.set)]
    return [_change_in_words(c) for c in changes]


def _change_in_words(change: Change) -> str:
    start = day(change.start.isoformat() if change.start else None)
    what = f"{known_as(change.drop)} off" if change.drop else f"{known_as(change.set)} at {rate(change.rate)} %"
    return f"{what} from {start}"


def drops_of(asked: WhatIf) -> list[str]:
    """The dropped measures as MEASURE@DATE."""
    return [t if "@" in t else f"{t}@{asked.on}" for t in asked.drop]


WRITTEN = ("on", "model", "elasticities", "deficits")  # said in a command even where they are the scenario's own


def typed(asked: WhatIf) -> Solve:
    """The question as it is typed: what is the scenario's own is left to it."""
    own = {p.name: p.asked for p in offered(WhatIf) if p.name not in WRITTEN}
    given = {p.name: getattr(asked, p.name) for p in offered(WhatIf)}
    known = scenarios.known_of(asked)
    kept = {name: value for name, value in given.items() if name not in own or value != own[name]}
    return Solve(**{**kept, "drop": tuple(drops_of(asked)), "known": None if known == LATEST else known})


def commands_of(asked: WhatIf) -> tuple[str, ...]:
    """The same question as command lines; where the briefing has no options for it, from the scenario's file."""
    asks = typed(asked)
    solve = line_of("parley trade solve", asks)
    if asks.set or asks.before or asks.revenue or asks.capital or asks.labour_supply:
        return (solve, "parley talks grid scenario.toml", "parley brief scenario.toml")
    return (solve, line_of("parley brief", Brief(on=asks.on, known=asks.known, drop=asks.drop)) + " --out out")


def python_of(asked: WhatIf) -> str:
    """The same question in Python."""
    asks = typed(asked)
    given = {p.name: getattr(asks, p.name) for p in offered(Solve)}
    parts = {p.name: p.default for p in offered(Solve)}
    words = ", ".join(f"{name}={value!r}" for name, value in given.items() if value != parts[name])
    return (
        "from parley.scenario.asked_scenario import scenario_of\nfrom parley.scenario.questions import Solve\n"
        "from parley.scenario.trade import solve_scenario\n\n"
        f"question = scenario_of(Solve({words}))\n"
        'print(solve_scenario(question)["countries"]["USA"]["welfare_pct"])'
    )


def cite(asked: WhatIf) -> str:
    """How to cite the page."""
    changes = "; ".join(changes_in_words(asked)) or "no change"
    return (
        f"parley {__version__}: scenario {reading.query_of(asked) or 'as shipped'} "
        f"({in_force(str(asked.on), scenarios.known_of(asked))}; {changes}); "
        f"world oecd-2022, elasticities {asked.elasticities or words(asked.horizon or 'as shipped')}, model {asked.model}."
    )
