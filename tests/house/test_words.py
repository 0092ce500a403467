"""Words for people: README and docs hold no sentence above 25 words, help and the briefing none above 40; no renamed word."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from commands import walked
from documents import ROOT
from parley.report.page import page
from parley.report.words import glossary
from report_answer import answer
from sentences import longer_than, markdown_texts, sentences
from tables import each

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHORT = 25  # words of a sentence on a page
RENAMED = ROOT / "builders" / "renamed_words.csv"
TERMS = ("special programme indicator",)  # customs' own name for the column


def prose(path: Path) -> str:
    """A page without the renamed words, citations that a builder copies from manifests, headings of files, and definitions in JSON."""
    text = path.read_text("utf-8").partition("## Renamed words")[0]
    text = re.sub(r"(?s)<!-- written by builders/docs_(?:data|files).py.*?<!-- end of what.*?-->", "", text)
    return re.sub(r"(?s)<!-- written by builders/docs_registries.py: indicators.*?<!-- end of indicators -->", "", text)


@cache
def retired() -> dict[str, re.Pattern[str]]:
    """Words and names that pages no longer use; those without a capital are found in any case."""
    with RENAMED.open(encoding="utf-8", newline="") as held:
        words = [word for row in csv.DictReader(held) for word in row["never"].split("|") if word]
    return {w: re.compile(rf"\b{re.escape(w)}\b", 0 if w != w.lower() else re.IGNORECASE) for w in words}


def _says_it_shortly(path: Path) -> None:
    texts = list(markdown_texts(prose(path)))
    assert not longer_than(texts, SHORT)
    assert not renamed_in(" ".join(texts))


def test_no_sentence_of_a_page_is_too_long_and_none_has_a_renamed_word() -> None:
    each(PAGES, _says_it_shortly)


def renamed_in(text: str) -> list[str]:
    """The retired words of a text."""
    for term in TERMS:
        text = text.replace(term, "")
    return [word for word, pattern in retired().items() if pattern.search(text)]


TEMPLATES = sorted((ROOT / "src" / "parley").glob("*/templates/*.j2"))


def _has_no_renamed_word(template: Path) -> None:
    assert not renamed_in(re.sub(r"(?s)\{[{%#].*?[%}#]\}", " ", " ".join(visible(template.read_text("utf-8")))))


def test_templates_use_no_renamed_word() -> None:
    each(TEMPLATES, _has_no_renamed_word)


@pytest.mark.parametrize("name", ["law_views", "rate_view", "record_view", "scenario_view", "compare_view", "ask_view"])
def test_what_a_page_says_of_its_method_is_short_and_uses_no_renamed_word(name: str) -> None:
    pytest.importorskip("starlette", reason="the web extra is not installed")
    module = import_module(f"parley.web.{name}")
    said = [s for key, words in vars(module).items() if key.endswith("METHOD") for s in words]
    assert said
    assert not longer_than(said, SHORT)
    assert not renamed_in(" ".join(said))


def help_texts(node: Any) -> Iterator[str]:
    """The paragraphs of a command's help before its examples, and its options' texts; an indented block is code."""
    for paragraph in re.split(r"\n\s*\n", (node.help or "").partition("Example")[0]):
        if "\b" not in paragraph:
            yield paragraph
    yield from (getattr(parameter, "help", None) or "" for parameter in node.params)


@pytest.mark.parametrize(("words", "node"), walked())
def test_no_sentence_of_a_help_text_is_too_long(words: tuple[str, ...], node: Any) -> None:
    assert not longer_than(list(help_texts(node)))


def test_no_sentence_of_the_glossary_is_too_long() -> None:
    assert not longer_than([says for found in glossary().values() for _, says in found])


class Visible(HTMLParser):
    """The texts that a reader sees on a page, one for each block."""

    BLOCKS = frozenset(
        "p li h1 h2 h3 h4 td th dt dd figcaption caption summary div blockquote option small tr br span".split()
    )
    HIDDEN = frozenset(("style", "title", "svg", "pre", "code"))

    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        self.texts += [""] if tag in self.BLOCKS else []

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self.HIDDEN
        self.texts += [""] if tag in self.BLOCKS else []

    def handle_data(self, data: str) -> None:
        self.texts[-1] += "" if self.hidden else data


def visible(html: str) -> list[str]:
    """The blocks of a page's text."""
    reader = Visible()
    reader.feed(html)
    return reader.texts


def printed_lines(answer: dict[str, Any]) -> list[str]:
    """The lines of the briefing on a terminal that never breaks one; tables left out."""
    from rich.console import Console
    from rich.text import Text

    from parley.report.text import brief_text

    console = Console(width=10_000)
    parts = getattr(brief_text(answer), "renderables", [])
    with console.capture() as held:
        for part in parts:
            if isinstance(part, Text):
                console.print(part)
    return held.get().splitlines()


@pytest.mark.slow
def test_no_sentence_of_the_briefing_is_too_long() -> None:
    assert not longer_than(visible(page(answer())))


@pytest.mark.slow
def test_no_sentence_of_the_shipped_briefing_is_too_long() -> None:
    from parley.scenario.brief import run
    from parley.scenario.scenario import read_scenario

    made = run(read_scenario()).as_json()
    said = [made["method"][key] for key in ("baseline", "deficits", "revenue", "wedges", "uncertainty")]
    assert not longer_than([*made["headline"], *said, *made["method"]["limits"], *made["method"]["assumptions"]])
    assert not longer_than(printed_lines(made))


def test_sentences_are_told_apart() -> None:
    text = "See No. 2. It ends (here). parley goes on, at 3.5 %! “A quote.” `code` stays one word"
    assert sentences(text) == [
        "See No. 2.", "It ends (here).", "parley goes on, at 3.5 %!", "“A quote.” `code` stays one word"
    ]  # fmt: skip
    marked = (
        "# Head\n\nA line\ngoes on.\n\n* one\n* two\n\n| a | b |\n|---|---|\n| c. d | `x y` |\n\n```\nnot this\n```\n"
    )
    assert [t for t in markdown_texts(marked) if t.strip("-")] == [
        "Head", "A line goes on.", "one", "two", "a", "b", "c. d", "Code"
    ]  # fmt: skip


def test_a_long_sentence_is_found() -> None:
    assert longer_than(["word " * 41])
    assert not longer_than(["word " * 40])
