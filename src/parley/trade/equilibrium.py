"""The outcome of a change in changes, with the certificate that it is one."""

from __future__ import annotations

from dataclasses import dataclass

from numpy import ndarray

from parley.array_types import Float
from parley.frozen import read_only
from parley.rates import Wedges
from parley.trade.closure import Closure
from parley.world.world import World


@dataclass(frozen=True, eq=False)
@read_only
class Equilibrium:
    """What a change does. `_hat` is new over baseline; money is in units of the numeraire (default: world labour).

    world: the baseline that the hats refer to (already balanced where deficits = "balanced").
    residual: largest error of any market: trade balance over trade, labour over labour income, spending over spending.
    walras: sum of labour-market errors over world labour income.
    revenue_new: import duties. export_revenue_new: export taxes. D_new: deficits with transfers. L_hat: hours. tax_new:
    on labour. closure: the choices that closed the model.
    share_error: largest gap of a sum of new shares from 1. steps: what the fallback ladder had to try.
    """

    world: World
    model: str
    deficits: str
    revenue: str
    wedges: Wedges
    welfare_hat: Float[ndarray, " n"]
    w_hat: Float[ndarray, " n"]
    c_hat: Float[ndarray, "n s"]
    P_hat: Float[ndarray, "n s"]
    pi_new: Float[ndarray, "n i s"]
    X_new: Float[ndarray, "n i s"]
    E_new: Float[ndarray, "n s"]
    income_new: Float[ndarray, " n"]
    revenue_new: Float[ndarray, " n"]
    D_new: Float[ndarray, " n"]
    residual: float
    walras: float
    share_error: float
    passes: int
    seconds: float
    steps: tuple[str, ...]
    numeraire: str
    L_hat: Float[ndarray, " n"]
    tax_new: Float[ndarray, " n"]
    export_revenue_new: Float[ndarray, " n"]
    export_tax: Float[ndarray, "n i s"] | None
    closure: Closure

    def _repr_html_(self) -> str:
        """Welfare and wages of the countries that it moves most, for notebooks; percent changes, with the certificate."""
        from parley.html import percent, table

        order = sorted(range(len(self.world.countries)), key=lambda n: -abs(float(self.welfare_hat[n]) - 1))[:12]
        rows = [(self.world.countries[n], percent(float(self.welfare_hat[n]) - 1, 3), percent(float(self.w_hat[n]) - 1, 3))
                for n in order]  # fmt: skip
        title = f"{self.model} on {self.world.name}, deficits {self.deficits}, revenue {self.revenue}"
        note = f"Largest market-clearing error {self.residual:.1e}, {self.passes} passes; {len(self.world.countries)} countries."
        return table(title, ("country", "welfare, %", "wage, %"), rows, note)

    @property
    def t_new(self) -> Float[ndarray, "n i s"]:
        """The new rate as collected: r/(1 − r); the statutory rate where a cell has one rate."""
        r = self.wedges.revenue_share
        return r / (1 - r)
