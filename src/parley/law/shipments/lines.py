"""The lines of a file with their duty as a view in DuckDB, typed by role: what further questions are asked of.

`lines`: k_line k_product k_day k_value k_quantity k_unit_value k_unit and c_<claim>, typed (typed.py); seller and levies, ISO
codes, null where unknown; duty, duty_rate, reject_reason. `owned`: the file's own columns as o0, o1, …, by k_line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.codes import countries
from parley.errors import InputError
from parley.law.entry_claims import CLAIMS
from parley.law.regime import Regime
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.compile.law import FEW, AsRead, Law, compile_law
from parley.law.shipments.compile.periods import EPOCH
from parley.law.shipments.destinations import by_destination
from parley.law.shipments.duckdb import connect, name_sql, text_sql
from parley.law.shipments.judge import judge
from parley.law.shipments.read import as_judged
from parley.law.shipments.results import RESULT, result_columns
from parley.law.shipments.run import Options, Progress, duties
from parley.law.shipments.totals import Report
from parley.law.shipments.typed import NO_DAY, read_lines, texts

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

AT_ONCE = 1 << 17  # lines
PLACE = "k_line"


@dataclass(frozen=True)
class Lines:
    """The engine that holds the views, the file's columns, the law of its products, who levies on some line, and the totals."""

    con: DuckDBPyConnection
    columns: Columns
    law: Law
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
    import pyarrow.parquet as pq

    rated, typed = folder / "lines.parquet", folder / "typed.parquet"
    once = replace(asked, before=None, fees=False)
    found = duties(inputs, rated, regime=regime, options=once, progress=progress)
    held = pq.ParquetFile(rated)
    names = held.schema_arrow.names[: held.schema_arrow.names.index(RESULT[0])]
    own = [n.removesuffix("_input") if n.removesuffix("_input") in RESULT else n for n in names]
    columns = read_columns(own, asked.columns, "file", ("entry_date",) if asked.on else ())
    in_file = dict(zip(own, names, strict=True))
    roles = {role: in_file[name] for role, name in columns.of.items()}
    few = held.metadata.num_rows <= FEW
    products = held.read([roles["product"]]).column(0).to_pylist() if few else None
    law = compile_law(columns, once, regime, products)
    _write(typed, (_typed(law, batch, roles) for batch in held.iter_batches(AT_ONCE)))
    law.keep()
    con = connect(asked.threads, asked.memory, str(folder / "spill"))
    row = f"file_row_number AS {PLACE}"
    con.execute(
        f"CREATE TEMP VIEW lines AS SELECT *, {row} FROM read_parquet({text_sql(str(typed))}, file_row_number = true)"
    )
    shown = ", ".join(f"{name_sql(n)} AS o{j}" for j, n in enumerate(names))
    con.execute(
        f"CREATE TEMP VIEW owned AS SELECT {shown}, {row} FROM read_parquet({text_sql(str(rated))}, file_row_number = true)"
    )
    who = con.execute("SELECT DISTINCT levies FROM lines WHERE levies IS NOT NULL ORDER BY 1").fetchall()
    return Lines(con, columns, law, tuple(w for (w,) in who), found)


def _typed(law: Law, rated: pa.RecordBatch, roles: dict[str, str]) -> pa.RecordBatch:
    """The columns of `lines`."""
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict({r: as_judged(rated.column(n), coded=False) for r, n in roles.items()})
    duty = {n: rated.column(n) for n in ("duty_rate", "duty", "reject_reason")}
    asked = law.asked.destination
    parts = [(None, asked)] if asked else by_destination(batch)
    made = []
    for rows, name in parts:
        mine = batch if rows is None else batch.take(pa.array(rows))
        told = {n: c if rows is None else c.take(pa.array(rows)) for n, c in duty.items()}
        made.append((rows, pa.RecordBatch.from_pydict({**_columns(law, name or "USA", mine), **told,
                                                        "levies": pa.array([name or None] * len(mine), pa.string())})))  # fmt: skip
    if len(made) == 1:
        return made[0][1]
    whole: Any = pa.Table.from_batches([b for _, b in made])
    return whole.take(pa.array(np.argsort(np.concatenate([r for r, _ in made])))).combine_chunks().to_batches()[0]


def _columns(law: Law, levies: str, batch: pa.RecordBatch) -> dict[str, Any]:
    import pyarrow as pa

    tables = law.cells[levies].tables
    lines = read_lines(law, tables, batch)
    none: Any = pa.nulls(len(batch), pa.float64())

    def number(values: np.ndarray | None) -> Any:
        return none if values is None else pa.array(values, from_pandas=True)

    unit = texts(batch.column("unit")) if "unit" in law.columns.of else None
    made: dict[str, Any] = {
        "k_product": pa.array(lines.product, mask=lines.product == len(tables.codes)),
        "seller": pa.array(lines.origin, mask=lines.origin == len(tables.origins.place) - 1),
        "k_day": _days(lines.day, lines.day == NO_DAY),
        "k_value": number(lines.value),
        "k_quantity": number(lines.quantity),
        "k_unit_value": number(lines.unit_value),
        "k_unit": _upper(unit[0]).take(pa.array(unit[1])) if unit else pa.nulls(len(batch), pa.string()),
    }
    made["k_product"] = tables.codes.take(made["k_product"])
    made["seller"] = pa.array(list(countries()), pa.string()).take(made["seller"])
    for name in law.columns.claims:
        made[f"c_{name}"] = _claim(lines.claims.get(name, np.full(len(batch), np.nan)), CLAIMS[name].kind)
    return made


def _upper(words: Any) -> Any:
    from pyarrow import compute

    pc: Any = compute
    return pc.utf8_upper(pc.utf8_trim(words, " "))


def _days(days: np.ndarray, none: np.ndarray) -> Any:
    import pyarrow as pa

    return pa.array(days.astype(np.int32), mask=none).cast(pa.date32())


def _claim(values: np.ndarray, kind: str) -> Any:
    """A claim's numbers as what they stand for."""
    import pyarrow as pa

    none = np.isnan(values)
    if kind == "day":
        return _days(np.where(none, 0, values) - EPOCH, none)
    return pa.array(values == 1, mask=none) if kind == "flag" else pa.array(values, from_pandas=True)


def judged_into(path: Path, lines: Lines, questions: Iterable[pa.RecordBatch], asked: Options) -> None:
    """Questions about the lines' products, in columns named by role, answered by the engine: with the columns of the result."""

    def answered() -> Iterable[pa.RecordBatch]:
        import pyarrow as pa

        for question in questions:
            held = {n: as_judged(c, coded=True) for n, c in zip(question.schema.names, question.columns, strict=True)}
            law = replace(
                lines.law, columns=read_columns(list(held)), asked=read._replace(destination=_levier(lines, held))
            )
            batch = pa.RecordBatch.from_pydict(held)
            yield pa.RecordBatch.from_pydict({**held, **result_columns(law, batch, judge(law, batch))})

    read = AsRead(programmes=asked.programmes)
    _write(path, answered())
    if not path.exists():
        raise InputError("--origins", "no origin but the destination itself", "an origin that sells to it")


def _levier(lines: Lines, held: dict[str, Any]) -> str:
    return "" if "destination" in held else lines.levies[0] if lines.levies else lines.law.asked.destination or "USA"


def _write(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    import pyarrow.parquet as pq

    writer = None
    for batch in batches:
        writer = writer or pq.ParquetWriter(path, batch.schema)
        writer.write_batch(batch)
    if writer:
        writer.close()


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


__all__ = ["Lines", "judged_into", "rated_lines", "register"]
