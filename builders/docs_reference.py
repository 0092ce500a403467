"""Write docs/reference/: the public Python names, the commands, the HTTP API and its answers, each read off the product.

Run: python builders/docs_reference.py [--check]

Nothing on these pages is typed in: they are docstrings, the help of options, and the OpenAPI document. A test runs --check.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from reference_commands import commands_page
from reference_http import answers_page, http_page
from reference_python import python_page

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- written by builders/docs_reference.py: do not edit by hand -->"
PAGES: Mapping[str, Callable[[], str]] = {
    "python.md": python_page,
    "commands.md": commands_page,
    "http.md": http_page,
    "answers.md": answers_page,
}


def stale(pages: Iterable[str] = PAGES) -> Sequence[str]:
    """The names of the pages that differ from what the product says."""
    held = {name: FOLDER / name for name in pages}
    return [n for n, path in held.items() if not path.is_file() or path.read_text("utf-8") != page(n)]


def page(name: str) -> str:
    """One page, with the note of who writes it."""
    return f"{NOTE}\n{PAGES[name]()}"


def main() -> None:
    """Writes the pages, or with --check exits with 1 where one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is out of date")
    asked = parser.parse_args()
    old = stale()
    if asked.check and old:
        sys.exit(f"docs/reference/{', '.join(old)}: out of date; run python builders/docs_reference.py")
    FOLDER.mkdir(exist_ok=True)
    for name in old:
        (FOLDER / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
