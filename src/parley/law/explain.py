"""The rate as a sum of explained lines: the base, then every measure in force, with its share, reason and source.

It is walked in this order: the question is read (law/entry_claims.py), then the line and its ordinary duty, then the measures
that cover the good; they are stacked and summed, and last it is said what the sum rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from parley.arguments import checked
from parley.codes import country_name, dotted
from parley.codes import product as product_code
from parley.fixed import fixed_fields
from parley.law.as_known import cited_as_known
from parley.law.entry_claims import AGREEMENTS, CLAIMS, Question, Value, assumptions, claim_of
from parley.law.entry_claims import FIRST_DAY as FIRST_DAY
from parley.law.entry_claims import question as question
from parley.law.measure import LATEST, Measure, covers_origin, covers_product
from parley.law.otherwise_collected import otherwise_collected
from parley.law.products import Base, Line, base_line, line_of, rate_of, why_unknown
from parley.law.stacking import METALS, RateLine, Stack, and_so, exclusions, lines_of, stack
from parley.tabular import Tabular

if TYPE_CHECKING:
    from parley.law.answers import Clocks
    from parley.law.beyond import Branch
    from parley.law.code_lines import CodeLines
    from parley.law.dollars import Dollars
    from parley.law.estimates import BelowTotals, Estimate
    from parley.law.metal_range import MetalRange
    from parley.law.regime import Regime

MOST_CITED = 4096  # rows that a regime remembers as they were cited on a day
OF_THE_CONFLICT = date(2025, 1, 1)  # added_2025 counts acts signed from here on

NOT_YET = "published later"  # what is cited of an act that was not known yet


@dataclass(frozen=True)
class Withheld:
    """A measure that covers the good but adds nothing, and why."""

    measure: str
    programme: str
    reason: str
    source: str


@dataclass(frozen=True)
@fixed_fields
class Explanation(Tabular):
    """A rate with everything it rests on. `rate` is the sum of `lines`, unless the import is prohibited.

    known: the day of knowledge asked for; None: the fullest. law_known_to: the last day to which the law was read, None
    where the acts do not say. branches: past that day, the rates of either way in which a contingent change may have gone.
    prohibited: the bans in force. A prohibited good has no rate; `lines` are then the duties that the ban stands before.
    notes: where customs did not yet, or still, apply what the law of the day says. metal: the rates by content of a metal good
    outside chapters 72, 73, 74 and 76 whose content is not stated (law/metal_range.py). followed: how another code led here.

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
    metal: MetalRange | None = None
    followed: CodeLines | None = None
    law_version: str | None = None  # of the package of law; None: of acts of the user's own

    @property
    def beyond(self) -> bool:
        """Whether the day lies past what was read of the law."""
        return is_beyond(self.law_known_to, self.on, self.known)

    @property
    def said_first(self) -> list[str]:
        """What is said before the lines: that the day lies past what was read, and where customs did otherwise."""
        if not self.beyond or self.law_known_to is None:
            return [*self.notes]
        from parley.law.beyond import note

        return [note(self.law_known_to, self.on), *self.notes]

    @property
    def clocks(self) -> Clocks:
        """Both clocks, as every answer prints them: the day, the day of knowledge, and how far the law was read."""
        return clocks(self.on, self.known, self.law_known_to, self.law_version)

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

    @checked
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


def clocks(on: date | None, known: date | None, law_known_to: date | None, law_version: str | None) -> Clocks:
    """Both clocks and how far the law was read, as every answer has them. known: that asked for, else the last day read."""
    beyond = on is not None and is_beyond(law_known_to, on, known)
    return {"on": on, "known": known or law_known_to, "law_known_to": law_known_to, "beyond_known": beyond,
            "law_version": law_version}  # fmt: skip


def base_as_line(
    base: Base, rate: float | None, taken: BelowTotals | None, in_lieu: Measure | None, unit_value: float | None
) -> RateLine:
    """The first line: the ordinary duty at its rate, what it is taken at below totals, or the measure in place of it."""
    if in_lieu is not None:
        m, instead = in_lieu, base.reason if base.text else "the base, which is not known"
        text = and_so(m.reason or m.act.title, f"in place of {instead}")
        return RateLine(m.id, m.programme, m.rate, 1.0, m.rate, text, m.source, m.act.signed, "", m.act.id)
    made = RateLine(base.programme, base.programme, rate, 1.0, rate, base.reason, base.source, None, base.text)
    if taken is not None and taken.rate is not None:
        reason = f"{base.reason}; {taken.words}"
        return replace(made, rate=taken.rate, contribution=taken.rate, reason=reason, estimated=True)
    if rate is None and base.text:
        why = (base.reason, why_unknown(base.duty, unit_value), *([taken.words] if taken else []))
        return replace(made, reason="; ".join(why))
    return replace(made, reason=f"{base.reason}; {taken.words}") if taken else made


def explain(regime: Regime, asked: Question) -> Explanation:
    """The explanation of one rate: the definition to which the compiled table is held.

    Past the last day to which the law was read, a rate that hangs on an extension is unknown, with both branches.
    """
    found = of_stack(regime, asked)
    if not found.beyond or found.law_known_to is None:
        return found
    from parley.law.beyond import branched, contingent, extended

    rows = regime.covering(found.product, asked.origin, asked.destination, asked.on, asked.known, ever=True)
    open_rows = contingent(rows, found.law_known_to, asked.on)
    return branched(found, of_stack(extended(regime, open_rows), asked), open_rows) if open_rows else found


def of_stack(regime: Regime, asked: Question) -> Explanation:
    """The explanation of what was scheduled for the day, as known on the day of knowledge."""
    _, origin, destination, on, known, claims, unit_value, _, stated = asked
    line = line_of(regime.schedules, asked.product, destination, on) or _unscheduled(regime, asked)
    base = base_line(line, origin, destination, claims, on)
    ordinary = rate_of(base.duty, unit_value)
    asked = asked._replace(product=line.code)
    if regime.schedule_of(destination):
        base = replace(base, source=f"{destination} tariff schedule given by the user, line {line.code}")
    read_to, rows = regime.law_known_to(destination), rows_as_known(regime, asked)
    found = stack(rows, origin, on, known or LATEST, claims)
    open_base = ordinary is None and found.in_lieu is None and bool(base.text) and regime.estimates
    taken = _below_totals(asked, base, found) if open_base else None
    first = found.in_lieu.rate if found.in_lieu else taken.rate if taken else ordinary
    shares, free = [a.measure.share for a in found.levied], exclusions(rows, claims)
    added, rests_on = lines_of(found.applied, first, unit_value), assumptions(rows, shares, free, claims)
    lines = (base_as_line(base, ordinary, taken, found.in_lieu, unit_value), *added)
    banned = tuple(Withheld(m.id, m.programme, m.reason, m.source) for m in found.prohibited)
    withheld = (
        *dict.fromkeys(Withheld(m.id, m.programme, why, m.source) for m, why in found.not_applied),
        *_unknown_yet(regime, asked),
        *_foreign_preferences(asked),
        *_idle_claims(rows, claims),
    )
    assumed = (*_hours(regime, asked), *rests_on, "no anti-dumping or countervailing duty")
    text = base.text if found.in_lieu is None else f"{100 * (found.in_lieu.rate or 0.0):g}%"
    older = _older_rate(line, destination) if first is None else None
    return Explanation(line.code, line.description, origin, destination, on, known, lines, withheld, text, stated, assumed,
                       older, read_to, (), banned, otherwise_collected(regime, asked, found),
                       _metal(regime, asked, found, lines), law_version=regime.version)  # fmt: skip


def rows_as_known(regime: Regime, asked: Question) -> tuple[Measure, ...]:
    """The rows in force on a good, as known; nothing that was published later is cited."""
    rows = regime.covering(asked.product, asked.origin, asked.destination, asked.on, asked.known)
    return rows if asked.known is None else tuple(_cited(regime, m, asked.known) for m in rows)


def _cited(regime: Regime, m: Measure, known: date) -> Measure:
    return regime.once("cited", (id(m), known), lambda: cited_as_known(m, known), MOST_CITED)


def _metal(regime: Regime, asked: Question, found: Stack, lines: tuple[RateLine, ...]) -> MetalRange | None:
    if not any(a.measure.share in METALS for a in found.levied):
        return None
    from parley.law.metal_range import metal_range

    return metal_range(asked, found, _sum(lines), lambda other: of_stack(regime, other).rate_without_ban)


def _unscheduled(regime: Regime, asked: Question) -> Line:
    """The line of a levier without a packaged schedule."""
    from parley.law.estimates import unscheduled_line

    return unscheduled_line(regime.measures, asked._replace(product=product_code(asked.product)))


def _older_rate(line: Line, destination: str) -> Estimate | None:
    from parley.law.estimates import estimate

    return estimate(line, destination)


def _below_totals(asked: Question, base: Base, found: Stack) -> BelowTotals | None:
    from parley.law.estimates import below_totals

    return below_totals(asked, base, found)


def _unknown_yet(regime: Regime, asked: Question) -> tuple[Withheld, ...]:
    """The rows that are in force on the day by fuller knowledge, and were not known yet."""
    known = asked.known
    if known is None:
        return ()
    rows = regime.covering(asked.product, asked.origin, asked.destination, asked.on, None)
    late = {m.id: m for m in rows if m.learnt > known and not m.when}.values()
    return tuple(Withheld(m.id, m.programme, f"not known on {known}: known from {m.learnt}", NOT_YET) for m in late)


def _foreign_preferences(asked: Question) -> Iterator[Withheld]:
    """The preferences that were claimed and that goods of the origin cannot have."""
    why = f"{asked.origin} is no party to this preference; the claim is not counted"
    return (Withheld(n, "preference", why, "HTS general note 3(c)") for n in sorted(asked.stated.keys() - asked.claims))


def _idle_claims(rows: Iterable[Measure], claims: Mapping[str, Value]) -> tuple[Withheld, ...]:
    """Flags that were claimed against their default and that no row on this good asks for: said, not swallowed."""
    stated = [n for n, v in claims.items() if CLAIMS[n].kind == "flag" and v != CLAIMS[n].default]
    if not stated:
        return ()
    wanted = {claim_of(name) for m in rows for name in (*m.when, *m.unless)} | {p.claim for p in AGREEMENTS}
    reason = "no rule in force on this good from this origin depends on this claim: it changes nothing"
    return tuple(Withheld(n, "claim", reason, "the rows in force") for n in stated if n not in wanted)


def _hours(regime: Regime, asked: Question) -> tuple[str, ...]:
    """What the hour of an act leaves open on the day on which it begins or ends: the entry is taken to be later."""
    on = asked.on
    rows = (m for m in regime.measures if (m.hour and m.start == on) or (m.end_hour and m.end == on))
    ours = (m for m in rows if m.act.authority in asked.authorities and m.is_known(asked.known or LATEST))
    begins = ((m, m.start == on) for m in ours if _covers(m, asked))
    said = (f"entered from {m.hour} on, when {m.id} begins" if first else f"entered from {m.end_hour} on, when {m.id} ends"
            for m, first in begins)  # fmt: skip
    return tuple(dict.fromkeys(said))


def _covers(m: Measure, asked: Question) -> bool:
    return covers_origin(m, asked.origin) and covers_product(m, asked.product, asked.on)
