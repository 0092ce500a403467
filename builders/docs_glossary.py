"""Write docs/glossary.md from the words of report/glossary.toml. Run: python builders/docs_glossary.py"""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "glossary.md"


def page() -> str:
    """The page as text."""
    from parley.report.glossary import words

    parts = [
        "# Glossary\n\nEvery word that the product shows, by room. Made by builders/docs_glossary.py: do not edit by hand."
    ]
    for room, found in words().items():
        parts.append(f"## {room}\n\n" + "\n".join(f"* **{word}**: {says}" for word, says in found))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
