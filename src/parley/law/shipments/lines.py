"""The lines of a file with their duty as a view in DuckDB, typed by role: what further questions are asked of.

`lines`: k_line k_product k_day k_value k_quantity k_unit_value k_unit and c_<claim>, typed (typed.py); seller and levies, ISO
codes, null where unknown; duty, duty_rate, reject_reason. `owned`: the file's own columns as o0, o1, …, by k_line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley import outputs
from parley.codes import countries
from parley.law.entry_claims import CLAIMS
from parley.law.regime import Regime
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.compile.law import FEW, Law, compile_law
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

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds, by its columns."""
        found = self.con.execute(query)
        names = [c[0] for c in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def write(self, query: str, path: str | Path | None) -> None:
        """What a query finds as CSV, where a path is named."""
        if path:
            with outputs.told(path), outputs.drafted(path) as draft:
                self.con.execute(f"COPY ({query}) TO {text_sql(str(draft))} (FORMAT csv, HEADER true)")


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
    duty: Any = rated.select(["duty_rate", "duty", "reject_reason"])
    if law.asked.destination:
        return _columns(law, law.asked.destination, batch, duty)
    parts = [(rows, name, pa.array(rows)) for rows, name in by_destination(batch)]
    whole: Any = pa.Table.from_batches([_columns(law, name, batch.take(at), duty.take(at)) for _, name, at in parts])
    return whole.take(np.argsort(np.concatenate([rows for rows, _, _ in parts]))).combine_chunks().to_batches()[0]


def _columns(law: Law, levies: str, batch: pa.RecordBatch, duty: pa.RecordBatch) -> pa.RecordBatch:
    """levies: none where the package holds no schedule of theirs, whose codes are read as the United States'."""
    import pyarrow as pa

    tables, count = law.cells[levies or "USA"].tables, len(batch)
    lines = read_lines(law, tables, batch)
    none = np.full(count, np.nan)
    unit = texts(batch.column("unit")) if "unit" in law.columns.of else (pa.nulls(1, pa.string()), np.zeros(count, int))
    products = pa.array(lines.product, mask=lines.product == len(tables.codes))
    sellers = pa.array(lines.origin, mask=lines.origin == len(tables.origins.place) - 1)
    made: dict[str, Any] = {
        "k_product": tables.codes.take(products),
        "seller": pa.array(list(countries()), pa.string()).take(sellers),
        "k_day": _days(lines.day, lines.day == NO_DAY),
        "k_unit": _upper(unit[0]).take(pa.array(unit[1])),
        "levies": pa.array([levies or None] * count, pa.string()),
    }
    numbers = {"k_value": lines.value, "k_quantity": lines.quantity, "k_unit_value": lines.unit_value}
    made |= {n: pa.array(none if v is None else v, from_pandas=True) for n, v in numbers.items()}
    made |= {f"c_{n}": _claim(lines.claims.get(n, none), CLAIMS[n].kind) for n in law.columns.claims}
    return pa.RecordBatch.from_pydict({**made, **dict(zip(duty.schema.names, duty.columns, strict=True))})


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


def judged_into(path: Path, lines: Lines, questions: pa.RecordBatchReader, asked: Options) -> None:
    """Questions about the lines' products, in columns named by role, answered by the engine: with the columns of the result."""
    import pyarrow as pa

    named = "destination" in questions.schema.names
    levies = None if named else lines.levies[0] if lines.levies else lines.law.asked.destination or "USA"
    plain = Options(programmes=asked.programmes, destination=levies)

    def answered(question: pa.RecordBatch) -> pa.RecordBatch:
        held = {n: as_judged(c, coded=True) for n, c in zip(question.schema.names, question.columns, strict=True)}
        law, batch = replace(lines.law, columns=read_columns(list(held)), asked=plain), pa.RecordBatch.from_pydict(held)
        return pa.RecordBatch.from_pydict({**held, **result_columns(law, batch, judge(law, batch))})

    none: list[Any] = [pa.RecordBatch.from_pylist([], questions.schema)]  # so that there is a file in any case
    _write(path, map(answered, itertools.chain(none, questions)))


def _write(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    import pyarrow.parquet as pq

    writer = None
    for batch in batches:
        writer = writer or pq.ParquetWriter(path, batch.schema)
        writer.write_batch(batch)
    if writer:
        writer.close()


def register(con: DuckDBPyConnection, name: str, **columns: Sequence[Any]) -> None:
    """A small table in the engine: texts, days or numbers."""
    import pyarrow as pa

    con.register("incoming", pa.table({n: pa.array(v, None if len(v) else pa.string()) for n, v in columns.items()}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")


__all__ = ["Lines", "judged_into", "rated_lines", "register"]
