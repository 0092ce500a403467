"""What a game file is made of: options that several games take, words read as parties and choices, keys of every answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, NotRequired, TypedDict

from parley.question import DAY, Add, Drop, Says, Set
from parley.scenario.questions import CAPITALS, DEFICITS, MODELS, READING_SAYS, SETS, SOLVED_HORIZONS
from parley.scenario.reading import READINGS
from parley.tabular import Table
from parley.talks.answers import ChosenRow, DealPart, Modelled, OutcomePart, SearchStart, Spread

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario

On = Annotated[str | None, Says("answer for this day, YYYY-MM-DD", most=DAY, form="date")]
Known = Annotated[
    str | None,
    Says("information cut-off: as known on this day; default: everything in the package", most=DAY, form="date"),
]
Model = Annotated[str | None, Says("trade model; default: the scenario's, or armington", most=40, one_of=MODELS)]
Elasticities = Annotated[
    str | None,
    Says("elasticity set; default: the scenario's, or that of the horizon: U4 in the long run", most=40, one_of=SETS),
]
Horizon = Annotated[
    str | None,
    Says(
        "decade or long_run: whose elasticities, unless a set is named; default: the scenario's",
        most=10,
        one_of=SOLVED_HORIZONS,
    ),
]
INSTRUMENT = Says("uniform, mfn, bilateral or full (partner × sector)", one_of="parley.talks.instruments:INSTRUMENTS")
CAPITAL_SAYS = "fixed, or steady_state: payoffs are steady-state consumption; default: the scenario's"
Reading = Annotated[str | None, Says(READING_SAYS, most=12, one_of=READINGS)]
At = Annotated[
    str,
    Says(
        "on: the tariffs in force on the scenario's day; before: those of the comparison day", one_of=("on", "before")
    ),
]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every game is asked with: the days, the law and its changes, the model and what closes it."""

    on: On = None
    known: Known = None
    drop: Drop = ()
    set: Set = ()
    add: Add = ()
    reading: Reading = None
    model: Model = None
    elasticities: Elasticities = None
    horizon: Horizon = None
    deficits: Annotated[
        str | None,
        Says(
            "world_share, balanced, nominal, endogenous (deficits follow trade) …; default: the scenario's",
            most=20,
            one_of=DEFICITS,
        ),
    ] = None
    capital: Annotated[str | None, Says(CAPITAL_SAYS, most=20, one_of=CAPITALS)] = None


Figures = Mapping[str, float | None]
Row = Mapping[str, object]
Words = Iterator[str | Table]
SOLVING = "reading the law, recalibrating the dataset, solving every combination"
State = Literal["on", "before"]  # the law of the scenario's day, or that before the conflict's measures


class Clocks(TypedDict, total=False):
    """The day in force, the day of knowledge, and how far each party's law was read: told with the answer of a command."""

    on: date | None
    known: date | None
    law_known_to: date | None
    beyond_known: bool
    law_known_to_by: dict[str, date]
    clock_note: str | None
    law_version: str | None
    chosen: list[ChosenRow]  # what each party then chose, where the scenario says so and the day of knowledge allows it
    reading: str | None
    reading_note: str | None


class Solved(Clocks, Modelled):
    """What every answer of a game bears: whose elasticities, the largest unmet condition of its solves; clocks and starts once told."""

    residual: float
    range_reason: NotRequired[str | None]
    starts: NotRequired[list[SearchStart] | None]
    starts_reason: NotRequired[str]


class Answered(Solved):
    """The same with its figures over the published elasticity sets, where they were asked for."""

    range: NotRequired[dict[str, Spread] | None]
    spans: NotRequired[str]  # what the range is over, in words
    range_not_solved: NotRequired[dict[str, str]]


def modelled(baseline: Baseline, deficits: str | None = None) -> Modelled:
    """The set, its horizon, the model and what closes it. deficits: those of the game, where they are not the scenario's."""
    from parley.world.elasticity import horizon_of, set_in_words

    scenario, elasticities = baseline.scenario, baseline.raw.elasticities
    return {
        "elasticities": set_in_words(elasticities), "horizon": horizon_of(elasticities), "model": scenario.model,
        "deficits": deficits or scenario.deficits, "capital": scenario.capital,
    }  # fmt: skip


class Closed(TypedDict):
    """What closes a game of rates that players set."""

    deficits: str
    capital: str


def closed(scenario: Scenario) -> Closed:
    """The scenario's closure for rates that players set: deficits balanced, where they would be a share of world income.

    Raises InputError where the scenario closes the model by what such games are not derived under.
    """
    from parley.errors import InputError

    unlike = {"revenue": scenario.revenue, "labour_supply": scenario.labour_supply, "wage_floor": scenario.wage_floor}
    plain = {"revenue": "lump_sum", "labour_supply": 0.0, "wage_floor": None}
    for name, value in unlike.items():
        if value != plain[name]:
            raise InputError(
                f"talks: {name}", f"{value}", f"{plain[name]}: best responses are not derived under another"
            )
    return {
        "deficits": "balanced" if scenario.deficits == "world_share" else scenario.deficits,
        "capital": scenario.capital,
    }


def party(text: str | None, default: str, where: str) -> str:
    """A country by code or name; the default where none is given."""
    from parley.codes import country

    return country(text, where) if text else default


def pair_of(scenario: Scenario, player: str | None, target: str | None) -> tuple[str, str]:
    """(player, target): by default the first party, and the first other one."""
    own = party(player, scenario.parties[0], "--player")
    return own, party(target, next(p for p in scenario.parties if p != own), "--target")


def state_of(text: str, where: str) -> State:
    """A state by its word. Raises InputError with the nearest."""
    from parley.errors import unknown_name

    if text == "on" or text == "before":
        return text
    raise unknown_name(where, "state", text, ("on", "before"))


def numbers_of(texts: Iterable[str], where: str) -> dict[str, float]:
    """{ISO3: number} of "USA=0.1" texts."""
    found = {}
    for text, (code, value) in _pairs(texts, where, "NUMBER"):
        try:
            found[code] = float(value)
        except ValueError:
            raise _unread(text, where, "NUMBER") from None
    return found


def names_of(texts: Iterable[str], where: str) -> dict[str, str]:
    """{ISO3: name} of "USA=mirror" texts."""
    return dict(pair for _, pair in _pairs(texts, where, "NAME"))


def only_players(named: Iterable[str], players: Iterable[str], where: str) -> None:
    """Raises InputError with the nearest where a country is named that does not play."""
    from parley.errors import unknown_name

    held = tuple(players)
    for code in named:
        if code not in held:
            raise unknown_name(where, "player", code, held)


def _pairs(texts: Iterable[str], where: str, kind: str) -> Iterator[tuple[str, tuple[str, str]]]:
    from parley.codes import country

    for text in texts:
        name, sign, value = text.partition("=")
        code = country(name.strip(), where)
        if not sign or not value.strip():
            raise _unread(text, where, kind)
        yield text, (code, value.strip())


def _unread(text: str, where: str, kind: str) -> Exception:
    from parley.errors import InputError

    return InputError(where, f"{text[:60]!r}", f"COUNTRY={kind}, such as USA=0.1")


def read_choice(text: str, where: str) -> dict[str, str]:
    """{player: option} of "USA=hold; CHN=hold"."""
    from parley.codes import country
    from parley.errors import InputError

    found = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, sign, option = part.partition("=")
        if not sign or not option.strip():
            raise InputError(where, f"{part[:80]!r}", "PLAYER=OPTION; PLAYER=OPTION")
        found[country(name.strip(), where)] = option.strip()
    if not found:
        raise InputError(where, "no choice", "PLAYER=OPTION; PLAYER=OPTION")
    return found


def choice_words(choice: Mapping[str, str], between: str = ", ") -> str:
    """A choice of options in a line."""
    return between.join(f"{p}: {o}" for p, o in choice.items())


class Ranged(TypedDict):
    """Figures of each player over the published elasticity sets; null with the reason where they were not asked for."""

    range: dict[str, dict[str, Spread]] | None
    spans: NotRequired[str]  # what the range is over, in words
    range_not_solved: NotRequired[dict[str, str]]
    range_reason: NotRequired[str | None]


class OutcomeAnswer(Clocks, OutcomePart, Ranged):
    """`talks nash` and `talks respond`."""


class DealAnswer(Clocks, DealPart, Ranged):
    """`talks bargain`."""
