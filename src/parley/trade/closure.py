"""Closures by name: what happens to deficits, to revenue, to labour supply, and what money is counted in.

The government of a country spends what it collects on the same basket as its people, so that the use of revenue changes
nothing for prices unless it changes labour supply. "lump_sum": revenue is handed to the people. "wasted": what it buys
counts for nothing, before and after. "tax_relief": real public spending stays, and revenue lowers the tax on labour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.frozen import read_only
from parley.world.world import World

BALANCED = "balanced"
DEFICITS = ("world_share", BALANCED, "nominal")
REVENUES = ("lump_sum", "tax_relief", "wasted")
ROUNDING = 1e-9  # of all transfers
WORLD_LABOUR = "world_labour"  # the numeraire: the world's wage bill at the baseline's labour


@dataclass(frozen=True, eq=False)
@read_only
class Closure:
    """How a model is closed. Money is in units of the numeraire.

    numeraire: a country's place (its wage is 1), or None for world labour. transfers: received by n, summing to 0.
    labour_supply: elasticity of hours with respect to the real wage after tax. tax_rate: tax on labour in the baseline.
    """

    deficits: str = "world_share"
    revenue: str = "lump_sum"
    numeraire: int | None = None
    transfers: Float[ndarray, " n"] | None = None
    labour_supply: float = 0.0
    tax_rate: float = 0.0

    @property
    def elastic(self) -> bool:
        """Whether labour is an unknown."""
        return self.labour_supply > 0

    def part(self, share: float) -> Closure:
        """The same closure with a part of the transfers."""
        return self if self.transfers is None else replace(self, transfers=share * self.transfers)

    def unit(self, w_hat: Float[ndarray, " n"]) -> float:
        """The value of a unit of the numeraire where world labour income at baseline hours is the unit inside."""
        return 1.0 if self.numeraire is None else float(w_hat[self.numeraire])

    def received(self, w_hat: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """Transfers in the units of the solver."""
        return np.zeros_like(w_hat) if self.transfers is None else self.transfers * self.unit(w_hat)


def closure_of(
    world: World,
    deficits: str,
    revenue: str,
    numeraire: str,
    transfers: ndarray | None,
    labour_supply: float,
    tax_rate: float | None,
) -> Closure:
    """The Closure of these names, checked. Raises InputError with what is allowed."""
    if deficits not in DEFICITS:
        raise unknown_name("solve", "closure of deficits", deficits, DEFICITS)
    if revenue not in REVENUES:
        raise unknown_name("solve", "use of revenue", revenue, REVENUES)
    if numeraire != WORLD_LABOUR and numeraire not in world.countries:
        raise unknown_name("solve", "numeraire", numeraire, (WORLD_LABOUR, *world.countries))
    place = None if numeraire == WORLD_LABOUR else world.index(numeraire)
    if not (np.isfinite(labour_supply) and labour_supply >= 0):
        raise InputError("solve", f"labour_supply is {labour_supply}", "an elasticity of zero or more")
    if tax_rate is not None and not 0 <= tax_rate < 1:
        raise InputError("solve", f"tax_rate is {tax_rate}", "a share of labour income, from 0 to below 1")
    if revenue == "tax_relief" and (not labour_supply or tax_rate is None):
        raise InputError(
            "solve, revenue tax_relief",
            f"labour_supply is {labour_supply} and tax_rate is {tax_rate}",
            "both: an elasticity above zero, and the tax on labour income in the baseline",
            "Where labour supply does not respond, relief of the tax on it is a lump sum: revenue='lump_sum'",
        )
    return Closure(deficits, revenue, place, _transfers(world, transfers), float(labour_supply), tax_rate or 0.0)


def _transfers(world: World, transfers: ndarray | None) -> Float[ndarray, " n"] | None:
    if transfers is None:
        return None
    given = np.asarray(transfers, dtype=float)
    if given.shape != world.base.D.shape or not np.all(np.isfinite(given)):
        raise InputError("solve", f"transfers have shape {given.shape}", f"{world.base.D.shape}: one number a country")
    if abs(given.sum()) > ROUNDING * np.abs(given).sum():
        raise InputError("solve", f"transfers sum to {given.sum():.6g}", "zero: what one receives others give")
    return given


def income(
    earned: Float[ndarray, " n"],
    kept: Float[ndarray, " n"],
    w_hat: Float[ndarray, " n"],
    world: World,
    closure: Closure,
    taxed: Float[ndarray, "i n"] | None = None,
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """(I_new, D_new) where all income is spent: I kept = earned + export taxes + D, kept the share that is not duty.

    taxed[i,n]: export tax of i in a unit of n's spending. nominal: D as in the baseline, in units of the numeraire.
    world_share: D over world income fixed, so D_new = g D with g = sum I_new / sum I, solved in closed form.
    """
    system = None if taxed is None else np.diag(kept) - taxed

    def spent(values: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        return values / kept if system is None else np.linalg.solve(system, values)

    sent, base = closure.received(w_hat), world.base
    total = spent(earned + sent)
    if closure.deficits == BALANCED:
        return total, sent
    if closure.deficits == "nominal":
        D = base.D * closure.unit(w_hat)
        return total + spent(D), D + sent
    per_unit = spent(base.D)
    g = total.sum() / (base.income.sum() - per_unit.sum())
    return total + g * per_unit, g * base.D + sent


def deficits_new(
    gdp: Float[ndarray, "*b n"],
    w_hat: Float[ndarray, "*b n"],
    base: tuple[Float[ndarray, "*c n"], Float[ndarray, "*e"]],
    closure: Closure,
    transfers: Float[ndarray, "*d n"] | None,
) -> Float[ndarray, "*b n"]:
    """D_new where GDP (with all duties) is known: none, fixed, or a fixed share of world income; and transfers.

    base: deficits and world income. Many scenarios may stand in rows.
    """
    unit = 1.0 if closure.numeraire is None else w_hat[..., closure.numeraire, None]
    sent = np.zeros_like(w_hat) if transfers is None else transfers * unit
    if closure.deficits == BALANCED:
        return sent
    D, world_income = base
    scale = (np.add.reduce(gdp, axis=-1) / world_income)[..., None] if closure.deficits == "world_share" else unit
    return D * scale + sent


def tax_new(
    closure: Closure,
    base_labour: Float[ndarray, " n"],
    base_revenue: Float[ndarray, " n"],
    labour: Float[ndarray, " n"],
    revenue: Float[ndarray, " n"],
    level: Float[ndarray, " n"],
) -> Float[ndarray, " n"]:
    """The tax on labour: as before; under relief tax·wL = (tax_rate·wL₀ + R₀)·P_hat − R, real public spending fixed."""
    if closure.revenue != "tax_relief":
        return np.full_like(labour, closure.tax_rate)
    return ((closure.tax_rate * base_labour + base_revenue) * level - revenue) / labour


def hours_hat(
    closure: Closure, w_hat: Float[ndarray, " n"], tax: Float[ndarray, " n"], level: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    """L_hat = (w_hat (1 − tax)/(1 − tax_rate)/P_hat)^labour_supply: no income effect (Greenwood, Hercowitz and Huffman 1988)."""
    with np.errstate(invalid="ignore"):
        return (w_hat * (1 - tax) / (1 - closure.tax_rate) / level) ** closure.labour_supply


def welfare_hat(
    closure: Closure,
    base: tuple[Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"]],
    new: tuple[Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"]],
    level: Float[ndarray, " n"],
) -> Float[ndarray, " n"]:
    """W_hat = (U_new/U)/P_hat with U = income, less revenue where it is wasted, less the cost of effort.

    base: (income, labour income, revenue); new: the same and the tax on labour. Effort costs (1 − tax) wL eps/(1 + eps):
    the integral under a labour supply of constant elasticity eps. With eps = 0 and no waste it is real income.
    """
    income, labour, revenue = base
    income_new, labour_new, revenue_new, tax = new
    effort = closure.labour_supply / (1 + closure.labour_supply)
    before = income - effort * (1 - closure.tax_rate) * labour
    after = income_new - effort * (1 - tax) * labour_new
    if closure.revenue == "wasted":
        before, after = before - revenue, after - revenue_new
    return after / before / level


class Labour:
    """Log hours at the end of the iterate, where they respond; else ones, at no cost."""

    def __init__(
        self, closure: Closure, wage_bill: Float[ndarray, " n"], revenue: Float[ndarray, " n"], damping: float
    ) -> None:
        self.closure, self.wage_bill, self.revenue, self.damping = closure, wage_bill, revenue, damping
        self.ones = np.ones_like(wage_bill)
        self.tax = np.full_like(wage_bill, closure.tax_rate)

    def extend(self, x: Float[ndarray, " x"], L_hat: Float[ndarray, " n"] | None = None) -> Float[ndarray, " y"]:
        """An iterate with hours behind it: those given, or as in the baseline."""
        if not self.closure.elastic:
            return x
        return np.concatenate([x, np.zeros_like(self.ones) if L_hat is None else np.log(L_hat)])

    def hours(self, x: Float[ndarray, "*b x"], moved: float | ndarray = 0.0) -> Float[ndarray, " n"]:
        """L_hat of an iterate from which `moved` was taken."""
        return np.exp(x[-len(self.ones) :] + moved) if self.closure.elastic else self.ones

    def gap(
        self,
        w_hat: Float[ndarray, "*b n"],
        L_hat: Float[ndarray, " n"],
        labour: Float[ndarray, "*b n"],
        revenue: Float[ndarray, "*b n"],
        log_level: Float[ndarray, " n"],
    ) -> tuple[Float[ndarray, " y"], Float[ndarray, " n"], float]:
        """(step of log hours, tax on labour, residual) at prices, labour income and revenue of an iterate."""
        if not self.closure.elastic:
            return np.zeros(0), self.tax, 0.0
        level = np.exp(log_level)
        tax = tax_new(self.closure, self.wage_bill, self.revenue, labour, revenue, level)
        f = np.log(hours_hat(self.closure, w_hat, tax, level) / L_hat)
        return self.damping * f, tax, float(np.abs(f).max())
