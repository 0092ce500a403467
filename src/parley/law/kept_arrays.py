"""Arrays kept on disk that are dear to make and the same for many questions; the cache renews them with the files they rest on.

An array is packed as its distinct rows and columns, or as its cells that are not nought where these are few;
cells of few different values as places among these.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from functools import cache
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
NONE = np.zeros(0, np.uint8)  # no places
Arrays = tuple[ndarray, ...]


def kept_arrays(kind: str, meant: tuple[bytes, ...], make: Callable[[], Arrays], most: int) -> Arrays:
    """The arrays that were made of what is meant, made now where the cache holds none. most: files of a kind that are kept.

    kind: the folder. Two dimensions each; nobody can write to them.
    """
    key = hashlib.sha256(of_files())
    for part in meant:
        key.update(len(part).to_bytes(8, "big") + part)
    place = cache_folder() / kind / f"{key.hexdigest()[:32]}.npz"
    return kept_or_made(place, _unpacked, make, _packed, most)


def of_files() -> bytes:
    """A checksum of the law in use, and of the names, sizes and times of our own files."""
    return _of_files(law_in_use().hash)


@cache
def _of_files(law: str) -> bytes:
    home = Path(str(resources.files("parley")))
    found = [
        (str(path), held.st_size, held.st_mtime_ns)
        for room in ROOMS
        for folder, _, names in os.walk(home / room)
        for path in (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))
        for held in (path.stat(),)
    ]
    return hashlib.sha256(msgspec.json.encode((__version__, law, np.__version__, sorted(found)))).digest()


def _packed(arrays: Arrays) -> bytes:
    stream = io.BytesIO()
    for array in arrays:
        rows, columns, held = _distinct(array)
        told = np.ascontiguousarray(array).view(np.int64) != 0  # a nought with a sign is told too
        if 3 * np.count_nonzero(told) <= held.size:
            rows, columns, held = np.flatnonzero(told).astype(np.uint32), NONE, array[told]
        for part in (np.array(array.shape), rows, columns, *_coded(held)):
            np.save(stream, part)
    return stream.getvalue()


def _distinct(array: ndarray) -> tuple[ndarray, ndarray, ndarray]:
    """Which of its distinct rows and columns each row and column of an array has, and the array of these alone."""
    first, rows = _alike(array)
    held = array[first]
    first, columns = _alike(held.T)
    return rows, columns, held[:, first]


def _alike(array: ndarray) -> tuple[ndarray, ndarray]:
    """The first of each set of rows alike, bit by bit, and the set of each row."""
    bits = np.ascontiguousarray(array).view(np.int64)
    mixed = bits ^ (bits >> 32)  # round values differ in their high bits alone, which products lose
    sums = mixed @ np.random.default_rng(1).integers(
        1, 1 << 62, bits.shape[1]
    )  # any numbers: what they tell is checked
    _, first, of = np.unique(sums, return_index=True, return_inverse=True)
    if np.array_equal(bits[first[of]], bits):
        return first, of.astype(np.uint16 if len(first) <= MOST_CODED else np.int64)
    return np.arange(len(bits)), np.arange(len(bits))


def _coded(held: ndarray) -> tuple[ndarray, ndarray]:
    """Values as the different ones, bit by bit, and the place of each among them; as they are, and no place, where they are many."""
    bits = np.ascontiguousarray(held).view(np.int64)
    if len(_once(bits.ravel()[: 4 * MOST_CODED])) > MOST_CODED or len(different := _once(bits)) > MOST_CODED:
        return held, NONE
    place = np.searchsorted(different, bits)
    return different.view(held.dtype), place.astype(np.uint8 if len(different) <= 256 else np.uint16)


def _once(bits: ndarray) -> ndarray:
    """The different ones of some numbers, in order."""
    found = np.sort(bits, axis=None)
    return found[np.append(True, found[1:] != found[:-1])] if found.size else found


def _unpacked(held: bytes) -> Arrays | None:
    """The arrays of packed bytes; None where they are none."""
    found, stream = list[ndarray](), io.BytesIO(held)
    try:
        while stream.tell() < len(held):
            shape, rows, columns, values, place = (np.load(stream) for _ in range(5))
            values = np.take(values, place) if place.size else values
            if values.ndim == 1:
                made = np.zeros(shape)
                made.reshape(-1)[rows] = values
            else:
                made = np.take(np.take(values, rows, axis=0), columns, axis=1)
            if made.shape != tuple(shape.tolist()):
                return None
            found.append(frozen(made))
    except (ValueError, EOFError, OSError, IndexError, TypeError):
        return None
    return tuple(found) or None
