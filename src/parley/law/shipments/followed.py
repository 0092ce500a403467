"""The duties of files with codes that are no line of their day: such rows are read once more, judged as ranges, and put in place.

The engine judges the files first. Only where it refused codes are they read again: codes are followed once for each day on
which they stand, and the rows that lead to lines are judged apart (parted.py). All questions on rows go this way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Int
from parley.codes import country
from parley.drafts import work_folder
from parley.errors import CodeError
from parley.law.shipments.chunks import pieces_of
from parley.law.shipments.columns import read_columns
from parley.law.shipments.followed_out import put_entries, put_rejects, put_rows
from parley.law.shipments.followed_sums import replaced
from parley.law.shipments.layouts.days import order_of, read_day
from parley.law.shipments.layouts.products import could_lead, leads_to_lines
from parley.law.shipments.layouts.table_rows import SOURCE
from parley.law.shipments.layouts.translate import Translated
from parley.law.shipments.parted import Asked, parted_duties
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.read import ROLES, Reader, as_texts
from parley.law.shipments.rejects import Why
from parley.law.shipments.results import Places
from parley.law.shipments.run import Options, Progress, Report, duties
from parley.law.shipments.sources import STDIN, File, decoding, find_files

if TYPE_CHECKING:
    import pyarrow as pa

    from parley.law.regime import Regime

UNKNOWN = Why.NO_LINE.words


@dataclass(frozen=True)
class Followed:
    """Rows to be judged anew: a Parquet file of them in the engine's own columns, their places among all rows, from 0, and which
    of them are followed; the others are of their entries, where sums by entry are asked for."""

    path: str
    places: Int[ndarray, " r"]
    led: Bool[ndarray, " r"]


def followed_duties(
    inputs: Sequence[str],
    out: str | Path | None = None,
    *,
    rejects: str | Path | None = None,
    entries: str | Path | None = None,
    regime: Regime | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    name: Callable[[Path], None] | None = None,
) -> tuple[Report, RangeTotals | None]:
    """The duties on every line of files in the engine's own columns, as `run.duties` gives them, and what hangs on ranges.

    A row whose code is no line of its day and leads to lines has their mean rate; results get the columns of EXTRA where there are
    such rows. Standard input is not followed: give a copy. name: what names the file and row of rejects. Raises InputError.
    """
    asked, ranges = options or Options(), list[RangeTotals | None]()
    with work_folder("files") as folder:

        def amend(found: Report, made: Places) -> tuple[Report, Places]:
            apart = None
            if UNKNOWN in found.by_reason:
                apart = rows_to_follow(inputs, asked, Path(folder), entries is not None)
            if apart is not None:
                found, made, held = follow_rows(found, apart, made, asked, regime, Path(folder))
                ranges.append(held)
            if name and made.rejects:
                name(made.rejects)
            return found, made

        report = duties(inputs, out, rejects=rejects, entries=entries, regime=regime, options=asked, progress=progress,
                        amend=amend)  # fmt: skip
        return report, next(iter(ranges), None)


def rows_to_follow(paths: Sequence[str], asked: Options, folder: Path, entries: bool = False) -> Followed | None:
    """The rows of canonical files whose codes are no lines of their day and stand for such; None where there are none.

    entries: the other rows of their entries too.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if STDIN in paths:
        return None
    files, tables, places, which, before = find_files(paths), list[Any](), list[Any](), list[Any](), 0
    named = _entries(files, asked) if entries else None
    if entries and not named:
        return None
    for part in _parts(files, asked):
        led = leading(part.rows, asked)
        rows = np.flatnonzero(led | _is_in(_names(part), named) if named else led)
        if len(rows):
            tables.append(as_engine_reads(part, rows, asked, entries))
            places.append(rows + before)
            which.append(led[rows])
        before += len(led)
    if not tables:
        return None
    path = folder / "to-follow.parquet"
    pq.write_table(pa.concat_tables(tables, promote_options="permissive"), path)
    return Followed(str(path), np.concatenate(places), np.concatenate(which))


def _entries(files: Sequence[File], asked: Options) -> set[str | None]:
    """The entries of the rows that are followed."""
    import pyarrow as pa

    parts = ((part, led) for part in _parts(files, asked) if (led := leading(part.rows, asked)).any())
    return {name for part, led in parts for name in _names(part).filter(pa.array(led)).to_pylist()}


def _is_in(names: Any, wanted: set[str | None]) -> Bool[ndarray, " n"]:
    import pyarrow as pa
    from pyarrow import compute

    pc: Any = compute
    return pc.is_in(names, pa.array([*wanted], pa.string())).to_numpy(zero_copy_only=False)


def follow_rows(
    found: Report, apart: Followed, made: Places, asked: Options, regime: Regime | None, folder: Path
) -> tuple[Report, Places, RangeTotals | None]:
    """The totals of a run with the rows that are followed as ranges, and its outputs with these in their places, new files beside."""
    plain = replace(asked, columns={}, dates="iso", on=None, typed=False, fees=asked.fees or made.entries is not None)
    own = folder / "followed-entries.csv" if made.entries else None
    anew = Places(folder / "followed.parquet", folder / "followed-rejects.csv", own)
    now, ranges = parted_duties(Translated((apart.path,), True, short=True), anew, Asked(regime, plain), folder)
    then = duties([apart.path], regime=regime, options=plain)
    told, (out, rejects, entries) = replaced(found, then, now), (p and p.with_name(f"{p.name}-followed") for p in made)
    if made.out and out:
        put_rows(made.out, out, folder / "followed.parquet", apart.places, apart.led)
    if made.rejects and rejects:
        still = folder / "followed-rejects.csv"
        if not put_rejects(made.rejects, rejects, apart.path, apart.led, still):
            told, rejects = replace(told, rejects=""), None
    if made.entries and entries and own:
        put_entries(made.entries, entries, own)
    notes = (*((ranges.words,) if ranges and ranges.rows else ()), *found.notes)
    return replace(told, notes=notes), Places(out, rejects, entries), ranges


@dataclass(frozen=True)
class Part:
    """A batch of a file by role: the numbers of its rows in the file, from 1, lines that are no rows counted; the number of its
    piece among all, and its first row in that."""

    file: str
    rows: pa.RecordBatch
    numbers: Int[ndarray, " n"]
    piece: int
    first: int


def _names(part: Part) -> Any:
    """The entry of each row, as sums by entry name it (results.py)."""
    import pyarrow as pa

    if "entry" in part.rows.schema.names:
        return as_texts(part.rows.column("entry"))
    return pa.array(
        [f"line {part.first + j + 1} of piece {part.piece + 1}" for j in range(len(part.rows))], pa.string()
    )


def _parts(files: Sequence[File], asked: Options) -> Iterator[Part]:
    """Every batch of files by role."""
    reader: Reader | None = None
    number = -1
    for file in files:
        counted = 0
        for piece in pieces_of(file, asked.piece_bytes, asked.piece_rows):
            source, number = piece.source, number + 1
            if reader is None:
                columns = read_columns(source.names, asked.columns, source.path, ("entry_date",) if asked.on else ())
                reader = Reader(columns, (*ROLES, "destination", "mode", "entry"))
            with decoding(source.path):
                rows = reader.read(piece)
                numbers, start = counted + rows.places + 1, 0
                for batch in rows.batches:
                    yield Part(source.path, batch, numbers[start : start + len(batch)], number, start)
                    start += len(batch)
            counted += rows.count + len(rows.malformed)


def leading(batch: pa.RecordBatch, asked: Options) -> Bool[ndarray, " n"]:
    """The rows of a batch whose codes are no lines of their day, and stand for such."""
    made = np.zeros(len(batch), dtype=bool)
    codes, code_at = _distinct(batch.column("product"))
    buyers, buyer_at = _buyers(batch, asked)
    doubtful = np.array([[could_lead(_digits(c), b) for b in buyers] for c in codes], dtype=bool).reshape(
        len(codes), -1
    )
    rows = np.flatnonzero(doubtful[code_at, buyer_at])
    if not len(rows):
        return made
    texts, day_at = ([asked.on], np.zeros(len(batch), np.int64)) if asked.on else _distinct(batch.column("entry_date"))
    order = order_of("iso" if asked.on else asked.dates)
    days = [read_day(t, order).day for t in texts]
    keys = (code_at[rows] * len(texts) + day_at[rows]) * len(buyers) + buyer_at[rows]
    met, which = np.unique(keys, return_inverse=True)
    leads = []
    for key in met.tolist():
        rest, buyer = divmod(key, len(buyers))
        code, day = divmod(rest, len(texts))
        when = days[day]
        leads.append(when is not None and leads_to_lines(_digits(codes[code]), buyers[buyer], when))
    made[rows] = np.array(leads, dtype=bool)[which.ravel()]
    return made


def _distinct(column: Any) -> tuple[list[str], Any]:
    """The distinct texts of a column, empty ones for what is missing, and which each row has."""
    import pyarrow as pa

    held = column if pa.types.is_dictionary(column.type) else as_texts(column).dictionary_encode()
    words = [(w or "").strip() for w in held.dictionary.to_pylist()]
    places = held.indices.fill_null(len(words)).to_numpy(zero_copy_only=False).astype(np.int64)
    return [*words, ""], places


def _buyers(batch: pa.RecordBatch, asked: Options) -> tuple[list[str], Any]:
    """Who levies, by ISO code, and which of them on each row."""
    if asked.destination or "destination" not in batch.schema.names:
        return [country(asked.destination or "USA", "--destination")], np.zeros(len(batch), np.int64)
    names, at = _distinct(batch.column("destination"))
    return [_iso(n) if n else "USA" for n in names], at


def _iso(text: str) -> str:
    try:
        return country(text)
    except CodeError:
        return text


def _digits(text: str) -> str:
    return re.sub(r"[. ]", "", text)


def as_engine_reads(part: Part, at: Int[ndarray, " r"], asked: Options, entries: bool) -> pa.Table:
    """Some rows with codes as digits, ISO countries and days, amounts without signs, and where each stood; entries: named."""
    import pyarrow as pa

    rows = pa.Table.from_batches([part.rows.take(pa.array(at))])

    def said(name: str, read: Callable[[str], str]) -> pa.Array:
        words, at = _distinct(rows.column(name).combine_chunks())
        return pa.array([read(w) or None for w in words], pa.string()).take(pa.array(at))

    order = order_of(asked.dates)

    def day(text: str) -> str:
        found = read_day(text, order).day
        return found.isoformat() if found else text

    made: dict[str, Any] = {n: rows.column(n) for n in rows.column_names}
    made |= {n: c.cast(c.type.value_type) for n, c in made.items() if pa.types.is_dictionary(c.type)}
    made["product"] = said("product", _digits)
    made |= {n: said(n, _iso) for n in ("origin", "destination") if n in made}
    made["entry_date"] = pa.array([asked.on] * len(rows)) if asked.on else said("entry_date", day)
    made |= {n: said(n, lambda t: t.replace("$", "").replace(",", "")) for n in ("value", "quantity", "unit_value")
             if n in made and pa.types.is_string(made[n].type)}  # fmt: skip
    made |= {"entry": _names(part).take(pa.array(at))} if entries else {}
    return pa.table(
        made | dict(zip(SOURCE, (pa.array([part.file] * len(rows)), pa.array(part.numbers[at])), strict=True))
    )


__all__ = ["UNKNOWN", "Part", "as_engine_reads", "followed_duties", "leading"]
