"""What is packaged: the worlds, and the published sets of trade elasticities."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from parley.world.answers import ElasticitiesAnswer, ElasticitySetRow, WorldRow, WorldsAnswer
from parley.world.elasticity import HORIZONS, covers, elasticity_sets, published_spread, read_elasticities, read_set
from parley.world.read import manifest, read_world, worlds
from parley.world.tabular_input import FILE_WORLDS
from parley.world.world import World


def worlds_answer() -> WorldsAnswer:
    """The answer of `trade worlds`."""
    return {
        "worlds": [_world_row(name) for name in worlds()],
        "from_file": [{"name": name, "layout": text} for name, text in FILE_WORLDS.items()],
    }


def _world_row(name: str) -> WorldRow:
    world, entry = read_world(name, links=True), manifest()[f"{name}.npz"]
    return {
        "name": name,
        "year": world.year,
        "countries": len(world.countries),
        "sectors": len(world.sectors),
        "links": world.has_links,
        "source": entry["source"],
        "note": entry["note"],
    }


def elasticities_answer(world: str | Path, mine: Sequence[str] = ()) -> ElasticitiesAnswer:
    """The answer of `trade elasticities` at a world's sectors. mine: paths of sets of the user's, after the packaged ones."""
    held = read_world(world, "U4")
    spread, common = published_spread()
    return {
        "sectors": list(held.sectors),
        "sets": [
            _set_row(name, held)
            for name in dict.fromkeys((*chain.from_iterable(map(elasticity_sets, HORIZONS[::-1])), *mine))
        ],
        "spread": spread,
        "common": common,
    }


def _set_row(name: str, world: World) -> ElasticitySetRow:
    found, covered = read_set(name), covers(name, world.sectors)
    lacking = f"it lacks some of the sectors of {world.name}"
    if found.partial:
        lacking = "theta = |epsilon| − 1 is not positive: import responses alone"
    return {
        "name": name,
        "paper": found.paper,
        "table": found.table,
        "column": found.column,
        "concordance": found.concordance,
        "read": found.read,
        "theta": read_elasticities(name, world).tolist() if covered else None,
        "horizon": found.horizon,
        "epsilon": found.epsilon,
        "reason": None if covered else lacking,
    }
