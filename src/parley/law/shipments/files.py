"""Duties on files of any layout: translated where they must be, judged by the engine, short codes as ranges."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parley import outputs
from parley.errors import InputError
from parley.law.shipments.duckdb import connect, text_sql
from parley.law.shipments.followed import follow_rows, rows_to_follow
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import SOURCE, FileRead, Translated, translated
from parley.law.shipments.parted import WORKBOOK, Asked, Places, parted_duties, read_rejects, write_rejects
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.run import Options, Progress, Report, duties
from parley.law.shipments.sources import STDIN

if TYPE_CHECKING:
    from parley.law.regime import Regime


FOLLOWED = (
    100_000  # rows of files that are translated, so that codes are followed; of larger ones only the rows of such codes
)
UNKNOWN = "product: no such line in the schedule on that day"


@dataclass(frozen=True)
class FileDuties:
    """The totals of a run, how each file was read, and what hangs on ranges; files: none where they were canonical."""

    report: Report
    files: tuple[FileRead, ...] = ()
    ranges: RangeTotals | None = None


@contextmanager
def engine_files(
    inputs: Sequence[str], options: Options, asked: FileOptions | None = None
) -> Iterator[tuple[Sequence[str], Options, Translated]]:
    """Files as the engine reads them, with its options, for questions that take whole rows: codes short of a line are refused.

    What was written for it is gone at the end.
    """
    with translated([str(x) for x in inputs], _said(options, asked)) as read:
        if read.changed and not read.has_value:
            raise InputError(", ".join(map(str, inputs))[:200], "no column of values", "a file with customs values")
        yield read.paths, _engine(options, read), read


@contextmanager
def spark_files(
    inputs: Sequence[str], options: Options, asked: FileOptions, master: str
) -> Iterator[tuple[Sequence[str], Options, Translated]]:
    """Inputs as Spark reads them: those that are not here and tables as they are; files here of other layouts are translated.

    Raises InputError where the translation would stand on this machine, and Spark runs on others.
    """
    if not all(Path(x).exists() for x in inputs):
        yield inputs, options, Translated(tuple(inputs))
        return
    with translated([str(x) for x in inputs], _said(options, asked)) as read:
        if read.changed and not (master or "local").startswith("local"):
            raise InputError("--engine spark", f"{inputs[0]} is of another layout than Spark reads", "the engine's own columns",
                             "Translate it first: parley law duties FILE --out FILE.parquet, and give Spark that file")  # fmt: skip
        if read.changed and not read.has_value:
            raise InputError(
                ", ".join(inputs)[:200], "no column of values", "a file with customs values, or the local engine"
            )
        yield read.paths, _engine(options, read), read


def file_duties(
    inputs: Sequence[str],
    out: str | Path | None = None,
    *,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    asked: FileOptions | None = None,
    headings: bool = False,
    progress: Progress | None = None,
    following: bool = False,
) -> FileDuties:
    """The duties on every line of some files, of whatever layout; canonical files go straight to the engine.

    asked: what is said about the files; its day, destination and columns are those of the options.
    headings: a column of the chapter 98 and 99 headings of each line, in the order of filing. following: codes that are no line
    of their day are followed as in files of other layouts; else so are small files, and of large ones the rows of such codes alone.
    """
    said = options or Options()
    places = Places(*(Path(p) if p else None for p in (out, rejects, entries)))
    outputs.check_all((places.out, places.rejects, places.entries), [str(x) for x in inputs if Path(str(x)).is_file()])
    apart = headings or following or (places.out is not None and places.out.suffix.lower() == WORKBOOK)
    with (
        translated([str(x) for x in inputs], _said(said, asked), apart) as read,
        tempfile.TemporaryDirectory(prefix="parley-files-") as folder,
    ):
        engine = _engine(said, read)
        if apart or (read.changed and (read.short or not read.has_value)):
            law = Asked(regime, engine, headings, progress)
            report, ranges = parted_duties(read, places, law, Path(folder))
            return FileDuties(report, read.files, ranges)
        found = duties(
            read.paths, out, rejects=rejects, entries=entries, regime=regime, options=engine, progress=progress
        )
        if not read.changed:
            return _followed(found, read, places, engine, regime, Path(folder)) or file_duties(
                inputs, out, rejects=rejects, entries=entries, regime=regime, options=options, asked=asked,
                progress=progress, following=True)  # fmt: skip
        name_source_rows(found.rejects, read)
        return FileDuties(replace(found, notes=(*read.notes, *found.notes)), read.files)


def _followed(
    found: Report, read: Translated, places: Places, engine: Options, regime: Regime | None, folder: Path
) -> FileDuties | None:
    """A run on canonical files, with the rows that stand for lines of another number as ranges.

    None where the files are small: they are read once more from the start.
    """
    unknown = found.by_reason.get(UNKNOWN, 0)
    if not unknown:
        return FileDuties(found)
    if STDIN in read.paths or (places.out is not None and outputs.is_stream(places.out)):
        told = f"{unknown:,} rows have codes that are no line of their day; from a file into a file, they are followed"
        return FileDuties(replace(found, notes=(*found.notes, told)))
    apart = rows_to_follow(read.paths, engine, folder)
    if apart is None:
        return FileDuties(found)
    if found.rows <= FOLLOWED and all(Path(p).is_file() for p in read.paths):
        if places.rejects is None and found.rejects:
            Path(found.rejects).unlink(missing_ok=True)  # the second reading may have none
        return None
    report, ranges = follow_rows(found, apart, places, engine, regime, folder)
    return FileDuties(report, (), ranges)


def _said(options: Options, asked: FileOptions | None) -> FileOptions:
    """What is said about the files, with the options' own day, destination, columns and dates."""
    said = asked or FileOptions()
    return replace(said, columns=options.columns, dates=options.dates, on=options.on, destination=options.destination)


def _engine(options: Options, read: Translated) -> Options:
    """The engine's options: those of a translated file are said already."""
    words = {"MDY": "us", "DMY": "eu", "YMD": "iso"}
    if read.changed:
        return replace(options, columns={}, dates="iso")
    return replace(options, dates=words.get(options.dates.upper(), options.dates))


def name_source_rows(rejects: str, read: Translated) -> None:
    """Names rejects by the file, row and heading in which they stood, not by those of the translation."""
    if not read.changed or not rejects or outputs.is_stream(rejects) or not Path(rejects).exists():
        return
    header, rows = read_rejects(Path(rejects))
    held = connect(0, "1GB").execute(f"SELECT {', '.join(SOURCE)} FROM {text_sql(read.paths[0])}").fetchall()
    headings = {file["file"]: file["columns"] for file in read.files}
    made = []
    for row in rows:
        file, number = held[int(row[1]) - 1]
        made.append([file, str(number), headings.get(file, {}).get(row[2], row[2]), *row[3:]])
    with tempfile.TemporaryDirectory(prefix="parley-files-") as folder:
        write_rejects(Path(folder), Path(rejects), header, made)


__all__ = ["FileDuties", "engine_files", "file_duties", "name_source_rows", "spark_files"]
