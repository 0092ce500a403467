"""Whether leaving a deal breaks it: who leaves, which way its barriers move, and what that is called.

A player that lowers what its partners pay gives more than was agreed: a further concession, never a breach. Only what makes
some good of a partner pay more, bars more technology or buys less breaks a deal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.talks.sustain_answers import Deviation, Direction

SAME = 1e-9  # of a rate: smaller moves are none
WORDS: dict[Direction, str] = {
    "raises": "raises its barriers against",
    "lowers": "lowers its barriers against",
    "both": "raises some of its barriers and lowers others against",
    "same": "leaves its barriers as they are against",
    "unknown": "leaves the deal with",
}


@dataclass(frozen=True)
class Move:
    """Which way a player's barriers go against the others. kept, after: mean duty on their goods, fractions; None: unknown."""

    direction: Direction
    kept: float | None = None
    after: float | None = None

    @property
    def breaks(self) -> bool:
        """Whether the move breaks a deal."""
        return self.direction in ("raises", "both", "unknown")


UNKNOWN = Move("unknown")


def direction_of(changes: Iterable[Float[ndarray, "*_"]]) -> Direction:
    """The direction of barriers' changes, positive where a barrier rises; unknown ones (NaN) say nothing."""
    held = [np.nan_to_num(np.asarray(change, float), nan=0.0) for change in changes]
    up, down = any((x > SAME).any() for x in held), any((x < -SAME).any() for x in held)
    return "both" if up and down else "raises" if up else "lowers" if down else "same"


def deviation(by: str, others: Sequence[str], to: str, move: Move, payoff: float) -> Deviation:
    """The deviation of one player alone, in words and numbers."""
    return {
        "by": by, "to": to, "direction": move.direction, "breaks": move.breaks, "payoff": payoff,
        "duty_kept": move.kept, "duty_after": move.after, "says": _words(by, others, to, move),
    }  # fmt: skip


def _words(by: str, others: Sequence[str], to: str, move: Move) -> str:
    whom = " and ".join(others)
    shown = f"{by} alone, by “{to}”, {WORDS[move.direction]} {whom}"
    if move.kept is not None and move.after is not None:
        shown += f" (mean duty {100 * move.kept:.1f} % in the deal, {100 * move.after:.1f} % after)"
    return shown + ("" if move.breaks else ": no breach of the deal")
