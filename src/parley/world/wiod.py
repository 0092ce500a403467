"""Reads the World Input-Output Database, release 2013, with its links: 41 economies × 35 industries."""

from __future__ import annotations

from numpy import ndarray

from parley.errors import WorldError
from parley.world.elasticity import DEFAULT, read_elasticities
from parley.world.tabular_input import MERGED, Table, table_world
from parley.world.world import World

WIOD_KEYS = ("inter", "final", "output", "countries", "industries")


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
    theta = read_elasticities(elasticities or DEFAULT, table.sectors)
    return table_world(table, theta, name=f"wiod-{year}" if year else name, year=year, elasticities=elasticities)
