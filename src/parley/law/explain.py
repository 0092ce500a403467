"""The rate as a sum of explained lines: the base, then every measure in force, with its share, reason and source.

It is walked in this order: the question is read, then the line and its ordinary duty, then the measures that cover the good;
they are stacked and summed, and last it is said what the sum rests on.

Where customs did otherwise than the law of the day says (still collected, or not yet), a note says so, with both days: the
emergency duties ended on 20 February 2026 and were collected until the 24th; retroactive acts were applied weeks after their
first day. The collected reading has what was charged (law/readings.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from parley.codes import MAX_CODE_LENGTH, country, day, union_of
from parley.codes import product as product_code
from parley.errors import CodeError, DateError, MeasureError
from parley.law.beyond import branched, contingent, extended
from parley.law.entry_claims import AGREEMENTS, CLAIMS, Value, assumptions, claim_of, number_of, own_claims, read_claims
from parley.law.explanation import (
    OF_THE_CONFLICT,
    BelowTotals,
    Estimate,
    Explanation,
    Question,
    RateLine,
    Withheld,
    base_as_line,
    lines_of,
)
from parley.law.measure import LATEST, Measure, Yields, covers_origin, covers_product
from parley.law.products import SCHEDULES, Base, Line, base_line, line_of, rate_of
from parley.law.stacking import Applied, Stack, contributions, exclusions, floor_of, named, stack

if TYPE_CHECKING:
    from parley.law.regime import Regime

FIRST_DAY = date(2018, 1, 1)  # the first year of the conflict's measures
_ASK = "the collected reading has what was charged"


def question(
    product: str,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    claims: Mapping[str, object] | None = None,
    value: float | None = None,
) -> Question:
    """A question as it is asked, read. value: customs value in dollars. Raises InputError where a part cannot be used."""
    made = read_claims(claims)
    unit_value = _unit_value(made, value)
    sells, levies = country(origin, "origin"), country(destination, "destination")
    if sells == levies:
        raise CodeError("origin", f"{sells} is also the destination", "two customs territories")
    when, seen = day(on, "on"), (None if known is None else day(known, "known"))
    if when < FIRST_DAY:
        raise DateError("on", f"{when} is before what the package covers", f"{FIRST_DAY} or later")
    try:
        digits = product_code(product)
    except CodeError as error:
        digits = _odd_digits(product, levies, error)
    return Question(digits, sells, levies, when, seen, made, unit_value, (levies, union_of(levies)))


def _unit_value(claims: Mapping[str, Value], value: float | None) -> float | None:
    """Dollars a unit: claimed, or the value over the claimed quantity."""
    if value is not None and not 0 < value < float("inf"):
        raise MeasureError("value", f"{value:g}", "a positive number of dollars")
    quantity, stated = number_of(claims, "quantity"), number_of(claims, "unit_value")
    return stated if stated is not None or quantity is None or value is None else value / quantity


def _odd_digits(text: str, destination: str, error: CodeError) -> str:
    """The digits of what is no code, where the destination's schedule can name the nearest line. Raises the error elsewhere."""
    digits = re.sub(r"[.\s]", "", text[:MAX_CODE_LENGTH])
    if destination in SCHEDULES and digits.isascii() and digits.isdigit() and len(text) <= MAX_CODE_LENGTH:
        return digits
    raise error


def explain(regime: Regime, asked: Question) -> Explanation:
    """The explanation of one rate: the definition to which the compiled table is held.

    Past the last day to which the law was read, a rate that hangs on an extension is unknown, with both branches.
    """
    found = _explain(regime, asked)
    if not found.beyond or found.law_known_to is None:
        return found
    rows = regime.covering(found.product, asked.origin, asked.destination, asked.on, asked.known, ever=True)
    open_rows = contingent(rows, found.law_known_to, asked.on)
    return branched(found, _explain(extended(regime, open_rows), asked), open_rows) if open_rows else found


def _explain(regime: Regime, asked: Question) -> Explanation:
    """The explanation of what was scheduled for the day, as known on the day of knowledge."""
    _, origin, destination, on, known, given, unit_value, _ = asked
    line = line_of(regime.schedules, asked.product, destination, on) or _unscheduled(regime, asked)
    claims, lost = own_claims(given, origin)
    base = base_line(line, origin, destination, claims, on)
    ordinary = rate_of(base.duty, unit_value)
    asked = asked._replace(product=line.code, claims=claims)
    if regime.schedule_of(destination):
        base = replace(base, source=f"{destination} tariff schedule given by the user, line {line.code}")
    read_to, rows = regime.law_known_to(destination), regime.covering(line.code, origin, destination, on, known)
    found = stack(rows, origin, on, known or LATEST, claims)
    open_base = ordinary is None and found.in_lieu is None and bool(base.text) and regime.estimates
    taken = _below_totals(asked, base, found) if open_base else None
    first = found.in_lieu.rate if found.in_lieu else taken.rate if taken else ordinary
    sums = contributions(found.applied, first, unit_value)
    shares, free = [a.measure.share for a in found.levied], exclusions(rows, claims)
    banned = tuple(Withheld(m.id, m.programme, m.reason, m.source) for m in found.prohibited)
    foreign = f"{origin} is no party to this preference; the claim is not counted"
    withheld = (
        *dict.fromkeys(Withheld(m.id, m.programme, why, m.source) for m, why in found.not_applied),
        *_unknown_yet(regime, asked),
        *(Withheld(n, "preference", foreign, "HTS general note 3(c)") for n in lost),
        *_idle_claims(rows, claims),
    )
    said, notes = _hours(regime, asked), _otherwise_collected(regime, asked, found)
    assumed = (*said, *assumptions(rows, shares, free, claims), "no anti-dumping or countervailing duty")
    lines = (
        base_as_line(base, ordinary, taken, found.in_lieu, unit_value),
        *lines_of(found.applied, sums, first, unit_value),
    )
    text = base.text if found.in_lieu is None else f"{100 * (found.in_lieu.rate or 0.0):g}%"
    older = _older_rate(line, destination) if first is None else None
    return Explanation(line.code, line.description, origin, destination, on, known, lines, withheld, text, given, assumed,
                       older, read_to, (), banned, notes)  # fmt: skip


def _unscheduled(regime: Regime, asked: Question) -> Line:
    """The line of a levier without a packaged schedule."""
    from parley.law.estimates import unscheduled_line

    return unscheduled_line(regime.measures, asked)


def _older_rate(line: Line, destination: str) -> Estimate | None:
    from parley.law.estimates import estimate

    return estimate(line, destination)


def _below_totals(asked: Question, base: Base, found: Stack) -> BelowTotals | None:
    """What an unknown base came to on past imports, where totals stand over it; None where no rate hangs on it."""
    floor = floor_of(found.applied, asked.unit_value)
    if floor is None:
        return None
    from parley.law.estimates import below_totals

    return below_totals(base.text if base.programme == "mfn" else None, asked, floor)


def _unknown_yet(regime: Regime, asked: Question) -> tuple[Withheld, ...]:
    """The rows that are in force on the day by fuller knowledge, and were not known yet."""
    known = asked.known
    if known is None:
        return ()
    rows = regime.covering(asked.product, asked.origin, asked.destination, asked.on, None)
    late = (m for m in rows if m.learnt > known and not m.when)
    return tuple(Withheld(m.id, m.programme, f"not known on {known}: known from {m.learnt}", m.source) for m in late)


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


def _otherwise_collected(regime: Regime, asked: Question, law: Stack) -> tuple[str, ...]:
    """One sentence for each measure that customs applied and the law of the day does not, or the other way about."""
    seen, on = asked.known or LATEST, asked.on
    near = (m for m in regime.measures if m.start <= on and (m.end is None or on < (m.collected_end or m.end)))
    apart = (m for m in near if _is_apart(m, on, seen) and m.act.authority in asked.authorities)
    if not any(_covers(m, asked) for m in apart):
        return ()
    own, now = {_row(m): m for m in regime.measures}, {_row(a.measure): a for a in law.levied}
    collected = regime.as_collected().at(on, min(on, seen), asked.destination)
    rows = [m for m in collected if _covers(m, asked)]
    charged = stack(rows, asked.origin, on, min(on, seen), asked.claims)
    then = {_row(a.measure): a for a in charged.levied}
    still = [_still(own.get(key, a.measure), on, seen) for key, a in then.items() if key not in now]
    ahead = [_not_yet(a.measure, on) for key, a in now.items() if key not in then]
    moved = [_on_another_share(a, then[key]) for key, a in now.items() if key in then and then[key].share != a.share]
    return tuple(dict.fromkeys([*still, *ahead, *moved]))


def _is_apart(m: Measure, on: date, seen: date) -> bool:
    """Whether a row is law and not collected on a day, or collected and no longer law, as far as known."""
    learnt = m.known or m.act.signed
    late = on < learnt <= seen or (m.collected_start is not None and on < m.collected_start)
    stopped = m.collected_end is not None and m.end_as_known(seen) <= on < m.collected_end
    return late or stopped or any(_edge_is_apart(e, on, seen) for e in m.yields_to if e.known or e.known_end)


def _edge_is_apart(e: Yields, on: date, seen: date) -> bool:
    """Whether an edge that became known only later reaches back to a day, or one that was dropped later still stood on it."""
    reaches = (e.start is None or e.start <= on) and (e.end is None or on < e.end)
    late = e.known is not None and on < e.known <= seen
    dropped = e.known_end is not None and on < e.known_end <= seen
    return reaches and (late or dropped)


def _covers(m: Measure, asked: Question) -> bool:
    return covers_origin(m, asked.origin) and covers_product(m, asked.product, asked.on)


def _row(m: Measure) -> tuple:
    """What makes two rows one, whatever the clock they are read by."""
    return m.id, m.start, m.rate, m.expression, m.combine, m.origins, m.products, m.product_list


def _still(m: Measure, on: date, seen: date) -> str:
    """Charged on the day, though not the law of it."""
    end = m.end_as_known(seen)
    if m.collected_end and end <= on:
        by = f" ({m.terminated_by})" if m.terminated_by else ""
        return f"{named(m)}: the law ended it on {end}{by}, but customs collected it until {m.collected_end}; {_ASK}"
    return f"{named(m)}: not the law of {on}, as later acts have it, but customs still collected it that day; {_ASK}"


def _not_yet(m: Measure, on: date) -> str:
    """The law of the day, though not charged on it."""
    first = max(m.learnt, m.collected_start or m.learnt)
    if first > on:
        return f"{named(m)}: the law from {m.start}, but customs applied it only from {first}; {_ASK}"
    return f"{named(m)}: the law of {on}, but customs charged otherwise that day; {_ASK}"


def _on_another_share(now: Applied, then: Applied) -> str:
    """Charged on another share of the value than the law of the day has."""
    shares = (
        f"{100 * now.share:g} percent of the value by the law as later acts have it, {100 * then.share:g} as charged"
    )
    return f"{named(now.measure)}: on {shares} that day; {_ASK}"


__all__ = [
    "FIRST_DAY",
    "OF_THE_CONFLICT",
    "Explanation",
    "RateLine",
    "Withheld",
    "explain",
    "named",
    "question",
]
