"""One product in partial equilibrium: what a change of its duties does to prices, imports, revenue and surplus.

Demand for the product has the elasticity `demand`; among origins it is CES with `substitution`; each origin supplies
with the elasticity `supply` (infinite: the importer is small and pays the duty whole). Nothing else moves: no wages, no
other product. The quick line-level answer of SMART and its kin, with constant elasticities instead of one linear step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, NotSolvedError
from parley.frozen import read_only
from parley.question import Says
from parley.trade.anderson import accelerate

Number = float | int

TOLERANCE = 1e-12
PASSES = 500


@dataclass(frozen=True, eq=False)
@read_only
class ProductMarket:
    """One product in one destination. value: imports by origin before duty, any money. before, after: rates, fractions.

    demand, substitution, supply: elasticities, positive; supply may be infinite. Own production, where it competes, is
    an origin with a rate of zero.
    """

    origins: tuple[str, ...]
    value: Float[ndarray, " i"]
    before: Float[ndarray, " i"]
    after: Float[ndarray, " i"]
    demand: float
    substitution: float
    supply: float


@dataclass(frozen=True, eq=False)
@read_only
class ProductOutcome:
    """What the change does. Hats are new over old, by origin; money in that of the market.

    price_hat: with duty, paid by the buyer. seller_hat: before duty. value_hat, quantity_hat: imports before duty.
    pass_through: change of the buyer's log price over the change of log (1 + t); NaN where the rate does not move.
    composite_hat: the buyer's price of the product. buyers: what buyers gain. sellers: what sellers gain, at their own
    prices. revenue: change of duties collected. residual: the largest gap of an origin's market.
    """

    market: ProductMarket
    price_hat: Float[ndarray, " i"]
    seller_hat: Float[ndarray, " i"]
    quantity_hat: Float[ndarray, " i"]
    pass_through: Float[ndarray, " i"]
    composite_hat: float
    buyers: float
    sellers: float
    revenue: float
    residual: float

    @property
    def value_hat(self) -> Float[ndarray, " i"]:
        """Imports before duty, new over old."""
        return self.seller_hat * self.quantity_hat

    @property
    def welfare(self) -> float:
        """What the importer gains: its buyers and its treasury."""
        return self.buyers + self.revenue


def supply_of(pass_through: float, demand: float) -> float:
    """The supply elasticity under which a duty on a product from one origin passes through by that share.

    pass_through = supply/(supply + demand), so supply = demand · pass_through/(1 − pass_through).
    """
    if not 0 < pass_through <= 1:
        raise InputError("pass-through", f"{pass_through}", "a share above 0, at most 1")
    return np.inf if pass_through == 1 else demand * pass_through / (1 - pass_through)


@checked
def market_of(
    origins: Sequence[str],
    value: Sequence[Number],
    before: Sequence[Number],
    after: Sequence[Number],
    *,
    demand: Number,
    substitution: Number,
    supply: Annotated[Number, Says("elasticity of supply; infinite for a small importer", above=0, high=np.inf)],
) -> ProductMarket:
    """The ProductMarket of these numbers by origin, checked. Raises InputError."""
    arrays = [
        _by_origin(what, origins, given) for what, given in (("value", value), ("before", before), ("after", after))
    ]
    for what, number in (("demand", demand), ("substitution", substitution), ("supply", supply)):
        if not number > 0 or (what != "supply" and not np.isfinite(number)):
            raise InputError("partial", f"the elasticity of {what} is {number}", "above 0, without a sign")
    if not (np.all(arrays[0] >= 0) and arrays[0].sum() > 0):
        raise InputError("partial", f"import values {arrays[0].tolist()}", "zero or more, with trade in all")
    for rates in arrays[1:]:
        if not np.all(rates > -1):
            raise InputError("partial", f"a rate is {rates.min()}", "above -1 (a rate is a fraction)")
    return ProductMarket(
        tuple(origins), arrays[0], arrays[1], arrays[2], float(demand), float(substitution), float(supply)
    )


@checked
def solve_product(market: ProductMarket) -> ProductOutcome:
    """The ProductOutcome. Log seller prices p solve supply·p = log quantity, quantity of CES demand at prices p + log tau_hat.

    q[i] = (p_i/P)^(−substitution) · P^(−demand), P the CES price over baseline spending shares with duty.
    """
    tau_hat = np.log((1 + market.after) / (1 + market.before))
    spending = market.value * (1 + market.before)
    share = spending / spending.sum()
    # A step towards each origin's supply curve: p moves by what clears its market alone, seen from its own demand.
    slope = max(market.demand, market.substitution)

    def quantities(p: Float[ndarray, " i"]) -> tuple[Float[ndarray, " i"], float]:
        log_price = p + tau_hat
        log_P = _log_mean(share, log_price, market.substitution)
        return -market.substitution * (log_price - log_P) - market.demand * log_P, log_P

    def step(p: Float[ndarray, " i"]) -> tuple[Float[ndarray, " i"], float]:
        gap = quantities(p)[0] - market.supply * p
        return gap / (market.supply + slope), float(np.abs(gap).max() / (market.supply + slope))

    start = np.zeros(len(share))
    if np.isinf(market.supply):
        found, residual = start, 0.0
    else:
        fixed = accelerate(step, start, TOLERANCE, PASSES)
        found, residual = fixed.x, fixed.residual
        if residual > TOLERANCE:
            raise NotSolvedError("partial", f"not cleared in {PASSES} passes", residual, f"at most {TOLERANCE:.0e}")
    log_q, log_P = quantities(found)
    return _outcome(market, found, log_q, log_P, tau_hat, residual)


def _outcome(
    market: ProductMarket,
    p: Float[ndarray, " i"],
    log_q: Float[ndarray, " i"],
    log_P: float,
    tau_hat: Float[ndarray, " i"],
    residual: float,
) -> ProductOutcome:
    """Prices, quantities and surpluses: integrals under curves of constant elasticity, from old price to new."""
    spending = float((market.value * (1 + market.before)).sum())
    buyers = -spending * _area(1 - market.demand, log_P)
    rents = 0.0 if np.isinf(market.supply) else float(market.value @ np.asarray(_area(1 + market.supply, p)))
    value = market.value * np.exp(p + log_q)
    with np.errstate(invalid="ignore", divide="ignore"):
        through = np.where(tau_hat != 0, 1 + p / tau_hat, np.nan)
    return ProductOutcome(
        market=market,
        price_hat=np.exp(p + tau_hat),
        seller_hat=np.exp(p),
        quantity_hat=np.exp(log_q),
        pass_through=through,
        composite_hat=float(np.exp(log_P)),
        buyers=float(buyers),
        sellers=rents,
        revenue=float((market.after * value).sum() - (market.before * market.value).sum()),
        residual=residual,
    )


def _area(power: float, log_price: ndarray | float) -> ndarray | float:
    """The integral of p^(power − 1) from 1 to exp(log_price): (p^power − 1)/power, and log p at power 0."""
    return log_price if power == 0 else np.expm1(power * log_price) / power


def _log_mean(share: Float[ndarray, " i"], log_price: Float[ndarray, " i"], substitution: float) -> float:
    """The log of the CES price: (sum share p^(1 − substitution))^(1/(1 − substitution)); the geometric mean at 1."""
    power = 1 - substitution
    if power == 0:
        return float(share @ log_price)
    return float(np.log(share @ np.exp(power * log_price)) / power)


def _by_origin(what: str, origins: Sequence[str], given: Sequence[Number]) -> Float[ndarray, " i"]:
    values = np.array(given, dtype=float)
    if values.shape != (len(origins),) or not np.all(np.isfinite(values)):
        raise InputError("partial", f"{what} has {values.size} numbers", f"{len(origins)} finite ones, one an origin")
    return values
