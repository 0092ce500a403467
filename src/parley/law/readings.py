"""Three readings of one day: the law; what customs collected; what was announced to come.

law        the law of the day, by the fullest knowledge or that of `known`: a retroactive act counts from its first day.
collected  what an importer was charged on the day: the law as it was known that very day. A retroactive act counts from
           the day on which it was known, or on which customs applied it; a duty struck down counts until its collection
           stopped (24 February 2026 for the emergency duties, which the law ended on the 20th). Refunds are not counted.
announced  what was announced to come: the law at the next announced step, as known on the day; where nothing was
           announced to change, the law of the day as it was known. A step that never came (China's 34 percent of
           4 April 2025) is in this reading alone, and so is what its levier announced and has put into no act (`announced`).

Averages have a fourth, `paid`: what importers pay on goods as they are, with the claims that they make (law/paid).

Acts signed before the first day that the package covers count as known. Letters and threats are entries of the record,
not of the law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from parley.codes import country, day, union_of
from parley.errors import InputError, unknown_name
from parley.law.explain import Explanation
from parley.law.measure import LATEST, Measure, covers_origin, list_days
from parley.law.regime import Regime, knowledge

Reading = Literal["law", "collected", "announced"]
READINGS: tuple[Reading, ...] = ("law", "collected", "announced")
AverageReading = Literal["law", "collected", "announced", "paid"]
PAID: Literal["paid"] = "paid"
SAME = 1e-12  # rates are sums of a few decimals


def reading_of(text: str) -> Reading:
    """The reading of a name. Raises with the nearest one."""
    for name in READINGS:
        if name == text:
            return name
    if text == PAID:
        raise InputError("--reading", "paid, for single goods", ", ".join(READINGS),
                         "What importers pay is a mix of claims: parley law average --reading paid has it")  # fmt: skip
    raise unknown_name("--reading", "reading", text, READINGS)


def average_reading_of(text: str) -> AverageReading:
    """The reading of an average. Raises with the nearest one."""
    if text == PAID:
        return PAID
    if text not in READINGS:
        raise unknown_name("--reading", "reading", text, (*READINGS, PAID))
    return reading_of(text)


def regime_as(regime: Regime, reading: Reading) -> Regime:
    """The regime that a reading asks."""
    return {"law": lambda: regime, "collected": regime.as_collected, "announced": regime.as_announced}[reading]()


def seen_on(on: date, known: date | None) -> date:
    """The knowledge day of a reading that looks from the day itself: never later than `known`."""
    return min(on, knowledge(known))


def explain_as(
    regime: Regime,
    reading: Reading,
    product: str,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    claims: Mapping[str, object] | None = None,
    value: float | None = None,
) -> Explanation:
    """The rate of a day in one of the three readings, as a sum of lines. `on` is the day whose law answers."""
    on, limit = day(on, "on"), None if known is None else day(known, "known")
    if reading == "law":
        return regime.explain(product, origin, destination, on, limit, claims, value)
    seen = seen_on(on, limit)
    if reading == "collected":
        return regime.as_collected().explain(product, origin, destination, on, seen, claims, value)
    regime = regime.as_announced()
    found = regime.explain(product, origin, destination, on, seen, claims, value)
    for ahead in sorted(d for d in change_days(regime, origin, destination, seen) if d > on):
        then = regime.explain(product, origin, destination, ahead, seen, claims, value)
        if _moved(found, then):
            return then
    return found


def _moved(a: Explanation, b: Explanation) -> bool:
    """Whether the measures add another rate, or forbid the import; a change of the base is not announced by an act."""
    if [x.measure for x in a.prohibited] != [x.measure for x in b.prohibited]:
        return True
    x, y = a.added_rate, b.added_rate
    return (x is None) != (y is None) or (x is not None and y is not None and abs(x - y) > SAME)


def change_days(
    regime: Regime, origin: str | Sequence[str], destination: str, known: date | None = None
) -> frozenset[date]:
    """Every day on which some measure on an origin's (or some origins') goods starts or ends, by row, list or edge."""
    sellers = tuple(country(o, "origin") for o in ([origin] if isinstance(origin, str) else origin))
    authority, last = country(destination, "destination"), knowledge(known)

    def made() -> frozenset[date]:
        ours = (m for m in regime.known_rows(last, authority) if any(covers_origin(m, o) for o in sellers))
        return frozenset(d for m in ours for d in own_days(m, last) if date.min < d < LATEST)

    return regime.once("change days", (sellers, authority, last), made)


def looked_at_days(regime: Regime, origin: str, destination: str) -> set[date]:
    """Every day on which a reading that looks from the day itself may change: also those on which something is learnt."""
    return looked_at(rows_on(regime, country(origin, "origin"), country(destination, "destination")))


def looked_at(rows: Sequence[Measure]) -> set[date]:
    """The same of some rows."""
    lists = {(m.folder, name) for m in rows for name in (m.product_list, m.products_except_list) if name}
    ends = {d for m in rows for d in (m.start, m.end_as_known(LATEST))} | {d for one in lists for d in list_days(*one)}
    edges = {e for m in rows for e in m.yields_to}
    ends |= {d for e in edges for d in (e.start, e.end) if d}
    learnt = {d for m in rows for d in (m.learnt, m.known_end, m.end_known, m.collected_start, m.collected_end) if d}
    learnt |= {d for e in edges for d in (e.known, e.known_end) if d}
    return {d for d in ends if date.min < d < LATEST} | learnt


def rows_on(regime: Regime, origin: str, destination: str) -> list[Measure]:
    """The rows of a destination's authorities that cover an origin."""
    authorities = (destination, union_of(destination))
    return [m for m in regime.measures if m.act.authority in authorities and covers_origin(m, origin)]


def own_days(m: Measure, known: date) -> set[date]:
    """The days on which a row, a list or an edge of it starts or ends, as known on a day."""
    lists = {d for name in (m.product_list, m.products_except_list) if name for d in list_days(m.folder, name)}
    edges = {d for e in m.yields_to for d in (e.start, e.end) if d}
    return {m.start, m.end_as_known(known)} | edges | lists
