"""Who can hold out longer: flow costs from the model, prize and audience costs assumed, for two parties of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypedDict

from parley.scenario import game
from parley.tabular import Table, figure
from parley.talks.answers import AttritionPart

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario
    from parley.talks.games.grid import Grid

MONTHS = 12  # a year
WAITING = game.SOLVING
BY_PARTY = "COUNTRY=NUMBER; may be repeated"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Who can hold out longer: flow costs from the model; prize and audience costs are your assumptions.

    \b
    Example:
      parley talks attrition --prize USA=0.1 --prize CHN=0.1 --audience CHN=0.01 \\
        --deal "USA=step down to 30; CHN=step down to 10"
    """

    prize: Annotated[tuple[str, ...], f"what winning is worth, % of a year's welfare: {BY_PARTY}"] = ()
    audience: Annotated[tuple[str, ...], f"by how much yielding grows dearer a month, %: {BY_PARTY}"] = ()
    hold: Annotated[str | None, "options of holding out, PLAYER=OPTION; …; default: each one's first"] = None
    deal: Annotated[str | None, "options of the deal; default: the only pure equilibrium"] = None


class Ends(TypedDict):
    """Welfare of each player while both hold out, and at the deal, percent."""

    hold: dict[str, float]
    deal: dict[str, float]


class Answer(AttritionPart, game.Answered):
    """The options of holding out and of the deal, their welfare, and who can last how long."""

    hold: dict[str, str]
    deal: dict[str, str]
    welfare_pct: Ends


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where a player has no prize, or a country is named that does not play."""
    from parley.errors import InputError

    won = game.numbers_of(question.prize, "--prize")
    for named, where in ((won, "--prize"), (game.numbers_of(question.audience, "--audience"), "--audience")):
        game.only_players(named, scenario.options() or scenario.parties, where)
    missing = [p for p in scenario.options() if p not in won]
    if missing:
        allowed = f"--prize {missing[0]}=0.1: an assumption of yours"
        raise InputError("attrition", f"no prize for {' and '.join(missing)}", allowed)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks attrition`: a month of holding out costs a twelfth of W(deal) − W(hold), from the grid."""
    ends = ((question.hold, "--hold"), (question.deal, "--deal"))
    hold, deal = (game.read_choice(text, where) if text else None for text, where in ends)
    prize, audience = game.numbers_of(question.prize, "--prize"), game.numbers_of(question.audience, "--audience")
    return attrition_of(baseline, hold, deal, prize, audience)


def attrition_of(
    baseline: Baseline,
    hold: Mapping[str, str] | None,
    deal: Mapping[str, str] | None,
    prize: Mapping[str, float],
    audience: Mapping[str, float],
) -> Answer:
    """hold, deal: choices of options; by default each side's first one, and the grid's pure equilibrium where it has just one.

    prize: percent of a year's welfare won if the other yields; audience: by how much yielding grows dearer a month.
    """
    from parley.errors import ScenarioError
    from parley.scenario.options import solve_grid
    from parley.talks.games.attrition import Side, attrition
    from parley.talks.games.sustain import check_choice

    solved = solve_grid(baseline)
    grid = solved.grid
    if len(grid.players) != 2:
        raise ScenarioError("attrition", f"{len(grid.players)} players with options", "two")
    hold = hold or {p: own[0] for p, own in zip(grid.players, grid.options, strict=True)}
    deal = deal or _agreed(grid)
    for words, choice in (("hold", hold), ("deal", deal)):
        check_choice(grid, choice, f"attrition: {words}")
    held, agreed = grid.payoff_of(hold), grid.payoff_of(deal)
    sides = [Side(p, (agreed[p] - held[p]) / MONTHS, prize.get(p, 0.0), audience.get(p, 0.0)) for p in grid.players]
    return {
        **attrition(sides[0], sides[1]).as_json(),
        "hold": dict(hold), "deal": dict(deal),
        "welfare_pct": {"hold": {p: held[p] for p in grid.players}, "deal": {p: agreed[p] for p in grid.players}},
        "residual": solved.residual,
        **game.modelled(baseline),
    }  # fmt: skip


def _agreed(grid: Grid) -> dict[str, str]:
    """The grid's only pure equilibrium."""
    from parley.errors import ScenarioError

    stable = grid.equilibria()
    if len(stable) != 1:
        found = f"{len(stable)} pure equilibria, so that no choice is plainly the deal"
        raise ScenarioError("attrition: deal", found, "a deal by name: PLAYER=OPTION; PLAYER=OPTION")
    return stable[0]


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """What a month of holding out costs, by player."""
    return {p: own["cost_pct_a_month"] for p, own in answer(question, baseline)["from_the_model"].items()}


def rows(found: Answer) -> list[game.Row]:
    """What is said of each side, a row each."""
    mixed = found["mixed_equilibrium"]
    return [
        {
            "id": p, **found["from_the_model"][p], **found["assumed"][p], "patience_months": found["patience_months"][p],
            "yields_a_month": mixed["yields_a_month"][p], "yields_first": mixed["yields_first"][p],
        }
        for p in found["players"]
    ]  # fmt: skip


def words(found: Answer) -> game.Words:
    """What the model gave, what was assumed, and what follows."""
    mixed = found["mixed_equilibrium"]
    told = [
        [
            p, f"{found['from_the_model'][p]['cost_pct_a_month']:.4f}", f"{found['assumed'][p]['prize_pct']:g}",
            f"{found['assumed'][p]['audience_pct_a_month']:g}", figure(found["patience_months"][p], 1),
            figure(mixed["yields_a_month"][p], 3), figure(mixed["yields_first"][p], 2),
        ]
        for p in found["players"]
    ]  # fmt: skip
    heads = ["", "cost a month % (model)", "prize % (assumed)", "audience % a month (assumed)", "lasts months",
             "yields, chance a month", "yields first"]  # fmt: skip
    hold, deal = (game.choice_words(found[end], "; ") for end in ("hold", "deal"))
    yield Table(heads, told, f"holding out ({hold}) against the deal ({deal})")
    if mixed["expected_months"] is not None:
        median = figure(mixed["median_months"], 1)
        yield f"Both may yield at any time: {mixed['expected_months']:.1f} months on average, half of all cases over by {median}"
    yield found["reason"]
    for row in found["pure_equilibria"]:
        yield f"Also an equilibrium: {row['yields_at_once']} yields at once, because {row['because']}"
    yield f"{found['assumption']}; {found['unit']}"
