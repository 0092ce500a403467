"""`parley law average`: what is asked, read and checked; the answer as a table, JSON, CSV and picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from parley.cli.law_show import write_csv
from parley.cli.output import clock_words, percent, print_json, print_table
from parley.errors import InputError, unknown_name
from parley.law.explain import clocks

if TYPE_CHECKING:
    from parley.cli.law_show import Cell
    from parley.law.average_point import Average, AveragePoint


@dataclass(frozen=True)
class AverageAsked:
    """What `parley law average` was asked, as it was written."""

    origin: str
    destination: str
    on: str | None
    since: str | None
    until: str | None
    known: str | None
    weights: str
    by: str | None
    products: tuple[str, ...]
    programmes: tuple[str, ...]
    claims: tuple[str, ...]
    conventions: tuple[str, ...]
    daily: bool
    reading: str
    drops: tuple[str, ...]
    adds: tuple[Path, ...]
    csv: Path | None
    plot: Path | None
    json: bool


def answer(asked: AverageAsked) -> None:
    """Prints the average, and writes the files asked for."""
    from parley.codes import day
    from parley.law.answers import average_answer
    from parley.law.average import average
    from parley.law.entry_claims import read_stated
    from parley.law.readings import reading_of
    from parley.law.regime import read_changed

    if not asked.origin:
        raise InputError("parley law average", "no origin", "--origin CODE, such as --origin CHN")
    if (asked.on is None) == (asked.since is None and asked.until is None):
        raise InputError("parley law average", "one day or a period", "--on DATE, or --since DATE and --until DATE")
    read = reading_of(asked.reading)
    found = average(
        read_changed(asked.drops, asked.adds), asked.origin, asked.destination, asked.on, since=asked.since,
        until=asked.until, known=asked.known, weights=_weights(asked.weights), claims=read_stated(asked.claims),
        reading=read, conventions=asked.conventions, products=_prefixes(asked.products),
        programmes=asked.programmes, group_of=_grouping(asked.by), daily=asked.daily,
    )  # fmt: skip
    if asked.csv:
        write_csv(asked.csv, _rows(found))
    if asked.plot:
        from parley.cli.law_plot import write_plot

        write_plot(asked.plot, found, None if asked.until is None else day(asked.until, "until"))
    if asked.json:
        print_json(average_answer(found, read))
    else:
        show_average(found)


def show_conventions(json: bool) -> None:
    """The conventions by name."""
    from parley.law.answers import conventions_answer

    found = conventions_answer()
    if json:
        print_json(found)
    else:
        print_table(["convention", "what it does"], [list(pair) for pair in found["conventions"].items()])


def _weights(text: str) -> Literal["imports", "simple"] | Path:
    """imports, simple, or a file."""
    if text == "imports" or text == "simple":
        return text
    path = Path(text)
    if path.suffix or path.exists():
        return path
    raise unknown_name("--weights", "weights", text, ("imports", "simple", "a CSV file"))


def _prefixes(texts: Sequence[str]) -> tuple[str, ...]:
    from parley.errors import CodeError

    made = tuple(p.replace(".", "").strip() for text in texts for p in text.split(","))
    for prefix in made:
        if not (prefix.isascii() and prefix.isdigit() and 2 <= len(prefix) <= 10):
            raise CodeError("--products", f"{prefix[:40]!r}", "2 to 10 digits, with or without points")
    return made


def _grouping(by: str | None) -> Callable[[str], str | None] | None:
    """The chapter or sector of a line."""
    if by is None:
        return None
    if by == "chapter":
        return lambda code: code[:2]
    if by != "sector":
        raise unknown_name("--by", "grouping", by, ("chapter", "sector"))
    from parley.world.grid import sector_of

    return lambda code: sector_of([code])[0]


def _rows(found: Average) -> Iterator[dict[str, Cell]]:
    """One row a day, or a day and group, with a column for each programme; rates are fractions."""
    held = [x for p in found.points for x in (p, *p.groups)]
    left_open = [n for p in found.points for n in p.open]
    programmes = list(dict.fromkeys([*(n for x in held for n in x.by_programme), *left_open]))
    for p in found.points:
        whole = {"on": p.on, "group": "all", "share": 1.0, "rate": p.rate, "base_rate": p.base_rate}
        yield whole | {n: _part(p, n) for n in programmes}
        for g in p.groups:
            row = {"on": p.on, "group": g.group, "share": g.share, "rate": g.rate, "base_rate": g.base_rate}
            yield row | {n: g.by_programme.get(n, 0.0) for n in programmes}


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
    told = clock_words(clocks(found.points[-1].on if found.points else None, found.known, found.law_known_to))
    print_table(headers, rows, note="; ".join([f"percent; {told}; weights: {found.weights}", *found.notes]))
    for p in (p for p in found.points if p.branches):
        print(f"{p.on}: {p.reason}")
        for b in p.branches:
            print(f"{b.what}: {percent(b.rate, 2)} %, of which added {percent(b.added, 2)} %")
    for p in (p for p in found.points if p.groups):
        cells = [[g.group, percent(g.share), percent(g.rate, 2),
                  *(percent(g.by_programme.get(n, 0.0), 2) for n in programmes)] for g in p.groups]  # fmt: skip
        names = ["group", "% of weight", "rate", *(n.replace("_", " ") for n in programmes)]
        print_table(names, cells, title=f"on {p.on}")
