"""What each party can do on a day, found in law and record: hold, let come what is scheduled, go back, match, do as said.

A level is what a party adds on the other's goods by acts since the eve of the round: on a product that bears every duty on all
goods; where no duty is on all goods, the mean over lines, by the value of imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from parley.codes import country_name, members, name_in_text, union_of
from parley.law.as_known import act_as_known
from parley.law.measure import covers_origin
from parley.law.readings import change_days
from parley.law.regime import Regime, knowledge
from parley.record.entry import Entry
from parley.record.ledger import Ledger
from parley.record.predicates import Agreed, WillImpose, WillLower, WillRemove
from parley.scenario.answers_situation import FoundIn
from parley.scenario.commitments import PROBE_PARTNER, PROBES
from parley.scenario.deeds import added_measures
from parley.scenario.scenario import Change, Limit, Option, Scenario

AHEAD = timedelta(days=366)
APPLIED = timedelta(days=21)  # an agreement's rates are those that begin within three weeks of it
STALE = timedelta(days=180)  # words older than this, with no day of their own, are no live threat or offer
LEAST = 0.005  # of value: smaller changes of a level are not told apart
MOST = 7  # options of one party
Promise = WillImpose | WillLower | WillRemove


@dataclass(frozen=True)
class Live:
    """An option that a situation leaves a party, where it was found, and the act or entry that it rests on."""

    option: Option
    found_in: FoundIn
    basis: str


class Run(NamedTuple):
    """A level and its first day."""

    start: date
    level: float


def live_options(scenario: Scenario, regime: Regime, seen: Ledger) -> dict[str, list[Live]]:
    """Each party's options, by party. seen: the record as known on the day."""
    able = scenario.parties
    histories = {(p, o): levels(scenario, regime, p, o) for p in able for o in scenario.parties if p != o}
    found = {}
    for party in able:
        others = [o for o in scenario.parties if o != party]
        own = [live for live in _each(_Asked(scenario, regime, seen, party, others[0], histories)) if live]
        found[party] = _distinct(own)
    return found


def return_name(day: date) -> str:
    """The name of the option that returns to the law of a day."""
    return f"return to {in_words(day)}"


def in_words(day: date) -> str:
    """2 May 2025."""
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class _Asked:
    """One party's view of one other."""

    scenario: Scenario
    regime: Regime
    seen: Ledger
    player: str
    other: str
    histories: dict[tuple[str, str], list[Run]]

    @property
    def runs(self) -> list[Run]:
        """What the player added on the other's goods, up to the day."""
        return [r for r in self.histories[self.player, self.other] if r.start <= self.scenario.on]

    @property
    def others(self) -> tuple[str, ...]:
        """Every other party."""
        return tuple(p for p in self.scenario.parties if p != self.player)

    @property
    def goods(self) -> str:
        """The other's goods, in words."""
        return f"goods from {name_in_text(self.other)}"


def levels(scenario: Scenario, regime: Regime, player: str, other: str) -> list[Run]:
    """What a player adds on the other's goods from the eve of the round to a year ahead, a row for each change."""
    recent = acts_since(regime, scenario.before)
    first, last = scenario.before, scenario.on + AHEAD
    days = {first, scenario.on, *(d for d in change_days(recent, other, player, scenario.known) if first < d <= last)}
    level_of = level_on if player in PROBES else mean_level_on
    if level_of is level_on and not any(level_on(recent, player, other, day, scenario.known) > LEAST for day in days):
        level_of = mean_level_on
    runs: list[Run] = []
    for day in sorted(days):
        level = level_of(recent, player, other, day, scenario.known)
        if not runs or abs(level - runs[-1].level) > LEAST:
            runs.append(Run(day, level))
    return runs


def acts_since(regime: Regime, eve: date) -> Regime:
    """The regime of the acts of a round alone."""
    return regime.once(
        "acts since", eve, lambda: replace(regime, measures=tuple(m for m in regime.measures if m.act.signed >= eve))
    )


def level_on(regime: Regime, player: str, other: str, on: date, known: date | None) -> float:
    """What a regime's acts add on the player's probe product from the other, a fraction."""
    explained = regime.explain(PROBES[player], members(other)[0], player, on, known)
    return sum(line.contribution or 0.0 for line in explained.lines if line.signed)


def mean_level_on(regime: Regime, player: str, other: str, on: date, known: date | None) -> float:
    """What a regime's acts add on the other's goods on average, by the value of imports where that is known by line."""
    import numpy as np

    from parley.law.compiled import compile_rates
    from parley.law.stand_in import code_weights, has_schedule, stand_in_rates
    from parley.law.trade_weights import WEIGHTED, read_weights

    seller = members(other)[0]
    if not has_schedule(player):
        rates = stand_in_rates(regime, player, (seller,), on, known)
        added, weight = np.nan_to_num(rates.added[:, 0]), code_weights(rates.products)
    else:
        rates = compile_rates(regime, player, (seller,), on, known)
        weighed = player in WEIGHTED
        weight = (
            read_weights(player).matrix(rates.products, (union_of(other),))[:, 0]
            if weighed
            else np.ones(len(rates.products))
        )
        said = np.isfinite(rates.added[:, 0])  # lines whose duty cannot be stated as a fraction are left out
        added, weight = rates.added[said, 0], weight[said]
    return round(float((added * weight).sum() / weight.sum()), 4)


def _each(asked: _Asked) -> Iterator[Live | None]:
    """In order of weight: what is, what comes by itself, what was said, what was before, what answers the other."""
    yield _hold(asked)
    yield from _scheduled(asked)
    yield from _said(asked)
    yield _before(asked)
    yield from _agreed(asked)
    yield from _peaks(asked)
    yield _match(asked)


def _distinct(own: Sequence[Live]) -> list[Live]:
    """Each option once by name, the first few."""
    return list({live.option.name: live for live in reversed(own)}.values())[::-1][:MOST]


def _hold(asked: _Asked) -> Live:
    says = f"keep every duty of {in_words(asked.scenario.on)}"
    return Live(Option(player=asked.player, name="hold", says=says), "rule", f"law of {asked.scenario.on}")


def _scheduled(asked: _Asked) -> Iterator[Live]:
    """The next day on which the other's goods pay another rate by law, and the next on which those of third countries do."""
    on, known = asked.scenario.on, asked.scenario.known
    coming = next((r for r in asked.histories[asked.player, asked.other] if r.start > on), None)
    if coming:
        yield _come(
            asked,
            coming.start,
            f"{_percent(asked.runs[-1].level)} % added on {asked.goods} becomes {_percent(coming.level)} %",
        )
    if asked.player not in PROBES:
        return
    days = {d for d in change_days(asked.regime, PROBE_PARTNER, asked.player, known) if on < d <= on + AHEAD}
    now = level_on(asked.regime, asked.player, PROBE_PARTNER, on, known)
    for day in sorted(days):
        then = level_on(asked.regime, asked.player, PROBE_PARTNER, day, known)
        if abs(then - now) > LEAST:
            if not coming or day != coming.start:
                yield _come(
                    asked,
                    day,
                    f"other countries' rates change, such as {_percent(now)} to {_percent(then)} % on {country_name(PROBE_PARTNER)}",
                )
            return


def _come(asked: _Asked, day: date, what: str) -> Live:
    known = knowledge(asked.scenario.known)
    rows = [m for m in asked.regime.known_rows(known, asked.player) if day in (m.start, m.end_as_known(known))]
    open_ = " unless extended" if any(m.contingent for m in rows) else ""
    says = f"the law of {in_words(day)} as known{open_}: {what}"
    option = Option(player=asked.player, name=f"let {in_words(day)} come", says=says, law_of=day)
    return Live(option, "law", "; ".join(dict.fromkeys(act_as_known(m.act, known).citation for m in rows)) or "law")


def _before(asked: _Asked) -> Live | None:
    """The law of the eve of the round, on the others' goods alone; also where duties on a few goods alone were added since."""
    scenario, eve = asked.scenario, asked.scenario.before
    if eve == scenario.on or (asked.runs[-1].level <= LEAST and not _on_few(asked)):
        return None
    says = f"end every duty added on {asked.goods} since {in_words(eve)}; all else stays"
    option = Option(player=asked.player, name=return_name(eve), says=says, law_of=eve, toward=asked.others)
    return Live(option, "law", f"law of {eve}")


def _on_few(asked: _Asked) -> bool:
    """Whether the round has brought duties on a few of the other's goods alone, which no level shows."""
    scenario, seller = asked.scenario, members(asked.other)[0]
    if max(run.level for run in asked.runs) > LEAST:
        return False
    return bool(added_measures(asked.regime, seller, asked.player, scenario.before, scenario.on, scenario.known))


def _agreed(asked: _Asked) -> Iterator[Live]:
    """The rates that an agreement of the two brought, where they are no longer those of the day; the newest first."""
    runs, now = asked.runs, asked.runs[-1].level
    pair = {asked.player, asked.other}
    for entry, said in reversed([*asked.seen.affirming(Agreed)]):
        run = next((r for r in runs if entry.on <= r.start <= entry.on + APPLIED), None)
        if set(said.parties) == pair and run and abs(run.level - now) > LEAST:
            name = f"return to the rates after {said.agreement.replace('-', ' ').title()}"
            says = f"{_percent(run.level)} % added on {asked.goods}, as from {in_words(run.start)}"
            option = Option(player=asked.player, name=name, says=says, law_of=run.start, toward=asked.others)
            yield Live(option, "record", entry.id)


def _peaks(asked: _Asked) -> Iterator[Live]:
    """The highest level since the round began, and that of the eve of the largest rise: where they are not those of the day."""
    runs, now = asked.runs, asked.runs[-1].level
    top = max(runs, key=lambda r: r.level)
    if top.level > now + LEAST:
        yield _back(asked, top.start, top.level, f"return to {in_words(top.start)}", "the highest rates of the round")
    rise, start, level = max(
        ((b.level - a.level, b.start, a.level) for a, b in pairwise(runs)),
        default=(0.0, asked.scenario.before, 0.0),
    )
    if rise > LEAST and level > LEAST and abs(level - now) > LEAST:
        eve = start - timedelta(days=1)
        yield _back(asked, eve, level, return_name(eve), "the rates of the eve of the largest rise")


def _back(asked: _Asked, day: date, level: float, name: str, what: str) -> Live:
    says = f"{what}: {_percent(level)} % added on {asked.goods}"
    option = Option(player=asked.player, name=name, says=says, law_of=day, toward=asked.others)
    return Live(option, "law", f"law of {day}")


def _match(asked: _Asked) -> Live | None:
    """As much on all of the other's goods as the other adds, in place of what was added.

    All goods, also those that the other leaves out: so China matched in April 2025, and so outcomes/README.md codes it.
    """
    scenario, other = asked.scenario, name_in_text(asked.other)
    flat, level = matched_level(acts_since(asked.regime, scenario.before), asked.other, asked.player, scenario)
    if level <= LEAST or abs(level - asked.runs[-1].level) <= LEAST:
        return None
    theirs_on = "the rate of its duties on all goods" if flat else "the average over all goods of its duties on lists"
    option = Option(
        player=asked.player, name=f"match the {_percent(level)} % of {other}",
        says=f"add on all {asked.goods} what {other} adds ({theirs_on}), also on goods that {other} leaves out; "
        f"in place of duties since {in_words(scenario.before)}",
        law_of=asked.scenario.before, toward=asked.others, adds=(Limit(of=asked.other, rate=round(level, 6)),),
    )  # fmt: skip
    return Live(option, "rule", f"law of {asked.scenario.on}")


def matched_level(recent: Regime, player: str, other: str, scenario: Scenario) -> tuple[bool, float]:
    """(whether by duties on all goods, what a player adds on the other's goods): their sum, else the mean of its duties on lists."""
    on, known = scenario.on, scenario.known
    if player in PROBES:
        asked = (PROBES[player], members(other)[0], player, on, known)
        flat = {m.id for m in recent.covering(*asked) if "*" in m.products}
        level = sum(x.contribution or 0.0 for x in recent.explain(*asked).lines if x.signed and x.measure in flat)
        if level > LEAST:
            return True, level
    return False, mean_level_on(recent, player, other, on, known)


def _said(asked: _Asked) -> Iterator[Live]:
    """What the player's side threatened or offered on record and law does not hold yet; the newest first."""
    for entry, said in reversed([*asked.seen.affirming(WillImpose, WillLower, WillRemove)]):
        own = entry.kind == "agreement" or asked.player in (
            entry.behalf,
            entry.actor,
        )  # what others say of it is no word of its own
        if own and said.by == asked.player and said.target == asked.other and _is_open(asked, entry, said):
            made = _as_option(asked, entry, said)
            if made:
                yield Live(made, "record", entry.id)


def _is_open(asked: _Asked, entry: Entry, said: Promise) -> bool:
    on = asked.scenario.on
    if asked.seen.answers_to(entry.id, "withdraws", "retracts", "suspends", "replaces"):
        return False
    return said.start > on if said.start else entry.on >= on - STALE


def _as_option(asked: _Asked, entry: Entry, said: Promise) -> Option | None:
    """The words as law: a measure set, dropped, or so much added on all of the other's goods; None where it is so already."""
    scenario, regime = asked.scenario, asked.regime
    rows = regime.at(scenario.on, knowledge(scenario.known), asked.player)
    held = [m for m in rows if said.measure == m.id and covers_origin(m, members(asked.other)[0])]
    start = f" from {in_words(said.start)}" if said.start else ""
    says = f"{entry.text} [{entry.id}]"
    player, on = asked.player, scenario.on
    if isinstance(said, WillImpose):
        if said.bound is None:
            return None
        if held and not said.added:
            if all((m.rate or 0) >= said.bound for m in held):
                return None
            change = (Change(set=said.measure, rate=said.bound, start=on),)
            return Option(
                player=player, name=f"carry out the threat: {_percent(said.bound)} %{start}", says=says, changes=change
            )
        more = (
            said.bound if said.added else said.bound - asked.runs[-1].level if said.programme == "added" else said.bound
        )
        if more <= LEAST:
            return None
        adds = (Limit(of=asked.other, rate=round(more, 6)),)
        return Option(player=player, name=f"carry out the threat: {_percent(more)} % more{start}", says=says, adds=adds)
    rate = said.bound if isinstance(said, WillLower) else 0.0
    if not held or all((m.rate or 0) <= rate for m in held):
        return None
    change = (Change(set=said.measure, rate=rate, start=on),)
    return Option(
        player=player, name=f"do as offered: {said.measure} at {_percent(rate)} %{start}", says=says, changes=change
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:.4g}"
