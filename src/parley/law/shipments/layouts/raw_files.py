"""Any table file as rows of texts: CSV of any delimiter and encoding, JSON, Excel workbooks, Parquet, tables in markup."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Literal, cast

from parley.csv_tables import LONGEST_CELL
from parley.errors import InputError
from parley.json_values import Json
from parley.law.shipments.layouts.encodings import encoding_of
from parley.law.shipments.layouts.fixed_width import Gaps, gaps_of, rows_of_lines
from parley.law.shipments.layouts.heading_rows import find_table
from parley.law.shipments.layouts.heading_words import roles_named
from parley.law.shipments.layouts.markup import html_rows, is_markup, xml_rows
from parley.law.shipments.layouts.products import read_code
from parley.law.shipments.layouts.registry import headings_by_role
from parley.law.shipments.layouts.scratch import scratch
from parley.law.shipments.layouts.spelling import plain
from parley.law.shipments.layouts.workbooks import as_text, read_sheet, sheet_names
from parley.law.shipments.sources import Extra, partitions
from parley.text_files import FileKind, parse_json

JSON = FileKind("a list of rows, or of objects", ending=".json")
MOST_BYTES = 1 << 30  # of what is read at once: JSON and markup
MOST_CELLS = 4_096  # of a line: no table of goods has more columns; headings among more take minutes to find
HEAD_BYTES = 1 << 18  # looked at to tell an encoding and a delimiter
DELIMITERS = ",;\t|"
AT_ONCE = 100_000  # rows of Parquet
MOST_SIGNS = 1_000  # of a cell that is a heading, or shows what stands in a column
MOST_DEPTH = 6  # of objects in a JSON document
MOST_TITLES = 200  # rows among which the headings are sought, where columns stand beside a file
MOST_LINES = 50  # of one record, where a cell holds line ends
SUFFIXES = tuple(".csv .csv.gz .tsv .tsv.gz .txt .parquet .pq .xlsx .xlsm .xls .json .jsonl".split())
Kind = Literal["csv", "fixed", "json", "xlsx", "parquet", "html", "xml"]


@dataclass(frozen=True)
class RawFile:
    """A file of a table: what it is and how its rows are reached.

    sheet: of a workbook; whether it is hidden, and whether it is read beside others. gaps: between columns parted by blanks.
    extra: columns that the file's place states, which stand in front where its headings have none of their names.
    """

    path: str
    kind: Kind
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    hidden: bool = False
    beside: bool = False
    gaps: Gaps = ()
    extra: Extra = ()

    def rows(self) -> Iterator[list[str]]:
        """Its rows from the first line on, headings and titles among them. Raises InputError."""
        for row in self._placed(self._read()):
            if len(row) > MOST_CELLS:
                raise InputError(self.path, f"a row of {len(row):,} cells", f"at most {MOST_CELLS:,} columns")
            yield row

    def _placed(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Its rows with the columns that its place states in front, from the headings on."""
        if not self.extra:
            return rows
        above = list(itertools.islice(rows, MOST_TITLES))
        table = find_table(above)
        at = table.skipped - 1 if table else 0
        stated = [x for x in self.extra if not above or x[0] not in above[at]]
        names, values = [name for name, _ in stated], [value or "" for _, value in stated]
        filled = (
            [*(values if n > at else names), *row] if n >= at and any(row) else row for n, row in enumerate(above)
        )
        return itertools.chain(filled, ([*values, *row] if any(row) else row for row in rows))

    def _read(self) -> Iterator[list[str]]:
        if self.kind == "csv":
            return _csv_rows(self)
        if self.kind == "fixed":
            return _fixed_rows(self)
        if self.kind == "json":
            return iter(_json_rows(self.path, Path(self.path).stat().st_mtime_ns))
        if self.kind in ("html", "xml"):
            return iter(_markup_rows(self))
        return read_sheet(self.path, self.sheet) if self.kind == "xlsx" else _parquet_rows(self.path)

    def head(self, count: int) -> list[list[str]]:
        """Its first rows; of a longer cell its first MOST_SIGNS, which tell what it is."""
        rows = self._placed(_parquet_rows(self.path, count)) if self.kind == "parquet" else self.rows()
        return [[c if len(c) <= MOST_SIGNS else c[:MOST_SIGNS] for c in row] for row in itertools.islice(rows, count)]


def raw_files(path: str, sheet: str = "", encoding: str = "", extra: Extra | None = None) -> tuple[RawFile, ...]:
    """A file as what it is by its first bytes; of a workbook each sheet, or the one that is asked for. Raises InputError.

    extra: the columns of CSV and Parquet that their place states, where it is not as the path does.
    """
    extra = partitions(path) if extra is None else extra
    with reading(path) as stream:
        first = stream.read(HEAD_BYTES)
    if first[:4] == b"PAR1":
        return (RawFile(path, "parquet", extra=extra),)
    if first[:2] == b"PK":
        sheets = sheet_names(path)
        if not sheets:
            raise InputError(path, "a workbook without a sheet", "an .xlsx file with a table", "Save it anew")
        if sheet and sheet not in sheets:
            raise InputError("--sheet", f"no sheet {sheet!r} in {path}", ", ".join(sheets))
        return tuple(RawFile(path, "xlsx", sheet=n, hidden=sheets[n]) for n in ([sheet] if sheet else sheets))
    if first[:4] == b"\xd0\xcf\x11\xe0":
        raise InputError(path, "a workbook of the format before 2007", "an .xlsx file", "Save it as .xlsx")
    if first.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return (RawFile(path, "json"),)
    kind = is_markup(first)
    if kind == "pdf":
        found = "a PDF, which holds no table that can be read"
        raise InputError(path, found, "CSV, JSON, .xlsx or Parquet", "Export the report as Excel or CSV")
    if kind == "html" or kind == "xml":
        return (RawFile(path, kind, encoding or encoding_of(first, path)),)
    used = encoding or encoding_of(first, path)
    try:
        text = first.decode(used, "ignore" if len(first) == HEAD_BYTES else "strict")
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError("--encoding", f"{path}: {error}", "an encoding such as utf-8, gb18030, cp1252") from None
    sign, width = delimiter_of(text)
    gaps = gaps_of(text)
    return (
        RawFile(path, "fixed", used, gaps=gaps)
        if len(gaps) >= max(1, width)
        else RawFile(path, "csv", used, sign, extra=extra),
    )


def open_bytes(path: str) -> BinaryIO:
    """A file as bytes; gzip is undone as it is read."""
    with open(path, "rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb")) if packed else open(path, "rb")


@contextmanager
def reading(path: str) -> Iterator[BinaryIO]:
    """A file as bytes, unpacked. Raises InputError where it cannot be opened, or what is packed in it is damaged."""
    try:
        with open_bytes(path) as stream:
            yield stream
    except (OSError, EOFError, ValueError, zlib.error) as error:
        what = getattr(error, "strerror", None) or error
        raise InputError(path[:200], f"cannot be read: {what}", "a whole file") from None


def whole(path: str) -> bytes:
    """All bytes of a file. Raises InputError, also beyond MOST_BYTES unpacked."""
    with reading(path) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InputError(path, f"more than {MOST_BYTES:,} bytes", "less at once, or CSV or Parquet, read in parts")
    return content


def delimiter_of(text: str) -> tuple[str, int]:
    """The sign that cuts most lines into the same number of cells, and that number."""
    lines = [x for x in text.splitlines()[:200] if x.strip()]

    def fit(sign: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
        width, times = widths.most_common(1)[0] if widths else (0, 0)
        return width * times, width

    best = max(DELIMITERS, key=lambda sign: fit(sign)[0])
    return best, fit(best)[1]


def _fixed_rows(raw: RawFile) -> Iterator[list[str]]:
    with reading(raw.path) as stream:
        yield from rows_of_lines(io.TextIOWrapper(stream, encoding=raw.encoding, errors="replace"), raw.gaps, raw.path)


def _csv_rows(raw: RawFile) -> Iterator[list[str]]:
    with reading(raw.path) as stream:
        text = io.TextIOWrapper(stream, encoding=raw.encoding, errors="replace", newline="")
        try:
            yield from csv.reader(_closed(text, raw.delimiter), delimiter=raw.delimiter)
        except csv.Error as error:
            found = f"not readable as CSV, with cells of at most {LONGEST_CELL:,} signs: {error}"
            raise InputError(raw.path, found, "a table of texts") from None


def _closed(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """The lines of a CSV; a quotation mark that no line near closes is taken out, so that it costs one line and no more.

    Lines that a mark joins are one record where it has as many cells as the line before.
    """
    rest, ahead, width = iter(lines), deque[str](), 0
    while (line := ahead.popleft() if ahead else next(rest, None)) is not None:
        if line.count('"') % 2 == 0:
            width = line.count(delimiter) + 1 if '"' not in line else width
            yield line
            continue
        ahead.extend(itertools.islice(rest, max(0, MOST_LINES - len(ahead))))
        end = next((n for n, more in enumerate(ahead) if more.count('"') % 2), -1)
        record = [line, *itertools.islice(ahead, end + 1)]
        cells = next(csv.reader(record, delimiter=delimiter), []) if end >= 0 else []
        if end < 0 or (width and len(cells) != width):
            yield line.replace('"', "")
        else:
            yield from record
            for _ in range(end + 1):
                ahead.popleft()


@lru_cache(maxsize=1)
def _json_rows(path: str, stamp: int) -> list[list[str]]:
    """The rows of JSON: arrays with the headings first, or objects, in a list, under a key, or a line each."""
    del stamp
    text = whole(path).decode("utf-8-sig", "replace")
    try:
        held = parse_json(text, JSON, path, finite=False)
    except InputError as error:
        try:
            held = [parse_json(line, JSON, path, finite=False) for line in text.splitlines() if line.strip()]
        except InputError:
            raise error from None
    rows = json_table(held)
    if not rows:
        raise InputError(path, "no rows", "a list of arrays with the headings first, or a list of objects")
    if isinstance(rows[0], Mapping):
        flat = [one for row in rows if isinstance(row, Mapping) for one in _flat(row)]
        names = list(dict.fromkeys(k for row in flat for k in row))
        return [names, *([as_text(row.get(n)) for n in names] for row in flat)]
    return [[as_text(x) for x in row] for row in rows if isinstance(row, Sequence) and not isinstance(row, str)]


def json_table(held: Json, depth: int = 0) -> Sequence[Json]:
    """The rows in a JSON document: itself, the longest list under its keys at any depth, or columns that stand side by side.

    What stands beside a list of objects under a name that is a heading is of all of them: an entry's day above its lines.
    """
    if not isinstance(held, Mapping):
        return held if isinstance(held, list) else []
    columns, parts = held.get("columns"), list(held.values())
    rows = max((v for v in parts if isinstance(v, list) and _is_list_of_rows(v)), key=len, default=[])
    if rows and isinstance(rows[0], Mapping):
        whole = {n: v for n, v in held.items() if not isinstance(v, (Mapping, list)) and plain(n) in headings_by_role()}
        return [whole | {n: v for n, v in held.items() if _is_list_of_rows(v)}] if whole else rows
    if rows:
        return [columns, *rows] if isinstance(columns, list) else rows
    sided = _side_by_side(held)
    if sided:
        return sided
    inner = [json_table(v, depth + 1) for v in parts if isinstance(v, Mapping)] if depth < MOST_DEPTH else []
    return max(inner, key=len, default=[])


def _is_list_of_rows(held: Json) -> bool:
    return isinstance(held, list) and bool(held) and isinstance(held[0], (Mapping, list))


def _side_by_side(held: Mapping[str, Json]) -> Sequence[Json]:
    """The rows of columns that stand under their names, as lists or by the numbers of rows; none where they do not."""
    lists = [v for v in held.values() if isinstance(v, list)]
    if len(lists) == len(held) > 1 and len({len(v) for v in lists}) == 1:
        return [list(held), *([*row] for row in zip(*lists, strict=True))]
    numbered = [v for v in held.values() if isinstance(v, Mapping)]
    if len(numbered) == len(held) > 1 and all(v.keys() == numbered[0].keys() for v in numbered):
        return [list(held), *([v[k] for v in numbered] for k in numbered[0])] if _are_plain(numbered[0]) else []
    return []


def _are_plain(held: Mapping[str, Json]) -> bool:
    return not any(isinstance(x, (Mapping, list)) for x in held.values())


def _flat(row: Mapping[str, Json], depth: int = 0) -> list[dict[str, Json]]:
    """An object as rows of values: those of an object inside it bear its name too ("origin.code"), texts in a list stand in one
    cell, and of a list of objects (an entry's lines) each is a row; of several such lists that of goods, with the most headings.

    Below goods with a tariff number, only further numbers (of chapter 99) are rows of their own, beside the goods: no taxes.
    """
    made, lists = dict[str, Json](), list[list[dict[str, Json]]]()
    for name, value in row.items():
        if isinstance(value, Mapping):
            (inner, *_) = _flat({n: v for n, v in value.items() if not _is_list_of_rows(v)}, depth + 1)
            made |= {f"{name}.{n}": v for n, v in inner.items()}
        elif isinstance(value, list) and _is_list_of_rows(value) and depth < MOST_DEPTH:
            lists.append([one for x in value if isinstance(x, Mapping) for one in _flat(x, depth + 1)])
        elif isinstance(value, list):
            made[name] = ";".join(map(as_text, value))
        else:
            made[name] = value
    if not lists:
        return [made]
    below = max(lists, key=_goods)
    if not _goods([made])[0]:
        return [made | {f"{n}.line" if n in made else n: v for n, v in one.items()} for one in below] or [made]
    return [made, *(made | one for one in below)] if _goods(below)[0] else [made]


def _goods(rows: Sequence[Mapping[str, Json]]) -> tuple[bool, int]:
    """Whether some rows have tariff numbers under a heading of such, and how many of their names are headings at all."""
    named = {n: found for row in rows for n in row if (found := roles_named(n))}
    codes = [n for n, found in named.items() if any(x.role == "product" for x in found)]
    return any(len(read_code(as_text(row.get(n))).digits) >= 6 for n in codes for row in rows), len(named)


def _markup_rows(raw: RawFile) -> list[list[str]]:
    content = whole(raw.path)
    return html_rows(content.decode(raw.encoding, "replace")) if raw.kind == "html" else xml_rows(content, raw.path)


def _parquet_rows(path: str, most: int | None = None) -> Iterator[list[str]]:
    """The rows of a Parquet file, some at a time: a file may be greater than memory."""
    import duckdb

    con = scratch()
    try:
        described = con.execute("DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)", [path]).fetchall()
        yield [name for name, *_ in described]
        start, rows = 0, [()]
        while rows and (most is None or start < most):
            until = start + (AT_ONCE if most is None else min(AT_ONCE, most - start))
            rows = con.execute(
                "SELECT * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number = true, hive_partitioning = false) "
                "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
                [path, start, until],
            ).fetchall()
            yield from ([as_text(x) for x in row] for row in rows)
            start = until
    except duckdb.Error as error:
        raise InputError(
            path, f"not readable as Parquet: {str(error).splitlines()[0][:200]}", "a Parquet file"
        ) from None
    finally:
        con.close()


__all__ = ["SUFFIXES", "RawFile", "as_text", "raw_files"]
