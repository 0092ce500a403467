"""The answer to `law rate` on a code that stands for several lines: each line's rate, the range and the mean by imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from parley.law.answers import Clocks, FollowedRow, claimed, followed_row
from parley.law.readings import Reading

if TYPE_CHECKING:
    from parley.law.code_range import RateRange


class RangeLineRow(TypedDict):
    """One line of a range; rates are fractions, null with the reason. share: of the weight; duty: in dollars where a value is given."""

    product: str
    description: str
    share: float
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None
    reason: str | None
    duty: NotRequired[float | None]


class RateRangeAnswer(Clocks):
    """`law rate` on a short code or one of another edition: fractions of customs value.

    rate: the one rate where every line has it, else null with the reason; rate_mean: by imports, over the lines with a rate.
    """

    product: str  # the code as it was asked
    origin: str
    destination: str
    followed: FollowedRow
    rate: float | None
    reason: str | None
    rate_low: float | None
    rate_mean: float | None
    rate_high: float | None
    base_rate_low: float | None
    base_rate_mean: float | None
    base_rate_high: float | None
    added_rate_low: float | None
    added_rate_mean: float | None
    added_rate_high: float | None
    spans: str  # what each low and high is over
    weights: str  # what rate_mean is weighted by
    without_rate: int  # lines left out of the figures above
    lines: list[RangeLineRow]
    notes: list[str]
    claims: dict[str, bool | float | str]
    assumed: list[str]
    value: NotRequired[float]  # customs value in dollars
    duty_low: NotRequired[float | None]
    duty_mean: NotRequired[float | None]
    duty_high: NotRequired[float | None]
    reading: Reading


def range_answer(found: RateRange, value: float | None, reading: Reading) -> RateRangeAnswer:
    """The answer on a range, with the duty where a value is given."""
    rate, base, added = found.rate, found.base_rate, found.added_rate
    made: RateRangeAnswer = {
        "product": found.followed.code,
        "origin": found.origin,
        "destination": found.destination,
        **found.clocks,
        "followed": followed_row(found.followed),
        "rate": found.one_rate,
        "reason": why_no_rate(found),
        "rate_low": rate.low,
        "rate_mean": rate.mean,
        "rate_high": rate.high,
        "base_rate_low": base.low,
        "base_rate_mean": base.mean,
        "base_rate_high": base.high,
        "added_rate_low": added.low,
        "added_rate_mean": added.mean,
        "added_rate_high": added.high,
        "spans": found.spans,
        "weights": found.weighted_by,
        "without_rate": found.without,
        "lines": [_row(found, n, value) for n in range(len(found.lines))],
        "notes": found.notes,
        "claims": {n: claimed(v) for n, v in found.lines[0].claims.items()},
        "assumed": found.assumed,
        "reading": reading,
    }
    if value is not None:
        made["value"] = value
        made["duty_low"], made["duty_mean"], made["duty_high"] = found.duty(value)
    return made


def why_no_rate(found: RateRange) -> str | None:
    """Why a code has no one rate; None where it has."""
    if found.one_rate is not None:
        return None
    if found.without == len(found.lines):
        return "no line below it has a rate; each says why"
    left = f"; {found.without} of its lines have none" if found.without else ""
    return f"the code stands for {len(found.lines)} lines, whose rates differ{left}"


def _row(found: RateRange, n: int, value: float | None) -> RangeLineRow:
    x = found.lines[n]
    made: RangeLineRow = {
        "product": x.product,
        "description": x.description,
        "share": found.shares[n],
        "rate": x.rate,
        "base_rate": x.base_rate,
        "added_rate": x.added_rate,
        "added_2025": x.added_2025,
        "reason": x.reason,
    }
    if value is not None:
        made["duty"] = x.dollars(value).duty
    return made
