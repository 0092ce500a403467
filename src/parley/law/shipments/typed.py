"""A batch's columns as typed arrays: codes, origins and days by their places, numbers, units and claims; what cannot be read.

A number is digits, point and exponent, or has "$" and thousands' commas; a day is YYYY-MM-DD, with or without an hour behind it,
or as `dates` says. Texts are read once a distinct text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import NOT_STATED, countries, country
from parley.errors import CodeError
from parley.law.entry_claims import AGREEMENTS, CLAIMS
from parley.law.products import SCHEDULES
from parley.law.shipments.arrow import pa, pc
from parley.law.shipments.compile.claim_classes import METAL_CLAIMS, PREFERENCES
from parley.law.shipments.compile.law import Law
from parley.law.shipments.compile.tables import EPOCH, LawTables
from parley.law.shipments.rejects import Why
from parley.law.shipments.units import OF_NO_FILE, dimension_of

HIGHEST = 1e15  # dollars: beyond it a double no longer holds cents
NO_DAY = -(1 << 31)
NO_UNIT, UNREAD_UNIT = -1, -2  # the dimension of a quantity whose unit is not stated, or is no unit
_PLAIN = re.compile(r"[-+]?([0-9]++(?:[.][0-9]*+)?|[.][0-9]++)([eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"-?[$]?[0-9]{1,3}(,[0-9]{3})*([.][0-9]*)?")
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.]{1,16}Z?)?")
_SLASHED = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_FLAGS: dict[str, float] = {"true": 1, "yes": 1, "y": 1, "1": 1, "t": 1, "false": 0, "no": 0, "n": 0, "0": 0, "f": 0}


@dataclass(frozen=True)
class Lines:
    """A batch, typed. Places of none are the last ones. value: NaN where there is no such number.

    claims: numbers; a flag is 1 or 0, a day its ordinal; NaN where not made. bad: 0, or the reason why a claim cannot be.
    columns: quantity, unit_value, unit and mode, where the file has them: read where they are asked for, as few lines need them.
    """

    product: Int[ndarray, " n"]
    origin: Int[ndarray, " n"]
    day: Int[ndarray, " n"]
    value: Float[ndarray, " n"]
    claims: dict[str, Float[ndarray, " n"]]
    bad: Int[ndarray, " n"]
    columns: Mapping[str, Any]

    def amounts(self, name: str, rows: Int[ndarray, " r"]) -> Float[ndarray, " r"]:
        """The quantity or unit_value of some lines; NaN where it is no positive number: a line that needs none is a good line."""
        if name not in self.columns:
            return np.full(len(rows), np.nan)
        found = numbers(self.columns[name].take(pa.array(rows)))
        return np.where((found > 0) & (found < HIGHEST), found, np.nan)

    def states(self, rows: Int[ndarray, " r"]) -> Bool[ndarray, " r"]:
        """Whether some lines give a quantity or a unit value, readable or not."""
        given = [~_nulls(self.columns[n].take(pa.array(rows))) for n in ("quantity", "unit_value") if n in self.columns]
        return np.any([np.zeros(len(rows), dtype=bool), *given], axis=0)

    def units(self, rows: Int[ndarray, " r"]) -> tuple[Int[ndarray, " r"], Float[ndarray, " r"]]:
        """The dimension (NO_UNIT: no unit) and the size of some lines' units; a word that is no unit is of no duty's dimension."""
        words, places = texts(self.columns["unit"].take(pa.array(rows)))
        found = [dimension_of(w) if w.strip(" ") else (NO_UNIT, 1.0) for w in (w or "" for w in words.to_pylist())]
        dimension, size = (np.array(c) for c in zip(*found, strict=True))
        return np.where(dimension == OF_NO_FILE, UNREAD_UNIT, dimension)[places], size[places]


def read_lines(law: Law, tables: LawTables, batch: pa.RecordBatch) -> Lines:
    """The lines of a batch whose columns are named by role."""
    asked, held = law.asked, {n: batch.column(n) for n in batch.schema.names if n in law.columns.of}
    value, origin = numbers(held["value"]), _origins(tables, held["origin"])
    one = date.fromisoformat(asked.on).toordinal() - EPOCH if asked.on else NO_DAY
    return Lines(
        _products(tables, held["product"]),
        origin,
        np.full(len(batch), one, dtype=np.int32) if asked.on else days(held["entry_date"], asked.dates),
        np.floor(value + 0.5) if asked.whole_dollars else value,
        *_claims(law, tables, held, origin),
        {n: held[n] for n in ("quantity", "unit_value", "unit", "mode") if n in held},
    )


def _nulls(column: Any) -> Bool[ndarray, " n"]:
    return column.is_null().to_numpy(zero_copy_only=False)


def texts(column: Any) -> tuple[Any, Int[ndarray, " n"]]:
    """The distinct texts of a column as an array of strings with a null behind them, and the place of each line's."""
    coded = column if pa.types.is_dictionary(column.type) else _strings(column).dictionary_encode()
    words = coded.dictionary.cast(pa.string())
    places = coded.indices
    if places.null_count:
        places = places.fill_null(len(words))
    return pa.concat_arrays([words, pa.nulls(1, pa.string())]), places.to_numpy(zero_copy_only=False)


def _strings(column: Any) -> Any:
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):  # a code that was a number with gaps has none behind its point
        whole = np.floor(held := column.cast(pa.float64()).to_numpy(zero_copy_only=False)) == held
        if bool((whole | np.isnan(held)).all()) and column.null_count < len(column):
            column = pa.array(held, from_pandas=True).cast(pa.int64(), safe=False)
    return column.cast(pa.string())


def by_text(column: Any, read: Callable[[str], Any], none: Any, kind: Any) -> ndarray:
    """A column read once a distinct text."""
    words, places = texts(column)
    return np.take(np.array([none if w is None else read(w) for w in words.to_pylist()], dtype=kind), places)


@cache
def destination_of(text: str) -> str:
    """The destination that a text names; nothing where the package holds no schedule of it."""
    try:
        name = country(text, "destination")
    except CodeError:
        return ""
    return name if name in SCHEDULES else ""


def by_destination(batch: pa.RecordBatch) -> list[tuple[Int[ndarray, " k"], str]]:
    """The lines of each destination in a batch ("": of none that is held)."""
    names = by_text(batch.column("destination"), destination_of, "", object)
    return [(np.flatnonzero(names == name), name) for name in sorted(set(names.tolist()))] or [(np.arange(0), "USA")]


def _products(tables: LawTables, column: Any) -> Int[ndarray, " n"]:
    """The place of each line's code: digits without points and blanks; whole numbers get back the zero in front."""
    words, places = texts(column)
    if not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        words = pa.array([f"0{w}" if w and len(w) in (7, 9) else w for w in words.to_pylist()], pa.string())
    found = _places(words, tables.codes)
    odd = np.flatnonzero((found == len(tables.codes)) & ~_nulls(words))
    bare = pc.replace_substring_regex(held := words.take(pa.array(odd)), "[. ]", "")
    if not bare.equals(held):
        found = found.copy()
        found[odd] = _places(bare, tables.codes)
    return np.take(found, places)


def _places(words: Any, among: Any) -> Int[ndarray, " w"]:
    """The place of each text among others; behind the last for none."""
    return pc.index_in(words, value_set=among).fill_null(len(among)).to_numpy(zero_copy_only=False)


def _origins(tables: LawTables, column: Any) -> Int[ndarray, " n"]:
    """The place of each line's country; NA and NO are countries among codes of two letters alone."""
    spelled, none = tables.origins.spelled, len(tables.origins.seller) - 1
    words, places = texts(column)
    said = [(w or "").strip(" ").casefold() for w in words.to_pylist()]
    unsure = () if all(len(w) == 2 for w in said if w in spelled) else NOT_STATED
    return np.take(np.array([none if w in unsure else spelled.get(w, none) for w in said], dtype=np.int32), places)


def days(column: Any, dates: str) -> Int[ndarray, " n"]:
    """Days since 1970; NO_DAY for what is none."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp(column.type.unit)).cast(pa.date32(), safe=False)
    if pa.types.is_date32(column.type):
        return column.cast(pa.int32()).fill_null(NO_DAY).to_numpy(zero_copy_only=False)
    return by_text(column, lambda w: _day(w, dates), NO_DAY, np.int32)


@lru_cache(maxsize=1 << 16)
def _day(text: str, dates: str) -> int:
    text = text.strip(" ")
    found = (_ISO if dates == "iso" else _SLASHED).fullmatch(text)
    if found is None:
        return NO_DAY
    a, b, *year = found.groups()
    iso = a if dates == "iso" else f"{year[0]}-{a}-{b}" if dates == "us" else f"{year[0]}-{b}-{a}"
    try:
        return date.fromisoformat(iso).toordinal() - EPOCH
    except ValueError:
        return NO_DAY


def numbers(column: Any) -> Float[ndarray, " n"]:
    """A column as numbers; NaN for what is none."""
    if pa.types.is_decimal(column.type):  # Arrow's own cast is not always the nearest double
        column = column.cast(pa.string())
    if pa.types.is_dictionary(column.type):
        words, places = texts(column)
        return np.take(numbers(words), places)
    if pa.types.is_string(column.type):
        try:
            column = column.cast(pa.float64())
        except pa.ArrowInvalid:
            return _said(column)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        found = column.cast(pa.float64(), safe=False)
        return (found.fill_null(np.nan) if found.null_count else found).to_numpy(zero_copy_only=False)
    return by_text(column, number, np.nan, float)


def _said(column: Any) -> Float[ndarray, " n"]:
    """Texts of which some are no plain numbers, digits with at most one point: these are read one by one."""
    rest = pc.ascii_trim(column, "0123456789")  # of plain numbers nothing, or their point
    bare = pc.or_(pc.equal(rest, ""), pc.equal(rest, "."))
    plain = pc.and_(bare, pc.less(pc.binary_length(rest), pc.binary_length(column))).fill_null(False)
    held = pc.if_else(plain, column, pa.scalar(None, column.type)).cast(pa.float64()).fill_null(np.nan)
    found = held.to_numpy(zero_copy_only=False).copy()
    rows = np.flatnonzero(~plain.to_numpy(zero_copy_only=False) & ~_nulls(column))
    found[rows] = by_text(column.take(pa.array(rows)), number, np.nan, float)
    return found


def number(text: str) -> float:
    """A number in digits, point and exponent; "$" and thousands' commas are allowed; NaN for anything else."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return float(text)
    return float(text.replace(",", "").replace("$", "")) if _GROUPED.fullmatch(text) else np.nan


def _claims(
    law: Law, tables: LawTables, held: dict[str, Any], origin: Int[ndarray, " n"]
) -> tuple[dict[str, Float[ndarray, " n"]], Int[ndarray, " n"]]:
    """The claims that are made, and why a line's cannot be. What cannot be read, or is no preference of the origin, is not made."""
    made, bad = {}, np.zeros(len(origin), dtype=np.int8)
    for name in law.columns.claims:
        if name not in law.columns.of:
            symbols = {s: 1.0 for p in AGREEMENTS if p.claim == name for s in p.symbols}
            made[name] = by_text(held["spi"], lambda w, s=symbols: s.get(w.strip(" ").upper(), np.nan), np.nan, float)
        elif held[name].null_count < len(origin):
            made[name] = claim(held[name], CLAIMS[name].kind, law.asked.dates)
            fine = (made[name] >= 0) & (made[name] <= 1) if CLAIMS[name].kind == "share" else ~np.isnan(made[name])
            if not fine[~_nulls(held[name])].all():
                stated = by_text(held[name], lambda w: bool(w.strip(" ")), False, bool)
                bad[stated & ~fine & (bad == 0)] = Why.UNREAD_CLAIM
                made[name] = np.where(fine, made[name], np.nan)
        if name in made and name in PREFERENCES:
            made[name] = np.where(tables.origins.party[PREFERENCES.index(name)][origin] >= 0, made[name], np.nan)
    metals = [n for n in METAL_CLAIMS if n in made]
    if len(metals) > 1:
        above = np.nansum([made[n] for n in metals], axis=0) > 1.000000001
        bad[above & (bad == 0)] = Why.METALS_ABOVE_ALL
        made |= {n: np.where(above, np.nan, made[n]) for n in metals if above.any()}
    return made, bad


def claim(column: Any, kind: str, dates: str) -> Float[ndarray, " n"]:
    """A claim as a number; NaN where it is not made or not readable."""
    if kind == "day":
        found = days(column, dates).astype(float)
        return np.where(found == NO_DAY, np.nan, found + EPOCH)
    if kind != "flag":
        return numbers(column)
    if pa.types.is_boolean(column.type):
        return numbers(column.cast(pa.int8()))
    return by_text(column, lambda w: _FLAGS.get(w.strip(" ").lower(), np.nan), np.nan, float)


def typed_columns(
    law: Law, tables: LawTables, levies: str | None, lines: Lines, batch: pa.RecordBatch
) -> dict[str, Any]:
    """What each line was read as, in columns of their own: what further questions are asked of (lines.py).

    k_product, k_unit; seller and levies, ISO codes, null where unknown; k_day; k_value, k_quantity, k_unit_value; c_<claim>.
    """
    every, none = np.arange(len(batch)), np.full(len(batch), np.nan)
    words, places = texts(lines.columns.get("unit", pa.nulls(len(batch), pa.string())))
    made: dict[str, Any] = {
        "k_product": tables.codes.take(pa.array(lines.product, mask=lines.product == len(tables.codes))),
        "seller": pa.array([*countries()]).take(pa.array(lines.origin, mask=lines.origin == len(tables.origins.place) - 1)),
        "k_unit": pc.utf8_upper(pc.utf8_trim(words, " ")).take(pa.array(places)),
        "levies": pa.array([levies] * len(batch), pa.string()),
        "k_day": pa.array(lines.day, pa.int32(), mask=lines.day == NO_DAY).cast(pa.date32()),
        "k_value": pa.array(lines.value, from_pandas=True),
    }  # fmt: skip
    made |= {f"k_{n}": pa.array(lines.amounts(n, every), from_pandas=True) for n in ("quantity", "unit_value")}
    kinds = {"day": pa.int32(), "flag": pa.bool_()}
    for name in law.columns.claims:
        kind, held = CLAIMS[name].kind, lines.claims.get(name, none)
        read = pa.array(held - EPOCH if kind == "day" else held, from_pandas=True).cast(kinds.get(kind, pa.float64()))
        made[f"c_{name}"] = read.cast(pa.date32()) if kind == "day" else read
    return made
