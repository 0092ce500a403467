"""parley record: who said, claimed, offered and did what. Parses, calls, shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Optional

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.cli.record_files import add, schema, timeline
from parley.cli.record_show import (
    show_base,
    show_clocks,
    show_deeds,
    show_entries,
    show_pairs,
    show_positions,
    show_status,
)
from parley.record import questions

HELP = "Who said, claimed, offered and did what, and on which source, as known on any day."
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=HELP)
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


@app.command("list")
@asks(questions.Entries)
def list_(asked: questions.Entries, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario.record_answering import entries

    found = entries(asked, sign="--")
    if as_json:
        print_json(found)
        return
    rows = found["entries"]
    show_entries(rows, f"{len(rows)} entries. [1] official text, [2] wire or newspaper, [3] copy, [4] memory.")
    show_clocks(found)


@app.command()
@asks(questions.Claims)
def claims(asked: questions.Claims, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario import record_answering

    found = record_answering.claims(asked, sign="--")
    if as_json:
        print_json(found)
        return
    rows = found["entries"]
    note = f"{len(rows)} entries. Denied is not false, and corroborated is not true: see docs/record.md."
    show_entries(rows, note, [row["standing"] for row in rows])
    show_clocks(found)


@app.command()
@asks(questions.Status)
def status(asked: questions.Status, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario import record_answering

    found = record_answering.status(asked, sign="--")
    if as_json:
        print_json(found)
        return
    show_status(found)


@app.command()
@asks(questions.Contradictions)
def contradictions(asked: questions.Contradictions, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario import record_answering

    found = record_answering.contradictions(asked, sign="--")
    if as_json:
        print_json(found)
        return
    show_pairs(found["pairs"], found["base_differences"])
    show_clocks(found)


@app.command()
@asks(questions.Deeds)
def deeds(asked: questions.Deeds, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario import record_answering

    found = record_answering.deeds(asked, sign="--")
    if as_json:
        print_json(found)
        return
    show_deeds(found)
    show_clocks(found)


@app.command()
@answers("parley.scenario.base:BaseAnswer")
@asks(questions.Base)
def base(asked: questions.Base, as_json: Json = False) -> None:
    """As the question says."""
    from parley.scenario import record_answering

    found = record_answering.base(asked)
    if as_json:
        print_json(found)
        return
    show_base(found)
    show_clocks(found)


@app.command()
@asks(questions.Positions)
def positions(
    asked: questions.Positions,
    side: Annotated[Optional[str], typer.Argument(metavar="ACTOR", help="a voice or a side; as --actor")] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """As the question says. The actor may stand without its name."""
    from parley.errors import InputError
    from parley.scenario import record_answering

    if side and asked.actor and side != asked.actor:
        raise InputError("--actor", f"{asked.actor!r}, and {side!r} before it", "one actor", "Give it once")
    found = record_answering.positions(replace(asked, actor=asked.actor or side), sign="--")
    if as_json:
        print_json(found)
        return
    show_positions(found["positions"], found["constancy"])
    show_clocks(found)


app.command()(timeline)
app.command()(add)
app.command()(schema)
