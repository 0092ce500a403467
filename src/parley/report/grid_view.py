"""The payoff grid as rows and cells for the page: each with its tint, best replies and whether it is an equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, TypedDict

from parley.codes import country_name, name_in_text
from parley.report.sheets_talks import is_reply
from parley.report.words import number

TINTS = 4  # steps of colour on either side of nought


class GridValue(TypedDict):
    """What one player gets in a cell: percent of welfare as text, the class of its tint, and whether it replies best."""

    player: str
    value: str
    tint: str
    best: bool


class GridCell(TypedDict):
    """One combination of options: what each player gets, and whether it is an equilibrium."""

    values: list[GridValue]
    equilibrium: bool
    choice: dict[str, str]


class GridColumn(TypedDict):
    """One combination of the other players' options, a line each, with what each option says."""

    text: list[str]
    says: list[str]


class GridRow(TypedDict):
    """One option of the first player with its cells, a column each."""

    option: str
    says: str
    cells: list[GridCell]


class GridView(TypedDict):
    """The payoff grid as a page shows it."""

    player: str
    columns: list[GridColumn]
    rows: list[GridRow]


def grid_view(talks: Mapping[str, Any]) -> GridView:
    """The grid with the first player's options as rows and every combination of the others' as columns."""
    first, *rest = talks["players"]
    columns = [dict(zip(rest, chosen, strict=True)) for chosen in product(*(talks["options"][p] for p in rest))]
    largest = max((abs(paid["welfare_pct"][p]) for paid in talks["payoffs"] for p in talks["players"]), default=0.0)
    return {
        "player": country_name(first),
        "columns": [
            {
                "text": [f"{country_name(p)}: {o}" for p, o in c.items()],
                "says": [_says(talks, p, o) for p, o in c.items()],
            }
            for c in columns
        ],
        "rows": [
            {
                "option": option,
                "says": _says(talks, first, option),
                "cells": [_cell(talks, {first: option, **c}, largest) for c in columns],
            }
            for option in talks["options"][first]
        ],
    }


def replies(talks: Mapping[str, Any]) -> list[str]:
    """Each player's best replies as sentences; one sentence where the reply is the same to whatever the others choose."""
    said = []
    for player, rows in talks["best_replies"].items():
        does = f"{name_in_text(player)} does best with "
        chosen = [" or ".join(f"“{o}”" for o in r["reply"]) for r in rows]
        if len(rows) > 1 and len(set(chosen)) == 1:
            paid = ", ".join(f"{number(r['welfare_pct'], 2, sign=True)} % if {_chosen(r['to'])}" for r in rows)
            others = " and ".join(name_in_text(p) for p in rows[0]["to"])
            said.append(f"Whatever {others} chooses, {does}{chosen[0]} ({paid}).")
        else:
            said += [
                f"If {_chosen(r['to'])}, {does}{c} ({number(r['welfare_pct'], 2, sign=True)} %)."
                for r, c in zip(rows, chosen, strict=True)
            ]
    return said


def _chosen(choice: dict[str, str]) -> str:
    return " and ".join(f"{name_in_text(p)} chooses “{o}”" for p, o in choice.items())


def _says(talks: Mapping[str, Any], player: str, option: str) -> str:
    return (talks.get("says") or {}).get(player, {}).get(option, "")


def _cell(talks: Mapping[str, Any], choice: dict[str, str], largest: float) -> GridCell:
    paid = next(p["welfare_pct"] for p in talks["payoffs"] if p["choice"] == choice)
    values: list[GridValue] = [
        {
            "player": country_name(p),
            "value": number(paid[p], 2, sign=True),
            "tint": tint(paid[p], largest),
            "best": is_reply(talks, choice, p),
        }
        for p in talks["players"]
    ]
    return {"values": values, "equilibrium": choice in talks["equilibria"], "choice": choice}


def tint(value: float, largest: float) -> str:
    """The style class of a payoff: gain or loss, in four steps of the largest payoff of the grid."""
    if not largest or round(value, 2) == 0:
        return "tint-0"
    step = min(TINTS, 1 + int(TINTS * abs(value) / largest * 0.999))
    return f"tint-{'gain' if value > 0 else 'loss'}-{step}"
