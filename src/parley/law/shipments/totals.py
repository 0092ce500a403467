"""What a run found in all: rows, rejects, duty to the cent; by origin, programme and month; the change from another law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import floor
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from parley.codes import PROGRAMMES, countries
from parley.fixed import fixed_fields
from parley.law.shipments.fees import sources
from parley.law.shipments.rejects import MALFORMED, words_of

if TYPE_CHECKING:
    from parley.law.shipments.options import Options
    from parley.law.shipments.sums import Sums
    from parley.law.shipments.work import Work

NO_PLACE = (
    "rows without a duty are not listed apart: beside a device or a pipe there is no place; name one with --rejects"
)


ONE_SIDED = (
    "rows without a duty: {} before, {} now; a row that has a duty under one of the two laws alone is in one total alone, "
    "and so in the change"
)


@dataclass(frozen=True)
class Sum:
    """One group: rows, rejects, customs value and duty in dollars; duty is a sum of cents."""

    name: str
    rows: int
    rejected: int
    value: float
    duty: float


@dataclass(frozen=True)
class Change:
    """A group's rows without a duty and its duty in dollars, sums of cents, under the law before and the law asked about."""

    name: str
    rejected_before: int
    rejected: int
    duty_before: float
    duty: float
    duty_change: float


@dataclass(frozen=True)
@fixed_fields
class Difference:
    """The totals under the law that each line is held against (Options.before), and the change from them; dollars.

    duty_before, duty_change: sums of cents. by_programme_before: before the rounding of lines.
    """

    rejected_before: int
    duty_before: float
    duty_change: float
    by_origin: tuple[Change, ...]
    by_month: tuple[Change, ...]
    by_programme_before: dict[str, float]

    @property
    def one_sided(self) -> bool:
        """Whether some rows are known to have a duty under one of the two laws alone."""
        return any(c.rejected != c.rejected_before for c in (*self.by_origin, *self.by_month))


@dataclass(frozen=True)
@fixed_fields
class Report:
    """The totals of a run and where its files are. by_programme: dollars before the rounding of lines.

    difference: the change from another law (Options.before), where lines are held against one.
    """

    rows: int
    rejected: int
    value_total: float
    duty_total: float
    seconds: float
    by_origin: tuple[Sum, ...]
    by_month: tuple[Sum, ...]
    by_programme: dict[str, float]
    by_reason: dict[str, int] = field(default_factory=dict)
    out: str = ""
    rejects: str = ""
    resumed_rows: int = 0
    notes: tuple[str, ...] = ()
    difference: Difference | None = None

    @property
    def rows_per_second(self) -> float:
        """Rows of this run a second; those of an earlier, cut-off run are not counted."""
        return (self.rows - self.resumed_rows) / max(self.seconds, 1e-9)


def report(work: Work, asked: Options, seconds: float) -> Report:
    """The totals of all pieces."""
    rejects = str(work.rejects) if work.rejects and work.state.refused and work.rejects.exists() else ""
    told, *then = (report_of(sums, work.state.malformed, asked, seconds) for sums in work.state.sums)
    difference = difference_of(told, then[0]) if then else None
    notes = [f"sums by entry: {work.entries}"] if work.entries else []
    if difference and difference.one_sided:
        notes.append(ONE_SIDED.format(f"{difference.rejected_before:,}", f"{told.rejected:,}"))
    if told.rejected and work.out and not work.rejects:
        notes.append(NO_PLACE)
    return replace(told, notes=(*work.notes, *notes, *told.notes), difference=difference, out=str(work.out or ""), rejects=rejects,
                   resumed_rows=work.resumed_rows)  # fmt: skip


def report_of(sums: Sums, malformed: int, asked: Options, seconds: float) -> Report:
    """The totals of some sums and of lines that are no rows."""
    places = list(countries())
    rows = sums.groups
    origins = {r[0]: places[r[0]] if r[0] >= 0 else "unknown" for r in rows}
    months = {r[1]: f"{(r[1] - 1) // 12}-{(r[1] - 1) % 12 + 1:02d}" if r[1] >= 0 else "unknown" for r in rows}
    programmes = {name: _to_cents(float(v)) for name, v in zip(PROGRAMMES, sums.programmes, strict=True)}
    counts = {k: n for k, n in enumerate(sums.reasons.tolist()) if k and n} | (
        {MALFORMED: malformed} if malformed else {}
    )
    return Report(
        rows=sums.rows + malformed,
        rejected=sum(counts.values()),
        value_total=round(sum(r[4] for r in rows), 2),
        duty_total=sum(r[5] for r in rows) / 100,
        seconds=seconds,
        by_origin=_sums(rows, 0, origins),
        by_month=_sums(rows, 1, months),
        by_programme={n: v for n, v in programmes.items() if v},
        by_reason={words_of(k): n for k, n in counts.items()},
        notes=_notes(asked),
    )


def difference_of(now: Report, before: Report) -> Difference:
    """The change from the totals of the same rows under another law."""
    return Difference(
        before.rejected,
        before.duty_total,
        round(now.duty_total - before.duty_total, 2),
        _changes(now.by_origin, before.by_origin),
        _changes(now.by_month, before.by_month),
        before.by_programme,
    )


def _changes(now: Sequence[Sum], before: Sequence[Sum]) -> tuple[Change, ...]:
    """Group by group: both laws sum the same rows, so that the groups are the same."""
    pairs = zip(now, before, strict=True)
    return tuple(Change(a.name, b.rejected, a.rejected, b.duty, a.duty, round(a.duty - b.duty, 2)) for a, b in pairs)


def _to_cents(dollars: float) -> float:
    """Half up, with room for the order in which lines were added: half a cent is a common sum of decimal rates."""
    return floor(dollars * 100 + 0.5 + 3.3e-4) / 100


def _sums(rows: Sequence[Any], at: int, names: dict[int, str]) -> tuple[Sum, ...]:
    made, column = [], itemgetter(at)
    for key, held in groupby(sorted(rows, key=column), column):
        _, _, count, rejected, value, cents = map(sum, zip(*held, strict=True))
        made.append(Sum(names[key], count, rejected, round(value, 2), cents / 100))
    return tuple(sorted(made, key=lambda s: s.name))


def _notes(asked: Options) -> tuple[str, ...]:
    made = ["duty of a line: value · rate, rounded half up to the cent; totals are sums of cents",
            "no anti-dumping or countervailing duty; claims not made have the defaults of parley law rate"]  # fmt: skip
    if asked.whole_dollars:
        made.append("customs values are rounded to whole dollars first, as on an entry summary")
    if asked.fees:
        made += [f"fees by {source}" for source in sources()]
    return tuple(made)
