"""A refund is never more than what was paid: by heading or programme where the file says, else what a flat sum leaves room for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEEWAY = 1.0  # dollars: customs rounds the value of a line to whole dollars
CHECKS = ("", "not stated", "as the law", "less than the law", "more than the law", "not read")
UNREAD = CHECKS.index("not read")


@dataclass(frozen=True)
class Refunded:
    """Dollars of refund by programme and row [P, n], what was paid under the programmes [n], and the place in CHECKS [n].

    paid: NaN where the file does not state it. A row without an answer has NaN refunds and the empty check.
    """

    by_programme: np.ndarray
    paid: np.ndarray
    check: np.ndarray


def refunded(change: np.ndarray, owed: np.ndarray, shares: np.ndarray, paid: np.ndarray, flat: np.ndarray) -> Refunded:
    """Refunds capped by what was paid.

    change [n]: duty collected less duty owed, NaN without an answer. owed [n]. shares [P, n]: of each programme in the change.
    paid [P, n]: under each programme, NaN where not stated. flat [n]: duty paid in all, NaN where not stated.
    """
    most_by_law = np.maximum(change, 0)
    law = np.where(shares > 0, shares * most_by_law, 0.0)
    law[:, np.isnan(change)] = np.nan
    stated, lump = ~np.isnan(paid).all(0), ~np.isnan(flat)
    held = np.where(np.isnan(paid), 0.0, np.maximum(paid, 0))
    with np.errstate(invalid="ignore"):
        room = np.clip(flat - owed, 0, None)
        made = np.where(stated, np.minimum(law, held), law)
        total = made.sum(0)
        most = np.where(lump, np.where(stated, np.maximum(flat, 0), room), np.inf)
        made = made * np.where(total > most, np.minimum(most, total) / np.where(total > 0, total, 1.0), 1.0)
        under = np.where(stated, held.sum(0), np.where(lump, room, np.nan))
        check = np.select(
            [np.isnan(change), np.isnan(under), under < most_by_law - LEEWAY, under > most_by_law + LEEWAY],
            [0, 1, 3, 4],
            2,
        )
    return Refunded(made, under, check.astype(np.int8))
