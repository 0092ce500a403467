"""Write the docs' tables of what is found by walking a folder or a table: games, models, indicators, charts, sources, authorities, claims …

Run: python builders/docs_registries.py [--check]

Each table stands between two markers on its page. A test runs --check.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[1] / "docs"
Row = Sequence[str]


class Registry(NamedTuple):
    """A table of the docs: its page, its heads, and its rows, one for each thing that the walk finds."""

    page: str
    heads: Row
    rows: Callable[[], list[Row]]


def games() -> list[Row]:
    """The files of scenario/games."""
    from parley.scenario.game import Asked
    from parley.scenario.games import games as found
    from parley.scenario.games import read_game

    asked, shared = {name: read_game(name).Question for name in found()}, {"at", *(f.name for f in fields(Asked))}
    own = {name: [_option(f.name) for f in fields(q) if f.name not in shared] for name, q in asked.items()}
    return [(f"`{name}`", q.__doc__.splitlines()[0], " ".join(own[name])) for name, q in asked.items()]


def _option(name: str) -> str:
    return f"`--{name.replace('_', '-')}`"


def models() -> list[Row]:
    """The files of trade/models."""
    from parley.trade.models import models as found
    from parley.trade.models import read_model

    held = {name: read_model(name) for name in found()}
    return [(f"`{name}`", m.SAYS, _yes(m.LINKS), _yes(m.PROFITS)) for name, m in held.items()]


def closures() -> list[Row]:
    """The files of trade/closures."""
    from parley.trade.closures import closures as found
    from parley.trade.closures import read_closure

    held = {name: read_closure(name) for name in found()}
    models_of = {name: ", ".join(f"`{model}`" for model in c.MODELS) for name, c in held.items()}
    return [
        (f"`{name}`", f"`{c.KIND}`", c.SAYS, c.ASSUMES, c.SOURCE, models_of[name], _yes(c.ADJOINT))
        for name, c in held.items()
    ]


def _yes(held: bool) -> str:
    return "yes" if held else "no"


def indicators() -> list[Row]:
    """The fields of trade/answers.py:Indicators."""
    from parley.trade.answers import INDICATORS

    return [(f"`{name}`", row.label or "–", row.says) for name, row in INDICATORS.items()]


def charts() -> list[Row]:
    """The rows of the files of report/charts."""
    from parley.report.charts import charts as found

    return [(f"`{name}`", c.title, c.section, f"`{c.sheet}.csv`" if c.sheet else "–") for name, c in found().items()]


def sources() -> list[Row]:
    """The files of pull/sources."""
    from parley.pull.source import read_source
    from parley.pull.source import sources as found

    held = {name: read_source(name) for name in found()}
    return [
        (f"`{n}`", s.what, s.publisher, s.licence, _set(s.options), f"`{s.key}`" if s.key else "–")
        for n, s in held.items()
    ]


def _set(options: Sequence[str]) -> str:
    return " ".join(f"`{name}`" for name in options) or "–"


def authorities() -> list[Row]:
    """The rows of codes.LEGAL_AUTHORITIES."""
    from parley.codes import LEGAL_AUTHORITIES

    return [(f"`{a.id}`", a.label, a.duty) for a in LEGAL_AUTHORITIES]


def claims() -> list[Row]:
    """The rows of law/claims.csv."""
    from parley.law.entry_claims import CLAIMS

    kinds = {"flag": "true or false", "share": "a fraction", "day": "a day", "money": "a number"}
    return [(f"`{name}`", c.label, kinds[c.kind], c.sentence) for name, c in CLAIMS.items()]


def tools() -> list[Row]:
    """The rows of mcp/tools.py:TOOLS."""
    from parley.mcp.tools import TOOLS
    from parley.question import said

    return [(f"`{t.name}`", said(t.question).splitlines()[0], " ".join(f"`{n}`" for n in t.needed),
             " ".join(f"`{n}`" for n in t.schema()["properties"] if n not in t.needed)) for t in TOOLS.values()]  # fmt: skip


def renamed_options() -> list[Row]:
    """The rows of cli/option_words.py:RENAMED."""
    from parley.cli.option_words import RENAMED

    return [
        (f"`parley {' '.join(words)}`", f"`{old}`", f"`{new}`")
        for words, names in sorted(RENAMED.items())
        for old, new in names.items()
    ]


REGISTRIES = {
    "renamed options": Registry("command-line.md", ("command", "old word", "word of today"), renamed_options),
    "tools": Registry("assistants.md", ("tool", "what it answers", "needed", "also"), tools),
    "games": Registry("talks.md", ("game", "what it answers", "options of its own"), games),
    "models": Registry("method.md", ("model", "what it is", "input-output links", "profits"), models),
    "closures": Registry(
        "method.md",
        ("closure", "of", "what it does", "you assume", "source", "models", "gradients and games"),
        closures,
    ),
    "indicators": Registry("method.md", ("key", "in tables", "definition"), indicators),
    "charts": Registry("how-to.md", ("chart", "title", "section", "its numbers"), charts),
    "sources": Registry("data.md", ("source", "what", "publisher", "terms", "options", "key read from"), sources),
    "authorities": Registry("law.md", ("key", "legal authority", "its duty"), authorities),
    "claims": Registry("law.md", ("claim", "on a form", "value", "without it"), claims),
}


def table(name: str) -> str:
    """A registry as a table of Markdown."""
    held = REGISTRIES[name]
    lines = [[cell.replace("|", "/") for cell in row] for row in (held.heads, *held.rows())]
    lines.insert(1, ["---"] * len(held.heads))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(name: str, text: str) -> str:
    """A page with the table of a registry written anew. Raises SystemExit where its markers are not there."""
    start = f"<!-- written by builders/docs_registries.py: {name}; do not edit by hand -->"
    end = f"<!-- end of {name} -->"
    return written_between(start, end, table(name), text, f"docs/{REGISTRIES[name].page}")


def written_between(start: str, end: str, made: str, text: str, where: str) -> str:
    """A page with what stands between two markers written anew. Raises SystemExit where they are not there."""
    head, mark, rest = text.partition(start)
    if not mark or end not in rest:
        raise SystemExit(f"{where} needs the two markers\n{start}\n{end}")
    return f"{head}{start}\n{made}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Writes the pages, or with --check exits with 1 where one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is out of date")
    asked = parser.parse_args()
    for name, held in REGISTRIES.items():
        path = DOCS / held.page
        old = path.read_text("utf-8")
        new = page(name, old)
        if asked.check and new != old:
            sys.exit(f"docs/{held.page} is out of date ({name}): run python builders/docs_registries.py")
        if new != old:
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
