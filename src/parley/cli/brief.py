"""`parley brief`: one scenario file in, a defensible answer out, as text, JSON and one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, answers, print_json
from parley.cli.progress import Progress

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@answers("parley.scenario.answers_brief:BriefAnswer")
def brief(
    scenario: Annotated[
        Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one of 2 May 2025")
    ] = None,
    on: Annotated[str | None, typer.Option(help="answer for this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder for brief.html, brief.json and the tables as CSV; default: here")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP + "; writes no file unless --out is given")] = False,
) -> None:
    """The main job: what the law says, what it does to trade, what each side can do next, and who said what.

    \b
    Examples:
      parley brief
      parley brief examples/us-china-2025-05-02.toml --out out
      parley brief --drop ieepa_fentanyl@2025-05-02
      parley brief --on 2025-05-14 --known 2025-05-14 --json
    """
    from parley.report.write import write_brief
    from parley.scenario.brief import run
    from parley.scenario.scenario import read_scenario, what_if, with_days

    question = what_if(with_days(read_scenario(scenario), on, known), drop or (), [str(p) for p in add or ()])
    with Progress(pause=0.5) as tell:
        answer = run(question, tell=tell)
    found = dict(answer.as_json())
    files = write_brief(found, out or Path(".")) if out or not as_json else []
    if as_json:
        print_json(found)
        return
    from parley.report.text import print_brief

    print_brief(found, files)
