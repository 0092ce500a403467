"""Files at addresses: those in the engine's own columns are left where they are, others are copied here and translated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

from parley.law.shipments.layouts.canonical import FILES, LOOKED_AT, is_canonical, stated_by_paths
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.raw_files import SUFFIXES
from parley.law.shipments.sources import (
    ENDINGS,
    File,
    find_files,
    is_parquet,
    matching,
    open_bytes,
    open_parquet,
    opened,
    partitions,
    reading,
)

HEAD = 1 << 18  # bytes
HTTP = ("http://", "https://")
PATIENCE = 60  # seconds without a byte


def remote_input(text: str, folder: Path, asked: FileOptions, always: bool = False) -> list[str]:
    """An address as it is, if the engine reads what stands there; else the files there, those of other layouts as copies here."""
    if text.startswith(HTTP):
        return [_downloaded(text, Path(mkdtemp(dir=folder)))]
    other = text.lower().endswith(tuple(x for x in SUFFIXES if x not in ENDINGS))
    found = _sheets(text) if other else find_files([text])
    looked_at = found[:FILES] if any(file.extra for file in found) else found
    if not always and not asked.layout and all(_is_canonical(file, folder, asked) for file in looked_at):
        return [text]
    return [_copied(address, Path(mkdtemp(dir=folder))) for address in stated_by_paths(found)]


def _sheets(text: str) -> Sequence[File]:
    """A workbook or JSON, which the engine does not look for; a glob of such is matched where it stands."""
    return [File(p, partitions(p)) for p in ([text] if "*" not in text and "?" not in text else matching(text))]


def _is_canonical(file: File, folder: Path, asked: FileOptions) -> bool:
    """Whether the first rows of what stands at an address are in the engine's own columns and spellings."""
    address = file.path
    with reading(address):
        if is_parquet(address):
            return is_canonical(str(_head_of_parquet(address, folder)), asked, file.extra)
        with open_bytes(address) as stream:
            first = stream.read(HEAD)
    head = folder / "remote-head.csv"
    head.write_bytes(first[: first.rfind(b"\n") + 1] or first if len(first) == HEAD else first)
    return is_canonical(str(head), asked, file.extra)


def _head_of_parquet(address: str, folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "remote-head.parquet"
    with open_parquet(address) as file:
        rows: Iterator[pa.RecordBatch] = file.iter_batches(LOOKED_AT)
        first = next(rows, None)
        pq.write_table(pa.Table.from_batches([first] if first is not None else [], file.schema_arrow), path)
    return path


def _downloaded(address: str, folder: Path) -> str:
    """A copy of what a web address gives."""
    from urllib.request import urlopen

    place = folder / _name(address)
    with reading(address), urlopen(address, timeout=PATIENCE) as stream, place.open("wb") as out:
        shutil.copyfileobj(stream, out)  # HTTPError and URLError are of OSError
    return str(place)


def _name(address: str) -> str:
    return address.partition("?")[0].rstrip("/").rpartition("/")[2] or "file"


def _copied(address: str, folder: Path) -> str:
    """A copy of what stands at an address, under its own name, in folders that state what its own do."""
    place = folder.joinpath(*(part for part in address.split("/")[:-1] if "=" in part), _name(address))
    place.parent.mkdir(parents=True, exist_ok=True)
    with reading(address), opened(address) as stream, place.open("wb") as out:
        shutil.copyfileobj(stream, out)
    return str(place)


__all__ = ["remote_input"]
