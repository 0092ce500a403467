"""Promises about duties, held against law: what a measure or a programme charges on a typical line, from day to day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from parley.codes import members
from parley.errors import CodeError, ParleyError, nearest
from parley.law.explain import OF_THE_CONFLICT, Explanation
from parley.law.measure import LATEST
from parley.law.regime import Regime
from parley.record.outcomes import Deed, due_of
from parley.record.predicates import DeadlineSet, WillImpose, WillLower, WillRemove
from parley.scenario.partly import Part, beyond_range, part_done
from parley.scenario.reversals import soon_undone

# One product for each levier on which every duty "on all goods" falls: toys, on neither side's list of exceptions.
PROBES = {"USA": "9503000073", "CHN": "95030089"}
PROBE_PARTNER = (
    "VNM"  # stands for the countries with a rate of their own: listed in both annexes, none of them excepted
)
TOLERANCE = 5e-7  # rates are stated to a hundredth of a percent at most; sums of fractions err by 1e-16
Promise = WillImpose | WillLower | WillRemove


def horizon(regime: Regime, recorded: date, known: date | None) -> date:
    """The last day of which anything can be known: what law has scheduled beyond it has not happened yet.

    recorded: the last day on which the record learnt anything. Law knows until the day to which that of both sides was
    read; where the acts do not say, until the last act that was read was signed.
    """
    read = [r.law_known_to for r in regime.reached if r.authority in PROBES]
    last = max([recorded, min(read)] if read else [recorded, *(m.act.signed for m in regime.measures if m.act.read)])
    return last if known is None else min(known, last)


MOST_EXPLAINED = 4096  # answers that a regime keeps


def promise_kept(deed: Deed, regime: Regime, day: date, last: date, known: date | None) -> Deed:
    """A promised duty: on_time if law shows it on its day, late if it does so afterwards, broken if never by then.

    day: until when it is asked; last: the last day of which anything is known. A day beyond it is open.
    """
    said: Promise = deed.said
    start, until = said.start or deed.entry.on, min(day, last)
    if day < start:
        return replace(deed, outcome="not_due", reason="")
    if until < start:
        return replace(deed, outcome="untestable", reason=f"nothing is known beyond {last}: open")
    try:
        return _tested(deed, regime, start, until, known)
    except (
        LookupError,
        ParleyError,
    ) as fault:  # a product code that the edition of a day lacks, or an origin that law lacks
        return replace(deed, outcome="untestable", reason=str(fault))


def _tested(deed: Deed, regime: Regime, start: date, until: date, known: date | None) -> Deed:
    """The promise held against every day of change from its first day to the day of asking."""
    said: Promise = deed.said
    _check_named(regime, said.programme, said.measure, known or LATEST)
    holds = _test_of(said, regime, start, known)
    first = next((d for d in _days_of_change(regime, said.by, start, until) if holds(d)), None)
    now = _charged(regime, said, first or until, known)
    named = said.measure or said.programme
    shown = f"law on {first or until}: {named} {100 * now:g} % on {_probe(said)} from {said.target}"
    if isinstance(said, WillImpose) and not said.value:
        return _not_imposed(deed, first, until, shown)
    if first is None:
        days = _days_of_change(regime, said.by, start, until)
        part = part_done(said, deed.entry.on, days, until, known, lambda on, then: _charged(regime, said, on, then))
        return _unkept(deed, now, until, shown, part)
    if (
        isinstance(said, WillImpose)
        and first <= (due_of(said) or start)
        and (undone := soon_undone(regime, said, first, until, holds, known))
    ):
        return replace(deed, outcome=undone[0], tested_by=shown, reason=undone[1])
    due = due_of(said)
    late = max(0, (first - due).days) if due else None
    reason = f"no day was named; it is so since {first}" if due is None else ""
    return replace(deed, outcome="late" if late else "on_time", days_late=late, tested_by=shown,
                   reason=beyond_range(said, now) or reason)  # fmt: skip


def _not_imposed(deed: Deed, first: date | None, day: date, shown: str) -> Deed:
    """A promise not to levy: broken on the first day that law shows the levy, and kept so far until then."""
    if first is None:
        return replace(deed, outcome="not_due", tested_by=shown, reason=f"kept so far: not so on any day up to {day}")
    return replace(deed, outcome="broken", tested_by=shown, reason=f"it is so since {first}")


def _unkept(deed: Deed, now: float, day: date, shown: str, part: Part) -> Deed:
    """Not so by the day of asking: partly where a part of it came, else broken; open while no day was named or the last has not come."""
    due, share = due_of(deed.said), part.by_due
    if due is None and now > TOLERANCE:
        return replace(
            deed, outcome="not_due", share=share, tested_by=shown, reason=f"no day was named; not so by {day}"
        )
    if due is not None and day < due:
        return replace(deed, outcome="not_due", share=share, tested_by=shown, reason=f"not so by {day}")
    if part.most > TOLERANCE:
        reason = f"{100 * part.most:.0f} % of the change that was named, on {part.on}"
        return replace(deed, outcome="partly", share=share, tested_by=shown, reason=reason)
    return replace(deed, outcome="broken", tested_by=shown, reason=f"not so on any day up to {day}")


def _test_of(said: Promise, regime: Regime, start: date, known: date | None) -> Callable[[date], bool]:
    """Whether the promised rate holds on a day: at least it for a rise, at most it for a cut, nothing for a removal.

    Without a rate, or for one that comes on top, the measure is what was charged on the day before.
    """
    if not isinstance(said, WillImpose):
        most = said.bound if isinstance(said, WillLower) else 0.0
        return lambda d: _charged(regime, said, d, known) <= most + TOLERANCE
    before = _charged(regime, said, start - timedelta(days=1), known)
    if said.bound is None:
        return lambda d: _charged(regime, said, d, known) > before + TOLERANCE
    wanted = said.bound + (before if said.added else 0.0)
    return lambda d: _charged(regime, said, d, known) >= wanted - TOLERANCE


def _charged(regime: Regime, said: Promise, on: date, known: date | None) -> float:
    """What the named measure, else the programme, charges on the probe product of the target."""
    target = PROBE_PARTNER if said.target == "*" else said.target
    return programme_rate(regime, said.programme, _probe(said), target, said.by, on, known, said.measure)


def _explained(
    regime: Regime, product: str, origin: str, destination: str, on: date, known: date | None
) -> Explanation:
    """The law's answer on a product, followed into the edition of the day where that has no such line; asked once."""
    asked = product, origin, destination, on, known
    return regime.once("explained", asked, lambda: _explained_anew(regime, *asked), MOST_EXPLAINED)


def _explained_anew(
    regime: Regime, product: str, origin: str, destination: str, on: date, known: date | None
) -> Explanation:
    try:
        return regime.explain(product, origin, destination, on, known)
    except CodeError:
        return regime.explain(_line(product, destination, on), origin, destination, on, known)


def _line(product: str, destination: str, on: date) -> str:
    """The line of a day that a product code stands for: the first of those that hold its goods, where it is none itself."""
    from parley.law.code_lines import follow
    from parley.law.products import SCHEDULES, read_products

    held = follow(read_products(destination), product, on) if destination in SCHEDULES else None
    return held.lines[0] if held else product


def programme_rate(
    regime: Regime,
    programme: str,
    product: str,
    origin: str,
    destination: str,
    on: date,
    known: date | None,
    measure: str = "",
) -> float:
    """What one measure, or a programme's acts of 2025 and later, add on a product; `added` stands for every programme.

    A measure shares its layer with those that it stands in for: when China's own reciprocal rate was suspended, the
    baseline of the same layer applied. Raises LookupError where law has no such measure or programme, or a specific
    duty leaves its rate unknown.
    """
    _check_named(regime, programme, measure, LATEST)
    ids = regime.once("ids beside", measure, lambda: _ids_beside(regime, measure))
    explained = _explained(regime, product, members(origin)[0], destination, on, known)
    found = [
        line.contribution
        for line in explained.lines
        if line.signed and (measure or line.signed >= OF_THE_CONFLICT)
        and (line.measure in ids if measure else programme in ("added", line.programme))
    ]  # fmt: skip
    if None in found:
        raise LookupError(f"the law does not say what {measure or programme} charges on {product}: {explained.reason}")
    return sum(rate for rate in found if rate is not None)


def _ids_beside(regime: Regime, measure: str) -> frozenset[str]:
    """The measures in the layers of one."""
    layers = {m.key for m in regime.measures if m.id == measure}
    return frozenset(m.id for m in regime.measures if m.key in layers)


def _check_named(regime: Regime, programme: str, measure: str, known: date) -> None:
    ids = regime.once("ids", known, lambda: frozenset(m.id for m in regime.measures if m.learnt <= known))
    programmes = regime.once(
        "programmes", known, lambda: frozenset(m.programme for m in regime.measures if m.learnt <= known)
    )
    if measure and measure not in ids:
        near = nearest(measure, ids)
        raise LookupError(f"law holds no measure {measure}" + (f"; the nearest is {near[0]}" if near else ""))
    if not measure and programme != "added" and programme not in programmes:
        raise LookupError(f"the law holds no act under the legal authority {programme}")


def _probe(said: Promise) -> str:
    product = said.product or PROBES.get(said.by)
    if product is None:
        raise LookupError(f"no product is named, and none is typical for the duties of {said.by}")
    return product


def _days_of_change(regime: Regime, authority: str, start: date, until: date) -> Iterable[date]:
    """The days from start on which an authority's law changes, start itself first: a rate holds between them."""
    starts = {m.start for m in regime.measures if m.act.authority == authority and start < m.start <= until}
    ends = {m.end for m in regime.measures if m.act.authority == authority and m.end and start < m.end <= until}
    return sorted({start, *starts, *ends})


def deadline_enforced(deed: Deed, regime: Regime, last: date, known: date | None) -> Deed:
    """A deadline that the record leaves open: on_time if the programme's rate on the probe changes on that day.

    Law that was made beforehand for a day beyond the last that is known shows no outcome: such a deadline stays open.
    """
    said: DeadlineSet = deed.said
    product = PROBES.get(said.by)
    if product is None or said.due > last:
        return deed
    partner = PROBE_PARTNER if said.to == "*" else said.to
    eve = said.due - timedelta(days=1)
    try:
        _check_named(regime, said.programme, "", known or LATEST)
        rates = [programme_rate(regime, said.programme, product, partner, said.by, d, known) for d in (eve, said.due)]
    except (LookupError, ParleyError) as fault:
        return replace(deed, reason=str(fault))
    shown = f"law: {said.programme} on {partner} {100 * rates[0]:g} % on {eve}, {100 * rates[1]:g} % on {said.due}"
    if abs(rates[0] - rates[1]) <= TOLERANCE:
        return replace(deed, tested_by=shown)
    return replace(deed, outcome="on_time", days_late=0, tested_by=shown, reason="")
