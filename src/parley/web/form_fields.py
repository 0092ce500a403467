"""The fields of a form, read off a question's parts: choices as choices, days as days, countries as countries, yes or no as a box."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any, Literal, TypedDict

from parley.question import OPTION, Part, offered
from parley.report.words import capital, words
from parley.web.names import known_as

LABELS = {  # where a label is not the field's own name
    "on": "In force on", "known": "As known on", "origin": "From", "destination": "Into", "product": "Tariff line",
    "before": "Compared with", "programme": "Legal authority", "from": "First day", "to": "Second day", "words": "Search words",
    "reading": "Duties as", "actor": "Whose words", "first": "A", "second": "B", "drop": "Repealed", "set": "Rates set",
}  # fmt: skip
NOT_IN_FORMS = ("toml", "wait")  # what programs send alone
FieldKind = Literal["flag", "choice", "choices", "day", "number", "country", "text"]
TYPED: dict[str, FieldKind] = {"date": "day", "country": "country", "number": "number"}  # by the form of a text
DAY = r"\d{4}-\d{2}-\d{2}"
_NAME = re.compile(r"[a-z_]+")
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_OPTIONS = re.compile(rf"{OPTION.pattern}(?:(?:, | and | or ){OPTION.pattern})*")
_QUOTED, _BETWEEN = re.compile("'([^']+)'"), re.compile(r"[\s?&=;@,]+")
_REPEATED = re.compile(r"[;,] may be repeated")
PATTERNS = {"day_or_latest": rf"{DAY}|latest", "day_at_known": rf"{DAY}(@{DAY})?"}


class FormField(TypedDict):
    """One part of a question as a field, with what stands in it. options: of a choice, the empty one for none.

    low, high, step: of a number, ends where it has any; pattern: of a text.
    """

    name: str
    words: str
    kind: FieldKind
    value: str | bool
    options: list[str]
    required: bool
    hint: str
    low: float | None
    high: float | None
    step: str
    pattern: str


def field_of(part: Part, given: Any = None, names: Collection[str] | None = None) -> FormField:
    """The field of a part: what was given, else its default. names: of all fields of the form, where they are not the question's."""
    required = part.asked is MISSING
    value = (None if required else part.asked) if given is None else given
    kind = kind_of(part)
    optional = [] if required or (value is not None and part.asked is not None) else [""]
    return {
        "name": part.called,
        "words": label_of(part.called),
        "kind": kind,
        "value": value in (True, "true") if kind == "flag" else text_of(value),
        "options": _options(part, kind, optional, text_of(value)),
        "required": required,
        "hint": hint_of(part, kind, names),
        "low": part.says.low if kind == "number" else None,
        "high": (part.says.most if part.says.high is None else part.says.high) if part.kind in (int, float) else None,
        "step": "1" if part.kind is int else "any",
        "pattern": PATTERNS.get(part.says.form, ""),
    }


def hint_of(part: Part, kind: FieldKind, names: Collection[str] | None = None) -> str:
    """What a command says of an option, as a form says it of a field: labels for options, choices in words, no dashes."""
    text = by_label(part.words.replace(", YYYY-MM-DD", "") if kind == "day" else part.words, names)
    if kind in ("choice", "choices"):
        text = _CODE.sub(lambda found: option_words(found[0]), text)
    return _REPEATED.sub("" if kind == "choices" else "; several with semicolons between them", text)


def by_label(text: str, names: Collection[str] | None = None) -> str:
    """A sentence in which fields stand by their labels where a command names options.

    names: those of the form; an option that is none of them goes where it is listed beside one that is, else it stays.
    """

    def labels(found: re.Match[str]) -> str:
        options = [name.replace("-", "_") for name in OPTION.findall(found[0])]
        kept = [f"“{label_of(name)}”" for name in options if names is None or name in names]
        if not kept:
            return found[0]
        last = " or " if " or " in found[0] else " and "
        return last.join([", ".join(kept[:-1]), kept[-1]] if len(kept) > 1 else kept)

    return _OPTIONS.sub(labels, text)


def _options(part: Part, kind: FieldKind, optional: list[str], value: str) -> list[str]:
    """The words of a choice, with what was typed that is none of them; nothing of other fields."""
    if kind == "choices":
        return list(part.one_of)
    return list(dict.fromkeys([*optional, *part.one_of, value])) if kind == "choice" else []


def label_of(name: str) -> str:
    """A field's name as its label reads."""
    return LABELS.get(name) or capital(words(name))


def in_form(kind: type) -> list[Part]:
    """The parts of a question that a form offers."""
    return [part for part in offered(kind) if part.name not in NOT_IN_FORMS]


def typed_again(kind: type, pairs: Sequence[tuple[str, str]]) -> list[FormField]:
    """A question's fields with what was typed, right or wrong; of a field that was given several times, one each."""
    made = []
    for part in in_form(kind):
        given: list[Any] = [value for name, value in pairs if name == part.called] or [None]
        given = ["; ".join(given)] if len(given) > 1 and kind_of(part) == "choices" else given
        made += [field_of(part, value) for value in given]
    return made


def field_at(where: str, fields: Sequence[FormField]) -> FormField | None:
    """The field that a refusal is of: it is named as a command names it (--old-rate), alone or among other words."""
    held = {field["name"]: field for field in fields}
    names = (word.strip("-").replace("-", "_").casefold() for word in re.findall(r"[\w-]+", where))
    return next((held[name] for name in names if name in held), None)


def refused_field(where: str, said: Iterable[str], fields: Sequence[FormField]) -> FormField | None:
    """The field of a refusal: the one that its place names, else the first that its sentences name as an option."""
    options = (" ".join(OPTION.findall(text)) for text in said)
    return next(filter(None, (field_at(text, fields) for text in (where, *options))), None)


def field_holding(found: str, fields: Sequence[FormField]) -> FormField | None:
    """The field in which stands what a refusal quotes, alone or among other words."""
    quoted = set(_QUOTED.findall(found))
    return next((f for f in fields if quoted & {str(f["value"]), *_BETWEEN.split(str(f["value"]))}), None)


def refusal_of(problem: Mapping[str, Any], fields: Sequence[FormField]) -> dict[str, Any]:
    """What a form shows of a refusal: its sentences in the form's words, and the field that it is of."""
    names = [field["name"] for field in fields]
    said = {part: problem[part] for part in ("found", "allowed", "hint")}
    wrong = refused_field(problem["where"], said.values(), fields) or field_holding(problem["found"], fields)
    return {
        "problem": {**problem, **{part: by_label(text, names) for part, text in said.items()}},
        "fields": fields,
        "label": wrong["words"] if wrong else "",
        "wrong": wrong["name"] if wrong else "",
    }


def kind_of(part: Part) -> FieldKind:
    """How a part is asked for."""
    if part.kind is bool:
        return "flag"
    if part.says.one_of:
        return "choices" if part.many else "choice"
    if part.many:
        return "text"
    return TYPED.get(part.says.form) or ("number" if part.kind in (int, float) else "text")


def option_words(value: str) -> str:
    """One of the words of a choice as people read it: a legal authority by its name, a name in words, a code as it is."""
    known = known_as(value)
    return known if known != value or not _NAME.fullmatch(value) else words(value)


def text_of(value: Any) -> str:
    """A value as it stands in a field; several with semicolons."""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
