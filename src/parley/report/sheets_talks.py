"""The tables of talks and deadline: every cell of the grid, the same by country, and every partner of the deadline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.report.sheet import Column, Sheet
from parley.report.sheets_exact import exact
from parley.report.terms import decision, prose
from parley.report.words import number, rate


def talks_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of talks and deadline by the name of its file."""
    talks = answer.get("talks")
    made = (grid(talks), by_country(talks), exact(talks), deadline(answer.get("deadline")))
    return {sheet.name: sheet for sheet in made if sheet}


def _signed(value: float | None) -> str:
    return number(value, 3, sign=True)


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
        *(Column(f"welfare_pct_{p}", f"welfare {country_name(p)}, %", _signed, True) for p in players),
        *(Column(f"best_reply_{p}", f"best response of {country_name(p)}", _yes) for p in players),
        *(
            Column(f"gain_by_leaving_pct_{p}", f"{country_name(p)} would gain by another option, %", _signed, True)
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
        Column("welfare_pct", "welfare, %", _signed, True),
    )
    return Sheet("talks-grid-countries", "Every combination of options, every country", columns, rows)


def _threshold(value: float | None) -> str:
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
        Column("p_star", "p*, %", _threshold, True),
        Column("decision", "under these terms", decision),
        Column("reason", "because"),
        Column("source", "source"),
        Column("id", "code"),
        Column("members", "members", lambda v: str(len(v or [])), True),
        *(Column(f"welfare_pct_{k}", f"welfare if: {k}", _signed, True) for k in ("sign", "wait", "rate")),
    )
    return Sheet(
        "deadline", prose(f"Every partner with a rate of its own on {found['deadline']}"), columns, tuple(rows)
    )
