"""`law diff --feed`: the days of change as JSON Feed 1.1 (jsonfeed.org), with its type and its one builder.

What the format has no word for stands under `_parley`, as the format provides for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

from parley.codes import dotted, label, name_in_text
from parley.law.answers import Clocks, asked_clocks
from parley.law.products import stands_in
from parley.law.readings import Reading
from parley.tabular import percent

if TYPE_CHECKING:
    from parley.law.diff import Change
    from parley.law.feed import DayOfChange, Feed, RateMove
    from parley.law.measure import Act
    from parley.law.regime import Regime

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
SHOWN = 20  # codes of a group of lines that are named
GROUPS = 40  # groups of an item; the count says how many there are


class FeedAct(TypedDict):
    """An act behind a change. address: where its text was read; null where it was not."""

    id: str
    title: str
    citation: str
    address: str | None


class FeedChange(TypedDict):
    """What one measure did on an origin's goods; before, after: its own rate as a fraction, null where it has several or none."""

    origin: str
    measure: str
    legal_authority: str
    what: Literal["began", "ended", "moved", "restacked"]
    before: float | None
    after: float | None
    lines: int
    acts: list[FeedAct]
    source: str
    ban: bool
    known: date | None


class FeedRate(TypedDict):
    """Lines whose whole rate moved alike, as fractions; null where unknown. products: some of their codes; lines: how many."""

    origin: str
    before: float | None
    after: float | None
    prohibited: bool
    lines: int
    products: list[str]


class FeedDay(TypedDict):
    """One day as data. rates: the groups with the most lines; groups: how many there are."""

    on: date
    changes: list[FeedChange]
    rates: list[FeedRate]
    groups: int


class FeedAuthor(TypedDict):
    """Who made the feed."""

    name: str


class FeedItem(TypedDict):
    """An item of JSON Feed: one day of change. id: the same for the same day in every run."""

    id: str
    title: str
    content_text: str
    summary: str
    date_published: str  # RFC 3339; the day is that of the levier's calendar
    tags: list[str]
    external_url: NotRequired[str]  # where an act of the day was read
    _parley: FeedDay


class FeedAsked(Clocks):
    """What the feed is of; `on` is its last day."""

    destination: str
    origins: list[str]
    products: list[str]
    legal_authorities: list[str]
    reading: Reading
    since: date  # changes after this day
    lines: int


class FeedAnswer(TypedDict):
    """`law diff --feed`: a JSON Feed, its newest day first."""

    version: str
    title: str
    description: str
    language: str
    authors: list[FeedAuthor]
    items: list[FeedItem]
    _parley: FeedAsked


def feed_answer(regime: Regime, found: Feed) -> FeedAnswer:
    """The answer to `law diff --feed`."""
    acts = {m.act.id: m.act for m in regime.measures}
    told = asked_clocks(regime, found.destination, found.last, found.known)
    goods = ", ".join(dotted(p) for p in found.products) or "all goods"
    sellers = ", ".join(name_in_text(o) for o in found.origins)
    by = f" ({', '.join(label(p) for p in found.programmes)})" if found.programmes else ""
    older = stands_in(found.destination, found.first)
    seen = f", as known on {told['known']}" if told["known"] else ""
    return {
        "version": VERSION,
        "title": f"Tariffs of {name_in_text(found.destination)} on {goods} from {sellers}{by}",
        "description": f"Each day after {found.first} and up to {found.last} on which a rate or a measure changes{seen}; "
        f"law {told['law_version'] or 'of acts of your own'}. Rates are those without claims."
        + (f" {older[0].upper()}{older[1:]}." if older else ""),
        "language": "en",
        "authors": [{"name": "parley"}],
        "items": [_item(found, d, acts) for d in reversed(found.days)],
        "_parley": {
            **told,
            "destination": found.destination,
            "origins": list(found.origins),
            "products": list(found.products),
            "legal_authorities": list(found.programmes),
            "reading": found.reading,
            "since": found.first,
            "lines": found.lines,
        },
    }


def _item(of: Feed, day: DayOfChange, acts: dict[str, Act]) -> FeedItem:
    changes = [_change(origin, c, acts) for origin, c in day.changes]
    lines = [*(_words(c) for c in changes), *(_moved(m) for m in day.moves[:GROUPS])]
    more = len(day.moves) - GROUPS
    if more > 0:
        lines.append(f"and {more} more groups of lines")
    reading = "" if of.reading == "law" else f"{of.reading}:"
    made: FeedItem = {
        "id": f"parley:law:{of.destination}:{reading}{day.on}",
        "title": f"{day.on}: {_headline(changes, day.moves)}",
        "content_text": "\n".join(lines),
        "summary": _headline(changes, day.moves),
        "date_published": f"{day.on}T00:00:00Z",
        "tags": list(dict.fromkeys(label(c["legal_authority"]) for c in changes)),
        "_parley": {
            "on": day.on,
            "changes": changes,
            "rates": [_rate(m) for m in day.moves[:GROUPS]],
            "groups": len(day.moves),
        },
    }
    address = next((a["address"] for c in changes for a in c["acts"] if a["address"]), None)
    if address:
        made["external_url"] = address
    return made


def _change(origin: str, c: Change, acts: dict[str, Act]) -> FeedChange:
    return {"origin": origin, "measure": c.measure, "legal_authority": c.programme, "what": c.what, "before": c.before, "after": c.after,
            "lines": c.lines, "acts": [_act(a, acts) for a in c.acts], "source": c.source, "ban": c.ban, "known": c.known}  # fmt: skip


def _act(name: str, acts: dict[str, Act]) -> FeedAct:
    """An act by its id; one that ended measures may have no file of its own."""
    held = acts.get(name)
    if held is None:
        return {"id": name, "title": name, "citation": name, "address": None}
    return {"id": name, "title": held.title, "citation": held.citation, "address": held.address or None}


def _rate(m: RateMove) -> FeedRate:
    return {"origin": m.origin, "before": m.before, "after": m.after, "prohibited": m.prohibited, "lines": len(m.products),
            "products": list(m.products[:SHOWN])}  # fmt: skip


def _step(c: FeedChange) -> str:
    """What a measure did, in words."""
    if c["ban"]:
        return {"began": "import prohibited", "ended": "prohibition ended"}.get(c["what"], "prohibited on other goods")
    before, after = (f"{percent(r).removesuffix('.0')} %" if r is not None else "" for r in (c["before"], c["after"]))
    words = {"began": f"began at {after or 'several rates'}", "ended": f"{before} ended".strip(),
             "moved": f"{before} to {after}" if before and after else "moved",
             "restacked": "on other goods or shares of value"}  # fmt: skip
    return words[c["what"]]


def _words(c: FeedChange) -> str:
    acts = "; ".join(a["citation"] for a in c["acts"]) or c["source"]
    return f"{name_in_text(c['origin'])}: {label(c['legal_authority'])}, {c['measure']}: {_step(c)}, on {_lines(c['lines'])} ({acts})"


def _moved(m: RateMove) -> str:
    before, after = (f"{percent(r, 2)} %" if r is not None else "unknown" for r in (m.before, m.after))
    some = ", ".join(dotted(p) for p in m.products[:3]) + (" …" if len(m.products) > 3 else "")
    ban = "; import prohibited" if m.prohibited else ""
    return f"{name_in_text(m.origin)}: rate {before} to {after} on {_lines(len(m.products))}: {some}{ban}"


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def _headline(changes: Sequence[FeedChange], moves: Sequence[RateMove]) -> str:
    """The day in a few words: the measure that touches most lines, else the schedule."""
    if not changes:
        return f"rates of the schedule, on {_lines(sum(len(m.products) for m in moves))}"
    first = max(changes, key=lambda c: c["lines"])
    more = len({c["measure"] for c in changes}) - 1
    said = f"{label(first['legal_authority'])}: {first['measure']} {_step(first)}"
    return f"{said}, and {more} more" if more else said
