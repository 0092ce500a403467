"""What lines judged by gather come to in all: lines, value and cents by origin and month, value by programme."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import PROGRAMMES, countries
from parley.law.shipments.gather import MONTHS, Judged
from parley.law.shipments.gather_law import GatherLaw


@dataclass
class Sums:
    """Lines, refused lines, value and cents by origin and month; value by outcome; by programme, what rests on quantities."""

    lines: Any = field(init=False)
    refused: Any = field(init=False)
    value: Any = field(init=False)
    cents: Any = field(init=False)
    by_outcome: Any = field(default_factory=lambda: np.zeros(0))
    by_part: Any = field(default_factory=lambda: np.zeros(len(PROGRAMMES)))

    def __post_init__(self) -> None:
        size = len(countries()) * MONTHS
        self.lines, self.refused, self.cents = (np.zeros(size, np.int64) for _ in range(3))
        self.value = np.zeros(size)

    def add(self, found: Judged, law: GatherLaw) -> None:
        """A batch more. Lines left to the query are not counted."""
        key, size = found.key, len(self.lines)
        none = np.flatnonzero(found.outcome == 0)
        self.lines += np.bincount(key, minlength=size) - np.bincount(key[none], minlength=size)
        self.value += np.bincount(key, found.value, size)
        self.cents += np.bincount(key, found.cents, size).astype(np.int64)
        if len(found.refused):
            self.refused += np.bincount(key[found.refused], minlength=size)
        self._add_outcomes(np.bincount(found.outcome, found.value))
        if len(found.stated):
            held, outcome, value = law.outcomes, found.outcome[found.stated], found.value[found.stated]
            self.by_part += np.bincount(held.base_programme[outcome], value * found.base, len(PROGRAMMES))
            for slot, total in zip(held.totals, found.totals, strict=True):
                whose = slot[held.cell[outcome], 2].astype(np.int64)
                self.by_part += np.bincount(whose, value * total, len(PROGRAMMES))

    def merge(self, other: Sums) -> None:
        """Another's sums to these."""
        for name in ("lines", "refused", "value", "cents", "by_part"):
            getattr(self, name).__iadd__(getattr(other, name))
        self._add_outcomes(other.by_outcome)

    def _add_outcomes(self, more: Float[ndarray, " o"]) -> None:
        """Values by outcome, of which there may be more than before."""
        held = np.zeros(max(len(self.by_outcome), len(more)))
        held[: len(self.by_outcome)] += self.by_outcome
        held[: len(more)] += more
        self.by_outcome = held

    def rows(self, law: GatherLaw) -> list[list[int | float]]:
        """As the query gives them: origin, month, lines, rejects, value, cents, programmes (these in the first row)."""
        at = np.flatnonzero(self.by_outcome)  # no product of matrices: BLAS's threads would spin for a while after it
        shares = self.by_part + np.einsum("o,op->p", self.by_outcome[at], law.outcomes.programmes[at])
        made: list[list[int | float]] = []
        for at in np.flatnonzero(self.lines + self.refused).tolist():
            place, month = divmod(at, MONTHS)
            of_all = shares.tolist() if not made else [0.0] * len(PROGRAMMES)
            lines, refused = int(self.lines[at]), int(self.refused[at])
            numbers = [lines + refused, refused, float(self.value[at]), int(self.cents[at])]
            made.append([place, month + law.first_month, *numbers, *of_all])
        return made


__all__ = ["Sums"]
