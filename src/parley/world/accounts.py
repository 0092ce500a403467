"""The accounts of a baseline: what follows from spending, rates and shares by adding up.

What arrays must satisfy before they may be a world stands here too: each fault is one sentence that names the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float
from parley.errors import WorldError
from parley.frozen import frozen, read_only

SETTLED = 1e-6  # relative gap of E = alpha I + M beyond which final shares and links do not fit the flows
LEAST_THETA = 0.001  # prices are sums to the power of −1/theta: rounding of 1e-16 grows by 1/theta, to 1e-13 here
SHARE_TOLERANCE = 1e-6  # shares are published to six or more digits


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
    names: tuple[Sequence[str], Sequence[str]],
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
    return base, _final_shares(base, beta, gamma, final_share, names)


def _final_shares(
    base: Accounts,
    beta: Float[ndarray, "n s"],
    gamma: Float[ndarray, "n k s"] | None,
    final_share: ndarray | None,
    names: tuple[Sequence[str], Sequence[str]],
) -> Float[ndarray, "n s"]:
    """alpha[n,s]: as given; without links the spending shares; with links what is left, alpha I = E − M."""
    if final_share is not None:
        return np.array(final_share, dtype=float)
    if gamma is None:
        return base.E / base.E.sum(axis=1, keepdims=True)
    final = base.E - material_demand(base.S, beta, gamma)
    lowest = final / base.E.sum(axis=1, keepdims=True)
    if lowest.min() < -SETTLED:
        n, k = (int(x) for x in np.unravel_index(int(np.argmin(lowest)), lowest.shape))
        bad = int((lowest < -SETTLED).sum())
        raise WorldError(
            f"world, {names[0][n]}, {names[1][k]}",
            f"sectors use {base.E[n, k] - final[n, k]:.6g} of it as inputs, and {base.E[n, k]:.6g} is spent on it: negative final "
            f"demand there{f' and in {bad - 1} more cells' if bad > 1 else ''}",
            "io_share (1 − value_added_share) sales no larger than spending, in each country and input",
            "Say fit_links=True, which moves input shares to the flows and leaves value added as it is; or give final_share",
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
        fit = (values > 0) & np.isfinite(values)
        if not fit.all():
            at = int(np.argmin(fit))
            raise WorldError("world", f"country number {at} has {what} {values[at]:.6g}", "positive income everywhere")


@contextmanager
def of_world(name: str) -> Iterator[None]:
    """A fault that is found within names the world that it is of."""
    try:
        yield
    except WorldError as error:
        if not error.where.startswith(f"world {name}"):
            error.where = f"world {name}{error.where.removeprefix('world')}"
        raise


def codes_of(names: Iterable[object]) -> tuple[str, ...]:
    """Codes as plain strings, whatever array type they came in."""
    return tuple(str(name) for name in names)


def numbers(what: str, values: object) -> ndarray:
    """A copy as floats. Raises WorldError where the values are no numbers."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise WorldError("world", f"{what} is not an array of numbers ({error})", "numbers, buyer first") from None


def check_names(countries: Sequence[str], sectors: Sequence[str]) -> None:
    """Refuses empty lists, and codes that are doubled or show nothing."""
    for kind, names in (("country", countries), ("sector", sectors)):
        if not names:
            raise WorldError("world", f"the list of {kind} codes is empty", "at least one")
        if unseen := [name for name in names if not name.strip() or not name.isprintable()]:
            raise WorldError("world", f"{kind} code {unseen[0]!r}", "a code that can be read, of one line")
        doubled = sorted({name for name in names if list(names).count(name) > 1})
        if doubled:
            raise WorldError("world", f"{kind} code {doubled[0]!r} occurs twice", "each code once")


def check_arrays(
    countries: Sequence[str], sectors: Sequence[str], flows: ndarray, tariffs: ndarray, theta: ndarray
) -> None:
    """Refuses wrong shapes, gaps, negative flows, rates below −100 percent and duties on own goods."""
    shape = (len(countries), len(countries), len(sectors))
    for what, values, wanted in (("flows", flows, shape), ("tariffs", tariffs, shape), ("theta", theta, shape[2:])):
        if np.shape(values) != wanted:
            hint = "Arrays are [buyer, seller, sector]" if what != "theta" else "One elasticity a sector"
            raise WorldError("world", f"{what} have shape {np.shape(values)}", f"{wanted}", hint)
        _refuse(~np.isfinite(values), what, values, "a finite number", countries, sectors)
    _refuse(np.asarray(flows) < 0, "flows", flows, "zero or more", countries, sectors)
    _refuse(np.asarray(tariffs) <= -1, "tariffs", tariffs, "above -1 (a rate is a fraction)", countries, sectors)
    _refuse(
        np.asarray(theta) < LEAST_THETA,
        "theta",
        theta,
        f"a positive elasticity, {LEAST_THETA:g} or more",
        countries,
        sectors,
    )
    own = np.zeros(shape)
    own[np.arange(shape[0]), np.arange(shape[0])] = np.einsum("nns->ns", np.asarray(tariffs))
    _refuse(own != 0, "tariffs", tariffs, "no duty on a country's own goods", countries, sectors)


def check_links(
    countries: Sequence[str],
    sectors: Sequence[str],
    beta: ndarray | None,
    gamma: ndarray | None,
    alpha: ndarray | None,
) -> tuple[Float[ndarray, "n s"], Float[ndarray, "n k s"] | None]:
    """(beta, gamma) as floats; ones and None where there are no links. Refuses shares that are no shares."""
    N, S = len(countries), len(sectors)
    if alpha is not None:
        _check_shares("final_share", np.asarray(alpha, dtype=float), (N, S), (countries, sectors))
    if (beta is None) != (gamma is None):
        raise WorldError("world", "only one of value_added_share and io_share is given", "both, or neither")
    if beta is None or gamma is None:
        return np.ones((N, S)), None
    beta = np.array(beta, dtype=float)
    if beta.shape != (N, S):
        raise WorldError("world", f"value_added_share has shape {beta.shape}", f"{(N, S)}")
    _refuse_cell(~((beta > 0) & (beta <= 1)), "value_added_share", beta, "a share above 0, at most 1", (countries, sectors),
                 "A sector that adds no value has no wages: give it a small share, or join it with another")  # fmt: skip
    gamma = np.array(gamma, dtype=float)
    _check_shares("io_share", gamma, (N, S, S), (countries, sectors), unused=beta == 1)
    return beta, gamma


def _check_shares(
    what: str,
    values: ndarray,
    shape: tuple[int, ...],
    names: tuple[Sequence[str], Sequence[str]],
    unused: Bool[ndarray, "n s"] | None = None,
) -> None:
    """Refuses what is negative or does not sum to 1, by cell; where no inputs are used (value added is all) 0 will do."""
    if values.shape != shape:
        raise WorldError("world", f"{what} has shape {values.shape}", f"{shape}")
    _refuse_cell(~(values >= 0) | np.isinf(values), what, values, "zero or more, finite", names,
                 "A negative or missing share is no input: write 0 and let the others sum to 1")  # fmt: skip
    sums = values.sum(axis=1)
    if unused is not None:
        sums = np.where(unused & (sums == 0), 1.0, sums)
    off = np.abs(sums - 1)
    if off.max() <= SHARE_TOLERANCE:
        return
    worst = tuple(int(k) for k in np.unravel_index(int(np.argmax(off)), off.shape))
    bad = int((off > SHARE_TOLERANCE).sum())
    place = ", ".join(held[k] for held, k in zip(names, worst, strict=False))
    over = "over the inputs of this user" if values.ndim == 3 else "over sectors"
    raise WorldError(
        f"world, {place}",
        f"{what} sums to {sums[worst]:.6g} {over}{f' (and {bad - 1} more do not sum to 1)' if bad > 1 else ''}",
        "shares that sum to 1" + (", or to 0 where value_added_share is 1" if unused is not None else ""),
        f"Divide by the sum: {what} / {what}.sum(axis=1, keepdims=True)",
    )


def _refuse_cell(
    bad: ndarray, what: str, values: ndarray, allowed: str, names: tuple[Sequence[str], Sequence[str]], hint: str
) -> None:
    """Raises for the first bad cell of an array by country and sector, or by country, input and user."""
    if not bad.any():
        return
    n, *rest = (int(k) for k in np.argwhere(bad)[0])
    sectors = [names[1][k] for k in rest]
    place = f"{names[0][n]}, {sectors[0]}" if len(sectors) == 1 else f"{names[0][n]}, {sectors[0]} used by {sectors[1]}"
    more = f" (and {int(bad.sum()) - 1} more cells)" if bad.sum() > 1 else ""
    raise WorldError(f"world, {place}", f"{what} is {values[(n, *rest)]}{more}", allowed, hint)


def _refuse(
    bad: ndarray, what: str, values: ndarray, allowed: str, countries: Sequence[str], sectors: Sequence[str]
) -> None:
    """Raises for the first bad cell, named by its codes."""
    if not bad.any():
        return
    cell = tuple(int(k) for k in np.argwhere(bad)[0])
    names = (
        sectors[cell[0]] if len(cell) == 1 else f"{countries[cell[0]]} from {countries[cell[1]]}, {sectors[cell[2]]}"
    )
    more = f" (and {int(bad.sum()) - 1} more cells)" if bad.sum() > 1 else ""
    raise WorldError(f"world, {names}", f"{what} is {np.asarray(values)[cell]}{more}", allowed)
