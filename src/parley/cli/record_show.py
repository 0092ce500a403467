"""How the record is shown to people: short lines that fit any terminal, wrapped by hand. Computes nothing."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from parley.cli.output import percent
from parley.codes import counted, days_left, name_in_text

if TYPE_CHECKING:
    from parley.record.answers import (
        ConstancyRow,
        Contradiction,
        ContradictionSide,
        DeedRow,
        PositionRow,
        PreconditionRow,
        RateSeries,
        RateStep,
        Share,
        TimelineRow,
    )
    from parley.record.entry import EntryRow, SaidRow, SourceRow
    from parley.scenario.base import BaseAnswer, BaseRow
    from parley.scenario.record_answers import DeedsAnswer, StatusAnswer

WIDEST = 100  # longer lines are hard to read, however wide the terminal is
FITS = {True: "fits", False: "no", None: "–"}
ANSWER = {True: "met", False: "not met", None: "no test"}
LANES = {"acts": "act", "words": "word", "rates": "rate"}


def width() -> int:
    """The columns to write in: those of the terminal, 80 in a pipe, never more than are easily read."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, WIDEST))


def say(text: str, first: str = "", indent: int = 0) -> None:
    """Prints one paragraph: `first` before its first line, the others indented, no word cut."""
    print(
        textwrap.fill(
            text,
            width(),
            initial_indent=first,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def show_entries(rows: Sequence[EntryRow], note: str, standings: Sequence[str] = ()) -> None:
    """Entries as short paragraphs: number, kind, voice and standing; the words; the sources."""
    for row, word in zip(rows, standings or [""] * len(rows), strict=True):
        standing = f", {word}" if word else ""
        loose = (
            ""
            if row["precision"] == "day"
            else f", day to the {row['precision']}"
            if row["precision"] == "week"
            else ", day approximate"
        )
        late = "" if row["known"] == row["on"] else f", public since {row['known']}"
        say(f"{row['kind']} by {row['actor']}{standing}{loose}{late}", f"{row['id']}  ", 4)
        say(text_of(row), "    ", 4)
        say("; ".join(source_of(s) for s in (row["source"], *row["also"])), "    Source: ", 12)
        print()
    say(note)


def when(row: ContradictionSide) -> str:
    return row["on"] + ("" if row["precision"] == "day" else " ~")


def text_of(row: SaidRow | ContradictionSide | DeedRow) -> str:
    return row["text"] + (f" “{row['quote']}”" if row["quote"] else "")


def source_of(source: SourceRow) -> str:
    return f"{source['publisher']} [{source['tier']}{'' if source['read'] else ', not read'}]"


def show_clocks(told: Mapping[str, object]) -> None:
    """The last line of an answer of the record: its day, and the day as of which it was read."""
    version = told.get("law_version")
    say(f"Up to {told['on']}, as known on {told['known']}." + (f" Law {version}." if version else ""))


def show_status(found: StatusAnswer) -> None:
    say(f"What is open on {found['on']}, as known on {found['known']}")
    for row in found["offers"]:
        print()
        say(f"{row['by']} to {row['to']}, said by {row['said_by']} ({row['id']}): {row['text']}", "offer open    ", 14)
    for row in found["accepted"]:
        print()
        say(
            f"{row['by']} to {row['to']} ({row['id']}), on {row['accepted_on']} ({row['accepted_in']})",
            "offer accepted ",
            14,
        )
    for row in found["preconditions"]:
        print()
        show_precondition(row)
    for row in found["deadlines"]:
        print()
        moved = f"; named so far: {', '.join(h['due'] for h in row['history'])}" if len(row["history"]) > 1 else ""
        text = f"{row['id']}: {row['on']}, {days_left(row['days_left'])}; otherwise {row['otherwise']}{moved}"
        say(f"{text} ({row['entry']}; {row['source']['publisher']})", "deadline      ", 14)
    for row in found["passed"]:
        print()
        text = f"{row['id']}: {row['on']}, passed {counted(-row['days_left'], 'day')} before; no outcome is known to the record"
        say(f"{text} ({row['entry']}; {row['source']['publisher']})", "open          ", 14)


def show_precondition(row: PreconditionRow) -> None:
    answer = {True: "met", False: "not met", None: "cannot be tested in full"}[row["met"]]
    say(f"{row['by']} of {row['of']}: {answer}; {row['state']} ({row['id']})", "precondition  ", 14)
    for test in row["tested_by"] or []:
        added = test.get("added_rate")
        rate = "" if added is None else f"; {percent(added)} % added on {test.get('probe')}"
        say(f"{test['words']}: {ANSWER[test['met']]} ({test['reason']}{rate})", " " * 14 + "- ", 16)


def show_pairs(pairs: list[Contradiction], differences: list[Contradiction]) -> None:
    for pair in pairs:
        _show_pair(pair)
    say(f"{len(pairs)} pairs. parley says which sentences clash, never which is true.")
    if differences:
        print()
        say(f"Rates counted on other bases, or on none that was named ({len(differences)}): no contradiction.")
    for pair in differences:
        entries = " and ".join(side["entry"] for side in pair["both_sources"])
        say(f"{pair['about']}  [rule: {pair['rule']}]; {'; '.join(pair['reconcile'])} ({entries})", "  ", 4)


def _show_pair(pair: Contradiction) -> None:
    say(f"{pair['about']}  [rule: {pair['rule']}]")
    for side in pair["both_sources"]:
        say(f"{side['actor']}: {text_of(side)}", f"  {when(side):<13} ", 16)
        places = [f"{source_of(s)}, {s['address'] or 'no address'}" for s in (side["source"], *side["also"])]
        say(f"{'; '.join(places)} ({side['entry']})", " " * 16, 16)
    say(f"both could be true if: {'; '.join(pair['reconcile'])}", "  ", 4)
    print()


def show_deeds(found: DeedsAnswer) -> None:
    for row in found["deeds"]:
        late_or_part = f" ({late(row)})" if late(row) else ""
        outcome = row["outcome"].replace("_", " ")
        said_by = "" if row["bound"] else f" [said by {row['actor']}]"
        say(
            f"{row['party']:<3}  {outcome}{late_or_part}{said_by}: {text_of(row)}",
            f"{row['due'] or 'no day':<10}  ",
            17,
        )
        days = [f"{h['due']}" for h in row["history"] if "due" in h]
        moved = f"; days named: {', '.join(days)}" if len(days) > 1 else ""
        test = "; ".join(t for t in (row["tested_by"], row["reason"]) if t) or "open"
        say(f"{row['says'].replace('_', ' ')}; {test}{moved} ({row['entry']})", " " * 17, 17)
    if not found["deeds"]:
        say("No promise, threat or deadline by that day.")
        return
    print()
    show_counts(found)


def show_counts(found: DeedsAnswer) -> None:
    say("Counts by party and kind; on time among the decided, with the 95 % Wilson interval. There is no score.")
    for c in found["counts"]:
        outcomes = ", ".join(f"{n} {o.replace('_', ' ')}" for o, n in c["outcomes"].items())
        say(f"{outcomes}; on time {interval(c['on_time'])}", f"  {c['party']:<4} {c['kind']:<13} ", 20)
    say("The same by the voice that said it.")
    for c in found["counts_by_actor"]:
        outcomes = ", ".join(f"{n} {o.replace('_', ' ')}" for o, n in c["outcomes"].items())
        say(f"{outcomes}; on time {interval(c['on_time'])}", f"  {c['actor']} {c['kind']}: ", 6)
    slips = found["deadline_slips"]
    say(f"Deadlines of {slips['by']} enforced on their day: {interval(slips['p'])}")


def late(row: DeedRow) -> str:
    """By how many days, and which share; empty where neither is known."""
    days = row["days_late"]
    parts = (
        [f"by {counted(days, 'day')}" if row["outcome"] != "partly" else f"{counted(days, 'day')} past due"]
        if days
        else []
    )
    parts += [f"{percent(row['share'], 0)} % by the day"] if row["share"] is not None else []
    return ", ".join(parts)


def interval(share: Share) -> str:
    low, high = share["wilson"]["low"], share["wilson"]["high"]
    return f"{share['kept']} of {share['trials']} ({percent(low, 0)} to {percent(high, 0)} %)"


def show_base(found: BaseAnswer) -> None:
    """The verdict; each base with its rate and parts, those that fit first; who stated the figure, and how easily one fits."""
    origin, levier = name_in_text(found["origin"]), name_in_text(found["destination"])
    say(f"{percent(found['stated'], 2)} % on goods of {origin} in {levier} on {found['on']}: {found['verdict']}.")
    for c in found["candidates"]:
        rate = "–" if c["rate"] is None else f"{percent(c['rate'], 2)} %"
        say(f"{c['base'].replace('_', ' ')}: {c['words']}", f"  {FITS[c['fits']]:<4} {rate:>9}  ", 18)
        if made_of(c):
            say(made_of(c), " " * 18, 20)
    for said in found["said_in"]:
        base = f"counted as {said['base']}" if said["base"] else "no base named"
        say(f"stated by {said['actor']} on {said['on']}, {base} ({said['entry']})")
    if found["caution"]:
        say(f"{found['caution'][0].upper()}{found['caution'][1:]}.")


def made_of(candidate: BaseRow) -> str:
    """The parts of a rate; the reason where there is none; nothing where it has one part only."""
    if candidate["rate"] is None:
        return candidate["reason"] or ""
    from parley.scenario.bases import part_in_words

    parts = [line for line in candidate["lines"] if line["rate"]]
    return " + ".join(f"{part_in_words(p['what'])} {percent(p['rate'], 2)}" for p in parts) if len(parts) > 1 else ""


def show_positions(rows: list[PositionRow], kept: list[ConstancyRow]) -> None:
    """Each side's words on each issue over time, changes marked; then what stayed the same."""
    mark = {True: "CHANGED", False: "same", None: "first"}
    group = ("", "")
    for row in rows:
        if (row["party"], row["issue"]) != group:
            group = (row["party"], row["issue"])
            print(f"{row['party']}, {row['issue']}")
        quote = f" “{row['quote']}”" if row["quote"] else ""
        say(
            f"{row['stance']}{quote} ({row['actor']}, {row['entry']})", f"  {row['on']}  {mark[row['changed']]:<8} ", 23
        )
    moved = [f"{k['party']} on {k['issue']} ({', '.join(k['changed_on'])})" for k in kept if k["same"] is False]
    same = [f"{k['party']} on {k['issue']}" for k in kept if k["same"]]
    once = sum(k["same"] is None for k in kept)
    print()
    say(f"Words changed: {'; '.join(moved) or 'none'}. Stayed the same: {'; '.join(same) or 'none'}. "
        f"Stated once only, so nothing to compare: {once}.")  # fmt: skip


def show_timeline(rows: list[TimelineRow], rates: list[RateSeries]) -> None:
    """Acts, words and steps of the rates on one axis, a bar for the rate."""
    order = {"acts": 1, "words": 2}
    said = [(r["on"], order[r["lane"]], partial(_show_said, r)) for r in rows]
    steps = [(s["on"], 0, partial(_show_step, p, s)) for p in rates for s in p["steps"]]
    for _, _, show in sorted((*said, *steps), key=lambda line: line[:2]):
        show()
    for p in rates:
        say(f"rate, {p['origin']} in {p['destination']}: {p['words']}.")


def _show_said(row: TimelineRow) -> None:
    say(f"{row['actor']}: {text_of(row)}", f"{row['on']}  {LANES[row['lane']]:<5} ", 18)


def _show_step(pair: RateSeries, step: RateStep) -> None:
    """A step of the rates with its bar."""
    bar = "█" * round(10 * (step["rate"] or 0))
    head = f"{step['on']}  {LANES['rates']:<5} {pair['origin']} in {pair['destination']}"
    print(f"{head} {percent(step['rate'])} % {bar}".rstrip())
