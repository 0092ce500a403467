"""The two tables that cross the walls between rooms: rates by product, and wedges on a world's grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.arguments import check_finite, checked, checked_fields, refuse_cells, unchecked
from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import frozen, read_only
from parley.tabular import Tabular


@checked_fields
@dataclass(frozen=True)
@read_only
class RateTable(Tabular):
    """Rates that one destination levies on products by origin, before and after. Fractions; NaN where unknown, with a reason.

    before, after: [k, i] statutory ad valorem rates on customs value.
    weight: [k, i] baseline customs value (any unit; 1 for simple means).

    `to_pandas()` and `to_polars()` give a row for each product and origin.

    Examples
    --------
    >>> from datetime import date
    >>> import numpy as np
    >>> import parley
    >>> one = np.array([[0.1]])
    >>> day = date(2025, 5, 2)
    >>> parley.RateTable("USA", ("9503000073",), ("CHN",), one, one + 1.45, one, day, day, day, "user")
    <RateTable: USA on 1 products of 1 origins, 2025-05-02 to 2025-05-02>
    """

    destination: str
    products: tuple[str, ...]
    origins: tuple[str, ...]
    before: Float[ndarray, "k i"]
    after: Float[ndarray, "k i"]
    weight: Float[ndarray, "k i"]
    on_before: date
    on_after: date
    known: date
    weight_source: str

    def _check(self) -> None:
        for kind, names in (("product", self.products), ("origin", self.origins)):
            if twice := [name for name in names if names.count(name) > 1] if len(set(names)) < len(names) else ():
                raise InputError("RateTable", f"{kind} {twice[0]!r} twice", f"each {kind} once")
        shape = len(self.products), len(self.origins)
        if self.before.shape != shape:
            raise InputError(
                "RateTable", f"rates of shape {self.before.shape}", f"{shape}: a row a product, a column an origin"
            )
        check_finite("RateTable", ("weight", self.weight))
        for name, values, bad, allowed in (
            ("weight", self.weight, self.weight < 0, "zero or more"),
            (
                "before",
                self.before,
                (self.before <= -1) | np.isinf(self.before),
                "a rate above -1, or NaN where it is unknown",
            ),
            (
                "after",
                self.after,
                (self.after <= -1) | np.isinf(self.after),
                "a rate above -1, or NaN where it is unknown",
            ),
        ):
            refuse_cells("RateTable", name, bad, values, allowed)

    def __repr__(self) -> str:
        size = f"{len(self.products)} products of {len(self.origins)} origins"
        return f"<RateTable: {self.destination} on {size}, {self.on_before} to {self.on_after}>"

    def columns(self) -> dict[str, list[str] | list[float]]:
        """One row a product and origin: rates before and after (fractions), weight (customs value)."""
        K, I = self.before.shape  # noqa: E741
        return {
            "product": np.repeat(np.array(self.products), I).tolist(),
            "origin": np.tile(np.array(self.origins), K).tolist(),
            **{name: getattr(self, name).ravel().tolist() for name in ("before", "after", "weight")},
        }


@checked_fields
@dataclass(frozen=True)
@read_only
class Wedges:
    """New duties on a world's grid as two wedges per cell (docs/method.md). Index [n, i, s]: n levies, i sells, s sector.

    tau_hat: factor by which the duty wedge in the buyer's price changes, (sum_l omega_l tau_hat_l^(1-eta))^(1/(1-eta)).
    revenue_share: r, duty as a share of spending (duty included) in the new state; t/(1+t) where rates are uniform.

    Examples
    --------
    >>> import numpy as np
    >>> import parley
    >>> base = np.zeros((2, 2, 1))
    >>> parley.Wedges.from_rates(base + 0.25, base).revenue_share[0, 1, 0].item()
    0.2
    """

    tau_hat: Float[ndarray, "n i s"]
    revenue_share: Float[ndarray, "n i s"]

    def _check(self) -> None:
        tau_hat, r = self.tau_hat, self.revenue_share
        if not (tau_hat.size and tau_hat.min() > 0 and tau_hat.max() < np.inf):  # the common case costs two passes
            refuse_cells("Wedges", "tau_hat", ~((tau_hat > 0) & (tau_hat < np.inf)), tau_hat, "a positive factor")
        if not (r.size and r.min() > -np.inf and r.max() <= 1):
            refuse_cells("Wedges", "revenue_share", ~((r > -np.inf) & (r <= 1)), r, "a share below 1")

    def __repr__(self) -> str:
        n, i, s = self.tau_hat.shape
        changed = int((np.abs(self.tau_hat - 1) > 1e-12).sum())
        return f"<Wedges: {n} × {i} × {s} cells, {changed} of them changed>"

    @staticmethod
    @checked
    def from_rates(t_new: Float[ndarray, "n i s"], t: Float[ndarray, "n i s"]) -> Wedges:
        """Wedges of uniform rates within each cell: tau_hat = (1+t_new)/(1+t), r = t_new/(1+t_new)."""
        for name, rates in (("t_new", t_new), ("t", t)):
            bad = ~((rates > -1) & (rates < np.inf))
            refuse_cells("Wedges.from_rates", name, bad, rates, "a finite rate above -1")
        made = wedges_between(t_new, t)
        made._check()
        return made


def wedges_between(t_new: Float[ndarray, "n i s"], t: Float[ndarray, "n i s"]) -> Wedges:
    """`Wedges.from_rates` of rates that were checked before, as solvers make them."""
    tau, tau_base = 1 + t_new, 1 + t
    return unchecked(Wedges, frozen(np.divide(tau, tau_base, out=tau_base)), frozen(np.divide(t_new, tau, out=tau)))
