"""The tables of record and sources: words and deeds, positions, stated rates, conflicts, and every source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country_name
from parley.record.entry import actor
from parley.report.sheet import Column, Sheet
from parley.report.words import capital, day, flow, outcome, prose, rate, words


def record_sheets(answer: Mapping[str, Any]) -> dict[str, Sheet]:
    """Every table of record and sources by the name of its file."""
    record = answer.get("record") or {}
    made = (deeds(record), positions(record), stated(record), conflicts(record), sources(answer))
    return {sheet.name: sheet for sheet in made if sheet}


def who(actor_id: str | None) -> str:
    """A voice's name, ready to begin a sentence; what parties do jointly is theirs together."""
    if actor_id == "*":
        return "All parties"
    return capital(actor(actor_id).name) if actor_id else "–"


def read_mark(read: bool | None) -> str:
    """Whether a source was read by us."""
    return {True: "read", False: "cited, not read", None: "–"}[read]


def _flat(source: Mapping[str, Any] | None) -> dict[str, Any]:
    source = source or {}
    return {"publisher": source.get("publisher"), "address": source.get("address"), "read": source.get("read")}


def deeds(record: Mapping[str, Any]) -> Sheet | None:
    """Each promise, threat and deadline with what became of it."""
    found = (record.get("words_and_deeds") or {}).get("deeds") or ()
    if not found:
        return None
    rows = tuple({**d, **_flat(d.get("source")), "test": d.get("tested_by") or d.get("reason")} for d in found)
    columns = (
        Column("due", "due", day),
        Column("actor", "who", who),
        Column("text", "what was said"),
        Column("outcome", "what became of it", outcome),
        Column("test", "tested by", prose),
        Column("publisher", "source"),
        Column("read", "source read?", read_mark),
        Column("kind", "kind"),
        Column("days_late", "days late", lambda v: "–" if v is None else str(v), True),
        Column("entry", "entry"),
        Column("address", "address"),
    )
    return Sheet("record-deeds", "Promises, threats and deadlines, and what became of them", columns, rows)


def positions(record: Mapping[str, Any]) -> Sheet | None:
    """Stated positions by issue over time; a change of wording is marked, its meaning is not judged."""
    found = (record.get("consistency") or {}).get("positions") or ()
    if not found:
        return None
    columns = (
        Column("party", "side", country_name),
        Column("issue", "issue", words),
        Column("on", "on", day),
        Column("stance", "position"),
        Column("before", "before"),
        Column("changed", "wording changed", lambda v: {True: "yes", False: "no", None: "first statement"}[v]),
        Column("quote", "words", lambda v: f"“{v}”" if v else "–"),
        Column("entry", "entry"),
    )
    return Sheet("record-positions", "Stated positions over time", columns, tuple(found))


def stated(record: Mapping[str, Any]) -> Sheet | None:
    """Rates that were stated, with the base on which each is counted."""
    found = record.get("stated_rates") or ()
    if not found:
        return None
    rows = tuple({**s, **_flat(s.get("source")), "pair": f"{s['origin']}->{s['destination']}"} for s in found)
    columns = (
        Column("on", "on", day),
        Column("actor", "who", who),
        Column("rate", "stated, %", rate, True),
        Column("pair", "who on whom", flow),
        Column("base", "counted as", lambda v: words(v) if v else "not stated"),
        Column("text", "what was said"),
        Column("publisher", "source"),
        Column("read", "source read?", read_mark),
        Column("id", "entry"),
    )
    return Sheet("record-stated-rates", "Rates that were stated, and how each is counted", columns, rows)


def conflicts(record: Mapping[str, Any]) -> Sheet | None:
    """Pairs of statements that cannot both be read as they stand."""
    pairs = [
        *(record.get("who_approached_whom") or ()),
        *(record.get("contradictions") or ()),
        *(record.get("base_differences") or ()),
    ]
    if not pairs:
        return None
    rows = []
    for pair in pairs:
        first, second = pair["both_sources"]
        row = {"about": pair["about"], "rule": pair["rule"], "reconcile": pair.get("reconcile")}
        for name, side in (("first", first), ("second", second)):
            row |= {
                f"{name}_{k}": v
                for k, v in {
                    "entry": side["entry"],
                    "actor": side["actor"],
                    "on": side["on"],
                    "text": side["text"],
                    **_flat(side["source"]),
                }.items()
            }
        rows.append(row)
    sides = [
        Column(f"{n}_{k}", f"{n}: {k}")
        for n in ("first", "second")
        for k in ("entry", "actor", "on", "text", "publisher", "address", "read")
    ]
    columns = (
        Column("about", "about"),
        Column("rule", "rule"),
        *sides,
        Column("reconcile", "what would reconcile them"),
    )
    return Sheet("record-contradictions", "Statements in conflict, both sources", columns, tuple(rows))


def sources(answer: Mapping[str, Any]) -> Sheet | None:
    """Every source of the Answer: acts with whether they were read, data sets with their terms."""
    found = answer.get("sources") or ()
    if not found:
        return None
    rows = tuple({**s, "citation": s.get("citation") or s.get("source")} for s in found)
    columns = tuple(
        Column(key, key)
        for key in (
            "kind",
            "id",
            "title",
            "citation",
            "address",
            "read",
            "note",
            "licence",
            "terms",
            "vintage",
            "builder",
            "rows",
        )
    )
    return Sheet("sources", "Every source", columns, rows)
