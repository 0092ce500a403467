"""What is said of a code that is no line of the schedule on a day: when it stands, what took over, or the nearest lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from parley.codes import PRODUCT_DIGITS, dotted
from parley.errors import CodeError
from parley.law.code_lines import follow
from parley.law.measure import LATEST
from parley.law.transfers import begun, ended, forebears, heirs, in_words

if TYPE_CHECKING:
    from parley.law.products import Line, Products

_DAY = timedelta(days=1)
CHAPTER = 2  # digits


def no_line(schedule: Products, product: str, on: date) -> CodeError:
    """The error for a code that is no line of the day: when it stands, and what took over; or the nearest lines."""
    ever = schedule.starting(product) if len(product) in PRODUCT_DIGITS else []
    where = f"{schedule.destination} schedule on {on}"
    if ever:
        spans = "; ".join(f"{_day(line.start)} to {_day(line.end)}" for line in ever[:3])
        hint = _moved(schedule, product, on) or _beside(schedule, ever, on)
        return CodeError(where, f"no line {dotted(product)}", f"it stands in the editions of {spans}", hint)
    moved = _moved(schedule, product, on)
    if moved:
        return CodeError(where, f"no line {dotted(product)}", "a code of the edition in force", moved)
    followed = follow(schedule, product, on)
    if followed and followed.way == "edition":
        return CodeError(where, f"no line {dotted(product)}", "a code of the edition in force", followed.words)
    near = _nearest(schedule, product, on)
    hint = "; ".join(f"{dotted(n.code)} {n.short[:90]}" for n in near[:3])
    hint = f"Nearest: {hint}" if near else "To start from words, use: parley law find WORDS"
    if product[:2] in ("98", "99"):
        hint = "Chapters 98 and 99 classify no goods: give the good's own line; what they levy is added to its rate"
    shown = dotted(product) if len(product) in PRODUCT_DIGITS else f"{product!r}: it has {len(product)} digits"
    return CodeError(where, f"no line {shown}", "a code of the edition in force", hint)


def _moved(schedule: Products, code: str, on: date) -> str:
    """What the transfers say of a code that is no line of the day: what it became, or of what it will be made."""
    gone = ended(code, on, schedule.destination)
    coming = None if gone else begun(code, on, schedule.destination)
    day = gone.on if gone else coming.on if coming else on
    then = heirs(code, day - _DAY, day, schedule.destination) if gone else ()
    now = heirs(code, day - _DAY, on, schedule.destination) if gone else ()
    if coming:
        now = forebears(code, day, on, schedule.destination)
    if not now or not all(_stands(schedule, c, on) for c in now):
        return ""  # a schedule of the user's own may not have made the transfer
    return in_words(gone, coming, then, now, on)


def _stands(schedule: Products, code: str, on: date) -> bool:
    return any(line.start <= on < line.end for line in schedule.starting(code))


def _beside(schedule: Products, ever: list[Line], on: date) -> str:
    near = _neighbours(schedule, ever, on)
    return f"{'Followed' if ever[-1].end <= on else 'Preceded'} by {near}" if near else ""


def _neighbours(schedule: Products, ever: list[Line], on: date) -> str:
    """The lines of the day that took over from a code that has ended, or from which one that is to come was made."""
    gone = max(line.end for line in ever)
    edge = gone if gone <= on else min(line.start for line in ever)
    code = ever[0].code
    families = ([x for x in schedule.starting(code[:n]) if x.code != code and x.start <= on < x.end] for n in (8, 6, 4))
    family = next((f for f in families if f), [])
    heirs = [x for x in family if edge in (x.start, x.end)] or _closest(code, family)
    return "; ".join(f"{dotted(x.code)} {x.short[:60]}" for x in heirs[:4])


def _nearest(schedule: Products, product: str, on: date) -> list[Line]:
    for n in range(min(len(product), 10), 1, -1):
        near = [line for line in schedule.starting(product[:n]) if line.start <= on < line.end]
        if near:
            return _closest(product, near)
    return []


def _closest(code: str, lines: list[Line]) -> list[Line]:
    """The lines by distance from a code."""
    return sorted(lines, key=lambda line: abs(int(line.code.ljust(10, "0")) - int(code.ljust(10, "0"))))


def _day(day: date) -> str:
    return "the first" if day == date.min else "the last" if day == LATEST else str(day)


def several_lines(product: str, lines: list[Line], destination: str) -> CodeError:
    """The error for a code that is a heading of lines."""
    shown = "; ".join(f"{dotted(line.code)} {line.short[:60]}" for line in lines[:8])
    more = f"; and {len(lines) - 8} more" if len(lines) > 8 else ""
    rest = "not one" if len(lines) > 1 else "not that line"
    found = f"{dotted(product)} is a heading of {len(lines)} line{'s' if len(lines) > 1 else ''}, {rest}"
    hint = "Name the full code"
    if len(product) == CHAPTER:
        hint = f"For a whole chapter: parley law average --products {product}, or name four digits or more"
    return CodeError(f"{destination} schedule", found, f"{shown}{more}", hint)
