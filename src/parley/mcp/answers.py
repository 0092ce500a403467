"""What an assistant is handed: an answer of at most 4 kB with both its clocks, its sources and the address of the rest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from parley import __version__
from parley.errors import RateWarning, unknown_name
from parley.law.law_package import law_in_use
from parley.mcp.shorten import left_out, rounded, shortened, size
from parley.mcp.tools import TOOLS, Tool

Value = TypeVar("Value")
MOST = 4096  # bytes of an answer
SOURCES = 8  # shown; the address of the whole has the rest
PARTS = 8  # parts of which something is left out that are named
CLOCKS = ("on", "known", "law_known_to", "law_version")
EVERYTHING = "everything in the package"
ANSWERS = "parley://answers/"


def tool_named(name: str) -> Tool:
    """A tool. Raises InputError with the nearest."""
    if name not in TOOLS:
        raise unknown_name("tool", "tool", name[:60], TOOLS)
    return TOOLS[name]


def address_of(name: str, given: Mapping[str, Any], part: str = "") -> str:
    """The address of a whole answer as a resource, or of a part of it."""
    words = [name, *(quote(word, safe="") for word in part.split("/") if word)]
    pairs = {key: value for key, value in given.items() if value not in (None, "", [], ())}
    asked = {key: str(value).lower() if isinstance(value, bool) else value for key, value in pairs.items()}
    return f"{ANSWERS}{'/'.join(words)}?{urlencode(asked, doseq=True)}"


def heard(work: Callable[[], Value]) -> tuple[Value, list[str]]:
    """What a function gives back, and the warnings of rates that look like percentages, each once."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RateWarning)
        found = work()
    return found, list(dict.fromkeys(str(one.message) for one in told if issubclass(one.category, RateWarning)))


def called(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a tool, of at most MOST bytes. Raises ParleyError."""
    tool = tool_named(name)
    asked = tool.read(given)
    (found, sources), warned = heard(lambda: answer_and_sources(tool, asked))
    head = {
        "tool": name,
        **{day: given[day] for day in tool.days},
        "knowledge": found.get("known") or EVERYTHING,
        "law_known_to": found.get("law_known_to"),
        "law_version": found.get("law_version") or law_in_use().version,
        "parley": __version__,
    }
    told = rounded({key: value for key, value in found.items() if key not in CLOCKS})
    head |= {"warnings": warned} if warned else {}
    head |= shortened({"sources": sources[:SOURCES]}, MOST // 4) | {"sources_in_all": len(sources)}
    room = MOST
    while True:
        made = head | _shown(name, given, told, room - size(head), tool.first) | {"whole_bytes": size(found)}
        over = size(made) - MOST
        if over <= 0:
            return made
        room -= over


def answer_and_sources(tool: Tool, asked: Any) -> tuple[dict[str, Any], list[str]]:
    """The whole answer, and what it rests on."""
    found = tool.answered(asked)
    return found, [text for text in tool.sources(asked, found) if text]


def _shown(
    name: str, given: Mapping[str, Any], told: dict[str, Any], room: int, first: tuple[str, ...]
) -> dict[str, Any]:
    """As much of an answer as has room, what is left out of it, and where that is."""
    answer = shortened(told, max(room, 2), first)
    left = sorted(left_out(told, answer), key=lambda one: one["shown"] - one["of"])[:PARTS]
    made = {"answer": answer, "left_out": left, "more": address_of(name, given)}
    return made | {"more_of_a_part": address_of(name, given, left[0]["part"])} if left else made
