"""The law room's answers on files of shipments, each with its type and its one builder. Dollars, unless a field says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, TypedDict, cast

from parley.law.answers import FileClocks, file_clocks
from parley.law.answers_refund import RefundAnswer as RefundAnswer
from parley.law.answers_refund import refund_answer as refund_answer

if TYPE_CHECKING:
    from parley.law.shipments.in_transit import Water
    from parley.law.shipments.origin_comparison import Cheapest
    from parley.law.shipments.run import Options
    from parley.law.shipments.totals import Change, Difference, Report, Sum


class SumRow(TypedDict):
    """One origin or month: rows, those without a duty, customs value and duty (a sum of cents)."""

    name: str
    rows: int
    rejected: int
    value: float
    duty: float


class DutyChangeRow(TypedDict):
    """One origin or month under the law before and the law asked about: rows without a duty, and duty."""

    name: str
    rejected_before: int
    rejected: int
    duty_before: float
    duty: float
    duty_change: float


class DifferenceRow(TypedDict):
    """The totals under the law before and the law asked about."""

    rejected_before: int
    rejected: int
    duty_before: float
    duty: float
    duty_change: float
    by_origin: list[DutyChangeRow]
    by_month: list[DutyChangeRow]
    by_programme_before: dict[str, float]  # before the rounding of lines


class DutiesAnswer(FileClocks):
    """`law duties`: the totals of a run and where its files are; difference: null where lines are held against no other law."""

    rows: int
    rejected: int
    duty_total: float
    seconds: float
    rows_per_second: float
    value_total: float
    by_programme: dict[str, float]  # before the rounding of lines
    by_reason: dict[str, int]  # rows without a duty, by reason
    out: str
    rejects: str
    resumed_rows: int
    notes: list[str]
    by_origin: list[SumRow]
    by_month: list[SumRow]
    difference: DifferenceRow | None


class OriginRow(TypedDict):
    """What a product would pay from one origin; rates are fractions of customs value, null with the reason."""

    origin: str
    duty_rate: float | None
    base_rate: float | None
    added_rate: float | None
    duty: float | None
    reason: str | None


class ProductRow(TypedDict):
    """What a product of a file pays now and where it would pay least; rates are fractions of customs value."""

    destination: str
    product: str
    description: str | None
    first_day: date
    last_day: date
    lines: int
    lines_without_duty: int
    value: float
    duty_now: float | None
    rate_now: float | None
    origins_now: str
    cheapest: str | None  # origins joined by ";"
    ties: int | None
    cheapest_rate: float | None
    cheapest_base_rate: float | None
    cheapest_added_rate: float | None
    cheapest_duty: float | None
    saving: float | None
    candidates: int | None
    candidates_unknown: int | None
    reason: str | None
    origins: list[OriginRow]


class CheapestAnswer(FileClocks):
    """`law cheapest`: products, those with an answer, value and duty now, and what is saved if each moved to its cheapest origin."""

    products: int
    answered: int
    rows: int
    rejected: int
    value: float
    duty_now: float
    saving: float
    candidates: list[str]
    top: list[ProductRow]  # those that would save most
    out: str
    rates: str
    notes: list[str]


class TransitRow(TypedDict):
    """One in-transit rule and the lines that it concerns: what it saved, could save, and what was missed by entry too late."""

    destination: str
    act: str
    title: str
    claim: str
    loaded_before: date
    entered_from: date
    entered_before: date
    sources: str
    lines_loaded_before: int
    lines_loaded_after: int
    lines_undated: int
    relieved_lines: int
    relieved_value: float
    duty_saved: float
    could_save_lines: int
    could_save_value: float
    duty_now: float
    duty_if_shown: float
    could_save: float
    late_lines: int
    late_value: float
    late_missed: float
    unanswered_lines: int


class WaterAnswer(FileClocks):
    """`law water`: what in-transit rules saved, what undated lines could save, and what late entry missed, in all and by rule."""

    rows: int
    rejected: int
    duty_saved: float
    undated_lines: int
    undated_saving: float
    late_missed: float
    rules: list[TransitRow]
    out: str
    lines: str
    notes: list[str]
    by_reason: dict[str, int]  # rows without a duty, of which no rule is asked
    unanswered: dict[str, int]  # lines of which some rule is not answered
    rejects: str


def duties_answer(r: Report, asked: Options) -> DutiesAnswer:
    """The answer to `law duties`."""
    return {
        **_clocks(asked),
        "rows": r.rows,
        "rejected": r.rejected,
        "duty_total": r.duty_total,
        "seconds": r.seconds,
        "rows_per_second": r.rows_per_second,
        "value_total": r.value_total,
        "by_programme": r.by_programme,
        "by_reason": r.by_reason,
        "out": r.out,
        "rejects": r.rejects,
        "resumed_rows": r.resumed_rows,
        "notes": list(r.notes),
        "by_origin": [_sum(s) for s in r.by_origin],
        "by_month": [_sum(s) for s in r.by_month],
        "difference": None if r.difference is None else _difference(r, r.difference),
    }


def _clocks(asked: Options) -> FileClocks:
    return file_clocks(asked.destination or "USA", asked.on, asked.known)


def _sum(s: Sum) -> SumRow:
    return {"name": s.name, "rows": s.rows, "rejected": s.rejected, "value": s.value, "duty": s.duty}


def _difference(r: Report, d: Difference) -> DifferenceRow:
    return {
        "rejected_before": d.rejected_before,
        "rejected": r.rejected,
        "duty_before": d.duty_before,
        "duty": r.duty_total,
        "duty_change": d.duty_change,
        "by_origin": [_change(c) for c in d.by_origin],
        "by_month": [_change(c) for c in d.by_month],
        "by_programme_before": d.by_programme_before,
    }


def _change(c: Change) -> DutyChangeRow:
    return {"name": c.name, "rejected_before": c.rejected_before, "rejected": c.rejected, "duty_before": c.duty_before,
            "duty": c.duty, "duty_change": c.duty_change}  # fmt: skip


def cheapest_answer(found: Cheapest, asked: Options, notes: Sequence[str] = ()) -> CheapestAnswer:
    """The answer to `law cheapest`; notes: more, on the law asked about."""
    return {
        **_clocks(asked),
        "products": found.products,
        "answered": found.answered,
        "rows": found.rows,
        "rejected": found.rejected,
        "value": found.value,
        "duty_now": found.duty_now,
        "saving": found.saving,
        "candidates": list(found.candidates),
        "top": [cast("ProductRow", row) for row in found.top],
        "out": found.out,
        "rates": found.rates,
        "notes": [*found.notes, *notes],
    }


def water_answer(found: Water, asked: Options) -> WaterAnswer:
    """The answer to `law water`."""
    return {
        **_clocks(asked),
        "rows": found.rows,
        "rejected": found.rejected,
        "duty_saved": found.duty_saved,
        "undated_lines": found.undated_lines,
        "undated_saving": found.undated_saving,
        "late_missed": found.late_missed,
        "rules": [cast("TransitRow", row) for row in found.rules],
        "out": found.out,
        "lines": found.lines,
        "notes": list(found.notes),
        "by_reason": found.by_reason,
        "unanswered": found.unanswered,
        "rejects": found.rejects,
    }
