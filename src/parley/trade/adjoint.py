"""The gradient of any welfare, or weighted objective, by every tariff, iceberg cost, export tax and transfer at once.

One adjoint solve for each objective, of about the price of one more equilibrium: the equations are those of adjoint_system.py.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, NotSolvedError
from parley.question import Tolerance
from parley.trade.adjoint_system import Gradient, System, Worth
from parley.trade.aims import Aims, log_welfare, weights_of
from parley.trade.anderson import accelerate, accelerate_many
from parley.trade.equilibrium import Equilibrium

TOLERANCE = 1e-11
PASSES = 400


@checked
def gradient(
    eq: Equilibrium, weights: str | ndarray | None = None, *, aims: Aims | None = None, tolerance: Tolerance = TOLERANCE
) -> Gradient:
    """The Gradient of sum_n weights[k,n] log W_hat[n] by every rate, cost and transfer.

    Parameters
    ----------
    eq
        Where it is taken.
    weights
        A country's code, [n] or [k, n]; None: every country's own welfare.
    aims
        Any other objective (`Aims`).
    tolerance
        On the adjoint's own equations, relative to the largest value.

    Returns
    -------
    Gradient
        `tariff` [k, n, i, s] is by the rate of duty.

    Raises
    ------
    NotSolvedError
        Where the adjoint does not converge.

    Examples
    --------
    >>> import parley
    >>> eq = parley.solve(parley.read_world("oecd-2022"))
    >>> parley.gradient(eq, "USA").tariff.shape == (1, *eq.pi_new.shape)
    True
    """
    if aims is None:
        aims = log_welfare(eq, weights_of(eq, weights))
    elif aims.price.shape[1:] != eq.P_hat.shape:
        raise InputError(
            "gradient: aims",
            f"[k, n, s] of shape {aims.price.shape}",
            f"those of this equilibrium: {eq.P_hat.shape} of country and sector",
        )
    system = System(eq, aims)
    return system.gradient(*_solved(system, tolerance))


def worth(eq: Equilibrium, aims: Aims, tolerance: float = TOLERANCE) -> Worth:
    """The Worth of units to objectives: what best replies are taken from, under every closure that has an adjoint."""
    system = System(eq, aims)
    return system.worth(_solved(system, tolerance)[0])


def _solved(system: System, tolerance: float) -> tuple[Float[ndarray, "k x"], float, int]:
    """(the solved iterates, their worst residual, passes). Raises NotSolvedError."""
    x = system.start()
    many = [accelerate(system.one, x[0], tolerance, PASSES)] if len(x) == 1 else None
    found = many or accelerate_many(system.step, x, tolerance, PASSES)
    worst = max(part.residual for part in found)
    if worst > tolerance:
        raise NotSolvedError(
            "adjoint", f"not solved in {PASSES} passes: the residual is {worst:.1e}", worst, f"at most {tolerance:.0e}",
            "Ask for a looser tolerance",
        )  # fmt: skip
    return np.array([part.x for part in found]), worst, max(part.passes for part in found)


__all__ = ["Gradient", "Worth", "gradient", "worth"]
