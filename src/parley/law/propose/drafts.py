"""Draft rows of a changed heading: what was read of it, what is guessed, and what is left to a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from parley.codes import dotted
from parley.law.measure import Measure
from parley.law.propose.changes import HeadingChange, ListChange
from parley.law.propose.heading_text import Heading, Reading, read_heading
from parley.law.propose.kin import in_force
from parley.law.propose.new_row import frees_an_origin, new_row
from parley.law.propose.outcome import ByHand, Context, Draft, Encoded, Ends, Field, Mark, Outcome


def drafted(change: HeadingChange, context: Context) -> Outcome:
    """The rows, ends and remarks that a change of a heading gives."""
    day = context.starts.get(change.heading, context.start)
    held = in_force(context.law.named.get(change.heading, ()), day)
    if change.what in ("ended", "suspended"):
        why = f"{change.heading} {change.what} in {context.edition}"
        return Outcome(ends=tuple(Ends(m, day, why) for m in held if m.start < day))
    if change.what == "text" or change.new is None or change.reading is None:
        return Outcome()
    reason = _left(change.heading, change.reading, context)
    if reason:
        return Outcome(by_hand=(ByHand(change.heading, reason),))
    if held and all(_says(m, change) for m in held):
        return Outcome(encoded=tuple(Encoded(change.heading, m) for m in held))
    if held and change.what == "changed":
        return _changed(change, change.reading, held, context)
    return Outcome((new_row(change.new, change.reading, context),))


def _says(m: Measure, change: HeadingChange) -> bool:
    """Whether an encoded row says what a heading prints: its rate, and the end where it prints a new one."""
    reading = change.reading
    if reading is None or ("end" in change.differs and reading.end != m.end):
        return False
    if reading.effect == "none":
        return m.combine == "zero" or not m.rate
    return m.rate == reading.rate and (m.combine == "total") == (reading.effect == "total")


def _left(heading: str, reading: Reading, context: Context) -> str:
    """Why no row is drafted at all; "" where one is."""
    if reading.zone:
        return "of entries from a foreign-trade zone, which have no rows of their own"
    if reading.effect == "not read":
        return "its rate could not be read"
    if reading.effect == "free":
        return "it frees goods from the ordinary duty: a quota or a suspension, which a reader must place"
    if reading.floor == "from":
        return "it sets nothing: the other half of a floor"
    above = [h for h, r in context.readings.items() if heading in r.excepted and r.effect in ("adds", "total")]
    if above and reading.us_content is not None:
        return f"it frees United States content: a share of value in the rows of {_named(above)}"
    if above and frees_an_origin(reading):
        return f"it frees an origin: an exception in the rows of {_named(above)}"
    return ""


def _named(headings: Sequence[str], most: int = 4) -> str:
    return ", ".join(headings[:most]) + (f" and {len(headings) - most} more" if len(headings) > most else "")


def _changed(change: HeadingChange, reading: Reading, held: Sequence[Measure], context: Context) -> Outcome:
    """The encoded rows of a heading as they would stand after it, and the ends of those before."""
    drafts, ends = [], []
    extended = set(change.differs) <= {"start", "end", "text"} and reading.end is not None
    for m in held:
        start, why = (
            (m.end or context.start, "printed in the heading") if extended else _first_day(change, reading, context)
        )
        fields = _kept(m) | {"start": start}
        marks: dict[str, tuple[Mark, str]] = dict.fromkeys(fields, ("kept", f"from {m.id} of {m.act.id}"))
        marks["start"] = ("guess" if why == context.start_why and change.heading not in context.starts else "read", why)
        drafts.append(Draft(change.heading, *_with_reading(fields, marks, change, reading), (), m))
        if m.end is None or m.end > start:
            ends.append(Ends(m, start, f"{change.heading} changed in {context.edition}: {', '.join(change.differs)}"))
    return Outcome(tuple(drafts), tuple(ends))


def _first_day(change: HeadingChange, reading: Reading, context: Context) -> tuple[date, str]:
    """The first day of a change, and why: the heading's own where it is printed anew, else that of the notice or edition."""
    if reading.start and "start" in change.differs:
        return reading.start, "printed in the heading"
    return context.starts.get(change.heading, context.start), context.start_why


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


def drafted_list(change: ListChange, heading: Heading, context: Context) -> Outcome:
    """The row of lines that an unchanged heading gains, and a remark on those that it loses."""
    lost = (ByHand(change.heading, f"{change.basis}: it loses {_dotted(change.lost)}"),) if change.lost else ()
    if not change.gained:
        return Outcome(by_hand=lost)
    why = f"{change.basis}: lines that {change.heading} gains"
    held = in_force(context.law.named.get(change.heading, ()), context.start)
    if not held:
        footnoted = {**context.footnoted, change.heading: frozenset(change.gained)}
        return Outcome((new_row(heading, read_heading(heading), context._replace(footnoted=footnoted)),), by_hand=lost)
    fields = {n: v for n, v in _kept(held[0]).items() if n != "product_list"}
    fields |= {"products": change.gained, "start": context.start}
    marks: dict[str, tuple[Mark, str]] = dict.fromkeys(fields, ("kept", f"from {held[0].id} of {held[0].act.id}"))
    marks |= {"products": ("read", why), "start": ("guess", context.start_why)}
    return Outcome((Draft(change.heading, fields, marks, (), held[0]),), (), lost)


def _dotted(codes: Sequence[str]) -> str:
    return _named([dotted(c) for c in codes])


def paired(changes: Iterable[HeadingChange]) -> dict[str, str]:
    """Heading of a floor's lower half → that of its upper half: the same words but for the bound."""
    halves: dict[tuple, dict[str, str]] = {}
    for c in changes:
        if c.reading is not None and c.reading.floor:
            key = (c.heading[:7], c.reading.origins, c.reading.notes)
            halves.setdefault(key, {})[c.reading.floor] = c.heading
    return {h["below"]: h["from"] for h in halves.values() if len(h) == 2}
