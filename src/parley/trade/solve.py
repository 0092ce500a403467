"""Solves a change to a certified equilibrium, or refuses with the residual that it did reach.

The fallbacks: accelerated, then Newton's steps, then the change in parts, then plain with shorter steps.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, NotSolvedError
from parley.frozen import frozen
from parley.kept_starts import Mark, starts_are_kept
from parley.question import Tolerance
from parley.rates import Wedges
from parley.trade import hat
from parley.trade.anderson import FixedPoint, Past, accelerate
from parley.trade.closure import FIXED, WORLD_LABOUR, Closure, closed, welfare_hat
from parley.trade.closures import Choice
from parley.trade.equilibrium import Equilibrium, certify
from parley.trade.models import read_model, wage_bill
from parley.trade.newton import in_parts, newton
from parley.trade.problem import Problem, State, part_of, prepare, shocks_of, wedges_of
from parley.world.world import World

TOLERANCE = 1e-10
SAFETY = 0.9  # iterate a little further, so that the certificate, taken anew from the flows, meets the tolerance too
BALANCED = 1e-12  # a deficit below this share of income is rounding
PASSES = 400
LED, MEMORY = 100, 5  # passes led by the slopes of the baseline, and past steps kept of them
AGAIN = 3  # times that the solver goes on where its certificate falls short
MANY = 10  # times its income: a surplus that nothing is left to pay for
RESTARTS = (("accelerated, memory 5", 5, 600), ("plain steps", 0, 1500))
LARGEST = 31 << 20  # bytes; glibc (malloc/malloc.c, DEFAULT_MMAP_THRESHOLD_MAX) learns from blocks of up to 32 MiB


@checked
def solve(
    world: World,
    t_new: ndarray | Wedges | None = None,
    *,
    model: str = "armington",
    deficits: str | Choice = "world_share",
    revenue: str | Choice = "lump_sum",
    capital: str | Choice = FIXED,
    closures: Sequence[Choice] = (),
    numeraire: str = WORLD_LABOUR,
    labour_supply: float = 0.0,
    tax_rate: float | None = None,
    transfers: ndarray | None = None,
    iceberg_hat: ndarray | None = None,
    demand_hat: ndarray | None = None,
    export_tax: ndarray | None = None,
    start: Equilibrium | None = None,
    tolerance: Tolerance = TOLERANCE,
    past: Past | None = None,
) -> Equilibrium:
    """The Equilibrium under new rates or wedges, in changes against the world's own.

    Parameters
    ----------
    world
        The baseline.
    t_new
        New rates [n, i, s], fractions; or `Wedges`; None: the world's own.
    model
        "armington", "caliendo_parro" or another of `parley.trade.models`.
    deficits
        "world_share" keeps each deficit's share of world income; "balanced" first solves the world without deficits and
        starts from there; "nominal" keeps them in units of the numeraire. The default asks what a change does to the world as
        it is, with its deficits. The default of `nash` and `respond` is "balanced": a deficit is a transfer from the others,
        whose worth moves with prices, and a best reply would be chosen for its sake too. "endogenous" lets deficits follow
        trade. Any of `parley.trade.closures` of this kind, by name or as its Choice.
    capital
        "fixed", or "steady_state": capital adjusts, and welfare is steady-state consumption; by name or as its Choice.
    closures
        Further ones of `parley.trade.closures`, each as its Choice.
    revenue, labour_supply, tax_rate, numeraire, transfers
        See `Closure`; the numeraire is "world_labour", or a country whose wage is 1; transfers [n].
    iceberg_hat, demand_hat, export_tax
        [n, i, s]: see `Shocks`.
    start
        A solved neighbour.
    tolerance
        On the largest market-clearing error: above 0, at most 1e-4.
    past
        The solver's steps to neighbours, which are added to.

    Returns
    -------
    Equilibrium
        With the certificate: `residual`, `walras`, `share_error`.

    Raises
    ------
    InputError
        Where an argument cannot be used.
    NotSolvedError
        Where no equilibrium could be certified; it carries the residual reached.

    Examples
    --------
    >>> import parley
    >>> world = parley.read_world("oecd-2022")
    >>> t = world.t.copy()
    >>> t[world.index("USA"), world.index("CHN")] += 0.10
    >>> eq = parley.solve(world, t)
    >>> eq["CHN"]["welfare_hat"] < 1
    True
    """
    began = time.perf_counter()
    if start is not None:
        check_start(world, start)
    keep_freed()
    module = read_model(model)
    if world.has_links and not module.LINKS:
        world = world.without_links()
    if deficits == "balanced" and not is_balanced(world):
        world = balance(world, model=model)
    words = (deficits, revenue, numeraire, transfers, labour_supply, tax_rate, capital, closures, model)
    world, closure = closed(world, words)
    problem = prepare(world, wedges_of(world, t_new), closure, shocks_of(world, iceberg_hat, demand_hat, export_tax))
    iteration = module.Iteration(problem)
    x = iteration.start() if start is None else iteration.from_equilibrium(start)
    found, steps = with_fallbacks(iteration, problem, x, SAFETY * tolerance, past)
    if found.residual > tolerance:
        raise not_solved(world, found, steps, closure.deficits, tolerance)
    eq = finish(problem, iteration.state(found.x), found, steps, (model, numeraire, began))
    for _ in range(AGAIN):  # the certificate asks for more than the solver's own measure
        if eq.residual <= tolerance:
            break
        found, steps = with_fallbacks(iteration, problem, found.x, SAFETY * tolerance * found.residual / eq.residual)
        eq = finish(problem, iteration.state(found.x), found, steps, (model, numeraire, began))
    if eq.residual > tolerance:
        raise not_solved(world, FixedPoint(found.x, eq.residual, found.passes), steps, closure.deficits, tolerance)
    return eq


def check_start(world: World, start: Equilibrium) -> None:
    """Refuses an equilibrium of other countries or sectors as a place to start from."""
    for what, own, found in (
        ("countries", world.countries, start.world.countries), ("sectors", world.sectors, start.world.sectors)
    ):  # fmt: skip
        if own != found:
            held = ", ".join(found[:3])
            raise InputError(
                "solve: start", f"an equilibrium of a world with other {what} ({len(found)}: {held} …)",
                f"one of a world with the {len(own)} {what} of {world.name}",
            )  # fmt: skip


def is_balanced(world: World) -> bool:
    """Whether no country has a deficit beyond rounding."""
    return bool(np.abs(world.base.D / world.base.income).max() <= BALANCED)


@checked
def rebase(eq: Equilibrium) -> World:
    """The World of the new state, from which the next change starts; cells with two wedges keep the rate collected."""
    if eq.export_tax is not None:
        raise InputError("rebase", "the state has export taxes, which a dataset cannot hold", "a change without them")
    return eq.world.with_arrays(eq.X_new, eq.t_new, f"moved by one solve ({eq.model}, deficits {eq.deficits})")


@checked
def balance(world: World, *, model: str = "armington", tolerance: Tolerance = 1e-13) -> World:
    """The world with every deficit closed: one solve at baseline rates with D = 0, as in Ossa (2014)."""
    module = read_model(model)
    wedges = wedges_of(world, None)
    problem = prepare(world, wedges, Closure("balanced"))
    iteration = module.Iteration(problem)
    found, steps = with_fallbacks(iteration, problem, iteration.start(), tolerance)
    if found.residual > 10 * tolerance:
        raise not_solved(world, found, steps, "balanced", tolerance)
    began = time.perf_counter()
    return rebase(finish(problem, iteration.state(found.x), found, steps, (model, WORLD_LABOUR, began)))


def not_solved(
    world: World, found: FixedPoint, steps: tuple[str, ...], deficits: str, tolerance: float
) -> NotSolvedError:
    worst = np.abs(world.base.D / world.base.income)
    at = world.countries[int(np.argmax(worst))]
    deficit = (
        f"The largest deficit is that of {at} ({100 * worst.max():.1f}% of income). " if deficits != "balanced" else ""
    )
    return NotSolvedError(
        f"solve, world {world.name}",
        f"no equilibrium found in {found.passes} passes: the residual is {found.residual:.1e}",
        found.residual,
        f"at most {tolerance:.0e}",
        deficit
        + "Where trade collapses a fixed deficit cannot be paid: try deficits='balanced'. Tried: "
        + ", ".join(steps),
    )


def finish(
    problem: Problem, state: State, found: FixedPoint, steps: tuple[str, ...], named: tuple[str, str, float]
) -> Equilibrium:
    """The Equilibrium of a solved state, with its certificate taken anew from the flows."""
    world = problem.world
    model, numeraire, began = named
    module = read_model(model)
    pi_new = hat.new_shares(problem.K, state.q, state.Phi)
    X_new = pi_new * state.E_new[:, :, None]
    P_hat = hat.price_hat(state.Phi, world.theta).T
    if state.entry is not None:
        P_hat = P_hat * np.exp(state.entry)[:, None]
    proof = certify(problem, module, state, X_new)
    welfare = welfare_hat(
        problem.closure,
        (world.base.income, wage_bill(world, module), world.base.revenue),
        (state.income, state.labour, proof.revenue + proof.export_revenue, state.tax),
        hat.price_level_hat(P_hat, state.alpha.T),
    )
    _refuse_below_zero(world, welfare, state.E_new, found)
    unit = problem.closure.unit(state.w_hat)
    return Equilibrium(
        world=world,
        model=model,
        deficits=problem.deficits,
        revenue=problem.closure.revenue,
        wedges=problem.wedges,
        welfare_hat=welfare,
        w_hat=frozen(state.w_hat / unit),
        c_hat=frozen(np.exp(state.log_c).T / unit),
        P_hat=frozen(P_hat / unit),
        pi_new=frozen(pi_new).transpose(1, 2, 0),
        X_new=frozen(X_new if unit == 1 else X_new / unit).transpose(1, 2, 0),
        E_new=frozen(state.E_new.T / unit),
        income_new=frozen(state.income / unit),
        revenue_new=frozen(proof.revenue / unit),
        D_new=frozen(state.D_new / unit),
        residual=max(found.residual, proof.residual),
        walras=proof.walras,
        share_error=proof.share_error,
        passes=found.passes,
        seconds=time.perf_counter() - began,
        steps=steps,
        numeraire=numeraire,
        L_hat=state.L_hat,
        tax_new=state.tax,
        export_revenue_new=frozen(proof.export_revenue / unit),
        export_tax=problem.shocks.export_tax,
        closure=problem.closure,
    )


def _refuse_below_zero(
    world: World, welfare: Float[ndarray, " n"], E_new: Float[ndarray, "s n"], found: FixedPoint
) -> None:
    """Raises NotSolvedError where the solution has a country consume less than nothing: no equilibrium has that."""
    below = np.isnan(welfare) | (E_new < 0).any(axis=0)
    if below.any():
        at = world.countries[int(np.argmax(below))]
        raise NotSolvedError(
            f"solve, world {world.name}",
            f"{at} would consume less than nothing, before the change or after it",
            found.residual,
            "more than nothing in every country",
            "Its surplus, and what it invests, wastes or spends on effort, take all its income: choose less of them",
        )


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # an iterate that overflows is left, not told
def with_fallbacks(
    iteration: Any, problem: Problem, x: Float[ndarray, " x"], tolerance: float, past: Past | None = None
) -> tuple[FixedPoint, tuple[str, ...]]:
    """(best fixed point found, rungs tried). Each rung starts from the best point so far; past: for the first rung."""
    first = iteration.start()
    mark = (
        Mark(iteration.step(first)[0], tolerance) if starts_are_kept() else None
    )  # by all that it says of the problem
    if mark is not None and (kept := mark.tried(iteration.step, first, tolerance)):
        return FixedPoint(kept[0].x, kept[0].residual, kept[0].passes), ("accelerated",)
    found, steps = _accelerated(iteration, x, tolerance, past), ["accelerated"]
    if found.residual > tolerance:
        found, steps = _by_newton(iteration, problem, (x, found), tolerance)
    for name, memory, passes in RESTARTS:
        if found.residual <= tolerance:
            break
        steps.append(name)
        found = _better(found, accelerate(iteration.step, found.x, tolerance, passes, memory))
    if mark is not None and len(steps) == 1:
        mark.ended(found.x, found.residual, found.passes)
    return found, tuple(steps)


def _accelerated(iteration: Any, x: Float[ndarray, " x"], tolerance: float, past: Past | None) -> FixedPoint:
    """Accelerated passes: led by the slopes of the baseline where the model has them, then plain ones."""
    if not getattr(iteration, "leads", False):
        return accelerate(iteration.step, x, tolerance, PASSES, past=past)
    found = accelerate(iteration.led, x, tolerance, LED, MEMORY, past)
    if found.residual <= tolerance:
        return found
    return _better(found, accelerate(iteration.step, x, tolerance, PASSES))


def _better(first: FixedPoint, second: FixedPoint) -> FixedPoint:
    best = min(first, second, key=lambda found: found.residual)
    return FixedPoint(best.x, best.residual, first.passes + second.passes)


def _by_newton(
    iteration: Any, problem: Problem, tried: tuple[Float[ndarray, " x"], FixedPoint], tolerance: float
) -> tuple[FixedPoint, list[str]]:
    """(best point, rungs) of Newton's steps from the best point and from the start, then of the change in parts."""
    x, found = tried
    steps = ["accelerated", "Newton"]
    for start in (found.x, x):
        found = _better(found, newton(iteration.step, start, tolerance))
        if found.residual <= tolerance:
            return found, steps
    make = type(iteration)
    last, done = in_parts(lambda part: make(part_of(problem, part)).step, make(problem).start(), tolerance)
    return _better(found, last), [*steps, _reached(make, problem, last.x, done)]


def _reached(make: Any, problem: Problem, x: Float[ndarray, " x"], done: float) -> str:
    """How much of a change was solved, and who then lends most of its income: where that is all of it, nothing is left to solve for."""
    told = f"in parts, solved to {100 * done:.3g} % of the change"
    if not 0 < done < 1:
        return told
    state = make(part_of(problem, done)).state(x)
    lent = -state.D_new / state.income
    k = int(np.argmax(lent))
    size = f"{100 * lent[k]:.0f}% of" if lent[k] < MANY else f"more than {MANY} times"
    return f"{told} (there the surplus of {problem.world.countries[k]} is {size} its income)"


def keep_freed() -> None:
    """Nothing; but the C library now keeps up to twice LARGEST of freed memory, where it adapts to use as glibc does.

    A third of a small solve went in asking for that memory again.
    It hands back to the system whatever is more than twice the largest block freed so far; each array of a pass would
    then be mapped, and cleared page by page, anew. The block asked for here is never touched, so it costs no memory.
    """
    np.empty(LARGEST, np.uint8)
