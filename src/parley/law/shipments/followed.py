"""Rows of large files whose code is no line of their day: read once more, judged as ranges, and put in their places.

The engine judges the file first. Only where it refused codes is the file read again: codes are followed once for each day on
which they stand, and the rows that lead to lines are judged apart (parted.py), as those of small files are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.codes import country
from parley.errors import CodeError
from parley.law.shipments.chunks import decoding, pieces_of
from parley.law.shipments.columns import read_columns
from parley.law.shipments.followed_out import put_rejects, put_rows
from parley.law.shipments.followed_sums import replaced
from parley.law.shipments.layouts.days import order_of, read_day
from parley.law.shipments.layouts.products import could_lead, leads_to_lines
from parley.law.shipments.layouts.table_rows import SOURCE
from parley.law.shipments.layouts.translate import Translated
from parley.law.shipments.parted import Asked, Places, parted_duties
from parley.law.shipments.ranges import RangeTotals
from parley.law.shipments.read import ROLES, Reader, as_texts
from parley.law.shipments.run import Options, Report, duties
from parley.law.shipments.sources import STDIN, File, find_files

if TYPE_CHECKING:
    import pyarrow as pa

    from parley.law.regime import Regime

BY_ENTRY = "sums by entry are without rows whose code is followed"


@dataclass(frozen=True)
class Followed:
    """Rows to be followed: a Parquet file of them in the engine's own columns, and their places among all rows, from 0."""

    path: str
    places: Sequence[int]


def rows_to_follow(paths: Sequence[str], asked: Options, folder: Path) -> Followed | None:
    """The rows of canonical files whose codes are no lines of their day and stand for such; None where there are none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if STDIN in paths:
        return None
    parts, places, before = list[Any](), list[int](), 0
    for file, batch, numbers in _batches(find_files(paths), asked):
        rows = _leading(batch, asked)
        if len(rows):
            held = pa.Table.from_batches([batch.take(pa.array(rows))])
            parts.append(_as_engine_reads(held, asked, file, numbers[rows]))
            places += (rows + before).tolist()
        before += len(batch)
    if not parts:
        return None
    path = folder / "to-follow.parquet"
    pq.write_table(pa.concat_tables(parts, promote_options="permissive"), path)
    return Followed(str(path), places)


def follow_rows(
    found: Report, apart: Followed, outputs: Places, asked: Options, regime: Regime | None, folder: Path
) -> tuple[Report, RangeTotals | None]:
    """The totals of a run with the rows that are followed as ranges; they are put in their places in the outputs."""
    plain = replace(asked, columns={}, dates="iso", on=None)
    made = Places(folder / "followed.parquet", folder / "followed-rejects.csv", None)
    read = Translated((apart.path,), True, short=True)
    now, ranges = parted_duties(read, made, Asked(regime, plain), folder)
    then = duties([apart.path], regime=regime, options=plain)
    told = replaced(found, then, now)
    if outputs.out is not None:
        put_rows(outputs.out, folder / "followed.parquet", apart.places)
    if found.rejects:
        kept = put_rejects(
            Path(found.rejects), Path(apart.path), folder / "followed-rejects.csv", outputs.rejects is not None
        )
        told = replace(told, rejects=found.rejects if kept else "")
    notes = [n for n in now.notes if n not in found.notes]
    return replace(told, notes=(*notes, *([BY_ENTRY] if outputs.entries else []), *found.notes)), ranges


def _batches(files: Sequence[File], asked: Options) -> Iterator[tuple[str, pa.RecordBatch, Any]]:
    """Every batch of files by role, with the file and the numbers of its rows in it, from 1; lines that are no rows count."""
    reader: Reader | None = None
    for file in files:
        counted = 0
        for piece in pieces_of(file, asked.piece_bytes, asked.piece_rows):
            source = piece.source
            if reader is None:
                columns = read_columns(source.names, asked.columns, source.path, ("entry_date",) if asked.on else ())
                reader = Reader(columns, (*ROLES, "destination"))
            with decoding(source.path):
                rows = reader.read(piece)
                gaps = np.array([m.place - j for j, m in enumerate(rows.malformed)], dtype=np.int64)
                at = np.arange(rows.count)
                numbers = (piece.first if source.footer else counted) + at + np.searchsorted(gaps, at, side="right") + 1
                start = 0
                for batch in rows.batches:
                    yield source.path, batch, numbers[start : start + len(batch)]
                    start += len(batch)
            counted += rows.count + len(rows.malformed)


def _leading(batch: pa.RecordBatch, asked: Options) -> Any:
    """The places of the rows of a batch whose codes are no lines of their day, and stand for such."""
    codes, code_at = _distinct(batch.column("product"))
    buyers, buyer_at = _buyers(batch, asked)
    doubtful = np.array([[could_lead(_digits(c), b) for b in buyers] for c in codes], dtype=bool).reshape(
        len(codes), -1
    )
    rows = np.flatnonzero(doubtful[code_at, buyer_at])
    if not len(rows):
        return rows
    texts, day_at = ([asked.on], np.zeros(len(batch), np.int64)) if asked.on else _distinct(batch.column("entry_date"))
    order = order_of("" if asked.on else asked.dates)
    days = [read_day(t, order).day for t in texts]
    keys = (code_at[rows] * len(texts) + day_at[rows]) * len(buyers) + buyer_at[rows]
    met, which = np.unique(keys, return_inverse=True)
    leads = []
    for key in met.tolist():
        rest, buyer = divmod(key, len(buyers))
        code, day = divmod(rest, len(texts))
        when = days[day]
        leads.append(when is not None and leads_to_lines(_digits(codes[code]), buyers[buyer], when))
    return rows[np.array(leads, dtype=bool)[which.ravel()]]


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


def _as_engine_reads(rows: pa.Table, asked: Options, file: str, numbers: Any) -> pa.Table:
    """Rows with codes as digits, ISO countries and days, amounts without signs, and where each stood."""
    import pyarrow as pa

    def said(name: str, read: Any) -> Any:
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
    return pa.table(made | dict(zip(SOURCE, (pa.array([file] * len(rows)), pa.array(numbers)), strict=True)))


__all__ = ["Followed", "follow_rows", "rows_to_follow"]
