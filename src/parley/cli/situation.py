"""`parley situation`: what a day leaves open, found in law and record, and the scenario that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.scenario import questions

if TYPE_CHECKING:
    from parley.scenario.answers_situation import SituationAnswer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@answers("parley.scenario.answers_situation:SituationAnswer")
@asks(questions.Situation)
def situation(
    asked: questions.Situation,
    out: Annotated[Path | None, typer.Option(help="write the scenario as a TOML file, to be edited and run")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.scenario.situation_answering import answer

    found = answer(asked, "--")
    if out:
        from parley.outputs import write

        write(out, found["scenario"], "--out")
    if as_json:
        print_json(found)
        return
    _show(found)
    if out:
        print(f"written: {out}; run it with parley brief {out}")


def _show(found: SituationAnswer) -> None:
    from parley.report.situation_text import situation_lines
    from parley.scenario.clocks import in_words

    print(found["title"])
    for line in situation_lines(found):
        print(line)
    print(in_words(found))
