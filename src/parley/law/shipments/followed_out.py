"""Outputs of the engine in which some rows are put anew: all others stay as they are, byte for byte in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from parley.law.shipments.layouts.table_rows import SOURCE
from parley.law.shipments.results import RESULT
from parley.law.shipments.sources import is_parquet

EXTRA = ("duty_rate_low", "duty_rate_high", "duty_low", "duty_high", "range")


def put_rows(out: Path, to: Path, rated: Path, places: Any, led: Any) -> None:
    """Writes rows with those of some rated ones that are followed in their places, from 0; the columns of ranges come last."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, places = pq.read_table(rated).filter(pa.array(led)), places[led]
    rows = rows.append_column("k_product", rows.column("product"))  # of lines that are typed (lines.py)
    if is_parquet(str(out)):
        _put_parquet(out, to, rows, places)
    else:
        _put_csv(out, to, rows, places.tolist())


def _put_csv(out: Path, to: Path, rows: Any, places: Sequence[int]) -> None:
    with out.open("rb") as held, to.open("wb") as made:
        lines = _records(held)
        names = _cells(next(lines))
        first = len(names) - 1 - names[::-1].index(RESULT[0])
        new = list(names[first:])
        columns = [
            rows.column(n).to_pylist() if n in rows.column_names else [None] * rows.num_rows for n in (*new, *EXTRA)
        ]
        made.write(_line([*names, *free_names(names)]))
        at, empty = {place: k for k, place in enumerate(places)}, b"," * len(EXTRA) + b"\n"
        for place, line in enumerate(lines):
            k = at.get(place)
            if k is None:
                made.write(line.rstrip(b"\n") + empty)
            else:
                made.write(_line([*_cells(line)[:first], *(_text(c[k]) for c in columns)]))


def free_names(names: Sequence[str]) -> list[str]:
    """The names of the columns of ranges, beside those of the file."""
    taken = {n.lower() for n in names}
    return [f"{n}_of_lines" if n in taken else n for n in EXTRA]


def _records(stream: BinaryIO) -> Iterator[bytes]:
    """The records of CSV, each with its line end."""
    held = b""
    for line in stream:
        held += line
        if held.count(b'"') % 2 == 0:
            yield held
            held = b""
    if held:
        yield held


def _cells(line: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(line.decode("utf-8", "surrogateescape"), newline="")))


def _line(cells: Iterable[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerow(cells)
    return made.getvalue().encode("utf-8", "surrogateescape")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _put_parquet(out: Path, to: Path, rows: Any, places: Any) -> None:
    """Batch by batch: columns of results that hold texts are plain ones in the new file."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(out)
    names, begun = file.schema_arrow.names, 0
    first = len(names) - 1 - names[::-1].index(RESULT[0])
    kinds = [pa.string() if n == "range" else pa.float64() for n in EXTRA]
    fields = [*file.schema_arrow][:first] + [pa.field(f.name, _plain(f.type)) for f in [*file.schema_arrow][first:]]
    schema = pa.schema([*fields, *(pa.field(n, k) for n, k in zip(free_names(names), kinds, strict=True))])
    anew = [(n, x) for n, x in list(enumerate([*names, *EXTRA]))[first:] if x in rows.column_names]
    with pq.ParquetWriter(to, schema) as made:
        for batch in file.iter_batches(1 << 17):
            a, b = np.searchsorted(places, [begun, begun + len(batch)])
            columns = [c if c.type == f.type else c.cast(f.type) for c, f in zip(batch.columns, fields, strict=True)]
            columns += [pa.nulls(len(batch), k) for k in kinds]
            for n, name in anew if b > a else ():
                new = rows.column(name).slice(a, b - a).combine_chunks()
                columns[n] = with_cells(columns[n], places[a:b] - begun, new.cast(columns[n].type))
            made.write_batch(pa.record_batch(columns, schema=schema))
            begun += len(batch)


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def with_cells(column: Any, places: Any, new: Any) -> Any:
    """A column with some cells anew."""
    import numpy as np
    import pyarrow as pa

    at = np.arange(len(column))
    at[places] = len(column) + np.arange(len(new))
    return pa.concat_arrays([column, new]).take(pa.array(at))


def put_rejects(rejects: Path, to: Path, apart: str, led: Any, still: Path) -> bool:
    """Writes rejects without the rows that have a duty now; whether any is left. still: rejects of those rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    read = pq.read_table(apart, columns=list(SOURCE)).filter(pa.array(led))
    gone = {(f, str(r)) for f, r in zip(*(c.to_pylist() for c in read.columns), strict=True)}
    new = {tuple(row[:2]): row for row in _rows(still)}
    count = 0
    with rejects.open("rb") as held, to.open("wb") as made:
        lines = _records(held)
        made.write(next(lines))
        for line in lines:
            key = tuple(_cells(line)[:2])
            if key in gone and key not in new:
                continue
            made.write(_line(new[key]) if key in gone else line)
            count += 1
    return bool(count)


def put_entries(entries: Path, to: Path, anew: Path) -> None:
    """Writes the sums of entries with those of some of them anew."""
    new = {row[0]: row for row in _rows(anew)}
    with entries.open("rb") as held, to.open("wb") as made:
        for line in _records(held):
            name = _cells(line)[0]
            made.write(_line(new[name]) if name in new else line)


def _rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [*csv.reader(stream)][1:]


__all__ = ["EXTRA", "free_names", "put_entries", "put_rejects", "put_rows", "with_cells"]
