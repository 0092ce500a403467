"""An answer of any command as people read it: its single values in order, its lists and objects as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from parley.json_values import JsonObject
from parley.report.sheet import Column, Sheet
from parley.report.sheets_record import who
from parley.report.words import capital, number, prose, rate, rate_finely, words
from parley.web.charts import Ranked

DEEPEST = 3  # levels of objects that become columns or rows
MOST_BARS = 40
IN_A_LINE = 12  # values of a list
UNSAID = ("what", "name", "text")  # keys whose value speaks for itself
_NAME = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")  # of a choice, such as long_run
FRACTIONS = frozenset("rate rates share shares contribution stated added".split())  # words of keys that hold fractions
UNITS = frozenset("pct usd points error".split())  # words of keys that hold none


def facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The single values of an answer, in order; a range in a line."""
    return [(named(k), in_words(k, v)) for k, v in found.items() if _is_plain(v) and v is not None]


def tables(found: Mapping[str, Any]) -> list[Sheet]:
    """The lists and objects of an answer as tables, each under its key."""
    made = []
    for key, value in _apart(found.items()):
        rows = _rows(value)
        if rows:
            names = list(dict.fromkeys(n for row in rows for n in row))
            columns = tuple(_column(n, [row.get(n) for row in rows]) for n in names)
            made.append(Sheet(re.sub("[_ ]", "-", key), capital(words(key)), columns, tuple(rows)))
    return made


def _apart(found: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The parts of an answer by name; an object that holds single values and lists of objects is one part and one a list."""
    for key, value in found:
        lists = [k for k, v in value.items() if _is_list_of_objects(v)] if isinstance(value, dict) else []
        if lists and len(lists) < len(value):
            yield key, {k: v for k, v in value.items() if k not in lists}
            yield from ((f"{key} {k}", value[k]) for k in lists)
        else:
            yield key, value


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _column(key: str, values: Iterable[Any]) -> Column:
    """A column of an answer's table: fractions in percent, numbers to the right, all else in words."""
    given = list(values)
    numeric = all(_is_number(v) for v in given)
    if numeric and is_fraction(key):
        return Column(key, f"{named(key)}, %", rate_finely, True)
    return Column(key, named(key), partial(in_words, key), numeric)


def is_fraction(key: str) -> bool:
    """Whether an answer's key holds a fraction by its name, as all rates and shares are: people read it in percent."""
    of = set(key.rpartition(" ")[2].split("_"))
    return bool(of & FRACTIONS) and not of & UNITS


def in_words(key: str, value: Any) -> str:
    """A value under a key as people read it: a fraction in percent, a voice by its name, all else by its kind."""
    if isinstance(value, float) and is_fraction(key):
        return f"{rate(value, 4)} %"
    return who(value) if key == "actor" and isinstance(value, str) else shown(value)


def named(key: str) -> str:
    """A key as a heading: welfare_pct → welfare, %."""
    return re.sub(r"(^|,)?\s*\bpct\b", ", %", words(key)).lstrip(", ")


def _is_plain(value: Any) -> bool:
    """Whether a value is read in a line: no object, no list of objects and none of many values."""
    if not isinstance(value, list):
        return not isinstance(value, dict)
    return len(value) <= IN_A_LINE and not any(isinstance(v, (dict, list)) for v in value)


def _is_number(value: Any) -> bool:
    """Whether a cell is a number, or empty."""
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _rows(value: Any) -> list[JsonObject]:
    """A list of objects, or an object by name, as flat rows; of an object of lists, one row an element under its name."""
    if isinstance(value, list) and not _is_plain(value):
        return [flat(v) if isinstance(v, dict) else {"value": shown(v)} for v in value]
    if not isinstance(value, dict) or not value:
        return []
    return [_under(name, row) for name, v in value.items() for row in _rows_below(v)]


def _under(name: str, row: JsonObject) -> JsonObject:
    """A row under its name; under its code where the row has a name itself."""
    return {"name": row["name"], "code": name, **row} if "name" in row else {"name": name, **row}


def _rows_below(value: Any) -> list[JsonObject]:
    """What stands under one name, as rows without it."""
    if isinstance(value, dict):
        return [flat(value)]
    if _is_list_of_objects(value):
        return [flat(v) for v in value]
    return [{"value": value if _is_plain(value) else shown(value)}]


def flat(row: Mapping[str, Any], depth: int = 1) -> JsonObject:
    """An object of objects as one row: inner keys after their outer one."""
    made: JsonObject = {}
    for key, value in row.items():
        if isinstance(value, dict) and value and depth < DEEPEST:
            made |= {f"{key} {k}": v for k, v in flat(value, depth + 1).items()}
        else:
            made[key] = value if _is_plain(value) else shown(value)
    return made


def shown(value: Any) -> str:
    """A value as people read it, whatever stands inside it."""
    if value is None or value == "":
        return "–"
    if value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        small = value != 0 and abs(value) < 1e-3
        return f"{value:.2e}".replace("-", "−") if small else number(value, 4).rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return ", ".join(f"{'' if k in UNSAID else words(str(k)) + ' '}{in_words(str(k), v)}" for k, v in value.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(v, (dict, list)) for v in value) else ", ").join(map(shown, value))
    text = str(value)
    return words(text) if _NAME.fullmatch(text) else prose(text)


def chart_of(sheet: Sheet) -> tuple[str, str, list[Ranked]] | None:
    """A table as bars: its caption, the measure's heading and the rows; None where no column is a change by name.

    Bars show changes in percent, so a column counts that says so by its key; names are the column of that key, else the first.
    """
    measured = next((c for c in sheet.columns[1:] if c.number and "pct" in c.key), None)
    named_by = next((c for c in sheet.columns if c.key == "name"), sheet.columns[0])
    if not measured or named_by.number:
        return None
    rows = [(capital(named_by.show(r.get(named_by.key))), r.get(measured.key)) for r in sheet.rows]
    found: list[Ranked] = [{"name": name, "value": float(value)} for name, value in rows if value is not None]
    names = {row["name"] for row in found}
    if not 2 <= len(found) <= MOST_BARS or len(names) < len(found):
        return None
    return sheet.caption, measured.heading, sorted(found, key=lambda row: row["value"])
