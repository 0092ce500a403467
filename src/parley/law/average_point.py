"""One day's average: compiled rates, weights and conventions brought together, whole and by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import PROGRAMMES, name_in_text
from parley.errors import CodeError, NoAnswerError, unknown_name
from parley.law.base_columns import untold, why_no_base
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.conventions import NO_LINE, ad_valorem_part, special_share
from parley.law.edition import edition_of
from parley.law.entry_claims import CLAIMS
from parley.law.estimates import YEAR
from parley.law.kept_codes import kept_weights, lost_values, with_lost_codes
from parley.law.products import pays_column_2, read_duty
from parley.law.regime import Regime, knowledge
from parley.law.stacking import contributions, stack
from parley.law.trade_weights import read_weights
from parley.law.tracked_lines import LAID_OVER, laid_over
from parley.law.user_weights import read_values, spread

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions

LEAST_TOLD = 0.5  # of more weight without an ordinary rate, the mean of the rest stands for nothing
CODES_OF_2024 = "codes-of-2024"
CELLS_ARE_PARTS = "cells-as-car-parts"
CELLS = "850760"  # lithium-ion accumulators
BASES = frozenset({"mfn", "preference", "column2"})  # programmes of the base, not of measures


@dataclass(frozen=True)
class GroupRate:
    """The average rate of one chapter or sector, its parts, and its share of all weight; rate None where no base is known.

    prohibited: the share of its own weight whose import a ban forbids.
    """

    group: str
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    share: float
    lines: int
    prohibited: float = 0.0


@dataclass(frozen=True)
class AverageBranch:
    """One of the two ways in which an extension may have gone: its rate, None without a base, and what measures add."""

    what: str
    rate: float | None
    added: float


@dataclass(frozen=True)
class AveragePoint:
    """The average rate of one day, as a fraction, and its parts; covered: share of weight whose base rate is known.

    step: in the announced reading, the day on which the announced rate was to begin. branches: past the last day to which
    the law was read, the rate either way where it hangs on an extension (law/beyond.py); the rate itself is then None.
    open: the programmes whose part differs between the branches; they are unknown, and by_programme leaves them out.
    prohibited: the share of weight whose import a ban forbids. A ban is no rate: these lines count without it.
    law, causes: in the paid reading, the rate of the law without a claim, and what each cause adds to it, less or more.
    """

    on: date
    rate: float | None
    base_rate: float | None
    by_programme: dict[str, float]
    covered: float
    lines: int
    reason: str | None = None
    step: date | None = None
    groups: tuple[GroupRate, ...] = ()
    branches: tuple[AverageBranch, ...] = ()
    open: tuple[str, ...] = ()
    prohibited: float = 0.0
    law: float | None = None
    causes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Average:
    """Average rates of one origin's goods in one destination. law_known_to: the last day to which its law was read."""

    origin: str
    destination: str
    known: date | None
    points: tuple[AveragePoint, ...]
    weights: str
    notes: tuple[str, ...]
    law_known_to: date | None = None
    law_version: str | None = None


class Scale(NamedTuple):
    """What weighs the lines: the kind, a user's values, and the words that say so."""

    kind: Literal["imports", "simple", "file"]
    values: dict[str, float]
    words: str
    notes: tuple[str, ...]


class Asked(NamedTuple):
    """What one average asks of the compiled rates, but for the day."""

    regime: Regime
    origin: str
    destination: str
    known: date | None
    scale: Scale
    claims: Mapping[str, object] | None
    preferences: Literal["none", "observed"]
    conventions: Mapping[str, float]
    products: tuple[str, ...]
    group_of: Callable[[str], str | None] | None


def read_scale(weights: str | Path, origin: str, destination: str, files: FileOptions | None = None) -> Scale:
    """The weights that a name or a file stands for; files: how the file is read."""
    if weights == "simple":
        return Scale("simple", {}, "simple mean over tariff lines", ())
    if weights != "imports":
        path = Path(weights)
        return Scale("file", *_given(path, origin, destination, files))
    table = read_weights(destination)
    notes = {
        "own": (),
        "union": (f"{origin}'s goods are weighted by the mix of its whole union",),
        "all partners": (f"{origin} has no weights of its own: the mix of {_everyone(table.partners)} stands in",),
    }
    return Scale("imports", {}, f"{table.source}; chapters 98 and 99 left out", notes[table.basis(origin)])


def _given(
    path: Path, origin: str, destination: str, files: FileOptions | None
) -> tuple[dict[str, float], str, tuple[str, ...]]:
    """The user's own values by code, and what they are in words."""
    values, notes = read_values(path, origin, destination, files)
    return values, f"values of {path.name}", notes


def _everyone(partners: Sequence[str]) -> str:
    """Whose goods stand in for those of an origin without weights."""
    return "all partners" if len(partners) > 1 else f"{name_in_text(partners[0])} (the only one with weights)"


def read_programmes(names: Sequence[str]) -> tuple[str, ...]:
    """Programmes by name, each once. Raises with the nearest name."""
    for name in names:
        if name not in PROGRAMMES:
            raise unknown_name("--programme", "programme", name, PROGRAMMES)
    return tuple(dict.fromkeys(names))


def branch(what: str, point: AveragePoint) -> AverageBranch:
    """One way in which an extension may have gone, from its point."""
    return AverageBranch(what, point.rate, sum(v for n, v in point.by_programme.items() if n not in BASES))


def of_programmes(point: AveragePoint, kept: Sequence[str]) -> AveragePoint:
    """The point with what some programmes add alone: the rate is their sum; the base rate stays as it is.

    What measures add is known where no base rate is, so the rate is then unknown only if a base is asked for.
    """
    split = {n: v for n, v in point.by_programme.items() if n in kept}
    unknown = point.base_rate is None and not BASES.isdisjoint(kept)
    groups = tuple(_group_of_programmes(g, kept) for g in point.groups)
    rate = None if unknown else sum(split.values())
    return replace(point, rate=rate, by_programme=split, reason=point.reason if unknown else None, groups=groups)


def _group_of_programmes(group: GroupRate, kept: Sequence[str]) -> GroupRate:
    split = {n: v for n, v in group.by_programme.items() if n in kept}
    unknown = group.base_rate is None and not BASES.isdisjoint(kept)
    return replace(group, rate=None if unknown else sum(split.values()), by_programme=split)


def at(asked: Asked, on: date) -> tuple[AveragePoint, tuple[str, ...]]:
    """The point of a day, and the notes on how it was counted."""
    rates = _by_convention(asked, on)
    weight, notes = weigh(asked, rates)
    point = point_of(rates, weight, asked.origin)
    point = replace(point, groups=groups_of(asked, rates, weight))
    said = (*rates.notes, *notes, *_of_estimates(rates, weight), *_of_bans(point))
    if CODES_OF_2024 in asked.conventions and asked.scale.kind == "imports":
        lost = lost_values(asked.destination, asked.origin, on, asked.products)
        return with_lost_codes(point, lost, float(weight.sum()), asked.group_of), said
    return _with_special(asked, on, point, float(weight.sum())), said


def weigh(asked: Asked, rates: CompiledRates) -> tuple[Float[ndarray, " k"], tuple[str, ...]]:
    """What weighs each line that is asked for, and the notes on it. Raises where no such line is, or none has weight."""
    weight, notes = _weights(asked, rates)
    if asked.products:
        kept = np.array([p.startswith(asked.products) for p in rates.products])
        if not kept.any():
            raise CodeError(
                "products", f"no line starts with {', '.join(asked.products)}", "first digits of tariff codes"
            )
        weight = np.where(kept, weight, 0.0)
    if not weight.sum() > 0:
        raise NoAnswerError(
            "average", f"{asked.origin} sold nothing of these goods in the weights", "", "Use --weights simple"
        )
    return weight, notes


def _of_estimates(rates: CompiledRates, weight: Float[ndarray, " k"]) -> tuple[str, ...]:
    """What share of the goods has a base that is estimated, below a total."""
    if rates.estimated is None or not weight[rates.estimated[:, 0]].any():
        return ()
    share = 100 * float(weight[rates.estimated[:, 0]].sum() / weight.sum())
    return (f"{share:.2f} percent of the weight on {rates.on} has a base duty by quantity, counted at what customs charged "
            f"in {YEAR}: below a total, so the rate does not depend on it",)  # fmt: skip


def _of_bans(point: AveragePoint) -> tuple[str, ...]:
    """What share of the goods may not be imported, and how they count."""
    if not point.prohibited:
        return ()
    share = f"{100 * point.prohibited:.2f} percent of the weight on {point.on} is on goods whose import is prohibited"
    return (f"{share}; they count at the duty that the law levies without the ban",)


def _compiled(asked: Asked, on: date, claims: Mapping[str, object], products: list[str] | None = None) -> CompiledRates:
    made = {**(asked.claims or {}), **claims}
    return compile_rates(asked.regime, asked.destination, [asked.origin], on, asked.known, products=products, claims=made,
                         preferences=asked.preferences, content="counted")  # fmt: skip


def _by_convention(asked: Asked, on: date) -> CompiledRates:
    """The compiled rates, with what the conventions count otherwise."""
    rates = _compiled(asked, on, {})
    if "exclusion-take-up" in asked.conventions:
        share = asked.conventions["exclusion-take-up"]
        rates = _mixed(rates, _compiled(asked, on, {"exclusion_claimed": True}), share)
    if CELLS_ARE_PARTS in asked.conventions:
        rates = _with_cells(asked, on, rates)
    if not LAID_OVER.isdisjoint(asked.conventions):
        rates = laid_over(rates, asked.conventions)
    if "specific-zero" in asked.conventions:
        edition = edition_of(asked.destination, on)
        parts = np.array([read_duty(t.general).ad_valorem for t in edition.texts])[edition.text_of]
        rates = ad_valorem_part(rates, parts)
    return rates


def _mixed(plain: CompiledRates, other: CompiledRates, share: float) -> CompiledRates:
    """(1 − share) · one table + share · the other."""
    zero = np.zeros_like(plain.added)
    names = dict.fromkeys((*plain.by_programme, *other.by_programme))
    split = {n: (1 - share) * plain.by_programme.get(n, zero) + share * other.by_programme.get(n, zero) for n in names}
    return replace(plain, added=(1 - share) * plain.added + share * other.added, by_programme=split)


def _with_cells(asked: Asked, on: date, rates: CompiledRates) -> CompiledRates:
    """The table with the lines of lithium-ion cells as where they are for a passenger vehicle."""
    chosen = [k for k, code in enumerate(rates.products) if code.startswith(CELLS)]
    if not chosen:
        return rates
    claims = {name: True for name, c in CLAIMS.items() if c.mixed == CELLS_ARE_PARTS}
    made = _compiled(asked, on, claims, [rates.products[k] for k in chosen])
    added, split = rates.added.copy(), {n: v.copy() for n, v in rates.by_programme.items()}
    added[chosen] = made.added
    for name in dict.fromkeys((*split, *made.by_programme)):
        column = split.setdefault(name, np.zeros_like(added))
        column[chosen] = made.by_programme.get(name, np.zeros_like(made.added))
    return replace(rates, added=added, by_programme=split)


def _weights(asked: Asked, rates: CompiledRates) -> tuple[Float[ndarray, " k"], tuple[str, ...]]:
    if asked.scale.kind == "simple":
        return np.ones(len(rates.products)), ()
    if asked.scale.kind == "imports" and CODES_OF_2024 in asked.conventions:
        return kept_weights(asked.destination, asked.origin, rates.products), ()
    if asked.scale.kind == "imports":
        return read_weights(asked.destination).matrix(rates.products, [asked.origin])[:, 0], ()
    found, lost = spread(asked.scale.values, rates.products, asked.origin, asked.destination)
    note = f"{100 * lost:.2f} percent of the file's value is on codes that the tariff of {rates.on} does not have"
    return found, ((note,) if lost else ())


def point_of(rates: CompiledRates, weight: Float[ndarray, " k"], origin: str) -> AveragePoint:
    """The weighted mean of one origin's rates, and its parts."""
    base, banned = _mean(rates.base[:, 0], weight), _prohibited(rates, weight)
    parts = {name: _mean(value[:, 0], weight)[0] for name, value in rates.by_programme.items()}
    if base[0] is None:
        return AveragePoint(
            rates.on,
            None,
            None,
            _known(parts),
            0.0,
            int(np.count_nonzero(weight)),
            why_no_base(rates),
            prohibited=banned,
        )
    if untold(rates, weight) > LEAST_TOLD:
        why = f"{why_no_base(rates)}, but for {100 * base[1]:.2g} percent of the weight"
        return AveragePoint(
            rates.on, None, None, _known(parts), base[1], int(np.count_nonzero(weight)), why, prohibited=banned
        )
    name = "column2" if pays_column_2(origin, rates.on) and rates.destination == "USA" else "mfn"
    split = {name: base[0]}
    for programme, value in _known(parts).items():
        if value:
            split[programme] = split.get(programme, 0.0) + value
    lines = int(np.count_nonzero(weight))
    return AveragePoint(rates.on, sum(split.values()), base[0], split, base[1], lines, prohibited=banned)


def _prohibited(rates: CompiledRates, weight: Float[ndarray, " k"]) -> float:
    """The share of weight whose import a ban forbids."""
    return 0.0 if rates.prohibited is None else float(weight[rates.prohibited[:, 0]].sum() / weight.sum())


def _known(parts: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in parts.items() if value is not None}


def _mean(rate: Float[ndarray, " k"], weight: Float[ndarray, " k"]) -> tuple[float | None, float]:
    """The mean over the lines where the rate is known, and their share of all weight."""
    known = ~np.isnan(rate)
    total, held = float(weight.sum()), float(weight[known].sum())
    return (float((rate[known] * weight[known]).sum() / held) if held > 0 else None), held / total


def groups_of(asked: Asked, rates: CompiledRates, weight: Float[ndarray, " k"]) -> tuple[GroupRate, ...]:
    """One average for each chapter or sector that has weight, in order of name."""
    if asked.group_of is None:
        return ()
    names = np.array([asked.group_of(p) or "no sector" for p in rates.products])
    made = []
    for name in sorted(set(names[weight > 0].tolist())):
        inside = np.where(names == name, weight, 0.0)
        p = point_of(rates, inside, asked.origin)
        share = float(inside.sum() / weight.sum())
        made.append(GroupRate(name, p.rate, p.base_rate, p.by_programme, share, p.lines, p.prohibited))
    return tuple(made)


def _with_special(asked: Asked, on: date, point: AveragePoint, ordinary: float) -> AveragePoint:
    """The point with chapters 98 and 99 in its weights, where a convention has them there."""
    kept = {"chapters-98-99-free", "chapters-98-99-levied"} & asked.conventions.keys()
    if not kept or asked.scale.kind != "imports" or asked.products or point.rate is None or point.base_rate is None:
        return point
    shares = {c: special_share(asked.origin, c, ordinary) for c in ("98", "99")}
    split = {n: v * (1 - sum(shares.values())) for n, v in point.by_programme.items()}
    if "chapters-98-99-levied" in kept:
        for name, rate in _on_no_list(asked, on).items():
            split[name] = split.get(name, 0.0) + rate * shares["99"]
    base = point.base_rate * (1 - sum(shares.values()))
    return replace(point, rate=sum(split.values()), base_rate=base, by_programme=split)


def _on_no_list(asked: Asked, on: date) -> dict[str, float]:
    """What is levied on a good that no list names and that is free of ordinary duty, by programme."""
    rows = asked.regime.covering(NO_LINE, asked.origin, asked.destination, on, asked.known)
    found = stack(rows, asked.origin, on, knowledge(asked.known), {})
    made: dict[str, float] = {}
    for applied, (_, value) in zip(found.applied, contributions(found.applied, 0.0), strict=True):
        name = applied.measure.programme
        made[name] = made.get(name, 0.0) + (value or 0.0)
    return made
