"""Draft acts as TOML in our acts' own format; each value is followed by how it is known, and guesses are marked as such."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from parley.codes import dotted
from parley.law.entry_claims import Value
from parley.law.propose.heading_text import Heading
from parley.law.propose.outcome import Draft, Ends, Field, Mark

_ORDER = ("id", "programme", "rate", "expression", "combine", "layer", "rank", "share", "share_least", "covers", "origins",
          "origins_except", "products", "product_list", "products_except", "products_except_list", "start", "end", "when",
          "unless", "heading")  # fmt: skip
_LINE = 100  # characters of a list before it is broken


class ActHead(NamedTuple):
    """The head of a draft act; marks as those of its rows."""

    fields: Mapping[str, Field]
    marks: Mapping[str, tuple[Mark, str]]


def act_text(head: ActHead, rows: Sequence[Draft], ends: Sequence[Ends], headings: Mapping[str, Heading]) -> str:
    """The file of a draft act. headings: what the new edition prints, quoted above each row."""
    parts = ["# A draft, to be read against the act itself. Every value marked `guess` is one; `kept` stood in the row before.",
             "[act]", *(_pair(n, v, head.marks.get(n)) for n, v in head.fields.items())]  # fmt: skip
    for row in rows:
        lines = ["[[measure]]", *(_pair(n, row.fields[n], row.marks.get(n)) for n in sorted(row.fields, key=_place))]
        parts += ["", *_quoted(headings.get(row.heading)), *(_as_comment(row.left, lines) if row.left else lines)]
    if ends:
        parts += ["", "# Rows of encoded acts that would end:"]
        parts += [
            f"#   {e.measure.act.id}.toml: {e.measure.id} of {e.measure.start}: end = {e.end} ({e.why})" for e in ends
        ]
    return "\n".join(parts) + "\n"


def _as_comment(left: str, lines: Sequence[str]) -> list[str]:
    """A row that is left to a reader, as comments."""
    return [f"# LEFT TO A READER: {left}", *(f"# {line}" for text in lines for line in text.splitlines())]


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _quoted(heading: Heading | None) -> list[str]:
    """What the edition prints, as comments."""
    if heading is None:
        return []
    return [f"# {heading.code} | {_one_line(heading.general)} | {_one_line(heading.special)} | {_one_line(heading.other)}",
            f"# {_one_line(heading.description)}"]  # fmt: skip


def _one_line(text: str) -> str:
    """A text for a comment: TOML allows no control characters there."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "-"


def _pair(name: str, value: Field, mark: tuple[Mark, str] | None) -> str:
    said = f"  # {mark[0]}: {_one_line(mark[1])}" if mark else ""
    return f"{name} = {as_toml(value)}{said}"


def as_toml(value: Field | Value) -> str:
    """A value as TOML prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, int) or value != int(value) else f"{value:.1f}"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{n} = {as_toml(v)}" for n, v in value.items()) + " }"
    if isinstance(value, tuple):
        text = ", ".join(map(_text, value))
        return f"[{text}]" if len(text) <= _LINE else "[\n  " + ",\n  ".join(map(_text, value)) + ",\n]"
    return _text(value)


def _text(value: str) -> str:
    """A text in quotes: JSON's escapes are TOML's too, but for a deleted character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def list_text(heading: str, goods: Sequence[str], why: str) -> str:
    """A list of goods beside a draft act."""
    rows = "".join(f"{code}\n" for code in goods)
    return f"# Draft list of heading {heading}: {_one_line(why)}; first line {dotted(goods[0])}\nproduct\n{rows}"
