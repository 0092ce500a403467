"""Words held against deeds: promises about duties and preconditions of the record, tested on the law room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from parley.law.explain import OF_THE_CONFLICT
from parley.law.measure import Measure
from parley.law.regime import Regime, knowledge, read_regime
from parley.law.scope import covers_origin
from parley.record.intervals import share_of
from parley.record.ledger import Ledger, day_of
from parley.record.outcomes import OUTCOMES, Deed, recorded_deeds, trials, waits_for_law
from parley.record.predicates import ConditionForTalks, DeadlineSet, Requirement, WillImpose, WillLower
from parley.record.status import status, talks_between

# One product for each levier on which every duty "on all goods" falls: toys, on neither side's list of exceptions.
PROBES = {"USA": "9503000073", "CHN": "95030089"}
PROBE_PARTNER = (
    "VNM"  # stands for the countries with a rate of their own: listed in both annexes, none of them excepted
)
DECIDED = ("on_time", "late", "partly", "moved", "withdrawn", "broken")
TOLERANCE = 5e-7  # rates are stated to a hundredth of a percent at most; sums of fractions err by 1e-16


def law_status(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> dict[str, Any]:
    """`record status` with every precondition tested: met (null where a part has no test) and what tested it."""
    found = status(ledger, on, known)
    day = date.fromisoformat(found["on"])
    said = {e.id: s for e, s in ledger.known(known).saying(ConditionForTalks)}
    if said:
        regime = regime or read_regime()
        found["preconditions"] = [
            {**row, **condition_met(regime, said[row["id"]], day, known)} for row in found["preconditions"]
        ]
    return found


def condition_met(regime: Regime, said: ConditionForTalks, on: date, known: date | None) -> dict[str, Any]:
    """met: false if a tested requirement fails, null if others have no test, true if all are met; with the tests."""
    tests = [requirement_met(regime, r, on, known) for r in said.requires]
    results = [t["met"] for t in tests]
    met = False if False in results else (None if None in results else True)
    failing = [t["reason"] for t in tests if t["met"] is met]
    return {"met": met, "tested_by": tests, "reason": failing[0] if failing else None}


def requirement_met(regime: Regime, asked: Requirement, on: date, known: date | None) -> dict[str, Any]:
    """One requirement: "duties_zero" holds if no act signed since a day still adds a duty on the origin's goods."""
    if asked.test == "none":
        return {"words": asked.words, "met": None, "test": None, "reason": "no test of law exists for these words"}
    rows = added_measures(regime, asked.origin, asked.destination, asked.since or date.min, on, known)
    names = sorted({m.id for m in rows})
    probe = PROBES.get(asked.destination)
    rate = regime.explain(probe, asked.origin, asked.destination, on, known).added_2025 if probe else None
    reason = (
        f"{len(names)} measures of acts since {asked.since} still charge {asked.origin}" if names else "none is left"
    )
    return {"words": asked.words, "met": not names, "test": "duties_zero", "on": on.isoformat(), "measures": names,
            "probe": probe, "added_rate": rate, "reason": reason}  # fmt: skip


def added_measures(
    regime: Regime, origin: str, destination: str, since: date, on: date, known: date | None
) -> tuple[Measure, ...]:
    """The measures in force on a day that add to what goods of an origin pay, from acts signed since a day."""
    rows = regime.at(on, knowledge(known), destination)
    return tuple(
        m
        for m in rows
        if m.act.signed >= since
        and m.combine in ("add", "total")
        and (m.rate or m.expression)
        and covers_origin(m, origin)
    )


def deeds(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> list[Deed]:
    """Every promise, threat, deadline and precondition with its outcome by a day, as known on a day."""
    made = recorded_deeds(ledger, on, known)
    if not any(waits_for_law(d) or d.outcome == "untestable" for d in made):
        return made
    regime = regime or read_regime()
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    return [_judged(d, seen, regime, day, known) for d in made]


def _judged(deed: Deed, seen: Ledger, regime: Regime, day: date, known: date | None) -> Deed:
    if isinstance(deed.said, DeadlineSet) and deed.outcome == "untestable" and deed.said.programme:
        return _enforced(deed, regime, known)
    if not waits_for_law(deed):
        return deed
    if isinstance(deed.said, ConditionForTalks):
        return _condition(deed, seen, regime, known)
    return _promise(deed, regime, day, known)


def _condition(deed: Deed, seen: Ledger, regime: Regime, known: date | None) -> Deed:
    """on_time if it was met when talks were held; withdrawn if they were held without it; else not due."""
    said = deed.said
    talks = next(talks_between(seen, (said.by, said.of), deed.entry.on), None)
    if talks is None:
        return replace(deed, outcome="not_due", reason="it stands: no talks between the two are on record since")
    test = condition_met(regime, said, talks.on, known)
    if test["met"] is None:
        return replace(deed, due=talks.on, tested_by=talks.id, reason=test["reason"])
    outcome = "on_time" if test["met"] else "withdrawn"
    reason = "met when talks were held" if test["met"] else f"talks were held on {talks.on} while {test['reason']}"
    return replace(deed, due=talks.on, outcome=outcome, tested_by=f"law on {talks.on}; {talks.id}", reason=reason)


def _promise(deed: Deed, regime: Regime, day: date, known: date | None) -> Deed:
    """A promised duty: on_time if law shows it on its day, late if it does so afterwards, broken if never by then."""
    said: WillImpose | WillLower = deed.said
    start = said.start or deed.entry.on
    if day < start:
        return replace(deed, outcome="not_due", reason="")
    try:
        holds = _test_of(said, regime, start, known)
        first = next((d for d in _days_of_change(regime, said.by, start, day) if holds(d)), None)
        now = _charged(regime, said, first or day, known)
    except LookupError as fault:
        return replace(deed, outcome="untestable", reason=str(fault))
    shown = f"law on {first or day}: {said.programme} {100 * now:g} % on {_probe(said)} from {said.target}"
    if first is None:
        return _unkept(deed, now, day, shown)
    late = (first - start).days if said.start else None
    reason = "" if said.start else f"no day was named; it is so since {first}"
    return replace(deed, outcome="late" if late else "on_time", days_late=late, tested_by=shown, reason=reason)


def _unkept(deed: Deed, now: float, day: date, shown: str) -> Deed:
    """Not so by the day of asking: broken, unless no day was named and the programme is still there to be changed."""
    if deed.said.start is None and now > TOLERANCE:
        return replace(deed, outcome="not_due", tested_by=shown, reason=f"no day was named; not so by {day}")
    return replace(deed, outcome="broken", tested_by=shown, reason=f"not so on any day up to {day}")


def _test_of(said: WillImpose | WillLower, regime: Regime, start: date, known: date | None) -> Callable[[date], bool]:
    """Whether the promised rate holds on a day: at least it for a rise, at most it for a cut.

    Without a rate, or for one that comes on top, the measure is what was charged on the day before.
    """
    if isinstance(said, WillLower):
        return lambda d: _charged(regime, said, d, known) <= said.rate + TOLERANCE
    before = _charged(regime, said, start - timedelta(days=1), known)
    if said.rate is None:
        return lambda d: _charged(regime, said, d, known) > before + TOLERANCE
    wanted = said.rate + (before if said.added else 0.0)
    return lambda d: _charged(regime, said, d, known) >= wanted - TOLERANCE


def _charged(regime: Regime, said: WillImpose | WillLower, on: date, known: date | None) -> float:
    """What a programme charges on the probe product of the target. `added` stands for all acts of 2025 and later."""
    return programme_rate(regime, said.programme, _probe(said), said.target, said.by, on, known)


def programme_rate(
    regime: Regime, programme: str, product: str, origin: str, destination: str, on: date, known: date | None
) -> float:
    """What a programme's acts of 2025 and later add on one product; `added` stands for every programme.

    Raises LookupError where law has no such programme, or a specific duty leaves its rate unknown.
    """
    if programme != "added" and all(m.programme != programme for m in regime.measures):
        raise LookupError(f"law holds no act of the programme {programme}")
    explained = regime.explain(product, origin, destination, on, known)
    found = [
        line.contribution
        for line in explained.lines
        if line.signed and line.signed >= OF_THE_CONFLICT and programme in ("added", line.programme)
    ]
    if None in found:
        raise LookupError(f"law cannot say what {programme} charges on {product}: {explained.reason}")
    return sum(rate for rate in found if rate is not None)


def _probe(said: WillImpose | WillLower) -> str:
    product = getattr(said, "product", "") or PROBES.get(said.by)
    if product is None:
        raise LookupError(f"no product is named, and none is typical for the duties of {said.by}")
    return product


def _days_of_change(regime: Regime, authority: str, start: date, until: date) -> Iterable[date]:
    """The days from start on which an authority's law changes, start itself first: a rate holds between them."""
    starts = {m.start for m in regime.measures if m.act.authority == authority and start < m.start <= until}
    ends = {m.end for m in regime.measures if m.act.authority == authority and m.end and start < m.end <= until}
    return sorted({start, *starts, *ends})


def _enforced(deed: Deed, regime: Regime, known: date | None) -> Deed:
    """A deadline that the record leaves open: on_time if the programme's rate on the probe changes on that day."""
    said: DeadlineSet = deed.said
    product = PROBES.get(said.by)
    if product is None:
        return deed
    partner = PROBE_PARTNER if said.to == "*" else said.to
    eve = said.due - timedelta(days=1)
    rates = [programme_rate(regime, said.programme, product, partner, said.by, d, known) for d in (eve, said.due)]
    shown = f"law: {said.programme} on {partner} {100 * rates[0]:g} % on {eve}, {100 * rates[1]:g} % on {said.due}"
    if abs(rates[0] - rates[1]) <= TOLERANCE:
        return replace(deed, tested_by=shown)
    return replace(deed, outcome="on_time", days_late=0, tested_by=shown, reason="")


def counts(made: Iterable[Deed]) -> list[dict[str, Any]]:
    """How often, by party and kind, each outcome came; with the share kept on time among the decided, and intervals.

    Never one score: kinds differ in what keeping them costs, and the undecided are left out and counted.
    """
    groups = sorted({(d.party, d.entry.kind) for d in made})
    return [
        _count(party, kind, [d for d in made if (d.party, d.entry.kind) == (party, kind)]) for party, kind in groups
    ]


def _count(party: str, kind: str, group: list[Deed]) -> dict[str, Any]:
    found = Counter(d.outcome for d in group)
    decided = sum(found[o] for o in DECIDED)
    outcomes = {o: found[o] for o in OUTCOMES if found[o]}
    return {"party": party, "kind": kind, "outcomes": outcomes, "on_time": share_of(found["on_time"], decided)}


def deadline_slips(
    ledger: Ledger,
    known: date | None = None,
    regime: Regime | None = None,
    on: date | None = None,
    by: str = "USA",
    made: Iterable[Deed] | None = None,
) -> dict[str, Any]:
    """How often a deadline of `by` was enforced on its day: the p of the deadline game, with intervals and its cases.

    p: share of the days on which a deadline fell that were kept. `announced_duties` is the other class one may use:
    duties announced for a day. With no case p is null and the intervals are all of [0, 1]. made: the deeds of the same
    days, where they are at hand.
    """
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    own = {s.deadline for _, s in seen.saying(DeadlineSet) if s.by == by}
    cases = [t for t in trials(seen, day) if t["deadline"] in own]
    held = deeds(ledger, regime, on, known) if made is None else made
    decided = [d for d in held if isinstance(d.said, WillImpose) and d.party == by and d.outcome in DECIDED]
    return {
        "on": day.isoformat(),
        "known": known.isoformat() if known else None,
        "by": by,
        "p": share_of(sum(not t["slipped"] for t in cases), len(cases)),
        "reason": None if cases else "no deadline had yet been moved or fallen due",
        "days": [t["days"] for t in cases if t["slipped"]],
        "cases": cases,
        "announced_duties": share_of(sum(d.outcome == "on_time" for d in decided), len(decided)),
    }
