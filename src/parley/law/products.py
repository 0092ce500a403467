"""The schedule as a compact table: codes, base-rate texts and descriptions by edition, one line at a time or whole."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from parley.codes import PRODUCT_DIGITS, dotted
from parley.errors import CodeError, InputError
from parley.law.measure import LATEST

DAY = timedelta(days=1)


class Line(NamedTuple):
    """One tariff line in a run of editions with the same rates. start and end are days of editions, not of acts.

    general_2019: where the ordinary rate is not known, that of 2019: an estimate, which no rate rests on.
    """

    code: str
    start: date
    end: date
    general: str
    special: str
    other: str
    unit: str
    description: str
    reason: str = ""
    general_2019: str = ""

    @property
    def short(self) -> str:
        """The last two steps of the description, for people."""
        return ": ".join(self.description.split(": ")[-2:])


@dataclass(frozen=True)
class Products:
    """A destination's schedule as sorted UTF-8 rows, each after a newline; lines are parsed when asked for."""

    destination: str
    header: tuple[str, ...]
    rows: bytes

    def lines(self) -> Iterator[Line]:
        """All lines of all editions."""
        return self._read(self.rows)

    def on(self, on: date) -> list[Line]:
        """The lines of the edition in force on a day."""
        return [line for line in self.lines() if line.start <= on < line.end]

    def starting(self, prefix: str) -> list[Line]:
        """The lines, of all editions, whose code starts with the digits. Reads those rows only."""
        wanted = f"\n{prefix}".encode()
        first = last = self.rows.find(wanted, self._before(wanted))
        if first < 0:
            return []
        while self.rows.startswith(wanted, last):
            last = self.rows.find(b"\n", last + 1)
        return list(self._read(self.rows[first:last]))

    def _before(self, wanted: bytes) -> int:
        """A place before the first row that starts with a prefix, and near it: rows are sorted by code."""
        low, high = 0, len(self.rows)
        while high - low > 8192:  # some forty rows, which a search passes in no time
            edge = self.rows.find(b"\n", (low + high) // 2, high)
            if edge < 0:
                break
            if self.rows[edge : edge + len(wanted)] < wanted:
                low = edge
            else:
                high = edge
        return low

    def line(self, product: str, on: date) -> Line:
        """The line of a product on a day. Raises CodeError with the nearest code, or the lines to choose from."""
        if len(product) not in PRODUCT_DIGITS:
            raise self.unknown(product, on)
        found = [line for line in self.starting(product) if line.start <= on < line.end]
        if len(found) == 1 and len(product) >= 8:
            return found[0]
        if found:
            raise _ambiguous(product, found, self.destination)
        raise self.unknown(product, on)

    def unknown(self, product: str, on: date) -> CodeError:
        """The error for a code that is no line of the day: when it stands, and what took over; or the nearest lines."""
        ever = self.starting(product) if len(product) in PRODUCT_DIGITS else []
        where = f"{self.destination} schedule on {on}"
        if ever:
            spans = "; ".join(f"{_day(line.start)} to {_day(line.end)}" for line in ever[:3])
            hint = self._moved(product, on) or self._beside(ever, on)
            return CodeError(where, f"no line {dotted(product)}", f"it stands in the editions of {spans}", hint)
        moved = self._moved(product, on)
        if moved:
            return CodeError(where, f"no line {dotted(product)}", "a code of the edition in force", moved)
        near = self._nearest(product, on)
        hint = "; ".join(f"{dotted(n.code)} {n.short[:90]}" for n in near[:3])
        hint = f"Nearest: {hint}" if near else "To start from words, use: parley law find WORDS"
        if product[:2] in ("98", "99"):
            hint = "Chapters 98 and 99 classify no goods: give the good's own line; what they levy is added to its rate"
        shown = dotted(product) if len(product) in PRODUCT_DIGITS else f"{product!r}: it has {len(product)} digits"
        return CodeError(where, f"no line {shown}", "a code of the edition in force", hint)

    def _moved(self, code: str, on: date) -> str:
        """What the transfers say of a code that is no line of the day: what it became, or of what it will be made."""
        from parley.law.transfers import begun, ended, forebears, heirs, in_words

        gone = ended(code, on, self.destination)
        coming = None if gone else begun(code, on, self.destination)
        day = gone.on if gone else coming.on if coming else on
        then = heirs(code, day - DAY, day, self.destination) if gone else ()
        now = heirs(code, day - DAY, on, self.destination) if gone else ()
        if coming:
            now = forebears(code, day, on, self.destination)
        if not now or not all(self._stands(c, on) for c in now):
            return ""  # a schedule of the user's own may not have made the transfer
        return in_words(gone, coming, then, now, on)

    def _stands(self, code: str, on: date) -> bool:
        return any(line.start <= on < line.end for line in self.starting(code))

    def _beside(self, ever: list[Line], on: date) -> str:
        near = self._neighbours(ever, on)
        return f"{'Followed' if ever[-1].end <= on else 'Preceded'} by {near}" if near else ""

    def _neighbours(self, ever: list[Line], on: date) -> str:
        """The lines of the day that took over from a code that has ended, or from which one that is to come was made."""
        gone = max(line.end for line in ever)
        edge = gone if gone <= on else min(line.start for line in ever)
        code = ever[0].code
        families = ([x for x in self.starting(code[:n]) if x.code != code and x.start <= on < x.end] for n in (8, 6, 4))
        family = next((f for f in families if f), [])
        heirs = [x for x in family if edge in (x.start, x.end)] or _closest(code, family)
        return "; ".join(f"{dotted(x.code)} {x.short[:60]}" for x in heirs[:4])

    def _nearest(self, product: str, on: date) -> list[Line]:
        for n in range(min(len(product), 10), 1, -1):
            near = [line for line in self.starting(product[:n]) if line.start <= on < line.end]
            if near:
                return _closest(product, near)
        return []

    def _read(self, rows: bytes) -> Iterator[Line]:
        cells = list(csv.reader(io.StringIO(rows.decode("utf-8").lstrip("\n"))))
        columns = dict(zip(self.header, zip(*cells, strict=True), strict=True)) if cells else {}
        empty = ("",) * len(cells)
        code, start, end, *texts = (columns.get(name, empty) for name in Line._fields)
        edges = ([_edge(x, default) for x in days] for days, default in ((start, date.min), (end, LATEST)))
        yield from map(Line._make, zip(code, *edges, *texts, strict=True))


@lru_cache(maxsize=1024)
def _edge(text: str, default: date) -> date:
    return date.fromisoformat(text) if text else default


def _closest(code: str, lines: list[Line]) -> list[Line]:
    """The lines by distance from a code."""
    return sorted(lines, key=lambda line: abs(int(line.code.ljust(10, "0")) - int(code.ljust(10, "0"))))


def _day(day: date) -> str:
    return "the first" if day == date.min else "the last" if day == LATEST else str(day)


def _ambiguous(product: str, lines: list[Line], destination: str) -> CodeError:
    shown = "; ".join(f"{dotted(line.code)} {line.short[:60]}" for line in lines[:8])
    more = f"; and {len(lines) - 8} more" if len(lines) > 8 else ""
    rest = "not one" if len(lines) > 1 else "not that line"
    found = f"{dotted(product)} is a heading of {len(lines)} line{'s' if len(lines) > 1 else ''}, {rest}"
    return CodeError(f"{destination} schedule", found, f"{shown}{more}", "Name the full code")


SCHEDULES = {"USA": "usa.csv.gz", "CHN": "chn.csv.gz"}


@cache
def read_products(destination: str) -> Products:
    """The packaged schedule of a destination."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    return read_table(Path(str(resources.files("parley.law"))) / "schedule" / SCHEDULES[destination], destination)


def line_of(schedules: Iterable[Products], product: str, destination: str, on: date) -> Line | None:
    """The line of a code in one of some schedules read instead of the packaged ones, else in the packaged; None without any."""
    own = next((s for s in schedules if s.destination == destination), None)
    if own is None and destination not in SCHEDULES:
        return None
    return (own or read_products(destination)).line(product, on)


@cache
def schedule_read_to(destination: str) -> date:
    """The last day to which a destination's packaged schedule was read: read_to in schedule/manifest.json.

    Its lines of that day stand for all later days. Raises InputError for a destination without a schedule.
    """
    name = SCHEDULES.get(destination)
    if name is None:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    text = resources.files("parley.law").joinpath("schedule", "manifest.json").read_text("utf-8")
    return date.fromisoformat(json.loads(text)[name]["read_to"])


def read_table(path: Path, destination: str) -> Products:
    """A schedule from a gzipped CSV: code,start,end,general,special,other,unit,description[,reason], sorted by code."""
    try:
        packed = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise InputError(str(path.name), f"the schedule of {destination} is not in this package") from None
    edge = packed.index(b"\n")
    return Products(destination, tuple(packed[:edge].decode().strip().split(",")), packed[edge:].rstrip() + b"\n")
