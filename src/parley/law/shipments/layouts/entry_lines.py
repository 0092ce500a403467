"""Rows of one entry line as one row: the commodity's, with what was paid on the chapter 98 and 99 rows that stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from parley.law.shipments.layouts.registry import BESIDE, PAID

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OF_BESIDE = f"length(product) >= 8 AND regexp_matches(product, '^{BESIDE.pattern}[0-9]+$')"
_HEADING = "substr(product, 1, 8)"


def joined(con: DuckDBPyConnection, names: Sequence[str]) -> bool:
    """Puts joined rows in the place of the table `rows`; its rows of chapters 98 and 99 become columns paid_<heading>.

    Lines go by entry and line number. Without line numbers a line ends with its commodity, which is the order of filing, or
    begins with it, where that fits better (_begins). What was paid on a heading of several commodities is split by their values.
    Where no row of a line's headings states what was paid, the line's duty is one amount, and its parts are not known. Returns
    whether each row repeated the amounts of its whole line.
    """
    entry = "entry_number" if "entry_number" in names else "source_file"
    con.execute(f"CREATE TEMP TABLE lines AS SELECT *, {OF_BESIDE} AS z_beside, {_line(con, names, entry)} AS z_line, "
                f"coalesce({entry}, 'row ' || k) AS z_entry FROM rows")  # fmt: skip
    repeated = _repeated(con, names)
    if repeated:
        con.execute("UPDATE lines SET duty_paid = NULL WHERE z_beside")
    paid = "duty_paid" if "duty_paid" in names else "CAST(NULL AS DOUBLE)"
    value = 'TRY_CAST("value" AS DOUBLE)' if "value" in names else "CAST(NULL AS DOUBLE)"
    order = "TRY_CAST(ordinal AS INTEGER) NULLS LAST, k" if "ordinal" in names else "k"
    headings = [
        h
        for (h,) in con.execute(f"SELECT DISTINCT {_HEADING} FROM lines WHERE z_beside ORDER BY 1").fetchall()
        if PAID + h not in names
    ]
    per_heading = "".join(f", sum({paid}) FILTER (z_beside AND {_HEADING} = '{h}') AS {PAID}{h}" for h in headings)
    con.execute(f"""CREATE TEMP TABLE groups AS SELECT z_entry, z_line, count(*) FILTER (NOT z_beside) AS z_goods,
 sum({value}) FILTER (NOT z_beside) AS z_value, max({value}) FILTER (z_beside) AS z_value_beside,
 min(k) AS z_first, string_agg({_HEADING}, ';' ORDER BY {order}) FILTER (z_beside) AS z_headings,
 sum({paid}) FILTER (z_beside) AS z_paid,
 count(*) FILTER (z_beside) = 0 OR count({paid}) FILTER (z_beside) > 0 AS z_known{per_heading} FROM lines GROUP BY 1, 2""")
    share = f"CASE WHEN g.z_goods <= 1 THEN 1.0 WHEN g.z_value > 0 THEN {value} / g.z_value ELSE 1.0 / g.z_goods END"
    own = [
        f'l."{n}"'
        for n in names
        if n not in ("value", "duty_paid", "headings_filed", "ordinal", "source_file", "source_row")
    ]
    made = ", ".join(own)
    if "value" in names:
        alone = f"g.z_goods = 1 AND coalesce({value}, 0) = 0 AND g.z_value_beside > 0"
        made += (
            f', CASE WHEN {alone} THEN CAST(g.z_value_beside AS {_kind(con, "value")}) ELSE l."value" END AS "value"'
        )
    if "duty_paid" in names:
        base = "CASE WHEN NOT g.z_known THEN NULL WHEN l.z_beside THEN 0.0 ELSE l.duty_paid END"
        made += f""", CASE WHEN l.z_beside THEN g.z_paid WHEN l.duty_paid IS NULL AND g.z_paid IS NULL THEN NULL
 ELSE round(coalesce(l.duty_paid, 0) + coalesce(g.z_paid, 0) * {share}, 2) END AS duty_paid"""
        made += f", {base} AS paid_base" if "paid_base" not in names else ""
    nothing = (
        "0.0" if "duty_paid" in names else "NULL"
    )  # the file has all rows of a line: on a heading not filed nothing was paid
    split = "CASE WHEN l.z_beside THEN g.{0} ELSE round(g.{0} * {1}, 2) END"
    made += "".join(
        f", CASE WHEN g.z_known THEN coalesce({split.format(PAID + h, share)}, {nothing}) END AS {PAID}{h}"
        for h in headings
    )
    filed = "concat_ws(';', l.headings_filed, g.z_headings)" if "headings_filed" in names else "g.z_headings"
    con.execute(f"""CREATE TEMP TABLE made AS SELECT {made}, {filed} AS headings_filed, l.source_file, l.source_row, l.k
 FROM lines l JOIN groups g USING (z_entry, z_line) WHERE NOT l.z_beside OR (g.z_goods = 0 AND l.k = g.z_first)""")
    con.execute("DROP TABLE rows; DROP TABLE lines; DROP TABLE groups; ALTER TABLE made RENAME TO rows")
    return repeated


def _repeated(con: DuckDBPyConnection, names: Sequence[str]) -> bool:
    """Whether all rows of every line with headings have one value and one duty, neither of them 0: those of the whole line."""
    if not {"value", "duty_paid"} <= {*names}:
        return False
    value = 'TRY_CAST("value" AS DOUBLE)'
    same = f"min(duty_paid) = max(duty_paid) AND min(duty_paid) > 0 AND count(duty_paid) = count(*) AND min({value}) = max({value})"
    found = con.execute(f"SELECT {same} AND min({value}) > 0 FROM lines GROUP BY z_entry, z_line "
                        "HAVING count(*) FILTER (z_beside) > 0").fetchall()  # fmt: skip
    return bool(found) and all(one for (one,) in found)


def _line(con: DuckDBPyConnection, names: Sequence[str], entry: str) -> str:
    """The line of a row: its number, carried on where it is blank; without numbers a line begins or ends with its commodity."""
    before = f"OVER (PARTITION BY {entry} ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND"
    if "line_number" in names:
        return f"coalesce(last_value(line_number IGNORE NULLS) {before} CURRENT ROW), '0')"
    until = "CURRENT ROW" if _begins(con, names, entry) else "1 PRECEDING"
    return f"CAST(coalesce(sum(CASE WHEN {OF_BESIDE} THEN 0 ELSE 1 END) {before} {until}), 0) AS VARCHAR)"


def _begins(con: DuckDBPyConnection, names: Sequence[str], entry: str) -> bool:
    """Whether more rows of headings belong to the commodity before them than to the next one: there is one in the entry, of their
    own origin."""
    goods = f"FILTER (NOT ({OF_BESIDE})) OVER (PARTITION BY {entry} ORDER BY k ROWS BETWEEN"
    origin = "coalesce(origin, '')" if "origin" in names else "''"
    before, after = "UNBOUNDED PRECEDING AND 1 PRECEDING", "1 FOLLOWING AND UNBOUNDED FOLLOWING"
    fits = "CASE WHEN {0} IS NOT NULL AND z_own IN ('', {0}) THEN 1 ELSE 0 END"
    found = con.execute(f"""SELECT sum({fits.format("z_before")}) > sum({fits.format("z_after")}) FROM (SELECT {OF_BESIDE} AS z_beside,
 {origin} AS z_own, arg_max({origin}, k) {goods} {before}) AS z_before, arg_min({origin}, k) {goods} {after}) AS z_after
 FROM rows) WHERE z_beside""").fetchall()
    return bool(found[0][0])


def _kind(con: DuckDBPyConnection, name: str) -> str:
    return str(con.execute(f'SELECT typeof("{name}") FROM rows LIMIT 1').fetchall()[0][0])


__all__ = ["OF_BESIDE", "joined"]
