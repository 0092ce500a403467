"""What governments chose at decision points, and who announced a deal when: two tables, read strictly."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from parley.codes import country
from parley.codes import day as read_day
from parley.csv_tables import read_csv
from parley.errors import InputError, unknown_name
from parley.text_files import FileKind

Kind = Literal["hold", "come", "back", "match", "threat", "raise", "lower", "replace", "talks", "unknown", "option"]
NEEDS_DAY = ("come", "back")
NEEDS_LAW = ("back", "match", "threat", "raise", "lower", "replace")
COLUMNS = ("point", "date", "decider", "counterpart", "situation", "open", "chosen", "kind", "day", "law_on", "law_known",
           "other", "why", "source", "address")  # fmt: skip
NEEDED = ("point", "date", "decider", "counterpart", "chosen", "kind", "source")  # columns of a file of one's own


@dataclass(frozen=True)
class Decision:
    """One government's choice at one point; its coding is told in README.md of this folder.

    option: the name of the option that it was, where that is said and not found by rule.
    """

    point: str
    date: date
    decider: str
    counterpart: str
    situation: str
    open: tuple[str, ...]
    chosen: str
    kind: Kind
    day: date | None
    law_on: date | None
    law_known: date | None
    other: str
    why: str
    source: str
    addresses: tuple[str, ...]
    option: str = ""


@dataclass(frozen=True)
class Deal:
    """An economy of the order of 2 April 2025: its rate then, and the day on which a deal was announced; None where none was."""

    economy: str
    rate_2_april_pct: str
    announced: date | None
    rate_pct: str
    note: str
    source: str
    address: str


@cache
def read_decisions() -> tuple[Decision, ...]:
    """Every decision, in the order of days. Raises InputError naming the row."""
    return tuple(_decision(row) for row in _rows("decisions.csv"))


@cache
def read_deals() -> tuple[Deal, ...]:
    """Every economy, with its deal or none."""
    return tuple(
        Deal(
            r["economy"],
            r["rate_2_april_pct"],
            _day(r["announced"]),
            r["rate_pct"],
            r["note"],
            r["source"],
            r["address"],
        )
        for r in _rows("deals.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with resources.files("parley.scenario.outcomes").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_decisions_file(path: Path) -> tuple[Decision, ...]:
    """Decisions of the user's own: a CSV with the columns of decisions.csv, of which NEEDED must be filled. Raises InputError."""
    kind, made = FileKind(f"a CSV with the columns of decisions.csv, of which {', '.join(NEEDED)} are filled"), []
    for where, row in read_csv(path, kind, NEEDED).rows():
        full = dict.fromkeys((*COLUMNS, "option"), "") | row
        empty = [name for name in NEEDED if not full[name]]
        if empty:
            raise InputError(where, f"no {empty[0]}", f"every one of {', '.join(NEEDED)}")
        full |= {name: country(full[name], f"{where}, {name}") for name in ("decider", "counterpart")}
        made.append(_decision({**full, "other": full["other"] or "hold"}, where))
        _check_other(made[-1], where)
        first = next(d for d in made if d.point == made[-1].point)
        if (first.date, {first.decider, first.counterpart}) != (
            made[-1].date,
            {made[-1].decider, made[-1].counterpart},
        ):
            raise InputError(
                where, f"point {first.point} with another day or pair", "one day and one pair for each point"
            )
    if not made:
        raise kind.fault(str(path), "no rows")
    return tuple(made)


def _check_other(decision: Decision, where: str) -> None:
    """Nothing, if what the other did is a word of the coding."""
    other = decision.other
    if other.startswith("come "):
        read_day(other.removeprefix("come "), f"{where}, other")
    elif other not in ("hold", "as chosen"):
        raise InputError(f"{where}, other", f"{other!r}", "hold, come DAY, or as chosen")


def _decision(row: dict[str, str], where: str = "") -> Decision:
    where = where or f"decisions.csv {row['point']}"
    kind = next((k for k in get_args(Kind) if k == row["kind"]), None)
    if kind is None:
        raise unknown_name(f"{where}, kind", "word of the coding", row["kind"], get_args(Kind))
    days = {name: _day(row[name], f"{where}, {name}") for name in ("day", "law_on", "law_known")}
    if kind == "come" and not days["law_on"]:
        days["law_on"] = days["day"]
    if kind in NEEDS_DAY and not days["day"]:
        raise InputError(
            f"{where}, day", f"none, and kind is {kind!r}", "the day that comes, or to which the law goes back"
        )
    return Decision(
        row["point"], read_day(row["date"], f"{where}, date"), row["decider"], row["counterpart"], row["situation"],
        tuple(o.strip() for o in row["open"].split("|")), row["chosen"], kind, days["day"], days["law_on"],
        days["law_known"], row["other"], row["why"], row["source"], tuple(row["address"].split()), row.get("option", ""),
    )  # fmt: skip


def _day(text: str, where: str = "outcomes") -> date | None:
    return read_day(text, where) if text else None
