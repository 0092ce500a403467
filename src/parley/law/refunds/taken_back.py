"""What lines of an entry take back of its duties: negative amounts, as corrections and reversals stand in extracts.

No refund is more than was paid, of an entry neither: the refunds of its lines are less by what its other lines take back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from parley.law.refunds import entry_number
from parley.law.refunds.evidence import Held, dollars_of, text_of
from parley.law.refunds.paid import CHECKS, Refunded

if TYPE_CHECKING:
    import pyarrow as pa


def amounts_paid(held: Held) -> list[str]:
    """The columns of what was paid under the struck programmes, or on the whole line."""
    flat = held.of.get("duty_paid")
    return [*(n for names in held.paid.values() for n in names), *held.together, *([flat] if flat else [])]


def taken_back(batches: Iterable[pa.RecordBatch], held: Held, decimal: str) -> dict[str, float]:
    """Dollars that lines take back, by the bare number of their entry: the whole line's amount, else the sum of its parts."""
    made: dict[str, float] = {}
    flat, number = held.of.get("duty_paid"), held.of.get("entry_number")
    for batch in batches if number else ():
        read = {n: np.nan_to_num(dollars_of(batch.column(n), len(batch), decimal)) for n in amounts_paid(held)}
        parts = sum((np.minimum(x, 0) for n, x in read.items() if n != flat), np.zeros(len(batch)))
        less = np.minimum(parts, read[flat]) if flat else parts
        rows = np.flatnonzero(less < 0)
        names = entry_number.bare(text_of(batch.column(number))).to_pylist() if number and len(rows) else []
        for n in rows.tolist():
            if (name := names[n]) is not None:
                made[name] = made.get(name, 0.0) - float(less[n])
    return made


def less(found: Refunded, numbers: pa.Array, back: dict[str, float]) -> Refunded:
    """The refunds of a batch of lines less what is taken back of their entries, line after line; what is left of it stays in `back`."""
    by_programme, paid, check = found.by_programme.copy(), found.paid.copy(), found.check.copy()
    for n, name in enumerate(numbers.to_pylist()):
        refund = float(np.nan_to_num(by_programme[:, n]).sum())
        taken = min(refund, back.get(name or "", 0.0))
        if taken and name is not None:
            back[name] -= taken
            by_programme[:, n] *= 1 - taken / refund
            paid[n], check[n] = paid[n] - taken, CHECKS.index("less than the law")
    return replace(found, by_programme=by_programme, paid=paid, check=check)


__all__ = ["amounts_paid", "less", "taken_back"]
