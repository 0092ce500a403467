"""The same `judge` on Spark: one scan that writes every row with its duty, and tells its sums.

The extra `spark` (PySpark 4 and Java 17 or newer; parley on every executor). Paths, addresses and table names go to Spark as
they are, and partitions are left to it. The result is a folder of parts, or a table; a row is known by its own columns.
Where codes lead to other lines, the result is made once more with the columns of ranges (followed_batch.py).
"""

from __future__ import annotations

import os
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial, reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parley import extras
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.arrow import pa
from parley.law.shipments.chunks import read_header
from parley.law.shipments.columns import Columns, Options, own_columns, read_columns
from parley.law.shipments.compile.law import Law, compile_law, packed, unpacked
from parley.law.shipments.followed_batch import NOTHING, Found, Told, found_of
from parley.law.shipments.followed_out import EXTRA, free_names
from parley.law.shipments.read import CHUNK, CODED, as_judged
from parley.law.shipments.rejects import Why
from parley.law.shipments.results import COUNTED, ENTRIES, SUMS, entry_lines, result_kinds, shown_columns, summed
from parley.law.shipments.sources import ENDINGS, STDIN, is_remote, names_in, refuse_other_tables
from parley.law.shipments.totals import Report, report_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession  # pyright: ignore[reportMissingImports]

OTHER_LAYOUTS = (
    "Files of other layouts are translated by the local engine: parley law duties FILE --layout … --out FILE.parquet"
)
# of Java on this machine: its full compiler costs more than it gives back, and Arrow checks each value's place in memory twice
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseParallelGC -Darrow.enable_unsafe_memory_access=true -Darrow.enable_null_check_for_get=false"
MODULE = "parley.law.shipments.spark"  # this one, as others name it
_TOLD = "parley_told"  # the column in which tasks tell
# the law that was sent by the driver of this run: each process of an executor keeps what it resolved under claims
_law_of: Callable[[bytes], tuple[Law, Regime | None]] = lru_cache(2)(pickle.loads)
_TABLE = re.compile(r"(`[^`]+`|\w+)(\.(`[^`]+`|\w+)){0,2}")
_TEXT = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")


class Shipped(NamedTuple):
    """What an executor judges by: the law as bytes, the shown name of each role's column, the result's columns.
    follows: whether codes that are no line of their day are followed."""

    law: bytes
    roles: dict[str, str]
    result: list[str]
    follows: bool


def session(master: str = "", memory: str = "2g") -> SparkSession:
    """The Spark session of a master, or of SPARK_REMOTE, or of this machine. Raises InputError where Spark does not start."""
    try:
        from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise extras.without("pyspark", "--engine spark") from None
    made = SparkSession.builder.appName("parley law duties")
    if master.startswith("sc://"):
        made = made.remote(master)
    elif master or not os.environ.get("SPARK_REMOTE"):
        if (master or "local").startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            made = made.config("spark.driver.extraJavaOptions", QUICK).config("spark.python.daemon.module", MODULE)
        made = made.master(master or "local[*]").config("spark.ui.enabled", "false")
        made = made.config("spark.driver.memory", memory).config("spark.log.level", "ERROR")
    with _spark_answers("--engine spark", "Spark did not start", "Java 17 or newer, a master that answers"):
        return made.getOrCreate()


@contextmanager
def _spark_answers(where: str, found: str, allowed: str) -> Iterator[None]:
    """What Spark says is the user's error: its first line."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(where, f"{found}: {first}", allowed) from None


def duties_on_spark(
    inputs: Sequence[str],
    out: str | Path,
    *,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    spark: SparkSession | None = None,
    master: str = "",
    follow: bool = False,
) -> Report:
    """The duties on every line of some files or tables, by Spark. `out`: a folder of CSV parts, or of Parquet by its name, or
    a table; so too `rejects`, and `entries`, the sums by entry. follow: codes that are no line of their day, as followed_duties does."""
    start, asked = time.perf_counter(), options or Options()
    asked = replace(asked, fees=True) if entries is not None else asked
    if asked.before is not None:
        raise InputError("--engine spark", "--difference", "the local engine, or two runs")
    for place in (out, rejects, entries):
        # a device, a pipe or a link is no folder either
        if place and not is_remote(str(place)) and os.path.lexists(place):
            raise InputError(str(place), "it exists already", "the name of a new folder")
    engine = spark or session(master)
    engine.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(CHUNK))
    engine.conf.set("spark.sql.session.timeZone", "UTC")
    frame = read_frame(engine, [str(x) for x in inputs])
    if entries is not None and "entry" not in _columns(frame, asked).of:
        raise InputError("--entries", "no column of the entry", "a column entry, or --columns entry=HEADING")

    def written(follows: bool) -> tuple[Shipped, Told]:
        """The rows at their place, and what they tell."""
        from pyspark.sql import Observation, functions  # pyright: ignore[reportMissingImports]

        shipped, law, judged = rated(frame, asked, regime, follows)
        seen = Observation()
        amounts = [shipped.roles[r] for r in ("value", "quantity", "unit_value") if r in shipped.roles]
        rows = judged.observe(seen, functions.collect_list(_TOLD).alias(_TOLD)).where(f"{_TOLD} IS NULL").drop(_TOLD)
        write_frame(rows, str(out), amounts, anew=follows)
        law.keep()
        told = (unpacked(bytes(pack), Told) for pack in seen.get[_TOLD])
        return _of_written(shipped, law, frame, regime), reduce(Told.and_also, told, NOTHING)

    own, told = written(False)
    if follow and told.led and told.sums.reasons[Why.NO_LINE]:
        own, told = written(True)
    back = cache(partial(read_frame, engine, [str(out)]))  # Spark looks at the files before it reads a row
    if entries is not None:
        write_frame(_by_entry(back(), own), str(entries))
    if rejects is not None:
        write_frame(back().where("reject_reason IS NOT NULL"), str(rejects))
    made = replace(report_of(told.sums, asked, time.perf_counter() - start), out=str(out), rejects=str(rejects or ""))
    return replace(made, notes=(told.ranges.words, *made.notes)) if told.ranges.rows else made


def _columns(frame: DataFrame, asked: Options) -> Columns:
    try:
        return read_columns(frame.columns, asked.columns, "file", ("entry_date",) if asked.on else ())
    except InputError as error:
        hint = f"{error.hint}. {OTHER_LAYOUTS}".lstrip(". ")
        raise InputError(error.where, error.found, error.allowed, hint) from None


def rated(
    frame: DataFrame, asked: Options, regime: Regime | None, follows: bool = False
) -> tuple[Shipped, Law, DataFrame]:
    """What is sent to the executors, the law, and the rows with their result; a last row of each part holds what tasks tell."""
    from pyspark.sql.types import BinaryType, DoubleType, StringType, StructField, StructType  # pyright: ignore[reportMissingImports]

    names, columns = frame.columns, _columns(frame, asked)
    law = compile_law(columns, asked, regime)
    for cells in law.cells.values():
        cells.cell_of(np.arange(len(cells.tables.asks)), {})  # once, not in each process
    kinds = {n: DoubleType() if k == pa.float64() else StringType() for n, k in result_kinds(law).items()}
    shown = own_columns(names, [*kinds, _TOLD])
    if follows:
        free = free_names([*shown, *kinds])
        kinds |= {n: StringType() if of == "range" else DoubleType() for n, of in zip(free, EXTRA, strict=True)}
    roles = {r: shown[names.index(n)] for r, n in columns.of.items()}
    shipped = Shipped(pickle.dumps((law, regime)), roles, [*kinds], follows)
    own = zip(shown, (f.dataType for f in frame.schema.fields), strict=True)
    fields = [StructField(n, kind, True) for n, kind in (*own, *kinds.items(), (_TOLD, BinaryType()))]
    return shipped, law, frame.toDF(*shown).mapInArrow(partial(judged_batches, shipped), StructType(fields))


def judged_batches(shipped: Shipped, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of a file's columns with the result behind them, and a last row that holds what they tell; on an executor."""
    told, made = NOTHING, None
    for batch in batches:
        found = _found(shipped, batch)
        told = told.and_also(found.told)
        plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in found.columns(shipped.follows)]
        columns = [*batch.columns, *plain, pa.nulls(len(batch), pa.binary())]
        made = pa.RecordBatch.from_arrays(columns, [*batch.schema.names, *shipped.result, _TOLD])
        yield made
    if made is not None:
        last = [pa.nulls(1, kind) for kind in made.schema.types[:-1]]
        yield pa.RecordBatch.from_arrays([*last, pa.array([packed(told)])], made.schema.names)


def _found(shipped: Shipped, batch: pa.RecordBatch) -> Found:
    """What is found of a batch of a file's columns."""
    held = {r: batch.column(n) for r, n in shipped.roles.items() if n in batch.schema.names}
    roles = pa.record_batch({r: as_judged(c, r in CODED) for r, c in held.items()})
    return found_of(*_law_of(shipped.law), roles, shipped.follows)


def _of_written(shipped: Shipped, law: Law, frame: DataFrame, regime: Regime | None) -> Shipped:
    """What judges the rows that were written: in CSV days are written as ISO days."""
    if dict(frame.dtypes).get(law.columns.of.get("entry_date", "")) not in ("date", "timestamp"):
        return shipped
    return shipped._replace(law=pickle.dumps((replace(law, asked=replace(law.asked, dates="iso")), regime)))


def _by_entry(back: DataFrame, shipped: Shipped) -> DataFrame:
    """The sums by entry of what was written, under the headings of results.ENTRIES: each batch is summed before the shuffle."""
    from pyspark.sql import functions as f  # pyright: ignore[reportMissingImports]

    kinds = {"entry": "string", "day": "date", "entry_date": "date"} | dict.fromkeys(COUNTED, "bigint")
    held = (("entry", "day", *SUMS), ENTRIES)
    told, shown = (", ".join(f"{n} {kinds.get(n, 'double')}" for n in names) for names in held)
    own = back.select(*dict.fromkeys(f"`{n.replace('`', '``')}`" for n in shipped.roles.values()))
    parts = own.mapInArrow(partial(entry_batches, shipped), told)
    whole = parts.groupBy("entry").agg(f.min("day").alias("day"), *(f.sum(n).alias(n) for n in SUMS))
    return whole.mapInArrow(shown_entries, shown)


def entry_batches(shipped: Shipped, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The sums by entry of each batch of written rows; on an executor."""
    for batch in batches:
        found = _found(shipped, batch)
        yield from summed([entry_lines(found.judged, found.batch.column("entry"), 0, 0)]).to_batches()


def shown_entries(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Sums by entry with fees within their bounds and dollars to the cent; on an executor."""
    for batch in batches:
        if batch.num_rows:
            yield pa.RecordBatch.from_arrays(shown_columns(pa.Table.from_batches([batch])), ENTRIES)


def read_frame(engine: SparkSession, inputs: Sequence[str]) -> DataFrame:
    """The rows of some paths, addresses or tables, of one kind."""
    if STDIN in inputs:
        raise InputError("--engine spark", "standard input", "files that every machine of the cluster can read")
    kinds = {_kind_of(text) for text in inputs}
    if len(kinds) > 1:
        raise InputError("--engine spark", f"{' and '.join(sorted(kinds))} in one run", "inputs of one kind")
    kind = kinds.pop()
    with _spark_answers(", ".join(inputs)[:200], "Spark cannot read it", "a path, an address or a table"):
        if kind == "table":
            return reduce(lambda frame, more: frame.unionByName(more), map(engine.table, inputs))
        if kind == "csv":
            return _read_csv(engine, inputs)
        return engine.read.format(kind).load(list(inputs) if len(inputs) > 1 else inputs[0])


def _read_csv(engine: SparkSession, inputs: Sequence[str]) -> DataFrame:
    """All columns as texts, under the names of the header."""
    top = engine.read.text(list(inputs)).limit(1).collect()
    head = read_header(((top[0][0] if top else "") + "\n").encode(), inputs[0])
    schema = ", ".join(f"u{j} STRING" for j in range(len(head.own)))
    frame = engine.read.csv(list(inputs), schema=schema, header=True, sep=head.delimiter, quote='"', escape='"',
                            enforceSchema=True, encoding="UTF-8", nullValue="")  # fmt: skip
    return frame.toDF(*head.own, *frame.columns[len(head.own) :])  # those that folders state come last


def _kind_of(text: str) -> str:
    """What Spark reads an input as: parquet, csv, delta or table."""
    here = not is_remote(text) and Path(text).is_dir()
    names = names_in(text) if here else [text.rstrip("/")]
    if here:
        refuse_other_tables(text, names)
    if any(n.startswith("_delta_log/") for n in names):
        return "delta"
    if any(n.lower().endswith(_TEXT) for n in names):
        return "csv"
    is_table = _TABLE.fullmatch(text) and not os.path.exists(text) and not text.lower().endswith(ENDINGS)
    return "table" if is_table else "parquet"


def write_frame(frame: DataFrame, place: str, amounts: Sequence[str] = (), anew: bool = False) -> None:
    """amounts: columns whose values seldom repeat, of which Parquet is to hold no dictionary. anew: in place of what stands there."""
    write = frame.write.mode("overwrite") if anew else frame.write
    if place.lower().rstrip("/").endswith((".parquet", ".pq")):
        write.options(**{f"parquet.enable.dictionary#{n}": "false" for n in (*amounts, "duty")}).parquet(place)
    elif "." in place and _TABLE.fullmatch(place) and not place.lower().endswith(ENDINGS):
        write.saveAsTable(place)
    else:
        write.csv(place, header=True, escape='"')


if __name__ == "__main__":  # Spark's Python processes on this machine are forked from what has read all that they need
    import_module(MODULE)
    from pyspark.daemon import manager  # pyright: ignore[reportMissingImports]

    manager()
