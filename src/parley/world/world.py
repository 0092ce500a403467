"""A world: one baseline year of flows, base rates, shares and elasticities; its accounts are checked when built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray
from numpy.typing import ArrayLike

from parley.arguments import check_finite, checked, checked_fields
from parley.array_types import Float, Int
from parley.errors import WorldError, warn_of_percent
from parley.frozen import frozen, read_only
from parley.tabular import Tabular
from parley.world.accounts import (
    LEAST_THETA,
    SETTLED,
    Accounts,
    by_sector,
    check_arrays,
    check_links,
    check_names,
    codes_of,
    material_demand,
    numbers,
    take_accounts,
)
from parley.world.links import (
    SMALL_OWN_SHARE,
    SOURCE,
    LinkReport,
    final_shares,
    fit_inputs,
    fitted_shares,
    packaged_inputs,
    split_coefficients,
)


@checked_fields
@dataclass(frozen=True, eq=False)
@read_only
class World(Tabular):
    """One baseline year. Index [n, i, s]: n buys and levies, i sells, s sector; money in the world's own unit.

    X: spending of n on i's goods of s, duty included. t: base ad valorem rates, fractions; zero on own goods.
    theta: trade elasticity by sector, positive. alpha: shares of final spending by sector.
    beta, gamma: value-added share [n, s] and input shares [n, k, s] (k used by s); gamma None: no links, beta = 1.
    base: the accounts that follow from these. elasticities: name of the set. year: of the flows; 0 where unknown.
    links: what it took to fit input shares of another source to the flows; None where they are the flows' own.

    `summary()` is text; `to_pandas()` and `to_polars()` give the cells, a row each.

    Examples
    --------
    >>> import parley
    >>> world = parley.read_world("oecd-2022")
    >>> world.index("USA") < len(world.countries)
    True
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
    links: LinkReport | None = None

    @classmethod
    @checked(error=WorldError)
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
        fit_links: bool = False,
    ) -> World:
        """A World from plain arrays, buyer first; WorldError where the accounts cannot be those of a world.

        flows, tariffs: [n, i, s]. theta: [s]. final_share, value_added_share: [n, s]. io_share: [n, k, s], k used by s.
        flows_include_tariff says whether flows are spending with duty (X) or values before duty (X/(1+t)).
        Without value_added_share and io_share there are no links, and final shares are spending shares.
        fit_links moves input shares no further than the flows ask, where more would be used than is spent (world/links.py).
        """
        countries, sectors = codes_of(countries), codes_of(sectors)
        check_names(countries, sectors)
        spending, rates, slopes = numbers("flows", flows), numbers("tariffs", tariffs), numbers("theta", theta)
        check_arrays(countries, sectors, spending, rates, slopes)
        n, i, s = (int(k) for k in np.unravel_index(int(np.argmax(rates)), rates.shape))
        warn_of_percent(
            float(rates[n, i, s]), f"world {name}, tariffs, {countries[n]} from {countries[i]}, {sectors[s]}"
        )
        t = frozen(by_sector(rates))
        X = frozen(by_sector(spending if flows_include_tariff else spending * (1 + t)))
        given = {"value_added_share": value_added_share, "io_share": io_share, "final_share": final_share}
        shares = [None if values is None else numbers(what, values) for what, values in given.items()]
        beta, gamma = check_links(countries, sectors, *shares)
        if fit_links and gamma is not None:
            gamma, fitted = fitted_shares(X, t, beta, gamma, (countries, sectors))
            notes = (*notes, fitted)
        base, alpha = take_accounts(X, t, beta, gamma, shares[2], (countries, sectors))
        return cls(countries, sectors, X, t, slopes, alpha, beta, gamma, base, name, year, elasticities, notes)

    def _check(self) -> None:
        check_names(self.countries, self.sectors)
        check_arrays(self.countries, self.sectors, self.X, self.t, self.theta)
        check_finite("World", *((name, getattr(self, name)) for name in ("alpha", "beta", "gamma")))

    def __repr__(self) -> str:
        size = f"{len(self.countries)} countries × {len(self.sectors)} sectors"
        links = "with links" if self.has_links else "without links"
        return f"<World {self.name}: {size}, {self.year or 'no year'}, {links}, elasticities {self.elasticities}>"

    def columns(self) -> dict[str, list[str] | list[float]]:
        """One row a cell: buyer, seller, sector, spending with duty (the world's own unit), base rate (fraction)."""
        N, S = len(self.countries), len(self.sectors)
        buyer, seller, sector = (x.ravel() for x in np.meshgrid(range(N), range(N), range(S), indexing="ij"))
        codes, sectors = np.array(self.countries), np.array(self.sectors)
        return {
            "buyer": codes[buyer].tolist(),
            "seller": codes[seller].tolist(),
            "sector": sectors[sector].tolist(),
            "spending": self.X.ravel().tolist(),
            "rate": self.t.ravel().tolist(),
        }

    def summary(self) -> str:
        """What it is, what it holds and its notes, as text."""
        abroad = float(self.X.sum() - np.einsum("nns->", self.X))
        spent = f"spending {self.X.sum():.6g}, of which on imports {100 * abroad / self.X.sum():.1f} %"
        return "\n".join(
            (repr(self)[1:-1], spent, f"theta from {self.theta.min():.3g} to {self.theta.max():.3g}", *self.notes)
        )

    @property
    def has_links(self) -> bool:
        """Whether input-output shares are known."""
        return self.gamma is not None

    @property
    def empty_own_cells(self) -> Int[ndarray, "c 2"]:
        """(country, sector) indices whose spending on own goods is zero: there the gains from trade are infinite."""
        own = np.einsum("nns->ns", self.X)
        return np.argwhere(own <= 0)

    @checked(error=WorldError)
    def index(self, country: str) -> int:
        """The position of a country's code. Raises WorldError with the nearest."""
        from parley.errors import unknown_name

        if country not in self.countries:
            raise unknown_name(f"world {self.name}", "country", country, self.countries, WorldError)
        return self.countries.index(country)

    @checked(error=WorldError)
    def places(self, code: str) -> tuple[int, ...]:
        """The positions of a country's code, or of a union's members that the world holds apart; none where it holds none."""
        from parley.codes import members

        inside = (code,) if code in self.countries else members(code)
        return tuple(self.countries.index(c) for c in inside if c in self.countries)

    @checked(error=WorldError)
    def with_theta(self, theta: ArrayLike, elasticities: str = "user") -> World:
        """The same baseline with other trade elasticities, one a sector."""
        theta = numbers("theta", theta)
        if theta.shape != self.theta.shape or not np.all(np.isfinite(theta) & (theta >= LEAST_THETA)):
            raise WorldError(
                f"world {self.name}",
                "theta is not one positive number a sector",
                f"{len(self.sectors)} numbers of {LEAST_THETA:g} or more",
            )
        return replace(self, theta=theta, elasticities=elasticities)

    @checked(error=WorldError)
    def with_tariffs(self, t: ArrayLike, note: str = "base rates replaced") -> World:
        """The same spending under other recorded base rates: a correction of the data, not a change of policy."""
        return self.with_arrays(self.X, t, note)

    @property
    def at_rest(self) -> bool:
        """Whether spending is what final shares and links imply, E = alpha I + M; always so without links."""
        if self.gamma is None:
            return True
        gap = self.base.E - self.alpha * self.base.income[:, None]
        gap -= material_demand(self.base.S, self.beta, self.gamma)
        return bool((np.abs(gap) / self.base.E.sum(axis=1, keepdims=True)).max() < SETTLED)

    def with_links(self) -> World:
        """The same flows with the packaged input shares, fitted to them; see `links` for what that took.

        Shares of the World Input-Output Database of 2011 (an assumption: another year and source than the flows).
        """
        a, like = packaged_inputs(self.countries, self.sectors, self.base.E)
        fit = fit_inputs(self.base.E, self.base.S, a)
        own = (np.einsum("nns->ns", self.base.pi) < SMALL_OWN_SHARE).sum(axis=1)
        named = (fit.moved, fit.repaired, fit.negative, own, fit.passes, like)
        even = np.full_like(a, 1 / len(self.sectors))
        beta, gamma = 1 - fit.a.sum(axis=1), split_coefficients(fit.a, np.ones(a.shape[::2]), even)
        note = f"input shares of {SOURCE}, fitted to the flows: an assumption"
        linked = self._rebuilt(self.X, self.t, beta, gamma, final_shares(self.base.E, self.base.S, fit.a), note)
        return replace(linked, links=LinkReport(SOURCE, self.countries, *named))

    def without_links(self) -> World:
        """The same flows without input-output links: all sales are labour income, all spending is final."""
        return self._rebuilt(self.X, self.t, None, None, None, "")

    @checked(error=WorldError)
    def with_arrays(self, X: ArrayLike, t: ArrayLike, note: str = "") -> World:
        """Another state of the same world: new spending and rates; links and elasticities stay.

        A world at rest stays at rest: where its final shares no longer fit, they are what inputs leave of spending, and
        inputs above spending are capped as in `fit_inputs`. Value-added shares never change.
        """
        if self.gamma is None:
            return self._rebuilt(X, t, None, None, None, note)
        moved = self._rebuilt(X, t, self.beta, self.gamma, self.alpha, note)
        if moved.at_rest or not self.at_rest:
            return moved
        E, S = moved.base.E, moved.base.S
        a = fit_inputs(E, S, self.gamma * (1 - self.beta)[:, None, :]).a
        return self._rebuilt(X, t, self.beta, split_coefficients(a, self.beta, self.gamma), final_shares(E, S, a), note)

    def _rebuilt(
        self,
        X: ArrayLike,
        t: ArrayLike,
        beta: ndarray | None,
        gamma: ndarray | None,
        alpha: ndarray | None,
        note: str,
    ) -> World:
        """A World of the same names with other arrays, checked anew."""
        made = World.from_arrays(
            self.countries,
            self.sectors,
            X,
            t,
            self.theta,
            flows_include_tariff=True,
            final_share=alpha,
            value_added_share=beta,
            io_share=gamma,
            name=self.name,
            year=self.year,
            elasticities=self.elasticities,
            notes=(*self.notes, note) if note else self.notes,
        )
        return replace(made, links=self.links) if gamma is not None else made
