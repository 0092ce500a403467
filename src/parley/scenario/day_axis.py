"""Acts, agreements, rulings and words of the parties on one axis of days, with what is law or set for a later day."""

from __future__ import annotations

from typing import Literal, TypedDict

from parley.codes import country_name
from parley.record.answers import TimelineRow
from parley.record.entry import actor
from parley.record.export import timeline
from parley.record.ledger import Ledger
from parley.scenario.answers_situation import SituationPart
from parley.scenario.scenario import Scenario

Row = Literal["acts", "agreements", "rulings", "words"]
ROWS: tuple[Row, ...] = ("acts", "agreements", "rulings", "words")


class AxisMark(TypedDict):
    """One mark. side: ISO3 of who acts or speaks, empty for others. entry: of the record; null for what law alone says.

    coming: law or set for a later day than the one asked.
    """

    on: str
    row: Row
    side: str
    who: str
    text: str
    entry: str | None
    coming: bool


def day_axis(scenario: Scenario, ledger: Ledger, situation: SituationPart) -> list[AxisMark]:
    """The marks from the comparison day on, oldest first: the record's of the parties, then what comes by law and deadlines."""
    parties = {*scenario.parties}
    rows = timeline(ledger.known(scenario.known), scenario.on, scenario.known)
    seen = [_mark(row) for row in rows if row["on"] >= scenario.before.isoformat() and _concerns(row, parties)]
    return [*seen, *_coming(situation)]


def _side(row: TimelineRow) -> str:
    return row["behalf"] or actor(row["actor"]).side


def _concerns(row: TimelineRow, parties: set[str]) -> bool:
    """Whether the parties alone act and are aimed at, or one of them everyone; or a court judges."""
    named = {_side(row), row["target"]} - {"", "*"}
    return row["kind"] == "ruling" or bool(named and named <= parties)


def _mark(row: TimelineRow) -> AxisMark:
    kinds: dict[str, Row] = {"agreement": "agreements", "ruling": "rulings"}
    return {
        "on": row["on"],
        "row": kinds.get(row["kind"], "acts" if row["lane"] == "acts" else "words"),
        "side": _side(row),
        "who": actor(row["actor"]).name,
        "text": row["text"],
        "entry": row["id"],
        "coming": False,
    }


def _coming(situation: SituationPart) -> list[AxisMark]:
    acts: dict[tuple[str, str], AxisMark] = {}
    for step in situation["ahead"]:
        if step["measures"]:
            acts.setdefault(
                (step["on"], step["by"]), _ahead(step["on"], step["by"], f"{step['title']}: {step['what']}")
            )
    for row in situation["deadlines"]:
        acts.setdefault((row["on"], row["by"]), _ahead(row["on"], row["by"], f"deadline: {row['otherwise']}"))
    return [acts[key] for key in sorted(acts)]


def _ahead(on: str, by: str, text: str) -> AxisMark:
    side = "" if by == "*" else by
    who = country_name(by) if side else "both sides"
    return {"on": on, "row": "acts", "side": side, "who": who, "text": text, "entry": None, "coming": True}
