"""Exact best replies and the war between the parties, as lines of the briefing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parley.report.words import number


def exact_lines(found: Mapping[str, Any] | None) -> Iterator[str]:
    """One line for the replies and one for the war, without and with links; ranges over elasticity sets in brackets."""
    for key, words in (("without_links", "no links"), ("with_links", "with links")):
        played = (found or {}).get(key)
        if played and played["replies"]:
            yield _line(played, words, "reply", played["replies"])
            yield _line(played, words, "war", played["war"]["players"])


def _line(played: Mapping[str, Any], words: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> str:
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
