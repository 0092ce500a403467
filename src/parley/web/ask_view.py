"""Any command as a page: a form from its options, its answer as tables. What a room can do next stands here on the day it lands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from parley import __version__
from parley.errors import unknown_name
from parley.question import offered
from parley.report.sheet import Sheet
from parley.report.words import capital, number
from parley.scenario.game import Solved
from parley.web import charts, reading
from parley.web.answer_parts import chart_of, facts, inner_facts, parties_first, tables
from parley.web.commands import Command, commands, line_of
from parley.web.form_fields import FormField, by_label, field_of, in_form
from parley.web.view import Chart, View

if TYPE_CHECKING:
    from parley.web.api import Service

PARTIES = ("USA", "CHN")
LONG, WIDE = 120, 12  # rows and columns of a table on the page; its file has them all
ABOUT = frozenset((*Solved.__annotations__, "solves", "passes"))  # how an answer was asked and solved: shown after it
METHOD = (
    "The answer is that of the command below, run in a process of its own; its keys are those of `--json`. Equations, papers and "
    "what each game assumes are in the documents method, talks, law and record.",
)


def command_at(path: str) -> Command:
    """The command of a page's address. Raises InputError with the nearest."""
    name = path.strip("/")
    if f"/{name}" not in commands():
        raise unknown_name("address", "question", name[:60], [p[1:] for p in commands()])
    return commands()[f"/{name}"]


async def ask_view(command: Command, query: str, service: Service) -> View:
    """The page of one command: the form alone until `go` asks it, then its answer."""
    pairs = reading.pairs_of(query)
    asks = is_asked(pairs)
    asked = question_of(command, pairs) if asks else None
    answer = await service.run(command, asked) if asks else b""
    found = msgspec.json.decode(answer) if answer else {}
    kept = {k: parties_first(v, parties_of(asked)) for k, v in found.items() if k not in ("seconds",)}
    sheets = {s.name: s for s in tables(kept)}
    about = {k: v for k, v in kept.items() if k in ABOUT}
    context = {
        "command": command,
        "further": capital(command.summary.partition(": ")[2]),
        "fields": fields(command, asked),
        "facts": labelled(command, facts({k: v for k, v in kept.items() if k not in ABOUT})),
        "inner": inner_facts(kept),
        "about_facts": labelled(command, facts(about)),
        "about": [s.name for s in tables(about)],
        "asks": asks,
        "long": LONG,
        "wide": WIDE,
    }
    typed = line_of(command, asked) if asks else "parley " + " ".join(command.words) + " --help"
    return View(
        "ask.html.j2", title_of(command), f"/ask{command.path}", asked or Nothing(), context, sheets,
        command=(typed,), python=python_of(typed), api="", cite=f"parley {__version__}: {typed}.", method=METHOD,
        charts=charts_of(sheets.values()), json_text=answer, more=(("go", "1"),) if asks else (),
    )  # fmt: skip


def labelled(command: Command, found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Facts in which the fields of the form stand by their labels."""
    names = [part.called for part in offered(command.question)]
    return [(name, by_label(text, names)) for name, text in found]


def is_asked(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether an address asks, not only shows its form."""
    return ("go", "1") in pairs


def question_of(command: Command, pairs: list[tuple[str, str]]) -> Any:
    """The question of an address. Raises InputError."""
    return reading.read_pairs(command.question, list(each_value(command, [(n, v) for n, v in pairs if v.strip()])))


def parties_of(asked: Any) -> tuple[str, ...]:
    """The countries of which a question asks to be told, else the two of the conflict."""
    named = [v for n in ("country", "player", "target", "players") for v in (getattr(asked, n, None) or (),)]
    codes = [c for v in named for c in (v.split(",") if isinstance(v, str) else v)]
    return tuple(codes) or PARTIES


def charts_of(sheets: Iterable[Sheet]) -> dict[str, Chart]:
    """The tables that can be drawn as bars, by the table's name."""
    found = ((sheet.name, chart_of(sheet)) for sheet in sheets)
    return {name: _bars(*made) for name, made in found if made}


def _bars(caption: str, measure: str, rows: list[charts.Ranked]) -> Chart:
    digits = digits_of(max(abs(row["value"]) for row in rows))
    ends = [f"{row['name']} {number(row['value'], digits, sign=True)}" for row in (rows[0], rows[-1])]
    what = caption if measure.casefold() in caption.casefold() else f"{caption}, {measure}"
    return Chart(
        f"{what}: from {ends[0]} to {ends[1]}.",
        lambda width: charts.ranking(rows, width, measure, digits),
    )


def digits_of(largest: float) -> int:
    """Decimals with which the largest of some figures has two digits that count; at least two, at most eight."""
    return min(8, max(2, 1 - math.floor(math.log10(largest)))) if largest else 2


def each_value(command: Command, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The names and values of a form; a field that may be repeated holds several values with semicolons between them."""
    several = {p.called for p in offered(command.question) if p.many}
    for name, value in pairs:
        if name != "go":
            yield from ((name, v) for v in (value.split(";") if name in several else [value]))


@dataclass(frozen=True)
class Nothing:
    """No question yet."""


def title_of(command: Command) -> str:
    """The question in words, without what follows a colon."""
    return command.summary.partition(": ")[0].rstrip(".").replace("`", "")


def python_of(line: str) -> str:
    """The same command from Python."""
    return f"import shlex\n\nfrom parley.cli.main import main\n\nmain(shlex.split({line.removeprefix('parley ')!r}))"


def fields(command: Command, asked: Any) -> list[FormField]:
    """The options as fields of a form, with what was asked or their default."""
    return [field_of(part, getattr(asked, part.name) if asked else None) for part in in_form(command.question)]
