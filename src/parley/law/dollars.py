"""The duty in dollars: of a customs value, of a quantity under a specific duty, or of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.errors import MeasureError
from parley.law.entry_claims import number_of
from parley.law.products import Duty, read_duty

if TYPE_CHECKING:
    from parley.law.explain import Explanation, RateLine


@dataclass(frozen=True)
class Dollars:
    """What one shipment pays. lines: dollars of each line of the explanation, in order; None where not known.

    value: customs value in dollars, given or quantity · unit value. equivalent: the base duty as a fraction of value,
    where it is specific or compound and the value is known: its ad valorem equivalent.
    """

    duty: float | None
    lines: tuple[float | None, ...]
    value: float | None
    quantity: float | None
    equivalent: float | None
    reason: str | None


def dollars(found: Explanation, value: float | None = None) -> Dollars:
    """duty = sum of lines; a line is contribution · value or, without a value, dollars a unit · quantity · share."""
    if value is not None and not 0 < value < float("inf"):
        raise MeasureError("value", f"{value:g}", "a positive number of dollars")
    quantity, unit_value = (number_of(found.claims, name) for name in ("quantity", "unit_value"))
    if value is None and quantity is not None and unit_value is not None:
        value = quantity * unit_value
    made = tuple(_of_line(x, value, quantity) for x in found.lines)
    missing = [x.measure for x, paid in zip(found.lines, made, strict=True) if paid is None]
    missing = missing or [x.measure for x in found.prohibited]
    total = None if missing else sum(paid for paid in made if paid is not None)
    base = found.lines[0]
    by_quantity = base.expression and not base.estimated and not read_duty(base.expression).is_ad_valorem
    equivalent = base.contribution if by_quantity else None
    return Dollars(total, made, value, quantity, equivalent, _why(found, missing, value) if missing else None)


def _of_line(line: RateLine, value: float | None, quantity: float | None) -> float | None:
    """Dollars of one line: none where it adds nothing, else by value, else by quantity alone."""
    if line.contribution == 0:
        return 0.0
    if line.contribution is not None and not (value is None and line.estimated):
        return None if value is None else line.contribution * value
    duty = read_duty(line.expression) if line.expression else None
    return None if duty is None or quantity is None else _of_quantity(duty, quantity, line.share)


def _of_quantity(duty: Duty, quantity: float, share: float) -> float | None:
    """Dollars of a purely specific duty of one unit; None where a part of it is of value, or it has several units."""
    units = {unit for _, unit in duty.specific}
    if duty.kind != "specific" or len(units) > 1:
        return None
    return sum(amount for amount, _ in duty.specific) * quantity * share


def _why(found: Explanation, missing: list[str], value: float | None) -> str:
    if value is None and not found.prohibited:
        return f"{', '.join(missing)}: a share of customs value, so the value is needed: give --value"
    return found.reason or "a line is not known"
