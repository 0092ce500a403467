"""The same tables and the same query on Spark: small tables broadcast, one range join, no shuffle but for the sums.

The extra `spark` (PySpark 4 and Java 17 or newer). The result is a folder of parts, as clusters write; a row is known
by the file's own columns, as there is no row number on a cluster.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.codes import country, day
from parley.errors import InputError
from parley.law.regime import Regime, read_regime
from parley.law.shipments import sources
from parley.law.shipments.columns import read_columns
from parley.law.shipments.duckdb import LAW_TABLES
from parley.law.shipments.questions import last_day_answered
from parley.law.shipments.rejects import REASONS
from parley.law.shipments.run import Options
from parley.law.shipments.shown import result_columns, sums_sql
from parley.law.shipments.sql import SPARK, Query, typed
from parley.law.shipments.sql_duty import claim_code, judged
from parley.law.shipments.tables import LawTables, compiler
from parley.law.shipments.totals import Report, report_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession  # pyright: ignore[reportMissingImports]

_DENSE_ONLY = ("moments", "calendar")  # 200,000 rows for joins by equality; the range join needs 20,000


def session(master: str = "local[*]", memory: str = "2g") -> SparkSession:
    """A Spark session of this machine. Raises InputError where PySpark is absent or Java too old."""
    try:
        from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise InputError("--engine spark", "PySpark is not installed", "pip install 'parley-trade[spark]'") from None
    made = SparkSession.builder.master(master).appName("parley law duties").config("spark.ui.enabled", "false")
    made = made.config("spark.driver.memory", memory).config("spark.sql.ansi.enabled", "false")
    made = made.config("spark.sql.shuffle.partitions", "4").config("spark.log.level", "ERROR")
    try:
        return made.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    except Exception as error:
        first = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError("--engine spark", f"Spark did not start: {first}", "Java 17 or newer on the path") from None


def duties_on_spark(
    inputs: Sequence[str],
    out: str | Path,
    *,
    rejects: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    spark: SparkSession | None = None,
) -> Report:
    """The duties on every line of some files, by Spark. `out` becomes a folder of CSV parts, or of Parquet by its name."""
    start, asked = time.perf_counter(), options or Options()
    if asked.before is not None:
        raise InputError("--engine spark", "--difference", "the DuckDB engine, or two runs")
    for place in (out, rejects):
        if place and os.path.lexists(place):  # a device, a pipe or a link is no folder of parts either
            raise InputError(str(place), "it exists already", "the name of a new folder")
    engine = spark or session()
    frame, names, kinds = _read(engine, sources.find_sources([str(x) for x in inputs]))
    query = _query(engine, frame, names, kinds, asked, regime or read_regime())
    rows = judged(query, "raw")
    shown = result_columns(query, asked.fees, asked.mode)
    own = {(f"{n}_input" if n in shown else n): f"u{j}" for j, n in enumerate(names)}
    listed = ", ".join(f"{sql} AS `{n.replace('`', '``')}`" for n, sql in (own | shown).items())
    _write(engine.sql(f"SELECT {listed} FROM ({rows}) j"), str(out))
    if rejects is not None:
        _write(engine.sql(f"SELECT {listed} FROM ({rows}) j WHERE z_reject <> 0"), str(rejects))
    sums = [[*map(int, r[:4]), float(r[4]), int(r[5]), *map(float, r[6:])]
            for r in engine.sql(sums_sql(query, f"({rows}) j", "cells")).collect()]  # fmt: skip
    reasons = {f"{REASONS[r[0]].role}: {REASONS[r[0]].sentence}": int(r[1]) for r in engine.sql(
        f"SELECT z_reject, count(*) FROM ({rows}) j WHERE z_reject <> 0 GROUP BY z_reject").collect()}  # fmt: skip
    return report_of(sums, reasons, 0, asked, time.perf_counter() - start, out=str(out), rejects=str(rejects or ""))


def plan(
    inputs: Sequence[str],
    *,
    regime: Regime | None = None,
    options: Options | None = None,
    spark: SparkSession | None = None,
) -> tuple[str, str]:
    """Spark's physical plans of a run, as Spark explains them: of the rows that are written, and of the sums."""
    engine, asked = spark or session(), options or Options()
    frame, names, kinds = _read(engine, sources.find_sources([str(x) for x in inputs]))
    query = _query(engine, frame, names, kinds, asked, regime or read_regime())
    rows = judged(query, "raw")
    listed = ", ".join(f"{sql} AS {n}" for n, sql in result_columns(query, asked.fees, asked.mode).items())
    told = [f"SELECT {listed} FROM ({rows}) j", sums_sql(query, f"({rows}) j", "cells")]
    written, summed = (str(engine.sql(f"EXPLAIN {sql}").collect()[0][0]) for sql in told)
    return written, summed


def operators(plan: str, width: int = 120) -> list[str]:
    """The operators of a physical plan from the last to the first, but for projections and filters, without numbers."""
    made = []
    for line in plan.splitlines():
        told = re.sub(r"#[0-9]+L?|, \[?plan_id=[0-9]+\]?|, functions=.*", "", line.lstrip(" :+-*()0123456789"))
        if told and not told.startswith(("==", "Project", "Filter", "AdaptiveSparkPlan")):
            made.append(told[:width])
    return made


def _read(engine: SparkSession, paths: Sequence[str]) -> tuple[DataFrame, tuple[str, ...], dict[str, str]]:
    """The rows as columns u0, u1, …, their names and kinds."""
    if sources.STDIN in paths:
        raise InputError("--engine spark", "standard input", "files that every machine of the cluster can read")
    parquet = {sources.is_parquet(p) for p in paths}
    if len(parquet) > 1:
        raise InputError("--engine spark", "CSV and Parquet files in one run", "files of one kind")
    if parquet == {True}:
        frame = engine.read.parquet(*paths)
    else:
        with sources.open_bytes(paths[0]) as stream:
            head = sources.read_header(sources.read_bytes(stream, sources.HEADER_BYTES), paths[0])
        schema = ", ".join(f"u{j} STRING" for j in range(len(head.names)))
        frame = engine.read.csv(list(paths), schema=schema, header=True, sep=head.delimiter, quote='"', escape='"',
                                enforceSchema=True, encoding="UTF-8", nullValue="")  # fmt: skip
        return frame, head.names, dict.fromkeys(head.names, "text")
    kinds = {f.name: _kind(f.dataType.simpleString()) for f in frame.schema.fields}
    names = tuple(kinds)
    return frame.toDF(*(f"u{j}" for j in range(len(names)))), names, kinds


def _kind(text: str) -> str:
    if text.startswith(("decimal", "double", "float", "int", "bigint", "smallint", "tinyint")):
        return "number"
    return {"date": "day", "boolean": "flag"}.get(text, "day" if text.startswith("timestamp") else "text")


def _query(
    engine: SparkSession, frame: Any, names: Sequence[str], kinds: dict[str, str], asked: Options, law: Regime
) -> Query:
    """The query, with the law's tables and the rows under their names."""
    frame.createOrReplaceTempView("raw")
    columns = read_columns(names, asked.columns, "file", ("entry_date",) if asked.on else ())
    if "destination" in columns.of and not asked.destination:
        raise InputError("--engine spark", "a column of destinations", "one destination: --destination USA")
    known = day(asked.known) if asked.known else None
    made = compiler(law, country(asked.destination or "USA"), known, asked.reading, columns.claims)
    query = Query(columns, {r: kinds[n] for r, n in columns.of.items()}, made.tables(), SPARK, asked.on, asked.whole_dollars,
                  asked.dates, "", asked.programmes, dense=False,
                  until=last_day_answered(asked, country(asked.destination or "USA"), law))  # fmt: skip
    if made.splits:
        codes = engine.sql(
            f"SELECT DISTINCT {claim_code(query, made.splits, '')} FROM ({typed(query, 'raw')}) t"
        ).collect()
        query = replace(query, law=made.tables(sorted(int(c[0]) for c in codes)))
    load(engine, query.law)
    return query


def load(engine: SparkSession, law: LawTables) -> None:
    """Nothing: the law's tables are views of the session, each sent to every executor whole (70,000 rows at most).

    Without the hint Spark, which does not know the size of rows it is given, sorts and shuffles the file for each join.
    """
    from pyspark.sql.functions import broadcast  # pyright: ignore[reportMissingImports]

    for name in LAW_TABLES:
        if name not in _DENSE_ONLY:
            table = law.tables[name]
            columns = [f"{c}_day" if c in ("start", "end") else c for c in table]
            kinds = [_type(c, values) for c, values in zip(columns, table.values(), strict=True)]
            schema = ", ".join(f"`{c}` {kind}" for c, kind in zip(columns, kinds, strict=True))
            held = [[v if v is None else float(v) for v in values] if kind == "DOUBLE" else values
                    for kind, values in zip(kinds, table.values(), strict=True)]  # fmt: skip
            rows = list(zip(*held, strict=True))
            broadcast(engine.createDataFrame(rows, schema)).createOrReplaceTempView(name)


def _type(name: str, values: Sequence[Any]) -> str:
    if name.endswith("_day"):
        return "DATE"
    held = {type(v) for v in values if v is not None}
    if held <= {int}:
        return "BIGINT" if held else "DOUBLE"
    return "STRING" if str in held else "DOUBLE"


def _write(frame: DataFrame, path: str) -> None:
    if path.endswith((".parquet", ".pq")):
        frame.write.parquet(path)
    else:
        frame.write.csv(path, header=True, escape='"')
