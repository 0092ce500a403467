"""The record's page: where things stand on a day, what conflicts, what became of words, and the timeline."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from parley import __version__
from parley.record import questions
from parley.record.entry import ACTORS
from parley.report import words
from parley.report.sheet import Column, Sheet
from parley.report.sheets_record import who
from parley.report.timeline import axis_finding, axis_keys, axis_spec, steps_sheet
from parley.report.words import day
from parley.scenario import record_answering as answering
from parley.web.packaged import ledger, regime, steps
from parley.web.reading import query_of
from parley.web.verbs import command_of, verb_of
from parley.web.view import Chart, View

if TYPE_CHECKING:
    from parley.record.answers import DeedRow, PositionRow, TimelineRow
    from parley.scenario.record_answers import StatusAnswer

ROOMS = ("/record/status", "/record/timeline", "/record/contradictions", "/record/deeds", "/record/positions")
BY_ACTOR = ("/record/timeline", "/record/deeds", "/record/positions")
METHOD = (
    "Entries are facts about words and actions, each with its source and the day from which it was public. None carries a label "
    "of truth. Preconditions and actions that law can test are tested on the tariffs in force that day.",
    "A contradiction is found by rule over what entries assert; both sources are shown, and what would reconcile them.",
)


def record_view(asked: questions.Timeline) -> View:
    """The page of the record up to a day, as known on a day."""
    on, known, actor = asked.on, asked.known, asked.actor
    same = questions.Status(on=on, known=known)
    standing, held = answering.status(same, ledger(), regime()), ledger()
    axis = answering.timeline(asked, held, steps(*answering.days(asked)))
    entries = axis["entries"]
    conflicts = answering.contradictions(questions.Contradictions(on=on, known=known), held)
    deeds = answering.deeds(questions.Deeds(on=on, known=known, actor=actor), held, regime())["deeds"]
    stated = answering.positions(questions.Positions(on=on, known=known, actor=actor), held)["positions"]
    tables = (timeline_sheet(entries), deadlines_sheet(standing), deeds_sheet(deeds), positions_sheet(stated))
    sheets = {s.name: s for s in (*tables, steps_sheet(axis["rates"]))}
    counted = Counter(words.outcome(d["outcome"]) for d in deeds).most_common()
    context = {
        "standing": standing,
        "entries": entries[::-1],
        "pairs": conflicts["pairs"],
        "base_differences": conflicts["base_differences"],
        "outcomes": counted,
        "rates": axis["rates"],
    }
    chart = Chart(
        axis_finding(axis), lambda width: axis_spec(axis, width), keys=axis_keys(), title="Duties added, acts and words",
        source="parley, the record of acts and statements; each entry names its own",
    )  # fmt: skip
    drawn = {"axis": chart} if entries else {}
    return View(
        "record.html.j2", "The record: who said, offered and did what", "/record", asked, context, sheets, drawn,
        command=tuple(command_of(verb_of(path), asked if path in BY_ACTOR else same) for path in ROOMS), python=python_of(same),
        api=f"/api/v1/record/status?{query_of(same)}".rstrip("?"), cite=cite(same, standing), method=METHOD,
    )  # fmt: skip


def timeline_sheet(entries: list[TimelineRow]) -> Sheet:
    """Acts and words on one axis, newest first."""
    columns = (
        Column("on", "day", day),
        Column("lane", "act or word"),
        Column("actor", "who", who),
        Column("text", "what"),
        Column("quote", "in their words"),
        Column("publisher", "source"),
        Column("id", "entry"),
    )
    rows = tuple({**e, "publisher": e["source"]["publisher"]} for e in entries[::-1])
    return Sheet("timeline", "Acts and words, newest first", columns, rows)


def positions_sheet(stated: list[PositionRow]) -> Sheet:
    """Every stated position by issue, changes marked."""
    columns = (
        Column("on", "day", day),
        Column("party", "side", who),
        Column("issue", "issue"),
        Column("stance", "position"),
        Column("changed", "changed", lambda v: "first" if v is None else ("changed" if v else "same")),
        Column("actor", "said by", who),
        Column("entry", "entry"),
    )
    return Sheet("positions", "Positions by issue, changes marked", columns, tuple(dict(p) for p in stated))


def deadlines_sheet(standing: StatusAnswer) -> Sheet:
    """Deadlines that still run."""
    columns = (
        Column("id", "deadline"),
        Column("on", "falls on", day),
        Column("days_left", "days left", str, True),
        Column("otherwise", "otherwise"),
        Column("publisher", "source"),
    )
    rows = tuple({**d, "publisher": d["source"]["publisher"]} for d in standing["deadlines"])
    return Sheet("deadlines", "Deadlines that run", columns, rows)


def deeds_sheet(deeds: list[DeedRow]) -> Sheet:
    """Promises, threats and deadlines with their outcome."""
    names = list(deeds[0]) if deeds else ["entry", "due", "outcome", "days_late"]
    shown = {
        "due": day,
        "on": day,
        "outcome": words.outcome,
        "party": who,
        "voice": who,
        "text": str,
        "reason": words.prose,
    }
    wanted = [
        n
        for n in ("on", "party", "voice", "kind", "text", "due", "outcome", "days_late", "reason", "entry")
        if n in names
    ]
    columns = tuple(Column(n, n.replace("_", " "), shown.get(n, _plain), n == "days_late") for n in wanted)
    return Sheet("deeds", "Words against actions", columns, tuple(dict(d) for d in deeds))


def _plain(value: Any) -> str:
    return "–" if value in (None, "") else str(value)


def python_of(asked: questions.Status) -> str:
    """The same question in Python."""
    days = ", ".join(f'date.fromisoformat("{d}")' if d else "None" for d in (asked.on, asked.known))
    return (
        "from datetime import date\n\nimport parley\nfrom parley.scenario.deeds import law_status\n\n"
        f"print(law_status(parley.read_ledger(), None, {days}))"
    )


def cite(asked: questions.Status, standing: StatusAnswer) -> str:
    """How to cite the record."""
    known = f", as known on {asked.known}" if asked.known else ""
    return f"parley {__version__}: record up to {standing['on']}{known}."


def voices() -> list[str]:
    """The ids of the voices."""
    return sorted(ACTORS)
