"""The lines of a file with their duty as a view in the engine, typed by role: what further questions are asked of.

`lines`: own columns o0, o1, …; k_line k_product k_day k_value k_quantity k_unit, c_<claim> (sql.py); seller and levies, ISO codes,
null where unknown; duty, duty_rate, reject_reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from parley.codes import country
from parley.law.regime import Regime
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.destinations import destination_of
from parley.law.shipments.duckdb import connect, kind_of
from parley.law.shipments.pieces import name_sql, text_sql
from parley.law.shipments.run import Options, Progress, duties
from parley.law.shipments.shown import RESULT
from parley.law.shipments.sql import Query, typed
from parley.law.shipments.tables import LawTables, country_spellings
from parley.law.shipments.totals import Report

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Lines:
    """The engine that holds the view `lines`, the file's columns, who levies on some line, and the totals as they are."""

    con: DuckDBPyConnection
    columns: Columns
    levies: tuple[str, ...]
    report: Report

    @property
    def own(self) -> str:
        """The file's own columns under their own names."""
        return ", ".join(f"o{j} AS {name_sql(n)}" for j, n in enumerate(self.columns.names))


def rated_lines(
    inputs: Sequence[str], folder: Path, regime: Regime, asked: Options, progress: Progress | None = None
) -> Lines:
    """The lines of some files, each with its duty as it stands; rejected ones among them. The folder is for the run."""
    rated = folder / "lines.parquet"
    found = duties(inputs, rated, regime=regime, options=replace(asked, before=None, fees=False), progress=progress)
    con = connect(asked.threads, asked.memory, str(folder / "spill"))
    described = con.execute(f"DESCRIBE SELECT * FROM {text_sql(str(rated))}").fetchall()
    names = [name for name, *_ in described]
    held = names[: names.index("duty_rate")]
    own = [n.removesuffix("_input") if n.removesuffix("_input") in RESULT else n for n in held]
    columns = read_columns(own, asked.columns, "file", ("entry_date",) if asked.on else ())
    kinds = {o: kind_of(kind) for o, (_, kind, *_rest) in zip(own, described, strict=False)}
    q = Query(columns, {r: kinds[n] for r, n in columns.of.items()}, cast(LawTables, None), on=asked.on,
              whole_dollars=asked.whole_dollars, dates=asked.dates)  # fmt: skip
    named = ", ".join([*(f"{name_sql(n)} AS u{j}" for j, n in enumerate(held)), *RESULT, "file_row_number AS k_line"])
    source = f"(SELECT {named} FROM read_parquet({text_sql(str(rated))}, file_row_number = true))"
    register(con, "spelled", text=list(country_spellings()), iso=list(country_spellings().values()))
    levies = _levies(con, q, source, asked)
    own_columns = ", ".join(f"u{j} AS o{j}" for j in range(len(own)))
    missing = [f"CAST(NULL AS {kind}) AS {n}" for n, kind, has in (
        ("k_quantity", "DOUBLE", q.has("quantity")), ("k_unit_value", "DOUBLE", q.has("unit_value")),
        ("k_unit", "VARCHAR", q.has("unit"))) if not has]  # fmt: skip
    parts = ["t.*", own_columns, *missing, f"{levies} AS levies", "s.iso AS seller"]
    con.execute(
        f"CREATE TEMP VIEW lines AS SELECT {', '.join(parts)} FROM ({typed(q, source)}) t LEFT JOIN spelled s ON s.text = t.k_origin"
    )
    who = con.execute("SELECT DISTINCT levies FROM lines WHERE levies IS NOT NULL ORDER BY 1").fetchall()
    return Lines(con, columns, tuple(w for (w,) in who), found)


def _levies(con: DuckDBPyConnection, q: Query, source: str, asked: Options) -> str:
    """Who levies on a line: for all, or by the file's own column."""
    if asked.destination or not q.has("destination"):
        return text_sql(country(asked.destination or "USA", "destination"))
    texts = con.execute(f"SELECT DISTINCT CAST({q.raw('destination')} AS VARCHAR) FROM {source} r").fetchall()
    cases = " ".join(
        f"WHEN {text_sql(t)} THEN {text_sql(destination_of(t))}" for (t,) in texts if t and destination_of(t)
    )
    return f"CASE CAST({q.raw('destination')} AS VARCHAR) {cases} END" if cases else "CAST(NULL AS VARCHAR)"


def register(con: DuckDBPyConnection, name: str, **columns: Sequence[Any]) -> None:
    """A small table in the engine: texts, days (as such) or numbers."""
    kinds = {n: _kind(v) for n, v in columns.items()}
    con.register("incoming", {n: _array(v, kinds[n]) for n, v in columns.items()})
    parts = ", ".join(f"CAST({n} AS {kind}) AS {n}" for n, kind in kinds.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {parts} FROM incoming")
    con.unregister("incoming")


def _array(values: Sequence[Any], kind: str) -> np.ndarray:
    return np.array(values, dtype=float) if kind == "DOUBLE" else np.array([str(x) for x in values], dtype=object)


def _kind(values: Sequence[Any]) -> str:
    first = next(iter(values), "")
    return "DATE" if isinstance(first, date) else "VARCHAR" if isinstance(first, str) else "DOUBLE"
