"""What each option puts in the way of the other players' goods: duties line by line, limits on technology, promised purchases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import union_of
from parley.fixed import fixed_fields
from parley.scenario.baseline import Baseline
from parley.scenario.levy import Levy
from parley.scenario.options import Levies, commitments, controls_of, options_of
from parley.scenario.scenario import Option
from parley.talks.breach import Move, direction_of


@dataclass(frozen=True, eq=False)
@fixed_fields
class Barriers:
    """The options of a scenario with what each levies."""

    baseline: Baseline
    levies: Levies
    options: Mapping[str, Mapping[str, Option]]

    def move(self, player: str, kept: str, to: str) -> Move:
        """Which way the player's barriers against the other players go when it plays `to` in place of `kept`.

        Duties are those of the law as written: that goods on the water have arrived since, or claim more, is no move of its.
        """
        others = [p for p in self.options if p != player]
        old, new = (self.levies[player, name].as_written for name in (kept, to))
        columns = [old.origins.index(union_of(p)) for p in others if union_of(p) in old.origins]
        duties = new.rate[:, columns] - old.rate[:, columns]
        limits = self._limits(player, to, others) - self._limits(player, kept, others)
        bought = self._bought(player, kept, others) - self._bought(player, to, others)
        return Move(direction_of([duties, limits, bought]), _mean(old, columns), _mean(new, columns))

    def _limits(self, player: str, name: str, others: list[str]) -> Float[ndarray, "i s"]:
        """Log iceberg factors on what the others buy of the player, by buyer and sector."""
        world = self.baseline.world
        found = controls_of(world, [self.options[player][name]])
        if found is None:
            return np.zeros((1, 1))
        buyers = [n for p in others for n in world.places(p)]
        return np.log(found[np.ix_(buyers, list(world.places(player)))]).reshape(len(buyers), -1)

    def _bought(self, player: str, name: str, others: list[str]) -> Float[ndarray, " p"]:
        """What the option promises to buy of each of the others, in the world's money."""
        made = commitments(self.baseline.world, self.options[player][name])
        return np.array([sum(c.value for c in made if c.of == p) for p in others], float)


def barriers_of(baseline: Baseline, levies: Levies) -> Barriers:
    """The Barriers of a scenario's options."""
    named = {p: {o.name: o for o in own} for p, own in options_of(baseline).items()}
    return Barriers(baseline, levies, named)


def _mean(levy: Levy, columns: list[int]) -> float | None:
    """The mean duty on these origins' lines, weighted as the levy weighs them; None where no line is known."""
    rate, weight = levy.rate[:, columns], levy.weight[:, columns]
    known = np.isfinite(rate)
    total = weight[known].sum()
    return float((weight[known] * rate[known]).sum() / total) if total > 0 else None
