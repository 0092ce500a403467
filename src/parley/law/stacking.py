"""How measures stack: which of those that cover a good apply, on what share of its value, and what each adds.

Layers: within a layer only the measure of highest rank applies (ties: the higher rate). Edges: a measure that yields
to others in force keeps the share of value that they leave. Nothing here knows a country or a product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from parley.errors import MeasureError
from parley.law.claims import Value, holds
from parley.law.measure import Measure, Yields
from parley.law.scope import covers_origin

METALS = ("steel", "aluminium", "copper")


class Applied(NamedTuple):
    """A measure that applies, and the share of customs value on which it is levied."""

    measure: Measure
    share: float


class NotApplied(NamedTuple):
    """A measure that covers the good but is not levied, and why."""

    measure: Measure
    reason: str


class Stack(NamedTuple):
    """The measures levied on one good from one origin, and those that give way."""

    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]


def stack(measures: Iterable[Measure], origin: str, on: date, known: date, claims: Mapping[str, Value]) -> Stack:
    """The stack of measures that cover a good on a day, as known on another, under the claims made."""
    ready, refused = _by_claims(measures, claims)
    winners, losers = _by_layer(ready)
    shares = gross_shares(winners, claims)
    applied, yielded = _by_edges(winners, shares, origin, on, known)
    return Stack(tuple(applied), (*yielded, *losers, *refused))


def _by_claims(measures: Iterable[Measure], claims: Mapping[str, Value]) -> tuple[list[Measure], list[NotApplied]]:
    """Measures whose conditions hold, and the others with the condition that failed."""
    ready, refused = [], []
    for m in measures:
        missing = [f"{n} {_wanted(w)}" for n, w in m.when.items() if not holds(n, w, claims)]
        barred = [f"{n} {_wanted(w)}" for n, w in m.unless.items() if holds(n, w, claims)]
        if missing:
            refused.append(NotApplied(m, f"only where {' and '.join(missing)}"))
        elif barred:
            refused.append(NotApplied(m, f"not where {' or '.join(barred)}"))
        else:
            ready.append(m)
    return ready, refused


def _wanted(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if text[:1] in "<>" else f"= {text}"


def _by_layer(measures: Sequence[Measure]) -> tuple[list[Measure], list[NotApplied]]:
    """The winner of each layer, and what it displaces. A winner that zeroes its layer is not levied itself."""
    layers: dict[str, list[Measure]] = {}
    for m in measures:
        layers.setdefault(m.key, []).append(m)
    winners, losers = [], []
    for rows in layers.values():
        first, *rest = sorted(rows, key=_precedence)
        if first.combine != "zero":
            winners.append(first)
        verb = "excluded by" if first.combine == "zero" else "displaced by"
        why = f"{verb} {named(first)}" + (f": {first.reason}" if first.reason else "")
        losers.extend(NotApplied(m, why) for m in rest if m.combine != "zero")
    return winners, losers


def _precedence(m: Measure) -> tuple[int, bool, float, str, date]:
    """Highest rank first; at equal rank an exclusion, then the higher rate; then by name, so that order never matters."""
    return -m.rank, m.combine != "zero", -(m.rate or 0.0), m.id, m.start


def named(m: Measure) -> str:
    """A measure as a reader meets it: its id and heading."""
    return f"{m.id} ({m.heading})" if m.heading else m.id


def gross_shares(measures: Sequence[Measure], claims: Mapping[str, Value]) -> dict[str, float]:
    """The share of value that each kind of share stands for here.

    A metal that is not claimed takes what the claimed ones leave, in equal parts where several metals pay: goods
    are wholly of their metal by default, and the parts of one good never sum to more than its value.
    """
    metals = [k for k in METALS if any(m.share == k for m in measures)]
    given = {k: float(claims[f"{k}_share"]) for k in METALS if isinstance(claims.get(f"{k}_share"), (int, float))}  # type: ignore[arg-type]
    if sum(given.values()) > 1 + 1e-9:
        raise MeasureError("claims", f"metal shares sum to {sum(given.values()):g}", "at most 1")
    open_metals = [k for k in metals if k not in given]
    rest = max(0.0, 1.0 - sum(given.values())) / max(1, len(open_metals))
    us_content = float(claims.get("us_content", 0.0))  # type: ignore[arg-type]
    return {"full": 1.0, "non_us_content": 1.0 - us_content, **dict.fromkeys(open_metals, rest), **given}


def _by_edges(
    winners: Sequence[Measure], shares: Mapping[str, float], origin: str, on: date, known: date
) -> tuple[list[Applied], list[NotApplied]]:
    """Net share = share · (1 − what the measures in force that m yields to cover; 1 if wholly)."""
    net: dict[int, float] = {}

    def targets(m: Measure) -> list[tuple[Yields, Measure]]:
        edges = [e for e in m.yields_to if _edge_holds(e, origin, on, known)]
        return [(e, w) for e in edges for w in winners if w is not m and e.to in w.names]

    def net_share(m: Measure, path: tuple[Measure, ...] = ()) -> float:
        if id(m) in net:
            return net[id(m)]
        if any(m is p for p in path):
            raise MeasureError(m.id, f"yields in a circle: {' to '.join(p.id for p in (*path, m))}")
        alive = [(e, w) for e, w in targets(m) if net_share(w, (*path, m)) > 0]
        net[id(m)] = shares[m.share] * (1 - _covered(alive, shares))
        return net[id(m)]

    applied, yielded = [], []
    for m in winners:
        share = net_share(m)
        if share > 0 or shares[m.share] == 0:
            applied.append(Applied(m, share))
        else:
            to = [w for e, w in targets(m) if net_share(w) > 0]
            yielded.append(NotApplied(m, f"gives way to {', '.join(dict.fromkeys(named(w) for w in to))}"))
    return applied, yielded


def _covered(alive: Sequence[tuple[Yields, Measure]], shares: Mapping[str, float]) -> float:
    """The share of value covered by what a measure yields to: metals are disjoint parts and add up, others overlap."""
    if any(e.wholly for e, _ in alive):
        return 1.0
    kinds = {w.share for _, w in alive}
    metal = min(1.0, sum(shares[k] for k in kinds if k in METALS))
    return max([metal, *(shares[k] for k in kinds if k not in METALS)])


def _edge_holds(e: Yields, origin: str, on: date, known: date) -> bool:
    """Whether an edge stands on a day, as known on another, for an origin."""
    in_force = (e.start is None or e.start <= on) and (e.end is None or on < e.end)
    is_known = (e.known is None or e.known <= known) and (e.known_end is None or known < e.known_end)
    return in_force and is_known and covers_origin(e, origin)
