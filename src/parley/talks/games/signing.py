"""The joint game of a deadline: whether it pays to sign depends on who else signs. All pure equilibria, or a stated bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from parley.errors import InputError
from parley.fixed import fixed_fields

MARGIN = 1e-9  # percent of welfare; gains up to it are ties
MOST_OPEN = 7  # players whose reply depends on the others': 2^7 choices of theirs are tried; more get bounds
SAMPLES, SEED = 24, 20250709
CHECKED = (
    30  # players whose leaving is solved for, the closest to indifferent first; the others' is bounded by their ends
)
ROUNDS = 50

Paid = Callable[[frozenset[str], bool], Mapping[str, float]]


@dataclass(frozen=True)
class Reach:
    """One player's threshold p* when nobody else signs, and when everybody else does; None where no p makes it fold.

    Signing pays `base[k] + p·slope[k]` more than waiting: k = 0 alone, k = 1 with all others.
    """

    id: str
    base: tuple[float, float]
    slope: tuple[float, float]

    def gain(self, p: float) -> tuple[float, float]:
        """What signing pays at p, percent of welfare: alone, and with all others."""
        return self.base[0] + p * self.slope[0], self.base[1] + p * self.slope[1]

    @property
    def p_star(self) -> tuple[float | None, float | None]:
        """The least p from 0 to 1 at which signing pays: alone, and with all others."""
        return _least(self.base[0], self.slope[0]), _least(self.base[1], self.slope[1])


def _least(base: float, slope: float) -> float | None:
    if base >= -MARGIN:
        return 0.0
    return -base / slope if base + slope >= -MARGIN else None


@dataclass(frozen=True)
@fixed_fields
class Stable:
    """One equilibrium at a probability of enforcement: who signs, the largest gain by leaving, and what each gets.

    checked: for how many players, those closest to indifferent, leaving was solved; the others' gain is that of their ends.
    """

    signed: frozenset[str]
    gain_by_leaving: float
    checked: int
    welfare_pct: Mapping[str, float]


@dataclass(frozen=True)
class Joint:
    """The pure equilibria found at one p; `complete` says whether they are all, `bound` how many there may be at most."""

    p: float
    equilibria: tuple[Stable, ...]
    always: tuple[str, ...]
    never: tuple[str, ...]
    open: tuple[str, ...]
    bound: int
    complete: bool
    reason: str


def check_p(*asked: float) -> None:
    """Refuses what is no probability."""
    for p in asked:
        if not 0 <= p <= 1:
            raise InputError("deadline: p", f"{p}", "a probability from 0 to 1")


class Signing:
    """The joint game: paid(signers, enforced) gives what each player gets, percent of welfare; asked once a case."""

    def __init__(self, players: Sequence[str], paid: Paid) -> None:
        if len(set(players)) != len(players) or not players:
            raise InputError("deadline: joint game", f"players {list(players)}", "one or more different names")
        self.players, self._paid = tuple(players), paid
        self._known: dict[tuple[frozenset[str], bool], Mapping[str, float]] = {}

    @property
    def cases(self) -> int:
        """How many cases were asked for."""
        return len(self._known)

    def paid(self, signed: frozenset[str], enforced: bool) -> Mapping[str, float]:
        """What each gets when exactly these sign; enforcement of nobody is none."""
        key = (signed, enforced and len(signed) < len(self.players))
        if key not in self._known:
            found = self._paid(*key)
            if not all(math.isfinite(found[p]) for p in self.players):
                raise InputError("deadline: joint game", "a payoff that is not finite", "finite payoffs")
            self._known[key] = {name: float(value) for name, value in found.items()}
        return self._known[key]

    def expected(self, signed: frozenset[str], p: float) -> dict[str, float]:
        """What each gets on average when the rates come with probability p for all who have not signed."""
        calm, struck = self.paid(signed, False), self.paid(signed, True)
        return {name: (1 - p) * calm[name] + p * struck[name] for name in calm}

    def terms(self, j: str, others: frozenset[str]) -> tuple[float, float]:
        """(base, slope) of what j gains by signing when exactly `others` do: base + p·slope."""
        ahead = [self.paid(others | {j}, e)[j] - self.paid(others - {j}, e)[j] for e in (False, True)]
        return ahead[0], ahead[1] - ahead[0]

    def gain(self, j: str, others: frozenset[str], p: float) -> float:
        """What j gains by signing at p."""
        base, slope = self.terms(j, others)
        return base + p * slope

    def reach(self) -> tuple[Reach, ...]:
        """Each player's threshold at both ends: nobody else signs, everybody else does."""
        everyone = frozenset(self.players)
        found = []
        for j in self.players:
            ends = [self.terms(j, others) for others in (frozenset(), everyone - {j})]
            found.append(Reach(j, (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])))
        return tuple(found)

    def joint(self, p: float, reach: Sequence[Reach] | None = None, slack: float = 0.0) -> Joint:
        """All pure equilibria at p. Players who sign, or wait, at both ends are settled; the others' choices are all tried.

        Settled: by more than `slack` (percent), for a gain may lie that far outside its two ends (see `sampled`). Every
        equilibrium returned is checked: players leave alone (`Stable.checked`). Over 7 open players: replies from both ends.
        """
        check_p(p)
        ends = {r.id: r.gain(p) for r in (self.reach() if reach is None else reach)}
        always = tuple(j for j, gains in ends.items() if min(gains) > MARGIN + slack)
        never = tuple(j for j, gains in ends.items() if max(gains) < -MARGIN - slack)
        undecided = tuple(j for j in self.players if j not in always and j not in never)
        every = len(undecided) <= MOST_OPEN
        if every:
            tried = [frozenset(always) | set(c) for n in range(len(undecided) + 1) for c in combinations(undecided, n)]
        else:
            tried = [self._settle(frozenset(always) | set(start), undecided, p) for start in ((), undecided)]
        found = [self._stable(s, p, ends, slack) for s in dict.fromkeys(tried) if self._holds(s, undecided, p)]
        stable = tuple(s for s in found if s.gain_by_leaving <= MARGIN)
        bound = len(stable) if every else 2 ** len(undecided)
        return Joint(p, stable, always, never, undecided, bound, every, _words(every, len(undecided)))

    def _holds(self, signed: frozenset[str], undecided: Sequence[str], p: float) -> bool:
        """Whether none of the undecided would leave."""
        return all(_stays(self.gain(j, signed - {j}, p), j in signed) for j in undecided)

    def _settle(self, signed: frozenset[str], undecided: Sequence[str], p: float) -> frozenset[str]:
        """Best replies of the undecided, one after another, until nobody moves."""
        for _ in range(ROUNDS):
            before = signed
            for j in undecided:
                gain = self.gain(j, signed - {j}, p)
                signed = signed | {j} if gain > MARGIN else signed - {j} if gain < -MARGIN else signed
            if signed == before:
                return signed
        return signed

    def _stable(
        self, signed: frozenset[str], p: float, ends: Mapping[str, tuple[float, float]], slack: float
    ) -> Stable:
        """The choice with its certificate: the largest gain by leaving over all players."""
        order = sorted(self.players, key=lambda j: min(map(abs, ends[j])))
        solved, bounded = order[:CHECKED], order[CHECKED:]
        gains = [(-1 if j in signed else 1) * self.gain(j, signed - {j}, p) for j in solved]
        gains += [(-min(ends[j]) if j in signed else max(ends[j])) + slack for j in bounded]
        return Stable(signed, max(gains), len(solved), self.expected(signed, p))

    def sampled(self, reach: Sequence[Reach], samples: int = SAMPLES) -> float:
        """The furthest that a gain was found outside its two ends, percent of welfare, over random sets of signers."""
        draw, worst = np.random.default_rng(SEED), 0.0
        for k in range(samples):
            r = reach[k % len(reach)]
            others = frozenset(j for j in self.players if j != r.id and draw.random() < 0.5)
            base, slope = self.terms(r.id, others)
            for p in (0.0, 1.0):
                low, high = min(r.gain(p)), max(r.gain(p))
                worst = max(worst, low - base - p * slope, base + p * slope - high)
        return worst


def _stays(gain: float, signs: bool) -> bool:
    return gain >= -MARGIN if signs else gain <= MARGIN


def _words(every: bool, count: int) -> str:
    if not every:
        return (
            f"{count} players' replies depend on the others': two equilibria are sought from the ends, more may exist"
        )
    return "all, if gains stay as close to their two ends (nobody else signs, everybody else does) as in the sets tried"
