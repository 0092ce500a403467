"""What is wrong with an entry: file, entry, field, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec
from msgspec import inspect

from parley.errors import RecordError, nearest
from parley.record.entry import Entry, actor
from parley.record.predicates import Effect, WillImpose, WillLower, WillRemove

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
        raise _explained(str(fault), raw, label) from None
    _check_meaning(entry, label)
    return entry


def _explained(message: str, raw: Any, label: str) -> RecordError:
    """The error for one message of the validator, with the allowed names at that place."""
    what, _, path = message.partition(" - at `$")
    steps = [int(s) if s.isdecimal() else s for s in re.findall(r"[^.\[\]`]+", path)]
    field = path.strip("`").lstrip(".") or "entry"
    unknown = re.search(r"unknown field `(.+)`", what)
    missing = re.search(r"missing required field `(.+)`", what)
    if unknown or missing:
        names = _names(_type_at(steps, raw))
        if missing:
            return RecordError(f"{label}, field {field}", f"no {missing[1]!r}", ", ".join(names))
        return _with_nearest(f"{label}, field {field}", f"no such field {unknown[1]!r}" if unknown else "", names)
    found = _value_at(steps, raw)
    if what.startswith("Invalid"):
        kind = _type_at(steps[:-1], raw) if steps[-1:] == ["is"] else _type_at(steps, raw)
        return _with_nearest(f"{label}, field {field}", f"{found!r}", _names(kind, tags=steps[-1:] == ["is"]))
    return RecordError(f"{label}, field {field}", f"{found!r}", what.replace("Expected ", "").split(", got")[0])


def _with_nearest(where: str, found: str, names: list[str]) -> RecordError:
    quoted = re.findall(r"'(.*)'", found)
    near = nearest(quoted[0], names) if quoted else []
    return RecordError(where, found, ", ".join(names), f"Did you mean {near[0]}?" if near else "")


def _type_at(steps: list[Any], raw: Any) -> Any:
    """The type that the schema expects at a path; inside a union, the member that the value's own tag names."""
    kind: Any = inspect.type_info(Entry)
    for step in steps:
        kind = _member(kind, raw)
        if isinstance(step, int):
            kind = kind.item_type if hasattr(kind, "item_type") else kind.item_types[step]
            raw = raw[step]
        else:
            kind = next(f.type for f in kind.fields if f.encode_name == step)
            raw = raw.get(step)
    return kind if isinstance(raw, dict) and "is" not in raw and steps[-1:] == ["is"] else _member(kind, raw)


def _member(kind: Any, raw: Any) -> Any:
    """The member of a union that a table's tag names, else the union as it is."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    structs = [t for t in kind.types if isinstance(t, inspect.StructType)]
    tag = raw.get("is") if isinstance(raw, dict) else None
    return next((t for t in structs if t.tag == tag), kind)


def _names(kind: Any, *, tags: bool = False) -> list[str]:
    """Every name that is allowed by a type: fields of a struct, values of a literal, tags of a union."""
    if isinstance(kind, inspect.UnionType):
        literals = [n for t in kind.types if isinstance(t, inspect.LiteralType) for n in _names(t)]
        return literals or sorted(str(t.tag) for t in kind.types if isinstance(t, inspect.StructType))
    if isinstance(kind, inspect.StructType) and not tags:
        return [f.encode_name for f in kind.fields]
    if isinstance(kind, inspect.LiteralType):
        return [str(v) for v in kind.values]
    return []


def _value_at(steps: list[Any], raw: Any) -> Any:
    for step in steps:
        raw = raw[step]
    return raw


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
