"""The answer to `law audit`: headings filed against the law, in lines, by heading, by entry and in dollars."""

from __future__ import annotations

from typing import Literal, TypedDict

from parley.law.answers import FileClocks

Finding = Literal["missing", "extra", "repealed", "not yet", "other goods", "unknown"]


class AuditLine(TypedDict):
    """One entry line: what was filed, what was due, and the difference in dollars (paid less due; null where not known)."""

    file: str
    row: int
    entry_number: str
    line_number: str
    product: str
    origin: str
    on: str  # the day of entry
    value: float | None
    filed: list[str]  # headings in the order of the file, with points
    due: list[str]  # headings in the order in which customs takes them
    missing: list[str]
    extra: list[str]  # with what each is: "9903.01.24 (repealed 2026-02-24)"
    claims: dict[str, str]  # claims that the filed headings make
    paid: float | None
    duty_due: float | None
    difference: float | None
    reason: (
        str  # why no duty is known; of a known one, the chapter 98 provision or the code's successor that it rests on
    )


class AuditHeading(TypedDict):
    """One heading and one finding on it: lines, and dollars paid on it and due under it in those lines."""

    heading: str
    finding: Finding
    lines: int
    paid: float
    due: float
    measure: str  # the measure that it is of; empty where none is known


class AuditEntry(TypedDict):
    """One entry: lines, those with a finding, duty paid and due and the difference (paid less due)."""

    entry_number: str
    lines: int
    lines_with_findings: int
    paid: float
    due: float
    difference: float


class AuditAnswer(FileClocks):
    """`law audit`: lines, those in agreement, findings by heading, entries with the greatest differences, and the dollars."""

    lines: int
    rejected: int  # lines whose duty is not known: in no sum of due
    agree: int  # lines with no heading missing or extra
    entries: int
    paid_total: float  # of lines whose duty due is known
    due_total: float
    difference_total: float
    underpaid: float  # the sum of lines that paid too little, and of those that paid too much
    overpaid: float
    by_heading: list[AuditHeading]
    by_entry: list[AuditEntry]  # those with the greatest differences
    top: list[AuditLine]  # lines with findings, the greatest differences first
    by_reason: dict[str, int]
    reading: str
    out: str
    notes: list[str]


__all__ = ["AuditAnswer", "AuditEntry", "AuditHeading", "AuditLine", "Finding"]
