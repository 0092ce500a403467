"""Write docs/reliability.md from the results that the runners keep, one JSON file a subject in docs/reliability/.

Run: python builders/docs_reliability.py [--check] [--page docs/reliability.md] [--results docs/reliability]

Nothing is computed here: a figure stands on the page with the day and the command that gave it. --check compares without writing.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import msgspec

from markdown_text import anchor, escaped

ROOT = Path(__file__).parents[1]
RESULTS, PAGE = ROOT / "docs" / "reliability", ROOT / "docs" / "reliability.md"
TOP = """# Reliability

<!-- written by builders/docs_reliability.py from docs/reliability/*.json: do not edit by hand -->

This page says how parley was tested beyond its test suite, and what was found.
Each figure comes from the command above its table, run on the day stated; where runs add up, the text says so.
A figure that nobody measured is not here.
A short round of each command runs in the tests, so that the commands stay true.
Larger rounds are run by hand: every command takes `--help`, a seed and a size.
`python builders/docs_reliability.py` writes this page from the results, one file a subject, in `docs/reliability/`.
"""
Cell = str | int | float | None


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one runner found."""

    title: str
    day: date
    command: str
    seconds: float  # that the run took
    what: str  # a sentence or two: what was tried, and what would have been a fault
    columns: list[str]
    rows: list[list[Cell]]
    failures: list[str]  # a sentence each; none where all held

    def __post_init__(self) -> None:
        uneven = [row for row in self.rows if len(row) != len(self.columns)]
        if uneven:
            raise ValueError(f"cells in a row: {len(uneven[0])}; columns: {len(self.columns)}")


def subjects(folder: Path) -> list[Subject]:
    """The results in a folder, by title. Exits with a sentence where a file is no result."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Subject))
        except msgspec.DecodeError as error:
            sys.exit(
                f"{path}: {error}. The fields are those of Subject in {Path(__file__).name}; run its command again."
            )
    return sorted(found, key=lambda subject: subject.title)


def keep(subject: Subject, place: Path) -> None:
    """Writes what a runner found."""
    text = msgspec.json.format(msgspec.json.encode(subject), indent=1).decode()
    place.write_text(text + "\n", encoding="utf-8")


def keep_added(now: Subject, place: Path, alike: int) -> None:
    """Writes what a run found over what runs before it found: a row takes the place of one with the same first cells.

    Seconds add up and commands stand one a line. What had failed and names the first two cells of such a row goes with it.
    """
    before = msgspec.json.decode(place.read_bytes(), type=Subject)
    again = {tuple(row[:alike]) for row in now.rows}
    gone = [f for f in before.failures if any(all(str(cell) in f for cell in key[:2]) for key in again)]
    keep(
        msgspec.structs.replace(
            now,
            command="\n".join(dict.fromkeys((*before.command.splitlines(), now.command))),
            seconds=before.seconds + now.seconds,
            rows=[*(row for row in before.rows if tuple(row[:alike]) not in again), *now.rows],
            failures=[*(f for f in before.failures if f not in gone), *now.failures],
        ),
        place,
    )


def page(found: list[Subject]) -> str:
    """The whole page: what was tried in short, then each subject."""
    return "\n".join([TOP, *_overview(found), *(line for subject in found for line in _section(subject))])


def _overview(found: list[Subject]) -> list[str]:
    rows = (f"| [{escaped(s.title)}](#{anchor(s.title)}) | {s.day} | {_verdict(s)} |" for s in found)
    return ["| subject | day | found |", "|---|---|---|", *rows, ""]


def _verdict(subject: Subject) -> str:
    count = len(subject.failures)
    return "all held" if not count else f"{count} failure{'s' * (count > 1)} left, named below"


def _section(subject: Subject) -> list[str]:
    made = f"Run on {subject.day}, {_duration(subject.seconds)}:"
    table = [subject.columns, ["---:" if _is_figures(subject, k) else "---" for k in range(len(subject.columns))]]
    rows = [[escaped(str(head)) for head in table[0]], table[1], *([_cell(x) for x in row] for row in subject.rows)]
    left = ["What did not hold:", "", *(f"* {escaped(sentence)}" for sentence in subject.failures), ""]
    return [
        f"## {escaped(subject.title)}",
        "",
        escaped(subject.what),
        "",
        made,
        "",
        *("```sh", subject.command, "```", ""),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        *(left if subject.failures else []),
    ]


def _is_figures(subject: Subject, column: int) -> bool:
    return bool(subject.rows) and all(isinstance(row[column], int | float | None) for row in subject.rows)


def _cell(value: Cell) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else escaped(str(value))


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def main() -> None:
    """Write the page, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare without writing")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args()
    made = page(subjects(asked.results))
    if asked.check:
        same = made == asked.page.read_text("utf-8")
        sys.exit(None if same else f"{asked.page} differs from the results: python builders/docs_reliability.py")
    asked.page.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
