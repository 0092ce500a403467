"""A question out of an address or a body: known names alone, each once unless it may be repeated, of the right type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec

from parley.argument_values import in_words
from parley.codes import day
from parley.errors import InputError, unknown_name
from parley.question import Part, offered
from parley.text_files import FileKind, parse_json
from parley.web.questions import ends_of, struct_of

T = TypeVar("T")
MOST_FIELDS = 200  # parameters of one address
BODY = FileKind("one JSON object", ending=".json")
LONGEST = 400  # characters of one value


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The names and values of an address. Raises InputError where there are too many, or one is too long."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise InputError("address", "parameters that cannot be read", f"UTF-8, at most {MOST_FIELDS}") from None
    for name, value in pairs:
        if len(value) > LONGEST or "\x00" in value:
            raise InputError(name[:40], f"a value of {len(value)} characters", f"at most {LONGEST}, none of them null")
    return pairs


def read_query(kind: type[T], query: str, as_typed: bool = False) -> T:
    """The question that an address asks; empty values count as absent. Raises InputError with the nearest name."""
    return read_pairs(kind, pairs_of(query), as_typed)


def read_pairs(kind: type[T], pairs: list[tuple[str, str]], as_typed: bool = False) -> T:
    """The question of names and values; as_typed: with the days that the command takes (`struct_of`)."""
    found: dict[str, Any] = {}
    parts, today = {p.called: p for p in offered(kind)}, renamed(kind)
    for name, value in ((today.get(name, name), value) for name, value in pairs):
        if name not in parts:
            raise unknown_name("address", "parameter", name[:60], parts)
        if value.strip() == "":
            continue
        if parts[name].many:
            found.setdefault(name, []).append(value.strip())
        elif name in found:
            raise InputError(name, "given twice", "one value")
        else:
            found[name] = value.strip()
    return converted(kind, found, strict=False, as_typed=as_typed)


def read_body(kind: type[T], body: bytes) -> T:
    """The question in a JSON body; one text stands for a list of one. Raises InputError with the nearest name."""
    found = parse_json(body or b"{}", BODY, "body")
    if not isinstance(found, dict):
        raise InputError("body", f"is a JSON {type(found).__name__}", "one JSON object")
    return read_object(kind, found)


def read_object(kind: type[T], found: Mapping[str, Any], where: str = "body", *, strict: bool = True) -> T:
    """The question of an object's keys; one text stands for a list of one. Raises InputError with the nearest name."""
    for text in texts_in(found):
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            raise InputError(where, f"{ascii(text)[:60]}, which is no text of Unicode", "letters, digits and signs")
    parts, today = {p.called: p for p in offered(kind)}, renamed(kind)
    found = {today.get(name, name): value for name, value in found.items()}
    for name in found:
        if name not in parts:
            raise unknown_name(where, "key", str(name)[:60], parts)
    listed = {n: [v] if parts[n].many and isinstance(v, str) else v for n, v in found.items()}
    return converted(kind, listed, strict=strict)


def texts_in(value: object) -> Iterator[str]:
    """Every text within a JSON value, names too."""
    if isinstance(value, str):
        yield value
    for inner in (*value, *value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from texts_in(inner)


def renamed(kind: type) -> dict[str, str]:
    """Names that fields of a question had before, with those of today."""
    return {old: part.called for part in offered(kind) for old in part.says.was}


def converted(kind: type[T], found: Mapping[str, Any], *, strict: bool, as_typed: bool = False) -> T:
    """The question of names and values; a missing or wrong one is named. Raises InputError."""
    try:
        made = msgspec.convert(found, struct_of(kind, as_typed), strict=strict)
    except (msgspec.ValidationError, RecursionError) as error:
        message = str(error)
        if absent := re.fullmatch(r"Object missing required field `(\w+)`", message):
            raise InputError(absent[1], "nothing", hint_of(kind, absent[1]), "It has no default here") from None
        name, at = re.findall(r"\$\.(\w+)(?:\[(\d+)\])?|$", message)[0]
        part = next((p for p in offered(kind) if p.called == name), None)
        if part is None:
            raise InputError("question", message[:200]) from None
        value = found[name][int(at)] if at else found[name]
        shown = "an object" if isinstance(value, Mapping) else in_words(value)
        shown = shown if strict else shown.removeprefix("the text ")  # of an address or a form: all is text there
        raise InputError(name, shown, f"{kind_of(part)} ({part.words})") from None
    for part in offered(kind):
        value = getattr(made, part.called)
        for text in value if part.many else (value,):
            if text not in (None, part.asked):
                _check(part, text)
    return kind(**{p.name: getattr(made, p.called) for p in offered(kind)})


def _check(part: Part, text: Any) -> None:
    """Raises InputError where a value is none of the words allowed, or no day where one is asked."""
    if part.says.one_of and text not in part.one_of:
        raise unknown_name(part.called, part.called, str(text)[:60], part.one_of)
    if part.says.form == "date" or (part.says.form == "day_or_latest" and text != "latest"):
        day(text, part.called)


def asked(kind: type[T], **values: Any) -> T:
    """A question with what the API and the pages take where nothing is written."""
    return converted(kind, values, strict=True)


def kind_of(part: Part) -> str:
    """What a field takes, in words: true or false, a number within its ends, a text of so many characters."""
    if part.kind is bool:
        return "true or false"
    low, most = ends_of(part)
    if part.kind is str:
        held = f"a text of {low:,} to {most:,} characters" if low else f"a text of at most {most:,} characters"
    else:
        held = "a whole number" if part.kind is int else "a number"
        above = part.says.above
        held += f" above {above:g}" if above is not None else "" if low is None else f" from {low:g}"
        held += "" if most is None else f" to {most:,.10g}"
    return f"a list, each {held}" if part.many else held


def hint_of(kind: type, name: str) -> str:
    """What a field allows, in its own words."""
    return next((p.words for p in offered(kind) if p.called == name), "")


def sent(question: Any) -> bytes:
    """A question as the JSON body that asks it again, for a process of its own."""
    values = {p.called: getattr(question, p.name) for p in offered(type(question))}
    return msgspec.json.encode({name: value for name, value in values.items() if value is not None})


def query_of(question: Any, *, as_typed: bool = False, **changes: Any) -> str:
    """The address of a question, without what is taken where nothing is written: the permalink that restores it.

    as_typed: for the API, which takes the days of the command.
    """
    made = replace(question, **changes)
    pairs: list[tuple[str, str]] = []
    for part in offered(type(question)):
        value = getattr(made, part.name)
        if value == (part.typed if as_typed else part.asked) or value is None or value == () or value == "":
            continue
        pairs += [(part.called, _text(v)) for v in (value if isinstance(value, tuple) else (value,))]
    return urlencode(pairs)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 and float(f"{value:g}") == value else str(value)
    )


__all__ = ["asked", "converted", "pairs_of", "query_of", "read_body", "read_query", "sent"]
