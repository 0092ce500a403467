"""A Parquet file by gather: two threads read, judge and write pieces, which are remembered in the file's order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parley.law.shipments.gather import ROLES, Sums, judge
from parley.law.shipments.gather_law import GatherLaw
from parley.law.shipments.shown import RESULT
from parley.law.shipments.sources import Piece

if TYPE_CHECKING:
    from parley.law.shipments.columns import Columns
    from parley.law.shipments.run import Options

LEFT_ROWS = 1 << 19  # rows left to the query that are held until they are asked about together
CHUNK = 1 << 17  # rows judged at a time: their arrays stay in the processor's cache


def can_gather(path: str, columns: Columns, asked: Options, rows: int) -> bool:
    """Whether a file and the question allow it: no claims, plain types, nothing but the six columns of the result."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:  # an extra; the query does everything without it
        return False
    plain = not (asked.before or asked.fees or asked.programmes or asked.whole_dollars)
    several = "destination" in columns.of and not asked.destination
    if rows < asked.gather_from or not plain or several or columns.claims:
        return False
    schema = pq.ParquetFile(path).schema_arrow
    kinds = [f.type for f in schema]
    of = {r: schema.field(n).type for r, n in columns.of.items()}
    fine = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_date32)
    day = asked.on is not None or pa.types.is_date32(of["entry_date"]) or pa.types.is_string(of["entry_date"])
    number = pa.types.is_integer(of["value"]) or pa.types.is_float64(of["value"])
    texts = all(pa.types.is_string(of[r]) for r in ("product", "origin"))
    return day and number and texts and all(any(is_(k) for is_ in fine) for k in kinds)


class Gather:
    """One file's pieces by gather."""

    def __init__(
        self, law: GatherLaw, path: str, names: Sequence[str], shown: Sequence[str], folder: Path | None
    ) -> None:
        self.law, self.path, self.names, self.shown, self.folder = law, path, names, shown, folder
        self.roles = [law.q.raw(r) for r in ROLES if law.q.has(r)]

    def pieces(
        self, pieces: Sequence[tuple[int, Piece]], threads: int, middle: Callable
    ) -> Iterator[tuple[int, Piece, Any]]:
        """Each piece judged, given to `middle` in order for the lines left to the query, written, and given back."""
        waiting: deque[tuple[int, Piece, Future]] = deque()
        written: deque[tuple[int, Piece, Any, Future | None]] = deque()
        todo = iter(pieces)
        with ThreadPoolExecutor(threads) as pool:

            def more() -> None:
                for number, piece in todo:
                    waiting.append((number, piece, pool.submit(self.read, piece)))
                    return

            for _ in range(threads):
                more()
            while waiting or written:
                if waiting:
                    number, piece, future = waiting.popleft()
                    table, found, sums, left = future.result()
                    told = middle(number, piece, left)
                    done = pool.submit(self.write, number, table, found, told[0], left) if self.folder else None
                    written.append((number, piece, (sums, told), done))
                    del table, found, left, future
                    more()
                while written and (len(written) >= threads or not waiting):
                    number, piece, both, done = written.popleft()
                    if done:
                        done.result()
                    yield number, piece, both

    def read(self, piece: Piece) -> tuple[Any, list, Sums, Any]:
        """A piece's table (only when it is written), its lines judged, their sums, and the lines left to the query."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        texts = [n for n, u in zip(self.names, self._own(), strict=True) if u in self.roles]
        names = None if self.folder else self._needed()
        file = pq.ParquetFile(self.path)
        dictionary = [
            f.name
            for f in file.schema_arrow
            if pa.types.is_string(f.type) and (f.name in texts or _repeats(file, f.name))
        ]
        file = pq.ParquetFile(self.path, read_dictionary=dictionary)
        table = file.read_row_groups(list(_groups(file, piece)), columns=names, use_threads=False)
        places = {n: f"u{j}" for j, n in enumerate(self.names)}
        table = table.rename_columns([places[n] for n in table.column_names])
        sums, found, left, at = Sums(), [], [], 0
        for batch in table.to_batches(CHUNK):
            lines = judge(self.law, batch)
            sums.add(lines, self.law)
            rest = np.flatnonzero(lines.outcome == 0)
            if len(rest):
                rows = pa.Table.from_batches([batch]).take(pa.array(rest))
                left.append(rows.append_column("k_row", pa.array(rest + at)))
            if self.folder:
                found.append((lines.outcome, lines.cents))
            at += len(batch)
        return (table if self.folder else None), found, sums, (_concatenated(left) if left else None)

    def _own(self) -> list[str]:
        return [f"u{j}" for j in range(len(self.names))]

    def _needed(self) -> list[str]:
        """The columns that totals ask for: every role's."""
        return [n for n in self.names if n in self.law.q.columns.of.values()]

    def write(self, number: int, table: Any, found: list, told: Any, left: Any) -> None:
        """A piece's part of the output: the file's columns, then the result's."""
        import pyarrow.parquet as pq

        result = _result(self.law, found, told, left)
        for name, column in zip(RESULT, result, strict=True):
            table = table.append_column(name, column)
        table = table.rename_columns(list(self.shown))
        assert self.folder
        write_part(self.folder / f"part-{number:06}.parquet", table, pq)


def write_part(part: Path, table: Any, pq: Any) -> None:
    """A part on disk, whole or not at all."""
    import os

    import pyarrow as pa

    new = Path(f"{part}.new")
    coded = [f.name for f in table.schema if pa.types.is_dictionary(f.type) or f.name in RESULT[:3]]
    pq.write_table(table.unify_dictionaries(), new, compression="snappy", use_dictionary=coded, store_schema=False, write_statistics=False,
                   row_group_size=1 << 20)  # fmt: skip
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(new, part)


def _result(law: GatherLaw, found: list, told: Any, left: Any) -> list[Any]:
    """The six columns of the result, those of the query's lines among them."""
    import pyarrow as pa

    outcome, cents = (np.concatenate([f[j] for f in found]) for j in (0, 1))
    good, texts = outcome > 0, law.measures
    numbers = [np.take(law.rates[:, j], outcome) for j in (1, 2, 3)] + [cents / 100.0]
    masks = [~good for _ in numbers]
    coded, refused = outcome.astype(np.int32), None
    if told is not None:
        rows = left["k_row"].to_numpy()
        for j, at in enumerate((0, 1, 2, 3)):
            column = told[f"s{at}"].combine_chunks()
            numbers[j][rows] = column.fill_null(0.0).to_numpy(zero_copy_only=False)
            masks[j][rows] = column.is_null().to_numpy(zero_copy_only=False)
        told_measures = told["s4"].combine_chunks().dictionary_encode()
        index = told_measures.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        coded[rows] = np.where(index < 0, 0, index + len(texts))
        texts = [*texts, *told_measures.dictionary.to_pylist()]
        refused = told["s5"].combine_chunks().dictionary_encode()
    arrays = [pa.array(n, mask=m) for n, m in zip(numbers, masks, strict=True)]
    measures = _coded(coded, texts)
    reasons = np.full(len(coded), -1, dtype=np.int32)
    words = pa.array([""], pa.string())
    if refused is not None and len(refused.dictionary):
        words = refused.dictionary.cast(pa.string())
        reasons[left["k_row"].to_numpy()] = refused.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    told_why = pa.DictionaryArray.from_arrays(pa.array(reasons, mask=reasons < 0), words)
    return [*arrays, measures, told_why]


def _coded(coded: Any, texts: Sequence[str]) -> Any:
    """Texts by number (0: none) as a column whose dictionary holds what occurs, in order: the same bytes each time."""
    import pyarrow as pa

    used = np.flatnonzero(np.bincount(coded, minlength=1)).tolist()
    held = sorted({texts[k] for k in used if k})
    place, again = {t: j for j, t in enumerate(held)}, np.full(len(texts), -1, dtype=np.int32)
    for k in used:
        again[k] = place[texts[k]] if k else -1
    index = np.take(again, coded)
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=index < 0), pa.array(held, pa.string()))


def _groups(file: Any, piece: Piece) -> Iterator[int]:
    """The row groups that are a piece."""
    at, (first, last) = 0, piece.rows
    for j in range(file.metadata.num_row_groups):
        if first <= at < last:
            yield j
        at += file.metadata.row_group(j).num_rows


def _repeats(file: Any, name: str) -> bool:
    """Whether the writer of a file found few distinct texts in a column."""
    at = file.schema_arrow.names.index(name)
    return file.metadata.num_row_groups > 0 and "DICTIONARY" in " ".join(
        file.metadata.row_group(0).column(at).encodings
    )


def _concatenated(tables: Sequence[Any]) -> Any:
    """Tables of lines with their dictionaries undone."""
    import pyarrow as pa

    return pa.concat_tables([plain_table(t) for t in tables])


def plain_table(table: Any) -> Any:
    """A table without dictionaries."""
    import pyarrow as pa

    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))
