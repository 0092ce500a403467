"""Compiled law kept in the user's cache, safe to delete at any time: arrays in one file, what was resolved under claims in another.

Its name is a checksum of everything that the arrays depend on: the rows of the law, the day of knowledge, the reading,
and the package's own files on law (sizes and times). A file that cannot be read is compiled anew.
"""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from parley import __version__, outputs
from parley.cache_folder import cache_folder
from parley.law.law_package import law_in_use
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.compile.cells import Cell
from parley.law.shipments.compile.claim_classes import Places, Split
from parley.law.shipments.compile.claimed import Claimed, Rows
from parley.law.shipments.compile.schedule import Bases, Schedule
from parley.law.shipments.compile.tables import Days, LawTables, Origins, RawCells
from parley.law.shipments.compile.terms import cell_arrays

FOLDER = "duties"
MOST_KEPT = 8  # laws: the eldest give way
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile)


class Told(NamedTuple):
    """What is no array, of the tables (codes, lines and spellings are joined with line ends)."""

    destination: str
    codes: str
    lines: str
    edges: list[int]
    partners: list[str]
    spelled: dict[str, int]
    first: int
    names: list[frozenset[str]]
    cells: list[Cell]
    splits: list[Split]


class Resolved(NamedTuple):
    """The classes of claims in the order of their numbers, and the cells beyond those of the tables."""

    classes: list[Places]
    cells: list[Cell]


def kept_folder() -> Path:
    """The folder of compiled law in the cache."""
    return cache_folder() / FOLDER


def law_key(law: Regime | None, destination: str, known: date | None, reading: Reading) -> str:
    """The checksum of all that the tables depend on. No law: the packaged one, which its files stand for."""
    import msgspec

    held = law and (law.measures, law.reached, law.estimates)
    told = [__version__, destination, known, reading, law_files(), held]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def law_files() -> list[tuple[str, int, int]]:
    """The law in use by its checksum, and the package's files on law, acts and schedules among them, with sizes and times."""
    folder = Path(__file__).parents[2]
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return [(f"law {law_in_use().hash}", 0, 0), *((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files)]


def kept(key: str, rows: Rows) -> Claimed | None:
    """The law under a key; none where the cache does not hold it."""
    path = kept_folder() / f"{key}.npz"
    found = _read(path, rows) if path.exists() else None
    if found is not None:
        _read_claims(path.with_suffix(".claims.npz"), found)
    return found


_GROUPS = {"schedule": Schedule, "bases": Bases, "origins": Origins, "days": Days, "raw_cells": RawCells, "": LawTables}


def _arrays(group: Any) -> list[str]:
    """The names of a group's fields that are arrays."""
    return [n for n, kind in group.__annotations__.items() if "ndarray" in str(kind)]


def keep(key: str, found: Claimed) -> Claimed:
    """The law as it is, kept under a key."""
    import msgspec

    path = kept_folder() / f"{key}.npz"
    t, s = found.tables, found.tables.schedule
    told = Told(t.destination, "\n".join(s.codes), "\n".join(s.lines), s.edges, s.partners, t.origins.spelled, t.days.first,
                list(t.raw_cells.names), list(t.cells), list(found.splits))  # fmt: skip
    held = {"schedule": s, "bases": s.bases, "origins": t.origins, "days": t.days, "raw_cells": t.raw_cells, "": t}
    arrays = {f"{name}.{n}": getattr(held[name], n) for name, group in _GROUPS.items() for n in _arrays(group)}
    _write(path, msgspec.json.encode(told), arrays)
    eldest = sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime_ns) if path.parent.exists() else []
    for old in [p for p in eldest if not p.name.endswith(".claims.npz")][:-MOST_KEPT]:
        old.unlink(missing_ok=True)
        old.with_suffix(".claims.npz").unlink(missing_ok=True)
    return found


def _write(path: Path, told: bytes, arrays: dict[str, Any]) -> None:
    """Whole or not at all; a full or read-only disk costs time, not the run."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with outputs.drafted(path) as draft, draft.open("xb") as stream:
            np.savez(stream, told=np.frombuffer(told, dtype=np.uint8), **arrays)


def _read(path: Path, rows: Rows) -> Claimed | None:
    import msgspec

    try:
        with np.load(path) as found:
            told = msgspec.json.decode(bytes(found["told"]), type=Told)
            held = {name: {n: found[f"{name}.{n}"] for n in _arrays(group)} for name, group in _GROUPS.items()}
    except (*_UNREADABLE, msgspec.MsgspecError):
        return None
    bases = Bases(**held["bases"])
    schedule = Schedule(codes=told.codes.split("\n"), edges=told.edges, lines=told.lines.split("\n"), bases=bases,
                        partners=told.partners, **held["schedule"])  # fmt: skip
    tables = LawTables(
        destination=told.destination, schedule=schedule, origins=Origins(spelled=told.spelled, **held["origins"]),
        days=Days(first=told.first, **held["days"]), raw_cells=RawCells(names=tuple(told.names), **held["raw_cells"]),
        cells=tuple(told.cells), arrays=cell_arrays(told.cells), **held[""],
    )  # fmt: skip
    return Claimed.of(tables, rows, told.splits)


def write_claims(key: str, held: Claimed) -> None:
    """Puts what was resolved under claims beside the law, if it is more than was read."""
    import msgspec

    if len(held.pairs) == held.known:
        return
    cells = list(held.cells)[len(held.tables.cells) :]
    told = msgspec.json.encode(Resolved(list(held.classes), cells))
    pairs = np.array(list(held.pairs.items()), dtype=np.int64)
    _write(kept_folder() / f"{key}.claims.npz", told, {"pairs": pairs})


def _read_claims(path: Path, into: Claimed) -> None:
    import msgspec

    if not path.exists():
        return
    try:
        with np.load(path) as found:
            told, pairs = msgspec.json.decode(bytes(found["told"]), type=Resolved), found["pairs"]
    except (*_UNREADABLE, msgspec.MsgspecError):
        return
    into.classes = {places: n for n, places in enumerate(told.classes)}
    into.cells |= {cell: len(into.cells) + j for j, cell in enumerate(told.cells)}
    into.arrays = cell_arrays(list(into.cells))
    into.pairs = dict(zip(*pairs.T.tolist(), strict=True)) if len(pairs) else {}
    into.known = len(into.pairs)


__all__ = ["keep", "kept", "kept_folder", "law_files", "law_key", "write_claims"]
