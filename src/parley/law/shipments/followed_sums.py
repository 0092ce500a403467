"""The totals of a run in which some rows are counted anew: without what they were, and with what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parley.law.shipments.totals import Change, Difference, Report, Sum


def replaced(report: Report, then: Report, now: Report) -> Report:
    """The totals with some rows as they are judged now, in place of what was found of them then."""
    sign = ((then, -1), (now, 1))
    reasons, programmes = dict(report.by_reason), dict(report.by_programme)
    for part, of in sign:
        for why, count in part.by_reason.items():
            reasons[why] = reasons.get(why, 0) + of * count
        for name, dollars in part.by_programme.items():
            programmes[name] = round(programmes.get(name, 0.0) + of * dollars, 2)
    return replace(
        report,
        rejected=report.rejected - then.rejected + now.rejected,
        value_total=round(report.value_total - then.value_total + now.value_total, 2),
        duty_total=round(report.duty_total - then.duty_total + now.duty_total, 2),
        seconds=report.seconds + then.seconds + now.seconds,
        by_origin=_sums(report.by_origin, then.by_origin, now.by_origin),
        by_month=_sums(report.by_month, then.by_month, now.by_month),
        by_programme={n: v for n, v in programmes.items() if v},
        by_reason={why: n for why, n in reasons.items() if n},
        difference=_difference(report.difference, then.difference, now.difference),
    )


def _sums(held: Sequence[Sum], then: Sequence[Sum], now: Sequence[Sum]) -> tuple[Sum, ...]:
    made = {s.name: s for s in held}
    for part, sign in ((then, -1), (now, 1)):
        for s in part:
            old = made.get(s.name, Sum(s.name, 0, 0, 0.0, 0.0))
            made[s.name] = Sum(s.name, old.rows + sign * s.rows, old.rejected + sign * s.rejected,
                               round(old.value + sign * s.value, 2), round(old.duty + sign * s.duty, 2))  # fmt: skip
    return tuple(made[n] for n in sorted(made) if made[n].rows)


def _difference(held: Difference | None, then: Difference | None, now: Difference | None) -> Difference | None:
    if held is None or then is None or now is None:
        return held
    programmes = dict(held.by_programme_before)
    for part, sign in ((then, -1), (now, 1)):
        for name, dollars in part.by_programme_before.items():
            programmes[name] = round(programmes.get(name, 0.0) + sign * dollars, 2)
    return Difference(
        held.rejected_before - then.rejected_before + now.rejected_before,
        round(held.duty_before - then.duty_before + now.duty_before, 2),
        round(held.duty_change - then.duty_change + now.duty_change, 2),
        _changes(held.by_origin, then.by_origin, now.by_origin),
        _changes(held.by_month, then.by_month, now.by_month),
        programmes,
    )


def _changes(held: Sequence[Change], then: Sequence[Change], now: Sequence[Change]) -> tuple[Change, ...]:
    made = {c.name: c for c in held}
    for part, sign in ((then, -1), (now, 1)):
        for c in part:
            old = made.get(c.name, Change(c.name, 0, 0, 0.0, 0.0, 0.0))
            made[c.name] = Change(
                c.name, old.rejected_before + sign * c.rejected_before, old.rejected + sign * c.rejected,
                round(old.duty_before + sign * c.duty_before, 2), round(old.duty + sign * c.duty, 2),
                round(old.duty_change + sign * c.duty_change, 2),
            )  # fmt: skip
    return tuple(made[n] for n in sorted(made))


__all__ = ["replaced"]
