"""Classes of claims that law cannot tell apart: which side of every condition each claim of a line falls on.

A claim that some row asks about is split where a condition changes its answer; a line's class is the place of each of
its claims among those cuts. The stack is resolved once a class, on claims chosen inside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from parley.law.entry_claims import AGREEMENTS, CLAIMS, Value, claim_of, number_of
from parley.law.measure import Measure
from parley.law.stacking import METALS, WHOLE

PREFERENCES = tuple(dict.fromkeys(p.claim for p in AGREEMENTS))
METAL_CLAIMS = tuple(f"{m}_share" for m in METALS)
_COMPARED = re.compile(r"^\s*(<=|>=|<|>)\s*(\S+)\s*$")
_TRIES = 10_000

Places = tuple[tuple[str, int], ...]  # a class of claims: the place of each claim made, by name
Cut = tuple[float, bool]  # a claim is past (v, False) from v on, past (v, True) above v


@dataclass(frozen=True)
class Split:
    """A claim and its cuts, in order. Classes: 0 not claimed (or the default flag), then 1 + cuts passed."""

    name: str
    cuts: tuple[Cut, ...] = ()

    @property
    def kind(self) -> str:
        """flag, share, day or money; sum for the flag "the metals are the whole value"."""
        return "sum" if self.name == "metal_sum" else CLAIMS[self.name].kind

    @property
    def size(self) -> int:
        """How many classes it has."""
        return 2 if self.kind in ("flag", "sum") else len(self.cuts) + 2


def splits(rows: Sequence[Measure], present: Collection[str]) -> tuple[Split, ...]:
    """The splits of the claims that a file makes and that law asks about."""
    cuts: dict[str, set[Cut]] = {}
    for m in rows:
        for name, wanted in (*m.when.items(), *m.unless.items()):
            cuts.setdefault(claim_of(name), set()).update(_cuts(name, wanted))
    for name in PREFERENCES:
        cuts.setdefault(name, set())  # the base asks about these
    shares = {m.share for m in rows}
    if shares & set(METALS):
        for name in METAL_CLAIMS:
            cuts.setdefault(name, set()).add((0.0, True))
    if "non_us_content" in shares:
        least = {(m.share_least, False) for m in rows if m.share == "non_us_content" and m.share_least > 0}
        cuts.setdefault("us_content", set()).update({(0.0, True), (1.0, False)} | least)
    made = [Split(n, tuple(sorted(c))) for n, c in cuts.items() if n in present]
    whole = [Split("metal_sum")] if shares & set(METALS) and set(METAL_CLAIMS) & set(present) else []
    return tuple(sorted(made, key=lambda s: s.name)) + tuple(whole)


def _cuts(name: str, wanted: object) -> set[Cut]:
    """Where a condition changes its answer."""
    if isinstance(wanted, bool):
        return set()
    text = f"< {wanted}" if name.endswith("_before") else str(wanted)
    compared = _COMPARED.match(text)
    number = _number(compared.group(2) if compared else text)
    signs = {"<": {(number, False)}, ">=": {(number, False)}, "<=": {(number, True)}, ">": {(number, True)}}
    return signs[compared.group(1)] if compared else {(number, False), (number, True)}


def _number(text: str) -> float:
    """A number, or a day as its ordinal."""
    try:
        return float(text)
    except ValueError:
        return float(date.fromisoformat(text).toordinal())


def is_free(places: Mapping[str, int], made: Sequence[Split]) -> bool:
    """Whether a class leaves a share of value open, so that rates in it depend on the line's own shares."""
    by_name = {s.name: s for s in made}
    positive = [n for n in METAL_CLAIMS if n in places and _bounds(by_name[n], places[n]) != (0.0, 0.0)]
    metals = len(positive) > ("metal_sum" in places)
    content = "us_content" in places and len(set(_bounds(by_name["us_content"], places["us_content"]))) > 1
    return bool(metals or content)


def _bounds(split: Split, place: int) -> tuple[float, float]:
    """The interval of a place; both ends equal where it is a point."""
    top = 1.0 if split.kind == "share" else float("inf")
    low = split.cuts[place - 2][0] if place >= 2 else 0.0
    high = split.cuts[place - 1][0] if place <= len(split.cuts) else top
    return low, high


def points(places: Mapping[str, int], made: Sequence[Split], count: int) -> list[dict[str, Value]]:
    """Claims inside a class, spread over it; the first alone where it is a single point."""
    draw = Random(count)
    by_name = {s.name: s for s in made}
    found: list[dict[str, Value]] = []
    for _ in range(_TRIES):
        claims = {n: _inside(by_name[n], p, draw) for n, p in places.items() if n != "metal_sum"}
        if _fits(claims, places, by_name):
            found.append(claims)
        if len(found) == count:
            return found
    return found


def _inside(split: Split, place: int, draw: Random) -> Value:
    """A value of a claim at a place."""
    if split.kind == "flag":
        return not CLAIMS[split.name].default
    if split.kind == "day":
        cut = (
            split.cuts[place - 2] if place >= 2 else (split.cuts[0][0] - 1, False) if split.cuts else (737000.0, False)
        )
        return date.fromordinal(int(cut[0])) + timedelta(int(cut[1]))
    low, high = _bounds(split, place)
    if low == high or (place >= 2 and split.cuts[place - 2] == (high, False)):
        return low
    high = high if high < float("inf") else 2 * low + 1
    return low + (high - low) * draw.uniform(0.02, 0.98) ** draw.choice((1, 1, 3))


def _fits(claims: dict[str, Value], places: Mapping[str, int], by_name: Mapping[str, Split]) -> bool:
    """Whether metal shares sum as the class says; the last positive one takes what is left where they are all."""
    metals = [n for n in METAL_CLAIMS if n in claims]
    positive = [n for n in metals if claims[n] != 0]
    if "metal_sum" in places:
        if not positive:
            return False
        last = positive[-1]
        left = 1.0 - sum(number_of(claims, n) or 0.0 for n in positive[:-1])
        claims[last] = left
        return _place(by_name[last], left) == places[last]
    return sum(number_of(claims, n) or 0.0 for n in metals) <= WHOLE


def _place(split: Split, value: float) -> int:
    """The place of a number among the cuts."""
    return 1 + sum(1 for v, above in split.cuts if (value > v if above else value >= v))
