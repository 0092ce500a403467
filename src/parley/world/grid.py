"""From product rates to a world's cells: two wedges a cell, so that exclusions inside a sector count (method §3)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy import ndarray

from parley.codes import members, union_of
from parley.errors import WorldError, unknown_name
from parley.shapes import Bool, Float, Int
from parley.tables import RateTable, Wedges
from parley.world.world import World

CONCORDANCE = "hs-sectors.csv.gz"
SAME = 1e-9  # base rates of world and cells agree to rounding


@dataclass(frozen=True, eq=False)
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


def sector_of(products: Iterable[str], world: World | None = None) -> list[str | None]:
    """The sector of each tariff code, by its longest known prefix; None where there is none (or none in the world)."""
    table = _prefixes()
    lengths = sorted({len(prefix) for prefix in table}, reverse=True)
    known = None if world is None else set(world.sectors)

    def find(code: str) -> str | None:
        found = next((table[code[:k]] for k in lengths if len(code) >= k and code[:k] in table), None)
        return found if known is None or found in known else None

    return [find(code) for code in products]


def cell_wedges(
    table: RateTable, world: World, eta: float | None = None, sectors: Sequence[str | None] | None = None
) -> CellWedges:
    """The CellWedges of a table on a world's sectors. eta: among the products of a cell, default 1 + theta[s].

    With omega the shares of baseline spending, duty included: tau_hat = (sum omega tau_hat_l^(1−eta))^(1/(1−eta)), and
    prod tau_hat_l^omega_l at eta = 1; r = sum omega_new t_new/(1 + t_new) with
    omega_new = omega (tau_hat_l/tau_hat)^(1−eta).
    Products with an unknown rate are left out, and `covered` says how much value that is.
    """
    if eta is not None and not (np.isfinite(eta) and eta >= 0):
        raise WorldError("grid", f"eta is {eta}", "a finite elasticity of zero or more, or none for 1 + theta")
    sectors = sector_of(table.products) if sectors is None else sectors
    places = {sector: s for s, sector in enumerate(world.sectors)}
    place = np.array([places.get(sector, -1) if sector else -1 for sector in sectors], dtype=int)
    rows, at, starts = _sorted_rows(place)
    exponent = -world.theta if eta is None else np.full(len(world.sectors), 1.0 - eta)
    found = _bundle(table, rows, at, starts, exponent)
    cells = [np.full((len(table.origins), len(world.sectors)), np.nan) for _ in found]
    for cell, values in zip(cells, found, strict=True):
        cell[:, at[starts]] = values.T
    tau_hat, r_base, r_new, mean_base, mean_new, covered, plain = cells
    total = table.weight.sum()
    unplaced = float(table.weight[place < 0].sum() / total) if total > 0 else float((place < 0).mean())
    return CellWedges(
        destination=table.destination,
        origins=table.origins,
        sectors=world.sectors,
        eta=1.0 - exponent,
        tau_hat=tau_hat,
        r_base=r_base,
        r_new=r_new,
        mean_base=mean_base,
        mean_new=mean_new,
        covered=np.nan_to_num(covered, nan=0.0),
        plain=plain == 1,
        unplaced=unplaced,
    )


def _sorted_rows(place: Int[ndarray, " k"]) -> tuple[Int[ndarray, " l"], Int[ndarray, " l"], Int[ndarray, " b"]]:
    """(rows in order of sector, their sectors, where each sector starts), leaving out products without a sector."""
    rows = np.flatnonzero(place >= 0)
    rows = rows[np.argsort(place[rows], kind="stable")]
    at = place[rows]
    starts = np.flatnonzero(np.r_[True, at[1:] != at[:-1]]) if len(at) else np.zeros(0, dtype=int)
    return rows, at, starts


def _bundle(
    table: RateTable,
    rows: Int[ndarray, " l"],
    at: Int[ndarray, " l"],
    starts: Int[ndarray, " b"],
    exponent: Float[ndarray, " s"],
) -> tuple[Float[ndarray, "b i"], ...]:
    """(tau_hat, r_base, r_new, mean_base, mean_new, covered, plain) by sector that has products; NaN where empty."""
    if not len(rows):
        return tuple(np.zeros((0, len(table.origins))) for _ in range(7))

    def total(values: ndarray) -> ndarray:
        return np.add.reduceat(values, starts, axis=0)

    before, after, value = table.before[rows], table.after[rows], table.weight[rows]
    good = np.isfinite(before) & np.isfinite(after)
    before, after = np.where(good, before, 0.0), np.where(good, after, 0.0)
    all_value, counted = total(value), np.where(good, value, 0.0)
    plain = (total(counted) <= 0) & (total(good.astype(float)) > 0)
    counted = np.where(np.repeat(plain, np.diff(np.r_[starts, len(rows)]), axis=0), good.astype(float), counted)
    with np.errstate(invalid="ignore", divide="ignore"):
        base_value, base_spending = total(counted), total(counted * (1 + before))
        mean_base = total(counted * before) / base_value
        mean_new = total(counted * after) / base_value
        tau_hat, r_new = _two_wedges(before, after, counted * (1 + before), base_spending, at, starts, exponent)
        known_share = np.where(plain, 0.0, total(np.where(good, value, 0.0)) / all_value)
    r_base = mean_base / (1 + mean_base)
    return tau_hat, r_base, r_new, mean_base, mean_new, known_share, plain.astype(float)


def _two_wedges(
    before: Float[ndarray, "l i"],
    after: Float[ndarray, "l i"],
    spending: Float[ndarray, "l i"],
    total_spending: Float[ndarray, "b i"],
    at: Int[ndarray, " l"],
    starts: Int[ndarray, " b"],
    exponent: Float[ndarray, " s"],
) -> tuple[Float[ndarray, "b i"], Float[ndarray, "b i"]]:
    """(tau_hat, r_new) of each sector and origin; the limit eta → 1 is the geometric mean."""
    log_hat = np.log((1 + after) / (1 + before))
    power = exponent[at][:, None]
    weight = spending * np.exp(power * log_hat)
    new_spending = np.add.reduceat(weight, starts, axis=0)
    r_new = np.add.reduceat(weight * (after / (1 + after)), starts, axis=0) / new_spending
    p = exponent[at[starts]][:, None]
    geometric = np.add.reduceat(spending * log_hat, starts, axis=0) / total_spending
    log_mean = np.where(p == 0, geometric, np.log(new_spending / total_spending) / np.where(p == 0, 1.0, p))
    return np.exp(log_mean), r_new


def base_rates(world: World, cells: Iterable[CellWedges]) -> Float[ndarray, "n i s"]:
    """The world's base rates with those of the cells put in: r/(1 − r), which is the value-weighted mean rate."""
    t = world.t.copy()
    for cell in cells:
        for n, i, row in _placed(world, cell):
            t[n, i] = np.where(cell.known[row], cell.mean_base[row], t[n, i])
    return t


def place_wedges(world: World, cells: Iterable[CellWedges]) -> Wedges:
    """Wedges of the cells on a world; no change elsewhere. The world's base rates must be the cells' own."""
    tau_hat, r = np.ones_like(world.t), world.t / (1 + world.t)
    for cell in cells:
        for n, i, row in _placed(world, cell):
            known = cell.known[row]
            if np.any(np.abs(np.where(known, cell.r_base[row] - world.t[n, i] / (1 + world.t[n, i]), 0)) > SAME):
                raise WorldError(
                    f"grid, {world.countries[n]} from {world.countries[i]}",
                    "the world's base rates are not those of the product rates before the change",
                    "one baseline",
                    "First: world = world.with_tariffs(base_rates(world, cells))",
                )
            tau_hat[n, i] = np.where(known, cell.tau_hat[row], 1.0)
            r[n, i] = np.where(known, cell.r_new[row], r[n, i])
    return Wedges(tau_hat, r)


def _placed(world: World, cell: CellWedges) -> list[tuple[int, int, int]]:
    """(buyer, seller, row of the cells): unions stand for their members; own goods and the own union are left out."""
    if cell.sectors != world.sectors:
        raise WorldError("grid", "the cells have other sectors than the world", ", ".join(world.sectors[:6]) + " …")
    position = {country: at for at, country in enumerate(world.countries)}
    buyers = [position[c] for c in members(cell.destination) if c in position]
    if not buyers:
        raise unknown_name(f"grid, world {world.name}", "country", cell.destination, world.countries, WorldError)
    return [
        (n, position[c], row)
        for row, origin in enumerate(cell.origins)
        for c in members(origin)
        if c in position
        for n in buyers
        if union_of(world.countries[n]) != union_of(c)
    ]
