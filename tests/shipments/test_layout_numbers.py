"""Texts among numbers: what a workbook, JSON or Parquet holds as a number says nothing of how its texts write theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from drawn import thinned
from parley.errors import InputError
from parley.law.shipments.files import FileDuties, file_duties
from parley.law.shipments.layouts.plan import FileOptions

HEAD = ["HTS Number", "Country of Origin", "Entry Date", "Customs Value"]
XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>{}</Table></Worksheet></Workbook>"""
Rows = Sequence[Sequence[object]]


def as_book(path: Path, rows: Rows) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path := path / "a.xlsx")
    return path


def as_json(path: Path, rows: Rows) -> Path:
    (path := path / "a.json").write_text(json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
    return path


def as_xml(path: Path, rows: Rows) -> Path:
    def cell(x: object) -> str:
        return f'<Cell><Data ss:Type="{"String" if isinstance(x, str) else "Number"}">{x}</Data></Cell>'

    (path := path / "a.xls").write_text(XML.format("".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in rows)))
    return path


def duties_on(path: Path, asked: FileOptions | None = None) -> FileDuties:
    return file_duties([str(path)], path.parent / "out.csv", asked=asked)


@pytest.mark.parametrize("write", thinned([as_json, as_book, as_xml], 3))
@pytest.mark.parametrize(
    ("cells", "total", "refused"),
    [
        ([1250.5, "1.000", 2000], 3250.5, "1.000: 1 or 1000"),
        ([1250.5, "1,000", 2000], 3250.5, "1,000: 1000 or 1"),
        ([1000, "1.000", 2000], 3000, "1.000: 1 or 1000"),
        ([1250.5, "1.000", "2.000,50"], 4251, ""),  # another text tells
        ([1.125, "1,000", "2,000.50"], 3001.625, ""),
    ],
)
def test_a_text_of_two_meanings_among_numbers_costs_its_row_alone(
    tmp_path: Path, write: Callable[[Path, Rows], Path], cells: list[object], total: float, refused: str
) -> None:
    path = write(tmp_path, [HEAD, *(["9503000073", "CN", "2025-05-02", x] for x in cells)])
    report = duties_on(path).report
    assert (report.rejected, report.value_total) == (bool(refused), pytest.approx(total, abs=0.01))
    if refused:
        assert refused in Path(report.rejects).read_text()
    if cells[0] == 1000:
        assert duties_on(path, FileOptions(decimal=",")).report.rejected == 0


@pytest.mark.parametrize("name", [HEAD[3], "value"])  # of another layout, and of the engine's own columns
def test_texts_of_parquet_are_refused_as_texts_are(tmp_path: Path, name: str) -> None:
    def table(*values: object) -> Path:
        rows = {"product": ["9503000073"] * 2, "origin": ["CN"] * 2, "entry_date": ["2025-05-02"] * 2, name: values}
        pq.write_table(pa.table(rows), tmp_path / "a.parquet")
        return tmp_path / "a.parquet"

    with pytest.raises(InputError, match=r"'1\.000' is 1 or 1000.*--decimal"):
        duties_on(table("1.000", "2.000"))
    assert duties_on(table(1.125, 2.125)).report.value_total == pytest.approx(3.25)
