"""Connections to the embedded engine for work that leaves nothing: a process keeps one database, for to start one is slow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KEPT: dict[
    int, DuckDBPyConnection
] = {}  # by process: one that parts from another begins anew, and leaves the other's alone


def scratch() -> DuckDBPyConnection:
    """A connection whose temporary tables no other connection sees; they are gone when it is closed.

    It starts a database where a fault of the engine has ended the one that was kept.
    """
    import duckdb

    kept = _KEPT.get(os.getpid())
    try:
        if kept is not None:
            con = kept.cursor()
            con.execute("SELECT 1")
            return con
    except duckdb.Error:
        pass
    # without the cache of files: a file written anew within a tick of the clock would be read as it was
    kept = _KEPT[os.getpid()] = duckdb.connect(":memory:", config={"enable_external_file_cache": False})
    return kept.cursor()


__all__ = ["scratch"]
