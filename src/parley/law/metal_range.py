"""The rates of a metal good whose content nobody states: the customs rule, the range down to no metal, the industry's shares.

A rate is linear in the shares of metal, but for a jump at none: a duty that gives way to metal duties wholly does so from the
first trace of metal on. So the least and the highest rate are at no metal, at a trace, or at a good wholly of one metal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.fixed import fixed_fields
from parley.law.entry_claims import Question, Value
from parley.law.metal_content import METALS, content_of, is_wholly_metal

if TYPE_CHECKING:
    from parley.law.stacking import Stack

Rate = Callable[[Question], float | None]

TRACE = 1e-9  # a share that is metal, and adds nothing that shows
DIGITS = 8
RULE = "where the value of the metal is not known, customs takes the full value"
RULE_SOURCE = "customs messages CSMS 64348411 and 64348288 of March 2025 (cited, text not read)"


@dataclass(frozen=True)
@fixed_fields
class MetalRange:
    """Rates by content, fractions of customs value; None where a part of the rate is not known.

    metals: those that some duty on the good is levied on. full: the customs rule. low, high: over every content.
    shares: the share of each of these metals that statistics of the industry suggest, and suggested: the rate at it; None
    where the table has no line.
    """

    metals: tuple[str, ...]
    full: float | None
    no_metal: float | None
    low: float | None
    high: float | None
    shares: Mapping[str, float] | None
    suggested: float | None
    shares_source: str
    rule: str = RULE
    rule_source: str = RULE_SOURCE

    @property
    def words(self) -> str:
        """The range as a sentence, percent."""
        if self.full is None or self.no_metal is None or self.low is None or self.high is None:
            return f"{self.rule}; the range is not known, as a part of the rate is not"
        said = f"{self.rule}: {_percent(self.full)}; with no metal {_percent(self.no_metal)}"
        if self.low < min(self.full, self.no_metal) or self.high > max(self.full, self.no_metal):
            said += f"; over every content {_percent(self.low)} to {_percent(self.high)}"
        if self.shares is None or self.suggested is None:
            return f"{said}; no statistics suggest a share"
        parts = " and ".join(f"{_percent(s)} {metal}" for metal, s in self.shares.items())
        return f"{said}; statistics suggest {parts}: {_percent(self.suggested)}"


def _percent(value: float) -> str:
    return f"{100 * value:.4g} %"


def metal_range(asked: Question, found: Stack, full: float | None, rate: Rate) -> MetalRange | None:
    """The range of a good outside chapters 72, 73, 74 and 76 that pays a duty on metal of unstated content; else None.

    full: the rate of the question itself. rate: that of another question.
    """
    metals = tuple(m for m in METALS if any(a.measure.share == m for a in found.levied))
    if not metals or is_wholly_metal(asked.product) or any(f"{m}_share" in asked.claims for m in METALS):
        return None
    content = content_of(asked.product)
    shares = None if content is None else {m: float(getattr(content, m)) for m in metals}
    suggested = None if content is None else _at(rate, asked, {m: float(getattr(content, m)) for m in METALS})
    none = _at(rate, asked, {})
    ends = [full, none, *(_at(rate, asked, {m: share}) for m in metals for share in (TRACE, 1.0))]
    known = [x for x in ends if x is not None]
    whole = len(known) == len(ends)
    low, high = (min(known), max(known)) if whole else (None, None)
    return MetalRange(metals, full, none, low, high, shares, suggested, content.source if content else "")


def _at(rate: Rate, asked: Question, shares: Mapping[str, float]) -> float | None:
    """The rate at some shares of metal, none of the others."""
    stated: dict[str, Value] = {f"{m}_share": shares.get(m, 0.0) for m in METALS}
    found = rate(asked._replace(claims={**asked.claims, **stated}))
    return None if found is None else round(found, DIGITS)
