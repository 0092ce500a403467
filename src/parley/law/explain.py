"""The rate as a sum of explained lines: the base, then every measure in force, with its share, reason and source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from parley.codes import MAX_CODE_LENGTH, country, country_name, day, union_of
from parley.codes import product as product_code
from parley.errors import CodeError, DateError, InputError, MeasureError
from parley.law.beyond import AS_EXTENDED, AS_SCHEDULED, contingent, extended, words
from parley.law.collection import Question, otherwise_collected
from parley.law.duties import AGREEMENTS, Base, base_line, party_claims, rate_of, read_duty, why_unknown
from parley.law.entry_claims import CLAIMS, Value, assumed, claim_of, read_claims
from parley.law.estimates import YEAR, equivalent, estimate, listed_under
from parley.law.explanation import OF_THE_CONFLICT, Branch, Explanation, RateLine, Withheld
from parley.law.hours import hours
from parley.law.measure import LATEST, Measure, covers_origin, covers_product
from parley.law.products import SCHEDULES, Line, read_products
from parley.law.stacking import Stack, contributions, exclusions, floor_of, named, stack
from parley.legal_authorities import PROGRAMMES

if TYPE_CHECKING:
    from parley.law.regime import Regime

FIRST_DAY = date(2018, 1, 1)  # the first year of the conflict's measures


def explain(
    regime: Regime,
    product: str,
    origin: str,
    destination: str,
    on: date | str,
    known: date | str | None,
    claims: Mapping[str, object] | None,
    value: float | None,
) -> Explanation:
    """The explanation of one rate: the definition to which the compiled table is held.

    Past the last day to which the law was read, a rate that hangs on an extension is unknown, with both branches.
    """
    asked = (product, origin, destination, on, known, claims, value)
    found = _explain(regime, *asked)
    if not found.beyond or found.law_known_to is None:
        return found
    rows = covering(regime, found.product, found.origin, found.destination, found.on, found.known, ever=True)
    open_rows = contingent(rows, found.law_known_to, found.on)
    return _open(found, _explain(extended(regime, open_rows), *asked), open_rows) if open_rows else found


def _open(found: Explanation, other: Explanation, open_rows: Sequence[Measure]) -> Explanation:
    """The explanation as scheduled, with what differs from the one as extended unknown; itself where nothing does."""
    one, two = _by_place(found), _by_place(other)
    moved = {n for n in (*one, *two) if _adds(one.get(n)) != _adds(two.get(n))}
    if not moved:
        return found
    why = "; ".join(dict.fromkeys(words(m, found.law_known_to) for m in open_rows if found.law_known_to))
    shown = [replace(x, rate=None, contribution=None, reason=f"unknown: {why}") if n in moved else x
             for n, x in {**two, **one}.items()]  # fmt: skip
    ways = ((AS_SCHEDULED, found), (AS_EXTENDED, other))
    made = (Branch(what, x.rate, x.base_rate, x.added_rate, x.added_2025) for what, x in ways)
    return replace(found, lines=(shown[0], *sorted(shown[1:], key=_line_order)), branches=tuple(made))


def _by_place(found: Explanation) -> dict[str, RateLine]:
    """The lines by measure; the base, whatever stands in its place, first and under no name."""
    return {"": found.lines[0], **{x.measure: x for x in found.lines[1:]}}


def _adds(line: RateLine | None) -> float | str | None:
    return "nothing" if line is None else line.contribution


def _line_order(line: RateLine) -> tuple[int, str]:
    return PROGRAMMES.index(line.programme), line.measure


def _explain(
    regime: Regime,
    product: str,
    origin: str,
    destination: str,
    on: date | str,
    known: date | str | None,
    claims: Mapping[str, object] | None,
    value: float | None,
) -> Explanation:
    """The explanation of what was scheduled for the day, as known on the day of knowledge."""
    origin, destination = country(origin, "origin"), country(destination, "destination")
    if origin == destination:
        raise CodeError("origin", f"{origin} is also the destination", "two customs territories")
    on, known = _law_day(on), (None if known is None else day(known, "known"))
    made = read_claims(claims)
    line = line_of(regime, origin, destination, _code(regime, product, destination, on), on)
    ours, foreign = own_claims(made, origin)
    base = base_line(line, origin, destination, ours, on)
    if regime.schedule_of(destination):
        base = replace(base, source=f"{destination} tariff schedule given by the user, line {line.code}")
    unit_value = _unit_value(made, value)
    rows = covering(regime, line.code, origin, destination, on, known)
    found = stack(rows, origin, on, known or LATEST, ours)
    first = _base_as_line(base, unit_value) if found.in_lieu is None else _in_lieu(found.in_lieu, base)
    text = base.text if found.in_lieu is None else f"{100 * (found.in_lieu.rate or 0.0):g}%"
    floor = floor_of(found.applied, unit_value) if first.contribution is None and regime.estimates else None
    first = first if floor is None else _against_floor(first, base, line, origin, destination, floor)
    lines = (first, *_lines(found, first.contribution, unit_value))
    later = _unknown_yet(regime, line.code, origin, destination, on, known)
    banned = tuple(Withheld(m.id, m.programme, m.reason, m.source) for m in found.prohibited)
    withheld = (*_withheld(found), *later, *foreign, *_idle_claims(rows, ours))
    return Explanation(
        line.code, line.description, origin, destination, on, known, lines, withheld, text, made,
        (*hours(regime, line.code, origin, destination, on, known), *assumptions(rows, found, ours, on)),
        estimate(line, destination) if first.contribution is None else None, regime.law_known_to(destination), (), banned,
        otherwise_collected(regime, Question(line.code, origin, destination, on, known, ours), found),
    )  # fmt: skip


def _code(regime: Regime, text: str, destination: str, on: date) -> str:
    """The digits of a code. A code of an odd number of digits is refused with the nearest line."""
    try:
        return product_code(text)
    except CodeError as error:
        digits = re.sub(r"[.\s]", "", text[:MAX_CODE_LENGTH])
        if destination in SCHEDULES and digits.isascii() and digits.isdigit() and len(text) <= MAX_CODE_LENGTH:
            held = regime.schedule_of(destination) or read_products(destination)
            raise held.unknown(digits, on) from None
        raise error


def line_of(regime: Regime, origin: str, destination: str, product: str, on: date) -> Line:
    """The tariff line of a product. A levier without a packaged schedule has lines whose ordinary rate is unknown.

    Raises InputError for one that has no act on the origin's goods either: nothing is known of what it levies.
    """
    authorities, own = (destination, union_of(destination)), regime.schedule_of(destination)
    if own is not None:
        return own.line(product, on)
    if destination in SCHEDULES:
        return read_products(destination).line(product, on)
    if not any(m.act.authority in authorities and covers_origin(m, origin) for m in regime.measures):
        found = f"no schedule of {destination}, and no act of it on goods of {country_name(origin)}"
        hint = "Other destinations only for goods that their acts name: parley law measures list"
        raise InputError("destination", found, ", ".join(d for d in SCHEDULES if d != origin), hint)
    listed_under(regime.measures, authorities, product, on)
    reason = f"the package holds no tariff schedule of {country_name(destination)}: its ordinary rate is unknown"
    return Line(product, date.min, LATEST, "", "", "", "", "", reason)


def _law_day(on: date | str) -> date:
    made = day(on, "on")
    if made < FIRST_DAY:
        raise DateError("on", f"{made} is before what the package covers", f"{FIRST_DAY} or later")
    return made


def own_claims(claims: dict[str, Value], origin: str) -> tuple[dict[str, Value], tuple[Withheld, ...]]:
    """The claims that count for an origin, and the preferences that it cannot claim."""
    preferences = {p.claim for p in AGREEMENTS} - party_claims(origin)
    lost = [name for name in preferences if claims.get(name) is True]
    reason = f"{origin} is no party to this preference; the claim is not counted"
    withheld = tuple(Withheld(n, "preference", reason, "HTS general note 3(c)") for n in sorted(lost))
    return {n: v for n, v in claims.items() if n not in lost}, withheld


def _idle_claims(rows: Iterable[Measure], claims: Mapping[str, Value]) -> Iterable[Withheld]:
    """Flags that were claimed against their default and that no row on this good asks for: said, not swallowed."""
    asked = {claim_of(name) for m in rows for name in (*m.when, *m.unless)} | {p.claim for p in AGREEMENTS}
    reason = "no rule in force on this good from this origin depends on this claim: it changes nothing"
    for name, value in claims.items():
        if CLAIMS[name].kind == "flag" and value != CLAIMS[name].default and name not in asked:
            yield Withheld(name, "claim", reason, "the rows in force")


def covering(
    regime: Regime, product: str, origin: str, destination: str, on: date, known: date | None, *, ever: bool = False
) -> tuple[Measure, ...]:
    """The rows in force on a day (ever: on whatever day), as known on another, that cover a product from an origin."""
    held = regime.known_rows(known or LATEST, destination) if ever else regime.at(on, known or LATEST, destination)
    rows = (m for m in held if covers_origin(m, origin))
    return tuple(m for m in rows if covers_product(m, product, on))


def _base_as_line(base: Base, unit_value: float | None) -> RateLine:
    rate = rate_of(base.duty, unit_value)
    reason = base.reason
    if rate is None:
        reason = base.reason if not base.text else f"{base.reason}; {why_unknown(base.duty, unit_value)}"
    return RateLine(base.programme, base.programme, rate, 1.0, rate, reason, base.source, None, base.text)


def _in_lieu(m: Measure, base: Base) -> RateLine:
    """The line of a measure that stands in place of the base."""
    text = _and(m.reason or m.act.title, f"in place of {base.reason if base.text else 'the base, which is not known'}")
    return RateLine(m.id, m.programme, m.rate, 1.0, m.rate, text, m.source, m.act.signed, "", m.act.id)


def _against_floor(first: RateLine, base: Base, line: Line, origin: str, destination: str, floor: float) -> RateLine:
    """The line of an unknown base beside totals of at least `floor`: its estimate where that is no higher."""
    found = equivalent(destination, line.code, base.text, origin) if base.programme == "mfn" else None
    if found is None:
        if not base.text:
            return first
        why = f"no imports of {YEAR} tell whether it stays below the total of {100 * floor:g} %"
        return replace(first, reason=f"{first.reason}; {why}")
    if found.rate > floor:
        return replace(first, reason=f"{first.reason}; {found.words}, more than the total of {100 * floor:g} %")
    why = f"{base.reason}; {found.words}, no more than the total of {100 * floor:g} %: the rate is the total at any such base"
    return replace(first, rate=found.rate, contribution=found.rate, reason=why, estimated=True)


def _unit_value(claims: Mapping[str, Value], value: float | None) -> float | None:
    """Dollars a unit: claimed, or the value over the claimed quantity."""
    if value is not None and not 0 < value < float("inf"):
        raise MeasureError("value", f"{value:g}", "a positive number of dollars")
    if "unit_value" in claims:
        return float(claims["unit_value"])  # type: ignore[arg-type]
    if "quantity" in claims and value is not None:
        return value / float(claims["quantity"])  # type: ignore[arg-type]
    return None


def _lines(found: Stack, base: float | None, unit_value: float | None) -> list[RateLine]:
    """The applied measures as lines, in the order of programmes."""
    made = zip(found.applied, contributions(found.applied, base, unit_value), strict=True)
    lines = [_line(a.measure, a.share, rate, contribution, base, unit_value) for a, (rate, contribution) in made]
    return sorted(lines, key=_line_order)


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


def _withheld(found: Stack) -> tuple[Withheld, ...]:
    made = (Withheld(n.measure.id, n.measure.programme, n.reason, n.measure.source) for n in found.not_applied)
    return tuple(dict.fromkeys(made))


def _unknown_yet(
    regime: Regime, product: str, origin: str, destination: str, on: date, known: date | None
) -> tuple[Withheld, ...]:
    """The rows that are in force on the day by fuller knowledge, and were not known yet."""
    if known is None:
        return ()
    rows = covering(regime, product, origin, destination, on, None)
    late = (m for m in rows if m.learnt > known and not m.when)
    return tuple(Withheld(m.id, m.programme, f"not known on {known}: known from {m.learnt}", m.source) for m in late)


def assumptions(rows: Iterable[Measure], found: Stack, claims: Mapping[str, Value], on: date) -> tuple[str, ...]:
    """The declared defaults on which the explanation rests, as sentences.

    Where an exclusion empties a layer, what it outranks and any further relief change nothing: not assumed.
    """
    rows = tuple(rows)
    free = exclusions(rows, claims)
    idle = (m.key in free and m is not free[m.key] and (m.combine == "zero" or m.rank < free[m.key].rank) for m in rows)
    asked = (m for m, is_idle in zip(rows, idle, strict=True) if not is_idle)
    said = [(claim_of(n), assumed(n, w)) for m in asked for n, w in (*m.when.items(), *m.unless.items())]
    shares = [f"{a.measure.share}_share" for a in found.applied if f"{a.measure.share}_share" in CLAIMS]
    shares += ["us_content" for a in found.applied if a.measure.share == "non_us_content"]
    said += [(n, CLAIMS[n].sentence) for n in shares]
    sentences = dict.fromkeys(sentence for n, sentence in said if n not in claims)
    return (*sentences, "no anti-dumping or countervailing duty")


__all__ = [
    "FIRST_DAY",
    "OF_THE_CONFLICT",
    "Explanation",
    "RateLine",
    "Withheld",
    "covering",
    "explain",
    "named",
    "own_claims",
]
