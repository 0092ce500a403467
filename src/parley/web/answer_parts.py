"""An answer of any command as people read it: its single values in order, its lists and objects as tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from parley.json_values import Json, JsonObject
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH, capital, number, rate_finely
from parley.web.answer_words import figure, in_words, is_fraction, named, shown
from parley.web.charts import Ranked

SPEAKING = frozenset({"name", "title", "text", "what"})  # columns beside which a code says little
DEEPEST = 4  # levels of objects that become columns or rows
BY = "by_"  # sums by something, whose name follows
SUMS = {"by_programme": "dollars", "by_reason": "rows"}
MOST_BARS, END = 40, 8  # bars of a chart; of more rows those of either end
MONEY = 100.0  # amounts of that size, all in whole cents, are money
IN_A_LINE, FEW = 12, 3  # values of a list, and of an object


def facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The single values of an answer, in order; a range, or another object of a few values, in a line."""
    return [(named(k), in_words(k, v)) for k, v in found.items() if (_is_plain(v) and v is not None) or _is_small(k, v)]


def tables(found: Mapping[str, Any]) -> list[Sheet]:
    """The lists and objects of an answer as tables, each under its key."""
    made = []
    for key, value in _apart(found.items()):
        rows = _rows(value)
        if rows:
            names = _ordered(dict.fromkeys(n for row in rows for n in row))
            of = _headings(key, names, rows)
            columns = tuple(_column(n, of.get(n, named(n)), [row.get(n) for row in rows], key) for n in names)
            made.append(Sheet(_name(key), capital(named(key)), columns, tuple(rows)))
    return made


def _headings(key: str, names: list[str], rows: list[JsonObject]) -> dict[str, str]:
    """What two columns are called where their keys say nothing: what sums are by, and what is counted under the table's name."""
    made = {"name": named(key.removeprefix(BY))} if key.startswith(BY) else {}
    if names != ["name", "value"] or not all(_is_number(r.get("value")) for r in rows):
        return made
    return {**made, "value": SUMS.get(key) or named(key)}


def _ordered(names: Collection[str]) -> list[str]:
    """The columns of a table: a name first, and then the code that stands for it last."""
    last = "id" if SPEAKING & set(names) else None
    return sorted(names, key=lambda n: (n != "name") + (n == last))


def inner_facts(found: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The parts of an answer that are objects of unlike values, by the name of their table: people read them as facts."""
    return {
        _name(key): [(named(k), in_words(k, v)) for k, v in value.items() if v is not None]
        for key, value in _apart(found.items())
        if isinstance(value, dict) and _is_unlike(list(value.values()))
    }


def _is_unlike(values: list[Any]) -> bool:
    """Whether values make no table: some are read in a line, and they are not all numbers or all lists."""
    plain = [v for v in values if not isinstance(v, (dict, list))]
    return bool(plain) and not all(map(_is_number, values))


def parties_first(found: Any, parties: Sequence[str]) -> Any:
    """An answer in which objects by country have these first."""
    if isinstance(found, list):
        return [parties_first(part, parties) for part in found]
    if not isinstance(found, dict):
        return found
    order = sorted(found, key=lambda name: parties.index(name) if name in parties else len(parties))
    return {name: parties_first(found[name], parties) for name in order}


def _name(key: str) -> str:
    """The name of a part's table."""
    return re.sub("[_ ]", "-", key)


def _apart(found: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The parts of an answer by name; an object that holds single values and lists of objects is one part and one a list."""
    for key, value in found:
        if _is_small(key, value):
            continue
        lists = [k for k, v in value.items() if _is_list_of_objects(v)] if isinstance(value, dict) else []
        if lists and len(lists) < len(value):
            yield key, {k: v for k, v in value.items() if k not in lists}
            yield from ((f"{key} {k}", value[k]) for k in lists)
        else:
            yield key, value


def _is_small(key: str, value: Any) -> bool:
    """Whether an object is read in a line: a few single values, and no sums by something."""
    return (
        isinstance(value, dict)
        and not key.startswith(BY)
        and 0 < len(value) <= FEW
        and not any(isinstance(v, (dict, list)) for v in value.values())
    )


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _column(key: str, heading: str, values: list[Any], table: str) -> Column:
    """A column of an answer's table: fractions in percent, numbers to the right and alike, all else in words."""
    if not all(_is_number(v) for v in values):
        return Column(key, heading, partial(in_words, key))
    sizes = [abs(v) for v in values if isinstance(v, float)]
    if is_fraction(key, table) and sizes:  # whole numbers are counts
        return Column(key, f"{heading}, %", rate_finely, True)
    largest = max(sizes, default=0.0)
    if largest >= MONEY and all(v == round(v, 2) for v in sizes):
        return Column(key, heading, cents, True)
    return Column(key, heading, lambda v: DASH if v is None else figure(v, largest), True)


def cents(value: float | None) -> str:
    """An amount to the cent; a count beside amounts as it is."""
    return figure(value) if isinstance(value, int) else number(value, 2)


def _is_plain(value: Any) -> bool:
    """Whether a value is read in a line: no object, no list of objects and none of many values."""
    if not isinstance(value, list):
        return not isinstance(value, dict)
    return len(value) <= IN_A_LINE and not any(isinstance(v, (dict, list)) for v in value)


def _is_number(value: Any) -> bool:
    """Whether a cell is a number, or empty."""
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _rows(value: Any) -> list[JsonObject]:
    """A list of objects, or an object by name, as flat rows; of an object of lists, one row an element under its name.

    A name that holds itself alone, as a country among the members of unions, says nothing.
    """
    if isinstance(value, list) and not _is_plain(value):
        return [flat(v) if isinstance(v, dict) else {"value": shown(v)} for v in value]
    if not isinstance(value, dict) or not value:
        return []
    return [_under(name, row) for name, v in value.items() if v != [name] for row in _rows_below(v)]


def _under(name: str, row: JsonObject) -> JsonObject:
    """A row under its name; under its code where the row has a name itself."""
    return {"name": row["name"], "code": name, **row} if "name" in row else {"name": name, **row}


def _rows_below(value: Any) -> list[JsonObject]:
    """What stands under one name, as rows without it."""
    if isinstance(value, dict):
        return [flat(value)]
    if _is_list_of_objects(value):
        return [flat(v) for v in value]
    return [{"value": in_cell(value)}]


def in_cell(value: Any) -> Json:
    """A value in a cell: as it is, however long a list; in words where objects or lists stand inside it."""
    inner = value if isinstance(value, list) else [value]
    return shown(value) if any(isinstance(v, (dict, list)) for v in inner) else value


def flat(row: Mapping[str, Any], depth: int = 1) -> JsonObject:
    """An object of objects as one row: inner keys after their outer one."""
    made: JsonObject = {}
    for key, value in row.items():
        if isinstance(value, dict) and value and depth < DEEPEST:
            made |= {f"{key} {k}": v for k, v in flat(value, depth + 1).items()}
        else:
            made[key] = in_cell(value)
    return made


def chart_of(sheet: Sheet) -> tuple[str, str, list[Ranked]] | None:
    """A table as bars: its caption, the measure's heading and the rows; None where no column is a change by name.

    Bars show changes in percent, so a column counts that says so by its key, or by the table's where it is the only one; names are
    the column of that key, else the first.
    Of many rows both ends are drawn, and the first two of the table, which are the parties of the question.
    """
    said = ((c, sheet.name if c.key == "value" else c.key) for c in sheet.columns[1:] if c.number)
    measured = next((c for c, key in said if "pct" in key), None)
    named_by = next((c for c in sheet.columns if c.key == "name"), sheet.columns[0])
    if not measured or named_by.number:
        return None
    rows = [(capital(named_by.show(r.get(named_by.key))), r.get(measured.key)) for r in sheet.rows]
    found: list[Ranked] = [{"name": name, "value": float(value)} for name, value in rows if value is not None]
    names = {row["name"] for row in found}
    if len(found) < 2 or len(names) < len(found):
        return None
    order = sorted(found, key=lambda row: row["value"])
    if len(order) <= MOST_BARS:
        return sheet.caption, measured.heading, order
    kept = [row for row in order if row in (*order[:END], *order[-END:], *found[:2])]
    return f"{sheet.caption}, both ends of {len(order)}", measured.heading, kept
