"""Whether a point at which a search stopped may be called an equilibrium: nobody was found to gain by changing its own rates."""

from __future__ import annotations

from typing import Literal

from parley.errors import NotSolvedError

TOLERANCE = (
    1e-6  # percent of the payoff: a hundred times what solving twice differs by, far below any gain that is reported
)
Verdict = Literal["passed", "a deviation pays", "not checked"]


def verdict_of(gain: float | None) -> Verdict:
    """The verdict on a point from which the largest gain found by deviating is `gain`, percent; None: not looked for."""
    if gain is None:
        return "not checked"
    return "passed" if gain <= TOLERANCE else "a deviation pays"


def insist(where: str, what: str, gain: float | None) -> None:
    """Raises NotSolvedError where a deviation pays."""
    if gain is not None and gain > TOLERANCE:
        raise NotSolvedError(
            where, f"{what} stopped where somebody still gains {gain:.1e} % by deviating", gain,
            f"at most {TOLERANCE:.0e} %", "Try another instrument or fewer players",
        )  # fmt: skip


def in_words(gain: float | None, what: str = "equilibrium") -> str:
    """What is called so, or why it is not."""
    return {
        "passed": what,
        "a deviation pays": f"no {what}: the search stopped where somebody still gains by deviating",
        "not checked": f"{what}, not checked",
    }[verdict_of(gain)]
