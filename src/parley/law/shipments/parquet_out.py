"""Rows as Parquet: the file's own column chunks as they are, or its columns written anew, and the result beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parley.law.shipments.chunks import Piece, Source, decoding, opened_parquet
from parley.law.shipments.parquet_groups import SCHEMA, Growing, Part, own_schema, part_of, schema_of
from parley.law.shipments.read import Rows, as_texts, is_text, repeated
from parley.law.shipments.sources import File, is_parquet, is_remote

_TEXTS = ("measures", "reject_reason")
_VARIED = ("duty", "duty_before", "duty_change", "mpf", "hmf")  # for which no dictionary pays


class ParquetOutput:
    """An output of Parquet. names: of all its columns; result: of those that are no file's own.

    beside: the first of the files whose own column chunks are copied; none where their columns are written anew.
    """

    def __init__(
        self,
        path: Path,
        files: Sequence[File],
        first: Source,
        names: Sequence[str],
        result: Sequence[str],
        groups: Sequence[str],
    ) -> None:
        self.path, self.names, self.result, self.groups = path, names, result, groups
        self.beside = _beside(files)
        self.splices, self.anew = False, not self.beside
        own = [pa.string() for _ in first.extra] if self.beside else common_types(files, first)
        kinds = [*own, *(pa.string() if n in _TEXTS else pa.float64() for n in result)]
        self.own, self.shown = own, names[len(names) - len(kinds) :]
        self.footer = schema_of(pa.schema(list(zip(self.shown, kinds, strict=True))))
        self.grown: Growing | None = None

    def made(self, piece: Piece, rows: Rows, results: Sequence[Sequence[Any]]) -> Part | None:
        """The result of a piece as row groups, with its own columns or what stands beside them."""
        batches = []
        for j, result in enumerate(results):
            stated = [repeated(value, len(rows.batches[j])) for _, value in piece.source.extra]
            own = stated if self.beside else [_cast(c, k) for c, k in zip(rows.own[j].columns, self.own, strict=True)]
            plain = [_sorted(c) if pa.types.is_dictionary(c.type) else c for c in result]
            batches.append(pa.RecordBatch.from_arrays([*own, *plain], list(self.shown)))
        if not batches:
            return None
        table = pa.Table.from_batches(batches).unify_dictionaries()
        spans = _spans(piece) if self.beside else [(0, 0, len(table))]
        coded = [f.name for f in table.schema if f.name not in _VARIED and (f.name in self.result or is_text(f.type))]
        part = part_of([table.slice(a, n) for _, a, n in spans], coded, [group for group, *_ in spans])
        assert part.schema == self.footer[SCHEMA][1][1], "columns of other types than the output's"
        return part

    def add(self, path: str, part: Part | None) -> list[str]:
        """A part at the end of the output; gives back what is to be remembered of it."""
        return self._grown().add(part, path if self.beside else "") if part else []

    def finish(self, rows: int) -> None:
        """The footer behind all rows."""
        self._grown().finish(self.footer, rows, self.beside)

    def _grown(self) -> Growing:
        """The file, where an earlier run may have left it."""
        if self.grown is None:
            size = self.path.stat().st_size if self.path.exists() else 0
            self.grown = Growing(self.path, self.names, size, self.groups)
        return self.grown

    def close(self) -> None:
        """Closes the files, whether they are finished or not."""
        if self.grown:
            self.grown.stream.close()


def _sorted(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same with a dictionary of the words that occur, each once and in order: so bytes do not depend on the way to them."""
    index, missing = column.indices.fill_null(0), column.indices.is_null().to_numpy(zero_copy_only=False)
    places = index.to_numpy(zero_copy_only=False)
    used = np.flatnonzero(np.bincount(places[~missing], minlength=len(column.dictionary)))
    words, at = np.unique(
        column.dictionary.take(pa.array(used)).to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )
    moved = np.zeros(max(len(column.dictionary), 1), dtype=np.int32)
    moved[used] = at
    return pa.DictionaryArray.from_arrays(pa.array(moved[places], mask=missing), pa.array(words, pa.string()))


def _spans(piece: Piece) -> list[tuple[int, int, int]]:
    """The row groups of a piece that hold rows: number, first row in the piece, rows."""
    made, at = [], 0
    assert piece.source.footer
    for group in range(*piece.groups):
        count = piece.source.footer.row_group(group).num_rows
        made += [(group, at, count)] if count else []
        at += count
    return made


def _beside(files: Sequence[File]) -> str:
    """The first of some files, where the column chunks of all can be copied; else nothing."""
    if any(is_remote(f.path) or not is_parquet(f.path) for f in files):
        return ""
    first = own_schema(files[0].path)
    return files[0].path if first and all(own_schema(f.path) == first for f in files[1:]) else ""


def common_types(files: Sequence[File], first: Source) -> list[pa.DataType]:
    """The types that the columns of all files can be written in; texts where nothing else will do."""
    held: dict[str, set[pa.DataType]] = {n: set() for n in first.names}
    for file in files:
        if not is_parquet(file.path):
            for found in held.values():
                found.add(pa.string())
            continue
        with decoding(file.path), opened_parquet(file.path) as place:
            schema = pq.read_schema(place)
        for name, found in held.items():
            kind = schema.field(name).type if name in schema.names else pa.string()
            found.add(pa.string() if is_text(kind) else kind.value_type if pa.types.is_dictionary(kind) else kind)
    return [_common(kinds) for kinds in held.values()]


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1:
        return next(iter(kinds))
    try:
        made = pa.unify_schemas([pa.schema([("x", k)]) for k in kinds], promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.string()
    kind = made.field(0).type
    return pa.decimal128(38, kind.scale) if pa.types.is_decimal128(kind) else kind  # of all digits that there may be


def _cast(column: Any, kind: pa.DataType) -> Any:
    """A column in the type of the output; texts as they are."""
    if pa.types.is_string(kind):
        return column if is_text(column.type) else as_texts(column)
    return column if column.type == kind else column.cast(kind)


__all__ = ["ParquetOutput", "common_types"]
