"""Refunds of duties paid under programmes that were struck down: what, by which statute, until when, what is missing.

The refund of a line is the duty as customs collected it that day less the duty had the programmes never been. Planning,
not advice. 19 U.S.C. 1505(c), 19 CFR 24.36(a)(1) and 26 U.S.C. 6621(a)(1) were read; the provisions on deadlines are cited,
their texts not read by us (read = false).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parley import outputs
from parley.errors import unknown_name
from parley.law.refund_interest import COUNTED, Interest
from parley.law.regime import Regime, read_regime
from parley.law.shipments.columns import plain_name, read_columns
from parley.law.shipments.duckdb import connect, name_sql, text_sql
from parley.law.shipments.lines import register
from parley.law.shipments.run import Options, Progress, duties
from parley.law.shipments.sources import find_sources

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RULING = "us-ruling-2026-02-20"
PLANNING = "planning, not advice"
UNREAD = "(cited, text not read)"
INTEREST = (
    "from the deposit of estimated duties to the liquidation or reliquidation of the entry, at the quarterly rate of "
    "26 U.S.C. 6621: 19 U.S.C. 1505(c), 19 CFR 24.36(a)(1)"
)
DEADLINES = (  # column, what it is counted from, how long, its source
    ("correction_until", "entry_date", "300 DAY",
     f"post-summary correction: 300 days from entry, and 15 days before liquidation if that is earlier: 82 FR 2385 {UNREAD}"),
    ("liquidation_expected", "entry_date", "314 DAY",
     f"where none is stated: customs' cycle of about 314 days from entry, a practice and no deadline {UNREAD}"),
    ("deemed_liquidated", "entry_date", "1 YEAR",
     f"as entered, one year from entry unless extended or suspended: 19 U.S.C. 1504(a) {UNREAD}"),
    ("protest_until", "liquidation_date", "180 DAY", f"180 days after liquidation: 19 U.S.C. 1514(c)(3) {UNREAD}"),
    ("suit_until", "entry_date", "2 YEAR", f"two years, counted here from entry: 28 U.S.C. 2636(i) {UNREAD}"),
)  # fmt: skip
EVIDENCE = {  # what a claim rests on → the names under which customs reports hold it
    "entry_number": ("entry_number", "entry_summary_number", "entry_no", "entry"),
    "importer_number": ("importer_number", "importer_id", "importer_of_record_number", "ior_number"),
    "liquidation_date": ("liquidation_date", "entry_summary_liquidation_date", "date_of_liquidation"),
    "duty_paid": ("duty_paid", "duty_amount", "line_duty_amount", "line_tariff_duty_amount", "total_paid_duty", "duty"),
    "payment_date": ("payment_date", "collection_date", "statement_paid_date", "deposit_date"),
}


@dataclass(frozen=True)
class Refunds:
    """The totals of a run: lines, those with a refund, dollars in all and by programme, lines without an answer.

    interest_total: up to as_of, where asked for; without_interest: lines with a refund whose day of deposit is not known.
    """

    rows: int
    rejected: int
    refundable: int
    refund_total: float
    by_programme: dict[str, float]
    missing: tuple[str, ...]
    deadlines: dict[str, str]
    out: str
    notes: tuple[str, ...]
    as_of: str = ""
    interest_total: float | None = None
    without_interest: int = 0


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
    interest: Interest | None = None,
    progress: Progress | None = None,
) -> Refunds:
    """The refund of every line of some files, written to a CSV with its evidence and deadlines; interest where asked for."""
    law = regime or read_regime()
    programmes = struck_down(law, ruling)
    never = law
    for name in programmes:
        never = never.without(name)
    asked = options or Options()
    evidence = {role: name for role, name in asked.columns.items() if role in EVIDENCE}
    columns = {role: name for role, name in asked.columns.items() if role not in EVIDENCE}
    asked = replace(asked, columns=columns, reading="collected", before=never, programmes=True)
    outputs.check(out, find_sources([str(x) for x in inputs]))
    with tempfile.TemporaryDirectory(prefix="parley-refund-") as folder:
        rated = Path(folder) / "rated.parquet"
        found = duties(inputs, rated, regime=law, options=asked, progress=progress)
        con = connect(asked.threads, asked.memory)
        held = _held(con, rated, evidence)
        query = _query(con, rated, programmes, held, asked, (law, ruling), interest)
        with outputs.told(out), outputs.drafted(out) as draft:
            con.execute(f"COPY ({query}) TO {text_sql(str(draft))} (FORMAT csv, HEADER true)")
            totals = _totals(con, draft, rated, programmes)
            accrued = _accrued(con, draft) if interest else (None, 0)
    missing = tuple(name for name in EVIDENCE if name not in held)
    told = {name: source for name, _, _, source in DEADLINES}
    notes = (PLANNING, INTEREST, "refund: duty as collected that day less the duty had the programmes never been")
    if interest:
        since = "the entry date, where no payment date is held" if interest.from_entry else "the payment date alone"
        notes += (interest.source, *COUNTED, f"interest runs from {since}")
    as_of = str(interest.as_of) if interest else ""
    return Refunds(found.rows, found.rejected, *totals, missing, told, str(out), notes, as_of, *accrued)


def _held(con: DuckDBPyConnection, rated: Path, given: dict[str, str]) -> dict[str, str]:
    """The file's columns of evidence: those given by name, then those with usual names."""
    names = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {text_sql(str(rated))}").fetchall()]
    found: dict[str, str] = {}
    own = names[: names.index("duty_rate")]
    for role, name in given.items():
        held = [n for n in own if name in (n, n.removesuffix("_input"))]
        if not held:
            raise unknown_name(f"--column {role}", "column", name, own)
        found[role] = held[0]
    for role, usual in ((r, u) for r, u in EVIDENCE.items() if r not in found):
        held = [n for u in usual for n in names if plain_name(n.removesuffix("_input")) == u and (n != "duty")]
        if held:
            found[role] = held[0]
    return found


def _query(
    con: DuckDBPyConnection,
    rated: Path,
    programmes: Sequence[str],
    held: dict[str, str],
    asked: Options,
    ended_by: tuple[Regime, str],
    interest: Interest | None,
) -> str:
    """The rated lines with the columns of a claim."""
    names = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {text_sql(str(rated))}").fetchall()]
    own = names[: names.index("duty_rate")]
    refund = "CASE WHEN reject_reason IS NULL THEN greatest(0, duty_change) END"
    listed = ", ".join(f"CASE WHEN rate_{p} > 0 THEN '{p}' END" for p in programmes)
    statute, spans = _statute(*ended_by, programmes)
    days = {n: _day_sql(held.get(n), asked) for n in ("liquidation_date", "payment_date")}
    days["entry_date"] = f"DATE '{asked.on}'" if asked.on else _day_sql(_entry_column(own, asked), asked)
    paid = "NULL::DOUBLE"
    if "duty_paid" in held:
        paid = f"TRY_CAST(replace(CAST({name_sql(held['duty_paid'])} AS VARCHAR), ',', '') AS DOUBLE)"
    absent = ", ".join(f"CASE WHEN COALESCE(CAST({name_sql(held[n])} AS VARCHAR), '') = '' THEN '{n}' END" if n in held else f"'{n}'"
                       for n in EVIDENCE)  # fmt: skip
    columns = ", ".join(name_sql(n) for n in own)
    deadlines = {name: f"CAST({days[start]} + INTERVAL {span} AS DATE)" for name, start, span, _ in DEADLINES}
    deadlines["liquidation_expected"] = f"COALESCE({days['liquidation_date']}, {deadlines['liquidation_expected']})"
    told = {"statute": text_sql(statute), "period": text_sql(spans), "interest_rule": text_sql(INTEREST), **deadlines}
    where = ", ".join(f"CASE WHEN {refund} > 0 THEN {sql} END AS {name}" for name, sql in told.items())
    rows = f"""SELECT {columns}, duty AS duty_collected, duty_before AS duty_owed, {refund} AS refund,
 concat_ws('; ', {listed}) AS refund_programmes, {where},
 round({paid} - duty, 2) AS paid_difference, concat_ws('; ', {absent}) AS missing, reject_reason, '{PLANNING}' AS note"""
    if interest is None:
        return f"{rows} FROM {text_sql(str(rated))}"
    since = f"COALESCE({days['payment_date']}, {days['entry_date'] if interest.from_entry else 'NULL'})"
    return _with_interest(con, f"{rows}, {since} AS z_since FROM {text_sql(str(rated))}", interest)


def _with_interest(con: DuckDBPyConnection, rows: str, interest: Interest) -> str:
    """The rows with interest_from, interest and refund_with_interest; null where the day of deposit is not known."""
    growth = interest.growth(interest.first)
    register(con, "growth", day=list(growth), factor=list(growth.values()))
    last = growth[interest.as_of]
    amount = f"CASE WHEN r.refund > 0 THEN round(r.refund * ({last!r} / g.factor - 1), 2) END"
    return f"""SELECT r.* EXCLUDE (z_since, reject_reason, note), CASE WHEN r.refund > 0 THEN g.day END AS interest_from,
 {amount} AS interest, round(r.refund + {amount}, 2) AS refund_with_interest, r.reject_reason, r.note
 FROM ({rows}) r LEFT JOIN growth g ON g.day = r.z_since"""


def _statute(law: Regime, ruling: str, programmes: Sequence[str]) -> tuple[str, str]:
    """The statute of the programmes that a ruling ended, and the period of each."""
    ended = next(m for m in law.measures if m.terminated_by == ruling)
    starts = {p: min(m.start for m in law.measures if m.programme == p) for p in programmes}
    spans = "; ".join(f"{p} {starts[p]} to {ended.end or 'open'}" for p in programmes)
    return f"International Emergency Economic Powers Act, 50 U.S.C. 1701; ended by {ruling}", spans


def _entry_column(names: Sequence[str], asked: Options) -> str | None:
    return read_columns(names, asked.columns).of.get("entry_date")


def _day_sql(column: str | None, asked: Options) -> str:
    """A column as a day, written as the file's days are; null where there is none."""
    if column is None:
        return "NULL::DATE"
    text = f"CAST({name_sql(column)} AS VARCHAR)"
    iso = f"TRY_CAST(substr({text}, 1, 10) AS DATE)"
    pattern = {"us": "%m/%d/%Y", "eu": "%d/%m/%Y"}.get(asked.dates)
    return f"COALESCE({iso}, CAST(try_strptime(substr({text}, 1, 10), '{pattern}') AS DATE))" if pattern else iso


def _accrued(con: DuckDBPyConnection, part: Path) -> tuple[float, int]:
    """Interest in all, and the lines with a refund that have none because their day of deposit is not known."""
    read = f"read_csv({text_sql(str(part))}, types = {{'refund': 'DOUBLE', 'interest': 'DOUBLE'}})"
    total, without = con.execute(
        "SELECT COALESCE(sum(CAST(round(interest * 100) AS BIGINT)), 0) / 100, "
        f"count(*) FILTER (refund > 0 AND interest IS NULL) FROM {read}"
    ).fetchall()[0]
    return float(total), int(without)


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
