"""`parley law measures`: the acts and their measures, listed, shown and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.law_show import flat_measure, rate_words, write_csv
from parley.cli.output import JSON_HELP, KNOWN_HELP, answers, clock_words, print_json, print_table

if TYPE_CHECKING:
    from parley.law.check_open import OpenItem
    from parley.law.measure import Measure

measures = typer.Typer(no_args_is_help=True, add_completion=False, help="The acts and their measures.")

Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the rows to this CSV file too")]


@measures.command("list")
def measures_list(
    programme: Annotated[str | None, typer.Option(help="only this legal authority")] = None,
    on: Annotated[str | None, typer.Option(help="only those in force on this day")] = None,
    known: Known = None,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """Every packaged measure with its steps.

    Examples: parley law measures list --programme ieepa_fentanyl ·
    parley law measures list --on 2025-07-09 --known 2025-05-02 --csv measures.csv
    """
    from parley.law.answers import held_clocks
    from parley.law.answers_measures import measures_answer, measures_on
    from parley.law.regime import read_regime

    rows = measures_on(read_regime(), programme, on, known, "--programme")
    if csv:
        write_csv(csv, (flat_measure(m) for m in rows))
    if json:
        print_json(measures_answer(rows, on, known))
        return
    told = held_clocks(None, on, known)
    cells = [[m.id, m.programme, rate_words(m), str(m.start), str(m.end or "open"), m.act.citation] for m in rows]
    print_table(
        ["measure", "legal authority", "%", "start", "end", "act"], cells, note=f"{len(rows)} rows; {clock_words(told)}"
    )


@measures.command("show")
def measures_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="a measure's id")],
    known: Known = None,
    json: Json = False,
) -> None:
    """One measure: its steps, scope, stacking and sources; with --known, only the steps known on that day.

    Without it the steps that a later act replaced, and those only announced, stand among them with the days of their knowledge.

    Examples: parley law measures show us-ieepa-reciprocal-cn ·
    parley law measures show us-ieepa-reciprocal-cn --known 2025-05-02
    """
    from parley.codes import label
    from parley.law.answers_measures import measure_answer, steps_of
    from parley.law.regime import read_regime

    rows = steps_of(read_regime(), name, known)
    told = measure_answer(rows, known)
    if json:
        print_json(told)
        return
    cells = [[str(m.start), str(m.end or "open"), rate_words(m), _knowledge(m), m.source, m.reason] for m in rows]
    title = f"{name} ({label(rows[0].programme)})"
    print_table(["start", "end", "%", "known from", "source", "reason"], cells, title=title, note=clock_words(told))


def _knowledge(m: Measure) -> str:
    """The day from which a step is known as law and, below it, the day on which another replaced it."""
    if m.announced:
        return "announced"
    return f"{m.learnt}\nreplaced\n{m.known_end}" if m.known_end else str(m.learnt)


@measures.command("facts")
@answers("parley.law.answers_measures:FactsAnswer")
def measures_facts(
    authority: Annotated[str | None, typer.Option(help="only this country's acts, such as CHN")] = None,
    on: Annotated[str | None, typer.Option(help="leave out what had ended by this day")] = None,
    known: Known = None,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """What the acts contain besides duties: export controls, port fees, announced lists, exemptions without a list.

    Examples: parley law measures facts --authority CHN · parley law measures facts --on 2026-10-01
    """
    from datetime import date

    from parley.codes import country, day
    from parley.law.answers_measures import facts_answer
    from parley.law.facts import read_facts
    from parley.law.regime import knowledge

    held = read_facts(authority=country(authority, "--authority") if authority else None)
    found = [f for f in held if f.stands(day(on, "on") if on else date.min, knowledge(known))]
    made = facts_answer(found)
    if csv:
        write_csv(csv, made["facts"])
    if json:
        print_json(made)
        return
    cells = [
        [f.act.authority, str(f.start or "not known"), str(f.end or "open"), f.kind, f.text, f.source] for f in found
    ]
    print_table(["of", "start", "end", "kind", "what", "source"], cells, note="no rate rests on these")


@measures.command("check")
def measures_check(
    folder: Annotated[Path | None, typer.Argument(help="a folder of acts; default: the packaged ones")] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="list the differences between lists, footnotes, headings and notes")
    ] = False,
    csv: Csv = None,
    json: Json = False,
) -> None:
    """The linters: every source, clock, scope, edge, list and product prefix. Exit code 2 where a rule is broken.

    --open lists each difference between a list and its headings in the schedule's editions, declared or unexplained.
    It also lists each note or heading that could not be read and so was not compared. --csv writes them to a file.

    Examples: parley law measures check · parley law measures check --open --csv open.csv
    """
    from parley.law.answers_measures import check_answer
    from parley.law.check import check_regime
    from parley.law.check_open import counted, open_items
    from parley.law.regime import read_regime

    regime = read_regime(folder)
    found, unsettled = check_regime(regime), open_items(regime.measures)
    made = check_answer(regime, found, unsettled)
    if csv:
        write_csv(csv, made["open"])
    if json:
        print_json(made)
    else:
        if found:
            print_table(["measure", "rule", "found"], [list(f) for f in found])
        if open_:
            _show_open(unsettled)
        more = "" if open_ else " (--open lists them)"
        print(f"{made['acts']} acts, {made['rows']} rows, {len(made['rules'])} rules, {len(found)} findings")
        print(f"open between lists and schedule: {counted(unsettled)}{more}")
    if found:
        raise typer.Exit(2)


def _show_open(items: Sequence[OpenItem]) -> None:
    """The differences one a row; then, a list a row, the notes and headings that could not be read."""
    from parley.law.check_open import NO_HEADING, UNREAD_NOTE

    differ = [[i.list, i.prefix, f"in the {i.side} alone", i.place, i.status, i.reason] for i in items if i.prefix]
    print_table(["list", "prefix", "difference", "heading", "status", "why"], differ, title="Differences")
    unread: dict[str, list[str]] = {}
    for i in (i for i in items if i.status == "not read"):
        unread.setdefault(i.list, []).append(
            i.place if i.reason != NO_HEADING else f"heading {i.place} (in no edition)"
        )
    rows = [[name, "; ".join(p or "no heading is given" for p in places)] for name, places in unread.items()]
    print_table(["list", "not compared with"], rows, title="Not compared", note=UNREAD_NOTE)
