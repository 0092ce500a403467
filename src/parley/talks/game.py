"""Tariff wars on a world: best replies and Nash equilibria, exact by first-order conditions, with a certificate."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, unknown_name, warn_of_percent
from parley.talks.instruments import Bounds, board
from parley.talks.objective import Named, Objective, check_levels, read_objective
from parley.talks.outcome import Outcome
from parley.talks.search import STARTS, Progress, Search, outcome_of
from parley.trade.closure import FIXED, WORLD_LABOUR, chosen_of, closed
from parley.trade.closures import Choice, name_of, read_closure
from parley.trade.models import read_model
from parley.trade.problem import wedges_of
from parley.trade.solve import BALANCED, balance
from parley.world.world import World

BOUNDS: Bounds = (-0.9, 50.0)  # rates outside are as good as a ban, or as a gift
METHODS = ("exact", "formula")


@checked
def nash(
    world: World,
    players: Sequence[str] | None = None,
    instrument: str = "uniform",
    *,
    objective: Named = "welfare",
    political: ndarray | None = None,
    model: str = "armington",
    deficits: str | Choice = "balanced",
    capital: str | Choice = FIXED,
    unions: Sequence[str] | None = None,
    method: str = "exact",
    sectors: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
    starts: Sequence[str] = ("base", "high"),
    bounds: Bounds = BOUNDS,
    check: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """The Outcome in which every player's rates answer all others'. New rates replace the base rates of their cells.

    tau = sum E pi sigma (rho − v) / sum E pi (theta dbar + m/E) for every rate of every player at once (docs/talks.md).

    Parameters
    ----------
    world
        The baseline.
    players
        Countries or unions; None: every customs territory.
    instrument
        "uniform", "mfn", "bilateral" or "full": which rates may differ.
    objective, political
        Welfare, government (with `political` weights [n, s]), revenue, or {indicator: weight}.
    model
        As in `solve`.
    deficits
        "balanced" by default, where `solve` has "world_share": a deficit is a transfer from the others, whose worth moves
        with prices, and a best reply would be chosen for its sake too. Also "endogenous", as in `solve`.
    capital
        As in `solve`: "fixed" or "steady_state".
    unions
        None: the EU is one player; (): each country for itself.
    method
        "exact", or "formula": Lashkaripour (2021), uniform only; the certificate shows how far from a best reply it is.
    sectors, partners
        Where rates are free; the others keep theirs.
    starts, bounds
        Of the search: names of first rates, lowest and highest rate.
    check
        Whether to look for gains by leaving alone, an independent check that solves again (`max_deviation_gain`).
    progress
        Called with what is being done.

    Returns
    -------
    Outcome
        All different equilibria found, the best proved first.

    Raises
    ------
    InputError
        Where an argument cannot be used.
    NoAnswerError
        Where no start settles.

    Examples
    --------
    >>> import parley
    >>> war = parley.nash(parley.read_world("oecd-2022"), ["USA", "CHN"], check=False)
    >>> sorted(war.rates())
    ['CHN', 'USA']
    """
    began = time.perf_counter()
    aim = _check(world, objective, political, method, instrument, starts, bounds)
    check_closure(aim, method, deficits, capital)
    world = balanced_base(world, model, deficits)
    b = board(world, players, instrument, unions, sectors, partners)
    check_levels(aim, world, dict(zip(b.players, b.members, strict=True)))
    search = Search(b, world.t, model, deficits, method, bounds, progress, aim, capital=capital)
    return outcome_of(search, starts, check, began)


@checked
def respond(
    world: World,
    player: str,
    instrument: str = "uniform",
    *,
    t: Float[ndarray, "n i s"] | None = None,
    objective: Named = "welfare",
    political: ndarray | None = None,
    model: str = "armington",
    deficits: str | Choice = "balanced",
    capital: str | Choice = FIXED,
    unions: Sequence[str] | None = None,
    method: str = "exact",
    sectors: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
    starts: Sequence[str] = ("base", "high"),
    bounds: Bounds = BOUNDS,
    check: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """The Outcome in which one player's rates answer all others' rates.

    Parameters
    ----------
    world
        The baseline.
    player
        A country or a union.
    t
        The others' rates [n, i, s], fractions; None: those of the world.
    instrument, objective, political, model, deficits, capital, unions, method, sectors, partners, starts, bounds, check, progress
        As in `nash`, and so is the default of `deficits`, for the same reason.

    Returns
    -------
    Outcome
        With one player.

    Raises
    ------
    InputError, NoAnswerError
        As in `nash`.

    Examples
    --------
    >>> import parley
    >>> reply = parley.respond(parley.read_world("oecd-2022"), "USA", check=False)
    >>> reply.rates()["USA"]["all"]["all"] > 0
    True
    """
    began = time.perf_counter()
    aim = _check(world, objective, political, method, instrument, starts, bounds)
    check_closure(aim, method, deficits, capital)
    world = balanced_base(world, model, deficits)
    if t is not None:
        wedges_of(world, t)  # as a change of its own: refused by cell where it cannot be one
    b = board(world, [player], instrument, unions, sectors, partners)
    check_levels(aim, world, dict(zip(b.players, b.members, strict=True)))
    rates, given = world.t if t is None else t, t is not None
    search = Search(b, rates, model, deficits, method, bounds, progress, aim, given, capital)
    return outcome_of(search, starts, check, began)


def _check(
    world: World, objective: Named, political: ndarray | None, method: str, instrument: str, starts: Sequence[str],
    bounds: Bounds,
) -> Objective:  # fmt: skip
    """The objective, once every other word has been found good."""
    aim = read_objective(objective, political, world)
    if method not in METHODS:
        raise unknown_name("talks: method", "method", method, METHODS)
    if method == "formula" and instrument != "uniform":
        raise InputError("talks: method", f"'formula' with instrument {instrument!r}", "instrument 'uniform'")
    if method == "formula" and aim.name != "welfare":
        raise InputError("talks: method", f"'formula' with objective {aim.name!r}", "objective 'welfare'")
    for name in starts:
        if name not in STARTS:
            raise unknown_name("talks: starts", "start", name, STARTS)
    if not starts:
        raise InputError("talks: starts", "none", ", ".join(STARTS))
    if not -1 < bounds[0] < bounds[1]:
        raise InputError("talks: bounds", f"{bounds}", "a low rate above -1 and a higher one")
    if bounds != BOUNDS:
        warn_of_percent(bounds[1], "talks: bounds")
    return aim


def check_closure(aim: Objective, method: str, deficits: str | Choice, capital: str | Choice) -> None:
    """Refuses what is not derived under a closure of its own."""
    chosen = chosen_of(deficits, "lump_sum", capital, ())
    if not chosen:
        return
    named = ", ".join(map(name_of, chosen))
    if not all(read_closure(name_of(choice)).ADJOINT for choice in chosen):
        raise InputError("talks", f"closure {named}", "a closure with an adjoint", "It is for replication alone")
    if method == "formula":
        raise InputError("talks: method", f"'formula' with closure {named}", "method 'exact'")
    if aim.political is not None:
        raise InputError("talks: objective", f"political weights with closure {named}", "welfare, revenue or real_wage")


def balanced_base(world: World, model: str, deficits: str | Choice) -> World:
    """The base that hats refer to: without deficits where the closure says so, by the accounts of the closure."""
    if deficits == "endogenous" or not isinstance(deficits, str):
        held = world if read_model(model).LINKS else world.without_links()
        return closed(held, (deficits, "lump_sum", WORLD_LABOUR, None, 0.0, None, FIXED, (), model))[0]
    if deficits == "balanced" and np.abs(world.base.D / world.base.income).max() > BALANCED:
        return balance(world, model=model)
    return world
