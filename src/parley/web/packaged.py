"""The packaged law and record, read once for the life of a server."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.law.regime import Regime
    from parley.record.ledger import Ledger


@lru_cache(maxsize=1)
def regime() -> Regime:
    """The packaged regime, read once for the life of the server."""
    from parley.law.regime import read_regime

    return read_regime()


@lru_cache(maxsize=1)
def ledger() -> Ledger:
    """The packaged record, read once."""
    from parley.record.ledger import read_ledger

    return read_ledger()
