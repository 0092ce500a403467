"""The base duty of a tariff line before any measure: column 2, a claimed preference, or column 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parley.law.duties import Duty, read_duty
from parley.law.entry_claims import Value
from parley.law.preferences import claimed, pays_column_2, preferential_duty
from parley.law.products import SCHEDULES, Line

FIRST_EDITION = date(2025, 1, 1)  # the first edition of the schedule in the package


@dataclass(frozen=True)
class Base:
    """The base duty before measures: its programme, duty and words."""

    programme: str
    duty: Duty
    text: str
    reason: str
    source: str


def base_line(line: Line, origin: str, destination: str, claims: Mapping[str, Value], on: date) -> Base:
    """The base duty of a line: column 2, a claimed preference, or column 1."""
    held = destination in SCHEDULES
    source = (
        f"{destination} tariff schedule, line {line.code}"
        if held
        else f"no tariff schedule of {destination} in the package"
    )
    if on < FIRST_EDITION and destination == "USA":
        source += f" (edition of {FIRST_EDITION}, standing in for {on})"
    if destination != "USA":
        reason = line.reason or "most-favoured-nation rate"
        return Base("mfn", read_duty(line.general), line.general, reason, source)
    if pays_column_2(origin, on):
        return Base("column2", read_duty(line.other), line.other, f"column 2: {line.other}", source)
    preference = claimed(origin, dict(claims))
    duty = preferential_duty(line.special, preference) if preference else None
    if preference and duty:
        words = f"{preference.title}: {duty.text}"
        return Base("preference", duty, duty.text, words, f"{source}, special column")
    note = f"; the special column grants {preference.title} nothing" if preference and line.general != "Free" else ""
    return Base("mfn", read_duty(line.general), line.general, f"column 1 general: {line.general}{note}", source)
