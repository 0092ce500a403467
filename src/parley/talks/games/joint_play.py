"""The joint play of a deadline as plain data: thresholds alone and together, equilibria at some p, what the hub had best ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from parley.rates import Wedges
from parley.talks.deadline_answers import (
    ChosenP,
    Enforcement,
    Hub,
    HubTerms,
    JointEquilibrium,
    JointPart,
    JointRow,
    ReachRow,
)
from parley.talks.games.deadline import Stage, Stakes, Terms, terms_at, with_cut
from parley.talks.games.signing import Joint, Reach, check_p

SHOWN = (0.1, 0.5, 0.9)  # where the record holds no deadline that fell due: low, even and high, marked as such
CUTS = (0.0, 0.25, 0.5, 0.75, 1.0)
SAFETY = 3.0  # a player is settled by more than three times what gains were found outside their ends

Offer = Mapping[float | None, Wedges]


def joint_part(
    stage: Stage, stakes: Sequence[Stakes], offers: Offer, record: Enforcement, asked: Sequence[float] = ()
) -> JointPart:
    """{p, reach, joint, hub}: the joint game at the p asked for or those of the record, and the hub's terms at the middle one.

    offers: by the country rate that signers keep (None: today's), all wedges if they gave up nothing themselves.
    record: the slips of the record, {p: {share, jeffreys}, ...}.
    """
    chosen = choose_p(record, asked)
    game = stage.game()
    reach = game.reach()
    outside = game.sampled(reach)
    joint = [game.joint(p, reach, SAFETY * outside) for p in chosen["values"]]
    middle = chosen["values"][len(chosen["values"]) // 2]
    terms = []
    for rate, wedges in offers.items():
        for cut in CUTS:
            other = stage.with_terms(with_cut(wedges, stage.hub[1], stage.partners, cut))
            alone = {s.id: s.w_wait for s in stakes} if cut == 0 and rate is None else _alone(other, stage, stakes)
            terms.append(terms_at(other, stakes, alone, middle, (cut, rate)))
    return {
        "p": chosen,
        "reach": [_reach(r, stage, middle) for r in sorted(reach, key=_first)],
        "outside_ends_pct": outside,
        "joint": [_joint(j, stage) for j in joint],
        "hub": _hub(stage, terms, middle),
        "joint_solves": game.cases,
    }


def _alone(stage: Stage, solved: Stage, stakes: Sequence[Stakes]) -> dict[str, float | None]:
    """What each partner gets by signing a stage's terms, the others still. stakes: those of a stage already solved."""
    pairs = [(getattr(stage.signed, name), getattr(solved.signed, name)) for name in ("tau_hat", "revenue_share")]
    if all(np.array_equal(first, second) for first, second in pairs):
        return {s.id: s.w_sign for s in stakes}
    return {name: stage.welfare(stage.outcome(frozenset({name})))[name] for name in stage.partners}


def choose_p(record: Enforcement, asked: Sequence[float] = ()) -> ChosenP:
    """The probabilities of enforcement to play at, in order, and where they come from."""
    check_p(*asked)
    if asked:
        return {"values": sorted(set(asked)), "source": "asked for"}
    held = record["p"]
    if held["share"] is not None:
        ends = held["jeffreys"]
        words = f"the record: {held['kept']} of {held['trials']} deadlines enforced on their day, with the Jeffreys interval"
        return {"values": sorted({ends["low"], held["share"], ends["high"]}), "source": words}
    return {"values": list(SHOWN), "source": "no deadline had fallen due: low, even and high, for show"}


def _first(r: Reach) -> tuple[float, str]:
    known = [p for p in r.p_star if p is not None]
    return (min(known) if known else 2.0), r.id


def _reach(r: Reach, stage: Stage, p: float) -> ReachRow:
    """Thresholds at both ends, and what signing alone is worth at p: as much more as the hub could ask."""
    alone, together = r.p_star
    worth = r.gain(p)[0]
    income = stage.world.base.income[list(stage.partners[r.id])].sum()
    return {
        "id": r.id,
        "p_star": {"alone": alone, "together": together},
        "gain_at_p_pct": {"alone": worth, "together": r.gain(p)[1]},
        "could_ask_pct": max(0.0, worth),
        "could_ask": max(0.0, worth) / 100 * float(income),
    }


def _joint(found: Joint, stage: Stage) -> JointRow:
    rows: list[JointEquilibrium] = [
        {
            "signers": sorted(e.signed),
            "gain_by_leaving_pct": e.gain_by_leaving,
            "leaving_solved_for": e.checked,
            "hub_welfare_pct": e.welfare_pct[stage.hub[0]],
            "welfare_pct": dict(e.welfare_pct),
        }
        for e in found.equilibria
    ]
    return {
        "p": found.p, "equilibria": rows, "always_sign": list(found.always), "never_sign": list(found.never),
        "depend_on_others": list(found.open), "complete": found.complete, "at_most": found.bound, "reason": found.reason,
    }  # fmt: skip


def _hub(stage: Stage, terms: Sequence[Terms], p: float) -> Hub:
    best = max(terms, key=lambda t: t.welfare_pct)
    return {
        "id": stage.hub[0],
        "p": p,
        "best": _terms(best),
        "terms": [_terms(t) for t in terms],
        "cut": "part of their own duties on the hub's goods that signers give up, in log tau",
        "rate": "country rate that signers keep; null: today's",
        "reason": "the best of those tried, one offer for all; who signs holds the others to waiting",
    }


def _terms(t: Terms) -> HubTerms:
    return {"cut": t.cut, "rate": t.rate, "signers": list(t.signers), "welfare_pct": t.welfare_pct}
