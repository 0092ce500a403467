"""The outcome of a change in changes, with the certificate that it is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import unknown_name
from parley.frozen import read_only
from parley.rates import Wedges
from parley.tabular import Tabular
from parley.trade.closure import Closure
from parley.world.world import World

OF_COUNTRIES = ("welfare_hat", "w_hat", "L_hat", "income_new", "revenue_new", "export_revenue_new", "D_new", "tax_new")
OF_SECTORS = ("c_hat", "P_hat", "E_new")
UNCHANGED = 1e-12  # of a duty wedge
SHOWN = 12  # countries in a summary


@dataclass(frozen=True, eq=False)
@read_only
class Equilibrium(Tabular):
    """What a change does. `_hat` is new over baseline; money is in units of the numeraire (default: world labour).

    world: the baseline that the hats refer to (already balanced where deficits = "balanced").
    residual: largest error of any market: trade balance over trade, labour over labour income, spending over spending.
    walras: sum of labour-market errors over world labour income.
    revenue_new: import duties. export_revenue_new: export taxes. D_new: deficits with transfers. L_hat: hours. tax_new:
    on labour. closure: the choices that closed the model.
    share_error: largest gap of a sum of new shares from 1. steps: what the fallback ladder had to try.

    eq["USA"] gives one country's values by name, eq["USA", "C26"] those of a country and sector; `summary()` is text,
    `to_pandas()` and `to_polars()` a row a country, `parley.to_dataset(eq)` everything by its codes.

    Examples
    --------
    >>> import parley
    >>> eq = parley.solve(parley.read_world("oecd-2022"))
    >>> round(eq["USA"]["welfare_hat"], 6)
    1.0
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

    def __repr__(self) -> str:
        size = f"{len(self.world.countries)} countries × {len(self.world.sectors)} sectors"
        return f"<Equilibrium: {self.model} on {self.world.name}, {size}, deficits {self.deficits}, residual {self.residual:.1e}>"

    def __getitem__(self, asked: str | tuple[str, str]) -> dict[str, float]:
        """The values of a country, or of a country and sector, by the names of the fields.

        Raises WorldError or InputError with the nearest code where there is no such country or sector.
        """
        country, sector = asked if isinstance(asked, tuple) else (asked, None)
        n = self.world.index(country)
        if sector is None:
            return {name: float(getattr(self, name)[n]) for name in OF_COUNTRIES}
        if sector not in self.world.sectors:
            raise unknown_name(f"world {self.world.name}", "sector", sector, self.world.sectors)
        s = self.world.sectors.index(sector)
        return {name: float(getattr(self, name)[n, s]) for name in OF_SECTORS}

    @property
    def levying(self) -> tuple[str, ...]:
        """The countries whose duties on some cell change."""
        changed = np.abs(self.wedges.tau_hat - 1).max(axis=(1, 2)) > UNCHANGED
        return tuple(self.world.countries[n] for n in np.flatnonzero(changed).tolist())

    def columns(self) -> dict[str, list[str] | list[float]]:
        """One row a country: its code, and its values by the names of the fields."""
        return {"country": list(self.world.countries), **{name: getattr(self, name).tolist() for name in OF_COUNTRIES}}

    def summary(self) -> str:
        """The title, the countries that levy or move most, and the certificate, as text; percent changes."""
        rows = [f"{code:<8}{welfare:>12}{wage:>12}" for code, welfare, wage in self._moved()]
        return "\n".join((self._title(), f"{'country':<8}{'welfare, %':>12}{'wage, %':>12}", *rows, self._note()))

    def _repr_html_(self) -> str:
        """Welfare and wages of the countries that levy and of those that it moves most, for notebooks; percent changes."""
        from parley.html import table

        return table(self._title(), ("country", "welfare, %", "wage, %"), self._moved(), self._note())

    def _moved(self) -> list[tuple[str, str, str]]:
        """The countries that levy (the most moved of them), then the most moved others: SHOWN in all."""
        from parley.html import percent

        levying, countries = set(self.levying), self.world.countries
        order = sorted(
            range(len(countries)), key=lambda n: (countries[n] not in levying, -abs(float(self.welfare_hat[n]) - 1))
        )[:SHOWN]
        return [
            (countries[n], percent(float(self.welfare_hat[n]) - 1, 3), percent(float(self.w_hat[n]) - 1, 3))
            for n in order
        ]

    def _title(self) -> str:
        return f"{self.model} on {self.world.name}, deficits {self.deficits}, revenue {self.revenue}"

    def _note(self) -> str:
        return f"Largest market-clearing error {self.residual:.1e}, {self.passes} passes; {len(self.world.countries)} countries."

    @property
    def t_new(self) -> Float[ndarray, "n i s"]:
        """The new rate as collected: r/(1 − r); the statutory rate where a cell has one rate."""
        r = self.wedges.revenue_share
        return r / (1 - r)
