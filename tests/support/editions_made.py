"""Small editions of the United States schedule, made by code: some lines of goods and the headings of chapter 99 that a test gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from parley.law.hts_json import parse_edition
from parley.law.propose.editions import Edition, as_edition
from schedule_rows import row

APPLICABLE = "The duty provided in the applicable subheading"
GOODS = [
    row("9503", 0, "Toys:"),
    row("9503.00.00", 1, "Toys, puzzles and scale models", "Free"),
    row("9503.00.00.11", 2, "For children under 3"),
    row("9503.00.00.90", 2, "Other"),
]


def rows_of(
    headings: Mapping[str, tuple[str, str]],
    footnotes: Mapping[str, str] | None = None,
    goods: Sequence[dict[str, object]] = GOODS,
) -> list[dict[str, object]]:
    """The rows of an edition. headings: number → (column 1 general, description); footnotes: code of goods → text."""
    said = footnotes or {}
    lines = [{**r, "footnotes": [{"value": said[str(r["htsno"])]}]} if r["htsno"] in said else r for r in goods]
    return [*lines, *(row(code, 0, words, general) for code, (general, words) in headings.items())]


def edition(
    name: str, day: date, headings: Mapping[str, tuple[str, str]], footnotes: Mapping[str, str] | None = None,
    goods: Sequence[dict[str, object]] = GOODS,
) -> Edition:  # fmt: skip
    """An edition of these headings."""
    content = json.dumps(rows_of(headings, footnotes, goods)).encode()
    return as_edition(parse_edition(content, f"hts_{name}.json"), day, "as given")


def written(
    folder: Path, name: str, headings: Mapping[str, tuple[str, str]], footnotes: Mapping[str, str] | None = None,
    goods: Sequence[dict[str, object]] = GOODS,
) -> Path:  # fmt: skip
    """The file of an edition of these headings."""
    path = folder / name
    path.write_text(json.dumps(rows_of(headings, footnotes, goods)), "utf-8")
    return path
