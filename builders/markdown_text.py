"""Markdown as forges and the site both read it: tables, escaped text, anchors of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

CODE = re.compile(r"(`[^`]*`)")
MARKUP = re.compile(r"([\[\]*<|])|(?<!\w)(_)|(_)(?!\w)")


def escaped(text: str) -> str:
    """Text of which nothing is markup but what stands in backticks."""
    return "".join(p if p.startswith("`") else MARKUP.sub(r"\\\g<0>", p) for p in CODE.split(text))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table, without columns that are empty throughout; bars are escaped already."""
    kept = [k for k in range(len(heads)) if any(row[k] for row in rows)]
    lines = [[row[k] for k in kept] for row in (heads, *rows)]
    lines.insert(1, ["---"] * len(kept))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def anchor(heading: str) -> str:
    """The fragment by which forges and the site find a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OUTSIDE = re.compile(r"^[a-z]+:", re.IGNORECASE)


def links_of(text: str) -> list[str]:
    """The files that a page links to, without fragments, each once."""
    return list(dict.fromkeys(target for target in LINK.findall(text) if not OUTSIDE.match(target)))


def heading_of(text: str) -> str:
    """The title of a page."""
    return next(line[2:].replace("`", "") for line in text.splitlines() if line.startswith("# "))


def sections_of(text: str) -> list[tuple[str, str]]:
    """The sections of a page with their titles."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
