"""`parley cite`: how to cite parley, the acts that a run rests on, and the data behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from parley.cli.output import JSON_HELP, KNOWN_HELP, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)
SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
                                                            "^": r"\textasciicircum{}"})  # fmt: skip


@app.command()
def cite(
    scenario: Annotated[Path | None, typer.Argument(help="a scenario in TOML; default: the shipped one")] = None,
    on: Annotated[str | None, typer.Option(help="tariffs in force on this day, YYYY-MM-DD")] = None,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    act: Annotated[str | None, typer.Option(help="one act alone, by its id")] = None,
    form: Annotated[str, typer.Option("--format", help="legal, bibtex or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What a run used: the software, the acts in force on its day as known on its knowledge day, and the data.

    \b
    Examples:
      parley cite
      parley cite --format bibtex > parley.bib
      parley cite --on 2025-07-09 --known 2025-05-02 --format legal
      parley cite --act us-eo-14257
    """
    from parley.errors import unknown_name

    if form not in ("legal", "bibtex", "both"):
        raise unknown_name("--format", "format", form, ("legal", "bibtex", "both"))
    found = _act(act) if act else _sources(scenario, on, known)
    if as_json:
        print_json({**found, "legal": legal(found["sources"]), "bibtex": bibtex(found)})
        return
    if form in ("legal", "both"):
        print("\n".join(legal(found["sources"])))
    if form == "both":
        print()
    if form in ("bibtex", "both"):
        print(bibtex(found), end="")


def _sources(scenario: Path | None, on: str | None, known: str | None) -> dict[str, Any]:
    """The sources of a scenario's question."""
    from parley.scenario.clocks import scenario_clocks
    from parley.scenario.levy import regime_of
    from parley.scenario.method import sources_of
    from parley.scenario.scenario import read_scenario, with_days

    asked = with_days(read_scenario(scenario), on, known)
    regime = regime_of(asked)
    signed = {m.act.id: m.act.signed.year for m in regime.measures}
    used = [{**s, "year": signed[s["id"]]} if s["kind"] == "act" else s for s in sources_of(asked, regime)]
    sources = [*used, *_sets(asked.elasticities)]
    return {"title": asked.title, **scenario_clocks(asked), "sources": sources}


def _sets(named: str) -> list[dict[str, Any]]:
    """The papers of the elasticity sets: headlines are ranges over all of them, and grids use the one that is named."""
    from parley.world.elasticity import elasticity_sets, read_set

    held = {name: read_set(name) for name in elasticity_sets()}
    return [
        {"kind": "paper", "id": f"elasticities-{n}", "source": s.paper, "table": s.table, "read": s.read,
         "note": "used alone for grids and deadlines" if n == (named or "U4") else ""}
        for n, s in held.items()
    ]  # fmt: skip


def _act(name: str) -> dict[str, Any]:
    """One act as a source."""
    from parley.errors import MeasureError, unknown_name
    from parley.law.regime import read_regime

    acts = {m.act.id: m.act for m in read_regime().measures}
    if name not in acts:
        raise unknown_name("--act", "act", name, acts, MeasureError)
    a = acts[name]
    row = {"kind": "act", "id": a.id, "title": a.title, "citation": a.citation, "address": a.address or None,
           "read": a.read, "note": a.note, "year": a.signed.year}  # fmt: skip
    return {"title": a.title, "on": None, "known": None, "sources": [row]}


def legal(sources: list[dict[str, Any]]) -> list[str]:
    """Acts as lawyers cite them, one a line; a text that was not read is said to be so."""
    made = []
    for s in sources:
        if s["kind"] == "act":
            unread = "" if s["read"] else " (cited, text not read)"
            named = "" if s["title"] in s["citation"] else f"{s['title']}, "
            made.append(f"{named}{s['citation']}{unread}.")
    return made


def bibtex(found: dict[str, Any]) -> str:
    """Everything as BibTeX: the software, then acts, data and papers. Fields that are not known are left out."""
    from parley import __version__

    law = f"Law of {found['on']}" if found["on"] else ""
    known = f", as known on {found['known']}" if found["known"] else ""
    head = _entry("software", "parley", {"title": "{parley}: trade conflicts from the act to the answer", "author": "{The parley authors}",
                                         "version": __version__, "note": law + known})  # fmt: skip
    return "\n".join([head, *(_source(s) for s in found["sources"])])


def _source(s: dict[str, Any]) -> str:
    if s["kind"] == "act":
        note = s["citation"] + ("" if s["read"] else "; cited, text not read")
        return _entry("misc", s["id"], {"title": f"{{{_tex(s['title'])}}}", "howpublished": _tex(note), "url": s["address"],
                                        "year": s["year"]})  # fmt: skip
    if s["kind"] == "paper":
        read = "" if s["read"] else "; table not checked by us"
        return _entry("misc", s["id"], {"title": f"{{{_tex(s['source'])}}}", "note": _tex(f"{s['table']}{read}"),
                                        "year": _year(s["source"])})  # fmt: skip
    key = re.sub(r"[^\w-]+", "-", s["id"])
    return _entry(
        "misc",
        key,
        {"title": f"{{{_tex(s['source'])}}}", "note": _tex(f"{s.get('vintage') or ''}; {s.get('terms') or ''}")},
    )


def _entry(kind: str, key: str, fields: dict[str, Any]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _tex(text: str) -> str:
    """Text with TeX's own signs escaped."""
    return text.translate(SPECIAL)


def _year(text: str) -> str:
    """The year of a paper's citation; nothing where it names none."""
    found = re.search(r"\b(?:19|20)\d\d\b", text)
    return found[0] if found else ""
