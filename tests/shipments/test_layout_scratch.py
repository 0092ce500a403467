"""The database of one process that translations share: none sees another's rows, and a fault of the engine ends no later one."""

from __future__ import annotations

import os

import duckdb
import pytest

from parley.law.shipments.layouts import scratch as room
from parley.law.shipments.layouts.scratch import scratch


def test_tables_of_two_connections_are_two_and_gone_when_closed() -> None:
    one, other = scratch(), scratch()
    for con, value in ((one, 1), (other, 2)):
        con.execute("CREATE TEMP TABLE rows AS SELECT ? AS n", [value])
    assert [con.execute("SELECT n FROM rows").fetchall() for con in (one, other)] == [[(1,)], [(2,)]]
    one.close()
    other.close()
    with pytest.raises(duckdb.CatalogException):
        scratch().execute("SELECT n FROM rows")


def test_a_database_that_ended_is_begun_anew() -> None:
    scratch().close()
    room._KEPT[os.getpid()].close()
    assert scratch().execute("SELECT 7").fetchall() == [(7,)]


def test_a_file_written_anew_is_read_anew(tmp_path) -> None:
    path = tmp_path / "a.parquet"
    for value in (1, 2):
        con = scratch()
        con.execute(f"COPY (SELECT {value} AS n) TO '{path}' (FORMAT parquet)")
        os.utime(path, ns=(0, 0))
        assert con.execute(f"SELECT n FROM '{path}'").fetchall() == [(value,)]
        con.close()
