"""Interest on refunds: quarterly rates, compounded daily from the deposit of duties to a day.

19 U.S.C. 1505(c) and 19 CFR 24.3a, 24.36: the rate of 26 U.S.C. 6621, compounded daily (6622, cited). The packaged rates were
read in public notices (refunds/manifest.json says which) and end with the last quarter found; a user's file goes before them.
"""

from __future__ import annotations

import csv
import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

from parley.codes import day
from parley.errors import InputError, unknown_name
from parley.inputs import as_file

PAYERS = ("corporation", "other")
READ = "as read in notices of customs and the IRS (law/refunds/manifest.json)"
HIGHEST = 0.5  # a year: above any quarterly rate since 1974, below any percentage mistaken for a fraction
COUNTED = (
    "interest: compounded daily, rate / days of the year; the day of deposit counts, the as-of day does not",
    "the lower rate of 26 U.S.C. 6621(a)(1) on a corporation's overpayment above 10,000 dollars is not applied: customs' "
    "quarterly notices list none (89 FR 77879, table)",
)
_QUARTER = re.compile(r"^(\d{4})[- ]?Q([1-4])$", re.IGNORECASE)


@dataclass(frozen=True)
class Interest:
    """What interest is asked for: rates by first day of a quarter, fractions a year; until when; and since when.

    from_entry: the entry date stands in where no payment date is held. source: where the rates are from.
    """

    rates: dict[date, float]
    as_of: date
    from_entry: bool
    source: str

    def growth(self, first: date) -> dict[date, float]:
        """What a dollar of `first` has become by each day until `as_of`. Raises where a quarter's rate is not held."""
        at, factor, made = first, 1.0, {first: 1.0}
        while at < self.as_of:
            factor *= 1.0 + self._rate(at) / (366 if isleap(at.year) else 365)
            at += timedelta(1)
            made[at] = factor
        return made

    @property
    def first(self) -> date:
        """The first day of the rates, or as_of where none is earlier."""
        return min([*self.rates, self.as_of])

    def _rate(self, on: date) -> float:
        start = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        if start not in self.rates:
            raise InputError("--interest", f"no rate of {_name(start)}", f"up to {self.as_of}: a rate of every quarter",
                             "Give it: --interest-rates FILE with columns quarter,rate")  # fmt: skip
        return self.rates[start]


def read_interest(
    as_of: str | date, rates: Path | None = None, payer: str = "corporation", from_entry: bool = False
) -> Interest:
    """The packaged rates of a payer, a user's file before them. Raises InputError, also where `as_of` is past the rates."""
    if payer not in PAYERS:
        raise unknown_name("--payer", "payer", payer, PAYERS)
    home = Path(str(resources.files("parley.law").joinpath("refunds", "interest.csv")))
    held, source = _read(home, payer), f"quarterly rates of 26 U.S.C. 6621, {payer}, {READ}"
    if rates is not None:
        own = _read(rates, "rate")
        kept = sum(q not in own for q in held)
        held = held | own
        source = f"{len(own)} quarters of {rates.name}" + (f"; {kept} others: {source}" if kept else "")
    found = Interest(held, day(as_of, "--as-of"), from_entry, source)
    if found.as_of > found.first:
        found._rate(found.as_of - timedelta(1))
    return found


def _read(path: Path, column: str) -> dict[date, float]:
    """The rates of a CSV by the first day of their quarter."""
    try:
        lines = [x for x in as_file(path).read_text("utf-8-sig").splitlines() if x.strip() and not x.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}", f"a CSV of quarter,{column}") from None
    rows = list(csv.DictReader(lines))
    if not rows or not {"quarter", column} <= {str(n) for n in rows[0]}:
        raise InputError(str(path), f"columns {lines[0][:80] if lines else 'none'}", f"quarter,{column}")
    return dict(_row(row, column, f"{path.name} row {n}") for n, row in enumerate(rows, 1))


def _row(row: dict[str, str], column: str, where: str) -> tuple[date, float]:
    found = _QUARTER.match((row["quarter"] or "").strip())
    if not found:
        raise InputError(where, f"quarter {row['quarter']!r}", "a quarter such as 2026Q2")
    try:
        rate = float(row[column])
    except (TypeError, ValueError):
        rate = -1.0
    if not 0 <= rate <= HIGHEST:
        raise InputError(where, f"{column} {row[column]!r}", "a fraction a year. For 6 percent write 0.06")
    return date(int(found.group(1)), int(found.group(2)) * 3 - 2, 1), rate


def _name(start: date) -> str:
    return f"{start.year}Q{(start.month + 2) // 3}"
