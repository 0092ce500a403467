"""The rows of a folder of acts, parsed once and kept, and the days to which its acts were read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from parley.cache_folder import cache_folder, kept_or_made
from parley.csv_tables import read_csv
from parley.errors import MeasureError
from parley.law.law_package import law_in_use, law_path
from parley.law.measure import Act, Measure, packed, unpacked
from parley.text_files import FileKind, is_file

READ_TO = "read-to.csv"
DAYS = FileKind("authority,law_known_to,source with the day as YYYY-MM-DD", MeasureError)
MOST_KEPT = 4  # files of kept law: the eldest give way


@dataclass(frozen=True)
class ReadTo:
    """The last day to which an authority's law was read, and what that rests on."""

    authority: str
    law_known_to: date
    source: str = ""


class Rows:
    """Rows as the name of what is made of them: two are one where they hold the very same tuple."""

    def __init__(self, rows: tuple[Measure, ...]) -> None:
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self.rows is other.rows

    def __hash__(self) -> int:
        return id(self.rows)


def measures_folder() -> Path:
    """The folder of the acts of the law in use."""
    return law_path("measures")


def rows_in_use(home: Path, paths: Sequence[Path]) -> tuple[Measure, ...]:
    """The rows of the law in use. Raises MeasureError; of a package of law, with what to do where it is for a later parley."""
    try:
        return kept_rows(home, paths)
    except MeasureError as error:
        used = law_in_use()
        if used.where == "shipped":
            raise
        hint = "It may be law for a later parley: pip install -U parley-trade"
        raise MeasureError(f"law {used.version}: {error.where}", error.found, error.allowed, hint) from None


def kept_rows(home: Path, paths: Sequence[Path]) -> tuple[Measure, ...]:
    """The rows of all acts of a folder, from the cache where it holds them: parsing takes longer than answering.

    The name of what is kept is a checksum of the law's own, the acts' names, sizes and times, and the fields that a row has.
    """
    used = law_in_use()
    of_use = (used.hash, used.optional_keys) if home == used.folder / "measures" else ("", ())
    stamps = [(p.name, (found := p.stat()).st_size, found.st_mtime_ns) for p in paths]
    meant = [str(home), of_use, stamps, Measure.__struct_fields__, Act.__struct_fields__]
    key = hashlib.sha256(msgspec.json.encode(meant)).hexdigest()[:32]
    place = cache_folder() / "acts" / f"{key}.msgpack"
    if (held := _held(place)) is not None:
        return held
    made = kept_or_made(place, unpacked, lambda: read_rows(paths, None, of_use[1]), packed, MOST_KEPT)
    return _held(place) or made  # the very rows that every later question of this process has


def _held(place: Path) -> tuple[Measure, ...] | None:
    """The rows of a file of the cache, unpacked once in a process while it stays as it is; None where it holds none."""
    try:
        found = place.stat()
        return _unpacked(place, found.st_size, found.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=2)  # of one law, and of another that it is compared with
def _unpacked(place: Path, size: int, stamp: int) -> tuple[Measure, ...] | None:
    del size, stamp
    return unpacked(place.read_bytes())


def read_rows(paths: Iterable[Path], authority: str | None = None, optional: Sequence[str] = ()) -> tuple[Measure, ...]:
    """The rows of a folder of acts, parsed: what a question of kept law need not load."""
    from parley.law.acts import read_acts

    return read_acts(paths, authority, optional)


def read_to(folder: Path) -> tuple[ReadTo, ...]:
    """The days to which a folder's acts were read; none where it does not say. Raises MeasureError naming the row."""
    path = folder / READ_TO
    return _read_days(path, path.stat().st_mtime_ns) if is_file(path) else ()


@cache
def _read_days(path: Path, stamp: int) -> tuple[ReadTo, ...]:
    del stamp
    rows = read_csv(path, DAYS, ("authority", "law_known_to"), path.name, key=("authority",)).rows()
    return tuple(_as_read(row, where) for where, row in rows)


def _as_read(row: dict[str, str], where: str) -> ReadTo:
    try:
        return ReadTo(row["authority"], date.fromisoformat(row["law_known_to"]), row.get("source", ""))
    except ValueError:
        found = ", ".join(f"{k}={v}" for k, v in row.items())[:120]
        raise MeasureError(where, found, "authority,law_known_to,source with the day as YYYY-MM-DD") from None
