"""The embedded engine: the law's tables in an in-memory DuckDB, and the query over one piece of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.errors import InputError
from parley.law.shipments.tables import LawTables, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LAW_TABLES = ("products", "origins", "rule_sets", "intervals", "claimed", "cells", "bases", "units")
_DAYS = ("start", "end")
_TEXTS = ("code", "line", "spelled", "iso", "measures", "unknown", "unit_dimension", "dimension", "programme", *_DAYS)
_NUMBERS = ("rate", "specific", "unit_size", "size")
_KINDS = {"BOOLEAN": "flag", "DATE": "day", "TIMESTAMP": "day", "TIMESTAMP WITH TIME ZONE": "day"}


def connect(threads: int = 1, memory: str = "") -> DuckDBPyConnection:
    """An in-memory database of its own; nothing is ever opened for writing by two. Raises where DuckDB is absent."""
    try:
        import duckdb
    except ImportError:
        raise InputError("parley law duties", "DuckDB is not installed", "pip install 'duckdb>=1.2'") from None
    con = duckdb.connect(":memory:")
    con.execute(f"SET threads = {threads}")
    con.execute("SET enable_progress_bar = false")
    con.execute("SET preserve_insertion_order = true")
    if memory:
        con.execute(f"SET memory_limit = '{memory}'")
    return con


def load(con: DuckDBPyConnection, law: LawTables, prefix: str = "") -> None:
    """Nothing: the law's tables stand in the database, under their names with a prefix."""
    for name in LAW_TABLES:
        columns = {f"{c}_day" if c in _DAYS else c: _array(c, values) for c, values in law.tables[name].items()}
        con.register("incoming", columns)
        parts = ", ".join(f"CAST({c} AS {_kind(c, columns[c])}) AS {c}" for c in columns)
        con.execute(f"CREATE OR REPLACE TABLE {prefix}{name} AS SELECT {parts} FROM incoming")
        con.unregister("incoming")


def _array(name: str, values: list) -> np.ndarray:
    """A column as an array: days as ISO text, missing numbers as null."""
    if name in _TEXTS:
        return np.array([v.isoformat() if isinstance(v, date) else v for v in values], dtype=object)
    if None in values:
        whole = all(v is None or isinstance(v, int) for v in values)
        filled = [0 if v is None else v for v in values]
        return np.ma.masked_array(filled, mask=[v is None for v in values], dtype=np.int32 if whole else np.float64)
    return np.array(values, dtype=np.float64 if any(isinstance(v, float) for v in values) else None)


def _kind(name: str, array: np.ndarray) -> str:
    if name.endswith("_day"):
        return "DATE"
    if array.dtype == object:
        return "VARCHAR"
    return {"b": "BOOLEAN", "f": "DOUBLE"}.get(array.dtype.kind, "INTEGER" if name != "code" else "BIGINT")


def column_types(con: DuckDBPyConnection, source: str) -> dict[str, str]:
    """The kind (text, number, day, flag) of every column of a source, in order."""
    found = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {name: _kind_of(kind) for name, kind, *_ in found}


def _kind_of(kind: str) -> str:
    if kind in _KINDS or kind.startswith("TIMESTAMP"):
        return _KINDS.get(kind, "day")
    return "number" if kind.split("(")[0] in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT",
        "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL") else "text"  # fmt: skip


__all__ = ["LAW_TABLES", "Any", "Mapping", "Sequence", "Table", "column_types", "connect", "load"]
