"""The claim of every line of a batch, as arrays: the refund within what was paid, the entry's state, the way, the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from parley.law.refund_interest import Interest
from parley.law.refunds import entry_number, taken_back
from parley.law.refunds.arrow import floats, valid
from parley.law.refunds.deadlines import ages, deadlines, expected
from parley.law.refunds.evidence import Held, codes_of, days_of, dollars_of, is_meant, is_unread, text_of
from parley.law.refunds.paid import UNREAD, refunded
from parley.law.refunds.result import WAYS
from parley.law.refunds.ruling import AGES, FLAGS, Route, Ruling

if TYPE_CHECKING:
    import pyarrow as pa

NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Question:
    """What is asked of each line. on, known: the day of the entries' state and the information cut-off. written: iso, us, eu.

    decimal: the decimal sign of amounts; without one they tell by themselves. entered: the entry date of all lines, else
    entry_column holds it. programmes: those that the ruling struck. ranged: the column that says of which lines a rate is a mean,
    where some codes were followed. back: what is taken back of each entry, and still to be taken off its lines.
    """

    ruling: Ruling
    programmes: tuple[str, ...]
    held: Held
    on: date
    known: date
    written: str = "iso"
    entered: str | None = None
    entry_column: str | None = None
    interest: Interest | None = None
    sued: bool = False
    decimal: str = ""
    ranged: str | None = None
    back: dict[str, float] = field(default_factory=dict)

    @cached_property
    def routes(self) -> list[Route | None]:
        """The route of each state, by its code: place in FLAGS times the number of ages, and place in AGES."""
        return [self.ruling.route(f, a, self.on, self.known, self.sued) for f in FLAGS for a in AGES]

    @cached_property
    def ways(self) -> np.ndarray:
        """The place in WAYS of each state, by its code; by hand where no route is on record."""
        return np.array([WAYS.index(r.way if r else "by_hand") for r in self.routes], np.int8)

    @cached_property
    def types(self) -> dict[str, str]:
        """The flag of each entry type on the day."""
        return self.ruling.flag_of_types(self.on, self.known)

    @cached_property
    def growth(self) -> tuple[np.datetime64, np.ndarray, np.ndarray] | None:
        """The first day, and what a dollar of each day from it on becomes: by as_of, and by the last day of rates that were read."""
        if self.interest is None:
            return None
        made = self.interest.growth(self.interest.first)
        factor = np.array(list(made.values()))
        sure = min(self.interest.sure_until, self.interest.as_of)
        at_sure = np.maximum(made[max(sure, self.interest.first)] / factor, 1.0)
        return np.datetime64(self.interest.first, "D"), factor[-1] / factor, at_sure


@dataclass(frozen=True)
class Claims:
    """A batch of claims; n rows, P programmes. Dollars, NaN where there is no answer; days, NaT where not known.

    state: code of a flag and an age; way: place in WAYS, −1 without a refund. interest, sure: by as_of and by the last day
    whose rate was read. assumed: the age of an entry rests on customs' cycle, no day of liquidation being held.
    """

    refund: np.ndarray
    by_programme: np.ndarray
    paid: np.ndarray
    flat: np.ndarray
    check: np.ndarray
    rates: np.ndarray
    state: np.ndarray
    way: np.ndarray
    days: Mapping[str, np.ndarray]
    act_by: np.ndarray
    assumed: np.ndarray
    since: np.ndarray
    interest: np.ndarray
    sure: np.ndarray
    numbers: pa.Array


def claims(batch: pa.RecordBatch, q: Question) -> Claims:
    """The claims of a batch of rated lines."""
    rows = batch.num_rows
    change, owed = _dollars(batch, "duty_change"), _dollars(batch, "duty_before")
    rates = np.nan_to_num(np.array([_dollars(batch, f"rate_{p}") for p in q.programmes]))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(rates.sum(0) > 0, rates / rates.sum(0), 1 / len(q.programmes))
    paid = np.array([_paid(batch, q.held.paid.get(p, ()), q.decimal) for p in q.programmes])
    if q.held.paid or q.held.others:  # every heading of the line stands beside what was paid as ordinary duty
        by_heading = ~np.isnan(dollars_of(_column(batch, q.held.of.get("paid_base")), rows, q.decimal))
        paid = np.where(np.isnan(paid) & by_heading, 0.0, paid)
    flat = dollars_of(_column(batch, q.held.of.get("duty_paid")), rows, q.decimal)
    change = np.where(_refused(batch), np.nan, change)
    together = _paid(
        batch, q.held.together, q.decimal
    )  # one amount for all of them caps as the whole duty less what is owed does
    most = np.where(np.isnan(paid).all(0), np.fmin(flat, owed + together), flat)
    found = refunded(change, owed, shares, paid, np.where(np.isnan(most), flat, most))
    unread = _unread(batch, q) & ~np.isnan(change)
    found = replace(
        found, by_programme=np.where(unread, 0.0, found.by_programme), check=np.where(unread, UNREAD, found.check)
    )
    numbers = _numbers(batch, q)
    found = taken_back.less(found, numbers, q.back) if q.back else found
    refund = np.round(found.by_programme.sum(0), 2)
    days = _days(batch, q)
    state, assumed = _state(batch, q, days)
    way = np.where(refund > 0, q.ways[state], -1)
    since, interest, sure = _interest(q, refund, days)
    act_by = last_days(q, state, days)
    return Claims(refund, found.by_programme, found.paid, flat, found.check, rates, state, way, days, act_by, assumed, since,
                  interest, sure, numbers)  # fmt: skip


def _column(batch: pa.RecordBatch, name: str | None) -> pa.Array | None:
    return None if name is None else batch.column(name)


def _dollars(batch: pa.RecordBatch, name: str) -> np.ndarray:
    return floats(batch.column(name))


def _refused(batch: pa.RecordBatch) -> np.ndarray:
    return valid(batch.column("reject_reason"))


def _paid(batch: pa.RecordBatch, names: tuple[str, ...], decimal: str) -> np.ndarray:
    """The sum of some columns of what was paid; NaN where none of them states it."""
    if not names:
        return np.full(batch.num_rows, np.nan)
    each = np.array([dollars_of(batch.column(n), batch.num_rows, decimal) for n in names])
    return np.where(np.isnan(each).all(0), np.nan, np.nan_to_num(each).sum(0))


def _unread(batch: pa.RecordBatch, q: Question) -> np.ndarray:
    """Which lines state an amount paid that cannot be read: how much was paid is not known, and nothing is refunded."""
    made = np.zeros(batch.num_rows, bool)
    for name in taken_back.amounts_paid(q.held):
        column = batch.column(name)
        made |= is_unread(column, dollars_of(column, batch.num_rows, q.decimal))
    return made


def _days(batch: pa.RecordBatch, q: Question) -> dict[str, np.ndarray]:
    """Entry, liquidation and payment by day, and every deadline by its name."""
    rows = batch.num_rows
    read = {
        n: days_of(_column(batch, q.held.of.get(n)), rows, q.written)
        for n in ("liquidation_date", "payment_date", "denial_date")
    }
    entered = days_of(_column(batch, q.entry_column), rows, q.written)
    read["entry_date"] = np.full(rows, np.datetime64(q.entered, "D")) if q.entered else entered
    made = with_deadlines(read)
    status = _column(batch, q.held.of.get("liquidation_status"))
    deemed = is_meant(status, rows, "liquidation_status", ("deemed",)) & np.isnat(read["liquidation_date"])
    held = np.where(
        deemed, made["deemed_liquidated"], read["liquidation_date"]
    )  # by operation of law, on a day of its own
    made["liquidation_expected"] = expected(read["entry_date"], held)
    return made


def with_deadlines(days: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The days of entry, liquidation, payment and denial, with every deadline that is counted from one of them."""
    return {**days, **{row.name: row.of(days[row.counted_from]) for row in deadlines()}}


def _state(batch: pa.RecordBatch, q: Question, days: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The code of each line's flag and age, and where the age rests on a day of liquidation that is assumed."""
    rows, status = batch.num_rows, _column(batch, q.held.of.get("liquidation_status"))
    open_now = is_meant(status, rows, "liquidation_status", ("unliquidated", "pending_liquidation"))
    liquidated = is_meant(status, rows, "liquidation_status", ("liquidated", "deemed"))
    undated, today = np.isnat(days["liquidation_date"]), np.datetime64(q.on, "D")
    liquidation = np.where(
        liquidated & undated, np.fmin(days["liquidation_expected"], today), days["liquidation_expected"]
    )
    age = ages(q.on, liquidation, open_now & (undated | (liquidation > today)), q.known)
    unread = is_unread(_column(batch, q.held.of.get("liquidation_date")), days["liquidation_date"])
    age[unread & ~open_now] = AGES.index("unknown")
    flag = np.zeros(rows, np.int32)
    for name, held in reversed(_flags(batch, q).items()):
        flag[held] = FLAGS.index(name)
    return flag * len(AGES) + age, undated & ~np.isnat(liquidation) & ~open_now & ~unread


def _flags(batch: pa.RecordBatch, q: Question) -> dict[str, np.ndarray]:
    """Which lines bear each flag, the one that counts most first."""
    rows = batch.num_rows
    at = {name: _column(batch, q.held.of.get(name)) for name in
          ("entry_type", "liquidation_status", "reconciliation", "drawback", "protest", "protest_status")}  # fmt: skip
    protests = {m: is_meant(at["protest_status"], rows, "protest_status", (m,)) for m in
                ("protest_open", "protest_allowed", "protest_denied")}  # fmt: skip
    untold = ~is_meant(at["protest_status"], rows, "protest_status", (*protests, "no"), else_=True)
    yes = {
        name: ~is_meant(at[name], rows, "flag", ("no",), empty=True)
        for name in ("reconciliation", "drawback", "protest")
    }
    of_type = {flag: codes_of(at["entry_type"], rows, [c for c, f in q.types.items() if f == flag])
               for flag in ("type_excluded", "reconciliation_excluded")}  # fmt: skip
    return {
        "type_excluded": of_type["type_excluded"],
        "reconciliation_filed": is_meant(at["reconciliation"], rows, "reconciliation", ("reconciliation_filed",)),
        "drawback": yes["drawback"],
        **protests,
        "protest_open": protests["protest_open"] | (yes["protest"] & untold),
        "reconciliation_excluded": yes["reconciliation"] & of_type["reconciliation_excluded"],
        "reconciliation": yes["reconciliation"],
        "pending_liquidation": is_meant(at["liquidation_status"], rows, "liquidation_status", ("pending_liquidation",)),
    }


def last_days(q: Question, state: np.ndarray, days: Mapping[str, np.ndarray]) -> np.ndarray:
    """The last day for the way of each state; NaT where it has none, or a protest is open already."""
    liquidation = days["liquidation_expected"]
    named = {d.name: d for d in deadlines()}
    of_way = {
        "file_now": named["declaration_until"].of(liquidation),
        "protest": named["protest_until"].of(liquidation),
        "contested": days["suit_until"],
    }
    made = np.full(len(state), NO_DAY)
    for code, route in enumerate(q.routes):
        flag = FLAGS[code // len(AGES)]
        if route and route.way in of_way and flag != "protest_open":
            until = (
                days["denial_suit_until"] if (flag, route.way) == ("protest_denied", "contested") else of_way[route.way]
            )
            made = np.where(state == code, until, made)
    past = (made < np.datetime64(q.on, "D")) & (q.ways[state] != WAYS.index("contested"))
    return np.where(
        past, NO_DAY, made
    )  # no last day: not liquidated though its cycle is over, or taken though it is final


def _interest(
    q: Question, refund: np.ndarray, days: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Since when interest runs on each line, and dollars of it by as_of and by the last day whose rate was read."""
    none = np.full(len(refund), np.nan)
    if q.growth is None or q.interest is None:
        return np.full(len(refund), NO_DAY), none, none
    first, whole, sure = q.growth
    stand_in = days["entry_date"] if q.interest.from_entry else np.full(len(refund), NO_DAY)
    since = np.where(np.isnat(days["payment_date"]), stand_in, days["payment_date"])
    place = (since - first).astype("timedelta64[D]").astype(np.int64)
    fits = ~np.isnat(since) & (place >= 0) & (place < len(whole)) & (refund > 0)
    at = np.where(fits, place, 0)
    since = np.where(fits, since, NO_DAY)
    return (
        since,
        np.where(fits, np.round(refund * (whole[at] - 1), 2), np.nan),
        np.where(fits, np.round(refund * (sure[at] - 1), 2), np.nan),
    )


def _numbers(batch: pa.RecordBatch, q: Question) -> pa.Array:
    """The bare number of each line's entry; null where none is held."""
    import pyarrow as pa

    column = _column(batch, q.held.of.get("entry_number"))
    return pa.nulls(batch.num_rows, pa.string()) if column is None else entry_number.bare(text_of(column))
