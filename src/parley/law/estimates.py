"""What stands in for what is not known, and is never taken for it: an older rate; a code that is too short; past duties.

What a base duty levied by quantity comes to as a share of value, by the duty that customs charged on imports of 2024
(`weights/usa-2024-base-equivalents.csv`), serves one purpose. A `total` tops the base up: where it covers the whole value
and the base comes to less, the rate is the total, whatever the unit value. So there, and only there, a base that is unknown
is taken at its equivalent, and said to be; the rate itself does not depend on it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from parley.codes import country_name, dotted, name_in_text, union_of
from parley.errors import CodeError, InputError
from parley.fixed import fixed_fields
from parley.law.entry_claims import Question
from parley.law.law_package import law_path
from parley.law.measure import LATEST, Measure, covers_origin, listed
from parley.law.products import SCHEDULES, Base, Line, rate_of, read_duty
from parley.law.stacking import WHOLE, Applied, Stack, rate_as_levied

FILES = {"USA": "usa-2024-base-equivalents.csv"}
YEAR = 2024
EVERYONE = "*"
TARIFF_LINE = 8  # digits


class BelowTotals(NamedTuple):
    """What an unknown base, with totals over it, is taken at: a fraction of value, None where nothing tells; and why."""

    rate: float | None
    words: str


@dataclass(frozen=True)
class Estimate:
    """An ordinary rate of another year, a fraction of value: what year it is of, and how often such rates still hold."""

    rate: float
    of: str
    agreement: str


@dataclass(frozen=True)
@fixed_fields
class Charged:
    """The share of value charged under one duty text on one code, by partner; "*": all partners together."""

    duty: str
    shares: dict[str, float]


class Equivalent(NamedTuple):
    """A base duty as a fraction of value, and whose imports say so."""

    rate: float
    partner: str

    @property
    def words(self) -> str:
        """The sentence that says where it comes from."""
        whose = "all partners" if self.partner == EVERYONE else name_in_text(self.partner)
        return f"customs charged {100 * self.rate:.4g} % of value on imports of {YEAR} from {whose}"


def estimate(line: Line, destination: str) -> Estimate | None:
    """The rate of 2019 of a line whose ordinary rate is not known; None where there is none."""
    rate = rate_of(read_duty(line.general_2019)) if line.general_2019 and not line.general else None
    return None if rate is None else Estimate(rate, "2019", agreement(destination))


@cache
def agreement(destination: str) -> str:
    """How many lines of a sample had the same rate later: the builder's count, in the schedule's manifest."""
    text = law_path("schedule", "manifest.json").read_text("utf-8")
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


@cache
def read_charged(destination: str) -> dict[str, Charged]:
    """What is known of a destination's base duties by quantity, by code; nothing where no table is packaged."""
    if destination not in FILES:
        return {}
    text = resources.files("parley.law").joinpath("weights", FILES[destination]).read_text("utf-8")
    made = {}
    for row in csv.DictReader(text.splitlines()):
        pairs = (pair.split(":") for pair in row["charged"].split())
        made[row["product"]] = Charged(row["duty"], {who: float(share) for who, share in pairs})
    return made


def charged_on(destination: str, code: str, duty: str) -> Charged | None:
    """What was charged on a code, else on its line of eight digits, under this very duty text; None where nothing was."""
    held = read_charged(destination)
    found = held.get(code) or held.get(code[:TARIFF_LINE])
    return found if found and found.duty == duty else None


def equivalent(destination: str, code: str, duty: str, origin: str) -> Equivalent | None:
    """The equivalent of a code's ordinary duty: on the origin's imports or its union's, else on those of all partners."""
    found = charged_on(destination, code, duty)
    if found is None:
        return None
    who = next((o for o in (origin, union_of(origin)) if o in found.shares), EVERYONE)
    return Equivalent(found.shares[who], who)


def floor_of(applied: Sequence[Applied], unit_value: float | None = None) -> float | None:
    """The least of the totals that together cover the whole value once: a base no higher than it changes no rate.

    None where they do not, where one of them is not known, or where a cap, which reads the base too, applies.
    """
    kinds = {a.measure.combine for a in applied if a.share > 0}
    if "total" not in kinds or "cap" in kinds:
        return None
    totals = [a for a in applied if a.measure.combine == "total" and a.share > 0]
    rates = [(rate_as_levied(a.measure, unit_value), a.share) for a in totals]
    rates = [(rate, share) for rate, share in rates if rate != 0]  # a total of nothing tops nothing up
    whole = abs(sum(share for _, share in rates) - 1) <= 1 - WHOLE
    known = [rate for rate, _ in rates if rate is not None]
    return min(known) if whole and len(known) == len(rates) else None


def below_totals(asked: Question, base: Base, found: Stack) -> BelowTotals | None:
    """What an unknown base is taken at where totals stand over it: its equivalent where that is no higher.

    None where no rate hangs on it. Of a base that is not the ordinary duty, past imports say nothing.
    """
    floor = floor_of(found.applied, asked.unit_value)
    return None if floor is None else _below(floor, asked, base.text if base.programme == "mfn" else None)


def _below(floor: float, asked: Question, duty: str | None) -> BelowTotals:
    found = equivalent(asked.destination, asked.product, duty, asked.origin) if duty is not None else None
    if found is None:
        return BelowTotals(None, f"no imports of {YEAR} tell whether it stays below the total of {100 * floor:g} %")
    if found.rate > floor:
        return BelowTotals(None, f"{found.words}, more than the total of {100 * floor:g} %")
    why = f"no more than the total of {100 * floor:g} %: the rate is the total at any such base"
    return BelowTotals(found.rate, f"{found.words}, {why}")


def unscheduled_line(measures: Iterable[Measure], asked: Question) -> Line:
    """A line whose ordinary rate is unknown, of a levier without a packaged schedule.

    Raises InputError for a levier that has no act on the origin's goods either: nothing is known of what it levies.
    """
    destination, rows = asked.destination, tuple(measures)
    if not any(m.act.authority in asked.authorities and covers_origin(m, asked.origin) for m in rows):
        found = f"no schedule of {destination}, and no act of it on goods of {country_name(asked.origin)}"
        hint = "Other destinations only for goods that their acts name: parley law measures list"
        raise InputError("destination", found, ", ".join(d for d in SCHEDULES if d != asked.origin), hint)
    listed_under(rows, asked.authorities, asked.product, asked.on)
    reason = f"the package holds no tariff schedule of {country_name(destination)}: its ordinary rate is unknown"
    return Line(asked.product, date.min, LATEST, "", "", "", "", "", reason)
