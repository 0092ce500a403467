"""Reads published inter-country input-output tables: the OECD's official wide .csv or its .zip, fast at full size, and WIOD's.

WIOD is the World Input-Output Database, release 2013, with its links: 41 economies × 35 industries.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj

import numpy as np
from numpy import ndarray

from parley.archives import MOST_UNPACKED, opened_zip
from parley.array_types import Float, Int
from parley.cache_folder import cache_folder
from parley.drafts import work_folder
from parley.errors import WorldError
from parley.frozen import frozen
from parley.inputs import as_file
from parley.outputs import told
from parley.text_files import FileKind, is_file, read_head, read_text
from parley.world.accounts import of_world
from parley.world.elasticity import DEFAULT, read_elasticities
from parley.world.tabular_input import FILE_WORLDS, MERGED, Table, table_world
from parley.world.world import World

PULLED = "oecd-icio"  # the source of `parley data pull`
ARCHIVE = FileKind("a .zip with one wide .csv a year", WorldError, ".zip")
WIDE = FileKind(
    "a wide table: a header of columns CTY_SEC, and in each row CTY_SEC and a number a column",
    WorldError,
    most=MOST_UNPACKED,
)
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
    with of_world(path.name):
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
    return next((int(p) for p in stem.replace("-", "_").split("_") if p.isdecimal() and len(p) == 4), 0)


def _member_of(path: Path, member: str) -> str:
    """The name of the one table in an archive that is asked for. Raises WorldError, naming all."""
    with opened_zip(path, ARCHIVE, f"world {path.name}") as archive:
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
    if not is_file(path):
        raise WorldError("world", f"no file {str(path)!r}", "an OECD ICIO table as .csv")
    columns, rows, values = _unpacked(path, member) if path.suffix == ".zip" else _numbers(path, f"world {path.name}")
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise WorldError(f"world {path.name}, {rows[row]}, {columns[column]}", "no number", "a number in every cell")
    goods = {row for row in rows if "_" in row and row in set(columns)}
    if not goods:
        raise WorldError(
            f"world {path.name}",
            f"no row name is also a column name (first row {rows[0][:40]!r})" if rows else "no row below the header",
            "rows CTY_SEC, as the OECD's",
        )
    countries = tuple(dict.fromkeys(_country(row) for row in rows if row in goods))
    sectors = tuple(dict.fromkeys(_rest(row) for row in rows if row in goods))
    sold, kept = _places([r if r in goods else "" for r in rows], countries, sectors)
    used, users = _places([c if c in goods else "" for c in columns], countries, sectors)
    _check_whole(path, sold, used, (countries, sectors))
    bought = [_country(c) if c not in goods and _country(c) in countries and "_" in c else "" for c in columns]
    buyers = np.array([k for k, c in enumerate(bought) if c], dtype=int)
    whom = np.array([countries.index(bought[k]) for k in buyers], dtype=int)
    N, S = len(countries), len(sectors)
    inter = _added(_added(values.T, users, used, N * S).T, kept, sold, N * S)
    final = _added(_added(values.T, buyers, whom, N).T, kept, sold, N * S)
    return Table(countries, sectors, frozen(inter.reshape(N, S, N, S)), frozen(final.reshape(N, S, N)))


def _check_whole(path: Path, sold: ndarray, used: ndarray, names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    """Nothing, if each sector of each country has a row and a column. Raises WorldError."""
    for kind, places in (("row", sold), ("column", used)):
        missing = np.setdiff1d(np.arange(len(names[0]) * len(names[1])), places)
        if len(missing):
            first = f"{names[0][missing[0] // len(names[1])]}_{names[1][missing[0] % len(names[1])]}"
            found = f"no {kind} {first}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else "")
            raise WIDE.fault(f"world {path.name}", found, "Where nothing is sold or used write 0")


def _unpacked(path: Path, member: str) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    """The table of the one .csv in an archive, or of the one that is asked for."""
    name = _member_of(path, member)
    with work_folder("world") as folder:
        target = Path(folder, "table.csv")
        where = f"world {path.name}, {name}"
        with (
            opened_zip(path, ARCHIVE, where) as archive,
            archive.open(name) as packed,
            told(folder),
            target.open("wb") as file,
        ):
            copyfileobj(packed, file, 1 << 20)
        return _numbers(target, where)


def _numbers(path: Path, where: str) -> tuple[list[str], list[str], Float[ndarray, "r c"]]:
    """(column names, row names, values) of a wide table whose first column names the row; by pyarrow where installed."""
    first = next(csv.reader(read_head(path, WIDE, where).splitlines()), [])
    if len(first) < 2:
        raise WIDE.fault(f"{where}, row 1", f"a header of {len(first)} columns")
    _check_names("columns", first, where)
    try:
        rows, values = _by_arrow(path, first, where)
    except ImportError:
        rows, values = _by_numpy(path, len(first) - 1, where)
    _check_names("rows", rows, where)
    return first[1:], rows, values


def _check_names(kind: str, names: list[str], where: str) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise WIDE.fault(where, f"two {kind} are called {twice[:40]!r}")


def _by_arrow(path: Path, header: list[str], where: str) -> tuple[list[str], Float[ndarray, "r c"]]:
    import pyarrow
    from pyarrow import csv as arrow

    types = {name: pyarrow.float64() for name in header[1:]} | {header[0]: pyarrow.string()}
    try:
        read = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(block_size=1 << 26, column_names=header, skip_rows=1),
            convert_options=arrow.ConvertOptions(column_types=types),
        )
    except pyarrow.ArrowException as error:
        raise WIDE.fault(where, f"not a wide table of numbers ({error})"[:300]) from None
    values = np.empty((read.num_columns - 1, read.num_rows))  # column by column, as arrow holds them
    for at in range(len(values)):
        values[at] = read.column(at + 1).to_numpy()
    return read.column(0).to_pylist(), values.T


def _by_numpy(path: Path, width: int, where: str) -> tuple[list[str], Float[ndarray, "r c"]]:
    rows, values = [], []
    for number, line in enumerate(read_text(path, WIDE, where).splitlines()[1:], 2):
        name, _, rest = line.partition(",")
        cells = rest.split(",")
        try:
            if len(cells) != width or "_" in rest:  # Python's float takes 1_000
                raise ValueError
            values.append(np.array(cells, dtype=float))
        except ValueError:
            found = f"{len(cells)} cells where the header has {width}, or one that is no number"
            raise WIDE.fault(f"{where}, row {number} ({name[:40]})", found) from None
        rows.append(name.strip('"'))
    return rows, np.array(values).reshape(-1, width)


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


def codes_in(held: Mapping[str, ndarray], key: str, name: str) -> tuple[str, ...]:
    """The codes in an array of an .npz, in its order. Raises WorldError where it is no list."""
    if held[key].ndim != 1:
        raise WorldError(f"world {name}, {key}", f"an array of shape {held[key].shape}", "a list of codes")
    return tuple(str(code) for code in held[key])


def is_wiod(held: dict[str, ndarray]) -> bool:
    """Whether arrays are laid out as a WIOD table."""
    return all(key in held for key in WIOD_KEYS)


def wiod_table(held: dict[str, ndarray], name: str) -> Table:
    """The Table of WIOD arrays: inter [supplier, user], final [supplier, economy and use], supplier by row."""
    countries = tuple(MERGED.get(c, c) for c in codes_in(held, "countries", name))
    industries = codes_in(held, "industries", name)
    N, S = len(countries), len(industries)
    final = held["final"]
    fits = final.ndim == 2 and N and final.shape[0] == N * S and final.shape[1] and final.shape[1] % N == 0
    numeric = all(held[key].dtype.kind in "iuf" for key in ("inter", "final"))
    if held["inter"].shape != (N * S, N * S) or not fits or not numeric:
        raise WorldError(
            f"world {name}", f"inter {held['inter'].shape}, final {held['final'].shape}", f"{N * S} rows, {N} economies"
        )
    final = held["final"].reshape(N, S, N, -1).sum(axis=3)
    return Table(countries, industries, held["inter"].reshape(N, S, N, S), final)


def wiod_world(held: dict[str, ndarray], name: str, elasticities: str | None) -> World:
    """The World of a WIOD table in the layout of FILE_WORLDS; no duties, so flows before duty are spending."""
    table = wiod_table(held, name)
    year = next((int(part) for part in reversed(name.split("_")) if part.isdecimal()), 0)
    theta = read_elasticities(elasticities or DEFAULT, table.sectors)
    called = f"wiod-{year}" if year else name
    with of_world(name):
        return table_world(table, theta, name=called, year=year, elasticities=elasticities)
