"""What a named option of a scenario does, and the payoffs of every combination of options.

An option changes or suspends law, sets floors and caps, promises purchases, or limits technology. Each combination is
solved, and the equilibrium behind it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import union_of
from parley.errors import MeasureError, NoAnswerError, ScenarioError, unknown_name
from parley.fixed import fixed_fields
from parley.frozen import frozen, read_only
from parley.rates import Wedges
from parley.scenario.baseline import Baseline, cells_of, levy_under, solve_on
from parley.scenario.levy import Levy, Rates
from parley.scenario.scenario import Limit, Option
from parley.talks.games.grid import Grid, payoff_grid
from parley.talks.grid_answers import Purchase
from parley.trade.equilibrium import Equilibrium
from parley.world.grid import CellWedges, place_wedges
from parley.world.world import World

MET = 1e-8  # of the amount to be sold: a purchase is met to ten digits less two
PASSES = 40
DEAREST = 0.99  # a subsidy above 99 % of the price is no purchase that anybody would make

Solve = Callable[[Wedges, Equilibrium | None], Equilibrium]
Levies = Mapping[tuple[str, str], Levy]  # by player and option
PAYOFF = "real income: labour income, duties and deficit over the price of the basket"
CONSUMPTION = (
    "steady-state consumption: factor income less what is invested, duties and deficit, over the price of the basket"
)


@dataclass(frozen=True, eq=False)
@read_only
class Commitment:
    """So much more that a buyer takes of a seller: positions [n], [i], [s], and the amount in the world's money."""

    player: str
    of: str
    value: float
    buyers: Int[ndarray, " n"]
    sellers: Int[ndarray, " i"]
    sectors: Int[ndarray, " s"]

    def sold(self, eq: Equilibrium) -> float:
        """What the seller gets for it, before duty."""
        at = np.ix_(self.buyers, self.sellers, self.sectors)
        return float((eq.X_new[at] * (1 - eq.wedges.revenue_share[at])).sum())


def option_levy(baseline: Baseline, option: Option) -> Levy:
    """What an option's player levies, with what it adds, floors and caps on a partner's lines. Names the option in any fault."""
    try:
        levy = levy_under(baseline, option)
    except MeasureError as error:
        raise ScenarioError(_where(option), error.found, error.allowed, error.hint) from None
    for limits, bound in ((option.adds, np.add), (option.floors, np.fmax), (option.caps, np.fmin)):
        for limit in limits:
            levy = _bounded(levy, limit, bound, option)
    return levy


def _where(option: Option) -> str:
    return f"option {option.name!r} of {option.player}"


def _bounded(levy: Levy, limit: Limit, bound: Callable, option: Option) -> Levy:
    """The levy with a partner's lines at least, or at most, at a rate, or with it on top; lines of unknown rate stay unknown."""
    origin = union_of(limit.of)
    if origin not in levy.origins:
        raise unknown_name(f"{_where(option)}, floors, caps and adds", "origin", limit.of, levy.origins, ScenarioError)
    chosen = np.array([not limit.products or product.startswith(limit.products) for product in levy.products])
    if not chosen.any():
        raise ScenarioError(
            _where(option), f"no tariff line begins with {', '.join(limit.products)}", "digits of codes"
        )
    i = levy.origins.index(origin)

    def held(rate: Float[ndarray, "k i"]) -> Float[ndarray, "k 1"]:
        own = rate[:, [i]]
        return np.where(chosen[:, None] & np.isfinite(own), bound(own, limit.rate), own)

    return levy.with_part((i,), Rates(held(levy.rate), None if levy.law is None else held(levy.law)))


def commitments(world: World, option: Option) -> list[Commitment]:
    """The purchases of an option on a world's grid."""
    made = []
    for asked in option.purchases:
        where = f"{_where(option)}, purchases"
        buyers, sellers = _places(world, option.player, where), _places(world, asked.of, where)
        sectors = _sectors(world, asked.sectors, where)
        made.append(Commitment(option.player, asked.of, asked.value, buyers, sellers, sectors))
    return made


def controls_of(world: World, options: Sequence[Option]) -> Float[ndarray, "n i s"] | None:
    """The iceberg factors of all limits on technology: on what a partner buys of the player; None where there are none."""
    found = None
    for option in options:
        for asked in option.controls:
            where = f"{_where(option)}, controls"
            buyers, sellers = _places(world, asked.on, where), _places(world, option.player, where)
            found = np.ones_like(world.X) if found is None else found
            found[np.ix_(buyers, sellers, _sectors(world, asked.sectors, where))] *= 1 + asked.cost
    return found


def _places(world: World, code: str, where: str) -> Int[ndarray, " n"]:
    inside = world.places(code)
    if not inside:
        raise unknown_name(where, "economy of this world", code, world.countries, ScenarioError)
    return np.array(inside)


def _sectors(world: World, names: Sequence[str], where: str) -> Int[ndarray, " s"]:
    for name in names:
        if name not in world.sectors:
            raise unknown_name(where, "sector", name, world.sectors, ScenarioError)
    goods = [s for s, name in enumerate(world.sectors) if name != "SERVICES"]
    return np.array([world.sectors.index(name) for name in names] or goods)


def met(
    wedges: Wedges, asked: Sequence[Commitment], solve: Solve, start: Equilibrium | None = None
) -> tuple[Equilibrium, list[float]]:
    """(the equilibrium in which every purchase is made, the subsidy of each, a fraction of the price).

    A commitment is met as if the buyer's government paid part of the price: the least distortion that sells so much more,
    and its cost falls on the buyer. Secant steps on log sales, one unknown a purchase.
    """
    base = solve(wedges, start)
    if not asked:
        return base, []
    target = np.array([c.sold(base) + c.value for c in asked])
    if not all(c.sold(base) > 0 for c in asked):
        raise NoAnswerError("grid: purchases", "nothing is sold there to begin with", "goods that are traded")
    paid, slope = np.zeros(len(asked)), np.full(len(asked), 1.0 + float(base.world.theta.mean()))
    eq, gap = base, _gap(asked, base, target)
    for _ in range(PASSES):
        if np.abs(gap).max() < MET:
            return eq, (1 - np.exp(-paid)).tolist()
        step = -gap / slope
        paid = np.clip(paid + step, -np.inf, -np.log(1 - DEAREST))
        eq = solve(_subsidised(wedges, asked, paid), eq)
        new = _gap(asked, eq, target)
        slope = np.where(np.abs(step) > 1e-12, np.clip((new - gap) / np.where(step == 0, 1, step), 0.2, 50), slope)
        gap = new
    k = int(np.argmax(np.abs(gap)))
    raise NoAnswerError(
        f"grid: purchases of {asked[k].player} from {asked[k].of}", f"no subsidy sells {asked[k].value:.6g} more",
        "a smaller amount, or more sectors",
    )  # fmt: skip


def _gap(asked: Sequence[Commitment], eq: Equilibrium, target: Float[ndarray, " p"]) -> Float[ndarray, " p"]:
    return np.log(np.array([c.sold(eq) for c in asked]) / target)


def _subsidised(wedges: Wedges, asked: Sequence[Commitment], paid: Float[ndarray, " p"]) -> Wedges:
    """The wedges with buyers' prices lower by exp(−paid) in the cells of each purchase; sellers get what they got."""
    tau_hat, kept = wedges.tau_hat.copy(), 1 - wedges.revenue_share
    for c, log in zip(asked, paid, strict=True):
        at = np.ix_(c.buyers, c.sellers, c.sectors)
        tau_hat[at] *= np.exp(-log)
        kept[at] *= np.exp(log)
    return Wedges(frozen(tau_hat), frozen(1 - kept))


def payoff_words(baseline: Baseline) -> str:
    """What a payoff is under the scenario's closure."""
    return PAYOFF if baseline.scenario.capital == "fixed" else CONSUMPTION


@dataclass(frozen=True, eq=False)
@fixed_fields
class SolvedGrid:
    """A payoff table with the equilibrium behind each choice, the wedges of each option, and what purchases took."""

    grid: Grid
    equilibria: Mapping[tuple[str, ...], Equilibrium]
    cells: Mapping[tuple[str, str], CellWedges]
    bought: tuple[Purchase, ...] = ()

    @property
    def residual(self) -> float:
        """The largest of all combinations."""
        return max(eq.residual for eq in self.equilibria.values())

    @staticmethod
    def unit(before: date) -> str:
        """What payoffs are in."""
        return f"percent change of welfare against the law of {before}"

    def at(self, choice: Mapping[str, str]) -> Equilibrium:
        """The equilibrium of one choice."""
        return self.equilibria[tuple(choice[p] for p in self.grid.players)]


def options_of(baseline: Baseline) -> dict[str, list[Option]]:
    """Options by player: at least two players, each of whom levies something."""
    options = baseline.scenario.options()
    if len(options) < 2:
        found = f"{len(options)} players with options"
        raise ScenarioError("[[option]]", found, "at least two players, each with named options")
    for player in options:
        if player not in baseline.before:
            raise unknown_name("[[option]]", "party that charges a tariff", player, baseline.before, ScenarioError)
    return options


def levies_of(baseline: Baseline) -> Levies:
    """What each option levies, line by line: the same under every elasticity."""
    return {(p, o.name): option_levy(baseline, o) for p, own in options_of(baseline).items() for o in own}


def solve_grid(baseline: Baseline, levies: Levies | None = None) -> SolvedGrid:
    """The payoff table of every combination of options, each solve started from its neighbour."""
    options = options_of(baseline)
    levies = levies or levies_of(baseline)
    cells = {(p, name): cells_of(baseline, baseline.before[p], levy) for (p, name), levy in levies.items()}
    by_name = {(p, o.name): o for p, own in options.items() for o in own}
    solved: dict[tuple[str, ...], Equilibrium] = {}
    bought: list[Purchase] = []

    def payoff(choice: dict[str, str]) -> Mapping[str, float]:
        chosen = [by_name[pair] for pair in choice.items()]
        wedges = place_wedges(baseline.world, [cells[pair] for pair in choice.items()])
        barred = controls_of(baseline.world, chosen)
        asked = [c for o in chosen for c in commitments(baseline.world, o)]
        last = next(reversed(solved.values()), None)
        eq, subsidies = met(wedges, asked, lambda w, start: solve_on(baseline, w, start, barred), last)
        solved[tuple(choice.values())] = eq
        bought.extend(
            {"choice": dict(choice), "player": c.player, "of": c.of, "value": c.value, "implied_subsidy": z}
            for c, z in zip(asked, subsidies, strict=True)
        )
        return {c: 100 * (float(hat) - 1) for c, hat in zip(eq.world.countries, eq.welfare_hat, strict=True)}

    grid = payoff_grid(tuple(options), {p: [o.name for o in own] for p, own in options.items()}, payoff)
    return SolvedGrid(grid, solved, cells, tuple(bought))
