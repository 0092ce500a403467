"""Any two pages of one kind beside each other: what differs, value by value and row by row; B is changed by the page's own form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

import msgspec

from parley import __version__
from parley.errors import InputError
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH
from parley.web.answer_parts import facts
from parley.web.form_fields import FormField, typed_again
from parley.web.reading import pairs_of
from parley.web.view import View

OF_B = "b."  # before the name of a field of B
PLAIN = "/scenario"  # the page that an address without one means
METHOD = (
    "Rows are matched by their first cell. A row that both have alike is left out; a file of either page has them all.",
)
Address = tuple[str, str]  # a page and its question
Key = tuple[str, int]  # a row's first cell, and its turn where several have it
Rows = Mapping[Key, Mapping[str, Any]]


def address_of(text: str) -> Address:
    """A permalink's page and question; a question alone is the scenario's."""
    path, sign, query = text.strip().rpartition("?")
    if not sign and query.startswith("/"):
        return query, ""
    return (path or PLAIN), query


def canonical(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """The pairs of the form as a permalink's: the fields of B become its address; None where nothing changes."""
    pairs = list(pairs)
    of_b = [(name.removeprefix(OF_B), value.strip()) for name, value in pairs if name.startswith(OF_B)]
    if not of_b:
        return None
    given = dict(pairs)
    path = address_of(given.get("first", ""))[0]
    second = urlencode([pair for pair in of_b if pair[1]])
    return [("first", given.get("first", "")), ("second", f"{path}?{second}")]


def beside(asked: Any, pair: Sequence[Address], kind: type, views: Sequence[View]) -> View:
    """The page of two views of one kind. Raises InputError where they are of two kinds."""
    if pair[0][0] != pair[1][0]:
        raise InputError("second", f"{pair[1][0][:60]!r} is another kind of page", pair[0][0])
    both = [{"facts": in_short(view), **view.sheets} for view in views]
    names = [name for name in both[0] if name in both[1]]
    sheets = {name: found for name in names if (found := differing(both[0][name], both[1][name]))}
    titles = list(dict.fromkeys(view.title for view in views))
    of = titles if len(titles) > 1 else [view.permalink for view in views]
    lines = tuple(line for view in views for line in view.command)
    context = {
        "views": views,
        "fields": fields_of(kind, pair[1][1]),
        "same": [both[0][n].caption for n in names if n not in sheets],
    }
    return View(
        "beside.html.j2", "Side by side: " + " and ".join(titles), "/compare", asked, context, sheets, command=lines,
        python=one_program(view.python for view in views), method=METHOD,
        cite=f"parley {__version__}: " + " against ".join(of) + ".",
        json_text=msgspec.json.encode({name: sheet.rows for name, sheet in sheets.items()}),
    )  # fmt: skip


def one_program(programs: Iterable[str]) -> str:
    """Several programs as one: what they import stands once, at the top."""
    lines = [line for text in programs for line in [*text.splitlines(), ""]]
    imports = dict.fromkeys(line for line in lines if line.startswith(("import ", "from ")))
    rest = "\n".join(line for line in lines if line not in imports).strip()
    return "\n".join([*imports, "", re.sub(r"\n{3,}", "\n\n", rest)])


def fields_of(kind: type, query: str) -> list[FormField]:
    """The fields of B's question with what was asked, under names of the form."""
    return [{**field, "name": OF_B + field["name"]} for field in typed_again(kind, pairs_of(query))]


def in_short(view: View) -> Sheet:
    """The single values of a view's answer."""
    answer = view.context.get("answer") or (msgspec.json.decode(view.json_text) if view.json_text else {})
    rows = facts(answer) if isinstance(answer, Mapping) else []
    columns = (Column("name", "value"), Column("value", ""))
    return Sheet("facts", "In short", columns, tuple({"name": n, "value": v} for n, v in rows))


def differing(first: Sheet, second: Sheet) -> Sheet | None:
    """The rows and columns in which two tables differ, side by side; of numbers the difference too. None where nothing does."""
    rows = [_keyed(sheet) for sheet in (first, second)]
    head, *others = first.columns
    keys = [key for key in _in_order(rows[0], rows[1], head.key) if rows[0].get(key) != rows[1].get(key)]
    kept = [c for c in others if any(_cell(rows[0], k, c) != _cell(rows[1], k, c) for k in keys)]
    if not keys or not (kept or any(k not in side for k in keys for side in rows)):
        return None
    told = [c for c in kept if c.number or _clash(c, rows, keys)] or kept[:1]
    made = tuple(
        {head.key: key[0]}
        | {part: value for c in kept for part, value in _parts(c, c in told, *(_cell(r, key, c) for r in rows))}
        for key in keys
    )
    columns = (
        Column(head.key, head.heading, lambda name: (head if (name, 0) in rows[0] else second.columns[0]).show(name)),
        *(column for c in kept for column in (_columns(c) if c in told else (c,))),
    )
    return Sheet(first.name, first.caption, columns, made)


def _clash(column: Column, rows: Sequence[Rows], keys: Sequence[Key]) -> bool:
    """Whether a row of both sides has two values in a column; where none has, one column holds them all."""
    return any(len({str(side[key].get(column.key)) for side in rows if key in side}) > 1 for key in keys)


def _in_order(first: Rows, second: Rows, head: str) -> list[Key]:
    """The rows of both in one order: sorted where both are, from either end; else what one side lacks stands where the other has it."""
    cells = {key: str(row.get(head)) for side in (second, first) for key, row in side.items()}
    for down in (False, True):
        if all(list(side) == sorted(side, key=cells.__getitem__, reverse=down) for side in (first, second)):
            return sorted(cells, key=cells.__getitem__, reverse=down)
    a, b = list(first), list(second)
    steps = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return list(dict.fromkeys(key for _, i, j, k, n in steps for key in (*a[i:j], *b[k:n])))


def _keyed(sheet: Sheet) -> Rows:
    """Rows by their first cell, and by their turn where several have it."""
    seen: Counter[Any] = Counter()
    made = {}
    for row in sheet.rows:
        name = row.get(sheet.columns[0].key)
        name = name if isinstance(name, Hashable) else str(name)
        made[name, seen[name]] = {c.key: row.get(c.key) for c in sheet.columns}
        seen[name] += 1
    return made


def _cell(rows: Rows, key: Key, column: Column) -> Any:
    return rows[key].get(column.key) if key in rows else None


def _columns(column: Column) -> tuple[Column, ...]:
    """The columns of A and B; of numbers that of the difference too."""

    def show(value: Any) -> str:
        return DASH if value is None else column.show(value)

    heading = f": {column.heading}" if column.heading else ""
    sides = tuple(Column(f"{column.key} {side}", f"{side}{heading}", show, column.number) for side in "AB")
    gap = Column(f"{column.key} B-A", f"B − A: {column.heading}", show, True)
    return (*sides, gap) if column.number else sides


def _parts(column: Column, told: bool, a: Any, b: Any) -> Iterable[tuple[str, Any]]:
    """The cells of a column for one row: told of each side, or the one value that either has."""
    if not told:
        yield column.key, b if a is None else a
        return
    yield f"{column.key} A", a
    yield f"{column.key} B", b
    if column.number and isinstance(a, (int, float)) and isinstance(b, (int, float)):
        yield f"{column.key} B-A", b - a
