"""What each chart shows, in one sentence: the words that a screen reader says in place of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.report.terms import sector
from parley.report.words import day, flow, number, programme, rate, spread


def law_steps(answer: Mapping[str, Any]) -> str:
    """Both sides' present level and when it was reached."""
    law, parts = answer["law"], []
    for pair, steps in law["added"].items():
        done = [s for s in steps if s["on"] <= answer["on"]]
        level = done[-1]["most_lines"]
        start = next(s["on"] for s in done if s["most_lines"] == level)
        parts.append(f"{flow(pair)} {rate(level)} % on most lines since {day(start)}")
    return f"Duties added since {day(law['added_since'])}: {'; '.join(parts)}."


def products(answer: Mapping[str, Any]) -> str:
    """What each product pays."""
    return "Rates by product: " + ", ".join(f"{x['label']} {rate(x['rate'])} %" for x in answer["law"]["lines"]) + "."


def average(answer: Mapping[str, Any]) -> str:
    """The average and its largest part."""
    point = answer["law"]["average"]
    name, value = max(point["by_programme"].items(), key=lambda x: x[1])
    return f"Goods of {country_name(point['origin'])} pay {rate(point['rate'])} % on average, of which {programme(name)} {rate(value)}."


def welfare(answer: Mapping[str, Any]) -> str:
    """The parties' welfare with ranges."""
    ranges = answer["trade"]["range"]
    parts = [
        f"{country_name(p)} {spread(ranges[p]['welfare_pct'])} %" for p in answer["scenario"]["parties"] if p in ranges
    ]
    return f"Welfare, median and range: {'; '.join(parts)}."


def welfare_map(answer: Mapping[str, Any]) -> str:
    """How many economies lose and gain, and which most."""
    found = {c: r["welfare_pct"]["median"] for c, r in answer["trade"]["range"].items() if c != "ROW"}
    low, high = min(found, key=lambda c: found[c]), max(found, key=lambda c: found[c])
    lose = sum(x < 0 for x in found.values())
    return (
        f"{lose} economies lose and {len(found) - lose} do not, from {country_name(low)} ({number(found[low], 2, sign=True)} %) "
        f"to {country_name(high)} ({number(found[high], 2, sign=True)} %)."
    )


def wedges(answer: Mapping[str, Any]) -> str:
    """The sector in which one mean rate misleads most."""
    first = max(answer["trade"]["exclusions"]["sectors"], key=lambda s: s["mean_rate"] - s["price_wedge"])
    return (
        f"One mean rate overstates the price effect most in {sector(first['sector']).lower()}: "
        f"{rate(first['mean_rate'])} % against {rate(first['price_wedge'])} to {rate(first['price_wedge_eta_1'])} %."
    )


def deadline(answer: Mapping[str, Any]) -> str:
    """How many partners sign from which probability on."""
    players = answer["deadline"]["players"]
    folding = sorted((p for p in players if p["decision"] == "folds"), key=lambda p: p["p_star"])
    count = {d: sum(p["decision"] == d for p in players) for d in ("signs", "waits", "unknown")}
    text = (
        f"{len(players)} partners: {count['signs']} sign at any probability, {len(folding)} above a threshold, "
        f"{count['waits']} never; for {count['unknown']} only the law is known."
    )
    if folding:
        low, high = (f"{number(100 * p['p_star'], 1)} % ({p['name']})" for p in (folding[0], folding[-1]))
        text += f" Thresholds run from {low} to {high}."
    return text
