"""The JSON of the law room's answers, made once: the command line and the API hand out these very objects (design §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from parley.codes import country, day, union_of
from parley.law.explanation import clocks, note
from parley.law.regime import measures_folder, read_to

if TYPE_CHECKING:
    from parley.law.average_point import Average, AveragePoint
    from parley.law.explain import Explanation
    from parley.law.regime import Regime

RATE = ("product", "description", "origin", "destination")
NUMBERS = ("rate", "base_rate", "added_rate", "added_2025", "reason")
LINE = ("measure", "programme", "rate", "share", "contribution", "reason", "source", "act", "estimated")
WITHHELD = ("measure", "programme", "reason", "source")
POINT = ("on", "rate", "base_rate", "by_programme", "covered", "lines", "reason", "step", "prohibited")


def named(value: Any, names: Sequence[str]) -> dict[str, Any]:
    """Some fields of a value, by name."""
    return {name: getattr(value, name) for name in names}


def asked_clocks(
    regime: Regime, destination: str, on: date | str | None, known: date | str | None
) -> dict[str, date | bool | None]:
    """Both clocks of a question on one destination's law, and how far that law was read."""
    when, seen = (None if d is None else day(d) for d in (on, known))
    return clocks(when, seen, regime.law_known_to(destination))


def held_clocks(
    destination: str | None = None, on: date | str | None = None, known: date | str | None = None
) -> dict[str, date | bool | None]:
    """The same of the packaged law, without reading its acts; of all authorities (the earliest day) without a destination.

    A day that was not asked for is the last that is known.
    """
    held = {r.authority: r.law_known_to for r in read_to(measures_folder())}
    own = [d for a, d in held.items() if destination is None or a in (destination, union_of(destination))]
    when, seen = (None if d is None else day(d) for d in (on, known))
    return clocks(when or seen or max(own, default=None), seen, min(own, default=None))


def file_clocks(destination: str | None, on: date | str | None, known: date | str | None) -> dict[str, Any]:
    """The same of an answer on a file, whose rows have days of their own: `on` is null unless one day was asked for all."""
    told = held_clocks(None if destination is None else country(destination, "destination"), on, known)
    return {n: told[n] for n in ("known", "law_known_to")} | {"on": told["on"] if on else None}


def rate_answer(found: Explanation, value: float | None, reading: str) -> dict[str, Any]:
    """The object of `law rate`: rates are fractions, the duty is in dollars where a value or a quantity is given."""
    past = [note(found.law_known_to, found.on)] if found.beyond and found.law_known_to else []
    return {
        **named(found, RATE),
        **found.clocks,
        **named(found, NUMBERS),
        "base_text": found.base_text,
        "base_estimate": asdict(found.base_estimate) if found.base_estimate else None,
        "lines": [named(x, LINE) for x in found.lines],
        "not_applied": [named(x, WITHHELD) for x in found.not_applied],
        "branches": [asdict(b) for b in found.branches],
        "prohibited": [named(x, WITHHELD) for x in found.prohibited],
        "notes": [*past, *found.notes],
        "claims": dict(found.claims),
        "assumed": list(found.assumed),
        **_duty(found, value),
        "reading": reading,
    }


def _duty(found: Explanation, value: float | None) -> dict[str, Any]:
    """The duty in dollars, where a value or a quantity is given."""
    if value is None and "quantity" not in found.claims:
        return {}
    paid = found.dollars(value)
    lines = [{"measure": x.measure, "duty": d} for x, d in zip(found.lines, paid.lines, strict=True)]
    return {"value": paid.value, "quantity": paid.quantity, "duty": paid.duty, "duty_lines": lines,
            "duty_reason": paid.reason, "ad_valorem_equivalent": paid.equivalent}  # fmt: skip


def _point(point: AveragePoint) -> dict[str, Any]:
    """One point of an average: a programme that hangs on an extension past the last day read is null, with both branches."""
    parts = point.by_programme | dict.fromkeys(point.open)
    groups = {"groups": [asdict(g) for g in point.groups]} if point.groups else {}
    return named(point, POINT) | {"by_programme": parts, "branches": [asdict(b) for b in point.branches]} | groups


def average_answer(found: Average, reading: str) -> dict[str, Any]:
    """The object of `law average`. `on` is the day asked, the last of a period."""
    points = [_point(p) for p in found.points]
    last = found.points[-1].on if found.points else None
    return {"origin": found.origin, "destination": found.destination, **clocks(last, found.known, found.law_known_to),
            "points": points, "weights": found.weights, "notes": list(found.notes), "reading": reading}  # fmt: skip
