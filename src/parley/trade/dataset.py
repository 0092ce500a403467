"""An equilibrium as one labelled xarray Dataset, for those who work with tables by name: the edge, never the inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parley import extras
from parley.arguments import checked
from parley.trade.aims import labour_income
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import DEFINITIONS, indicators, ratio
from parley.trade.models import read_model

if TYPE_CHECKING:
    import xarray as xr  # pyright: ignore[reportMissingImports]

CELLS, SELLERS, BUYERS, COUNTRIES = ("n", "i", "s"), ("i", "s"), ("n", "s"), ("n",)
Variable = tuple[tuple[str, ...], np.ndarray, str]  # dimensions, values, what it is


@checked
def to_dataset(eq: Equilibrium) -> xr.Dataset:
    """The xarray.Dataset of an equilibrium: coordinates n (buys), i (sells) and s (sector) by their codes.

    Each variable says in `long_name` what it is. Money is in units of the numeraire.

    Parameters
    ----------
    eq
        The equilibrium.

    Returns
    -------
    xarray.Dataset
        Its arrays, totals and indicators.

    Raises
    ------
    InputError
        Where xarray is not installed: pip install 'parley-trade[xarray]'.

    Examples
    --------
    >>> import parley
    >>> held = parley.to_dataset(parley.solve(parley.read_world("oecd-2022")))
    >>> round(float(held.welfare_hat.sel(n="USA")), 6)
    1.0
    """
    try:
        import xarray as xr  # pyright: ignore[reportMissingImports]
    except ImportError as missing:
        raise extras.without("xarray", "to_dataset") from missing
    world = eq.world
    variables = {
        name: (dims, values, {"long_name": text}) for name, (dims, values, text) in (_cells(eq) | _totals(eq)).items()
    }
    variables |= {name: (COUNTRIES, found, {"long_name": DEFINITIONS[name]}) for name, found in indicators(eq).items()}
    coordinates = {"n": list(world.countries), "i": list(world.countries), "s": list(world.sectors)}
    named = ("model", "deficits", "revenue", "numeraire", "residual", "walras", "passes")
    about = {name: getattr(eq, name) for name in named}
    return xr.Dataset(variables, coordinates, about | {"world": world.name, "elasticities": world.elasticities})


def _cells(eq: Equilibrium) -> dict[str, Variable]:
    """{name: (dimensions, values, what it is)} by buyer, seller and sector, or by country and sector."""
    received = eq.X_new * (1 - eq.wedges.revenue_share)
    share = read_model(eq.model).labour_share(eq.world)
    sales = received.sum(axis=0)
    if eq.export_tax is not None:
        sales = (received / (1 + eq.export_tax)).sum(axis=0)
    labour = share * sales
    employed = labour / labour.sum(axis=1, keepdims=True)
    return {
        "pi_new": (CELLS, eq.pi_new, "share of n's spending on s that goes to i"),
        "X_new": (CELLS, eq.X_new, "spending of n on i's goods of s, duty included"),
        "flow_new": (CELLS, received, "trade of i with n before import duty, own goods included"),
        "t_new": (CELLS, eq.t_new, "rate of duty as collected, fraction"),
        "P_hat": (BUYERS, eq.P_hat, "price index, new over old"),
        "E_new": (BUYERS, eq.E_new, "spending"),
        "c_hat": (SELLERS, eq.c_hat, "unit cost, new over old"),
        "S_new": (SELLERS, sales, "sales before duties and export taxes"),
        "output_hat": (SELLERS, ratio(sales / eq.c_hat, eq.world.base.S), "quantity sold, new over old"),
        "labour_share_new": (SELLERS, employed, "share of the country's labour that works in the sector"),
    }


def _totals(eq: Equilibrium) -> dict[str, Variable]:
    """The same by country."""
    return {
        "welfare_hat": (COUNTRIES, eq.welfare_hat, "real income, new over old"),
        "w_hat": (COUNTRIES, eq.w_hat, "wage, new over old"),
        "L_hat": (COUNTRIES, eq.L_hat, "hours, new over old"),
        "labour_income_new": (COUNTRIES, labour_income(eq), "labour income"),
        "income_new": (COUNTRIES, eq.income_new, "income: earnings, duties, export taxes and the deficit"),
        "revenue_new": (COUNTRIES, eq.revenue_new, "import duties"),
        "export_revenue_new": (COUNTRIES, eq.export_revenue_new, "export taxes"),
        "D_new": (COUNTRIES, eq.D_new, "deficit with transfers: minus the trade balance"),
    }
