"""A world: one baseline year of flows, base rates, shares and elasticities; its accounts are checked when built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from numpy.typing import ArrayLike

from parley.errors import WorldError
from parley.world.accounts import Accounts, by_sector, take_accounts
from parley.world.checks import check_arrays, check_links, check_names, codes_of, numbers


@dataclass(frozen=True, eq=False)
class World:
    """One baseline year. Index [n, i, s]: n buys and levies, i sells, s sector; money in the world's own unit.

    X: spending of n on i's goods of s, duty included. t: base ad valorem rates, fractions; zero on own goods.
    theta: trade elasticity by sector, positive. alpha: shares of final spending by sector.
    beta, gamma: value-added share [n, s] and input shares [n, k, s] (k used by s); gamma None: no links, beta = 1.
    base: the accounts that follow from these. elasticities: name of the set. year: of the flows; 0 where unknown.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    X: Float[ndarray, "n i s"]
    t: Float[ndarray, "n i s"]
    theta: Float[ndarray, " s"]
    alpha: Float[ndarray, "n s"]
    beta: Float[ndarray, "n s"]
    gamma: Float[ndarray, "n k s"] | None
    base: Accounts
    name: str = "user"
    year: int = 0
    elasticities: str = "user"
    notes: tuple[str, ...] = ()

    @classmethod
    def from_arrays(
        cls,
        countries: Sequence[str],
        sectors: Sequence[str],
        flows: ArrayLike,
        tariffs: ArrayLike,
        theta: ArrayLike,
        *,
        flows_include_tariff: bool,
        final_share: ArrayLike | None = None,
        value_added_share: ArrayLike | None = None,
        io_share: ArrayLike | None = None,
        name: str = "user",
        year: int = 0,
        elasticities: str = "user",
        notes: tuple[str, ...] = (),
    ) -> World:
        """A World from plain arrays, buyer first; WorldError where the accounts cannot be those of a world.

        flows, tariffs: [n, i, s]. theta: [s]. final_share, value_added_share: [n, s]. io_share: [n, k, s], k used by s.
        flows_include_tariff says whether flows are spending with duty (X) or values before duty (X/(1+t)).
        Without value_added_share and io_share there are no links, and final shares are spending shares.
        """
        countries, sectors = codes_of(countries), codes_of(sectors)
        check_names(countries, sectors)
        spending, rates, slopes = numbers("flows", flows), numbers("tariffs", tariffs), numbers("theta", theta)
        check_arrays(countries, sectors, spending, rates, slopes)
        t = by_sector(rates)
        X = by_sector(spending if flows_include_tariff else spending * (1 + t))
        given = {"value_added_share": value_added_share, "io_share": io_share, "final_share": final_share}
        shares = [None if values is None else numbers(what, values) for what, values in given.items()]
        beta, gamma = check_links(countries, sectors, *shares)
        base, alpha = take_accounts(X, t, beta, gamma, shares[2])
        return cls(countries, sectors, X, t, slopes, alpha, beta, gamma, base, name, year, elasticities, notes)

    @property
    def has_links(self) -> bool:
        """Whether input-output shares are known."""
        return self.gamma is not None

    @property
    def empty_own_cells(self) -> Int[ndarray, "c 2"]:
        """(country, sector) indices whose spending on own goods is zero: there the gains from trade are infinite."""
        own = np.einsum("nns->ns", self.X)
        return np.argwhere(own <= 0)

    def index(self, country: str) -> int:
        """The position of a country's code. Raises WorldError with the nearest."""
        from parley.errors import unknown_name

        if country not in self.countries:
            raise unknown_name(f"world {self.name}", "country", country, self.countries, WorldError)
        return self.countries.index(country)

    def with_theta(self, theta: ArrayLike, elasticities: str = "user") -> World:
        """The same baseline with other trade elasticities, one a sector."""
        theta = numbers("theta", theta)
        if theta.shape != self.theta.shape or not np.all(np.isfinite(theta) & (theta > 0)):
            raise WorldError(
                f"world {self.name}", "theta is not one positive number a sector", f"{len(self.sectors)} numbers"
            )
        return replace(self, theta=theta, elasticities=elasticities)

    def with_tariffs(self, t: ArrayLike, note: str = "base rates replaced") -> World:
        """The same spending under other recorded base rates: a correction of the data, not a change of policy."""
        return self.with_arrays(self.X, t, note)

    def without_links(self) -> World:
        """The same flows without input-output links: all sales are labour income, all spending is final."""
        named = {"name": self.name, "year": self.year, "elasticities": self.elasticities, "notes": self.notes}
        return World.from_arrays(
            self.countries, self.sectors, self.X, self.t, self.theta, flows_include_tariff=True, **named
        )

    def with_arrays(self, X: ArrayLike, t: ArrayLike, note: str = "") -> World:
        """Another state of the same world: new spending and rates; shares of final use, links and elasticities stay."""
        final = self.alpha if self.has_links else None
        return World.from_arrays(
            self.countries,
            self.sectors,
            X,
            t,
            self.theta,
            flows_include_tariff=True,
            final_share=final,
            value_added_share=self.beta if self.has_links else None,
            io_share=self.gamma,
            name=self.name,
            year=self.year,
            elasticities=self.elasticities,
            notes=(*self.notes, note) if note else self.notes,
        )
