"""What an explained rate is: its lines, what was withheld, both clocks, and the sums that are read off them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value
from parley.law.measure import Measure
from parley.law.products import Base, read_duty, why_unknown
from parley.law.stacking import Applied
from parley.tabular import Tabular

if TYPE_CHECKING:
    from parley.law.answers import Clocks
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


class Question(NamedTuple):
    """What a rate is asked for, in canonical codes. authorities: the destination, and the union that it is a member of.

    unit_value: dollars a unit; None where neither it nor a value and a quantity were given.
    """

    product: str
    origin: str
    destination: str
    on: date
    known: date | None
    claims: Mapping[str, Value]
    unit_value: float | None
    authorities: tuple[str, str]


class BelowTotals(NamedTuple):
    """What an unknown base, with totals over it, is taken at: a fraction of value, None where nothing tells; and why."""

    rate: float | None
    words: str


@dataclass(frozen=True)
class Estimate:
    """An ordinary rate of another year, a fraction of value: what year it is of, and how often such rates still hold."""

    rate: float
    of: str
    agreement: str


@dataclass(frozen=True)
class Branch:
    """One of the two ways in which a contingent change may have gone, with the rates of that way (fractions)."""

    what: str
    rate: float | None
    base_rate: float | None
    added_rate: float | None
    added_2025: float | None


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
    def said_first(self) -> list[str]:
        """What is said before the lines: that the day lies past what was read, and where customs did otherwise."""
        past = [note(self.law_known_to, self.on)] if self.beyond and self.law_known_to else []
        return [*past, *self.notes]

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

    @property
    def title(self) -> str:
        """What was asked: "8517.13.00.00 from China to United States"."""
        from parley.codes import country_name, dotted

        return f"{dotted(self.product)} from {country_name(self.origin)} to {country_name(self.destination)}"

    def _repr_html_(self) -> str:
        """The lines and their sum, for notebooks; percent."""
        from parley.html import percent, table

        rows = [(x.measure, percent(x.contribution), x.source, x.reason) for x in self.lines]
        rows.append(("total", percent(self.rate), "", self.reason or ""))
        known = f", as known on {self.known}" if self.known else ""
        return table(
            f"{self.title}, {self.on}{known}",
            ("measure", "adds, %", "source", "why"),
            rows,
            f"Assumed: {'; '.join(self.assumed)}.",
        )

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


def is_beyond(law_known_to: date | None, on: date, known: date | None) -> bool:
    """Whether a day lies past what was read, for a question that does not look from an earlier day of knowledge."""
    return law_known_to is not None and on > law_known_to and (known is None or known >= law_known_to)


def clocks(on: date | None, known: date | None, law_known_to: date | None) -> Clocks:
    """Both clocks and how far the law was read, as every answer has them. known: that asked for, else the last day read."""
    beyond = on is not None and is_beyond(law_known_to, on, known)
    return {"on": on, "known": known or law_known_to, "law_known_to": law_known_to, "beyond_known": beyond}


def base_as_line(
    base: Base, rate: float | None, taken: BelowTotals | None, in_lieu: Measure | None, unit_value: float | None
) -> RateLine:
    """The first line: the ordinary duty at its rate, what it is taken at below totals, or the measure in place of it."""
    if in_lieu is not None:
        m, instead = in_lieu, base.reason if base.text else "the base, which is not known"
        text = _and(m.reason or m.act.title, f"in place of {instead}")
        return RateLine(m.id, m.programme, m.rate, 1.0, m.rate, text, m.source, m.act.signed, "", m.act.id)
    made = RateLine(base.programme, base.programme, rate, 1.0, rate, base.reason, base.source, None, base.text)
    if taken is not None and taken.rate is not None:
        reason = f"{base.reason}; {taken.words}"
        return replace(made, rate=taken.rate, contribution=taken.rate, reason=reason, estimated=True)
    if rate is None and base.text:
        why = (base.reason, why_unknown(base.duty, unit_value), *([taken.words] if taken else []))
        return replace(made, reason="; ".join(why))
    return replace(made, reason=f"{base.reason}; {taken.words}") if taken else made


def lines_of(
    applied: Sequence[Applied],
    sums: Sequence[tuple[float | None, float | None]],
    base: float | None,
    unit_value: float | None,
) -> list[RateLine]:
    """The applied measures as lines, in the order of programmes. sums: the rate and the contribution of each."""
    pairs = sorted(
        zip(applied, sums, strict=True), key=lambda p: (PROGRAMMES.index(p[0].measure.programme), p[0].measure.id)
    )
    return [_line(a.measure, a.share, rate, added, base, unit_value) for a, (rate, added) in pairs]


def _and(said: str, more: str) -> str:
    """A sentence carried on: its full stop gives way to a semicolon."""
    return f"{said.rstrip().rstrip('.')}; {more}"


def _line(
    m: Measure, share: float, rate: float | None, added: float | None, base: float | None, unit_value: float | None
) -> RateLine:
    text = m.reason or m.act.title
    if m.combine == "total" and rate is not None:
        missing = "" if base is not None else ": the base is not known"
        text = _and(text, f"tops the base up to {100 * rate:g} %{missing}")
    elif added is None and m.expression is not None:
        text = _and(text, why_unknown(read_duty(m.expression), unit_value))
    return RateLine(m.id, m.programme, rate, share, added, text, m.source, m.act.signed, m.expression or "", m.act.id)


def note(law_known_to: date, on: date, authority: str = "") -> str:
    """What every answer past the last day read says first."""
    whose = f"the law of {authority}" if authority else "this law"
    return f"{on} is after {law_known_to}, the last day to which {whose} was read: later acts are not in this answer"
