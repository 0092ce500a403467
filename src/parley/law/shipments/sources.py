"""The files asked about: paths, folders, globs, addresses and tables of a lake, in order; and how each is opened.

Of folders that are tables, columns that folders state (Hive) and files that a log lists (Delta) are read. A Delta log is read as
its protocol says: the newest whole checkpoint, then one JSON file a version, each file added or removed. Tables with deletion
vectors or renamed columns need the whole protocol and are refused.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from glob import glob, has_magic
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

from msgspec import Struct

from parley import extras
from parley.errors import InputError, nearest
from parley.inputs import as_file, is_pipe
from parley.law.shipments.arrow import pa, pa_fs, pq
from parley.text_files import FileKind, converted, is_file, is_folder, parse_json

STDIN = "-"
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".pq")
LISTED = "files that end in .csv, .csv.gz, .tsv or .parquet"
Extra = tuple[tuple[str, str | None], ...]  # columns that stand in a file's path or log: name and the value of all rows
LOG = FileKind("the log of a Delta table: one JSON object a line")
NULL = "__HIVE_DEFAULT_PARTITION__"
CHECKPOINT = FileKind("a checkpoint of a Delta table: whole Parquet, one action a row")
_VERSION = re.compile(r"_delta_log/([0-9]{20})\.json")
_CHECKPOINT = re.compile(r"_delta_log/([0-9]{20})\.checkpoint(?:\.[0-9]{10}\.([0-9]{10}))?\.parquet")
_PLAIN = "write it out as plain Parquet, or read it with Spark: --engine spark with the table's name"
Pairs = dict[str, str | None] | list[tuple[str, str | None]]  # as JSON has them, as Parquet does


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
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, pa.ArrowException) as error:
        if getattr(error, "errno", 0):
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


class _Told(Struct):
    """A file that is added or removed, or the table's own settings."""

    path: str | None = None
    partitionValues: Pairs | None = None
    deletionVector: Any = None
    configuration: Pairs | None = None


class _Action(Struct):
    """One action of a log, as far as it says which files are in the table."""

    add: _Told | None = None
    remove: _Told | None = None
    metaData: _Told | None = None
    sidecar: Any = None


def partitions(path: str) -> Extra:
    """The columns that the folders of a path state: …/origin=CHN/…"""
    pairs = (part.partition("=") for part in re.split(r"[/\\]", path)[:-1])
    stated = ((name, value) for name, sign, value in pairs if sign and name)
    return tuple((unquote(name), None if value == NULL else unquote(value)) for name, value in stated)


def refuse_other_tables(folder: str, inside: Sequence[str]) -> None:
    """Nothing, unless a folder is a table whose files do not all count: Iceberg's or Hudi's. Raises InputError.

    inside: its files, by their names in it.
    """
    is_iceberg = any(p.startswith("metadata/") and p.endswith((".metadata.json", ".avro")) for p in inside)
    if is_iceberg or (any(p.startswith("data/") for p in inside) and is_folder(f"{folder}/metadata")):
        raise InputError(folder, "an Iceberg table, whose files do not all count", _PLAIN)
    if any(p.startswith(".hoodie/") for p in inside):
        raise InputError(folder, "a Hudi table, whose files do not all count", _PLAIN)


def delta_files(folder: str, inside: Sequence[str]) -> list[tuple[str, Extra]] | None:
    """The files that a folder's Delta log says are in the table, by their names in it, with partition columns; None without a log.

    inside: its files, by their names in it.
    """
    within = {f"/{p}".partition("/_delta_log/")[0].lstrip("/") for p in inside if "/_delta_log/" in f"/{p}"}
    if not within:
        return None
    if "" not in within:
        found = f"a folder with a Delta table in it, {min(within)}"
        raise InputError(folder, found, "the folder of one table, by itself")
    start, checkpoint = _checkpoint(inside)
    later = {int(m[1]): p for p in sorted(inside) if (m := _VERSION.fullmatch(p)) and int(m[1]) > start}
    if list(later) != list(range(start + 1, start + 1 + len(later))) or (start < 0 and not later):
        raise InputError(folder, "a Delta table whose log has a gap", _PLAIN)
    state: dict[str, Extra] = {}
    for path in (*checkpoint, *later.values()):
        for action in _actions(f"{folder.rstrip('/')}/{path}"):
            added, removed, meta = (x or _Told() for x in (action.add, action.remove, action.metaData))
            mode = dict(meta.configuration or {}).get("delta.columnMapping.mode", "none")
            if added.deletionVector or mode != "none" or action.sidecar:
                raise InputError(
                    folder, "a Delta table with deletion vectors, renamed columns or sidecar files", _PLAIN
                )
            if removed.path:
                state.pop(removed.path, None)
            if added.path:
                state[added.path] = tuple(dict(added.partitionValues or {}).items())
    return [(unquote(p), extra) for p, extra in sorted(state.items())]


def _checkpoint(inside: Sequence[str]) -> tuple[int, list[str]]:
    """The version and the files of the newest whole checkpoint; −1 and none without one."""
    found: dict[tuple[int, int], list[str]] = {}
    for path in inside:
        if m := _CHECKPOINT.fullmatch(path):
            found.setdefault((int(m[1]), int(m[2] or 1)), []).append(path)
    return max(((v, paths) for (v, parts), paths in found.items() if len(paths) == parts), default=(-1, []))


def _actions(place: str) -> Iterator[_Action]:
    """The actions of a file of the log. Raises InputError where it is damaged."""
    with decoding(place, CHECKPOINT.allowed if place.endswith(".parquet") else LOG.allowed):
        if place.endswith(".parquet"):
            with open_parquet(place) as file:
                rows = [(f"{place}, row {n}", row) for n, row in enumerate(file.read().to_pylist(), 1)]
        else:
            with open_bytes(place) as stream:
                lines = [(f"{place}, line {n}", line) for n, line in enumerate(stream.read().splitlines(), 1)]
            rows = [(where, parse_json(line, LOG, where)) for where, line in lines if line.strip()]
    yield from (converted(row, _Action, LOG, where) for where, row in rows)


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
        for file in _named(text):
            place = file.path if is_remote(text) or file.path == STDIN else os.path.realpath(file.path)
            found.setdefault(place, file)
    return tuple(found.values())


def find_sources(inputs: Sequence[str]) -> tuple[str, ...]:
    """Their paths alone."""
    return tuple(f.path for f in find_files(inputs))


def _named(text: str) -> Iterator[File]:
    """The files that one text names."""
    here = not is_remote(text)
    if text == STDIN:
        yield File(text)
    elif here and is_pipe(text):
        yield _file(str(as_file(text)), ())
    elif has_magic(text) and not (here and os.path.exists(text)):
        inside = sorted(glob(text, recursive=True)) if here else matching(text)
        if not inside:
            raise InputError(text, "no file fits", "a pattern such as 'entries/*.parquet'")
        yield from map(_file, inside)
    elif is_folder(text) if here else _told(text).type != pa_fs.FileType.File:
        yield from _of_folder(text)
    elif here and not is_file(text):
        folder = Path(text).parent
        near = nearest(Path(text).name, [p.name for p in folder.iterdir()] if is_folder(folder) else [])
        raise InputError(text, "no such file", "a CSV or Parquet file, a folder, a glob, or - for standard input",
                         f"Did you mean {folder / near[0]}?" if near else "")  # fmt: skip
    else:
        yield _file(text)


def _told(address: str) -> pa_fs.FileInfo:
    with reading(address):
        system, inner = file_system(address)
        return system.get_file_info(inner)


def names_in(folder: str) -> list[str]:
    """The files of a folder or of an address, by their names in it."""
    if not is_remote(folder):
        return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())
    with reading(folder):
        system, inner = file_system(folder)
        every = system.get_file_info(pa_fs.FileSelector(inner, recursive=True))
    return sorted(f.path[len(inner.rstrip("/")) :].lstrip("/") for f in every if f.type == pa_fs.FileType.File)


def matching(pattern: str) -> list[str]:
    """The addresses that fit a pattern."""
    base = pattern
    while has_magic(base):
        base = base.rpartition("/")[0]
    return [place for p in names_in(base) if fnmatch(place := f"{base.rstrip('/')}/{p}", pattern)]


def _of_folder(folder: str) -> Iterator[File]:
    """The files of a folder: those that a Delta log says stand in it, else all that are tables by their names."""
    inside = names_in(folder)
    refuse_other_tables(folder, inside)
    held = delta_files(folder, inside)
    if held is None:
        held = [(p, partitions(p)) for p in inside if p.lower().endswith(ENDINGS)]
    if not held:
        raise InputError(folder, "a folder without CSV or Parquet files", LISTED)
    root = f"{folder.rstrip('/')}/"
    yield from (_file(root + p if is_remote(folder) else str(Path(root + p)), extra) for p, extra in held)


def _file(path: str, extra: Extra | None = None) -> File:
    """extra: where it is not as the path states."""
    extra = partitions(path) if extra is None else extra
    if is_remote(path):
        told = _told(path)
        return File(path, extra, told.size or 0, told.mtime_ns or 0)
    with reading(path):
        held = os.stat(path)
    return File(path, extra, held.st_size, held.st_mtime_ns)
