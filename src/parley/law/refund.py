"""Refunds of duties paid under programmes that were struck down: what, by which statute, until when, what is missing.

The refund of a line is the duty as customs collected it that day less the duty had the programmes never been. Planning,
not advice. The provisions are cited from memory; their texts were not read by us (read = false).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parley.errors import InputError, unknown_name
from parley.law.regime import Regime, read_regime
from parley.law.shipments.columns import plain_name
from parley.law.shipments.duckdb import connect
from parley.law.shipments.pieces import name_sql, text_sql
from parley.law.shipments.run import Options, duties

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RULING = "us-ruling-2026-02-20"
PLANNING = "planning, not advice"
UNREAD = "(cited, text not read)"
INTEREST = (
    "from the deposit of estimated duties to the refund, at the quarterly rate of 26 U.S.C. 6621: "
    f"19 U.S.C. 1505(c), 19 CFR 24.36 {UNREAD}"
)
DEADLINES = (
    ("protest_until", 180, "liquidation_date", f"180 days after liquidation: 19 U.S.C. 1514(c)(3) {UNREAD}"),
    ("suit_until", 730, "entry_date", f"two years, counted here from entry: 28 U.S.C. 2636(i) {UNREAD}"),
)
EVIDENCE = {  # what a claim rests on → the names under which customs reports hold it
    "entry_number": ("entry_number", "entry_summary_number", "entry_no", "entry"),
    "importer_number": ("importer_number", "importer_id", "importer_of_record_number", "ior_number"),
    "liquidation_date": ("liquidation_date", "entry_summary_liquidation_date", "date_of_liquidation"),
    "duty_paid": ("duty_paid", "duty_amount", "line_duty_amount", "line_tariff_duty_amount", "total_paid_duty", "duty"),
    "payment_date": ("payment_date", "collection_date", "statement_paid_date", "deposit_date"),
}


@dataclass(frozen=True)
class Refunds:
    """The totals of a run: lines, those with a refund, dollars in all and by programme, lines without an answer."""

    rows: int
    rejected: int
    refundable: int
    refund_total: float
    by_programme: dict[str, float]
    missing: tuple[str, ...]
    deadlines: dict[str, str]
    out: str
    notes: tuple[str, ...]


def struck_down(regime: Regime, ruling: str = RULING) -> tuple[str, ...]:
    """The programmes whose measures a ruling ended. Raises where it ended none."""
    found = tuple(dict.fromkeys(m.programme for m in regime.measures if m.terminated_by == ruling))
    if not found:
        acts = {m.terminated_by for m in regime.measures if m.terminated_by}
        raise unknown_name("--ruling", "act that ended measures", ruling, acts)
    return found


def refunds(
    inputs: Sequence[str],
    out: str | Path,
    *,
    ruling: str = RULING,
    regime: Regime | None = None,
    options: Options | None = None,
) -> Refunds:
    """The refund of every line of some files, written to a CSV with its evidence and deadlines."""
    law = regime or read_regime()
    programmes = struck_down(law, ruling)
    never = law
    for name in programmes:
        never = never.without(name)
    asked = replace(options or Options(), reading="collected", before=never, programmes=True)
    if not Path(out).absolute().parent.is_dir():
        raise InputError(str(out), f"no folder {Path(out).parent}", "a folder that exists")
    with tempfile.TemporaryDirectory(prefix="parley-refund-") as folder:
        rated = Path(folder) / "rated.parquet"
        found = duties(inputs, rated, regime=law, options=asked)
        con = connect(asked.threads, asked.memory)
        held = _held(con, rated)
        part = Path(f"{out}.parley-new")
        con.execute(
            f"COPY ({_query(con, rated, programmes, held, law, ruling)}) TO {text_sql(str(part))} (FORMAT csv, HEADER true)"
        )
        totals = _totals(con, part, rated, programmes)
        os.replace(part, out)
    missing = tuple(name for name in EVIDENCE if name not in held)
    told = {name: source for name, _, _, source in DEADLINES}
    notes = (PLANNING, INTEREST, "refund: duty as collected that day less the duty had the programmes never been")
    return Refunds(found.rows, found.rejected, *totals, missing, told, str(out), notes)


def _held(con: DuckDBPyConnection, rated: Path) -> dict[str, str]:
    """The file's columns of evidence."""
    names = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {text_sql(str(rated))}").fetchall()]
    found: dict[str, str] = {}
    for role, usual in EVIDENCE.items():
        held = [n for u in usual for n in names if plain_name(n.removesuffix("_input")) == u and (n != "duty")]
        if held:
            found[role] = held[0]
    return found


def _query(
    con: DuckDBPyConnection, rated: Path, programmes: Sequence[str], held: dict[str, str], law: Regime, ruling: str
) -> str:
    """The rated lines with the columns of a claim."""
    names = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {text_sql(str(rated))}").fetchall()]
    own = names[: names.index("duty_rate")]
    refund = "CASE WHEN reject_reason IS NULL THEN greatest(0, duty_change) END"
    listed = ", ".join(f"CASE WHEN rate_{p} > 0 THEN '{p}' END" for p in programmes)
    ended = next(m for m in law.measures if m.terminated_by == ruling)
    statute = f"International Emergency Economic Powers Act, 50 U.S.C. 1701; ended by {ruling}"
    starts = {p: min(m.start for m in law.measures if m.programme == p) for p in programmes}
    spans = "; ".join(f"{p} {starts[p]} to {ended.end or 'open'}" for p in programmes)
    day = {n: f"TRY_CAST(substr(CAST({name_sql(held[n])} AS VARCHAR), 1, 10) AS DATE)" if n in held else "NULL::DATE"
           for n in ("liquidation_date",)}  # fmt: skip
    paid = "NULL::DOUBLE"
    if "duty_paid" in held:
        paid = f"TRY_CAST(replace(CAST({name_sql(held['duty_paid'])} AS VARCHAR), ',', '') AS DOUBLE)"
    absent = ", ".join(f"CASE WHEN COALESCE(CAST({name_sql(held[n])} AS VARCHAR), '') = '' THEN '{n}' END" if n in held else f"'{n}'"
                       for n in EVIDENCE)  # fmt: skip
    columns = ", ".join(name_sql(n) for n in own)
    return f"""SELECT {columns}, duty AS duty_collected, duty_before AS duty_owed, {refund} AS refund,
 concat_ws('; ', {listed}) AS refund_programmes, CASE WHEN {refund} > 0 THEN {text_sql(statute)} END AS statute,
 CASE WHEN {refund} > 0 THEN {text_sql(spans)} END AS period, CASE WHEN {refund} > 0 THEN {text_sql(INTEREST)} END AS interest_rule,
 CASE WHEN {refund} > 0 THEN CAST({day["liquidation_date"]} + INTERVAL 180 DAY AS DATE) END AS protest_until,
 CASE WHEN {refund} > 0 THEN CAST({_entry_day(names)} + INTERVAL 2 YEAR AS DATE) END AS suit_until,
 round({paid} - duty, 2) AS paid_difference, concat_ws('; ', {absent}) AS missing, reject_reason, '{PLANNING}' AS note
 FROM {text_sql(str(rated))}"""


def _entry_day(names: Sequence[str]) -> str:
    from parley.law.shipments.columns import NAMES

    held = [n for u in NAMES["entry_date"] for n in names if plain_name(n) == u]
    return f"TRY_CAST(substr(CAST({name_sql(held[0])} AS VARCHAR), 1, 10) AS DATE)" if held else "NULL::DATE"


def _totals(
    con: DuckDBPyConnection, part: Path, rated: Path, programmes: Sequence[str]
) -> tuple[int, float, dict[str, float]]:
    """Lines with a refund, dollars, and dollars by programme in proportion to the rates collected."""
    count, total = con.execute(
        f"SELECT count(*) FILTER (refund > 0), COALESCE(sum(CAST(round(refund * 100) AS BIGINT)), 0) / 100 "
        f"FROM read_csv({text_sql(str(part))}, types = {{'refund': 'DOUBLE'}})"
    ).fetchall()[0]
    rates = " + ".join(f"rate_{p}" for p in programmes)
    sums = ", ".join(f"COALESCE(sum(greatest(0, duty_change) * rate_{p} / nullif({rates}, 0)), 0)" for p in programmes)
    split = con.execute(f"SELECT {sums} FROM {text_sql(str(rated))} WHERE reject_reason IS NULL").fetchall()[0]
    return int(count), float(total), {p: round(float(v), 2) for p, v in zip(programmes, split, strict=True)}
