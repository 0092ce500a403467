"""The score of proposals against encoded acts: events of the law, their matches with what editions showed, and false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from parley.codes import members
from parley.law.headings import codes_of, dotted
from parley.law.measure import LATEST, Measure, listed, read_list
from parley.law.propose.changes import HeadingChange
from parley.law.propose.drafts import Draft
from parley.law.propose.editions import Edition
from parley.law.propose.proposal import Proposal
from parley.law.transfers import kindred, read_transfers

NEAR = 45  # days between an edition and a change that it may show
LIST_DAYS = 45
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
    shown = [(k, c) for k, p in enumerate(made) for c in p.changes]
    used: set[tuple[int, str]] = set()
    by_step: dict[int, list[EventMatch]] = {}
    for event in found:
        k, match, heading = _match(event, shown, made, used)
        by_step.setdefault(k, []).append(match)
        used |= {(k, h) for h in heading}
    return [Step(p, tuple(by_step.get(k, ())), tuple(_alarms(k, p, rows, used))) for k, p in enumerate(made)]


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
    if any(far <= NEAR and c.what == "text" for far, _, c in near):
        return "only words of the heading changed that are not read"
    printed = any(h in p.new.headings for p in made for h in event.headings)
    if not printed:
        return "no edition to revision 10 of 2026 prints the heading"
    if any(c.what != "text" and (c.what in ENDING) == event.ends for _, _, c in near):
        return f"an edition more than {NEAR} days away shows it"
    if event.ends:
        return "the end stands in an act; the heading stays in the schedule as it was"
    if event.before and {m.rate for m in event.before} == {m.rate for m in event.rows}:
        return "the heading stays as it was: its goods or conditions change in a note or act"
    return "the heading stays as it was: the day, or the rate before it, stands in an act"


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
    scored = [(_wrong(d, m), d, m) for d in drafts for m in event.rows]
    wrong, draft, row = min(scored, key=lambda x: len(x[0]))
    return EventMatch(event, True, ", ".join(wrong), any(d.fields["start"] == event.day for d in drafts),
                      not draft.left and _lines(draft, p.new) == _lines_of_row(row, event.day, p.new))  # fmt: skip


def _wrong(d: Draft, m: Measure) -> list[str]:
    """What of a draft differs from an encoded row."""
    rate = (m.rate, m.share) if m.combine != "zero" else (0, "full")
    combine = str(d.fields.get("combine", "add"))
    made = (d.fields.get("rate"), d.fields.get("share", "full")) if combine != "zero" else (0, "full")
    return [name for name, wrong in (
        ("rate", rate != made or combine != m.combine),
        ("origins", _origins(d.fields["origins"], d.fields.get("origins_except", ())) != _origins(m.origins, m.origins_except)),
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
    """Whether an encoded row of the days after the edition says what a draft says, of these origins and perhaps of more."""
    near = m.known_end is None and m.start <= max(p.new.day, p.start) and (m.end is None or m.end > p.old.day)
    inside, _ = _origins(d.fields["origins"], d.fields.get("origins_except", ()))
    outer, _ = _origins(m.origins, ())
    return near and [w for w in _wrong(d, m) if w != "origins"] == [] and ("*" in outer or inside <= outer)


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


def list_scores(made: Sequence[Proposal], rows: Sequence[Measure]) -> list[Counter[str]]:
    """Lines of dated lists that begin or end near an edition, against the lines whose footnotes changed."""
    changes = list(_list_events(rows, made[0].old.day, made[-1].new.day))
    scores = [Counter({"hit": 0, "miss": 0, "false": 0}) for _ in made]
    met: set[tuple[int, str, str]] = set()
    for headings, prefix, day, begins in changes:
        k = next((n for n, p in enumerate(made) if p.new.day >= day), len(made) - 1)
        found = next(((n, c.heading, code) for n, p in enumerate(made) if abs((p.new.day - day).days) <= LIST_DAYS for c in p.lists
                      if c.heading in headings for code in (c.gained if begins else c.lost) if _touch(code, prefix)), None)  # fmt: skip
        if found:
            met.add(found)
        scores[found[0] if found else k]["hit" if found else "miss"] += 1
    for n, p in enumerate(made):
        scores[n]["false"] = sum((n, c.heading, code) not in met for c in p.lists for code in (*c.gained, *c.lost))
    return scores


def _touch(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _list_events(rows: Iterable[Measure], first: date, last: date) -> Iterator[tuple[frozenset[str], str, date, bool]]:
    """(headings, prefix, day, whether it begins) of the lists of the United States' rows, without carried numbers."""
    lists: dict[tuple[str, str], set[str]] = {}
    for m in rows:
        if m.act.authority == "USA" and m.product_list:
            lists.setdefault((m.folder, m.product_list), set()).update(dotted(c) for c in codes_of(m.heading))
    moves = {t.on for t in read_transfers("USA")}
    for (folder, name), headings in sorted(lists.items()):
        for row in read_list(folder, name):
            for day, begins in ((row.start, True), (row.end, False)):
                carried = day in moves and bool(kindred(row.product, "USA"))
                if first < day <= last and not carried:
                    yield frozenset(headings), row.product, day, begins


__all__ = ["LIST_DAYS", "NEAR", "Event", "EventMatch", "Step", "code_scores", "events", "list_scores", "matched"]
