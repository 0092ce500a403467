"""Small answers of law kept on disk: what a period says of one levier's duties, whatever question asks for it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

import msgspec

from parley.cache_folder import cache_folder, kept_or_made
from parley.codes import union_of
from parley.law.kept_arrays import of_files
from parley.law.kept_rates import lists_beside, read_as
from parley.law.regime import Regime

MOST_KEPT = 200  # answers of some kilobytes each: the eldest give way
T = TypeVar("T")


def kept_answer(
    kind: str, regime: Regime, authority: str, asked: tuple[object, ...], form: type[T], make: Callable[[], T]
) -> T:
    """An answer of the type `form` that rests on an authority's rows and on what is asked alone; made where none is kept.

    kind: the folder. A regime with schedules of the user's own is never kept.
    """
    if regime.schedules:
        return make()
    rows = [m for m in regime.measures if m.act.authority in (authority, union_of(authority))]
    meant = (authority, asked, read_as(regime), lists_beside(rows), rows)
    return kept_of_files(kind, meant, form, make, MOST_KEPT)


def kept_of_files(kind: str, meant: object, form: type[T], make: Callable[[], T], most: int) -> T:
    """What rests on the law in use, on our own files and on what is meant alone; made where none is kept."""
    key = hashlib.sha256(of_files() + msgspec.msgpack.encode(meant)).hexdigest()
    decoder, place = msgspec.msgpack.Decoder(form), cache_folder() / kind / f"{key[:32]}.answer"

    def read(held: bytes) -> T | None:
        try:
            return decoder.decode(held)
        except msgspec.DecodeError:
            return None

    return kept_or_made(place, read, make, msgspec.msgpack.encode, most)
