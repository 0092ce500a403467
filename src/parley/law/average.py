"""Average rates over products: by programme, chapter and sector, by day, weighted by baseline imports or otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from parley.arguments import checked
from parley.codes import EU, country, day
from parley.errors import DateError
from parley.law.average_point import (
    Asked,
    Average,
    AveragePoint,
    GroupRate,
    at,
    branch,
    of_programmes,
    read_programmes,
    read_scale,
)
from parley.law.beyond import AS_EXTENDED, AS_SCHEDULED, contingent, extended, note, words
from parley.law.conventions import CONVENTIONS, as_agreed, check_destination, read_conventions
from parley.law.edition import edition_days
from parley.law.explain import is_beyond
from parley.law.measure import LATEST
from parley.law.preference_use import USMCA
from parley.law.readings import PAID, AverageReading, change_days, looked_at_days, regime_as, rows_on, seen_on
from parley.law.regime import Regime
from parley.law.tracked_lines import days_of
from parley.law.trade_weights import FILES
from parley.law.usmca_claims import change_days as change_of_use

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions

Counted = Callable[[Asked, date], tuple[AveragePoint, tuple[str, ...]]]  # the point of a day, and the notes on it
PAID_WEIGHTS = (
    "customs value of US imports for consumption by partner, 3-digit NAICS and month (Census), lines within as in 2024"
)
SAME = 1e-12  # rates are sums of a few decimals


@checked
def average(
    regime: Regime,
    origin: str,
    destination: str,
    on: date | str | int | None = None,
    *,
    since: date | str | int | None = None,
    until: date | str | int | None = None,
    known: date | str | int | None = None,
    weights: str | Path = "imports",
    claims: Mapping[str, object] | None = None,
    reading: AverageReading = "law",
    conventions: Sequence[str] = (),
    products: Sequence[str] = (),
    programmes: Sequence[str] = (),
    group_of: Callable[[str], str | None] | None = None,
    daily: bool = False,
    files: FileOptions | None = None,
) -> Average:
    """The average of a day, or one point per day of a period on which it changes, in one of four readings.

    rate = sum_k w_k · rate_k / sum_k w_k; lines whose base is specific are left out of the base average alone.
    weights: imports of the baseline year, simple, or a file of the user's, read as `files` says. products: prefixes to
    keep; all where none. programmes: what these alone add, whose sum the rate then is; all where none. group_of: the
    chapter or sector of a line, for one average each. daily: one point per day, changed or not. The reading "paid" weighs by the
    imports of the day's month; in a period it moves from day to day with the goods on the water, and daily counts every day.
    """
    origin, destination = country(origin, "origin"), country(destination, "destination")
    last = None if known is None else day(known, "known")
    agreed, kept = read_conventions(conventions), read_programmes(programmes)
    check_destination(agreed, destination)
    use: Literal["none", "observed"] = "none"
    if weights == "imports" and not claims and destination in FILES:
        use = "observed"
    applied = as_agreed(regime if reading == PAID else regime_as(regime, reading), agreed)
    moves = change_of_use() if use == "observed" and applied.use == "months" and origin in USMCA else []
    if agreed:
        moves = [*moves, *change_days(applied, origin, destination, last), *days_of(agreed)]
    days = [day(on, "on")] if on is not None else _days(regime, origin, destination, since, until, last, reading, moves)
    if reading == PAID:
        days = _checked(days, until, daily, weights, claims, conventions)
    scale = read_scale(weights, origin, destination, files)
    asked = Asked(applied, origin, destination, last, scale, claims, use, agreed, tuple(products), group_of)
    counted = _paid(kept) if reading == PAID else at
    points: list[AveragePoint] = []
    notes: tuple[str, ...] = ()
    for each in days:
        seen = asked if reading in ("law", PAID) else asked._replace(known=seen_on(each, last))
        point, notes = counted(seen, each)
        point = _either_way(seen, point, kept, counted)
        if reading == "announced":
            point, notes = _ahead(seen, point, notes)
        point = of_programmes(point, kept) if kept and not point.branches else point
        if not points or _differs(points[-1], point):
            points.append(point)
    if daily and on is None and until is not None:
        points = _each_day(points, day(until, "until"))
    read_to = regime.law_known_to(destination)
    late = [p.on for p in points if is_beyond(read_to, p.on, last)]
    said = (
        *scale.notes,
        *_of_claims(asked, reading),
        *notes,
        *_words(agreed, kept),
        *(note(read_to, d) for d in late[-1:] if read_to),
    )
    weighed = PAID_WEIGHTS if reading == PAID else scale.words
    return Average(origin, destination, last, tuple(points), weighed, said, read_to, regime.version)


def _of_claims(asked: Asked, reading: str) -> tuple[str, ...]:
    """Which claims an average counts; the reading `paid` goes through them cause by cause."""
    if reading == PAID:
        return ()
    if asked.preferences == "observed":
        return ("claims count as importers make them, unless you name your own",)
    return ("the claims that you named, and no other" if asked.claims else "no preference or other claim made",)


def _paid(kept: Sequence[str]) -> Counted:
    """How a day counts in the reading `paid`."""
    from parley.law.paid.points import paid_at

    return lambda asked, on: paid_at(asked, on, kept)


def _checked(
    days: list[date],
    until: date | str | int | None,
    daily: bool,
    weights: str | Path,
    claims: Mapping[str, object] | None,
    conventions: Sequence[str],
) -> list[date]:
    """The days that the reading `paid` is asked on: every one of a period where each is to be shown."""
    from parley.law.paid.points import check_asked

    check_asked(weights, claims, conventions)
    if not daily or until is None:
        return days
    return [days[0] + timedelta(n) for n in range((day(until, "until") - days[0]).days + 1)]


def _either_way(asked: Asked, point: AveragePoint, kept: Sequence[str], counted: Counted) -> AveragePoint:
    """The point; past the last day read, with both branches where its rate hangs on an extension (law/beyond.py).

    kept: the programmes that alone are counted; a rate hangs on an extension only where what they add does.
    """
    read_to = asked.regime.law_known_to(asked.destination)
    if read_to is None or not is_beyond(read_to, point.on, asked.known):
        return point
    known = [m for m in rows_on(asked.regime, asked.origin, asked.destination) if m.is_known(asked.known or LATEST)]
    rows = contingent(known, read_to, point.on)
    if not rows:
        return point
    other = counted(asked._replace(regime=extended(asked.regime, rows)), point.on)[0]
    held, other = (of_programmes(p, kept) if kept else p for p in (point, other))
    if not _differs(held, other):
        return point
    moved = tuple(n for n in dict.fromkeys((*held.by_programme, *other.by_programme)) if not _alike(held, other, n))
    alike = {n: v for n, v in held.by_programme.items() if n not in moved}
    why = "; ".join(dict.fromkeys(words(m, read_to) for m in rows))
    ways = branch(AS_SCHEDULED, held), branch(AS_EXTENDED, other)
    reason = f"unknown: {why}"
    return replace(held, rate=None, by_programme=alike, reason=reason, branches=ways, open=moved, groups=())


def _words(agreed: Mapping[str, float], kept: Sequence[str]) -> list[str]:
    """The conventions that were read instead of the law, and the programmes that alone are counted, in words."""
    share = agreed.get("exclusion-take-up")
    said = [f"convention {n}{f' = {share:g}' if n == 'exclusion-take-up' else ''}: {CONVENTIONS[n]}" for n in agreed]
    return [*said, *([f"the rate is what {', '.join(kept)} alone add"] if kept else [])]


def _each_day(points: Sequence[AveragePoint], last: date) -> list[AveragePoint]:
    """One point a day: a rate holds until the next change."""
    ends = [*(p.on for p in points[1:]), last + timedelta(1)]
    return [
        replace(p, on=p.on + timedelta(n))
        for p, end in zip(points, ends, strict=True)
        for n in range((end - p.on).days)
    ]


def _ahead(asked: Asked, now: AveragePoint, notes: tuple[str, ...]) -> tuple[AveragePoint, tuple[str, ...]]:
    """The point at the next announced step, dated the day on which it stood announced; the same point if there is none."""
    days = change_days(asked.regime, asked.origin, asked.destination, asked.known)
    for step in sorted(d for d in days if d > now.on):
        then, more = at(asked, step)
        measures = {n for n in (*now.by_programme, *then.by_programme) if n not in ("mfn", "column2")}
        banned = abs(now.prohibited - then.prohibited) > SAME
        if banned or any(abs(now.by_programme.get(n, 0.0) - then.by_programme.get(n, 0.0)) > SAME for n in measures):
            return replace(then, on=now.on, step=step), more
    return now, notes


def _differs(a: AveragePoint, b: AveragePoint) -> bool:
    moved = not all(_alike(a, b, n) for n in a.by_programme.keys() | b.by_programme.keys())
    return moved or a.branches != b.branches or abs(a.prohibited - b.prohibited) > SAME


def _alike(a: AveragePoint, b: AveragePoint, programme: str) -> bool:
    """Whether a programme adds the same to two points."""
    return abs(a.by_programme.get(programme, 0.0) - b.by_programme.get(programme, 0.0)) <= SAME


def _days(
    regime: Regime,
    origin: str,
    destination: str,
    since: date | str | int | None,
    until: date | str | int | None,
    known: date | None,
    reading: AverageReading = "law",
    use_days: Sequence[date] = (),
) -> list[date]:
    if since is None or until is None:
        raise DateError("average", "no day", "--on DATE, or --since DATE and --until DATE")
    first, last = day(since, "since"), day(until, "until")
    if last < first:
        raise DateError("until", f"{last} is before {first}", "a day on or after --since")
    moves = change_days(regime, origin, destination, known)
    if reading != "law":
        moves = looked_at_days(regime, origin, destination)
    if reading == PAID:  # goods, claims and weights are those of a month
        moves |= {first + timedelta(n) for n in range((last - first).days + 1) if (first + timedelta(n)).day == 1}
    found = moves | set(edition_days(destination)) | set(use_days)
    return [first, *sorted(d for d in found if first < d <= last)]


__all__ = ["EU", "Average", "AveragePoint", "GroupRate", "average", "change_days"]
