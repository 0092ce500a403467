"""What `law rate` is asked: a file of its own, since a question asked thousands of times should load nothing else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from parley.question import DAY, Add, Destination, Drop, Known, Origin, Says

Claim = Annotated[tuple[str, ...], Says("NAME=VALUE, such as usmca=true; may be repeated")]
Reading = Annotated[
    str,
    Says(
        "law; collected (by customs that day); announced (to come)", most=12, one_of=("law", "collected", "announced")
    ),
]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The rate that a product pays on a day, line by line, with the act behind each.

    \b
    Examples:
      parley law rate 8517.13.00.00 --origin CHN --on 2025-05-02
      parley law rate 8703.23.01.90 --origin MEX --on 2025-04-03 --claim usmca=true --claim us_content=0.4
      parley law rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500
    """

    product: Annotated[str, Says("tariff code, with or without points", most=24, argument=True, metavar="HTS")]
    origin: Origin
    on: Annotated[
        str | None,
        Says(
            "day of entry, YYYY-MM-DD; default: the last day to which the law was read",
            most=DAY,
            form="date",
            asked="2025-05-02",
        ),
    ] = None
    destination: Destination = "USA"
    known: Known = None
    claim: Claim = ()
    value: Annotated[float | None, Says("customs value in dollars: the duty is then given too", above=0)] = None
    quantity: Annotated[
        float | None, Says("units, for specific duties: the dollars; with a value the equivalent too", above=0)
    ] = None
    unit_value: Annotated[float | None, Says("dollars a unit, for specific duties", above=0)] = None
    reading: Reading = "law"
    drop: Drop = ()
    add: Add = ()
    schedule: Annotated[Path | None, Says("an edition of the schedule as official JSON, for the base", local=True)] = (
        None
    )
