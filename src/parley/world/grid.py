"""From product rates to a world's cells: two wedges a cell, so that exclusions inside a sector count (docs/method.md)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Bool, Float, Int
from parley.codes import union_of
from parley.errors import WorldError, unknown_name
from parley.frozen import frozen, read_only
from parley.rates import RateTable, Wedges
from parley.world.elasticity import holder_of
from parley.world.world import World

CONCORDANCE = "hs-sectors.csv.gz"
BY_CELL = ("tau_hat", "r_base", "r_new", "mean_base", "mean_new", "covered", "plain")  # the [i, s] fields of CellWedges
SAME = 1e-9  # base rates of world and cells agree to rounding


@dataclass(frozen=True, eq=False)
@read_only
class CellWedges:
    """What one destination's product rates mean for the cells [i, s] of a world; NaN in cells without a known product.

    tau_hat: price wedge. r_base, r_new: duty as a share of spending. mean_base, mean_new: value-weighted mean rates;
    (1 + mean_new)/(1 + mean_base) is the naive wedge. eta: elasticity among the products of a cell, by sector.
    covered: share of the cell's baseline value whose rates are known on both days. plain: no value is known, so that
    products count alike. unplaced: share of all value on products without a sector.
    """

    destination: str
    origins: tuple[str, ...]
    sectors: tuple[str, ...]
    eta: Float[ndarray, " s"]
    tau_hat: Float[ndarray, "i s"]
    r_base: Float[ndarray, "i s"]
    r_new: Float[ndarray, "i s"]
    mean_base: Float[ndarray, "i s"]
    mean_new: Float[ndarray, "i s"]
    covered: Float[ndarray, "i s"]
    plain: Bool[ndarray, "i s"]
    unplaced: float

    @property
    def known(self) -> Bool[ndarray, "i s"]:
        """Cells that hold at least one product with known rates."""
        return np.isfinite(self.tau_hat)

    @property
    def naive_tau_hat(self) -> Float[ndarray, "i s"]:
        """The wedge that a single mean rate would give."""
        return (1 + self.mean_new) / (1 + self.mean_base)


@cache
def _prefixes() -> dict[str, str]:
    """Sector by tariff prefix, from the packaged concordance."""
    held = resources.files("parley.world").joinpath("sources", CONCORDANCE).read_bytes()
    lines = gzip.decompress(held).decode().splitlines()
    return {row["prefix"]: row["sector"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


@cache
def _lengths() -> tuple[int, ...]:
    """How many digits the prefixes have, longest first."""
    return tuple(sorted({len(prefix) for prefix in _prefixes()}, reverse=True))


@checked
def sector_of(products: Iterable[str], world: World | None = None) -> list[str | None]:
    """The sector of each tariff code, by its longest known prefix; None where there is none (or none in the world)."""
    longest = _lengths()[0]
    found = [_sector(code[:longest]) for code in products]
    if world is None:
        return found
    holder = holder_of(world.sectors)
    return [None if sector is None else holder.get(sector) for sector in found]


@cache
def sectors_of(products: tuple[str, ...], world: str, sectors: tuple[str, ...]) -> tuple[str | None, ...]:
    """The world's sector of each line, looked up once for a list of lines. Raises WorldError where no line has one."""
    holder = holder_of(sectors)
    if not holder:
        raise WorldError(
            f"world {world}",
            f"its sectors ({', '.join(sectors[:4])} …) are not sectors into which tariff lines can be sorted",
            "sectors coded as in oecd-2022, in other editions of the OECD's tables, or in WIOD (c1 … c35)",
            "Rename them, or solve your own rates: --rates FILE, [[rate]] in a scenario, or parley.solve(world, t_new)",
        )
    return tuple(holder.get(s) if s else None for s in sector_of(products))


@lru_cache(maxsize=16)
def goods_sectors(sectors: tuple[str, ...]) -> tuple[str, ...]:
    """The sectors of a world that hold tariff lines; all where none is known to, for its sectors are not those of the concordance."""
    holder, placed = holder_of(sectors), set(_prefixes().values())
    return tuple(s for s in sectors if any(holder.get(part) == s for part in placed)) or sectors


@lru_cache(maxsize=1 << 17)
def _sector(code: str) -> str | None:
    """The sector of the first digits of a code."""
    table = _prefixes()
    return next((table[code[:k]] for k in _lengths() if code[:k] in table), None)


def sector_of_line(product: str) -> str | None:
    """The sector of one tariff code, by its longest known prefix; None where there is none."""
    return sector_of([product])[0]


@dataclass(frozen=True, eq=False)
@read_only
class CellLines:
    """A table's lines gathered by cell (cell = i · sectors + s), whatever the elasticities: only what moves a wedge.

    at, log_hat, spending, duty: cell, log tau_hat, baseline spending with duty, and t_new/(1 + t_new) of each line that
    moves. still, still_duty: spending on lines that do not, and the duty in it. total: all spending. facts: the fields
    of CellWedges that no elasticity touches. used: cells with a known product.
    """

    at: Int[ndarray, " l"]
    log_hat: Float[ndarray, " l"]
    spending: Float[ndarray, " l"]
    duty: Float[ndarray, " l"]
    still: Float[ndarray, " c"]
    still_duty: Float[ndarray, " c"]
    total: Float[ndarray, " c"]
    used: Bool[ndarray, " c"]
    facts: dict[str, Any]


@checked
def cell_wedges(
    table: RateTable, world: World, eta: float | None = None, sectors: Sequence[str | None] | None = None
) -> CellWedges:
    """The CellWedges of a table on a world's sectors. eta: among the products of a cell, default 1 + theta[s].

    Products with an unknown rate are left out, and `covered` says how much value that is.
    """
    sectors = sector_of(table.products, world) if sectors is None else sectors
    return wedges_at(cell_lines(table, world.sectors, sectors), world.theta, eta)


def wedges_at(lines: CellLines, theta: Float[ndarray, " s"], eta: float | None = None) -> CellWedges:
    """The CellWedges at trade elasticities theta [s]; eta among the products of a cell, default 1 + theta[s].

    With omega the shares of baseline spending, duty included: tau_hat = (sum omega tau_hat_l^(1−eta))^(1/(1−eta)), and
    prod tau_hat_l^omega_l at eta = 1; r = sum omega_new t_new/(1 + t_new) with
    omega_new = omega (tau_hat_l/tau_hat)^(1−eta).
    """
    if eta is not None and not (np.isfinite(eta) and eta >= 0):
        raise WorldError("grid", f"eta is {eta}", "a finite elasticity of zero or more, or none for 1 + theta")
    S, C = len(theta), len(lines.total)
    exponent = -theta if eta is None else np.full(S, 1.0 - eta)
    p = np.tile(exponent, C // S)  # by cell
    weight = lines.spending * np.exp(p[lines.at] * lines.log_hat)
    new = _added(lines.at, weight, C) + lines.still
    with np.errstate(invalid="ignore", divide="ignore"):
        r_new = (_added(lines.at, weight * lines.duty, C) + lines.still_duty) / new
        geometric = _added(lines.at, lines.spending * lines.log_hat, C) / lines.total
        log_mean = np.where(p == 0, geometric, np.log(new / lines.total) / np.where(p == 0, 1.0, p))
    shape = (C // S, S)
    tau_hat = np.where(lines.used, np.exp(log_mean), np.nan).reshape(shape)
    return CellWedges(
        **lines.facts, eta=1.0 - exponent, tau_hat=tau_hat, r_new=np.where(lines.used, r_new, np.nan).reshape(shape)
    )


def _added(at: Int[ndarray, " l"], values: ndarray, size: int) -> Float[ndarray, " c"]:
    """Values summed by cell, what lies beyond the last cell left out; floats even where there is no line at all."""
    return np.bincount(at, values, size)[:size].astype(float, copy=False)


@lru_cache(maxsize=4)
def _cells_of(
    sectors: tuple[str, ...], placed: tuple[str | None, ...], origins: int
) -> tuple[Int[ndarray, " k"], Int[ndarray, " l"]]:
    """(the sector of each product, -1 for none; the cell of each line, one beyond the last for none)."""
    places = {sector: s for s, sector in enumerate(sectors)}
    place = np.array([places.get(sector, -1) if sector else -1 for sector in placed], dtype=int)
    S = len(sectors)
    cell = np.where(place[:, None] < 0, S * origins, np.arange(origins) * S + place[:, None]).ravel()
    return frozen(place), frozen(cell)


def _any_by_sector(good: Bool[ndarray, "k i"], place: Int[ndarray, " k"], size: int) -> Bool[ndarray, "i s"]:
    """Whether any line of each origin and sector is good."""
    order = np.argsort(place, kind="stable")
    order = order[int((place < 0).sum()) :]
    found = np.zeros((good.shape[1], size), dtype=bool)
    if len(order):
        first = np.flatnonzero(np.diff(place[order], prepend=-1))
        found[:, place[order[first]]] = np.logical_or.reduceat(good[order], first, axis=0).T
    return found


def cell_lines(table: RateTable, sectors: tuple[str, ...], placed: Sequence[str | None]) -> CellLines:
    """The CellLines of a table, each product in its sector (None: in none of them).

    Where no value is known in a cell its products count alike (`plain`); a line without value moves nothing.
    """
    place, cell = _cells_of(sectors, tuple(placed), len(table.origins))
    S, C, still = len(sectors), len(sectors) * len(table.origins), table.after is table.before
    before, after, value = (np.ascontiguousarray(a).reshape(-1) for a in (table.before, table.after, table.weight))
    good = np.isfinite(before) if still else np.isfinite(before) & np.isfinite(after)
    used, valued = _any_by_sector(good.reshape(table.before.shape), place, S).ravel(), (value > 0) & (cell < C)
    kept, lost = (
        np.flatnonzero(valued & good),
        np.flatnonzero(valued & ~good),
    )  # few of all lines: the rest weighs nothing
    known_value = _added(cell[kept], value[kept], C)
    all_value = known_value + _added(cell[lost], value[lost], C)
    plain = used & (known_value <= 0)
    if plain.any():
        kept = np.append(kept, np.flatnonzero(good & np.append(plain, False)[cell]))
    at, before, value = cell[kept], before[kept], value[kept]
    after = before if still else after[kept]
    if plain.any():
        value[plain[at]] = 1.0
    spending, duty = value * (1 + before), after / (1 + after)
    moved = np.flatnonzero(before != after)
    unmoved = spending.copy()
    unmoved[moved] = 0.0
    base_value = np.where(plain, _added(at, value, C), known_value)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [np.where(used, _added(at, value * t, C) / base_value, np.nan) for t in (before, after)[: 2 - still]]
        covered = np.where(used & ~plain, known_value / all_value, 0.0)
    shape, weight = (len(table.origins), S), table.weight.sum()
    facts = {
        "destination": table.destination, "origins": table.origins, "sectors": sectors,
        "r_base": (means[0] / (1 + means[0])).reshape(shape), "mean_base": means[0].reshape(shape),
        "mean_new": means[-1].reshape(shape), "covered": covered.reshape(shape), "plain": plain.reshape(shape),
        "unplaced": float(table.weight[place < 0].sum() / weight) if weight > 0 else float((place < 0).mean()),
    }  # fmt: skip
    return CellLines(
        at[moved], np.log((1 + after[moved]) / (1 + before[moved])), spending[moved], duty[moved],
        _added(at, unmoved, C), _added(at, unmoved * duty, C), _added(at, spending, C), used, facts,
    )  # fmt: skip


def with_rows(cells: CellWedges, rows: Sequence[int], part: CellWedges) -> CellWedges:
    """Cells with some origins' rows replaced by those of a part that holds these origins alone, in the same order."""
    made = {name: getattr(cells, name).copy() for name in BY_CELL}
    for name, array in made.items():
        array[list(rows)] = getattr(part, name)
    return replace(cells, **made)


def base_rates(world: World, cells: Iterable[CellWedges]) -> Float[ndarray, "n i s"]:
    """The world's base rates with those of the cells put in: r/(1 − r), which is the value-weighted mean rate."""
    t = world.t.copy()
    for cell in cells:
        for n, i, row in _placed(world, cell):
            t[n, i] = np.where(cell.known[row], cell.mean_base[row], t[n, i])
    return t


@checked
def place_wedges(world: World, cells: Iterable[CellWedges]) -> Wedges:
    """Wedges of the cells on a world; no change elsewhere. The world's base rates must be the cells' own."""
    tau_hat, r = np.ones_like(world.t), world.t / (1 + world.t)
    for cell in cells:
        for n, i, row in _placed(world, cell):
            known = cell.known[row]
            if np.any(np.abs(np.where(known, cell.r_base[row] - world.t[n, i] / (1 + world.t[n, i]), 0)) > SAME):
                raise WorldError(
                    f"grid, {world.countries[n]} from {world.countries[i]}",
                    "the dataset's base rates are not the product rates before the change",
                    "one baseline",
                    "First: world = world.with_tariffs(base_rates(world, cells))",
                )
            tau_hat[n, i] = np.where(known, cell.tau_hat[row], 1.0)
            r[n, i] = np.where(known, cell.r_new[row], r[n, i])
    return Wedges(frozen(tau_hat), frozen(r))


def _placed(world: World, cell: CellWedges) -> list[tuple[int, int, int]]:
    """(buyer, seller, row of the cells): unions stand for their members; own goods and the own union are left out."""
    if cell.sectors != world.sectors:
        raise WorldError("grid", "the cells have other sectors than the world", ", ".join(world.sectors[:6]) + " …")
    buyers = world.places(cell.destination)
    if not buyers:
        raise unknown_name(f"grid, world {world.name}", "country", cell.destination, world.countries, WorldError)
    return [
        (n, i, row)
        for row, origin in enumerate(cell.origins)
        for i in world.places(origin)
        for n in buyers
        if union_of(world.countries[n]) != union_of(world.countries[i])
    ]
