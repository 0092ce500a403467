"""The record for other programs: schema.org Claim as JSON-LD, deadlines as iCalendar, a timeline as rows or CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from parley.record.actors import actor
from parley.record.claims import WORDS
from parley.record.entry import Entry, entry_row
from parley.record.ledger import Ledger, day_of
from parley.record.status import deadlines

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run as a formula by spreadsheet programs


def timeline(ledger: Ledger, on: date | None = None, known: date | None = None) -> list[dict[str, Any]]:
    """Acts and words on one axis, oldest first: `lane` is acts or words."""
    seen = ledger.known(known).until(on or known)
    return [
        {**entry_row(e), "lane": "words" if e.kind in WORDS and e.channel != "act" else "acts"} for e in seen.entries
    ]


def timeline_csv(rows: list[dict[str, Any]]) -> str:
    """The timeline as CSV; text cells that a spreadsheet would run are escaped."""
    out = io.StringIO()
    columns = ("on", "precision", "lane", "kind", "actor", "target", "text", "quote", "known", "id")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*columns, "publisher", "address"))
    for row in rows:
        cells = [*(row[c] for c in columns), row["source"]["publisher"], row["source"]["address"]]
        writer.writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(RISKY) else text


def claims_jsonld(ledger: Ledger, on: date | None = None, known: date | None = None) -> dict[str, Any]:
    """Everything said, as schema.org Claim in one graph."""
    seen = ledger.known(known).until(on or known)
    graph = [_claim(e) for e in seen.entries if e.kind in WORDS]
    return {"@context": "https://schema.org", "@graph": graph}


def _claim(entry: Entry) -> dict[str, Any]:
    """One Claim: who said it, on which day, where it appeared; the address only where one is on record."""
    where = {"@type": "CreativeWork", "publisher": {"@type": "Organization", "name": entry.source.publisher}}
    if entry.source.address:
        where["url"] = entry.source.address
    if entry.source.date:
        where["datePublished"] = entry.source.date.isoformat()
    made = {
        "@type": "Claim",
        "@id": f"urn:parley:record:{entry.id}",
        "author": {"@type": "Organization", "name": actor(entry.actor).name},
        "dateCreated": entry.on.isoformat(),
        "abstract": entry.text,
        "appearance": where,
    }
    return made | ({"text": entry.quote} if entry.quote else {})


def deadlines_ics(ledger: Ledger, on: date | None = None, known: date | None = None) -> str:
    """The deadlines as whole-day events of an iCalendar file (RFC 5545): lines end in CRLF and fold at 75 octets."""
    base = ledger.known(known)
    day = day_of(base, on, known)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//parley//record//EN"]
    for row in deadlines(base.until(day), day):
        stamp = row["history"][-1]["named"].replace("-", "")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row['id']}-{row['entry']}@parley",
            f"DTSTAMP:{stamp}T000000Z",
            f"DTSTART;VALUE=DATE:{row['on'].replace('-', '')}",
            f"SUMMARY:{_escaped('Deadline ' + row['id'] + ' (' + row['by'] + ')')}",
            f"DESCRIPTION:{_escaped('Otherwise: ' + row['otherwise'] + '. Source: ' + row['source']['publisher'])}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 74 octets, never cut inside a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
