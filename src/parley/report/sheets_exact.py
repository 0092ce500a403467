"""Exact replies and the parties' war as a table: without and with links, with ranges and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.report.sheet import Column, Sheet
from parley.report.words import number, rate

LINKS = (("without_links", "without links"), ("with_links", "with input-output links"))
KINDS = {"reply": "best reply, the other holds", "war": "both at once: a war"}


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
        Column("gain_pct", "gain, % of welfare", _signed, True),
        Column("gain_low", "over sets from", _signed, True),
        Column("gain_high", "to", _signed, True),
        Column("max_deviation_gain", "largest gain by leaving", _tiny, True),
        Column("residual", "market-clearing error", _tiny, True),
    )
    return Sheet("talks-exact", "Exact replies and the war between the parties", columns, tuple(rows)) if rows else None


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


def _signed(value: float | None) -> str:
    return number(value, 3, sign=True)


def _tiny(value: float | None) -> str:
    return "–" if value is None else f"{value:.0e}"
