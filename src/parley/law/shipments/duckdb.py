"""The embedded engine DuckDB, which reads no file but those that a run names, and how names and texts stand in its queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parley.law.shipments.arrow import pa

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect(threads: int = 0, memory: str = "", folder: str = "") -> DuckDBPyConnection:
    """An in-memory database of its own."""
    import duckdb

    stated = {"threads": threads, "memory_limit": memory, "temp_directory": folder}
    con = duckdb.connect(":memory:", config={name: value for name, value in stated.items() if value})
    con.execute("SET enable_progress_bar = false")
    return con


def name_sql(name: str) -> str:
    """A column's name in quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A text in quotation marks."""
    return "'" + text.replace("'", "''") + "'"


def register(con: DuckDBPyConnection, name: str, **columns: Sequence[Any]) -> None:
    """A small table in the engine: texts, days or numbers."""
    con.register("incoming", pa.table({n: pa.array(v, None if len(v) else pa.string()) for n, v in columns.items()}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")
