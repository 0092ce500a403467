"""Draft rows of a changed heading: what was read of it, what is guessed, and what is left to a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from parley.law.entry_claims import Value
from parley.law.measure import Measure, listed
from parley.law.propose.changes import HeadingChange
from parley.law.propose.heading_text import Heading, Reading
from parley.law.propose.kin import Kin, Law, in_force, kin_of

Field = str | int | float | bool | date | tuple[str, ...] | dict[str, Value]
Mark = Literal["read", "guess", "kept"]
FEW = 24  # prefixes that stand in the act itself; more of them are a list beside it
RELIEF_RANK = 9  # what frees goods outranks the rates of its layer


class Draft(NamedTuple):
    """One draft row. fields: as an act has them; marks: field → whether it was read, guessed or kept, and from what.

    goods: the prefixes of its list, where it needs one of its own. like: the encoded row that it would replace or follow.
    left: why its goods are left to a reader; such a row is written as comments.
    """

    heading: str
    fields: Mapping[str, Field]
    marks: Mapping[str, tuple[Mark, str]]
    goods: tuple[str, ...] = ()
    like: Measure | None = None
    left: str = ""


class Ends(NamedTuple):
    """An encoded row that would end."""

    measure: Measure
    end: date
    why: str


class ByHand(NamedTuple):
    """A heading of which no row could be drafted, and why."""

    heading: str
    why: str


class Context(NamedTuple):
    """What drafting rests on. start: the day for what prints none, and what that is; pairs: the other heading of a floor.

    footnoted: heading → lines; noted: the goods that a note lists, where known.
    """

    law: Law
    edition: str
    start: date
    start_why: str
    pairs: Mapping[str, str]
    footnoted: Mapping[str, frozenset[str]]
    noted: Callable[[str], tuple[str, ...]]


Outcome = tuple[tuple[Draft, ...], tuple[Ends, ...], tuple[ByHand, ...]]
NOTHING: Outcome = ((), (), ())


def drafted(change: HeadingChange, context: Context) -> Outcome:
    """The rows, ends and remarks that a change of a heading gives."""
    held = in_force(context.law.named.get(change.heading, ()), context.start)
    if change.what in ("ended", "suspended"):
        return (
            (),
            tuple(Ends(m, context.start, f"{change.heading} {change.what} in {context.edition}") for m in held),
            (),
        )
    if change.what == "text" or change.new is None or change.reading is None:
        return NOTHING
    reason = _left(change.reading)
    if reason:
        return (), (), (ByHand(change.heading, reason),)
    if held and change.what == "changed":
        return _changed(change, change.reading, held, context)
    return _new(change.new, change.reading, context)


def _left(reading: Reading) -> str:
    """Why no row is drafted at all; "" where one is."""
    if reading.zone:
        return "of entries from a foreign-trade zone, which have no rows of their own"
    if reading.effect == "not read":
        return "its rate could not be read"
    if reading.effect == "free":
        return "it frees goods from the ordinary duty: a quota or a suspension, which a reader must place"
    return "it sets nothing: the other half of a floor" if reading.floor == "from" else ""


def _changed(change: HeadingChange, reading: Reading, held: Sequence[Measure], context: Context) -> Outcome:
    """The encoded rows of a heading as they would stand after it, and the ends of those before."""
    drafts, ends = [], []
    extended = set(change.differs) <= {"start", "end", "text"} and reading.end is not None
    for m in held:
        start, why = (m.end or context.start, "read") if extended else _first_day(change, reading, context)
        fields = _kept(m) | {"start": start}
        marks: dict[str, tuple[Mark, str]] = dict.fromkeys(fields, ("kept", f"from {m.id} of {m.act.id}"))
        marks["start"] = (
            "read" if why == "read" else "guess",
            "printed in the heading" if why == "read" else context.start_why,
        )
        drafts.append(Draft(change.heading, *_with_reading(fields, marks, change, reading), (), m))
        if m.end is None or m.end > start:
            ends.append(Ends(m, start, f"{change.heading} changed in {context.edition}: {', '.join(change.differs)}"))
    return tuple(drafts), tuple(ends), ()


def _first_day(change: HeadingChange, reading: Reading, context: Context) -> tuple[date, str]:
    """The first day of a change: the heading's own where it is printed anew, else that of the edition."""
    if reading.start and "start" in change.differs:
        return reading.start, "read"
    return context.start, "guess"


def _with_reading(fields: dict[str, Field], marks: dict[str, tuple[Mark, str]], change: HeadingChange, reading: Reading) -> tuple[
    dict[str, Field], dict[str, tuple[Mark, str]]]:  # fmt: skip
    """Fields with what the heading prints anew."""
    if reading.rate is not None and {"rate", "effect"} & {*change.differs}:
        fields["rate"], marks["rate"] = reading.rate, ("read", "column 1 general")
    for name, value in (("origins", reading.origins), ("origins_except", reading.origins_except)):
        if name in change.differs and value:
            fields[name], marks[name] = value, ("read", "named in the heading")
    if "end" in change.differs and reading.end:
        fields["end"], marks["end"] = reading.end, ("read", "printed in the heading")
    return fields, marks


_NOT_KEPT = ("act", "folder", "end", "known", "known_end", "end_known", "collected_start", "collected_end", "contingent",
             "terminated_by", "hour", "end_hour", "announced", "yields_to", "stacks", "reason")  # fmt: skip


def _kept(m: Measure) -> dict[str, Field]:
    """An encoded row's fields that a successor keeps: all that differ from the defaults, without clocks and clauses."""
    made = msgspec.structs.asdict(m)
    fresh = {f.name: f.default for f in msgspec.structs.fields(Measure) if f.default is not msgspec.NODEFAULT}
    kept = {n: v for n, v in made.items() if n not in _NOT_KEPT and v != fresh.get(n) and v not in (None, (), {}, "")}
    return kept | {"origins": m.origins}


def _new(heading: Heading, reading: Reading, context: Context) -> Outcome:
    """The row of a heading that no encoded row names."""
    kin = kin_of(heading.code, reading, context.law)
    goods, goods_mark = _goods(heading, reading, kin, context)
    left = "" if goods else _unlisted(reading)
    fields: dict[str, Field] = {}
    marks: dict[str, tuple[Mark, str]] = {}

    def put(name: str, value: Field, mark: Mark, why: str) -> None:
        fields[name], marks[name] = value, (mark, why)

    relief = reading.effect == "none"
    put("id", f"us-draft-{heading.code.replace('.', '-')}", "guess", "a name of its own")
    put("programme", *_programme(reading, kin))
    put("rate", 0.0 if relief else reading.rate or 0.0, "read", f"column 1 general: {heading.general!r}")
    if relief or reading.effect == "total":
        put("combine", "zero" if relief else "total", "read", f"column 1 general: {heading.general!r}")
    if kin is not None:
        put("layer", kin.row.key, "guess", kin.why)
    rank = (
        RELIEF_RANK
        if relief
        else (kin.row.rank + 1 if kin and _narrower(reading, kin.row) else kin.row.rank if kin else 0)
    )
    if rank:
        put("rank", rank, "guess", "above the rows of wider scope in its layer")
    if reading.share != "full":
        put("share", reading.share, "read", f"column 1 general: {heading.general!r}")
    put("origins", reading.origins or ("*",), "read" if reading.origins else "guess",
        "named in the heading" if reading.origins else "no origin is named in the heading")  # fmt: skip
    if reading.origins_except:
        put("origins_except", reading.origins_except, "read", "excepted in the heading")
    if goods and len(goods) <= FEW:
        put("products", goods, *goods_mark)
    else:
        put("product_list", f"draft-{heading.code.replace('.', '-')}.csv", *goods_mark)
    _put_days(put, reading, context)
    if reading.when or reading.loaded_before:
        said: dict[str, Value] = dict(reading.when)
        if reading.loaded_before:
            said["loaded"] = f"<{reading.loaded_before}"
        put("when", said, "guess", "the claim that its words ask for")
    pair = context.pairs.get(heading.code)
    put("heading", f"{heading.code}, {pair}" if pair else heading.code, "read", "its number")
    listed_goods = goods if len(goods) > FEW else ()
    return (Draft(heading.code, fields, marks, listed_goods, kin.row if kin else None, left),), (), ()


def _unlisted(reading: Reading) -> str:
    """Where the goods stand that an edition does not list."""
    notes = ", ".join(f"note {n}" for n in reading.notes)
    return (
        f"its goods stand in {notes}, which the edition does not print"
        if notes
        else "its goods are named in words alone"
    )


def _programme(reading: Reading, kin: Kin | None) -> tuple[str, Mark, str]:
    if kin is not None:
        return kin.row.programme, "guess", kin.why
    if reading.whole:
        return "ieepa_reciprocal", "guess", "no encoded heading is near; all goods of an origin"
    return "s232", "guess", "no encoded heading is near; named goods"


def _narrower(reading: Reading, row: Measure) -> bool:
    return bool(reading.origins) and reading.origins != ("*",) and row.origins == ("*",)


def _put_days(put: Callable[[str, Field, Mark, str], None], reading: Reading, context: Context) -> None:
    if reading.start and reading.from_cut_off:
        put("start", reading.start, "guess", "the cut-off of loading that the heading prints")
    elif reading.start:
        put("start", reading.start, "read", "printed in the heading")
    else:
        put("start", context.start, "guess", context.start_why)
    if reading.end:
        put("end", reading.end, "read", "printed in the heading")


def _goods(
    heading: Heading, reading: Reading, kin: Kin | None, context: Context
) -> tuple[tuple[str, ...], tuple[Mark, str]]:
    """The prefixes that a heading covers, and how they are known; none where its goods could not be read."""
    named = context.footnoted.get(heading.code, frozenset())
    if named:
        return tuple(sorted(named)), ("read", "the lines whose footnotes name the heading")
    if reading.codes:
        return reading.codes, ("read", "named in the heading")
    if reading.whole:
        return ("*",), ("read", "all articles of the origins")
    for note in reading.notes:
        if listed_there := context.noted(note):
            return listed_there, ("guess", f"note {note} as packaged: hold it against the notes of the new edition")
    same = [m for n in reading.notes for m in context.law.cited.get(n, ()) if "(" in n]
    if same:
        m = same[-1]
        goods = m.products or listed(m.folder, m.product_list, context.start)
        return goods, ("guess", f"the goods of {m.id}: encoded headings cite note {reading.notes[0]} too")
    if reading.when and not reading.notes:
        return ("*",), ("guess", "the claim says which goods")
    return (), ("guess", _unlisted(reading))


def paired(changes: Iterable[HeadingChange]) -> dict[str, str]:
    """Heading of a floor's lower half → that of its upper half: the same words but for the bound."""
    halves: dict[tuple, dict[str, str]] = {}
    for c in changes:
        if c.reading is not None and c.reading.floor:
            key = (c.heading[:7], c.reading.origins, c.reading.notes)
            halves.setdefault(key, {})[c.reading.floor] = c.heading
    return {h["below"]: h["from"] for h in halves.values() if len(h) == 2}
