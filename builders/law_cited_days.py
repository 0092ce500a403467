"""Write src/parley/law/measures/cited-days.csv: the day of every instrument that our law names, so that no answer cites a later one.

Run: python builders/law_cited_days.py [--check]

Instruments with an act of their own have its day. The others stand in the file with their source; those rows are kept, and one
that no text names any more is left out. A named instrument without a row stops the run: add its row, with its source.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from parley.law.as_known import CITED_DAYS, CitedDay, instruments_in, read_cited_days
from parley.law.regime import read_regime
from parley.outputs import write

HOME = Path(__file__).parents[1] / "src" / "parley" / "law" / "measures"
TOP = """# The day of each instrument that our law names: signed, or of a notice published.
# builders/law_cited_days.py writes those of acts.
"""


def own() -> dict[str, CitedDay]:
    """The instruments in the first part of an act's citation, with the day on which it was signed."""
    found: dict[str, CitedDay] = {}
    for act in {m.act.id: m.act for m in read_regime().measures}.values():
        for name in instruments_in(act.citation.split("; ")[0]):
            held = found.get(name)
            if held is None or act.signed < held.day:
                found[name] = CitedDay(name, act.signed, f"act {act.id}")
    return found


def named() -> Iterator[str]:
    """Every instrument that a text of the law names."""
    for m in read_regime().measures:
        for text in (m.act.title, m.act.citation, m.act.note, m.act.stacks, m.stacks, m.reason):
            yield from instruments_in(text)


def content() -> str:
    """The file. Raises SystemExit naming what has no day."""
    ours, kept = own(), {c.name: c for c in read_cited_days() if not c.source.startswith("act ")}
    rows = kept | ours
    lacking = sorted({*named()} - rows.keys())
    if lacking:
        sys.exit(f"no day of {', '.join(lacking)}: add a row to {CITED_DAYS}, with its source")
    used = {*named(), *ours}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("instrument", "day", "source"))
    writer.writerows(
        (c.name, c.day, c.source) for c in sorted(rows.values(), key=lambda c: (c.day, c.name)) if c.name in used
    )
    return TOP + out.getvalue()


def main() -> None:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    path, made = HOME / CITED_DAYS, content()
    if parser.parse_args().check:
        sys.exit(None if path.read_text("utf-8") == made else f"{path.name} is not what this builder writes")
    write(path, made.encode())


if __name__ == "__main__":
    main()
