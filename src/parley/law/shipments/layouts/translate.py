"""Files of any layout as one file in the engine's own columns. A file that is in them already stays as it is."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from parley import extras, outputs
from parley.codes import country
from parley.drafts import work_folder
from parley.errors import InputError
from parley.law.shipments.layouts.canonical import is_canonical, stated_by_paths, table_files
from parley.law.shipments.layouts.cell_readers import readers_of
from parley.law.shipments.layouts.currencies import DOLLAR
from parley.law.shipments.layouts.entry_lines import OF_BESIDE, joined
from parley.law.shipments.layouts.file_tables import plans_of
from parley.law.shipments.layouts.nomenclatures import cut_to_shared
from parley.law.shipments.layouts.plan import FileOptions, Plan
from parley.law.shipments.layouts.products import is_of_all_days, leads_elsewhere
from parley.law.shipments.layouts.registry import PAID, languages_of
from parley.law.shipments.layouts.remote_input import remote_input
from parley.law.shipments.layouts.scratch import scratch
from parley.law.shipments.layouts.standard_input import copied
from parley.law.shipments.layouts.table_rows import SOURCE, Counts, column_names, in_file_order, table_rows
from parley.law.shipments.sources import STDIN, find_files, is_remote
from parley.text_files import is_file, is_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REPEATED = (
    "value and duty stand on each row of a line as those of the whole line: what was paid on each heading is not stated"
)
ELSEWHERE = "no column says the importing country: duties are those of the United States; --destination names another"
LINES_TWICE = (
    "{} an entry's line again, with its tariff number and its value: if a line stands once for each case or fee, {} dollars count twice, "
    "and those rows must be taken out"
)
NUMBERS = ("value", "quantity", "unit_value", "duty_paid")


class FileRead(TypedDict):
    """How one file was read: its layout, the heading of each column, rows read, and rows left out by reason."""

    file: str
    layout: str  # the id of a layout; empty where headings and cells told
    title: str
    columns: dict[str, str]  # role: heading
    rows: int
    left_out: dict[str, int]
    carried: NotRequired[int]  # rows whose entry number and days are those of a row above


@dataclass(frozen=True)
class Translated:
    """The files to be read in place of those named: themselves where they are canonical already, else one Parquet file.

    has_value: whether rows have a value; without one there are rates and no dollars. joined: whether rows of one entry line
    were joined. files, notes: what was matched, for people. copies: those of pipes, by path, with what they are copies of.
    """

    paths: tuple[str, ...]
    changed: bool = False
    has_value: bool = True
    short: bool = False
    joined: bool = False
    files: tuple[FileRead, ...] = ()
    notes: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def translated(inputs: Sequence[str], asked: FileOptions, always: bool = False) -> Iterator[Translated]:
    """The files as the engine reads them; what was written for it is gone at the end. Raises InputError.

    always: canonical files too.
    """
    with work_folder("files") as folder:
        copies = {copied(t, Path(folder)): t for t in inputs if t == STDIN or is_stream(t)}
        with _called_as_given(copies):
            yield _translated(inputs, copies, asked, always, Path(folder))


@contextmanager
def _called_as_given(copies: Mapping[str, str]) -> Iterator[None]:
    """Errors on the copy of a pipe name the pipe: the copy's name tells nothing, and it is gone when it is read."""
    try:
        yield
    except InputError as error:
        for copy, given in copies.items():
            named = "standard input" if given == STDIN else given
            error.where = error.where.replace(copy, named).replace(Path(copy).name, named)
        raise


def _translated(
    inputs: Sequence[str], copies: Mapping[str, str], asked: FileOptions, always: bool, folder: Path
) -> Translated:
    here = [*copies, *(t for t in inputs if t not in copies.values())]
    named = [n for t in here for n in (remote_input(t, folder, asked, always) if is_remote(t) else [t])]
    paths = table_files(named)
    if not always and asked.layout is None and all(is_canonical(p, asked) for p in paths):
        return Translated(tuple(named), copies=copies)
    here = [x for p in paths for x in (remote_input(p, folder, asked, True) if is_remote(p) else _files_of(p))]
    return translate(table_files(here), asked, folder)


def _files_of(path: str) -> list[str]:
    """A file, or those of a folder that is a table."""
    return stated_by_paths(find_files([path])) if is_folder(path) else [path]


def is_stream(text: str) -> bool:
    """Whether a path is of a pipe or an open file that cannot be read twice."""
    path = Path(text)
    return not is_remote(text) and os.path.exists(path) and not (is_folder(path) or is_file(path))


@outputs.temporary()
def translate(paths: Sequence[str], asked: FileOptions, folder: Path) -> Translated:
    """Files as one canonical Parquet file in a folder."""
    extras.need("shipments", "a file of another layout", "for weights: a CSV of product,value[,origin]")
    import duckdb

    found = [plans_of(p, asked) for p in paths]
    plans = [plan for held, _ in found for plan in held]
    destination = country(asked.destination, "--destination") if asked.destination else ""
    names, roles = column_names(plans, asked)
    counts = [Counts(roles) for _ in plans]
    table = folder / "rows.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(names)
        for plan, count in zip(plans, counts, strict=True):
            write.writerows(table_rows(plan, asked, destination, names, count))
    con = scratch()
    try:
        unread = _load(con, table, names, bool(asked.evidence) and not any(c.beside for c in counts))
        table.unlink()
        aggregates = _without_sums(con, plans, names)
        buyer = destination or plans[0].layout.destination or "USA"
        cut = [*cut_to_shared(con, plans, names, buyer)]
        beside = any(c.beside for c in counts)
        twice = [*_lines_twice(con, names)]
        repeated = beside and joined(con, names)
        place = folder / "shipments.parquet"
        shown = ", ".join('"' + n.replace('"', '""') + '"' for n in in_file_order(plans, names, roles))
        columns = "* EXCLUDE (k)" if beside else shown
        con.execute(f"COPY (SELECT {columns} FROM rows ORDER BY k) TO '{place}' (FORMAT parquet)")
        rest, short = con.execute(
            "SELECT count(*), count(*) FILTER (length(product) BETWEEN 4 AND 8) FROM rows"
        ).fetchall()[0]
        short = short or _lead_elsewhere(con, names, asked, buyer)
    except duckdb.Error as error:
        if outputs.number_of(error):
            raise
        raise InputError(
            ", ".join(paths)[:200], f"cannot be read: {str(error).splitlines()[0][:200]}", "a table"
        ) from None
    finally:
        con.close()
    if not rest:
        left = Counter({why: n for c in counts for why, n in c.left_out.items()})
        told = f"; left out: {', '.join(f'{n:,} {why}' for why, n in left.items())}" if left else ""
        raise InputError(
            ", ".join(paths)[:200], f"no rows that could be read below the headings{told}", "a file with rows"
        )
    files = tuple(_told(p, c, aggregates) for p, c in zip(plans, counts, strict=True))
    return Translated(
        (str(place),),
        True,
        "value" in names,
        bool(short),
        beside,
        files,
        (
            *(x for _, left in found for x in left),
            *_notes(plans, files, asked, beside, "value" in names),
            *([_REPEATED] if repeated else []),
            *twice,
            *unread,
            *cut,
        ),
    )


def _load(con: DuckDBPyConnection, table: Path, names: Sequence[str], faults_stay: bool) -> list[str]:
    """The rows in the engine: amounts as numbers where all of them are, all else as texts; what was paid and is not read, in words.

    faults_stay: amounts that were paid stay texts where some of them cannot be read, for a question that says which.
    """
    columns = ", ".join(f"'{n.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for n in names)
    con.execute("CREATE TEMP TABLE texts AS SELECT *, row_number() OVER () AS k FROM "
                f"read_csv('{table}', columns = {{{columns}}}, header = true, auto_detect = false, delim = ',', quote = '\"', "
                "escape = '\"', nullstr = '', max_line_size = 16777216)")  # fmt: skip
    numbers = [n for n in names if n in NUMBERS or n.startswith(PAID)]
    faults = ", ".join(f'count(*) FILTER (TRY_CAST("{n}" AS DOUBLE) IS NULL AND "{n}" IS NOT NULL)' for n in numbers)
    counted = con.execute(f"SELECT {faults} FROM texts").fetchall()[0] if numbers else ()
    clean = [n for n, c in zip(numbers, counted, strict=True) if not c]
    evidence = [n for n in numbers if n not in clean and n not in ("value", "quantity", "unit_value")]
    casts = [f'CAST("{n}" AS DOUBLE) AS "{n}"' for n in clean] + [
        f'TRY_CAST("{n}" AS DOUBLE) AS "{n}"' for n in evidence if not faults_stay
    ]
    casts.append("CAST(source_row AS BIGINT) AS source_row")
    told = [] if faults_stay else [_dropped(con, n, counted[numbers.index(n)]) for n in evidence]
    con.execute(f"CREATE TEMP TABLE rows AS SELECT * REPLACE ({', '.join(casts)}) FROM texts; DROP TABLE texts")
    return told


def _dropped(con: DuckDBPyConnection, name: str, count: int) -> str:
    """How many amounts of a column cannot be read, and the first of them."""
    of = f'"{name}" IS NOT NULL AND TRY_CAST("{name}" AS DOUBLE) IS NULL'
    first = con.execute(f'SELECT "{name}" FROM texts WHERE {of} ORDER BY k LIMIT 1').fetchall()[0][0]
    cells = "1 cell" if count == 1 else f"{count:,} cells"
    return f"{name.replace('_', ' ')}: {cells} cannot be read and are taken as nothing paid, such as {first[:60]!r}"


def _lines_twice(con: DuckDBPyConnection, names: Sequence[str]) -> Iterator[str]:
    """What rows that say an entry's line again, with the same number and value, may count twice."""
    if not {"entry_number", "line_number", "product", "value"} <= {*names}:
        return
    found = con.execute(f"SELECT sum(n - 1), sum((n - 1) * v) FROM (SELECT count(*) AS n, TRY_CAST(value AS DOUBLE) AS v FROM rows "
                        f"WHERE NOT ({OF_BESIDE}) AND coalesce(TRY_CAST(value AS DOUBLE), 0) > 0 AND line_number IS NOT NULL "
                        "GROUP BY source_file, entry_number, line_number, product, v HAVING n > 1)").fetchall()  # fmt: skip
    count, value = found[0]
    if count:
        yield LINES_TWICE.format(f"{int(count):,} {'row says' if count == 1 else 'rows say'}", f"{value:,.2f}")


def _without_sums(con: DuckDBPyConnection, plans: Sequence[Plan], names: Sequence[str]) -> dict[str, int]:
    """Takes out rows of statistics that are sums of longer codes of the same file; how many, by file."""
    made: dict[str, int] = {}
    keys = [n for n in ("origin", "destination", "entry_date") if n in names]
    same = "".join(f' AND l."{n}" IS NOT DISTINCT FROM s."{n}"' for n in keys)
    for file in {p.name for p in plans if p.layout.periods}:
        codes = "regexp_full_match(product, '[0-9]+')"
        found = con.execute(
            f"SELECT DISTINCT length(product) FROM rows WHERE source_file = ? AND {codes}", [file]
        ).fetchall()
        lengths = sorted(n for (n,) in found)
        for length in lengths[:-1]:
            longer = (f"SELECT 1 FROM rows l WHERE l.source_file = s.source_file AND length(l.product) > {length} "
                      f"AND substr(l.product, 1, {length}) = s.product{same}")  # fmt: skip
            where = f"s.source_file = ? AND length(s.product) = {length} AND EXISTS ({longer})"
            gone = con.execute(f"DELETE FROM rows s WHERE {where}", [file]).fetchall()
            made[file] = made.get(file, 0) + int(gone[0][0])
    return made


def _lead_elsewhere(con: DuckDBPyConnection, names: Sequence[str], asked: FileOptions, destination: str) -> bool:
    """Whether some whole code is no line on its day and stands for lines of that day."""
    if not asked.on and "entry_date" not in names:
        return False
    codes = [c for (c,) in con.execute("SELECT DISTINCT product FROM rows WHERE length(product) > 8").fetchall()]
    doubtful = [c for c in codes if c.isdecimal() and not is_of_all_days(c, destination)]
    if not doubtful:
        return False
    day = f"DATE '{asked.on}'" if asked.on else "TRY_CAST(entry_date AS DATE)"
    found = con.execute(
        f"SELECT DISTINCT product, {day} FROM rows WHERE product IN (SELECT unnest(?)) AND {day} IS NOT NULL",
        [doubtful],
    )
    return any(leads_elsewhere(code, destination, when) for code, when in found.fetchall())


def _told(plan: Plan, count: Counts, aggregates: Mapping[str, int]) -> FileRead:
    name, m = plan.name, plan.matched
    left = {**count.left_out, **({"codes that are sums of longer ones": n} if (n := aggregates.get(name, 0)) else {})}
    columns = {r: m.heading_of(r) for r in m.columns}
    if m.periods:
        columns["value"] = f"{m.headings[m.periods[0][0]]} … {m.headings[m.periods[-1][0]]}"
    told: FileRead = {
        "file": name,
        "layout": plan.layout.id,
        "title": plan.layout.title,
        "columns": columns,
        "rows": count.rows,
        "left_out": left,
    }
    return {**told, "carried": count.carried} if count.carried else told


def _notes(
    plans: Sequence[Plan], files: Sequence[FileRead], asked: FileOptions, beside: bool, has_value: bool
) -> Iterator[str]:
    """What was matched and assumed, in sentences."""
    for told, plan in zip(files, plans, strict=True):
        shown = ", ".join(f'{r.replace("_", " ")} from "{h}"' for r, h in told["columns"].items())
        yield f"{told['file']}: layout: {told['title']}; {shown}"
        cells = [r for r, how in plan.matched.how.items() if how == "cells"]
        if cells:
            yield f"{told['file']}: found by their cells, not their headings: {', '.join(cells)}"
        if told["left_out"]:
            yield f"{told['file']}: left out: " + ", ".join(f"{n:,} {why}" for why, n in told["left_out"].items())
        if told.get("carried"):
            yield f"{told['file']}: {told.get('carried', 0):,} rows under an entry's first have its number and days"
        if plan.order and asked.dates == "iso":
            yield f"{told['file']}: days are read in the order {plan.order}"
        if plan.serial and plan.raw.kind == "csv":
            yield f"{told['file']}: numbers in columns of days are read as a workbook counts them, from 1900 on"
        if plan.value.currency != "USD":
            yield f"{told['file']}: {plan.value.currency} converted to dollars by {asked.rates.source or 'no rate'}"
        if plan.said.text:
            yield f"{told['file']}: a line beside the table says {plan.said.text!r}: so are its amounts read"
        if _is_elsewhere(plan, asked):
            yield f"{told['file']}: {ELSEWHERE}"
        yield from (f"{told['file']}: {note}" for note in plan.notes)
    if beside:
        yield "rows of one entry line were joined: what stands on rows of chapters 98 and 99 is what was paid under them"
    if not has_value:
        yield "no column of values: rates, and no dollars"
    if not asked.on and any(_has_months(p) for p in plans):
        yield f"rows of a month are rated on its day {asked.month_day} (--month-day); duties may change within a month"


def _is_elsewhere(plan: Plan, asked: FileOptions) -> bool:
    """Whether a table does not say the importing country, and its headings or its currency are of another than the one that is taken."""
    if asked.destination or "destination" in plan.matched.columns or plan.layout.destination:
        return False
    return plan.value.currency != DOLLAR or any(
        "en" not in languages_of(h) and languages_of(h) for h in plan.matched.headings
    )


def _has_months(plan: Plan) -> bool:
    if plan.matched.periods:
        return True
    day = readers_of(plan, FileOptions(), "").day
    first = next((row for _, row in plan.rows()), None)
    width = len(plan.matched.headings)
    return first is not None and day([*first, *([""] * width)]).precision == "month"


__all__ = ["SOURCE", "FileRead", "Translated", "is_stream", "translate", "translated"]
