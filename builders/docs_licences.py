"""Writes docs/licences.md: the licences of what a default install and each extra bring.

Run: python builders/docs_licences.py   (in an environment with every extra: pip install -e '.[EXTRAS]', as it says)
"""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path

from supply import ROOT, closure, extras, is_copyleft, licence

PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what is installed

<!-- written by builders/docs_licences.py; do not edit by hand -->
parley itself is under Apache-2.0.
Data that ships with it has terms of its own: see [data](data.md) and NOTICE.
The tables list the libraries that an install brings, with the licence that each states.
None that you install with parley or a published extra is under the GPL or AGPL; a test checks that.
"""


def page() -> str:
    """The page. Raises SystemExit where an extra is not installed here."""
    base, absent = closure()
    groups = {extra: closure(extra) for extra in extras()}
    absent |= {name for _, lost in groups.values() for name in lost}
    if absent:
        raise SystemExit(f"not installed: {', '.join(sorted(absent))}. pip install -e '.[{','.join(extras())}]'")
    parts = [HEAD, _section("A default install", base)]
    for extra, (found, _) in groups.items():
        more = {name: made for name, made in found.items() if name not in base}
        parts.append(_section(f"`{extra}` adds", more))
    return "\n".join(parts)


def _section(title: str, found: dict[str, Distribution]) -> str:
    rows = [f"| {name} | {licence(found[name]) or 'not stated in its metadata'} |" for name in sorted(found)]
    marked = [name for name in sorted(found) if is_copyleft(licence(found[name]))]
    note = f"\nUnder the GPL or AGPL: {', '.join(marked)}.\n" if marked else ""
    return "\n".join([f"## {title}", "", "| library | licence |", "|---|---|", *rows, note])


def main() -> None:
    """Writes the page."""
    Path(PAGE).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
