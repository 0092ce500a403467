"""Duty expressions as the schedules print them: "Free", "6.8%", "1¢/kg", "$1.035/kg + 14.9%", max(…), min(…).

What this grammar cannot read stays unknown, with its text as the reason; it is never a zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

NOT_KNOWN = "not known"  # the expression of a duty that is levied, or may be, at a rate that our sources do not give
NO_SOURCE = "its rate is not in our sources"
MAX_LENGTH = 400  # the longest expression of the schedule has 190 characters; longer input is refused unread

_NUMBER = r"(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_PERCENT = re.compile(rf"^{_NUMBER}\s*(?:%|percent)(?:\s*ad val\.?)?$")
_CENTS = re.compile(rf"^{_NUMBER}\s*¢\s*(?:/\s*|per\s+)?(.+)$")
_DOLLARS = re.compile(rf"^\$\s*{_NUMBER}\s*(?:/\s*|per\s+)?(.+)$")
_EXTREME = re.compile(r"^(max|min)\((.*)\)$", re.DOTALL)
_PLAIN_UNIT = re.compile(r"^[A-Za-z0-9.² ³]{1,24}$")


@dataclass(frozen=True)
class Duty:
    """A duty: an ad valorem part, specific parts (dollars, unit), or the greatest or least of several duties.

    readable is False where the text says more than a rate (degrees of sugar, "on the case", another subheading).
    """

    text: str
    ad_valorem: float = 0.0
    specific: tuple[tuple[float, str], ...] = ()
    extreme: str = ""
    parts: tuple[Duty, ...] = ()
    readable: bool = True

    @property
    def is_ad_valorem(self) -> bool:
        """Whether the duty is a fraction of value alone, so that no quantity is needed."""
        return self.readable and not self.specific and all(p.is_ad_valorem for p in self.parts)

    @property
    def kind(self) -> str:
        """free, ad valorem, specific, compound, greatest or least of several, or unread."""
        if not self.readable:
            return "unread"
        if self.extreme:
            return "greatest of" if self.extreme == "max" else "least of"
        if not self.specific:
            return "ad valorem" if self.ad_valorem else "free"
        return "compound" if self.ad_valorem else "specific"


@cache
def read_duty(text: str) -> Duty:
    """The duty that a text of the schedule, or a measure's expression, stands for."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_LENGTH:
        return Duty(text[:MAX_LENGTH], readable=False)
    extreme = _EXTREME.match(text)
    if extreme:
        parts = tuple(read_duty(p) for p in extreme.group(2).split(";"))
        return Duty(text, extreme=extreme.group(1), parts=parts, readable=all(p.readable for p in parts))
    return _sum_of_terms(text)


def _sum_of_terms(text: str) -> Duty:
    ad_valorem, specific = 0.0, []
    for term in (t.strip() for t in text.split("+")):
        percent = _PERCENT.match(term)
        amount = _amount(term)
        if percent:
            ad_valorem += round(_value(percent.group(1)) / 100, 12)  # 12 digits: 16.5 % is 0.165, as written
        elif amount:
            specific.append(amount)
        elif term.casefold() != "free":
            return Duty(text, readable=False)
    return Duty(text, ad_valorem, tuple(specific))


def _amount(term: str) -> tuple[float, str] | None:
    """Dollars and unit of "1¢/kg", "0.9¢ each", "$1.035/kg"; None where the rest is not plainly a unit."""
    for pattern, dollars in ((_CENTS, 0.01), (_DOLLARS, 1.0)):
        found = pattern.match(term)
        if found and _PLAIN_UNIT.match(found.group(2)) and not found.group(2).startswith("on "):
            unit = found.group(2).strip()
            return (_value(found.group(1)) * dollars, unit) if " on " not in f" {unit} " else None
    return None


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def rate_of(duty: Duty, unit_value: float | None = None) -> float | None:
    """The duty as a fraction of customs value; None where that needs a unit value that is not known, or is unread.

    A specific duty of d dollars a unit at a unit value of u dollars is d/u.
    """
    if not duty.readable:
        return None
    if duty.extreme:
        rates = [rate_of(p, unit_value) for p in duty.parts]
        known = [r for r in rates if r is not None]
        return (max if duty.extreme == "max" else min)(known) if len(known) == len(rates) else None
    if not duty.specific:
        return duty.ad_valorem
    if unit_value is None or len({unit for _, unit in duty.specific}) > 1:
        return None
    return duty.ad_valorem + sum(amount for amount, _ in duty.specific) / unit_value


def why_unknown(duty: Duty, unit_value: float | None = None) -> str:
    """One sentence: why a duty has no rate."""
    if not duty.text:
        return "the table gives no rate"
    if duty.text == NOT_KNOWN:
        return NO_SOURCE
    if not duty.readable:
        return f"{duty.text!r} is not a rate that can be computed from value and quantity alone"
    units = sorted({u for d in (duty, *duty.parts) for _, u in d.specific})
    if len(units) > 1 and unit_value is not None:
        return f"{duty.text} is levied on several units ({', '.join(units)})"
    what = "a compound" if duty.kind == "compound" else "a specific"
    return f"{duty.text} is {what} duty: claim unit_value (dollars per {', '.join(units)}), or quantity with --value"
