"""Answers on files of any layout: how each was read, and what hangs on ranges over short codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from parley.law.answers_files import DutiesAnswer, duties_answer

if TYPE_CHECKING:
    from parley.law.shipments.files import FileDuties
    from parley.law.shipments.run import Options


class FileReadRow(TypedDict):
    """How one file was read: its layout by id (empty where headings and cells told), the heading of each column, rows."""

    file: str
    layout: str
    title: str
    columns: dict[str, str]  # role: heading
    rows: int
    left_out: dict[str, int]  # rows left out, by reason


ROW_SPANS = (
    "for each row, the lines that its code may stand for: the least and the greatest duty, added up; no elasticities"
)


class RangesRow(TypedDict):
    """What hangs on codes short of a line: rows, customs value, and the least, the weighted and the greatest duty; dollars."""

    rows: int
    value: float
    duty_low: float
    duty: float
    duty_high: float
    spans: str


class FileDutiesAnswer(DutiesAnswer):
    """`law duties`: the totals, how each file was read, and what hangs on ranges; null where no code is short of a line."""

    files: list[FileReadRow]  # empty where the files were in the engine's own columns
    ranges: RangesRow | None


def file_duties_answer(found: FileDuties, asked: Options) -> FileDutiesAnswer:
    """The answer to `law duties`."""
    r = found.ranges
    made: RangesRow | None = None
    if r is not None:
        made = {
            "rows": r.rows,
            "value": r.value,
            "duty_low": r.duty_low,
            "duty": r.duty,
            "duty_high": r.duty_high,
            "spans": ROW_SPANS,
        }
    files: list[FileReadRow] = [{**f} for f in found.files]
    return {**duties_answer(found.report, asked), "files": files, "ranges": made}
