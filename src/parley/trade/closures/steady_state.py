"""Capital that adjusts until its rental has moved with the price of investment goods: the steady state, r_hat = P_I_hat.

The long run that Baqaee and Malmberg (2025) compare with fixed capital (the paper was not at hand): with a the share of
capital in value added,

    cost of value added = w_hat^(1−a) P_I_hat^a,   K_hat = (income of factors)_hat / P_I_hat,   P_I_hat = prod_s P_hat^alpha_I

Spending on investment moves with P_I K, so with the income of factors; consumption is final spending net of it, over P_C.
Welfare here is consumption in the steady state: it leaves out what the way there costs or frees, and is no welfare along it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray
from numpy.typing import ArrayLike

from parley.arguments import checked_fields
from parley.array_types import Float
from parley.errors import InputError
from parley.frozen import frozen, read_only
from parley.trade.closures import Filled
from parley.world.world import World

KIND = "capital"
SAYS = (
    "capital adjusts until its rental has moved with the price of investment; welfare is steady-state consumption alone"
)
SOURCE = (
    "steady state of capital as in Baqaee and Malmberg (2025, not at hand); investment shares: final use of WIOD 2011"
)
ASSUMES = "the share of capital in value added, one third, and who invests in what"
ADJOINT = True
MODELS = ("armington", "caliendo_parro")
CAPITAL_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
@read_only
class Capital:
    """share: of capital in value added. bought, consumed: shares of investment and consumption by sector. invested: spending
    on investment by unit of factor income. tilt: what a unit of factor income adds to spending on s for being invested.
    """

    share: Float[ndarray, " n"]
    bought: Float[ndarray, "s n"]
    consumed: Float[ndarray, "s n"]
    invested: Float[ndarray, " n"]
    tilt: Float[ndarray, "s n"]

    def log_price(self, log_P: Float[ndarray, "*b s n"]) -> Float[ndarray, "*b n"]:
        """log P_I_hat, which is log r_hat."""
        return np.add.reduce(self.bought * log_P, axis=-2)

    def log_cost(self, log_w: Float[ndarray, "*b n"], log_r: Float[ndarray, "*b n"]) -> Float[ndarray, "*b n"]:
        """log of the cost of value added: (1 − a) log w_hat + a log r_hat."""
        return (1 - self.share) * log_w + self.share * log_r


@checked_fields
@dataclass(frozen=True, eq=False)
class Choice:
    """capital_share: of value added, one number or one a country. investment: the invested part of final spending [n, s] or one
    number for all; None: that of WIOD's final use, by country and sector, where the world's codes are known.
    """

    capital_share: float | ArrayLike = CAPITAL_SHARE
    investment: float | ArrayLike | None = None

    def settled(self, world: World) -> Filled:
        """The Capital of a world. Raises InputError where shares are none."""
        return {"capital": capital_of(world, self.capital_share, self.investment)}


def capital_of(world: World, share: float | ArrayLike, investment: float | ArrayLike | None) -> Capital:
    """The Capital of a world's final spending, its invested part and the share of capital in value added."""
    N, S = world.base.E.shape
    if investment is None:
        from parley.world.investment import packaged_investment

        investment = packaged_investment(world.countries, world.sectors)
    a, part = np.broadcast_to(np.asarray(share, float), N), np.broadcast_to(np.asarray(investment, float), (N, S))
    if not np.all((a >= 0) & (a < 1)):
        raise InputError("solve, capital", f"a share of capital is {a.min():.6g}", "from 0 to below 1")
    if not np.all((part >= 0) & (part <= 1)):
        raise InputError("solve, capital", f"an invested part is {part.min():.6g}", "from 0 to 1")
    final = world.alpha * world.base.income[:, None] if world.has_links else world.base.E
    invested = part * final
    total, consumption = invested.sum(axis=1), (final - invested).sum(axis=1)
    if not (np.all(total > 0) and np.all(consumption > 0)):
        raise InputError(
            "solve, capital", "a country invests nothing, or all", "investment and consumption in every country"
        )
    bought, consumed = invested / total[:, None], (final - invested) / consumption[:, None]
    per_unit = total / world.base.VA
    tilt = (bought - consumed) * per_unit[:, None]
    by_sector = [frozen(np.array(part.T, order="C")) for part in (bought, consumed, tilt)]
    return Capital(frozen(np.array(a)), by_sector[0], by_sector[1], frozen(per_unit), by_sector[2])
