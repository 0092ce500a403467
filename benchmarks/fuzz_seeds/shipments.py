"""Shipments as CSV, Parquet, workbooks and JSON; refund entries."""

from __future__ import annotations

import gzip
import io
import math
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from fuzz_mutations import Files

import layout_files  # pyright: ignore[reportMissingImports]
from fuzz_seeds.reader import Reader, of
from parley.law.measure import Measure
from parley.law.regime import Regime
from parley.scenario.scenario import shipped_folder


def _shipped(path: Path) -> object:
    from parley.law.shipments.files import file_duties
    from parley.law.shipments.options import Options

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


def _refund(path: Path) -> object:
    from parley.law.refund import refunds
    from parley.law.refunds.evidence import roles
    from parley.law.regime import read_regime
    from parley.law.shipments.files import engine_files
    from parley.law.shipments.layouts.plan import FileOptions
    from parley.law.shipments.options import Options

    said = FileOptions(evidence=frozenset(h for held in roles().values() for h in held))
    with engine_files([str(path)], Options(threads=1), said) as (paths, engine, _):
        found = refunds(paths, path.parent / "out.csv", regime=read_regime(), options=engine)
    assert found.rows >= found.rejected
    return found


READERS = (
    Reader("shipments-csv", of("law/shipments/chunks.py", "law/shipments/csv_lines.py", "law/shipments/layouts/*.py"),
           _csv_files, _shipped),
    Reader("shipments-parquet", of("law/shipments/chunks.py", "law/shipments/read.py", "law/shipments/layouts/*.py"),
           _parquet_files, _shipped),
    Reader("shipments-xlsx", of("law/shipments/layouts/*.py"), _workbooks, _shipped),
    Reader("shipments-json", of("law/shipments/layouts/*.py"), _json_files, _shipped),
    Reader("refund-entries", of("law/refund.py", "law/refunds/*.py"), lambda: [
        {"mine.csv": (shipped_folder() / name).read_bytes()} for name in ("refund-entries.csv", "ace-es003-entries.csv")], _refund),
)  # fmt: skip
