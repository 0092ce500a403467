"""Headings filed on entry lines against the law of their day: missing, extra, repealed; and duty paid against duty due.

What was filed is read from the files (layouts): chapter 98 and 99 rows beside the commodity's, or a column of headings. A filed
heading that rests on a claim (in transit, donations, USMCA …) makes that claim, and the law is asked under it. Planning, not advice.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from parley import outputs
from parley.codes import day
from parley.errors import InputError, ParleyError
from parley.law.answers import file_clocks
from parley.law.answers_audit import AuditAnswer, AuditEntry, AuditHeading, AuditLine, Finding
from parley.law.entry_claims import CLAIMS, Value, read_claims
from parley.law.headings import Due, claims_of_headings, dotted, headings_due, standing_of
from parley.law.products import AGREEMENTS
from parley.law.readings import Reading
from parley.law.regime import Regime, read_regime
from parley.law.same_days import SameDays
from parley.law.shipments.layouts.canonical import table_files
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.registry import PAID
from parley.law.shipments.layouts.translate import translate

if TYPE_CHECKING:
    from parley.law.explain import Explanation

NEEDED = ("product", "origin", "entry_date")
PLANNING = "planning, not advice"
TOP = 20  # lines and entries that an answer shows
_SAME = 0.005  # dollars
Row = Mapping[str, Any]


class Detail(NamedTuple):
    """What stands behind a line: dollars due and measure by heading due, and dollars paid by heading filed."""

    due: Mapping[str, tuple[float, str]] = {}
    paid: Mapping[str, float] = {}


@dataclass
class _Sums:
    """What is summed while lines are read."""

    lines: int = 0
    rejected: int = 0
    agree: int = 0
    paid: float = 0.0
    due: float = 0.0
    under: float = 0.0
    over: float = 0.0
    headings: dict[tuple[str, Finding, str], list[float]] = field(default_factory=dict)
    entries: dict[str, list[float]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    top: list[AuditLine] = field(default_factory=list)


def audit(
    inputs: Sequence[str],
    out: str | Path | None = None,
    *,
    asked: FileOptions | None = None,
    regime: Regime | None = None,
    reading: Reading = "collected",
    known: str | None = None,
) -> AuditAnswer:
    """The audit of some files' entry lines; out: a CSV with a row for each line."""
    law = SameDays(regime or read_regime(), reading, day(known, "--known") if known else None)
    said = replace(asked or FileOptions(), needed=NEEDED, destination=None)
    paths = table_files([str(x) for x in inputs])
    if out is not None:
        outputs.check(out, [p for p in paths if Path(p).is_file()])
    sums = _Sums()
    with tempfile.TemporaryDirectory(prefix="parley-audit-") as folder:
        read = translate(paths, said, Path(folder))
        lines = _lines(read.paths[0], said, law)
        if out is None:
            for line, detail in lines:
                _count(sums, line, detail)
        else:
            made = Path(folder) / "audit.csv"
            with made.open("w", encoding="utf-8", newline="") as stream:
                write = csv.DictWriter(stream, list(AuditLine.__annotations__), lineterminator="\n")
                write.writeheader()
                for line, detail in lines:
                    _count(sums, line, detail)
                    write.writerow({k: _cell(v) for k, v in line.items()})
            outputs.put(made, out)
    return _answer(sums, read.notes, str(out or ""), reading, said.on, known)


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(value)
    return "; ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else value


def _lines(path: str, said: FileOptions, law: SameDays) -> Iterator[tuple[AuditLine, Detail]]:
    """Each entry line audited, with the dollars due under each of its headings."""
    import duckdb

    con = duckdb.connect()
    try:
        found = con.execute(f"SELECT * FROM '{path}'")
        names = [name for name, *_ in found.description or ()]
        if not any(n == "headings_filed" or n.startswith(f"{PAID}99") for n in names):
            raise InputError("law audit", f"no headings filed among the columns {', '.join(names)[:300]}",
                             "chapter 99 rows beside the commodity's row, or a column of headings",
                             "Say which: --columns headings_filed=HEADING")  # fmt: skip
        ask = _Law(law)
        while rows := found.fetchmany(5000):
            yield from (_line(dict(zip(names, row, strict=True)), said, ask) for row in rows)
    finally:
        con.close()


class _Law:
    """The law asked about, with what was found of goods that were asked about before. Lives as long as the run."""

    def __init__(self, days: SameDays) -> None:
        self.days, self.regime = days, days.regime
        self.explained, self.due, self.claims = cache(self._explained), cache(self._due), cache(self._claims)

    def _claims(self, filed: tuple[str, ...], product: str, origin: str, on: date) -> dict[str, Value]:
        return claims_of_headings(self.regime, filed, product, origin, on)

    def _explained(
        self, product: str, origin: str, on: date, claims: tuple[tuple[str, Value], ...], value: float | None
    ) -> Explanation:
        return self.regime.explain(product, origin, "USA", on, self.days.seen(on), dict(claims), value)

    def _due(self, product: str, origin: str, on: date, claims: tuple[tuple[str, Value], ...]) -> tuple[Due, ...]:
        return headings_due(self.regime, product, origin, on, self.days.seen(on), dict(claims))


def _line(row: Row, said: FileOptions, law: _Law) -> tuple[AuditLine, Detail]:
    filed = [c for c in (row.get("headings_filed") or "").replace(",", ";").split(";") if c.strip()]
    codes = ["".join(ch for ch in c if ch.isdigit())[:8] for c in filed]
    codes += [
        n.removeprefix(PAID)
        for n, v in row.items()
        if n.startswith((f"{PAID}98", f"{PAID}99")) and v and n.removeprefix(PAID) not in codes
    ]
    value = _number(row.get("value"))
    made: AuditLine = {
        "file": row.get("source_file") or "", "row": int(row.get("source_row") or 0), "entry_number": row.get("entry_number") or "",
        "line_number": str(row.get("line_number") or ""), "product": row.get("product") or "", "origin": row.get("origin") or "",
        "on": said.on or row.get("entry_date") or "", "value": value, "filed": [dotted(c) for c in codes], "due": [], "missing": [],
        "extra": [], "claims": {}, "paid": _paid(row), "duty_due": None, "difference": None, "reason": "",
    }  # fmt: skip
    try:
        return _held(made, codes, row, law)
    except ParleyError as error:
        return {**made, "reason": str(error)[:200]}, Detail()


def _held(line: AuditLine, codes: Sequence[str], row: Row, law: _Law) -> tuple[AuditLine, Detail]:
    """The line held against the law of its day."""
    on = day(line["on"], "entry_date")
    first = law.days.first(line["origin"], on)
    claims = {
        **_stated(row, line["origin"]),
        **law.claims(tuple(codes), line["product"], line["origin"], first),
    }
    key = tuple(sorted(claims.items()))
    found = law.explained(line["product"], line["origin"], first, key, None)
    quantity = _number(row.get("quantity"))
    if found.rate is None and quantity and line["value"]:
        found = law.regime.explain(
            line["product"],
            line["origin"],
            "USA",
            first,
            law.days.seen(first),
            {**claims, "quantity": quantity},
            line["value"],
        )
    due = law.due(found.product, line["origin"], first, key)
    missing = [d for d in due if not set(d.codes) & set(codes)]
    wanted = {c for d in due for c in d.codes}
    duty = None if found.rate is None or line["value"] is None else _cents(found.rate * line["value"])
    paid = line["paid"]
    made: AuditLine = {
        **line, "due": [d.shown for d in due], "missing": [d.shown for d in missing],
        "extra": [_said(c, law, on) for c in codes if c not in wanted], "claims": {n: str(v) for n, v in claims.items()},
        "duty_due": duty, "difference": None if duty is None or paid is None else round(paid - duty, 2),
        "reason": (found.reason or "") if found.rate is None else ("" if line["value"] is not None else "no customs value"),
    }  # fmt: skip
    rates = {x.measure: x.contribution or 0.0 for x in found.lines}
    owed = {d.shown: (_cents(rates.get(d.measure, 0.0) * (line["value"] or 0.0)), d.measure) for d in due}
    return made, Detail(owed, {dotted(c): _number(row.get(f"{PAID}{c}")) or 0.0 for c in codes})


def _said(code: str, law: _Law, on: date) -> str:
    """A filed heading that is not due, with what it is."""
    found = standing_of(law.regime, code, on)
    words = {"repealed": f"repealed {found.end}", "not yet": f"not before {found.start}", "other goods": "of other goods",
             "unknown": "in no act that was read"}  # fmt: skip
    return f"{dotted(code)} ({words[found.kind]})"


def _stated(row: Row, origin: str) -> dict[str, Value]:
    """The claims that the file's own columns make, its programme indicator among them."""
    own = {n: str(v) for n, v in row.items() if n in CLAIMS and CLAIMS[n].kind != "money" and v not in (None, "")}
    spi = (row.get("spi") or "").strip().upper()
    own |= {p.claim: "true" for p in AGREEMENTS if spi in p.symbols and origin in p.origins}
    return read_claims({n: v.lower() if CLAIMS[n].kind == "flag" else v for n, v in own.items()})


def _paid(row: Row) -> float | None:
    """What was paid on a line: in all, else the sum of what stands on headings and the base."""
    whole = _number(row.get("duty_paid"))
    parts = [v for n, x in row.items() if n.startswith(PAID) and (v := _number(x)) is not None]
    return whole if whole is not None else round(sum(parts), 2) if parts else None


def _number(value: object) -> float | None:
    try:
        return None if value in (None, "") else float(str(value))
    except ValueError:
        return None


def _cents(dollars: float) -> float:
    return round(dollars + 1e-9, 2)


def _count(sums: _Sums, line: AuditLine, detail: Detail) -> None:
    """Adds a line to the sums."""
    sums.lines += 1
    finds = bool(line["missing"] or line["extra"])
    unknown = bool(line["reason"]) and line["duty_due"] is None
    sums.rejected += unknown
    if unknown:
        sums.reasons[line["reason"].split(";")[0][:120]] += 1
    sums.agree += not finds and not (unknown and not line["due"])
    for heading in line["missing"]:
        owed, measure = detail.due.get(heading, (0.0, ""))
        _heading(sums, (heading, "missing", measure), 0.0, owed)
    for text in line["extra"]:
        _heading(sums, (text[:10], _kind(text), ""), detail.paid.get(text[:10], 0.0), 0.0)
    paid, owed = line["paid"] or 0.0, line["duty_due"] or 0.0
    if line["difference"] is not None:
        sums.paid, sums.due = sums.paid + paid, sums.due + owed
        sums.under += max(0.0, -line["difference"])
        sums.over += max(0.0, line["difference"])
    entry = sums.entries.setdefault(line["entry_number"], [0, 0, 0.0, 0.0])
    entry[0] += 1
    entry[1] += finds
    if line["difference"] is not None:
        entry[2], entry[3] = entry[2] + paid, entry[3] + owed
    if finds or abs(line["difference"] or 0.0) > _SAME:
        sums.top.append(line)
        if len(sums.top) > 50 * TOP:
            sums.top = _greatest(sums.top)


def _kind(text: str) -> Finding:
    said = text[12:]
    kinds: dict[str, Finding] = {"repealed": "repealed", "not before": "not yet", "of other goods": "other goods"}
    for start, kind in kinds.items():
        if said.startswith(start):
            return kind
    return "unknown"


def _heading(sums: _Sums, key: tuple[str, Finding, str], paid: float, due: float) -> None:
    held = sums.headings.setdefault(key, [0, 0.0, 0.0])
    held[0] += 1
    held[1] += paid
    held[2] += due


def _greatest(lines: list[AuditLine]) -> list[AuditLine]:
    return sorted(lines, key=lambda x: -abs(x["difference"] or 0.0))[:TOP]


def _answer(
    sums: _Sums, notes: Sequence[str], out: str, reading: Reading, on: str | None, known: str | None
) -> AuditAnswer:
    headings: list[AuditHeading] = [
        {"heading": h, "finding": f, "lines": int(n), "paid": round(p, 2), "due": round(d, 2), "measure": m}
        for (h, f, m), (n, p, d) in sorted(sums.headings.items(), key=lambda x: (-x[1][0], x[0]))
    ]
    entries: list[AuditEntry] = [
        {
            "entry_number": e,
            "lines": int(n),
            "lines_with_findings": int(f),
            "paid": round(p, 2),
            "due": round(d, 2),
            "difference": round(p - d, 2),
        }
        for e, (n, f, p, d) in sums.entries.items()
    ]
    entries = sorted(
        (e for e in entries if e["lines_with_findings"] or abs(e["difference"]) > _SAME),
        key=lambda e: -abs(e["difference"]),
    )
    said = f"held against the law as {'customs collected it that day' if reading == 'collected' else 'it stands by later acts'}"
    return {
        **file_clocks("USA", on, known),
        "lines": sums.lines, "rejected": sums.rejected, "agree": sums.agree, "entries": len(sums.entries),
        "paid_total": round(sums.paid, 2), "due_total": round(sums.due, 2), "difference_total": round(sums.paid - sums.due, 2),
        "underpaid": round(sums.under, 2), "overpaid": round(sums.over, 2), "by_heading": headings, "by_entry": entries[:TOP],
        "top": _greatest(sums.top), "by_reason": dict(sums.reasons), "reading": reading, "out": out,
        "notes": [PLANNING, said, *notes, "claims that a filed heading makes are taken as made; whether they hold is not checked"],
    }  # fmt: skip


__all__ = ["audit"]
