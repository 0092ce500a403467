"""Where customs did otherwise than the law of the day says (still collected, or not yet): a sentence each, with both days.

The emergency duties ended on 20 February 2026 and were collected until the 24th; retroactive acts were applied weeks after
their first day. The collected reading has what was charged (law/readings.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from parley.law.entry_claims import Question, is_open
from parley.law.measure import LATEST, Measure, Yields, covers_origin, covers_product
from parley.law.stacking import Applied, Stack, named, stack

if TYPE_CHECKING:
    from parley.law.regime import Regime

_ASK = "the collected reading has what was charged"


def otherwise_collected(regime: Regime, asked: Question, law: Stack) -> tuple[str, ...]:
    """One sentence for each measure that customs applied and the law of the day does not, or the other way about."""
    on, seen = asked.on, asked.known or LATEST
    apart = regime.once("apart", (asked.authorities, on, seen), lambda: _apart(regime, asked.authorities, on, seen))
    ours = (m for m in apart if covers_origin(m, asked.origin) and covers_product(m, asked.product, on))
    if not any(is_open(m, asked.claims) for m in ours):
        return ()
    return sentences(regime, asked, law)


def _apart(regime: Regime, authorities: Collection[str], on: date, seen: date) -> tuple[Measure, ...]:
    """The rows of some authorities that are law and not collected on a day, or the other way about."""
    near = (m for m in regime.measures if m.start <= on and (m.end is None or on < (m.collected_end or m.end)))
    return tuple(m for m in near if m.act.authority in authorities and _is_apart(m, on, seen))


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


def sentences(regime: Regime, asked: Question, law: Stack) -> tuple[str, ...]:
    """One sentence for each measure that customs applied and the law of the day does not, or the other way about."""
    seen, on = asked.known or LATEST, asked.on
    own, now = {_row(m): m for m in regime.measures}, {_row(a.measure): a for a in law.levied}
    collected = regime.as_collected().at(on, min(on, seen), asked.destination)
    ours = (m for m in collected if covers_origin(m, asked.origin))
    rows = [m for m in ours if covers_product(m, asked.product, on)]
    charged = stack(rows, asked.origin, on, min(on, seen), asked.claims)
    then = {_row(a.measure): a for a in charged.levied}
    still = [_still(own.get(key, a.measure), on, seen) for key, a in then.items() if key not in now]
    ahead = [_not_yet(a.measure, on) for key, a in now.items() if key not in then]
    moved = [_on_another_share(a, then[key]) for key, a in now.items() if key in then and then[key].share != a.share]
    return tuple(dict.fromkeys([*still, *ahead, *moved]))


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
