"""The talks and the deadline on a terminal. Shows an Answer's JSON; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from parley.codes import counted
from parley.report.text_parts import heading, table
from parley.report.words import day, number, rate

ROWS = 10  # of the deadline table


def talks_text(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The grid of options, its equilibria, exact replies and the demanded step."""
    talks = answer["talks"]
    if not talks:
        return
    yield heading(f"TALKS  {talks['unit']}: {' / '.join(talks['players'])} (* best response, ◆ equilibrium)")
    yield (
        _grid(talks)
        if len(talks["players"]) == 2
        else Text(f"{len(talks['payoffs'])} combinations of options: talks-grid.csv")
    )
    equilibria = talks["equilibria"]
    named = "; ".join(" and ".join(f"{p}: {o}" for p, o in e.items()) for e in equilibria) or "none in pure options"
    yield Text(f"equilibria among these options: {named}")
    for row in talks.get("chosen") or ():
        yield Text(f"then chosen by {row['party']}: “{row['option']}”, since {day(row['since'])} · {row['source']}")
    yield from map(Text, _exact(talks.get("exact")))
    if talks.get("signal"):
        yield Text(
            f"good faith: {talks['signal']['reason']} · assumptions that would change this: break-even values in brief.html"
        )


def _grid(talks: Mapping[str, Any]) -> RenderableType:
    """Every combination of the options of two players."""
    row_player, column_player = talks["players"]
    columns = talks["options"][column_player]
    rows = []
    for option in talks["options"][row_player]:
        cells = [_payoff(talks, {row_player: option, column_player: other}) for other in columns]
        rows.append([f"{row_player}: {option}", *cells])
    return table(["", *[f"{column_player}: {c}" for c in columns]], rows)


def _payoff(talks: Mapping[str, Any], choice: dict[str, str]) -> str:
    paid = next(p["welfare_pct"] for p in talks["payoffs"] if p["choice"] == choice)
    marks = []
    for player in talks["players"]:
        rivals = {p: o for p, o in choice.items() if p != player}
        reply = next(r for r in talks["best_replies"][player] if r["to"] == rivals)
        marks.append("*" if choice[player] in reply["reply"] else "")
    values = " / ".join(f"{number(paid[p], 2, sign=True)}{m}" for p, m in zip(talks["players"], marks, strict=True))
    return values + (" ◆" if choice in talks["equilibria"] else "")


def _exact(found: Mapping[str, Any] | None) -> Iterator[str]:
    """One line for the replies and one for the war, without and with links; ranges over elasticity sets in brackets."""
    for key, words in (("without_links", "no links"), ("with_links", "with links")):
        played = (found or {}).get(key)
        if played and played["replies"]:
            yield _played(played, words, "reply", played["replies"])
            yield _played(played, words, "war", played["war"]["players"])
    if found and "moves" in found:  # a stored answer of before may not say
        yield f"rates that move: {found['moves']} (the base)"


def _played(played: Mapping[str, Any], words: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> str:
    over = played.get("range") or {}
    told = []
    for row in rows:
        name = f"{kind} {row['player']}"
        rate = _with_range(row["rate"], over.get(f"{name} rate"), 100, 1)
        gain = _with_range(row["gain_pct"], over.get(f"{name} gain_pct"), 1, 2)
        told.append(f"{row['player']} at {rate} % gains {gain} % of welfare")
    now = " and ".join(f"{number(100 * row['rate_now'], 0)} %" for row in rows)
    alone = f"Best response ({words}): each alone sets one rate on all of the other's goods (now {now})."
    what = (
        alone if kind == "reply" else f"Tariff war, the Nash equilibrium ({words}): both set their best rate at once."
    )
    return f"{what} {'. '.join(told)}. Gains are against keeping today's rates."


def _with_range(value: float, over: Mapping[str, Any] | None, unit: float, digits: int) -> str:
    own = number(unit * value, digits)
    return (
        own
        if over is None
        else f"{own} ({number(unit * over['low'], digits)} to {number(unit * over['high'], digits)})"
    )


def deadline_text(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The first partners by threshold, and what the record says of enforcement."""
    found = answer["deadline"]
    if not found:
        return
    players = found["players"]
    costed = sorted((p for p in players if p["cost_pct"] is not None), key=lambda p: -p["cost_pct"])
    shown = costed[:ROWS]
    most = f"; here are the {ROWS} with most at stake" if len(costed) > ROWS else ""
    count = f"{counted(len(players), 'partner has', 'partners have')} a country rate{most}"
    yield heading(f"DEADLINE  {day(found['deadline'])}: {count} (set {found['elasticities']})")
    rows = [
        [p["name"], rate(p["rate_now"]), rate(p["rate_then"]), number(p["cost_pct"], 2), _threshold(p)] for p in shown
    ]
    yield table(["", "now %", "then %", "costs % of welfare", "p*: signs if enforcement is likelier"], rows)
    yield Text(_enforcement(found["enforcement"]))
    law_only = sum(p["decision"] == "unknown" for p in players)
    at_zero = sum(p["decision"] == "signs" for p in players) or "none"
    yield Text(f"terms assumed: {' · '.join(f'{k}: {v}' for k, v in found['terms'].items())}", style="dim")
    yield Text(
        f"signing beats waiting even at p = 0 for {at_zero} · {law_only} have a rate but no computed cost (not in the dataset)"
        " · all in deadline.csv"
    )


def _enforcement(found: Mapping[str, Any]) -> str:
    """What the record says of p: deadlines enforced on their day, and duties that came on theirs, with intervals."""
    own = found["reason"] or f"{found['p']['kept']} of {found['p']['trials']} deadlines enforced on their day"
    duties = found["announced_duties"]
    low, high = rate(duties["wilson"]["low"], 0), rate(duties["wilson"]["high"], 0)
    return f"p from the record: {own}; announced duties on their day: {duties['kept']} of {duties['trials']} (95 %: {low} to {high} %)"


def _threshold(player: Mapping[str, Any]) -> str:
    if player["decision"] == "signs":
        return "signs at any p"
    if player["decision"] == "waits":
        return "never signs"
    return number(player["p_star"], 2)
