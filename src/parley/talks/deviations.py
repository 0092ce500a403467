"""The independent proof: can any player gain by leaving alone? Rates change, the world is solved again; no slopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import NotSolvedError
from parley.fixed import fixed_fields
from parley.frozen import read_only
from parley.rates import wedges_between
from parley.talks.instruments import Bounds, Instruments
from parley.talks.objective import WELFARE, Objective, flows_of, has_links, levels, price_level
from parley.talks.unilateral_trials import Deviations, UnilateralTrials, payoffs_there
from parley.trade.equilibrium import Equilibrium
from parley.trade.solve import rebase, solve

STEP = 0.005  # in log tau: small enough for a parabola (its bias falls with the fourth power), above the tolerance
FACTORS = (0.8, 1.25)  # of tau, all own rates together: far away, for a better hill elsewhere
LEVELS = (
    -0.99,
    -0.7,
    -0.4,
    0.0,
    0.5,
    2.0,
    10.0,
    100.0,
)  # rates within bounds, all own ones at once: from a gift to a ban
LEVELS_WITH_LINKS = (-0.4, 0.0, 2.0)  # gifts of all inputs, and bans on them, have no certified equilibrium
FEW, LEVELS_OF_MANY = 8, (0.0, 1.0)  # of more players each tries fewer levels: far ones are dear to solve
CLOSE, ROUGH = 1e-11, 1e-9  # residuals of trials near by, whose gains are tiny, and far away
SEED = 20250502
ROWS = 64  # of countries that move, solved side by side


@dataclass(frozen=True, eq=False)
@read_only
class Trial:
    """One player's rates, alone: log tau of each of its own."""

    player: int
    log_tau: Float[ndarray, " h"]


@dataclass(frozen=True, eq=False)
@fixed_fields
class Proof:
    """gains: by player, the largest gain found by leaving alone, percent of the norm, at least 0.

    tried: trials solved again. not_solved: those whose equilibrium could not be certified; they say nothing.
    best: the trial that gains most, None where none gains.
    """

    gains: dict[str, float]
    tried: int
    not_solved: int
    best: Trial | None = None


def deviation_gains(
    board: Instruments,
    eq: Equilibrium,
    log_tau: Float[ndarray, " g"],
    bounds: Bounds,
    progress: Callable[[str], None] | None = None,
    objective: Objective = WELFARE,
    norm: Float[ndarray, " k"] | None = None,
    others: Sequence[Float[ndarray, " g"]] = (),
) -> Proof:
    """The Proof of a reached state. Others keep their rates. norm: the base of percents; default baseline income.

    Tried for each player: no duties at all, and other levels from the lowest bound to the highest; all own rates up and down by 0.5 % of
    tau, and by far; one random direction over its rates, up and down, and one single rate, the largest by trade; and what it
    plays in `others`. Through each small pair a parabola is laid, and its peak counts as a gain too.
    """
    K, low, high = len(board.players), *np.log1p(bounds)
    reached = Reached(board, eq, log_tau, objective, norm)
    near = [Trial(k, np.clip(x, low, high)) for k in range(K) for pair in _near(reached, k) for x in pair]
    far = [Trial(k, np.clip(x, low, high)) for k in range(K) for x in _far(reached, k, others)]
    if sum(len(board.members[trial.player]) for trial in (*near, *far)) <= ROWS:
        tolerance = np.repeat([CLOSE, ROUGH], [len(near), len(far)])
        gained = reached.gains([*near, *far], tolerance, progress)
    else:
        gained = np.concatenate([reached.gains(near, CLOSE, progress), reached.gains(far, ROUGH, progress)])
    best = np.zeros(K)
    np.maximum.at(best, [t.player for t in (*near, *far)], np.nan_to_num(gained, nan=0.0))
    for first in range(0, len(near), 2):
        pair = near[first : first + 2]
        if all((low < x.log_tau).all() and (x.log_tau < high).all() for x in pair):  # at a bound it is no parabola
            k = near[first].player
            best[k] = max(best[k], _peak(*gained[first : first + 2]))
    named = dict(zip(board.players, (100 * best).tolist(), strict=True))
    won, trials = np.nan_to_num(gained, nan=0.0), [*near, *far]
    top = int(np.argmax(won))
    return Proof(named, len(gained), int(np.isnan(gained).sum()), trials[top] if won[top] > 0 else None)


class Reached:
    """The reached state, and what a player's payoff is under other rates of its own."""

    def __init__(
        self, board: Instruments, eq: Equilibrium, log_tau: Float[ndarray, " g"], objective: Objective = WELFARE,
        norm: ndarray | None = None,
    ) -> None:  # fmt: skip
        self.board, self.eq, self.log_tau, self.objective = board, eq, log_tau, objective
        self.near = UnilateralTrials(eq, len(board.players) <= FEW) if eq.closure.plain else None
        self.norm = board.by_player(board.world.base.income) if norm is None else norm
        self.here = board.by_player(levels(eq, objective))
        self.own = [np.flatnonzero(board.owner == k) for k in range(len(board.players))]
        by_owner = np.argsort(board.owner[board.group], kind="stable")
        ends = np.cumsum(np.bincount(board.owner[board.group], minlength=len(board.players)))
        self.cells = np.split(by_owner, ends[:-1])
        self.before = np.log1p(np.ascontiguousarray(eq.t_new.transpose(2, 0, 1)))

    def gains(
        self, trials: Sequence[Trial], tolerance: float | ndarray = CLOSE, progress: Callable[[str], None] | None = None
    ) -> Float[ndarray, " t"]:
        """The payoff under each trial's rates less the payoff now, over `norm`; NaN where it was not solved.

        tolerance: of all trials, or of each.
        """
        gained: list[ndarray] = []
        to, done = np.broadcast_to(tolerance, len(trials)), 0
        for some in self._batches(trials):
            if progress:
                progress(f"checking deviations: {done} of {len(trials)} trials solved")
            gained.append(self._gains(some, to[done : done + len(some)]))
            done += len(some)
        return np.concatenate(gained)

    def _batches(self, trials: Sequence[Trial]) -> Iterator[list[Trial]]:
        """Neighbours on the list, so many that they move about ROWS countries together."""
        some, rows = [], 0
        for trial in trials:
            some.append(trial)
            rows += len(self.board.members[trial.player])
            if rows >= ROWS:
                yield some
                some, rows = [], 0
        if some:
            yield some

    def _gains(self, trials: list[Trial], tolerance: Float[ndarray, " t"]) -> Float[ndarray, " t"]:
        near = self.near
        paid = np.array([self.paid_anew(t) for t in trials]) if near is None else self._paid(near, trials, tolerance)
        at = np.array([trial.player for trial in trials])
        return (paid - self.here[at]) / self.norm[at]

    def _paid(
        self, near: UnilateralTrials, trials: list[Trial], tolerance: Float[ndarray, " t"]
    ) -> Float[ndarray, " t"]:
        """The payoffs of trials side by side, each that was not solved by the general solver."""
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # a trial too far away is not done
            there, done = near.solve(self._moved(near, trials), tolerance)
        groups = [list(self.board.members[trial.player]) for trial in trials]
        paid = payoffs_there(near, there, self.objective, groups)
        for b in np.flatnonzero(~done):  # the general solver has more rungs
            paid[b] = self.paid_alone(trials[b])
        return paid

    def paid_anew(self, trial: Trial) -> float:
        """The payoff of one trial, solved from the base under the closure of the reached state; NaN where that is refused."""
        log_tau = self.log_tau.copy()
        log_tau[self.own[trial.player]] = trial.log_tau
        new, closure = self.board.wedges(log_tau, self.eq.t_new), self.eq.closure.asked
        try:
            there = solve(self.eq.world, new, model=self.eq.model, start=self.eq, tolerance=1e-11, **closure)
        except NotSolvedError:
            return float("nan")
        return float(levels(there, self.objective)[list(self.board.members[trial.player])].sum())

    def paid_alone(self, trial: Trial) -> float:
        """The payoff of one trial by the general solver; NaN where that refuses too."""
        log_tau = self.log_tau.copy()
        log_tau[self.own[trial.player]] = trial.log_tau
        deficits = self.eq.deficits if self.eq.deficits != "balanced" else "world_share"
        world = rebase(self.eq)
        try:
            new = wedges_between(self.board.rates(log_tau, world.t), world.t)  # a trial is no slip to warn of
            there = solve(world, new, model=self.eq.model, deficits=deficits, tolerance=1e-11)
        except NotSolvedError:
            return float("nan")
        paid = levels(there, self.objective) / price_level(self.eq, flows_of(self.eq))
        return float(paid[list(self.board.members[trial.player])].sum())

    def _moved(self, near: UnilateralTrials, trials: list[Trial]) -> Deviations:
        """The rows of those who move, with their shares at the new duties."""
        flows, theta = near.flows, near.theta
        members = [self.board.members[trial.player] for trial in trials]
        country = np.concatenate([np.array(own) for own in members])
        trial = np.repeat(np.arange(len(trials)), [len(own) for own in members])
        before = self.before[:, country]
        after = before.copy()
        first = 0
        for one, own in zip(trials, members, strict=True):
            self._set(after[:, first : first + len(own)], one)
            first += len(own)
        K = flows.pi[:, country] * np.exp(-theta * (after - before))
        net = K * np.exp(-after)
        net[:, np.arange(len(country)), country] = 0.0
        return Deviations(trial, country, K, net, len(trials))

    def _set(self, rows: Float[ndarray, "s m i"], trial: Trial) -> None:
        """Puts the trial's log tau into the rows of its player's members."""
        cells, own = self.cells[trial.player], self.own[trial.player]
        s, n, i = np.unravel_index(self.board.cells[cells], self.before.shape)
        place = np.searchsorted(np.array(self.board.members[trial.player]), n)
        rows[s, place, i] = trial.log_tau[self.board.group[cells] - own[0]]

    def traded(self, k: int) -> Float[ndarray, " h"]:
        """Reached spending on each own rate."""
        cells, own = self.cells[k], self.own[k]
        X = self.eq.X_new.transpose(2, 0, 1)[np.unravel_index(self.board.cells[cells], self.before.shape)]
        return np.bincount(self.board.group[cells] - own[0], weights=X)  # each rate has cells


def _far(reached: Reached, k: int, others: Sequence[ndarray]) -> Iterator[Float[ndarray, " h"]]:
    """Every level; all own rates up and down by far; what k plays in other stands."""
    x = reached.log_tau[reached.own[k]]
    for level in _levels(reached):
        yield np.full_like(x, np.log1p(level))
    for factor in FACTORS:
        yield x + np.log(factor)
    for other in others:
        yield other[reached.own[k]]


def _levels(reached: Reached) -> tuple[float, ...]:
    """The rates that each player tries on all its cells at once."""
    if len(reached.board.players) > FEW:
        return LEVELS_OF_MANY
    return LEVELS_WITH_LINKS if has_links(reached.eq) else LEVELS


def _near(reached: Reached, k: int) -> Iterator[tuple[ndarray, ndarray]]:
    """Pairs a small step up and down: all own rates; a random sign for each; the one rate on the most trade."""
    x = reached.log_tau[reached.own[k]]
    directions = [np.ones_like(x)]
    if len(x) > 1:
        directions.append(np.random.default_rng(SEED + k).choice([-1.0, 1.0], len(x)))
        directions.append((np.arange(len(x)) == np.argmax(reached.traded(k))).astype(float))
    for direction in directions:
        yield x + STEP * direction, x - STEP * direction


def _peak(up: float, down: float) -> float:
    """The height above 0 of the parabola through (−1, down), (0, 0), (1, up); 0 where it has no peak."""
    curve = up + down
    return (up - down) ** 2 / (-8 * curve) if curve < 0 else 0.0
