"""Words held against deeds: promises about duties and preconditions of the record, tested on the law room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from parley.arguments import checked
from parley.law.measure import Measure, covers_origin
from parley.law.regime import Regime, knowledge, read_regime
from parley.record.answers import (
    ActorCount,
    ConditionTest,
    CountRow,
    DeadlineSlips,
    Outcome,
    PartyCount,
    Status,
    TestedRequirement,
)
from parley.record.entry import Kind
from parley.record.ledger import Ledger, day_of
from parley.record.outcomes import OUTCOMES, Deed, recorded_deeds, trials, waits_for_law
from parley.record.predicates import ConditionForTalks, DeadlineSet, Requirement, WillImpose
from parley.record.shares import share_of
from parley.record.status import status, talks_between
from parley.scenario.commitments import PROBES, deadline_enforced, horizon, promise_kept

DECIDED: tuple[Outcome, ...] = ("on_time", "late", "partly", "moved", "withdrawn", "broken")


def law_status(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> Status:
    """`record status` with every precondition tested: met (null where a part has no test) and what tested it.

    A passed deadline stays open only where law shows no outcome either: `record deeds` says the same.
    """
    found = status(ledger, on, known)
    day = date.fromisoformat(found["on"])
    said = {e.id: s for e, s in ledger.known(known).affirming(ConditionForTalks)}
    if said:
        regime = regime or read_regime()
        found["preconditions"] = [
            {**row, **condition_met(regime, said[row["id"]], day, known)} for row in found["preconditions"]
        ]
    open_still = {row["entry"] for row in found["passed"]}
    if open_still:
        regime, held = regime or read_regime(), ledger.known(known)
        days = (day, horizon(regime, held.last_day(), known))
        made = [d for d in recorded_deeds(ledger, on, known) if d.entry.id in open_still]
        kept = {d.entry.id for d in made if _judged(d, held.until(day), regime, days, known).outcome == "on_time"}
        found["passed"] = [row for row in found["passed"] if row["entry"] not in kept]
    return found


def condition_met(regime: Regime, said: ConditionForTalks, on: date, known: date | None) -> ConditionTest:
    """met: false if a tested requirement fails, null if others have no test, true if all are met; with the tests."""
    tests = [requirement_met(regime, r, on, known) for r in said.requires]
    readings = list(dict.fromkeys(r.reading for r in said.requires if r.reading)) or [""]
    found = {way: _in_reading(way, said.requires, tests) for way in readings}
    results = {met for met, _ in found.values()}
    met = results.pop() if len(results) == 1 else None
    return {"met": met, "tested_by": tests, "reason": _reasons(found)}


def _in_reading(
    way: str, requires: Sequence[Requirement], tests: Sequence[TestedRequirement]
) -> tuple[bool | None, str | None]:
    """Whether all that is asked in one reading is met, and why not."""
    own = [t for r, t in zip(requires, tests, strict=True) if r.reading in ("", way)]
    own.sort(
        key=lambda t: not any(t["words"] == r.words and r.reading for r in requires)
    )  # what tells readings apart first
    results = [t["met"] for t in own]
    met = False if False in results else (None if None in results else True)
    return met, next((t["reason"] for t in own if t["met"] is met), None)


def _reasons(found: dict[str, tuple[bool | None, str | None]]) -> str | None:
    """The reason; where the words have more than one reading, that of each, with its name."""
    if len(found) == 1:
        return next(iter(found.values()))[1]
    words = {True: "met", False: "not met", None: "not testable"}
    return "; ".join(f"read as {way}: {words[met]}, {reason}" for way, (met, reason) in found.items())


def requirement_met(regime: Regime, asked: Requirement, on: date, known: date | None) -> TestedRequirement:
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
        and m.combine in ("add", "total", "replace")
        and (m.rate or m.expression)
        and covers_origin(m, origin)
    )


@checked
def deeds(
    ledger: Ledger, regime: Regime | None = None, on: date | None = None, known: date | None = None
) -> list[Deed]:
    """Every promise, threat, deadline and precondition with its outcome by a day, as known on a day."""
    made = recorded_deeds(ledger, on, known)
    if not any(waits_for_law(d) or d.outcome == "untestable" for d in made):
        return made
    regime = regime or read_regime()
    held = ledger.known(known)
    day = day_of(held, on, known)
    last = horizon(regime, held.last_day(), known)
    return [_judged(d, held.until(day), regime, (day, last), known) for d in made]


def _judged(deed: Deed, seen: Ledger, regime: Regime, days: tuple[date, date], known: date | None) -> Deed:
    """days: the day that is asked, and the last of which anything is known."""
    if isinstance(deed.said, DeadlineSet) and deed.outcome == "untestable" and deed.said.programme:
        return deadline_enforced(deed, regime, days[1], known)
    if not waits_for_law(deed):
        return deed
    if isinstance(deed.said, ConditionForTalks):
        return _condition(deed, seen, regime, known)
    return _taken_back(promise_kept(deed, regime, *days, known), seen)


def _taken_back(deed: Deed, seen: Ledger) -> Deed:
    """A promise that had not come by its day and was taken back after it."""
    taken = next(iter(seen.answers_to(deed.entry.id, "withdraws", "retracts")), None)
    if taken is None or deed.outcome != "broken":
        return deed
    return replace(deed, outcome="withdrawn", reason=f"{deed.reason}; taken back on {taken.on} ({taken.id})")


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


def counts(made: Iterable[Deed]) -> list[PartyCount]:
    """How often, by party and kind, each outcome came; with the share kept on time among the decided, and intervals.

    Never one score: kinds differ in what keeping them costs, and the undecided are left out and counted.
    """
    return [{"party": who, **count} for who, count in _counted(made, lambda d: d.party)]


def counts_by_actor(made: Iterable[Deed]) -> list[ActorCount]:
    """The same by the voice that said it: who announces keeps apart from who is bound."""
    return [{"actor": who, **count} for who, count in _counted(made, lambda d: d.entry.actor)]


def _counted(made: Iterable[Deed], of: Callable[[Deed], str]) -> Iterator[tuple[str, CountRow]]:
    """Each side or voice with the count of one kind of its own words, in order; what it says of others is left out."""
    groups: dict[tuple[str, Kind], list[Deed]] = {}
    for deed in made:
        if not deed.bound:
            continue
        groups.setdefault((of(deed), deed.entry.kind), []).append(deed)
    return ((who, _count(kind, group)) for (who, kind), group in sorted(groups.items(), key=lambda g: g[0]))


def _count(kind: Kind, group: list[Deed]) -> CountRow:
    found = Counter(d.outcome for d in group)
    decided = sum(found[o] for o in DECIDED)
    outcomes: dict[Outcome, int] = {o: found[o] for o in OUTCOMES if found[o]}
    return {"kind": kind, "outcomes": outcomes, "on_time": share_of(found["on_time"], decided)}


@checked
def deadline_slips(
    ledger: Ledger,
    known: date | None = None,
    regime: Regime | None = None,
    on: date | None = None,
    by: str = "USA",
    made: Iterable[Deed] | None = None,
) -> DeadlineSlips:
    """How often a deadline of `by` was enforced on its day: the p of the deadline game, with intervals and its cases.

    p: share of the days on which a deadline fell that were kept. `announced_duties` is the other class one may use:
    duties announced for a day. With no case p is null and the intervals are all of [0, 1]. made: the deeds of the same
    days, where they are at hand.
    """
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    own = {s.deadline for _, s in seen.affirming(DeadlineSet) if s.by == by}
    cases = [t for t in trials(seen, day) if t["deadline"] in own]
    held = deeds(ledger, regime, on, known) if made is None else made
    decided = [
        d
        for d in held
        if isinstance(d.said, WillImpose) and d.said.value and d.party == by and d.bound and d.outcome in DECIDED
    ]
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
