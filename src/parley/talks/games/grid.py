"""Named options per player, payoffs from any model: best replies, equilibria, dominance, regret, frontier.

Mixed equilibria of two players by support enumeration: small, exact, no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.errors import InputError
from parley.frozen import read_only
from parley.talks.grid_answers import Dominated, GridPart, Mixed, Reply, Stability, WeightStep

MARGIN = 1e-9  # percent of welfare: ten times the solver's certificate of 1e-10, below which a difference is noise
MAX_CHOICES = 100_000
MAX_OPTIONS = 8  # 2 × 8 options make 12,869 pairs of supports of equal size, about a second

Payoff = Callable[[dict[str, str]], Mapping[str, float]]


@dataclass(frozen=True)
@read_only
class Grid:
    """What each player gets from every choice, and what follows from it. Differences up to `margin` are ties.

    payoffs: [one axis per player, then the player paid], in the unit of the payoff function (percent of welfare).
    others: payoffs of onlookers, who choose nothing, by name: [one axis per player].
    """

    players: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    payoffs: Float[ndarray, "... players"]
    margin: float = MARGIN
    others: Mapping[str, ndarray] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Every combination of options, the last player's option moving fastest."""
        return tuple(product(*self.options))

    def regret(self) -> Float[ndarray, "... players"]:
        """What each player could gain by leaving a choice alone: max over own options − payoff."""
        gains = [
            self.payoffs[..., j].max(axis=j, keepdims=True) - self.payoffs[..., j] for j in range(len(self.players))
        ]
        return np.stack(gains, axis=-1)

    def is_equilibrium(self) -> Bool[ndarray, "*options"]:
        """Where no player gains more than the margin by leaving alone."""
        return np.asarray((self.regret() <= self.margin).all(axis=-1))

    def equilibria(self) -> tuple[dict[str, str], ...]:
        """All pure equilibria, as {player: option}."""
        return tuple(self.named(index) for index in np.argwhere(self.is_equilibrium()))

    def mixed(self) -> tuple[MixedEquilibrium, ...]:
        """Equilibria in which somebody randomises: two players only, by support enumeration."""
        if len(self.players) != 2:
            return ()
        return mixed_equilibria(self.payoffs[..., 0], self.payoffs[..., 1], self.margin)

    def best_replies(self) -> dict[str, list[Reply]]:
        """{player: [{to: {other: option}, reply: [options], gain}]}: every option within the margin of the best."""
        return {player: list(self._replies_of(j)) for j, player in enumerate(self.players)}

    def _replies_of(self, j: int) -> Iterator[Reply]:
        own = np.moveaxis(self.payoffs[..., j], j, -1)
        rivals = [p for p in self.players if p != self.players[j]]
        rival_options = [o for k, o in enumerate(self.options) if k != j]
        for index in np.ndindex(own.shape[:-1]):
            row = own[index]
            tied = [self.options[j][m] for m in np.flatnonzero(row >= row.max() - self.margin)]
            to = {p: o[m] for p, o, m in zip(rivals, rival_options, index, strict=True)}
            yield {"to": to, "reply": tied, "welfare_pct": float(row.max())}

    def dominated(self) -> dict[str, list[Dominated]]:
        """{player: [{option, by, strictly}]}: options that another one beats, or never trails, whatever others do."""
        return {p: list(self._dominated_of(j)) for j, p in enumerate(self.players)}

    def _dominated_of(self, j: int) -> Iterator[Dominated]:
        own = np.moveaxis(self.payoffs[..., j], j, 0).reshape(len(self.options[j]), -1)
        for a, b in product(range(len(own)), repeat=2):
            lead = own[b] - own[a]
            if a != b and (lead >= -self.margin).all() and (lead > self.margin).any():
                strictly = bool((lead > self.margin).all())
                yield {"option": self.options[j][a], "by": self.options[j][b], "strictly": strictly}

    def frontier(self) -> tuple[dict[str, str], ...]:
        """The Pareto frontier: choices from which no other choice helps one player without hurting another."""
        flat = self.payoffs.reshape(-1, len(self.players))
        lead = flat[None] - flat[:, None]
        beaten = np.any(np.all(lead >= -self.margin, axis=-1) & np.any(lead > self.margin, axis=-1), axis=1)
        shape = self.payoffs.shape[:-1]
        return tuple(self.named(np.unravel_index(k, shape)) for k in np.flatnonzero(~beaten))

    def named(self, index) -> dict[str, str]:
        """{player: option} of one cell."""
        return {p: o[int(m)] for p, o, m in zip(self.players, self.options, index, strict=True)}

    def payoff_of(self, choice: Mapping[str, str]) -> dict[str, float]:
        """{name: payoff} of one choice, onlookers included."""
        index = tuple(o.index(choice[p]) for p, o in zip(self.players, self.options, strict=True))
        paid = {p: float(v) for p, v in zip(self.players, self.payoffs[index], strict=True)}
        return paid | {name: float(values[index]) for name, values in self.others.items()}

    def as_json(self) -> GridPart:
        """The keys of an answer (`players options payoffs best_replies equilibria`), and what else follows."""
        choices = [dict(zip(self.players, c, strict=True)) for c in self.choices]
        return {
            "players": list(self.players),
            "options": {p: list(o) for p, o in zip(self.players, self.options, strict=True)},
            "payoffs": [{"choice": c, "welfare_pct": self.payoff_of(c)} for c in choices],
            "best_replies": self.best_replies(),
            "equilibria": list(self.equilibria()),
            "mixed_equilibria": [m.as_json(self.players, self.options) for m in self.mixed()],
            "mixed_reason": None if len(self.players) == 2 else "mixed equilibria are searched for two players only",
            "dominated": self.dominated(),
            "frontier": list(self.frontier()),
            "regret": [
                {"choice": c, "gain_pct": dict(zip(self.players, map(float, r), strict=True))}
                for c, r in zip(choices, self.regret().reshape(-1, len(self.players)), strict=True)
            ],
            "margin": self.margin,
        }

    def as_nfg(self, title: str = "parley") -> str:
        """The game as a Gambit .nfg file (payoff form): the first player's option moves fastest."""
        flat = self.payoffs.transpose(*reversed(range(len(self.players))), len(self.players)).reshape(-1)
        names = " ".join(_quoted(p) for p in self.players)
        options = " ".join("{ " + " ".join(_quoted(o) for o in own) + " }" for own in self.options)
        return f"NFG 1 R {_quoted(title)} {{ {names} }}\n{{ {options} }}\n\n{' '.join(repr(float(v)) for v in flat)}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def payoff_grid(
    players: Sequence[str], options: Mapping[str, Sequence[str]], payoff: Payoff, *, margin: float = MARGIN
) -> Grid:
    """The payoff table of every combination of options. `payoff` is called once per combination, in order.

    payoff({player: option}) returns {name: value}; names beside the players are kept as onlookers.
    margin: differences up to it are ties; give the certificate of the model behind `payoff`.
    """
    _check(players, options)
    own = tuple(tuple(options[p]) for p in players)
    shape = tuple(len(o) for o in own)
    rows = [dict(payoff(dict(zip(players, choice, strict=True)))) for choice in product(*own)]
    missing = [p for p in players if p not in rows[0]]
    if missing:
        raise InputError("grid", f"the payoff function returns nothing for {missing[0]!r}", ", ".join(rows[0]))
    table = np.array([[row[p] for p in players] for row in rows], float).reshape(*shape, len(players))
    if not np.isfinite(table).all():
        raise InputError("grid", "a payoff is not a finite number", "finite payoffs for every choice")
    others = {k: np.array([row[k] for row in rows], float).reshape(shape) for k in rows[0] if k not in players}
    return Grid(tuple(players), own, table, margin, others)


def _check(players: Sequence[str], options: Mapping[str, Sequence[str]]) -> None:
    if not players or len(set(players)) != len(players):
        raise InputError("grid", f"players {list(players)}", "one or more different names")
    for player in players:
        own = options.get(player, ())
        if not own or len(set(own)) != len(own):
            raise InputError(f"grid: options of {player}", f"{list(own)}", "one or more different names")
    size = int(np.prod([len(options[p]) for p in players]))
    if size > MAX_CHOICES:
        raise InputError("grid", f"{size:,} combinations of options", f"at most {MAX_CHOICES:,}")


def flips(grids: Mapping[str, Grid]) -> Stability:
    """{same, stable, only_under}: whether the pure equilibria are the same under every named variant.

    grids: the same game by name of what varies (an elasticity set, a weight). `stable` holds the choices that are
    equilibria under every one; `only_under` names, for every other choice, the variants under which it is one.
    """
    by_name = {name: list(grid.equilibria()) for name, grid in grids.items()}
    choices: list[dict[str, str]] = []
    for found in by_name.values():
        choices += [choice for choice in found if choice not in choices]
    under = [(choice, [name for name, found in by_name.items() if choice in found]) for choice in choices]
    return {
        "same": all(len(names) == len(by_name) for _, names in under),
        "stable": [choice for choice, names in under if len(names) == len(by_name)],
        "only_under": [{"choice": choice, "under": names} for choice, names in under if len(names) < len(by_name)],
    }


def weight_steps(grid: Grid, player: str, extra: Float[ndarray, "*options"], heaviest: float) -> list[WeightStep]:
    """[{low, high, equilibria}]: pure equilibria as the player's payoff goes from W to W + heaviest·extra, b from low to high.

    Payoffs are linear in b, so replies change only where W_a + b e_a = W_c + b e_c for two own options a, c: every such b
    is a possible step, and one b between two of them tells for all between.
    """
    j = grid.players.index(player)
    W, e = (np.moveaxis(values, j, 0).reshape(len(grid.options[j]), -1) for values in (grid.payoffs[..., j], extra))
    lead, pull = W[:, None] - W[None], e[None] - e[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = (lead / pull).reshape(-1)
    cuts = np.unique(np.round(ties[np.isfinite(ties) & (ties > 0) & (ties < heaviest)], 12))
    steps: list[WeightStep] = []
    for low, high in zip([0.0, *cuts], [*cuts, heaviest], strict=True):
        payoffs = grid.payoffs.copy()
        payoffs[..., j] += (low + high) / 2 * extra
        stable = list(replace(grid, payoffs=payoffs).equilibria())
        if steps and steps[-1]["equilibria"] == stable:
            steps[-1]["high"] = float(high)
        else:
            spans = f"extra weights of {player} on its protected industries; payoffs of one elasticity set"
            steps.append({"low": float(low), "high": float(high), "spans": spans, "equilibria": stable})
    return steps


@dataclass(frozen=True)
class MixedEquilibrium:
    """The probability that each player gives to each option, and what each then expects.

    gain: the most that either could gain by another option, at most the margin of the game.
    """

    first: tuple[float, ...]
    second: tuple[float, ...]
    values: tuple[float, float]
    gain: float = 0.0

    def as_json(self, players: tuple[str, ...], options: tuple[tuple[str, ...], ...]) -> Mixed:
        """{probabilities: {player: {option: probability}}, welfare_pct: {player: value}}; zero options are left out."""
        own = (self.first, self.second)
        return {
            "probabilities": {
                p: {o: q for o, q in zip(names, probabilities, strict=True) if q > 0}
                for p, names, probabilities in zip(players, options, own, strict=True)
            },
            "welfare_pct": dict(zip(players, self.values, strict=True)),
            "max_deviation_gain": self.gain,
        }


def mixed_equilibria(
    first: Float[ndarray, "a b"], second: Float[ndarray, "a b"], margin: float
) -> tuple[MixedEquilibrium, ...]:
    """Equilibria with supports of equal size, at least two options each; all of them unless the game is degenerate.

    For supports A, B: q on B makes every option of A equally good to the first player, p on A every option of B to the
    second; probabilities are positive and no option outside pays more than the margin. Porter, Nudelman, Shoham (2008).
    """
    if max(first.shape) > MAX_OPTIONS:
        return ()
    rows, columns = first.shape
    found = []
    for size in range(2, min(first.shape) + 1):
        for own in combinations(range(rows), size):
            for other in combinations(range(columns), size):
                candidate = _on_supports(first, second, list(own), list(other), margin)
                if candidate:
                    found.append(candidate)
    return tuple(found)


def _on_supports(first, second, own: list[int], other: list[int], margin: float) -> MixedEquilibrium | None:
    q = _indifferent(first[np.ix_(own, other)])
    p = _indifferent(second[np.ix_(own, other)].T)
    if p is None or q is None:
        return None
    x, y = np.zeros(first.shape[0]), np.zeros(first.shape[1])
    x[own], y[other] = p, q
    u, v = first @ y, x @ second
    values = float(x @ u), float(v @ y)
    gain = max(float(u.max()) - values[0], float(v.max()) - values[1], 0.0)
    return None if gain > margin else MixedEquilibrium(tuple(x.tolist()), tuple(y.tolist()), values, gain)


def _indifferent(payoff: Float[ndarray, "m m"]) -> Float[ndarray, " m"] | None:
    """The positive weights on columns that make all rows equal: payoff·q = value, sum q = 1; None where none do."""
    size = len(payoff)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size], system[:size, size], system[size, :size] = payoff, -1.0, 1.0
    target = np.append(np.zeros(size), 1.0)
    try:
        q = np.linalg.solve(system, target)[:size]
    except np.linalg.LinAlgError:
        return None
    return q if (q > 0).all() and np.isfinite(q).all() else None
