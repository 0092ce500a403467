"""Sign, or face the rate: each country's cost and threshold, the record of enforcement, and the joint game."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from parley.scenario import game
from parley.tabular import Table, figure, percent
from parley.talks.deadline_answers import DeadlinePart, DeadlinePlayer, Enforcement, Hub, JointRow

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario

WAITING = "reading the law, solving a world for every country and choice"
MOST = 5  # countries of which more could be asked, in the last line


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Sign, or face the rate: the cost of each country's rate and the enforcement probability at which it folds.

    \b
    Examples:
      parley talks deadline
      parley talks deadline --joint --p 0.2 --p 0.8
      parley talks deadline --on 2025-07-20 --known 2025-07-20 --json
    """

    joint: Annotated[bool, "also the joint game, in which all choose, and the hub's best terms"] = False
    p: Annotated[tuple[float, ...], "probability of enforcement, for the joint game; may be repeated"] = ()


class Answer(DeadlinePart, game.Answered):
    """Every partner with a country rate due, the record of enforcement, and the joint game where it was asked for."""


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where p is no probability or no deadline stands."""
    from parley.scenario.deadline import deadline_in
    from parley.talks.games.signing import check_p

    check_p(*question.p)
    deadline_in(scenario)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks deadline`."""
    from parley.scenario.deadline import deadline_of

    joint = question.joint or bool(question.p)
    return {**deadline_of(baseline.scenario, baseline, joint=joint, p=question.p)}


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """p* by country."""
    from parley.scenario.deadline import deadline_of

    return {row["id"]: row["p_star"] for row in deadline_of(baseline.scenario, baseline)["players"]}


def rows(found: Answer) -> list[DeadlinePlayer]:
    """The countries."""
    return found["players"]


def words(found: Answer) -> game.Words:
    """The thresholds in the order of folding, those that only law knows in one line, the record, and the joint game."""
    told = [
        [r["name"], percent(r["rate_now"], 0), percent(r["rate_then"], 0), figure(r["cost_pct"], 3), figure(r["p_star"], 3),
         r["decision"]]
        for r in found["players"] if r["decision"] != "unknown"
    ]  # fmt: skip
    yield Table(["country", "now %", "then %", "cost %", "p*", "decision"], told, f"deadline {found['deadline']}")
    yield "folds: signs once enforcement is likelier than p*, in this order as p rises; waits: never signs, the terms cost more"
    law_only = [r["name"] for r in found["players"] if r["decision"] == "unknown"]
    if law_only:
        yield f"Rates in law, but no economy of this world ({len(law_only)}): {', '.join(law_only)}"
    for name, says in found["terms"].items():
        yield f"{name}: {says}"
    yield found["terms_are"]
    yield from _record(found["enforcement"])
    if "joint" in found and "hub" in found:
        names = {r["id"]: r["name"] for r in found["players"]}
        yield from _joint(found, found["joint"], found["hub"], names)
        yield from _asked(found, names)
    else:
        yield "each holds the others to waiting; --joint lets all choose at once, and finds the hub's best terms"


def _record(found: Enforcement) -> Iterator[str]:
    p, duties = found["p"], found["announced_duties"]
    if p["share"] is None:
        yield f"The record by {found['on']}: {found['reason']}; p may be anything from 0 to 1"
    else:
        ends = p["jeffreys"]
        yield (
            f"The record by {found['on']}: {p['kept']} of {p['trials']} deadlines enforced on their day, "
            f"p = {p['share']:.2f} ({ends['low']:.2f} to {ends['high']:.2f}, {100 * p['over']:.0f} % interval)"
        )
    if duties["trials"]:
        ends = duties["jeffreys"]
        yield (
            f"Duties that it announced for a day: {duties['kept']} of {duties['trials']} came on time "
            f"({ends['low']:.2f} to {ends['high']:.2f})"
        )


def _joint(found: Answer, plays: list[JointRow], hub: Hub, names: dict[str, str]) -> game.Words:
    told = []
    for play in plays:
        for held in play["equilibria"] or [None]:
            signers = [names[s] for s in held["signers"]] if held else []
            paid = figure(held["hub_welfare_pct"] if held else None, 4)
            told.append([f"{play['p']:.3f}", str(len(signers)), paid, ", ".join(signers) or "none"])
    heads = ["p", "sign", f"{hub['id']} welfare %", "who"]
    yield Table(heads, told, "All choose at once: the pure equilibria")
    source = found["p"]["source"] if "p" in found else ""
    yield f"p: {source}. {'; '.join(dict.fromkeys(p['reason'] for p in plays))}"
    best = hub["best"]
    rate = "today's country rate" if best["rate"] is None else f"a country rate of {percent(best['rate'], 0)} %"
    yield (
        f"Best terms for {hub['id']} of those tried, at p = {hub['p']:.2f}: signers give up {100 * best['cut']:.0f} % of their "
        f"own duties on its goods and keep {rate}; {len(best['signers'])} sign, its welfare is {best['welfare_pct']:.4f} %"
    )


def _asked(found: Answer, names: dict[str, str]) -> Iterator[str]:
    most = sorted(found.get("reach", ()), key=lambda r: -r["could_ask"])[:MOST]
    told = ", ".join(f"{names[r['id']]} {r['could_ask']:,.0f}" for r in most if r["could_ask"] > 0)
    if told:
        yield f"Still to ask of at that p, a year in the world's money (packaged: million US dollars): {told}"
