"""The duties of a translated file in two parts, put together again: rows of whole codes, and rows of short ones as ranges.

So too where rows have no value, where headings are asked for, and where the result is a workbook.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parley import outputs
from parley.codes import PROGRAMMES, country
from parley.law.shipments import ranges
from parley.law.shipments.columns import NAMES
from parley.law.shipments.duckdb import connect, name_sql, text_sql
from parley.law.shipments.headings_column import add_headings
from parley.law.shipments.layouts.translate import SOURCE, Translated
from parley.law.shipments.layouts.workbooks import write_workbook
from parley.law.shipments.ranges import RangeTotals, dollars_of
from parley.law.shipments.rejects import reason_of
from parley.law.shipments.results import REJECTS, Places, drop_older, write_entries
from parley.law.shipments.run import Options, Progress, Report, duties
from parley.law.shipments.totals import Change, Difference, Sum

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.regime import Regime

WORKBOOK = ".xlsx"
DOLLARS = ("duty", "duty_before", "duty_change", "duty_low", "duty_high", "mpf", "hmf")  # empty where there is no value
_ORIGIN = "coalesce(z_origin, 'unknown')"
_MONTH = "coalesce(strftime(z_day, '%Y-%m'), 'unknown')"
UNIT = 1_000_000  # dollars: the value of rows without one, whose rates alone are kept


@dataclass(frozen=True)
class Asked:
    """The law and the engine's options; headings: whether each line's headings are shown."""

    regime: Regime | None
    engine: Options
    headings: bool = False
    progress: Progress | None = None


def parted_duties(read: Translated, places: Places, asked: Asked, folder: Path) -> tuple[Report, RangeTotals | None]:
    """The totals, and what hangs on ranges; outputs are written. folder: for what is written on the way."""
    asked = replace(asked, engine=replace(asked.engine, fees=asked.engine.fees or places.entries is not None))
    engine = asked.engine
    con = connect(engine.threads, engine.memory)
    con.execute(f"CREATE TABLE rows AS SELECT *, row_number() OVER () AS k FROM {text_sql(read.paths[0])}")
    names = [n for n, *_ in con.execute("DESCRIBE rows").fetchall() if n != "k"]
    destination = country(engine.destination, "--destination") if engine.destination else ""
    short = ranges.put_out(con, engine, destination)
    if not read.has_value:
        con.execute(f"ALTER TABLE rows ADD COLUMN value DOUBLE; UPDATE rows SET value = {UNIT}")
    whole = bool(con.execute("SELECT count(*) FROM rows WHERE NOT z_short").fetchall()[0][0])
    report = (
        _whole(con, names, read, places, asked, folder, short) if whole else Report(0, 0, 0.0, 0.0, 0.0, (), (), {})
    )
    found = None
    if short:
        ranges.rated(con, folder, engine, asked.regime, destination, read.has_value)
        found = ranges.totals(con)
        report = _added(con, report, found, read.has_value)
        if engine.before is not None:
            report = replace(report, difference=_changed(con, report))
    summed = places.entries if short else None  # without short codes the engine has written them
    if places.out is not None or summed is not None:
        _show(con, names, whole, short, asked, read.has_value, folder)
    if places.out is not None:
        _write(con, places.out)
    if summed is not None:
        _write_entries(con, names, summed, asked, folder)
    rejects = _write_rejects(con, places, folder, whole, short)
    told = [f"sums by entry: {summed}"] if summed else []
    notes = (*read.notes, *([found.words] if found and found.rows else []), *told, *report.notes)
    report = replace(report, out=str(places.out or ""), rejects=rejects, notes=notes)
    return (report if read.has_value else _without_dollars(report)), found


def _whole(
    con: DuckDBPyConnection,
    names: Sequence[str],
    read: Translated,
    places: Places,
    asked: Asked,
    folder: Path,
    short: bool,
) -> Report:
    """The engine's run on the rows of whole codes; its sums by entry are the file's where no code is short."""
    own = ", ".join([*map(name_sql, names), *([] if read.has_value else ["value"]), "k AS z_k"])
    place = text_sql(str(folder / "whole.parquet"))
    con.execute(f"COPY (SELECT {own} FROM rows WHERE NOT z_short ORDER BY k) TO {place} (FORMAT parquet)")
    shown = places.out is not None or (short and places.entries is not None)
    out = folder / "whole-rated.parquet" if shown else None
    rejects = folder / "whole-rejects.csv" if places.out is not None or places.rejects is not None else None
    return duties([str(folder / "whole.parquet")], out, rejects=rejects, entries=None if short else places.entries,
                  regime=asked.regime, options=asked.engine, progress=asked.progress)  # fmt: skip


def _added(con: DuckDBPyConnection, report: Report, found: RangeTotals, has_value: bool) -> Report:
    """The totals with those of ranges."""
    rows, refused = con.execute("SELECT count(*), count(*) FILTER (NOT z_good) FROM ranged").fetchall()[0]
    reasons = dict(report.by_reason)
    for text, count in con.execute("SELECT reject_reason, count(*) FROM ranged WHERE NOT z_good GROUP BY 1").fetchall():
        why = reason_of(text).words
        reasons[why] = reasons.get(why, 0) + count
    by_programme = dict(report.by_programme)
    if has_value:
        sums = ", ".join(f"coalesce(sum(z_value * rate_{p}) FILTER (z_good), 0)" for p in PROGRAMMES)
        for name, amount in zip(PROGRAMMES, con.execute(f"SELECT {sums} FROM ranged").fetchall()[0], strict=True):
            by_programme |= {name: round(by_programme.get(name, 0.0) + float(amount), 2)} if round(amount, 2) else {}
    return replace(
        report, rows=report.rows + rows, rejected=report.rejected + refused, value_total=round(report.value_total + found.value, 2),
        duty_total=round(report.duty_total + found.duty, 2), by_programme={p: by_programme[p] for p in PROGRAMMES if p in by_programme},
        by_reason=reasons, by_origin=_with(report.by_origin, con, _ORIGIN),
        by_month=_with(report.by_month, con, _MONTH),
    )  # fmt: skip


def _changed(con: DuckDBPyConnection, report: Report) -> Difference:
    """The change from another law with that of ranges: their rows have a duty under both or under none."""
    held = report.difference or Difference(0, 0.0, 0.0, (), (), {})
    before, refused = con.execute(
        "SELECT coalesce(sum(duty_before) FILTER (z_good), 0), count(*) FILTER (NOT z_good) FROM ranged"
    ).fetchall()[0]
    total = round(held.duty_before + before, 2)
    return replace(
        held, rejected_before=held.rejected_before + refused, duty_before=total, duty_change=round(report.duty_total - total, 2),
        by_origin=_changes(con, held.by_origin, report.by_origin, _ORIGIN), by_month=_changes(con, held.by_month, report.by_month, _MONTH),
    )  # fmt: skip


def _changes(con: DuckDBPyConnection, held: Sequence[Change], sums: Sequence[Sum], key: str) -> tuple[Change, ...]:
    """Groups with the duty before of the ranged rows of the same key."""
    found = {name: (refused, duty) for name, refused, duty in con.execute(
        f"SELECT {key}, count(*) FILTER (NOT z_good), coalesce(sum(duty_before) FILTER (z_good), 0) FROM ranged GROUP BY 1"
    ).fetchall()}  # fmt: skip
    old = {c.name: c for c in held}
    made = []
    for s in sums:
        refused, duty = found.get(s.name, (0, 0.0))
        before = old.get(s.name, Change(s.name, 0, 0, 0.0, 0.0, 0.0))
        total = round(before.duty_before + duty, 2)
        made.append(
            Change(s.name, before.rejected_before + refused, s.rejected, total, s.duty, round(s.duty - total, 2))
        )
    return tuple(made)


def _with(sums: Sequence[Sum], con: DuckDBPyConnection, key: str) -> tuple[Sum, ...]:
    """Groups with the ranged rows of the same key."""
    made = {s.name: s for s in sums}
    for name, rows, refused, value, duty in con.execute(
        f"SELECT {key}, count(*), count(*) FILTER (NOT z_good), coalesce(sum(z_value) FILTER (z_good), 0), "
        "coalesce(sum(duty) FILTER (z_good), 0) FROM ranged GROUP BY 1"
    ).fetchall():
        s = made.get(name, Sum(name, 0, 0, 0.0, 0.0))
        made[name] = Sum(name, s.rows + rows, s.rejected + refused, round(s.value + value, 2), round(s.duty + duty, 2))
    return tuple(made[n] for n in sorted(made))


def _columns(con: DuckDBPyConnection, table: str) -> list[str]:
    return [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()]


def _show(
    con: DuckDBPyConnection, names: Sequence[str], whole: bool, short: bool, asked: Asked, has_value: bool, folder: Path
) -> None:
    """Makes the table `shown`: all rows with their own columns, the engine's, headings and ranges, and k, their order."""
    own, parts = ", ".join(f"r.{name_sql(n)}" for n in names), []
    if whole:
        place = text_sql(str(folder / "whole-rated.parquet"))
        result = _columns(con, place)
        result = result[result.index("z_k") + 1 :]
        shown = ", ".join(f"w.{name_sql(n)}" for n in result)
        parts.append(f"SELECT r.k, {own}, {shown} FROM rows r JOIN {place} w ON w.z_k = r.k")
    if short:
        kept = [n for n in _columns(con, "ranged") if not n.startswith("z_") and n != "k"]
        kept = [n for n in kept if not n.startswith("rate_") or asked.engine.programmes]
        parts.append(
            f"SELECT r.k, {own}, {', '.join(f'g.{name_sql(n)}' for n in kept)} FROM rows r JOIN ranged g ON g.k = r.k"
        )
    con.execute(f"CREATE TABLE shown AS {' UNION ALL BY NAME '.join(parts)}")
    if asked.headings:
        add_headings(con, asked.regime, asked.engine)
    if not has_value:
        held = [n for n in _columns(con, "shown") if n in DOLLARS]
        con.execute("; ".join(f"UPDATE shown SET {n} = NULL" for n in held))


def _write(con: DuckDBPyConnection, out: Path) -> None:
    """The rows of `shown` in the file's order."""
    columns = [n for n in _columns(con, "shown") if n != "k"]
    query = f"SELECT {', '.join(map(name_sql, columns))} FROM shown ORDER BY k"
    with outputs.told(out), outputs.drafted(out) as draft:
        if out.suffix.lower() == WORKBOOK:
            write_workbook(draft, [("duties", columns, _fetched(con, query))])
        else:
            how = "FORMAT parquet" if out.suffix.lower() in (".parquet", ".pq") else "FORMAT csv, HEADER true"
            con.execute(f"COPY ({query}) TO {text_sql(str(draft))} ({how})")


def _write_entries(con: DuckDBPyConnection, names: Sequence[str], entries: Path, asked: Asked, folder: Path) -> None:
    """The sums by entry of the rows of `shown`; without a column of the entry each row is one."""
    entry = next((n for n in NAMES["entry"] if n in names), "concat('line ', k, ' of piece 1')")
    value = dollars_of("value", asked.engine) if "value" in names else "NULL"
    con.execute(
        f"COPY (SELECT CAST({entry} AS VARCHAR) AS entry, z_day AS day, 1 AS lines, "
        f"CAST(reject_reason IS NOT NULL AS BIGINT) AS rejected, CASE WHEN reject_reason IS NULL THEN {value} END AS value, "
        f"CASE WHEN reject_reason IS NULL THEN CAST(round(duty * 100) AS BIGINT) ELSE 0 END AS cents, "
        f"CASE WHEN mpf > 0 THEN {value} ELSE 0 END AS mpf_value, mpf, hmf FROM shown JOIN (SELECT k, z_day FROM rows) USING (k)) "
        f"TO {text_sql(str(folder / 'entry-lines.parquet'))} (FORMAT parquet)"
    )
    write_entries([folder / "entry-lines.parquet"], folder / "entries-made.csv", asked.engine.memory)
    outputs.put(folder / "entries-made.csv", entries)


def _fetched(con: DuckDBPyConnection, query: str) -> Iterator[Sequence[object]]:
    found = con.execute(query)
    while part := found.fetchmany(10_000):
        yield from part


def _write_rejects(con: DuckDBPyConnection, places: Places, folder: Path, whole: bool, short: bool) -> str:
    """The rows without a duty, by their own file and row; where they stand, empty where there are none."""
    beside = (
        places.out.with_name(places.out.name + ".rejects.csv")
        if places.out and not outputs.is_stream(places.out)
        else None
    )
    target = places.rejects or beside
    if target is None:
        return ""
    where, rows = _where(con), []
    held = folder / "whole-rejects.csv"
    if whole and held.exists():
        order = [k for (k,) in con.execute("SELECT k FROM rows WHERE NOT z_short ORDER BY k").fetchall()]
        rows += [(order[int(row[1]) - 1], row[2:]) for row in read_rejects(held)[1]]
    if short:
        found = con.execute("SELECT k, reject_reason FROM ranged WHERE NOT z_good").fetchall()
        rows += [
            (k, [(why or "").partition(":")[0], "", "a code with a line below it that has a duty", "", why or ""])
            for k, why in found
        ]
    if not rows:
        drop_older(target)
        return ""
    with (
        outputs.told(target),
        outputs.drafted(target) as draft,
        draft.open("w", encoding="utf-8", newline="") as stream,
    ):
        write = csv.writer(stream, lineterminator="\n")
        write.writerow(REJECTS)
        write.writerows([*where(k), *rest] for k, rest in sorted(rows, key=lambda x: x[0]))
    return str(target)


def _where(con: DuckDBPyConnection) -> Callable[[int], tuple[str, str]]:
    """The file and row in which a row of the table stood."""
    held = {k: (file, str(row)) for k, file, row in con.execute(f"SELECT k, {', '.join(SOURCE)} FROM rows").fetchall()}
    return held.__getitem__


def write_rejects(folder: Path, target: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows of rejects at their place; they are written in a folder of our own first."""
    made = folder / "rejects-made.csv"
    with made.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    outputs.put(made, target)


def read_rejects(path: Path) -> tuple[list[str], list[list[str]]]:
    """The heading and the rows of a file of rejects."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, rows


def _without_dollars(report: Report) -> Report:
    """The totals of a file without values: rows alone."""

    def bare(sums: Sequence[Sum]) -> tuple[Sum, ...]:
        return tuple(replace(s, value=0.0, duty=0.0) for s in sums)

    return replace(report, value_total=0.0, duty_total=0.0, by_programme={}, by_origin=bare(report.by_origin),
                   by_month=bare(report.by_month), difference=None)  # fmt: skip


__all__ = ["WORKBOOK", "Asked", "parted_duties", "read_rejects", "write_rejects"]
