"""Build src/parley/law/schedule/usa-footnotes.csv.gz: which tariff lines' footnotes name which heading.

Run: python builders/us_footnotes.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per heading and code, over the editions that builders/us_list_tables.py reads, carried over the transfers of
statistical numbers. The linter of `parley law measures check` holds the lists of the acts against them; where both differ
for a reason, usa-footnote-differences.csv says so.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from us_carried import carried
from us_list_tables import READ_EDITIONS, footnotes, plain
from us_outputs import packed, record, replace_file

FILE = "usa-footnotes.csv.gz"
SUBCHAPTERS = ("9903.45.", "9903.88.", "9903.90.", "9903.91.")  # safeguards, Section 301, column 2; none is on others
ENTRY = {
    "source": f"USITC, Harmonized Tariff Schedule, footnotes of the lines of chapters 1 to 97; editions {', '.join(READ_EDITIONS)}",
    "terms": "United States government work, public domain",
    "vintage": "2025 and 2026",
    "builder": "builders/us_footnotes.py",
}
DIFFERENCES = "usa-footnote-differences.csv"  # written by hand, beside the table; its entry is kept here
DIFFERENCES_ENTRY = {
    "source": "our reading of notes 20 and 31 of chapter 99, of the footnotes and of the duties charged in 2024",
    "terms": "own work",
    "vintage": "2026",
    "builder": "written by hand; checked by parley law measures check",
}


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed rows and their manifest entry."""
    named: dict[str, set[str]] = {}
    for code, headings in footnotes(shared).items():
        for heading in (h for h in headings if h.startswith(SUBCHAPTERS)):
            named.setdefault(heading, set()).add(code)
    rows = sorted((h, code) for h, codes in named.items() for code, _, _ in carried(plain(codes)))
    rows = list(dict.fromkeys(rows))
    text = "heading,code\n" + "".join(f"{h},{code}\n" for h, code in rows)
    content = packed(text)
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
    if (asked.out / DIFFERENCES).exists():
        held = (asked.out / DIFFERENCES).read_bytes()
        rows = sum(not line.startswith(b"#") for line in held.splitlines()) - 1
        more = {"rows": rows, "sha256": hashlib.sha256(held).hexdigest()}
        record(asked.out / "manifest.json", DIFFERENCES, DIFFERENCES_ENTRY | more)
    print(f"{entry['rows']} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
