"""What changed between two days of law, each as known on a day: which measures, by which acts, on how many goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.codes import country, day
from parley.errors import CodeError, DateError
from parley.law.as_known import cited_as_known
from parley.law.average_point import read_programmes
from parley.law.base_columns import base_rates, take_estimates
from parley.law.compiled import RuleTable, rule_table
from parley.law.edition import Edition, as_edition, edition_of
from parley.law.interning import gather, in_lieu
from parley.law.measure import LATEST, Measure
from parley.law.readings import Reading, change_days, rows_on, seen_on
from parley.law.regime import Regime, knowledge
from parley.law.trade_weights import WEIGHTED, read_weights

SAME = 1e-12  # rates are sums of a few decimals


class Moment(NamedTuple):
    """A day of law, as known on a day (None: the fullest knowledge)."""

    on: date
    known: date | None = None


@dataclass(frozen=True)
class Change:
    """What one measure did between two moments.

    what: began, ended, moved (another rate or rule) or restacked (its own rows stand; others displace it or no longer do).
    before, after: its rate where one rate holds for all goods that it covers, else None. on: the day in force from which
    it is so; known: the day on which that was known. lines: tariff lines on which its contribution differs; share: of the
    origin's value of imports in the baseline year (None without weights). points: change of the average rate, a fraction.
    ban: the measure forbids the import; it has no rate, and its points are 0. A rate in lieu of the base contributes its
    distance from the base; it is no addition, and in no average of additions.
    """

    on: date | None
    known: date | None
    measure: str
    programme: str
    what: Literal["began", "ended", "moved", "restacked"]
    before: float | None
    after: float | None
    acts: tuple[str, ...]
    lines: int
    share: float | None
    points: float | None
    source: str
    ban: bool = False


@dataclass(frozen=True)
class Difference:
    """All changes between two moments, in order of day; lines: compared, of both editions; average rates of measures."""

    origin: str
    destination: str
    first: Moment
    second: Moment
    changes: tuple[Change, ...]
    lines: int
    added_before: float | None
    added_after: float | None
    notes: tuple[str, ...]


def read_moment(text: str, where: str = "moment") -> Moment:
    """A moment of "ON" or "ON@KNOWN". Raises DateError."""
    on, sign, known = text.partition("@")
    if sign and not known:
        raise DateError(where, f"{text[:40]!r}", "ON or ON@KNOWN, such as 2025-07-09@2025-05-02")
    return Moment(day(on, where), day(known, where) if sign else None)


@checked
def diff(
    regime: Regime,
    origin: str,
    destination: str,
    first: Moment | str,
    second: Moment | str,
    reading: Reading = "law",
    products: Sequence[str] = (),
    programmes: Sequence[str] = (),
) -> Difference:
    """What changed on an origin's goods between two moments: each measure whose contribution to some line differs.

    reading: as in law/readings.py. Collected: each moment as customs applied the law of that day, known that very day.
    Announced: each moment stands for the next announced step on these goods, as known on the day; a note says which.
    products: prefixes of the lines that are compared; none: all. programmes: legal authorities whose measures are; none: all.
    """
    origin, destination = country(origin, "origin"), country(destination, "destination")
    programmes = read_programmes(programmes)
    one = read_moment(first, "from") if isinstance(first, str) else first
    two = read_moment(second, "to") if isinstance(second, str) else second
    before, after = (state_of(regime, origin, destination, moment, reading, tuple(products)) for moment in (one, two))
    if products and not (before.codes or after.codes):
        raise CodeError("products", f"no line starts with {', '.join(products)[:60]}", "first digits of tariff codes")
    return difference(before, after, origin, destination, (one, two), reading, programmes)


def difference(
    before: State,
    after: State,
    origin: str,
    destination: str,
    moments: tuple[Moment, Moment],
    reading: Reading = "law",
    programmes: Sequence[str] = (),
) -> Difference:
    """What changed from one state of law on an origin's goods to another. moments: as they were asked for."""
    (one, two), by = moments, {m.id: m.programme for s in (before, after) for m in s.rows}
    still = frozenset(after.codes)
    codes = tuple(c for c in before.codes if c in still)
    weight = read_weights(destination).matrix(codes, [origin], after.codes)[:, 0] if destination in WEIGHTED else None
    old, new = aligned(before, codes), aligned(after, codes)
    zero = np.zeros(len(codes))
    wanted = [n for n in dict.fromkeys((*old, *new)) if not programmes or by.get(n) in programmes]
    moved = {n: (old.get(n, zero), new.get(n, zero)) for n in wanted}
    made = [_change(n, before, after, a, b, weight) for n, (a, b) in moved.items() if differ(a, b).any()]
    made.sort(key=lambda c: (c.on or date.min, c.programme, c.measure))
    apart = {m.id for s in (before, after) for m in s.rows if m.combine in ("ban", "replace")}
    rates = [{n: v for n, v in x.items() if n not in apart} for x in (old, new)]
    mean_old, mean_new = (None if weight is None else _mean(sum(x.values(), zero), weight) for x in rates)
    chosen = (f"measures of {', '.join(programmes)} alone",) if programmes else ()
    notes = (*_read_as(reading, before, after), *chosen, *_notes(weight, destination))
    return Difference(origin, destination, one, two, tuple(made), len(codes), mean_old, mean_new, notes)


class State(NamedTuple):
    """One moment of law on one origin's goods: rows in force, codes, each measure's contribution by line, and the base.

    by_measure: 1 for a ban; for a rate in lieu of the base, its distance from the schedule's. base: what is levied in fact.
    """

    rows: tuple[Measure, ...]
    all_rows: tuple[Measure, ...]
    codes: tuple[str, ...]
    by_measure: dict[str, Float[ndarray, " k"]]
    moment: Moment
    base: Float[ndarray, " k"]

    @property
    def apart(self) -> frozenset[str]:
        """The measures that are no addition: bans, and rates in lieu of the base."""
        return frozenset(m.id for m in self.rows if m.combine in ("ban", "replace"))

    @property
    def rate(self) -> Float[ndarray, " k"]:
        """The whole rate of each line, of the law without its bans; NaN where unknown."""
        return sum((v for n, v in self.by_measure.items() if n not in self.apart), self.base.copy())


def state_of(
    regime: Regime,
    origin: str,
    destination: str,
    moment: Moment,
    reading: Reading = "law",
    products: tuple[str, ...] = (),
) -> State:
    """The law on an origin's goods at a moment, in a reading; products: prefixes of the lines; none: all."""
    read = {"law": _state, "collected": _collected, "announced": _announced}[reading]
    return read(regime, origin, destination, moment, products)


@lru_cache(maxsize=64)
def _narrowed(edition: Edition, products: tuple[str, ...]) -> Edition:
    """The lines of an edition that start so."""
    return (
        as_edition(edition.destination, tuple(x for x in edition.lines if x.code.startswith(products)))
        if products
        else edition
    )


def _state(regime: Regime, origin: str, destination: str, moment: Moment, products: tuple[str, ...]) -> State:
    edition = _narrowed(edition_of(destination, moment.on), products)
    table = rule_table(regime, edition, [origin], moment.on, moment.known, {})
    own = base_rates(edition, [origin], {}, moment.on)
    base = in_lieu(table.stacks, table.where, own).copy()
    found = gather(table.stacks, table.where, base, lambda m: m.id)
    take_estimates(table, base, found, lambda m: m.id)
    found |= _banned(table) | _replacing(table, own)
    rows = tuple(rows_on(regime, origin, destination))
    held = tuple(m for m in rows if m.at(moment.on, knowledge(moment.known)))
    return State(held, rows, edition.codes, {n: v[:, 0] for n, v in found.items()}, moment, base[:, 0])


def _banned(table: RuleTable) -> dict[str, Float[ndarray, "k i"]]:
    """1 where a ban forbids the import, by the ban."""
    names = sorted({m.id for s in table.stacks for m in s.prohibited})
    each = {n: np.array([float(any(m.id == n for m in s.prohibited)) for s in table.stacks]) for n in names}
    return {n: value[table.where] for n, value in each.items()}


def _replacing(table: RuleTable, own: Float[ndarray, "k i"]) -> dict[str, Float[ndarray, "k i"]]:
    """What a rate in lieu of the base puts on top of the schedule's, by its measure; NaN where that is not known."""
    names = sorted({s.in_lieu.id for s in table.stacks if s.in_lieu})
    each = {n: np.array([bool(s.in_lieu and s.in_lieu.id == n) for s in table.stacks]) for n in names}
    return {n: np.where(held[table.where], in_lieu(table.stacks, table.where, own) - own, 0.0)
            for n, held in each.items()}  # fmt: skip


def _collected(regime: Regime, origin: str, destination: str, moment: Moment, products: tuple[str, ...]) -> State:
    """A moment of law as customs applied it."""
    seen = Moment(moment.on, seen_on(moment.on, moment.known))
    return _state(regime.as_collected(), origin, destination, seen, products)


def _announced(regime: Regime, origin: str, destination: str, moment: Moment, products: tuple[str, ...]) -> State:
    """The next step announced by a moment on an origin's goods; the moment itself where none was."""
    seen, regime = seen_on(moment.on, moment.known), regime.as_announced()
    now = _state(regime, origin, destination, Moment(moment.on, seen), products)
    for ahead in sorted(d for d in change_days(regime, origin, destination, seen) if d > moment.on):
        then = _state(regime, origin, destination, Moment(ahead, seen), products)
        still = frozenset(then.codes)
        codes = tuple(c for c in now.codes if c in still)
        zero, old, new = np.zeros(len(codes)), aligned(now, codes), aligned(then, codes)
        if any(differ(old.get(n, zero), new.get(n, zero)).any() for n in {*old, *new}):
            return then
    return now


def _read_as(reading: Reading, before: State, after: State) -> tuple[str, ...]:
    """What the reading looked at."""
    if reading == "law":
        return ()
    days = " and ".join(f"{s.moment.on} as known on {s.moment.known}" for s in (before, after))
    return (f"reading {reading}: the law of {days}",)


def aligned(state: State, codes: tuple[str, ...]) -> dict[str, Float[ndarray, " k"]]:
    place = {c: k for k, c in enumerate(state.codes)}
    chosen = [place[c] for c in codes]
    return {n: v[chosen] for n, v in state.by_measure.items()}


def differ(a: Float[ndarray, " k"], b: Float[ndarray, " k"]) -> ndarray:
    """Where two contributions differ; unknown in both counts as the same."""
    return ~((np.abs(a - b) <= SAME) | (np.isnan(a) & np.isnan(b)))


def _mean(value: Float[ndarray, " k"], weight: Float[ndarray, " k"]) -> float | None:
    """The weighted mean over the lines where the value is known; None where they have no weight."""
    known = ~np.isnan(value)
    held = float(weight[known].sum())
    return float((value[known] * weight[known]).sum()) / held if held > 0 else None


def _change(name: str, before: State, after: State, a: ndarray, b: ndarray, weight: ndarray | None) -> Change:
    old, new = (tuple(m for m in s.rows if m.id == name) for s in (before, after))
    causes, gone = _causes(old, new, before, after)
    what = _what(a, b, old != new)
    acts = _acts(causes, gone, after)
    where = differ(a, b)
    share = None if weight is None or not weight.sum() else float(weight[where].sum() / weight.sum())
    on, known = _dates(causes, gone, after.moment)
    moment = (after if new else before).moment
    sample = cited_as_known((new or old)[0], knowledge(moment.known))
    ban = sample.combine == "ban"
    points = None if weight is None or not weight.sum() else 0.0 if ban else _points(a, b, weight)
    rates = None if what == "began" else _one_rate(old), None if what == "ended" else _one_rate(new)
    return Change(
        on, known, name, sample.programme, what, *rates, acts, int(where.sum()), share, points, sample.source, ban
    )


def _causes(
    old: tuple[Measure, ...], new: tuple[Measure, ...], before: State, after: State
) -> tuple[list[Measure], list[Measure]]:
    """The rows that came and went and so made the change: its own; else those of its layer; else those it yields to."""
    came = [m for m in after.rows if m not in before.rows]
    gone = [m for m in before.rows if m not in after.rows]
    ours = (*old, *new)
    layers, named = {m.key for m in ours}, {e.to for m in ours for e in m.yields_to}
    tests: tuple[Callable[[Measure], bool], ...] = (
        lambda m: m.id == ours[0].id,
        lambda m: m.key in layers,
        lambda m: not named.isdisjoint(m.names),
    )
    for test in tests:
        found = [m for m in came if test(m)], [m for m in gone if test(m)]
        if found[0] or found[1]:
            return found
    return [], []


def _what(a: ndarray, b: ndarray, own: bool) -> Literal["began", "ended", "moved", "restacked"]:
    if not np.nan_to_num(a, nan=1.0).any():
        return "began"
    if not np.nan_to_num(b, nan=1.0).any():
        return "ended"
    return "moved" if own else "restacked"


def _acts(came: Iterable[Measure], gone: Iterable[Measure], after: State) -> tuple[str, ...]:
    """The acts that made the change: those of the new rows, else those that ended the old ones."""
    starting = dict.fromkeys(m.act.id for m in came)
    ending = dict.fromkeys(m.terminated_by or _ender(m, after) or m.act.id for m in gone)
    return tuple(starting or ending)


def _ender(m: Measure, after: State) -> str:
    """The act signed on the day on which a row's end, or its replacement, became known; "" where none of ours is."""
    learnt = m.end_known or m.known_end
    return next((x.act.id for x in after.all_rows if learnt and x.learnt == learnt and x.key == m.key), "")


def _dates(came: list[Measure], gone: list[Measure], moment: Moment) -> tuple[date | None, date | None]:
    """The first day in force of the change, and the day on which it was known."""
    if came:
        last = max(came, key=lambda m: (m.start, m.learnt))
        return last.start, last.learnt
    ends = [m for m in gone if m.end_as_known(knowledge(moment.known)) < LATEST]
    if ends:
        last = max(ends, key=lambda m: m.end or LATEST)
        return last.end, last.end_known or last.learnt
    return None, max((m.known_end for m in gone if m.known_end), default=None)


def _points(a: ndarray, b: ndarray, weight: ndarray) -> float:
    known = ~np.isnan(a) & ~np.isnan(b)
    return float(((b - a)[known] * weight[known]).sum() / weight.sum())


def _one_rate(rows: Iterable[Measure]) -> float | None:
    rates = {m.rate for m in rows if m.combine != "zero"}
    return next(iter(rates)) if len(rates) == 1 else None


def _notes(weight: ndarray | None, destination: str) -> tuple[str, ...]:
    preferences = "no preference or other claim made; lines that stand in both editions are compared"
    if weight is None:
        return (preferences, f"no import weights of {destination} are packaged: shares are not known")
    return (preferences, f"shares and points: {read_weights(destination).source}")
