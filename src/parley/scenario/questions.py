"""What can be asked of a scenario as a whole, one type each. Where nothing is written, the scenario's own choice stands.

The API and the pages ask the shipped scenario; what they take where nothing is written are its choices, written out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from parley.question import COUNTRY, DAY, Add, Drop, Says, Set
from parley.scenario.reading import READING, READINGS

KNOWN = "information cut-off: as known on this day, or latest; default: the scenario's own on its own day, latest on any other"
File = Annotated[
    Path | None,
    Says("a scenario in TOML; default: the shipped one of 2 May 2025", local=True, argument=True),
]
On = Annotated[
    str | None,
    Says("answer for this day, YYYY-MM-DD; default: the scenario's", most=DAY, form="date", asked="2025-05-02"),
]
Known = Annotated[str | None, Says(KNOWN, most=DAY, form="day_or_latest")]
READING_SAYS = "of the law: statutory, or paid: what importers pay; default: the scenario's, or paid"
Reading = Annotated[str | None, Says(READING_SAYS, most=12, one_of=READINGS)]
PARTIES = "two or more countries or unions, with commas, instead of the shipped scenario's: found in law and record"
Parties = Annotated[tuple[str, ...], Says(PARTIES, most=120)]


MODELS, WORLDS = "parley.trade.models:models", "parley.world.read:worlds"
DEFICITS, REVENUES = "parley.trade.closure:deficit_names", "parley.trade.closure:revenue_names"
CAPITALS, SETS = "parley.trade.closure:capital_names", "parley.world.elasticity:every_set"
HORIZONS, SOLVED_HORIZONS = "parley.world.elasticity:HORIZONS", "parley.world.elasticity:SOLVED_HORIZONS"


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The shipped scenario on another day, by another law, model, elasticity set or closure; what the duties do.

    drop: MEASURE or MEASURE@DATE. set: MEASURE=RATE or MEASURE=RATE@DATE, a fraction. Without a date: from the day on.
    """

    on: On = None
    known: Known = None
    before: Annotated[
        str | None,
        Says(
            "comparison day: effects are against the tariffs of this day; default: the scenario's",
            most=DAY,
            form="date",
            asked="2025-01-01",
        ),
    ] = None
    drop: Drop = ()
    set: Set = ()
    model: Annotated[
        str | None,
        Says("trade model; default: the scenario's, or armington", most=40, asked="armington", one_of=MODELS),
    ] = None
    elasticities: Annotated[
        str | None,
        Says(
            "elasticity set; default: the scenario's, or that of the horizon: U4 in the long run",
            most=40,
            one_of=SETS,
            or_file="the path of your own TOML",
        ),
    ] = None
    deficits: Annotated[
        str | None,
        Says(
            "world_share, balanced, nominal, endogenous (deficits follow trade) …",
            most=20,
            asked="world_share",
            one_of=DEFICITS,
        ),
    ] = None
    revenue: Annotated[
        str | None, Says("lump_sum, tax_relief or wasted", most=20, asked="lump_sum", one_of=REVENUES)
    ] = None
    horizon: Annotated[
        str | None,
        Says(
            "year (import responses alone), decade or long_run: whose elasticities, unless a set is named",
            one_of=HORIZONS,
            most=10,
            asked="long_run",
        ),
    ] = None
    capital: Annotated[
        str | None,
        Says(
            "fixed, or steady_state: capital adjusts, welfare is steady-state consumption",
            most=20,
            asked="fixed",
            one_of=CAPITALS,
        ),
    ] = None
    labour_supply: Annotated[
        float | None,
        Says("elasticity of labour supply to the real wage; default: 0", low=0, most=5, asked=0.0),
    ] = None
    reading: Annotated[str | None, Says(READING_SAYS, most=12, one_of=READINGS, asked=READING)] = None


@dataclass(frozen=True, kw_only=True)
class Solve(WhatIf):
    """What the tariffs in force on a day do, country by country, against those of the comparison day; with the residual.

    \b
    Examples:
      parley trade solve
      parley trade solve examples/us-china-2025-05-02.toml --elasticities CP
      parley trade solve --drop ieepa_fentanyl@2025-05-02 --json
      parley trade solve --on 2025-11-15 --reading paid --sector electronics --import-growth 3
      parley trade solve --draws 200 --out out
      parley trade solve --revenue tax_relief --labour-supply 0.5 --tax-rate 30
      parley trade solve --deficits endogenous --capital steady_state
      parley trade solve --wage-floor 0.98
      parley trade solve --horizon year
      parley trade solve --world mine.npz --rates new-rates.csv --elasticities mine.toml
    """

    scenario: File = None
    tax_rate: Annotated[float | None, Says("tax on labour income before, percent")] = None
    numeraire: Annotated[
        str | None, Says("a country whose wage is 1; default: world labour", most=60, form="country")
    ] = None
    wage_floor: Annotated[
        float | None,
        Says("your assumption: new wage over old, in the numeraire's money, below which none falls; jobs go instead"),
    ] = None
    add: Add = ()
    world: Annotated[
        str | None, Says("a packaged dataset", or_file="the path of your own file or folder", most=60, one_of=WORLDS)
    ] = None
    rates: Annotated[
        Path | None,
        Says(
            "your own new rates instead of the law's: a .csv with buyer, seller, sector, rate (a fraction; * is all)",
            local=True,
        ),
    ] = None
    ranges: Annotated[bool, Says("also solve under every published set", asked=False)] = True
    import_growth: Annotated[
        float, Says("growth of base imports a year, percent: your assumption for ten years of duties", low=-20, most=20)
    ] = 0.0
    sector: Annotated[
        tuple[str, ...],
        Says("list the parties' exports of these sectors: a code, or words of a name; may be repeated", most=60),
    ] = ()
    draws: Annotated[int, Says("log-normal draws of the elasticities around the set", low=0, most=500)] = 0
    seed: Annotated[int, Says("of the draws", low=0, most=2**31)] = 0
    spread: Annotated[float | None, Says("of log elasticities; default: that of the published sets")] = None
    common: Annotated[float | None, Says("correlation between sectors; default: the sets'")] = None


@dataclass(frozen=True, kw_only=True)
class Brief:
    """The main job: what the law says, what it does to trade, what each side can do next, and who said what.

    \b
    Examples:
      parley brief
      parley brief examples/us-china-2025-05-02.toml --out out
      parley brief --drop ieepa_fentanyl@2025-05-02
      parley brief --on 2025-11-10 --out out
      parley brief --on 2025-05-14 --known 2025-05-14 --json
      parley brief --on 2025-07-27 --parties USA,EUU
      parley brief --goods my-goods.csv --charts charts --out out
      parley brief --on 2025-11-10 --format md --format xlsx --out out
    """

    scenario: File = None
    on: On = None
    known: Known = None
    parties: Parties = ()
    drop: Drop = ()
    set: Set = ()
    add: Add = ()
    reading: Reading = None
    products: Annotated[
        Path | None,
        Says(
            "your own goods: a file of tariff codes of any edition, one a line, or CSV with a column code",
            word="--goods",
            local=True,
        ),
    ] = None
    spending: Annotated[
        float | None,
        Says("what a household of the first party spends a year, in money; default: the packaged figure", above=0),
    ] = None
    households: Annotated[
        float | None, Says("how many such households there are; needs the spending of one", above=0)
    ] = None


@dataclass(frozen=True, kw_only=True)
class Decompose:
    """How much each measure contributes to the welfare change since the comparison day; and terms of trade against volume.

    Each part is taken back to the tariffs of the comparison day, alone and with the others, and the equilibrium solved anew.
    The Shapley value is the mean of what a part adds over all orders. The parts and the remainder add up to the whole.

    \b
    Examples:
      parley trade decompose
      parley trade decompose --by measure --method path --country USA --country VNM
      parley trade decompose my.toml --by change --json
    """

    scenario: Annotated[
        Path | None, Says("a scenario in TOML; default: the shipped one", local=True, argument=True)
    ] = None
    by: Annotated[
        str,
        Says(
            "by legal authority (programme), measure, party, or change (the scenario's own)",
            one_of="parley.scenario.attribution:WAYS",
        ),
    ] = "programme"
    method: Annotated[
        str, Says("shapley, or path: in the order of their dates", one_of="parley.scenario.attribution:METHODS")
    ] = "shapley"
    orders: Annotated[int, Says("random orders where there are too many parts for all", low=2)] = 20
    seed: Annotated[int, Says("of the random orders", low=0)] = 0
    model: Annotated[str | None, Says("trade model; default: the scenario's", most=40, one_of=MODELS)] = None
    elasticities: Annotated[str | None, Says("a set, or the path of your own TOML", most=40, one_of=SETS)] = None
    reading: Reading = None
    country: Annotated[tuple[str, ...], Says("show this country; may be repeated", most=COUNTRY, form="country")] = ()
    on: Annotated[str | None, Says("answer for this day, YYYY-MM-DD", most=DAY, form="date")] = None
    known: Annotated[
        str | None,
        Says("information cut-off: as known on this day; default: everything in the package", most=DAY, form="date"),
    ] = None
    drop: Drop = ()
    set: Set = ()
    add: Add = ()


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """Predicted US imports and exports held against what customs counted, beside no change, the own trend and one common factor.

    A window is some months, the law of one day, and the same months a year before. Nothing is fitted to the months shown.
    About twenty seconds of one core for all windows the first time, seven later.

    \b
    Examples:
      parley trade backtest --window 2025-05/06 --reading statutory --elasticities U4
      parley trade backtest --out backtest --format csv --format xlsx --format svg
      parley trade backtest --known 2025-08-15 --json
      parley trade backtest --months my-months.csv --window 2025-12/2026-02@2026-01-15 --rejects faults.csv
    """

    window: Annotated[
        tuple[str, ...],
        Says(
            "a packaged window, or FIRST/LAST@DAY: months and the day of the law; may be repeated; default: all",
            most=40,
        ),
    ] = ()
    reading: Annotated[
        tuple[str, ...],
        Says("statutory, or paid: what importers pay; may be repeated; default: both", most=12, one_of=READINGS),
    ] = ()
    elasticities: Annotated[
        tuple[str, ...],
        Says(
            "a published elasticity set; may be repeated, the first is shown; default: all, U4 first",
            most=40,
            one_of=SETS,
        ),
    ] = ()
    horizon: Annotated[
        tuple[str, ...],
        Says(
            "year (imports respond, without an equilibrium), decade or long_run; may be repeated; default: all",
            most=10,
            one_of=HORIZONS,
        ),
    ] = ()
    model: Annotated[str, Says("trade model", most=40, one_of=MODELS)] = "armington"
    known: Annotated[
        str | None,
        Says(
            "information cut-off: months published later are hidden, and the law is that known on this day",
            most=DAY,
            form="date",
        ),
    ] = None
    cells: Annotated[bool, Says("also a row for each partner and sector together")] = False
    months: Annotated[
        tuple[Path, ...],
        Says(
            "your own months: a CSV with flow, partner, sector, month, value, or as customs write it; may be repeated",
            local=True,
        ),
    ] = ()
    rejects: Annotated[
        Path | None,
        Says(
            "set faulty rows of your months aside in this CSV, with the reason; without it the first is an error",
            local=True,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Hindcast:
    """What governments chose from 2018 to 2026, held against the games of their eves, and who signed before the deadlines of 2025.

    A scenario with [[outcome]] is held against its own options, beside the packaged points of the same days.
    About two minutes of one core for all points (two seconds a point); --no-ranges takes half.

    \b
    Examples:
      parley talks hindcast --out hindcast.csv
      parley talks hindcast examples/us-china-2025-05-02.toml
      parley talks hindcast --decisions my-decisions.csv --point D33
      parley talks hindcast --point D33 --point D25 --no-deadlines
      parley talks hindcast --since 2025-01-01 --until 2025-12-31 --no-ranges --json
    """

    scenario: Annotated[
        Path | None,
        Says("a scenario in TOML with [[outcome]]; default: the packaged decisions alone", local=True, argument=True),
    ] = None
    decisions: Annotated[
        Path | None, Says("decisions of your own: a CSV with the columns of decisions.csv", local=True)
    ] = None
    point: Annotated[
        tuple[str, ...], Says("a decision point, such as D33; may be repeated; default: all", most=20)
    ] = ()
    start: Annotated[
        str | None, Says("decisions from this day on, YYYY-MM-DD", most=DAY, form="date", word="--since")
    ] = None
    end: Annotated[str | None, Says("decisions up to this day, YYYY-MM-DD", most=DAY, form="date", word="--until")] = (
        None
    )
    sets: Annotated[bool, Says("also under every published elasticity set", word="--ranges")] = True
    deadlines: Annotated[
        bool, Says("also who signed before 9 July, 1 and 7 August 2025, and enforcement; never beside a file")
    ] = True


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What changed by a day, what comes by law, what stands open on record, and what each side can do; as a scenario to be edited.

    \b
    Examples:
      parley situation --on 2025-11-10
      parley situation --on 2025-07-09 --known 2025-07-09 --out july.toml
      parley situation --on 2026-02-21 --parties USA,CHN --json
    """

    on: Annotated[str, Says("day, YYYY-MM-DD", most=DAY, form="date", asked="2025-05-02")]
    known: Annotated[
        str | None,
        Says("information cut-off: as known on this day; default: everything in the package", most=DAY, form="date"),
    ] = None
    parties: Parties = ()


@dataclass(frozen=True, kw_only=True)
class Cite:
    """What a run used: the software, the acts in force on its day as known on its knowledge day, and the data.

    \b
    Examples:
      parley cite
      parley cite --format bibtex > parley.bib
      parley cite --on 2025-07-09 --known 2025-05-02 --format legal
      parley cite --act us-eo-14257
    """

    scenario: File = None
    on: On = None
    known: Known = None
    act: Annotated[str | None, Says("one act alone, by its id", most=120)] = None
