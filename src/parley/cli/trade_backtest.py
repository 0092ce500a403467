"""`parley trade backtest`: predicted trade held against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json
from parley.cli.progress import Progress
from parley.scenario import questions

if TYPE_CHECKING:
    from parley.scenario.backtest.answers import BacktestAnswer

FORMATS = ("json", "csv", "xlsx", "svg")
USUAL = ("json", "csv", "svg")


@answers("parley.scenario.backtest.answers:BacktestAnswer")
@asks(questions.Backtest)
def backtest_command(
    asked: questions.Backtest,
    out: Annotated[Path | None, typer.Option(help="folder for the tables, the JSON and a chart a window")] = None,
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="json, csv, xlsx or svg; may be repeated; default: json, csv, svg"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """As the question says."""
    from parley.errors import unknown_name
    from parley.outputs import check_folder
    from parley.scenario.backtest.answering import backtest_of

    wrong = [name for name in form or () if name not in FORMATS]
    if wrong:
        raise unknown_name("--format", "format", wrong[0], FORMATS)
    if out:
        check_folder(out)
    with Progress("reading the law of each window") as progress:
        found = backtest_of(asked, say=progress, sign="--")
    written = _write(found, out, form or USUAL) if out else []
    if as_json:
        print_json(found)
        return
    from parley.cli.talks_game import show
    from parley.report.backtest_text import words

    show(words(found))
    for path in written:
        print(path)


def _write(found: BacktestAnswer, out: Path, forms: list[str] | tuple[str, ...]) -> list[Path]:
    """The files, all made before the first is written."""
    from parley.report.backtest_files import files
    from parley.report.write import folder, write

    makers = files(found)
    made = {name: text for form in dict.fromkeys(forms) for name, text in makers[form]().items()}
    folder(out)
    return [write(out / name, text) for name, text in made.items()]
