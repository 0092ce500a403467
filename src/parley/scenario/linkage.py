"""What trades for what at the law of a day: points of tariff, money, purchases and limits on technology, party by party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parley.codes import country, members
from parley.errors import InputError, ScenarioError, unknown_name
from parley.scenario.baseline import Baseline, calibrate, schedule_on, solve_on, wedges_of
from parley.scenario.scenario import Scenario
from parley.talks.games.linkage import KINDS, Item, linkage

HIGH_TECHNOLOGY = ("C26", "C27", "C28")  # computers and electronics, electrical equipment, machinery
BILLION = 1000.0  # the packaged world's money is millions of US dollars


def linkage_of(
    scenario: Scenario,
    items: Sequence[Item] | None = None,
    *,
    at: str = "on",
    baseline: Baseline | None = None,
) -> dict[str, Any]:
    """The answer of `talks linkage`: each item's worth to each party, and the rates at which items make up for one another.

    items None: a point of duty by each on the other, a billion paid or bought either way, a percent of technology limits.
    """
    if at not in ("on", "before"):
        raise unknown_name("linkage: at", "state", at, ("on", "before"))
    baseline = baseline or calibrate(scenario)
    world = baseline.world
    players = {p: tuple(world.index(c) for c in members(p) if c in world.countries) for p in scenario.parties}
    missing = [p for p, own in players.items() if not own]
    if missing:
        raise unknown_name("linkage", "economy of this world", missing[0], world.countries, ScenarioError)
    schedule = schedule_on(baseline, scenario.on) if at == "on" else baseline.before
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, schedule))
    found = linkage(eq, players, default_items(scenario.parties, world.sectors) if items is None else items)
    return found.as_json() | {
        "players": list(players), "at": at, "model": eq.model, "elasticities": baseline.raw.elasticities,
        "residual": eq.residual, "unit": "percent of welfare; money in the world's own unit (packaged: million US dollars)",
    }  # fmt: skip


def default_items(parties: Sequence[str], sectors: Sequence[str]) -> list[Item]:
    """What the first two parties could put on the table."""
    a, b = parties[:2]
    technology = tuple(s for s in HIGH_TECHNOLOGY if s in sectors)
    items = [Item(f"{x}: a point less on {y}", "tariff", x, y, _goods(sectors)) for x, y in ((a, b), (b, a))]
    items += [Item(f"{x}: a billion to {y}", "transfer", x, y, (), BILLION) for x, y in ((a, b), (b, a))]
    items += [
        Item(f"{x}: buys a billion of {y}", "purchase", x, y, _goods(sectors), BILLION) for x, y in ((a, b), (b, a))
    ]
    if technology:
        items += [
            Item(f"{x}: eases technology to {y} by 1 %", "technology", x, y, technology) for x, y in ((a, b), (b, a))
        ]
    return items


def _goods(sectors: Sequence[str]) -> tuple[str, ...]:
    return tuple(s for s in sectors if s != "SERVICES")


def read_item(text: str) -> Item:
    """The Item of "KIND:ACTOR:PARTNER[:SECTOR+SECTOR[:UNIT]]", such as purchase:CHN:USA:A01:1000."""
    parts = text.split(":")
    if not 3 <= len(parts) <= 5:
        raise InputError("--item", f"{text[:80]!r}", "KIND:ACTOR:PARTNER[:SECTOR+SECTOR[:UNIT]]")
    kind, actor, partner, sectors, unit = (*parts, "", "", "")[:5]
    if kind not in KINDS:
        raise unknown_name("--item", "kind", kind, KINDS)
    try:
        amount = float(unit) if unit else 1.0
    except ValueError:
        raise InputError("--item", f"unit {unit[:20]!r}", "a number") from None
    chosen = tuple(s for s in sectors.split("+") if s)
    return Item(text, kind, country(actor, "--item"), country(partner, "--item"), chosen, amount)
