"""Locks of files and folders that one run at a time may change. They fall with the process, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None


def is_ours(held: int | BinaryIO, *, wait: bool = False) -> bool:
    """Whether the lock of an open file or folder is taken now; False where another holds it. wait: until that one lets go.

    True too where the system or the file system has no such locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def locked_folder(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Makes a folder where there is none; gives whether its lock is held within. Raises OSError where it cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        yield True
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        ours = is_ours(handle, wait=wait)
        if not ours or _stands_at(handle, folder):
            yield ours
            return
    finally:
        os.close(handle)
    with locked_folder(folder, wait=wait) as ours:  # whoever held it has removed it
        yield ours


def _stands_at(handle: int, folder: Path) -> bool:
    """Whether a folder that was opened is the one of that name now."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(folder))
    except FileNotFoundError:
        return False
