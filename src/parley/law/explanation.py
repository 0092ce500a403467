"""What an explained rate is: its lines, what was withheld, both clocks, and the sums that are read off them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from parley.data_frames import Tabular
from parley.law.beyond import Branch, Clocks, clocks, is_beyond
from parley.law.entry_claims import Value
from parley.law.estimate import Estimate

if TYPE_CHECKING:
    from parley.law.dollars import Dollars

OF_THE_CONFLICT = date(2025, 1, 1)  # added_2025 counts acts signed from here on (design §3)


@dataclass(frozen=True)
class RateLine:
    """One summand of a rate. rate, share and contribution are fractions; None where unknown, with the reason."""

    measure: str
    programme: str
    rate: float | None
    share: float
    contribution: float | None
    reason: str
    source: str
    signed: date | None = None
    expression: str = ""  # the duty's own words, where it has any: "3.3¢/kg"
    act: str = ""  # the id of the act behind it; empty for a base of the schedule
    estimated: bool = False  # a base taken at what customs charged on past imports, below a total: the sum is exact


@dataclass(frozen=True)
class Withheld:
    """A measure that covers the good but adds nothing, and why."""

    measure: str
    programme: str
    reason: str
    source: str


@dataclass(frozen=True)
class Explanation(Tabular):
    """A rate with everything it rests on. `rate` is the sum of `lines`, unless the import is prohibited.

    known: the day of knowledge asked for; None: the fullest. law_known_to: the last day to which the law was read, None
    where the acts do not say. branches: past that day, the rates of either way in which a contingent change may have gone.
    prohibited: the bans in force. A prohibited good has no rate; `lines` are then the duties that the ban stands before.
    notes: where customs did not yet, or still, apply what the law of the day says.

    A base levied by quantity is unknown without a unit value, and with it the rate. One case is known all the same: totals
    cover the whole value, and on past imports the base came to less than the least of them. Then the rate is the totals and
    what else is added, whatever the unit value; the base line holds the estimate (`estimated`), a total the rest of its rate.
    """

    product: str
    description: str
    origin: str
    destination: str
    on: date
    known: date | None
    lines: tuple[RateLine, ...]
    not_applied: tuple[Withheld, ...]
    base_text: str
    claims: Mapping[str, Value]
    assumed: tuple[str, ...]
    base_estimate: Estimate | None = None  # beside a base that is not known, and in no rate
    law_known_to: date | None = None
    branches: tuple[Branch, ...] = ()
    prohibited: tuple[Withheld, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def beyond(self) -> bool:
        """Whether the day lies past what was read of the law."""
        return is_beyond(self.law_known_to, self.on, self.known)

    @property
    def clocks(self) -> Clocks:
        """Both clocks, as every answer prints them: the day, the day of knowledge, and how far the law was read."""
        return clocks(self.on, self.known, self.law_known_to)

    @property
    def rate(self) -> float | None:
        """The sum of all lines; None where one of them is unknown, or where the import is prohibited."""
        return None if self.prohibited else self.rate_without_ban

    @property
    def rate_without_ban(self) -> float | None:
        """The sum of all lines, whether or not a ban stands before them; None where one is unknown."""
        return _sum(self.lines)

    @property
    def base_rate(self) -> float | None:
        """Column 1, the claimed preference, column 2, or the rate levied in lieu of them."""
        return self.lines[0].contribution

    @property
    def base_is_estimated(self) -> bool:
        """Whether the base, and so its part of a total, is an estimate; the rate is not."""
        return self.lines[0].estimated

    @property
    def added_rate(self) -> float | None:
        """The sum of every line but the base."""
        return _sum(self.lines[1:])

    @property
    def added_2025(self) -> float | None:
        """The sum of the lines of acts signed in 2025 or later."""
        return _sum(line for line in self.lines[1:] if line.signed and line.signed >= OF_THE_CONFLICT)

    @property
    def reason(self) -> str | None:
        """Why there is no rate: a ban, or what is not known; None where there is one."""
        banned = [f"import prohibited: {x.measure}: {x.reason}" for x in self.prohibited]
        missing = banned or [line.reason for line in self.lines if line.contribution is None]
        return "; ".join(dict.fromkeys(text.rstrip().rstrip(".") for text in missing)) or None

    def __repr__(self) -> str:
        rate = "unknown" if self.rate is None else f"{100 * self.rate:g} %"
        return f"<Explanation: {self.product} of {self.origin} into {self.destination} on {self.on}: {rate}>"

    def columns(self) -> dict[str, list[str] | list[float | None]]:
        """One row a line of the sum: measure, contribution (fraction; None where unknown), source, reason."""
        names = ("measure", "contribution", "source", "reason")
        return {name: [getattr(line, name) for line in self.lines] for name in names}

    def _repr_html_(self) -> str:
        """The lines and their sum, for notebooks; percent."""
        from parley.codes import country_name, dotted
        from parley.html import percent, table

        rows = [(x.measure, percent(x.contribution), x.source, x.reason) for x in self.lines]
        rows.append(("total", percent(self.rate), "", self.reason or ""))
        known = f", as known on {self.known}" if self.known else ""
        title = f"{dotted(self.product)} from {country_name(self.origin)} to {country_name(self.destination)}, {self.on}{known}"
        return table(title, ("measure", "adds, %", "source", "why"), rows, f"Assumed: {'; '.join(self.assumed)}.")

    def dollars(self, value: float | None = None) -> Dollars:
        """The duty in dollars, whole and by line, on a customs value, a claimed quantity, or both (law/dollars.py)."""
        from parley.law.dollars import dollars

        return dollars(self, value)

    def by_programme(self) -> dict[str, float | None]:
        """The contributions summed by programme, in the order of the lines."""
        names = dict.fromkeys(line.programme for line in self.lines)
        return {n: _sum(line for line in self.lines if line.programme == n) for n in names}

    def by_measure(self) -> dict[str, float | None]:
        """The contribution of each line, by its measure."""
        return {line.measure: line.contribution for line in self.lines}


def _sum(lines: Iterable[RateLine]) -> float | None:
    total = 0.0
    for line in lines:
        if line.contribution is None:
            return None
        total += line.contribution
    return total
