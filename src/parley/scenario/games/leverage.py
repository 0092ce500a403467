"""Who has leverage over whom, and with which goods: by sector, by product, as a list, beside the lists really used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from parley.question import Says
from parley.scenario import game
from parley.tabular import Table, percent
from parley.talks.leverage_answers import Harm, LeveragePart, SolvedList

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario

WAITING = "reading the law, one adjoint, a list and the lists used"
SHOWN = 12  # rows of a long table on screen; --json and --csv have all
UNITS = "in millionths of welfare per point of duty"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Harm to the other side per harm at home: by sector, by product, as a list under a budget, beside the lists used.

    \b
    Examples:
      parley talks leverage --player USA --target CHN
      parley talks leverage --player CHN --target USA --at before --budget 0.002 --points 25
      parley talks leverage --target EUU --csv products.csv
    """

    player: Annotated[str | None, Says("who would charge the tariff; default: the first party", form="country")] = None
    target: Annotated[str | None, Says("whom it would hit; default: the other party", form="country")] = None
    budget: Annotated[float, Says("own harm that a list may do, percent of welfare", low=0)] = 0.01
    points: Annotated[float, Says("points of duty on each product of the list", above=0, high=1000)] = 10.0
    digits: Annotated[int, "digits of product codes: 2, 4, 6, 8 or 10"] = 6
    at: game.At = "on"


class Answer(LeveragePart, game.Answered):
    """Harm by sector and by product, the best list of `points` of duty within the budget, and the lists really used."""


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where a side, the budget, the points or the digits cannot be."""
    from parley.scenario.leverage import check_list

    game.pair_of(scenario, question.player, question.target)
    check_list(question.budget, question.points, question.digits)


def answer(question: Question, baseline: Baseline, lists: bool = True) -> Answer:
    """The answer of `talks leverage`; lists: whether to make a list and compare it."""
    from parley.scenario.leverage import leverage_of

    own, other = game.pair_of(baseline.scenario, question.player, question.target)
    found = leverage_of(
        baseline.scenario, own, other, budget=question.budget, points=question.points, digits=question.digits,
        at=question.at, lists=lists, baseline=baseline,
    )  # fmt: skip
    return {**found}


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """The target's harm per own harm by sector; none where one of them gains."""
    return {row["id"]: row["ratio"] for row in answer(question, baseline, lists=False)["sectors"]}


def rows(found: Answer) -> Sequence[Harm]:
    """The products; the sectors where no law reaches products."""
    return found["products"] or found["sectors"]


def words(found: Answer) -> game.Words:
    """Sectors, the leading products, the list, and the lists really used."""
    yield f"{found['player']} over {found['target']}, from {found['law']}; {found['payoff']}"
    heads = ["", "own harm", "target's harm", "ratio", "note"]
    yield Table(heads, [[f"{r['id']} {r['name']}", *_harm(r)] for r in found["sectors"][:SHOWN]], f"by sector, {UNITS}")
    products, best = found["products"], found["list"]
    if not products:
        yield found["reason"] or ""
        return
    told = [[f"{r['id']} ({r['sector']}, now {percent(r['rate'])} %)", *_harm(r)] for r in products[:SHOWN]]
    yield Table(heads, told, f"by product, {UNITS}; {len(products)} products, --csv has all")
    yield f"shares of products: {found.get('shares_are')}"
    if best:
        yield _lists(found, best["budget_pct"], best)
    yield "the order is of first order, the budget holds by solving again; harm is a loss of real income, so a negative one is a gain"


def _harm(row: Harm) -> list[str]:
    ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}"
    return [f"{1e4 * row['own_harm_pct']:.3f}", f"{1e4 * row['target_harm_pct']:.3f}", ratio, row["reason"] or ""]


def _lists(found: Answer, budget: float, best: SolvedList) -> Table:
    told = [_row(f"best list, budget {budget:g} %", best)]
    for used in found["used"]:
        share = used["share_of_best_harm"]
        note = "" if share is None else f"the list used did {100 * share:.0f} % of that"
        told += [_row(used["name"], used), _row("  best of no more own harm", used["best_of_the_same_cost"], note)]
    heads = ["list", "products", "own harm %", "target's harm %", "solved again: own", "target's", ""]
    return Table(heads, told, f"lists at {best['points']:g} points of duty on each product")


def _row(name: str, found: SolvedList, note: str = "") -> list[str]:
    exact = found["exact"]
    return [
        name, str(found["products"]), f"{found['own_harm_pct']:.4f}", f"{found['target_harm_pct']:.4f}",
        f"{exact['own_harm_pct']:.4f}", f"{exact['target_harm_pct']:.4f}", note,
    ]  # fmt: skip
