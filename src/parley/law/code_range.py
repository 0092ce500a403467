"""The rate on a code that stands for several lines: the rate of each, the least, the greatest, and their mean by imports.

A code with one line gets that line's explanation, and is told how it led there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from parley.arguments import checked
from parley.codes import bare, country_name, dotted
from parley.errors import CodeError
from parley.law.code_lines import CodeLines, follow
from parley.law.explain import Explanation, clocks, explain, question
from parley.law.products import SCHEDULES, read_products
from parley.tabular import Tabular

if TYPE_CHECKING:
    from parley.law.answers import Clocks
    from parley.law.entry_claims import Question
    from parley.law.products import Products
    from parley.law.regime import Regime

ALL = "ROW"  # no partner of the weights: the mix of all partners


class Spread(NamedTuple):
    """The least, the mean by weight and the greatest of some numbers; None where no line has one."""

    low: float | None
    mean: float | None
    high: float | None


@dataclass(frozen=True)
class RateRange(Tabular):
    """The rates of a code's lines. shares: of the weight, summing to one; weighted_by: what they are shares of.

    Lines whose rate is not known, or whose import is prohibited, are left out of the rate and counted in `without`; what is added
    is of every line where it is known, as in the answer on one line.
    """

    followed: CodeLines
    origin: str
    destination: str
    on: date
    known: date | None
    law_known_to: date | None
    lines: tuple[Explanation, ...]
    shares: tuple[float, ...]
    weighted_by: str

    @property
    def clocks(self) -> Clocks:
        """Both clocks, as every answer prints them."""
        return clocks(self.on, self.known, self.law_known_to, self.lines[0].law_version if self.lines else None)

    @property
    def without(self) -> int:
        """Lines without a rate."""
        return sum(x.rate is None for x in self.lines)

    @property
    def spans(self) -> str:
        """What each range is over, in words."""
        return f"lowest to highest over the {len(self.lines)} lines that {self.followed.code} may stand for; no elasticities"

    @property
    def rate(self) -> Spread:
        """Of the whole rate, as a fraction."""
        return self._spread([x.rate for x in self.lines])

    @property
    def added_rate(self) -> Spread:
        """Of what measures add."""
        return self._spread([x.added_rate for x in self.lines])

    @property
    def base_rate(self) -> Spread:
        """Of the ordinary duty."""
        return self._spread([x.base_rate for x in self.lines])

    @property
    def one_rate(self) -> float | None:
        """The rate, where every line has one and all are the same."""
        low, _, high = self.rate
        return low if not self.without and low is not None and high is not None and high - low < 1e-12 else None

    def duty(self, value: float | None) -> Spread:
        """Of the duty in dollars on a customs value."""
        return self._spread([x.dollars(value).duty if x.rate is not None else None for x in self.lines])

    @property
    def title(self) -> str:
        """What was asked."""
        return f"{dotted(self.followed.code)} from {country_name(self.origin)} to {country_name(self.destination)}"

    @property
    def notes(self) -> list[str]:
        """How the code leads to its lines, and what is said first of any of them."""
        return list(dict.fromkeys([self.followed.words, *(text for x in self.lines for text in x.said_first)]))

    @property
    def assumed(self) -> list[str]:
        """The defaults on which any of the lines rests."""
        return list(dict.fromkeys(text for x in self.lines for text in x.assumed))

    def columns(self) -> dict[str, list[str] | list[float | None]]:
        """One row a line: product, share of the weight, rate, base and added rate (fractions; None where unknown), description."""
        made: dict[str, list[str] | list[float | None]] = {
            "product": [x.product for x in self.lines],
            "share": [*self.shares],
        }
        return made | {
            "rate": [x.rate for x in self.lines],
            "base_rate": [x.base_rate for x in self.lines],
            "added_rate": [x.added_rate for x in self.lines],
            "description": [x.description for x in self.lines],
        }

    def __repr__(self) -> str:
        low, _, high = (f"{100 * x:g} %" if x is not None else "unknown" for x in self.rate)
        return (
            f"<RateRange: {self.followed.code} of {self.origin} on {self.on}, {len(self.lines)} lines: {low} to {high}>"
        )

    def _spread(self, found: Iterable[float | None]) -> Spread:
        pairs = [(x, w) for x, w in zip(found, self.shares, strict=True) if x is not None]
        if not pairs:
            return Spread(None, None, None)
        total = sum(w for _, w in pairs)
        mean = sum(x * w for x, w in pairs) / total if total > 0 else sum(x for x, _ in pairs) / len(pairs)
        low, high = min(x for x, _ in pairs), max(x for x, _ in pairs)
        return Spread(low, min(max(mean, low), high), high)


def schedule_for(regime: Regime, destination: str) -> Products | None:
    """The schedule that a destination's codes are read in; None where there is none."""
    return regime.schedule_of(destination) or (read_products(destination) if destination in SCHEDULES else None)


@checked
def explain_code(
    regime: Regime,
    product: str,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    claims: Mapping[str, object] | None = None,
    value: float | None = None,
) -> Explanation | RateRange:
    """`Regime.explain` on any code: a line's explanation, or the range over the lines for which the code stands.

    Examples
    --------
    >>> import parley
    >>> from parley.law.code_range import explain_code
    >>> explain_code(parley.read_regime(), "8517.12.00.50", "CHN", "USA", "2025-05-02").rate.high
    0.3
    """
    asked = question(product, origin, destination, on, known, claims, value)
    try:
        return explain(regime, asked)
    except CodeError:
        found = range_of(regime, asked, lambda one: explain(regime, one))
        if found is None:
            raise
        return found


def range_of(
    regime: Regime, asked: Question, explained: Callable[[Question], Explanation]
) -> Explanation | RateRange | None:
    """The rate of a code that is no line of the day; None where the code leads to no line. explained: of one line."""
    schedule = schedule_for(regime, asked.destination)
    found = follow(schedule, bare(asked.product), asked.on) if schedule else None
    if schedule is None or found is None:
        return None
    each = tuple(explained(asked._replace(product=line)) for line in found.lines)
    if len(each) == 1:
        return led_to(each[0], found)
    shares, words = _shares(schedule, found.lines, asked)
    first = each[0]
    return RateRange(
        found, first.origin, first.destination, asked.on, first.known, first.law_known_to, each, shares, words
    )


def led_to(line: Explanation, found: CodeLines) -> Explanation:
    """A line's explanation with how a code led to it."""
    return replace(line, notes=(*([found.words] if found.words else []), *line.notes), followed=found)


def _shares(schedule: Products, lines: tuple[str, ...], asked: Question) -> tuple[tuple[float, ...], str]:
    """The weight of each line: imports of the baseline year from the origin, from all partners, or equal parts."""
    from parley.law.trade_weights import ALL as EVERYONE
    from parley.law.trade_weights import WEIGHTED, read_weights

    equal = (1 / len(lines),) * len(lines)
    if asked.destination not in WEIGHTED:
        return equal, "in equal parts: no imports of this country are packaged"
    held = read_weights(asked.destination)
    standing = [x.code for x in schedule.on(asked.on)]
    value = held.matrix(lines, [asked.origin, ALL], standing)
    mixes = [(0, f"imports from {country_name(asked.origin)}")] if held.basis(asked.origin) != EVERYONE else []
    for column, words in (*mixes, (1, "imports from all partners")):
        total = float(value[:, column].sum())
        if total > 0:
            return tuple(float(x) / total for x in value[:, column]), f"{words}: {held.source}"
    return equal, "in equal parts: no imports in the baseline year"
