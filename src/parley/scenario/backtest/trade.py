"""What was traded: US imports by partner, sector and month, US exports by partner and by chapter; packaged, with a user's months."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import frozen, read_only
from parley.law.paid.tables import ALL, REST

Flow = Literal["imports", "exports"]
TOGETHER = "00"  # all goods, of exports by partner
LEAST = 1e6  # dollars a month, then and now, of a cell that is scored
NEAR = 1e-6  # of all countries together: rounding


class Row(NamedTuple):
    """One figure: customs value in dollars of a partner, sector (3-digit NAICS; of exports a chapter, or 00) and month."""

    flow: str
    partner: str
    sector: str
    month: str
    value: float


class Sector(NamedTuple):
    """A sector of the backtest: codes of the trade figures, and sectors of the dataset, that hold the same goods."""

    flow: str
    sector: str
    name: str
    codes: tuple[str, ...]
    world: tuple[str, ...]


@dataclass(frozen=True, eq=False)
@read_only
class Trade:
    """Customs value in dollars; NaN where a partner has no row of a month.

    imports: [i, n, m] by partner and sector; the last sector holds what is in none. exports: [j, m] by partner, all goods.
    chapters: [g, m] exports to all by sector. partners ends with the rest, which is what all have and the others lack.
    """

    partners: tuple[str, ...]
    sectors: tuple[Sector, ...]
    months: tuple[str, ...]
    imports: Float[ndarray, "i n m"]
    buyers: tuple[str, ...]
    exports: Float[ndarray, "j m"]
    groups: tuple[Sector, ...]
    chapters: Float[ndarray, "g m"]

    def places(self, months: Sequence[str]) -> list[int] | None:
        """Where some months stand; None where one is lacking."""
        return [self.months.index(m) for m in months] if set(months) <= set(self.months) else None


def read_sectors(flow: Flow) -> tuple[Sector, ...]:
    """The sectors of a flow, in order."""
    return tuple(s for s in _sectors() if s.flow == flow)


@cache
def _sectors() -> tuple[Sector, ...]:
    rows = csv.DictReader(_text("parley.scenario.backtest", "sectors.csv").splitlines())
    return tuple(
        Sector(r["flow"], r["sector"], r["name"], tuple(r["codes"].split()), tuple(r["world"].split())) for r in rows
    )


def _text(package: str, *name: str) -> str:
    held = resources.files(package).joinpath(*name).read_bytes()
    return (gzip.decompress(held) if name[-1].endswith(".gz") else held).decode()


@cache
def packaged_rows() -> tuple[Row, ...]:
    """Every packaged figure: imports of 2023 and exports, and the imports by month of the reading `paid`."""
    own = csv.DictReader(_text("parley.scenario.backtest", "usa-trade-months.csv.gz").splitlines())
    paid = csv.DictReader(_text("parley.law", "weights", "usa-paid-months.csv.gz").splitlines())
    first = (Row(r["flow"], r["partner"], r["sector"], r["month"], float(r["value"])) for r in own)
    return *first, *(Row("imports", r["partner"], r["naics"], r["month"], float(r["value"])) for r in paid)


def trade_of(own: Iterable[Row] = ()) -> Trade:
    """The packaged figures with a user's in their place where both have one. Raises InputError as `_check_rest` does.

    Where a user's month of a partner leaves out a code that had LEAST dollars a year before, it is not known, and not zero.
    """
    own = tuple(own)
    held = {row[:4]: row.value for row in (*packaged_rows(), *own)}
    _check_rest(held, own)
    for flow, partner, month in dict.fromkeys((r.flow, r.partner, r.month) for r in own):
        before = f"{int(month[:4]) - 1}{month[4:]}"
        for key in [(flow, partner, code) for of, code in known_codes() if of == flow]:
            if (*key, month) not in held and held.get((*key, before), 0.0) >= LEAST:
                held[*key, month] = np.nan
    by_flow: dict[str, dict[tuple[str, str, str], float]] = {"imports": {}, "exports": {}}
    for (flow, *key), value in held.items():
        by_flow[flow][key[0], key[1], key[2]] = value
    months = tuple(sorted({month for cells in by_flow.values() for _, _, month in cells}))
    partners, imports = _imports(by_flow["imports"], months)
    buyers, exports, chapters = _exports(by_flow["exports"], months)
    return Trade(partners, read_sectors("imports"), months, imports, buyers, exports, read_sectors("exports"), chapters)


def _check_rest(held: Mapping[tuple[str, str, str, str], float], own: Iterable[Row]) -> None:
    """Refuses a user's figures of partners that are together more than those of all countries."""
    touched = {(r.flow, r.sector, r.month) for r in own}
    sums = dict.fromkeys(touched, 0.0)
    for (flow, partner, code, month), value in held.items():
        if partner not in (ALL, REST) and (flow, code, month) in touched:
            sums[flow, code, month] += value
    for (flow, code, month), named in sorted(sums.items()):
        together = held.get((flow, ALL, code, month))
        if together is not None and named > (1 + NEAR) * together:
            found = f"{flow} of sector {code}, {month}: {named:,.0f} dollars of partners, {together:,.0f} of {ALL}"
            hint = f"Bring {ALL} and all partners of a month from one source: what they leave is that of the others"
            raise InputError("months", found, "partners that are together no more than all countries", hint)


def _imports(cells: Mapping[tuple[str, str, str], float], months: tuple[str, ...]) -> tuple[tuple[str, ...], ndarray]:
    sectors = read_sectors("imports")
    place = {code: n for n, s in enumerate(sectors) for code in s.codes}
    named = tuple(sorted({p for p, _, _ in cells} - {ALL, REST}))
    partners = (*named, ALL)
    made = _table(
        partners, len(sectors) + 1, months, ((p, place.get(c, len(sectors)), m, v) for (p, c, m), v in cells.items())
    )
    made[-1] -= made[:-1].sum(axis=0)
    return (*named, REST), frozen(made)


def _exports(
    cells: Mapping[tuple[str, str, str], float], months: tuple[str, ...]
) -> tuple[tuple[str, ...], ndarray, ndarray]:
    groups = read_sectors("exports")
    place = {code: n for n, s in enumerate(groups) for code in s.codes}
    buyers = tuple(sorted({p for p, c, _ in cells if c == TOGETHER} - {ALL}))
    whole = ((p, 0, m, v) for (p, c, m), v in cells.items() if c == TOGETHER)
    made = _table((*buyers, ALL), 1, months, whole)[:, 0]
    made[-1] -= made[:-1].sum(axis=0)
    by_chapter = ((ALL, place[c], m, v) for (p, c, m), v in cells.items() if p == ALL and c in place)
    return (*buyers, REST), frozen(made), frozen(_table((ALL,), len(groups), months, by_chapter)[0])


def _table(
    partners: Sequence[str], sectors: int, months: Sequence[str], cells: Iterable[tuple[str, int, str, float]]
) -> Float[ndarray, "i n m"]:
    """Figures summed by partner, sector and month; a partner without any row of a month has NaN there."""
    made, seen = np.zeros((len(partners), sectors, len(months))), np.zeros((len(partners), len(months)), dtype=bool)
    rows, columns = ({name: k for k, name in enumerate(names)} for names in (partners, months))
    for partner, n, month, value in cells:
        i, m = rows[partner], columns[month]
        made[i, n, m] += value
        seen[i, m] = True
    return np.where(seen[:, None], made, np.nan)


def known_codes() -> Iterator[tuple[str, str]]:
    """(flow, code) of every sector code that the packaged figures have."""
    yield from dict.fromkeys((row.flow, row.sector) for row in packaged_rows())
