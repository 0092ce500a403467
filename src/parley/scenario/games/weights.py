"""Which political weights would make the tariffs in force a party's best response, and what each favour costs the nation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from parley.question import Says
from parley.scenario import game
from parley.tabular import Table, figure, percent
from parley.talks.answers import SectorWeight, WeightsFound

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline

WAITING = "reading the law, one adjoint a sector"
PAYOFF = "weighted real incomes of sectors (mean weight 1) and of duties; the first-order conditions are linear in the weights"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Which political weights would make the tariffs in force a best response, where any can; and what each favour costs.

    \b
    Examples:
      parley talks weights --player USA
      parley talks weights --player CHN --at before --instrument full
    """

    player: Annotated[str | None, Says("whose rates; default: the first party", form="country")] = None
    instrument: Annotated[str, game.INSTRUMENT] = "mfn"
    duties: Annotated[bool, "duties may have a weight of their own"] = True
    at: game.At = "on"


class NamedWeight(SectorWeight):
    """A sector's weight with the sector's name."""

    name: str


class Answer(WeightsFound, game.Answered):
    """Weights under which the player's rates of the day answer all others', or why none do; the largest unmet condition."""

    sectors: list[NamedWeight]
    instrument: str
    at: game.State
    payoff: str


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks weights`."""
    own = game.party(question.player, baseline.scenario.parties[0], "--player")
    return weights_of(baseline, own, question.instrument, revenue=question.duties, at=question.at)


def weights_of(
    baseline: Baseline, player: str, instrument: str = "mfn", *, revenue: bool = True, at: str = "on"
) -> Answer:
    """at: "on" or "before". revenue: duties may have a weight beside the sectors' incomes."""
    from parley.errors import ScenarioError, unknown_name
    from parley.scenario.baseline import equilibrium_at
    from parley.talks.games.weights import revealed_weights
    from parley.world.read import sector_names

    state = game.state_of(at, "weights: at")
    world = baseline.world
    if not world.places(player):
        raise unknown_name("weights", "economy of this world", player, world.countries, ScenarioError)
    eq = equilibrium_at(baseline, state)
    found = revealed_weights(eq, player, instrument, revenue=revenue).as_json()
    names = sector_names(world.name)
    return {
        **found,
        "instrument": instrument, "at": state, **game.modelled(baseline),
        "residual": eq.residual, "payoff": PAYOFF,
        "sectors": [{**row, "name": names.get(row["id"], row["id"])} for row in found["sectors"]],
    }  # fmt: skip


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """Weights by sector, and that of duties."""
    found = answer(question, baseline)
    return {row["id"]: row["weight"] for row in found["sectors"]} | {"duties": found["revenue_weight"]}


def rows(found: Answer) -> list[NamedWeight]:
    """The sectors."""
    return found["sectors"]


def words(found: Answer) -> game.Words:
    """The verdict, then sector by sector the weight, the rate, and what the favour costs."""
    yield f"{found['player']}, rates by {found['instrument']}: {found['reason']}"
    told = [
        [f"{r['id']} {r['name']}", f"{r['weight']:.3f}", percent(r["mean_rate"]), figure(r["price_of_favour"], 3)]
        for r in sorted(found["sectors"], key=lambda r: -r["weight"])
    ]
    heads = ["sector", "weight", "mean rate %", "price of a favour"]
    yield Table(heads, told, "weights on sectors' incomes; their mean is 1")
    yield "price: welfare lost per unit of real income that one more point of duty moves to the sector; negative: the point pays"
    yield f"largest unmet condition {found['gap']:.1e} of its terms; {found['assumption']}"
