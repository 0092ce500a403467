"""The schedule, a line at a time or whole: codes, descriptions and duties by edition, and a line's ordinary duty as a rate.

Duty expressions stand as the schedules print them: "Free", "6.8%", "1¢/kg", "$1.035/kg + 14.9%", max(…), min(…). What this
grammar cannot read stays unknown, with its text as the reason; it is never a zero.

General note 3(c) of the Harmonized Tariff Schedule lists the symbols of the special column's preferences. A symbol with "+"
or "*" (S+, P+, A+, A*) is a symbol of its own and is read as one: only the preferences that name it ("S", "S+") may use its
rate.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from parley.codes import PRODUCT_DIGITS
from parley.errors import InputError
from parley.law.entry_claims import AGREEMENTS, Preference, Value
from parley.law.law_package import law_path
from parley.law.measure import LATEST

SCHEDULES = {"USA": "usa.csv.gz", "CHN": "chn.csv.gz"}
FIRST_EDITION = date(2025, 1, 1)  # the first edition of the schedule in the package
# General note 3(b): goods of these pay column 2. Russia and Belarus since 9 April 2022 (Public Law 117-110).
COLUMN_2 = ("BLR", "CUB", "PRK", "RUS")
_SINCE = {"BLR": date(2022, 4, 9), "RUS": date(2022, 4, 9)}
NOT_KNOWN = "not known"  # the expression of a duty that is levied, or may be, at a rate that our sources do not give
NO_SOURCE = "its rate is not in our sources"
MAX_LENGTH = 400  # the longest expression of the schedule has 190 characters; longer input is refused unread

_NUMBER = r"(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_PERCENT = re.compile(rf"^{_NUMBER}\s*(?:%|percent)(?:\s*ad val\.?)?$")
_CENTS = re.compile(rf"^{_NUMBER}\s*¢\s*(?:/\s*|per\s+)?(.+)$")
_DOLLARS = re.compile(rf"^\$\s*{_NUMBER}\s*(?:/\s*|per\s+)?(.+)$")
_EXTREME = re.compile(r"^(max|min)\((.*)\)$", re.DOTALL)
_PLAIN_UNIT = re.compile(r"^[A-Za-z0-9.² ³]{1,24}$")
_GROUP = re.compile(r"(?<![^()])([^()]++)\(([^()]*+)\)")


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
        low, high = 0, len(self.rows) - 1  # the last newline starts no row
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
        ever = self.starting(product) if len(product) in PRODUCT_DIGITS else []
        found = [line for line in ever if line.start <= on < line.end]
        if len(found) == 1 and len(product) >= 8:
            return found[0]
        from parley.law.unknown_code import no_line, several_lines

        raise several_lines(product, found, self.destination) if found else no_line(self, product, on)

    def _read(self, rows: bytes) -> Iterator[Line]:
        text = rows.decode("utf-8").strip("\n")  # no cell holds a newline: a row starts after each
        cells = list(csv.reader(text.split("\n"))) if text else []
        columns = dict(zip(self.header, zip(*cells, strict=True), strict=True)) if cells else {}
        empty = ("",) * len(cells)
        code, start, end, *texts = (columns.get(name, empty) for name in Line._fields)
        edges = ([_edge(x, default) for x in days] for days, default in ((start, date.min), (end, LATEST)))
        yield from map(Line._make, zip(code, *edges, *texts, strict=True))


@lru_cache(maxsize=1024)
def _edge(text: str, default: date) -> date:
    return date.fromisoformat(text) if text else default


@cache
def read_products(destination: str) -> Products:
    """The packaged schedule of a destination."""
    if destination not in SCHEDULES:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    return read_table(law_path("schedule", SCHEDULES[destination]), destination)


def line_of(schedules: Iterable[Products], product: str, destination: str, on: date) -> Line | None:
    """The line of a code in one of some schedules read instead of the packaged ones, else in the packaged; None without any."""
    own = next((s for s in schedules if s.destination == destination), None)
    if own is None and destination not in SCHEDULES:
        return None
    return (own or read_products(destination)).line(re.sub(r"[.\s]", "", product), on)


def stands_in(destination: str, first: date) -> str:
    """What to say of a period that begins before the first edition of the schedule; empty where it does not."""
    if destination != "USA" or first >= FIRST_EDITION:
        return ""
    return f"before {FIRST_EDITION} the lines and their base rates are those of the edition of that day, standing in"


@cache
def schedule_read_to(destination: str) -> date:
    """The last day to which a destination's packaged schedule was read: read_to in schedule/manifest.json.

    Its lines of that day stand for all later days. Raises InputError for a destination without a schedule.
    """
    name = SCHEDULES.get(destination)
    if name is None:
        raise InputError("destination", f"no schedule of {destination}", ", ".join(SCHEDULES))
    text = law_path("schedule", "manifest.json").read_text("utf-8")
    return date.fromisoformat(json.loads(text)[name]["read_to"])


def read_table(path: Path, destination: str) -> Products:
    """A schedule from a gzipped CSV: code,start,end,general,special,other,unit,description[,reason], sorted by code."""
    try:
        packed = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise InputError(str(path.name), f"the schedule of {destination} is not in this package") from None
    edge = packed.index(b"\n")
    return Products(destination, tuple(packed[:edge].decode().strip().split(",")), packed[edge:].rstrip() + b"\n")


@dataclass(frozen=True)
class Duty:
    """A duty: an ad valorem part, specific parts (dollars, unit), or the greatest or least of several duties.

    readable is False where the text says more than a rate (degrees of sugar, "on the case", another subheading).
    """

    text: str
    ad_valorem: float = 0.0
    specific: tuple[tuple[float, str], ...] = ()
    extreme: str = ""
    parts: tuple[Duty, ...] = ()
    readable: bool = True

    @property
    def is_ad_valorem(self) -> bool:
        """Whether the duty is a fraction of value alone, so that no quantity is needed."""
        return self.readable and not self.specific and all(p.is_ad_valorem for p in self.parts)

    @property
    def kind(self) -> str:
        """free, ad valorem, specific, compound, greatest or least of several, or unread."""
        if not self.readable:
            return "unread"
        if self.extreme:
            return "greatest of" if self.extreme == "max" else "least of"
        if not self.specific:
            return "ad valorem" if self.ad_valorem else "free"
        return "compound" if self.ad_valorem else "specific"


@dataclass(frozen=True)
class Base:
    """The base duty before measures: its programme, duty and words."""

    programme: str
    duty: Duty
    text: str
    reason: str
    source: str


@cache
def read_duty(text: str) -> Duty:
    """The duty that a text of the schedule, or a measure's expression, stands for."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_LENGTH:
        return Duty(text[:MAX_LENGTH], readable=False)
    extreme = _EXTREME.match(text)
    if extreme:
        parts = tuple(read_duty(p) for p in extreme.group(2).split(";"))
        return Duty(text, extreme=extreme.group(1), parts=parts, readable=all(p.readable for p in parts))
    return _sum_of_terms(text)


def _sum_of_terms(text: str) -> Duty:
    ad_valorem, specific = 0.0, []
    for term in (t.strip() for t in text.split("+")):
        percent = _PERCENT.match(term)
        amount = _amount(term)
        if percent:
            ad_valorem += round(_value(percent.group(1)) / 100, 12)  # 12 digits: 16.5 % is 0.165, as written
        elif amount:
            specific.append(amount)
        elif term.casefold() != "free":
            return Duty(text, readable=False)
    return Duty(text, ad_valorem, tuple(specific))


def _amount(term: str) -> tuple[float, str] | None:
    """Dollars and unit of "1¢/kg", "0.9¢ each", "$1.035/kg"; None where the rest is not plainly a unit."""
    for pattern, dollars in ((_CENTS, 0.01), (_DOLLARS, 1.0)):
        found = pattern.match(term)
        if found and _PLAIN_UNIT.match(found.group(2)) and not found.group(2).startswith("on "):
            unit = found.group(2).strip()
            return (_value(found.group(1)) * dollars, unit) if " on " not in f" {unit} " else None
    return None


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def rate_of(duty: Duty, unit_value: float | None = None) -> float | None:
    """The duty as a fraction of customs value; None where that needs a unit value that is not known, or is unread.

    A specific duty of d dollars a unit at a unit value of u dollars is d/u.
    """
    if not duty.readable:
        return None
    if duty.extreme:
        rates = [rate_of(p, unit_value) for p in duty.parts]
        known = [r for r in rates if r is not None]
        return (max if duty.extreme == "max" else min)(known) if len(known) == len(rates) else None
    if not duty.specific:
        return duty.ad_valorem
    if unit_value is None or len({unit for _, unit in duty.specific}) > 1:
        return None
    return duty.ad_valorem + sum(amount for amount, _ in duty.specific) / unit_value


def why_unknown(duty: Duty, unit_value: float | None = None) -> str:
    """One sentence: why a duty has no rate."""
    if not duty.text:
        return "the table gives no rate"
    if duty.text == NOT_KNOWN:
        return NO_SOURCE
    if not duty.readable:
        return f"{duty.text!r} is not a rate that can be computed from value and quantity alone"
    units = sorted({u for d in (duty, *duty.parts) for _, u in d.specific})
    if len(units) > 1 and unit_value is not None:
        return f"{duty.text} is levied on several units ({', '.join(units)})"
    what = "a compound" if duty.kind == "compound" else "a specific"
    return f"{duty.text} is {what} duty: claim unit_value (dollars per {', '.join(units)}), or quantity with --value"


def base_line(line: Line, origin: str, destination: str, claims: Mapping[str, Value], on: date) -> Base:
    """The base duty of a line: column 2, a claimed preference, or column 1."""
    held = destination in SCHEDULES
    source = (
        f"{destination} tariff schedule, line {line.code}"
        if held
        else f"no tariff schedule of {destination} in the package"
    )
    if on < FIRST_EDITION and destination == "USA":
        source += f" (edition of {FIRST_EDITION}, standing in for {on})"
    if destination != "USA":
        reason = line.reason or "most-favoured-nation rate"
        return Base("mfn", read_duty(line.general), line.general, reason, source)
    if pays_column_2(origin, on):
        return Base("column2", read_duty(line.other), line.other, f"column 2: {line.other}", source)
    preference = claimed(origin, dict(claims))
    duty = preferential_duty(line.special, preference) if preference else None
    if preference and duty:
        words = f"{preference.title}: {duty.text}"
        return Base("preference", duty, duty.text, words, f"{source}, special column")
    note = f"; the special column grants {preference.title} nothing" if preference and line.general != "Free" else ""
    return Base("mfn", read_duty(line.general), line.general, f"column 1 general: {line.general}{note}", source)


def pays_column_2(origin: str, on: date) -> bool:
    """Whether goods of an origin pay column 2 on a day."""
    first = column_2_from(origin)
    return first is not None and on >= first


def column_2_from(origin: str) -> date | None:
    """The first day from which an origin's goods pay column 2; None where they do not."""
    return _SINCE.get(origin, date.min) if origin in COLUMN_2 else None


def column_2_days() -> set[date]:
    """The days on which some origin moved to column 2."""
    return set(_SINCE.values())


def claimed(origin: str, claims: dict) -> Preference | None:
    """The preference that the claims ask for and the origin may use; None otherwise."""
    hits = (p for p in AGREEMENTS if origin in p.origins and claims.get(p.claim) is True)
    return next(hits, None)


def preferential_duty(special: str, preference: Preference) -> Duty | None:
    """The duty that the special column grants to a preference; None where it grants none."""
    rates = special_rates(special)
    return next((rates[s] for s in preference.symbols if s in rates), None)


@cache
def special_rates(text: str) -> dict[str, Duty]:
    """The special column as symbol → duty: "Free (A,AU,S) 5.3% (JP)"."""
    found: dict[str, Duty] = {}
    for rate, symbols in _GROUP.findall(text):
        for symbol in re.split(r"[,\s]+", symbols):  # editions have slips: "E IL", ".OM"
            if symbol.strip(" ."):
                found[symbol.strip(" .")] = read_duty(rate.strip())
    return found
