"""The words that the product shows, by room, each in a sentence: read from glossary.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

Words = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, Any]]:
    return tomllib.loads(resources.files("parley.report").joinpath("glossary.toml").read_text("utf-8"))["word"]


def words() -> dict[str, Words]:
    """Every word with its sentence, by room."""
    rooms = dict.fromkeys(row["room"] for row in _rows())
    return {room: tuple((r["word"], r["says"]) for r in _rows() if r["room"] == room) for room in rooms}


def words_of_a_briefing() -> Words:
    """The few that a briefing explains."""
    return tuple((r["word"], r["says"]) for r in _rows() if r.get("brief"))
