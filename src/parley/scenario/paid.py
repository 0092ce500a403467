"""Both wedges of a cell: what the law says of a day, and what is collected on it (docs/law-paid.md).

The law's wedge stands at the law of the day with preferences as averages have them; the collected one at the rates that
importers pay line by line, after every cause that works on a line. Goods of chapters 98 and 99, and the goods mix of a month,
are no wedges: the dataset's own flows say what is traded.
A scenario whose `reading` is paid has the collected wedge throughout (scenario/levy.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from parley.codes import day, members
from parley.errors import ScenarioError
from parley.frozen import frozen
from parley.law.paid.kept import kept_paid
from parley.law.trade_weights import FILES as WEIGHED
from parley.rates import RateTable
from parley.scenario.baseline import Baseline, calibrate, cells_of, schedule_on
from parley.scenario.levy import Levy, sectors_of
from parley.world.grid import CellWedges, cell_wedges


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
    baseline = under_statute(baseline)
    before, after = baseline.before[party], schedule_on(baseline, day(on, "on"))[party]
    old, new = paid_levy(baseline, before), paid_levy(baseline, after)
    known = np.isfinite(before.rate) & np.isfinite(after.rate)
    table = RateTable(
        party, after.products, after.origins, frozen(np.where(known, old.rate, np.nan)), frozen(np.where(known, new.rate, np.nan)),
        after.weight, before.on, after.on, baseline.scenario.known or date.max, after.weight_source,
    )  # fmt: skip
    placed = sectors_of(after.products, baseline.raw.name, baseline.raw.sectors)
    return BothWedges(cells_of(baseline, before, after), cell_wedges(table, baseline.raw, sectors=placed))


def paid_levy(baseline: Baseline, levy: Levy) -> Levy:
    """A levy's lines and origins at what importers pay on its day; where that is not known, at the levy's own rate."""
    sellers = tuple(members(o)[0] for o in levy.origins)
    rate = kept_paid(baseline.regime, levy.destination, sellers, levy.on, baseline.scenario.known, levy.products)
    return replace(levy, rate=frozen(np.where(np.isnan(rate), levy.rate, rate)), like=None, touched=())


def under_statute(baseline: Baseline) -> Baseline:
    """The same question by the law as written; the same baseline where that is how it is read."""
    if baseline.scenario.read_as == "statutory":
        return baseline
    return baseline.once("statutory", lambda: calibrate(baseline.scenario.replaced(reading="statutory")))
