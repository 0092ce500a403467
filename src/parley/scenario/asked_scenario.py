"""From a question to the scenario that answers it: the days, the changes of the law, the model and what closes it. Every door asks here.

sign: what stands before the name of a field where a question is refused, -- on the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from parley.codes import day
from parley.errors import InputError, ScenarioError
from parley.law.what_if import read_drop, read_set
from parley.scenario.questions import Brief, Solve, WhatIf
from parley.scenario.scenario import Change, Household, Scenario, elasticities_at, read_scenario, set_of
from parley.scenario.scenario_parts import title_of

LATEST = "latest"  # as known by all that the package holds
NAMED = ("model", "elasticities", "deficits", "revenue", "capital", "labour_supply", "reading")


def scenario_of(asked: WhatIf, sign: str = "") -> Scenario:
    """The scenario with the days, changes, model and closure that were asked for. Raises InputError."""
    file, added = (asked.scenario, asked.add) if isinstance(asked, Solve) else (None, ())
    base = read_scenario(file)
    if asked.before:
        base = base.replaced(before=day(asked.before, f"{sign}before"))
    known = asked.known or None
    base = with_days(base, asked.on, None if known == LATEST else known)
    if known == LATEST:
        base = base.replaced(known=None)
    changes = (
        *changes_of((), [str(path) for path in added]),
        *(dropped(text, base.on, sign) for text in asked.drop),
        *(reset(text, base.on, sign) for text in asked.set),
    )
    named = {name: None if (value := getattr(asked, name)) == "" else value for name in NAMED}
    named |= _more(asked) if isinstance(asked, Solve) else {}
    chosen = {name: value for name, value in named.items() if value is not None}
    chosen |= at_horizon(base, asked.horizon, asked.elasticities)
    if chosen.get("reading") == base.read_as:
        del chosen["reading"]  # what it is read as already
    made = base.replaced(change=(*base.change, *changes), **chosen)
    if not made.found:
        return made
    from parley.scenario.situation import found

    return found(made)


def at_horizon(scenario: Scenario, horizon: str | None, elasticities: str | None) -> dict[str, str]:
    """The field of a scenario that a horizon asked for changes: none where its elasticities are of that horizon already.

    Raises ScenarioError where a set of another horizon is asked for beside it.
    """
    from parley.world.elasticity import DEFAULT, horizon_of

    if not horizon:
        return {}
    if elasticities:
        elasticities_at(horizon, elasticities, scenario.folder)
        return {}
    same = horizon_of(set_of(scenario) or DEFAULT) == horizon
    return {} if same else {"horizon": horizon}


def _more(asked: Solve) -> dict[str, object]:
    """What `trade solve` takes beside the rest. A world of one's own has its own elasticities, or takes the default set."""
    found: dict[str, object] = {"numeraire": asked.numeraire, "world": asked.world, "wage_floor": asked.wage_floor}
    found["tax_rate"] = None if asked.tax_rate is None else asked.tax_rate / 100
    found["rates"] = str(asked.rates.absolute()) if asked.rates else None
    return found | ({"elasticities": ""} if asked.world and not asked.elasticities else {})


def scenario_of_brief(asked: Brief, sign: str = "") -> Scenario:
    """The scenario of a briefing: a file's, the shipped one on its own day, or the one that the situation of a day makes."""
    return _with_own(_asked_of_brief(asked, sign), asked, sign)


def _with_own(scenario: Scenario, asked: Brief, sign: str) -> Scenario:
    """The scenario with the reader's own goods and household."""
    own: dict[str, object] = {"reading": asked.reading} if asked.reading else {}
    if asked.products:
        from parley.scenario.own_goods import read_goods

        own["goods"] = read_goods(asked.products, f"{sign}goods")
    if asked.households and not asked.spending:
        raise InputError(f"{sign}households", "without a household's spending", f"both, or {sign}spending alone")
    if asked.spending:
        own["household"] = Household(spending=asked.spending, number=asked.households)
    return scenario.replaced(**own) if own else scenario


def _asked_of_brief(asked: Brief, sign: str) -> Scenario:
    """The scenario of the file, the days and the parties."""
    if asked.scenario is None and is_found(asked.on, asked.parties, sign):
        return found_on(asked.on, asked.known, asked.parties, asked.drop, asked.add, sign, asked.set)
    if asked.parties:
        raise InputError(f"{sign}parties", "beside a scenario file, which names its own", "one of them")
    same = Solve(scenario=asked.scenario, on=asked.on, known=asked.known, drop=asked.drop, set=asked.set, add=asked.add)
    return scenario_of(same, sign)


def is_found(on: str | None, parties: Sequence[str] = (), sign: str = "") -> bool:
    """Whether a question without a file is about another day or other parties than the shipped scenario's."""
    return bool(parties) or (bool(on) and day(on or "", f"{sign}on") != read_scenario().on)


def found_on(
    on: str | None,
    known: str | None = None,
    parties: Sequence[str] = (),
    drop: Sequence[str] = (),
    add: Sequence[Path] = (),
    sign: str = "",
    sets: Sequence[str] = (),
) -> Scenario:
    """The scenario of a day and parties, found in law and record. Without a knowledge day: the fullest knowledge."""
    from parley.scenario.situation import found, on_day

    shipped = read_scenario()
    names = [name for text in parties for name in text.split(",") if name.strip()] or shipped.parties
    seen = None if known in (None, "", LATEST) else day(known, f"{sign}known")
    bare = on_day(day(on, f"{sign}on") if on else shipped.on, seen, names)
    added = changes_of((), [str(path) for path in add])
    drops, rates = (dropped(text, bare.on, sign) for text in drop), (reset(text, bare.on, sign) for text in sets)
    return found(bare.replaced(change=(*added, *drops, *rates)))


def scenario_of_game(asked: object, path: str | Path | None = None) -> Scenario:
    """The scenario that a game asks about: a file's, the shipped one on its own day, or the one that the situation of a day makes.

    asked: a `game.Asked`, or a question of a user's own game with any of its fields.
    """
    given = {name: getattr(asked, name, None) for name in ("on", "known", "drop", "add", "set", "horizon", *NAMED)}
    on, known = given["on"], given["known"]
    drop, add, sets = (tuple(given[name] or ()) for name in ("drop", "add", "set"))
    if path is None and is_found(on, (), "--"):  # under the changed law, as on the page
        base = found_on(on, known, (), drop, add, "--", sets)
    else:
        base = what_if(with_days(read_scenario(path), on, known), drop, [str(p) for p in add], sets)
    named = {name: value for name in NAMED if (value := given[name])}
    return base.replaced(**named, **at_horizon(base, given["horizon"], given["elasticities"]))


def dropped(text: str, on: date, sign: str = "") -> Change:
    """MEASURE or MEASURE@DATE as a change; without a date from the scenario's day."""
    name, mark, start = text.partition("@")
    if not name or (mark and not start):
        allowed = "MEASURE@DATE, such as us-ieepa-fentanyl-cn@2025-05-02"
        raise InputError(f"{sign}drop", f"{text[:80]!r}", allowed)
    return Change(drop=name.strip(), start=day(start.strip(), f"{sign}drop") if start else on)


def reset(text: str, on: date, sign: str = "") -> Change:
    """MEASURE=RATE or MEASURE=RATE@DATE as a change; the rate is a fraction, without a date from the scenario's day."""
    name, rate, start = read_set(text, on, f"{sign}set")
    return Change(set=name, rate=rate, start=start)


def with_days(scenario: Scenario, on: str | None, known: str | None) -> Scenario:
    """The scenario for another day or knowledge day. A day before the scenario's `before` is refused.

    A scenario's own knowledge day stands only while its own day does: another day is asked with the fullest knowledge,
    unless a knowledge day is given too.
    """
    moved = scenario.replaced(on=day(on, "--on")) if on else scenario
    if known or moved.on != scenario.on:
        moved = moved.replaced(known=day(known, "--known") if known else None)
    if scenario.title and (moved.on, moved.known) != (scenario.on, scenario.known):
        moved = moved.replaced(title=title_of(moved.parties, moved.on))  # its own is of its own days
    if moved.on < moved.before:
        raise ScenarioError(
            "--on",
            f"{moved.on} is before the baseline day {moved.before}",
            "a day on or after it",
            "For effects of an earlier day give an earlier day to compare with too (--before)",
        )
    if moved.until and moved.until < moved.on:
        moved = moved.replaced(until=moved.on)
    return moved


def what_if(
    scenario: Scenario, drop: Sequence[str] = (), add: Sequence[str] = (), sets: Sequence[str] = ()
) -> Scenario:
    """The scenario with `--drop MEASURE@DATE`, `--add FILE` and `--set MEASURE=RATE@DATE` appended to its changes."""
    return scenario.replaced(change=(*scenario.change, *changes_of(drop, add, sets)))


def changes_of(drop: Sequence[str], add: Sequence[str], sets: Sequence[str] = ()) -> tuple[Change, ...]:
    """Changes from the command line's words: acts added first, so that their measures may be dropped or set too."""
    drops, rates = (read_drop(text) for text in drop), (read_set(text) for text in sets)
    return (
        *(Change(add=str(Path(path).absolute())) for path in add),
        *(Change(drop=name, start=start) for name, start in drops),
        *(Change(set=name, rate=rate, start=start) for name, rate, start in rates),
    )
