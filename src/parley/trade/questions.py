"""What can be asked of the datasets that an answer is computed on, one type each."""

from dataclasses import dataclass
from typing import Annotated

from parley.question import COUNTRY, DAY, Destination, Known, Says

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


@dataclass(frozen=True, kw_only=True)
class Partial:
    """What a duty on one product does to its prices, imports, revenue and surplus; nothing else in the economy moves.

    The elasticities are yours: none is assumed. With a tariff line, values by origin are the imports of 2024, and
    rates are those in force on two days. Origins whose rate is not known as a fraction are left out and named.

    \b
    Examples:
      parley trade partial --value 100 --old-rate 0 --new-rate 25 --demand 1.5 --supply 4
      parley trade partial 9503.00.00.73 --demand 1.2 --substitution 4 --pass-through 0.9
    """

    product: Annotated[
        str | None,
        Says("a tariff line; or give --value, --old-rate and --new-rate", most=24, argument=True, metavar="HTS-CODE"),
    ] = None
    destination: Destination = "USA"
    origin: Annotated[str | None, Says("print this origin alone; all still compete", most=COUNTRY, form="country")] = (
        None
    )
    since: Annotated[str, Says("day of the old rates", most=DAY, form="date")] = "2025-01-01"
    on: Annotated[str, Says("day of the new rates", most=DAY, form="date")] = "2025-05-02"
    known: Known = None
    value: Annotated[float | None, Says("imports before duty, any money")] = None
    before: Annotated[float | None, Says("old rate, percent", word="--old-rate")] = None
    after: Annotated[float | None, Says("new rate, percent", word="--new-rate")] = None
    demand: Annotated[float | None, Says("elasticity of demand for the product, without a sign")] = None
    substitution: Annotated[float | None, Says("elasticity of substitution between origins")] = None
    supply: Annotated[float | None, Says("elasticity of each origin's supply")] = None
    pass_through: Annotated[float | None, Says("instead of supply: share of the duty paid here")] = None
