"""Values of the rooms under the keys of `--json` (design §7). A test holds each beside the command's own output."""

from __future__ import annotations

from typing import Any


def worlds() -> dict[str, Any]:
    """The object of `trade worlds`."""
    from parley.world.read import manifest, read_world
    from parley.world.read import worlds as names

    found = []
    for name in names():
        world, entry = read_world(name), manifest()[f"{name}.npz"]
        size = {"countries": len(world.countries), "sectors": len(world.sectors), "links": world.has_links}
        found.append({"name": name, "year": world.year, **size, "source": entry["source"], "note": entry["note"]})
    return {"worlds": found}


def elasticities(world: str) -> dict[str, Any]:
    """The object of `trade elasticities`."""
    from parley.world.elasticity import elasticity_sets, read_elasticities, read_set
    from parley.world.read import read_world

    held = read_world(world)
    sets = {name: read_set(name) for name in elasticity_sets()}
    facts = [{"name": n, "paper": s.paper, "table": s.table, "read": s.read} for n, s in sets.items()]
    made = [{**f, "theta": read_elasticities(f["name"], held)} for f in facts]
    return {"sectors": list(held.sectors), "sets": made}
