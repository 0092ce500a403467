"""Whole world input-output tables: merged where asked, and made into worlds with links of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import WorldError
from parley.frozen import frozen, read_only
from parley.world.elasticity import DEFAULT
from parley.world.links import SMALL_OWN_SHARE, LinkReport, final_shares, fit_inputs, split_coefficients
from parley.world.world import World

FILE_WORLDS = {
    "wiod-2008": "WIOD, release 2013, year 2008: 41 economies × 35 industries with links; from an .npz with inter "
    "[supplier, user], final [supplier, economy and use], output, countries, industries (CC BY)",
    "wiod-2011": "WIOD, release 2013, year 2011: the same layout",
    "oecd-icio": "OECD Inter-Country Input-Output table, official wide .csv or its .zip: rows CTY_SEC, columns CTY_SEC, then "
    "CTY_HFCE and the other final uses; China's and Mexico's parts are merged. Pulled (parley data pull oecd-icio --from FILE), its "
    "name does: oecd-icio, or oecd-icio-2022 of an archive of several years",
    "arrays": "your own .npz: countries, sectors, flows [n,i,s] (buyer, seller, sector), tariffs [n,i,s], "
    "flows_include_tariff, theta [s]; with links also value_added_share [n,s], io_share [n,k,s] (k used by s) and "
    "perhaps final_share [n,s]; fit_links = True moves input shares to the flows",
    "flows-csv": "your own .csv, a row for every cell: buyer, seller, sector, spending (with duty) or value_before_duty, "
    "tariff, and perhaps theta",
    "folder": "a folder with flows.csv as above and, where you have them, sectors.csv (sector, theta), shares.csv "
    "(country, sector, value_added_share, final_share) and inputs.csv (country, input, user, io_share)",
}
MERGED = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX", "ROM": "ROU", "RoW": "ROW"}
MOST_INPUTS = 0.99  # of a sector's output: what buys more than it sells has no value added to pay wages from


@dataclass(frozen=True, eq=False)
@read_only
class Table:
    """A world input-output table before duties: inter [i, s, n, u] sold by i's s to n's u; final [i, s, n]."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    inter: Float[ndarray, "i s n u"]
    final: Float[ndarray, "i s n"]

    def merged(self, countries: Mapping[str, str], sectors: Mapping[str, str]) -> Table:
        """The same table with some economies and industries added up under another name; the others stay."""
        n, s = _groups(self.countries, countries), _groups(self.sectors, sectors)
        inter = np.einsum("isnu,iI,sS,nN,uU->ISNU", self.inter, n[1], s[1], n[1], s[1], optimize=True)
        final = np.einsum("isn,iI,sS,nN->ISN", self.final, n[1], s[1], n[1], optimize=True)
        return Table(n[0], s[0], frozen(inter), frozen(final))


def table_world(table: Table, theta: ndarray, *, name: str, year: int, elasticities: str | None) -> World:
    """The World of a table: flows are all uses, input shares the table's own.

    Stocks can fall by more than is sold: cells whose uses add up below zero are set to none, and inputs above the
    spending that is left are fitted as in `fit_inputs`; `links` and `notes` say how much that took.
    """
    countries, sectors = table.countries, table.sectors
    flows = (table.inter.sum(axis=3) + table.final).transpose(2, 0, 1)
    below = float(-flows[flows < 0].sum() / flows.sum()) + 0.0  # not −0
    X, t = np.maximum(flows, 0.0), np.zeros(flows.shape)
    E, S = X.sum(axis=1), X.sum(axis=0)
    inputs = table.inter.sum(axis=0).transpose(1, 0, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(S[:, None, :] > 0, inputs / np.where(S > 0, S, 1.0)[:, None, :], 0.0)
    over = a.sum(axis=1)
    limit = np.minimum(1.0, MOST_INPUTS / np.where(over > 0, over, 1.0))
    made = fit_inputs(E, S, np.maximum(a, 0.0) * limit[:, None])
    beta = 1 - made.a.sum(axis=1)
    gamma = split_coefficients(made.a, beta, np.full_like(a, 1 / len(sectors)))
    notes = (f"cells below zero (stocks) set to none: {100 * below:.3g} % of all sales", "no duties in the table")
    world = World.from_arrays(
        countries, sectors, X, t, theta, flows_include_tariff=True, final_share=final_shares(E, S, made.a),
        value_added_share=beta, io_share=gamma, name=name, year=year, elasticities=elasticities or DEFAULT, notes=notes,
    )  # fmt: skip
    own = (np.einsum("nns->ns", world.base.pi) < SMALL_OWN_SHARE).sum(axis=1)
    report = LinkReport(name, countries, made.moved, made.repaired, made.negative, own, made.passes, {})
    return replace(world, links=report)


def _groups(names: tuple[str, ...], into: Mapping[str, str]) -> tuple[tuple[str, ...], Float[ndarray, "k g"]]:
    """(new names in order, [old, new] ones where the old is part of the new)."""
    unknown = [name for name in into if name not in names]
    if unknown:
        raise WorldError("world table", f"no {unknown[0]!r} to merge", ", ".join(names))
    whole = [into.get(name, name) for name in names]
    new = tuple(dict.fromkeys(whole))
    return new, np.array([[float(w == g) for g in new] for w in whole])
