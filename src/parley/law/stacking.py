"""How measures stack: which of those that cover a good apply, on what share of its value, and what each adds.

Layers: within a layer only the measure of highest rank applies (ties: the higher rate). An exclusion whose layer is "*"
empties every layer whose winner has a lower rank. Edges: a measure that yields to others in force keeps the share of value
that they leave. A row that replaces the base wins its layer like any
other; of the winners of several layers, the first in precedence does. Bans stand apart: they forbid the import and enter no
layer, no edge and no sum. Nothing here knows a country or a product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from parley.codes import PROGRAMMES
from parley.law.entry_claims import Value, holds, in_words
from parley.law.measure import Measure
from parley.law.products import rate_of, read_duty, why_unknown
from parley.law.value_shares import METALS as METALS
from parley.law.value_shares import WHOLE as WHOLE
from parley.law.value_shares import Form, form_of, net_shares, stays
from parley.law.value_shares import edge_holds as edge_holds
from parley.law.value_shares import edge_stands as edge_stands

Condition = tuple[str, Value]
EVERY_LAYER = "*"  # the layer of an exclusion from every duty of lower rank


class Applied(NamedTuple):
    """A measure that applies, and the share of customs value on which it is levied."""

    measure: Measure
    share: float


class NotApplied(NamedTuple):
    """A measure that covers the good but is not levied, and why."""

    measure: Measure
    reason: str


@dataclass(frozen=True)
class RateLine:
    """One summand of a rate. rate, share and contribution are fractions; None where unknown, with the reason."""

    measure: str
    programme: str
    rate: float | None
    share: float
    contribution: float | None
    reason: str
    source: str
    signed: date | None = None
    expression: str = ""  # the duty's own words, where it has any: "3.3¢/kg"
    act: str = ""  # the id of the act behind it; empty for a base of the schedule
    estimated: bool = False  # a base taken at what customs charged on past imports, below a total: the sum is exact


Layers = dict[str, list[Measure]]  # the rows that compete, by layer


class Stack(NamedTuple):
    """The measures levied on one good from one origin, those that give way, and those that forbid its import.

    in_lieu: the measure whose rate stands in place of the base; it is not among those applied on top.
    """

    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]
    prohibited: tuple[Measure, ...] = ()
    in_lieu: Measure | None = None

    @property
    def levied(self) -> tuple[Applied, ...]:
        """What applies, with the measure in place of the base."""
        return (*self.applied, *([Applied(self.in_lieu, 1.0)] if self.in_lieu else []))


def stack(measures: Iterable[Measure], origin: str, on: date, known: date, claims: Mapping[str, Value]) -> Stack:
    """The stack of measures that cover a good on a day, as known on another, under the claims made."""
    return settled(contest(measures, origin, on, known, claims), claims)


class Contest(NamedTuple):
    """A stack before shares: the winners of its layers and how they bear on each other, the rest, and the bans."""

    winners: list[Measure]
    form: Form
    others: tuple[NotApplied, ...]
    bans: tuple[Measure, ...]


def contest(
    measures: Iterable[Measure], origin: str, on: date, known: date, claims: Mapping[str, Value], told: bool = True
) -> Contest:
    """Who wins the layers of a stack: of the claims it reads those that conditions name. told: with who does not, and why."""
    layers, bans, refused = _by_claims(measures, claims, told)
    winners, losers = _by_layer(layers, told)
    forbidding = tuple(sorted(bans, key=lambda m: (m.id, m.start)))
    return Contest(winners, form_of(winners, origin, on, known), (*losers, *refused), forbidding)


def settled(found: Contest, claims: Mapping[str, Value], told: bool = True) -> Stack:
    """The stack of a contest, with the shares that the claims make. told: with what gives way, and to what."""
    winners, form, others, bans = found
    own, net = net_shares(form, claims, [m.id for m in winners])
    applied = [Applied(m, net[i]) for i, m in enumerate(winners) if stays(own[i], net[i])]
    yielded = _yielded(winners, form, own, net) if told and len(applied) < len(winners) else []
    in_lieu = next((a.measure for a in applied if a.measure.combine == "replace"), None)
    on_top = tuple(a for a in applied if a.measure is not in_lieu) if in_lieu else tuple(applied)
    return Stack(on_top, (*yielded, *others), bans, in_lieu)


def _by_claims(
    measures: Iterable[Measure], claims: Mapping[str, Value], told: bool = True
) -> tuple[Layers, list[Measure], list[NotApplied]]:
    """Measures whose conditions hold, by layer, and bans; the others with the condition that failed, where that is told."""
    layers: Layers = {}
    bans, refused = [], []
    for m in measures:
        missing = [(n, w) for n, w in m.when.items() if not holds(n, w, claims)] if m.when else []
        barred = [(n, w) for n, w in m.unless.items() if holds(n, w, claims)] if m.unless else []
        if missing or barred:
            if told:
                refused += _refused(m, missing, barred)
        elif m.combine == "ban":
            bans.append(m)
        else:
            layers.setdefault(m.key, []).append(m)
    return layers, bans, refused


def _refused(m: Measure, missing: Sequence[Condition], barred: Sequence[Condition]) -> list[NotApplied]:
    """A measure with the condition that failed; a relief that nobody claimed explains nothing, for the default is stated."""
    if not missing:
        return [NotApplied(m, f"not where {' or '.join(f'{n} {in_words(w)}' for n, w in barred)}")]
    only = f"only where {' and '.join(f'{n} {in_words(w)}' for n, w in missing)}"
    return [] if m.combine in ("zero", "cap") else [NotApplied(m, only)]


def _by_layer(layers: Layers, told: bool = True) -> tuple[list[Measure], list[NotApplied]]:
    """The winner of each layer, and what it displaces. A winner that zeroes its layer is not levied itself."""
    winners, losers = [], []
    for rows in _with_exclusions(layers).values():
        first = rows[0] if len(rows) == 1 else min(rows, key=_precedence)
        if first.combine != "zero":
            winners.append(first)
        if told and len(rows) > 1:
            losers += _displaced(first, sorted(rows, key=_precedence)[1:])
    return _one_base(winners, losers)


def _displaced(first: Measure, rest: Sequence[Measure]) -> list[NotApplied]:
    """What the winner of a layer displaces."""
    verb = "excluded by" if first.combine == "zero" else "displaced by"
    why = f"{verb} {named(first)}" + (f": {first.reason}" if first.reason else "")
    return [NotApplied(m, why) for m in rest if m.combine != "zero" and m.id != first.id]  # not its own past steps


def _one_base(winners: list[Measure], losers: list[NotApplied]) -> tuple[list[Measure], list[NotApplied]]:
    """The same with one rate in place of the base at most: the first in precedence, whatever its layer."""
    bases = sorted((m for m in winners if m.combine == "replace"), key=_precedence)
    if len(bases) < 2:
        return winners, losers
    first, *rest = bases
    kept = [m for m in winners if m is first or m.combine != "replace"]
    return kept, [*losers, *(NotApplied(m, f"displaced by {named(first)}") for m in rest)]


def _with_exclusions(layers: Layers) -> Layers:
    """The rows of each layer, with the exclusions from every layer that spare none of their names."""
    everywhere = layers.get(EVERY_LAYER)
    if not everywhere:
        return layers
    names = {key: {name for m in rows for name in m.names} for key, rows in layers.items() if key != EVERY_LAYER}
    return {key: [*layers[key], *(e for e in everywhere if own.isdisjoint(e.spares))] for key, own in names.items()}


def exclusions(measures: Iterable[Measure], claims: Mapping[str, Value]) -> dict[str, Measure]:
    """The layers whose winner is an exclusion, each with that exclusion."""
    layers, bans, _ = _by_claims(measures, claims)
    held = layers | {m.key: [m] for m in bans}
    firsts = {key: min(rows, key=_precedence) for key, rows in _with_exclusions(held).items()}
    return {key: first for key, first in firsts.items() if first.combine == "zero"}


def _precedence(m: Measure) -> tuple[int, bool, float, str, date]:
    """Highest rank first; at equal rank an exclusion, then the higher rate; then by name: order never matters."""
    return -m.rank, m.combine != "zero", -(m.rate or 0.0), m.id, m.start


def named(m: Measure) -> str:
    """A measure as a reader meets it: its id and heading."""
    return f"{m.id} ({m.heading})" if m.heading else m.id


def _yielded(
    winners: Sequence[Measure], form: Form, own: Sequence[float], net: Mapping[int, float]
) -> Iterator[NotApplied]:
    """The winners that give way, with what to."""
    for i, m in enumerate(winners):
        if not stays(own[i], net[i]):
            to = dict.fromkeys(named(winners[j]) for j, _ in form.edges[i] if net[j] > 0)
            yield NotApplied(m, f"gives way to {', '.join(to)}")


def contributions(
    applied: Sequence[Applied], base: float | None, unit_value: float | None = None
) -> list[tuple[float | None, float | None]]:
    """The rate and the contribution of each applied measure, in order; None where the base or a unit value is missing.

    add: rate · share. total: max(0, rate − base) · share. cap: min(0, rate − base − what its programme adds) · share.
    """
    rates = [rate_as_levied(a.measure, unit_value) for a in applied]
    added = [_addition(a, r, base) for a, r in zip(applied, rates, strict=True)]
    made: list[tuple[float | None, float | None]] = []
    for a, rate, value in zip(applied, rates, added, strict=True):
        if a.measure.combine == "cap":
            peers = [v for b, v in zip(applied, added, strict=True)
                     if b.measure.programme == a.measure.programme and b.measure.combine != "cap"]  # fmt: skip
            value = _capped(rate, base, peers, a.share)
        made.append((rate, value))
    return made


def _capped(rate: float | None, base: float | None, peers: Sequence[float | None], share: float) -> float | None:
    """What a cap takes off the base and its peers' additions; None where any of them is not known."""
    known = [v for v in peers if v is not None]
    if rate is None or base is None or len(known) < len(peers):
        return None
    return min(0.0, rate - base - sum(known)) * share


def rate_as_levied(m: Measure, unit_value: float | None) -> float | None:
    """The rate of a measure: its own, or its expression at a unit value; None where that is not known."""
    return rate_of(read_duty(m.expression), unit_value) if m.expression is not None else m.rate


def _addition(a: Applied, rate: float | None, base: float | None) -> float | None:
    if a.measure.combine == "total":
        return None if base is None or rate is None else max(0.0, rate - base) * a.share
    if a.share == 0:
        return 0.0  # a duty on no part of the value adds nothing, whatever its rate
    return None if rate is None else rate * a.share


def lines_of(applied: Sequence[Applied], base: float | None, unit_value: float | None) -> list[RateLine]:
    """The applied measures as lines, in the order of legal authorities."""
    sums = contributions(applied, base, unit_value)
    pairs = sorted(
        zip(applied, sums, strict=True), key=lambda p: (PROGRAMMES.index(p[0].measure.programme), p[0].measure.id)
    )
    return [_line(a.measure, a.share, rate, added, base, unit_value) for a, (rate, added) in pairs]


def and_so(said: str, more: str) -> str:
    """A sentence carried on: its full stop gives way to a semicolon."""
    return f"{said.rstrip().rstrip('.')}; {more}"


def _line(
    m: Measure, share: float, rate: float | None, added: float | None, base: float | None, unit_value: float | None
) -> RateLine:
    text = m.reason or m.act.title
    if m.combine == "total" and rate is not None:
        missing = "" if base is not None else ": the base is not known"
        text = and_so(text, f"tops the base up to {100 * rate:g} %{missing}")
    elif added is None and m.expression is not None:
        text = and_so(text, why_unknown(read_duty(m.expression), unit_value))
    return RateLine(m.id, m.programme, rate, share, added, text, m.source, m.act.signed, m.expression or "", m.act.id)
