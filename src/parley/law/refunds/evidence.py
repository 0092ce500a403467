"""What a claim rests on, read off a file's columns as arrays: days, dollars, words of status, numbers of entries."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from parley.errors import unknown_name
from parley.law.refunds.arrow import floats, kernels
from parley.law.shipments.columns import plain_name
from parley.law.shipments.layouts.amounts import decimal_in, read_amount
from parley.law.shipments.layouts.currencies import DOLLAR
from parley.law.shipments.layouts.days import order_of, read_day
from parley.law.shipments.layouts.spelling import plain

if TYPE_CHECKING:
    import pyarrow as pa

PAID = "paid_"
NOT_STATED = frozenset(
    ("", "na", "nan", "null", "none", "nil", "nd")
)  # cells that state no day and no amount, signs apart
_YEARS = range(1901, 9000)  # a day of another year is what programs write where there is none
_PLAIN = r"^-?(\d+(\.\d{0,2}|\.\d{4,})?|0\.\d+|\d{4,}\.\d+)$"  # amounts with one meaning: 1.125 has two


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = resources.files("parley.law").joinpath("refunds", name).read_text("utf-8")
    return tuple(csv.DictReader(x for x in text.splitlines() if not x.startswith("#")))


@cache
def roles() -> dict[str, tuple[str, ...]]:
    """The headings under which files hold each role of columns.csv."""
    return {r["role"]: tuple(r["headings"].split()) for r in _table("columns.csv")}


@cache
def evidence() -> tuple[str, ...]:
    """The roles that are named as missing where a file has no such column."""
    return tuple(r["role"] for r in _table("columns.csv") if r["evidence"] == "true")


@dataclass(frozen=True)
class Held:
    """The file's columns by role; those of what was paid by programme; and those of headings that were not struck.

    together: what was paid under all struck programmes in one amount, such as paid_ieepa.
    """

    of: Mapping[str, str]
    paid: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    together: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles of evidence that no column holds."""
        return tuple(
            r for r in evidence() if r not in self.of and not (r == "duty_paid" and (self.paid or self.together))
        )


def find_held(
    own: Sequence[str], given: Mapping[str, str], programmes: Mapping[str, str], whole: Sequence[str]
) -> Held:
    """The columns of evidence: those given by name, then those with usual names.

    programmes: heading of chapter 99, eight digits → programme. whole: programmes that may stand as paid_<programme>.
    """
    found: dict[str, str] = {}
    for role, name in given.items():
        held = [n for n in own if name in (n, n.removesuffix("_input"))]
        if not held:
            raise unknown_name(f"--columns {role}", "column", name, own)
        found[role] = held[0]
    plain = {n: plain_name(n.removesuffix("_input")) for n in own}
    for role, usual in roles().items():
        held = [n for u in usual for n in own if plain[n] == u]
        if role not in found and held:
            found[role] = held[0]
    paid: dict[str, list[str]] = {}
    others, together = [], []
    for name in (n for n in own if plain[n].startswith(PAID)):
        rest = plain[name].removeprefix(PAID)
        digits = rest.replace("_", "")
        programme = programmes.get(digits) if digits.isdecimal() else rest if rest in whole else None
        if programme is not None:
            paid.setdefault(programme, []).append(name)
        elif digits.isdecimal():
            others.append(name)
        elif whole and all(p.startswith(f"{rest}_") for p in whole):
            together.append(name)
    for programme, names in paid.items():  # headings say more than the programme: with both, the headings decide
        by_heading = [n for n in names if any(c.isdecimal() for c in plain[n])]
        paid[programme] = by_heading or names
    return Held(found, {p: tuple(names) for p, names in paid.items()}, tuple(others), tuple(together))


def text_of(column: pa.Array) -> pa.Array:
    """A column as trimmed text, null where it is empty."""
    import pyarrow as pa

    pc = kernels()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    made = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(made, ""), None, made)


def by_value(column: pa.Array, read: Callable[[pa.Array], np.ndarray], absent: object) -> np.ndarray:
    """What `read` makes of each different text of a column, spread over its rows; `absent` where there is none."""
    import pyarrow as pa

    pc = kernels()
    coded = pc.dictionary_encode(text_of(column))
    made = read(coded.dictionary)
    made = np.concatenate([made, np.array([absent], made.dtype)])
    return made[np.asarray(pc.fill_null(coded.indices.cast(pa.int32()), len(made) - 1))]


def days_of(column: pa.Array | None, rows: int, written: str) -> np.ndarray:
    """A column as days: spellings of one meaning, others as the file's days are written; NaT where there is none that can be read."""
    import pyarrow as pa

    if column is None:
        return np.full(rows, np.datetime64("NaT", "D"))
    if pa.types.is_temporal(column.type):
        return _stated(np.asarray(column.cast(pa.date32())).astype("datetime64[D]"))
    return by_value(column, lambda texts: _parsed(texts, written), np.datetime64("NaT", "D"))


def _parsed(texts: pa.Array, written: str) -> np.ndarray:
    order = order_of(written)
    found = (read_day(str(t), order) for t in texts.to_pylist())
    return _stated(np.array([f.day if f.precision == "day" else None for f in found], "datetime64[D]"))


def _stated(days: np.ndarray) -> np.ndarray:
    """Days but for those that programs write where there is none: the last one of the calendar, the first of 1900."""
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where((years >= _YEARS.start) & (years < _YEARS.stop), days, np.datetime64("NaT", "D"))


def dollars_of(column: pa.Array | None, rows: int, decimal: str = "") -> np.ndarray:
    """A column as dollars: "$1,450.00", "(20.00)" for less than nothing; NaN where there is none that can be read.

    decimal: the decimal sign; without one the column's own amounts tell, and what has two meanings is not read.
    """
    import pyarrow as pa

    if column is None:
        return np.full(rows, np.nan)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return floats(column)
    return by_value(column, lambda texts: _amounts(texts, decimal), np.nan)


def _amounts(texts: pa.Array, decimal: str) -> np.ndarray:
    pc = kernels()
    fits = pc.match_substring_regex(texts, r"^-?\d+$" if decimal == "," else _PLAIN)
    made = floats(pc.if_else(fits, texts, None))
    rest = np.flatnonzero(np.isnan(made))
    if len(rest):
        said = texts.to_pylist()
        sign = "." if decimal == "." else "," if decimal == "," else decimal_in(said)
        found = [read_amount(said[n], sign) for n in rest.tolist()]
        made[rest] = [np.nan if f.number is None or f.currency not in ("", DOLLAR) else f.number for f in found]
    return np.where(np.isfinite(made), made, np.nan)


def is_unread(column: pa.Array | None, found: np.ndarray) -> np.ndarray:
    """Where a column states something, and neither a day nor an amount was read of it."""
    of_days = found.dtype.kind == "M"
    absent = np.isnat(found) if of_days else np.isnan(found)
    if column is None or not absent.any():
        return np.zeros(len(found), bool)

    def states(texts: pa.Array) -> np.ndarray:
        return np.array([plain(str(t)) not in NOT_STATED for t in texts.to_pylist()], bool)

    none = is_meant(column, len(found), "no_day", ("no_day",)) if of_days else False
    return absent & by_value(column, states, False) & ~np.asarray(none)


def is_meant(
    column: pa.Array | None, rows: int, role: str, wanted: Sequence[str], empty: bool = False, else_: bool = False
) -> np.ndarray:
    """Where the words of a column of status mean one of what is wanted (words.csv).

    empty: where there are none. else_: where there are some that no row of the table knows.
    """
    if column is None:
        return np.full(rows, empty)
    words = sorted((w for w in _table("words.csv") if w["role"] == role), key=lambda w: -len(w["words"]))

    def fits(text: str) -> bool:
        for w in words:
            if text == w["words"] or (w["how"] == "begins" and text.startswith(w["words"])):
                return w["means"] in wanted
        return else_

    return by_value(column, lambda texts: np.array([fits(str(t).lower()) for t in texts.to_pylist()], bool), empty)


def codes_of(column: pa.Array | None, rows: int, wanted: Sequence[str]) -> np.ndarray:
    """Where a column of two-digit codes ("01", 1, "1.0") holds one of those wanted."""
    if column is None:
        return np.full(rows, False)

    def fits(texts: pa.Array) -> np.ndarray:
        return np.array([str(t).removesuffix(".0").zfill(2) in wanted for t in texts.to_pylist()], bool)

    return by_value(column, fits, False)
