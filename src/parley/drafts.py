"""Names of drafts beside the files that they will replace, and of folders of work among the temporary files.

What a killed process left is known by its name, which says whose it was, and swept.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from zlib import crc32

_TAKEN = 100  # signs of the file's own name
_WORK = re.compile(r"parley-[a-z]+-([0-9a-f]{8})-([0-9]{1,9})-\w+")
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD; RENAME_EXCHANGE and RENAME_SWAP


def draft_of(target: Path, end: str = "part") -> Path:
    """A new name beside a file, which says of which process it is: .NAME.WHERE-PROCESS-TOKEN.part"""
    return target.with_name(f"{_start(target)}{_where()}-{os.getpid()}-{secrets.token_hex(4)}.{end}")


def exchange(one: Path, other: Path) -> bool:
    """Whether two names that are there were exchanged in one step; not every system and file system can."""
    if os.name != "posix":
        return False
    import ctypes

    system, names = ctypes.CDLL(None, use_errno=True), (os.fsencode(one), os.fsencode(other))
    if hasattr(system, "renameat2"):  # Linux
        return system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0
    return hasattr(system, "renamex_np") and system.renamex_np(*names, _EXCHANGE) == 0  # macOS


def left_behind(target: Path, ends: str = "part|old") -> list[Path]:
    """Drafts of a file whose processes were here and are gone. ends: of their names, as `draft_of` gives them."""
    known = re.compile(rf"{re.escape(_start(target))}{_where()}-(\d+)-[0-9a-f]{{8}}\.({ends})")
    try:
        names = os.listdir(target.parent)
    except OSError:
        return []
    found = ((name, known.fullmatch(name)) for name in names if name.startswith("."))
    return [target.with_name(name) for name, match in found if match and _is_gone(int(match[1]))]


def work_folder(what: str) -> tempfile.TemporaryDirectory[str]:
    """A new folder among the temporary files, which goes with what it is used for: parley-WHAT-WHERE-PROCESS-TOKEN."""
    return tempfile.TemporaryDirectory(prefix=_of_work(what))


def kept_work_folder(what: str) -> Path:
    """The same, of a name alone: it is for its maker to remove."""
    return Path(tempfile.mkdtemp(prefix=_of_work(what)))


def is_work(name: str) -> bool:
    """Whether a name is that of a folder of work."""
    return _WORK.fullmatch(name) is not None


def _of_work(what: str) -> str:
    _sweep(tempfile.gettempdir())
    return f"parley-{what}-{_where()}-{os.getpid()}-"


@cache  # once a process
def _sweep(home: str) -> None:
    """Removes this user's folders of work whose processes were here and are gone."""
    try:
        held = [found for entry in os.scandir(home) if (found := _WORK.fullmatch(entry.name)) and _is_own(entry)]
    except OSError:
        return
    for name in held:
        if name[1] == _where() and _is_gone(int(name[2])):
            shutil.rmtree(os.path.join(home, name[0]), ignore_errors=True)


def _is_own(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder of this user: a name alone is no proof where many write."""
    return entry.is_dir(follow_symlinks=False) and (
        not hasattr(os, "getuid") or entry.stat(follow_symlinks=False).st_uid == os.getuid()
    )


def _start(target: Path) -> str:
    return f".{target.name[:_TAKEN]}."


@cache
def _where() -> str:
    """This machine, and the space in which its processes are numbered: those of another are not known to be gone."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    node = os.uname().nodename if hasattr(os, "uname") else ""
    return f"{crc32(f'{node} {space}'.encode()):08x}"


def _is_gone(process: int) -> bool:
    """Whether no process has a number. Windows has no question for it: there nothing is known to be gone."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        return False
    return False


Written = tuple[int, int]  # how many bytes of a file, and their checksum
AT_ONCE = 1 << 22  # bytes


def checksum(path: Path, size: int, before: Written = (0, 0)) -> int:
    """The checksum of a file's first bytes, from that of fewer of them on; -1 where it has not so many. Raises OSError where it is gone."""
    start, made = before
    if path.stat().st_size < size:
        return -1
    with path.open("rb") as stream:
        stream.seek(start)
        for at in range(start, size, AT_ONCE):
            made = crc32(stream.read(min(AT_ONCE, size - at)), made)
    return made
