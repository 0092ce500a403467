"""Write the table of layouts in docs/files.md from the layouts' own files. Run: python builders/docs_files.py"""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "files.md"
START = "<!-- written by builders/docs_files.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_files.py writes -->"


def generated() -> str:
    """A row for each layout: its id, what it is, by which headings it is known, what is done with it."""
    from parley.law.shipments.layouts.registry import layouts

    rows = ["| layout | files | known by the headings | |", "|---|---|---|---|"]
    for x in layouts():
        known = ", ".join(item.replace("|", " or ") for item in x.signature)
        rows.append(f"| `{x.id}` | {x.title} | {known} | {x.about} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with its table written anew."""
    head, _, rest = text.partition(START)
    return f"{head}{START}\n{generated()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
