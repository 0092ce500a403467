"""Reads published inter-country input-output tables: the OECD's official wide .csv or its .zip, fast at full size, and WIOD's.

WIOD is the World Input-Output Database, release 2013, with its links: 41 economies × 35 industries.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.cache_folder import cache_folder
from parley.errors import WorldError
from parley.frozen import frozen
from parley.inputs import as_file
from parley.world.elasticity import DEFAULT, read_elasticities
from parley.world.tabular_input import FILE_WORLDS, MERGED, Table, table_world
from parley.world.world import World

LARGEST = 4 << 30  # bytes: an extended table of 85 economies takes a twentieth
PULLED = "oecd-icio"  # the source of `parley data pull`
WIOD_KEYS = ("inter", "final", "output", "countries", "industries")


def read_icio(path: str | Path, elasticities: str | None = None, theta: ndarray | None = None) -> World:
    """The World of an official OECD ICIO table (wide .csv); no duties: put them in with `with_tariffs`.

    path: of the .csv, of a .zip with one, or FILE.zip/YEAR (or /NAME.csv) of a .zip with one for each year.
    elasticities: a set that covers the table's sectors, such as your own TOML; or theta [s], one number a sector.
    """
    path, member = in_archive(path)
    table = read_icio_table(path, member)
    inside = Path(_member_of(path, member)).stem if path.suffix == ".zip" else path.stem
    year = _year_of(inside) or _year_of(path.stem)
    name = inside if member or path.stem == "raw" else path.stem
    if theta is None:
        theta = read_elasticities(elasticities or DEFAULT, table.sectors)
    elif len(theta) != len(table.sectors):
        raise WorldError(f"world {path.name}", f"{len(theta)} elasticities", f"{len(table.sectors)}, one a sector")
    return table_world(table, theta, name=name, year=year, elasticities=elasticities)


def in_archive(path: str | Path) -> tuple[Path, str]:
    """(the file, what is asked of it): FILE.zip/2022 is the table of 2022 in an archive of several years."""
    head, mark, member = str(path).partition(".zip/")
    return (Path(f"{head}.zip"), member) if mark else (Path(path), "")


def pulled_icio(year: str = "") -> str:
    """The path of the table that `parley data pull oecd-icio` put into the cache last; of a year. Raises WorldError."""
    found = sorted((cache_folder() / PULLED).glob("*/raw.*"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise WorldError(
            f"world {PULLED}", "it is not packaged and was not pulled", f"the path of its file: {FILE_WORLDS[PULLED]}",
            f"parley data pull {PULLED} --from FILE, with the archive from the OECD's page",
        )  # fmt: skip
    return f"{found[-1]}/{year}" if year else str(found[-1])


def _year_of(stem: str) -> int:
    """The first year that a file's name holds; 0 where none."""
    return next((int(p) for p in stem.replace("-", "_").split("_") if p.isdigit() and len(p) == 4), 0)


def _member_of(path: Path, member: str) -> str:
    """The name of the one table in an archive that is asked for. Raises WorldError, naming all."""
    with zipfile.ZipFile(path) as archive:
        names = [i.filename for i in archive.infolist() if i.filename.lower().endswith(".csv")]
    asked = [n for n in names if not member or member in (n, Path(n).name, Path(n).stem, str(_year_of(Path(n).stem)))]
    if len(asked) != 1:
        found = f"no {member!r} in the archive" if not asked and member else f"{len(asked)} tables in the archive"
        years = sorted({str(y) for n in names if (y := _year_of(Path(n).stem))})
        which = (
            f"Say which year: {path.name}/{years[-1]}, or {PULLED}-{years[-1]} of a pulled one"
            if years
            else "Unpack the one that you want"
        )
        raise WorldError(f"world {path.name}", f"{found} ({', '.join(names[:6])})", "one .csv", which)
    return asked[0]


def read_icio_table(path: str | Path, member: str = "") -> Table:
    """The Table of a wide ICIO file: China's and Mexico's parts merged, totals and taxes (rows and columns) left out."""
    path = as_file(path)
    if not path.is_file():
        raise WorldError("world", f"no file {str(path)!r}", "an OECD ICIO table as .csv")
    columns, rows, values = _unpacked(path, member) if path.suffix == ".zip" else _numbers(path)
    if not np.isfinite(values.sum()):
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise WorldError(f"world {path.name}, {rows[row]}, {columns[column]}", "no number", "a number in every cell")
    goods = {row for row in rows if "_" in row and row in set(columns)}
    if not goods:
        raise WorldError(
            f"world {path.name}",
            f"no row name is also a column name (first row {rows[0]!r})",
            "rows CTY_SEC, as the OECD's",
        )
    countries = tuple(dict.fromkeys(_country(row) for row in rows if row in goods))
    sectors = tuple(dict.fromkeys(_rest(row) for row in rows if row in goods))
    sold, kept = _places([r if r in goods else "" for r in rows], countries, sectors)
    used, users = _places([c if c in goods else "" for c in columns], countries, sectors)
    bought = [_country(c) if c not in goods and _country(c) in countries and "_" in c else "" for c in columns]
    buyers = np.array([k for k, c in enumerate(bought) if c], dtype=int)
    whom = np.array([countries.index(bought[k]) for k in buyers], dtype=int)
    N, S = len(countries), len(sectors)
    inter = _added(_added(values.T, users, used, N * S).T, kept, sold, N * S)
    final = _added(_added(values.T, buyers, whom, N).T, kept, sold, N * S)
    return Table(countries, sectors, frozen(inter.reshape(N, S, N, S)), frozen(final.reshape(N, S, N)))


def _unpacked(path: Path, member: str) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    """The table of the one .csv in an archive, or of the one that is asked for."""
    try:
        name = _member_of(path, member)
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder:
            return _numbers(_copied(archive, name, Path(folder)))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise WorldError(f"world {path.name}", f"not an archive ({error})", "a .zip with one .csv") from None


def _copied(archive: zipfile.ZipFile, name: str, folder: Path) -> Path:
    """The path of an unpacked member. Raises WorldError beyond LARGEST bytes, counted as they are read."""
    target, size = folder / "table.csv", 0
    with archive.open(name) as packed, target.open("wb") as file:
        while block := packed.read(1 << 20):
            size += len(block)
            if size > LARGEST:
                raise WorldError(f"world {name}", f"more than {LARGEST >> 30} GB unpacked", "an inter-country table")
            file.write(block)
    return target


def _numbers(path: Path) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    """(column names, row names, values) of a wide table whose first column names the row; by pyarrow where installed."""
    try:
        return _by_arrow(path)
    except ImportError:
        return _by_numpy(path)


def _by_arrow(path: Path) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    import pyarrow
    from pyarrow import csv as arrow

    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    types = {name: pyarrow.float64() for name in header[1:]} | {header[0]: pyarrow.string()}
    try:
        read = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(block_size=1 << 26, column_names=header, skip_rows=1),
            convert_options=arrow.ConvertOptions(column_types=types),
        )
    except pyarrow.ArrowInvalid as error:
        raise WorldError(
            f"world {path.name}", f"not a wide table of numbers ({error})", "CTY_SEC, then numbers"
        ) from None
    values = np.empty((read.num_columns - 1, read.num_rows))  # column by column, as arrow holds them
    for at in range(len(values)):
        values[at] = read.column(at + 1).to_numpy()
    return header[1:], read.column(0).to_pylist(), values.T


def _by_numpy(path: Path) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
        rows, values = [], []
        for line in file:
            name, _, rest = line.rstrip("\r\n").partition(",")
            rows.append(name.strip('"'))
            values.append(np.fromstring(rest, sep=","))
    short = next((k for k, row in enumerate(values) if len(row) != len(header) - 1), None)
    if short is not None:
        raise WorldError(
            f"world {path.name}, row {rows[short]}", f"{len(values[short])} numbers", f"{len(header) - 1}, one a column"
        )
    return header[1:], rows, np.array(values)


def _country(code: str) -> str:
    first = code.split("_", 1)[0]
    return MERGED.get(first, first)


def _rest(code: str) -> str:
    return code.split("_", 1)[1]


def _places(
    codes: list[str], countries: tuple[str, ...], sectors: tuple[str, ...]
) -> tuple[Int[ndarray, " r"], Int[ndarray, " r"]]:
    """(place in countries × sectors, position in the list) of the codes that are not empty."""
    country, sector = ({name: k for k, name in enumerate(names)} for names in (countries, sectors))
    kept = [k for k, code in enumerate(codes) if code]
    place = [country[_country(codes[k])] * len(sectors) + sector[_rest(codes[k])] for k in kept]
    return np.array(place, dtype=int), np.array(kept, dtype=int)


def _added(
    values: Float[ndarray, "r c"], kept: Int[ndarray, " k"], place: Int[ndarray, " k"], size: int
) -> Float[ndarray, "p c"]:
    """The kept rows, added up by their place. Row by row: a grouped sum reads a table of this size five times slower."""
    made = np.zeros((size, values.shape[1]))
    for k, at in zip(kept, place, strict=True):
        made[at] += values[k]
    return made


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
