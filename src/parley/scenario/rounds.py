"""Rounds of tariffs, as dated data: the eve of each, and the first act on which that rests (rounds.csv)."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple


class Round(NamedTuple):
    """A round: its eve, from which "added since" counts; its first act, the day on which that was signed, and why it is the first."""

    eve: date
    act: str
    signed: date
    why: str


@cache
def read_rounds() -> tuple[Round, ...]:
    """The rounds in order of day."""
    text = resources.files("parley.scenario").joinpath("rounds.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Round(date.fromisoformat(r["eve"]), r["act"], date.fromisoformat(r["signed"]), r["why"]) for r in rows)
