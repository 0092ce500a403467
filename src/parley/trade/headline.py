"""The indicators that have a label (trade/answers.py), in one order: tables of the command line, sweeps, the briefing, the web."""

from __future__ import annotations

from dataclasses import dataclass

from parley.trade.answers import INDICATORS


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


HEADLINES = tuple(Headline(name, row.label, row.share_of) for name, row in INDICATORS.items() if row.label)


def headlines() -> tuple[Headline, ...]:
    """Every row."""
    return HEADLINES


def changes() -> list[Headline]:
    """The rows that are changes in percent: they have a range over elasticity sets and a sign."""
    return [row for row in headlines() if not row.share_of]


def headline_names() -> tuple[str, ...]:
    """The names alone."""
    return tuple(row.name for row in headlines())
