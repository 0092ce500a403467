"""The embedded engine: the law's tables in an in-memory DuckDB, for the query over one piece of a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from parley.errors import InputError
from parley.law.shipments.tables import LawTables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LAW_TABLES = (
    "products",
    "origins",
    "rule_sets",
    "intervals",
    "moments",
    "calendar",
    "claimed",
    "cells",
    "bases",
    "equivalents",
    "units",
)
_DAYS = ("start", "end")
_TEXTS = ("code", "spelled", "measures", "unknown", "prohibited", "unit_dimension", "dimension")
_NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "SMALLINT", "TINYINT",
            "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT", "UHUGEINT")  # fmt: skip


def connect(threads: int = 0, memory: str = "", folder: str = "") -> DuckDBPyConnection:
    """An in-memory database of its own, which reads no file but those that the run names. Raises without DuckDB."""
    try:
        import duckdb
    except ImportError:
        raise InputError("parley law duties", "DuckDB is not installed", "pip install 'duckdb>=1.2'") from None
    con = duckdb.connect(":memory:")
    con.execute("SET enable_progress_bar = false; SET preserve_insertion_order = true")
    con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")  # the law's tables are the small side
    for name, value in (("threads", threads), ("memory_limit", memory), ("temp_directory", folder)):
        if value:
            con.execute(f"SET {name} = '{value}'")
    return con


def load(con: DuckDBPyConnection, law: LawTables, prefix: str = "") -> None:
    """Nothing: the law's tables stand in the database, under their names with a prefix."""
    for name in LAW_TABLES:
        table = law.tables[name]
        columns = {f"{c}_day" if c in _DAYS else c: _array(c, values) for c, values in table.items()}
        con.register("incoming", columns)
        parts = ", ".join(f'CAST("{c}" AS {_kind(c, columns[c])}) AS "{c}"' for c in columns)
        con.execute(f"CREATE OR REPLACE TABLE {prefix}{name} AS SELECT {parts} FROM incoming")
        con.unregister("incoming")


def _array(name: str, values: list) -> np.ndarray:
    """A column as an array: texts as objects, days as such, missing numbers masked."""
    if name in (*_DAYS, "day", "column_2_day"):
        return np.array([v.isoformat() if isinstance(v, date) else v for v in values], dtype=object)
    if name in _TEXTS:
        return np.array(values, dtype=object)
    whole = all(v is None or isinstance(v, int) for v in values)
    filled = np.array([0 if v is None else v for v in values], dtype=np.int64 if whole else np.float64)
    missing = np.array([v is None for v in values], dtype=bool)
    return np.ma.masked_array(filled, mask=missing) if missing.any() else filled


def _kind(name: str, array: np.ndarray) -> str:
    if name.removesuffix("_day") in (*_DAYS, "column_2") or name == "day":
        return "DATE"
    if array.dtype == object:
        return "VARCHAR"
    if array.dtype.kind == "f":
        return "DOUBLE"
    return "BIGINT" if len(array) and int(np.ma.filled(array, 0).max()) > 2**31 - 1 else "INTEGER"


def kind_of(sql_type: str) -> str:
    """What a column type means to the query: text, number, day or flag; any other is read as it prints."""
    if sql_type.split("(")[0] in _NUMBERS:
        return "number"
    held = {"BOOLEAN": "flag", "DATE": "day", "VARCHAR": "text"}
    return held.get(sql_type, "day" if sql_type.startswith("TIMESTAMP") else "other")
