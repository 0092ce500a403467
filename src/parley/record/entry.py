"""`Entry`: one thing said or done: by whom, when, on which source. Frozen; validated when it is read.

Who can speak are offices and persons, each with the side they speak for; states speak under their ISO3 code.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NamedTuple, TypedDict
from unicodedata import normalize

import msgspec

from parley.arguments import checked
from parley.errors import CodeError, RecordError, did_you_mean, nearest
from parley.json_values import JsonObject
from parley.record.predicates import Says

Kind = Literal[
    "event",
    "statement",
    "claim",
    "offer",
    "precondition",
    "commitment",
    "threat",
    "deadline",
    "agreement",
    "ruling",
    "observation",
]
Precision = Literal["day", "week", "approx"]
Medium = Literal[
    "act", "spokesperson", "interview", "press", "report", "joint statement", "video", "court", "letter", "social media"
]
How = Literal[
    "implements",
    "retaliates",
    "amends",
    "extends",
    "suspends",
    "excludes",
    "replaces",
    "strikes_down",
    "prepares",
    "answers",
    "denies",
    "accepts",
    "withdraws",
    "retracts",
    "moves",
    "conditions",
    "elaborates",
    "restates",
    "tests",
    "appeals",
    "not_confirmed",
    "deal_under",
    "corrects",
    "rejects",
    "affirms",
]
Day = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]  # a day in an answer: 2025-05-02
Tier = Literal[1, 2, 3, 4]
TIERS = {1: "official text", 2: "wire or newspaper", 3: "copy, aggregator or law firm", 4: "memory, unread"}
LATER = "published in this form after the day asked"  # what stands for the details of a source that came later


class Actor(NamedTuple):
    """One voice. `side` is the party it can bind: an ISO3 code, or empty for analysts, courts of law and the press.

    person: whether one person speaks, rather than an office or a house.
    """

    id: str
    name: str
    side: str
    person: bool = False


_ROWS = (
    Actor("USA", "United States", "USA"),
    Actor("CHN", "China", "CHN"),
    Actor("EUU", "European Union", "EUU"),
    Actor("JPN", "Japan", "JPN"),
    Actor("eu-commission", "the European Commission", "EUU"),
    Actor("us-president", "the President of the United States", "USA", True),
    Actor("us-treasury", "the US Secretary of the Treasury", "USA", True),
    Actor("us-trade-adviser", "the President's trade adviser", "USA", True),
    Actor("us-white-house", "the White House", "USA"),
    Actor("us-ustr", "the US Trade Representative", "USA"),
    Actor("us-commerce", "the US Secretary of Commerce", "USA", True),
    Actor("us-bis", "the US Bureau of Industry and Security", "USA"),
    Actor("us-agriculture", "the US Department of Agriculture", "USA"),
    Actor("us-court-trade", "US Court of International Trade", ""),
    Actor("us-court-appeals", "US Court of Appeals for the Federal Circuit", ""),
    Actor("us-supreme-court", "Supreme Court of the United States", ""),
    Actor("cn-mofcom", "China's Ministry of Commerce", "CHN"),
    Actor("cn-foreign-ministry", "China's Ministry of Foreign Affairs", "CHN"),
    Actor("cn-tariff-commission", "Customs Tariff Commission of the State Council", "CHN"),
    Actor("cn-foreign-minister", "China's Minister of Foreign Affairs", "CHN", True),
    Actor("cn-media", "China's state media", ""),
    Actor("cn-president", "the President of China", "CHN", True),
    Actor("wu-xinbo", "Wu Xinbo, Centre for American Studies, Fudan University", "", True),
    Actor("press", "press count or report", ""),
    Actor("piie", "Peterson Institute for International Economics", ""),
    Actor("crs", "Congressional Research Service", ""),
    Actor("yale-budget-lab", "Yale Budget Lab", ""),
)
ACTORS = {actor.id: actor for actor in _ROWS}
TITLES = frozenset("president secretary minister premier vice commissioner ambassador mr mr. ms ms.".split())
PERSONS = {  # who spoke or speaks as an actor, in some term or another: the record names the office
    "us-president": ("Donald Trump", "Joe Biden"),
    "us-treasury": ("Scott Bessent", "Steven Mnuchin", "Janet Yellen"),
    "us-commerce": ("Howard Lutnick", "Wilbur Ross", "Gina Raimondo"),
    "us-ustr": ("Jamieson Greer", "Robert Lighthizer", "Katherine Tai"),
    "us-trade-adviser": ("Peter Navarro",),
    "us-white-house": ("Karoline Leavitt",),
    "us-agriculture": ("Brooke Rollins", "Sonny Perdue"),
    "USA": ("JD Vance", "Marco Rubio", "Kevin Hassett"),
    "cn-president": ("Xi Jinping",),
    "cn-foreign-minister": ("Wang Yi",),
    "cn-foreign-ministry": ("Lin Jian", "Guo Jiakun", "Mao Ning", "Geng Shuang"),
    "cn-mofcom": ("Wang Wentao", "Li Chenggang", "He Yongqian", "Zhong Shan", "Gao Feng"),
    "CHN": ("He Lifeng", "Li Qiang", "Liu He"),
    "eu-commission": ("Ursula von der Leyen", "Maroš Šefčovič"),
    "CAN": ("Mark Carney", "Justin Trudeau"),
    "MEX": ("Claudia Sheinbaum", "Marcelo Ebrard"),
    "JPN": ("Shigeru Ishiba", "Sanae Takaichi", "Ryosei Akazawa"),
    "GBR": ("Keir Starmer",),
    "IND": ("Narendra Modi",),
    "BRA": ("Luiz Inácio Lula da Silva",),
}


def actor(text: str, where: str = "actor") -> Actor:
    """The actor of an id or an ISO3 code. Raises RecordError with the nearest name."""
    if text in ACTORS:
        return ACTORS[text]
    from parley.codes import countries

    if text in countries():
        return Actor(text, countries()[text].name, text)
    near = nearest(text, ACTORS)
    hint = f"Did you mean {near[0]}?" if near else ""
    raise RecordError(where, f"no actor {text!r}", f"an ISO3 code, or {', '.join(ACTORS)}", hint)


def actor_named(text: str, where: str = "actor") -> Actor:
    """The actor that a reader asks for: by id, by words of its name, or a country in any spelling. Raises RecordError.

    Examples
    --------
    >>> [actor_named(said).id for said in ("China", "us-treasury", "ministry of commerce")]
    ['CHN', 'us-treasury', 'cn-mofcom']
    """
    if text in ACTORS:
        return ACTORS[text]
    from parley.codes import country

    try:
        return actor(country(text, where))
    except CodeError:
        words = text.casefold().split()
        meant = [a for a in _ROWS if words and all(word in a.name.casefold() for word in words)]
        if len(meant) == 1:
            return meant[0]
        spoke = [(actor(id), name) for id, names in PERSONS.items() for name in names if _is_named(text, name)]
        if spoke and not meant:
            names = " and ".join(name for _, name in spoke)
            offices = "; ".join(dict.fromkeys(f"{a.id} ({a.name})" for a, _ in spoke))
            hint = "Ask for the office, and for days on which that person held it"
            raise RecordError(where, f"{names}: the record names offices, not persons", offices, hint) from None
        known = "; ".join(f"{a.id} ({a.name})" for a in meant or _ROWS if a.id != a.side)
        hint = did_you_mean([] if meant else nearest(text, ACTORS))
        raise RecordError(where, f"no actor {text[:80]!r}", f"a country, or one of: {known}", hint) from None


def _is_named(text: str, person: str) -> bool:
    """Whether a text is a person's name or a part of it, with or without a title, an initial and marks on letters."""
    said = {word for word in _plain(text) if word not in TITLES and len(word.rstrip(".")) > 1}
    return bool(said) and said <= set(_plain(person))


def _plain(name: str) -> list[str]:
    """The words of a name, without marks on its letters."""
    return normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().split()


def matches(actor_id: str, behalf: str, wanted: str) -> bool:
    """Whether a voice is the wanted actor, or speaks for the wanted side."""
    return wanted in (actor_id, behalf, actor(actor_id).side)


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it stands. `read` is true only where the text, or a stored excerpt of it, was read; the note says which."""

    publisher: str
    tier: Tier
    read: bool
    date: date | None = None  # the day of publication; absent where the source does not state it
    known: date | None = None  # where no day is stated: the first day on which it can have been read
    address: str = ""
    note: str = ""

    @checked
    def public(self, day: date) -> bool:
        """Whether it had been published by a day; a source that states no day at all is taken to have been."""
        since = self.date or self.known
        return since is None or since <= day


class Relation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this entry bears on an earlier one."""

    to: str
    how: How


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing said or done. Two clocks: `on`, the day it happened; `known`, the first day on which it was public.

    id: the day and a number, 2025-05-02-03. behalf: the side it binds (ISO3), empty for analysts.
    known_end: the day from which a later entry replaces this reading of it; absent: still so.
    quote: short verbatim public words, or empty. text: what happened, in our words. source first, `also` further ones.
    """

    id: str
    kind: Kind
    actor: str
    on: date
    known: date
    text: str
    source: Source
    behalf: str = ""
    target: str = ""
    precision: Precision = "day"
    known_end: date | None = None
    channel: Medium = "press"
    quote: str = ""
    says: tuple[Says, ...] = ()
    relates: tuple[Relation, ...] = ()
    also: tuple[Source, ...] = ()

    @checked
    def known_on(self, day: date | None) -> bool:
        """Whether the entry was public on that day and not yet replaced (half-open, like every clock of parley)."""
        if day is None:
            return self.known_end is None
        return self.known <= day and (self.known_end is None or day < self.known_end)

    @checked
    def as_known(self, day: date | None) -> Entry:
        """The entry with no source that came after a day: of its first source, if it did, the publisher alone is left."""
        if day is None or all(s.public(day) for s in (self.source, *self.also)):
            return self
        first = self.source
        if not first.public(day):
            first = Source(publisher=first.publisher, tier=first.tier, read=first.read, note=LATER)
        return msgspec.structs.replace(self, source=first, also=tuple(s for s in self.also if s.public(day)))


class LedgerFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of the ledger: the entries of one month."""

    entry: tuple[Entry, ...] = ()


class SourceRow(TypedDict):
    """Where an entry stands, as answers show it."""

    publisher: str
    date: Day | None  # of publication
    address: str | None
    tier: Tier
    tier_name: str
    read: bool  # whether the text, or a stored excerpt of it, was read
    note: str | None


class RelationRow(TypedDict):
    """How an entry bears on an earlier one."""

    to: str  # the id of the earlier entry
    how: How


class StatementRow(TypedDict):
    """Who said or did what, on which day and source."""

    actor: str
    on: Day  # the day it happened
    precision: Precision
    known: Day  # the first day on which it was public
    text: str  # in parley's words
    quote: str | None  # short verbatim public words
    source: SourceRow
    also: list[SourceRow]  # further sources


class SaidRow(StatementRow):
    """An entry as a briefing shows it."""

    id: str
    kind: Kind
    behalf: str | None  # the side that it binds


class EntryRow(SaidRow):
    """An entry in full."""

    target: str | None
    channel: Medium
    says: list[JsonObject]  # its predicates, as `parley record schema` has them
    relates: list[RelationRow]


def source_row(source: Source) -> SourceRow:
    """A source as plain data, with its tier in words; no address is null."""
    return {
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "address": source.address or None,
        "tier": source.tier,
        "tier_name": TIERS[source.tier],
        "read": source.read,
        "note": source.note or None,
    }


def said_row(entry: Entry) -> SaidRow:
    """An entry as a briefing shows it."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "actor": entry.actor,
        "behalf": entry.behalf or None,
        "on": entry.on.isoformat(),
        "precision": entry.precision,
        "known": entry.known.isoformat(),
        "text": entry.text,
        "quote": entry.quote or None,
        "source": source_row(entry.source),
        "also": [source_row(s) for s in entry.also],
    }


def entry_row(entry: Entry) -> EntryRow:
    """An entry as plain data: what `record list --json` shows."""
    return {
        **said_row(entry),
        "target": entry.target or None,
        "channel": entry.channel,
        "says": msgspec.to_builtins(list(entry.says)),
        "relates": [{"to": r.to, "how": r.how} for r in entry.relates],
    }
