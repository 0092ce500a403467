"""`parley cite`: how to cite parley, the acts that a run rests on, and the data behind it."""

from __future__ import annotations

from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.scenario.questions import Cite

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@answers("parley.scenario.answers_brief:CiteAnswer")
@asks(Cite)
def cite(
    asked: Cite,
    form: Annotated[str, typer.Option("--format", help="legal, bibtex or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.errors import unknown_name

    if form not in ("legal", "bibtex", "both"):
        raise unknown_name("--format", "format", form, ("legal", "bibtex", "both"))
    from parley.scenario.method import cite as cited

    found = cited(asked, "--")
    if as_json:
        print_json(found)
        return
    if form in ("legal", "both"):
        print("\n".join(found["legal"]))
    if form == "both":
        print()
    if form in ("bibtex", "both"):
        print(found["bibtex"], end="")
