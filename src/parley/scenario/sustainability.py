"""What keeps a deal of named options: payoffs from the grid, each side's best way out of it, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.codes import country
from parley.errors import InputError
from parley.scenario.baseline import Baseline, calibrate
from parley.scenario.payoffs import solve_grid
from parley.scenario.scenario import Scenario
from parley.talks.games.sustain import sustain_choice


def sustainability_of(
    scenario: Scenario,
    deal: Mapping[str, str],
    punished: Mapping[str, str],
    *,
    lag: int = 1,
    length: int | None = None,
    baseline: Baseline | None = None,
) -> dict[str, Any]:
    """The answer of `talks sustain --deal`: each player's patience for a choice of options, met by another if it is broken."""
    baseline = baseline or calibrate(scenario)
    solved = solve_grid(baseline)
    found = sustain_choice(solved.grid, deal, punished, lag, length)
    return {
        "players": list(solved.grid.players), "deal": dict(deal),
        "punishment": {"choice": dict(punished), "length": length}, "detection_lag": lag,
        "patience": [vars(p) for p in found],
        "unit": f"payoffs a period, percent of welfare against the tariffs of {scenario.before}; delta is a discount factor a period",
        "residual": max(eq.residual for eq in solved.equilibria.values()), "elasticities": baseline.raw.elasticities,
    }  # fmt: skip


def read_choice(text: str, where: str) -> dict[str, str]:
    """{player: option} of "USA=hold; CHN=hold"."""
    found = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, sign, option = part.partition("=")
        if not sign or not option.strip():
            raise InputError(where, f"{part[:80]!r}", "PLAYER=OPTION; PLAYER=OPTION")
        found[country(name.strip(), where)] = option.strip()
    if not found:
        raise InputError(where, "no choice", "PLAYER=OPTION; PLAYER=OPTION")
    return found
