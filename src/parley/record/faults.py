"""What is wrong with an entry: file, entry, field, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from parley.errors import RecordError
from parley.record.entry import Entry, actor
from parley.record.predicates import Effect, WillImpose, WillLower, WillRemove
from parley.struct_faults import struct_fault

_ID = re.compile(r"\d{4}-\d{2}-\d{2}-\d{2}")
_PARTY_FIELDS = ("by", "to", "of", "target", "seller", "origin", "destination")
HIGHEST = 10.0  # 1,000 %: above it a percentage was written where a fraction belongs
LONGEST_QUOTE = 200  # characters: quotes are short and public; longer ones belong to the source


def read_entry(raw: Any, where: str) -> Entry:
    """The entry of one table of TOML or JSON. Raises RecordError with entry, field, found, allowed, nearest."""
    if not isinstance(raw, dict):
        raise RecordError(where, f"{raw!r} where an entry belongs", "[[entry]] tables")
    label = f"{where}: entry {raw.get('id', '(no id)')}"
    if not raw.get("source"):
        raise RecordError(f"{label}, field source", "no source", "source = { publisher, date, tier, read, address, note }",
                          "Nothing enters the record without one")  # fmt: skip
    try:
        entry = msgspec.convert(raw, Entry)
    except msgspec.ValidationError as fault:
        found = struct_fault(fault, raw, Entry)
        raise RecordError(f"{label}, field {found.key or 'entry'}", found.found, found.allowed, found.hint) from None
    _check_meaning(entry, label)
    return entry


def _check_meaning(entry: Entry, label: str) -> None:
    """The laws that types cannot say: ids carry their day, nobody knows a thing before it happens, names exist."""
    actor(entry.actor, f"{label}, field actor")
    for name in ("behalf", "target"):
        if getattr(entry, name) not in ("", "*"):
            actor(getattr(entry, name), f"{label}, field {name}")
    if not _ID.fullmatch(entry.id) or not entry.id.startswith(entry.on.isoformat()):
        raise RecordError(f"{label}, field id", repr(entry.id), f"the entry's day and a number: {entry.on}-01")
    if entry.known < entry.on:
        raise RecordError(f"{label}, field known", f"{entry.known} is before {entry.on}, when it happened",
                          "the first day on which it was public")  # fmt: skip
    if entry.known_end is not None and entry.known_end <= entry.known:
        raise RecordError(f"{label}, field known_end", str(entry.known_end), f"a day after known = {entry.known}")
    if len(entry.quote) > LONGEST_QUOTE:
        raise RecordError(f"{label}, field quote", f"{len(entry.quote)} characters", f"at most {LONGEST_QUOTE}")
    for number, source in enumerate((entry.source, *entry.also)):
        _check_source(source, f"{label}, field {'source' if not number else f'also[{number - 1}]'}")
    for number, said in enumerate(entry.says):
        _check_parties(said, f"{label}, field says[{number}]")
        _check_rate(said, f"{label}, field says[{number}]")
        _check_span(said, f"{label}, field says[{number}]")
        _check_duty(said, f"{label}, field says[{number}]")


def _check_source(source: Any, where: str) -> None:
    if not source.publisher.strip():
        raise RecordError(f"{where}.publisher", "empty", "who published it")
    if source.tier == 4 and source.read:
        raise RecordError(f"{where}.read", "true with tier 4", "false: tier 4 is what was not read")
    if source.address and not source.address.startswith(("https://", "http://")):
        raise RecordError(f"{where}.address", repr(source.address), "an address that was read, or nothing")


def _check_parties(said: Any, where: str) -> None:
    fields = [(name, getattr(said, name)) for name in _PARTY_FIELDS if hasattr(said, name)]
    fields = [] if isinstance(said, Effect) else fields  # it speaks of things, not of parties
    fields += [(f"parties[{i}]", p) for i, p in enumerate(getattr(said, "parties", ()))]
    for name, value in fields:
        if value not in ("", "*"):
            actor(value, f"{where}.{name}")


def _check_rate(said: Any, where: str) -> None:
    """Rates are fractions, quantities and counts finite and not negative."""
    for name in ("rate", "rate_to", "quantity", "quantity_to", "count", "count_to"):
        value, is_rate = getattr(said, name, None), name.startswith("rate")
        if value is None or (value >= 0 and (value <= HIGHEST or not is_rate) and math.isfinite(value)):
            continue
        wrong = is_rate and HIGHEST < value < math.inf
        hint = f"For {value:g} percent write {value / 100:g}" if wrong else ""
        raise RecordError(f"{where}.{name}", f"{value:g}", "a fraction of customs value, such as 0.25"
                          if is_rate else "a number, zero or more", hint)  # fmt: skip


def _check_span(said: Any, where: str) -> None:
    """A range has both ends, and a span of days ends no earlier than it begins."""
    if getattr(said, "rate_to", None) is not None and said.rate is None:
        raise RecordError(f"{where}.rate_to", f"{said.rate_to:g} without a rate", "both ends of the range")
    first, last = getattr(said, "start", None), getattr(said, "start_to", None)
    if last is not None and (first is None or last < first):
        raise RecordError(f"{where}.start_to", f"{last} with start {first}", "a day not before start")


def _check_duty(said: Any, where: str) -> None:
    """A promise about a duty says which: a measure of the law room by its id, or a programme."""
    if isinstance(said, (WillImpose, WillLower, WillRemove)) and not (said.measure or said.programme):
        raise RecordError(f"{where}.measure", "no measure and no programme", "the id of a measure, or a legal authority",
                          "See: parley law measures list")  # fmt: skip
