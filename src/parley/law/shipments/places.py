"""What stands at a path, at an address or on standard input, and how it is opened."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, BinaryIO, cast

from parley import extras
from parley.errors import InputError
from parley.law.shipments.arrow import pa, pa_fs, pq

STDIN = "-"


def is_remote(text: str) -> bool:
    """Whether a text is an address (s3://…, https://…) and not a path."""
    return "://" in text


@contextmanager
def reading(place: str) -> Iterator[None]:
    """What the system cannot read is the user's error: InputError in the place of its own."""
    try:
        yield
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        told = str(getattr(error, "strerror", None) or error)[:200]
        allowed = "an address that can be read" if is_remote(place) else "a file that is there"
        raise InputError(place, f"not readable: {told}", allowed) from None


@contextmanager
def decoding(place: str, allowed: str = "a whole Parquet file") -> Iterator[None]:
    """Bytes of a file that cannot be decoded are a fault of the file: InputError in the place of the reader's error."""
    try:
        yield
    except Exception as error:
        of_bytes = (
            isinstance(error, (OSError, EOFError, zlib.error, UnicodeDecodeError))
            or "pyarrow" in type(error).__module__
        )
        if isinstance(error, InputError) or getattr(error, "errno", 0) or not of_bytes:
            raise
        found = f"cannot be decoded: {(str(error).splitlines() or ['?'])[0][:160]}"
        raise InputError(place, found, allowed) from None


@lru_cache(64)
def file_system(place: str) -> tuple[pa_fs.FileSystem, str]:
    """The file system of a path or an address, and the path in it: Arrow's own, else fsspec's. Raises InputError."""
    if not is_remote(place):
        return pa_fs.LocalFileSystem(), place
    with reading(place), suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa_fs.FileSystem.from_uri(place)
    try:
        from fsspec.core import url_to_fs  # pyright: ignore[reportMissingImports]

        system, inner = url_to_fs(place)
    except ImportError as error:
        if refused := extras.refusal(error, place):
            raise refused from None
        raise InputError(place, f"this kind of address needs a library ({error})", "a local copy") from None
    return pa_fs.PyFileSystem(pa_fs.FSSpecHandler(system)), inner


def opened(path: str) -> BinaryIO:
    """A file as bytes, here or elsewhere."""
    if not is_remote(path):
        return open(path, "rb")
    system, inner = file_system(path)
    return cast(BinaryIO, system.open_input_file(inner))


def open_bytes(path: str) -> BinaryIO:
    """A file or standard input as bytes; gzip is undone as it is read."""
    if path == STDIN:
        return sys.stdin.buffer
    stream = opened(path)
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    return cast(BinaryIO, gzip.open(stream, "rb")) if packed else stream


def is_parquet(path: str) -> bool:
    """Whether a file begins as Parquet does."""
    if path == STDIN:
        return False
    with opened(path) as stream:
        return stream.read(4) == b"PAR1"


def open_parquet(path: str, **how: Any) -> pq.ParquetFile:
    """A Parquet file, to be closed by who opens it."""
    system, inner = file_system(path)
    return pq.ParquetFile(inner, filesystem=system, **how)
