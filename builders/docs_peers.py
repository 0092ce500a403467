"""The section of docs/replication.md that puts published estimates of 2025 beside ours, under the nearest law and several closures."""

from __future__ import annotations

from datetime import date

from docs_wars import rows
from parley.scenario.baseline import Baseline, calibrate, schedule_on, under_model, wedges_of
from parley.scenario.import_response import import_response
from parley.scenario.scenario import Scenario, read_scenario
from parley.trade.equilibrium import Equilibrium
from parley.trade.indicators import by_country, foreign_flows
from parley.trade.solve import solve

DAYS = {"2 May 2025": date(2025, 5, 2), "9 April 2025": date(2025, 4, 9), "7 August 2025": date(2025, 8, 7)}
WAYS = {
    "default": ("armington", {}), "links": ("caliendo_parro", {}),
    "capital": ("armington", {"capital": "steady_state"}),
    "links, capital": ("caliendo_parro", {"capital": "steady_state"}),
    "links, capital, deficits": ("caliendo_parro", {"capital": "steady_state", "deficits": "endogenous"}),
}  # fmt: skip
# As stated in the sources named; figures were taken second-hand, and no table was read by us.
PEERS = (
    ("Kiel Institute, KITE, 145/125/10", "2 May 2025", "US GDP −1.6, China −0.7 (first figures, short-term)"),
    ("Baqaee and Malmberg, Liberation Day", "9 April 2025", "US −0.6 with capital fixed, −2.6 with capital adjusting"),
    ("Rodríguez-Clare, Ulate and Vásquez", "9 April 2025", "US −1.0 at first, −0.1 in a later version (2028)"),
    ("Yale Budget Lab, 12 May 2025", "7 August 2025", "US −0.4, China −0.3"),
)


def scenario_on(on: date) -> Scenario:
    """The shipped question on another day, by all that is known of its law."""
    bare = {"title": "", "option": (), "deadline": None, "signal": None, "until": None}
    return read_scenario().replaced(on=on, known=None, reading="statutory", **bare)


def solved(plain: Baseline, on: date) -> dict[str, Equilibrium]:
    """{way: equilibrium} of a day's law against that of 1 January 2025."""
    bases = {"armington": plain, "caliendo_parro": under_model(plain, "caliendo_parro")}
    after, found = schedule_on(plain, on), {}
    for way, (model, how) in WAYS.items():
        base = bases[model]
        found[way] = solve(base.world, wedges_of(base, base.before, after), model=model, **how)
    return found


def section() -> str:
    """The section."""
    found: dict[str, dict[str, Equilibrium]] = {}
    year = ""
    for day, on in DAYS.items():
        plain = calibrate(scenario_on(on))
        found[day] = solved(plain, on)
        if day == "2 May 2025":
            response = import_response(plain, schedule_on(plain, on), None)["buyers"][0]["sellers"][0]["imports_pct"]
            year = f"{response:.0f}"
    lines = []
    for name, day, theirs in PEERS:
        by_way = [by_country(eq) for eq in found[day].values()]
        cells = [" / ".join(f"{countries[c]['welfare_pct']:.2f}" for c in ("USA", "CHN")) for countries in by_way]
        lines.append([name, theirs, day, *cells])
    may = found["2 May 2025"]["default"]
    flows, us, cn = foreign_flows(may), may.world.index("USA"), may.world.index("CHN")
    direct = 100 * (flows.new[us, cn].sum() / flows.base[us, cn].sum() - 1)
    figures = by_country(may)
    exports = " and ".join(f"{figures[c]['exports_pct']:.1f}" for c in ("USA", "CHN"))
    usa = [
        by_country(found["9 April 2025"][way])["USA"]["welfare_pct"] for way in ("default", "links", "links, capital")
    ]
    return f"""
## Published estimates of the 2025 tariffs beside ours
Percent, United States / China, under the law of the nearest day and five closures. Statutory rates; U4.
Their figures are as quoted elsewhere: no table was read by us, and their horizons differ.

{rows(["estimate", "theirs", "our law", *WAYS], lines)}
* **Volumes are in range.** Kiel has US exports −17 and China's −4.75; ours are {exports}.
  US imports from China: Kiel −50 in a year and over −70 in the long run; ours {year} within a year and {direct:.0f}.
* **Links and capital** close a part of the gap in welfare.
  On 9 April they take the United States from {usa[0]:.2f} to {usa[1]:.2f} with links, and {usa[2]:.2f} with both.
* **Baqaee and Malmberg.** Beside −0.6 with capital fixed ours is {usa[1]:.2f}; beside −2.6 with capital adjusting, {usa[2]:.2f}.
  Both are consumption in the long run. Theirs is a dynamic model on other data; we cannot say which of its parts makes the rest.
* **Kiel.** Its first figures are short-term. We have no short-term model of output, so these two do not compare.
* **Rodríguez-Clare, Ulate and Vásquez** have wages that do not fall, and so unemployment.
  Ours has a floor only where you set one (`--wage-floor`), and none is set here.
* **Yale.** Its law is that of 12 May 2025; the nearest here is 7 August.
"""
