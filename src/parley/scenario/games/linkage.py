"""What trades for what at the law of a day: points of tariff, money, purchases, technology and rare earths, party by party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from parley.scenario import game
from parley.tabular import Table, figure
from parley.talks.linkage_answers import BreakEven, LinkagePart, SolvedItem, StepPriced

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario
    from parley.talks.games.linkage import Item

HIGH_TECHNOLOGY = ("C26", "C27", "C28")  # computers and electronics, electrical equipment, machinery
METALS = ("B07", "B08", "C24B")  # metal ores, other minerals, non-ferrous metals: where the dataset holds rare earths
CONTROLS_METALS = "CHN"  # which party's export controls are on rare earths
BILLION = 1000.0  # the packaged world's money is millions of US dollars
MONEY = "in the world's money a year (packaged: million US dollars)"
WAITING = "reading the law, one adjoint, and each item solved again"
REACH = (
    "limits and controls are costs on whole sectors of the dataset: computers, electrical equipment and machinery for technology; "
    "metal ores, other minerals and non-ferrous metals for rare earths, which are a small part of them"
)


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """What trades for what: tariff, transfers, purchases, limits on technology and export controls, and their exchange rates.

    \b
    Examples:
      parley talks linkage
      parley talks linkage --item tariff:USA:CHN --item purchase:CHN:USA:A01:1000
      parley talks linkage --item export_control:CHN:USA:B07+C24B:10 --item tariff:USA:CHN::10
    Kinds: tariff (a point less), transfer, purchase, technology and export_control (a percent of iceberg cost less).
    """

    item: Annotated[tuple[str, ...], "KIND:ACTOR:PARTNER[:SECTOR+SECTOR[:UNIT]]; may be repeated"] = ()
    at: game.At = "on"


class Answer(LinkagePart, game.Answered):
    """Each item's worth to each party, the rates at which items make up for one another, and each item in full, solved again."""

    solved: list[SolvedItem]
    steps: list[StepPriced]  # the scenario's options, from the law of its day; empty for the day before
    reach: str  # what a control on these sectors stands for
    players: list[str]
    at: game.State
    unit: str


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where an item cannot be read."""
    for text in question.item:
        read_item(text)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks linkage`."""
    return linkage_of(baseline, [read_item(text) for text in question.item] or None, at=question.at)


def linkage_of(baseline: Baseline, items: Sequence[Item] | None = None, *, at: str = "on") -> Answer:
    """items None: a point of duty by each on the other, a billion paid or bought either way, a percent of technology limits, and

    where China is a party a percent of its export controls on ores and metals.
    """
    from parley.errors import ScenarioError, unknown_name
    from parley.scenario.baseline import equilibrium_at
    from parley.scenario.linkage_solved import named_steps, solved_items
    from parley.talks.games.linkage import linkage

    state = game.state_of(at, "linkage: at")
    world, parties = baseline.world, baseline.scenario.parties
    players = {p: world.places(p) for p in parties}
    missing = [p for p, own in players.items() if not own]
    if missing:
        raise unknown_name("linkage", "economy of this world", missing[0], world.countries, ScenarioError)
    eq = equilibrium_at(baseline, state)
    usual = [*default_items(parties, world.sectors), *control_items(parties, world.sectors)] if items is None else items
    found = linkage(eq, players, [_of_goods(item, world.sectors) for item in usual])
    return {
        **found.as_json(),
        "solved": solved_items(eq, players, found), "reach": REACH,
        "steps": named_steps(baseline, players, found) if state == "on" else [],
        "players": list(players), "at": state, **game.modelled(baseline),
        "residual": eq.residual, "unit": "percent of welfare; money in the world's own unit (packaged: million US dollars)",
    }  # fmt: skip


def _of_goods(item: Item, sectors: Sequence[str]) -> Item:
    """The item on all goods where it names no sectors: services bear no duty, and are not what purchases are of."""
    if item.sectors or item.kind == "transfer":
        return item
    return replace(item, sectors=tuple(s for s in sectors if s != "SERVICES"))


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


def control_items(parties: Sequence[str], sectors: Sequence[str]) -> list[Item]:
    """A percent of China's export controls on ores and metals, where it is one of the first two parties."""
    from parley.talks.games.linkage import Item

    metals, ways = tuple(s for s in METALS if s in sectors), (tuple(parties[:2]), tuple(parties[1::-1]))
    return [
        Item(f"{x}: eases rare earths to {y} by 1 %", "export_control", x, y, metals)
        for x, y in ways if metals and x == CONTROLS_METALS
    ]  # fmt: skip


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
    """Each item's worth by party, and in money at the margin and in full."""
    players = found["players"]
    return [
        {
            "item": row["id"], **found["worth_pct"][row["id"]],
            **{f"money_{p}": found["money"][row["id"]][p] for p in players},
            **{f"solved_pct_{p}": row["welfare_pct"][p] for p in players},
            **{f"solved_money_{p}": row["money"][p] for p in players}, "implied_subsidy": row["implied_subsidy"],
        }
        for row in found["solved"]
    ]  # fmt: skip


def words(found: Answer) -> game.Words:
    """What each item is worth, in welfare and in money, at the margin and in full; then what makes up for what, both ways."""
    players, worth = found["players"], found["worth_pct"]
    told = [[name, *(f"{1e4 * values[p]:.3f}" for p in players)] for name, values in worth.items()]
    yield Table(["item", *players], told, "worth, in millionths of welfare")
    yield Table(["item", *(f"{p} {how}" for p in players for how in ("slope", "in full")), "subsidy %"],
                [_money(found, row) for row in found["solved"]],
                f"worth, {MONEY}, received from the other: at the margin, and the whole item solved again")  # fmt: skip
    if found["steps"]:
        told = [
            [row["player"], row["option"], row["direction"], *(figure(row["money"][p], 0) for p in players)]
            for row in found["steps"]
        ]  # fmt: skip
        title = f"named steps in place of the first option, the others holding: worth, {MONEY}, received from the other"
        yield Table(["who", "step", "its barriers", *players], told, title)
    rates = list(_rates(found))
    if rates:
        yield Table(["who gives this", "needs so many", "of this"], rates, "exchange rates for the giver")
    pairs = [[*(row[k] for k in ("give", "take")), *_ends(row)] for row in found["break_even"] if _is_bounded(row)]
    if pairs:
        heads = ["one of this", "for so many of this", "giver needs", "taker can pay"]
        yield Table(
            heads, pairs, "break-even amounts, where both gain between them; pairs without any cost are left out"
        )
    helps = [item["id"] for item in found["items"] if worth[item["id"]][item["actor"]] >= 0]
    if helps:
        yield f"No concession, for it does not harm who makes it: {'; '.join(helps)}"
    yield "a purchase costs its buyer only as far as it displaces a better supplier; subsidy: by how much that one is better"
    yield found["reach"]
    yield f"{found['exact_for']}; {found['unit']}"


def _is_bounded(row: BreakEven) -> bool:
    """Whether both can gain, and an end of the amounts between which they do costs somebody something."""
    return row["both_gain"] and (bool(row["giver_needs"]) or row["taker_can_pay"] is not None)


def _ends(row: BreakEven) -> tuple[str, str]:
    """The two ends of the amounts between which both gain."""
    most = row["taker_can_pay"]
    return figure(row["giver_needs"], 3), "any amount" if most is None else figure(most, 3)


def _money(found: Answer, row: SolvedItem) -> list[str]:
    """One item's worth in money, by player: slope, and in full."""
    at_margin, subsidy = found["money"][row["id"]], row["implied_subsidy"]
    told = [figure(value, 1) for p in found["players"] for value in (at_margin[p], row["money"][p])]
    return [row["id"], *told, figure(None if subsidy is None else 100 * subsidy, 2)]


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
