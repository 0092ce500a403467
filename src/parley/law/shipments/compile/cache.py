"""Compiled law kept in the user's cache, safe to delete at any time: one file a law, with what was resolved under claims.

Its name is a checksum of everything that the arrays depend on: the rows of the law, the day of knowledge, the reading,
and the package's own files (sizes and times). A file that cannot be read is compiled anew.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy import ndarray

from parley import cache_folder
from parley.law.kept_arrays import of_files
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.compile.known_cells import Kept, KnownCells

T = TypeVar("T")
FOLDER = "duties"
MOST_KEPT = 8  # laws: the eldest give way
CHECKSUM = 4  # bytes


def place_of(key: str) -> Path:
    """The file of a law in the cache."""
    return cache_folder.cache_folder() / FOLDER / f"{key}.law"


def law_key(law: Regime | None, destination: str, known: date | None, reading: Reading) -> str:
    """The checksum of all that the tables depend on. No law: the packaged one, which its files stand for."""
    held = law and (law.measures, law.reached, law.estimates)
    told = [destination, known, reading, of_files(), held]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def read_law(key: str) -> Kept | None:
    """The law under a key; none where the cache does not hold it."""
    try:
        held = memoryview(place_of(key).read_bytes())
        return unpacked(held[CHECKSUM:], Kept) if _checksum(held[CHECKSUM:]) == held[:CHECKSUM] else None
    except (OSError, ValueError):
        return None


def keep_law(law: KnownCells) -> None:
    """Puts what is known by now into the cache, for the next run. A full or read-only disk costs time, not the run."""
    if len(law.pairs) > len(law.kept.pairs):
        law.kept = law.known
        content = packed(law.kept)
        cache_folder.keep(place_of(law.key), _checksum(content) + content, MOST_KEPT)


def _checksum(content: bytes | memoryview) -> bytes:
    """Of what a disk may lose, not of what someone may forge: the file runs no code."""
    return zlib.crc32(content).to_bytes(CHECKSUM, "big")


def packed(value: object) -> bytes:
    """A value with its arrays, each as its type, shape and bytes."""
    return msgspec.msgpack.encode(value, enc_hook=lambda a: (a.dtype.str, a.shape, a.tobytes()))


def unpacked(content: bytes | memoryview, kind: type[T]) -> T:
    """What was packed. Raises ValueError where it is none of its kind."""

    def array(_: type, parts: Any) -> ndarray:
        return np.frombuffer(parts[2], parts[0]).reshape(parts[1])

    try:
        return msgspec.msgpack.decode(content, type=kind, dec_hook=array)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None
