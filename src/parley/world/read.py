"""Reads a world: a packaged one by name, or the user's own from a file or folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.errors import WorldError, unknown_name
from parley.inputs import as_file
from parley.world.answers import ManifestEntry
from parley.world.arrays import arrays_of, arrays_of_csv, is_flow_list, world_of_arrays
from parley.world.elasticity import DEFAULT, read_elasticities
from parley.world.icio import read_icio
from parley.world.tabular_input import FILE_WORLDS
from parley.world.wiod import is_wiod, wiod_world
from parley.world.world import World

FILE_ENDS = (".npz", ".csv", ".zip")


def worlds() -> list[str]:
    """The names of the packaged worlds, one for each file of `sources/`."""
    folder = resources.files("parley.world").joinpath("sources")
    return sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".npz"))


def read_world(name: str | Path, elasticities: str | None = None, links: bool | None = None) -> World:
    """The World of that packaged name, or of the user's file or folder in one of the layouts of FILE_WORLDS.

    Parameters
    ----------
    name
        A packaged world (`parley trade worlds`), or a path.
    elasticities
        Name of a set; default U4 for packaged worlds and tables, the file's own theta for the user's arrays.
    links
        True asks for input-output links (a packaged world takes the packaged shares), False leaves them out; by default a
        packaged world has none, and a file what it holds.

    Returns
    -------
    World
        Its accounts checked.

    Raises
    ------
    WorldError
        Where there is no such world, or its accounts cannot be those of one.

    Examples
    --------
    >>> import parley
    >>> parley.read_world("oecd-2022").year
    2022
    """
    world = _read(str(name), elasticities)
    if links is False:
        return world.without_links() if world.has_links else world
    if links and not world.has_links:
        if world.name not in worlds():
            raise WorldError(f"world {world.name}", "no input-output shares in the file", "value_added_share, io_share")
        return world.with_links()
    return world


def _read(name: str, elasticities: str | None) -> World:
    if name in worlds():
        with resources.as_file(resources.files("parley.world").joinpath("sources", f"{name}.npz")) as path:
            return _packaged(name, arrays_of(path), elasticities or DEFAULT)
    path = as_file(name)
    if path.is_dir():
        return world_of_arrays(arrays_of_csv(path), path.name, elasticities)
    if path.suffix not in FILE_ENDS:
        if name in FILE_WORLDS:
            raise WorldError(f"world {name}", "it is not packaged", f"the path of its file: {FILE_WORLDS[name]}")
        raise unknown_name("world", "world", name, worlds(), WorldError)
    if not path.is_file():
        raise WorldError(
            "world", f"no file {name!r}", f"a packaged dataset ({', '.join(worlds())}), or a file or folder"
        )
    if path.suffix == ".npz":
        held = arrays_of(path)
        return (wiod_world if is_wiod(held) else world_of_arrays)(held, path.stem, elasticities)
    if path.suffix == ".csv" and is_flow_list(path):
        return world_of_arrays(arrays_of_csv(path), path.stem, elasticities)
    return read_icio(path, elasticities)


@lru_cache(maxsize=4)
def sector_names(name: str) -> Mapping[str, str]:
    """What the sector codes of a packaged world stand for."""
    with resources.as_file(resources.files("parley.world").joinpath("sources", f"{name}.npz")) as path:
        held = arrays_of(path)
    return MappingProxyType(
        {str(code): str(text) for code, text in zip(held["sectors"], held["sector_names"], strict=True)}
    )


def manifest() -> dict[str, ManifestEntry]:
    """What the packaged worlds are made of: source, terms, vintage, builder and checksum by file."""
    return json.loads(resources.files("parley.world").joinpath("sources", "manifest.json").read_text("utf-8"))


def _packaged(name: str, held: dict[str, ndarray], elasticities: str) -> World:
    """A packaged world: digits and exponents to flows, one mean rate by importer and sector to bilateral rates."""
    countries = tuple(str(c) for c in held["countries"])
    sectors = tuple(str(s) for s in held["sectors"])
    exponent = held["flow_exponent"].astype(int)
    digits = held["flow_digits"].astype(float)
    X = np.where(exponent < 0, digits / 10.0 ** np.maximum(-exponent, 0), digits * 10.0 ** np.maximum(exponent, 0))
    return World.from_arrays(
        countries,
        sectors,
        X.transpose(1, 2, 0),
        bilateral_rates(countries, held["rate_per_mille"] / 1000),
        read_elasticities(elasticities, sectors),
        flows_include_tariff=True,
        name=name,
        year=int(held["year"]),
        elasticities=elasticities,
        notes=("base rates are means by importer and sector of 2021, services none, none inside a customs union",),
    )


def bilateral_rates(countries: tuple[str, ...], rates: Float[ndarray, "n s"]) -> Float[ndarray, "n i s"]:
    """t[n,i,s] from one rate by importer and sector: none on own goods and none inside the European Union."""
    unions = np.array([union_of(c) for c in countries])
    foreign = unions[:, None] != unions[None, :]
    return np.where(foreign[:, :, None], rates[:, None, :], 0.0)
