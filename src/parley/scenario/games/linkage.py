"""What trades for what at the law of a day: points of tariff, money, purchases and limits on technology, party by party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from parley.scenario import game
from parley.tabular import Table
from parley.talks.answers import LinkagePart

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario
    from parley.talks.games.linkage import Item

HIGH_TECHNOLOGY = ("C26", "C27", "C28")  # computers and electronics, electrical equipment, machinery
BILLION = 1000.0  # the packaged world's money is millions of US dollars
WAITING = "reading the law, one adjoint"


@dataclass(frozen=True)
class Question:
    """What trades for what: points of tariff, transfers, purchases and limits on technology, and their exchange rates.

    \b
    Examples:
      parley talks linkage
      parley talks linkage --item tariff:USA:CHN --item purchase:CHN:USA:A01:1000
    Kinds: tariff (a point less), transfer, purchase, technology (a percent of iceberg cost less).
    """

    item: Annotated[tuple[str, ...], "KIND:ACTOR:PARTNER[:SECTOR+SECTOR[:UNIT]]; may be repeated"] = ()
    at: game.At = "on"
    on: game.On = None
    known: game.Known = None
    elasticities: game.Elasticities = None
    drop: game.Drop = ()
    add: game.Add = ()


class Answer(LinkagePart, game.Answered):
    """Each item's worth to each party, and the rates at which items make up for one another."""

    players: list[str]
    at: game.State
    model: str
    unit: str


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where an item cannot be read."""
    for text in question.item:
        read_item(text)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks linkage`."""
    return linkage_of(baseline, [read_item(text) for text in question.item] or None, at=question.at)


def linkage_of(baseline: Baseline, items: Sequence[Item] | None = None, *, at: str = "on") -> Answer:
    """items None: a point of duty by each on the other, a billion paid or bought either way, a percent of technology limits."""
    from parley.errors import ScenarioError, unknown_name
    from parley.scenario.baseline import equilibrium_at
    from parley.talks.games.linkage import linkage

    state = game.state_of(at, "linkage: at")
    world, parties = baseline.world, baseline.scenario.parties
    players = {p: world.places(p) for p in parties}
    missing = [p for p, own in players.items() if not own]
    if missing:
        raise unknown_name("linkage", "economy of this world", missing[0], world.countries, ScenarioError)
    eq = equilibrium_at(baseline, state)
    found = linkage(eq, players, default_items(parties, world.sectors) if items is None else items)
    return {
        **found.as_json(),
        "players": list(players), "at": state, "model": eq.model, "elasticities": baseline.raw.elasticities,
        "residual": eq.residual, "unit": "percent of welfare; money in the world's own unit (packaged: million US dollars)",
    }  # fmt: skip


def default_items(parties: Sequence[str], sectors: Sequence[str]) -> list[Item]:
    """What the first two parties could put on the table."""
    from parley.talks.games.linkage import Item

    goods = tuple(s for s in sectors if s != "SERVICES")
    technology = tuple(s for s in HIGH_TECHNOLOGY if s in sectors)
    ways = (tuple(parties[:2]), tuple(parties[1::-1]))
    items = [Item(f"{x}: a point less on {y}", "tariff", x, y, goods) for x, y in ways]
    items += [Item(f"{x}: a billion to {y}", "transfer", x, y, (), BILLION) for x, y in ways]
    items += [Item(f"{x}: buys a billion of {y}", "purchase", x, y, goods, BILLION) for x, y in ways]
    if technology:
        items += [Item(f"{x}: eases technology to {y} by 1 %", "technology", x, y, technology) for x, y in ways]
    return items


def read_item(text: str) -> Item:
    """The Item of "KIND:ACTOR:PARTNER[:SECTOR+SECTOR[:UNIT]]", such as purchase:CHN:USA:A01:1000."""
    from parley.codes import country
    from parley.errors import InputError, unknown_name
    from parley.talks.games.linkage import KINDS, Item

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


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """What each item is worth to each party."""
    worth = answer(question, baseline)["worth_pct"]
    return {f"{name} | {p}": v for name, by_party in worth.items() for p, v in by_party.items()}


def rows(found: Answer) -> list[game.Row]:
    """Each item's worth, by party."""
    return [{"item": name, **worth} for name, worth in found["worth_pct"].items()]


def words(found: Answer) -> game.Words:
    """What each item is worth, and for each party how much of one makes up for another."""
    players, worth = found["players"], found["worth_pct"]
    told = [[name, *(f"{1e4 * values[p]:.3f}" for p in players)] for name, values in worth.items()]
    yield Table(["item", *players], told, "worth, in millionths of welfare")
    rates = list(_rates(found))
    if rates:
        yield Table(["who gives this", "needs so many", "of this"], rates, "exchange rates for the giver")
    helps = [item["id"] for item in found["items"] if worth[item["id"]][item["actor"]] >= 0]
    if helps:
        yield f"No concession, for it does not harm who makes it: {'; '.join(helps)}"
    yield f"{found['exact_for']}; {found['unit']}"


def _rates(found: Answer):
    """What makes up to the giver for what it gives; money for money is left out."""
    items = {item["id"]: item for item in found["items"]}
    for pair in found["exchange"]:
        give, take = items[pair["give"]], items[pair["take"]]
        giver = give["actor"]
        rate = pair["of"].get(giver)
        money = give["kind"] == take["kind"] == "transfer"
        costs = found["worth_pct"][pair["give"]][giver] < 0
        if not money and take["actor"] != giver and costs and rate is not None and rate > 0:
            yield [pair["give"], f"{rate:,.3f}", pair["take"]]
