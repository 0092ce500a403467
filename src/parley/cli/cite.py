"""`parley cite`: how to cite parley, the acts that a run rests on, and the data behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import JSON_HELP, KNOWN_HELP, answers, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@answers("parley.scenario.answers_brief:CiteAnswer")
def cite(
    scenario: Annotated[Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one")] = None,
    on: Annotated[str | None, typer.Option(help="tariffs in force on this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    act: Annotated[str | None, typer.Option(help="one act alone, by its id")] = None,
    form: Annotated[str, typer.Option("--format", help="legal, bibtex or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What a run used: the software, the acts in force on its day as known on its knowledge day, and the data.

    \b
    Examples:
      parley cite
      parley cite --format bibtex > parley.bib
      parley cite --on 2025-07-09 --known 2025-05-02 --format legal
      parley cite --act us-eo-14257
    """
    from parley.errors import unknown_name

    if form not in ("legal", "bibtex", "both"):
        raise unknown_name("--format", "format", form, ("legal", "bibtex", "both"))
    from parley.scenario.asked_scenario import with_days
    from parley.scenario.method import cite_act, cite_scenario
    from parley.scenario.scenario import read_scenario

    found = cite_act(act) if act else cite_scenario(with_days(read_scenario(scenario), on, known))
    if as_json:
        print_json(found)
        return
    if form in ("legal", "both"):
        print("\n".join(found["legal"]))
    if form == "both":
        print()
    if form in ("bibtex", "both"):
        print(found["bibtex"], end="")
