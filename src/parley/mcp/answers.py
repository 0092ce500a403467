"""What an assistant is handed: an answer of at most 4 kB with both its clocks, its sources and the address of the rest."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from parley import __version__
from parley.errors import InputError, ParleyError, RateWarning, unknown_name
from parley.json_values import JsonObject
from parley.law.law_package import law_in_use
from parley.mcp.shorten import left_out, rounded, shortened, size
from parley.mcp.tools import TOOLS, Tool
from parley.question import by_key

Value = TypeVar("Value")
MOST = 4096  # bytes of an answer
SOURCES = 8  # shown; the address of the whole has the rest
LONGEST = 1600  # characters of the address of a whole answer: that one always has room
PARTS = 8  # parts of which something is left out that are named
CLOCKS = ("on", "known", "law_known_to", "law_version")
EVERYTHING = "everything in the package"
ANSWERS = "parley://answers/"
_COMMAND = re.compile(rf"`?parley ({'|'.join(t.command for t in TOOLS.values())})\b(?: [A-Z]+)*`?")


def tool_named(name: str) -> Tool:
    """A tool. Raises InputError with the nearest."""
    if name not in TOOLS:
        raise unknown_name("tool", "tool", name[:60], TOOLS)
    return TOOLS[name]


def refusal(error: ParleyError) -> str:
    """A refusal in the words of the tools: arguments where it names options, tools where it names commands."""
    return _COMMAND.sub(lambda found: next(t.name for t in TOOLS.values() if t.command == found[1]), by_key(str(error)))


def address_of(name: str, given: Mapping[str, Any]) -> str:
    """The address of a whole answer as a resource."""
    pairs = {key: value for key, value in given.items() if value not in (None, "", [], ())}
    asked = {key: str(value).lower() if isinstance(value, bool) else value for key, value in pairs.items()}
    return f"{ANSWERS}{name}?{urlencode(asked, doseq=True)}"


def part_of(address: str, part: str) -> str:
    """The address of a part of an answer."""
    name, _, query = address.partition("?")
    return "/".join([name, *(quote(word, safe="") for word in part.split("/") if word)]) + f"?{query}"


def heard(work: Callable[[], Value]) -> tuple[Value, list[str]]:
    """What a function gives back, and the warnings of rates that look like percentages, each once."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RateWarning)
        found = work()
    return found, list(dict.fromkeys(str(one.message) for one in told if issubclass(one.category, RateWarning)))


def called(name: str, given: Mapping[str, Any]) -> JsonObject:
    """The answer of a tool, of at most MOST bytes. Raises ParleyError."""
    tool = tool_named(name)
    asked, address = tool.read(given), address_of(name, given)
    if len(address) > LONGEST:
        raise InputError(
            name,
            f"arguments of {len(address):,} characters as an address",
            f"at most {LONGEST:,}",
            "Ask with fewer values",
        )
    (found, sources), warned = heard(lambda: answer_and_sources(tool, asked))
    head = {
        "tool": name,
        **{day: given[day] for day in tool.days},
        "knowledge": found.get("known") or EVERYTHING,
        "law_known_to": found.get("law_known_to"),
        "law_version": found.get("law_version") or law_in_use().version,
        "parley": __version__,
    }
    told: JsonObject = {key: rounded(value) for key, value in found.items() if key not in CLOCKS}
    head |= shortened({"warnings": warned}, MOST // 8) if warned else {}
    head |= shortened({"sources": sources[:SOURCES]}, MOST // 4) | {"sources_in_all": len(sources)}
    head |= {"whole_bytes": size(found), "more": address}
    return head | _shown(address, told, MOST - size(head), tool.first)


def answer_and_sources(tool: Tool, asked: Any) -> tuple[JsonObject, list[str]]:
    """The whole answer, and what it rests on."""
    found = tool.answered(asked)
    return found, [text for text in tool.sources(asked, found) if text]


def _shown(address: str, told: dict[str, Any], room: int, first: tuple[str, ...]) -> dict[str, Any]:
    """As much of an answer as has room, and what is left out of it: the greatest parts first, and the address of the greatest."""
    given, parts = room, PARTS
    while True:
        answer = shortened(told, max(given, 2), first)
        left = sorted(left_out(told, answer), key=lambda one: one["shown"] - one["of"])[:parts]
        made = {"answer": answer, "left_out": left} | (
            {"more_of_a_part": part_of(address, left[0]["part"])} if left else {}
        )
        over = size(made) - room
        if over <= 0:
            return made
        given, parts = given - over, parts - (given <= 2)  # where nothing is left of the answer, fewer parts are named
