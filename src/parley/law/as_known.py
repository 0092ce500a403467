"""A row of law as it could be read on a day: without the end, the edges, the amendments that came to be known later."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from parley.law.measure import Act, Measure, Yields

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY = re.compile(
    rf"(?:(?P<d>\d{{1,2}}) )?(?:(?P<m>{'|'.join(MONTHS)}) )?(?<!\d)(?P<y>20\d\d)(?:-(?P<mm>\d\d)(?:-(?P<dd>\d\d))?)?(?!\d)"
)


def row_as_known(m: Measure, day: date) -> Measure:
    """The row with nothing that was learnt after a day; itself where nothing was."""
    later = m.end is not None and (m.end_known or m.learnt) > day
    hidden = (
        {"end": None, "end_known": None, "end_hour": "", "terminated_by": "", "collected_end": None} if later else {}
    )
    if m.known_end is not None and m.known_end > day:
        hidden["known_end"] = None
    edges = tuple(_edge(e, day) for e in m.yields_to if e.known is None or e.known <= day)
    if edges != m.yields_to:
        hidden["yields_to"] = edges
    if (act := act_as_known(m.act, day)) != m.act:
        hidden["act"] = act
    return msgspec.structs.replace(m, **hidden) if hidden else m


def _edge(edge: Yields, day: date) -> Yields:
    """An edge that was known, without the day on which it ceased to be where that is later."""
    return msgspec.structs.replace(edge, known_end=None) if edge.known_end and edge.known_end > day else edge


def act_as_known(act: Act, day: date) -> Act:
    """The act without later amendments, without the orders that made them, and without sentences of our note that name a later day."""
    kept = tuple(d for d in act.amended if d <= day)
    first, *more = act.citation.split("; ")
    cited = act.citation if kept == act.amended else "; ".join([first, *(x for x in more if x.startswith("note "))])
    note = " ".join(x for x in re.split(r"(?<=[.;:]) ", act.note) if not _names_later(x, day))
    if (kept, note) == (act.amended, act.note):
        return act
    return msgspec.structs.replace(act, amended=kept, note=note, citation=cited)


def _names_later(text: str, day: date) -> bool:
    """Whether words name a day, a month or a year that begins after a day."""
    return any(_first_of(found) > day for found in _DAY.finditer(text))


def _first_of(found: re.Match[str]) -> date:
    """The first day of what was named; the first of its month where the calendar has no such day."""
    month = MONTHS.index(found["m"]) + 1 if found["m"] else int(found["mm"] or 1)
    try:
        return date(int(found["y"]), month, int((found["d"] if found["m"] else found["dd"]) or 1))
    except ValueError:
        return date(int(found["y"]), min(max(month, 1), 12), 1)
