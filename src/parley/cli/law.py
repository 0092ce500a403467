"""`parley law`: what does the law say? Rates by product, origin and day, explained; averages; the measures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.law_audit import audit_command
from parley.cli.law_cheapest import cheapest_command
from parley.cli.law_duties import duties_command
from parley.cli.law_measures import measures
from parley.cli.law_package import package
from parley.cli.law_propose import propose_command
from parley.cli.law_refund import refund_command
from parley.cli.law_refund_status import refund_status_command
from parley.cli.law_show import beyond_words, show_difference, show_steps, write_csv
from parley.cli.law_water import water_command
from parley.cli.output import (
    JSON_HELP,
    answers,
    clock_words,
    print_json,
    print_table,
    tail,
)
from parley.law import questions

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)
app.add_typer(measures, name="measures")
app.add_typer(package, name="package")
app.command("duties")(duties_command)
app.command("cheapest")(cheapest_command)
app.command("water")(water_command)
app.command("refund")(refund_command)
app.command("refund-status")(refund_status_command)
app.command("audit")(audit_command)
app.command("propose")(propose_command)

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the rows to this CSV file too")]
FeedOut = Annotated[Path | None, typer.Option("--out", help="the file to write the feed to; default: standard output")]
Out = Annotated[Path | None, typer.Option(help="the file to write: .parquet or .csv")]
Plot = Annotated[Path | None, typer.Option(help="draw a period to this .svg, .png or .json (Vega-Lite) file")]
Conventions = Annotated[bool, typer.Option("--conventions", help="list the conventions and stop")]


@app.command("find")
@asks(questions.Find)
def find_command(asked: questions.Find, json: Json = False) -> None:
    """As the question says."""
    from parley.cli.law_show import find_note
    from parley.codes import dotted
    from parley.law.answering import find

    found = find(asked)
    if json:
        print_json(found)
        return
    if found["hint"]:
        print(f"parley: {found['hint']}", file=sys.stderr)
    rows = [[dotted(m["product"]), tail(m["description"]), m["base"] or "–"] for m in found["matches"]]
    print_table(["line", "description", "base rate"], rows, note=find_note(asked, found))


@app.command("rate")
@asks(questions.Rate)
def rate_command(asked: questions.Rate, json: Json = False) -> None:
    """As the question says."""
    from parley.cli.law_rate import answer

    answer(asked, json=json)


@app.command("treatment")
@asks(questions.Treatment)
def treatment_command(asked: questions.Treatment, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    from parley.cli.law_treatment import answer

    answer(asked, csv, json)


@app.command("schedule")
@answers("parley.law.answers_changes:EditionAnswer", "parley.law.answers_changes:ScheduleChangesAnswer")
def schedule_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE [FILE]", help="official JSON, plain or gzipped")],
    csv: Csv = None,
    json: Json = False,
) -> None:
    """What an edition of the US schedule holds, from its official JSON; with two, which codes appeared or vanished.

    Examples: parley law schedule hts_2025_rev_11.json ·
    parley law schedule hts_2025_basic.json.gz hts_2026_basic.json.gz --csv changes.csv
    """
    from parley.cli.law_schedule import answer

    answer(files, csv, json)


@app.command("average")
@asks(questions.Average)
def average_command(
    asked: questions.Average, conventions: Conventions = False, csv: Csv = None, plot: Plot = None, json: Json = False
) -> None:
    """As the question says."""
    from parley.cli.law_average import answer, show_conventions

    if conventions:
        show_conventions(json)
    else:
        answer(asked, csv, plot, json=json)


@app.command("timeline")
@asks(questions.Timeline)
def timeline_command(asked: questions.Timeline, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    from parley.law.answering import steps, timeline
    from parley.law.regime import read_regime

    regime = read_regime()
    made = steps(asked, regime)
    found = timeline(asked, regime, made)
    if csv:
        write_csv(csv, found["steps"])
    if json:
        print_json(found)
        return
    show_steps(made)
    print("\n".join([f"to {clock_words(found)}", *beyond_words(regime, asked.origin, asked.destination, found)]))


@app.command("export")
@answers("parley.law.answers_export:ExportAnswer")
@asks(questions.Export)
def export_command(asked: questions.Export, out: Out = None, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    from parley.cli.law_export import answer

    answer(asked, out, csv, json)


@app.command("diff")
@answers("parley.law.answers_changes:DiffAnswer", "parley.law.answers_feed:FeedAnswer")
@asks(questions.Diff)
def diff_command(asked: questions.Diff, out: FeedOut = None, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    if asked.feed or out:
        from parley.cli.law_feed import answer

        answer(asked, out, csv, json)
        return
    from parley.law.answering import changed, difference
    from parley.law.answers_changes import diff_answer

    regime = changed(asked)
    found = difference(asked, regime, "--")
    made = diff_answer(regime, found)
    if csv:
        write_csv(csv, made["changes"])
    if json:
        print_json(made)
        return
    show_difference(found)
    print("\n".join([f"to {clock_words(made)}", *beyond_words(regime, found.origin, asked.destination, made)]))
