"""One day's average in the reading `paid`: the rate that importers pay, and what each cause adds to the law on the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from parley.errors import InputError
from parley.law.average_point import Asked, AveragePoint, GroupRate, groups_of, of_programmes, point_of, weigh
from parley.law.paid.causes import BY_LINE, Cause
from parley.law.paid.lines import paid_rates
from parley.law.paid.mix import Mix, grown, mix_of


def check_asked(weights: str | Path, claims: Mapping[str, object] | None, conventions: Sequence[str]) -> None:
    """Nothing; raises InputError where what is asked contradicts the reading, which has weights, claims and counts of its own."""
    for name, found in (
        ("--weights", None if weights == "imports" else weights),
        ("--claim", claims),
        ("--convention", conventions),
    ):
        if found:
            said = ", ".join(f"{k}={v}" for k, v in claims.items()) if name == "--claim" and claims else str(weights)
            said = ", ".join(conventions) if name == "--convention" else said
            raise InputError(name, f"{said} with --reading paid", f"no {name}",
                             "The reading counts what importers claim, and the goods of the month, as they are")  # fmt: skip


def paid_at(asked: Asked, on: date, kept: Sequence[str] = ()) -> tuple[AveragePoint, tuple[str, ...]]:
    """The point of a day, and the notes on how it was counted. kept: the programmes that alone are counted in the causes."""
    found = paid_rates(asked.regime, asked.destination, (asked.origin,), [on], asked.known)
    weight, notes = weigh(asked, found.law)
    stages = [point_of(t, weight, asked.origin) for t in (found.law, *(found.after[c] for c in BY_LINE))]
    mix = mix_of((asked.origin,), on)
    month = weight * grown(found.law.products, mix)[:, 0]
    if not month.sum() > 0:  # the month had none of these goods
        month = weight
    last = replace(point_of(found.paid, month, asked.origin), groups=groups_of(asked, found.paid, month))
    free = 0.0 if asked.products else float(mix.special[0])
    stages += [_diluted(stages[-1], free), _diluted(last, free)]
    rates = [(of_programmes(p, kept) if kept else p).rate for p in stages]
    causes: tuple[Cause, ...] = (*BY_LINE, "special", "mix")
    steps = {c: b - a for c, a, b in zip(causes, rates, rates[1:], strict=False) if a is not None and b is not None}
    return replace(stages[-1], law=rates[0], causes=dict(steps)), (*notes, *_said(mix, found.carried, on))


def _diluted(point: AveragePoint, free: float) -> AveragePoint:
    """The point with a share of the value free of all duty."""
    if point.rate is None or point.base_rate is None:
        return point
    split = {n: v * (1 - free) for n, v in point.by_programme.items()}
    groups = tuple(_diluted_group(g, free) for g in point.groups)
    return replace(
        point, rate=sum(split.values()), base_rate=point.base_rate * (1 - free), by_programme=split, groups=groups
    )


def _diluted_group(group: GroupRate, free: float) -> GroupRate:
    """The group with its share of all value; its own rate stays, for chapters 98 and 99 are in none."""
    return replace(group, share=group.share * (1 - free))


def _said(mix: Mix, carried: bool, on: date) -> tuple[str, ...]:
    """Where a month that is packaged stands for another."""
    said = f"{mix.month} stands for {on:%Y-%m}, whose imports by sector are not packaged" if mix.carried else ""
    used = f"the last month of USMCA claims that is packaged stands for {on:%Y-%m}" if carried else ""
    return tuple(s for s in (said, used) if s)
