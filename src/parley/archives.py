"""How a zip archive or an .npz of arrays is opened: whole, of a bounded size, without Python objects; else an input error."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy import ndarray

from parley.frozen import frozen
from parley.inputs import as_file
from parley.text_files import FileKind

MOST_UNPACKED = 4 << 30  # bytes: an extended table of 85 economies takes a twentieth
MOST_ARRAYS = 1 << 30  # bytes of all arrays of an .npz
_PLAIN = "biufU"  # kinds of arrays: truth values, whole numbers, numbers, texts
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,  # of bz2, and of files
    EOFError,
    KeyError,
    ValueError,
    OverflowError,
    RuntimeError,  # a password
    NotImplementedError,  # a way of packing that Python does not know
)


@contextmanager
def opened_zip(
    place: str | Path | BinaryIO, kind: FileKind, where: str, most: int = MOST_UNPACKED
) -> Iterator[zipfile.ZipFile]:
    """An archive, to be read within. Raises the kind's error where it is none, damaged, or unpacks to more bytes than `most`.

    No member gives more bytes than its entry says: their sum is the size of all.
    """
    try:
        with zipfile.ZipFile(as_file(place) if isinstance(place, (str, Path)) else place) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > most:
                raise kind.fault(where, f"more than {most >> 30} GB unpacked")
            yield archive
    except _BROKEN as error:
        what = getattr(error, "strerror", None) or f"not a whole archive: {error}"
        raise kind.fault(where, str(what)[:200]) from None


def read_arrays(place: str | Path, kind: FileKind, where: str) -> dict[str, ndarray]:
    """{name: array} of an .npz. Raises the kind's error, naming the array: Python objects and damaged arrays are refused."""
    with opened_zip(place, kind, where, MOST_ARRAYS) as archive:
        names = [member.filename for member in archive.infolist()]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise kind.fault(where, f"two arrays are called {twice[:80]!r}")
        return {name.removesuffix(".npy"): _array(archive.read(name), kind, f"{where}, {name[:80]}") for name in names}


def _array(content: bytes, kind: FileKind, where: str) -> ndarray:
    """The array of an .npy's bytes, which must be as many as its header says."""
    stream = BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        shape, in_columns, kept_as = _HEADERS[version](stream)
    except Exception as error:  # NumPy evaluates the header, which raises what Python's parser and dtypes do
        raise kind.fault(where, f"not an array as NumPy saves it ({type(error).__name__})") from None
    if kept_as.kind not in _PLAIN:
        raise kind.fault(where, f"an array of {kept_as}"[:80], "Save numbers and texts, no Python objects")
    size = prod(shape) * kept_as.itemsize
    if any(n < 0 for n in shape) or size != len(content) - stream.tell():
        raise kind.fault(where, f"{len(content) - stream.tell():,} bytes where its shape {shape} takes {size:,}")
    made = np.frombuffer(content, kept_as, offset=stream.tell()) if size else frozen(np.empty(0, kept_as))
    return made.reshape(shape, order="F" if in_columns else "C")
