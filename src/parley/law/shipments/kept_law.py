"""A destination's compiled law kept in the user's cache: a database file, safe to delete at any time.

Its name is a checksum of everything that the tables depend on: the rows of the law, the day of knowledge, the reading,
and the package's own files on law (sizes and times). A file that cannot be read is compiled anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parley import __version__, outputs
from parley.cache_folder import cache_folder
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.cell_columns import Form
from parley.law.shipments.duckdb import LAW_TABLES
from parley.law.shipments.pieces import text_sql
from parley.law.shipments.tables import LawTables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "duties"
MOST_KEPT = 8  # files: the eldest give way


class Meant(NamedTuple):
    """What the query must know of the tables, beside the tables themselves."""

    form: Form
    raw_count: int
    period_count: int
    rule_set_count: int
    last_day: date
    cells: dict[str, list]


def kept_or_made(
    con: DuckDBPyConnection, key: str, prefix: str, destination: str, make: Callable[[], LawTables]
) -> LawTables:
    """The tables under a prefix in the database, from the cache where it holds them; `make` loads them itself."""
    import duckdb

    path = kept_folder() / f"{key}.duckdb"
    if path.exists():
        try:
            return replace(_read(con, path, prefix, destination), kept=str(path))
        except (duckdb.Error, ValueError, OSError):
            con.execute("DETACH DATABASE IF EXISTS kept")
    made = make()
    try:
        _write(con, path, prefix, made)
    except (duckdb.Error, OSError):  # a full or read-only disk costs time, not the run
        con.execute("DETACH DATABASE IF EXISTS kept")
        return made
    return replace(made, kept=str(path))


def kept_folder() -> Path:
    """The folder of compiled law in the cache."""
    return cache_folder() / FOLDER


def law_key(law: Regime | None, destination: str, known: date | None, reading: Reading) -> str:
    """The checksum of all that the tables depend on. No law: the packaged one, which its files stand for."""
    import msgspec

    held = law and (law.measures, law.reached, law.estimates)
    told = [__version__, destination, known, reading, law_files(), held]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def law_files() -> list[tuple[str, int, int]]:
    """The package's files on law, acts and schedules among them, with sizes and times."""
    folder = Path(__file__).parents[1]
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files]


def _read(con: DuckDBPyConnection, path: Path, prefix: str, destination: str) -> LawTables:
    import msgspec

    con.execute(f"ATTACH {text_sql(str(path))} AS kept (READ_ONLY)")
    found = con.execute("SELECT text, known, reading FROM kept.meant").fetchall()
    meant = msgspec.json.decode(found[0][0], type=Meant)
    for name in LAW_TABLES:
        con.execute(f"CREATE OR REPLACE TABLE {prefix}{name} AS SELECT * FROM kept.{name}")
    con.execute("DETACH kept")
    tables = {"cells": meant.cells, "claimed": {"key": [], "cell": []}}
    counts = (meant.raw_count, meant.period_count, meant.rule_set_count)
    return LawTables(destination, found[0][1], found[0][2], tables, (), meant.form, *counts, meant.last_day, ())


def _write(con: DuckDBPyConnection, path: Path, prefix: str, law: LawTables) -> None:
    import msgspec

    path.parent.mkdir(parents=True, exist_ok=True)
    cells = {n: list(v) for n, v in law.tables["cells"].items()}
    meant = Meant(law.form, law.raw_count, law.period_count, law.rule_set_count, law.last_day, cells)
    told = [msgspec.json.encode(meant).decode(), law.known, law.reading]
    with outputs.drafted(path) as draft:
        con.execute(f"ATTACH {text_sql(str(draft))} AS kept")
        for name in LAW_TABLES:
            con.execute(f"CREATE TABLE kept.{name} AS SELECT * FROM {prefix}{name}")
        con.execute("CREATE TABLE kept.meant (text VARCHAR, known DATE, reading VARCHAR)")
        con.execute("INSERT INTO kept.meant VALUES (?, ?, ?)", told)
        con.execute("DETACH kept")
    eldest = sorted(path.parent.glob("*.duckdb"), key=lambda p: p.stat().st_mtime_ns)
    for old in eldest[:-MOST_KEPT]:
        for file in (*path.parent.glob(f"{old.stem}.*"), *path.parent.glob(f".{old.stem}.*")):  # the outcomes too
            file.unlink(missing_ok=True)
