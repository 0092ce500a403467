"""What the record can be asked, one type each: the command line, the HTTP API and the pages read their options off these."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from parley.question import COUNTRY, DAY, Known, Says

On = Annotated[
    str | None,
    Says("up to this day; default: the day of the information cut-off, or the last known", most=DAY, form="date"),
]
Actor = Annotated[str | None, Says("one voice (cn-mofcom) or everyone who speaks for a side (CHN)", most=60)]
FOLDER = "a folder of entries of your own; default: the packaged record"
Folder = Annotated[Path | None, Says(FOLDER, local=True)]


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Every entry up to a day, as known on a day.

    \b
    Example:
      parley record list --known 2025-05-02 --kind claim
    """

    on: On = None
    known: Known = None
    actor: Actor = None
    kind: Annotated[str | None, Says("event, claim, offer, deadline …", most=40, one_of="parley.record.entry:Kind")] = (
        None
    )
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What was said (not done) up to a day, with its status: asserted, corroborated, denied, measured, retracted.

    \b
    Example:
      parley record claims --on 2025-05-02 --known 2025-05-02 --actor CHN
    """

    on: On = None
    known: Known = None
    actor: Actor = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Status:
    """Offers open, preconditions and whether law shows them met, deadlines and the days left.

    \b
    Example:
      parley record status --on 2025-05-02 --known 2025-05-02
    """

    on: On = None
    known: Known = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Contradictions:
    """Conflicting statements, by rule, each with its source, and what would make both true.

    \b
    Example:
      parley record contradictions --known 2025-05-02
    """

    on: On = None
    known: Known = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Deeds:
    """Promises, threats and deadlines with what became of them, tested on law; counts with intervals, never one score.

    \b
    Example:
      parley record deeds --actor USA --known 2025-12-31
    """

    on: On = None
    known: Known = None
    actor: Actor = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Base:
    """Which way of counting fits a quoted rate: additions alone, with Section 301, everything due, averages …

    \b
    Example:
      parley record base 145 --origin CHN --destination USA --on 2025-05-02
    """

    rate: Annotated[str, Says("the quoted rate in percent, such as 145", argument=True, metavar="RATE", form="number")]
    origin: Annotated[str, Says("whose goods", most=COUNTRY, form="country")] = "CHN"
    destination: Annotated[str, Says("the country that charges the duty", most=COUNTRY, form="country")] = "USA"
    on: Annotated[str, Says("the day it is said to hold", most=DAY, form="date")] = "2025-05-02"
    known: Known = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Positions:
    """Every stated position by side and issue over time, changes marked: did it stay the same?

    \b
    Example:
      parley record positions --actor CHN --issue unilateral-tariffs
    """

    actor: Actor = None
    issue: Annotated[
        str | None, Says("one issue, such as unilateral-tariffs", most=60, one_of="parley.record.vocabulary:Issue")
    ] = None
    on: On = None
    known: Known = None
    ledger: Folder = None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Acts and words on one axis with the rates as steps; or the same for other programs.

    \b
    Example:
      parley record timeline --known 2025-05-02 --format html --out timeline.html
    """

    on: On = None
    known: Known = None
    actor: Actor = None
    ledger: Folder = None
