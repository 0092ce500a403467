"""Weights of the user's own: a CSV of product and value, and of origin where it has several, or a file of any known layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy import ndarray

from parley import extras
from parley.array_types import Float
from parley.codes import country
from parley.codes import product as product_code
from parley.csv_tables import CsvTable, number_of, read_csv
from parley.drafts import work_folder
from parley.errors import CodeError, InputError
from parley.law.code_lines import follow
from parley.law.concordance import longest_prefixes, proportions
from parley.law.products import SCHEDULES, read_products
from parley.law.trade_weights import WEIGHTED, read_weights
from parley.text_files import FileKind, is_file

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions
    from parley.law.shipments.layouts.raw_files import RawFile

WEIGHTS = FileKind("imports, simple, or a CSV file of product,value[,origin]")
COLUMNS = ("product", "value", "origin")
LOOKED_AT = 2000  # rows by whose cells a file is told to be plain
_CODE = "regexp_full_match(coalesce(product, ''), '[0-9]{2,10}')"
_NUMBER = "TRY_CAST(value AS DOUBLE)"
ANY_DAY = "2025-01-01"  # weights have no days: the order of a file's own is not asked
MOST_VALUE = 1e18  # of a row: beyond the world's trade in any currency
SAME = 1e-3  # of a sum, for the rounding of its parts
SHOWN = 5  # codes that a note names
MAX_ROWS = 2_000_000  # beyond any tariff by any number of partners


def read_values(
    path: Path, origin: str, destination: str, files: FileOptions | None = None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Value by code of an origin's goods in a file of any known layout, and what was matched; files: how it is read, if it is said.

    Raises InputError.
    """
    if files is None and _is_plain(path):
        return read_file(path, origin), ()
    return _of_layout(path, origin, destination, files)


def read_file(path: Path, origin: str) -> dict[str, float]:
    """Value by code of an origin's goods. Rows of other origins are left out. Raises InputError with file, row and value."""
    return _values(read_csv(path, WEIGHTS, COLUMNS[:2], f"--weights {path.name}"), origin)


def _is_plain(path: Path) -> bool:
    """Whether a file is left to this module's own reader: a CSV of its columns in its spellings, or one without rows."""
    from parley.law.shipments.layouts.raw_files import raw_files

    if not is_file(path):
        return True
    raw = raw_files(str(path))[0]
    rows = [row for row in raw.head(60) if row and not row[0].startswith("#")]
    own = not rows or ({*COLUMNS[:2]} <= {*rows[0]} and not _has_other_spellings(raw, rows[0]))
    return raw.kind == "csv" and own


def _has_other_spellings(raw: RawFile, names: Sequence[str]) -> bool:
    """Whether a file of product and value states a currency, or spells some cell as only a file of a layout does."""
    from parley.law.shipments.layouts.amounts import read_amount
    from parley.law.shipments.layouts.places import place
    from parley.law.shipments.layouts.registry import headings_by_role
    from parley.law.shipments.layouts.spelling import plain

    known = headings_by_role()
    if any(n.role == "currency" for h in names for n in known.get(plain(h), ())):
        return True
    at = {n: names.index(n) for n in COLUMNS if n in names}
    for row in raw.head(LOOKED_AT)[1:]:
        cells = {n: row[k].strip() for n, k in at.items() if k < len(row)}
        value, seller = cells.get("value", ""), cells.get("origin", "")
        if (not _is_float(value) and read_amount(value).number is not None) or (
            seller and not _is_country(seller) and place(seller)
        ):
            return True
    return False


def _is_float(text: str) -> bool:
    return number_of(text) is not None


def _is_country(text: str) -> bool:
    try:
        country(text)
    except CodeError:
        return False
    return True


def _of_layout(
    path: Path, origin: str, destination: str, files: FileOptions | None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Value by code of a file of any known layout: statistics, customs reports, extracts of companies."""

    extras.need("shipments", f"--weights {path.name}", "a CSV of product,value[,origin]")
    from parley.law.shipments.layouts.plan import FileOptions
    from parley.law.shipments.layouts.scratch import scratch
    from parley.law.shipments.layouts.translate import translate

    with work_folder("weights") as folder:
        asked = replace(files or FileOptions(), destination=destination, needed=COLUMNS[:2])
        if asked.on is None and all(days == (date.min,) for days, _ in asked.rates.by_currency.values()):
            asked = replace(asked, on=ANY_DAY)
        try:
            read = translate([str(path)], asked, Path(folder))
        except InputError as error:
            raise InputError(error.where, error.found, error.allowed, error.hint) from None
        if not read.has_value:
            raise InputError(
                path.name, "no column of values", "a file with values", "Say which it is: --columns value=HEADING"
            )
        con = scratch()
        file = f"'{read.paths[0]}'"
        names = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()]
        seller = "coalesce(origin, 'none')" if "origin" in names else f"'{origin}'"
        of, strange = f"{seller} = '{origin}'", f"NOT regexp_full_match({seller}, '[A-Z]{{3}}')"
        rows = con.execute(f"SELECT product, sum({_NUMBER}) FROM {file} WHERE {of} AND {_CODE} AND {_NUMBER} > 0 "
                           "GROUP BY 1 ORDER BY 1").fetchall()  # fmt: skip
        why = f"CASE WHEN NOT {_CODE} THEN coalesce(product, 'no code') WHEN {strange} THEN {seller} ELSE value::VARCHAR END"
        left = con.execute(f"SELECT {why}, count(*) FROM {file} WHERE ({strange} OR {of}) AND value IS NOT NULL AND (NOT {_CODE} OR "
                           f"{strange} OR {_NUMBER} IS NULL OR {_NUMBER} < 0) GROUP BY 1 ORDER BY 1").fetchall()  # fmt: skip
        con.close()
    for said, _ in left:
        if said.endswith("no rate to dollars"):
            raise InputError(path.name, f"a value of {said}", "values in dollars, or a rate for each currency",
                             "Give --currency-rate EUR=RATE, or --currency-rates FILE.csv")  # fmt: skip
    if not rows:
        raise InputError(path.name, f"no value for {origin}", "a positive value for some product of this origin")
    for code, value in rows:
        if value > MOST_VALUE:
            raise InputError(f"{path.name}, {code}", f"values of {value:g} in all", f"at most {MOST_VALUE:g}")
    found, told = _without_sums({code: float(value) for code, value in rows}, path)
    return found, (*read.notes, *told, *_without_weight(path, left))


def _without_sums(found: dict[str, float], path: Path) -> tuple[dict[str, float], list[str]]:
    """Values by code without those that are sums of longer codes of the file; one that is no sum counts beside them, which is said."""
    below: dict[str, float] = {}
    for code, value in found.items():
        above = next((code[:n] for n in range(len(code) - 1, 1, -1) if code[:n] in found), "")
        below[above] = below.get(above, 0.0) + value
    parents = [c for c in found if c in below]
    sums = {c for c in parents if abs(found[c] - below[c]) <= SAME * found[c]}
    beside = [c for c in parents if c not in sums]
    told = [f"{path.name}: left out, as sums of longer codes: {_some(sorted(sums))}"] if sums else []
    if beside:
        told.append(
            f"{path.name}: {_some(beside)} count beside longer codes below them; take them out if they are sums"
        )
    return {c: v for c, v in found.items() if c not in sums}, told


def _some(codes: Sequence[str]) -> str:
    return ", ".join(codes[:SHOWN]) + (f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else "")


def _without_weight(path: Path, left: Sequence[tuple[str, int]]) -> list[str]:
    """How many rows have no weight, because they cannot be read or are below zero, in words."""
    count = sum(n for _, n in left)
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return [f"{path.name}: {rows} no weight (not read, or below zero), such as {left[0][0][:60]!r}"] if count else []


def _values(table: CsvTable, origin: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for number, (where, row) in enumerate(table.rows(), 1):
        if number > MAX_ROWS:
            raise InputError(where, "too many rows", f"at most {MAX_ROWS:,}")
        if row.get("origin") and country(row["origin"], f"{where}, origin") != origin:
            continue
        code = product_code(row["product"], f"{where}, product")
        found[code] = found.get(code, 0.0) + _value(row["value"], where)
    if not any(found.values()):
        raise InputError(table.where, f"no value for {origin}", "a positive value for some product of this origin")
    return found


def _value(text: str, where: str) -> float:
    value = number_of(text)
    if value is None or not 0 <= value <= MOST_VALUE:
        raise InputError(f"{where}, value", f"{text[:40]!r}", f"a number from 0 to {MOST_VALUE:g}")
    return value


class Spread(NamedTuple):
    """The values on a tariff's lines; the shares of value on codes that were followed to them, and on codes that lead to none."""

    values: Float[ndarray, " k"]
    followed: float
    lost: float


def spread(found: dict[str, float], products: Sequence[str], origin: str, destination: str, on: date) -> Spread:
    """Values by code on the lines of a tariff on a day.

    A code of fewer digits is shared among its lines as the baseline year's imports were, else equally. A code that is none of the
    day's is followed to the lines that it stands for (code_lines.py), and shared among them likewise.
    """
    made, followed, lost = np.zeros(len(products)), 0.0, 0.0
    held = (
        read_weights(destination).matrix(products, [origin])
        if destination in WEIGHTED
        else np.zeros((len(products), 1))
    )
    codes = tuple(found)
    owner = longest_prefixes(products, codes)
    lines: dict[int, list[int]] = {}
    for k, of in enumerate(owner.tolist()):
        lines.setdefault(of, []).append(k)
    place = {line: k for k, line in enumerate(products)}
    for number, code in enumerate(codes):
        places = lines.get(number)
        if places is None:
            places = [place[line] for line in _followed(code, destination, on) if line in place]
            followed, lost = followed + found[code] * bool(places), lost + found[code] * (not places)
        if places:
            made[places] += proportions(held[places])[:, 0] * found[code]
    whole = sum(found.values())
    return Spread(made, followed / whole, lost / whole)


def _followed(code: str, destination: str, on: date) -> tuple[str, ...]:
    """The lines of a day that a code of another edition stands for; none of a heading, whose lines have values of their own."""
    led = follow(read_products(destination), code, on) if destination in SCHEDULES else None
    return led.lines if led and led.way != "heading" else ()
