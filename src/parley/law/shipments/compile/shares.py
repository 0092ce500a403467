"""Shares of value as functions of a line's claims: what a measure covers of it, net of what it yields to.

Within a class of claims a net share is own · (1 − max(metals yielded to, content yielded to)) (stacking.py). Which
function it is, is read off `stack` itself at several points of the class; what matches no function is not compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import NamedTuple

from parley.law.entry_claims import Value, number_of
from parley.law.stacking import METALS, WHOLE

DIGITS = 10  # shares that agree to 1e-10 at every point are one function
_PARTS = (0.0, 1 / 3, 1 / 2, 2 / 3, 1.0)  # what open metals take of the rest, by how many of them are levied


class Share(NamedTuple):
    """own: full, a metal, rest (of the metals not claimed) or content (not of the United States).

    metals: yielded to, of those claimed; rest: the part of the others yielded to; content: threshold from which United
    States content counts in what is yielded to, None where it does not.
    """

    own: str
    least: float = 0.0
    metals: tuple[str, ...] = ()
    rest: float = 0.0
    content: float | None = None

    def value(self, claims: Mapping[str, Value]) -> float:
        """own · (1 − max(min(1, metals), content))."""
        given = {m: number_of(claims, f"{m}_share") or 0.0 for m in METALS}
        left = 1.0 - sum(given.values())
        rest = left if left > 1 - WHOLE else 0.0
        content = number_of(claims, "us_content") or 0.0
        own = {"full": 1.0, "rest": rest, "content": 1.0 - (content if content >= self.least else 0.0), **given}
        covered = sum(given[m] for m in self.metals) + self.rest * rest
        covered = 1.0 if covered > WHOLE else covered
        if self.content is not None:
            covered = max(covered, 1.0 - (content if content >= self.content else 0.0))
        return own[self.own] * (1.0 - covered)


FULL = Share("full")


@cache
def read_shares(
    points: tuple[tuple[tuple[str, Value], ...], ...], leasts: tuple[float, ...]
) -> dict[tuple[float, ...], tuple[float, Share]]:
    """What values at some points mean: (coefficient, share function) by the values, simplest functions first."""
    claims: list[dict[str, Value]] = [dict(p) for p in points]
    claimed = [m for m in METALS if any(f"{m}_share" in c for c in claims)]
    owns = [("full", 1.0, 0.0), *((m, 1.0, 0.0) for m in claimed)]
    owns += [("rest", part, 0.0) for part in (1.0, 1 / 2, 1 / 3)]
    owns += [("content", 1.0, least) for least in leasts]
    subsets = [tuple(m for m, keep in zip(claimed, mask, strict=True) if keep)
               for mask in sorted(product((False, True), repeat=len(claimed)), key=sum)]  # fmt: skip
    found: dict[tuple[float, ...], tuple[float, Share]] = {(0.0,) * len(claims): (0.0, FULL)}
    for content, part, metals in product((None, *leasts), _PARTS, subsets):
        for own, coefficient, least in owns:
            share = Share(own, least, metals, part, content)
            values = tuple(round(coefficient * share.value(c), DIGITS) + 0.0 for c in claims)
            found.setdefault(values, (coefficient, share))
    return found
