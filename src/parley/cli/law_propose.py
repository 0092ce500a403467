"""`parley law propose`: what a new edition of the schedule, or a notice, changes, as draft acts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.output import JSON_HELP, answers, print_json, print_table

if TYPE_CHECKING:
    from datetime import date

    from parley.cli.progress import Progress
    from parley.law.measure import Measure
    from parley.law.propose.outcome import Draft
    from parley.law.propose.proposal import Proposal

SHOWN = 40  # rows of a table on a screen; --json and --out have all


@answers("parley.law.answers_propose:ProposeAnswer")
def propose_command(
    edition: Annotated[
        Path | None, typer.Option(help="the new edition of the US schedule: its official JSON, plain or gzipped")
    ] = None,
    notice: Annotated[
        Path | None, typer.Option(help="a notice, proclamation or order in the Federal Register's XML")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="the edition before it, as JSON; default: the packaged edition nearest before")
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="first day of the new edition; default: its packaged or printed day")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="write the draft acts and their lists to this folder")] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Draft acts from a new edition of the US schedule, from a notice in the Federal Register, or from both.

    It lists new, changed and ended headings of chapter 99, lines that footnotes or notes add, and codes that moved.
    Each drafted value is marked as read, kept or guessed; the linters' findings follow. No draft is law until a person reads it.

    Examples: parley law propose --edition hts_2026_rev_11.json --out drafts ·
    parley law propose --edition hts_2025_rev_11.json.gz --against hts_2025_rev_10.json.gz --json ·
    parley law propose --notice 2025-23316.xml
    """
    from parley.cli.progress import Progress
    from parley.law.answers_propose import propose_answer
    from parley.law.propose.proposal import checked
    from parley.law.regime import read_regime

    rows = read_regime().measures
    with Progress() as say:
        found = _found(edition, notice, against, on, rows, say)
        found = checked(found, rows, say)
    written = _written(found, out) if out else []
    if json:
        print_json(propose_answer(found, written))
    else:
        _show(found, written)


def _found(
    edition: Path | None,
    notice: Path | None,
    against: Path | None,
    on: str | None,
    rows: tuple[Measure, ...],
    say: Progress,
) -> Proposal:
    """The proposal of an edition, of a notice, or of both. Raises InputError where neither is named."""
    from parley.codes import day
    from parley.errors import InputError
    from parley.law.propose.editions import edition_of_file, packaged_before, packaged_last
    from parley.law.propose.from_notice import edition_of_notice, packaged_note, stated_in
    from parley.law.propose.notice import read_notice
    from parley.law.propose.proposal import propose

    when: date | None = day(on, "--on") if on else None
    if edition is None and notice is None:
        raise InputError(
            "law propose", "neither --edition nor --notice", "the new edition's JSON, a notice's XML, or both"
        )
    new = None
    if edition is not None:
        say(f"reading {edition.name}")
        new = edition_of_file(edition, when)
    old = edition_of_file(against) if against else packaged_before(new) if new else packaged_last(when)
    if new is not None and against is not None and old.headings == new.headings and old.lines == new.lines:
        raise InputError("--against", f"{against.name} prints the same as {new.name}", "an earlier edition")
    if notice is None:
        assert new is not None
        return propose(old, new, rows, noted=packaged_note, say=say)
    say(f"reading {notice.name}")
    read = read_notice(notice, old.headings)
    new = new or edition_of_notice(read, old, when)
    return propose(old, new, rows, noted=packaged_note, stated=stated_in(read, new.headings), say=say)


def _written(found: Proposal, out: Path) -> list[str]:
    """The files of the drafts, once they stand in the folder. Raises InputError for one that is there with other words."""
    from parley import outputs
    from parley.errors import InputError

    with outputs.told(out, "--out"):
        out.mkdir(parents=True, exist_ok=True)
    for name, content in found.files.items():
        place = out / name
        if place.exists() and place.read_bytes() != content.encode():
            raise InputError(str(place), "it is there already and differs", "a folder without these drafts",
                             "It may hold what you wrote: move it, or name another folder")  # fmt: skip
    return [str(outputs.write(out / name, content, "--out")) for name, content in found.files.items()]


def _show(found: Proposal, written: list[str]) -> None:
    """The answer as text."""
    from parley.law.answers_propose import guesses

    told = Counter(c.what for c in found.changes)
    said = ", ".join(f"{n} {what if what != 'text' else 'in words alone'}" for what, n in told.most_common()) or "none"
    print(f"{found.new.name} ({found.new.day}: {found.new.dated}) against {found.old.name} ({found.old.day})")
    print(f"headings of chapter 99: {said}")
    print(f"first day of what prints none: {found.start} ({found.start_why})")
    for title, headers, rows in _tables(found):
        if rows:
            note = f"{len(rows) - SHOWN} more: --json has all" if len(rows) > SHOWN else ""
            print_table(headers, rows[:SHOWN], title=title, note=note)
    drafted = sum(not d.left for d in found.drafts)
    print(f"{drafted} draft rows, {len(found.drafts) - drafted} left to a reader for their goods; "
          f"{guesses(found)} values are guesses; {len(found.findings)} findings of the linters")  # fmt: skip
    for name in written:
        print(f"written: {name}")


def _tables(found: Proposal) -> list[tuple[str, list[str], list[list[str]]]]:
    """What is shown, a table each: its title, its columns, its rows."""
    ends = [[e.measure.id, e.measure.act.id, e.measure.heading, str(e.end), e.why] for e in found.ends]
    moved = [[m.old, m.new or "none seen", "yes" if m.sure else "by words"] for m in found.moved]
    return [
        (
            "Draft rows",
            ["heading", "draft", "origins", "goods", "start", "authority", "guesses"],
            list(map(_cells, found.drafts)),
        ),
        ("Encoded rows that would end", ["measure", "act", "heading", "end", "why"], ends),
        (
            "Encoded already",
            ["heading", "measure", "act"],
            [[e.heading, e.measure.id, e.measure.act.id] for e in found.encoded],
        ),
        ("Left to a reader", ["heading", "why"], [[b.heading, b.why] for b in found.by_hand]),
        (
            "Lines",
            ["heading", "gains", "loses", "by"],
            [[x.heading, _few(x.gained), _few(x.lost), x.basis] for x in found.lists],
        ),
        ("Codes", ["ended", "taken over by", "sure"], moved),
        (
            "Lists that hold an ended code",
            ["list", "ended code", "taken over by"],
            [[x.name, x.code, _few(x.news)] for x in found.in_lists],
        ),
        ("The linters' word on the drafts", ["measure", "rule", "found"], [list(f) for f in found.findings]),
    ]


def _cells(d: Draft) -> list[str]:
    """A draft row in cells."""
    rate, combine = d.fields.get("rate"), d.fields.get("combine", "add")
    percent = f"{100 * rate:g} %" if isinstance(rate, (int, float)) else "rate left"
    said = {"zero": "relief", "total": f"{percent} in all"}.get(str(combine), f"+ {percent}")
    named = d.fields.get("products") or d.fields.get("product_list", "")
    goods = "left to a reader" if d.left else f"{len(d.goods)} lines" if d.goods else _few(named, 2)
    guessed = sum(mark == "guess" for mark, _ in d.marks.values())
    return [str(d.fields.get("heading", d.heading)), said, _few(d.fields["origins"], 3), goods, str(d.fields["start"]),
            str(d.fields["programme"]), f"{guessed} of {len(d.fields)}"]  # fmt: skip


def _few(some: object, most: int = 4) -> str:
    codes = [str(c) for c in some] if isinstance(some, (tuple, list)) else [str(some)]
    return ", ".join(codes[:most]) + (f" and {len(codes) - most} more" if len(codes) > most else "")
