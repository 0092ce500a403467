"""What governments chose at decision points, and who announced a deal when: two tables, read strictly."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, get_args

from parley.errors import InputError

Kind = Literal["hold", "come", "back", "match", "threat", "raise", "lower", "replace", "talks", "unknown"]


@dataclass(frozen=True)
class Decision:
    """One government's choice at one point; its coding is told in README.md of this folder."""

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


def _decision(row: dict[str, str]) -> Decision:
    kind = next((k for k in get_args(Kind) if k == row["kind"]), None)
    if kind is None:
        raise InputError(f"decisions.csv {row['point']}", f"kind {row['kind']!r}", ", ".join(get_args(Kind)))
    return Decision(
        row["point"], date.fromisoformat(row["date"]), row["decider"], row["counterpart"], row["situation"],
        tuple(o.strip() for o in row["open"].split("|")), row["chosen"], kind, _day(row["day"]), _day(row["law_on"]),
        _day(row["law_known"]), row["other"], row["why"], row["source"], tuple(row["address"].split()),
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
