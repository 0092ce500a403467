"""The search for rates that answer one another: starts, steps, the candidates reached, and each with its check by deviations."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import NotSolvedError
from parley.frozen import read_only
from parley.kept_starts import Mark, starts_are_kept
from parley.talks.deviations import Proof, deviation_gains
from parley.talks.formula import formula_rates
from parley.talks.instruments import Bounds, Instruments
from parley.talks.multipliers import Multipliers, best_replies
from parley.talks.objective import WELFARE, Objective, base_levels, levels
from parley.talks.outcome import Candidate, Outcome, SearchRun
from parley.talks.simultaneous import ARRIVED, FEWER, MODEL, NEAR, PASSES, Together
from parley.talks.verdict import TOLERANCE
from parley.trade.anderson import FixedPoint, Past, accelerate
from parley.trade.closure import FIXED, WORLD_LABOUR, closed
from parley.trade.closures import Choice
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import solve

SETTLED = 1e-9  # largest change of any log tau at which the search stops
CERTIFIED = 1e-12  # market-clearing error of a stand
STEPS = 200
MOST_PAST = 10  # steps of the search kept, no more than there are rates: with one rate a longer memory halves the speed
MEMORY = 30  # of the trade solver's steps, kept from reply to reply
SAME = 1e-5  # mean gap of log tau, weighted by trade, below which two stands are one
JOINED = 1e-5  # largest change of any log tau at which a later start is told to have come to a known stand
ALIKE = 1e-6  # percent: stands whose payoffs differ by less for every player are one
STARTS = {"base": None, "high": 1.0, "zero": 0.0}  # base: the rates of the world; else one for every rate that moves
DEVIATION, ESCAPES = "deviation", 2  # where leaving a candidate pays, the search goes on from there, so often
Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
@read_only
class Search:
    """What stays the same from start to start."""

    board: Instruments
    t: Float[ndarray, "n i s"]
    model: str
    deficits: str | Choice
    method: str
    bounds: Bounds
    progress: Progress | None
    objective: Objective = WELFARE
    given: bool = False  # whether t is given in place of the world's own rates
    capital: str | Choice = FIXED

    def solve(
        self, log_tau: Float[ndarray, " g"], start: Equilibrium | None, tolerance: float, past: Past | None = None
    ) -> Equilibrium:
        world, rates = self.board.world, self.board.wedges(log_tau, self.t)
        how = {"model": self.model, "deficits": self.deficits, "capital": self.capital, "start": start, "past": past}
        return solve(world, rates, tolerance=tolerance, **how)

    def replies(
        self, eq: Equilibrium, log_tau: Float[ndarray, " g"], near: Multipliers | None, tolerance: float
    ) -> tuple[Float[ndarray, " g"], Multipliers | None]:
        if self.method == "formula":
            return np.log1p(formula_rates(self.board, eq)), None
        return best_replies(self.board, eq, log_tau, self.bounds, near, tolerance, self.objective)

    def within(self, x: Float[ndarray, " g"]) -> Float[ndarray, " g"]:
        """Log tau within the bounds."""
        return np.clip(x, *np.log1p(self.bounds))

    def mark(self, x: Float[ndarray, " g"]) -> Mark:
        """The name of the search from a first x."""
        b, base = self.board, self.board.world.base
        closed = (self.deficits, self.capital, self.bounds, self.objective.weight, b.players)
        words = (self.model, self.method, repr(closed))
        return Mark(x, base.income, base.E, b.world.theta, self.t.sum(axis=1), b.cells, b.owner, *words)


def outcome_of(search: Search, names: Sequence[str], check: bool, began: float) -> Outcome:
    stands: list[tuple[ndarray, Candidate]] = []
    guides: list[Multipliers] = []
    starts = [_run(search, name, stands, guides, _first(search, name)) for name in names]
    if not stands:
        worst = min(s.change for s in starts)
        raise NotSolvedError(
            "talks", f"no start settled in {STEPS} steps; the last change of a rate was {worst:.1e}", worst,
            f"at most {SETTLED:.0e}", "Try other starts, bounds, or a coarser instrument",
        )  # fmt: skip
    found = [stand for _, stand in stands]
    if check:
        starts += _escaped(search, stands, guides, found)
    order = sorted(range(len(found)), key=lambda k: _rank(found[k]))
    starts = [s if s.found is None else replace(s, found=order.index(s.found)) for s in starts]
    best_first, seconds = tuple(found[k] for k in order), time.perf_counter() - began
    return Outcome(search.board, search.objective, search.method, best_first, tuple(starts), seconds, search.given)


def _escaped(
    search: Search, stands: list[tuple[ndarray, Candidate]], guides: list[Multipliers], found: list[Candidate]
) -> list[SearchRun]:
    """Puts the certificates into `found`; while leaving the best candidate pays, searches on from where that leads.

    A start whose candidate is new is put on the lists. The formula's rates are no best replies: they are only judged.
    """
    proofs = [_proof(search, k, stands) for k in range(len(stands))]
    found[:] = [_with(stand, proof) for (_, stand), proof in zip(stands, proofs, strict=True)]
    more: list[SearchRun] = []
    for _ in range(ESCAPES if search.method == "exact" else 0):
        k = min(range(len(found)), key=lambda k: _rank(found[k]))
        better = proofs[k].best
        if (found[k].max_deviation_gain or 0.0) <= TOLERANCE or better is None:
            break
        x = stands[k][0].copy()
        x[search.board.owner == better.player] = better.log_tau
        try:
            more.append(_run(search, DEVIATION, stands, guides, x))
        except NotSolvedError:  # near autarky: the candidate stays, with the gain that was found
            break
        if len(stands) == len(found):
            break
        proofs.append(_proof(search, len(stands) - 1, stands))
        found.append(_with(stands[-1][1], proofs[-1]))
    return more


def _rank(stand: Candidate) -> float:
    """What puts a stand behind others: a gain by deviating beyond noise; of one player's replies, a lower payoff."""
    if len(stand.payoff_pct) == 1:
        return -next(iter(stand.payoff_pct.values()))
    gain = stand.max_deviation_gain or 0.0
    return gain if gain > TOLERANCE else 0.0


def _first(search: Search, name: str) -> Float[ndarray, " g"]:
    """The first log tau of a named start."""
    x, level = search.board.log_tau(search.t), STARTS[name]
    return x if level is None else np.full_like(x, np.log1p(level))


def _run(
    search: Search, name: str, stands: list[tuple[ndarray, Candidate]], guides: list[Multipliers], x: ndarray
) -> SearchRun:
    """Searches from one start. A stand that is new is put on the list, and so are the last shadow values."""
    x = search.within(x)
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
    search: Search,
    x: Float[ndarray, " g"],
    name: str,
    stands: list[tuple[ndarray, Candidate]],
    guides: list[Multipliers],
) -> tuple[ndarray, float, int, Equilibrium | None]:
    """(log tau, largest change, steps, equilibrium) of all players' replies to one another, with Anderson acceleration on log tau.

    The equilibrium is solved to a thousandth of the last change (looser stalls, because m/E divides small numbers), values to a hundredth.
    A start that has come to a stand already settled stops there. The linear systems of the last start guide the next.
    """
    mark = search.mark(x) if starts_are_kept() else None
    if mark is not None and (kept := mark.tried(lambda there: _looked(search, there, stands, guides), x, SETTLED)):
        eq, near = kept[1]
        guides += [] if near is None else [near]
        return kept[0].x, kept[0].residual, kept[0].passes, eq
    reached: list[Equilibrium | None] = [None]
    shadow: list[Multipliers | None] = [guides[-1] if guides else None]
    last, past = [0.1], Past(MEMORY)
    steps = [0]
    led = _led(search, x, name, stands, guides)
    if led is not None:
        x, reached[0], shadow[0], last[0], steps[0] = led

    def step(log_tau: ndarray) -> tuple[ndarray, float]:
        log_tau = search.within(log_tau)
        eq = search.solve(log_tau, reached[0], max(min(1e-5, 1e-3 * last[0]), 1e-12), past)
        new, shadow[0] = search.replies(eq, log_tau, shadow[0], max(min(1e-3, 1e-2 * last[0]), 1e-12))
        reached[0] = eq
        move = new - log_tau
        last[0] = float(np.abs(move).max())
        steps[0] += 1
        if search.progress:
            search.progress(f"from {name}: step {steps[0]}, largest change {last[0]:.1e}")
        joined = _known(search.board, log_tau, last[0], stands) is not None
        return move, 0.0 if joined else last[0]

    joined = led is not None and led.equilibrium is None
    found = FixedPoint(x, 0.0, 0) if joined else accelerate(step, x, SETTLED, STEPS, min(MOST_PAST, x.size))
    guides += [] if shadow[0] is None else [shadow[0]]
    change, log_tau = found.residual or last[0], search.within(found.x)
    if mark is not None and found.residual <= SETTLED:
        mark.ended(found.x, change, steps[0])
        if found.residual:  # perhaps a new stand: solved as the next run will look at it, so that both print the same
            reached[0] = search.solve(log_tau, reached[0], CERTIFIED)
    return log_tau, change, steps[0], reached[0]


class Led(NamedTuple):
    """Where the passes of all together end. equilibrium: None where they came to a known stand. change: the largest gap."""

    log_tau: ndarray
    equilibrium: Equilibrium | None
    shadow: Multipliers | None
    change: float
    steps: int


def _led(
    search: Search,
    x: Float[ndarray, " g"],
    name: str,
    stands: list[tuple[ndarray, Candidate]],
    guides: list[Multipliers],
) -> Led | None:
    """Where passes of rates, equilibrium and shadow values together lead from a start; None where they are not taken, or lead nowhere."""
    b = search.board
    words = (search.deficits, "lump_sum", WORLD_LABOUR, None, 0.0, None, search.capital, (), search.model)
    world, closure = closed(b.world, words)
    if (
        search.method != "exact"
        or search.model != MODEL
        or not (closure.plain and world is b.world)
        or len(b.players) >= FEWER
    ):
        return None
    together, passes, gap = Together(b, search.t, closure, search.objective, search.bounds), 0, np.inf

    def step(z: ndarray) -> tuple[ndarray, float]:
        nonlocal passes, gap
        passes += 1
        move, gap = together.step(z)
        if search.progress:
            search.progress(f"from {name}: step {passes}, largest change {gap:.1e}")
        return move, 0.0 if _known(b, together.rates(z), gap, stands) is not None else gap

    z = together.start(x, (stands[-1][1].equilibrium, guides[-1]) if stands and guides else None)
    found = accelerate(step, z, ARRIVED, PASSES)
    if found.residual > NEAR:
        return None
    eq = together.ended(found) if found.residual else None
    return Led(together.rates(found.x), eq, together.shadow, found.residual or gap, passes)


def _looked(
    search: Search, x: ndarray, stands: list[tuple[ndarray, Candidate]], guides: list[Multipliers]
) -> tuple[tuple[Equilibrium, Multipliers | None], float]:
    """((equilibrium, shadow values) at some rates, the largest change by one more reply; none at a stand already settled)."""
    log_tau = search.within(x)
    eq = search.solve(log_tau, None, CERTIFIED)
    new, shadow = search.replies(eq, log_tau, guides[-1] if guides else None, 1e-12)
    change = float(np.abs(new - log_tau).max())
    return (eq, shadow), 0.0 if _known(search.board, log_tau, change, stands) is not None else change


def _stand(search: Search, log_tau: Float[ndarray, " g"], change: float, reached: Equilibrium | None) -> Candidate:
    b, aim = search.board, search.objective
    certified = reached is not None and reached.residual <= CERTIFIED
    eq = reached if reached is not None and certified else search.solve(log_tau, reached, CERTIFIED)
    base = base_levels(b.world, eq, aim)
    paid = 100 * b.by_player(levels(eq, aim) - base) / _norm(search, eq)
    named = dict(zip(b.players, paid.tolist(), strict=True))
    return Candidate(b.rates(log_tau, search.t), eq, named, change, None)


def _norm(search: Search, eq: Equilibrium) -> Float[ndarray, " k"]:
    """What a payoff is in percent of: the base level, or baseline income."""
    b, aim = search.board, search.objective
    return b.by_player(b.world.base.income if aim.of_income else base_levels(b.world, eq, aim))


def _proof(search: Search, k: int, stands: list[tuple[ndarray, Candidate]]) -> Proof:
    """The check of a stand; each player alone also tries what it plays in the other stands."""
    log_tau, stand = stands[k]
    others = [x for j, (x, _) in enumerate(stands) if j != k]
    eq, norm = stand.equilibrium, _norm(search, stand.equilibrium)
    return deviation_gains(search.board, eq, log_tau, search.bounds, search.progress, search.objective, norm, others)


def _with(stand: Candidate, proof: Proof) -> Candidate:
    """The stand with its certificate."""
    return replace(
        stand, deviation_gain=proof.gains, deviations_tried=proof.tried, deviations_not_solved=proof.not_solved
    )


def _gap(b: Instruments, first: Float[ndarray, " g"], second: Float[ndarray, " g"]) -> float:
    """The mean gap of log tau, weighted by baseline trade: rates on no trade at all do not count."""
    weight = b.total(np.ascontiguousarray(b.world.X.transpose(2, 0, 1)).reshape(-1)[b.cells])
    return float((weight * np.abs(first - second)).sum() / max(weight.sum(), 1e-300))
