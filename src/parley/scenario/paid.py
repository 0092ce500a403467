"""Both wedges of a cell: what the law says of a day, and what is collected on it (docs/law-paid.md).

The law's wedge stands at the law of the day with preferences as averages have them; the collected one at the rates that
importers pay line by line, after every cause that works on a line. Goods of chapters 98 and 99, and the goods mix of a month,
are no wedges: the dataset's own flows say what is traded.
A scenario whose `reading` is paid has the collected wedge throughout (scenario/levy.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from parley.codes import day
from parley.errors import ScenarioError
from parley.law.trade_weights import FILES as WEIGHED
from parley.scenario.baseline import Baseline, calibrate, cells_of, schedule_on, under_statute
from parley.world.grid import CellWedges


@dataclass(frozen=True)
class BothWedges:
    """The wedges of one destination's cells [i, s] twice: by the law, and by what is collected, each from its own day before.

    Examples
    --------
    >>> import parley
    >>> from parley.scenario.baseline import calibrate
    >>> from parley.scenario.paid import both_wedges
    >>> found = both_wedges(calibrate(parley.read_scenario()), "USA", "2025-05-02")
    >>> bool((found.paid.r_new[found.paid.known] >= 0).all())
    True
    """

    law: CellWedges
    paid: CellWedges


def both_wedges(baseline: Baseline, party: str, on: date | str | int) -> BothWedges:
    """Both wedges of a party's change of law from the scenario's day before to another day. Raises where nothing is known of claims."""
    if party not in WEIGHED:
        raise ScenarioError("paid", f"{party}: what its importers claim is not packaged", ", ".join(WEIGHED))
    scenario = baseline.scenario.replaced(reading="paid")
    paid = baseline if baseline.scenario.read_as == "paid" else baseline.once("paid", lambda: calibrate(scenario))
    law, after = under_statute(paid), schedule_on(paid, day(on, "on"))[party]
    return BothWedges(cells_of(law, law.before[party], after.as_written), cells_of(paid, paid.before[party], after))
