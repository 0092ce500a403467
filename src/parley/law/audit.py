"""Headings filed on entry lines against the law of their day: missing, extra, repealed; and duty paid against duty due.

What was filed is read from the files (layouts): chapter 98 and 99 rows beside the commodity's, or a column of headings. A filed
heading that rests on a claim (in transit, donations, USMCA …) makes that claim, and the law is asked under it. Planning, not advice.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parley import outputs
from parley.arguments import FileName, checked
from parley.codes import day
from parley.drafts import work_folder
from parley.law.answers import file_clocks
from parley.law.answers_audit import AuditAnswer, AuditEntry, AuditHeading, AuditLine, Finding
from parley.law.audit_lines import Detail, audited_lines
from parley.law.readings import Reading
from parley.law.regime import Regime, read_regime
from parley.law.same_days import SameDays
from parley.law.shipments.layouts.canonical import table_files
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import translate
from parley.text_files import is_file

NEEDED = ("product", "origin", "entry_date")
PLANNING = "planning, not advice"
TOP = 20  # lines and entries that an answer shows
_SAME = 0.005  # dollars


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


@checked
def audit(
    inputs: Sequence[FileName],
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
        outputs.check(out, [p for p in paths if is_file(p)])
    sums = _Sums()
    with work_folder("audit") as folder:
        read = translate(paths, said, Path(folder))
        lines = audited_lines(read.paths[0], said, law)
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
