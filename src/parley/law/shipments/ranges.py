"""Codes that are no line of their day: the duty on each line that they stand for, as a range and weighted by imports.

A row of a short code is put out into the lines that stood below it on its day, one of a retired or later code into those to
which the code leads (law/code_lines.py); the engine judges those, and the row gets the
least and the greatest rate and their mean, weighted by the baseline year's imports from the origin (law/trade_weights.py), by
all partners' where it has none, in equal parts where there are none at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import PROGRAMMES, countries
from parley.law.code_lines import follow
from parley.law.edition import edition_days, edition_of
from parley.law.entry_claims import CLAIMS
from parley.law.products import SCHEDULES, read_products
from parley.law.shipments.columns import NAMES
from parley.law.shipments.duckdb import register
from parley.law.shipments.layouts.products import is_of_all_days, spells
from parley.law.shipments.run import Options, duties
from parley.law.trade_weights import WEIGHTED, read_weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.regime import Regime

RATES = ("duty_rate", "base_rate", "added_rate")
CODES = r"[0-9]{4,10}"
SHORT = 8  # digits at most of a code that may stand for several lines; a longer one is no line of its day where it does
HALF_CENT = "1e-6"  # half a cent lost in binary is given back, as on whole codes
ALL = "ROW"  # no partner of the table: the mix of all partners


@dataclass(frozen=True)
class RangeTotals:
    """What hangs on ranges: rows, their customs value, and the least, the weighted and the greatest duty; dollars."""

    rows: int
    value: float
    duty_low: float
    duty: float
    duty_high: float

    @property
    def words(self) -> str:
        """What hangs on ranges, in a sentence."""
        rows = f"{self.rows:,} row{'s' * (self.rows != 1)} with a code that is no single line of its day"
        if not self.value:
            return f"{rows}: the rate is a mean over the lines that it stands for, between the two beside it"
        made = f"the duty, {self.duty:,.2f} on {self.value:,.2f}, is a mean over the lines that it stands for"
        return f"{rows}: {made}, {self.duty_low:,.2f} at the least and {self.duty_high:,.2f} at the most"


def put_out(con: DuckDBPyConnection, asked: Options, destination: str) -> bool:
    """Makes the table `lines_below` (product, seller, buyer, day, line, weight, said) of the rows of `rows`; whether any are short.

    Rows whose code is no line of their day and stands for some are short; `rows` gets z_short.
    """
    day = f"DATE '{asked.on}'" if asked.on else "TRY_CAST(entry_date AS DATE)"
    buyer = (
        f"'{destination}'" if destination else "coalesce(destination, 'USA')" if _has(con, "destination") else "'USA'"
    )
    con.execute(f"ALTER TABLE rows ADD COLUMN z_day DATE; UPDATE rows SET z_day = {day}")
    con.execute(f"ALTER TABLE rows ADD COLUMN z_buyer VARCHAR; UPDATE rows SET z_buyer = {buyer}")
    codes = con.execute(
        "SELECT DISTINCT product, z_buyer FROM rows WHERE regexp_full_match(product, ?)", [CODES]
    ).fetchall()
    doubtful = [(c, buys) for c, buys in codes if len(c) <= SHORT or not is_of_all_days(c, buys)]
    register(con, "doubtful", product=[c for c, _ in doubtful], buyer=[b for _, b in doubtful])
    found = (
        con.execute(
            "SELECT DISTINCT product, origin, z_buyer, z_day FROM rows WHERE (product, z_buyer) IN (SELECT (product, buyer) FROM doubtful) "
            "AND z_day IS NOT NULL AND origin IS NOT NULL"
        ).fetchall()
        if doubtful
        else []
    )
    made: list[tuple[str, str, str, date, str, float, str]] = []
    for (code, seller, buys, when), (below, said) in _below(found).items():
        made += [(code, seller, buys, when, line, weight, said) for line, weight in below]
    columns = (
        dict(zip(("product", "seller", "buyer", "day", "line", "weight", "said"), zip(*made, strict=True), strict=True))
        if made
        else {}
    )
    con.execute("ALTER TABLE rows ADD COLUMN z_short BOOLEAN")
    if not columns:
        con.execute("UPDATE rows SET z_short = false")
        return False
    register(con, "lines_below", **columns)
    con.execute(
        "UPDATE rows SET z_short = EXISTS (SELECT 1 FROM lines_below b WHERE b.product = rows.product AND b.seller = rows.origin "
        "AND b.buyer = z_buyer AND b.day = z_day)"
    )
    return True


def _has(con: DuckDBPyConnection, name: str) -> bool:
    return name in [n for n, *_ in con.execute("DESCRIBE rows").fetchall()]


Key = tuple[str, str, str, date]  # code, seller, buyer, day


def _below(asked: Sequence[Key]) -> dict[Key, tuple[list[tuple[str, float]], str]]:
    """The lines that each code stands for on its day with their weights, and that in words; codes that are lines have none.

    A code short of a line stands for the lines below it. One that is no line of its day is followed (law/code_lines.py).
    """
    made: dict[Key, tuple[list[tuple[str, float]], str]] = {}
    by_edition: dict[tuple[str, date], list[tuple[str, str, date]]] = {}
    for code, seller, buys, when in asked:
        if buys in SCHEDULES and not any(a <= when < b for a, b in spells(code, buys)):
            start = max((d for d in edition_days(buys) if d <= when), default=when)
            by_edition.setdefault((buys, start), []).append((code, seller, when))
    for (buyer, start), rows in by_edition.items():
        standing = edition_of(buyer, start).codes
        place = {code: k for k, code in enumerate(standing)}
        lines = {code: _lines(code, buyer, start, sorted(standing)) for code in {code for code, _, _ in rows}}
        sellers = sorted({seller for _, seller, _ in rows})
        weights = _weights(buyer, standing, sellers)
        for code, seller, when in rows:
            below, said = lines[code]
            own = weights[[place[c] for c in below]][:, [sellers.index(seller), -1]]
            if below:
                column = 0 if own[:, 0].any() else 1
                made[code, seller, buyer, when] = (
                    [(c, float(w)) for c, w in zip(below, own[:, column], strict=True)],
                    said,
                )
    return made


def _lines(code: str, buyer: str, start: date, standing: Sequence[str]) -> tuple[list[str], str]:
    """The lines of an edition that a code stands for, and how a range over them is said."""
    below = list(standing[bisect_left(standing, code) : bisect_left(standing, code + ":")])  # ":" follows "9"
    if below:
        return below, ""
    found = follow(read_products(buyer), code, start)
    return ([c for c in found.lines if c in {*standing}], f": {found.words}") if found else ([], "")


def _weights(buyer: str, codes: tuple[str, ...], sellers: Sequence[str]) -> Float[ndarray, "k i"]:
    """Imports of the baseline year by line and origin, and in the last column those from all; equal parts where there are none."""
    if buyer not in WEIGHTED:
        return np.ones((len(codes), len(sellers) + 1))
    return read_weights(buyer).matrix(codes, [*(s if s in countries() else ALL for s in sellers), ALL], codes)


def rated(
    con: DuckDBPyConnection, folder: Path, asked: Options, regime: Regime | None, destination: str, has_value: bool
) -> None:
    """Makes the table `ranged`: each short row's k, rates, range and duty, or why none of its lines has one."""
    names = [n for n, *_ in con.execute("DESCRIBE rows").fetchall()]
    read = [n for n in names if (n in NAMES or n in CLAIMS) and n not in ("product", "value", "id", "entry")]
    by_value = has_value and ("quantity" in names or "unit_value" in names or asked.fees)  # rates hang on it then
    used = [*read, *(["value"] if by_value else [])]
    same = ", ".join(f'"{n}"' for n in (*used, "product", "z_buyer", "z_day"))
    con.execute(f"CREATE TABLE short AS SELECT *, dense_rank() OVER (ORDER BY {same}) AS z_key FROM rows WHERE z_short")
    own = "".join(f', any_value(s."{n}") AS "{n}"' for n in used)
    value = "" if by_value else ", 1000000.0 AS value"
    match = "b.product = s.product AND b.seller = s.origin AND b.buyer = s.z_buyer AND b.day = s.z_day"
    below = f"""SELECT b.line AS product, any_value(b.weight) AS z_weight, s.z_key{own}{value} FROM short s
 JOIN lines_below b ON {match} GROUP BY b.line, s.z_key ORDER BY s.z_key, b.line"""
    place, out = folder / "below.parquet", folder / "below-rated.parquet"
    con.execute(f"COPY ({below}) TO '{place}' (FORMAT parquet)")
    buyer = asked.destination if "destination" in used else destination or None
    options = replace(asked, programmes=True, destination=buyer)
    duties([str(place)], out, rejects=folder / "below-rejects.csv", regime=regime, options=options)
    _by_key(con, out, asked)
    _by_row(con, asked, has_value)


def _by_key(con: DuckDBPyConnection, out: Path, asked: Options) -> None:
    """Makes the table `keys`: the lines of each key as one, with the least, the greatest and the mean rate."""
    weight = "sum(z_weight) FILTER (good)"
    mean = f"round(CASE WHEN {weight} > 0 THEN sum({{0}} * z_weight) FILTER (good) / {weight} ELSE avg({{0}}) FILTER (good) END, 12)"
    before = ["duty_rate_before"] if asked.before is not None else []
    parts = {n: mean.format(n) for n in (*RATES, *(f"rate_{p}" for p in PROGRAMMES), *before)}
    parts |= {n: f"max({n})" for n in ("mpf", "hmf") if asked.fees}
    parts |= {
        "lines": "count(*)",
        "known": "count(*) FILTER (good)",
        "duty_rate_low": "min(duty_rate)",
        "duty_rate_high": "max(duty_rate)",
        "measures": "CASE WHEN count(DISTINCT measures) = 1 THEN any_value(measures) END",
        "why": "string_agg(DISTINCT reject_reason, '; ')",
        "equal": "max(z_weight) = min(z_weight)",
    }
    listed = ", ".join(f"{sql} AS {name}" for name, sql in parts.items())
    con.execute(
        f"CREATE TABLE keys AS SELECT z_key, {listed} FROM (SELECT *, reject_reason IS NULL AS good FROM '{out}') GROUP BY 1"
    )


def _by_row(con: DuckDBPyConnection, asked: Options, has_value: bool) -> None:
    """Makes the table `ranged`: the short rows with what their keys came to."""
    value = dollars_of('s."value"', asked) if has_value else "CAST(NULL AS DOUBLE)"
    good = f"coalesce(r.known > 0 AND ({value} > 0 OR {not has_value}), false)"
    said = """concat('a range over ', r.known, CASE WHEN r.known < r.lines THEN concat(' of ', r.lines) ELSE '' END, ' lines ',
 CASE WHEN b.said = '' THEN 'of ' ELSE 'for ' END, s.product,
 CASE WHEN r.equal THEN ', in equal parts' ELSE ', weighted by imports' END, b.said)"""

    def dollars(rate: str) -> str:
        return f"CASE WHEN {value} > 0 THEN floor({value} * r.{rate} * 100 + 0.5 + {HALF_CENT}) / 100 END"

    known = ", ".join(f"'{iso}'" for iso in countries())
    parts = {
        "z_origin": f"CASE WHEN s.origin IN ({known}) THEN s.origin END",
        "z_day": "s.z_day",
        "z_value": value,
        "z_good": good,
    }
    parts |= {
        n: f"r.{n}" for n in ("duty_rate_low", "duty_rate_high", *RATES, "measures", *(f"rate_{p}" for p in PROGRAMMES))
    }
    parts |= {
        "duty": dollars("duty_rate"),
        "duty_low": dollars("duty_rate_low"),
        "duty_high": dollars("duty_rate_high"),
    }
    parts |= {n: f"r.{n}" for n in ("mpf", "hmf") if asked.fees}
    if asked.before is not None:
        change = f"round({dollars('duty_rate')} - {dollars('duty_rate_before')}, 2)"
        parts |= {
            "duty_rate_before": "r.duty_rate_before",
            "duty_before": dollars("duty_rate_before"),
            "duty_change": change,
        }
    why = f"CASE WHEN NOT {good} THEN CASE WHEN r.known > 0 THEN 'value: not a positive number' ELSE r.why END END"
    parts |= {'"range"': f"CASE WHEN {good} THEN {said} END", "reject_reason": why}
    listed = ", ".join(f"{sql} AS {name}" for name, sql in parts.items())
    words = "SELECT DISTINCT product, buyer, day, said FROM lines_below"
    same = "b.product = s.product AND b.buyer = s.z_buyer AND b.day = s.z_day"
    con.execute(
        f"CREATE TABLE ranged AS SELECT s.k, {listed} FROM short s JOIN keys r USING (z_key) JOIN ({words}) b ON {same}"
    )


def dollars_of(column: str, asked: Options) -> str:
    """A column of values as SQL: in whole dollars where they are asked for, as entry summaries round."""
    value = f"TRY_CAST({column} AS DOUBLE)"
    return f"floor({value} + 0.5)" if asked.whole_dollars else value


def totals(con: DuckDBPyConnection) -> RangeTotals:
    """What hangs on the ranges of the table `ranged`."""
    rows, *sums = con.execute(
        "SELECT count(*), coalesce(sum(z_value), 0), coalesce(sum(duty_low), 0), coalesce(sum(duty), 0), coalesce(sum(duty_high), 0) "
        "FROM ranged WHERE z_good"
    ).fetchall()[0]
    return RangeTotals(int(rows), *(round(float(x), 2) for x in sums))


__all__ = ["RangeTotals", "dollars_of", "put_out", "rated", "totals"]
