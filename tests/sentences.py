"""Sentences of a text for people, and their words: Markdown without its code, or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

ALLOWED = 40  # words of a sentence
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INDENTED = re.compile(r"^(?: {4}|\t)(?!\s*[-*\d]).*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"``[^`]+``|`[^`]+`")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
_END = re.compile(r"""(?<=[.!?])(?<!\bNo\.)(?<!\bcf\.)(?<!\be\.g\.)["”’)\]]*\s+(?=["“‘(\[]*(?:[A-Z0-9_]|parley\b))""")
_WORD = re.compile(r"\w")


def markdown_texts(text: str) -> Iterator[str]:
    """Paragraphs, list items, headings and table cells of a Markdown page; a span of code counts as one word."""
    text = _INDENTED.sub("", _COMMENT.sub("", _FENCE.sub("", text)))
    text = _LINK.sub(r"\1", _CODE.sub("Code", text))
    text = re.sub(r"[*]{1,2}", "", re.sub(r"^(\s*)[*]\s", r"\1- ", text, flags=re.MULTILINE))
    held: list[str] = []
    for line in [*text.splitlines(), ""]:
        cells, item = line.lstrip().startswith("|"), _ITEM.match(line)
        if (cells or item or not line.strip() or line.startswith("#")) and held:
            yield " ".join(held)
            held = []
        if cells:
            yield from (cell.strip() for cell in line.strip().strip("|").split("|"))
        elif line.startswith("#"):
            yield line.lstrip("# ")
        elif line.strip():
            held.append(line[item.end() :] if item else line.strip())


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph; what a middle dot separates is a list, not a sentence."""
    whole = " ".join(text.split())
    return [part for piece in whole.split(" · ") for part in _END.split(piece) if part.strip()]


def length(sentence: str) -> int:
    """Words of a sentence: whatever stands between blanks and holds a letter or a digit."""
    return sum(bool(_WORD.search(word)) for word in sentence.split())


def longer_than(texts: Iterator[str] | list[str], words: int = ALLOWED) -> list[str]:
    """The sentences above so many words, each with its count before it."""
    found = [each for text in texts for each in sentences(text)]
    return [f"{length(each)} words: {each}" for each in found if length(each) > words]
