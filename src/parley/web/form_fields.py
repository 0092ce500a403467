"""The fields of a form, read off a question's parts: choices as choices, days as days, yes or no as a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING
from typing import Any, Literal, TypedDict

from parley.question import Part, offered
from parley.report.words import capital, words

LABELS = {  # where a label is not the field's own name
    "on": "In force on", "known": "As known on", "origin": "From", "destination": "Into", "product": "Tariff line",
    "before": "Compared with", "programme": "Legal authority", "value": "Value of your shipment", "words": "Search words",
    "reading": "Duties as", "actor": "Whose words", "first": "A", "second": "B", "drop": "Repealed", "set": "Rates set",
}  # fmt: skip
FieldKind = Literal["flag", "choice", "day", "number", "text"]


class FormField(TypedDict):
    """One part of a question as a field, with what stands in it. options: of a choice, the empty one for none."""

    name: str
    words: str
    kind: FieldKind
    value: str | bool
    options: list[str]
    required: bool
    hint: str


def field_of(part: Part, given: Any = None) -> FormField:
    """The field of a part: what was given, else its default."""
    required = part.asked is MISSING
    value = (None if required else part.asked) if given is None else given
    kind = kind_of(part)
    optional = [] if required or (value is not None and part.asked is not None) else [""]
    return {
        "name": part.called,
        "words": label_of(part.called),
        "kind": kind,
        "value": value in (True, "true") if kind == "flag" else text_of(value),
        "options": list(dict.fromkeys([*optional, *part.one_of, text_of(value)])) if kind == "choice" else [],
        "required": required,
        "hint": part.words,
    }


def label_of(name: str) -> str:
    """A field's name as its label reads."""
    return LABELS.get(name) or capital(words(name))


def typed_again(kind: type, pairs: Sequence[tuple[str, str]]) -> list[FormField]:
    """A question's fields with what was typed, right or wrong; of a field that was given several times, one each."""
    made = []
    for part in offered(kind):
        given = [value for name, value in pairs if name == part.called] or [None]
        made += [field_of(part, value) for value in given]
    return made


def kind_of(part: Part) -> FieldKind:
    """How a part is asked for."""
    if part.kind is bool:
        return "flag"
    if part.many:
        return "text"
    if part.one_of:
        return "choice"
    if part.says.form == "date":
        return "day"
    return "number" if part.kind in (int, float) else "text"


def text_of(value: Any) -> str:
    """A value as it stands in a field; several with semicolons."""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
