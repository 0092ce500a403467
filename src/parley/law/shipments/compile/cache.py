"""Compiled law kept in the user's cache, safe to delete at any time: one file a law, with what was resolved under claims.

Its name is a checksum of everything that the arrays depend on: the rows of the law, the day of knowledge, the reading,
and the package's own files on law (sizes and times). A file that cannot be read is compiled anew.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy import ndarray

from parley import __version__, cache_folder
from parley.array_types import Int
from parley.law.law_package import law_in_use
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.compile.cells import Cell, CellArrays
from parley.law.shipments.compile.claim_classes import Places, Split
from parley.law.shipments.compile.known_cells import KnownCells, Rows
from parley.law.shipments.compile.tables import LawTables

T = TypeVar("T")
FOLDER = "duties"
MOST_KEPT = 8  # laws: the eldest give way
CHECKSUM = 4  # bytes


class Kept(NamedTuple):
    """What is kept of a law: KnownCells without what follows from it."""

    tables: LawTables
    splits: tuple[Split, ...]
    cells: list[Cell]
    classes: list[Places]
    pairs: Int[ndarray, "two k"]
    arrays: CellArrays


def place_of(key: str) -> Path:
    """The file of a law in the cache."""
    return cache_folder.cache_folder() / FOLDER / f"{key}.law"


def law_key(law: Regime | None, destination: str, known: date | None, reading: Reading) -> str:
    """The checksum of all that the tables depend on. No law: the packaged one, which its files stand for."""
    import msgspec

    held = law and (law.measures, law.reached, law.estimates)
    told = [__version__, destination, known, reading, law_files(), held]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def law_files() -> list[tuple[str, int, int]]:
    """The law in use by its checksum, and the package's files on law, acts and schedules among them, with sizes and times."""
    inside = sorted(os.walk(Path(__file__).parents[2]))
    files = [
        os.path.join(folder, n)
        for folder, _, names in inside
        if not folder.endswith("__pycache__")
        for n in sorted(names)
    ]
    return [
        (f"law {law_in_use().hash}", 0, 0),
        *((path, (found := os.stat(path)).st_size, found.st_mtime_ns) for path in files),
    ]


def read_law(key: str, rows: Rows) -> KnownCells | None:
    """The law under a key; none where the cache does not hold it."""
    try:
        held = memoryview(place_of(key).read_bytes())
        if _checksum(held[CHECKSUM:]) != held[:CHECKSUM]:
            return None
        found = unpacked(held[CHECKSUM:], Kept)
    except (OSError, ValueError):
        return None
    cells, classes = {c: j for j, c in enumerate(found.cells)}, {p: j for j, p in enumerate(found.classes)}
    pairs = dict(zip(*found.pairs.tolist(), strict=True))
    law = KnownCells(found.tables, rows, found.splits, cells, classes, pairs, len(pairs), found.arrays)
    return law


def keep_law(key: str, law: KnownCells) -> None:
    """Puts a law into the cache under a key, for the next run. A full or read-only disk costs time, not the run."""
    pairs = np.array([list(law.pairs), list(law.pairs.values())], dtype=np.int64)
    told = Kept(law.tables, law.splits, list(law.cells), list(law.classes), pairs, law.arrays)
    content = packed(told)
    cache_folder.keep(place_of(key), _checksum(content) + content, MOST_KEPT)
    law.kept = len(law.pairs)


def _checksum(content: bytes | memoryview) -> bytes:
    """Of what a disk may lose, not of what someone may forge: the file runs no code."""
    return zlib.crc32(content).to_bytes(CHECKSUM, "big")


def packed(value: object) -> bytes:
    """A value with its arrays, each as its type, shape and bytes."""
    import msgspec

    return msgspec.msgpack.encode(value, enc_hook=lambda a: (a.dtype.str, a.shape, a.tobytes()))


def unpacked(content: bytes | memoryview, kind: type[T]) -> T:
    """What was packed. Raises ValueError where it is none of its kind."""
    import msgspec

    def array(_: type, parts: Any) -> ndarray:
        return np.frombuffer(parts[2], parts[0]).reshape(parts[1])

    try:
        return msgspec.msgpack.decode(content, type=kind, dec_hook=array)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None


__all__ = ["keep_law", "law_files", "law_key", "packed", "place_of", "read_law", "unpacked"]
