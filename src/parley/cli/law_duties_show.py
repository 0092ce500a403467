"""What `parley law duties` prints: totals for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.law.shipments.totals import Report


def show_report(r: Report, print_table: Callable[..., None]) -> None:
    """Rows, duty, what it was before, and the three tables of totals."""
    print(
        f"{r.rows:,} rows, {r.rejected:,} without a duty; duty {r.duty_total:,.2f} on a customs value of {r.value_total:,.2f}"
    )
    d = r.difference
    if d:
        share = f" ({d.duty_change / d.duty_before:+.1%})" if d.duty_before else ""
        print(
            f"before: duty {d.duty_before:,.2f}, {d.rejected_before:,} without a duty; change {d.duty_change:+,.2f}{share}"
        )
    more = ["before", "change"] if d else []
    for name, sums, changes in (
        ("origin", r.by_origin, d.by_origin if d else ()),
        ("month", r.by_month, d.by_month if d else ()),
    ):
        rows = [[s.name, f"{s.rows:,}", f"{s.rejected:,}", f"{s.value:,.2f}", f"{s.duty:,.2f}"] for s in sums]
        for row, c in zip(rows, changes, strict=False):
            row += [f"{c.duty_before:,.2f}", f"{c.duty_change:+,.2f}"]
        print_table([name, "rows", "without", "value", "duty", *more], rows)
    print_table(
        ["legal authority", "duty", *more], _programmes(r), note="by legal authority: before the rounding of lines"
    )
    if r.by_reason:
        print_table(
            ["why there is no duty", "rows"],
            [[n, f"{c:,}"] for n, c in sorted(r.by_reason.items(), key=lambda x: -x[1])],
        )
    for text in (
        *([f"written: {r.out}"] if r.out else []),
        *([f"rejects: {r.rejects}"] if r.rejects else []),
        *r.notes,
    ):
        print(text)
    if r.seconds >= 0.005:
        print(f"{r.seconds:.2f} s, {r.rows_per_second:,.0f} rows a second")


def _programmes(r: Report) -> list[list[str]]:
    """A row for each programme that some line pays, now or before."""
    if r.difference is None:
        return [[name, f"{v:,.2f}"] for name, v in r.by_programme.items()]
    before = r.difference.by_programme_before
    pairs = {n: (r.by_programme.get(n, 0.0), before.get(n, 0.0)) for n in {**before, **r.by_programme}}
    return [[n, f"{now:,.2f}", f"{then:,.2f}", f"{now - then:+,.2f}"] for n, (now, then) in pairs.items()]
