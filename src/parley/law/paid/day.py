"""One day's law as goods are: metal goods at the metal that is in them, bases by quantity at what customs charged on them in 2024."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from parley.law.base_columns import places
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.edition import edition_of
from parley.law.paid.blend import Places, with_base
from parley.law.regime import Regime


@dataclass(frozen=True)
class Day:
    """Whose law is asked: of a regime, a levier and its sellers, on a day as known on another. split: by legal authority.

    products: all lines of the day's edition, if None.
    entered: the day of the entries that pay it, where a law is restored or brought forward; None: those of its own day.
    """

    regime: Regime
    destination: str
    origins: tuple[str, ...]
    on: date
    known: date | None = None
    split: bool = True
    products: tuple[str, ...] | None = None
    entered: date | None = None

    @property
    def claimed_on(self) -> date:
        """The day whose practice of claims counts: that of the entries, or of a law that comes later."""
        return max(self.on, self.entered or self.on)

    def compiled(self, claims: Mapping[str, object] | None = None) -> CompiledRates:
        """The table under some claims, metal goods wholly of their metal."""
        return self._table(self.regime, claims, "claimed")

    def by_content(self, claims: Mapping[str, object] | None = None) -> CompiledRates:
        """The same with metal goods outside the metals' own chapters at the shares of their industry, on every day."""
        return self._table(replace(self.regime, content="declared"), claims, "counted")

    def _table(
        self, regime: Regime, claims: Mapping[str, object] | None, content: Literal["claimed", "counted"]
    ) -> CompiledRates:
        made = compile_rates(
            regime,
            self.destination,
            self.origins,
            self.on,
            self.known,
            self.products,
            claims=claims,
            split=self.split,
            content=content,
        )
        return with_base(made, places(edition_of(self.destination, self.on, self.products), self.origins))

    def of(self, table: CompiledRates, at: Places) -> Day:
        """The same day's law on some of the lines and origins of a table of it."""
        lines, sellers = at
        products = tuple(table.products[k] for k in lines) if len(lines) < len(table.products) else self.products
        return replace(self, products=products, origins=tuple(table.origins[i] for i in sellers))
