"""Reads the World Input-Output Database, release 2013, with its links: 41 economies × 35 industries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from parley.errors import WorldError
from parley.shapes import Float
from parley.world.elasticity import DEFAULT, read_elasticities, read_set
from parley.world.tables import MERGED, Table, table_world
from parley.world.world import World

WIOD_KEYS = ("inter", "final", "output", "countries", "industries")
# ISIC Rev. 3 industries of WIOD and the sectors of the packaged elasticity sets: goods one by one, all else services.
WIOD_SECTORS = {
    "c1": ("A01", "A02", "A03"), "c2": ("B05", "B06", "B07", "B08", "B09"), "c3": ("C10T12",), "c4": ("C13T15",),
    "c5": ("C13T15",), "c6": ("C16",), "c7": ("C17_18",), "c8": ("C19",), "c9": ("C20", "C21"), "c10": ("C22",),
    "c11": ("C23",), "c12": ("C24A", "C24B", "C25"), "c13": ("C28",), "c14": ("C26", "C27"),
    "c15": ("C29", "C301", "C302T309"), "c16": ("C31T33",),
}  # fmt: skip


def is_wiod(held: dict[str, ndarray]) -> bool:
    """Whether arrays are laid out as a WIOD table."""
    return all(key in held for key in WIOD_KEYS)


def wiod_table(held: dict[str, ndarray], name: str) -> Table:
    """The Table of WIOD arrays: inter [supplier, user], final [supplier, economy and use], supplier by row."""
    countries = tuple(MERGED.get(str(c), str(c)) for c in held["countries"])
    industries = tuple(str(k) for k in held["industries"])
    N, S = len(countries), len(industries)
    if held["inter"].shape != (N * S, N * S) or held["final"].shape[0] != N * S or held["final"].shape[1] % N:
        raise WorldError(
            f"world {name}", f"inter {held['inter'].shape}, final {held['final'].shape}", f"{N * S} rows, {N} economies"
        )
    final = held["final"].reshape(N, S, N, -1).sum(axis=3)
    return Table(countries, industries, held["inter"].reshape(N, S, N, S), final)


def wiod_world(held: dict[str, ndarray], name: str, elasticities: str | None) -> World:
    """The World of a WIOD table in the layout of FILE_WORLDS; no duties, so flows before duty are spending."""
    table = wiod_table(held, name)
    year = next((int(part) for part in reversed(name.split("_")) if part.isdigit()), 0)
    theta = industry_elasticities(elasticities or DEFAULT, table.sectors)
    return table_world(table, theta, name=f"wiod-{year}" if year else name, year=year, elasticities=elasticities)


def industry_elasticities(name: str, industries: Sequence[str]) -> Float[ndarray, " s"]:
    """theta[s] of a set at WIOD's industries: the plain mean over the sectors that an industry holds; services for the rest."""
    held = read_set(name).theta
    if all(industry in held for industry in industries):
        return read_elasticities(name, tuple(industries))
    groups = [WIOD_SECTORS.get(industry, ("SERVICES",)) for industry in industries]
    missing = sorted({sector for group in groups for sector in group if sector not in held})
    if missing:
        raise WorldError(
            f"elasticities {name}", f"no value for {missing[0]}", "a set that covers the sectors of oecd-2022"
        )
    return np.array([np.mean([held[sector] for sector in group]) for group in groups])
