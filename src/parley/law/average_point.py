"""One day's average: compiled rates, weights and conventions brought together, whole and by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.codes import PROGRAMMES, name_in_text
from parley.errors import CodeError, NoAnswerError, unknown_name
from parley.law.average_types import Asked, Average, AverageBranch, AveragePoint, GroupRate, Scale
from parley.law.base_columns import untold, why_no_base
from parley.law.compiled import CompiledRates
from parley.law.convention_rates import by_convention, with_special
from parley.law.estimates import YEAR
from parley.law.kept_codes import kept_weights, lost_values, with_lost_codes
from parley.law.products import pays_column_2
from parley.law.trade_weights import read_weights
from parley.law.user_weights import read_values, spread

if TYPE_CHECKING:
    from parley.law.shipments.layouts.plan import FileOptions

LEAST_TOLD = 0.5  # of more weight without an ordinary rate, the mean of the rest stands for nothing
CODES_OF_2024 = "codes-of-2024"
BASES = frozenset({"mfn", "preference", "column2"})  # programmes of the base, not of measures


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
    rates = by_convention(asked, on)
    weight, notes = weigh(asked, rates)
    point = point_of(rates, weight, asked.origin)
    point = replace(point, groups=groups_of(asked, rates, weight))
    said = (*rates.notes, *notes, *_of_estimates(rates, weight), *_of_bans(point))
    if CODES_OF_2024 in asked.conventions and asked.scale.kind == "imports":
        lost = lost_values(asked.destination, asked.origin, on, asked.products)
        return with_lost_codes(point, lost, float(weight.sum()), asked.group_of), said
    return with_special(asked, on, point, float(weight.sum())), said


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


def _weights(asked: Asked, rates: CompiledRates) -> tuple[Float[ndarray, " k"], tuple[str, ...]]:
    if asked.scale.kind == "simple":
        return np.ones(len(rates.products)), ()
    if asked.scale.kind == "imports" and CODES_OF_2024 in asked.conventions:
        return kept_weights(asked.destination, asked.origin, rates.products), ()
    if asked.scale.kind == "imports":
        return read_weights(asked.destination).matrix(rates.products, [asked.origin])[:, 0], ()
    found = spread(asked.scale.values, rates.products, asked.origin, asked.destination, rates.on)
    of = "percent of the file's value is on codes that"
    notes = (
        f"{100 * found.followed:.2f} {of} are no line of {rates.on}, and is counted on the lines that they stand for",
        f"{100 * found.lost:.2f} {of} the tariff of {rates.on} does not have",
    )
    return found.values, tuple(n for n, share in zip(notes, (found.followed, found.lost), strict=True) if share)


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


__all__ = [
    "Asked",
    "Average",
    "AverageBranch",
    "AveragePoint",
    "GroupRate",
    "Scale",
    "at",
    "branch",
    "groups_of",
    "of_programmes",
    "point_of",
    "read_programmes",
    "read_scale",
    "weigh",
]
