"""Pipes and standard input as files: what comes out of them is copied once, as it may have to be read twice."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from parley.errors import InputError
from parley.inputs import refuse_endless
from parley.law.shipments.sources import STDIN
from parley.outputs import told


def copied(text: str, folder: Path) -> str:
    """The path of a copy in a folder of what a pipe, an open file or - (standard input) gives. Raises InputError."""
    copy = folder / ("standard-input.csv" if text == STDIN else f"pipe-{Path(text).name}")
    with told(folder), copy.open("wb") as out:
        if text == STDIN:
            shutil.copyfileobj(sys.stdin.buffer, out)
            return str(copy)
        try:
            refuse_endless(text)
            with Path(text).open("rb") as source:
                shutil.copyfileobj(source, out)
        except OSError as error:
            raise InputError(text, f"cannot be read: {error.strerror or error}", "a file or a pipe") from None
    return str(copy)


__all__ = ["copied"]
