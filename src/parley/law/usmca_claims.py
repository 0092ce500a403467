"""USMCA claims as they were made: the share of value that claimed the agreement, by month and ten-digit code.

The table is weights/usa-usmca-months.npz. Before July 2025 almost no claim was recorded on lines free of ordinary duty: a
break in reporting, for duty was not collected there either. From 7 March 2025, when claims first spared the emergency
duties, these lines have July's shares where they are higher. A month of zero is as often one without imports: the share of
the year 2025 takes its place. A day before the first month or after the last has that month's shares.
Where a day is given by which months must have been published, later ones are as if they were not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.law.edition import edition_of
from parley.law.months_published import published
from parley.law.products import read_duty
from parley.law.trade_weights import TARIFF_LINE, made_of, read_weights

FILE = "usa-usmca-months.npz"
LEVIER = "USA"
UNKNOWN, SCALE = 65535, 10_000.0
YEAR = 2025  # that of the shares that stand in for a month without imports
SPARED_FROM = date(2025, 3, 7)  # Executive Orders 14231 and 14232
MENDED = date(2025, 7, 1)  # the first month in which claims on free lines were recorded


class Use(NamedTuple):
    """Shares of value that made a claim [k], NaN where not known; the month that they are of, and whether it stands in."""

    share: Float[ndarray, " k"]
    month: date
    carried: bool


class Table(NamedTuple):
    """Claims by month: the months, the codes, and share[month, code] of each neighbour, carried on where a month has none."""

    months: tuple[date, ...]
    products: tuple[str, ...]
    share: dict[str, Float[ndarray, "m k"]]


def usmca_use(products: Sequence[str], origin: str, on: date, seen: date | None = None) -> Use:
    """The share of each product's imports from a neighbour that claimed USMCA on a day, the break of July 2025 mended.

    A code that the table lacks has the share of the codes that became it, else the simple mean of its tariff line.
    seen: the day by which a month must have been published (`published`); None: every month is used. Where none had been, the
    first month stands in.
    """
    table = read_table()
    last = last_month(seen)
    month = min(month_of(on), last)
    shares = _by_month(tuple(products), origin, last)
    share = shares[table.months.index(month)]
    if SPARED_FROM <= on < MENDED <= last:
        mended = np.fmax(share, shares[table.months.index(MENDED)])
        share = np.where(_free(tuple(products), month), mended, share)
    return Use(share, month, month != on.replace(day=1))


def month_of(on: date) -> date:
    """The month of the table that speaks for a day: its own, else the first or the last."""
    months = read_table().months
    return min(max(on.replace(day=1), months[0]), months[-1])


def last_month(seen: date | None) -> date:
    """The last month of the table, or the last that had been published by a day."""
    months = read_table().months
    known = [m for m in months if seen is None or published(m) <= seen]
    return known[-1] if known else months[0]


def change_days() -> list[date]:
    """The days on which the shares change."""
    return sorted({*read_table().months[1:], SPARED_FROM})


@cache
def read_table() -> Table:
    """The packaged table."""
    with resources.files("parley.law").joinpath("weights", FILE).open("rb") as file, np.load(file) as packed:
        months = tuple(date.fromisoformat(f"{m}-01") for m in packed["months"].tolist())
        products, origins = tuple(packed["products"].tolist()), packed["origins"].tolist()
        whole = np.where(packed["share"] == UNKNOWN, np.nan, packed["share"] / SCALE)
    return Table(months, products, {o: _carried_on(whole[:, :, i]) for i, o in enumerate(origins)})


def _carried_on(share: Float[ndarray, "m k"]) -> Float[ndarray, "m k"]:
    """A month without a share has that of the month before."""
    made = share.copy()
    for m in range(1, len(made)):
        made[m] = np.where(np.isnan(made[m]), made[m - 1], made[m])
    return made


@lru_cache(maxsize=8)
def _by_month(products: tuple[str, ...], origin: str, last: date) -> Float[ndarray, "m k"]:
    """The shares of each month to the last; a missing code has those of what became it, else the mean of its tariff line."""
    table = read_table()
    months = [m for m in table.months if m <= last]
    share = table.share[origin][: len(months)]
    own = {table.products[k]: k for k in np.flatnonzero(~np.isnan(share).all(axis=0)).tolist()}
    lines: dict[str, list[int]] = {}
    for code, k in own.items():
        lines.setdefault(code[:TARIFF_LINE], []).append(k)
    behind = made_of(LEVIER, frozenset(own))
    held = np.array([own.get(code, -1) for code in products], dtype=np.int64)
    made = np.where(held >= 0, share[:, held], np.nan)
    kin: dict[int, dict[int, list[int]]] = {}  # codes that stand in for each missing one, by how many they are
    for n in np.flatnonzero(held < 0).tolist():
        if found := [own[c] for c in behind.get(products[n], ())] or lines.get(products[n][:TARIFF_LINE], []):
            kin.setdefault(len(found), {})[n] = found
    for some in kin.values():
        made[:, list(some)] = share[:, np.array(list(some.values()))].mean(axis=2)
    whole = last >= date(YEAR, 12, 1)  # of what was published of the year alone, where the rest of it is not there yet
    year = read_weights(LEVIER).usmca_share(products, origin) if whole else made.mean(axis=0)
    made = _without_empty_months(made, year, months)
    made.setflags(write=False)
    return made


def _without_empty_months(
    share: Float[ndarray, "m k"], year: Float[ndarray, " k"], months: Sequence[date]
) -> Float[ndarray, "m k"]:
    """The shares with the year's where a month has none: a zero is as often a month without imports as one without claims.

    From July 2025 on it is the mean of these months where that is higher, for the year has six months of the break.
    """
    late = np.array([m >= MENDED for m in months])
    of_year = np.nan_to_num(year)
    of_late = np.fmax(of_year, share[late].mean(axis=0)) if late.any() else of_year
    return np.where(share == 0, np.where(late[:, None], of_late, of_year), share)


@lru_cache(maxsize=8)
def _free(products: tuple[str, ...], month: date) -> Bool[ndarray, " k"]:
    """Whether each product is free of ordinary duty in the edition of a month."""
    edition = edition_of(LEVIER, max(month, SPARED_FROM))
    free = np.array([read_duty(t.general).kind == "free" for t in edition.texts])
    held = dict(zip(edition.codes, free[edition.text_of].tolist(), strict=True))
    return np.fromiter((held.get(p, False) for p in products), bool, len(products))
