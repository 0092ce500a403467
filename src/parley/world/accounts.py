"""The accounts of a baseline: what follows from spending, rates and shares by adding up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import WorldError
from parley.frozen import frozen, read_only

SETTLED = 1e-6  # relative gap of E = alpha I + M beyond which final shares and links do not fit the flows


def by_sector(values: ndarray) -> Float[ndarray, "n i s"]:
    """A float copy, indexed [n, i, s] and stored sector by sector, as the solver reads it."""
    return np.array(np.asarray(values).transpose(2, 0, 1), dtype=float, order="C").transpose(1, 2, 0)


@dataclass(frozen=True, eq=False)
@read_only
class Accounts:
    """Baseline totals, in the world's money.

    pi: share of n's spending on s that goes to i. E: spending by sector, with duty. S: sales before duty.
    VA: labour income. revenue: duties. D: deficit (purchases before duty less sales). income: VA + revenue + D.
    """

    pi: Float[ndarray, "n i s"]
    E: Float[ndarray, "n s"]
    S: Float[ndarray, "n s"]
    VA: Float[ndarray, " n"]
    revenue: Float[ndarray, " n"]
    D: Float[ndarray, " n"]
    income: Float[ndarray, " n"]


def take_accounts(
    X: Float[ndarray, "n i s"],
    t: Float[ndarray, "n i s"],
    beta: Float[ndarray, "n s"],
    gamma: Float[ndarray, "n k s"] | None,
    final_share: ndarray | None,
) -> tuple[Accounts, Float[ndarray, "n s"]]:
    """(accounts, final shares): S[i,s] = sum_n X/(1+t), VA = sum_s beta S, D = sum X/(1+t) − sum S, I = VA + R + D."""
    before_duty = X / (1 + t)
    E, S = X.sum(axis=1), before_duty.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        pi = np.where(E[:, None, :] > 0, X / E[:, None, :], 0.0)
    VA = (beta * S).sum(axis=1)
    revenue = E.sum(axis=1) - before_duty.sum(axis=(1, 2))
    D = before_duty.sum(axis=(1, 2)) - S.sum(axis=1)
    income = VA + revenue + D
    _check_positive(VA, income)
    base = Accounts(frozen(by_sector(pi)), E, S, VA, revenue, D, income)
    return base, _final_shares(base, beta, gamma, final_share)


def _final_shares(
    base: Accounts, beta: Float[ndarray, "n s"], gamma: Float[ndarray, "n k s"] | None, final_share: ndarray | None
) -> Float[ndarray, "n s"]:
    """alpha[n,s]: as given; without links the spending shares; with links what is left, alpha I = E − M."""
    if final_share is not None:
        return np.array(final_share, dtype=float)
    if gamma is None:
        return base.E / base.E.sum(axis=1, keepdims=True)
    final = base.E - material_demand(base.S, beta, gamma)
    lowest = float((final / base.E.sum(axis=1, keepdims=True)).min())
    if lowest < -SETTLED:
        raise WorldError(
            "world",
            f"the input shares imply negative final demand in {int((final < 0).sum())} of {final.size} cells",
            "inputs no larger than spending",
            "Give final_share, or scale the input shares to the flows",
        )
    final = np.maximum(final, 0.0)
    return final / final.sum(axis=1, keepdims=True)


def material_demand(
    S: Float[ndarray, "n s"], beta: Float[ndarray, "n s"], gamma: Float[ndarray, "n k s"]
) -> Float[ndarray, "n k"]:
    """M[n,k] = sum_s gamma[n,k,s] (1 − beta[n,s]) S[n,s].  Caliendo and Parro (2015), spending on materials."""
    return np.einsum("nks,ns->nk", gamma, (1 - beta) * S)


def _check_positive(VA: Float[ndarray, " n"], income: Float[ndarray, " n"]) -> None:
    for what, values in (("labour income", VA), ("income (labour income + duties + deficit)", income)):
        if not np.all(values > 0):
            at = int(np.argmin(values))
            raise WorldError("world", f"country number {at} has {what} {values[at]:.6g}", "positive income everywhere")
