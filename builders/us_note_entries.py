"""Build src/parley/law/schedule/usa-note-entries.csv.gz: the entries that subdivisions of notes print, digit for digit.

Run: python builders/us_note_entries.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per subdivision and entry (builders/us_notes.py). `parley law measures check` holds the lists of the acts against
them: no entry of a list may be shorter than what its note prints.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from us_notes import BRAZIL_SOURCE, SOURCE, SUBDIVISIONS, entries
from us_outputs import packed, write_schedule_table

FILE = "usa-note-entries.csv.gz"
ENTRY = {
    "source": f"{SOURCE}; {BRAZIL_SOURCE}",
    "terms": "United States government work, public domain",
    "vintage": "2026-04 and 2026-07",
    "builder": "builders/us_note_entries.py",
}


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed rows and their manifest entry."""
    rows = [f"{name},{code}\n" for name in sorted(SUBDIVISIONS) for code in sorted(entries(shared, name))]
    content = packed("note,code\n" + "".join(rows))
    return content, ENTRY | {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    write_schedule_table(FILE, build, __doc__)


if __name__ == "__main__":
    main()
