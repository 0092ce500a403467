"""A world: one baseline year of flows, base rates, shares and elasticities; its accounts are checked when built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from parley.errors import WorldError
from parley.world.accounts import Accounts, by_sector, take_accounts
from parley.world.checks import check_arrays, check_links, check_names, codes_of


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
        flows: Float[ndarray, "n i s"],
        tariffs: Float[ndarray, "n i s"],
        theta: Float[ndarray, " s"],
        *,
        flows_include_tariff: bool,
        final_share: Float[ndarray, "n s"] | None = None,
        value_added_share: Float[ndarray, "n s"] | None = None,
        io_share: Float[ndarray, "n k s"] | None = None,
        name: str = "user",
        year: int = 0,
        elasticities: str = "user",
        notes: tuple[str, ...] = (),
    ) -> World:
        """A World from plain arrays, buyer first; WorldError where the accounts cannot be those of a world.

        flows_include_tariff says whether flows are spending with duty (X) or values before duty (X/(1+t)).
        Without value_added_share and io_share there are no links, and final shares are spending shares.
        """
        countries, sectors = codes_of(countries), codes_of(sectors)
        check_names(countries, sectors)
        check_arrays(countries, sectors, flows, tariffs, theta)
        t = by_sector(tariffs)
        X = by_sector(flows if flows_include_tariff else np.asarray(flows) * (1 + t))
        beta, gamma = check_links(countries, sectors, value_added_share, io_share, final_share)
        base, alpha = take_accounts(X, t, beta, gamma, final_share)
        theta = np.array(theta, dtype=float)
        return cls(countries, sectors, X, t, theta, alpha, beta, gamma, base, name, year, elasticities, notes)

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

    def with_theta(self, theta: Float[ndarray, " s"], elasticities: str = "user") -> World:
        """The same baseline with other trade elasticities."""
        theta = np.array(theta, dtype=float)
        if theta.shape != self.theta.shape or not np.all(np.isfinite(theta) & (theta > 0)):
            raise WorldError(
                f"world {self.name}", "theta is not one positive number a sector", f"{len(self.sectors)} numbers"
            )
        return replace(self, theta=theta, elasticities=elasticities)

    def with_tariffs(self, t: Float[ndarray, "n i s"], note: str = "base rates replaced") -> World:
        """The same spending under other recorded base rates: a correction of the data, not a change of policy."""
        return self.with_arrays(self.X, t, note)

    def with_arrays(self, X: Float[ndarray, "n i s"], t: Float[ndarray, "n i s"], note: str = "") -> World:
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
