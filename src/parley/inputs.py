"""How a file that the user names is read: a pipe, an open descriptor or standard input as any other file.

A pipe (a FIFO, <(command), /dev/stdin) cannot be sized, nor read twice: what comes out of it is copied once into a temporary
file, which is read in its place and goes with the process.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from functools import cache
from pathlib import Path

from parley.drafts import work_folder
from parley.errors import InputError
from parley.outputs import told

_BLOCK = 1 << 22  # bytes
_BEGINNINGS = ((b"\x1f\x8b", ".gz"), (b"PAR1", ".parquet"), (b"{", ".json"))


def is_pipe(place: str | Path) -> bool:
    """Whether a place gives what it holds once and in order: a pipe, a socket, a terminal or another device."""
    try:
        mode = os.stat(place).st_mode
    except (OSError, ValueError):  # a name with a zero byte is a ValueError
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)


def as_file(place: str | Path, ending: str = ".csv") -> Path:
    """The file to read: the place itself or, of a pipe, its copy, whose name ends as its content has it.

    ending: of plain text, which does not say what it is. Raises InputError for a device without an end.
    """
    return _copied(str(place), ending) if is_pipe(place) else Path(place)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of the copies; it goes with the process."""
    return work_folder("in")


@cache
def _copied(place: str, ending: str) -> Path:
    """The copy of what a pipe held. A pipe that was read is empty: the copy stands for it as long as the process lives."""
    refuse_endless(place)
    with told(tempfile.gettempdir()), open(place, "rb") as source:
        first = source.read(64)
        copy = Path(tempfile.mkdtemp(dir=_folder().name)) / f"{Path(place).name}{_ending(first, ending)}"
        with copy.open("xb") as target:
            target.write(first)
            shutil.copyfileobj(source, target, _BLOCK)
    return copy


def refuse_endless(place: str) -> None:
    """Nothing, if what a place gives ends. Raises InputError for a device such as /dev/zero."""
    if _is_endless(place):
        raise InputError(place, "a device without an end", "a file, a pipe or standard input")


def _is_endless(place: str) -> bool:
    """Whether a place is a device other than a terminal and the empty one."""
    found = os.stat(place)
    if not stat.S_ISCHR(found.st_mode) or found.st_rdev == os.stat(os.devnull).st_rdev:
        return False
    with open(place, "rb") as stream:
        return not stream.isatty()


def _ending(first: bytes, plain: str) -> str:
    if first.startswith(b"PK\x03\x04"):
        return ".npz" if b".npy" in first else ".zip"
    return next((name for beginning, name in _BEGINNINGS if first.lstrip().startswith(beginning)), plain)
