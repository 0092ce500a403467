"""What became of words, as far as the record itself can say: deadlines, purchases, counts and meetings.

Promises about duties are tested against law in `scenario/deeds.py`; here they are left open, with that reason. A share k
of n that was kept has two intervals, Wilson's (1927) and Jeffreys' Beta(k + 1/2, n - k + 1/2), both without any library.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any, get_args

from parley.record.answers import DeadlineStep, DeedRow, HistoryRow, Outcome, Share, TrialRow
from parley.record.entry import Entry, actor, source_row
from parley.record.ledger import Ledger, day_of
from parley.record.predicates import (
    Bought,
    Concluded,
    ConditionForTalks,
    ContactHeld,
    DeadlineFirm,
    DeadlineKept,
    DeadlineMoved,
    DeadlineSet,
    RestrictionStep,
    WillBuy,
    WillConclude,
    WillImpose,
    WillLower,
    WillMeet,
    WillRemove,
    WillRestrict,
)
from parley.record.status import deadline_history

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LAW_DECIDES = "the law decides this: ask parley record deeds"
CONFIDENCE = 0.95
DENIABLE = (WillImpose, WillRestrict)  # to promise the opposite of these is a promise too
NEAR = timedelta(days=31)  # a count and a promise speak of one period if they begin within a month of each other


@dataclass(frozen=True)
class Deed:
    """One promise, threat or deadline and what became of it by a day, as known on a day.

    days_late: days between the day named and the deed, as far as it came; share: the part done by the day named.
    """

    entry: Entry
    said: Any
    party: str
    due: date | None
    outcome: Outcome
    days_late: int | None = None
    share: float | None = None
    history: tuple[HistoryRow, ...] = ()
    tested_by: str | None = None
    reason: str = ""

    @property
    def bound(self) -> bool:
        """Whether the party's own side spoke, or both in an agreement; what others say that it will do does not bind it."""
        sides = {self.entry.behalf, actor(self.entry.actor).side}
        return self.entry.kind == "agreement" or self.party in ("*", "") or self.party in sides

    @property
    def voice(self) -> str:
        """The office or person whose words they are; empty where a state speaks, which the party already says."""
        return "" if actor(self.entry.actor).side == self.entry.actor else self.entry.actor

    def row(self) -> DeedRow:
        """The deed as plain data (entry due outcome days_late)."""
        return {
            "entry": self.entry.id,
            "actor": self.entry.actor,
            "party": self.party,
            "bound": self.bound,
            "kind": self.entry.kind,
            "says": type(self.said).__struct_config__.tag,
            "text": self.entry.text,
            "quote": self.entry.quote or None,
            "due": self.due.isoformat() if self.due else None,
            "outcome": self.outcome,
            "days_late": self.days_late,
            "share": self.share,
            "history": list(self.history),
            "tested_by": self.tested_by,
            "reason": self.reason or None,
            "source": source_row(self.entry.source),
        }


def recorded_deeds(ledger: Ledger, on: date | None = None, known: date | None = None) -> list[Deed]:
    """Every promise, threat and deadline up to a day with its outcome by that day, as known on a day."""
    day = day_of(ledger.known(known), on, known)
    seen = ledger.known(known).until(day)
    return [
        _withdrawn(seen, JUDGES[type(said)](seen, entry, said, day))
        for entry, said in seen.saying(*JUDGES)
        if said.value or isinstance(said, DENIABLE)
    ]


def _withdrawn(seen: Ledger, deed: Deed) -> Deed:
    """What was taken back before anything came of it. Words about duties are taken back only before their day came:
    afterwards law is asked first.
    """
    taken = next(iter(seen.answers_to(deed.entry.id, "withdraws", "retracts")), None)
    if taken is None or deed.outcome not in ("not_due", "untestable"):
        return deed
    if waits_for_law(deed) and deed.due is not None and taken.on > deed.due:
        return deed
    return replace(deed, outcome="withdrawn", tested_by=taken.id, reason=f"taken back on {taken.on}")


def waits_for_law(deed: Deed) -> bool:
    """Whether only the law room can say what became of it."""
    return deed.reason == LAW_DECIDES


def party_of(entry: Entry, said: Any) -> str:
    """Who is bound by the words: the one who is to act, else the side that spoke."""
    return getattr(said, "by", "") or entry.behalf or actor(entry.actor).side or entry.actor


def _open(entry: Entry, said: Any, due: date | None, day: date, **more: Any) -> Deed:
    """Not yet due; or due with no outcome known, which is untestable so far and says so."""
    if due is None or day <= due:
        return Deed(entry, said, party_of(entry, said), due, "not_due", **more)
    reason = f"no outcome is known to the record by {day}: open"
    return Deed(entry, said, party_of(entry, said), due, "untestable", reason=reason, **more)


def _by_law(seen: Ledger, entry: Entry, said: Any, day: date) -> Deed:
    del seen, day
    start = getattr(said, "start", None)
    return Deed(entry, said, party_of(entry, said), start, "untestable", reason=LAW_DECIDES)


def _deadline(seen: Ledger, entry: Entry, said: DeadlineSet, day: date) -> Deed:
    """moved once another day was named for it; on_time if it ran out on its day; its history in either case."""
    steps = deadline_history(seen, entry, said)
    history, last = tuple(_named(step) for step in steps), date.fromisoformat(steps[-1]["due"])
    kept = next((e for e, s in seen.affirming(DeadlineKept) if s.deadline == said.deadline), None)
    more: dict[str, Any] = {"history": history, "tested_by": kept.id if kept else None}
    if last != said.due:
        late = (last - said.due).days
        return Deed(entry, said, said.by, said.due, "moved", days_late=late, **more)
    if kept:
        return Deed(entry, said, said.by, said.due, "on_time", days_late=0, **more)
    return _open(entry, said, said.due, day, **more)


def _named(step: DeadlineStep) -> HistoryRow:
    return {"named": step["named"], "entry": step["entry"], "due": step["due"]}


def _firm(seen: Ledger, entry: Entry, said: DeadlineFirm, day: date) -> Deed:
    """late by the days to which the deadline was moved afterwards; on_time if it was kept where it stood."""
    moves = [(e, s) for e, s in seen.affirming(DeadlineMoved) if s.deadline == said.deadline and e.on >= entry.on]
    kept = next((e for e, s in seen.affirming(DeadlineKept) if s.deadline == said.deadline), None)
    party = party_of(entry, said)
    if moves:
        mover, moved = moves[-1]
        late = (moved.due - said.due).days
        history: tuple[HistoryRow, ...] = (
            {"named": mover.on.isoformat(), "entry": mover.id, "due": moved.due.isoformat()},
        )
        return Deed(entry, said, party, said.due, "late" if kept else "moved", late, None, history,
                    kept.id if kept else mover.id)  # fmt: skip
    if kept:
        return Deed(entry, said, party, said.due, "on_time", 0, tested_by=kept.id)
    return _open(entry, said, said.due, day)


def _purchase(seen: Ledger, entry: Entry, said: WillBuy, day: date) -> Deed:
    """on_time, or late by the days until a count reached the quantity; else partly, with the share at the due day."""
    counts = [(e, s) for e, s in seen.affirming(Bought) if (s.by, s.good) == (said.by, said.good)
              and s.start <= said.due and abs(s.start - said.start) <= NEAR and _shows(e, s)]  # fmt: skip
    history = tuple(HistoryRow(on=counted(e, s).isoformat(), entry=e.id, quantity=s.quantity) for e, s in counts)
    by_due = max((s.quantity for e, s in counts if counted(e, s) <= said.due), default=None)
    share = None if by_due is None else min(1.0, by_due / said.quantity)
    reached, reached_on = next(((e, counted(e, s)) for e, s in counts if s.quantity >= said.quantity), (None, day))
    if reached:
        late = max(0, (reached_on - said.due).days)
        return Deed(entry, said, said.by, said.due, "late" if late else "on_time", late, share, history, reached.id)
    if counts and day >= said.due:  # a count after the day that falls short shows that it fell short on the day
        outcome = "partly" if any(s.quantity for _, s in counts) else "broken"
        return Deed(entry, said, said.by, said.due, outcome, (day - said.due).days, share, history, counts[-1][0].id)
    return _open(entry, said, said.due, day, share=share, history=history)


def _shows(entry: Entry, said: Bought | Concluded) -> bool:
    """Whether a count is evidence: an observation, or the word of another side than the one that acts; never its own boast."""
    return entry.kind == "observation" or said.by not in (entry.behalf, actor(entry.actor).side)


def counted(entry: Entry, said: Bought) -> date:
    """The day up to which a count goes."""
    return said.until or entry.on


def _restriction(seen: Ledger, entry: Entry, said: WillRestrict, day: date) -> Deed:
    """on_time or late by the first later step that brings it in, or that suspends or ends it where that was said."""
    wanted = ("in_force", "raised", "extended") if said.value else ("suspended", "ended", "lowered")
    for met, step in seen.affirming(RestrictionStep):
        same = (step.by, step.restriction, step.what) == (said.by, said.restriction, said.what)
        if same and met.on >= entry.on and step.step in wanted:
            came = step.start or met.on
            late = max(0, (came - said.start).days) if said.start else None
            return Deed(entry, said, said.by, said.start, "late" if late else "on_time", late, tested_by=met.id)
    return _open(entry, said, said.start, day)


def _count(seen: Ledger, entry: Entry, said: WillConclude, day: date) -> Deed:
    """on_time if a count by the day reached the number; late once a later one did; partly, with the share, till then."""
    counts = [
        (e, s)
        for e, s in seen.affirming(Concluded)
        if (s.by, s.what) == (said.by, said.what) and e.on > entry.on and _shows(e, s)
    ]
    history = tuple(HistoryRow(on=e.on.isoformat(), entry=e.id, count=s.count) for e, s in counts)
    by_due = [(e, s) for e, s in counts if e.on <= said.due]
    share = min(1.0, by_due[-1][1].count / said.count) if by_due else None
    reached = next((e for e, s in counts if s.count >= said.count), None)
    if reached:
        late = max(0, (reached.on - said.due).days)
        return Deed(entry, said, said.by, said.due, "late" if late else "on_time", late, share, history, reached.id)
    if day < said.due or not by_due:
        return _open(entry, said, said.due, day, history=history)
    outcome = "partly" if share else "broken"
    return Deed(entry, said, said.by, said.due, outcome, None, share, history, by_due[-1][0].id)


def _meeting(seen: Ledger, entry: Entry, said: WillMeet, day: date) -> Deed:
    """Judged by the first later meeting of the two that says it carries the plan out."""
    for met, held in seen.affirming(ContactHeld):
        if held.channel == "meeting" and met in seen.answers_to(entry.id, "implements"):
            late = max(0, (held.start - said.due).days)
            return Deed(entry, said, party_of(entry, said), said.due, "late" if late else "on_time", late,
                        tested_by=met.id)  # fmt: skip
    return _open(entry, said, said.due, day)


JUDGES: dict[type, Callable[[Ledger, Entry, Any, date], Deed]] = {
    WillImpose: _by_law,
    WillLower: _by_law,
    WillRemove: _by_law,
    WillRestrict: _restriction,
    ConditionForTalks: _by_law,
    DeadlineSet: _deadline,
    DeadlineFirm: _firm,
    WillBuy: _purchase,
    WillConclude: _count,
    WillMeet: _meeting,
}


def trials(seen: Ledger, day: date) -> Iterator[TrialRow]:
    """Each day on which a deadline was to fall, once it was moved or has passed: did it slip, and by how many days?"""
    for entry, said in seen.affirming(DeadlineSet):
        history = deadline_history(seen, entry, said)
        kept = next((e for e, s in seen.affirming(DeadlineKept) if s.deadline == said.deadline), None)
        for step, following in zip(history, [*history[1:], None], strict=True):
            slip = (date.fromisoformat(following["due"]) - date.fromisoformat(step["due"])).days if following else 0
            if following or (kept and date.fromisoformat(step["due"]) <= day):
                yield {"deadline": said.deadline, **step, "slipped": following is not None, "days": slip}


def share_of(kept: int, trials: int, confidence: float = CONFIDENCE) -> Share:
    """A share as plain data with both intervals; with no trials the share is null and the intervals say so."""
    (low, high), (least, most) = wilson(kept, trials, confidence), jeffreys(kept, trials, confidence)
    return {
        "kept": kept,
        "trials": trials,
        "share": kept / trials if trials else None,
        "wilson": {"low": low, "high": high},
        "jeffreys": {"low": least, "high": most},
        "over": confidence,
        "spans": f"{100 * confidence:g} % intervals of a share (Wilson, Jeffreys) from {kept} of {trials} cases; no elasticities",
    }


def wilson(kept: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).  Wilson 1927. All of [0, 1] where n = 0."""
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = kept / trials
    centre = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def jeffreys(kept: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Equal-tailed quantiles of Beta(k + 1/2, n - k + 1/2); the end is 0 at k = 0, 1 at k = n.  Brown et al. 2001."""
    a, b, tail = kept + 0.5, trials - kept + 0.5, (1 - confidence) / 2
    low = 0.0 if kept == 0 else _beta_quantile(tail, a, b)
    high = 1.0 if kept == trials else _beta_quantile(1 - tail, a, b)
    return low, high


def _beta_quantile(p: float, a: float, b: float) -> float:
    """x with I_x(a, b) = p, by bisection down to the last bits."""
    low, high = 0.0, 1.0
    for _ in range(60):  # 2^-60 is below the spacing of doubles near 1
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share(middle, a, b) < p else (low, middle)
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction by the modified Lentz method, until a step changes nothing at 1e-15."""
    tiny = 1e-300
    d = 1 / max(1 - (a + b) * x / (a + 1), tiny)
    c, value = 1.0, d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
