"""Windows of a backtest: months held against the same months of an earlier year, under the law of one day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, get_args

from parley.codes import day
from parley.errors import InputError
from parley.law import months_published
from parley.scenario.backtest.trade import Row

Kind = Literal["choices", "once", "yours"]
ALLOWED = "FIRST/LAST@DAY, such as 2025-12/2026-02@2026-01-15, or MONTH@DAY"
ASKED = re.compile(r"(\d{4}-\d{2})(?:/(\d{4}-\d{2}))?@(\d{4}-\d{2}-\d{2})")
BEFORE = date(2025, 1, 1)


@dataclass(frozen=True)
class Window:
    """Months first to last, YYYY-MM, against those `years` earlier; law: the day whose law is asked; before: the comparison day.

    kind: choices were made on it; reported once; or of months that a user brings.
    """

    name: str
    first: str
    last: str
    law: date
    before: date
    years: int
    kind: Kind
    note: str

    @property
    def months(self) -> tuple[str, ...]:
        """Its months."""
        return months_between(self.first, self.last)

    def earlier(self, years: int) -> tuple[str, ...]:
        """The same months so many years earlier."""
        return tuple(f"{int(m[:4]) - years}{m[4:]}" for m in self.months)


def months_between(first: str, last: str) -> tuple[str, ...]:
    """The months from one to another, YYYY-MM, both included."""
    start, end = (12 * int(m[:4]) + int(m[5:7]) - 1 for m in (first, last))
    return tuple(f"{k // 12:04}-{k % 12 + 1:02}" for k in range(start, end + 1))


def published(month: str) -> date:
    """The day from which a month counts as published: 45 days after its last."""
    return months_published.published(date.fromisoformat(f"{month}-01"))


@cache
def read_windows() -> tuple[Window, ...]:
    """The packaged windows, in order."""
    with resources.files("parley.scenario.backtest").joinpath("windows.csv").open(encoding="utf-8") as file:
        return tuple(_window(row) for row in csv.DictReader(file))


def _window(row: dict[str, str]) -> Window:
    kind = next(k for k in get_args(Kind) if k == row["kind"])
    law, before = (date.fromisoformat(row[name]) for name in ("law", "before"))
    return Window(row["window"], row["first"], row["last"], law, before, int(row["years"]), kind, row["note"])


def windows_asked(asked: Sequence[str], sign: str = "") -> tuple[Window, ...]:
    """Windows by name, or as FIRST/LAST@DAY against the months a year earlier; none: the packaged ones. Raises InputError."""
    held = {w.name: w for w in read_windows()}
    return tuple(held[text] if text in held else _own(text, sign, tuple(held)) for text in asked) or read_windows()


def later_windows(months: Iterable[str]) -> tuple[Window, ...]:
    """A window for each month after the packaged ones, under the law of its 15th, as those of one month have it."""
    last = max(w.last for w in read_windows())
    note = "a month of your own file"
    return tuple(
        Window(m, m, m, law, BEFORE, 1, "yours", note)
        for m in sorted({*months})
        if m > last and (law := date.fromisoformat(f"{m}-15"))
    )


def with_own(window: Window, rows: Iterable[Row]) -> Window:
    """The window, which is the user's own where figures of theirs stand in its months or in those they are held against."""
    months = {*window.months, *window.earlier(window.years)}
    if window.kind == "yours" or not any(row.month in months for row in rows):
        return window
    return replace(window, kind="yours", note=f"{window.note}; with figures of your own")


def _own(text: str, sign: str, names: Sequence[str]) -> Window:
    found = ASKED.fullmatch(text.strip())
    if not found or not all("01" <= m[5:7] <= "12" for m in found.groups()[:2] if m):
        raise InputError(f"{sign}window", f"{text[:60]!r}", f"{', '.join(names)}; or {ALLOWED}")
    first, last, law = found[1], found[2] or found[1], day(found[3], f"{sign}window")
    if last < first or f"{law:%Y-%m}" > last:
        raise InputError(
            f"{sign}window", f"{text[:60]!r}", f"{ALLOWED}: months in order, and a day of law not after them"
        )
    return Window(text.strip(), first, last, law, min(BEFORE, law), 1, "yours", "a window of the user's own")
