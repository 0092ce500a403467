"""What the parties buy abroad, sector by sector, before and after: sums of an equilibrium's flows."""

from __future__ import annotations

from collections.abc import Sequence

from parley.scenario.answers import SectorImports
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import foreign_flows
from parley.world.read import sector_names, worlds


def imports_by_sector(eq: Equilibrium, parties: Sequence[str]) -> list[SectorImports]:
    """Imports before duty by party and sector, from all and from the other parties: billions of dollars, percent change."""
    flows, world = foreign_flows(eq), eq.world
    names = sector_names(world.name) if world.name in worlds() else {}
    rows: list[SectorImports] = []
    for buyer in parties:
        n = world.index(buyer)
        rivals = [world.index(p) for p in parties if p != buyer]
        for s, code in enumerate(world.sectors):
            base, new = flows.base[n, :, s], flows.new[n, :, s]
            rows.append(
                {
                    "buyer": buyer,
                    "sector": code,
                    "name": names.get(code, code),
                    "imports_usd_bn": float(base.sum()) / 1000,
                    "imports_pct": _pct(base.sum(), new.sum()),
                    "from_parties_usd_bn": float(base[rivals].sum()) / 1000,
                    "from_parties_pct": _pct(base[rivals].sum(), new[rivals].sum()),
                }
            )
    return rows


def _pct(base: float, new: float) -> float | None:
    return 100 * (float(new) / float(base) - 1) if base > 0 else None
