"""`parley law average`: what is asked, read and checked; the answer as a table, JSON, CSV and picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from parley.cli.law_show import write_csv
from parley.cli.output import clock_words, percent, print_json, print_table
from parley.law.explain import clocks

if TYPE_CHECKING:
    from parley.cli.law_show import Cell
    from parley.law.average_point import Average, AveragePoint
    from parley.law.questions import Average as Question


def answer(asked: Question, csv: Path | None = None, plot: Path | None = None, *, json: bool = False) -> None:
    """Prints the average, and writes the files asked for."""
    from parley.codes import day
    from parley.law.answering import average, averaged

    found = averaged(asked, sector_of=_sector, sign="--")
    if csv:
        write_csv(csv, _rows(found))
    if plot:
        from parley.cli.law_plot import write_plot

        write_plot(plot, found, None if asked.until is None else day(asked.until, "until"))
    if json:
        print_json(average(asked, found=found))
    else:
        show_average(found)


def _sector(code: str) -> str | None:
    """The sector of a line."""
    from parley.world.grid import sector_of_line

    return sector_of_line(code)


def show_conventions(json: bool) -> None:
    """The conventions by name."""
    from parley.law.answers import conventions_answer

    found = conventions_answer()
    if json:
        print_json(found)
    else:
        print_table(["convention", "what it does"], [list(pair) for pair in found["conventions"].items()])


def _rows(found: Average) -> Iterator[dict[str, Cell]]:
    """One row a day, or a day and group, with a column for each programme; rates are fractions."""
    held = [x for p in found.points for x in (p, *p.groups)]
    left_open = [n for p in found.points for n in p.open]
    programmes = list(dict.fromkeys([*(n for x in held for n in x.by_programme), *left_open]))
    named = dict.fromkeys(c for p in found.points for c in p.causes)
    causes = ["law", *named] if named else []
    for p in found.points:
        whole = {"on": p.on, "group": "all", "share": 1.0, "rate": p.rate, "base_rate": p.base_rate}
        yield whole | {n: _part(p, n) for n in programmes} | _caused(p, causes)
        for g in p.groups:
            row = {"on": p.on, "group": g.group, "share": g.share, "rate": g.rate, "base_rate": g.base_rate}
            yield row | {n: g.by_programme.get(n, 0.0) for n in programmes} | dict.fromkeys(causes)


def _caused(point: AveragePoint, causes: list[str]) -> dict[str, Cell]:
    """In the reading `paid`, the law's rate and what each cause adds to it; nothing in others."""
    return {n: point.law if n == "law" else point.causes.get(n) for n in causes}


def _part(point: AveragePoint, programme: str) -> float | None:
    """A programme's part of a point: None where it hangs on an extension past the last day read, 0 where nothing is levied."""
    return None if programme in point.open else point.by_programme.get(programme, 0.0)


def show_average(found: Average) -> None:
    """One row a point: the rate and its programmes; then one row a group."""
    shown = [[*(n for n, v in p.by_programme.items() if v >= 0.00005), *p.open] for p in found.points]
    programmes = list(dict.fromkeys(n for names in shown for n in names))
    parts = [[percent(_part(p, n), 2) for n in programmes] for p in found.points]
    rows = [[str(p.on), percent(p.rate, 2), *x, percent(p.covered)] for p, x in zip(found.points, parts, strict=True)]
    headers = ["from", "rate", *(n.replace("_", " ") for n in programmes), "base known"]
    if any(p.step for p in found.points):
        headers.append("announced for")
        rows = [[*r, str(p.step or "–")] for r, p in zip(rows, found.points, strict=True)]
    told = clock_words(clocks(found.points[-1].on if found.points else None, found.known, found.law_known_to,
                               found.law_version))  # fmt: skip
    print_table(headers, rows, note="; ".join([f"percent; {told}; weights: {found.weights}", *found.notes]))
    for p in (p for p in found.points if p.causes):
        show_causes(p)
    for p in (p for p in found.points if p.branches):
        print(f"{p.on}: {p.reason}")
        for b in p.branches:
            print(f"{b.what}: {percent(b.rate, 2)} %, of which added {percent(b.added, 2)} %")
    for p in (p for p in found.points if p.groups):
        cells = [[g.group, percent(g.share), percent(g.rate, 2),
                  *(percent(g.by_programme.get(n, 0.0), 2) for n in programmes)] for g in p.groups]  # fmt: skip
        names = ["group", "% of weight", "rate", *(n.replace("_", " ") for n in programmes)]
        print_table(names, cells, title=f"on {p.on}")


def show_causes(point: AveragePoint) -> None:
    """From the law to what is paid: a row a cause, and what it is sized from."""
    from parley.law.paid.causes import CAUSES

    rows = [["law, without a claim", percent(point.law, 2), ""]]
    rows += [
        [said.name, f"{100 * point.causes[c]:+.2f}", said.source] for c, said in CAUSES.items() if c in point.causes
    ]
    rows.append(["paid", percent(point.rate, 2), ""])
    print_table(["from the law to what is paid", "points", "sized from"], rows, title=f"on {point.on}")
