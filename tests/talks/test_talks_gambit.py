"""Gambit reads the exported game and finds the equilibria that we find; skipped where pygambit is not installed."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from parley.talks.games.grid import payoff_grid

gambit = pytest.importorskip("pygambit", reason="pygambit is not installed")


def random_grid(draw, shape, names=None):
    """A game of that many options by player, payoffs drawn."""
    players = [f"P{j}" for j in range(len(shape))]
    options = {p: [f"{p} {k}" for k in range(size)] for p, size in zip(players, shape, strict=True)}
    table = draw.normal(size=(*shape, len(shape)))

    def payoff(choice):
        at = tuple(options[p].index(choice[p]) for p in players)
        return dict(zip(players, table[at], strict=True))

    return payoff_grid(players, options, payoff)


def read(grid):
    return gambit.read_nfg(BytesIO(grid.as_nfg("a game").encode()))


def profiles(game, found):
    """Each equilibrium as the probabilities of all players' options, one row each, in order."""
    rows = [[float(e[s]) for p in game.players for s in p.strategies] for e in found.equilibria]
    return sorted(rows)


def pure_of(grid):
    rows = [
        [float(choice[p] == o) for p, own in zip(grid.players, grid.options, strict=True) for o in own]
        for choice in grid.equilibria()
    ]
    return sorted(rows)


def same(ours, theirs):
    assert len(ours) == len(theirs)
    for own, other in zip(ours, theirs, strict=True):
        assert own == pytest.approx(other, abs=1e-6)


def test_gambit_reads_names_and_payoffs():
    grid = random_grid(np.random.default_rng(0), (2, 3))
    game = read(grid)
    assert game.title == "a game"
    assert [p.label for p in game.players] == list(grid.players)
    assert [[s.label for s in p.strategies] for p in game.players] == [list(own) for own in grid.options]
    for index in np.ndindex(2, 3):
        paid = [float(game[index][p]) for p in game.players]
        assert paid == pytest.approx(grid.payoffs[index], abs=1e-12)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 4), (2, 2, 2), (3, 2, 3)])
def test_gambit_finds_the_same_pure_equilibria(shape):
    draw = np.random.default_rng(sum(shape))
    for _ in range(15):
        grid = random_grid(draw, shape)
        game = read(grid)
        same(pure_of(grid), profiles(game, gambit.nash.enumpure_solve(game)))


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 4)])
def test_gambit_finds_the_same_mixed_equilibria(shape):
    draw, mixes = np.random.default_rng(10 + sum(shape)), 0
    for _ in range(15):
        grid = random_grid(draw, shape)
        game = read(grid)
        mixed = [[*m.first, *m.second] for m in grid.mixed()]
        same(sorted([*pure_of(grid), *mixed]), profiles(game, gambit.nash.enummixed_solve(game, rational=False)))
        mixes += len(mixed)
    assert mixes > 0
