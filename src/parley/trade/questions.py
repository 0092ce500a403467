"""What can be asked of the datasets that an answer is computed on, one type each."""

from dataclasses import dataclass
from typing import Annotated

from parley.question import Says

FILE = "the path of your own file or folder"


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """The packaged datasets and what can be read from a file; or one dataset's accounts, checked and by country.

    \b
    Examples:
      parley trade worlds
      parley trade worlds oecd-2022
      parley trade worlds mine.npz --elasticities mine.toml --json
    """

    world: Annotated[
        str | None, Says("a packaged dataset: its accounts, checked", or_file=FILE, most=60, argument=True)
    ] = None
    elasticities: Annotated[str | None, Says("a set", or_file="the path of your own TOML", most=40)] = None


@dataclass(frozen=True, kw_only=True)
class Elasticities:
    """The published sets of trade elasticities, each with its paper; headlines are ranges over all of them.

    \b
    Examples:
      parley trade elasticities --json
      parley trade elasticities --elasticities mine.toml
    """

    world: Annotated[
        str, Says("the packaged dataset whose sectors are shown", or_file="the path of your own", most=60)
    ] = "oecd-2022"
    sets: Annotated[
        tuple[str, ...], Says("a set of yours by path; may be repeated", word="--elasticities", local=True)
    ] = ()
