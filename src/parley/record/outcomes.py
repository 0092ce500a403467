"""What became of words, as far as the record itself can say: deadlines, purchases, counts and meetings.

Promises about duties are tested against law in `scenario/deeds.py`; here they are left open, with that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args

from parley.fixed import fixed_fields
from parley.record.answers import DeadlineStep, DeedRow, HistoryRow, Outcome, TrialRow
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
DENIABLE = (WillImpose, WillRestrict)  # to promise the opposite of these is a promise too
DONE = {
    True: ("in_force", "raised", "extended"),
    False: ("suspended", "ended", "struck_down"),
}  # of a restriction, by what was said
IN_PART = ("lowered", "excluded")  # of a restriction that was to be lifted
NEAR = timedelta(days=31)  # a count and a promise speak of one period if they begin within a month of each other


@dataclass(frozen=True)
@fixed_fields
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
    return Deed(entry, said, party_of(entry, said), due_of(said), "untestable", reason=LAW_DECIDES)


def due_of(said: Any) -> date | None:
    """The day by which it is to be so: the last of a span of days."""
    return getattr(said, "start_to", None) or getattr(said, "start", None)


def _least(one: float, other: float | None) -> float:
    """What keeps a promise of a range: its lower end."""
    return one if other is None else min(one, other)


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
    wanted = _least(said.quantity, said.quantity_to)
    share = None if by_due is None or not wanted else min(1.0, by_due / wanted)
    reached, reached_on = next(((e, counted(e, s)) for e, s in counts if s.quantity >= wanted), (None, day))
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
    """on_time or late by the first later step that brings it in, or that suspends or ends it where that was said.

    partly by a step that only eases it, or takes something out of it. A step whose own day has not come shows nothing yet.
    """
    due, partial = due_of(said), None
    for met, step in seen.affirming(RestrictionStep):
        same = (step.by, step.restriction, step.what) == (said.by, said.restriction, said.what)
        came = step.start or met.on
        if not same or met.on < entry.on or came > day:
            continue
        if step.step in DONE[said.value]:
            late = max(0, (came - due).days) if due else None
            return Deed(entry, said, said.by, due, "late" if late else "on_time", late, tested_by=met.id)
        if not said.value and step.step in IN_PART:
            partial = met
    if partial is None or (due is not None and day <= due):
        return _open(entry, said, due, day)
    return Deed(entry, said, said.by, due, "partly", tested_by=partial.id, reason=f"as far as {partial.id} goes")


def _count(seen: Ledger, entry: Entry, said: WillConclude, day: date) -> Deed:
    """on_time if a count by the day reached the number; late once a later one did; partly, with the share, till then."""
    counts = [
        (e, s)
        for e, s in seen.affirming(Concluded)
        if (s.by, s.what) == (said.by, said.what) and e.on > entry.on and _shows(e, s)
    ]
    history = tuple(HistoryRow(on=e.on.isoformat(), entry=e.id, count=s.count) for e, s in counts)
    by_due = [(e, s) for e, s in counts if e.on <= said.due]
    wanted = _least(said.count, said.count_to)
    share = min(1.0, by_due[-1][1].count / wanted) if by_due and wanted else None
    reached = next((e for e, s in counts if s.count >= wanted), None)
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
