"""The headline of a briefing: the answer, what changed, what comes next, its size, and why it is small or large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from parley.codes import duty_in_words, name_in_text
from parley.scenario.answers import TradeSection
from parley.scenario.answers_brief import BriefParts
from parley.scenario.answers_situation import ActStep, SituationPart
from parley.scenario.scenario import Scenario
from parley.trade.answers import CountryEffects, Range

LABELS = ("The answer", "What changed", "What comes", "Its size", "Why")


SHOWN = 0.005  # percent: less is nought to two digits
MOST_TOLD = 3  # steps of one day that a headline names


def headline(scenario: Scenario, parts: BriefParts, situation: SituationPart) -> list[str]:
    """One text under each of LABELS. Every number is one of the answer's own."""
    return [
        _answer(scenario, parts),
        *in_law(situation),
        f"{_size(scenario, parts)} {incomes(parts['trade'], scenario.parties)}",
        " ".join(filter(None, (_why(scenario, parts), _demand(parts["talks"].get("signal"))))),
    ]


def in_law(situation: SituationPart) -> tuple[str, str]:
    """What changed, and what comes: what law and record say alone."""
    return _changed(situation), _next(situation)


def _answer(scenario: Scenario, parts: BriefParts) -> str:
    """Who loses and by how much, without brackets; beside it the law as written, and the other model."""
    trade = parts["trade"]
    effects = [(p, trade["range"][p]["welfare_pct"]) for p in scenario.parties]
    by, beside = "the duty paid" if trade["statutory"] else "statutory rates", _beside(trade, scenario.parties)
    tariffs = f"tariffs in force on {_day(scenario.on.isoformat())}, compared with those of {_day(scenario.before.isoformat())}"
    lose = [p for p, r in effects if r["high"] < 0]
    gain = [p for p, r in effects if r["low"] > 0]
    all_lose = f"{'Both sides lose' if len(effects) == 2 else 'Every party loses'} from the {tariffs}"
    if all(abs(end) < SHOWN for _, r in effects for end in (r["low"], r["high"])):
        names = _listed([name_in_text(p) for p, _ in effects])
        return f"The {tariffs}, change real income by less than 0.01 % in {names}, by {by}.{beside}"
    if len(lose) == len(effects):
        opening = all_lose
    elif all(r["median"] < 0 for _, r in effects):
        opening = f"{all_lose}, by the median elasticity set"
    elif not gain and not lose:
        opening = f"Whether the parties gain or lose from the {tariffs}, depends on the elasticities"
    else:
        opening = f"The {tariffs}, do not hurt the parties alike"
    sizes = [f"{_signed(r['median'])} % in {name_in_text(p)}" for p, r in effects]
    return f"{opening}. By {by}, real income changes by {_listed(sizes)}.{beside}"


def _beside(trade: TradeSection, parties: tuple[str, ...]) -> str:
    """The same by the law as written, and by the other model, with input-output links or without."""
    others = (
        ("By statutory rates", trade["statutory"]),
        ("With input-output links", trade["with_links"]),
        ("Without input-output links", trade["without_links"]),
    )
    return "".join(f" {words}: {_sizes(other['countries'], parties)}." for words, other in others if other)


def _sizes(countries: Mapping[str, CountryEffects], parties: tuple[str, ...]) -> str:
    return _listed([f"{_signed(countries[p]['welfare_pct'])} %" for p in parties if p in countries])


def incomes(trade: TradeSection, parties: Sequence[str]) -> str:
    """How sure the changes of real income are: ranges, the other model, and what moves them most."""
    other = trade["with_links"] or trade["without_links"]
    linked, how = other["countries"] if other else {}, "with" if trade["with_links"] else "without"
    ranges = ((p, trade["range"][p]["welfare_pct"]) for p in parties)
    return " ".join(
        f"Real income in {name_in_text(p)}: {_signed(r['median'])} % ({_span(r)}{_linked(linked, p, how)}{_closed(trade, p)})."
        for p, r in ranges
    )


def _changed(situation: SituationPart) -> str:
    """The newest change between the parties; else the newest at all."""
    rows = _of_first_day(situation["changed"][::-1])
    if not rows:
        return f"No duty of the parties began or ended since {_day(situation['changed_since'])}."
    day = rows[0]["on"]
    ended = [r for r in situation["changed"] if r["on"] == day and r["what"] == "ends" and not r["measures"]]
    told = [*map(_act, rows[::-1]), *(_freed(r) for r in ended if r["on_goods_of"])]
    return f"The last change is of {_day(day)}: {'; '.join(told)}."


def _next(situation: SituationPart) -> str:
    """The next change by law, and the next deadline of the record where it is another day."""
    rows = _of_first_day(situation["ahead"])
    said = [f"By law the next change is on {_day(rows[0]['on'])}: {'; '.join(map(_act, rows))}."] if rows else []
    due = min(situation["deadlines"], key=lambda d: d["on"], default=None)
    if due and (not rows or due["on"] != rows[0]["on"]):
        said.append(f"The next deadline is {_day(due['on'])}; otherwise {due['otherwise']}.")
    return " ".join(said) or "No change of the parties’ duties is law yet for a later day, and no deadline is open."


def _of_first_day(rows: list[ActStep]) -> list[ActStep]:
    """The first day's duties on the parties' goods, else on any: those that ask for nothing, where there are such."""
    duties = [row for row in rows if row["measures"]]
    near = [row for row in duties if row["on_goods_of"]] or duties
    same = [row for row in near if row["on"] == near[0]["on"]]
    return ([row for row in same if not row["only"]] or same)[:MOST_TOLD]


def _freed(row: ActStep) -> str:
    """An exemption that ends without a duty of its own: duties that stood come to fall on its goods."""
    what = "an exemption" if row["exclusions"] == 1 else f"{row['exclusions']} exemptions"
    return f"{what} of goods from {_whose(row)} {'ends' if row['exclusions'] == 1 else 'end'} ({_basis(row)})"


def _whose(row: ActStep) -> str:
    return _listed([name_in_text(p) for p in row["on_goods_of"]])


def _basis(row: ActStep) -> str:
    return "; ".join([*(f"condition: {label}" for label in row["only"]), row["ended_by"] or row["act"]])


def _act(row: ActStep) -> str:
    """One step of an act: how many duties begin or end, at which rates, on whose goods."""
    count, low, high = row["measures"], row["lowest"], row["highest"]
    what = "one duty" if count == 1 else f"{count} duties"
    rates = (
        ""
        if low is None or high is None
        else f" of {_rate(low)} %"
        if low == high
        else f" of {_rate(low)} to {_rate(high)} %"
    )
    goods = f"goods from {_whose(row)}" if row["on_goods_of"] else "goods of other countries"
    verb = {"begins": "begin", "ends": "end"}[row["what"]] + ("s" if count == 1 else "")
    open_ = f" unless {'it is' if count == 1 else 'they are'} extended" if row["unless_extended"] else ""
    return f"{what}{rates} on {goods} {verb}{open_} ({_basis(row)})"


def _rate(value: float) -> str:
    return f"{100 * value:.4g}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _linked(countries: Mapping[str, CountryEffects], party: str, how: str) -> str:
    return f"; {_signed(countries[party]['welfare_pct'])} {how} input-output links" if party in countries else ""


def _closed(trade: TradeSection, party: str) -> str:
    """The range over closures and elasticities together, and what moves the figure most."""
    found = trade["over_closures"].get(party)
    if found is None:
        return ""
    ends = f"{_signed(found['low'])} to {_signed(found['high'])}"
    return f"; {ends} over closures too, most by {SOURCES[found['largest']]}"


SOURCES = {
    "elasticities": "the elasticities",
    "links": "links",
    "deficits": "deficits that respond",
    "capital": "capital that adjusts",
}


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
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def _span(r: Range) -> str:
    differs = "; the sign differs between them" if r["sign_differs"] else ""
    if len(r["over"]) == 1:
        return "one elasticity set alone"
    return f"{_signed(r['low'])} to {_signed(r['high'])} over {len(r['over'])} elasticity sets{differs}"


def _day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day} {on:%B %Y}"
