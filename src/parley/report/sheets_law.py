"""The tables of the law part: steps, scheduled acts, exclusions, product lines, the average, and what others say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name, dotted
from parley.report.sheet import Column, Sheet
from parley.report.words import day, flow, programme, rate

LEAST = 5e-5  # of a fraction: the smallest rate that two digits of a percent can show


def law_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of the law part by the name of its file."""
    law = answer["law"]
    made = (added(law), scheduled(law), exclusions(law), products(law), average(law), others(law, answer))
    return {sheet.name: sheet for sheet in made if sheet}


def two_digits(value: float | None) -> str:
    """Two digits of a percent; a rate too small for them is said to be so, never shown as nought."""
    return "below 0.01" if value and 0 < value < LEAST else rate(value, 2)


def _percent(value: float | None) -> str:
    return rate(value) + (" %" if value is not None else "")


def _programmes(names: list[str] | None) -> str:
    return ", ".join(map(programme, names or []))


def in_percent(value: float | None) -> str:
    """The same with its sign."""
    return two_digits(value) + " %"


def added(law: Mapping[str, Any]) -> Sheet:
    """Steps of added duties: a row for each day, side and change."""
    rows = []
    for pair, steps in law.get("added", {}).items():
        for s in steps:
            acts = list(dict.fromkeys(a["source"] for a in s.get("acts", [])))
            rows.append({**s, "pair": pair, "acts": acts, "state": "scheduled" if s.get("scheduled") else "in force"})
    columns = (
        Column("on", "from", day),
        Column("pair", "who on whom", flow),
        Column("most_lines", "on most lines, %", rate, True),
        Column("highest", "highest line, %", rate, True),
        Column("lowest", "lowest line, %", rate, True),
        Column("state", "state"),
        Column("acts", "act that begins", lambda v: "; ".join(v) if v else "–"),
    )
    since = day(law.get("added_since"))
    return Sheet(
        "law-added",
        f"Duties added since {since}, by day of effect",
        columns,
        tuple(sorted(rows, key=lambda r: (r["pair"], r["on"]))),
    )


def scheduled(law: Mapping[str, Any]) -> Sheet:
    """What was already law for a later day, as known."""
    columns = (
        Column("on", "from", day),
        Column("by", "charged by", country_name),
        Column("programmes", "legal authority", _programmes),
        Column("measures", "measures", str, True),
        Column("lowest", "lowest, %", rate, True),
        Column("highest", "highest, %", rate, True),
        Column("act", "act"),
        Column("title", "title"),
    )
    return Sheet("law-scheduled", "Already scheduled, as known that day", columns, tuple(law.get("scheduled") or ()))


def exclusions(law: Mapping[str, Any]) -> Sheet:
    """Exclusions by product in force on the day."""
    columns = (
        Column("by", "charged by", country_name),
        Column("programme", "left out of", programme),
        Column("listed", "listed codes", lambda v: f"{v:,}", True),
        Column("reason", "what"),
        Column("source", "source"),
        Column("measure", "measure"),
    )
    return Sheet("law-exclusions", "Goods left out by list", columns, tuple(law.get("exclusions") or ()))


def _contribution(line: Mapping[str, Any]) -> str:
    return f"{programme(line['programme'])} {rate(line['contribution'])}"


def why(item: Mapping[str, Any]) -> str:
    """Why a product pays what it pays: its lines, in the order in which they were explained."""
    parts = [_contribution(x) for x in item.get("lines", []) if x["contribution"]]
    return " + ".join(parts) or (item.get("reason") or "free")


def spared(item: Mapping[str, Any]) -> list[str]:
    """Why programmes are not levied on a product: one sentence for each reason. What a claim alone would bring is no reason."""
    found = [
        f"{programme(w['programme'])}: {w['reason']}"
        for w in item.get("not_applied", [])
        if not w["reason"].startswith(("displaced", "only where"))
    ]
    return list(dict.fromkeys(found))


def products(law: Mapping[str, Any]) -> Sheet | None:
    """What each named product pays, and why."""
    rows = tuple({**x, "why": why(x), "not_levied": spared(x)} for x in law.get("lines") or ())
    if not rows:
        return None
    columns = (
        Column("label", "product"),
        Column("product", "tariff line", dotted),
        Column("why", "why"),
        Column("not_levied", "does not apply because", lambda v: "; ".join(v) or "–"),
        Column("base_rate", "base, %", rate, True),
        Column("rate", "pays, %", rate, True),
        Column("added_2025", "of it added by acts of 2025, %", rate, True),
        Column("description", "description"),
    )
    return Sheet(
        "law-products",
        f"What goods of {country_name(rows[0]['origin'])} pay in {country_name(rows[0]['destination'])}",
        columns,
        rows,
    )


def average(law: Mapping[str, Any]) -> Sheet | None:
    """The average by programme, largest first, with its total."""
    point = law.get("average")
    if not point or point.get("rate") is None:
        return None
    parts = sorted(point["by_programme"].items(), key=lambda x: -x[1])
    rows = [{"programme": p, "rate": v} for p, v in parts] + [{"programme": "all programmes", "rate": point["rate"]}]
    columns = (
        Column("programme", "legal authority", programme),
        Column("rate", "percent of customs value", two_digits, True),
    )
    return Sheet(
        "law-average",
        f"Average rate on goods of {country_name(point['origin'])} by legal authority",
        columns,
        tuple(rows),
    )


def others(law: Mapping[str, Any], answer: Mapping[str, Any]) -> Sheet | None:
    """Published figures beside our own, with concept, weights and exclusions."""
    rows: list[dict[str, Any]] = list(law.get("why_others") or ())
    if not rows:
        return None
    rows = sorted(rows, key=lambda r: (r["flow"], r["rate"]))
    point = law.get("average")
    if point and point.get("rate") is not None:
        rows.insert(0, _ours(point, answer))
    columns = (
        Column("rate", "figure", in_percent, True),
        Column("who", "who"),
        Column("flow", "on whose goods", flow),
        Column("concept", "concept"),
        Column("weights", "weights"),
        Column("exclusions", "exclusions"),
        Column("ours", "fits, of our bases", lambda v: "; ".join(v) if v else "none"),
        Column("reason", "nearest of our bases"),
        Column("on", "in force on", day),
        Column("source", "source"),
    )
    return Sheet("law-others", "Why others say other figures", columns, tuple(rows))


def _ours(point: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rate": point["rate"],
        "who": "parley, this briefing",
        "flow": f"{point['origin']}->{point['destination']}",
        "concept": "statutory rate, under every legal authority, in force that day",
        "weights": point["weights"],
        "exclusions": "taken in",
        "on": point.get("on") or answer["on"],
        "source": "section Law",
        "own": True,
    }
