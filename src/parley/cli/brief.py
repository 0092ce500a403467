"""`parley brief`: one scenario file in, a defensible answer out, as text, JSON and one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.cli.progress import Progress
from parley.scenario import questions

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
@answers("parley.scenario.answers_brief:BriefAnswer")
@asks(questions.Brief)
def brief(
    asked: questions.Brief,
    out: Annotated[
        Path | None,
        typer.Option(
            help="folder for brief.html, brief.json and the tables as CSV, default: here; or one file, whose end "
            "(.html, .md, .xlsx, .json) is its format"
        ),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="html, md, xlsx, json or csv, with commas or repeated; default: html, json and csv"
        ),
    ] = None,
    charts: Annotated[
        Path | None, typer.Option(help="folder for every chart as SVG and PNG, with title, day, source and credit")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=JSON_HELP + "; writes no file unless --out, --format or --charts is given")
    ] = False,
) -> None:
    """As the question says."""
    from parley.report.write import check, chosen, write_brief, write_charts
    from parley.scenario.asked_scenario import scenario_of_brief
    from parley.scenario.brief import run

    place, forms = out or Path("."), tuple(f.strip() for text in form or () for f in text.split(",") if f.strip())
    chosen(place, forms)  # a format that is none is refused before the work
    check(place if out or forms or not as_json else None, charts)
    question = scenario_of_brief(asked, "--")
    with Progress(pause=0.5) as tell:
        answer = run(question, tell=tell)
    found = dict(answer.as_json())
    files: list[Path] = []
    if out or forms or not as_json:
        files = write_brief(found, place, forms, charts)
    elif charts:
        files = write_charts(found, charts)
    if as_json:
        print_json(found)
        return
    from parley.report.text import print_brief

    print_brief(found, files)
