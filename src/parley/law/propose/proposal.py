"""What a new edition proposes: draft acts, rows that would end, lists and codes that moved, and the linters' word on the drafts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from parley.drafts import work_folder
from parley.errors import ParleyError
from parley.fixed import fixed_fields
from parley.law.measure import Measure, read_list
from parley.law.propose.changes import (
    HeadingChange,
    ListChange,
    Moved,
    heading_changes,
    list_changes,
    moved_codes,
    printed_day,
)
from parley.law.propose.drafts import drafted, drafted_list, paired
from parley.law.propose.editions import Edition
from parley.law.propose.heading_text import read_heading
from parley.law.propose.kin import law_of, worldwide_notes
from parley.law.propose.outcome import ByHand, Context, Draft, Encoded, Ends, Field, Mark
from parley.law.propose.toml_text import ActHead, act_text, list_text
from parley.outputs import told, write

Say = Callable[[str], None]


class ListAt(NamedTuple):
    """A packaged list that has a code which ended, with the codes that took over."""

    name: str
    code: str
    news: tuple[str, ...]


class DraftAct(NamedTuple):
    """A draft act: its id, which is its file's name, its rows and its text."""

    id: str
    programme: str
    rows: tuple[Draft, ...]
    text: str


class Source(NamedTuple):
    """What the drafts cite: an edition, or a notice with the day of its signature and its document."""

    title: str
    citation: str
    signed: date
    signed_mark: tuple[Mark, str]
    address: str = ""


class Stated(NamedTuple):
    """What a notice states beside the headings: its source, first days, authority, lists, and what of it was not read.

    noted: the goods that it puts into a note; named: those that a note lists for a heading. proposed: it is no law yet.
    """

    source: Source
    start: date | None
    starts: Mapping[str, date]
    authority: str
    lists: tuple[ListChange, ...]
    noted: Callable[[str], tuple[str, ...]]
    named: Mapping[str, tuple[str, ...]]
    proposed: bool
    unread: tuple[str, ...]


@dataclass(frozen=True)
@fixed_fields
class Proposal:
    """All that is proposed. findings: (measure, rule, found) of the linters over the drafts within the law."""

    old: Edition
    new: Edition
    start: date
    start_why: str
    changes: tuple[HeadingChange, ...]
    lists: tuple[ListChange, ...]
    moved: tuple[Moved, ...]
    in_lists: tuple[ListAt, ...]
    drafts: tuple[Draft, ...]
    ends: tuple[Ends, ...]
    by_hand: tuple[ByHand, ...]
    encoded: tuple[Encoded, ...]
    acts: tuple[DraftAct, ...]
    files: Mapping[str, str]  # name → content: the acts and their lists
    findings: tuple[tuple[str, str, str], ...] = ()


def propose(
    old: Edition, new: Edition, rows: Sequence[Measure], *, known: date | None = None,
    noted: Callable[[str], tuple[str, ...]] = lambda note: (), stated: Stated | None = None, say: Say = lambda text: None,
) -> Proposal:  # fmt: skip
    """What a new edition changes, as draft acts against encoded rows.

    known: the day on which the rows are read (None: fullest knowledge). noted: the goods that a note lists, where known.
    stated: what a notice says of the changes.
    """
    say(f"comparing {new.name} with {old.name}")
    changes = heading_changes(old, new)
    first, why = _first_day(stated, printed_day(changes, old, new), new)
    lists = (*list_changes(old, new), *(stated.lists if stated else ()))
    readings = {code: read_heading(h) for code, h in new.headings.items()}
    law = law_of(rows, old.headings, known)
    fresh = worldwide_notes((c.reading for c in changes if c.what == "new" and c.reading), law)
    context = Context(
        law, new.name, first, why, paired(changes), readings, new.footnotes or {}, _both(stated, noted), worldwide=fresh
    )
    if stated:
        context = context._replace(starts=stated.starts, authority=stated.authority, named=stated.named)
    seen = {c.heading for c in changes if c.what != "text"}
    unchanged = (c for c in lists if c.heading not in seen and c.heading in new.headings)
    outcomes = [
        *(drafted(c, context) for c in changes),
        *(drafted_list(c, new.headings[c.heading], context) for c in unchanged),
    ]
    drafts = [_announced(d, stated) for made in outcomes for d in made.drafts]
    ends, by_hand = [e for made in outcomes for e in made.ends], [b for made in outcomes for b in made.by_hand]
    by_hand += [ByHand("", text) for text in (stated.unread if stated else ())]
    moved = moved_codes(old.lines, new.lines)
    acts, files = _acts(drafts, ends, new, stated.source if stated else _of_edition(new, first))
    return Proposal(old, new, first, why, changes, lists, moved, _in_lists(moved, rows), tuple(drafts),
                    tuple(ends), tuple(by_hand), tuple(e for made in outcomes for e in made.encoded), acts, files)  # fmt: skip


def _both(stated: Stated | None, noted: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    """The goods of a note as the notice states them, else as they are known otherwise."""
    return (lambda note: stated.noted(note) or noted(note)) if stated else noted


def _announced(draft: Draft, stated: Stated | None) -> Draft:
    if stated is None or not stated.proposed:
        return draft
    why: tuple[Mark, str] = ("guess", "the document asks for comments: no law yet")
    return draft._replace(fields={**draft.fields, "announced": True}, marks={**draft.marks, "announced": why})


def _first_day(stated: Stated | None, printed: date | None, new: Edition) -> tuple[date, str]:
    if stated is not None and stated.start is not None:
        return stated.start, "the day that the notice states"
    if printed is not None:
        return printed, "the day that most new words of the edition print"
    return new.day, f"the edition's day ({new.dated})"


def _of_edition(new: Edition, first: date) -> Source:
    signed = min(first, new.day)
    return Source(f"What edition {new.name} of the schedule prints", f"HTSUS {new.name}, subchapter III of chapter 99",
                  signed, ("guess", "the act was not seen; no later than its first day"))  # fmt: skip


def _acts(
    drafts: Iterable[Draft], ends: Sequence[Ends], new: Edition, source: Source
) -> tuple[tuple[DraftAct, ...], dict[str, str]]:
    """One draft act an authority, and the files: acts and the lists of their rows."""
    by_programme: dict[str, list[Draft]] = {}
    for d in drafts:
        by_programme.setdefault(str(d.fields["programme"]), []).append(d)
    of_ends: dict[str, list[Ends]] = {}
    for e in ends:
        of_ends.setdefault(e.measure.programme, []).append(e)
    acts, files = [], {}
    for programme in sorted(by_programme.keys() | of_ends.keys()):
        rows, name = (
            tuple(by_programme.get(programme, ())),
            f"us-draft-{new.name.replace('_', '-')}-{programme.replace('_', '-')}",
        )
        text = act_text(_head(name, source), rows, of_ends.get(programme, ()), new.headings)
        acts.append(DraftAct(name, programme, rows, text))
        files[f"{name}.toml"] = text
        files |= {n: content for row in rows for n, content in _lists(row)}
    return tuple(acts), files


def _head(name: str, source: Source) -> ActHead:
    fields: dict[str, Field] = {"id": name, "title": source.title, "citation": source.citation, "read": False,
                                "authority": "USA", "signed": source.signed}  # fmt: skip
    marks: dict[str, tuple[Mark, str]] = {"signed": source.signed_mark}
    return ActHead(fields | ({"address": source.address} if source.address else {}), marks)


def _lists(row: Draft) -> Iterable[tuple[str, str]]:
    """The lists beside a row: its own, and copies of those that it keeps from an encoded row."""
    if row.left:
        return
    if row.goods:
        yield str(row.fields["product_list"]), list_text(row.heading, row.goods, row.marks["product_list"][1])
        return
    for name in ("product_list", "products_except_list"):
        if name in row.fields and row.like is not None:
            yield str(row.fields[name]), Path(row.like.folder, str(row.fields[name])).read_text("utf-8")


def _in_lists(moved: Sequence[Moved], rows: Iterable[Measure]) -> tuple[ListAt, ...]:
    """The lists of the United States' rows that have a code which ended."""
    news: dict[str, list[str]] = {}
    for m in moved:
        news.setdefault(m.old, []).extend([m.new] if m.new else [])
    names = sorted(
        {(r.folder, n) for r in rows if r.act.authority == "USA" for n in (r.product_list, r.products_except_list) if n}
    )
    return tuple(ListAt(name, code, tuple(news[code])) for folder, name in names
                 for code in sorted({x.product for x in read_list(folder, name)} & news.keys()))  # fmt: skip


def checked(found: Proposal, rows: Sequence[Measure], say: Say = lambda text: None) -> Proposal:
    """The proposal with the linters' word on its drafts, read from files as any act and put among the encoded rows."""
    from parley.law.check import check_regime
    from parley.law.regime import Regime, read_regime

    if all(row.left for row in found.drafts):
        return found
    say("asking the linters")
    with told(tempfile.gettempdir()), work_folder("drafts") as place:
        for name, content in found.files.items():
            write(Path(place, name), content)
        try:
            drafts = read_regime(place).measures
        except ParleyError as error:
            return replace(found, findings=(("", "a draft is read as any act", str(error)),))
        findings = check_regime(Regime((*_ended(rows, found.ends), *drafts)))
    ours = {m.id for m in drafts}
    return replace(found, findings=tuple((f.measure, f.rule, f.found) for f in findings if f.measure in ours))


def _ended(rows: Iterable[Measure], ends: Iterable[Ends]) -> Iterable[Measure]:
    """The encoded rows with the ends that are proposed."""
    when = {id(e.measure): e.end for e in ends}
    for m in rows:
        end = when.get(id(m))
        if end is None:
            yield m
        elif end > m.start:
            yield msgspec.structs.replace(m, end=end, known_end=None, end_known=None, collected_end=None, contingent="")
