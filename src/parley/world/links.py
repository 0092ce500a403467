"""Input-output links: shares of another source or year, fitted to a world's flows without touching value added."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.errors import NotSolvedError, WorldError
from parley.frozen import read_only

PASSES = 2000
FITTED = 1e-10  # no row of inputs is above its spending by more than this share
SMALL_OWN_SHARE = 1e-3  # below it the gains from trade rest on a sliver of own goods
SOURCE = "wiod-2011"


@dataclass(frozen=True, eq=False)
@read_only
class LinkReport:
    """What fitting the input shares to the flows took, by country.

    moved: share of materials that changed from one input to another. repaired: cells whose implied final demand was
    negative. negative: that demand, as a share of all final demand. own_small: cells with an own share below 1e-3.
    like: whose input shares an economy has taken, where the source lacks it.
    """

    source: str
    countries: tuple[str, ...]
    moved: Float[ndarray, " n"]
    repaired: Int[ndarray, " n"]
    negative: float
    own_small: Int[ndarray, " n"]
    passes: int
    like: dict[str, str]

    def by_country(self) -> dict[str, dict[str, float | int | str | None]]:
        """{ISO3: {moved_pct, repaired, own_small, like}}."""
        return {
            c: {
                "moved_pct": 100 * float(self.moved[n]),
                "repaired": int(self.repaired[n]),
                "own_small": int(self.own_small[n]),
                "like": self.like.get(c),
            }
            for n, c in enumerate(self.countries)
        }


@dataclass(frozen=True, eq=False)
@read_only
class Fit:
    """Input coefficients a[n,k,s] = gamma (1 − beta) that fit the flows, and what it took."""

    a: Float[ndarray, "n k s"]
    moved: Float[ndarray, " n"]
    repaired: Int[ndarray, " n"]
    negative: float
    passes: int


def fit_inputs(
    E: Float[ndarray, "n k"],
    S: Float[ndarray, "n s"],
    a: Float[ndarray, "n k s"],
    names: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Fit:
    """The Fit of a to spending E and sales S: no more inputs than is spent, and every user's sum of inputs as before.

    Capped scaling: r = min(1, E/M) with M[n,k] = sum_s a[n,k,s] S[n,s]; rows times r, columns back to their first sum,
    until min r = 1. Caps only bind harder, so this is the least change, and value added stays.
    """
    first = a
    demand = np.einsum("nks,ns->nk", a, S)
    total, gap = a.sum(axis=1), E - demand
    bad = gap < -FITTED * E
    final = E.sum(axis=1).sum() - demand.sum()
    passes = 0
    while True:
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.where(demand > 0, np.minimum(1.0, E / demand), 1.0)
        if r.min() > 1 - FITTED:
            break
        if passes == PASSES:
            n, k = (int(x) for x in np.unravel_index(int(np.argmin(r)), r.shape))
            raise NotSolvedError(
                f"world, {names[0][n]}, {names[1][k]}" if names else "world links",
                f"input shares do not fit the flows after {PASSES} passes: users need {demand[n, k]:.6g}, and {E[n, k]:.6g} is spent",
                float(1 - r.min()),
                f"{FITTED}",
                "Its users have no other input to move to: raise their value_added_share, or give final_share",
            )
        a = a * r[:, :, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            a *= np.where(total > 0, total / a.sum(axis=1), 1.0)[:, None]
        if not np.all(np.isfinite(a)):
            raise WorldError("world links", "a sector's inputs are not traded at all", "spending on every input")
        demand = np.einsum("nks,ns->nk", a, S)
        passes += 1
    used = (first * S[:, None, :]).sum(axis=(1, 2))
    moved = (np.abs(a - first) * S[:, None, :]).sum(axis=(1, 2)) / 2 / np.where(used > 0, used, 1.0)
    return Fit(a, moved, bad.sum(axis=1), float(-gap[bad].sum() / final), passes)


def fitted_shares(
    X: Float[ndarray, "n i s"],
    t: Float[ndarray, "n i s"],
    beta: Float[ndarray, "n s"],
    gamma: Float[ndarray, "n k s"],
    names: tuple[Sequence[str], Sequence[str]],
) -> tuple[Float[ndarray, "n k s"], str]:
    """(input shares that fit the flows, what that took in words); value added stays. Raises NotSolvedError, WorldError."""
    fit = fit_inputs(X.sum(axis=1), (X / (1 + t)).sum(axis=0), gamma * (1 - beta)[:, None, :], names)
    told = f"input shares fitted to the flows: {int(fit.repaired.sum())} cells, at most {100 * float(fit.moved.max()):.3g} % of a country's"
    return split_coefficients(fit.a, beta, gamma), told


def final_shares(
    E: Float[ndarray, "n k"], S: Float[ndarray, "n s"], a: Float[ndarray, "n k s"]
) -> Float[ndarray, "n k"]:
    """alpha = F / sum F with F = E − M: what is left of spending after inputs; residues of rounding are nil."""
    left = E - np.einsum("nks,ns->nk", a, S)
    left = np.where(left > 2 * FITTED * E, left, 0.0)
    return left / left.sum(axis=1, keepdims=True)


def split_coefficients(
    a: Float[ndarray, "n k s"], beta: Float[ndarray, "n s"], gamma: Float[ndarray, "n k s"]
) -> Float[ndarray, "n k s"]:
    """gamma[n,k,s] = a/sum_k a; where a sector uses no inputs its old shares stand."""
    total = a.sum(axis=1, keepdims=True)
    return np.where(total > 0, a / np.where(total > 0, total, 1.0), gamma)


def packaged_arrays() -> dict[str, ndarray]:
    """The arrays of the packaged source, as its builder wrote them."""
    held = resources.files("parley.world").joinpath("inputs", f"{SOURCE}.npz").read_bytes()
    with np.load(io.BytesIO(held), allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


def packaged_inputs(
    countries: Sequence[str], sectors: Sequence[str], E: Float[ndarray, "n k"]
) -> tuple[Float[ndarray, "n k s"], dict[str, str]]:
    """(a[n,k,s] of the packaged source on a world's sectors, {economy: whose shares it takes}).

    A sector that uses takes its group's column; a supplying group is split over its sectors by the buyer's spending.
    """
    arrays = packaged_arrays()
    place = {str(s): int(g) for s, g in zip(arrays["sectors"], arrays["group_of"], strict=True)}
    unknown = [s for s in sectors if s not in place]
    if unknown:
        raise WorldError(
            "world links",
            f"{SOURCE} has no group for sector {unknown[0]!r}",
            ", ".join(place),
            "Give io_share yourself",
        )
    group = np.array([place[s] for s in sectors])
    at, like = alike(countries, arrays)
    blocks = (arrays["share_digits"] / 1e6)[at]
    of_group = np.einsum("nk,kg->ng", E, np.eye(blocks.shape[1])[group])
    with np.errstate(divide="ignore", invalid="ignore"):
        split = np.where(of_group[:, group] > 0, E / of_group[:, group], 1 / np.bincount(group)[group])
    return blocks[:, group][:, :, group] * split[:, :, None], like


def alike(countries: Sequence[str], arrays: dict[str, ndarray]) -> tuple[Int[ndarray, " n"], dict[str, str]]:
    """(place in the source of each economy, {economy: stand-in}); without a stand-in the rest of the world's."""
    held = {str(c): k for k, c in enumerate(arrays["countries"])}
    alike = {str(c): str(to) for c, to in zip(arrays["alike_of"], arrays["alike_to"], strict=True)}
    like = {c: alike.get(c, "ROW") for c in countries if c not in held}
    return np.array([held[like.get(c, c)] for c in countries]), like
