"""The situation of a day in lines: what changed, what comes, what stands open, each side's options. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parley.codes import country_name, days_left
from parley.report.words import day, programme, rate

SHOWN = 6  # acts of either list


def situation_lines(found: Mapping[str, Any], shown: int = SHOWN) -> Iterator[str]:
    """Lines under four headings; what is not shown is counted."""
    yield f"changed since {day(found['changed_since'])}: " + ("" if found["changed"] else "nothing")
    yield from _acts(found["changed"][::-1], shown)
    yield "law of later days, as known: " + ("" if found["ahead"] else "nothing")
    yield from _acts(found["ahead"], shown)
    for row in found["deadlines"]:
        yield f"deadline {row['id']}: {day(row['on'])}, {days_left(row['days_left'])}; otherwise {row['otherwise']} [{row['entry']}]"
    for row in found["offers"]:
        yield f"offer of talks, open: {country_name(row['by'])} to {country_name(row['to'])} [{row['id']}]"
    for row in found["preconditions"]:
        asked = "; ".join(r["words"] for r in row["requires"])
        yield f"precondition of {country_name(row['by'])}, {row['state']}: {asked} [{row['id']}]"
    for row in [*found["agreements"][-2:], *found["rulings"][-2:]]:
        yield f"{row['kind']} of {day(row['on'])}: {row['text']} [{row['id']}]"
    for player, own in found["options"].items():
        yield f"{country_name(player)} can:"
        yield from (f"  {o['name']}: {o['says']}" for o in own)


def _acts(rows: list[Mapping[str, Any]], shown: int) -> Iterator[str]:
    for row in sorted(rows, key=lambda r: not (r["on_goods_of"] and r["measures"]))[:shown]:
        yield f"  {act_in_words(row)}"
    if len(rows) > shown:
        yield f"  and {len(rows) - shown} more"


def act_in_words(row: Mapping[str, Any]) -> str:
    """One act's step: the day, what begins or ends, at which rates, by which act."""
    return f"{day(row['on'])} {step_in_words(row)}"


def step_in_words(row: Mapping[str, Any]) -> str:
    """The same without its day."""
    low, high = rate(row["lowest"]), rate(row["highest"])
    rates = "" if row["lowest"] is None else f" of {low} %" if low == high else f" of {low} to {high} %"
    counted = (
        [f"{row['measures']} {'measure' if row['measures'] == 1 else 'measures'}{rates}"] if row["measures"] else []
    )
    counted += (
        [f"{row['exclusions']} {'exclusion' if row['exclusions'] == 1 else 'exclusions'}"] if row["exclusions"] else []
    )
    what = " and ".join(counted)
    whom = f" on {', '.join(map(country_name, row['on_goods_of']))}" if row["on_goods_of"] else " on other countries"
    open_ = ", unless extended" if row["unless_extended"] else ""
    open_ += "".join(f", condition: {label}" for label in row.get("only") or ())  # a stored answer of before has no key
    names = ", ".join(map(programme, row["programmes"]))
    verb = "begins" if row["what"] == "begins" else "ends"
    return f"{verb}: {what}{whom}{open_}: {names} ({row['ended_by'] or row['act']})"
