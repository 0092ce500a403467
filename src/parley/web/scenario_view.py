"""The scenario's page: the law of a day with measures off or at other rates, and what that does, beside the law as it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

from parley import __version__
from parley.codes import country_name
from parley.errors import InputError
from parley.question import offered
from parley.report.sheet import Sheet
from parley.report.sheets_talks import deadline as deadline_sheet
from parley.report.sheets_talks import grid as grid_sheet
from parley.report.sheets_talks import grid_view, replies
from parley.report.words import day, number, rate
from parley.report.world_map import world_map
from parley.scenario.asked_scenario import LATEST, dropped, reset
from parley.scenario.import_response import YEAR, is_partial
from parley.scenario.questions import Brief, Solve, WhatIf
from parley.scenario.toml import as_toml
from parley.web import charts, reading, scenario_sheets, scenarios
from parley.web.packaged import regime
from parley.web.verbs import line_of
from parley.web.view import Chart, View

if TYPE_CHECKING:
    from parley.law.measure import Measure
    from parley.web.api import Service

ONE_YEAR = "On the command line: parley trade solve --horizon year"
SHOWN = 8  # countries at either end of the ranking
METHOD = (
    "The tariffs in force that day, line by line, are bundled into the dataset's sectors. Each cell has two wedges, one for prices and "
    "one for revenue. The equilibrium is in changes against the tariffs of the comparison day. Long run: wages adjust, nobody is "
    "unemployed. No figure is shown without its certificate: the largest relative error of market clearing.",
    "Point values are of one elasticity set; lowest and highest are over every published set. Where the model has no input-output "
    "links, welfare with links is shown beside it: their shares are an assumption, of another source and year.",
)


async def scenario_view(asked: WhatIf, service: Service) -> View:
    """The page of one scenario: trade, sectors, talks and deadline, with the law as it stands beside them."""
    scenario = await service.in_thread(lambda: scenarios.situated(asked))
    if is_partial(scenario):
        raise InputError("horizon", f"{asked.horizon} has import responses alone", "decade or long_run", ONE_YEAR)
    bare = replace(asked, drop=(), set=())
    plain = await service.in_thread(lambda: scenarios.situated(bare))
    tasks = [
        service.solved("trade_ranges", scenario),
        service.solved("talks", scenario),
        service.solved("deadline", scenario),
    ]
    tasks += [service.solved("trade", plain)] if scenario.change else []
    trade, talks, deadline, *beside = await asyncio.gather(*tasks, return_exceptions=True)
    shown = [_shown(made) for made in (trade, *beside)]
    parts = {"trade": trade, "talks": talks, "deadline": deadline}
    stands = shown[1] if beside else None
    return await service.in_thread(lambda: _view(asked, scenario, parts, stands))


def _shown(made: Any) -> dict[str, Any]:
    """The answer, without which there is no page."""
    if isinstance(made, BaseException):
        raise made
    return made


def _view(asked: WhatIf, scenario: Any, parts: dict[str, Any], stands: dict[str, Any] | None) -> View:
    refused = {k: str(v) for k, v in parts.items() if isinstance(v, BaseException)}
    kept = {k: v for k, v in parts.items() if k not in refused}
    sheets = sheets_of(kept, stands)
    context = {
        **kept,
        "refused": refused,
        "stands": stands,
        "grid": grid_view(kept["talks"]) if "talks" in kept else None,
        "replies": replies(kept["talks"]) if "talks" in kept else [],
        "changes": changes_in_words(asked),
        "levers": levers(scenario),
        "choices": choices(),
        "toml": as_toml(scenario),
        "tiles": tiles(kept["trade"], stands),
        "scenario": scenario,
        "known": scenarios.known_of(asked),
    }
    return View(
        "scenario.html.j2", title_of(asked), "/scenario", asked, context, sheets, charts_of(kept["trade"]),
        command=commands_of(asked), python=python_of(asked), api="", cite=cite(asked), method=METHOD,
        json_text=msgspec.json.encode(kept),
    )  # fmt: skip


def sheets_of(parts: dict[str, Any], stands: dict[str, Any] | None) -> dict[str, Sheet]:
    """Every table of the page."""
    made = [scenario_sheets.countries(parts["trade"], stands), scenario_sheets.sectors(parts["trade"])]
    made += [grid_sheet(parts["talks"])] if parts.get("talks") else []
    made += [deadline_sheet(parts["deadline"])] if parts.get("deadline") else []
    return {sheet.name: sheet for sheet in made if sheet}


def title_of(asked: WhatIf) -> str:
    """The question in a few words."""
    changed = len(asked.drop) + len(asked.set)
    what = f" with {changed} change{'s' if changed > 1 else ''}" if changed else ""
    return f"The tariffs in force on {day(asked.on)}{what}: what they do"


def charts_of(trade: Mapping[str, Any]) -> dict[str, Chart]:
    """Welfare as a map and as a ranking."""
    figures = {c: found["welfare_pct"] for c, found in trade["countries"].items()}
    says = f"Welfare of {len(figures)} economies: losses red, gains green."
    return {
        "map": Chart(says, lambda width: world_map(figures, "% of welfare", width)),
        "welfare": welfare_chart(trade),
    }


def welfare_chart(trade: Mapping[str, Any]) -> Chart:
    """Welfare by country: the parties, then both ends of the ranking."""
    rows = ranked(trade)
    low, high = rows[0], rows[-1]
    ends = [f"{r['name']}, {number(r['value'], 2, sign=True)} %" for r in (low, high)]
    says = f"Welfare from {ends[0]}, to {ends[1]}."
    return Chart(says, lambda width: charts.ranking(rows, width, "percent of welfare"))


def ranked(trade: Mapping[str, Any]) -> list[charts.Ranked]:
    """Countries from the most hurt to the best off: both ends, and the parties wherever they stand."""
    found = trade["countries"]
    order = sorted((c for c in found if c != "ROW"), key=lambda c: found[c]["welfare_pct"])
    parties = {pair["buyer"] for pair in trade["bilateral"]}
    kept = [c for k, c in enumerate(order) if k < SHOWN or k >= len(order) - SHOWN or c in parties]
    return [{"name": found[c]["name"], "value": found[c]["welfare_pct"]} for c in kept]


def tiles(trade: Mapping[str, Any], stands: dict[str, Any] | None) -> list[dict[str, str]]:
    """The few figures that come first, each beside that of the law as it stands."""
    rows = []
    for code in dict.fromkeys(pair["buyer"] for pair in trade["bilateral"]):
        now = trade["countries"][code]["welfare_pct"]
        was = stands["countries"][code]["welfare_pct"] if stands else None
        tile = _tile(f"welfare, {country_name(code)}", now, was, 2)
        rows.append({**tile, "range": range_words(trade, code), "statutory": statutory_words(trade, code)})
    for k, pair in enumerate(trade["bilateral"]):
        was = stands["bilateral"][k]["pct"] if stands else None
        names = country_name(pair["buyer"]), country_name(pair["seller"])
        rows.append(_tile(f"imports of {names[0]} from {names[1]}", pair["pct"], was, 0))
    return rows


def statutory_words(trade: Mapping[str, Any], code: str) -> str:
    """A country's welfare by the law as written, in words; nothing where that is the answer itself."""
    other = trade.get("statutory")
    return f"by statutory rates: {number(other['countries'][code]['welfare_pct'], 2, sign=True)} %" if other else ""


def range_words(trade: Mapping[str, Any], code: str) -> str:
    """The range of a country's welfare over the published elasticity sets, in words; nothing where it was not asked."""
    spread = (trade.get("range") or {}).get(code, {}).get("welfare_pct")
    if not spread:
        return ""
    ends = [number(spread[k], 2, sign=True) for k in ("low", "high")]
    return f"{ends[0]} … {ends[1]} over {len(spread['over'])} published sets"


def _tile(label: str, now: float, was: float | None, digits: int) -> dict[str, str]:
    beside = "" if was is None else f"under the law unchanged: {number(was, digits, sign=True)} %"
    return {"label": label, "value": f"{number(now, digits, sign=True)} %", "beside": beside}


class LeverMeasure(TypedDict):
    """A general measure of a programme: its rate, a fraction where it is one, in words too, and its source."""

    id: str
    rate: float | None
    text: str
    source: str


class Lever(TypedDict):
    """A programme in force that a party could switch off or set, with its general measures."""

    party: str
    programme: str
    measures: list[LeverMeasure]


def levers(scenario: Any) -> list[Lever]:
    """What could be switched off or set: by levying party, the programmes in force on the day, with their general measures.

    Rows of a programme of the base (a relief's cap on the ordinary duty) are none: dropping them takes nothing off.
    """
    from parley.law.measure import BASE_PROGRAMMES, covers_origin
    from parley.law.regime import knowledge

    law, rows = regime(), []
    for party in scenario.parties:
        held: dict[str, dict[str, Measure]] = {}
        for m in law.at(scenario.on, knowledge(scenario.known), party):
            foreign = any(covers_origin(m, p) for p in scenario.parties if p != party)
            if foreign and m.combine != "zero" and m.programme not in BASE_PROGRAMMES:
                held.setdefault(m.programme, {})[m.id] = m
        rows += [
            {"party": party, "programme": p, "measures": [_lever(m) for m in ms.values()]}
            for p, ms in sorted(held.items())
        ]
    return rows


def _lever(m: Measure) -> LeverMeasure:
    return {"id": m.id, "rate": m.rate, "text": m.expression or f"{rate(m.rate)} %", "source": m.source}


def choices() -> dict[str, list[str]]:
    """The named choices of the form."""
    from parley.scenario.reading import READINGS
    from parley.trade.closure import DEFICITS, REVENUES, capital_names
    from parley.trade.models import models
    from parley.world.elasticity import HORIZONS

    named = {"model": models(), "horizon": [h for h in HORIZONS if h != YEAR], "elasticities": ["", *scenarios.sets()]}
    named["deficits"] = [*DEFICITS, "endogenous"]
    return {**named, "revenue": list(REVENUES), "capital": list(capital_names()), "reading": list(READINGS)}


def changes_in_words(asked: WhatIf) -> list[str]:
    """What was changed, as sentences."""
    on = scenarios.on_of(asked)
    changes = [*(dropped(t, on) for t in asked.drop), *(reset(t, on) for t in asked.set)]
    return [
        f"{c.drop} off from {day(c.start.isoformat() if c.start else None)}" if c.drop
        else f"{c.set} at {rate(c.rate)} % from {day(c.start.isoformat() if c.start else None)}"
        for c in changes
    ]  # fmt: skip


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
        f"(tariffs in force on {asked.on}, as known on {scenarios.known_of(asked)}; "
        f"{changes}); world oecd-2022, elasticities {asked.elasticities or asked.horizon}, model {asked.model}."
    )


def canonical(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """The pairs of a submitted form as a permalink's: each rate that was set becomes `set`; None where nothing changes."""
    pairs = list(pairs)
    made = [(n, v) for n, v in pairs if v.strip() and not n.startswith(("set_measure", "set_percent"))]
    given = {n: v.strip() for n, v in pairs}
    for name, measure in given.items():
        percent = given.get(name.replace("set_measure", "set_percent"), "")
        if name.startswith("set_measure") and measure and percent:
            try:
                made.append(("set", f"{measure}={float(percent) / 100:.10g}"))
            except ValueError:
                made.append(("set", f"{measure}={percent}"))
    return None if made == pairs else made
