"""Whether a file is in the engine's own columns and spellings already, by its headings and first rows."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path

import numpy as np

from parley.codes import PRODUCT_DIGITS, country, spellings
from parley.errors import CodeError, InputError
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.arrow import pa
from parley.law.shipments.chunks import pieces_of
from parley.law.shipments.columns import NAMES, PIECE_BYTES, PIECE_ROWS, Columns, plain_name, read_columns
from parley.law.shipments.layouts import amounts, days
from parley.law.shipments.layouts.flows import measures
from parley.law.shipments.layouts.heading_rows import find_table, is_blank
from parley.law.shipments.layouts.heading_words import may_be_paid, named_by_words
from parley.law.shipments.layouts.matching import Matched
from parley.law.shipments.layouts.places import not_stated, place, two_places
from parley.law.shipments.layouts.plan import FileOptions, beside, cells
from parley.law.shipments.layouts.products import LOST, WHOLE, codes_in, is_chapter_98_or_99, lines_below, read_code
from parley.law.shipments.layouts.raw_files import SUFFIXES, RawFile, open_bytes, raw_files
from parley.law.shipments.layouts.registry import EVIDENCE, PAID, headings_by_role, layout_of, paid_under
from parley.law.shipments.layouts.spelling import currency_of, heading, plain, unmarked
from parley.law.shipments.layouts.table_rows import no_goods
from parley.law.shipments.read import Reader
from parley.law.shipments.sources import STDIN, Extra, File, decoding, find_files, find_sources, partitions
from parley.law.shipments.typed import texts
from parley.text_files import is_file, is_folder

LOOKED_AT = 2000  # rows
FILES = 20  # of a table
TAIL = 1 << 12  # bytes
SMALL = 8 << 20  # bytes of a file at whose end totals and notes are looked for: some 100,000 rows
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][0-9:.]{1,16}Z?)?", re.ASCII)
_SLASHES = re.compile(r"\d\d/\d\d/\d{4}", re.ASCII)
_NUMBER = re.compile(r"-?[$]?(?:\d{1,3}(?:,\d{3})*(?:[.]\d*)?|\d++(?:[.]\d*+)?(?:[eE][-+]?\d+)?|[.]\d+)", re.ASCII)
_MARKS = ("_delta_log", "metadata")  # folders of tables that the engine reads, or refuses, as such


def table_files(inputs: Sequence[str]) -> tuple[str, ...]:
    """The files that paths, folders and globs name, workbooks and JSON among them. A folder that is a table stays one."""
    found: list[str] = []
    for text in inputs:
        path = Path(text)
        if is_folder(path) and not _is_table(path):
            inside = sorted(str(p) for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES))
            found += inside or find_sources([text])
        elif has_magic(text) and not os.path.exists(path):
            found += sorted(glob(text, recursive=True)) or find_sources([text])
        else:
            found += [text] if is_folder(path) or "://" in text else find_sources([text])
    named = {os.path.realpath(text) if "://" not in text and text != STDIN else text: text for text in reversed(found)}
    return tuple(reversed(named.values()))


def _is_table(folder: Path) -> bool:
    """Whether a folder is a table of its own: with partitions, kept by Delta or Iceberg, or one that holds Delta's."""
    own = any(p.is_dir() and ("=" in p.name or p.name in _MARKS) for p in folder.iterdir())
    return own or next(folder.rglob("_delta_log"), None) is not None


def stated_by_paths(files: Sequence[File]) -> list[str]:
    """The paths of a table's files, if these state all that its log does. Raises InputError."""
    for file in files:
        if file.extra != partitions(file.path):
            found = "a Delta table in spellings that are translated, with columns that stand in its log alone"
            raise InputError(
                file.path, found, "codes, countries, days and dollars as the engine reads them; or plain Parquet"
            )
    return [f.path for f in files]


def is_canonical(path: str, asked: FileOptions, extra: Extra | None = None) -> bool:
    """Whether the engine reads a file, or the first files of a table, as they are: names, and nothing in the first rows that only
    translation reads. extra: columns that its place states, where it is not as the path does.
    """
    if is_folder(path):
        return all(is_canonical(f.path, asked, f.extra) for f in find_files([path])[:FILES])
    if path == STDIN or "://" in path or not is_file(path):
        return True  # what cannot be read twice
    raws = raw_files(path, asked.sheet, asked.encoding, extra)
    if raws[0].kind not in ("csv", "parquet") or raws[0].encoding not in ("", "utf-8", "utf-8-sig"):
        return False
    if raws[0].kind == "csv" and _has_old_ends(raws[0].path):
        return False
    rows = raws[0].head(LOOKED_AT)
    if not rows or (raws[0].kind == "csv" and _is_odd(rows)):
        return not rows
    headings = [heading(h) for h in rows[0]]
    if layout_of(headings) or any(h.currency not in ("", "USD") for h in headings):
        return False
    if asked.evidence and any(_is_other_evidence(h, asked) for h in rows[0]):
        return False
    optional = ("entry_date",) if asked.on else ()
    try:
        columns = read_columns(rows[0], _present(asked, rows[0]), path, optional)
    except InputError:
        return find_table(rows) is None  # of what has no headings the engine says so in its own words
    return not _has_other_rows(columns, rows, raws[0]) and _has_own_spellings(columns, rows, raws[0], asked)


def _has_old_ends(path: str) -> bool:
    """Whether lines end in carriage returns alone."""
    with open_bytes(path) as stream:
        first = stream.read(TAIL)
    return b"\r" in first and b"\n" not in first


def _is_odd(rows: Sequence[Sequence[str]]) -> bool:
    """Whether titles stand above the headings."""
    table = find_table(rows)
    return table is not None and table.skipped > 1


def _has_other_rows(columns: Columns, rows: Sequence[Sequence[str]], raw: RawFile) -> bool:
    """Whether totals, notes or the headings again stand among the first rows, or the last ones of a small file."""
    at, width = columns.names.index(columns.of["product"]), len(columns.names)
    keys = [columns.names.index(columns.of[r]) for r in ("origin", "entry_date") if r in columns.of]
    last = _last_rows(raw) if raw.kind == "csv" and not raw.extra else []
    held = (
        [*row, *([""] * (width - len(row)))] for row in [*rows[1:], *last] if not is_blank(row) and len(row) <= width
    )
    return any(not row[at][:1].isdecimal() and no_goods(columns.names, row, row[at], keys) for row in held)


def _last_rows(raw: RawFile) -> list[list[str]]:
    """The rows in the last bytes of a small CSV, but for the one that is cut."""
    path = Path(raw.path)
    size = path.stat().st_size
    if size > SMALL or path.suffix == ".gz":
        return []
    with path.open("rb") as stream:
        stream.seek(max(0, size - TAIL))
        lines = stream.read().decode("utf-8", "replace").splitlines()[1:]
    return [row for row in csv.reader((x.replace('"', "") for x in lines), delimiter=raw.delimiter or ",") if row]


def _is_other_evidence(text: str, asked: FileOptions) -> bool:
    """Whether a heading is evidence under another name than the question knows; what the user names is none of it."""
    read = heading(text)
    named = headings_by_role().get(read.whole) or headings_by_role().get(read.bare) or named_by_words(text)
    own = plain_name(text) in asked.evidence or plain_name(text).startswith(PAID) or text in asked.columns.values()
    return not own and (bool(paid_under(text)) or may_be_paid(text) or any(n.role in EVIDENCE for n in named))


def _present(asked: FileOptions, names: Sequence[str]) -> dict[str, str]:
    """The columns that a user named and that the engine has a role for; evidence of refunds is none of it."""
    return {r: n for r, n in asked.columns.items() if n in names and (r in NAMES or r in CLAIMS)}


def _has_own_spellings(columns: Columns, rows: Sequence[Sequence[str]], raw: RawFile, asked: FileOptions) -> bool:
    """Whether each column of the sample is spelled as the engine reads it, faults aside."""
    m = Matched(columns.names, {r: columns.names.index(n) for r, n in columns.of.items()}, {})
    sample = [r for r in rows[1:] if not is_blank(r)]
    buyers = cells(m, sample, "destination")
    buyer = asked.destination or (buyers[0] if buyers else "USA")
    if _says_lines_twice(columns, sample) or [*measures(m, sample, raw.path)]:
        return False
    if any(not_stated(cells(m, sample, r), beside(m, sample)) for r in ("origin", "destination")):
        return False
    if any(unmarked(c) != c for row in sample for n in m.columns.values() for c in row[n : n + 1]):
        return False
    tests: dict[str, Callable[[list[str]], bool]] = {
        "entry_date": lambda held: bool(asked.on) or not any(_only_translated_day(t, asked.dates) for t in set(held)),
        **dict.fromkeys(("origin", "destination"), lambda held: not any(_only_translated_place(t) for t in set(held))),
        "product": lambda held: not any(_only_translated_code(t, buyer) for t in set(held)),
        "value": lambda held: _is_plain(held, asked),
        "quantity": lambda held: _is_plain(held, asked),
    }
    tests |= {
        n: lambda held: not any(t.endswith("%") for t in set(held)) for n, c in CLAIMS.items() if c.kind == "share"
    }
    texts = [["" if isinstance(c, amounts.Numeral) else c for c in row] for row in sample]
    return _in_dollars(columns, sample, raw) and all(
        test(cells(m, texts if role in ("value", "quantity") else sample, role)) for role, test in tests.items()
    )


def _says_lines_twice(columns: Columns, sample: Sequence[Sequence[str]]) -> bool:
    """Whether rows say the number, line and product of an entry again, of which translation tells."""
    named = {
        x.role: n
        for n, h in reversed([*enumerate(columns.names)])
        for x in headings_by_role().get(plain(h), ())
        if x.rank == 1
    }
    if not {"entry_number", "line_number", "product"} <= named.keys():
        return False
    keys = [
        tuple(row[named[r]] for r in ("entry_number", "line_number", "product"))
        for row in sample
        if len(row) == len(columns.names)
    ]
    return len({*keys}) < len(keys)


def _only_translated_day(text: str, dates: str) -> bool:
    order = days.order_of(dates)
    if _ISO.fullmatch(text) and order is None:
        return False
    if order in ("DMY", "MDY") and _SLASHES.fullmatch(text) and dates in ("us", "eu"):
        return False
    found = days.read_day(text, order, True)
    return found.day is not None or len(found.readings) > 1


def _only_translated_place(text: str) -> bool:
    """Whether a text is a country, and not as the engine spells one; or may be two."""
    return bool(two_places(text, False)) or (text.strip(" ").casefold() not in spellings() and place(text) is not None)


def _is_known(text: str) -> bool:
    try:
        country(text)
    except CodeError:
        return False
    return True


def _only_translated_code(text: str, buyer: str) -> bool:
    """Whether a code stands beside another's line, or is spelled otherwise than the engine reads."""
    destination = country(buyer) if _is_known(buyer) else "USA"
    digits = re.sub(r"[. ]", "", text)
    if digits.isdecimal() and len(digits) in PRODUCT_DIGITS and len(digits) <= WHOLE.get(destination, 10):
        return is_chapter_98_or_99(digits)
    found, fault = read_code(text, destination)
    if fault == LOST:
        return True
    return len(codes_in(text)) > 1 or (len(found) >= 4 and bool(lines_below(found, destination)))


def _is_plain(held: Sequence[str], asked: FileOptions) -> bool:
    """Whether numbers are as the engine reads them, and none has two meanings that no other decides."""
    if asked.decimal == ",":
        return False
    odd = any(
        not _NUMBER.fullmatch(t) and (amounts.read_amount(t).number or amounts.read_amount(t).currency)
        for t in set(held)
    )
    undecided = not asked.decimal and amounts.two_meanings(held) and not amounts.decimal_in(held)
    return not odd and not undecided


def _in_dollars(columns: Columns, sample: Sequence[Sequence[str]], raw: RawFile) -> bool:
    """Whether no column says another currency, anywhere in the file."""
    known = headings_by_role()
    free = [n for n, h in enumerate(columns.names) if h not in columns.of.values()]
    held = {n: [c for row in sample if n < len(row) and (c := row[n].strip())] for n in free}
    codes = [
        n for n, texts in held.items() if texts and all(re.fullmatch("[A-Z]{3}", t) and currency_of(t) for t in texts)
    ]
    places = codes + [
        n for n, h in enumerate(columns.names) if any(x.role == "currency" for x in known.get(plain(h), ()))
    ]
    stated = {t.strip() for n in dict.fromkeys(places) for t in _texts_of(columns.names, n, raw)}
    return all(not text or currency_of(text) == "USD" for text in stated)


def _texts_of(names: tuple[str, ...], n: int, raw: RawFile) -> Iterator[str]:
    """The texts of one column of a whole file, each once in each batch of rows."""
    reader = Reader(Columns(names, {"origin": names[n]}), ("origin",))
    with decoding(raw.path):
        for piece in pieces_of(File(raw.path, raw.extra), PIECE_BYTES, PIECE_ROWS):
            for batch in reader.read(piece).batches:
                words, places = texts(batch.column("origin"))
                yield from (w for w in words.take(pa.array(np.unique(places))).to_pylist() if w)


__all__ = ["is_canonical", "table_files"]
