"""Three plain sentences first: the answer, its size, and why it is small or large. Every number is one of the Answer's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import duty_in_words, name_in_text
from parley.scenario.answers_brief import BriefParts
from parley.scenario.scenario import Scenario
from parley.trade.answers import CountryEffects, Range


def headline(scenario: Scenario, parts: BriefParts) -> list[str]:
    """The three sentences."""
    return [_answer(scenario, parts), _size(scenario, parts), _why(scenario, parts)]


def _answer(scenario: Scenario, parts: BriefParts) -> str:
    ranges = parts["trade"]["range"]
    effects = [(p, ranges[p]["welfare_pct"]) for p in scenario.parties]
    tariffs = f"tariffs in force on {_day(scenario.on.isoformat())}, compared with those of {_day(scenario.before.isoformat())},"
    lose = [p for p, r in effects if r["high"] < 0]
    gain = [p for p, r in effects if r["low"] > 0]
    if len(lose) == len(effects):
        opening = f"{'Both sides lose' if len(effects) == 2 else 'Every party loses'} from the {tariffs}"
    elif not gain and not lose:
        opening = f"Whether the parties gain or lose from the {tariffs} depends on the elasticities"
    else:
        opening = f"The {tariffs} do not hurt the parties alike"
    trade = parts["trade"]
    other = trade["with_links"] or trade["without_links"]
    linked, how = other["countries"] if other else {}, "with" if trade["with_links"] else "without"
    sizes = " ".join(
        f"Real income in {name_in_text(p)} changes by {_signed(r['median'])} % ({_span(r)}{_linked(linked, p, how)})."
        for p, r in effects
    )
    return f"{opening}. {sizes} {_demand(parts['talks'].get('signal'))}".replace(",.", ".").strip()


def _linked(countries: Mapping[str, CountryEffects], party: str, how: str) -> str:
    return f"; {_signed(countries[party]['welfare_pct'])} {how} input-output links" if party in countries else ""


def _demand(signal: Mapping[str, Any] | None) -> str:
    if signal is None:
        return ""
    cost, who = signal["cost_pct"], name_in_text(signal["maker"])
    step = signal["step"]
    if cost > 0:
        return f"The demanded first step is “{step}”. It would cost {who} {cost:.2f} % of real income."
    raises = f"It would raise real income in {who} by {-cost:.2f} %"
    return f"The demanded first step is “{step}”. {raises}, so on its own it would not signal good faith."


def _size(scenario: Scenario, parts: BriefParts) -> str:
    rates, trade = [], parts["trade"]
    for flow, steps in parts["law"]["added"].items():
        origin = flow.split("->")[0]
        level = [s for s in steps if s["on"] <= scenario.on.isoformat()][-1]
        rates.append(f"{100 * level['most_lines']:.0f} % on most goods from {name_in_text(origin)}")
    falls = all(b["pct"] < 0 for b in trade["bilateral"])
    bilateral = [
        f"imports into {name_in_text(b['buyer'])} from {name_in_text(b['seller'])} by {_whole(-b['pct'] if falls else b['pct'])} %"
        for b in trade["bilateral"]
    ]
    added = f"Tariffs added since {_day(parts['law']['added_since'])} are {_pairs(rates)}."
    return f"{added} They {'cut' if falls else 'change'} {_pairs(bilateral)}."


def _pairs(parts: list[str]) -> str:
    """The parts by two, a sentence for each pair."""
    return ". Also ".join(" and ".join(parts[k : k + 2]) for k in range(0, len(parts), 2))


def _whole(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def _why(scenario: Scenario, parts: BriefParts) -> str:
    share, spared = parts["trade"]["spending_share"], parts["law"]["spared"]
    bought = _pairs(
        [
            f"{100 * s['share']:.1f} % of what {name_in_text(s['buyer'])} spends goes to {name_in_text(s['seller'])}"
            for s in share
        ]
    )
    largest = max(abs(parts["trade"]["range"][p]["welfare_pct"]["median"]) for p in scenario.parties)
    size = "small" if largest < 1 else "large"
    reason = (
        f"The effect is {size} beside the rates. Only {bought}" if size == "small" else f"The effect is large: {bought}"
    )
    left_out = [
        f"{100 * s['share']:.0f} % of imports from {s['of']}, by value, pay no {duty_in_words(s['programme'])}"
        for s in spared
    ]
    return (
        f"{reason}. Other suppliers take over, and {left_out[0]}."
        if left_out
        else f"{reason}. Other suppliers take over."
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _span(r: Range) -> str:
    differs = "; the sign differs between them" if r["sign_differs"] else ""
    return f"{_signed(r['low'])} to {_signed(r['high'])} over {len(r['over'])} elasticity sets{differs}"


def _day(iso: str) -> str:
    from datetime import date

    on = date.fromisoformat(iso)
    return f"{on.day} {on:%B %Y}"
