"""`parley talks hindcast`: what governments chose, held against the games of their eves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.cli.progress import Progress
from parley.scenario import questions

OUT = "write the decisions to this CSV file, a row for each option of each"


def register(app: typer.Typer) -> None:
    """Adds the command to `parley talks`."""
    app.command("hindcast")(hindcast_command)


@answers("parley.scenario.answers_hindcast:HindcastAnswer")
@asks(questions.Hindcast)
def hindcast_command(
    asked: questions.Hindcast,
    out: Annotated[Path | None, typer.Option(help=OUT)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.scenario.hindcast_answering import hindcast, option_rows
    from parley.scenario.scenario import read_scenario

    with Progress("reading the law of each eve") as progress:
        found = hindcast(
            asked.point, start=asked.start, end=asked.end, sets=asked.sets, say=progress,
            deadlines=asked.deadlines and not (asked.scenario or asked.decisions),
            scenario=read_scenario(asked.scenario) if asked.scenario else None, decisions=asked.decisions,
        )  # fmt: skip
    if out:
        from parley.cli.talks_asked import write_rows

        write_rows(out, option_rows(found))
    if as_json:
        print_json(found)
        return
    from parley.cli.talks_game import show
    from parley.report.hindcast_text import words

    show(words(found))
    if out:
        print(f"written: {out}")
