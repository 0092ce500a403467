"""How a question is checked and described over HTTP: a struct made of its type, with the bounds and the words of its fields."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from parley.question import LONGEST, Part, Says, offered, said
from parley.scenario import questions as scenario

MOST_VALUES = 40  # of a field that may be repeated
LEAST, MOST = -(10**6), 10**15  # of a number whose field names no end


@lru_cache(maxsize=256)
def struct_of(kind: type, as_typed: bool = False) -> type[msgspec.Struct]:
    """The struct of a question, by which its values are checked: unknown names are refused, what is local is not offered.

    as_typed: days that are not written are those of the command, as the API's look-ups take them; a page shows a day of its own.
    """
    made = []
    for p in offered(kind):
        default, words = (p.typed, p.typed_words) if as_typed else (p.asked, p.words)
        held = type_of(p, default, words)
        made.append((p.called, held) if default is MISSING else (p.called, held, default))
    return msgspec.defstruct(kind.__name__, made, namespace={"__doc__": said(kind)}, module=__name__, frozen=True,
                             kw_only=True, forbid_unknown_fields=True)  # fmt: skip


def type_of(part: Part, default: object, says: str) -> object:
    """The type of a field within its bounds. What is taken where nothing is written is never null where it is something."""
    own: Any = Annotated[part.kind, meta_of(part, says)] if part.kind in (str, int, float, bool) else part.kind
    if part.many:
        closed = get_args(part.kind)  # of a closed set, each once
        return Annotated[tuple[own, ...], Meta(max_length=len(closed) or MOST_VALUES, description=says)]
    held = own | None if part.optional and default is None else own
    return Annotated[held, Meta(description=says)]


def meta_of(part: Part, words: str) -> Meta:
    """The bounds and words of a field."""
    says = part.says
    if part.kind is bool:
        return Meta(description=words)
    if part.kind is str:
        shown: dict[str, Any] = {"format": "date"} if says.form == "date" else {}
        shown |= {"enum": list(part.one_of)} if says.one_of else {}
        shown |= {"x-names": list(says.names())} if says.names else {}
        low, most = ends_of(part)
        return Meta(min_length=low, max_length=most, description=words, extra_json_schema=shown)
    low, high = ends_of(part)
    most = MOST if high is None else high
    if says.above is not None:
        return Meta(gt=says.above, le=most, description=words)
    return Meta(ge=LEAST if low is None else low, le=most, description=words)


def ends_of(part: Part) -> tuple[Any, Any]:
    """The least and the most of a field as it says: of a number, or of the characters of a text, which always has a most."""
    says = part.says
    if part.kind is str:
        return None if says.low is None else int(says.low), says.most or LONGEST
    return says.low, says.most if says.high is None else says.high


Toml = Annotated[str | None, Says("a scenario as TOML text; default: the shipped one", most=200_000)]
Wait = Annotated[float, Says("seconds to wait for the answer before a job is named", low=0, high=10)]
WAIT = 2.0
Room = Literal["trade", "talks", "deadline"]


@dataclass(frozen=True, kw_only=True)
class Solve(scenario.Solve):
    """What the tariffs of a day do, country by country, against those of the comparison day; with the residual."""

    wait: Wait = WAIT


@dataclass(frozen=True, kw_only=True)
class OwnScenario:
    """A scenario of the user's own, as TOML text or as an object with the same keys. Files beside it are not read.

    rooms: which parts of the answer: trade, talks, deadline.
    """

    toml: Toml = None
    scenario: Annotated[dict[str, Any], Says("a scenario as an object with the keys of the TOML")] = field(
        default_factory=dict
    )
    rooms: Annotated[tuple[Room, ...], Says("which parts of the answer")] = ("trade",)
    ranges: Annotated[bool, Says("also solve under every published elasticity set")] = False
    wait: Wait = WAIT


@dataclass(frozen=True, kw_only=True)
class Brief(scenario.Brief):
    """The whole briefing as a job: every room, with ranges."""

    toml: Toml = None
