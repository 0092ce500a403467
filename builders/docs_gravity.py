"""The section of docs/replication.md on gegravity's example: an agreement between Canada and Japan."""

from __future__ import annotations

from docs_wars import rows
from gegravity_world import PRINTED, PRINTED_JAPAN, agreement, gravity_world, largest_gap, price_changes


def section() -> str:
    """The section."""
    world = gravity_world()
    held, tied = (price_changes(agreement(world, held)) for held in (True, False))
    printed = {c: [f"{value:.4f}" for value in row] for c, row in PRINTED.items()} | {
        "JPN": [f"{PRINTED_JAPAN:.4f}", "–"]
    }
    lines = []
    for c, row in printed.items():
        cells = [" / ".join((row[k], f"{held[c][k]:.4f}", f"{tied[c][k]:.4f}")) for k in (0, 1)]
        lines.append([c, *cells])
    worst = largest_gap(held)
    return f"""
## gegravity (Herman 2021): Canada and Japan sign an agreement
30 economies of 2006, elasticity of substitution 5, the package's cost coefficients and its own modelled flows.
Percent: printed in its documentation / ours by the system that it solves / ours with spending tied to output.
Prices are against the German consumer price.

{rows(["", "factory price", "consumer price"], lines)}
By the system that it solves the largest difference is {"below 1e-5" if worst < 1e-5 else f"{worst:.0e}"} points.
The package says that spending is a fixed multiple of output.
Its system keeps every country's share of world output and of world spending as in the baseline: prices move, money incomes do not.
With spending truly tied to output (`output_share`) incomes respond too, and the figures differ as shown.
"""
