"""`talks hindcast`: every decision point, the deadlines of 2025, and what may be learnt from the earlier for the later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from parley.codes import day as read_day
from parley.errors import InputError
from parley.law.law_package import law_in_use
from parley.scenario.answers_hindcast import DecisionRow, EnforcementRow, HindcastAnswer, NotScored
from parley.scenario.hindcast import Choice, Unscored, choices_of
from parley.scenario.hindcast_deadlines import deadline_rows
from parley.scenario.hindcast_own import own_choices
from parley.scenario.hindcast_scores import fitted, rate_of, scores
from parley.scenario.options import PAYOFF
from parley.scenario.outcomes import Decision, read_decisions, read_decisions_file
from parley.scenario.scenario import Scenario
from parley.world.elasticity import DEFAULT, horizon_of

RULE = (
    "the situation of the eve, as known on the eve; the choice is one of its options by rule, else it joins them as the law that it "
    "became; the other does what it then did"
)
LIMITS = [
    "payoffs are real income of a static model without politics, security or bargaining",
    "an act of the other on the same day is known only as what the other then did",
    "controls on exports, purchases and visits are not priced",
    "what a side answers later is not in a grid of one move",
    "where many economies were bound, one pair represents all",
    "weights differ by point: each point's protected industries are those in which the decider's options differ",
    "decisions of one conflict hang together, and so do the three deadlines: the intervals are too narrow",
    "the coder of decisions.csv knew that Geneva had been called dominated on the grid of 2 May",
]
KNOWN = (date(2025, 5, 2), date(2025, 7, 8), date(2026, 10, 1))

Said = Callable[[str], None]


def hindcast(
    points: Sequence[str] = (),
    *,
    start: str | None = None,
    end: str | None = None,
    sets: bool = True,
    deadlines: bool | None = None,
    say: Said | None = None,
    scenario: Scenario | None = None,
    decisions: Path | None = None,
) -> HindcastAnswer:
    """Decisions held against the games of their eves. points: ids; start, end: days; sets: also under every elasticity set.

    scenario: one whose outcomes are held against its own options, beside the packaged points of the same days. decisions: a CSV
    of rows such as those packaged. With either, packaged points of other days stand beside only where points or days are asked.
    deadlines: also those of 2025; default: only without either. say: is told what is being done. Raises InputError.

    Examples
    --------
    >>> from parley.scenario.hindcast_answering import hindcast
    >>> found = hindcast(["D02"], sets=False, deadlines=False)
    >>> found["decisions"][0]["option"]
    'let 6 July 2018 come'
    """  # fmt: skip
    own, mine = own_choices(scenario, sets=sets) if scenario else (None, [])
    made: list[Choice | Unscored] = []
    groups = _groups(points, start, end, scenario, decisions)
    deadlines = scenario is None and decisions is None if deadlines is None else deadlines
    for n, (point, asked) in enumerate(groups.items(), 1):
        if say:
            say(f"{point} of {asked[0].date}, {n} of {len(groups)}")
        made += choices_of(asked, sets=sets)
    rest, ours = ([c for c in held if isinstance(c, Choice)] for held in (made, mine))
    choices = [*ours, *rest]
    if say and deadlines:
        say("the deadlines of 2025")
    return {
        "own": own,
        "decisions": [_row(c) for c in choices],
        "not_scored": [_left(c) for c in (*mine, *made) if isinstance(c, Unscored)],
        "scores": scores(rest, ours),
        "fitted": fitted(rest),
        "deadlines": deadline_rows() if deadlines else [],
        "enforcement": enforcement() if deadlines else [],
        "elasticities": DEFAULT,
        "horizon": horizon_of(DEFAULT),
        "payoff": PAYOFF,
        "rule": RULE,
        "limits": list(LIMITS),
        "residual": max((c.residual for c in choices), default=None),
        "law_version": law_in_use().version,
    }


def _groups(
    points: Sequence[str], start: str | None, end: str | None, scenario: Scenario | None, decisions: Path | None
) -> dict[str, list[Decision]]:
    """The decisions by point: the user's own rows first, then the packaged ones that are asked for, or those of an own outcome's day."""
    rows = read_decisions_file(decisions) if decisions else ()
    asked = bool(points or start or end)
    if rows:
        packaged = () if not asked else read_decisions()
    elif scenario and not asked:
        same = {(o.day, o.party) for o in scenario.outcome}
        packaged = tuple(d for d in read_decisions() if (d.date, d.decider) in same)
    else:
        packaged = read_decisions()
    return _asked(points, start, end, (*rows, *packaged))


def _asked(
    points: Sequence[str], start: str | None, end: str | None, rows: Sequence[Decision]
) -> dict[str, list[Decision]]:
    """The decisions by point, in order. A point of the user's own that has the name of a packaged one stands in its place."""
    groups: dict[str, list[Decision]] = {}
    first, last = (read_day(text, where) if text else None for text, where in ((start, "start"), (end, "end")))
    for d in rows:
        if (not first or d.date >= first) and (not last or d.date <= last):
            groups.setdefault(d.point, []).append(d)
    lacking = [p for p in points if p not in groups]
    if lacking:
        raise InputError("point", f"{lacking[0]!r}", ", ".join(groups) or "none between these days")
    return {p: own for p, own in groups.items() if not points or p in points}


def _row(c: Choice) -> DecisionRow:
    d, weights = c.decision, c.weights()
    return {
        "point": d.point,
        "date": d.date.isoformat(),
        "decider": d.decider,
        "counterpart": d.counterpart,
        "chosen": d.chosen,
        "kind": d.kind,
        "option": c.options[c.chosen],
        "named": c.named,
        "other": c.to,
        "options": [
            {"option": name, "welfare_pct": float(w), "protected_pct": float(e)}
            for name, w, e in zip(c.options, c.welfare, c.income, strict=True)
        ],
        "rank": c.rank,
        "regret_pct": c.regret,
        "best": c.options[c.predicted()],
        "is_best_reply": c.is_best(),
        "in_equilibrium": c.in_equilibrium,
        "outcome_is_equilibrium": c.outcome_is_equilibrium,
        "dominated_by": list(c.dominated_by),
        "weights": list(weights) if weights else None,
        "sets": list(c.sets()),
        "sets_tried": list(c.by_set),
        "source": d.source,
        "addresses": list(d.addresses),
    }


def _left(c: Unscored) -> NotScored:
    d = c.decision
    return {
        "point": d.point, "date": d.date.isoformat(), "decider": d.decider, "chosen": d.chosen, "kind": d.kind,
        "reason": c.reason, "source": d.source,
    }  # fmt: skip


def option_rows(found: HindcastAnswer) -> list[dict[str, object]]:
    """A row for each option of each decision."""
    return [
        {
            "point": r["point"], "date": r["date"], "decider": r["decider"], "counterpart": r["counterpart"], "other": r["other"],
            **o, "chosen": o["option"] == r["option"], "kind": r["kind"], "rank_of_chosen": r["rank"],
            "regret_pct_of_chosen": r["regret_pct"], "in_equilibrium": r["in_equilibrium"], "sets": " ".join(r["sets"]),
            "source": r["source"],
        }
        for r in found["decisions"] for o in r["options"]
    ]  # fmt: skip


def enforcement() -> list[EnforcementRow]:
    """How often announced duties of the United States came on their day and stood it, as known on three days."""
    from parley.law.regime import read_regime
    from parley.record.ledger import read_ledger
    from parley.record.predicates import WillImpose
    from parley.scenario.deeds import DECIDED, deeds

    ledger, regime = read_ledger(), read_regime()
    rows: list[EnforcementRow] = []
    for known in KNOWN:
        held = [
            d for d in deeds(ledger, regime, known, known)
            if isinstance(d.said, WillImpose) and d.party == "USA" and d.outcome in DECIDED
        ]  # fmt: skip
        late = [f"{d.entry.id} {d.outcome}: {d.reason}".rstrip(": ") for d in held if d.outcome != "on_time"]
        rows.append(
            {
                "known": known.isoformat(),
                "on_time": rate_of(len(held) - len(late), len(held)),
                "cases": late,
            }
        )
    return rows
