"""The law part of an Answer: what each side adds by day, what was scheduled, what products pay, the average beside others'."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from importlib import resources
from typing import Any, cast

import numpy as np

from parley.codes import members, name_in_text
from parley.law.answers import AverageBranchRow, WithheldRow
from parley.law.as_known import row_as_known
from parley.law.average import average, change_days
from parley.law.explain import Explanation, RateLine, Withheld
from parley.law.kept_answers import kept_answer
from parley.law.line_classes import Counted, rates_by_kind
from parley.law.measure import Measure, covers_origin, read_list
from parley.law.regime import Regime, knowledge
from parley.law.stand_in import has_schedule, stand_in_rates
from parley.law.timeline import carries_on
from parley.law.trade_weights import WEIGHTED
from parley.scenario.answers_brief import (
    AddedStep,
    AverageOnDay,
    DutyLine,
    ExclusionRow,
    GroupAverage,
    LawSection,
    MeasureRow,
    NearestBase,
    ProductLine,
    PublishedFigure,
    ScheduledAct,
)
from parley.scenario.base import BaseCheck, Candidate, candidates, check_base
from parley.scenario.levy import levying
from parley.scenario.scenario import Scenario
from parley.scenario.spared_share import spared_share

ROUND = 6  # digits of a fraction: rates are legal numbers, and float sums are not


def law_section(regime: Regime, scenario: Scenario) -> LawSection:
    """The law part of an Answer, as known to the scenario."""
    pairs = [(b, a) for a in levying(scenario) for b in scenario.parties if a != b]
    return {
        "added_since": scenario.before.isoformat(),
        "added": {f"{origin}->{levier}": added_steps(regime, scenario, origin, levier) for origin, levier in pairs},
        "scheduled": scheduled(regime, scenario),
        "exclusions": exclusions(regime, scenario),
        "lines": product_lines(regime, scenario),
        "average": average_point(regime, scenario),
        "spared": [row for row in [spared_share(regime, scenario, "ieepa_reciprocal")] if row],
        "why_others": published(regime, scenario),
    }


def since(regime: Regime, day: date) -> Regime:
    """The regime of the acts signed on a day or later: what "added since" means."""
    return replace(regime, measures=tuple(m for m in regime.measures if m.act.signed >= day))


def added_steps(regime: Regime, scenario: Scenario, origin: str, levier: str) -> list[AddedStep]:
    """Duties added since `before`, a row for each day on which a duty begins or the rate of most lines or the highest changes."""
    asked = (origin, scenario.on, scenario.known, scenario.before, scenario.until)
    return kept_answer(
        "added", regime, levier, asked, list[AddedStep], lambda: _added_steps(regime, scenario, origin, levier)
    )


def _added_steps(regime: Regime, scenario: Scenario, origin: str, levier: str) -> list[AddedStep]:
    known, last = knowledge(scenario.known), scenario.until or scenario.on
    recent = since(regime, scenario.before)
    steps: list[AddedStep] = []
    days = change_days(recent, origin, levier, scenario.known)
    asked = sorted({scenario.before, *(d for d in days if scenario.before < d <= last)})
    for on, counted in _counted(recent, levier, origin, asked, scenario.known).items():
        row = _step(counted, _acts_of(recent, origin, levier, on, known), on > (scenario.known or on))
        if not steps or row["acts"] or _levels(row) != _levels(steps[-1]):
            steps.append(row)
    return steps


def _counted(regime: Regime, levier: str, origin: str, days: Sequence[date], known: date | None) -> dict[date, Counted]:
    """A levier's rates on an origin, a union by one of its members; on a stand-in where no schedule of it is packaged."""
    seller = members(origin)[0]
    if has_schedule(levier):
        return rates_by_kind(regime, levier, seller, days, known)
    made = {on: stand_in_rates(regime, levier, (seller,), on, known) for on in days}
    return {on: Counted(rates, np.ones(len(rates.products), dtype=np.int64)) for on, rates in made.items()}


def _levels(step: AddedStep) -> tuple[float, float, dict[str, float]]:
    return step["most_lines"], step["highest"], step["by_programme"]


def _step(counted: Counted, acts: list[MeasureRow], scheduled: bool) -> AddedStep:
    """The added rate that most product lines pay, by programme, and the highest that any pays."""
    rates = counted.rates
    added = np.round(rates.added[:, 0], ROUND)
    known = added[np.isfinite(added)] if np.isfinite(added).any() else np.zeros(1)  # lines of unknown rate are left out
    lines: Counter[float] = Counter()
    for rate, number in zip(
        added[np.isfinite(added)].tolist(), counted.lines[np.isfinite(added)].tolist(), strict=True
    ):
        lines[rate] += number
    most = lines.most_common(1)[0][0] if lines else 0.0
    at = int(np.argmax(added == most))
    parts = {p: round(float(by[at, 0]), ROUND) for p, by in rates.by_programme.items() if by[at, 0] > 0}
    return {
        "on": rates.on.isoformat(),
        "most_lines": most,
        "highest": float(known.max()),
        "lowest": float(known.min()),
        "spans": f"added rates of the {len(known)} product lines whose rate is known",
        "by_programme": parts,
        "acts": acts,
        "scheduled": scheduled,
    }


def _acts_of(regime: Regime, origin: str, levier: str, on: date, known: date) -> list[MeasureRow]:
    """The duties that begin on a day, each measure once, with their acts."""
    begun = [
        m
        for m in regime.at(on, known, levier)
        if m.start == on and covers_origin(m, origin) and m.combine != "zero" and m.rate
    ]
    return list({m.id: _measure_row(m) for m in begun}.values())


def _measure_row(m: Measure) -> MeasureRow:
    return {
        "measure": m.id,
        "programme": m.programme,
        "rate": m.rate,
        "source": m.source,
        "address": m.act.address or None,
    }


def scheduled(regime: Regime, scenario: Scenario) -> list[ScheduledAct]:
    """Measures that were already law for a later day, as known: one row for each day and act."""
    known = knowledge(scenario.known)
    rows_known = [m for m in regime.measures if m.act.authority in scenario.parties and m.is_known(known)]
    on = carries_on(rows_known, known)
    ahead = [m for k, m in enumerate(rows_known) if m.start > scenario.on and m.combine != "zero" and k not in on]
    rows: list[ScheduledAct] = []
    for start, act in sorted({(m.start, m.act.id) for m in ahead}):
        own = [row_as_known(m, known) for m in ahead if (m.start, m.act.id) == (start, act)]
        rates = [m.rate for m in own if m.rate is not None]
        rows.append(
            {
                "on": start.isoformat(),
                "by": own[0].act.authority,
                "act": own[0].act.citation,
                "title": own[0].act.title,
                "measures": len(own),
                "lowest": min(rates, default=None),
                "highest": max(rates, default=None),
                "spans": f"the rates of the act's {len(rates)} measures that name one",
                "programmes": sorted({m.programme for m in own}),
                "source": own[0].source,
            }
        )
    return rows


def exclusions(regime: Regime, scenario: Scenario) -> list[ExclusionRow]:
    """Exclusions by product in force on the day between the parties: what they zero, on how many listed lines, by which act."""
    found: dict[tuple[str, str], ExclusionRow] = {}
    for levier in scenario.parties:
        for m in regime.at(scenario.on, knowledge(scenario.known), levier):
            if m.combine == "zero" and "*" not in m.products and not m.when and _concerns(m, scenario):
                listed = len(read_list(m.folder, m.product_list)) if m.product_list else len(m.products)
                row = found.setdefault(
                    (levier, m.id), {"by": levier, **_measure_row(m), "reason": m.reason, "listed": 0}
                )
                row["listed"] += listed
    return list(found.values())


def _concerns(m: Measure, scenario: Scenario) -> bool:
    return any(covers_origin(m, origin) for origin in scenario.parties if origin != m.act.authority)


def product_lines(regime: Regime, scenario: Scenario) -> list[ProductLine]:
    """What each product of the scenario pays on the first party's side, line by line, with what does not apply and why."""
    levier, origin = scenario.parties[0], members(scenario.parties[-1])[0]
    if not has_schedule(levier):
        return []
    asked = (origin, levier, scenario.on, scenario.known)
    return [_product_line(item.label, regime.explain(item.code, *asked)) for item in scenario.product]


def _product_line(label: str, found: Explanation) -> ProductLine:
    return {
        "label": label,
        "product": found.product,
        "description": found.description,
        "origin": found.origin,
        "destination": found.destination,
        "rate": found.rate,
        "base_rate": found.base_rate,
        "added_rate": found.added_rate,
        "added_2025": found.added_2025,
        "reason": found.reason,
        "lines": [_duty_line(line) for line in found.lines],
        "not_applied": [_withheld(x) for x in found.not_applied],
        "prohibited": [_withheld(x) for x in found.prohibited],
        "notes": list(found.notes),
    }


def _duty_line(line: RateLine) -> DutyLine:
    return {
        "measure": line.measure,
        "programme": line.programme,
        "rate": line.rate,
        "share": line.share,
        "contribution": line.contribution,
        "reason": line.reason,
        "source": line.source,
        "signed": line.signed.isoformat() if line.signed else None,
        "expression": line.expression,
        "act": line.act,
        "estimated": line.estimated,
    }


def _withheld(x: Withheld) -> WithheldRow:
    return {"measure": x.measure, "programme": x.programme, "reason": x.reason, "source": x.source}


def average_point(regime: Regime, scenario: Scenario) -> AverageOnDay:
    """The average rate of the first party on the other's goods, by programme, weighted by imports where weights are known."""
    levier, origin = scenario.parties[0], scenario.parties[-1]
    if not has_schedule(levier):
        return _no_average(origin, levier, scenario.on)
    asked = (origin, scenario.on, scenario.known)
    return kept_answer(
        "average", regime, levier, asked, AverageOnDay, lambda: _average_on(regime, scenario, origin, levier)
    )


def _average_on(regime: Regime, scenario: Scenario, origin: str, levier: str) -> AverageOnDay:
    weights = "imports" if levier in WEIGHTED else "simple"
    found = average(regime, origin, levier, scenario.on, known=scenario.known, weights=weights)
    point = found.points[0]
    return {
        "origin": origin,
        "destination": levier,
        "weights": found.weights,
        "on": point.on.isoformat(),
        "rate": point.rate,
        "base_rate": point.base_rate,
        "by_programme": point.by_programme,
        "covered": point.covered,
        "lines": point.lines,
        "reason": point.reason,
        "step": point.step.isoformat() if point.step else None,
        "groups": [cast(GroupAverage, asdict(group)) for group in point.groups],
        "branches": [cast(AverageBranchRow, asdict(way)) for way in point.branches],
        "open": list(point.open),
        "prohibited": point.prohibited,
    }


def _no_average(origin: str, levier: str, on: date) -> AverageOnDay:
    """The average of a party whose schedule is not packaged: none, and why."""
    return {
        "origin": origin, "destination": levier, "weights": "", "on": on.isoformat(), "rate": None, "base_rate": None,
        "by_programme": {}, "covered": 0.0, "lines": 0,
        "reason": f"no tariff schedule of {name_in_text(levier)} is packaged", "step": None, "groups": [], "branches": [],
        "open": [], "prohibited": 0.0,
    }  # fmt: skip


def published(regime: Regime, scenario: Scenario) -> list[PublishedFigure]:
    """Averages that others published for the parties and the law of the day, and which of our bases they come from.

    ours: the bases that give the figure to its last digit; nearest: otherwise the closest one, with its rate. What was published
    after the information cut-off is left out, and so is an end of that law which came later.
    """
    text = resources.files("parley").joinpath("scenario/published-averages.toml").read_text("utf-8")
    made: dict[str, tuple[Candidate, ...]] = {}
    rows: list[PublishedFigure] = []
    for row in tomllib.loads(text)["figure"]:
        origin, levier = row["flow"].split("->")
        if scenario.known is not None and row["published"] > scenario.known:
            continue
        if {origin, levier} <= {*scenario.parties} and row["on"] <= scenario.on < row["until"]:
            if row["flow"] not in made:
                made[row["flow"]] = candidates(regime, origin, levier, scenario.on, scenario.known)
            found = check_base(f"{row['pct']:g}", origin, levier, scenario.on, scenario.known, made=made[row["flow"]])
            rows.append(_recounted(row, scenario.known, found))
    return rows


def _recounted(row: dict[str, Any], known: date | None, found: BaseCheck) -> PublishedFigure:
    """A published figure with our own count of it: the bases that fit, and the closest where none does."""
    fitting = [each["words"] for each in found["candidates"] if each["fits"]]
    return {
        "pct": row["pct"],
        "flow": row["flow"],
        "on": row["on"].isoformat(),
        "until": None if known is not None and row["until"] > known else row["until"].isoformat(),
        "published": row["published"].isoformat(),
        "who": row["who"],
        "concept": row["concept"],
        "weights": row["weights"],
        "exclusions": row["exclusions"],
        "source": row["source"],
        "rate": row["pct"] / 100,
        "published_later": False,  # kept for readers of the key: such a figure is left out
        "ours": fitting,
        "nearest": None if fitting else _nearest(found),
        "reason": found["reason"],
    }


def _nearest(found: BaseCheck) -> NearestBase | None:
    for each in found["candidates"]:
        if each["rate"] is not None:
            return {"base": each["words"], "rate": each["rate"]}
    return None
