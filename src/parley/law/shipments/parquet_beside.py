"""Results beside the columns of the Parquet files that they are of, in one file: no value of those is decoded.

It grows piece by piece, each of whole row groups; where its footer stands behind it, it is a file as any other.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from parley.law.shipments.parquet_footer import BINARY, I32, LIST, STRUCT, Fields, read_footer, read_struct
from parley.law.shipments.parquet_join import GROUP_ROWS, GROUPS, META, SCHEMA, Growing, chunks_of
from parley.law.shipments.parquet_pages import Pages, elements_of

_META_PAIRS, _ORDERS, _FILE_ENCRYPTION = 5, 7, (8, 9)  # of FileMetaData
_NAME, _CHILDREN = 4, 5  # of SchemaElement
_FILE, _ENCRYPTED = 1, (8, 9)  # of ColumnChunk
_BY_TYPE = 1  # of ColumnOrder


def can_stand_beside(path: str) -> bool:
    """Whether a file's column chunks can be copied as they are: flat, in one file, not encrypted."""
    try:
        footer = _footer(path)
        schema, groups = footer[SCHEMA][1][1], footer[GROUPS][1][1]
    except (ValueError, IndexError, KeyError, OSError):
        return False
    chunks = [c for g in groups for c in chunks_of(g)]
    clear = not any(n in footer for n in _FILE_ENCRYPTION) and not any(n in c for c in chunks for n in _ENCRYPTED)
    flat = schema[0].get(_CHILDREN, (I32, 0))[1] == len(schema) - 1 and not any(_CHILDREN in e for e in schema[1:])
    return clear and flat and all(META in c and _FILE not in c for c in chunks)


def _footer(path: str) -> Fields:
    """A source's footer, read once."""
    told = os.stat(path)
    return _footer_of(path, told.st_size, told.st_mtime_ns)


@lru_cache(1)
def _footer_of(path: str, *_: int) -> Fields:
    return read_footer(Path(path))[0]


class Beside:
    """A file of sources' own columns, under the names given, and of results beside them.

    source: the first one, whose schema is that of all. told: what a run that was cut off remembered of it, piece by piece.
    """

    def __init__(self, path: Path, names: Sequence[str], source: str, told: Sequence[dict[str, Any]] = ()) -> None:
        self.names, self.source = names, source
        self.footer = {n: v for n, v in _footer(source).items() if n != GROUPS} | {GROUPS: (LIST, (STRUCT, []))}
        groups = [b64decode(g) for t in told for g in t["groups"]]
        rows = sum(t["rows"] for t in told)
        self.file = Growing(path, told[-1]["size"] if told else 0, groups, rows)

    def takes(self, source: str) -> bool:
        """Whether the columns of a source are those of the first."""
        return source == self.source or _footer(source)[SCHEMA] == self.footer[SCHEMA]

    def add(self, source: str, first: int, results: Sequence[Pages]) -> dict[str, Any]:
        """The results of a source's row groups from a row on, at the end; gives back what a run remembers of it."""
        before, rows = len(self.file.groups), self.file.rows
        groups = list(islice(_groups_from(_footer(source)[GROUPS][1][1], first), len(results)))
        if [r.rows for r in results] != [g[GROUP_ROWS][1] for g in groups]:
            raise ValueError(f"results of other row groups than those of {source}")
        for result, group in zip(results, groups, strict=True):
            self.file.add(group, Path(source), chunks_of(group), self.names, result)
        made = [b64encode(g).decode() for g in self.file.groups[before:]]
        told = {"file": self.file.path.name, "source": self.source, "size": self.file.to_disk()}
        return {**told, "rows": self.file.rows - rows, "groups": made}

    def finish(self) -> None:
        """The footer behind all row groups."""
        shown = chunks_of(read_struct(self.file.groups[0]))
        kind, own = self.footer[SCHEMA][1]
        result = elements_of(shown[len(own) - 1 :])
        renamed = [{**e, _NAME: (BINARY, n.encode())} for e, n in zip([*own[1:], *result], self.names, strict=True)]
        joined = {**self.footer, SCHEMA: (LIST, (kind, [{**own[0], _CHILDREN: (I32, len(renamed))}, *renamed]))}
        joined.pop(_META_PAIRS, None)  # they tell of the old schema
        if _ORDERS in joined:
            of, orders = joined[_ORDERS][1]
            joined[_ORDERS] = (LIST, (of, [*orders, *({_BY_TYPE: (STRUCT, {})} for _ in result)]))
        self.file.finish(joined)
        self.close()

    def close(self) -> None:
        """Closes the files, whether it is finished or not."""
        self.file.close()


def _groups_from(groups: Sequence[Fields], first: int) -> Iterator[Fields]:
    """The row groups from a row on, but for empty ones."""
    at = 0
    for group in groups:
        rows = group[GROUP_ROWS][1]
        if at >= first and rows:
            yield group
        at += rows


__all__ = ["Beside", "can_stand_beside"]
