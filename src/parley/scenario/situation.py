"""The situation of a day, found in law and record as known on the day: what changed, what comes, what stands open, what each side can do.

A scenario needs nothing but its day and its parties: `found` fills in its title, products, options, demanded step and deadline
from here. What a scenario's own file writes stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from textwrap import shorten

from parley.codes import members, union_of
from parley.errors import InputError
from parley.law.as_known import row_as_known
from parley.law.entry_claims import CLAIMS, FIRST_DAY
from parley.law.measure import LATEST, Measure, covers_origin
from parley.law.regime import Regime, knowledge
from parley.law.timeline import carries_on
from parley.record.answers import DeadlineRow
from parley.record.entry import SaidRow, said_row
from parley.record.ledger import Ledger, read_ledger
from parley.record.predicates import Agreed, ConditionForTalks, Lawful
from parley.record.status import status
from parley.scenario.answers_situation import ActStep, LiveOption, SituationPart
from parley.scenario.levy import regime_of
from parley.scenario.live_options import Live, live_options, return_name
from parley.scenario.rounds import read_rounds
from parley.scenario.scenario import Deadline, Product, Scenario, Signal
from parley.scenario.scenario_parts import title_of

RECENT = timedelta(days=30)
AHEAD = timedelta(days=366)
SOON = timedelta(days=120)  # country rates due later than this are no deadline yet
PRODUCTS, LABEL = 4, 60
TERMS = {  # assumptions of ours, shown as such
    "sign": "the rate of the day stays and the partner's own duties on the hub's goods go to zero",
    "wait": "unpunished, the rate of the day stays",
    "punished": "the country rate scheduled for the deadline is levied",
}


def before_of(on: date) -> date:
    """The eve of the round of tariffs that a day belongs to, from its first act on. A day before the first is its own eve."""
    return max((r.eve for r in read_rounds() if r.signed <= on), default=on)


@dataclass(frozen=True)
class Situation:
    """What law and record show on a scenario's day, as known to it; options, deadline and step are found when they are asked for."""

    scenario: Scenario
    regime: Regime
    ledger: Ledger

    @property
    def on(self) -> date:
        """The day."""
        return self.scenario.on

    @cached_property
    def seen(self) -> Ledger:
        """The record as known on the day, of what had happened by then."""
        return self.ledger.known(self.scenario.known).until(self.on)

    @cached_property
    def changed(self) -> list[ActStep]:
        """What began or ended in the last thirty days, by day and act."""
        return self._steps(lambda d: self.on - RECENT < d <= self.on)

    @cached_property
    def ahead(self) -> list[ActStep]:
        """What was law already for a later day: what begins and what ends, by day and act."""
        return self._steps(lambda d: self.on < d)

    def _steps(self, wanted: Callable[[date], bool]) -> list[ActStep]:
        known = knowledge(self.scenario.known)
        held = [m for p in self.scenario.parties for m in self.regime.known_rows(known, p)]
        on = carries_on(held, known)
        begun = [(m.start, m) for k, m in enumerate(held) if wanted(m.start) and k not in on]
        ended = [(e, m) for m in held if wanted(e := m.end_as_known(known)) and e < LATEST]
        follows = {(m.start, m.id) for m in held}
        ended = [(d, m) for d, m in ended if (d, m.id) not in follows]
        made = [*_by_act("ends", ended, self.scenario), *_by_act("begins", begun, self.scenario)]
        return sorted(made, key=lambda x: x["on"])

    @cached_property
    def live(self) -> dict[str, list[Live]]:
        """What each party can do, by party."""
        return live_options(self.scenario, self.regime, self.seen)

    @cached_property
    def signal(self) -> Signal | None:
        """The step that one party demands of the other before it talks, where such a demand stands and the step is open."""
        demands = [s for _, s in self.seen.affirming(ConditionForTalks) if {s.by, s.of} <= {*self.scenario.parties}]
        standing = {
            row["by"]
            for row in status(self.ledger, self.on, self.scenario.known)["preconditions"]
            if row["state"] == "standing"
        }
        for said in reversed(demands):
            step = return_name(self.scenario.before)
            names = {live.option.name for live in self.live.get(said.of, ())}
            if said.by in standing and step in names and said.by in self.live:
                return Signal(maker=said.of, step=step, status_quo="hold", others={said.by: "hold"})
        return None

    @cached_property
    def deadline(self) -> Deadline | None:
        """The next day on which country rates of a party fall due by law, with what signing, waiting and being punished mean."""
        from parley.scenario.deadline import country_rates

        known = knowledge(self.scenario.known)
        for by in self.scenario.parties:
            days = {
                m.start
                for m in self.regime.known_rows(known, by)
                if self.on < m.start <= self.on + SOON and m.combine in ("add", "total")
            }
            exempt = tuple(x for p in self.scenario.parties if p != by for x in _with_cities(p))
            for day in sorted(days):
                asked = Deadline(on=day, by=by, terms=TERMS, exempt=exempt)
                due = country_rates(self.regime, self.scenario, asked)
                if any(then > now for now, then, _ in due.values()):
                    return asked
        return None

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The largest lines of what the first party buys of the last, by the value of its imports."""
        return _largest(self.scenario)

    def title(self) -> str:
        """The parties and the day."""
        return title_of(self.scenario.parties, self.on)

    def agreements(self) -> list[SaidRow]:
        """Agreements between the parties, since the eve of the round."""
        return self._said(e for e, s in self.seen.affirming(Agreed) if {*s.parties} <= {*self.scenario.parties})

    def rulings(self) -> list[SaidRow]:
        """What courts held of the duties of a legal authority, since the eve of the round."""
        return self._said(e for e, _ in self.seen.saying(Lawful))

    def _binds_ours(self, row: DeadlineRow) -> bool:
        """Whether a deadline was given by one party to another or to all countries, or set by the parties jointly."""
        if row["by"] == "*":
            return self._is_ours(row["entry"])
        bound = {c for p in self.scenario.parties if p != row["by"] for c in members(p)}
        return row["by"] in self.scenario.parties and (row["to"] == "*" or bool(bound & {*members(row["to"])}))

    def _is_ours(self, entry: str) -> bool:
        """Whether a joint deadline was set between the parties."""
        found = self.seen.entry(entry)
        return {found.behalf, found.target} <= {*self.scenario.parties, ""}

    def _said(self, entries: Iterable) -> list[SaidRow]:
        return [said_row(e) for e in dict.fromkeys(entries) if e.on >= self.scenario.before]

    def as_json(self) -> SituationPart:
        """The situation as one plain object."""
        scenario, standing = self.scenario, status(self.ledger, self.on, self.scenario.known)
        parties = {*scenario.parties}
        return {
            "changed_since": (self.on - RECENT).isoformat(),
            "changed": self.changed,
            "ahead": self.ahead,
            "offers": [x for x in standing["offers"] if {x["by"], x["to"]} <= parties],
            "preconditions": [x for x in standing["preconditions"] if {x["by"], x["of"]} <= parties],
            "deadlines": [x for x in standing["deadlines"] if self._binds_ours(x)],
            "agreements": self.agreements(),
            "rulings": self.rulings(),
            "options": self._options(),
        }

    def _options(self) -> dict[str, list[LiveOption]]:
        """Each party's options: those of the scenario, with where they were found; else those that the situation leaves."""
        found = {(p, live.option.name): live for p, own in self.live.items() for live in own}
        written = self.scenario.options()
        if not written:
            return {p: [_written(live) for live in own] for p, own in self.live.items()}
        return {
            p: [_written(found.get((p, o.name), Live(o, "file", Path(self.scenario.file).name))) for o in own]
            for p, own in written.items()
        }


def situation_of(scenario: Scenario, regime: Regime | None = None, ledger: Ledger | None = None) -> Situation:
    """The situation of a scenario's day. regime, ledger: where they are at hand; else the scenario's law and the packaged record."""
    return Situation(scenario, regime or regime_of(scenario), ledger or read_ledger())


def found(scenario: Scenario) -> Scenario:
    """The scenario with every part that it does not write filled in from the situation of its day.

    Examples
    --------
    >>> import parley
    >>> from parley.scenario.situation import found, on_day
    >>> [o.name for o in found(on_day("2025-05-02", known="2025-05-02")).options()["USA"]][:2]
    ['hold', 'let 9 July 2025 come']
    """
    here = situation_of(scenario)
    last = max(
        (date.fromisoformat(x["on"]) for x in here.ahead if date.fromisoformat(x["on"]) <= scenario.on + AHEAD),
        default=scenario.on,
    )
    parts: dict[str, object] = {}
    if not scenario.title:
        parts["title"] = here.title()
    if not scenario.until:
        parts["until"] = last
    if not scenario.product:
        parts["product"] = here.products
    if not scenario.deadline:
        parts["deadline"] = here.deadline
    if not scenario.option:
        options = tuple(live.option for own in here.live.values() for live in own)
        parts["option"] = options if len(here.live) > 1 else ()
        if not scenario.signal and len(here.live) > 1:
            parts["signal"] = here.signal
    return scenario.replaced(**parts)


def on_day(on: date | str, known: date | str | None = None, parties: Sequence[str] = ("USA", "CHN")) -> Scenario:
    """A scenario of a day and parties alone, with nothing written; effects are against the eve of the day's round of tariffs."""
    from parley.codes import country, day

    asked = day(on, "on")
    if asked < FIRST_DAY:
        raise InputError("on", f"{asked} is before what the package covers", f"{FIRST_DAY} or later")
    codes = tuple(union_of(country(p, "parties")) for p in parties)
    if len(set(codes)) < max(len(codes), 2):
        said = ", ".join(codes) or "none"
        raise InputError(
            "parties", said, "two or more different countries or unions, with commas", "A member is its union"
        )
    return Scenario(
        on=asked,
        known=day(known, "known") if known else None,
        parties=codes,
        before=before_of(asked),
        elasticities="U4",
    )


def _by_act(what: str, rows: Sequence[tuple[date, Measure]], scenario: Scenario) -> list[ActStep]:
    """One step for each day and act on the goods of a party, and one on those of other countries alone."""
    groups: dict[tuple[date, str, bool], list[Measure]] = {}
    for day, m in rows:
        act = (m.terminated_by or m.act.id) if what == "ends" else m.act.id
        far = not any(covers_origin(m, p) for p in scenario.parties if p != m.act.authority)
        groups.setdefault((day, act, far), []).append(m)
    return [_step(what, day, act, own, scenario) for (day, act, _), own in sorted(groups.items(), key=lambda g: g[0])]


def _step(what: str, day: date, act: str, own: Sequence[Measure], scenario: Scenario) -> ActStep:
    duties = [m for m in own if not _frees(m)]
    rates = [m.rate for m in duties if m.rate is not None]
    by = own[0].act.authority
    others = [p for p in scenario.parties if p != by]
    first = row_as_known(own[0], knowledge(scenario.known))
    ended_by = act if what == "ends" and act != own[0].act.id else None
    return {
        "on": day.isoformat(),
        "what": "begins" if what == "begins" else "ends",
        "by": by,
        "act": first.act.citation,
        "title": own[0].act.title,
        "ended_by": ended_by,
        "measures": len({m.id for m in duties}),
        "exclusions": len({m.id for m in own} - {m.id for m in duties}),
        "lowest": min(rates, default=None),
        "highest": max(rates, default=None),
        "spans": f"the rates of the act's {len(rates)} duties that name one",
        "programmes": sorted({m.programme for m in own}),
        "on_goods_of": [p for p in others if any(covers_origin(m, p) for m in own)],
        "only": _conditions(duties or own),
        "unless_extended": any(m.contingent == ("start" if what == "begins" else "end") for m in own),
        "source": first.source,
        "address": own[0].act.address or None,
    }


def _frees(m: Measure) -> bool:
    """Whether a row frees goods: of a layer, or of the base duty."""
    return m.combine == "zero" or (m.combine == "replace" and m.programme == "mfn" and m.rate == 0)


def _conditions(rows: Sequence[Measure]) -> list[str]:
    """What all rows ask of goods beyond their code and origin, by the labels of the entry claims."""
    asked = [{name for name, value in m.when.items() if value is True} for m in rows]
    shared = set.intersection(*asked) if asked else set()
    return [claim.label for name, claim in CLAIMS.items() if name in shared and claim.default is False]


def _written(live: Live) -> LiveOption:
    option = live.option
    return {"name": option.name, "says": option.says, "found_in": live.found_in, "basis": live.basis}


def _with_cities(party: str) -> tuple[str, ...]:
    """A party and what its side answers for in the other's law: Hong Kong and Macao with China."""
    return (party, "HKG", "MAC") if party == "CHN" else (party,)


def _largest(scenario: Scenario) -> tuple[Product, ...]:
    import numpy as np

    from parley.law.edition import edition_of
    from parley.law.trade_weights import WEIGHTED, read_weights

    levier, origin = scenario.parties[0], scenario.parties[-1]
    if levier not in WEIGHTED:
        return ()
    edition = edition_of(levier, scenario.on)
    value = read_weights(levier).matrix(edition.codes, (origin,))[:, 0]
    order = np.argsort(-value)[:PRODUCTS]
    return tuple(
        Product(code=edition.codes[k], label=_label(levier, edition.codes[k], scenario.on))
        for k in order
        if value[k] > 0
    )


def _label(levier: str, code: str, on: date) -> str:
    """What people call a line: an everyday word, else the last steps of its description, cut at a word."""
    from parley.law.find import everyday_word
    from parley.law.products import line_of

    line = line_of((), code, levier, on)
    return everyday_word(code) or (shorten(line.short, LABEL, placeholder=" …") if line else code)
