"""The journal of a run: a line of JSON for each piece, and what is sure of them after a kill or a power cut."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def boot() -> str:
    """What tells this start of the machine from others; nothing where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def read_journal(path: Path) -> tuple[list[Any], list[int]]:
    """The whole lines of a journal up to the first that cannot be read, and where each ends."""
    made, ends, at = [], [], 0
    for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else []:
        try:
            made.append(json.loads(line))
        except ValueError:  # a power cut tore it
            break
        at += len(line) + 1
        ends.append(at)
    return made, ends


def sure_lines(lines: list[dict[str, Any]], this_boot: str) -> int:
    """How many lines of pieces hold for sure: up to the last one that was put on disk, or written since the machine started."""
    return max((j for j, p in enumerate(lines, 1) if p["safe"] or (this_boot and p["boot"] == this_boot)), default=0)


def write_line(path: Path, line: Any, safe: bool = True) -> None:
    """A line at the end of the journal; on disk before anything else where it must be safe."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
        stream.flush()
        if safe:
            os.fsync(stream.fileno())


def synced(path: Path) -> int:
    """The size of a file that is safely on disk; 0 where there is none."""
    if not path.exists():
        return 0
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
    return path.stat().st_size


def size_of(path: Path) -> int | None:
    """The bytes of a file; none where there is no such file."""
    return path.stat().st_size if path.exists() else None


__all__ = ["boot", "read_journal", "size_of", "sure_lines", "synced", "write_line"]
