"""What changed in law as a dated feed: a day of change at a time, for some lines, origins and legal authorities.

Each day is held against the state of the law before it, so an item says all that the day changed: which measures, by which
acts, and the rate of the lines before and after, grouped by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import country
from parley.errors import DateError, InputError
from parley.law.diff import Change, Moment, State, aligned, differ, difference, read_moment, state_of
from parley.law.edition import edition_days
from parley.law.readings import Reading, change_days, looked_at_days
from parley.law.regime import Regime

DIGITS = 12  # rates are sums of a few decimals


@dataclass(frozen=True)
class RateMove:
    """Lines of one origin whose rate moved alike: before and after as fractions, None where unknown; the law without its bans.

    prohibited: whether a ban forbids the import afterwards.
    """

    origin: str
    before: float | None
    after: float | None
    prohibited: bool
    products: tuple[str, ...]


@dataclass(frozen=True)
class DayOfChange:
    """All that changed on one day: by origin the measures, and the lines by old and new rate, the most lines first."""

    on: date
    changes: tuple[tuple[str, Change], ...]
    moves: tuple[RateMove, ...]


@dataclass(frozen=True)
class Feed:
    """The days of change after one moment and up to another, in order."""

    destination: str
    origins: tuple[str, ...]
    products: tuple[str, ...]
    programmes: tuple[str, ...]
    reading: Reading
    first: date
    last: date
    known: date | None
    lines: int
    days: tuple[DayOfChange, ...]


def feed(
    regime: Regime,
    origins: Sequence[str],
    destination: str,
    first: str,
    last: str | None = None,
    products: Sequence[str] = (),
    programmes: Sequence[str] = (),
    reading: Reading = "law",
    progress: Callable[[str], None] = lambda _: None,
) -> Feed:
    """The days on which the law changed for some goods, after `first` and up to `last`, as known on the day of `last`'s @.

    last: none: the last day for which a change is known. products: prefixes of lines; none: all. programmes: legal authorities
    whose measures are told; none: all, and changes of the schedule's own rates.
    """
    to, sellers = country(destination, "destination"), tuple(dict.fromkeys(country(o, "origin") for o in origins))
    start = read_moment(first, "--from")
    end = read_moment(last, "--to") if last else None
    known = end.known if end else start.known
    days = {o: _days(regime, o, to, known, reading) for o in sellers}
    until = end.on if end else max((d for held in days.values() for d in held), default=start.on)
    if until < start.on:
        raise DateError("--from, --to", f"{start.on} to {until}", "two days in order")
    found: dict[date, tuple[list[tuple[str, Change]], list[RateMove]]] = {}
    lines: set[str] = set()
    for origin in sellers:
        progress(f"the law on goods of {origin}, day by day")
        chosen = sorted(d for d in days[origin] if start.on < d <= until)
        states = _states(regime, origin, to, [start.on, *chosen], known, reading, tuple(products))
        before = next(states)
        lines.update(before.codes)
        for day, after in zip(chosen, states, strict=True):
            lines.update(after.codes)
            changes, moves = found.setdefault(day, ([], []))
            told, moved = _changed(before, after, origin, to, programmes, reading)
            changes += [(origin, c) for c in told]
            moves += moved
            before = after
    if not lines:
        raise InputError("--products", "no line of the schedule starts so", "first digits of a line, such as 8517")
    kept = tuple(DayOfChange(d, tuple(c), tuple(m)) for d, (c, m) in sorted(found.items()) if c or m)
    return Feed(to, sellers, tuple(products), tuple(programmes), reading, start.on, until, known, len(lines), kept)


def _days(regime: Regime, origin: str, destination: str, known: date | None, reading: Reading) -> frozenset[date]:
    """The days on which the law on an origin's goods may change."""
    own = (
        change_days(regime, origin, destination, known)
        if reading == "law"
        else looked_at_days(regime, origin, destination)
    )
    return frozenset(own).union(d for d in edition_days(destination) if date.min < d < date.max)


def _states(
    regime: Regime,
    origin: str,
    to: str,
    days: Sequence[date],
    known: date | None,
    reading: Reading,
    products: tuple[str, ...],
) -> Iterator[State]:
    for day in days:
        yield state_of(regime, origin, to, Moment(day, known), reading, products)


def _changed(
    before: State, after: State, origin: str, to: str, programmes: Sequence[str], reading: Reading
) -> tuple[tuple[Change, ...], list[RateMove]]:
    """What one day changed on an origin's goods: its measures, and the rates of the lines that these touch."""
    told = difference(before, after, origin, to, (before.moment, after.moment), reading, programmes).changes
    still = frozenset(after.codes)
    codes = tuple(c for c in before.codes if c in still)
    old, new = (_rates(s, codes) for s in (before, after))
    banned = _banned(after, codes)
    touched = differ(old, new) | (banned != _banned(before, codes))
    if programmes:
        touched &= _touched(before, after, codes, {c.measure for c in told})
    return told, list(_moves(origin, codes, old, new, banned, np.flatnonzero(touched)))


def _rates(state: State, codes: tuple[str, ...]) -> Float[ndarray, " k"]:
    return np.round(aligned(state._replace(by_measure={"": state.rate}), codes)[""], DIGITS) + 0.0


def _banned(state: State, codes: tuple[str, ...]) -> ndarray:
    """The lines whose import a ban forbids."""
    bans = {m.id for m in state.rows if m.combine == "ban"}
    held = [v > 0 for n, v in aligned(state, codes).items() if n in bans]
    return np.any(held, axis=0) if held else np.zeros(len(codes), dtype=bool)


def _touched(before: State, after: State, codes: tuple[str, ...], measures: set[str]) -> ndarray:
    """The lines to which some of these measures add something else than before."""
    zero = np.zeros(len(codes))
    old, new = aligned(before, codes), aligned(after, codes)
    found = [differ(old.get(n, zero), new.get(n, zero)) for n in measures]
    return np.any(found, axis=0) if found else np.zeros(len(codes), dtype=bool)


def _moves(
    origin: str, codes: tuple[str, ...], old: ndarray, new: ndarray, banned: ndarray, lines: ndarray
) -> Iterator[RateMove]:
    """The lines by old and new rate."""
    groups: dict[tuple[float | None, float | None, bool], list[str]] = {}
    for k in lines.tolist():
        was, now = (None if np.isnan(x[k]) else float(x[k]) for x in (old, new))
        groups.setdefault((was, now, bool(banned[k])), []).append(codes[k])
    for (before, after, ban), held in sorted(groups.items(), key=lambda g: (-len(g[1]), g[1])):
        yield RateMove(origin, before, after, ban, tuple(held))
