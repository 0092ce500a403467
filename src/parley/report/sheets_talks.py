"""The talks as tables and as a grid: every combination of options with its tint, best replies and equilibria, the same by
country; exact replies and the war between the parties; every partner of the deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, TypedDict

from parley.codes import country_name, name_in_text
from parley.report.sheet import Column, Sheet
from parley.report.words import decision, number, prose, rate, signed_finely

LINKS = (("without_links", "without links"), ("with_links", "with input-output links"))
KINDS = {"reply": "best response, the other holds", "war": "both at once: a tariff war"}
NAMED = 4  # choices of the others that a sentence names
TINTS = 4  # steps of colour on either side of nought


def talks_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of talks and deadline by the name of its file."""
    talks = answer.get("talks")
    made = (grid(talks), by_country(talks), exact(talks), chosen(talks), deadline(answer.get("deadline")))
    return {sheet.name: sheet for sheet in made if sheet}


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "–"}[value]


def is_reply(talks: Mapping[str, Any], choice: dict[str, str], player: str) -> bool:
    """Whether the player's option in a cell is a best reply to what the others chose there."""
    rivals = {p: o for p, o in choice.items() if p != player}
    return any(r["to"] == rivals and choice[player] in r["reply"] for r in talks["best_replies"].get(player, ()))


def grid(talks: Mapping[str, Any] | None) -> Sheet | None:
    """One row a combination: payoffs of the players, best replies and equilibria."""
    if not talks:
        return None
    players = talks["players"]
    regret = {tuple(r["choice"].items()): r["gain_pct"] for r in talks.get("regret") or ()}
    rows = []
    for paid in talks["payoffs"]:
        choice = paid["choice"]
        row: dict[str, Any] = {f"option_{p}": choice[p] for p in players}
        row |= {f"welfare_pct_{p}": paid["welfare_pct"][p] for p in players}
        row |= {f"best_reply_{p}": is_reply(talks, choice, p) for p in players}
        row |= {f"gain_by_leaving_pct_{p}": regret.get(tuple(choice.items()), {}).get(p) for p in players}
        rows.append(row | {"equilibrium": choice in talks["equilibria"]})
    columns = (
        *(Column(f"option_{p}", country_name(p)) for p in players),
        *(Column(f"welfare_pct_{p}", f"welfare {country_name(p)}, %", signed_finely, True) for p in players),
        *(Column(f"best_reply_{p}", f"best response of {country_name(p)}", _yes) for p in players),
        *(
            Column(
                f"gain_by_leaving_pct_{p}", f"{country_name(p)} would gain by another option, %", signed_finely, True
            )
            for p in players
        ),
        Column("equilibrium", "equilibrium", _yes),
    )
    return Sheet(
        "talks-grid",
        prose(f"Every combination of options: {talks.get('unit', 'percent of welfare')}"),
        columns,
        tuple(rows),
    )


def by_country(talks: Mapping[str, Any] | None) -> Sheet | None:
    """The same grid for every country of the world, long: one row a combination and country."""
    if not talks:
        return None
    players = talks["players"]
    rows = tuple(
        {
            **{f"option_{p}": paid["choice"][p] for p in players},
            "code": code,
            "name": country_name(code),
            "welfare_pct": value,
        }
        for paid in talks["payoffs"]
        for code, value in paid["welfare_pct"].items()
    )
    columns = (
        *(Column(f"option_{p}", country_name(p)) for p in players),
        Column("code", "code"),
        Column("name", "country"),
        Column("welfare_pct", "welfare, %", signed_finely, True),
    )
    return Sheet("talks-grid-countries", "Every combination of options, every country", columns, rows)


def threshold(value: float | None) -> str:
    """A probability in percent; above 100 where none is enough."""
    if value is None:
        return "–"
    return "above 100" if value > 1 else rate(max(value, 0.0))


def deadline(found: Mapping[str, Any] | None) -> Sheet | None:
    """Every partner: rate now and then, cost, threshold, and what it does under the terms assumed."""
    if not found:
        return None
    order = {"signs": 0, "folds": 1, "waits": 2, "unknown": 3}
    rows = [
        {
            **p,
            **{f"welfare_pct_{k}": v for k, v in (p.get("welfare_pct") or {}).items()},
            "member_count": len(p.get("members") or [1]),
        }
        for p in found["players"]
    ]
    rows.sort(key=lambda p: (order.get(p["decision"], 9), p["p_star"] if p["p_star"] is not None else 0.0, p["name"]))
    columns = (
        Column("name", "partner"),
        Column("rate_now", "now, %", rate, True),
        Column("rate_then", "then, %", rate, True),
        Column("cost_pct", "the rate costs, % of welfare", lambda v: number(v, 3), True),
        Column("p_star", "p*, %", threshold, True),
        Column("decision", "under these terms", decision),
        Column("reason", "because"),
        Column("source", "source"),
        Column("id", "code"),
        Column("members", "members", lambda v: str(len(v or [])), True),
        *(Column(f"welfare_pct_{k}", f"welfare if: {k}", signed_finely, True) for k in ("sign", "wait", "rate")),
    )
    return Sheet(
        "deadline", prose(f"Every partner with a rate of its own on {found['deadline']}"), columns, tuple(rows)
    )


def exact(talks: Mapping[str, Any] | None) -> Sheet | None:
    """One row for each side, reply or war, without and with links; None where nothing was played exactly."""
    found = (talks or {}).get("exact") or {}
    rows = [row for key, words in LINKS for row in _rows(found.get(key), words)]
    columns = (
        Column("links", "model"),
        Column("kind", "what is played"),
        Column("player", "side", country_name),
        Column("rate_now", "rate now, %", rate, True),
        Column("rate", "its exact rate, %", rate, True),
        Column("rate_low", "over sets from", rate, True),
        Column("rate_high", "to", rate, True),
        Column("gain_pct", "gain, % of welfare", signed_finely, True),
        Column("gain_low", "over sets from", signed_finely, True),
        Column("gain_high", "to", signed_finely, True),
        Column("max_deviation_gain", "largest gain by leaving", _tiny, True),
        Column("residual", "market-clearing error", _tiny, True),
    )
    return Sheet("talks-exact", "Exact replies and the war between the parties", columns, tuple(rows)) if rows else None


def chosen(talks: Mapping[str, Any] | None) -> Sheet | None:
    """What each side then chose; None where no source is named, or none was public yet."""
    rows = (talks or {}).get("chosen") or ()
    columns = (
        Column("party", "side", country_name),
        Column("option", "chose"),
        Column("since", "since"),
        Column("source", "source"),
        Column("address", "address", lambda v: v or "–"),
        Column("note", "note", lambda v: v or "–"),
    )
    return Sheet("talks-chosen", "What each side then chose", columns, tuple(rows)) if rows else None


def _rows(played: Mapping[str, Any] | None, words: str) -> list[dict[str, Any]]:
    if not played or not played["replies"]:
        return []
    war, over = played["war"], played.get("range") or {}
    proofs = {name: war[name] for name in ("residual", "max_deviation_gain")}
    made = [("reply", row) for row in played["replies"]] + [("war", {**proofs, **row}) for row in war["players"]]
    rows = []
    for kind, row in made:
        ends = {f"{short}_{end}": over.get(f"{kind} {row['player']} {key}", {}).get(end)
                for short, key in (("rate", "rate"), ("gain", "gain_pct")) for end in ("low", "high")}  # fmt: skip
        rows.append({**row, **ends, "links": words, "kind": KINDS[kind]})
    return rows


def _tiny(value: float | None) -> str:
    return "–" if value is None else f"{value:.0e}"


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
            paid = _paid(rows)
            others = " and ".join(name_in_text(p) for p in rows[0]["to"])
            said.append(f"Whatever {others} chooses, {does}{chosen[0]} ({paid}).")
        else:
            said += [
                f"If {_chosen(r['to'])}, {does}{c} ({number(r['welfare_pct'], 2, sign=True)} %)."
                for r, c in zip(rows, chosen, strict=True)
            ]
    return said


def _paid(rows: Sequence[Mapping[str, Any]]) -> str:
    """What a reply brings for each choice of the others; of many the ends, since the grid has all."""
    if len(rows) <= NAMED:
        return ", ".join(f"{number(r['welfare_pct'], 2, sign=True)} % if {_chosen(r['to'])}" for r in rows)
    low, high = (number(end(r["welfare_pct"] for r in rows), 2, sign=True) for end in (min, max))
    return f"{low} to {high} % over {len(rows)} combinations of their options"


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
