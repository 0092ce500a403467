"""What stands in for what is not known, and is never taken for it: an older ordinary rate; a code that is too short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from parley.codes import dotted
from parley.errors import CodeError
from parley.law.duties import rate_of, read_duty
from parley.law.measure import Measure
from parley.law.products import SCHEDULES, Line
from parley.law.scope import listed


@dataclass(frozen=True)
class Estimate:
    """An ordinary rate of another year, a fraction of value: what year it is of, and how often such rates still hold."""

    rate: float
    of: str
    agreement: str


def estimate(line: Line, destination: str) -> Estimate | None:
    """The rate of 2019 of a line whose ordinary rate is not known; None where there is none."""
    rate = rate_of(read_duty(line.general_2019)) if line.general_2019 and not line.general else None
    return None if rate is None else Estimate(rate, "2019", agreement(destination))


@cache
def agreement(destination: str) -> str:
    """How many lines of a sample had the same rate later: the builder's count, in the schedule's manifest."""
    text = resources.files("parley.law").joinpath("schedule", "manifest.json").read_text("utf-8")
    return json.loads(text).get(SCHEDULES.get(destination, ""), {}).get("agreement", "")


def listed_under(measures: Iterable[Measure], authorities: Sequence[str], product: str, on: date) -> None:
    """Nothing, unless lists of the authorities name longer codes under a product: then it is no line, and its rate no zero."""
    ours = [m for m in measures if m.act.authority in authorities and m.start <= on]
    found = {p for m in ours for p in (m.products or listed(m.folder, m.product_list, on)) if _within(p, product)}
    if found:
        shown = "; ".join(dotted(p) for p in sorted(found)[:8]) + (
            f"; and {len(found) - 8} more" if len(found) > 8 else ""
        )
        raise CodeError(f"{authorities[0]} lists", f"{dotted(product)} is a heading: they name longer codes under it",
                        shown, "Name the full code of the national tariff")  # fmt: skip


def _within(longer: str, product: str) -> bool:
    return len(longer) > len(product) and longer.startswith(product)
