"""`parley law measures`: the acts and their measures, listed, shown and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.asked import asks
from parley.cli.law_show import flat_measure, rate_words, write_csv
from parley.cli.output import JSON_HELP, answers, clock_words, print_json, print_table
from parley.law import questions

if TYPE_CHECKING:
    from parley.law.check_open import OpenItem
    from parley.law.measure import Measure

measures = typer.Typer(no_args_is_help=True, add_completion=False, help="The acts and their measures.")

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Csv = Annotated[Path | None, typer.Option("--csv", help="write the rows to this CSV file too")]


@measures.command("list")
@asks(questions.Measures)
def measures_list(asked: questions.Measures, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    from parley.law import answering
    from parley.law.regime import read_regime

    regime = read_regime()
    rows = answering.rows(asked, regime, "--")
    made = answering.measures(asked, regime, rows)
    if csv:
        write_csv(csv, (flat_measure(m) for m in rows))
    if json:
        print_json(made)
        return
    cells = [[m.id, m.programme, rate_words(m), str(m.start), str(m.end or "open"), m.act.citation] for m in rows]
    print_table(
        ["measure", "legal authority", "%", "start", "end", "act"], cells, note=f"{len(rows)} rows; {clock_words(made)}"
    )


@measures.command("show")
@asks(questions.Measure)
def measures_show(asked: questions.Measure, json: Json = False) -> None:
    """As the question says."""
    from parley.codes import label
    from parley.law import answering
    from parley.law.regime import read_regime

    regime = read_regime()
    rows, told = answering.rows_of(asked, regime), answering.measure(asked, regime)
    if json:
        print_json(told)
        return
    cells = [[str(m.start), str(m.end or "open"), rate_words(m), _knowledge(m), m.source, m.reason] for m in rows]
    title = f"{asked.id} ({label(rows[0].programme)})"
    print_table(["start", "end", "%", "known from", "source", "reason"], cells, title=title, note=clock_words(told))


def _knowledge(m: Measure) -> str:
    """The day from which a step is known as law and, below it, the day on which another replaced it."""
    if m.announced:
        return "announced"
    return f"{m.learnt}\nreplaced\n{m.known_end}" if m.known_end else str(m.learnt)


@measures.command("facts")
@answers("parley.law.answers_measures:FactsAnswer")
@asks(questions.Facts)
def measures_facts(asked: questions.Facts, csv: Csv = None, json: Json = False) -> None:
    """As the question says."""
    from parley.law.answering import facts
    from parley.law.answers_measures import facts_answer

    found = facts(asked, "--")
    made = facts_answer(found)
    if csv:
        write_csv(csv, made["facts"])
    if json:
        print_json(made)
        return
    cells = [
        [f.act.authority, str(f.start or "not known"), str(f.end or "open"), f.kind, f.text, f.source] for f in found
    ]
    print_table(
        ["of", "start", "end", "kind", "what", "source"],
        cells,
        note=f"no rate rests on these; law {made['law_version']}",
    )


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
        version = f"law {made['law_version']}: " if made["law_version"] else ""
        print(f"{version}{made['acts']} acts, {made['rows']} rows, {len(made['rules'])} rules, {len(found)} findings")
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
