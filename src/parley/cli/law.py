"""`parley law`: what does the law say? Rates by product, origin and day, explained; averages; the measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.law_duties import duties_command
from parley.cli.law_refund import refund_command
from parley.cli.law_show import (
    difference_json,
    measure_json,
    measure_row,
    rate_words,
    show_difference,
    show_steps,
    tail,
    write_csv,
)
from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, print_json, print_table

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)
measures = typer.Typer(no_args_is_help=True, add_completion=False, help="The acts and their measures.")
app.add_typer(measures, name="measures")
app.command("duties")(duties_command)
app.command("refund")(refund_command)

Origin = Annotated[str, typer.Option(help="who sells: ISO3 code or name")]
Destination = Annotated[str, typer.Option(help="who levies: ISO3 code or name")]
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
    from parley.law.find import find

    found = find(" ".join(words), country(destination, "destination"), day(on, "on") if on else None, limit)
    if json:
        names = ("product", "description", "rate_unit", "base", "unit")
        print_json({"matches": [{n: getattr(m, n) for n in names} for m in found]})
        return
    rows = [[dotted(m.product), tail(m.description), m.base] for m in found]
    print_table(
        ["line", "description", "base rate"],
        rows,
        note=f"{destination}: column 1 general of the {f'edition of {on}' if on else 'last edition'}",
    )


@app.command("rate")
def rate_command(
    product: Annotated[str, typer.Argument(metavar="HTS", help="tariff code, with or without points")],
    on: Annotated[str, typer.Option(help="day of entry, YYYY-MM-DD")],
    origin: Origin,
    destination: Destination = "USA",
    known: Known = None,
    claim: Claim = None,
    value: Annotated[float | None, typer.Option(help="customs value in dollars: the duty is then given too")] = None,
    quantity: Annotated[float | None, typer.Option(help="units, for specific duties; with --value")] = None,
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

    answer(product, on, origin, destination=destination, known=known, claim=claim or (), value=value, quantity=quantity,
           unit_value=unit_value, reading=reading, drop=drop or (), add=add or (), schedule=schedule, json=json)  # fmt: skip


@app.command("schedule")
def schedule_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE [FILE]", help="official JSON, plain or gzipped")],
    csv: Csv = None,
    json: Json = False,
) -> None:
    """An edition of the United States schedule from its official JSON; of two, the codes that appeared or vanished.

    Examples: parley law schedule hts_2025_rev_11.json ·
    parley law schedule hts_2025_basic.json.gz hts_2026_basic.json.gz --csv changes.csv
    """
    from parley.cli.law_schedule import answer

    answer(files, csv, json)


@app.command("average")
def average_command(
    origin: Annotated[str, typer.Option(help="who sells: ISO3 code or name")] = "",
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
    """The average rate of an origin's goods by programme: on a day, or on every day of a period on which it changes.

    Examples: parley law average --origin CHN --on 2025-05-02 ·
    parley law average --origin VNM --since 2025-01-01 --until 2025-07-09 --known 2025-05-02 ·
    parley law average --origin CHN --on 2025-05-02 --by chapter --csv chapters.csv ·
    parley law average --origin CHN --since 2025-01-01 --until 2025-12-31 --daily --csv days.csv --plot days.svg ·
    parley law average --origin CHN --on 2025-05-02 --convention metal-residual --convention metal-content
    """
    from parley.cli.law_average import answer, show_conventions

    if conventions:
        show_conventions(json)
        return
    answer(origin, destination, on, since, until, known, weights, by, products or (), claim or (), convention or (),
           daily, reading, drop or (), add or (), csv, plot, json)  # fmt: skip


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
    from dataclasses import asdict

    from parley.law.readings import reading_of
    from parley.law.regime import read_regime
    from parley.law.timeline import timeline

    steps = timeline(read_regime(), origin, destination, since, until, known, reading_of(reading))
    if csv:
        write_csv(csv, (asdict(s) for s in steps))
    if json:
        print_json({"steps": [asdict(s) for s in steps], "reading": reading})
    else:
        show_steps(steps)


@app.command("diff")
def diff_command(
    origin: Origin,
    first: Annotated[str, typer.Option("--from", metavar="ON[@KNOWN]", help="a day of law, as known on a day")],
    second: Annotated[str, typer.Option("--to", metavar="ON[@KNOWN]", help="the other")],
    destination: Destination = "USA",
    drop: Drop = None,
    add: Add = None,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """What changed between two days of law, each as known on a day: measures, acts, lines and share of imports.

    Examples: parley law diff --origin CHN --from 2025-05-02 --to 2025-05-14 ·
    parley law diff --origin VNM --from 2025-07-09@2025-05-02 --to 2025-07-09@2025-07-08 --csv changes.csv
    """
    from dataclasses import asdict

    from parley.law.diff import diff
    from parley.law.whatif import read_changed

    found = diff(read_changed(drop or [], add or []), origin, destination, first, second)
    if csv:
        write_csv(csv, (asdict(c) for c in found.changes))
    if json:
        print_json(difference_json(found))
    else:
        show_difference(found)


@measures.command("list")
def measures_list(
    programme: Annotated[str | None, typer.Option(help="only this programme")] = None,
    on: Annotated[str | None, typer.Option(help="only those in force on this day")] = None,
    known: Known = None,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """Every measure of the package with its steps.

    Examples: parley law measures list --programme ieepa_fentanyl ·
    parley law measures list --on 2025-07-09 --known 2025-05-02 --csv measures.csv
    """
    from parley.codes import day
    from parley.errors import MeasureError, unknown_name
    from parley.law.measure import PROGRAMMES
    from parley.law.regime import knowledge, read_regime

    if programme and programme not in PROGRAMMES:
        raise unknown_name("--programme", "programme", programme, PROGRAMMES, MeasureError)
    rows = [m for m in read_regime().measures if programme in (None, m.programme)]
    if on or known:
        rows = [m for m in rows if m.is_known(knowledge(known)) and (not on or m.at(day(on, "on"), knowledge(known)))]
    if csv:
        write_csv(csv, (measure_row(m) for m in rows))
    if json:
        print_json({"measures": [measure_json(m) for m in rows]})
        return
    cells = [[m.id, m.programme, rate_words(m), str(m.start), str(m.end or "open"), m.act.citation] for m in rows]
    print_table(["measure", "programme", "%", "start", "end", "act"], cells, note=f"{len(rows)} rows")


@measures.command("show")
def measures_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="a measure's id")],
    known: Known = None,
    json: Json = False,
) -> None:
    """One measure: its steps, scope, stacking and sources; with --known those of which one knew that day.

    Examples: parley law measures show us-ieepa-reciprocal-cn ·
    parley law measures show us-ieepa-reciprocal-cn --known 2025-05-02
    """
    from parley.errors import MeasureError, unknown_name
    from parley.law.regime import knowledge, read_regime

    held = read_regime().measures
    rows = [m for m in held if m.id == name]
    if not rows:
        raise unknown_name("measures show", "measure", name, {m.id for m in held}, MeasureError)
    rows = [m for m in rows if m.is_known(knowledge(known))]
    if not rows:
        raise MeasureError("measures show --known", f"nothing of {name} was known on {known}", "a later day")
    if json:
        print_json({"id": name, "steps": [measure_json(m) for m in rows]})
        return
    cells = [[str(m.start), str(m.end or "open"), rate_words(m), str(m.learnt), m.source, m.reason] for m in rows]
    print_table(["start", "end", "%", "known from", "source", "reason"], cells, title=f"{name} ({rows[0].programme})")


@measures.command("check")
def measures_check(
    folder: Annotated[Path | None, typer.Argument(help="a folder of acts; default: the packaged ones")] = None,
    json: Json = False,
) -> None:
    """The linters: every source, clock, scope, edge, list and product prefix. Exit code 2 where a rule is broken.

    Where a list differs from the footnotes of the schedule for a declared reason, --json lists the difference.

    Example: parley law measures check
    """
    from parley.law.check import RULES, check_regime, message
    from parley.law.check_lists import read_differences
    from parley.law.regime import read_regime

    regime = read_regime(folder)
    found = check_regime(regime)
    acts = len({m.act.id for m in regime.measures})
    if json:
        print_json({"acts": acts, "rows": len(regime.measures), "findings": [f._asdict() for f in found],
                    "rules": [message(r) for r in RULES], "declared": [d._asdict() for d in read_differences()]})  # fmt: skip
    else:
        if found:
            print_table(["measure", "rule", "found"], [list(f) for f in found])
        declared = f"{len(read_differences())} declared differences between lists and footnotes (--json lists them)"
        print(f"{acts} acts, {len(regime.measures)} rows, {len(RULES)} rules, {len(found)} findings; {declared}")
    if found:
        raise typer.Exit(2)
