"""Write docs/glossary.md from report/glossary.toml and renamed_words.csv. Run: python builders/docs_glossary.py"""

from __future__ import annotations

import csv
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "glossary.md"
RENAMED = Path(__file__).with_name("renamed_words.csv")


def renamed() -> list[tuple[str, str, str]]:
    """Words and names that were replaced: the old one, the one now, and where."""
    with RENAMED.open(encoding="utf-8", newline="") as held:
        return [(row["old"], row["now"], row["where"]) for row in csv.DictReader(held)]


def page() -> str:
    """The page as text."""
    from parley.report.words import glossary

    parts = [
        "# Glossary\n\nEvery word that the product shows, by room, and last the words that were renamed.\n"
        "Made by builders/docs_glossary.py: do not edit by hand."
    ]
    for room, found in glossary().items():
        parts.append(f"## {room}\n\n" + "\n".join(f"* **{word}**: {says}" for word, says in found))
    rows = ["| old word | word now | where |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in renamed())]
    parts.append("## Renamed words\n\nNames of commands, options and JSON keys did not change.\n\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
