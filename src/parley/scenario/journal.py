"""The journal of a sweep: one line for each finished chunk, safe on disk before it counts as done."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

from parley.errors import InputError
from parley.locks import is_ours
from parley.outputs import told
from parley.scenario.answers import Cell

FILE = "journal.jsonl"


class Journal:
    """Finished chunks of one plan in a folder. A line that a kill has torn is cut off; its chunk is done again."""

    def __init__(self, folder: Path, key: str, *, fresh: bool = False) -> None:
        """Opens or begins the journal under a lock. Raises InputError where it is of another plan, or in use."""
        self.path = folder / FILE
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        if not is_ours(self._file):
            self._file.close()
            raise InputError(f"sweep {self.path}", "another run is writing this journal", "one run a folder")
        if fresh:
            self._file.truncate(0)
        self.done = self._read(key)

    def _read(self, key: str) -> dict[str, list[Cell]]:
        """Finished chunks by name; begins the file with the plan's key where it is empty."""
        self._file.seek(0)
        found, good, first = {}, 0, None
        for line in self._file:
            held = _entry(line)
            if held is None:
                break
            good += len(line)
            if first is None:
                first = held
            else:
                found[held["chunk"]] = held["cells"]
        if first is not None and first.get("plan") != key:
            self._file.close()
            raise InputError(
                f"sweep {self.path}", "the journal is of another sweep, or of another parley", "the sweep that began it",
                "Name another folder (--out), or begin anew with --fresh",
            )  # fmt: skip
        self._file.truncate(good)
        if first is None:
            self._append({"plan": key})
        return found

    def add(self, chunk: str, cells: list[Cell]) -> None:
        """Writes a finished chunk; it is on disk when this returns."""
        self._append({"chunk": chunk, "cells": cells})
        self.done[chunk] = cells

    def _append(self, entry: Mapping[str, object]) -> None:
        text = json.dumps(entry, separators=(",", ":"))
        with told(self.path):
            self._file.write(f"{crc32(text.encode()):08x} {text}\n".encode())
            self._file.flush()
            os.fsync(self._file.fileno())

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def _entry(line: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is torn or was changed."""
    check, _, text = line.partition(b" ")
    if not line.endswith(b"\n") or check != f"{crc32(text[:-1]):08x}".encode():
        return None
    return json.loads(text)
