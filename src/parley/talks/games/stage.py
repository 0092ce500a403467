"""The world of a deadline: a hub that will levy more, partners that may sign, and what everybody gets in each case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from parley.errors import InputError
from parley.frozen import frozen
from parley.rates import Wedges
from parley.talks.games.deadline import MARGIN, Stakes
from parley.talks.games.signing import Signing
from parley.trade.equilibrium import Equilibrium
from parley.world.accounts import by_sector
from parley.world.world import World

Solve = Callable[[Wedges, Equilibrium | None], Equilibrium]


@dataclass(frozen=True, eq=False)
class Stage:
    """Wedges if nothing follows (now), if the rates come (then), and if all sign (signed); cells of hub and partners only.

    partners: name → positions of its members; hub likewise. wait: the equilibrium of `now`, where each solve starts.
    """

    world: World
    hub: tuple[str, tuple[int, ...]]
    partners: Mapping[str, tuple[int, ...]]
    now: Wedges
    then: Wedges
    signed: Wedges
    solve: Solve
    wait: Equilibrium

    def wedges(self, signers: frozenset[str], struck: frozenset[str]) -> Wedges:
        """What everybody levies when some sign and the rates come for others."""
        tau_hat, r = self.now.tau_hat.copy("K"), self.now.revenue_share.copy("K")  # sector by sector, as solved
        home = list(self.hub[1])
        for name, state in [*((s, self.signed) for s in signers), *((s, self.then) for s in struck)]:
            own = list(self.partners[name])
            for at in (np.ix_(home, own), np.ix_(own, home)) if state is self.signed else (np.ix_(home, own),):
                tau_hat[at], r[at] = state.tau_hat[at], state.revenue_share[at]
        return Wedges(frozen(tau_hat), frozen(r))

    def outcome(self, signers: frozenset[str], struck: frozenset[str] = frozenset()) -> Equilibrium:
        """The equilibrium when some sign and the rates come for others."""
        if not signers and not struck:
            return self.wait
        return self.solve(self.wedges(signers, struck), self.wait)

    def paid(self, signers: frozenset[str], enforced: bool) -> dict[str, float]:
        """What hub and partners get, percent of welfare: the payoff of the joint game."""
        struck = frozenset(self.partners) - signers if enforced else frozenset()
        return self.welfare(self.outcome(signers, struck))

    def welfare(self, eq: Equilibrium) -> dict[str, float]:
        """Percent change of real income of hub and partners; a union's members together."""
        return {name: welfare_of(eq, at) for name, at in (self.hub, *self.partners.items())}

    def game(self) -> Signing:
        """The joint game of all partners."""
        return Signing(tuple(self.partners), self.paid)

    def with_terms(self, signed: Wedges) -> Stage:
        """The same deadline with other terms for those who sign."""
        return replace(self, signed=signed)


def welfare_of(eq: Equilibrium, at: Sequence[int]) -> float:
    """Percent change of the real income of a country, or of a union as one: sum I W_hat / sum I − 1."""
    income = eq.world.base.income[list(at)]
    return float(100 * (income @ eq.welfare_hat[list(at)] / income.sum() - 1))


def stage_of(
    world: World,
    hub: tuple[str, Sequence[int]],
    partners: Mapping[str, Sequence[int]],
    wedges: tuple[Wedges, Wedges, Wedges],
    solve: Solve,
) -> Stage:
    """The Stage of (now, then, signed) wedges; the equilibrium without any signature or rate is solved once."""
    taken = [n for own in (hub[1], *partners.values()) for n in own]
    if not partners or len(set(taken)) < len(taken):
        raise InputError(
            "deadline", "hub and partners share members, or there are none", "partners of their own members"
        )
    fixed = {name: tuple(own) for name, own in partners.items()}
    now, then, signed = (Wedges(*(frozen(by_sector(part)) for part in (w.tau_hat, w.revenue_share))) for w in wedges)
    return Stage(world, (hub[0], tuple(hub[1])), fixed, now, then, signed, solve, solve(now, None))


def stakes_of(stage: Stage, rates: Mapping[str, tuple[float, float]]) -> tuple[list[Stakes], float]:
    """(what each partner gets by signing, waiting unpunished, or being punished, the others still; the worst residual)."""
    found, residual = [], stage.wait.residual
    for name, own in stage.partners.items():
        ends = [stage.outcome(frozenset({name})), stage.wait, stage.outcome(frozenset(), frozenset({name}))]
        residual = max(residual, *(eq.residual for eq in ends))
        members = tuple(stage.world.countries[n] for n in own)
        found.append(Stakes(name, *rates[name], *(welfare_of(eq, own) for eq in ends), members=members))
    return found, residual


@dataclass(frozen=True)
class Terms:
    """What the hub may ask and offer: the part of own duties that signers give up, and the country rate that they keep.

    signers: who signs at p, the others still. welfare_pct: what the hub then gets on average.
    """

    cut: float
    rate: float | None
    signers: tuple[str, ...]
    welfare_pct: float


def terms_at(
    stage: Stage,
    stakes: Sequence[Stakes],
    alone: Mapping[str, float | None],
    p: float,
    terms: tuple[float, float | None],
) -> Terms:
    """Who signs a stage's terms (cut, rate) at p, each holding the others to waiting, and what the hub then gets on average.

    alone: what each gets by signing them, the others still. stakes: what it gets otherwise.
    """
    signers = []
    for s in stakes:
        signs, wait, rate = alone[s.id], s.w_wait, s.w_rate
        if signs is not None and wait is not None and rate is not None and signs >= (1 - p) * wait + p * rate - MARGIN:
            signers.append(s.id)
    ends = [stage.paid(frozenset(signers), enforced)[stage.hub[0]] for enforced in (False, True)]
    return Terms(*terms, tuple(signers), (1 - p) * ends[0] + p * ends[1])


def with_cut(signed: Wedges, hub: Sequence[int], partners: Mapping[str, Sequence[int]], cut: float) -> Wedges:
    """The wedges in which partners give up a part of their own duties on the hub's goods, in log tau."""
    tau_hat, kept = signed.tau_hat.copy("K"), 1 - signed.revenue_share
    for own in partners.values():
        at = np.ix_(list(own), list(hub))
        tau_hat[at] *= kept[at] ** cut
        kept[at] **= 1 - cut
    return Wedges(frozen(tau_hat), frozen(1 - kept))
