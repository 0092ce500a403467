"""How an Answer was made: equations, assumptions, limits and sources, each as a sentence that a reader can check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources

from parley.codes import country_name
from parley.law.measure import Act
from parley.law.regime import Regime, knowledge
from parley.scenario.answers import TradeSection
from parley.scenario.answers_brief import BriefParts, MethodSection, Source
from parley.scenario.levy import levying
from parley.scenario.scenario import Scenario
from parley.world.read import worlds

MODELS = {
    "armington": "multi-sector Armington/Eaton–Kortum without input-output links "
    "(Costinot and Rodríguez-Clare 2014; Caliendo and Parro 2015 with beta = 1)",
    "caliendo_parro": "multi-sector with input-output links (Caliendo and Parro 2015)",
}
CLOSURES = {
    "world_share": "each deficit keeps its share of world income",
    "balanced": "trade is balanced before the shock",
    "nominal": "each deficit keeps its value in the numeraire",
}
LINKS = (
    "The headline's model has no input-output links; the same question with them stands beside it. "
    "Those links are an assumption: shares of WIOD 2011 fitted to the flows of 2022."
)
LINKED = (
    "The headline's model has input-output links; the same question without them stands beside it. "
    "Links of the packaged world are an assumption: shares of WIOD 2011 fitted to the flows of 2022."
)
OWN_RATES = (
    "The world's flows are of its base year. Base rates of the United States come from its schedule at 2024 import weights; "
    "those of other importers are the world's own."
)
LIMITS = (
    "Long run: wages adjust, firms do not enter or leave, nobody is unemployed, nothing is stockpiled or rerouted.",
    "The world's flows are of its base year; services are one sector and carry no duties. Base rates of the United States come from its "
    "schedule at 2024 import weights; those of other importers are coarse means by sector of 2021.",
    "US law: metal goods count as wholly of their metal, vehicles and parts by list; USMCA by the shares claimed in 2025, other "
    "preferences by chapter; a specific duty at the equivalent collected in 2024.",
    "China's law: weights are US exports of 2017 by six digits, a mirror of its imports, shared equally among the lines of each. Its "
    "ordinary rates of 2025 are not in the package: the world's mean by sector stands in.",
    "China's lists: what 189 numbers newer than 2019 pay is known as a sum alone; exclusions granted to single importers, and those "
    "of April 2025 that were never published, are left out.",
    "The European Union and its members are weighted by the Union's mix of products; a partner without a mix of its own by that of all.",
    "Retaliation by other countries than the scenario's parties is left out.",
    "parley does not predict politicians: terms of deals, political weights and bargaining positions are assumptions, marked as such.",
)


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
        "model": MODELS.get(scenario.model, scenario.model),
        "baseline": f"the world under the law of {trade['moved']['from']}, moved by one solve to that of {scenario.before}",
        "deficits": CLOSURES.get(scenario.deficits, scenario.deficits),
        "revenue": "duties go back to households in one sum" if scenario.revenue == "lump_sum" else scenario.revenue,
        "wedges": "two per cell, so that an exclusion moves prices and revenue as it should; elasticity inside a cell 1 + theta, and 1",
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
    own = [f"World {trade['world']}: {note}." for note in trade["notes"]]
    return [*beside, LIMITS[0], OWN_RATES, *own, *LIMITS[2:]]


def _unknown_law(scenario: Scenario) -> list[str]:
    """Parties whose law the package does not hold keep the world's own rates: said first."""
    names = [country_name(p) for p in scenario.parties if p not in levying(scenario)]
    return (
        [f"No law of {', '.join(names)} in the package: its duties stay as in the world's base year."] if names else []
    )


def _assumptions(scenario: Scenario) -> list[str]:
    """What the data cannot say and the scenario assumes."""
    found = [
        f"Deadline, {name}: {text}." for name, text in (scenario.deadline.terms if scenario.deadline else {}).items()
    ]
    if scenario.signal:
        found.append(
            "Sincerity: cost in plain welfare; political weights and lost bargaining value only as break-even values."
        )
    found.append(
        "Law: no preference claimed in product lines, no US content, loaded after every in-transit cut-off, no exclusion claimed."
    )
    return found


def _cite(scenario: Scenario, trade: TradeSection) -> str:
    from parley import __version__

    known = f", as known on {scenario.known}" if scenario.known else ""
    law = f"law of {scenario.on}{known}"
    return f"parley {__version__}: {scenario.title or 'scenario'} ({law}); world {trade['world']}, elasticities {trade['elasticities']}."


def sources_of(scenario: Scenario, regime: Regime) -> list[Source]:
    """Every source of the Answer: the acts in force on the day, then the data sets, each with terms and whether it was read."""
    acts: dict[str, Act] = {}
    for party in scenario.parties:
        for m in regime.at(scenario.on, knowledge(scenario.known), party):
            acts[m.act.id] = m.act
    ordered = sorted(acts.values(), key=lambda a: (a.authority, a.signed, a.id))
    return [*(act_source(a) for a in ordered), *_data_sources()]


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
