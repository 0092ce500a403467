"""`parley law`: what does the law say? Rates by product, origin and day, explained; averages; the measures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from parley.cli.law_cheapest import cheapest_command
from parley.cli.law_duties import duties_command
from parley.cli.law_measures import measures
from parley.cli.law_refund import refund_command
from parley.cli.law_show import beyond_words, show_difference, show_steps, write_csv
from parley.cli.law_water import water_command
from parley.cli.output import (
    ADD_HELP,
    DROP_HELP,
    JSON_HELP,
    KNOWN_HELP,
    answers,
    clock_words,
    print_json,
    print_table,
    tail,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)
app.add_typer(measures, name="measures")
app.command("duties")(duties_command)
app.command("cheapest")(cheapest_command)
app.command("water")(water_command)
app.command("refund")(refund_command)

Origin = Annotated[str, typer.Option(help="country of origin: ISO3 code or name")]
Destination = Annotated[str, typer.Option(help="importing country, which charges the duty: ISO3 code or name")]
Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Claim = Annotated[list[str] | None, typer.Option(help="NAME=VALUE, such as usmca=true; may be repeated")]
Drop = Annotated[list[str] | None, typer.Option(help=DROP_HELP)]
Add = Annotated[list[Path] | None, typer.Option(help=ADD_HELP)]
Read = Annotated[str, typer.Option("--reading", help="law; collected (by customs that day); announced (to come)")]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the rows to this CSV file too")]


@app.command("find")
def find_command(
    words: Annotated[list[str], typer.Argument(help="words, or the first digits of a code")],
    destination: Destination = "USA",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="at most so many lines")] = 10,
    on: Annotated[str | None, typer.Option(help="the codes of this day; default: the last edition")] = None,
    json: Json = False,
) -> None:
    """The tariff lines that fit words or digits, best first.

    Examples: parley law find smartphone · parley law find 8517.13
    """
    from parley.codes import country, day, dotted
    from parley.law.answers_measures import find_answer

    levies, edition = country(destination, "destination"), day(on, "on") if on else None
    found = find_answer(" ".join(words), levies, edition, limit)
    if json:
        print_json(found)
        return
    if found["hint"]:
        print(f"parley: {found['hint']}", file=sys.stderr)
    rows = [[dotted(m["product"]), tail(m["description"]), m["base"]] for m in found["matches"]]
    print_table(
        ["line", "description", "base rate"],
        rows,
        note=f"{destination}: column 1 general of the {f'edition of {on}' if on else 'last edition'}",
    )


@app.command("rate")
def rate_command(
    product: Annotated[str, typer.Argument(metavar="HTS", help="tariff code, with or without points")],
    origin: Origin,
    on: Annotated[
        str | None, typer.Option(help="day of entry, YYYY-MM-DD; default: the last day to which the law was read")
    ] = None,
    destination: Destination = "USA",
    known: Known = None,
    claim: Claim = None,
    value: Annotated[float | None, typer.Option(help="customs value in dollars: the duty is then given too")] = None,
    quantity: Annotated[
        float | None, typer.Option(help="units, for specific duties: the dollars; with --value the equivalent too")
    ] = None,
    unit_value: Annotated[float | None, typer.Option(help="dollars a unit, for specific duties")] = None,
    reading: Read = "law",
    drop: Drop = None,
    add: Add = None,
    schedule: Annotated[
        Path | None, typer.Option(help="an edition of the schedule as official JSON, for the base")
    ] = None,
    json: Json = False,
) -> None:
    """The rate that a product pays on a day, line by line, with the act behind each.

    Examples: parley law rate 8517.13.00.00 --origin CHN --on 2025-05-02 ·
    parley law rate 8703.23.01.90 --origin MEX --on 2025-04-03 --claim usmca=true --claim us_content=0.4 ·
    parley law rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500
    """
    from parley.cli.law_rate import answer

    answer(product, origin, on=on, destination=destination, known=known, claim=claim or (), value=value, quantity=quantity,
           unit_value=unit_value, reading=reading, drop=drop or (), add=add or (), schedule=schedule, json=json)  # fmt: skip


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
def average_command(
    origin: Annotated[str, typer.Option(help="country of origin: ISO3 code or name")] = "",
    destination: Destination = "USA",
    on: Annotated[str | None, typer.Option(help="one day, YYYY-MM-DD")] = None,
    since: Annotated[str | None, typer.Option(help="first day of a period")] = None,
    until: Annotated[str | None, typer.Option(help="last day of a period")] = None,
    known: Known = None,
    weights: Annotated[
        str, typer.Option(help="imports (of the baseline year), simple, or a CSV file of product,value[,origin]")
    ] = "imports",
    by: Annotated[str | None, typer.Option(help="chapter or sector: one average each")] = None,
    products: Annotated[
        list[str] | None, typer.Option(help="only lines that start with these digits; may be repeated")
    ] = None,
    programme: Annotated[
        list[str] | None, typer.Option(help="only what these legal authorities add, such as s301; may be repeated")
    ] = None,
    claim: Claim = None,
    convention: Annotated[
        list[str] | None, typer.Option(help="count as others do: law average --conventions lists them")
    ] = None,
    conventions: Annotated[bool, typer.Option("--conventions", help="list the conventions and stop")] = False,
    daily: Annotated[bool, typer.Option("--daily", help="one row a day, changed or not")] = False,
    reading: Read = "law",
    drop: Drop = None,
    add: Add = None,
    csv: Csv = None,
    plot: Annotated[
        Path | None, typer.Option(help="draw a period to this .svg, .png or .json (Vega-Lite) file")
    ] = None,
    json: Json = False,
) -> None:
    """The average rate on an origin's goods by legal authority: on one day, or on each day of a period on which it changes.

    Examples: parley law average --origin CHN --on 2025-05-02 ·
    parley law average --origin VNM --since 2025-01-01 --until 2025-07-09 --known 2025-05-02 ·
    parley law average --origin CHN --on 2025-05-02 --by chapter --csv chapters.csv ·
    parley law average --origin CHN --since 2025-01-01 --until 2025-12-31 --daily --csv days.csv --plot days.svg ·
    parley law average --origin CHN --on 2025-05-02 --programme s301 --programme s232 ·
    parley law average --origin CHN --on 2025-05-02 --convention metal-residual --convention metal-content
    """
    from parley.cli.law_average import AverageAsked, answer, show_conventions

    if conventions:
        show_conventions(json)
        return
    answer(AverageAsked(
        origin, destination, on, since, until, known, weights, by, tuple(products or ()), tuple(programme or ()),
        tuple(claim or ()), tuple(convention or ()), daily, reading, tuple(drop or ()), tuple(add or ()), csv, plot, json,
    ))  # fmt: skip


@app.command("timeline")
def timeline_command(
    origin: Origin,
    since: Annotated[str, typer.Option(help="first day")],
    until: Annotated[str, typer.Option(help="last day")],
    destination: Destination = "USA",
    known: Known = None,
    reading: Read = "law",
    csv: Csv = None,
    json: Json = False,
) -> None:
    """What started, changed and ended on an origin's goods, day by day, and by which act.

    Example: parley law timeline --origin CHN --since 2025-01-01 --until 2025-05-14
    """
    from parley.law.answers_changes import timeline_answer
    from parley.law.readings import reading_of
    from parley.law.regime import read_regime
    from parley.law.timeline import timeline

    regime, read = read_regime(), reading_of(reading)
    steps = timeline(regime, origin, destination, since, until, known, read)
    found = timeline_answer(regime, steps, destination, until, known, read)
    if csv:
        write_csv(csv, found["steps"])
    if json:
        print_json(found)
    else:
        show_steps(steps)
        print("\n".join([f"to {clock_words(found)}", *beyond_words(regime, origin, destination, found)]))


@app.command("diff")
@answers("parley.law.answers_changes:DiffAnswer")
def diff_command(
    origin: Origin,
    first: Annotated[
        str, typer.Option("--from", metavar="ON[@KNOWN]", help="tariffs in force on a day, as known on a day")
    ],
    second: Annotated[str, typer.Option("--to", metavar="ON[@KNOWN]", help="the other")],
    destination: Destination = "USA",
    reading: Read = "law",
    drop: Drop = None,
    add: Add = None,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """What changed in law between two days, each as known on a day: measures, acts, lines and share of imports.

    Examples: parley law diff --origin CHN --from 2025-05-02 --to 2025-05-14 ·
    parley law diff --origin VNM --from 2025-07-09@2025-05-02 --to 2025-07-09@2025-07-08 --csv changes.csv ·
    parley law diff --origin CHN --from 2026-02-19 --to 2026-02-21 --reading collected
    """
    from parley.law.answers_changes import diff_answer
    from parley.law.diff import diff
    from parley.law.readings import reading_of
    from parley.law.regime import read_changed

    regime = read_changed(drop or [], add or [])
    found = diff(regime, origin, destination, first, second, reading_of(reading))
    made = diff_answer(regime, found)
    if csv:
        write_csv(csv, made["changes"])
    if json:
        print_json(made)
    else:
        show_difference(found)
        print("\n".join([f"to {clock_words(made)}", *beyond_words(regime, origin, destination, made)]))
