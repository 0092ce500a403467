"""Write docs/law-propose.md: what `parley law propose` would have proposed at each edition, held against the encoded acts.

Run: python builders/law_propose.py FOLDER [--out docs/law-propose.md]

FOLDER holds the official JSON of the editions (hts_2025_basic.json.gz, hts_2025_rev_1.json.gz, …). At each step the law is
read as it was known and in force on the day of the earlier edition. How it is read was settled on the steps to FROZEN_AT, the later ones
are reported apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from law_propose_score import NEAR, Step, code_scores, matched
from parley.law.propose.editions import Edition, edition_of_file, packaged_days
from parley.law.propose.proposal import Proposal, propose
from parley.law.regime import read_regime

FROZEN_AT = "2025_rev_16"


def editions_in(folder: Path) -> list[Edition]:
    """The editions of a folder whose days the package knows, in order."""
    days = packaged_days()
    found = [edition_of_file(path) for path in sorted(folder.glob("hts_20*.json*"))]
    return sorted((e for e in found if e.name in days), key=lambda e: (e.day, list(days).index(e.name)))


def proposals(editions: Sequence[Edition]) -> list[Proposal]:
    """What each edition would have proposed after the one before it."""
    rows = read_regime().measures
    return [propose(a, b, [m for m in rows if m.start <= a.day], known=a.day) for a, b in pairwise(editions)]


def page(folder: Path) -> str:
    """The whole page."""
    editions = editions_in(folder)
    made = proposals(editions)
    rows = read_regime().measures
    steps = matched(made, rows)
    codes = code_scores(made)
    frozen = next((k for k, p in enumerate(made) if p.new.name == FROZEN_AT), len(made) - 1) + 1
    parts = [*_head(editions), *_totals(steps, codes, frozen), *_by_step(steps, codes), *_kinds(steps, frozen),
             *_misses(steps), *_code_words(codes)]  # fmt: skip
    return "\n".join(parts) + "\n"


def _head(editions: Sequence[Edition]) -> list[str]:
    return [
        "# What new editions would have proposed", "",
        "Written by `python builders/law_propose.py FOLDER` from the official JSON of the editions and the packaged acts.", "",
        f"`parley law propose` was run on each of the {len(editions) - 1} steps between {len(editions)} editions,",
        f"from {editions[0].name} to {editions[-1].name}.",
        "At each step it saw the law as it was known and in force on the day of the earlier edition.",
        f"How it reads headings was settled on the steps to {FROZEN_AT}; later steps were only counted.",
        "Two things came from later texts: the words of a floor, and footnotes as a sign for unchanged headings.",
        "What counts as a change, and how near an edition must be, was settled with all steps in view.",
        "", "How it is counted:", "",
        "* An *encoded change* is a day on which the rows of a heading of chapter 99 begin, change or end in the packaged acts.",
        "  A change of stacking alone is none, and so is a line that enters or leaves the list of a note.",
        f"* A change is *found* where an edition within {NEAR} days of it shows the heading as new, changed or ended.",
        "* A *hit* is a found change whose drafted rate, origins and legal authority equal those of an encoded row.",
        "* *Partly* means that one of them differs or was not drafted.",
        "  An authority of which no row is encoded yet cannot be guessed: the duties of 5 April 2025 are partly found for that alone.",
        "* An end that a heading printed in advance is a hit of the edition that printed it.",
        "* A *miss* is a change that was not found. A *false alarm* is a draft row, or an end, that no encoded change meets.",
        "* *First day* and *goods* count the hits whose first day, and whose lines, equal those encoded.", ""]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "none"


def _totals(steps: Sequence[Step], codes: Sequence[Counter[str]], frozen: int) -> list[str]:
    rows = []
    for name, part in (
        (f"to {FROZEN_AT}", slice(0, frozen)),
        (f"after {FROZEN_AT}", slice(frozen, None)),
        ("all", slice(None)),
    ):
        some, of_codes = steps[part], _sum(codes[part])
        found = [m for s in some for m in s.matches]
        hits = [m for m in found if m.hit]
        begun = [m for m in hits if not m.event.ends]
        cells = [name, len(some), len(found), len(hits), sum(m.partly for m in found), sum(m.missed for m in found),
                 sum(len(s.alarms) for s in some), _share(sum(m.day_right for m in begun), len(begun)),
                 _share(sum(m.goods_right for m in begun), len(begun)),
                 f"{of_codes['hit']} / {of_codes['miss']} / {of_codes['false']}"]  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return ["## In all", "",
            "Codes: hits / misses / false alarms, in pairs of an ended number and one that took over.", "",
            "| steps | number | encoded changes | hits | partly | misses | false alarms | first day | goods | codes |",
            "|---|--:|--:|--:|--:|--:|--:|---|---|---|", *rows, ""]  # fmt: skip


def _sum(some: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for c in some:
        total.update(c)
    return total


def _by_step(steps: Sequence[Step], codes: Sequence[Counter[str]]) -> list[str]:
    rows = []
    for s, c in zip(steps, codes, strict=True):
        p = s.proposal
        cells = [p.new.name, p.new.day, sum(x.what != "text" for x in p.changes), sum(x.what == "text" for x in p.changes),
                 len(p.drafts), sum(bool(d.left) for d in p.drafts), len(s.matches), sum(m.hit for m in s.matches),
                 sum(m.partly for m in s.matches), sum(m.missed for m in s.matches), len(s.alarms),
                 f"{c['hit']} / {c['miss']} / {c['false']}"]  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return ["## Step by step", "",
            "Headings: those that are new, changed or ended, and those of which words alone changed.",
            "Drafts: all rows, and of these the rows whose goods are left to a reader.", "",
            "| edition | day | headings | words alone | drafts | goods left | changes | hits | partly | misses | false alarms | codes |",
            "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|", *rows, ""]  # fmt: skip


def _kinds(steps: Sequence[Step], frozen: int) -> list[str]:
    """Why changes were missed or found in part, and what the false alarms are."""
    parts = []
    for title, of in (
        ("Misses by kind", _miss_kinds),
        ("Partly found, by what differs", _part_kinds),
        ("False alarms by kind", _alarm_kinds),
    ):
        before, after = (Counter(k for s in some for k in of(s)) for some in (steps[:frozen], steps[frozen:]))
        names = sorted(before.keys() | after.keys(), key=lambda n: (-before[n] - after[n], n))
        parts += [f"## {title}", "", f"| kind | to {FROZEN_AT} | after |", "|---|--:|--:|",
                  *(f"| {n} | {before[n]} | {after[n]} |" for n in names), ""]  # fmt: skip
    return parts


def _miss_kinds(s: Step) -> list[str]:
    return [m.kind for m in s.matches if m.missed]


def _part_kinds(s: Step) -> list[str]:
    return [m.kind for m in s.matches if m.partly]


def _alarm_kinds(s: Step) -> list[str]:
    return [kind for _, kind in s.alarms]


def _misses(steps: Sequence[Step]) -> list[str]:
    """Each step's misses and false alarms, named by kind."""
    rows = []
    for s in steps:
        found: dict[tuple[str, str], list[str]] = {}
        for m in s.matches:
            if m.missed:
                found.setdefault(("miss", m.kind), []).append(f"{m.event.name} of {m.event.day}")
        for heading, kind in s.alarms:
            found.setdefault(("false alarm", kind), []).append(heading)
        rows += [
            f"| {s.proposal.new.name} | {what} | {kind} | {_few(some)} |"
            for (what, kind), some in sorted(found.items())
        ]
    return [
        "## Each step's misses and false alarms",
        "",
        "| edition | what | kind | headings |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _few(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more


def _code_words(codes: Sequence[Counter[str]]) -> list[str]:
    total = _sum(codes)
    return ["## Codes", "",
            "Pairs of an ended number and one that took over, against the transfers of the committee (usa-transfers.csv).",
            f"{total['open']} proposed pairs are of codes that the record itself does not pair; they count neither way."]  # fmt: skip


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/law-propose.md"))
    asked = parser.parse_args()
    asked.out.write_text(page(asked.folder), "utf-8")
    print(f"written: {asked.out}")


if __name__ == "__main__":
    main()
