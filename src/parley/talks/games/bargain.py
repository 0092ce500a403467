"""What the players could agree on: the frontier from a named threat, and the points that solutions pick on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, NoAnswerError, unknown_name
from parley.frozen import read_only
from parley.talks.answers import DealPart, Threat
from parley.talks.game import balanced_base, check_closure, nash
from parley.talks.instruments import Bounds, Instruments, board
from parley.talks.joint import Agreed, Push, Table, agree
from parley.talks.moves import base_in_words, rates_moved
from parley.talks.objective import Named, Objective, base_levels, read_objective
from parley.talks.outcome import payoff_words, rates_of, spread_of
from parley.talks.verdict import TOLERANCE, Verdict, verdict_of
from parley.trade.closure import FIXED
from parley.trade.closures import Choice
from parley.trade.equilibrium import Equilibrium
from parley.trade.models import read_model
from parley.world.elasticity import horizon_of, set_in_words
from parley.world.world import World

SOLUTIONS = {
    "proportional": "equal gains in percent of the threat (Ossa 2014); where some gain more at any weight, the least gain at its peak",
    "nash": "the product of gains at its peak (Nash 1950)",
    "kalai_smorodinsky": "equal shares of the most that each could gain (Kalai and Smorodinsky 1975)",
}
THREATS = {
    "nash": "the war: every player's rates answer all others'",
    "factual": "the rates of the base",
    "free_trade": "no duties among the players on what is free to move",
}
BOUNDS: Bounds = (0.0, 50.0)  # a deal subsidises no imports, as in Ossa's stored tables
LEAST = 1e-7  # gain over the threat, as a fraction, below which there is nothing to agree on
PACE, SLOWEST = 0.2, 0.01  # of weights: their move per gain, the gain relative to the mean one (at least 1 %)
TRIALS, SIZE, SEED = 12, 0.01, 20250502
Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
@read_only
class Deal:
    """Rates that players agree on, by one solution from one threat.

    threat: each player's level of its objective if talks fail; base: in the base. gain: percent over the threat.
    ideal: the most that each could gain while nobody falls below the threat; only for kalai_smorodinsky.
    transfers: money received, percent of baseline income; None where not allowed. joint_gain: the largest gain, in
    percent, that a random joint step gave to the player who gained least: the proof that no such step helps all.
    threat_gain: where the threat is the war, the largest gain by deviating from it, percent; None: not checked.
    """

    board: Instruments
    objective: Objective
    solution: str
    threat_name: str
    agreed: Agreed
    tariffs: Float[ndarray, "n i s"]
    threat: Float[ndarray, " k"]
    base: Float[ndarray, " k"]
    ideal_pct: Mapping[str, float] | None
    transfers_pct: Mapping[str, float] | None
    frontier: tuple[Mapping[str, float], ...]
    joint_gain: float | None
    threat_gain: float | None
    seconds: float

    @property
    def worse_than_threat(self) -> list[str]:
        """Players who would rather have the threat than this."""
        return [p for p, gain in self.gain_pct.items() if gain < -TOLERANCE]

    @property
    def verdict(self) -> Verdict:
        """Whether this may be called a deal: nobody would rather have the threat, and no joint step tried helps all."""
        return "a deviation pays" if self.worse_than_threat else verdict_of(self.joint_gain)

    @property
    def verdict_reason(self) -> str:
        """Why, in one sentence."""
        if self.worse_than_threat:
            return f"no deal: {' and '.join(self.worse_than_threat)} would rather have the threat"
        return {
            "passed": "nobody would rather have the threat, and no joint step tried helps all",
            "a deviation pays": "no deal: the search stopped where a joint step still helps all",
            "not checked": "joint steps were not tried",
        }[self.verdict]

    @property
    def players(self) -> tuple[str, ...]:
        """Who agrees."""
        return self.board.players

    @property
    def equilibrium(self) -> Equilibrium:
        """The trade equilibrium of the deal."""
        return self.agreed.equilibrium

    @property
    def gain_pct(self) -> dict[str, float]:
        """What each gains over the threat, percent of its objective there."""
        return _named(self, 100 * (self.agreed.level / self.threat - 1))

    @property
    def payoff_pct(self) -> dict[str, float]:
        """Each player's objective against the base, percent."""
        return _named(self, 100 * (self.agreed.level / self.base - 1))

    @property
    def weights(self) -> dict[str, float]:
        """The weights at which the deal is the best for the weighted sum of log objectives; their mean is 1."""
        return _named(self, self.agreed.omega / self.agreed.omega.mean())

    @property
    def mean_rates(self) -> dict[str, float]:
        """Each player's mean rate on what is on the table, weighted by baseline spending."""
        return {p: spread_of(self.board, self.tariffs, p)[1] for p in self.players}

    def as_json(self, base_day: date | str | None = None) -> DealPart:
        """All of it, rates as compactly as the instrument allows. base_day: the day whose law the base holds."""
        eq = self.equilibrium
        hats = 100 * (eq.welfare_hat - 1)
        return {
            "players": list(self.players), "instrument": self.board.instrument, "objective": self.objective.name,
            "payoff": payoff_words(self.objective, eq), "solution": self.solution, "says": SOLUTIONS[self.solution],
            "threat": self._threat(),
            "rates_move": rates_moved(self.board), "base_day": None if base_day is None else str(base_day),
            "base": base_in_words(self.board.world, base_day),
            "tariffs": rates_of(self.board, self.tariffs), "mean_rates": self.mean_rates,
            "gain_pct": self.gain_pct, "payoff_pct": self.payoff_pct,
            "welfare_pct": dict(zip(eq.world.countries, hats.tolist(), strict=True)), "weights": self.weights,
            "ideal_gain_pct": _plain(self.ideal_pct), "deficits": eq.deficits,
            "capital": "fixed" if eq.closure.capital is None else "steady_state",
            "transfers_pct_of_income": _plain(self.transfers_pct),
            "frontier": [dict(point) for point in self.frontier], "joint_gain": self.joint_gain,
            "model": eq.model, "world": self.board.world.name, "elasticities": set_in_words(self.board.world.elasticities),
            "horizon": horizon_of(self.board.world.elasticities),
            "verdict": self.verdict, "verdict_reason": self.verdict_reason, "worse_than_threat": self.worse_than_threat,
            "residual": eq.residual, "change": self.agreed.change, "steps": self.agreed.steps, "seconds": self.seconds,
        }  # fmt: skip

    def _threat(self) -> Threat:
        """The threat, and where it is a war, whether that passed its check."""
        paid = _named(self, 100 * (self.threat / self.base - 1))
        found: Threat = {"name": self.threat_name, "says": THREATS[self.threat_name], "payoff_pct": paid}
        if self.threat_name == "nash":
            found["max_deviation_gain"], found["verdict"] = self.threat_gain, verdict_of(self.threat_gain)
        return found


def _plain(values: Mapping[str, float] | None) -> dict[str, float] | None:
    return None if values is None else dict(values)


def _named(deal: Deal, values: ndarray) -> dict[str, float]:
    return dict(zip(deal.players, values.tolist(), strict=True))


def bargain(
    world: World,
    players: Sequence[str] | None = None,
    instrument: str = "bilateral",
    *,
    solution: str = "proportional",
    threat: str = "nash",
    partners: Sequence[str] | None = None,
    transfers: bool = False,
    frontier: int = 0,
    objective: Named = "welfare",
    political: ndarray | None = None,
    model: str = "armington",
    deficits: str | Choice = "balanced",
    capital: str | Choice = FIXED,
    unions: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    bounds: Bounds = BOUNDS,
    check: bool = True,
    progress: Progress | None = None,
) -> Deal:
    """The Deal that a solution picks. partners None: only rates among the players are free; others keep the base's.

    sum omega_k log O_k at its peak by first-order conditions (docs/talks.md), omega such that gains over the threat are
    as the solution asks. transfers: money may change hands too. frontier: so many points of it, for two players.
    """
    began = time.perf_counter()
    _check(solution, threat, bounds)
    aim = read_objective(objective, political, world)
    if aim.of_income:
        raise InputError("talks: bargain", f"objective {aim.name!r}", "welfare or government: gains are in percent")
    check_closure(aim, "exact", deficits, capital)
    world = balanced_base(world if read_model(model).LINKS else world.without_links(), model, deficits)
    b = board(world, players, instrument, unions, sectors)
    if len(b.players) < 2:
        raise InputError("talks: bargain", f"one player: {', '.join(b.players)}", "two or more")
    partners = b.players if partners is None else partners
    b = board(world, players, instrument, unions, sectors, partners)
    table = Table(b, world.t, aim, model, deficits, bounds, transfers, capital)
    rigid = {"unions": unions, "sectors": sectors, "partners": partners, "check": check}
    d, threat_gain = _threat(table, threat, rigid, progress)
    base = b.by_player(base_levels(world, table.solve(b.log_tau(world.t), np.zeros(len(d)), None, 1e-11), aim))
    agreed, ideal = _solution(table, solution, d, progress)
    if (agreed.level / d - 1).max() < LEAST:
        raise NoAnswerError("talks: bargain", f"nobody gains over the threat {threat!r}", "a threat worse than a deal")
    return Deal(
        b, aim, solution, threat, agreed, b.rates(agreed.log_tau, world.t), d, base,
        None if ideal is None else dict(zip(b.players, (100 * (ideal / d - 1)).tolist(), strict=True)),
        _transfers(table, agreed), _frontier(table, d, base, frontier, progress),
        joint_gain(table, agreed) if check else None, threat_gain, time.perf_counter() - began,
    )  # fmt: skip


def _check(solution: str, threat: str, bounds: Bounds) -> None:
    if solution not in SOLUTIONS:
        raise unknown_name("talks: bargain", "solution", solution, SOLUTIONS)
    if threat not in THREATS:
        raise unknown_name("talks: bargain", "threat", threat, THREATS)
    if not -1 < bounds[0] < bounds[1]:
        raise InputError("talks: bounds", f"{bounds}", "a low rate above -1 and a higher one")


def _threat(
    table: Table, name: str, rigid: dict, progress: Progress | None
) -> tuple[Float[ndarray, " k"], float | None]:
    """(each player's level if talks fail, of a war the largest gain by deviating from it)."""
    b, none = table.board, np.zeros(len(table.board.players))
    if name == "nash":
        war = nash(
            b.world, b.players, b.instrument, objective=table.objective, model=table.model, deficits=table.deficits,
            capital=table.capital, starts=["base"], progress=progress, **rigid,
        )  # fmt: skip
        return table.paid(war.equilibrium), war.max_deviation_gain
    log_tau = b.log_tau(table.t) if name == "factual" else np.zeros(len(b.owner))
    if name == "factual":  # the base's own rates, even where the instrument could not set them
        return b.by_player(base_levels(b.world, table.solve(log_tau, none, None, 1e-11), table.objective)), None
    return table.paid(table.solve(log_tau, none, None, 1e-11)), None


def _solution(table: Table, name: str, d: ndarray, progress: Progress | None) -> tuple[Agreed, ndarray | None]:
    """(the agreed rates, each player's ideal level where the solution needs it)."""
    first = agree(table, _scaled(table, lambda level: np.log(level / d)), progress=progress)
    if name == "proportional" or (first.level / d - 1).max() < LEAST:
        return first, None
    if name == "nash":
        return agree(table, _nash_push(d, table.transfers), first, progress=progress), None
    ideal = np.array([_ideal(table, k, d, first, progress).level[k] for k in range(len(d))])
    reach = (ideal / d - 1) / (ideal / d - 1).mean()
    return agree(table, _scaled(table, lambda level: (level / d - 1) / reach), first, progress=progress), ideal


def _scaled(table: Table, gain: Callable[[ndarray], ndarray]) -> Push:
    """Gains as a push: money moves by the gain itself, weights by the gain relative to the mean one."""

    def push(level: ndarray, omega: ndarray) -> ndarray:
        ahead = gain(level)
        return ahead if table.transfers else PACE * ahead / max(np.abs(ahead).mean(), SLOWEST)

    return push


def _nash_push(d: Float[ndarray, " k"], transfers: bool) -> Callable[[ndarray, ndarray], ndarray]:
    """Zero where omega (O − d)/O is equal: the first-order condition of the product of gains."""

    def push(level: ndarray, omega: ndarray) -> ndarray:
        gain = np.maximum(1 - d / level, 1e-9)
        if transfers:
            split = gain.mean() * (1 / omega) / (1 / omega).mean()
            return gain - split
        return 0.25 * np.log(omega * gain)

    return push


def _ideal(table: Table, k: int, d: Float[ndarray, " k"], start: Agreed, progress: Progress | None) -> Agreed:
    """The most that k can have while nobody falls below the threat: the others' weights rise until they reach it."""

    def push(level: ndarray, omega: ndarray) -> ndarray:
        ahead = np.log(level / d)
        if table.transfers:  # k takes what is left
            ahead[k] = 0.0
            return ahead
        return PACE * ahead / SLOWEST

    return agree(table, push, start, hold=k, progress=progress)


def _transfers(table: Table, agreed: Agreed) -> dict[str, float] | None:
    """Money received by each player, percent of its baseline income."""
    if not table.transfers:
        return None
    b = table.board
    paid = b.by_player(table.money(agreed.paid)) / b.by_player(b.world.base.income)
    return dict(zip(b.players, (100 * paid).tolist(), strict=True))


def _frontier(
    table: Table, d: ndarray, base: ndarray, points: int, progress: Progress | None
) -> tuple[dict[str, float], ...]:
    """Payoffs against the base along the frontier of two players, from one's ideal to the other's; no transfers."""
    if not points:
        return ()
    if len(d) != 2:
        raise InputError("talks: bargain", f"a frontier of {len(d)} players", "two players, or frontier=0")
    table = replace(table, transfers=False)
    first, _ = _solution(table, "proportional", d, progress)
    ends = [_ideal(table, k, d, first, progress) for k in (1, 0)]
    span = [float(np.log(end.omega[0] / end.omega[1])) for end in ends]
    found, last = [], ends[0]
    for gap in np.linspace(span[0], span[1], max(points, 2)):
        omega = np.exp(np.array([gap / 2, -gap / 2]))
        last = agree(table, lambda level, omega: 0 * level, replace(last, omega=omega), fixed=True, progress=progress)
        found.append(dict(zip(table.board.players, (100 * (last.level / base - 1)).tolist(), strict=True)))
    return tuple(found)


def joint_gain(table: Table, agreed: Agreed) -> float:
    """The largest gain, percent, of the player who gains least, over random joint steps of all rates within bounds."""
    draw = np.random.default_rng(SEED)
    low, high = np.log1p(table.bounds[0]), np.log1p(table.bounds[1])
    best = -np.inf
    for trial in range(TRIALS):
        size = SIZE * 0.3 ** (trial % 3)
        moved = np.clip(agreed.log_tau + size * draw.normal(size=len(agreed.log_tau)), low, high)
        level = table.paid(table.solve(moved, agreed.paid, agreed.equilibrium, 1e-11))
        best = max(best, float((level / agreed.level - 1).min()))
    return 100 * best
