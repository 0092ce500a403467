"""What an equilibrium means for each country, in percent, each figure with its definition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.frozen import frozen, read_only
from parley.trade.answers import DEFINITIONS, INDICATORS
from parley.trade.equilibrium import Equilibrium
from parley.trade.hat import price_level_hat
from parley.trade.models import read_model
from parley.world.accounts import Accounts
from parley.world.grid import goods_sectors
from parley.world.world import World


@dataclass(frozen=True, eq=False)
@read_only
class Flows:
    """Trade before duty without own goods, [n, i, s]: n buys, i sells; baseline and new."""

    base: Float[ndarray, "n i s"]
    new: Float[ndarray, "n i s"]


def foreign_flows(eq: Equilibrium) -> Flows:
    """Bilateral trade before duty in the baseline and after the change; own goods are zero."""
    base, new = eq.world.X / (1 + eq.world.t), eq.X_new * (1 - eq.wedges.revenue_share)
    own = np.arange(len(eq.world.countries))
    base[own, own], new[own, own] = 0.0, 0.0
    return Flows(frozen(base), frozen(new))


@dataclass(frozen=True, eq=False)
class Measured:
    """An equilibrium with what several indicators need of it, each computed once."""

    eq: Equilibrium

    @property
    def base(self) -> Accounts:
        """The accounts of the baseline."""
        return self.eq.world.base

    @cached_property
    def flows(self) -> Flows:
        """Bilateral trade before duty."""
        return foreign_flows(self.eq)

    @cached_property
    def volume(self) -> Float[ndarray, "n i s"]:
        """New trade at baseline prices."""
        return frozen(self.flows.new / self.eq.c_hat[None, :, :])

    @cached_property
    def level(self) -> Float[ndarray, " n"]:
        """The price of final consumption, new over old."""
        return price_level_hat(self.eq.P_hat, final_shares(self.eq))

    @cached_property
    def goods_level(self) -> Float[ndarray, " n"]:
        """The price of the goods in final consumption, new over old; NaN where none is bought."""
        goods = final_shares(self.eq) * self.is_goods
        return price_level_hat(self.eq.P_hat, ratio(goods, goods.sum(axis=1, keepdims=True) + 0 * goods))

    def duties(self, revenue: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """Duties over the goods imported in the baseline, before duty; NaN where there are none."""
        return ratio(revenue, (self.flows.base * self.is_goods).sum(axis=(1, 2)))

    @property
    def is_goods(self) -> Float[ndarray, " s"]:
        """1 for a sector that holds tariff lines, 0 for another."""
        return np.isin(self.eq.world.sectors, goods_sectors(self.eq.world.sectors)).astype(float)

    @property
    def terms_of_trade(self) -> Float[ndarray, " n"]:
        """Price of own exports over price of imports, new over old."""
        return terms_of_trade_hat(self.flows.base, self.eq.c_hat)

    def exports(self, new: Float[ndarray, "n i s"]) -> Float[ndarray, " n"]:
        """A country's sales in new trade over those of the baseline."""
        return ratio(new.sum(axis=(0, 2)), self.flows.base.sum(axis=(0, 2)))

    def imports(self, new: Float[ndarray, "n i s"]) -> Float[ndarray, " n"]:
        """A country's purchases in new trade over those of the baseline."""
        return ratio(new.sum(axis=(1, 2)), self.flows.base.sum(axis=(1, 2)))


def indicators(eq: Equilibrium) -> dict[str, Float[ndarray, " n"]]:
    """Each name of INDICATORS with its values by country, in percent; NaN where a country has no such trade."""
    measured = Measured(eq)
    found = {name: (row, row.value(measured)) for name, row in INDICATORS.items()}
    return {name: values if row.share_of else 100 * (values - 1) for name, (row, values) in found.items()}


@checked
def by_country(eq: Equilibrium) -> dict[str, dict[str, float]]:
    """The indicators as {ISO3: {name: value}} (`trade solve`)."""
    found = indicators(eq)
    return {c: {name: float(values[n]) for name, values in found.items()} for n, c in enumerate(eq.world.countries)}


def terms_of_trade_hat(base: Float[ndarray, "n i s"], c_hat: Float[ndarray, "n s"]) -> Float[ndarray, " n"]:
    """exp(sum_s x[n,s] log c_hat[n,s] − sum_{i,s} m[n,i,s] log c_hat[i,s]); x, m: baseline shares of exports, imports.

    The first-order term of Caliendo and Parro (2015) is `decomposition`, in percent of income.
    """
    log_c = np.log(c_hat)
    exports, imports = base.sum(axis=0), base.sum(axis=(1, 2))
    own = ratio((exports * log_c).sum(axis=1), exports.sum(axis=1))
    return np.exp(own - ratio(np.einsum("nis,is->n", base, log_c), imports))


@checked
def decomposition(eq: Equilibrium) -> dict[str, Float[ndarray, " n"]]:
    """The parts of welfare in percent of income, to first order: Caliendo and Parro (2015) §2; Ossa (2014) for profits.

    terms_of_trade: ToT[n] = sum (exports (c_hat[n] − 1) − imports (c_hat[i] − 1))/I;
    volume_of_trade: VoT[n] = sum t imports (imports_hat − c_hat[i])/I, with trade before duty at the baseline;
    profit_shifting, where a model has profits: sum_s (1 − labour share) S (S_hat − c_hat)/I.
    Changes are in percent and not in logs: only so do the published figures for NAFTA come out to every digit.
    """
    flows, change, base = foreign_flows(eq), eq.c_hat - 1, eq.world.base
    gained = (flows.base.sum(axis=0) * change).sum(axis=1) - np.einsum("nis,is->n", flows.base, change)
    growth = flows.new - flows.base * eq.c_hat[None, :, :]
    parts = {"terms_of_trade": gained, "volume_of_trade": (eq.world.t * growth).sum(axis=(1, 2))}
    module = read_model(eq.model)
    if module.PROFITS:
        sold = (eq.X_new * (1 - eq.wedges.revenue_share)).sum(axis=0)
        parts["profit_shifting"] = ((1 - module.labour_share(eq.world)) * (sold - base.S * eq.c_hat)).sum(axis=1)
    return {name: 100 * part / base.income for name, part in parts.items()}


def final_shares(eq: Equilibrium) -> Float[ndarray, "n s"]:
    """The shares of final spending that the model uses: of consumption, where capital adjusts."""
    if eq.closure.capital is not None:
        return eq.closure.capital.consumed.T
    if read_model(eq.model).LINKS:
        return eq.world.alpha
    return eq.world.base.E / eq.world.base.E.sum(axis=1, keepdims=True)


def ratio(new: Float[ndarray, "*n"], base: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """New over base; NaN where the base is nothing."""
    return np.where(base > 0, new / np.where(base > 0, base, 1.0), np.nan)


def gains_from_trade(world: World) -> Float[ndarray, " n"]:
    """1/(real income in autarky) − 1 = prod_s own_share^(−weight/theta) − 1, with weight = alpha, and with links
    weight[n,s] = sum_k alpha[n,k] (I − a)^−1 [k,s], a = gamma (1 − beta): all that final spending uses of s.

    Costinot and Rodríguez-Clare (2014), their formulas for many sectors under perfect competition. It leaves out duty
    revenue and deficits. Infinite where a country buys none of its own of something that it needs.
    """
    weight = world.alpha
    if world.gamma is not None:
        a = world.gamma * (1 - world.beta)[:, None, :]
        weight = np.linalg.solve(np.eye(len(world.sectors)) - a, weight[:, :, None])[:, :, 0]
    own = np.where(world.base.E > 0, np.einsum("nns->ns", world.base.pi), 1.0)
    needed = (own == 0) & (weight > 0)
    log_own = np.log(np.where(own > 0, own, 1.0))
    gains = np.expm1(-(weight * log_own / world.theta).sum(axis=1))
    return np.where(needed.any(axis=1), np.inf, gains)


__all__ = [
    "DEFINITIONS", "Flows", "Measured", "by_country", "decomposition", "foreign_flows", "gains_from_trade", "indicators",
    "terms_of_trade_hat",
]  # fmt: skip
