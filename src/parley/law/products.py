"""The schedule as a compact table: codes, base-rate texts and descriptions by edition, one line at a time or whole."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from parley.codes import dotted
from parley.errors import CodeError, InputError
from parley.law.measure import LATEST


class Line(NamedTuple):
    """One tariff line in a run of editions with the same rates. start and end are days of editions, not of acts."""

    code: str
    start: date
    end: date
    general: str
    special: str
    other: str
    unit: str
    description: str
    reason: str = ""

    @property
    def short(self) -> str:
        """The last two steps of the description, for people."""
        return ": ".join(self.description.split(": ")[-2:])


@dataclass(frozen=True)
class Products:
    """A destination's schedule as sorted text; lines are parsed when asked for."""

    destination: str
    header: tuple[str, ...]
    text: str

    def lines(self) -> Iterator[Line]:
        """All lines of all editions."""
        return (self._line(row) for row in csv.reader(io.StringIO(self.text.lstrip("\n"))))

    def on(self, on: date) -> list[Line]:
        """The lines of the edition in force on a day."""
        return [line for line in self.lines() if line.start <= on < line.end]

    def starting(self, prefix: str) -> list[Line]:
        """The lines, of all editions, whose code starts with the digits. Reads those rows only."""
        first = self.text.find(f"\n{prefix}")
        if first < 0:
            return []
        last = first
        while self.text.startswith(f"\n{prefix}", last):
            last = self.text.find("\n", last + 1)
            if last < 0:
                last = len(self.text)
        return [self._line(row) for row in csv.reader(io.StringIO(self.text[first + 1 : last]))]

    def line(self, product: str, on: date) -> Line:
        """The line of a product on a day. Raises CodeError with the nearest code, or the lines to choose from."""
        found = [line for line in self.starting(product) if line.start <= on < line.end]
        if len(found) == 1 and len(product) >= 8:
            return found[0]
        if found:
            raise _ambiguous(product, found, self.destination)
        raise self._unknown(product, on)

    def _unknown(self, product: str, on: date) -> CodeError:
        ever = self.starting(product)
        where = f"{self.destination} schedule on {on}"
        if ever:
            spans = "; ".join(f"{_day(line.start)} to {_day(line.end)}" for line in ever[:3])
            near = self._neighbours(ever, on)
            hint = f"{'Followed' if ever[-1].end <= on else 'Preceded'} by {near}" if near else ""
            return CodeError(where, f"no line {dotted(product)}", f"it stands in the editions of {spans}", hint)
        near = self._nearest(product, on)
        hint = "; ".join(f"{dotted(n.code)} {n.short[:90]}" for n in near[:3])
        return CodeError(where, f"no line {dotted(product)}", "a code of the edition in force", f"Nearest: {hint}")

    def _neighbours(self, ever: list[Line], on: date) -> str:
        """The lines of the day that took over from a code that has ended, or from which one that is to come was made."""
        gone = max(line.end for line in ever)
        edge = gone if gone <= on else min(line.start for line in ever)
        family = self.starting(ever[0].code[:8])
        heirs = [x for x in family if x.code != ever[0].code and edge in (x.start, x.end) and x.start <= on < x.end]
        return "; ".join(f"{dotted(x.code)} {x.short[:60]}" for x in heirs[:4])

    def _nearest(self, product: str, on: date) -> list[Line]:
        for n in range(len(product) - 1, 1, -1):
            near = [line for line in self.starting(product[:n]) if line.start <= on < line.end]
            if near:
                return sorted(near, key=lambda line: abs(int(line.code.ljust(10, "0")) - int(product.ljust(10, "0"))))
        return self.on(on)[:1]

    def _line(self, row: list[str]) -> Line:
        cell = dict(zip(self.header, row, strict=True))
        return Line(
            cell["code"],
            date.fromisoformat(cell["start"]) if cell["start"] else date.min,
            date.fromisoformat(cell["end"]) if cell["end"] else LATEST,
            *(cell.get(name, "") for name in ("general", "special", "other", "unit", "description", "reason")),
        )


def _day(day: date) -> str:
    return "the first" if day == date.min else "the last" if day == LATEST else str(day)


def _ambiguous(product: str, lines: list[Line], destination: str) -> CodeError:
    shown = "; ".join(f"{dotted(line.code)} {line.short[:60]}" for line in lines[:8])
    more = f"; and {len(lines) - 8} more" if len(lines) > 8 else ""
    found = f"{dotted(product)} is a heading of {len(lines)} line{'s' if len(lines) > 1 else ''}, not one"
    return CodeError(f"{destination} schedule", found, f"{shown}{more}", "Name the full code")


SCHEDULES = {"USA": "usa.csv.gz", "CHN": "chn.csv.gz"}


@cache
def read_products(destination: str) -> Products:
    """The packaged schedule of a destination."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    return read_table(Path(str(resources.files("parley.law"))) / "schedule" / SCHEDULES[destination], destination)


def read_table(path: Path, destination: str) -> Products:
    """A schedule from a gzipped CSV: code,start,end,general,special,other,unit,description[,reason], sorted by code."""
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise InputError(str(path.name), f"the schedule of {destination} is not in this package") from None
    header, _, rest = text.partition("\n")
    return Products(destination, tuple(header.split(",")), "\n" + rest.rstrip("\n") + "\n")
