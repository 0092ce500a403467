"""Weights of the user's own: a CSV of product and value, and of origin where it has several."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import country
from parley.codes import product as product_code
from parley.errors import InputError, nearest
from parley.inputs import as_file
from parley.law.concordance import longest_prefixes, proportions
from parley.law.trade_weights import WEIGHTED, read_weights

COLUMNS = ("product", "value", "origin")
MAX_ROWS = 2_000_000  # beyond any tariff by any number of partners


def read_file(path: Path, origin: str) -> dict[str, float]:
    """Value by code of an origin's goods. Rows of other origins are left out. Raises InputError with file, row and value."""
    try:
        with as_file(path).open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(line for line in lines if not line.startswith("#"))
            names = tuple(rows.fieldnames or ())
            for needed in COLUMNS[:2]:
                if needed not in names:
                    near = nearest(needed, names)
                    hint = f"Rename the column {near[0]!r}" if near else ""
                    raise InputError(f"{path.name}", f"columns {', '.join(names)}", "product,value[,origin]", hint)
            return _values(rows, path.name, origin)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "--weights", f"{path}: {error}", "imports, simple, or a CSV file of product,value[,origin]"
        ) from None


def _values(rows: csv.DictReader, name: str, origin: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for number, row in enumerate(rows, 1):
        where = f"{name} row {number}"
        if number > MAX_ROWS:
            raise InputError(where, "too many rows", f"at most {MAX_ROWS:,}")
        if row.get("origin") and country(row["origin"], f"{where} origin") != origin:
            continue
        code = product_code(row["product"] or "", f"{where} product")
        found[code] = found.get(code, 0.0) + _value(row["value"] or "", where)
    if not any(found.values()):
        raise InputError(name, f"no value for {origin}", "a positive value for some product of this origin")
    return found


def _value(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise InputError(f"{where} value", f"{text[:40]!r}", "a number, 0 or more")
    return value


def spread(
    found: dict[str, float], products: Sequence[str], origin: str, destination: str
) -> tuple[Float[ndarray, " k"], float]:
    """The values on a tariff's lines, and the share of value on codes that it does not have.

    A code of fewer digits is shared among its lines as the baseline year's imports were, else equally.
    """
    made, lost = np.zeros(len(products)), 0.0
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
    for number, code in enumerate(codes):
        places = lines.get(number)
        if places is None:
            lost += found[code]
        else:
            made[places] += proportions(held[places])[:, 0] * found[code]
    return made, lost / sum(found.values())
