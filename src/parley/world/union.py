"""A union as one economy of a world: its members' flows added up, trade among them at home."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import EU, country_name, members
from parley.errors import WorldError, unknown_name
from parley.world.links import split_coefficients
from parley.world.world import World

UNIONS = (EU,)


def one_economy(world: World, union: str) -> World:
    """The world with a union's members as one country under the union's code; the world itself where it holds that already.

    Spending, duties, output and final spending add up; base rates and shares are their ratios. Trade among members is own trade
    without duty. Raises WorldError where the world holds no member, or the code is no union that parley knows.
    """
    if union in world.countries:
        return world
    if union not in UNIONS:
        raise unknown_name(f"world {world.name}", "customs union", union, UNIONS, WorldError)
    inside = [c for c in world.countries if c in members(union)]
    if not inside:
        raise WorldError(
            f"world {world.name}", f"no member of {country_name(union)} is in it", ", ".join(world.countries)
        )
    names = tuple(c for c in world.countries if c not in inside[1:])
    kept = tuple(union if c == inside[0] else c for c in names)
    place = np.array([kept.index(union) if c in inside else names.index(c) for c in world.countries])
    added = _sums(place, len(kept))
    X = np.einsum("an,bi,nis->abs", added, added, world.X)
    values = np.einsum("an,bi,nis->abs", added, added, world.X / (1 + world.t))
    own = np.arange(len(kept))
    X[own, own] = values[own, own]  # duties inside the union are none
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(values > 0, X / np.where(values > 0, values, 1.0) - 1, 0.0)
    t[np.abs(t) < 1e-15] = 0.0
    shares = _shares(world, added)
    note = f"{country_name(union)} as one economy: {len(inside)} members of it, their trade with one another at home"
    made = World.from_arrays(
        kept, world.sectors, X, t, world.theta, flows_include_tariff=True, name=world.name, year=world.year,
        elasticities=world.elasticities, notes=(*world.notes, note),
        final_share=shares.get("final_share"), value_added_share=shares.get("value_added_share"), io_share=shares.get("io_share"),
    )  # fmt: skip
    return replace(made, links=world.links)


def _sums(place: ndarray, size: int) -> Float[ndarray, "a n"]:
    made = np.zeros((size, len(place)))
    made[place, np.arange(len(place))] = 1.0
    return made


def _shares(world: World, added: Float[ndarray, "a n"]) -> dict[str, ndarray | None]:
    """Input shares weighted by output, final shares by final spending; none without links."""
    if world.gamma is None:
        return {}
    inputs = world.gamma * (1 - world.beta)[:, None, :]
    S = added @ world.base.S
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.einsum("an,nks,ns->aks", added, inputs, world.base.S) / np.where(S > 0, S, 1.0)[:, None, :]
    beta = 1 - a.sum(axis=1)
    final = added @ (world.alpha * world.base.income[:, None])
    even = np.full_like(a, 1 / len(world.sectors))
    return {
        "value_added_share": beta,
        "io_share": split_coefficients(a, np.ones(a.shape[::2]), even),
        "final_share": final / final.sum(axis=1, keepdims=True),
    }
