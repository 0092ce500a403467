"""On what share of the value each measure of a stack is levied: its own, less what those that it yields to cover.

Shares follow from the form of a stack, that is, how its winners bear on each other, and from the claims alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from parley.errors import MeasureError
from parley.law.entry_claims import Value, number_of
from parley.law.measure import Measure, Yields, covers_origin

METALS = ("steel", "aluminium", "copper")
STATED = (*(f"{metal}_share" for metal in METALS), "us_content")  # the claims that shares follow from
WHOLE = 1 - 1e-9  # shares that sum to this are the whole value: 0.1 + 0.2 + 0.7 is, whatever binary makes of it


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
) -> tuple[Sequence[float], Mapping[int, float]]:
    """The own share of each winner, and net = own · (1 − what the measures in force that it yields to cover; 1 if wholly).

    names: the winners' own, for the error about a circle.
    """
    named = [name for name in STATED if name in claims]
    stated = tuple([(name, share) for name in named if (share := number_of(claims, name)) is not None])
    try:
        return _kept_shares(form, stated)
    except MeasureError:  # said once more, with whose circle it is
        return _found_shares(form, dict(stated), names)


@lru_cache(maxsize=4096)
def _kept_shares(form: Form, stated: tuple[tuple[str, float], ...]) -> tuple[Sequence[float], Mapping[int, float]]:
    return _found_shares(form, dict(stated), ())


def _found_shares(
    form: Form, claims: Mapping[str, Value], names: Sequence[str]
) -> tuple[Sequence[float], Mapping[int, float]]:
    parts = metal_shares([kind for kind, _ in form.shares], claims)
    return shares_of(form, parts, number_of(claims, "us_content") or 0.0, max, names)


def shares_of(
    form: Form, parts: Mapping[str, Any], content: Any, greatest: Callable[[Any, Any], Any], names: Sequence[str] = ()
) -> tuple[Sequence[Any], Mapping[int, Any]]:
    """net_shares from the share of each kind and the content: floats, or arrays of many goods. greatest: of two.

    Metals are disjoint parts of value and add up; what else is covered overlaps.
    """
    own = [
        1.0 - content * (content >= least) if kind == "non_us_content" else parts[kind] for kind, least in form.shares
    ]
    net: dict[int, Any] = {}

    def net_share(i: int, path: tuple[int, ...] = ()) -> Any:
        if i in path:
            circle = [names[j] if names else f"measure {j}" for j in (*path, i)]
            raise MeasureError(circle[-1], f"yields in a circle: {' to '.join(circle)}")
        if i not in net:
            covered, metals = 0.0, dict.fromkeys(METALS, 0.0)
            for j, wholly in form.edges[i]:
                share = (net_share(j, (*path, i)) > 0) * form.levies[j] * (1.0 if wholly else own[j])
                if (kind := form.shares[j][0]) in METALS and not wholly:
                    metals[kind] = greatest(metals[kind], share)
                else:
                    covered = greatest(covered, share)
            metal = sum(metals.values())
            net[i] = own[i] * (1.0 - greatest(covered, greatest(metal, metal > WHOLE)))
        return net[i]

    for i in range(len(own)):
        net_share(i)
    return own, net


def metal_shares(kinds: Collection[str], claims: Mapping[str, Value]) -> dict[str, float]:
    """The share of value that each kind of share stands for, where measures of some kinds are levied (parts_of_value)."""
    given = {k: share for k in METALS if (share := number_of(claims, f"{k}_share")) is not None}
    if sum(given.values()) > 1 + 1e-9:
        raise MeasureError("claims", f"metal shares sum to {sum(given.values()):g}", "at most 1")
    made = parts_of_value(kinds, {k: (given.get(k, 0.0), k in given) for k in METALS}, max)
    return {k: share for k, share in made.items() if k == "full" or k in kinds or k in given}


def parts_of_value(
    kinds: Collection[str], given: Mapping[str, tuple[Any, Any]], greatest: Callable[[Any, Any], Any]
) -> dict[str, Any]:
    """The share of value that each kind stands for: floats, or arrays of many goods. given: of each metal, 0 where it is not
    stated, and whether it is. greatest: of two.

    A metal that is not claimed takes what the claimed ones leave, in equal parts where several metals pay: goods
    are wholly of their metal by default, and the parts of one good never sum to more than its value.
    """
    left = 1.0 - sum(share for share, _ in given.values())
    open_metals = sum(1 - stated for k, (_, stated) in given.items() if k in kinds)
    rest = left * (left > 1 - WHOLE) / greatest(open_metals, 1)
    return {"full": 1.0, **{k: share + (1 - stated) * rest for k, (share, stated) in given.items()}}


def stays(own: float, net: float) -> bool:
    """Whether a winner is levied: on what others leave of its share, or on no part of the value at all."""
    return net > 0 or own == 0


def _levies(m: Measure) -> bool:
    """Whether others give way to it: a row of rate 0 is not in force for them unless it says that it covers its share.

    A total is, whatever the base.
    """
    return m.covers or m.combine != "add" or m.rate != 0


def edge_holds(e: Yields, origin: str, on: date, known: date) -> bool:
    """Whether an edge stands on a day, as known on another, for an origin."""
    return edge_stands(e, on, known) and covers_origin(e, origin)


def edge_stands(e: Yields, on: date, known: date) -> bool:
    """Whether an edge stands on a day, as known on another, for any origin."""
    in_force = (e.start is None or e.start <= on) and (e.end is None or on < e.end)
    return in_force and (e.known is None or e.known <= known) and (e.known_end is None or known < e.known_end)
