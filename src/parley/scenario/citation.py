"""How to cite a run: the software, the acts in force on its day as known on its knowledge day, and the data."""

from __future__ import annotations

import re

from parley.errors import MeasureError, unknown_name
from parley.law.regime import read_regime
from parley.scenario.answers_brief import CiteAnswer, Source
from parley.scenario.clocks import NO_CLOCKS, ScenarioClocks, scenario_clocks
from parley.scenario.levy import regime_of
from parley.scenario.method import act_source, sources_of
from parley.scenario.scenario import Scenario
from parley.world.elasticity import elasticity_sets, read_set

SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
                                                            "^": r"\textasciicircum{}"})  # fmt: skip


def cite_scenario(scenario: Scenario) -> CiteAnswer:
    """The answer of `cite`: all that a scenario's question rests on."""
    regime = regime_of(scenario)
    signed = {m.act.id: m.act.signed.year for m in regime.measures}
    sources = sources_of(scenario, regime)
    for source in sources:
        if source["kind"] == "act":
            source["year"] = signed[source["id"]]
    return _cited(scenario.title, scenario_clocks(scenario), [*sources, *_sets(scenario.elasticities)])


def cite_act(name: str) -> CiteAnswer:
    """The answer of `cite --act`: one act alone. Raises MeasureError with the nearest."""
    acts = {m.act.id: m.act for m in read_regime().measures}
    if name not in acts:
        raise unknown_name("--act", "act", name, acts, MeasureError)
    return _cited(acts[name].title, NO_CLOCKS, [{**act_source(acts[name]), "year": acts[name].signed.year}])


def _cited(title: str, clocks: ScenarioClocks, sources: list[Source]) -> CiteAnswer:
    made = bibtex(sources, _of_law(clocks))
    return {"title": title, **clocks, "sources": sources, "legal": legal(sources), "bibtex": made}


def _of_law(clocks: ScenarioClocks) -> str:
    """The law behind a run, for the software's entry."""
    law = f"Law of {clocks['on']}" if clocks["on"] else ""
    return law + (f", as known on {clocks['known']}" if clocks["known"] else "")


def _sets(named: str) -> list[Source]:
    """The papers of the elasticity sets: headlines are ranges over all of them, and grids use the one that is named."""
    return [_paper(name, name == (named or "U4")) for name in elasticity_sets()]


def _paper(name: str, alone: bool) -> Source:
    found = read_set(name)
    return {
        "kind": "paper",
        "id": f"elasticities-{name}",
        "source": found.paper,
        "table": found.table,
        "read": found.read,
        "note": "used alone for grids and deadlines" if alone else "",
    }


def legal(sources: list[Source]) -> list[str]:
    """Acts as lawyers cite them, one a line; a text that was not read is said to be so."""
    made = []
    for s in sources:
        if s["kind"] == "act":
            title, citation = s.get("title", ""), s.get("citation", "")
            unread = "" if s.get("read") else " (cited, text not read)"
            named = "" if title in citation else f"{title}, "
            made.append(f"{named}{citation}{unread}.")
    return made


def bibtex(sources: list[Source], note: str) -> str:
    """Everything as BibTeX: the software, then acts, data and papers. Fields that are not known are left out."""
    from parley import __version__

    head = _entry("software", "parley", {"title": "{parley}: trade conflicts from the act to the answer", "author": "{The parley authors}",
                                         "version": __version__, "note": note})  # fmt: skip
    return "\n".join([head, *map(_source, sources)])


def _source(s: Source) -> str:
    if s["kind"] == "act":
        note = s.get("citation", "") + ("" if s.get("read") else "; cited, text not read")
        return _entry("misc", s["id"], {"title": f"{{{_tex(s.get('title', ''))}}}", "howpublished": _tex(note), "url": s.get("address"),
                                        "year": s.get("year")})  # fmt: skip
    source = s.get("source", "")
    if s["kind"] == "paper":
        read = "" if s.get("read") else "; table not checked by us"
        return _entry("misc", s["id"], {"title": f"{{{_tex(source)}}}", "note": _tex(f"{s.get('table', '')}{read}"),
                                        "year": _year(source)})  # fmt: skip
    key = re.sub(r"[^\w-]+", "-", s["id"])
    note = _tex(f"{s.get('vintage') or ''}; {s.get('terms') or ''}")
    return _entry("misc", key, {"title": f"{{{_tex(source)}}}", "note": note})


def _entry(kind: str, key: str, fields: dict[str, str | int | None]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _tex(text: str) -> str:
    """Text with TeX's own signs escaped."""
    return text.translate(SPECIAL)


def _year(text: str) -> str:
    """The year of a paper's citation; nothing where it names none."""
    found = re.search(r"\b(?:19|20)\d\d\b", text)
    return found[0] if found else ""
