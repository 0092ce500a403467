"""The score of proposals against encoded acts: events of the law, their matches with what editions showed, and false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from parley.codes import members
from parley.law.headings import codes_of, dotted
from parley.law.measure import LATEST, Measure, listed
from parley.law.propose.changes import HeadingChange
from parley.law.propose.editions import Edition
from parley.law.propose.outcome import Draft
from parley.law.propose.proposal import Proposal
from parley.law.transfers import read_transfers

NEAR = 45  # days between an edition and a change that it may show
ENDING = ("ended", "suspended")


class Event(NamedTuple):
    """A day on which the rows of some headings begin, change or end. rows: those that stand from it; before: those that stood."""

    headings: frozenset[str]
    day: date
    rows: tuple[Measure, ...]
    before: tuple[Measure, ...]

    @property
    def ends(self) -> bool:
        """Whether nothing stands after it."""
        return not self.rows

    @property
    def name(self) -> str:
        """Its headings in words."""
        return ", ".join(sorted(self.headings))


class EventMatch(NamedTuple):
    """An event with what an edition showed of it; kind: what is wrong, "" for a hit."""

    event: Event
    found: bool
    kind: str
    day_right: bool = False
    goods_right: bool = False

    @property
    def hit(self) -> bool:
        """Found, and right in rate, origins and authority."""
        return self.found and not self.kind

    @property
    def partly(self) -> bool:
        """Found, and not wholly right."""
        return self.found and bool(self.kind)

    @property
    def missed(self) -> bool:
        """Not found."""
        return not self.found


class Step(NamedTuple):
    """A proposal with the events that belong to its step, and its false alarms: (heading, kind)."""

    proposal: Proposal
    matches: tuple[EventMatch, ...]
    alarms: tuple[tuple[str, str], ...]


def events(rows: Iterable[Measure], first: date, last: date) -> list[Event]:
    """The days in (first, last] on which the law of a heading changed, as known today."""
    groups: dict[frozenset[str], list[Measure]] = {}
    for m in rows:
        codes = frozenset(dotted(c) for c in codes_of(m.heading) if c.startswith("9903"))
        if codes and m.act.authority == "USA" and not m.announced and m.known_end is None:
            groups.setdefault(codes, []).append(m)
    return sorted(
        (e for codes, some in groups.items() for e in _events_of(codes, some, first, last)),
        key=lambda e: (e.day, e.name),
    )


def _events_of(codes: frozenset[str], rows: Sequence[Measure], first: date, last: date) -> Iterator[Event]:
    for day in sorted({d for m in rows for d in (m.start, m.end) if d and first < d <= last}):
        before = tuple(m for m in rows if m.start < day and (m.end is None or day <= m.end))
        after = tuple(m for m in rows if m.at(day, LATEST))
        if {_signature(m) for m in before} != {_signature(m) for m in after}:
            yield Event(codes, day, after, before)


def _signature(m: Measure) -> tuple:
    """What a row levies on what: without clocks, clauses and the rows to which it yields."""
    return (m.programme, m.rate, m.expression, m.combine, m.share, m.origins, m.origins_except, m.products, m.product_list,
            m.products_except, m.products_except_list, str(m.when), str(m.unless))  # fmt: skip


def matched(made: Sequence[Proposal], rows: Sequence[Measure]) -> list[Step]:
    """Each step with its events and false alarms."""
    found = events(rows, made[0].old.day, made[-1].new.day)
    shown = [(k, c) for k, p in enumerate(made) for c in (*p.changes, *_by_footnotes(p))]
    used: set[tuple[int, str]] = set()
    by_step: dict[int, list[EventMatch]] = {}
    for event in found:
        k, match, heading = _match(event, shown, made, used)
        by_step.setdefault(k, []).append(match)
        used |= {(k, h) for h in heading}
    return [Step(p, tuple(by_step.get(k, ())), tuple(_alarms(k, p, rows, used))) for k, p in enumerate(made)]


def _by_footnotes(p: Proposal) -> Iterator[HeadingChange]:
    """What footnotes show of headings that stay as they were: goods that begin, or end."""
    seen = {c.heading for c in p.changes if c.what != "text"}
    for c in p.lists:
        if c.heading not in seen:
            heading = p.new.headings.get(c.heading)
            yield HeadingChange(c.heading, "new" if c.gained else "ended", None, heading, None, ("goods",))


def _match(event: Event, shown: Sequence[tuple[int, HeadingChange]], made: Sequence[Proposal], used: set[tuple[int, str]]) -> tuple[
    int, EventMatch, tuple[str, ...]]:  # fmt: skip
    """The step of an event, its match, and the headings of the step that it takes up."""
    near = [
        (abs((made[k].new.day - event.day).days), k, c)
        for k, c in shown
        if c.heading in event.headings and (k, c.heading) not in used
    ]
    same = [x for x in near if (x[2].what in ENDING) == event.ends and x[2].what != "text" and x[0] <= NEAR]
    if same:
        k = min(same, key=lambda x: (x[0], x[1]))[1]
        taken = tuple(c.heading for _, at, c in same if at == k)
        return k, _compared(event, made[k], taken), taken
    told = [k for k, p in enumerate(made) for d in p.drafts
            if event.ends and d.heading in event.headings and d.fields.get("end") == event.day]  # fmt: skip
    if told:
        return told[-1], EventMatch(event, True, "", True, True), ()
    step = next((k for k, p in enumerate(made) if p.new.day >= event.day), len(made) - 1)
    return step, EventMatch(event, False, _miss(event, near, made)), ()


def _miss(event: Event, near: Sequence[tuple[int, int, HeadingChange]], made: Sequence[Proposal]) -> str:
    """Why no edition showed a change."""
    if event.rows and {_signature(m)[:-2] for m in event.before} == {_signature(m)[:-2] for m in event.rows}:
        return "only its conditions change, as where a window for goods in transit closes"
    if any(far <= NEAR and c.what == "text" for far, _, c in near):
        return "only words of the heading changed that are not read"
    printed = any(h in p.new.headings for p in made for h in event.headings)
    if not printed:
        return "no edition to revision 10 of 2026 prints the heading"
    if any(c.what != "text" and (c.what in ENDING) == event.ends for _, _, c in near):
        return f"an edition more than {NEAR} days away shows it"
    if event.ends:
        return "the end is in an act; the heading is printed on as it was"
    if event.before and {m.rate for m in event.before} == {m.rate for m in event.rows}:
        return "its goods or conditions change in a note or act; the heading is printed on as it was"
    return "the day, or the rate before it, is in an act; the heading is printed on as it was"


def _compared(event: Event, p: Proposal, taken: Sequence[str]) -> EventMatch:
    """An event against the drafts of its headings."""
    if event.ends:
        return EventMatch(event, True, "", p.start == event.day)
    drafts = [d for d in p.drafts if d.heading in taken]
    if not drafts:
        return EventMatch(
            event,
            True,
            next((f"no row was drafted: {b.why}" for b in p.by_hand if b.heading in taken), "no row was drafted"),
        )
    scored = [
        (_wrong(d, m, event.rows, len(event.headings) > 1, _above(d, p)), d, m) for d in drafts for m in event.rows
    ]
    wrong, draft, row = min(scored, key=lambda x: len(x[0]))
    return EventMatch(event, True, ", ".join(wrong), any(d.fields["start"] == event.day for d in drafts),
                      not draft.left and _lines(draft, p.new) == _lines_of_row(row, event.day, p.new))  # fmt: skip


def _above(d: Draft, p: Proposal) -> tuple[str, ...]:
    """The origins that other drafts of a higher rank take out of a draft's layer: an exception by another name."""
    layer, rank = d.fields.get("layer"), _number(d, "rank")
    over = (
        x
        for x in p.drafts
        if layer and x.fields.get("layer") == layer and _number(x, "rank") > rank and _number(x, "rate")
    )
    return tuple(o for x in over for o in _texts(x.fields["origins"]) if o != "*")


def _number(d: Draft, name: str) -> float:
    value = d.fields.get(name, 0)
    return float(value) if isinstance(value, (int, float)) else 0.0


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _wrong(d: Draft, m: Measure, rows: Sequence[Measure], grouped: bool, above: tuple[str, ...] = ()) -> list[str]:
    """What of a draft differs from an encoded row, whose origins are those of all rows at its rate.

    grouped: the rows stand for several headings, so that a draft of one may name a part of their origins.
    """
    combine, rate = str(d.fields.get("combine", "add")), d.fields.get("rate")
    frees, freed = combine == "zero" or not rate, m.combine == "zero" or (m.combine == "add" and not m.rate)
    alike = [r for r in rows if (r.rate, r.combine, r.programme) == (m.rate, m.combine, m.programme)]
    made = _origins(d.fields["origins"], d.fields.get("origins_except", ()))
    ours = _origins(tuple(o for r in alike for o in r.origins), tuple(o for r in alike for o in r.origins_except))
    inside = ours in (made, (made[0], made[1] | frozenset(above))) or (
        grouped and "*" not in made[0] and made[0] <= ours[0]
    )
    return [name for name, wrong in (
        ("rate", frees != freed or (not frees and (m.rate, m.combine) != (rate, combine))),
        ("share of value", not frees and m.share != d.fields.get("share", "full")),
        ("origins", not inside),
        ("legal authority", d.fields["programme"] != m.programme)) if wrong]  # fmt: skip


def _origins(inside: object, outside: object) -> tuple[frozenset[str], frozenset[str]]:
    """Origins with unions written out; where all are inside, those outside."""
    a, b = (
        frozenset(x for o in (some if isinstance(some, tuple) else ()) for x in members(str(o)))
        for some in (inside, outside)
    )
    return (frozenset("*"), b) if "*" in a else (a - b, frozenset())


def _lines(d: Draft, edition: Edition) -> frozenset[str]:
    """The lines of an edition that a draft covers."""
    if d.goods or "products" in d.fields:
        goods = d.goods or d.fields["products"]
    else:
        goods = listed(d.like.folder, str(d.fields["product_list"]), edition.day) if d.like else ()
    return _expanded(tuple(map(str, goods if isinstance(goods, tuple) else ())), edition)


def _lines_of_row(m: Measure, day: date, edition: Edition) -> frozenset[str]:
    return _expanded(m.products or listed(m.folder, m.product_list, day), edition)


def _expanded(prefixes: tuple[str, ...], edition: Edition) -> frozenset[str]:
    if "*" in prefixes:
        return frozenset("*")
    return frozenset(c for c in edition.lines if c.startswith(prefixes)) if prefixes else frozenset()


def _alarms(k: int, p: Proposal, rows: Sequence[Measure], used: set[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """The drafts and ends of a step that no event met."""
    named: dict[str, list[Measure]] = {}
    for m in rows:
        for code in codes_of(m.heading):
            named.setdefault(dotted(code), []).append(m)
    for heading in sorted(
        {d.heading for d in p.drafts} | {dotted(c) for e in p.ends for c in codes_of(e.measure.heading)}
    ):
        mine = [d for d in p.drafts if d.heading == heading]
        if (k, heading) in used or any(_covered(d, m, p) for d in mine for m in named.get(heading, ())):
            continue
        if mine or any(c.heading == heading and c.what in ENDING for c in p.changes):
            yield heading, _alarm(mine, named.get(heading, ()))


def _covered(d: Draft, m: Measure, p: Proposal) -> bool:
    """Whether an encoded row, known on the edition's day or today, says what a draft says, of these origins and perhaps of more."""
    known = m.known_end is None or m.is_known(p.new.day)
    near = (
        known
        and m.start <= max(p.new.day, p.start, _as_day(d.fields["start"]))
        and (m.end is None or m.end > p.old.day)
    )
    inside, _ = _origins(d.fields["origins"], d.fields.get("origins_except", ()))
    outer, _ = _origins(m.origins, ())
    return (
        near
        and [w for w in _wrong(d, m, (m,), True) if w != "origins"] == []
        and ("*" in outer or bool(inside & outer))
    )


def _as_day(value: object) -> date:
    return value if isinstance(value, date) else date.min


def _alarm(drafts: Sequence[Draft], named: Sequence[Measure]) -> str:
    """What a false alarm is."""
    if not drafts:
        return "an end, where the acts end the row on another day"
    if not named:
        return (
            "relief that the acts express otherwise or leave out"
            if drafts[0].fields.get("combine") == "zero"
            else "a duty of which no row names the heading"
        )
    return "a change of a heading whose rows do not change near that day"


def code_scores(made: Sequence[Proposal]) -> list[Counter[str]]:
    """Pairs of codes against the transfers between two editions, step by step."""
    scores = []
    for p in made:
        rows = [t for t in read_transfers("USA") if p.old.day < t.on <= p.new.day and t.new]
        true = {(t.old, t.new) for t in rows if t.kind != "unpaired"}
        open_olds = {t.old for t in read_transfers("USA") if t.kind == "unpaired"}
        pairs = {(m.old, m.new) for m in p.moved if m.new}
        neither = {x for x in pairs - true if x[0] in open_olds}
        scores.append(
            Counter(hit=len(pairs & true), miss=len(true - pairs), false=len(pairs - true - neither), open=len(neither))
        )
    return scores


__all__ = ["NEAR", "Event", "EventMatch", "Step", "code_scores", "events", "matched"]
