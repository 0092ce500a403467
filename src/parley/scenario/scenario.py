"""The question as a file: a scenario is TOML, read strictly, with every fault named by key and nearest name."""

from __future__ import annotations

import os
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, TypedDict, cast

import msgspec

from parley.arguments import checked, plan_of
from parley.checked_struct import AbstractChecked
from parley.codes import country, day, product
from parley.errors import ScenarioError, named, unknown_name
from parley.inputs import as_file
from parley.scenario.outcome_checks import checked_outcomes
from parley.scenario.reading import READING, READINGS, EffectsReading
from parley.scenario.scenario_parts import (
    Change,
    Control,
    Deadline,
    Good,
    Household,
    Limit,
    Option,
    Outcome,
    Product,
    Purchase,
    Signal,
    warn_of_rates,
)
from parley.text_files import FileKind, converted, parse_toml, read_text

SCENARIO = FileKind("a scenario in TOML; see examples/ for one that runs", ScenarioError, ".toml")
SHIPPED = "us-china-2025-05-02"
MOST_GOODS = 500  # of the reader's own, in one briefing

__all__ = [
    "READING", "READINGS", "SHIPPED", "Change", "Closures", "Control", "Deadline", "EffectsReading", "Good", "Household", "Limit", "Option",
    "Outcome", "Product", "Purchase", "Scenario", "Signal", "beside", "parse_scenario", "read_scenario", "shipped_folder",
]  # fmt: skip


class Closures(TypedDict):
    """What closes the model. labour_supply: elasticity of hours; tax_rate: on labour income before, fraction.

    capital: fixed or steady_state. wage_floor: new wage over old below which nobody's falls; null where there is none.
    """

    deficits: str
    revenue: str
    capital: str
    wage_floor: float | None
    labour_supply: float
    tax_rate: float | None
    numeraire: str


class Scenario(AbstractChecked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question: what law, on what day, as known when, on which world, by which model.

    world: a packaged one, or the path of a file or folder beside the scenario (`parley trade worlds`). elasticities: a set,
    or the path of a TOML; empty: U4, or those of the user's own world. rates: a .csv of new rates, in place of the law.
    conventions: an earlier release of the law and of its ways of counting (law/releases), for a figure published with it;
    empty: today's. found: fill what is not written from the situation of the day (`parley situation`). law_version: the one
    package of law that may answer (`parley law package show`); empty: that in use.
    reading: of the law where effects are asked: statutory, or paid, what importers pay (docs/law-paid.md); empty: `READING`, and
    statutory by the conventions of an earlier release.
    until: the last day of which law already scheduled is shown. horizon: year, decade or long_run, how long after a tariff: it
    chooses the elasticities unless they are named; empty: that of the elasticities. A date here is read as `until`.
    deficits, revenue, capital, labour_supply, tax_rate, numeraire: what closes the model (`parley.solve`). wage_floor: new wage
    over old below which no country's falls, in the numeraire's money. goods: the reader's own, of
    which the briefing gives the duty before, on the day and next. household: whose spending its price figure is multiplied with.
    outcome: what each party then chose; hidden while that is later than the day of knowledge.

    Examples
    --------
    >>> import parley
    >>> parley.Scenario(on="2025-05-02").on
    datetime.date(2025, 5, 2)
    """

    OPEN: ClassVar = ("horizon",)  # a date or nothing is read as `until`

    on: date
    known: date | None = None
    title: str = ""
    before: date = date(2025, 1, 1)
    until: date | None = None
    parties: tuple[str, ...] = ("USA", "CHN")
    world: str = "oecd-2022"
    rates: str = ""
    model: str = "armington"
    elasticities: str = ""
    horizon: str = ""
    deficits: str = "world_share"
    revenue: str = "lump_sum"
    capital: str = "fixed"
    wage_floor: float | None = None
    labour_supply: float = 0.0
    tax_rate: float | None = None
    numeraire: str = "world_labour"
    conventions: str = ""
    reading: str = ""
    law_version: str = ""
    product: tuple[Product, ...] = ()
    change: tuple[Change, ...] = ()
    option: tuple[Option, ...] = ()
    deadline: Deadline | None = None
    signal: Signal | None = None
    goods: tuple[Good, ...] = ()
    household: Household | None = None
    outcome: tuple[Outcome, ...] = ()
    found: bool = False
    folder: str = "."
    file: str = ""

    def __post_init__(self) -> None:
        """Days may be given as ISO text or as a number, as everywhere."""
        if self.horizon is not None and not isinstance(self.horizon, (str, date)):
            raise unknown_name("horizon", "horizon", str(self.horizon), ("year", "decade", "long_run"), ScenarioError)
        if not isinstance(self.horizon, str) or self.horizon[:1].isdecimal():  # as it was called at first
            if self.horizon and self.until and str(self.horizon) != str(self.until):
                raise ScenarioError("horizon", f"a day, {self.horizon}, beside until, {self.until}", "one of the two",
                                    "As a horizon write year, decade or long_run")  # fmt: skip
            msgspec.structs.force_setattr(self, "until", self.until or self.horizon)
            msgspec.structs.force_setattr(self, "horizon", "")
        for name in ("on", "known", "before", "until"):
            said = getattr(self, name)
            if said is not None and type(said) is not date:
                msgspec.structs.force_setattr(self, name, day(said, name))
        if self.reading not in ("", *READINGS):
            raise unknown_name("reading", "reading", self.reading, READINGS, ScenarioError)
        if self.horizon:
            chosen = elasticities_at(self.horizon, self.elasticities, self.folder)
            msgspec.structs.force_setattr(self, "elasticities", chosen)

    def __repr__(self) -> str:
        known = f", known on {self.known}" if self.known else ""
        return (
            f"<Scenario {self.title or self.file or 'without a title'}: {', '.join(self.parties)} on {self.on}{known}>"
        )

    @property
    def read_as(self) -> EffectsReading:
        """How the law is read where effects are asked."""
        return cast(EffectsReading, self.reading or ("statutory" if self.conventions else READING))

    def options(self) -> dict[str, list[Option]]:
        """Options by player, in the order of the file."""
        players: dict[str, list[Option]] = {}
        for option in self.option:
            players.setdefault(option.player, []).append(option)
        return players

    def closures(self) -> dict[str, Any]:
        """What closes the model, by the names of `parley.solve`."""
        return {
            "deficits": self.deficits,
            "revenue": self.revenue,
            "capital": self.capital,
            "closures": self._further(),
            "labour_supply": self.labour_supply,
            "tax_rate": self.tax_rate,
            "numeraire": self.numeraire,
        }

    def _further(self) -> tuple[Any, ...]:
        """Closures of `parley.trade.closures` with a parameter of the scenario's."""
        if self.wage_floor is None:
            return ()
        from parley.trade.closures.wage_floor import Choice

        return (Choice(self.wage_floor),)

    def replaced(self, **fields: Any) -> Scenario:
        """The same scenario with some fields changed: a new value. A new horizon has its own elasticities, and new ones theirs."""
        fields = plan_of(Scenario).words(fields)
        if "horizon" in fields or "elasticities" in fields:
            fields = {"horizon": "", "elasticities": ""} | fields
        return msgspec.structs.replace(self, **fields)


def elasticities_at(horizon: str, named: str, folder: str = ".") -> str:
    """The elasticity set of a horizon: that named, else the horizon's own; none, the default, in the long run.

    Raises ScenarioError where there is no such horizon, or where the set named is of another one.
    """
    from parley.world.elasticity import HORIZONS, LONG_RUN, NOT_STATED, horizon_of, is_own, set_of_horizon

    if horizon not in HORIZONS:
        raise unknown_name("horizon", "horizon", horizon, HORIZONS, ScenarioError)
    if not named:
        return "" if horizon == LONG_RUN else set_of_horizon(horizon)
    found = horizon_of(str(Path(folder, named)) if is_own(named) else named)
    if found not in (horizon, NOT_STATED):
        raise ScenarioError("horizon", f"{horizon} beside the set {named} of the {found}", "one of them")
    return named


def beside(scenario: Scenario, name: str) -> str:
    """The path of a file that a scenario names: beside the scenario's own, unless the path is whole."""
    return str(Path(scenario.folder, name))


def set_of(scenario: Scenario) -> str:
    """The elasticity set of a scenario: its name, or the path of the scenario's own file; empty: the default of its horizon."""
    from parley.world.elasticity import is_own

    named = scenario.elasticities
    return beside(scenario, named) if is_own(named) else named


def shipped_folder() -> Path:
    """The folder of shipped scenarios: inside an installed package, or the checkout's examples/."""
    package = Path(str(resources.files("parley")))
    inside = package / "examples"
    return inside if inside.is_dir() else package.parents[1] / "examples"


@checked(error=ScenarioError)
def read_scenario(path: str | Path | None = None) -> Scenario:
    """The scenario of a TOML file, or a shipped one by its bare name; without a path, that of 2 May 2025.

    Parameters
    ----------
    path
        A file, or the bare name of a shipped scenario; None: the shipped one of 2 May 2025.

    Returns
    -------
    Scenario
        The question, checked.

    Raises
    ------
    ScenarioError
        Where the file cannot be read, a key is unknown, or a value is out of range.

    Examples
    --------
    >>> import parley
    >>> parley.read_scenario().parties
    ('USA', 'CHN')
    """
    if path is None:
        path = shipped_folder() / f"{SHIPPED}.toml"
    given, path = path, as_file(path, ".toml")
    if len(path.parts) == 1 and not os.path.exists(path) and (shipped_folder() / path).is_file():
        given = path = shipped_folder() / path
    text = read_text(path, SCENARIO)
    parse = _shipped if path.parent == shipped_folder() else parse_scenario
    return parse(text, str(given), str(path.parent) if path == Path(given) else ".")


@lru_cache(maxsize=8)
def _shipped(text: str, where: str, folder: str) -> Scenario:
    """A shipped scenario, of which nothing can be changed: every question asks for it many times."""
    return parse_scenario(text, where, folder)


def parse_scenario(text: str, where: str, folder: str = ".") -> Scenario:
    """The scenario that a TOML text describes, checked key by key. Raises ScenarioError."""
    raw = parse_toml(text, SCENARIO, where)
    for name in ("folder", "file"):
        if name in raw:
            raise ScenarioError(where, f"no key {name!r}", "see examples/ for a scenario that runs")
    if isinstance(raw.get("horizon"), date):  # as it was called before there were horizons
        raw["horizon"] = str(raw["horizon"])
    if isinstance(raw.get("outcome"), dict):  # [outcome]: one alone
        raw["outcome"] = [raw["outcome"]]
    with named(where):
        scenario = converted(raw | {"folder": folder, "file": where}, Scenario, SCENARIO, where, ("folder", "file"))
    warn_of_rates(scenario.change, scenario.option, where)
    return canonical(scenario, where)


def canonical(scenario: Scenario, where: str) -> Scenario:
    """The scenario with codes made canonical; days in order; players and parties known. Raises ScenarioError."""
    parties = tuple(country(p, f"{where}, parties") for p in scenario.parties)
    options = tuple(_named(o, f"{where}, option {o.name!r}") for o in scenario.option)
    products = tuple(msgspec.structs.replace(p, code=product(p.code, f"{where}, product")) for p in scenario.product)
    goods = tuple(_good(g, f"{where}, goods {g.code!r}") for g in scenario.goods)
    if len(goods) > MOST_GOODS:
        raise ScenarioError(where, f"{len(goods)} goods", f"at most {MOST_GOODS}")
    if scenario.until and scenario.until < scenario.on:
        raise ScenarioError(where, f"until {scenario.until} is before on {scenario.on}", "a day on or after `on`")
    if len(set(parties)) < 2:
        raise ScenarioError(where, f"parties {', '.join(parties) or 'none'}", "two or more different countries")
    due = _due(scenario.deadline, parties, f"{where}, [deadline]")
    if scenario.before > scenario.on:
        raise ScenarioError(where, f"before {scenario.before} is after on {scenario.on}", "a day on or before `on`")
    doubles = {(o.player, o.name) for o in options}
    if len(doubles) < len(options):
        raise ScenarioError(where, "two options of one player share a name", "a name of its own for each option")
    asked = _demanded(scenario.signal, f"{where}, [signal]")
    names = {p: [o.name for o in options if o.player == p] for p in {o.player for o in options}}
    chosen = checked_outcomes(scenario.outcome, parties, names, scenario.on, where)
    return scenario.replaced(
        parties=parties, option=options, product=products, deadline=due, signal=asked, goods=goods, outcome=chosen
    )


def _good(good: Good, where: str) -> Good:
    """A good with its code and its countries in canonical form."""
    places = {key: country(said, where) for key in ("origin", "destination") if (said := getattr(good, key))}
    return msgspec.structs.replace(good, code=product(good.code, where), **places)


def _due(asked: Deadline | None, parties: tuple[str, ...], where: str) -> Deadline | None:
    """The deadline with its countries as codes, set by a party."""
    if asked is None:
        return None
    by = country(asked.by, f"{where} by")
    if by not in parties:
        raise ScenarioError(where, f"by {asked.by!r}", f"one of the parties: {', '.join(parties)}")
    exempt = tuple(country(code, f"{where} exempt") for code in asked.exempt)
    return msgspec.structs.replace(asked, by=by, exempt=exempt)


def _demanded(asked: Signal | None, where: str) -> Signal | None:
    """The demanded step with its countries as codes."""
    if asked is None:
        return None
    others = {country(code, f"{where} others"): option for code, option in asked.others.items()}
    return msgspec.structs.replace(asked, maker=country(asked.maker, f"{where} maker"), others=others)


def _named(option: Option, where: str) -> Option:
    """The option with its countries as codes; none of them may be the player itself."""
    replace = msgspec.structs.replace
    player = country(option.player, where)
    limits = {
        k: tuple(replace(x, of=country(x.of, where)) for x in getattr(option, k)) for k in ("floors", "caps", "adds")
    }
    toward = tuple(country(x, where) for x in option.toward)
    bought = tuple(replace(x, of=country(x.of, where)) for x in option.purchases)
    barred = tuple(replace(x, on=country(x.on, where)) for x in option.controls)
    partners = [x.of for x in (*(x for kind in limits.values() for x in kind), *bought)] + [x.on for x in barred]
    partners += toward
    if player in partners:
        raise ScenarioError(where, f"{player} is its own partner", "another country")
    if toward and not option.law_of:
        raise ScenarioError(where, "toward without law_of", "both, or neither: whose goods pay the law of another day")
    return replace(option, player=player, toward=toward, **limits, purchases=bought, controls=barred)
