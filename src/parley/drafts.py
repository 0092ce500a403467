"""Names of drafts beside the files that they will replace. A draft whose process was killed is known by its name, and swept."""

from __future__ import annotations

import os
import re
import secrets
import sys
from functools import cache
from pathlib import Path
from zlib import crc32

_TAKEN = 100  # signs of the file's own name


def draft_of(target: Path, end: str = "part") -> Path:
    """A new name beside a file, which says of which process it is: .NAME.WHERE-PROCESS-TOKEN.part"""
    return target.with_name(f"{_start(target)}{_where()}-{os.getpid()}-{secrets.token_hex(4)}.{end}")


def left_behind(target: Path) -> list[Path]:
    """Drafts of a file whose processes were here and are gone."""
    known = re.compile(rf"{re.escape(_start(target))}{_where()}-(\d+)-[0-9a-f]{{8}}\.(part|old)")
    try:
        names = os.listdir(target.parent)
    except OSError:
        return []
    found = ((name, known.fullmatch(name)) for name in names if name.startswith("."))
    return [target.with_name(name) for name, match in found if match and _is_gone(int(match[1]))]


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
