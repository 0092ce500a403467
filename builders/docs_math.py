"""Equations of the docs as MathML, as an extension of Python-Markdown: $`x`$ within a line, and fenced blocks named math.

Forges typeset the same two forms. MathML needs no script and no font of another machine.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from latex2mathml.converter import convert
from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

BLOCK = re.compile(r"^```math\n(.+?)^```$", re.MULTILINE | re.DOTALL)
INLINE = r"\$`([^`]+)`\$"
BEFORE_CODE = 195  # inline code has 190
BEFORE_FENCES = 27  # fenced code has 25; white space is normalised at 30


def mathml(tex: str, display: str = "inline") -> str:
    """TeX as MathML. Raises ValueError where a command is not known: it would be shown as it is written."""
    made = convert(tex.strip(), display=display)
    if "\\" in "".join(etree.fromstring(made).itertext()):
        raise ValueError(f"{tex.strip()!r}: a command that is not known; latex2mathml lists those that are")
    return made


class _Blocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return BLOCK.sub(self._stored, "\n".join(lines)).split("\n")

    def _stored(self, found: re.Match[str]) -> str:
        return f"\n{self.md.htmlStash.store(mathml(found[1], 'block'))}\n"


class _Inline(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:
        del data
        return self.md.htmlStash.store(mathml(m[1])), m.start(0), m.end(0)


class Math(Extension):
    """Both forms, before code is looked for."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Blocks(md), "math_blocks", BEFORE_FENCES)
        md.inlinePatterns.register(_Inline(INLINE, md), "math_inline", BEFORE_CODE)


def makeExtension(**options: object) -> Math:
    """What Python-Markdown asks a module of an extension for."""
    return Math(**options)
