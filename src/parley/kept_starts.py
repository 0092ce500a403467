"""Where the fixed points of a question ended when it was last asked: tried as starts by the next run, never taken as answers.

A start is used only where its residual, taken anew on this run's own problem, meets the very tolerance that was asked for.
Otherwise the search goes on as if nothing had been kept. Certificates, figures and checks are always worked out by the run
that prints them, so that a start which is wrong or foreign costs a pass and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.cache_folder import cache_folder, keep
from parley.errors import NoAnswerError
from parley.frozen import frozen

T = TypeVar("T")
MOST_KEPT = 12  # questions: the eldest give way
MOST_BYTES = 16 << 20  # of one question: a larger one keeps nothing
CHECKSUM = 32  # bytes, in front of what is kept
Row = tuple[bytes, tuple[int, ...], bytes, float, int]  # mark, shape, numbers, residual, passes


@dataclass(frozen=True, eq=False)
class Start:
    """The last iterate of a fixed point, its residual there and the passes to it, as the run that searched for it found them."""

    x: Float[ndarray, "*_"]
    residual: float = 0.0
    passes: int = 0


@dataclass(frozen=True, eq=False)
class _Starts:
    """What was kept, and what this run has come to. It changes while a question is worked on."""

    held: dict[bytes, Start]
    found: dict[bytes, Start] = field(default_factory=dict)


_ASKED: ContextVar[_Starts | None] = ContextVar("starts of the question that is worked on", default=None)


class Mark:
    """The name of a fixed point, by numbers and words that tell its problem from others, and the start kept under it.

    Two problems of one name cost each other time alone: a start must prove itself on the problem at hand.
    """

    def __init__(self, *parts: ndarray | float | str) -> None:
        key = hashlib.sha256()
        for part in parts:
            key.update(part.encode() if isinstance(part, str) else np.ascontiguousarray(part, dtype=float).tobytes())
        self._starts, self._key = _ASKED.get() or _Starts({}), key.digest()[:16]

    def tried(
        self, look: Callable[[ndarray], tuple[T, float | ndarray]], like: ndarray, tolerance: float | ndarray
    ) -> tuple[Start, T] | None:
        """(the kept start, what a look at it says) where its residual meets the tolerance; else None.

        look(x): what this run's own problem says at an iterate, and the residual there, or that of each column.
        like: an array of the iterate's shape.
        """
        kept = self._starts.found.get(self._key) or self._starts.held.get(self._key)
        if kept is None or kept.x.shape != like.shape or not np.isfinite(kept.x).all():
            return None
        try:
            with np.errstate(all="ignore"):  # what is kept may be anything
                said, residual = look(kept.x)
        except (NoAnswerError, np.linalg.LinAlgError):
            return None
        if not np.all(residual <= tolerance):
            return None
        self._starts.found[self._key] = kept
        return kept, said

    def ended(self, x: ndarray, residual: float = 0.0, passes: int = 0) -> None:
        """Keeps the last iterate for whoever asks again, in this run or in the next."""
        self._starts.found[self._key] = Start(x, residual, passes)


def starts_are_kept() -> bool:
    """Whether a question keeps its starts now; elsewhere a mark is not worth its making."""
    return _ASKED.get() is not None


@contextmanager
def kept_starts(asked: str) -> Iterator[None]:
    """Within, solvers try what was kept for a question; what they come to is kept in its place.

    asked: the question in words, as it names the file.
    """
    place = cache_folder() / "starts" / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.starts"
    starts = _Starts(_read(place))
    before = _ASKED.set(starts)
    try:
        yield
    finally:
        _ASKED.reset(before)
    if not starts.found.keys() <= starts.held.keys():
        _write(place, starts.found)


def _read(place: Path) -> dict[bytes, Start]:
    """The starts of a file; none where it is absent, or not as it was written."""
    try:
        held = place.read_bytes()
        if hashlib.sha256(held[CHECKSUM:]).digest() != held[:CHECKSUM]:
            return {}
        rows = msgspec.msgpack.decode(held[CHECKSUM:], type=list[Row])
        return {mark: Start(frozen(np.frombuffer(x).reshape(shape)), r, n) for mark, shape, x, r, n in rows}
    except (OSError, ValueError, msgspec.DecodeError):
        return {}


def _write(place: Path, found: dict[bytes, Start]) -> None:
    if sum(start.x.nbytes for start in found.values()) > MOST_BYTES:
        return
    rows = [(mark, held.x.shape, held.x.tobytes(), held.residual, held.passes) for mark, held in found.items()]
    packed = msgspec.msgpack.encode(rows)
    keep(place, hashlib.sha256(packed).digest() + packed, MOST_KEPT)
