"""Reads a world: a packaged one by name, or the user's own arrays from an .npz file."""

from __future__ import annotations

import json
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray

from parley.codes import union_of
from parley.errors import WorldError, unknown_name
from parley.shapes import Float
from parley.world.elasticity import DEFAULT, read_elasticities
from parley.world.icio import read_icio
from parley.world.tables import FILE_WORLDS
from parley.world.wiod import is_wiod, wiod_world
from parley.world.world import World

USER_KEYS = "countries, sectors, flows [n,i,s], tariffs [n,i,s], flows_include_tariff, and theta or an elasticity set"
OPTIONAL_KEYS = ("final_share", "value_added_share", "io_share")


def worlds() -> list[str]:
    """The names of the packaged worlds, one for each file of `sources/`."""
    folder = resources.files("parley.world").joinpath("sources")
    return sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".npz"))


def read_world(name: str | Path, elasticities: str | None = None, links: bool | None = None) -> World:
    """The World of that packaged name, or of a file: arrays in an .npz (USER_KEYS), or a table of FILE_WORLDS.

    elasticities: name of a set; default U4 for packaged worlds and tables, the file's own theta for the user's arrays.
    links: True asks for input-output links (a packaged world takes the packaged shares), False leaves them out; by
    default a packaged world has none, and a file what it holds.
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
            return _packaged(name, _arrays(path), elasticities or DEFAULT)
    if name.endswith(".csv"):
        return read_icio(name, elasticities)
    if name in FILE_WORLDS:
        raise WorldError(f"world {name}", "it is not packaged", f"the path of its file: {FILE_WORLDS[name]}")
    if not name.endswith(".npz"):
        raise unknown_name("world", "world", name, worlds(), WorldError)
    if not Path(name).is_file():
        raise WorldError("world", f"no file {name!r}", f"a packaged world ({', '.join(worlds())}) or an .npz file")
    return _user(Path(name), elasticities)


def sector_names(name: str) -> dict[str, str]:
    """What the sector codes of a packaged world stand for."""
    with resources.as_file(resources.files("parley.world").joinpath("sources", f"{name}.npz")) as path:
        held = _arrays(path)
    return {str(code): str(text) for code, text in zip(held["sectors"], held["sector_names"], strict=True)}


def manifest() -> dict[str, Any]:
    """What the packaged worlds are made of: source, terms, vintage, builder and checksum by file."""
    return json.loads(resources.files("parley.world").joinpath("sources", "manifest.json").read_text("utf-8"))


def _arrays(path: Path) -> dict[str, Any]:
    """All arrays of a file; Python objects are refused."""
    try:
        with np.load(path, allow_pickle=False) as held:
            return {key: held[key] for key in held.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise WorldError(f"world {path.name}", f"not an .npz of plain arrays ({error})", USER_KEYS) from None


def _packaged(name: str, held: dict[str, Any], elasticities: str) -> World:
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


def _user(path: Path, elasticities: str | None) -> World:
    """The user's own arrays, checked by World.from_arrays."""
    held = _arrays(path)
    if is_wiod(held):
        return wiod_world(held, path.stem, elasticities)
    needed = ["countries", "sectors", "flows", "tariffs", "flows_include_tariff"]
    missing = [key for key in needed if key not in held]
    if missing or ("theta" not in held and elasticities is None):
        raise WorldError(f"world {path.name}", f"no array {(missing or ['theta'])[0]!r}", USER_KEYS)
    sectors = tuple(str(s) for s in held["sectors"])
    theta = read_elasticities(elasticities, sectors) if elasticities else held["theta"]
    return World.from_arrays(
        [str(c) for c in held["countries"]],
        sectors,
        held["flows"],
        held["tariffs"],
        theta,
        flows_include_tariff=bool(held["flows_include_tariff"]),
        **{key: held[key] for key in OPTIONAL_KEYS if key in held},
        name=str(held["name"]) if "name" in held else path.stem,
        year=int(held["year"]) if "year" in held else 0,
        elasticities=elasticities or "user",
    )
