"""Both clocks of an answer that needs several rooms, and how far the law and the record behind it were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

from parley.codes import union_of
from parley.law.beyond import note
from parley.law.explain import is_beyond
from parley.law.law_package import law_in_use
from parley.law.regime import measures_folder, read_to
from parley.record.entry import Day
from parley.record.ledger import Ledger, day_of
from parley.scenario.scenario import EffectsReading, Scenario


class ScenarioClocks(TypedDict):
    """Both clocks of an answer on the law of several parties, and how far that was read; null where no law stands behind it."""

    on: date | None
    known: date | None  # the day of knowledge asked for, else the last day read
    law_known_to: date | None  # the earliest of the parties' last days read
    beyond_known: bool  # whether `on` lies past it
    law_known_to_by: dict[str, date]  # by party
    clock_note: str | None
    law_version: str | None  # of the package of law, or the release whose conventions the scenario pins
    reading: str | None  # of the law where effects are asked: statutory, or paid
    reading_note: str | None  # whose duties are paid ones, and whose claims stand for a later day


class RecordClocks(TypedDict):
    """Both clocks of an answer of the record, and the last day to which the law that tests it was read."""

    on: Day
    known: Day | None  # the day of knowledge asked for, else the newest of the ledger; null where that has no entry
    law_known_to: Day | None
    law_version: str | None  # of the package of law


NO_CLOCKS: ScenarioClocks = {  # of an answer that rests on no law: rates or a world of the user's own
    "on": None, "known": None, "law_known_to": None, "beyond_known": False, "law_known_to_by": {}, "clock_note": None,
    "law_version": None, "reading": None, "reading_note": None,
}  # fmt: skip


def law_known_to(parties: Iterable[str]) -> dict[str, date]:
    """The last day to which each party's law was read; parties whose law the package does not hold are left out."""
    held = {r.authority: r.law_known_to for r in read_to(measures_folder())}
    found = {p: [held[n] for n in (p, union_of(p)) if n in held] for p in parties}
    return {p: min(days) for p, days in found.items() if days}


def scenario_clocks(scenario: Scenario) -> ScenarioClocks:
    """on, known, law_known_to (the earliest of the parties'), and each party's; `clock_note` where the day lies past it."""
    by = law_known_to(scenario.parties)
    known, first = scenario.known or max(by.values(), default=None), min(by.values(), default=None)
    late = [note(day, scenario.on, party) for party, day in by.items() if is_beyond(day, scenario.on, scenario.known)]
    return {
        "on": scenario.on,
        "known": known,
        "law_known_to": first,
        "beyond_known": is_beyond(first, scenario.on, known),
        "law_known_to_by": by,
        "clock_note": "; ".join(late) or None,
        "law_version": version_of(scenario.conventions),
        "reading": reading_of(scenario),
        "reading_note": reading_note(scenario),
    }


def reading_of(scenario: Scenario) -> EffectsReading:
    """How the law of a scenario's parties is read: paid where that of any of them can be."""
    from parley.scenario.levy import paid_parties

    return "paid" if paid_parties(scenario) else "statutory"


def reading_note(scenario: Scenario) -> str | None:
    """What the reading "paid" takes on a scenario's day, in words; None in another reading."""
    if scenario.read_as != "paid":
        return None
    from parley.law.trade_weights import FILES as WEIGHED
    from parley.law.usmca_claims import month_of
    from parley.scenario.levy import paid_parties

    paid = paid_parties(scenario)
    if not paid:
        return f"statutory, for what importers claim is packaged for {', '.join(WEIGHED)} alone"
    month, own = month_of(scenario.on), scenario.on.replace(day=1)
    told = f"{month:%B %Y}"
    if month != own:
        told = f"the last seen, {told}, carried on" if month < own else f"the first seen, {told}, carried back"
    return f"duty paid in {', '.join(paid)}, statutory elsewhere; claims of agreements: {told}"


def version_of(release: str) -> str:
    """The law behind a scenario: a release that it pins, else the package of law in use."""
    return f"release {release}" if release else law_in_use().version


def in_words(told: Mapping[str, object]) -> str:
    """The clocks of an answer as its last line."""
    if told["on"] is None:
        return "No law stands behind this answer: the rates are those of the world or your own."
    said = f"Tariffs in force on {told['on']}, as known on {told['known']}; law {told['law_version']}, read to {told['law_known_to']}."
    said += f" Reading: {told['reading_note']}." if told.get("reading_note") else ""
    return f"{said} Note: {told['clock_note']}." if told["clock_note"] else said


def record_clocks(ledger: Ledger, on: date | None, known: date | None) -> RecordClocks:
    """on and known of an answer of the record: a day that was not given is the last of the record as known."""
    seen = known or max((e.known for e in ledger.entries), default=None)
    read = min(law_known_to(("USA", "CHN")).values(), default=None)
    return {
        "on": day_of(ledger.known(known), on, known).isoformat(),
        "known": seen.isoformat() if seen else None,
        "law_known_to": read.isoformat() if read else None,
        "law_version": law_in_use().version,
    }
