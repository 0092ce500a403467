"""A world's accounts by country, checked, with the links that it has or can be given."""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.trade.answers import AccountsAnswer, CountryAccounts
from parley.trade.indicators import gains_from_trade
from parley.world.elasticity import set_in_words
from parley.world.read import read_world, worlds
from parley.world.world import World


def accounts_answer(name: str, elasticities: str | None = None) -> AccountsAnswer:
    """The answer of `trade worlds NAME`."""
    plain = read_world(name, elasticities)
    world = plain.with_links() if plain.name in worlds() else plain
    return {
        "name": world.name,
        "year": world.year,
        "countries": len(world.countries),
        "sectors": list(world.sectors),
        "links": world.has_links,
        "at_rest": world.at_rest,
        "elasticities": set_in_words(world.elasticities),
        "theta": world.theta.tolist(),
        "empty_own_cells": len(world.empty_own_cells),
        "notes": list(world.notes),
        "accounts": _by_country(plain, world),
    }


def _by_country(plain: World, world: World) -> dict[str, CountryAccounts]:
    base, gains, imports = plain.base, gains_from_trade(plain.without_links()), _imports(plain)
    rows: dict[str, CountryAccounts] = {
        c: {
            "income": float(base.income[n]),
            "deficit_pct": 100 * float(base.D[n] / base.income[n]),
            "tariff_revenue_pct_imports": _percent(base.revenue[n], imports[n]),
            "gains_from_trade_pct": 100 * float(gains[n]),
        }
        for n, c in enumerate(world.countries)
    }
    if world.has_links:
        linked = gains_from_trade(world)
        for n, c in enumerate(world.countries):
            rows[c]["gains_with_links_pct"] = 100 * float(linked[n])
    fitted = world.links
    if fitted is not None:
        for n, c in enumerate(fitted.countries):
            rows[c]["materials_moved_pct"] = 100 * float(fitted.moved[n])
            rows[c]["cells_repaired"] = int(fitted.repaired[n])
    return rows


def _imports(world: World) -> Float[ndarray, " n"]:
    """Imports before duty, own goods left out."""
    value = (world.X / (1 + world.t)).sum(axis=2)
    np.fill_diagonal(value, 0.0)
    return value.sum(axis=1)


def _percent(part: float, whole: float) -> float | None:
    return 100 * float(part) / float(whole) if whole > 0 else None
