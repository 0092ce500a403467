"""`parley brief`: one scenario file in, a defensible answer out, as text, JSON and one self-contained page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def brief(
    scenario: Annotated[
        Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one of 2 May 2025")
    ] = None,
    on: Annotated[str | None, typer.Option(help="answer for this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    drop: Annotated[list[str] | None, typer.Option(help=DROP_HELP)] = None,
    add: Annotated[list[Path] | None, typer.Option(help=ADD_HELP)] = None,
    out: Annotated[Path, typer.Option(help="folder for brief.html, brief.json and the tables as CSV")] = Path("."),
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
    from parley.scenario.brief import run
    from parley.scenario.scenario import read_scenario, what_if, with_days

    question = what_if(with_days(read_scenario(scenario), on, known), drop or (), [str(p) for p in add or ()])
    answer = run(question, tell=_teller())
    if as_json:
        print_json(answer.as_json())
        return
    from parley.report.text import print_brief
    from parley.report.write import write_brief

    files = write_brief(answer.as_json(), out)
    print_brief(answer.as_json(), files)


def _teller():
    """Says on standard error what is being done, where a person is watching."""
    if not sys.stderr.isatty():
        return lambda text: None
    from rich.console import Console

    status = Console(stderr=True).status("reading the law")
    status.start()

    def tell(text: str) -> None:
        if text:
            status.update(text)
        else:
            status.stop()

    return tell
