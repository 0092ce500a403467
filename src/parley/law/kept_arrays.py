"""Arrays kept on disk that are dear to make and the same for many questions; the cache renews them with the files they rest on.

An array is packed as its distinct columns, or as its cells that are not nought, whichever is less;
cells of few different values as places among these.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
from numpy import ndarray

from parley import __version__
from parley.cache_folder import cache_folder, kept_or_made
from parley.frozen import frozen
from parley.law.law_package import law_in_use

ROOMS = ("law", "scenario", "world")  # whose files, of code and of data, such an array may rest on
MOST_CODED = 1 << 16
PLAIN = b"\x93NUMPY"  # how an array that is not deflated begins
Arrays = tuple[ndarray, ...]


def kept_arrays(
    kind: str, meant: tuple[bytes, ...], make: Callable[[], Arrays], most: int, *, deflated: bool = False
) -> Arrays:
    """The arrays that were made of what is meant, made now where the cache holds none. most: files of a kind that are kept.

    kind: the folder. Two dimensions each; nobody can write to them. deflated: a third of the size, some milliseconds slower.
    """
    key = hashlib.sha256(of_files())
    for part in meant:
        key.update(len(part).to_bytes(8, "big") + part)
    place = cache_folder() / kind / f"{key.hexdigest()[:32]}.npz"
    return kept_or_made(place, _unpacked, make, partial(_packed, deflated=deflated), most)


@cache
def of_files() -> bytes:
    """A checksum of the law in use, and of the names, sizes and times of our own files."""
    home = Path(str(resources.files("parley")))
    found = [
        (str(path), held.st_size, held.st_mtime_ns)
        for room in ROOMS
        for folder, _, names in os.walk(home / room)
        for path in (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))
        for held in (path.stat(),)
    ]
    return hashlib.sha256(msgspec.json.encode((__version__, law_in_use().hash, np.__version__, sorted(found)))).digest()


def _packed(arrays: Arrays, deflated: bool) -> bytes:
    stream = io.BytesIO()
    for array in arrays:
        cells = np.flatnonzero(array)
        of, held = (cells, array.ravel()[cells]) if 3 * len(cells) < array.size else _columns(array)
        for part in (np.array(array.shape), of, *_coded(held)):
            np.save(stream, part)
    return zlib.compress(stream.getvalue(), 1) if deflated else stream.getvalue()


def _coded(held: ndarray) -> tuple[ndarray, ndarray]:
    """Values as the different ones, bit by bit, and the place of each among them; as they are, and no place, where they are many."""
    different, place = np.unique(held.view(np.int64), return_inverse=True)
    if len(different) > MOST_CODED:
        return held, np.zeros(0, np.uint8)
    kind = np.uint8 if len(different) <= 256 else np.uint16
    return different.view(held.dtype), place.reshape(held.shape).astype(kind)


def _columns(array: ndarray) -> tuple[ndarray, ndarray]:
    """Which of its distinct columns each column of an array has, and those."""
    place: dict[bytes, int] = {}
    columns: list[ndarray] = []
    of: list[int] = []
    for column in np.ascontiguousarray(array.T):
        found = place.setdefault(column.tobytes(), len(columns))
        columns += [column] if found == len(columns) else []
        of.append(found)
    return np.array(of, dtype=np.int64), np.array(columns)


def _unpacked(held: bytes) -> Arrays | None:
    """The arrays of packed bytes; None where they are none."""
    found = list[ndarray]()
    try:
        whole = held if held.startswith(PLAIN) else zlib.decompress(held)
        stream = io.BytesIO(whole)
        while stream.tell() < len(whole):
            shape, of, values, place = (np.load(stream) for _ in range(4))
            shape, values = tuple(shape.tolist()), np.take(values, place) if place.size else values
            if values.ndim == 1:
                made = np.zeros(shape)
                made.reshape(-1)[of] = values
            else:
                made = np.take(values, of, axis=0).T.copy()
            if made.shape != shape:
                return None
            found.append(frozen(made))
    except (zlib.error, ValueError, EOFError, OSError, IndexError, TypeError):
        return None
    return tuple(found) or None
