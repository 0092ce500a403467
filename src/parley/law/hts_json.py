"""The United States tariff schedule from the official JSON of any edition, as the Commission publishes it.

Each row has htsno, indent, description, units, general, special, other and footnotes. Rates stand on eight-digit lines,
and ten-digit children inherit them by indent. Chapters 98 and 99 classify no goods and are kept apart.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from parley.errors import InputError, nearest
from parley.fixed import fixed_fields
from parley.law.measure import LATEST
from parley.law.products import Line, Products
from parley.text_files import FileKind, read_bytes

COLUMNS = ("code", "start", "end", "general", "special", "other", "unit", "description")
NEEDED = ("htsno", "indent", "description", "general", "special", "other")
SPECIAL = ("98", "99")  # provisions, not goods
SCHEDULE = FileKind("the schedule's official JSON", ending=".json")
MAX_BYTES = 256_000_000  # unpacked; the largest edition has 15 million
_CODE = re.compile(r"[0-9]{4}(\.?[0-9]{2}){0,3}")
_TAG = re.compile(r"<[^>]{0,40}>")
_HEADING = re.compile(r"99[0-9]{2}\.[0-9]{2}\.[0-9]{2}")


@dataclass(frozen=True)
@fixed_fields
class OfficialEdition:
    """One edition. lines: goods, with inherited rates, sorted by code; provisions: chapters 98 and 99, codes as printed.

    footnotes: code of a row (as digits) → the headings of chapter 99 that its footnotes name.
    """

    name: str
    lines: tuple[Line, ...]
    provisions: tuple[Line, ...]
    footnotes: Mapping[str, tuple[str, ...]]


class CodeChange(NamedTuple):
    """What happened to a code between two editions. others: the codes that took over, or from which it was made."""

    code: str
    what: Literal["appeared", "vanished", "rate"]
    before: str
    after: str
    others: tuple[str, ...]
    description: str


def read_edition(path: Path | str) -> OfficialEdition:
    """The edition in a .json or .json.gz file. Raises InputError with the file and row."""
    return parse_edition(read_bytes(path, SCHEDULE), Path(path).name)


def parse_edition(content: bytes, name: str = "schedule") -> OfficialEdition:
    """The edition in the bytes of its JSON, plain or gzipped."""
    rows = _checked(_loaded(content, name), name)
    found, provisions, footnotes, seen = {}, [], {}, {}
    for number, (row, rates, path) in enumerate(_inherited(rows), 1):
        code = row["htsno"].replace(".", "")
        if code and seen.setdefault(code, number) != number:
            raise InputError(
                f"{name} row {number} htsno", f"{row['htsno']!r} again, after row {seen[code]}", "a code once"
            )
        headings = tuple(dict.fromkeys(h for f in row["footnotes"] for h in _HEADING.findall(f.get("value") or "")))
        if headings and code:
            footnotes[code] = headings
        unit = ";".join(_clean(u) for u in row["units"])
        line = Line(code, date.min, LATEST, *rates, unit, path)
        if code[:2] in SPECIAL:
            provisions.append(line)
        elif len(code) in (8, 10):
            found[code] = line
    lines = _leaves(found)
    _check_rates(lines, seen, name)
    return OfficialEdition(name, lines, tuple(provisions), footnotes)


def _check_rates(lines: Sequence[Line], seen: Mapping[str, int], name: str) -> None:
    """Nothing, if every line has a rate, its own or that of a row above."""
    for line in lines:
        if not any((line.general, line.special, line.other)):
            number = seen.get(line.code) or seen[line.code[:8]]
            raise InputError(f"{name} row {number} general", f"no rate of {line.code}, nor above it",
                             "a rate on the line or on a row above of less indent")  # fmt: skip


def _loaded(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        if content[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(name, f"more than {MAX_BYTES:,} bytes", "one edition of the schedule")
        rows = json.loads(content, object_pairs_hook=_once)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise InputError(
            name, f"not readable as JSON: {error}", "the schedule's official JSON, .json or .json.gz"
        ) from None
    if not isinstance(rows, list) or not rows:
        found = "an empty list" if rows == [] else "no list of rows"
        raise InputError(name, found, "a list of rows, one a line of the schedule")
    return rows


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields stand in it once."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [n for n, _ in pairs]
        raise ValueError(f"a field twice in one object: {next(n for n in names if names.count(n) > 1)!r}")
    return made


def _checked(rows: list[Any], name: str) -> Iterator[dict[str, Any]]:
    """The rows, each with the fields that are needed."""
    for number, row in enumerate(rows, 1):
        where = f"{name} row {number}"
        if not isinstance(row, dict):
            raise InputError(where, f"a JSON {type(row).__name__}", "an object")
        for field in NEEDED:
            if not isinstance(row.get(field), (str, type(None))) or field not in row:
                near = nearest(field, row)
                raise InputError(where, f"no text {field!r}", ", ".join(NEEDED), f"Is it {near[0]!r}?" if near else "")
            if not _is_unicode(row[field]):
                raise InputError(f"{where} {field}", f"{row[field][:40]!r}", "text in Unicode")
        if not re.fullmatch(r"[0-9]{1,3}", row["indent"] or ""):
            raise InputError(f"{where} indent", f"{str(row['indent'])[:40]!r}", "a number")
        code = (row["htsno"] or "").strip()
        if code and not _CODE.fullmatch(code[:16]):
            raise InputError(f"{where} htsno", f"{code[:40]!r}", "4, 6, 8 or 10 digits with points, or empty")
        units, footnotes = row.get("units") or [], row.get("footnotes") or []
        if not (isinstance(units, list) and all(isinstance(u, str) and _is_unicode(u) for u in units)):
            raise InputError(f"{where} units", f"a JSON {type(units).__name__}", "a list of texts")
        if not (isinstance(footnotes, list) and all(_is_footnote(f) for f in footnotes)):
            raise InputError(
                f"{where} footnotes", f"a JSON {type(footnotes).__name__}", "a list of objects with a text 'value'"
            )
        yield {**row, "htsno": code, "units": units, "footnotes": footnotes}


def _is_footnote(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), (str, type(None)))


def _is_unicode(text: str | None) -> bool:
    """Whether a text can be written: JSON may hold half a character."""
    return not any("\ud800" <= c <= "\udfff" for c in text) if text and not text.isascii() else True


def _inherited(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], tuple[str, str, str], str]]:
    """Each row with its rates, or those of the nearest row above of less indent, and the path of its description."""
    above: list[tuple[int, str, tuple[str, str, str], bool]] = []
    held = list(rows)
    for row, special in zip(held, _specials(held), strict=True):
        indent = int(row["indent"])
        while above and (above[-1][0] >= indent or above[-1][3] != special):
            above.pop()
        own = (_clean(row["general"]), _clean(row["special"]), _clean(row["other"]))
        over = above[-1][2] if above else ("", "", "")
        rates = own if own[0] or special or not over[0] else over  # 9006.59.15.20 repeats column 2 alone
        above.append((indent, _clean(row["description"]).rstrip(":").strip(), rates, special))
        yield row, rates, ": ".join(text for _, text, _, _ in above if text)


def _specials(rows: Sequence[dict[str, Any]]) -> list[bool]:
    """Whether each row is of chapters 98 and 99; words without a number are of the chapter of the next number."""
    made, special = [], False
    for row in reversed(rows):
        special = row["htsno"][:2] in SPECIAL if row["htsno"] else special
        made.append(special)
    return made[::-1]


def _clean(text: str | None) -> str:
    """A text without HTML tags, footnote marks and doubled spaces."""
    if not text:
        return ""
    return " ".join((_TAG.sub("", text) if "<" in text else text).split())


def _leaves(found: Mapping[str, Line]) -> tuple[Line, ...]:
    """The ten-digit lines, and as code+"00" each eight-digit line that has no ten-digit child, sorted."""
    parents = {code[:8] for code in found if len(code) == 10}
    kept = (x if len(x.code) == 10 else x._replace(code=x.code + "00") for x in found.values()
            if len(x.code) == 10 or x.code not in parents)  # fmt: skip
    return tuple(sorted(kept))


def as_products(editions: Sequence[tuple[date, OfficialEdition]], destination: str = "USA") -> Products:
    """A schedule from dated editions: one row per code and run of editions with the same rates; the first has no start.

    Description and unit are those of the last edition of a run.
    """
    return products_of(merged([(day, {x.code: x for x in e.lines}) for day, e in editions]), destination)


def merged(
    editions: Sequence[tuple[date, Mapping[str, Line]]], anew: Mapping[date, Collection[str]] | None = None
) -> Iterator[Line]:
    """The lines of dated editions, in order of code and day.

    anew: on the day of an edition, the codes that it gives to other goods, so that a new run begins.
    """
    fresh = anew or {}
    starts = [day for day, _ in editions]
    for code in sorted({c for _, lines in editions for c in lines}):
        runs: list[tuple[int, int, Line]] = []
        for k, (_, lines) in enumerate(editions):
            line = lines.get(code)
            if line is None:
                continue
            first = k
            same = runs and runs[-1][1] == k - 1 and _rates(runs[-1][2]) == _rates(line)
            if same and code not in fresh.get(starts[k], ()):
                first = runs.pop()[0]
            runs.append((first, k, line))
        for first, last, line in runs:
            end = starts[last + 1] if last + 1 < len(starts) else LATEST
            yield line._replace(start=starts[first] if first else date.min, end=end)


def _rates(line: Line) -> tuple[str, str, str]:
    return line.general, line.special, line.other


def products_of(lines: Iterator[Line], destination: str) -> Products:
    """Sorted lines as a schedule."""
    rows = b"\n" + csv_of(lines).rstrip() + b"\n"
    return Products(destination, COLUMNS, rows)


def csv_of(lines: Iterator[Line]) -> bytes:
    """Lines as CSV without a header; an open day is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for x in lines:
        start, end = "" if x.start == date.min else x.start, "" if x.end == LATEST else x.end
        writer.writerow((x.code, start, end, x.general, x.special, x.other, x.unit, x.description))
    return text.getvalue().encode()


def changes(old: OfficialEdition, new: OfficialEdition) -> list[CodeChange]:
    """The codes that appeared, vanished or changed their rates between two editions, in order, with their kin."""
    a, b = ({x.code: x for x in e.lines} for e in (old, new))
    made = []
    for code in sorted(a.keys() ^ b.keys() | {c for c in a.keys() & b.keys() if _rates(a[c]) != _rates(b[c])}):
        if code not in b:
            made.append(CodeChange(code, "vanished", _rate_text(a[code]), "", _kin(code, b, a), a[code].description))
        elif code not in a:
            made.append(CodeChange(code, "appeared", "", _rate_text(b[code]), _kin(code, a, b), b[code].description))
        else:
            made.append(CodeChange(code, "rate", _rate_text(a[code]), _rate_text(b[code]), (), b[code].description))
    return made


def _rate_text(line: Line) -> str:
    return " | ".join(_rates(line))


def _kin(code: str, there: Mapping[str, Line], here: Mapping[str, Line]) -> tuple[str, ...]:
    """The codes of the other edition, new or gone there, that share most digits with one: at least six."""
    for digits in (8, 6):
        found = tuple(sorted(c for c in there if c.startswith(code[:digits]) and c not in here))
        if found:
            return found
    return ()
