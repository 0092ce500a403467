"""Parsed acts kept in the user's cache: reading a hundred TOML files is most of the time of a short question.

The file's name is a checksum of the acts' names, sizes and times, and of the fields that a row has. It is safe to delete
at any time; where it cannot be written, acts are parsed each time.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from parley import outputs
from parley.cache_folder import cache_folder
from parley.law.measure import Act, Measure

MOST_KEPT = 4  # files: the eldest give way
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # what a day becomes on its way: TOML has days, the cache texts


def kept_or_read(home: Path, paths: Sequence[Path], read: Callable[[Path], Sequence[Measure]]) -> tuple[Measure, ...]:
    """The rows of all acts of a folder, from the cache where it holds them."""
    place = cache_folder() / "acts" / f"{_key(home, paths)}.msgpack"
    try:
        return _decoded(place.read_bytes())
    except (OSError, msgspec.MsgspecError, IndexError):
        made = tuple(m for p in paths for m in read(p))
        _keep(place, made)
        return made


def _key(home: Path, paths: Sequence[Path]) -> str:
    stamps = [(p.name, (found := p.stat()).st_size, found.st_mtime_ns) for p in paths]
    told = [str(home), stamps, Measure.__struct_fields__, Act.__struct_fields__]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def _decoded(packed: bytes) -> tuple[Measure, ...]:
    """The rows of packed acts: the acts once each, the place of each row's act, the rows without it."""
    acts, places, rows = msgspec.msgpack.decode(packed, type=tuple[list[Act], list[int], list[dict[str, Any]]])
    return tuple(
        msgspec.convert(_with_days(row) | {"act": acts[k]}, Measure) for k, row in zip(places, rows, strict=True)
    )


def _with_days(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose conditions have days again."""
    for name in ("when", "unless"):
        if name in row:
            row[name] = {k: _day(v) for k, v in row[name].items()}
    return row


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else value


def _keep(place: Path, rows: Sequence[Measure]) -> None:
    """Writes the cache, whole or not at all; a full or read-only disk costs time, nothing else."""
    acts = list({m.act.id: m.act for m in rows}.values())
    at = {a.id: k for k, a in enumerate(acts)}
    plain = [{k: v for k, v in msgspec.to_builtins(m).items() if k != "act"} for m in rows]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        outputs.replace(place, msgspec.msgpack.encode((acts, [at[m.act.id] for m in rows], plain)))
        for old in sorted(place.parent.glob("*.msgpack"), key=lambda p: p.stat().st_mtime_ns)[:-MOST_KEPT]:
            os.unlink(old)
    except OSError:
        return
