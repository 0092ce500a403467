"""What an average says and asks: points, branches, groups, and the weights and conventions by which they are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from parley.fixed import fixed_fields
from parley.law.regime import Regime
from parley.tabular import Tabular


@dataclass(frozen=True)
@fixed_fields
class GroupRate:
    """The average rate of one chapter or sector, its parts, and its share of all weight; rate None where no base is known.

    prohibited: the share of its own weight whose import a ban forbids.
    """

    group: str
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    share: float
    lines: int
    prohibited: float = 0.0


@dataclass(frozen=True)
class AverageBranch:
    """One of the two ways in which an extension may have gone: its rate, None without a base, and what measures add."""

    what: str
    rate: float | None
    added: float


@dataclass(frozen=True)
@fixed_fields
class AveragePoint:
    """The average rate of one day, as a fraction, and its parts; covered: share of weight whose base rate is known.

    step: in the announced reading, the day on which the announced rate was to begin. branches: past the last day to which
    the law was read, the rate either way where it hangs on an extension (law/beyond.py); the rate itself is then None.
    open: the programmes whose part differs between the branches; they are unknown, and by_programme leaves them out.
    prohibited: the share of weight whose import a ban forbids. A ban is no rate: these lines count without it.
    law, causes: in the paid reading, the rate of the law without a claim, and what each cause adds to it, less or more.
    """

    on: date
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    covered: float
    lines: int
    reason: str | None = None
    step: date | None = None
    groups: tuple[GroupRate, ...] = ()
    branches: tuple[AverageBranch, ...] = ()
    open: tuple[str, ...] = ()
    prohibited: float = 0.0
    law: float | None = None
    causes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Average(Tabular):
    """Average rates of one origin's goods in one destination. law_known_to: the last day to which its law was read."""

    origin: str
    destination: str
    known: date | None
    points: tuple[AveragePoint, ...]
    weights: str
    notes: tuple[str, ...]
    law_known_to: date | None = None
    law_version: str | None = None

    def columns(self) -> Mapping[str, Sequence[object]]:
        """One row a day: the rate, the ordinary rate, and what each legal authority charges; fractions, None where not known."""
        names = dict.fromkeys(name for p in self.points for name in p.by_programme)
        found: dict[str, Sequence[object]] = {
            "on": [p.on for p in self.points],
            "rate": [p.rate for p in self.points],
            "base_rate": [p.base_rate for p in self.points],
        }
        return found | {name: [_part(p, name) for p in self.points] for name in names}


def _part(point: AveragePoint, name: str) -> float | None:
    """What a legal authority charges on a day: nothing where it is not named, None where it is not known."""
    unknown = name in point.open or point.rate is None
    return point.by_programme.get(name, None if unknown else 0.0)


class Scale(NamedTuple):
    """What weighs the lines: the kind, a user's values, and the words that say so."""

    kind: Literal["imports", "simple", "file"]
    values: dict[str, float]
    words: str
    notes: tuple[str, ...]


class Asked(NamedTuple):
    """What one average asks of the compiled rates, but for the day."""

    regime: Regime
    origin: str
    destination: str
    known: date | None
    scale: Scale
    claims: Mapping[str, object] | None
    preferences: Literal["none", "observed"]
    conventions: Mapping[str, float]
    products: tuple[str, ...]
    group_of: Callable[[str], str | None] | None
