"""`parley law schedule`: what an edition of the tariff schedule holds, and what changed between two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parley.cli.law_show import tail, write_csv
from parley.cli.output import print_json, print_table
from parley.errors import InputError

if TYPE_CHECKING:
    from parley.law.hts_json import OfficialEdition

SHOWN = 40  # changes on a screen; --csv and --json have all


def answer(files: Sequence[Path], csv: Path | None, json: bool) -> None:
    """Prints the counts of one edition, or the changes between two."""
    from parley.law.answers_changes import edition_answer
    from parley.law.hts_json import read_edition

    if len(files) > 2:
        raise InputError("law schedule", f"{len(files)} files", "one edition, or two to compare")
    editions = [read_edition(path) for path in files]
    if len(editions) == 2:
        _show_changes(editions[0], editions[1], csv, json)
        return
    edition = editions[0]
    if csv:
        names = ("code", "general", "special", "other", "unit", "description")
        write_csv(csv, ({n: getattr(x, n) for n in names} for x in (*edition.lines, *edition.provisions)))
    found = edition_answer(edition)
    if json:
        print_json(found)
    else:
        special = ", ".join(f"{n:,} of chapter {c}" for c, n in found["provisions"].items())
        print(f"{edition.name}: {len(edition.lines):,} lines of goods; rows apart: {special or 'none'}; "
              f"{len(edition.footnotes):,} rows with footnotes to chapter 99")  # fmt: skip


def _show_changes(old: OfficialEdition, new: OfficialEdition, csv: Path | None, json: bool) -> None:
    from parley.codes import dotted
    from parley.law.answers_changes import schedule_changes_answer
    from parley.law.hts_json import changes

    found = changes(old, new)
    made = schedule_changes_answer(old, new, found)
    if csv:
        write_csv(csv, made["changes"])
    if json:
        print_json(made)
        return
    rows = [[dotted(c.code), c.what, ", ".join(dotted(o) for o in c.others[:4]), c.before, c.after, tail(c.description)]
            for c in found[:SHOWN]]  # fmt: skip
    counts = ", ".join(f"{n} {what}" for what, n in Counter(c.what for c in found).most_common())
    more = f"; {len(found) - SHOWN} more: --csv and --json have all" if len(found) > SHOWN else ""
    print_table(["line", "change", "kin", "before", "after", "description"], rows,
                note=f"{old.name} to {new.name}: {counts or 'no change'}{more}")  # fmt: skip
