"""Documents as tests: the console, Python and named TOML blocks, and the relative links of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.+?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
_OUTSIDE = re.compile(r"^[a-z]+:", re.IGNORECASE)


def squeezed(text: str) -> str:
    """The text with every run of white space as one blank."""
    return re.sub(r"\s+", " ", text).strip()


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind ("console", "python", "toml"), in order."""
    return [body for found, body in _BLOCK.findall(page.read_text("utf-8")) if found == kind]


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """(command, the lines that its output holds) of every `$ parley …` in the console blocks of a page."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ parley ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.splitlines()
            yield command, [line for line in lines if line.strip()]


def named_files(page: Path) -> dict[str, str]:
    """The TOML blocks that begin with their own name as a comment (`# name.toml`), and shipped examples of rows, by name."""
    text = page.read_text("utf-8")
    found = ((re.match(r"# (\S+\.toml)\b", body), body) for body in blocks(page, "toml"))
    rows = {
        path.name: path.read_text("utf-8")
        for path in (ROOT / "examples").glob("*.csv")
        if f"examples/{path.name}" in text
    }
    return rows | {name.group(1): body for name, body in found if name}


def relative_links(page: Path) -> list[str]:
    """The targets of a page's links that point into the repository, without their anchors."""
    return [target for target, _ in _LINK.findall(page.read_text("utf-8")) if not _OUTSIDE.match(target)]
