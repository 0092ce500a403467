"""The indicators that are shown first, everywhere in one order: tables of the command line, sweeps, the briefing, the web."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Headline:
    """One row: the indicator's name as in `indicators`, what a table calls it, and its unit where it is no change in percent."""

    name: str
    label: str
    share_of: str = ""

    @property
    def heading(self) -> str:
        """The label with its unit."""
        return f"{self.label}, % of {self.share_of}" if self.share_of else f"{self.label} %"


HEADLINES = (
    Headline("welfare_pct", "welfare"),
    Headline("real_wage_pct", "real wage"),
    Headline("terms_of_trade_pct", "terms of trade"),
    Headline("exports_pct", "exports"),
    Headline("imports_pct", "imports"),
    Headline("tariff_revenue_pct_gdp", "duties", "GDP"),
)


def headlines() -> tuple[Headline, ...]:
    """Every row."""
    return HEADLINES


def changes() -> list[Headline]:
    """The rows that are changes in percent: they have a range over elasticity sets and a sign."""
    return [row for row in headlines() if not row.share_of]


def headline_names() -> tuple[str, ...]:
    """The names alone."""
    return tuple(row.name for row in headlines())
