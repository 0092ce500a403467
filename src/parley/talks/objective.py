"""What a player minds: welfare, a government's weighted incomes, revenue, or a user's weights; and the flows that it is taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.frozen import read_only
from parley.trade.aims import labour_income
from parley.trade.closure import Closure, enjoyed
from parley.trade.equilibrium import Equilibrium
from parley.trade.hat import price_level_hat
from parley.trade.models import read_model, wage_bill
from parley.world.world import World

INDICATORS = {
    "welfare": "real income",
    "real_wage": "real labour income",
    "revenue": "real duties collected",
    "government": "real incomes of sectors, each with its political weight (Ossa 2014)",
}
OBJECTIVES = ("welfare", "government", "revenue")


@runtime_checkable
class Reached(Protocol):
    """What objectives and shadow values read of an equilibrium, or of an iterate on the way to one."""

    @property
    def world(self) -> World: ...
    @property
    def closure(self) -> Closure: ...
    @property
    def deficits(self) -> str: ...
    @property
    def P_hat(self) -> Float[ndarray, "n s"]: ...
    @property
    def income_new(self) -> Float[ndarray, " n"]: ...
    @property
    def revenue_new(self) -> Float[ndarray, " n"]: ...
    @property
    def D_new(self) -> Float[ndarray, " n"]: ...


@dataclass(frozen=True, eq=False)
class Flows:
    """Q = pi (1 − r): what of a unit spent is no duty. S: sales before duty, alpha: shares of final spending (`final_shares`).

    labour, profit: what of a unit of sales is labour income and profit of the seller's country; the rest is materials.
    wL: labour income.
    """

    pi: Float[ndarray, "s n i"]
    Q: Float[ndarray, "s n i"]
    E: Float[ndarray, "s n"]
    S: Float[ndarray, "s n"]
    alpha: Float[ndarray, "s n"]
    labour: Float[ndarray, "s n"]
    profit: Float[ndarray, "s n"]
    wL: Float[ndarray, " n"]


def has_links(eq: Equilibrium) -> bool:
    """Whether input-output links bear on this equilibrium."""
    return bool(read_model(eq.model).LINKS and eq.world.has_links)


def has_profits(eq: Equilibrium) -> bool:
    """Whether sellers earn profits: monopolistic competition with a fixed number of firms, as in Ossa (2014)."""
    return bool(getattr(read_model(eq.model), "PROFITS", False))


def flows_of(eq: Equilibrium) -> Flows:
    """The Flows of an equilibrium."""
    pi = np.ascontiguousarray(eq.pi_new.transpose(2, 0, 1))
    Q = pi * (1 - eq.wedges.revenue_share.transpose(2, 0, 1))
    E = np.ascontiguousarray(eq.E_new.T)
    sent = E if eq.closure.local is None else E * (1 - eq.closure.local)
    S = np.einsum("sn,sni->si", sent, Q)
    if eq.closure.capital is not None:
        alpha = eq.closure.capital.consumed
    else:
        alpha = np.ascontiguousarray(eq.world.alpha.T) if has_links(eq) else E / E.sum(axis=0)
    labour, profit = _earned(eq, S)
    wL = (labour * S).sum(axis=0) if has_profits(eq) else eq.w_hat * eq.world.base.VA
    return Flows(pi, Q, E, S, alpha, labour, profit, wL)


def _earned(eq: Equilibrium, S: Float[ndarray, "s n"]) -> tuple[Float[ndarray, "s n"], Float[ndarray, "s n"]]:
    """(labour, profit) per unit of sales: beta and 0; with profits (sigma − 1)/sigma and 1/sigma.  Ossa (2014)."""
    if has_profits(eq):
        profit = np.broadcast_to(1 / (1 + eq.world.theta)[:, None], S.shape)
        return 1 - profit, profit
    labour = np.ascontiguousarray(eq.world.beta.T) if has_links(eq) else np.ones_like(S)
    return labour, np.zeros_like(S)


@dataclass(frozen=True, eq=False)
@read_only
class Objective:
    """Weights on indicators, all of them money at base prices; `political` [n, s] weighs incomes of sectors.

    A payoff is percent of its base level where all of it is one indicator that is not revenue; else it is in percent
    of baseline income (`of_income`).
    """

    name: str
    weight: Mapping[str, float]
    political: Float[ndarray, "n s"] | None = None

    @property
    def of_income(self) -> bool:
        """Whether payoffs are changes in percent of baseline income rather than of the base level itself."""
        return self.name not in ("welfare", "government")


@dataclass(frozen=True, eq=False)
class Direct:
    """Derivatives of objectives k by what they name directly, the equilibrium held still.

    income, revenue, wage: by a unit of n's income, duties and labour income. sales: by a unit of n's sales of s.
    price: minus that by log P[n,s].
    """

    income: Float[ndarray, "k n"]
    revenue: Float[ndarray, "k n"]
    wage: Float[ndarray, "k n"]
    sales: Float[ndarray, "k s n"]
    price: Float[ndarray, "k s n"]

    def together(self, omega: Float[ndarray, " k"]) -> Direct:
        """One objective: the sum of all, weighted."""
        parts = (self.income, self.revenue, self.wage, self.sales, self.price)
        return Direct(*(np.tensordot(omega, part, axes=1)[None] for part in parts))


WELFARE = Objective("welfare", {"welfare": 1.0})


Named = str | Mapping[str, float] | Objective


def read_objective(named: Named, political: ndarray | None, world: World) -> Objective:
    """The Objective of a name, or of {indicator: weight}. Raises InputError with the nearest name."""
    if isinstance(named, Objective):
        return named
    if isinstance(named, str):
        if named not in OBJECTIVES:
            raise unknown_name("talks: objective", "objective", named, OBJECTIVES)
        weight: Mapping[str, float] = {named: 1.0}
    else:
        named, weight = "weights over indicators", dict(named)
        for key, value in weight.items():
            if key not in INDICATORS:
                raise unknown_name("talks: objective", "indicator", key, INDICATORS)
            if not np.isfinite(value):
                raise InputError("talks: objective", f"the weight on {key} is {value}", "a finite number")
        if not any(value > 0 for value in weight.values()):
            found = ", ".join(f"{key} {value:g}" for key, value in weight.items()) or "no weight"
            raise InputError("talks: objective", found, f"a weight above zero on one of {', '.join(INDICATORS)}",
                             "Without one no rates are best: nothing is sought")  # fmt: skip
    if political is not None and "government" not in weight:
        raise InputError(
            "talks: political", f"weights beside objective {named!r}", "objective 'government', which they weigh"
        )
    return Objective(named, weight, _political(political, world) if "government" in weight else None)


def check_levels(objective: Objective, world: World, players: Mapping[str, Sequence[int]]) -> None:
    """Refuses an objective with negative weights where it comes to nothing for a player: it has no percent and no best reply."""
    a, base = objective.weight, world.base
    if all(value >= 0 for value in a.values()):
        return
    level = a.get("welfare", 0.0) * base.income + a.get("revenue", 0.0) * base.revenue
    level = level + (a.get("real_wage", 0.0) + a.get("government", 0.0)) * base.VA
    for player, own in players.items():
        if not (found := float(level[list(own)].sum())) > 0:
            raise InputError(
                "talks: objective", f"it is {found:.6g} for {player} in the base", "weights under which it is positive"
            )


def _political(political: ndarray | None, world: World) -> Float[ndarray, "n s"]:
    shape = (len(world.countries), len(world.sectors))
    found = np.ones(shape) if political is None else np.asarray(political, dtype=float)
    if found.shape != shape or not np.isfinite(found).all():
        raise InputError("talks: political weights", f"shape {found.shape}", f"{shape} finite numbers: country, sector")
    if not (minded := (found > 0).any(axis=1)).all():
        at = world.countries[int(np.argmin(minded))]
        raise InputError(
            "talks: political", f"no weight of {at} is above zero", "a weight above zero on one of its sectors"
        )
    return found


def levels(eq: Equilibrium, objective: Objective) -> Float[ndarray, " n"]:
    """The objective of every country at an equilibrium, money at the base prices of eq.world."""
    if objective.name == "welfare":
        return real_base(eq) * eq.welfare_hat
    flows = flows_of(eq)
    return nominal(eq, flows, objective) / price_level(eq, flows)


def price_level(eq: Reached, flows: Flows) -> Float[ndarray, " n"]:
    """The price of a unit of final consumption, the base's being one."""
    return price_level_hat(eq.P_hat, flows.alpha.T)


def base_levels(world: World, eq: Equilibrium, objective: Objective) -> Float[ndarray, " n"]:
    """The objective of every country in the base that eq starts from; `eq` gives the model."""
    from parley.trade.solve import solve

    if objective.name == "welfare":
        return real_base(eq)
    return levels(solve(world, model=eq.model, **eq.closure.asked), objective)


def real_base(eq: Equilibrium) -> Float[ndarray, " n"]:
    """What welfare is a change of, in the base: income, less what is invested, wasted or the cost of effort (`enjoyed`)."""
    base, labour = eq.world.base, wage_bill(eq.world, read_model(eq.model))
    tax = eq.revenue_new / labour_income(eq) if eq.closure.revenue == "tax_cut" else eq.closure.tax_rate
    return enjoyed(eq.closure, base.income, labour, base.revenue, tax)


def welfare_pct(eq: Equilibrium, members: Sequence[int]) -> float:
    """Percent change of the welfare of a country, or of a union as one: sum U W_hat / sum U − 1, U of `real_base`."""
    own = list(members)
    base = real_base(eq)[own]
    return float(100 * (base @ eq.welfare_hat[own] / base.sum() - 1))


def nominal(eq: Reached, flows: Flows, objective: Objective) -> Float[ndarray, " n"]:
    """sum of weight · indicator before division by prices; government: sum_s lambda V (1 + TR/wL · labour share).

    W_s = V_s + TR L_s/L: income of a sector and its labour's share of duties.  Ossa (2014), section 2.
    """
    a = objective.weight
    total = a.get("welfare", 0.0) * (eq.income_new - _invested(eq) * flows.wL) + a.get("revenue", 0.0) * eq.revenue_new
    total = total + a.get("real_wage", 0.0) * flows.wL
    if objective.political is None:
        return total
    V, L = _political_incomes(flows, objective.political)
    return total + a["government"] * (V + L * eq.revenue_new / flows.wL)


def _invested(eq: Reached) -> Float[ndarray, " n"] | float:
    """What of a unit of factor income is invested, where capital adjusts: it is no consumption."""
    return 0.0 if eq.closure.capital is None else eq.closure.capital.invested


def _political_incomes(
    flows: Flows, political: Float[ndarray, "n s"]
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """(sum_s lambda (labour and profit of s), sum_s lambda (labour income of s)) by country."""
    labour = political.T * flows.labour * flows.S
    return (labour + political.T * flows.profit * flows.S).sum(axis=0), labour.sum(axis=0)


def direct_of(eq: Reached, objective: Objective, members: tuple[tuple[int, ...], ...], flows: Flows) -> Direct:
    """The Direct derivatives of log(sum of members' levels), one objective for each group of members."""
    P, a = price_level(eq, flows), objective.weight
    level = nominal(eq, flows, objective) / P
    share = np.zeros((len(members), len(P)))  # of one more unit of nominal objective
    for k, own in enumerate(members):
        share[k, list(own)] = 1 / (P[list(own)] * level[list(own)].sum())
    income, wage = a.get("welfare", 0.0) * share, a.get("real_wage", 0.0) * share
    wage = wage - _invested(eq) * income
    revenue = a.get("revenue", 0.0) * share
    sales = np.zeros((len(members), *flows.S.shape))
    if objective.political is not None:
        g, duty = a["government"] * share, eq.revenue_new / flows.wL
        _, L = _political_incomes(flows, objective.political)
        revenue, wage = revenue + g * L / flows.wL, wage - g * L * duty / flows.wL
        sales = g[:, None] * objective.political.T * (flows.profit + flows.labour * (1 + duty))
    price = (share * P * level)[:, None] * flows.alpha
    return Direct(income, revenue, wage, sales, price)
