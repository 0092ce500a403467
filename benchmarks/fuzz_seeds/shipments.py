"""Shipments as CSV, Parquet, workbooks and JSON; refund entries."""

from __future__ import annotations

import gzip
import io
import json
import math
import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from fuzz_mutations import Files

import layout_files  # pyright: ignore[reportMissingImports]
from fuzz_seeds.reader import Reader, of
from parley.law.measure import Measure
from parley.law.regime import Regime, read_regime
from parley.scenario.scenario import shipped_folder


def _shipped(path: Path) -> object:
    from parley.law.shipments.columns import Options
    from parley.law.shipments.files import file_duties

    out = path.parent / "out.csv"
    found = file_duties([str(path)], out, regime=_law(), options=Options(threads=1))
    assert found.report.rows >= found.report.rejected
    assert math.isfinite(found.report.duty_total)
    assert out.stat().st_size
    return found


@cache
def _law() -> Regime:

    from law_worlds import draw_world  # pyright: ignore[reportMissingImports]

    rows: tuple[Measure, ...] = draw_world(Random(3))
    return Regime(rows)


@cache
def _struck_law() -> Regime:
    """What was struck down, of few origins: the whole law takes a second to compile."""
    from parley.law.refund import struck_down

    law = read_regime()
    struck, few = struck_down(law), {"*", "CHN", "IND", "VNM", "JPN", "EU"}
    return replace(
        law, measures=tuple(m for m in law.measures if m.programme in struck and few.intersection(m.origins))
    )


def _csv_files() -> list[Files]:
    made = ("canonical", "ace", "census_csv", "german", "broker")
    texts = [getattr(layout_files, name)() for name in made]
    return [{"mine.csv": text.encode()} for text in texts] + [
        {"mine.csv.gz": gzip.compress(texts[0].encode(), mtime=0)}
    ]


def _parquet_files() -> list[Files]:
    import duckdb

    rows = ("SELECT 1 AS id, '9503000073' AS product, 'CHN' AS origin, DATE '2025-05-02' AS entry_date, 5.5 AS value, 3 AS quantity "
            "UNION ALL SELECT 2, '7210490091', 'DEU', DATE '2025-06-02', 1000, 7")  # fmt: skip
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for how in ("", ", COMPRESSION zstd, ROW_GROUP_SIZE 1"):
            duckdb.sql(f"COPY ({rows}) TO '{folder}/a.parquet' (FORMAT parquet{how})")
            found.append({"mine.parquet": Path(folder, "a.parquet").read_bytes()})
    return found


def _delta_tables() -> list[Files]:
    """A table with a log of two versions, and one with a checkpoint, its files in a folder that states a column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part, log = "origin=CHN/mine.parquet", "_delta_log/{:020}".format
    rows = next(iter(_parquet_files()[0].values()))
    held = {"add": {"path": part, "partitionValues": {"seen": "x"}}}
    first = [{"metaData": {"configuration": {"delta.appendOnly": "true"}}}, {"add": {"path": "gone%20.parquet"}}]
    second = [{"remove": {"path": "gone%20.parquet"}}, held]
    logs = [b"\n".join(json.dumps(action).encode() for action in actions) for actions in (first, second)]
    kind = pa.struct([("path", pa.string()), ("partitionValues", pa.map_(pa.string(), pa.string()))])
    stream = io.BytesIO()
    pq.write_table(
        pa.table({"add": pa.array([{"path": part, "partitionValues": [("seen", "x")]}, None], kind)}), stream
    )
    own = b'{"remove": {"path": "older.parquet"}}'
    return [{f"{log(0)}.json": logs[0], f"{log(1)}.json": logs[1], part: rows},
            {f"{log(4)}.checkpoint.parquet": stream.getvalue(), f"{log(5)}.json": own, part: rows}]  # fmt: skip


def _workbooks() -> list[Files]:
    from openpyxl import Workbook

    found = []
    for text in (layout_files.canonical(), layout_files.broker()):
        book, stream = Workbook(), io.BytesIO()
        page = book.create_sheet("lines", 0)
        for line in text.splitlines():
            page.append(line.split(","))
        page.append([date(2025, 5, 2), 1.5, True])
        book.save(stream)
        found.append({"mine.xlsx": stream.getvalue()})
    return found


def _json_files() -> list[Files]:
    made = ("census_json", "comtrade_json", "comtrade_legacy_json")
    return [{"mine.json": getattr(layout_files, name)().encode()} for name in made]


def _entries() -> list[Files]:
    """The lines of few entries: each is priced three times."""
    names = ("refund-entries.csv", "ace-es003-entries.csv")
    return [{"mine.csv": b"".join((shipped_folder() / name).read_bytes().splitlines(True)[:6])} for name in names]


def _refund(path: Path) -> object:
    from parley.law.refund import refunds
    from parley.law.refunds.evidence import roles
    from parley.law.shipments.columns import Options
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.layouts.plan import FileOptions

    said = FileOptions(evidence=frozenset(h for held in roles().values() for h in held))
    with engine_files([str(path)], Options(threads=1), said) as (paths, engine, _):
        found = refunds(paths, path.parent / "out.csv", regime=_struck_law(), options=engine)
    assert found.rows >= found.rejected
    return found


READERS = (
    Reader("shipments-csv", of("law/shipments/chunks.py", "law/shipments/layouts/*.py"), _csv_files, _shipped),
    Reader("shipments-parquet", of("law/shipments/chunks.py", "law/shipments/read.py", "law/shipments/layouts/*.py"),
           _parquet_files, _shipped),
    Reader("delta", of("law/shipments/sources.py"), _delta_tables, _shipped, True),
    Reader("shipments-xlsx", of("law/shipments/layouts/*.py"), _workbooks, _shipped),
    Reader("shipments-json", of("law/shipments/layouts/*.py"), _json_files, _shipped),
    Reader("refund-entries", of("law/refund.py", "law/refunds/*.py"), _entries, _refund),
)  # fmt: skip
