"""`parley law`: what does the law say? Rates by product, origin and day, explained; averages; the measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import ADD_HELP, DROP_HELP, JSON_HELP, KNOWN_HELP, percent, print_json, print_table

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)
measures = typer.Typer(no_args_is_help=True, add_completion=False, help="The acts and their measures.")
app.add_typer(measures, name="measures")

Origin = Annotated[str, typer.Option(help="who sells: ISO3 code or name")]
Destination = Annotated[str, typer.Option(help="who levies: ISO3 code or name")]
Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Claim = Annotated[list[str] | None, typer.Option(help="NAME=VALUE, such as usmca=true; may be repeated")]
Drop = Annotated[list[str] | None, typer.Option(help=DROP_HELP)]
Add = Annotated[list[Path] | None, typer.Option(help=ADD_HELP)]


@app.command("find")
def find_command(
    words: Annotated[list[str], typer.Argument(help="words, or the first digits of a code")],
    destination: Destination = "USA",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="at most so many lines")] = 10,
    json: Json = False,
) -> None:
    """The tariff lines that fit words or digits, best first.

    Examples: parley law find smartphone · parley law find 8517.13
    """
    from parley.codes import country, dotted
    from parley.law.find import find

    found = find(" ".join(words), country(destination, "destination"), limit=limit)
    if json:
        names = ("product", "description", "rate_unit", "base", "unit")
        print_json({"matches": [{n: getattr(m, n) for n in names} for m in found]})
        return
    rows = [[dotted(m.product), _tail(m.description), m.base] for m in found]
    print_table(["line", "description", "base rate"], rows, note=f"{destination}: column 1 general of the last edition")


def _tail(description: str) -> str:
    """The last steps of a description, within one line of a screen."""
    text = ": ".join(description.split(": ")[-3:])
    return text if len(text) <= 90 else "…" + text[-89:]


@app.command("rate")
def rate_command(
    product: Annotated[str, typer.Argument(metavar="HTS", help="tariff code, with or without points")],
    on: Annotated[str, typer.Option(help="day of entry, YYYY-MM-DD")],
    origin: Origin,
    destination: Destination = "USA",
    known: Known = None,
    claim: Claim = None,
    value: Annotated[float | None, typer.Option(help="customs value in dollars: the duty is then given too")] = None,
    drop: Drop = None,
    add: Add = None,
    json: Json = False,
) -> None:
    """The rate that a product pays on a day, line by line, with the act behind each.

    Examples: parley law rate 8517.13.00.00 --origin CHN --on 2025-05-02 ·
    parley law rate 8703.23.01.90 --origin MEX --on 2025-04-03 --claim usmca=true --claim us_content=0.4
    """
    from parley.codes import country
    from parley.law.whatif import read_changed, read_claim_pairs

    levies = country(destination, "destination")
    sells = country(origin, "origin")
    regime = read_changed(drop or [], add or [], levies, sells)
    found = regime.explain(product, sells, levies, on, known, read_claim_pairs(claim or []), value)
    if json:
        print_json(_rate_json(found, value))
    else:
        _show_rate(found, value)


def _rate_json(found: Any, value: float | None) -> dict[str, Any]:
    names = ("product", "description", "origin", "destination", "on", "known")
    numbers = ("rate", "base_rate", "added_rate", "added_2025", "reason")
    line = ("measure", "programme", "rate", "share", "contribution", "reason", "source")
    withheld = ("measure", "programme", "reason", "source")
    return {
        **{n: getattr(found, n) for n in (*names, *numbers)},
        "base_text": found.base_text,
        "lines": [{n: getattr(x, n) for n in line} for x in found.lines],
        "not_applied": [{n: getattr(x, n) for n in withheld} for x in found.not_applied],
        "claims": dict(found.claims),
        "assumed": list(found.assumed),
        **({} if value is None else {"value": value, "duty": None if found.rate is None else found.rate * value}),
    }


def _show_rate(found: Any, value: float | None) -> None:
    from parley.codes import country_name, dotted

    known = f", as known on {found.known}" if found.known else ""
    title = f"{dotted(found.product)} from {country_name(found.origin)} to {country_name(found.destination)}"
    rows = [[x.measure, percent(x.contribution, 4).rstrip("0").rstrip("."), x.source, x.reason] for x in found.lines]
    rows.append(["total", percent(found.rate, 4).rstrip("0").rstrip("."), "", found.reason or ""])
    title += f", {found.on}{known}\n{_tail(found.description)}"
    print_table(["measure", "%", "source", "reason"], rows, title=title)
    if value is not None and found.rate is not None:
        print(f"duty on {value:,.2f} dollars: {found.rate * value:,.2f}")
    print(f"added {percent(found.added_rate)} %, of which acts of 2025 and later {percent(found.added_2025)} %")
    for x in found.not_applied:
        print(f"not applied: {x.measure}: {x.reason} [{x.source}]")
    print(f"assumed: {'; '.join(found.assumed)}")


@app.command("average")
def average_command(
    origin: Origin,
    destination: Destination = "USA",
    on: Annotated[str | None, typer.Option(help="one day, YYYY-MM-DD")] = None,
    since: Annotated[str | None, typer.Option(help="first day of a period")] = None,
    until: Annotated[str | None, typer.Option(help="last day of a period")] = None,
    known: Known = None,
    weights: Annotated[str, typer.Option(help="imports (of the baseline year) or simple")] = "imports",
    drop: Drop = None,
    add: Add = None,
    json: Json = False,
) -> None:
    """The average rate of an origin's goods by programme: on a day, or on every day of a period on which it changes.

    Examples: parley law average --origin CHN --on 2025-05-02 ·
    parley law average --origin VNM --since 2025-01-01 --until 2025-07-09 --known 2025-05-02
    """
    from parley.errors import unknown_name
    from parley.law.average import average
    from parley.law.whatif import read_changed

    if weights not in ("imports", "simple"):
        raise unknown_name("--weights", "weights", weights, ("imports", "simple"))
    if (on is None) == (since is None and until is None):
        from parley.errors import InputError

        raise InputError("parley law average", "one day or a period", "--on DATE, or --since DATE and --until DATE")
    regime = read_changed(drop or [], add or [])
    found = average(regime, origin, destination, on, since=since, until=until, known=known, weights=weights)  # type: ignore[arg-type]
    if json:
        names = ("on", "rate", "base_rate", "by_programme", "covered", "lines", "reason")
        points = [{n: getattr(p, n) for n in names} for p in found.points]
        print_json({"origin": found.origin, "destination": found.destination, "known": found.known, "points": points,
                    "weights": found.weights, "notes": list(found.notes)})  # fmt: skip
        return
    programmes = list(dict.fromkeys(n for p in found.points for n, v in p.by_programme.items() if v >= 0.00005))
    parts = [[percent(p.by_programme.get(n, 0.0), 2) for n in programmes] for p in found.points]
    rows = [[str(p.on), percent(p.rate, 2), *x, percent(p.covered)] for p, x in zip(found.points, parts, strict=True)]
    note = "; ".join([f"percent; weights: {found.weights}", *found.notes])
    print_table(["from", "rate", *(n.replace("_", " ") for n in programmes), "base known"], rows, note=note)


@app.command("timeline")
def timeline_command(
    origin: Origin,
    since: Annotated[str, typer.Option(help="first day")],
    until: Annotated[str, typer.Option(help="last day")],
    destination: Destination = "USA",
    known: Known = None,
    json: Json = False,
) -> None:
    """What started, changed and ended on an origin's goods, day by day, and by which act.

    Example: parley law timeline --origin CHN --since 2025-01-01 --until 2025-05-14
    """
    from dataclasses import asdict

    from parley.law.regime import read_regime
    from parley.law.timeline import timeline

    steps = timeline(read_regime(), origin, destination, since, until, known)
    if json:
        print_json({"steps": [asdict(s) for s in steps]})
        return
    rows = list(dict.fromkeys((str(s.on), s.measure, _move(s), s.act) for s in steps if s.combine != "zero"))
    left = len({(s.on, s.measure) for s in steps if s.combine == "zero"})
    note = f"percent; {left} steps of exclusions are not shown: --json has them" if left else "percent"
    print_table(["on", "measure", "step", "act"], [list(r) for r in rows], note=note)


def _move(step: Any) -> str:
    before, after = (percent(r).removesuffix(".0") for r in (step.before, step.after))
    prefix = "total " if step.combine == "total" else ""
    steps = {"started": f"starts at {after}", "ended": f"{before} ends", "changed": f"{before} to {after}"}
    return prefix + steps[step.what]


@measures.command("list")
def measures_list(
    programme: Annotated[str | None, typer.Option(help="only this programme")] = None,
    on: Annotated[str | None, typer.Option(help="only those in force on this day")] = None,
    known: Known = None,
    json: Json = False,
) -> None:
    """Every measure of the package with its steps.

    Example: parley law measures list --programme ieepa_fentanyl
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
    if json:
        print_json({"measures": [_measure_json(m) for m in rows]})
        return
    cells = [[m.id, m.programme, _rate_words(m), str(m.start), str(m.end or "open"), m.act.citation] for m in rows]
    print_table(["measure", "programme", "%", "start", "end", "act"], cells, note=f"{len(rows)} rows")


@measures.command("show")
def measures_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="a measure's id")], json: Json = False
) -> None:
    """One measure: its steps, scope, stacking and sources.

    Example: parley law measures show us-ieepa-reciprocal-cn
    """
    from parley.errors import MeasureError, unknown_name
    from parley.law.regime import read_regime

    held = read_regime().measures
    rows = [m for m in held if m.id == name]
    if not rows:
        raise unknown_name("measures show", "measure", name, {m.id for m in held}, MeasureError)
    if json:
        print_json({"id": name, "steps": [_measure_json(m) for m in rows]})
        return
    cells = [[str(m.start), str(m.end or "open"), _rate_words(m), str(m.learnt), m.source, m.reason] for m in rows]
    print_table(["start", "end", "%", "known from", "source", "reason"], cells, title=f"{name} ({rows[0].programme})")


def _rate_words(m: Any) -> str:
    if m.combine == "zero":
        return "exclusion"
    rate = m.expression or percent(m.rate, 4).rstrip("0").rstrip(".")
    return rate if m.combine == "add" else f"{m.combine} {rate}"


def _measure_json(m: Any) -> dict[str, Any]:
    import msgspec

    made = msgspec.to_builtins(m)
    return {n: v for n, v in made.items() if n != "folder"} | {"source": m.source}


@measures.command("check")
def measures_check(
    folder: Annotated[Path | None, typer.Argument(help="a folder of acts; default: the packaged ones")] = None,
    json: Json = False,
) -> None:
    """The linters: every source, clock, scope, edge and product prefix. Exit code 2 where a rule is broken.

    Example: parley law measures check
    """
    from parley.law.check import check_regime
    from parley.law.regime import read_regime

    regime = read_regime(folder)
    found = check_regime(regime)
    acts = len({m.act.id for m in regime.measures})
    if json:
        print_json({"acts": acts, "rows": len(regime.measures), "findings": [f._asdict() for f in found]})
    else:
        if found:
            print_table(["measure", "rule", "found"], [list(f) for f in found])
        print(f"{acts} acts, {len(regime.measures)} rows, {len(found)} findings")
    if found:
        raise typer.Exit(2)
