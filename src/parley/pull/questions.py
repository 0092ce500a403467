"""What can be asked of official sources."""

from dataclasses import dataclass
from typing import Annotated

from parley.question import Says


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The official sources that `parley data pull` fetches: whose each is, on what terms, and what may be chosen.

    \b
    Examples:
      parley data sources
      parley data sources census-imports
    """

    name: Annotated[
        str | None, Says("one source; default: all", argument=True, one_of="parley.pull.source:sources")
    ] = None
