"""The briefing on a terminal: two screens, the answer first. Shows an Answer's JSON; computes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text

from parley.codes import country_name, days_left, dotted
from parley.record.entry import actor
from parley.report.charts.averages import averages_finding
from parley.report.sheets_figures import figure_sheets, household_sentences
from parley.report.situation_text import situation_lines
from parley.report.text_parts import heading, table
from parley.report.text_talks import deadline_text, talks_text
from parley.report.words import DASH, day, flow, number, programme, rate, spread, times
from parley.scenario.headline import LABELS
from parley.trade.answers import changes

WIDTH = 118


def print_brief(answer: Mapping[str, Any], files: list[Path], console: Console | None = None) -> None:
    """Prints the briefing."""
    console = console or Console(highlight=False, markup=False, emoji=False, width=None)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=WIDTH)
    console.print(brief_text(answer))
    console.print(Text("written: " + ", ".join(str(f) for f in files), style="dim"))


def brief_text(answer: Mapping[str, Any]) -> RenderableType:
    """The briefing as one renderable, in the order of the questions."""
    known = f", as known on {day(answer['known'])}" if answer["known"] else ""
    read = (
        f" (law {answer['law_version']}, read to {day(answer['law_known_to'])})" if answer.get("law_known_to") else ""
    )
    title = f"{answer['scenario']['title']} · tariffs in force on {day(answer['on'])}{known}{read}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    parts += [Text(f"Note: {answer['clock_note']}")] if answer.get("clock_note") else []
    parts += [Text(f"Reading: {answer['reading_note']}.")] if answer.get("reading_note") else []
    parts += [Text(f"{label}: {text}") for label, text in zip(LABELS, answer["headline"], strict=True)]
    parts += [
        *_situation(answer),
        *_law(answer),
        *_trade(answer),
        *talks_text(answer),
        *deadline_text(answer),
        *_record(answer),
        *_method(answer),
    ]
    return Group(*parts)


def _situation(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The newest changes and the next ones; each side's options stand in the talks."""
    if not answer.get("situation"):
        return
    yield heading("SITUATION  the newest changes, and the law of later days as known")
    found = {**answer["situation"], "options": {}}
    yield from map(Text, situation_lines(found, 3))


def _law(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    law = answer["law"]
    yield heading(
        f"LAW  percent added since {day(law['added_since'])}, on most tariff lines [highest line], from the day in force"
    )
    for pair, steps in law["added"].items():
        yield Text(f"{flow(pair)}: " + " · ".join(_steps(steps)))
    for row in law["scheduled"]:
        low, high = rate(row["lowest"]), rate(row["highest"])
        span = f"{low} %" if low == high else f"{low} to {high} %"
        what = ", ".join(map(programme, row["programmes"]))
        yield Text(
            f"already scheduled for {day(row['on'])}: {_count(row['measures'], 'rate')} of {span}, {what} ({row['act']})"
        )
    rows = [_line(item) for item in law["lines"]]
    if rows:
        yield table(
            [f"from {country_name(law['average']['origin'])}", "line", "pays %", "added %", "why"], rows, 2, (4,)
        )
    yield from _average(law)
    if any(series["steps"] for series in answer.get("averages") or ()):
        yield Text(averages_finding(answer))
    yield from _own_goods(answer)


def _own_goods(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The reader's own goods: before, now and next."""
    if answer["scenario"].get("own_goods"):
        sheet = figure_sheets(answer)["goods"]
        shown = [0, 1, 2, 4, 5, 6, 7]
        rows = [[row[k] for k in shown] for row in sheet.shown()]
        yield table([sheet.columns[k].heading for k in shown], rows, 3)
        unknown = [row for row in sheet.rows if row["now"] is None]
        yield from (Text(f"{row['label'] or dotted(row['product'])}: {row['reason']}") for row in unknown)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each day on which the level changes, as "10 Apr 145", with the highest line where it differs."""
    last = None
    for step in steps[1:]:
        most, highest = rate(step["most_lines"]), rate(step["highest"])
        level = most if most == highest else f"{most} [{highest}]"
        if level != last:
            yield f"{day(step['on'])[:-5]} {level}"
        last = level


def _line(item: Mapping[str, Any]) -> list[str]:
    """One product: what it pays, what was added, and the parts; an exclusion is named, a displaced row is not."""
    parts = " + ".join(
        f"{programme(x['programme'])} {rate(x['contribution'])}" for x in item["lines"] if x["contribution"]
    )
    spared = [w["programme"] for w in item["not_applied"] if w["reason"].startswith("excluded")]
    less = "".join(f"; no {programme(p)}: excluded" for p in dict.fromkeys(spared))
    return [
        item["label"],
        dotted(item["product"]),
        rate(item["rate"]),
        rate(item["added_2025"]),
        (parts or "free") + less,
    ]


def _average(law: Mapping[str, Any]) -> Iterator[RenderableType]:
    point = law["average"]
    parts = " + ".join(f"{programme(p)} {rate(v, 2)}" for p, v in point["by_programme"].items() if round(v, 4))
    yield Text(
        f"average on goods from {country_name(point['origin'])}: {rate(point['rate'], 2)} % = {parts} · weights: {point['weights']}"
    )
    others = [
        f"{rate(o['rate'], 2)} ({o['who'].split(';')[0]}: {o['concept'].split('(')[0].strip()})"
        for o in law["why_others"]
        if o["flow"].startswith(point["origin"])
    ]
    if others:
        yield Text("others say " + " · ".join(others) + " · concepts, weights and exclusions: brief.html", style="dim")


def _trade(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    trade = answer["trade"]
    over = len(next(iter(trade["range"].values()))["welfare_pct"]["over"]) if trade["range"] else 1
    yield heading(
        f"TRADE  percent change against {trade['against']}: median (lowest … highest) over {over} elasticity sets"
    )
    keys = [row.name for row in changes()]
    shown = [*answer["scenario"]["parties"], *trade["most_affected"]["lose"][:3], *trade["most_affected"]["gain"][:3]]
    rows = []
    for code in shown:
        ranges = trade["range"].get(code)
        cells = (
            [spread(ranges[k]) if k == "welfare_pct" else number(ranges[k]["median"], 2, sign=True) for k in keys]
            if ranges
            else [DASH] * len(keys)
        )
        duty = number(trade["countries"][code]["tariff_revenue_pct_gdp"], 2)
        rows.append([trade["countries"][code]["name"], *cells, duty])
    yield table(["", *(row.label for row in changes()), "duties % GDP"], rows)
    if trade.get("spans"):
        yield Text(f"ranges: {trade['spans']}")
    yield from map(Text, household_sentences(answer))
    yield from _beside(answer)
    yield from _within_year(trade)
    yield from _exclusions(trade)


BESIDE = {
    "statutory": "by statutory rates (",
    "with_links": "with input-output links (an assumption; ",
    "without_links": "without input-output links (",
}


def _beside(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Welfare by the law as written, and by the other model."""
    trade = answer["trade"]
    shown = [*answer["scenario"]["parties"], *trade["most_affected"]["lose"][:3]]
    for key, kind in BESIDE.items():
        if other := trade.get(key):
            found = ", ".join(f"{c} {number(other['countries'][c]['welfare_pct'], 2, sign=True)}" for c in shown)
            yield Text(f"welfare {kind}set {other['elasticities']}): {found}")


def _within_year(trade: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Imports within a year beside those once all has adjusted."""
    found = trade.get("within_year")
    for buyer in found["buyers"] if found else []:
        pairs = [("all", buyer), *((s["seller"], s) for s in buyer["sellers"][:3])]
        shown = ", ".join(
            f"{name} {number(row['imports_pct'], 0, sign=True)} / {number(row['equilibrium_pct'], 0, sign=True)}"
            for name, row in pairs
        )
        yield Text(f"imports of {buyer['buyer']}, percent, within a year / once all has adjusted: {shown}")


def _exclusions(trade: Mapping[str, Any]) -> Iterator[RenderableType]:
    cells, welfare = trade["exclusions"], trade["exclusions"]["welfare_pct"]
    if cells["sectors"]:
        worst = [
            f"{c['name']}: mean {rate(c['mean_rate'], 0)}, price {rate(c['price_wedge'], 0)}"
            for c in cells["sectors"][:3]
        ]
        yield Text(f"exclusions inside a sector, percent: {'; '.join(worst)}")
    ways = {"two_wedges": "two wedges", "two_wedges_eta_1": "elasticity 1 inside a cell", "naive": "naive mean rate"}
    text = "; ".join(
        f"{words} " + ", ".join(f"{p} {number(v, 3, sign=True)}" for p, v in welfare[w].items())
        for w, words in ways.items()
    )
    yield Text(f"welfare by {text} (set {trade['elasticities']}) · residual {trade['residual']:.0e}")


def _record(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    record, standing = answer["record"], answer["record"]["status"]
    yield heading("RECORD  what is open, then what each side said up to that day")
    for offer in standing["offers"]:
        parties = f"{country_name(offer['by'])} to {country_name(offer['to'])}"
        yield Text(f"offer open: {parties} on {offer['about']}, said by {_who(offer['said_by'])} [{_source(offer)}]")
    for asked in standing["preconditions"]:
        met = {True: "MET", False: "NOT MET", None: "NO TEST"}[asked["met"]]
        yield Text(f"precondition {met}: {_said(asked)} · tested against the law: {asked['reason']}")
    for due in standing["deadlines"]:
        yield Text(f"deadline {day(due['on'])}, {days_left(due['days_left'])}: else {due['otherwise']}")
    for pair in record["who_approached_whom"]:
        first, second = (f"{_who(s['actor'])}: {s['text']} [{_source(s)}]" for s in pair["both_sources"])
        yield Text(f"who approached whom? · {first} · AGAINST · {second}")
    if record["contradictions"]:
        rules = [f"{c['about']} ({c['rule']})" for c in record["contradictions"] if c["rule"] == "negation"]
        yield Text(f"also in conflict: {' · '.join(dict.fromkeys(rules))}")
    kept = record["words_and_deeds"]
    for said in kept["said"]:
        yield Text(f"words against actions: {_said(said)} · {_deeds(kept['deeds'])}")
    if kept["deeds"] and not kept["said"]:
        yield Text(_deeds(kept["deeds"]))
    issues = [f"{i['issue'].replace('-', ' ')}: open if {i['condition']}" for i in record["linked_issues"]]
    if issues:
        yield Text(f"linked issues: {' · '.join(issues)} · said by {_who(record['linked_issues'][0]['said_by'])}")
    for said in record["resolve"]:
        yield Text(f"resolve: {_said(said)}")
    for said in record["consistency"]["claimed"]:
        changed = sum(bool(p["changed"]) for p in record["consistency"]["positions"] if p["party"] == said["behalf"])
        yield Text(
            f"consistency: {_said(said)}; {country_name(said['behalf'])}'s stated positions changed {times(changed)} on record"
        )


def _who(actor_id: str) -> str:
    return actor(actor_id).name.split(",")[0]


def _source(row: Mapping[str, Any]) -> str:
    return row["source"]["publisher"].split(" (")[0]


def _said(row: Mapping[str, Any]) -> str:
    """Who said what, in the words quoted where there are any."""
    words = f"“{row['quote']}”" if row["quote"] else row["text"]
    return f"{_who(row['actor'])}: {words}" if "actor" in row else words


def _deeds(rows: Sequence[Mapping[str, Any]]) -> str:
    """How the threats and promises of the record turned out, counted; never a score."""
    counts = Counter(row["outcome"].replace("_", " ") for row in rows)
    return f"{len(rows)} promises, threats and deadlines so far: " + ", ".join(
        f"{n} {name}" for name, n in counts.most_common()
    )


def _method(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    method = answer["method"]
    yield heading("METHOD")
    yield Text(
        f"{method['model']} · {method['baseline']} · {method['deficits']} · {method['solves']} solves · {method['certificate']}"
    )
    yield Text(
        f"limits, assumptions and {len(answer['sources'])} sources: brief.html · cite: {method['cite']}", style="dim"
    )
