"""What `parley law duties` prints: totals for people, and the keys of design §7 for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parley.law.shipments.totals import Report


def report_json(r: Report) -> dict[str, Any]:
    """The report's keys (design §7), and more."""
    names = ("rows", "rejected", "duty_total", "seconds", "rows_per_second", "value_total", "by_programme", "by_reason", "out",
             "rejects", "resumed_rows", "notes")  # fmt: skip
    made = {n: getattr(r, n) for n in names}
    return made | {k: [vars(s) for s in getattr(r, k)] for k in ("by_origin", "by_month")}


def show_report(r: Report, print_table: Callable[..., None]) -> None:
    """Rows, duty, and the three tables of totals."""
    print(
        f"{r.rows:,} rows, {r.rejected:,} without a duty; duty {r.duty_total:,.2f} on a customs value of {r.value_total:,.2f}"
    )
    for name, sums in (("origin", r.by_origin), ("month", r.by_month)):
        rows = [[s.name, f"{s.rows:,}", f"{s.rejected:,}", f"{s.value:,.2f}", f"{s.duty:,.2f}"] for s in sums]
        print_table([name, "rows", "without", "value", "duty"], rows)
    rows = [[name, f"{v:,.2f}"] for name, v in r.by_programme.items()]
    print_table(["programme", "duty"], rows, note="by programme: before the rounding of lines")
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
    print(f"{r.seconds:.2f} s, {r.rows_per_second:,.0f} rows a second")
