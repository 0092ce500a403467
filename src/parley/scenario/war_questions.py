"""What can be asked of rates that players set themselves: a best response, a tariff war, a deal. One type each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from parley.question import Says
from parley.scenario.game import CAPITAL_SAYS, INSTRUMENT, Elasticities, Horizon, Model, Reading
from parley.scenario.questions import CAPITALS, DEFICITS, WORLDS, File

Players = Annotated[str | None, Says("comma between; all; default: the scenario's parties", most=400)]
Method = Annotated[
    str, Says("exact, or formula: Lashkaripour (2021), uniform only", one_of="parley.talks.game:METHODS")
]
Starts = Annotated[str, Says("where the search starts, comma between: base, high, zero")]
Partners = Annotated[str | None, Says("only rates on these are free, comma between them", most=400)]
Check = Annotated[bool, Says("look for gains by deviating, by solving again")]
DEFICITS_SAYS = (
    "balanced (first), world_share, nominal or endogenous (deficits follow trade); "
    "default: the scenario's, balanced where that is world_share"
)


@dataclass(frozen=True, kw_only=True)
class OfRates:
    """What every question about rates is asked with: the world, the model and what closes it, whose rates move, and for what."""

    scenario: File = None
    world: Annotated[
        str | None, Says("a packaged dataset or an .npz, instead of the scenario's", most=60, one_of=WORLDS)
    ] = None
    elasticities: Elasticities = None
    horizon: Horizon = None
    reading: Reading = None
    model: Model = None
    deficits: Annotated[str | None, Says(DEFICITS_SAYS, most=20, one_of=DEFICITS)] = None
    capital: Annotated[str | None, Says(CAPITAL_SAYS, most=20, one_of=CAPITALS)] = None
    unions: Annotated[
        str, Says("eu: the European Union is one player; none: every economy plays for itself", one_of=("eu", "none"))
    ] = "eu"
    sectors: Annotated[str | None, Says("only these sectors' rates are free, comma between them", most=400)] = None
    objective: Annotated[str, Says("welfare, government, revenue, or weights: welfare=1,revenue=0.2")] = "welfare"
    political: Annotated[
        Path | None, Says("CSV of a government's weights: country,sector,weight; missing is 1", local=True)
    ] = None
    bounds: Annotated[str | None, Says("lowest and highest rate as fractions, such as 0,0.5")] = None
    ranges: Annotated[bool, Says("also play under every published elasticity set")] = False


@dataclass(frozen=True, kw_only=True)
class OfResponses(OfRates):
    """What questions about best responses are asked with: the instrument, how it is found, from where, and how it is checked."""

    instrument: Annotated[str, INSTRUMENT] = "uniform"
    method: Method = "exact"
    partners: Partners = None
    starts: Starts = "base,high"
    check: Check = True


@dataclass(frozen=True, kw_only=True)
class Nash(OfResponses):
    """Tariff war (Nash equilibrium): rates at which no player gains by changing only its own, with the certificate.

    \b
    Examples:
      parley talks nash --players USA,CHN
      parley talks nash --world oecd-2022 --players all --instrument full --json
      parley talks nash --world oecd-2022 --players USA,CHN --model caliendo_parro
      parley talks nash --world oecd-2022 --players USA,CHN --method formula
      parley talks nash --world oecd-2022 --players USA,CHN --deficits endogenous --capital steady_state
    """

    players: Players = None


@dataclass(frozen=True, kw_only=True)
class Respond(OfResponses):
    """One player's best response to the rates that all others charge at the baseline.

    \b
    Examples:
      parley talks respond --player USA --instrument bilateral
      parley talks respond --world oecd-2022 --player EUU --json
      parley talks respond --world oecd-2022 --player USA --partners CHN --objective revenue
      parley talks respond --player USA --capital steady_state
    """

    player: Annotated[str, Says("who responds", form="country")] = "USA"


@dataclass(frozen=True, kw_only=True)
class Bargain(OfRates):
    """The deal that players could agree on: rates that maximise their weighted gains over a named threat.

    \b
    Examples:
      parley talks bargain --players USA,CHN
      parley talks bargain --players USA,CHN --solution nash --transfers --json
      parley talks bargain --world oecd-2022 --players USA,CHN,EUU --threat factual
      parley talks bargain --players USA,CHN --deficits endogenous
    """

    players: Players = None
    instrument: Annotated[str, INSTRUMENT] = "bilateral"
    solution: Annotated[
        str, Says("proportional, nash or kalai_smorodinsky", one_of="parley.talks.games.bargain:SOLUTIONS")
    ] = "proportional"
    threat: Annotated[
        str,
        Says(
            "if talks fail: nash (a tariff war), factual (the baseline), free_trade",
            one_of="parley.talks.games.bargain:THREATS",
        ),
    ] = "nash"
    partners: Annotated[
        str | None, Says("the rates on these are negotiated; default: those on the players", most=400)
    ] = None
    transfers: Annotated[bool, Says("money may change hands too")] = False
    frontier: Annotated[int, Says("how many points of the frontier to find, for two players")] = 0
    check: Annotated[bool, Says("try random joint steps, by solving again")] = True
