"""The packaged law, read once in a process and shared by every test that does not look at the reading itself."""

from __future__ import annotations

from functools import cache

from parley.law.regime import Regime, read_regime


@cache
def law_of(authority: str | None = None) -> Regime:
    """The acts of one authority ("USA", "CHN"), or of all."""
    return read_regime(authority=authority)
