"""Folders that are tables: columns that folders state (Hive), files that a log lists (Delta); what we cannot read is refused.

A Delta log is read as its protocol says: the newest whole checkpoint, then one JSON file a version, each file added or
removed. Tables with deletion vectors or renamed columns need the whole protocol and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO
from urllib.parse import unquote

from parley.errors import InputError
from parley.text_files import FileKind, parse_json

Extra = tuple[tuple[str, str | None], ...]  # columns that stand in a file's path or log: name and the value of all rows

LOG = FileKind("the log of a Delta table: one JSON object a line")
NULL = "__HIVE_DEFAULT_PARTITION__"
_VERSION = re.compile(r"_delta_log/(\d{20})\.json$")
_CHECKPOINT = re.compile(r"_delta_log/(\d{20})\.checkpoint(?:\.\d{10}\.(\d{10}))?\.parquet$")
_PLAIN = "write it out as plain Parquet, or read it with Spark: --engine spark with the table's name"


def partitions(path: str) -> Extra:
    """The columns that the folders of a path state: …/origin=CHN/…"""
    pairs = (part.partition("=") for part in re.split(r"[/\\]", path)[:-1])
    return tuple(
        (unquote(name), None if value == NULL else unquote(value)) for name, sign, value in pairs if sign and name
    )


def refuse_other_tables(folder: str, inside: Sequence[str]) -> None:
    """Nothing, unless a folder is a table whose files do not all count: Iceberg's or Hudi's. Raises InputError."""
    import os

    parts = {p[len(folder) :].lstrip("/\\").replace("\\", "/") for p in inside}
    is_iceberg = any(p.startswith("metadata/") and p.endswith((".metadata.json", ".avro")) for p in parts)
    if is_iceberg or (any(p.startswith("data/") for p in parts) and os.path.isdir(f"{folder}/metadata")):
        raise InputError(folder, "an Iceberg table, whose files do not all count", _PLAIN)
    if any(p.startswith(".hoodie/") for p in parts):
        raise InputError(folder, "a Hudi table, whose files do not all count", _PLAIN)


def delta_files(
    folder: str, inside: Sequence[str], opened: Callable[[str], BinaryIO]
) -> list[tuple[str, Extra]] | None:
    """The files that a folder's Delta log says are in the table, with their partition columns; None where it has no log."""
    logs = [p.replace("\\", "/") for p in inside if "_delta_log/" in p.replace("\\", "/")]
    if not logs:
        return None
    start, state = _checkpoint(folder, logs, opened)
    versions = sorted((int(m[1]), p) for p in logs if (m := _VERSION.search(p)))
    later = [(v, p) for v, p in versions if v > start]
    if [v for v, _ in later] != list(range(start + 1, start + 1 + len(later))) or (start < 0 and not later):
        raise InputError(folder, "a Delta table whose log has a gap", _PLAIN)
    for _, path in later:
        with opened(path) as stream:
            for line in stream.read().splitlines():
                if line.strip():
                    _apply(folder, parse_json(line, LOG, path), state)
    return [(f"{folder.rstrip('/')}/{unquote(p)}", extra) for p, extra in sorted(state.items())]


def _checkpoint(folder: str, logs: Sequence[str], opened: Callable[[str], BinaryIO]) -> tuple[int, dict[str, Extra]]:
    """The version and the files of the newest whole checkpoint; −1 and none without one."""
    found: dict[int, list[str]] = {}
    for path in logs:
        if m := _CHECKPOINT.search(path):
            found.setdefault(int(m[1]), []).append(path)
    whole = [v for v, paths in found.items() if len(paths) == int((_CHECKPOINT.search(paths[0]) or [0, 0, 1])[2] or 1)]
    if not whole:
        return -1, {}
    import pyarrow.parquet as pq

    state: dict[str, Extra] = {}
    for path in found[max(whole)]:
        with opened(path) as stream:
            for row in pq.read_table(stream).to_pylist():
                _apply(folder, row, state)
    return max(whole), state


def _apply(folder: str, action: dict[str, Any], state: dict[str, Extra]) -> None:
    """One action of the log: a file added or removed."""
    added, removed, meta = (action.get(k) or {} for k in ("add", "remove", "metaData"))
    mode = dict(meta.get("configuration") or {}).get("delta.columnMapping.mode", "none")
    if added.get("deletionVector") or mode != "none" or action.get("sidecar"):
        raise InputError(folder, "a Delta table with deletion vectors, renamed columns or sidecar files", _PLAIN)
    if removed.get("path"):
        state.pop(removed["path"], None)
    if added.get("path"):
        state[added["path"]] = tuple(dict(added.get("partitionValues") or {}).items())
