"""How measures stack: which of those that cover a good apply, on what share of its value, and what each adds.

Layers: within a layer only the measure of highest rank applies (ties: the higher rate). An exclusion whose layer is "*"
empties every layer whose winner has a lower rank. Edges: a measure that yields to others in force keeps the share of value
that they leave. A row that replaces the base wins its layer like any
other; of the winners of several layers, the first in precedence does. Bans stand apart: they forbid the import and enter no
layer, no edge and no sum. Nothing here knows a country or a product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from parley.codes import PROGRAMMES
from parley.errors import MeasureError
from parley.law.entry_claims import Value, holds, in_words, number_of
from parley.law.measure import Measure, Yields, covers_origin
from parley.law.products import rate_of, read_duty, why_unknown

METALS = ("steel", "aluminium", "copper")
EVERY_LAYER = "*"  # the layer of an exclusion from every duty of lower rank
WHOLE = 1 - 1e-9  # shares that sum to this are the whole value: 0.1 + 0.2 + 0.7 is, whatever binary makes of it


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


class Layer(NamedTuple):
    """The rows that compete in one layer, and the names by which an exclusion from every layer may spare it."""

    rows: list[Measure]
    names: set[str]


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
    layers, bans, refused = _by_claims(measures, claims)
    winners, losers = _by_layer(layers)
    form = form_of(winners, origin, on, known)
    applied, yielded = _parted(winners, form, *net_shares(form, claims, [m.id for m in winners]))
    in_lieu = next((a.measure for a in applied if a.measure.combine == "replace"), None)
    on_top = tuple(a for a in applied if a.measure is not in_lieu)
    return Stack(on_top, (*yielded, *losers, *refused), tuple(sorted(bans, key=lambda m: (m.id, m.start))), in_lieu)


def winners_of(measures: Iterable[Measure], claims: Mapping[str, Value]) -> list[Measure]:
    """The measures of a stack before edges: those whose conditions hold, the first of each layer; bans stand apart."""
    return _by_layer(_by_claims(measures, claims)[0])[0]


def _by_claims(
    measures: Iterable[Measure], claims: Mapping[str, Value]
) -> tuple[dict[str, Layer], list[Measure], list[NotApplied]]:
    """Measures whose conditions hold, by layer, and bans; the others with the condition that failed."""
    layers: dict[str, Layer] = {}
    bans, refused = [], []
    for m in measures:
        missing = [f"{n} {in_words(w)}" for n, w in m.when.items() if not holds(n, w, claims)]
        barred = [f"{n} {in_words(w)}" for n, w in m.unless.items() if holds(n, w, claims)]
        if missing:
            if m.combine not in ("zero", "cap"):  # a relief that nobody claimed explains nothing; the default is stated
                refused.append(NotApplied(m, f"only where {' and '.join(missing)}"))
        elif barred:
            refused.append(NotApplied(m, f"not where {' or '.join(barred)}"))
        elif m.combine == "ban":
            bans.append(m)
        else:
            rows, names = layers.setdefault(m.key, Layer([], set()))
            rows.append(m)
            names.update(m.names)
    return layers, bans, refused


def _by_layer(layers: Mapping[str, Layer]) -> tuple[list[Measure], list[NotApplied]]:
    """The winner of each layer, and what it displaces. A winner that zeroes its layer is not levied itself."""
    winners, losers = [], []
    for rows in _with_exclusions(layers).values():
        first, *rest = sorted(rows, key=_precedence)
        if first.combine != "zero":
            winners.append(first)
        verb = "excluded by" if first.combine == "zero" else "displaced by"
        why = f"{verb} {named(first)}" + (f": {first.reason}" if first.reason else "")
        losers.extend(
            NotApplied(m, why) for m in rest if m.combine != "zero" and m.id != first.id
        )  # not its own past steps
    return _one_base(winners, losers)


def _one_base(winners: list[Measure], losers: list[NotApplied]) -> tuple[list[Measure], list[NotApplied]]:
    """The same with one rate in place of the base at most: the first in precedence, whatever its layer."""
    first, *rest = sorted((m for m in winners if m.combine == "replace"), key=_precedence) or [None]
    if first is None or not rest:
        return winners, losers
    kept = [m for m in winners if m is first or m.combine != "replace"]
    return kept, [*losers, *(NotApplied(m, f"displaced by {named(first)}") for m in rest if m)]


def _with_exclusions(layers: Mapping[str, Layer]) -> dict[str, list[Measure]]:
    """The rows of each layer, with the exclusions from every layer that spare none of their names."""
    everywhere = layers[EVERY_LAYER].rows if EVERY_LAYER in layers else []
    return {key: [*layer.rows, *(e for e in everywhere if layer.names.isdisjoint(e.spares))]
            for key, layer in layers.items() if key != EVERY_LAYER}  # fmt: skip


def exclusions(measures: Iterable[Measure], claims: Mapping[str, Value]) -> dict[str, Measure]:
    """The layers whose winner is an exclusion, each with that exclusion."""
    layers, bans, _ = _by_claims(measures, claims)
    held = layers | {m.key: Layer([m], set(m.names)) for m in bans}
    firsts = {key: min(rows, key=_precedence) for key, rows in _with_exclusions(held).items()}
    return {key: first for key, first in firsts.items() if first.combine == "zero"}


def _precedence(m: Measure) -> tuple[int, bool, float, str, date]:
    """Highest rank first; at equal rank an exclusion, then the higher rate; then by name: order never matters."""
    return -m.rank, m.combine != "zero", -(m.rate or 0.0), m.id, m.start


def named(m: Measure) -> str:
    """A measure as a reader meets it: its id and heading."""
    return f"{m.id} ({m.heading})" if m.heading else m.id


class Form(NamedTuple):
    """How the winners of a stack bear on each other, whoever they are: shares follow from it and the claims alone.

    shares: the kind of each and the least content that counts; levies: whether others give way to it; edges: of each,
    the places that it yields to, and whether wholly.
    """

    shares: tuple[tuple[str, float], ...]
    levies: tuple[bool, ...]
    edges: tuple[tuple[tuple[int, bool], ...], ...]


def form_of(winners: Sequence[Measure], origin: str, on: date, known: date) -> Form:
    """The form of a stack, from the edges that stand on a day for an origin."""
    edges = (tuple((j, e.wholly) for e in m.yields_to if edge_holds(e, origin, on, known)
             for j, w in enumerate(winners) if j != i and e.to in w.names) for i, m in enumerate(winners))  # fmt: skip
    shares = tuple((m.share, m.share_least if m.share == "non_us_content" else 0.0) for m in winners)
    return Form(shares, tuple(_levies(m) for m in winners), tuple(edges))


def net_shares(
    form: Form, claims: Mapping[str, Value], names: Sequence[str] = ()
) -> tuple[list[float], dict[int, float]]:
    """The own share of each winner, and net = own · (1 − what the measures in force that it yields to cover; 1 if wholly).

    names: the winners' own, for the error about a circle.
    """
    metals = metal_shares([kind for kind, _ in form.shares], claims)
    own = [_own_share(kind, least, metals, claims) for kind, least in form.shares]
    net: dict[int, float] = {}

    def net_share(i: int, path: tuple[int, ...] = ()) -> float:
        if i in path:
            circle = [names[j] if names else f"measure {j}" for j in (*path, i)]
            raise MeasureError(circle[-1], f"yields in a circle: {' to '.join(circle)}")
        if i not in net:
            alive = [(j, wholly) for j, wholly in form.edges[i] if net_share(j, (*path, i)) > 0 and form.levies[j]]
            net[i] = own[i] * (1 - _covered([(form.shares[j][0], own[j], wholly) for j, wholly in alive]))
        return net[i]

    for i in range(len(own)):
        net_share(i)
    return own, net


def metal_shares(kinds: Sequence[str], claims: Mapping[str, Value]) -> dict[str, float]:
    """The share of value that each kind of share stands for, where measures of some kinds are levied.

    A metal that is not claimed takes what the claimed ones leave, in equal parts where several metals pay: goods
    are wholly of their metal by default, and the parts of one good never sum to more than its value.
    """
    metals = [k for k in METALS if k in kinds]
    given = {k: share for k in METALS if (share := number_of(claims, f"{k}_share")) is not None}
    if sum(given.values()) > 1 + 1e-9:
        raise MeasureError("claims", f"metal shares sum to {sum(given.values()):g}", "at most 1")
    open_metals = [k for k in metals if k not in given]
    left = 1.0 - sum(given.values())
    rest = (left if left > 1 - WHOLE else 0.0) / max(1, len(open_metals))
    return {"full": 1.0, **dict.fromkeys(open_metals, rest), **given}


def _own_share(kind: str, least: float, shares: Mapping[str, float], claims: Mapping[str, Value]) -> float:
    """The share of value that a measure covers by itself."""
    if kind != "non_us_content":
        return shares[kind]
    content = number_of(claims, "us_content") or 0.0
    return 1.0 - (content if content >= least else 0.0)


def stays(own: float, net: float) -> bool:
    """Whether a winner is levied: on what others leave of its share, or on no part of the value at all."""
    return net > 0 or own == 0


def _parted(
    winners: Sequence[Measure], form: Form, own: Sequence[float], net: Mapping[int, float]
) -> tuple[list[Applied], list[NotApplied]]:
    """The winners that stay, with their net shares, and those that give way, with what to."""
    applied, yielded = [], []
    for i, m in enumerate(winners):
        if stays(own[i], net[i]):
            applied.append(Applied(m, net[i]))
        else:
            to = dict.fromkeys(named(winners[j]) for j, _ in form.edges[i] if net[j] > 0)
            yielded.append(NotApplied(m, f"gives way to {', '.join(to)}"))
    return applied, yielded


def _levies(m: Measure) -> bool:
    """Whether others give way to it: a row of rate 0 is not in force for them unless it says that it covers its share.

    A total is, whatever the base.
    """
    return m.covers or m.combine != "add" or m.rate != 0


def _covered(alive: Sequence[tuple[str, float, bool]]) -> float:
    """The share of value covered by what a measure yields to: metals are disjoint parts and add up, others overlap."""
    if any(wholly for _, _, wholly in alive):
        return 1.0
    metals = {kind: share for kind, share, _ in alive if kind in METALS}
    of_metal = sum(metals.values())
    return max([1.0 if of_metal > WHOLE else of_metal, *(share for kind, share, _ in alive if kind not in METALS)])


def edge_holds(e: Yields, origin: str, on: date, known: date) -> bool:
    """Whether an edge stands on a day, as known on another, for an origin."""
    return edge_stands(e, on, known) and covers_origin(e, origin)


def edge_stands(e: Yields, on: date, known: date) -> bool:
    """Whether an edge stands on a day, as known on another, for any origin."""
    in_force = (e.start is None or e.start <= on) and (e.end is None or on < e.end)
    return in_force and (e.known is None or e.known <= known) and (e.known_end is None or known < e.known_end)


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
