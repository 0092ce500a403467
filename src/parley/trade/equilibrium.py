"""The outcome of a change in changes, with the certificate that it is one: taken from its flows and not from the solver's last step."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import WorldError, unknown_name
from parley.frozen import read_only
from parley.rates import Wedges
from parley.tabular import Tabular
from parley.trade import hat
from parley.trade.closure import Closure
from parley.trade.problem import Problem, State
from parley.world.accounts import material_demand
from parley.world.world import World

OF_COUNTRIES = ("welfare_hat", "w_hat", "L_hat", "income_new", "revenue_new", "export_revenue_new", "D_new", "tax_new")
OF_SECTORS = ("c_hat", "P_hat", "E_new")
UNCHANGED = 1e-12  # of a duty wedge
SHOWN = 12  # countries in a summary
NO_TRADE = 1e-200  # stands for no trade at all, far below any money


@dataclass(frozen=True, eq=False)
@read_only
class Equilibrium(Tabular):
    """What a change does. `_hat` is new over baseline; money is in units of the numeraire (default: world labour).

    world: the baseline that the hats refer to (already balanced where deficits = "balanced").
    residual: largest error of any market: trade balance over trade, labour over labour income, spending over spending.
    walras: sum of labour-market errors over world labour income.
    revenue_new: import duties. export_revenue_new: export taxes. D_new: deficits with transfers; what is received beyond
    earnings, where deficits are endogenous (`trade_deficit_new` is imports less exports). L_hat: hours. tax_new: on labour.
    closure: the choices that closed the model.
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

    @checked(error=WorldError)
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
    def trade_deficit_new(self) -> Float[ndarray, " n"]:
        """Imports less exports at the border, before duty: D_new itself, but where local labour earns a part of purchases."""
        border = (self.X_new * (1 - self.wedges.revenue_share)).sum(axis=2)
        return border.sum(axis=1) - border.sum(axis=0)

    @property
    def K_hat(self) -> Float[ndarray, " n"]:
        """Capital, new over old: what factors earn over the price of investment; 1 where capital is fixed."""
        capital = self.closure.capital
        if capital is None:
            return np.ones_like(self.w_hat)
        return self.w_hat * self.L_hat / np.exp(capital.log_price(np.log(self.P_hat.T)))

    @property
    def t_new(self) -> Float[ndarray, "n i s"]:
        """The new rate as collected: r/(1 − r); the statutory rate where a cell has one rate."""
        r = self.wedges.revenue_share
        return r / (1 - r)


def balance_gap(
    exports: Float[ndarray, "*b n"], imports: Float[ndarray, "*b n"], D: Float[ndarray, "*b n"]
) -> Float[ndarray, "*b n"]:
    """|exports − imports + D| over the mean of exports and imports: the market error, relative to a country's trade.

    Relative to income it would vanish near autarky, whatever the wages. A deficit without trade is infinitely far off.
    """
    trade = exports + imports
    trade *= 0.5
    error = np.abs(exports - imports + D)
    return error / np.maximum(trade, NO_TRADE, out=trade)


def balance_step(
    exports: Float[ndarray, "*b n"], imports: Float[ndarray, "*b n"], D: Float[ndarray, "*b n"]
) -> Float[ndarray, "*b n"]:
    """log(exports + lent) − log(imports + borrowed): where a wage should go for trade to balance; 0 without trade."""
    earned = np.maximum(exports + np.maximum(D, 0.0), NO_TRADE)
    return np.log(earned / np.maximum(imports - np.minimum(D, 0.0), NO_TRADE))


@dataclass(frozen=True, eq=False)
class Certificate:
    """What proves the outcome, and the duties that it implies.

    residual: largest error of a country's trade balance over its trade, of its labour market over labour income, or of
    its spending over spending. walras: sum of labour-market
    errors over world labour income. share_error: largest gap of a sum of new shares from 1.
    """

    residual: float
    walras: float
    share_error: float
    revenue: Float[ndarray, " n"]
    export_revenue: Float[ndarray, " n"]


def certify(problem: Problem, module: ModuleType, state: State, X_new: Float[ndarray, "s n i"]) -> Certificate:
    """The Certificate of new flows X_new [s, n, i] under a problem: every market of every country, none dropped."""
    world, own = problem.world, np.arange(len(state.labour))
    border, buyers = hat.received(X_new, problem.r), np.ones(len(own))
    home = border[:, own, own]
    border[:, own, own] = 0.0
    bought, imported = X_new @ buyers, border @ buyers
    duties, services, local = (bought - imported - home).sum(axis=0), 0.0, problem.closure.local
    if local is None:
        sold_abroad = buyers @ border
    else:
        services, sent = local * (imported + home).sum(axis=0), 1 - local
        sold_abroad = (sent @ border.transpose(1, 0, 2).reshape(len(own), -1)).reshape(home.shape)
        home, imported = home * sent, imported * sent
    S_new, exported = sold_abroad + home, np.zeros_like(duties)
    if problem.taxed is not None:
        collected = (X_new * problem.taxed).sum(axis=1)
        S_new, exported = S_new - collected, collected.sum(axis=0)
    share, labour = module.labour_share(world).T, state.labour
    paid = (share * S_new).sum(axis=0) + services
    earned = labour + (S_new.sum(axis=0) - paid if module.PROFITS else 0.0)
    spending = state.alpha * (earned + duties + exported + state.D_new)
    if problem.closure.capital is not None:
        spending = spending + problem.closure.capital.tilt * labour
    if module.LINKS and world.gamma is not None:
        spending = spending + material_demand(S_new.T, world.beta, world.gamma).T
    budget = np.abs(bought - spending).sum(axis=0) / spending.sum(axis=0)
    gap = balance_gap(sold_abroad.sum(axis=0), imported.sum(axis=0), state.D_new)
    shares = np.divide(bought, state.E_new, out=np.ones_like(bought), where=state.E_new > 0)
    residual = float(max(gap.max(), (np.abs(paid - labour) / labour).max(), budget.max()))
    walras = float(abs((paid - labour).sum()) / labour.sum())
    return Certificate(residual, walras, float(np.abs(shares - 1).max()), duties, exported)
