"""The files asked about: paths, folders, globs, addresses and tables of a lake, in order; and how each is opened."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from parley import extras
from parley.errors import InputError, nearest
from parley.inputs import as_file, is_pipe
from parley.law.shipments.lake import Extra, delta_files, partitions, refuse_other_tables
from parley.text_files import is_file, is_folder

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

STDIN = "-"
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".pq")
LISTED = "files that end in .csv, .csv.gz, .tsv or .parquet"


@dataclass(frozen=True)
class File:
    """A file that is named: its path or address, the columns that its folders state, bytes and time of change (ns)."""

    path: str
    extra: Extra = ()
    size: int = 0
    changed: int = 0


def find_files(inputs: Sequence[str]) -> tuple[File, ...]:
    """The files that paths, folders, globs and addresses name, each once, in order of name; "-" is standard input."""
    extras.need("shipments", "a file of shipments")
    found: dict[str, File] = {}
    for text in inputs:
        for file in _remote(text) if is_remote(text) else _local(text):
            place = file.path if is_remote(text) or file.path == STDIN else os.path.realpath(file.path)
            found.setdefault(place, file)
    return tuple(found.values())


def find_sources(inputs: Sequence[str]) -> tuple[str, ...]:
    """Their paths alone."""
    return tuple(f.path for f in find_files(inputs))


def is_remote(text: str) -> bool:
    """Whether a text is an address (s3://…, https://…) and not a path."""
    return "://" in text


def _local(text: str) -> Iterator[File]:
    path = Path(text)
    if text == STDIN:
        yield File(text)
    elif is_folder(path):
        inside = sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
        yield from _of_folder(text, inside, lambda name: str(Path(f"{path}/{name}")))
    elif has_magic(text) and not os.path.exists(path):
        inside = sorted(glob(text, recursive=True))
        if not inside:
            raise InputError(text, "no file fits", "a pattern such as 'entries/*.parquet'")
        yield from (_file(p, partitions(p)) for p in inside)
    elif is_file(path):
        yield _file(text, partitions(text))
    elif is_pipe(path):
        yield _file(str(as_file(path)), ())
    else:
        beside = [p.name for p in path.parent.iterdir()] if is_folder(path.parent) else []
        near = nearest(path.name, beside)
        raise InputError(text, "no such file", "a CSV or Parquet file, a folder, a glob, or - for standard input",
                         f"Did you mean {path.parent / near[0]}?" if near else "")  # fmt: skip


def _of_folder(folder: str, inside: Sequence[str], place: Callable[[str], str]) -> Iterator[File]:
    """The files of a folder: those that a Delta log says stand in it, else all that are tables by their names.

    inside: its files, by their names in it. place: the path or address of one.
    """
    refuse_other_tables(folder, inside)
    held = delta_files(folder, inside, lambda name: open_bytes(place(name)))
    if held is None:
        held = [(p, partitions(p)) for p in inside if p.lower().endswith(ENDINGS)]
    if not held:
        raise InputError(folder, "a folder without CSV or Parquet files", LISTED)
    yield from (_file(place(p), extra) for p, extra in held)


def _file(path: str, extra: Extra) -> File:
    try:
        if is_remote(path):
            system, inner = file_system(path)
            told = system.get_file_info(inner)
            return File(path, extra, told.size or 0, told.mtime_ns or 0)
        held = Path(path).stat()
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        told = getattr(error, "strerror", None) or error
        raise InputError(path, f"not readable: {told}", "a file that is there") from None
    return File(path, extra, held.st_size, held.st_mtime_ns)


def _remote(text: str) -> Iterator[File]:
    """The files of an address, a folder or a glob of addresses. Raises InputError where it cannot be reached."""
    from pyarrow.fs import FileSelector, FileType

    base = text
    while has_magic(base):
        base = base.rpartition("/")[0]
    system, inner = file_system(base)
    try:
        kind = system.get_file_info(inner).type
        if kind == FileType.File:
            yield _file(text, partitions(text))
            return
        every = system.get_file_info(FileSelector(inner, recursive=True))
    except OSError as error:
        raise InputError(text, f"not readable: {str(error)[:200]}", "an address that can be read") from None
    inside = sorted(f.path[len(inner.rstrip("/")) :].lstrip("/") for f in every if f.type == FileType.File)
    root = f"{base.rstrip('/')}/"
    if base == text:
        yield from _of_folder(text, inside, root.__add__)
        return
    fitting = [root + p for p in inside if fnmatch(root + p, text)]
    if not fitting:
        raise InputError(text, "no file fits", "a pattern such as 's3://bucket/entries/*.parquet'")
    yield from (_file(p, partitions(p)) for p in fitting)


@lru_cache(64)
def file_system(address: str) -> tuple[FileSystem, str]:
    """The file system of an address, and the path in it: Arrow's own, else fsspec's. Raises InputError."""
    import pyarrow as pa
    from pyarrow import fs

    try:
        return fs.FileSystem.from_uri(address)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    except OSError as error:
        raise InputError(address, f"not readable: {str(error)[:200]}", "an address that can be read") from None
    try:
        from fsspec.core import url_to_fs  # pyright: ignore[reportMissingImports]

        system, inner = url_to_fs(address)
    except ImportError as error:
        if refused := extras.refusal(error, address):
            raise refused from None
        raise InputError(address, f"this kind of address needs a library ({error})", "a local copy") from None
    return fs.PyFileSystem(fs.FSSpecHandler(system)), inner


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
    if stream.read(2) == b"\x1f\x8b":
        stream.close()
        return cast(BinaryIO, gzip.open(opened(path), "rb"))
    stream.seek(0)
    return stream


def is_parquet(path: str) -> bool:
    """Whether a file begins as Parquet does."""
    if path == STDIN:
        return False
    with opened(path) as stream:
        return stream.read(4) == b"PAR1"
