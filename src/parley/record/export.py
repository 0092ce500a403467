"""The record for other programs: schema.org Claim as JSON-LD, deadlines as iCalendar, a timeline as rows or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import NotRequired, TypedDict

from parley.codes import country_name
from parley.record.answers import DeadlineRow, Lane, RateSeries, RateStep, TimelineRow
from parley.record.entry import Day, Entry, actor, entry_row
from parley.record.in_words import EVERYONE, plain
from parley.record.ledger import Ledger, day_of
from parley.record.status import deadlines
from parley.record.summary import WORDS

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")  # a cell that begins so is run as a formula by spreadsheet programs
ACTS = frozenset({"event", "agreement", "ruling"})
COLUMNS = ("on", "precision", "lane", "kind", "actor", "target", "text", "quote", "known", "id")
Cell = str | float | None
Voice = TypedDict("Voice", {"@type": str, "name": str})
Place = TypedDict(  # where a claim appeared: the address only where one is on record
    "Place", {"@type": str, "publisher": Voice, "url": NotRequired[str], "datePublished": NotRequired[Day]}
)
Claim = TypedDict(  # https://schema.org/Claim
    "Claim",
    {"@type": str, "@id": str, "author": Voice, "dateCreated": Day, "abstract": str, "appearance": Place,
     "text": NotRequired[str]},
)  # fmt: skip
ClaimsGraph = TypedDict("ClaimsGraph", {"@context": str, "@graph": list[Claim]})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # RFC 5545 section 3.1 allows none of them in a text


def timeline(ledger: Ledger, on: date | None = None, known: date | None = None) -> list[TimelineRow]:
    """Acts and words on one axis, oldest first: `lane` is acts or words. What observers count is words, an order is an act."""
    seen = ledger.known(known).until(on or known)
    return [{**entry_row(e), "lane": _lane(e)} for e in seen.entries]


def _lane(entry: Entry) -> Lane:
    return "acts" if entry.kind in ACTS or entry.channel == "act" else "words"


def timeline_csv(rows: Sequence[TimelineRow], rates: Sequence[RateSeries] = ()) -> str:
    """The timeline as CSV, rates as rows of a lane of their own; cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, "publisher", "address", "rate", "origin", "destination"))
    lines = [_entry_cells(row) for row in rows] + [_step_cells(pair, step) for pair in rates for step in pair["steps"]]
    for cells in sorted(lines, key=lambda cells: str(cells[0])):
        writer.writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _entry_cells(row: TimelineRow) -> list[Cell]:
    return [*(row[c] for c in COLUMNS), row["source"]["publisher"], row["source"]["address"], None, None, None]


def _step_cells(pair: RateSeries, step: RateStep) -> list[Cell]:
    """A step of the rates as a row: no actor, no source of its own; the law room has the acts."""
    filled: dict[str, Cell] = {
        "on": step["on"],
        "precision": "day",
        "lane": "rates",
        "kind": "rate",
        "text": pair["words"],
    }
    return [*(filled.get(c) for c in COLUMNS), None, None, step["rate"], pair["origin"], pair["destination"]]


def _safe(cell: Cell) -> str | float:
    if cell is None or isinstance(cell, float):
        return "" if cell is None else cell
    text = str(cell)
    return f"'{text}" if text.startswith(RISKY) else text


def claims_jsonld(ledger: Ledger, on: date | None = None, known: date | None = None) -> ClaimsGraph:
    """Everything said, as schema.org Claim in one graph."""
    seen = ledger.known(known).until(on or known)
    graph = [_claim(e) for e in seen.entries if e.kind in WORDS]
    return {"@context": "https://schema.org", "@graph": graph}


def _claim(entry: Entry) -> Claim:
    """One Claim: who said it, on which day, where it appeared; the address only where one is on record."""
    voice = actor(entry.actor)
    where: Place = {"@type": "CreativeWork", "publisher": {"@type": "Organization", "name": entry.source.publisher}}
    if entry.source.address:
        where["url"] = entry.source.address
    if entry.source.date:
        where["datePublished"] = entry.source.date.isoformat()
    made: Claim = {
        "@type": "Claim",
        "@id": f"urn:parley:record:{entry.id}",
        "author": {"@type": "Person" if voice.person else "Organization", "name": voice.name},
        "dateCreated": entry.on.isoformat(),
        "abstract": entry.text,
        "appearance": where,
    }
    if entry.quote:
        made["text"] = entry.quote
    return made


def deadlines_ics(ledger: Ledger, on: date | None = None, known: date | None = None) -> str:
    """The deadlines as whole-day events of an iCalendar file (RFC 5545): lines end in CRLF and fold at 75 octets.

    Stamps are the days on which each day was named, so that the same record gives the same bytes; a deadline that
    moved keeps its UID and raises its SEQUENCE, so that calendars move the event.
    """
    base = ledger.known(known)
    day = day_of(base, on, known)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//parley//record//EN", "CALSCALE:GREGORIAN"]
    for row in deadlines(base.until(day), day):
        lines += _event(row)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(row: DeadlineRow) -> list[str]:
    """One deadline as the lines of a VEVENT, not yet folded."""
    stamp = row["history"][-1]["named"].replace("-", "")
    uid = re.sub(r"[^A-Za-z0-9.-]", "-", f"{row['id']}-{row['entry']}")
    name = plain(row["id"])
    by = "both sides" if row["by"] == EVERYONE else country_name(row["by"])
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@parley",
        f"DTSTAMP:{stamp}T000000Z",
        f"SEQUENCE:{len(row['history']) - 1}",
        f"DTSTART;VALUE=DATE:{row['on'].replace('-', '')}",
        f"SUMMARY:{_escaped(f'Deadline {name} ({by})')}",
        f"DESCRIPTION:{_escaped('Otherwise: ' + row['otherwise'] + '. Source: ' + row['source']['publisher'])}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Text as RFC 5545 section 3.3.11 writes it; a line break becomes \\n, other control characters go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return CONTROL.sub("", text.replace("\n", "\\n"))


def _folded(line: str) -> str:
    """A line in pieces of at most 74 octets, never cut inside a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
