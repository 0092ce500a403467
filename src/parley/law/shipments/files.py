"""Duties on files of any layout: translated where they must be, judged by the engine, short codes as ranges."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley import outputs
from parley.arguments import FileName, checked
from parley.drafts import work_folder
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.duckdb import connect, text_sql
from parley.law.shipments.followed import followed_duties
from parley.law.shipments.layouts.canonical import table_files
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import SOURCE, FileRead, Translated, is_stream, translated
from parley.law.shipments.parted import WORKBOOK, Asked, parted_duties, read_rejects, write_rejects
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.results import Places
from parley.law.shipments.run import Options, Progress, Report
from parley.law.shipments.sources import STDIN, is_remote
from parley.text_files import is_file


@dataclass(frozen=True)
class FileDuties:
    """The totals of a run, how each file was read, and what hangs on ranges; files: none where they were canonical."""

    report: Report
    files: tuple[FileRead, ...] = ()
    ranges: RangeTotals | None = None


@contextmanager
def engine_files(
    inputs: Sequence[str], options: Options, asked: FileOptions | None = None, outs: Sequence[Path | None] = ()
) -> Iterator[tuple[Sequence[str], Options, Translated]]:
    """Files as the engine reads them, with its options, for questions that take whole rows: codes short of a line are refused.

    What was written for it is gone at the end. outs: what the question will write. Raises InputError where one is an input.
    """
    _check_outputs(outs, inputs)
    options, files = _stated(options, asked)
    with translated([str(x) for x in inputs], files) as read:
        if read.changed and not read.has_value:
            raise InputError(", ".join(map(str, inputs))[:200], "no column of values", "a file with customs values")
        yield read.paths, _engine(options, read), read


@contextmanager
def spark_files(
    inputs: Sequence[str], options: Options, asked: FileOptions, master: str, outs: Sequence[Path | None] = ()
) -> Iterator[tuple[Sequence[str], Options, Translated]]:
    """Inputs as Spark reads them: those that are not here and tables as they are; files here of other layouts are translated.

    Raises InputError where the translation would stand on this machine, and Spark runs on others, and where one of the outs is an input.
    """
    _check_outputs(outs, inputs)
    if not all(map(os.path.exists, inputs)):
        yield inputs, options, Translated(tuple(inputs))
        return
    options, files = _stated(options, asked)
    with translated([str(x) for x in inputs], files) as read:
        if read.changed and not (master or "local").startswith("local"):
            raise InputError("--engine spark", f"{inputs[0]} is of another layout than Spark reads", "the engine's own columns",
                             "Translate it first: parley law duties FILE --out FILE.parquet, and give Spark that file")  # fmt: skip
        if read.changed and not read.has_value:
            raise InputError(
                ", ".join(inputs)[:200], "no column of values", "a file with customs values, or the local engine"
            )
        yield read.paths, _engine(options, read), read


@checked
def file_duties(
    inputs: Sequence[FileName],
    out: str | Path | None = None,
    *,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    asked: FileOptions | None = None,
    headings: bool = False,
    progress: Progress | None = None,
) -> FileDuties:
    """The duties on every line of some files, of whatever layout; canonical files go straight to the engine.

    asked: what is said about the files; its columns, dates, day and destination may stand in the options instead.
    Raises InputError where both state one, and not the same.
    headings: a column of the chapter 98 and 99 headings of each line, in the order of filing.
    """
    said, files = _stated(options or Options(), asked)
    places = Places(*(Path(p) if p else None for p in (out, rejects, entries)))
    _check_outputs((places.out, places.rejects, places.entries), [str(x) for x in inputs])
    apart = headings or (places.out is not None and places.out.suffix.lower() == WORKBOOK)
    with (
        translated([str(x) for x in inputs], files, apart) as read,
        work_folder("files") as folder,
    ):
        engine = _engine(said, read)
        if apart or (read.changed and (read.short or not read.has_value)):
            law = Asked(regime, engine, headings, progress)
            report, ranges = parted_duties(read, places, law, Path(folder))
            return FileDuties(report, read.files, ranges)
        found, ranges = followed_duties(
            read.paths, out, rejects=rejects, entries=entries, regime=regime, options=engine, progress=progress,
            name=lambda made: name_source_rows(str(made), read),
        )  # fmt: skip
        return FileDuties(replace(found, notes=(*read.notes, *found.notes)), read.files, ranges)


def _check_outputs(outs: Sequence[Path | None], inputs: Sequence[str]) -> None:
    """Nothing, if each file can be written and is none of those that are read, by whatever name. Raises InputError."""
    here = [t for t in inputs if t != STDIN and not is_remote(t) and not is_stream(t)]
    outputs.check_all(outs, [p for p in table_files(here) if is_file(p)] if any(outs) and here else [])


def _stated(options: Options, asked: FileOptions | None) -> tuple[Options, FileOptions]:
    """Both with the columns, dates, day and destination that either states. Raises InputError where they state two."""
    said, silent = asked or FileOptions(), FileOptions()
    held: dict[str, Any] = {}
    for name in ("columns", "dates", "on", "destination"):
        stated = [x for x in (getattr(options, name), getattr(said, name)) if x and x != getattr(silent, name)]
        if len(stated) == 2 and stated[0] != stated[1]:
            raise InputError(name, f"options say {stated[0]}, asked says {stated[1]}", "one of them")
        held[name] = stated[0] if stated else getattr(silent, name)
    return replace(options, **held | {"columns": dict(held["columns"])}), replace(said, **held)


def _engine(options: Options, read: Translated) -> Options:
    """The engine's options: those of a translated file are said already."""
    words = {"MDY": "us", "DMY": "eu", "YMD": "iso"}
    if read.changed:
        return replace(options, columns={}, dates="iso")
    return replace(options, dates=words.get(options.dates.upper(), options.dates))


def name_source_rows(rejects: str, read: Translated) -> None:
    """Names rejects by the file, row and heading in which they stood, not by those of a translation or a copy."""
    if not (read.changed or read.copies) or not rejects or outputs.is_stream(rejects) or not Path(rejects).exists():
        return
    header, rows = read_rejects(Path(rejects))
    if read.changed:
        rows = _of_sources(rows, read)
    with work_folder("files") as folder:
        write_rejects(Path(folder), Path(rejects), header, [[read.copies.get(r[0], r[0]), *r[1:]] for r in rows])


def _of_sources(rows: Sequence[Sequence[str]], read: Translated) -> list[list[str]]:
    """Rejects of a translation, by what it was translated from."""
    held = connect(0, "1GB").execute(f"SELECT {', '.join(SOURCE)} FROM {text_sql(read.paths[0])}").fetchall()
    headings, made = {file["file"]: file["columns"] for file in read.files}, list[list[str]]()
    for row in rows:
        file, number = held[int(row[1]) - 1]
        made.append([file, str(number), headings.get(file, {}).get(row[2], row[2]), *row[3:]])
    return made


__all__ = ["FileDuties", "engine_files", "file_duties", "name_source_rows", "spark_files"]
