"""Reads a world: a packaged one by name, or the user's own from arrays in an .npz, one .csv of bilateral flows, or a folder."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy import ndarray

from parley.archives import read_arrays
from parley.arguments import checked
from parley.array_types import Float
from parley.codes import union_of
from parley.csv_tables import CsvRow, number_of, read_csv
from parley.errors import WorldError, nearest, unknown_name
from parley.inputs import as_file
from parley.text_files import FileKind, is_file, is_folder, read_head
from parley.world.accounts import of_world
from parley.world.answers import ManifestEntry
from parley.world.elasticity import DEFAULT, elasticity_sets, read_elasticities
from parley.world.icio import PULLED, codes_in, is_wiod, pulled_icio, read_icio, wiod_world
from parley.world.tabular_input import FILE_WORLDS
from parley.world.world import World

FILE_ENDS = (".npz", ".csv", ".zip")
USER_KEYS = "countries, sectors, flows [n,i,s], tariffs [n,i,s], flows_include_tariff, and theta or an elasticity set"
SPENDING, BEFORE_DUTY = "spending", "value_before_duty"
CELL = ("buyer", "seller", "sector")
CSV_KEYS = (
    f"columns buyer, seller, sector, {SPENDING} (with duty) or {BEFORE_DUTY}, tariff (a fraction), and perhaps theta"
)
FILES = {  # of a folder: columns that say where, columns that say how much
    "sectors.csv": (("sector",), ("theta",)),
    "shares.csv": (("country", "sector"), ("value_added_share", "final_share")),
    "inputs.csv": (("country", "input", "user"), ("io_share",)),
}
FLOWS = "flows.csv"
_KINDS = {"b": "truth value (True or False)", "U": "text", "iu": "whole number"}
ARRAYS = FileKind(f"an .npz of plain arrays: {USER_KEYS}", WorldError, ".npz")
FLOW_LIST = FileKind(CSV_KEYS, WorldError)


def worlds() -> list[str]:
    """The names of the packaged worlds, one for each file of `sources/`."""
    folder = resources.files("parley.world").joinpath("sources")
    return sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".npz"))


@checked(error=WorldError)
def read_world(name: str | Path, elasticities: str | Path | None = None, links: bool | None = None) -> World:
    """The World of that packaged name, or of the user's file or folder in one of the layouts of FILE_WORLDS.

    Parameters
    ----------
    name
        A packaged world (`parley trade worlds`), or a path.
    elasticities
        Name of a set, or the path of one's own; default U4 for packaged worlds and tables, the file's own theta for the
        user's arrays.
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
    chosen = None if elasticities is None else str(elasticities)
    if chosen == "":
        raise unknown_name("read_world", "elasticity set", chosen, elasticity_sets(), WorldError)
    world = _read(str(name), chosen)
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
    if re.fullmatch(rf"{PULLED}(-\d{{4}})?", name):
        return read_icio(pulled_icio(name.removeprefix(PULLED).removeprefix("-")), elasticities)
    if ".zip/" in name:
        return read_icio(name, elasticities)
    path = as_file(name)
    if is_folder(path):
        return world_of_arrays(arrays_of_csv(path), path.name, elasticities)
    if path.suffix not in FILE_ENDS:
        if name in FILE_WORLDS:
            raise WorldError(f"world {name}", "it is not packaged", f"the path of its file: {FILE_WORLDS[name]}")
        raise unknown_name("world", "world", name, worlds(), WorldError)
    if not is_file(path):
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


def arrays_of(path: Path) -> dict[str, ndarray]:
    """All arrays of an .npz; Python objects are refused. Raises WorldError."""
    return read_arrays(path, ARRAYS, f"world {path.name}")


def world_of_arrays(held: Mapping[str, ndarray], name: str, elasticities: str | None) -> World:
    """The World of the user's arrays (USER_KEYS), checked by World.from_arrays; an elasticity set replaces theta."""
    needed = ["countries", "sectors", "flows", "tariffs", "flows_include_tariff"]
    missing = [key for key in needed if key not in held]
    if missing:
        near = nearest(missing[0], held)
        raise WorldError(
            f"world {name}", f"no array {missing[0]!r}", USER_KEYS, f"Did you mean {near[0]}?" if near else ""
        )
    if "theta" not in held and elasticities is None:
        raise WorldError(f"world {name}", "no array 'theta'", USER_KEYS, "Name a set: --elasticities U4")
    countries, sectors = codes_in(held, "countries", name), codes_in(held, "sectors", name)
    theta = read_elasticities(elasticities, sectors) if elasticities else held["theta"]
    with of_world(name):
        return World.from_arrays(
            countries,
            sectors,
            held["flows"],
            held["tariffs"],
            theta,
            flows_include_tariff=bool(_one_of(held, "flows_include_tariff", name)),
            final_share=held.get("final_share"),
            value_added_share=held.get("value_added_share"),
            io_share=held.get("io_share"),
            name=str(_one_of(held, "name", name, "U")) if "name" in held else name,
            year=int(_one_of(held, "year", name, "iu")) if "year" in held else 0,
            elasticities=elasticities or "user",
            fit_links=bool(_one_of(held, "fit_links", name)) if "fit_links" in held else False,
        )


def _one_of(held: Mapping[str, ndarray], key: str, name: str, kinds: str = "b") -> bool | int | str:
    """The one value of an array of an .npz. Raises WorldError where it holds several, or another kind of value."""
    value = held[key]
    if value.size != 1 or value.dtype.kind not in kinds:
        found = f"an array of {value.size} values of the type {value.dtype}"
        raise WorldError(f"world {name}, {key}", found, f"one {_KINDS[kinds]}")
    return value.reshape(-1)[0].item()


def is_flow_list(path: Path) -> bool:
    """Whether a .csv is a list of bilateral flows, and not a wide table."""
    head = read_head(path, FLOW_LIST, f"world {path.name}").lower()
    lines = (line for line in head.splitlines() if line.strip() and not line.startswith("#"))
    header = next(lines, "")
    return "buyer" in header and "seller" in header


def arrays_of_csv(path: Path) -> dict[str, ndarray]:
    """The arrays of one list of flows (CSV_KEYS), or of a folder with flows.csv and what FILES names."""
    if is_folder(path):
        return _folder(path)
    rows = _rows(path, CELL)
    columns = set(rows[0].cells)
    given = columns & {SPENDING, BEFORE_DUTY}
    if len(given) != 1 or "tariff" not in columns:
        lacking = "tariff" if len(given) == 1 else f"exactly one of {SPENDING} and {BEFORE_DUTY}"
        raise WorldError(f"world {path.name}", f"no column {lacking}", CSV_KEYS)
    axes = {"country": _names(rows, "buyer", "seller"), "sector": _names(rows, "sector")}
    shape = [axes["country"], axes["country"], axes["sector"]]
    flow = given.pop()
    held = {
        "countries": np.array(axes["country"]),
        "sectors": np.array(axes["sector"]),
        "flows_include_tariff": np.array(flow == SPENDING),
        "flows": _filled(path, rows, CELL, shape, flow),
        "tariffs": _filled(path, rows, CELL, shape, "tariff"),
    }
    if "theta" in columns:
        held["theta"] = _by_sector(rows, axes["sector"])
    return held


def _folder(path: Path) -> dict[str, ndarray]:
    if not is_file(path / FLOWS):
        found = ", ".join(sorted(p.name for p in path.iterdir())[:6]) or "nothing"
        raise WorldError(f"world {path.name}", f"no {FLOWS} in the folder (it holds {found})", CSV_KEYS)
    held = arrays_of_csv(path / FLOWS)
    countries, sectors = held["countries"].tolist(), held["sectors"].tolist()
    axis = {"country": countries, "sector": sectors, "input": sectors, "user": sectors}
    for name, (where, values) in FILES.items():
        if is_file(path / name):
            rows = _rows(path / name, where)
            shape = [axis[key] for key in where]
            held |= {v: _filled(path / name, rows, where, shape, v) for v in values if v in rows[0].cells}
    return held


def _rows(path: Path, needed: tuple[str, ...]) -> list[CsvRow]:
    """The rows of a .csv by column name in small letters. Raises WorldError where a column is missing or there is no row."""
    kind = FLOW_LIST if needed == CELL else FileKind(", ".join(needed), WorldError)
    rows = list(read_csv(path, kind, needed, f"world {path.name}", fold=True).rows())
    if not rows:
        raise WorldError(f"world {path.name}", "no row below the header", "one row a cell")
    return rows


def _names(rows: list[CsvRow], *columns: str) -> list[str]:
    """Codes in the order of their first appearance."""
    return list(dict.fromkeys(row.cells[column] for column in columns for row in rows))


def _filled(path: Path, rows: list[CsvRow], where: tuple[str, ...], axes: list[list[str]], value: str) -> ndarray:
    """One number for every cell. Raises WorldError for a cell twice, a cell missing, an unknown code or no number."""
    places = [{name: k for k, name in enumerate(axis)} for axis in axes]
    made = np.full([len(axis) for axis in axes], np.nan)
    for line, row in rows:
        codes = [row[column] for column in where]
        at = tuple(place.get(code, -1) for place, code in zip(places, codes, strict=True))
        place_of = f"{line} ({', '.join(codes)})"
        if -1 in at:
            raise WorldError(place_of, f"no {where[at.index(-1)]} {codes[at.index(-1)]!r} in {FLOWS}", "its codes")
        if not math.isnan(made[at]):
            raise WorldError(place_of, "the cell is given twice", "each cell once")
        made[at] = _number(row[value], place_of, value)
    if np.isnan(made).any():
        first = [axis[k] for axis, k in zip(axes, np.argwhere(np.isnan(made))[0], strict=True)]
        missing = int(np.isnan(made).sum())
        raise WorldError(
            f"world {path.name}", f"{missing} of {made.size} cells have no row, first {', '.join(first)}",
            "a row for every cell", "Where nothing is sold write 0",
        )  # fmt: skip
    return made


def _number(text: str, where: str, what: str) -> float:
    value = number_of(text)
    if value is None:
        raise WorldError(where, f"{what} is {text[:40]!r}", "a finite number, such as 0.25")
    return value


def _by_sector(rows: list[CsvRow], sectors: list[str]) -> ndarray:
    """theta of each sector. Raises WorldError where one sector has two."""
    found: dict[str, float] = {}
    for line, row in rows:
        sector = row["sector"]
        theta = _number(row["theta"], line, "theta")
        if found.setdefault(sector, theta) != theta:
            raise WorldError(line, f"theta of {sector} is {theta} after {found[sector]}", "one a sector")
    return np.array([found[sector] for sector in sectors])
