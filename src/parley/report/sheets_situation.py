"""The tables of a day's situation: what changed and what comes by law, and each side's options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.report.sheet import Column, Sheet
from parley.report.words import day, programme, rate

FOUND = {"law": "law", "record": "the record", "rule": "always open", "file": "the scenario’s file"}


def situation_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of the situation by the name of its file; none where the answer has none."""
    found = answer.get("situation")
    if not found:
        return {}
    made = (
        _acts("situation-changed", f"Changed since {day(found['changed_since'])}", found["changed"][::-1]),
        _acts("situation-ahead", "The law of later days, as known", found["ahead"]),
        _options(found),
    )
    return {sheet.name: sheet for sheet in made if sheet.rows}


def _acts(name: str, caption: str, rows: list[Mapping[str, Any]]) -> Sheet:
    columns = (
        Column("on", "on", day),
        Column("what", "what"),
        Column("by", "charged by", country_name),
        Column("on_goods_of", "on goods of", lambda v: ", ".join(map(country_name, v)) if v else "other countries"),
        Column("programmes", "legal authority", lambda v: ", ".join(map(programme, v))),
        Column("measures", "duties", str, True),
        Column("exclusions", "exclusions", str, True),
        Column("lowest", "lowest, %", rate, True),
        Column("highest", "highest, %", rate, True),
        Column("unless_extended", "certain", lambda v: "unless extended" if v else "yes"),
        Column("act", "act"),
    )
    return Sheet(name, caption, columns, tuple(rows))


def _options(found: Mapping[str, Any]) -> Sheet:
    rows = tuple({"player": p, **o} for p, own in found["options"].items() for o in own)
    columns = (
        Column("player", "who", country_name),
        Column("name", "option"),
        Column("says", "what it means"),
        Column("found_in", "found in", lambda v: FOUND[v]),
        Column("basis", "on the basis of"),
    )
    return Sheet("situation-options", "What each side can do", columns, rows)
