"""What the reading `paid` knows of trade: imports by partner, sector and month; the sector of a code; how long goods are at sea.

The tables are `weights/usa-paid-months.csv.gz`, `usa-naics3.csv` and `usa-voyages.csv`, described in `weights/manifest.json`.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import country_name, union_of
from parley.frozen import read_only

ALL = "WLD"  # every partner together
REST = "ROW"  # every partner without a row of its own
LENGTHS = (10, 8, 6, 4, 2)
SPECIAL = ("980", "990")  # goods of chapters 98 and 99, and a few others (electricity, exposed film)
ANY = ("",)  # origins or products of a voyage that takes all
UNPLACED = ""  # sector of a code that no prefix places


@dataclass(frozen=True, eq=False)
@read_only
class Months:
    """US imports for consumption: customs value and calculated duty, dollars, by partner, 3-digit NAICS and month [i, n, m].

    partners: those with rows of their own, then REST, the difference to all countries.
    """

    partners: tuple[str, ...]
    sectors: tuple[str, ...]
    months: tuple[str, ...]
    value: Float[ndarray, "i n m"]
    duty: Float[ndarray, "i n m"]

    def partner(self, origin: str) -> str:
        """Whose row an origin's goods are in: its own, that of its union, or the rest."""
        return next((o for o in (origin, union_of(origin)) if o in self.partners), REST)

    def month(self, on: date) -> tuple[int, bool]:
        """The place of a day's month; of the first or last one where it is before or after all, and whether that is so."""
        name = f"{on:%Y-%m}"
        if name in self.months:
            return self.months.index(name), False
        return (0 if name < self.months[0] else len(self.months) - 1), True


@dataclass(frozen=True)
class Voyage:
    """How some products of some origins come, land, air or sea, and the least and most days from loading to entry."""

    way: str
    origins: tuple[str, ...]
    products: tuple[str, ...]
    least: int
    most: int


def _text(name: str) -> str:
    held = resources.files("parley.law").joinpath("weights", name).read_bytes()
    return (gzip.decompress(held) if name.endswith(".gz") else held).decode()


@cache
def read_months() -> Months:
    """The packaged table of imports by month."""
    rows = list(csv.DictReader(_text("usa-paid-months.csv.gz").splitlines()))
    partners = (*sorted({r["partner"] for r in rows} - {ALL}), ALL)
    sectors, months = (tuple(sorted({r[name] for r in rows})) for name in ("naics", "month"))
    place = [{x: k for k, x in enumerate(names)} for names in (partners, sectors, months)]
    made = np.zeros((2, len(partners), len(sectors), len(months)))
    for r in rows:
        at = place[0][r["partner"]], place[1][r["naics"]], place[2][r["month"]]
        made[(0, *at)], made[(1, *at)] = float(r["value"]), float(r["duty"])
    made[:, -1] -= made[:, :-1].sum(axis=1)
    return Months((*partners[:-1], REST), sectors, months, made[0], made[1])


@cache
def _prefixes() -> dict[str, str]:
    return {r["prefix"]: r["naics"] for r in csv.DictReader(_text("usa-naics3.csv").splitlines())}


def sector_of(code: str) -> str:
    """The 3-digit NAICS of a tariff code, by its longest known prefix."""
    return next((s for n in LENGTHS if (s := _prefixes().get(code[:n]))), UNPLACED)


@lru_cache(maxsize=8)
def sector_places(products: tuple[str, ...], sectors: tuple[str, ...]) -> Int[ndarray, " k"]:
    """The place of each code's sector among the sectors; their number where it has none of them."""
    place = {s: n for n, s in enumerate(sectors)}
    made = np.array([place.get(sector_of(p), len(sectors)) for p in products], dtype=np.int64)
    made.setflags(write=False)
    return made


@cache
def read_voyages() -> tuple[Voyage, ...]:
    """The packaged voyages, in their order."""
    rows = csv.DictReader(_text("usa-voyages.csv").splitlines())
    return tuple(
        Voyage(r["way"], _words(r["origins"]), _words(r["products"]), int(r["least_days"]), int(r["most_days"]))
        for r in rows
    )


def _words(text: str) -> tuple[str, ...]:
    """The words of a cell; nothing, which every product starts with, for all."""
    return ANY if text == "*" else tuple(text.split())


def voyage_of(product: str, origin: str) -> Voyage:
    """How a product of an origin comes: the first voyage that fits both."""
    fits = (v for v in read_voyages() if v.origins == ANY or origin in v.origins)
    return next(v for v in fits if product.startswith(v.products))


def partner_name(partner: str) -> str:
    """A partner in words."""
    return {REST: "all others", ALL: "all partners", "EUU": "European Union"}.get(partner) or country_name(partner)
