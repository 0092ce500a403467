"""Standard input as a file: canonical rows go through to the engine as they come, all else is copied first, to be read twice."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from parley.law.shipments.layouts.canonical import is_canonical
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.sources import STDIN

LOOKED_AT = 1 << 16  # bytes
_PACKED = (b"\x1f\x8b", b"PK", b"PA", b"\xd0\xcf")  # gzip, workbooks, Parquet, old workbooks


def standard_input(folder: Path, asked: FileOptions, always: bool = False) -> str:
    """The path of a copy of standard input in a folder, or - where its first bytes are those of a canonical file."""
    stream = sys.stdin.buffer
    peek = getattr(stream, "peek", None)
    first: bytes = peek(LOOKED_AT) if peek else b""
    if not first or not (always or asked.layout or first[:2] in _PACKED or not _is_canonical(first, asked)):
        return STDIN
    copy = folder / "standard-input.csv"
    with copy.open("wb") as out:
        shutil.copyfileobj(stream, out)
    return str(copy)


def _is_canonical(first: bytes, asked: FileOptions) -> bool:
    with TemporaryDirectory(prefix="parley-head-") as folder:
        head = Path(folder) / "head.csv"
        head.write_bytes(first[: first.rfind(b"\n") + 1] or first)
        return is_canonical(str(head), asked)


__all__ = ["standard_input"]
