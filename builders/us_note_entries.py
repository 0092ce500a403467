"""Build src/parley/law/schedule/usa-note-entries.csv.gz: the entries that subdivisions of notes print, digit for digit.

Run: python builders/us_note_entries.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per subdivision and entry (builders/us_notes.py). `parley law measures check` holds the lists of the acts against
them: no entry of a list may be shorter than what its note prints.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
from pathlib import Path

from us_notes import BRAZIL_SOURCE, SOURCE, SUBDIVISIONS, entries
from us_schedule import record, replace_file

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
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as file:
        file.write(("note,code\n" + "".join(rows)).encode())
    content = packed.getvalue()
    return content, ENTRY | {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/schedule"))
    asked = parser.parse_args()
    content, entry = build(asked.shared)
    replace_file(asked.out / FILE, content)
    record(asked.out / "manifest.json", FILE, entry)
    print(f"{entry['rows']} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
