"""Where parley keeps what it can make again: compiled law, pulled sources, unpacked releases. Safe to delete at any time.

Where the folder is full or cannot be written, things are made each time: that costs time, nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def cache_folder() -> Path:
    """PARLEY_CACHE, else the system's folder for caches."""
    given = os.environ.get("PARLEY_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "parley" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley"


def kept_or_made(
    place: Path, read: Callable[[bytes], T | None], make: Callable[[], T], packed: Callable[[T], bytes], most: int
) -> T:
    """What a file of the cache holds; where it holds nothing that can be read, what is made, which is then kept.

    most: files of this kind that a folder keeps; the eldest give way.
    """
    if _unwritten is not None and place in _unwritten:
        return _unwritten[place][0]
    try:
        held = read(place.read_bytes())
    except OSError:
        held = None
    if held is not None:
        return held
    made = make()
    if _unwritten is None:
        keep(place, packed(made), most)
    else:
        _unwritten[place] = made, lambda: keep(place, packed(made), most)
    return made


_unwritten: dict[Path, tuple[Any, Callable[[], None]]] | None = None  # what a block made, and what writes it


@contextmanager
def kept_afterwards() -> Iterator[None]:
    """What is made in the block is packed and written at its end: an answer given within need not wait. For a process of one thread."""
    global _unwritten
    _unwritten = {}
    try:
        yield
    finally:
        made, _unwritten = _unwritten, None
        for _, write in made.values():
            write()


def keep(place: Path, content: bytes, most: int) -> None:
    """Writes a file of the cache, whole or not at all; the eldest of its kind give way to it."""
    from parley import outputs

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        outputs.replace(place, content)
        for old in sorted(place.parent.glob(f"*{place.suffix}"), key=lambda p: p.stat().st_mtime_ns)[:-most]:
            os.unlink(old)
    except OSError:
        return
