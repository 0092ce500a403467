"""Files, addresses and tables as Spark reads and writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parley.errors import InputError
from parley.law.shipments.chunks import read_header
from parley.law.shipments.lake import refuse_other_tables
from parley.law.shipments.places import STDIN, is_remote
from parley.law.shipments.sources import ENDINGS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession  # pyright: ignore[reportMissingImports]

_TABLE = re.compile(r"(`[^`]+`|\w+)(\.(`[^`]+`|\w+)){0,2}")
_TEXT = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")


def read_frame(engine: SparkSession, inputs: Sequence[str]) -> DataFrame:
    """The rows of some paths, addresses or tables, of one kind."""
    if STDIN in inputs:
        raise InputError("--engine spark", "standard input", "files that every machine of the cluster can read")
    kinds = {_kind_of(text) for text in inputs}
    if len(kinds) > 1:
        raise InputError("--engine spark", f"{' and '.join(sorted(kinds))} in one run", "inputs of one kind")
    kind = kinds.pop()
    try:
        if kind == "table":
            frame = engine.table(inputs[0])
            for more in inputs[1:]:
                frame = frame.unionByName(engine.table(more))
            return frame
        if kind == "csv":
            return _read_csv(engine, inputs)
        return engine.read.format(kind).load(list(inputs) if len(inputs) > 1 else inputs[0])
    except InputError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or ["?"])[0][:200]
        raise InputError(
            ", ".join(inputs)[:200], f"Spark cannot read it: {first}", "a path, an address or a table"
        ) from None


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
    path, bare = Path(text), text.rstrip("/").lower()
    if path.is_dir() and not is_remote(text):
        inside = [p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()]
        refuse_other_tables(text, inside)
        if any(p.startswith("_delta_log/") for p in inside):
            return "delta"
        return "csv" if any(p.lower().endswith(_TEXT) for p in inside) else "parquet"
    if bare.endswith(ENDINGS):
        return "csv" if bare.endswith(_TEXT) else "parquet"
    if _TABLE.fullmatch(text) and not path.exists():
        return "table"
    return "parquet"


def write_frame(frame: DataFrame, place: str, amounts: Sequence[str] = (), anew: bool = False) -> None:
    """amounts: columns whose values seldom repeat, of which Parquet is to hold no dictionary. anew: in place of what stands there."""
    write = frame.write.mode("overwrite") if anew else frame.write
    if place.lower().rstrip("/").endswith((".parquet", ".pq")):
        write.options(**{f"parquet.enable.dictionary#{n}": "false" for n in (*amounts, "duty")}).parquet(place)
    elif "." in place and _TABLE.fullmatch(place) and not place.lower().endswith(ENDINGS):
        write.saveAsTable(place)
    else:
        write.csv(place, header=True, escape='"')
