"""Tariff wars on a world: best replies and Nash equilibria, exact by first-order conditions, with a certificate."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, NotSolvedError, unknown_name
from parley.talks.deviations import deviation_gains
from parley.talks.formula import formula_rates
from parley.talks.instruments import Bounds, Instruments, board
from parley.talks.multipliers import Multipliers, best_replies
from parley.talks.objective import WELFARE, Named, Objective, base_levels, levels, read_objective
from parley.talks.outcome import Candidate, Outcome, SearchRun
from parley.trade.anderson import Past, accelerate
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import BALANCED, balance, solve
from parley.world.world import World

SETTLED = 1e-9  # largest change of any log tau at which the search stops
STEPS = 200
MEMORY = 30  # of the trade solver's steps, kept from reply to reply
BOUNDS: Bounds = (-0.9, 50.0)  # rates outside are as good as a ban, or as a gift
SAME = 1e-5  # mean gap of log tau, weighted by trade, below which two stands are one
JOINED = 1e-5  # largest change of any log tau at which a later start is told to have come to a known stand
NOISE = 1e-6  # percent: a gain by deviating up to here says nothing against a stand
ALIKE = 1e-6  # percent: stands whose payoffs differ by less for every player are one
STARTS = {"base": None, "high": 1.0, "zero": 0.0}  # base: the rates of the world; else one for every rate that moves
METHODS = ("exact", "formula")
Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class _Search:
    """What stays the same from start to start."""

    board: Instruments
    t: Float[ndarray, "n i s"]
    model: str
    deficits: str
    method: str
    bounds: Bounds
    progress: Progress | None
    objective: Objective = WELFARE

    def solve(
        self, log_tau: Float[ndarray, " g"], start: Equilibrium | None, tolerance: float, past: Past | None = None
    ) -> Equilibrium:
        world, rates = self.board.world, self.board.rates(log_tau, self.t)
        how = {"model": self.model, "deficits": self.deficits, "start": start, "past": past}
        return solve(world, rates, tolerance=tolerance, **how)

    def replies(
        self, eq: Equilibrium, log_tau: Float[ndarray, " g"], near: Multipliers | None, tolerance: float
    ) -> tuple[Float[ndarray, " g"], Multipliers | None]:
        if self.method == "formula":
            return np.log1p(formula_rates(self.board, eq)), None
        return best_replies(self.board, eq, log_tau, self.bounds, near, tolerance, self.objective)


def nash(
    world: World,
    players: Sequence[str] | None = None,
    instrument: str = "uniform",
    *,
    objective: Named = "welfare",
    political: ndarray | None = None,
    model: str = "armington",
    deficits: str = "balanced",
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
        with prices, and a best reply would be chosen for its sake too.
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
    world = balanced_base(world, model, deficits)
    b = board(world, players, instrument, unions, sectors, partners)
    search = _Search(b, world.t, model, deficits, method, bounds, progress, aim)
    return _outcome(search, starts, check, began)


def respond(
    world: World,
    player: str,
    instrument: str = "uniform",
    *,
    t: Float[ndarray, "n i s"] | None = None,
    objective: Named = "welfare",
    political: ndarray | None = None,
    model: str = "armington",
    deficits: str = "balanced",
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
    instrument, objective, political, model, deficits, unions, method, sectors, partners, starts, bounds, check, progress
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
    world = balanced_base(world, model, deficits)
    if t is not None and t.shape != world.t.shape:
        raise InputError("respond: t", f"shape {t.shape}", f"{world.t.shape}: buyer, seller, sector")
    b = board(world, [player], instrument, unions, sectors, partners)
    search = _Search(b, world.t if t is None else t, model, deficits, method, bounds, progress, aim)
    return _outcome(search, starts, check, began)


def _check(
    world: World, objective: Named, political: ndarray | None, method: str, instrument: str, starts: Sequence[str],
    bounds: Bounds,
) -> Objective:  # fmt: skip
    """The objective, once every other word has been found good."""
    aim = read_objective(objective, political, world)
    if method not in METHODS:
        raise unknown_name("talks", "method", method, METHODS)
    if method == "formula" and instrument != "uniform":
        raise InputError("talks: method", f"'formula' with instrument {instrument!r}", "instrument 'uniform'")
    if method == "formula" and aim.name != "welfare":
        raise InputError("talks: method", f"'formula' with objective {aim.name!r}", "objective 'welfare'")
    for name in starts:
        if name not in STARTS:
            raise unknown_name("talks", "start", name, STARTS)
    if not starts:
        raise InputError("talks: starts", "none", ", ".join(STARTS))
    if not -1 < bounds[0] < bounds[1]:
        raise InputError("talks: bounds", f"{bounds}", "a low rate above -1 and a higher one")
    return aim


def balanced_base(world: World, model: str, deficits: str) -> World:
    """The base that hats refer to: without deficits where the closure says so."""
    if deficits == "balanced" and np.abs(world.base.D / world.base.income).max() > BALANCED:
        return balance(world, model=model)
    return world


def _outcome(search: _Search, names: Sequence[str], check: bool, began: float) -> Outcome:
    stands: list[tuple[ndarray, Candidate]] = []
    guides: list[Multipliers] = []
    starts = [_run(search, name, stands, guides) for name in names]
    if not stands:
        worst = min(s.change for s in starts)
        raise NotSolvedError(
            "talks", f"no start settled in {STEPS} steps; the last change of a rate was {worst:.1e}", worst,
            f"at most {SETTLED:.0e}", "Try other starts, bounds, or a coarser instrument",
        )  # fmt: skip
    found = [_proved(search, k, stands) if check else stands[k][1] for k in range(len(stands))]
    order = sorted(range(len(found)), key=lambda k: _rank(found[k]))
    starts = [s if s.found is None else replace(s, found=order.index(s.found)) for s in starts]
    best_first, seconds = tuple(found[k] for k in order), time.perf_counter() - began
    return Outcome(search.board, search.objective, search.method, best_first, tuple(starts), seconds)


def _rank(stand: Candidate) -> float:
    """What puts a stand behind others: a gain by deviating beyond noise; of one player's replies, a lower payoff."""
    if len(stand.payoff_pct) == 1:
        return -next(iter(stand.payoff_pct.values()))
    gain = stand.max_deviation_gain or 0.0
    return gain if gain > NOISE else 0.0


def _run(search: _Search, name: str, stands: list[tuple[ndarray, Candidate]], guides: list[Multipliers]) -> SearchRun:
    """Searches from one start. A stand that is new is put on the list, and so are the last shadow values."""
    level = STARTS[name]
    x = search.board.log_tau(search.t)
    x = x if level is None else np.full_like(x, np.log1p(level))
    x = np.clip(x, np.log1p(search.bounds[0]), np.log1p(search.bounds[1]))
    log_tau, change, steps, reached = _settle(search, x, name, stands, guides)
    known = _known(search.board, log_tau, change, stands)
    if known is not None:
        return SearchRun(name, steps, change, True, known)
    if change > SETTLED:
        return SearchRun(name, steps, change, False, None)
    stand = _stand(search, log_tau, change, reached)
    for k, (_, known) in enumerate(stands):  # rates on no trade differ, and nobody notices
        if max(abs(known.payoff_pct[p] - paid) for p, paid in stand.payoff_pct.items()) < ALIKE:
            return SearchRun(name, steps, change, True, k)
    stands.append((log_tau, stand))
    return SearchRun(name, steps, change, True, len(stands) - 1)


def _known(
    b: Instruments, log_tau: Float[ndarray, " g"], change: float, stands: list[tuple[ndarray, Candidate]]
) -> int | None:
    """Which stand on the list these rates, that hardly move any more, have come to."""
    if change > JOINED:
        return None
    return next((k for k, (known, _) in enumerate(stands) if _gap(b, known, log_tau) < SAME), None)


def _settle(
    search: _Search,
    x: Float[ndarray, " g"],
    name: str,
    stands: list[tuple[ndarray, Candidate]],
    guides: list[Multipliers],
) -> tuple[ndarray, float, int, Equilibrium | None]:
    """(log tau, largest change, steps, equilibrium) of all players' replies to one another, with Anderson acceleration on log tau.

    The equilibrium is solved to a thousandth of the last change: looser stalls, because m/E divides small numbers.
    A start that has come to a stand already settled stops there. The linear systems of the last start guide the next.
    """
    reached: list[Equilibrium | None] = [None]
    shadow: list[Multipliers | None] = [guides[-1] if guides else None]
    last, past = [0.1], Past(MEMORY)
    steps = [0]

    def step(log_tau: ndarray) -> tuple[ndarray, float]:
        log_tau = np.clip(log_tau, np.log1p(search.bounds[0]), np.log1p(search.bounds[1]))
        eq = search.solve(log_tau, reached[0], max(min(1e-5, 1e-3 * last[0]), 1e-12), past)
        new, shadow[0] = search.replies(eq, log_tau, shadow[0], max(min(1e-4, 1e-3 * last[0]), 1e-12))
        reached[0] = eq
        move = new - log_tau
        last[0] = float(np.abs(move).max())
        steps[0] += 1
        if search.progress:
            search.progress(f"from {name}: step {steps[0]}, largest change {last[0]:.1e}")
        joined = _known(search.board, log_tau, last[0], stands) is not None
        return move, 0.0 if joined else last[0]

    found = accelerate(step, x, SETTLED, STEPS, min(10, x.size))
    guides += [] if shadow[0] is None else [shadow[0]]
    return found.x, found.residual or last[0], found.passes, reached[0]


def _stand(search: _Search, log_tau: Float[ndarray, " g"], change: float, reached: Equilibrium | None) -> Candidate:
    b, aim = search.board, search.objective
    eq = search.solve(log_tau, reached, 1e-11)
    base = base_levels(b.world, eq, aim)
    paid = 100 * b.by_player(levels(eq, aim) - base) / _norm(search, eq)
    named = dict(zip(b.players, paid.tolist(), strict=True))
    return Candidate(b.rates(log_tau, search.t), eq, named, change, None)


def _norm(search: _Search, eq: Equilibrium) -> Float[ndarray, " k"]:
    """What a payoff is in percent of: the base level, or baseline income."""
    b, aim = search.board, search.objective
    return b.by_player(b.world.base.income if aim.of_income else base_levels(b.world, eq, aim))


def _proved(search: _Search, k: int, stands: list[tuple[ndarray, Candidate]]) -> Candidate:
    """The stand with its certificate; each player alone also tries what it plays in the other stands."""
    log_tau, stand = stands[k]
    others = [x for j, (x, _) in enumerate(stands) if j != k]
    eq, norm = stand.equilibrium, _norm(search, stand.equilibrium)
    proof = deviation_gains(search.board, eq, log_tau, search.bounds, search.progress, search.objective, norm, others)
    return replace(
        stand, deviation_gain=proof.gains, deviations_tried=proof.tried, deviations_not_solved=proof.not_solved
    )


def _gap(b: Instruments, first: Float[ndarray, " g"], second: Float[ndarray, " g"]) -> float:
    """The mean gap of log tau, weighted by baseline trade: rates on no trade at all do not count."""
    weight = b.total(np.ascontiguousarray(b.world.X.transpose(2, 0, 1)).reshape(-1)[b.cells])
    return float((weight * np.abs(first - second)).sum() / max(weight.sum(), 1e-300))
