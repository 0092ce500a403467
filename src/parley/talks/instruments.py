"""Who plays, and which rates each may set: countries, customs unions, instruments, cells that move together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.codes import EU, members
from parley.errors import InputError, unknown_name
from parley.frozen import read_only
from parley.rates import Wedges, wedges_between
from parley.world.world import World

UNIONS = (EU,)
NEVER = ("ROW",)  # what a world does not name has no government
INSTRUMENTS = {
    "uniform": "one rate for all partners and sectors",
    "mfn": "one rate per sector, the same for all partners",
    "bilateral": "one rate per partner, the same for all sectors",
    "full": "one rate per partner and sector",
}


Bounds = tuple[float, float]  # lowest and highest rate, fractions


@dataclass(frozen=True, eq=False)
@read_only
class Instruments:
    """Players with their members, and the cells [s, n, i] of each rate that a player sets.

    territory: the customs territory of each country (its union, or itself), as a position in `territories`.
    cells: flat positions (in [s, n, i]) of the rates that players set. group: which rate each of them carries.
    owner: the player of each rate.
    """

    world: World
    instrument: str
    players: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    territories: tuple[str, ...]
    territory: Int[ndarray, " n"]
    cells: Int[ndarray, " c"]
    group: Int[ndarray, " c"]
    owner: Int[ndarray, " g"]

    def rates(self, log_tau: Float[ndarray, " g"], t: Float[ndarray, "n i s"]) -> Float[ndarray, "n i s"]:
        """Rates t with the players' own put in: tau = exp(log_tau) in the cells of each group."""
        new = np.array(t.transpose(2, 0, 1), order="C")
        new.reshape(-1)[self.cells] = np.expm1(log_tau)[self.group]
        return new.transpose(1, 2, 0)

    def wedges(self, log_tau: Float[ndarray, " g"], t: Float[ndarray, "n i s"]) -> Wedges:
        """The same as a change from the world's own: what a search tries is no user's slip, and is not warned of."""
        return wedges_between(self.rates(log_tau, t), self.world.t)

    def log_tau(self, t: Float[ndarray, "n i s"]) -> Float[ndarray, " g"]:
        """log tau of each group: the mean over its cells, weighted by baseline spending (evenly where it is zero)."""
        logs = np.log1p(np.ascontiguousarray(t.transpose(2, 0, 1)).reshape(-1)[self.cells])
        weight = np.ascontiguousarray(self.world.X.transpose(2, 0, 1)).reshape(-1)[self.cells] + 1e-9
        return self.total(weight * logs) / self.total(weight)

    def total(self, values: Float[ndarray, " c"]) -> Float[ndarray, " g"]:
        """Sums over the cells of each group."""
        return np.bincount(self.group, weights=values, minlength=len(self.owner))

    def by_player(self, level: Float[ndarray, " n"]) -> Float[ndarray, " k"]:
        """Sums over the members of each player."""
        return np.array([level[list(n)].sum() for n in self.members])

    def only(self, player: str) -> Instruments:
        """The board on which that player alone moves."""
        j = self.players.index(player)
        keep = self.owner[self.group] == j
        names, group = np.unique(self.group[keep], return_inverse=True)
        return Instruments(
            self.world, self.instrument, (player,), (self.members[j],), self.territories, self.territory,
            self.cells[keep], group, np.zeros(len(names), int),
        )  # fmt: skip


def board(
    world: World,
    players: Sequence[str] | None,
    instrument: str,
    unions: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
) -> Instruments:
    """The Instruments. players None: every customs territory but ROW. sectors, partners None: rates on all are free.

    unions None: the EU is one player. (): every economy of the world plays for itself, ROW too, as in papers.
    """
    if instrument not in INSTRUMENTS:
        raise unknown_name("talks: instrument", "instrument", instrument, INSTRUMENTS)
    territories, territory = customs_territories(world, unions)
    chosen = _chosen(players, territories, world, NEVER if unions is None or len(unions) else ())
    own = tuple(tuple(np.flatnonzero(territory == territories.index(p)).tolist()) for p in chosen)
    player_of = np.full(len(world.countries), -1)
    for j, countries in enumerate(own):
        player_of[list(countries)] = j
    free = (player_of >= 0)[:, None] & (territory[:, None] != territory[None, :])
    free &= _free_partners(partners, territories)[territory][None, :]
    mask = _free_sectors(world, sectors)[:, None, None] & free[None]
    s, n, i = np.nonzero(mask)
    if not len(s):
        raise InputError("talks: partners and sectors", "no rate is free", "at least one partner and sector")
    T, S = len(territories), len(world.sectors)
    part = {"uniform": 0 * s, "mfn": s, "bilateral": territory[i], "full": territory[i] * S + s}[instrument]
    keys, group = np.unique(player_of[n] * (T * S) + part, return_inverse=True)
    cells = np.flatnonzero(mask)
    return Instruments(world, instrument, chosen, own, territories, territory, cells, group, keys // (T * S))


def customs_territories(
    world: World, unions: Sequence[str] | None = None
) -> tuple[tuple[str, ...], Int[ndarray, " n"]]:
    """(territories in order of first member, the territory of each country). A union stands where it has members.

    Raises InputError where a name of `unions` is no union that parley knows.
    """
    if isinstance(unions, str):
        raise InputError("unions", f"the single word {unions!r}", f'a list of unions, such as ("{EU}",)')
    home = {c: c for c in world.countries}
    for union in UNIONS if unions is None else unions:
        if union not in UNIONS:
            raise unknown_name("unions", "customs union", str(union), UNIONS)
        home |= {c: union for c in members(union) if c in home}
    territories = tuple(dict.fromkeys(home.values()))
    at = {name: k for k, name in enumerate(territories)}
    return territories, np.array([at[home[c]] for c in world.countries])


def _chosen(
    players: Sequence[str] | None, territories: tuple[str, ...], world: World, never: Sequence[str]
) -> tuple[str, ...]:
    allowed = tuple(p for p in territories if p not in never)
    if players is None:
        return allowed
    for p in players:
        if p not in allowed:
            raise _no_player(p, allowed, world)
    if not players or len(set(players)) != len(players):
        raise InputError("talks: players", ", ".join(players) or "none", "one or more different players")
    return tuple(players)


def _no_player(p: str, allowed: tuple[str, ...], world: World) -> InputError:
    if p in NEVER:
        return InputError("talks: players", f"{p} is what the world does not name: it has no government", "a country")
    if p in world.countries:
        hint = f"{p} sets no tariff of its own: its customs union does. unions=() switches unions off"
        return InputError("talks: players", f"no player {p!r}", ", ".join(allowed[:24]), hint)
    return unknown_name("talks: players", "player", p, allowed)


def _free_sectors(world: World, sectors: Sequence[str] | None) -> ndarray:
    for name in sectors or ():
        if name not in world.sectors:
            raise unknown_name("talks: sectors", "sector", name, world.sectors)
    return np.array([sectors is None or s in sectors for s in world.sectors])


def _free_partners(partners: Sequence[str] | None, territories: tuple[str, ...]) -> ndarray:
    for name in partners or ():
        if name not in territories:
            raise unknown_name("talks: partners", "customs territory", name, territories)
    return np.array([partners is None or p in partners for p in territories])
