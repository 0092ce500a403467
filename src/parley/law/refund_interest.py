"""Interest on refunds: quarterly rates, compounded daily from the deposit of duties to a day.

19 U.S.C. 1505(c) and 19 CFR 24.3a, 24.36: the rate of 26 U.S.C. 6621, compounded daily (6622, cited). The packaged rates were
read in public notices (refunds/manifest.json says which) and end with the last quarter found; a user's file or a rate that the
user gives for a quarter goes before them. Past them, where asked, come rates that others report (interest_reported.csv), and
then the last rate carried on: both are assumed, and named.
"""

from __future__ import annotations

import csv
import re
from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from parley.codes import day
from parley.csv_tables import number_of, read_csv
from parley.errors import InputError, unknown_name
from parley.fixed import fixed_fields
from parley.law.law_package import law_path
from parley.text_files import FileKind

Basis = Literal["published", "given", "assumed"]
PAYERS = ("corporation", "other")
READ = "as read in notices of customs and the IRS (law/refunds/manifest.json)"
HIGHEST = 0.5  # a year: above any quarterly rate since 1974, below any percentage mistaken for a fraction
COUNTED = (
    "interest: compounded daily, rate / days of the year; the day of deposit counts, the as-of day does not",
    "the lower rate of 26 U.S.C. 6621(a)(1) on a corporation's overpayment above 10,000 dollars is not applied: customs' "
    "quarterly notices list none (89 FR 77879, table)",
)
_QUARTER = re.compile(r"^([12]\d{3})[- ]?Q([1-4])$", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
@fixed_fields
class Interest:
    """What interest is asked for: rates by first day of a quarter, fractions a year; until when; and since when.

    from_entry: the entry date stands in where no payment date is held. source: where the rates are from.
    assumed: the quarters whose rate is no published one that we read and none of the user's, each with why it is taken.
    """

    rates: dict[date, float]
    as_of: date
    from_entry: bool
    source: str
    assumed: Mapping[date, str] = field(default_factory=dict)
    given: frozenset[date] = frozenset()

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

    @property
    def sure_until(self) -> date:
        """The first day of the first assumed quarter, or as_of where none is assumed."""
        return min([*self.assumed, self.as_of])

    def quarters(self, first: date) -> list[tuple[str, float, Basis, str]]:
        """Name, rate, basis and why of each quarter from that of a day until as_of."""
        made: list[tuple[str, float, Basis, str]] = []
        for start in sorted(q for q in self.rates if quarter_of(first) <= q < self.as_of):
            basis: Basis = "assumed" if start in self.assumed else "given" if start in self.given else "published"
            made.append((_name(start), self.rates[start], basis, self.assumed.get(start, "")))
        return made

    def _rate(self, on: date) -> float:
        start = quarter_of(on)
        if start not in self.rates:
            raise InputError("--interest", f"no rate of {_name(start)}", f"up to {self.as_of}: a rate of every quarter",
                             f"Give it: --interest-rate {_name(start)}=RATE, or --interest-rates FILE of quarter,rate")  # fmt: skip
        return self.rates[start]


def read_interest(
    as_of: str | date,
    rates: Path | None = None,
    payer: str = "corporation",
    from_entry: bool = False,
    *,
    given: Sequence[str] = (),
    assume: bool = False,
) -> Interest:
    """The packaged rates of a payer; a user's file, and rates such as "2026Q3=0.07", before them.

    assume: quarters past the last rate read take the rate that others report, then the last one. Raises InputError, also
    where `as_of` is past the rates and nothing is assumed.
    """
    if payer not in PAYERS:
        raise unknown_name("--payer", "payer", payer, PAYERS)
    held, source = _read(_home("interest.csv"), payer), f"quarterly rates of 26 U.S.C. 6621, {payer}, {READ}"
    own = ({} if rates is None else _read(rates, "rate")) | dict(_given(text) for text in given)
    if own:
        kept, told = sum(q not in own for q in held), rates.name if rates else "--interest-rate"
        source = f"{len(own)} quarters of {told}" + (f"; {kept} others: {source}" if kept else "")
    until, assumed = day(as_of, "--as-of"), {}
    held |= own
    if assume:
        held, assumed = _carried(held, payer, until)
    found = Interest(held, until, from_entry, source, assumed, frozenset(own))
    if found.as_of > found.first:
        found._rate(found.as_of - timedelta(1))
    return found


def _given(text: str) -> tuple[date, float]:
    """A quarter and its rate of a text such as 2026Q3=0.07."""
    quarter, sign, rate = text.partition("=")
    if not sign:
        raise InputError("--interest-rate", f"{text[:40]!r}", "QUARTER=RATE, such as 2026Q3=0.07")
    return _row({"quarter": quarter, "rate": rate}, "rate", "--interest-rate")


def _carried(held: dict[date, float], payer: str, until: date) -> tuple[dict[date, float], dict[date, str]]:
    """The rates with every missing quarter up to a day filled in, and why each of those is taken."""
    reported, sources = _read(_home("interest_reported.csv"), payer), _sources(_home("interest_reported.csv"))
    made, assumed = dict(held), {}
    at = min(held)
    while at < until:
        if at not in made:
            before = date(at.year - (at.month == 1), (at.month - 4) % 12 + 1, 1)
            made[at] = reported.get(at, made[before])
            assumed[at] = sources.get(at, f"no rate found: the rate of {_name(before)} is carried on")
        at = date(at.year + (at.month == 10), at.month % 12 + 3 if at.month < 10 else 1, 1)
    return made, assumed


def _home(name: str) -> Path:
    return law_path("refunds", name)


def _sources(path: Path) -> dict[date, str]:
    """Where the rate of each quarter of a table was found."""
    rows = csv.DictReader(x for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
    return {_row(r, "other", path.name)[0]: r["source"] for r in rows}


def _read(path: Path, column: str) -> dict[date, float]:
    """The rates of a CSV by the first day of their quarter."""
    kind = FileKind(f"a CSV of quarter,{column}")
    rows = read_csv(path, kind, ("quarter", column), path.name, key=("quarter",)).rows()
    made = [(where, *_row(row, column, where)) for where, row in rows]
    if not made:
        raise kind.fault(path.name, "no row below the header")
    return {start: rate for _, start, rate in made}


def _row(row: dict[str, str], column: str, where: str) -> tuple[date, float]:
    found = _QUARTER.match(row["quarter"].strip())
    if not found:
        raise InputError(where, f"quarter {row['quarter'][:40]!r}", "a quarter such as 2026Q2")
    rate = number_of(row[column])
    if rate is None or not 0 <= rate <= HIGHEST:
        raise InputError(where, f"{column} {row[column][:40]!r}", "a fraction a year. For 6 percent write 0.06")
    return date(int(found.group(1)), int(found.group(2)) * 3 - 2, 1), rate


def quarter_of(on: date) -> date:
    """The first day of the quarter of a day."""
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def _name(start: date) -> str:
    return f"{start.year}Q{(start.month + 2) // 3}"
