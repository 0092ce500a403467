"""The files asked about: paths, folders, globs, addresses and tables of a lake, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import glob, has_magic
from pathlib import Path

from parley import extras
from parley.errors import InputError, nearest
from parley.inputs import as_file, is_pipe
from parley.law.shipments.arrow import pa_fs
from parley.law.shipments.lake import Extra, delta_files, partitions, refuse_other_tables
from parley.law.shipments.places import STDIN, file_system, is_remote, reading
from parley.text_files import is_file, is_folder

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
    elif is_folder(text) if here else _is_folder(text):
        yield from _of_folder(text)
    elif here and not is_file(text):
        folder = Path(text).parent
        near = nearest(Path(text).name, [p.name for p in folder.iterdir()] if is_folder(folder) else [])
        raise InputError(text, "no such file", "a CSV or Parquet file, a folder, a glob, or - for standard input",
                         f"Did you mean {folder / near[0]}?" if near else "")  # fmt: skip
    else:
        yield _file(text)


def _is_folder(address: str) -> bool:
    with reading(address):
        system, inner = file_system(address)
        return system.get_file_info(inner).type != pa_fs.FileType.File


def _inside(folder: str) -> list[str]:
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
    return [place for p in _inside(base) if fnmatch(place := f"{base.rstrip('/')}/{p}", pattern)]


def _of_folder(folder: str) -> Iterator[File]:
    """The files of a folder: those that a Delta log says stand in it, else all that are tables by their names."""
    inside = _inside(folder)
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
    with reading(path):
        if is_remote(path):
            system, inner = file_system(path)
            told = system.get_file_info(inner)
            return File(path, extra, told.size or 0, told.mtime_ns or 0)
        held = os.stat(path)
    return File(path, extra, held.st_size, held.st_mtime_ns)
