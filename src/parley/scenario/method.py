"""How an Answer was made: equations, assumptions, limits and sources, each as a sentence that a reader can check.

How to cite a run: the software, the acts in force on its day as known on its knowledge day, and the data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources

from parley.codes import country_name
from parley.errors import MeasureError, unknown_name
from parley.law.as_known import act_as_known
from parley.law.measure import Act
from parley.law.regime import Regime, knowledge, read_regime
from parley.law.stand_in import has_schedule
from parley.scenario.answers import TradeSection
from parley.scenario.answers_brief import BriefParts, CiteAnswer, MethodSection, Source
from parley.scenario.asked_scenario import scenario_of
from parley.scenario.clocks import NO_CLOCKS, ScenarioClocks, reading_note, scenario_clocks
from parley.scenario.levy import regime_of
from parley.scenario.questions import Cite, Solve
from parley.scenario.scenario import Scenario, set_of
from parley.trade.models import read_model
from parley.world.elasticity import elasticity_sets, read_set
from parley.world.read import worlds

CLOSURES = {
    "world_share": "each deficit keeps its share of world income",
    "balanced": "trade is balanced before the shock",
    "nominal": "each deficit keeps its value in the numeraire",
    "endogenous": "deficits follow trade: local labour earns a part of every purchase; what is left keeps its share of world income",
}
CAPITAL = "; capital adjusts to its steady state, and welfare is consumption there, not on the way"
LINKS = (
    "The headline's model has no input-output links; the answer with them is shown beside it. "
    "Those links are an assumption: WIOD 2011 input shares fitted to the flows of 2022."
)
LINKED = (
    "The headline's model has input-output links; the answer without them is shown beside it. "
    "The packaged dataset's links are an assumption: WIOD 2011 input shares fitted to the flows of 2022."
)
OWN_RATES = (
    "The dataset's flows are of its base year. US base rates come from the US schedule at 2024 import weights; "
    "other importers' are the dataset's own."
)
LIMITS = (
    "Long run: wages adjust, firms do not enter or leave, nobody is unemployed, nothing is stockpiled or rerouted.",
    "The dataset's flows are of its base year; services are one sector and pay no duties. US base rates come from the US schedule at "
    "2024 import weights; other importers' are coarse sector means of 2021.",
    "US law: metal goods count as wholly metal, vehicles and parts by list. USMCA counts by the shares claimed in 2025, other "
    "preferences by chapter. A specific duty counts at the equivalent collected in 2024.",
    "China's law: weights are US exports of 2017 by six digits, shared equally among the tariff lines of each. China's "
    "ordinary rates of 2025 are not in the package, so the dataset's mean by sector is used.",
    "China's lists: for 189 numbers newer than 2019 only the sum of duties is known. Exclusions granted to single importers are left "
    "out. So are the unpublished exclusions of April 2025.",
    "The European Union and its members are weighted by the Union's mix of products; a partner without its own mix by all partners'.",
    "Retaliation by countries that are not parties of the scenario is left out.",
    "parley does not predict politicians: deal terms, political weights and bargaining positions are assumptions, marked as such.",
)
SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
                                                            "^": r"\textasciicircum{}"})  # fmt: skip


def method_section(scenario: Scenario, parts: BriefParts) -> MethodSection:
    """The method, assumptions and limits of an Answer, and how to cite it."""
    trade = parts["trade"]
    sets = len(trade["range"][scenario.parties[0]]["welfare_pct"]["over"])
    solves = (
        4
        + 2 * sets
        + (2 if trade["with_links"] or trade["without_links"] else 0)
        + sum((part or {}).get("solves", 0) for part in (parts["talks"], parts["deadline"]))
    )
    return {
        "model": read_model(scenario.model).SAYS,
        "baseline": f"the dataset under the tariffs of {trade['moved']['from']}, moved by one solve to those of {scenario.before}",
        "deficits": CLOSURES.get(scenario.deficits, scenario.deficits)
        + (CAPITAL if scenario.capital != "fixed" else ""),
        "revenue": "duties go back to households in one sum" if scenario.revenue == "lump_sum" else scenario.revenue,
        "wedges": "two per cell, so that an exclusion moves prices and revenue correctly; elasticity inside a cell 1 + theta, and 1",
        "uncertainty": "headlines: median, lowest and highest over the published elasticity sets; grids and the deadline: the set "
        + trade["elasticities"]
        + " alone",
        "certificate": f"largest relative market-clearing error {trade['residual']:.1e}; Walras {trade['walras']:.1e}",
        "solves": solves,
        "assumptions": _assumptions(scenario),
        "limits": _unknown_law(scenario) + _links_and_rates(scenario, trade),
        "cite": _cite(scenario, trade),
    }


def _links_and_rates(scenario: Scenario, trade: TradeSection) -> list[str]:
    """What stands beside the headline, and whose base rates the world carries: the packaged ones are coarse."""
    beside = [LINKS] if trade["with_links"] else [LINKED] if trade["without_links"] else []
    if trade["world"] in worlds():
        return [*beside, *LIMITS]
    own = [f"Dataset {trade['world']}: {note}." for note in trade["notes"]]
    return [*beside, LIMITS[0], OWN_RATES, *own, *LIMITS[2:]]


def _unknown_law(scenario: Scenario) -> list[str]:
    """Parties whose schedule the package does not hold: said first."""
    names = [country_name(p) for p in scenario.parties if not has_schedule(p)]
    if not names:
        return []
    return [
        f"No tariff schedule of {', '.join(names)} is packaged. Ordinary duties there are the dataset's, by sector. "
        "What its acts add is on top, as far as their lists are known; six-digit codes count alike."
    ]


def _assumptions(scenario: Scenario) -> list[str]:
    """What the data cannot say and the scenario assumes."""
    found = [
        f"Deadline, {name}: {text}." for name, text in (scenario.deadline.terms if scenario.deadline else {}).items()
    ]
    if scenario.signal:
        found.append(
            "Good faith: cost in plain welfare; political weights and lost bargaining value only as break-even values."
        )
    note = reading_note(scenario)
    found += [f"Effects: {note}."] if note else []
    found.append(
        "Law: no preference claimed in product lines, no US content, loaded after every in-transit cut-off, no exclusion claimed."
    )
    return found


def _cite(scenario: Scenario, trade: TradeSection) -> str:
    from parley import __version__

    known = f", as known on {scenario.known}" if scenario.known else ""
    law = f"tariffs in force on {scenario.on}{known}"
    return f"parley {__version__}: {scenario.title or 'scenario'} ({law}); dataset {trade['world']}, elasticities {trade['elasticities']}."


def sources_of(scenario: Scenario, regime: Regime) -> list[Source]:
    """Every source of the Answer: the acts in force on the day, then the data sets, each with terms and whether it was read."""
    acts: dict[str, Act] = {}
    for party in scenario.parties:
        for m in regime.at(scenario.on, knowledge(scenario.known), party):
            acts[m.act.id] = m.act
    ordered = sorted(acts.values(), key=lambda a: (a.authority, a.signed, a.id))
    seen = knowledge(scenario.known)
    return [*(act_source(act_as_known(a, seen)) for a in ordered), *_data_sources()]


def act_source(act: Act) -> Source:
    """An act as a source."""
    return {
        "kind": "act",
        "id": act.id,
        "title": act.title,
        "citation": act.citation,
        "address": act.address or None,
        "read": act.read,
        "note": act.note,
    }


def _data_sources() -> Iterator[Source]:
    """The manifests of the packaged tables."""
    for room in ("law/schedule", "law/weights", "law/measures", "world/sources", "world/elasticities"):
        path = resources.files("parley").joinpath(f"{room}/manifest.json")
        if path.is_file():
            for name, entry in sorted(json.loads(path.read_text("utf-8")).items()):
                if isinstance(entry, dict) and "source" in entry:
                    yield {
                        "kind": "data",
                        "id": f"{room}/{name}",
                        "source": entry["source"],
                        "licence": entry.get("licence"),
                        "terms": entry.get("terms"),
                        "vintage": entry.get("vintage"),
                        "builder": entry.get("builder"),
                        "rows": entry.get("rows"),
                    }


def cite_scenario(scenario: Scenario) -> CiteAnswer:
    """The answer of `cite`: all that a scenario's question rests on."""
    regime = regime_of(scenario)
    signed = {m.act.id: m.act.signed.year for m in regime.measures}
    sources = sources_of(scenario, regime)
    for source in sources:
        if source["kind"] == "act":
            source["year"] = signed[source["id"]]
    return _cited(scenario.title, scenario_clocks(scenario), [*sources, *_sets(set_of(scenario))])


def cite(asked: Cite, sign: str = "") -> CiteAnswer:
    """The answer of `cite`. Raises InputError. sign: what stands before the name of a field where a question is refused."""
    if asked.act:
        return cite_act(asked.act, f"{sign}act")
    return cite_scenario(scenario_of(Solve(scenario=asked.scenario, on=asked.on, known=asked.known), sign))


def cite_act(name: str, where: str = "--act") -> CiteAnswer:
    """The answer of `cite --act`: one act alone. Raises MeasureError with the nearest."""
    acts = {m.act.id: m.act for m in read_regime().measures}
    if name not in acts:
        raise unknown_name(where, "act", name, acts, MeasureError)
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
    names: list[str] = [*elasticity_sets(), *([named] if named else [])]
    return [_paper(name, name == (named or "U4")) for name in dict.fromkeys(names)]


def _paper(name: str, alone: bool) -> Source:
    found = read_set(name)
    return {
        "kind": "paper",
        "id": f"elasticities-{found.name}",
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
