"""Tit-for-tat month by month from a day, by named reply rules, beside what the law really did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, TypedDict

from parley.question import DAY, Says
from parley.scenario import game
from parley.tabular import Table, percent

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario
    from parley.talks.games.path import Round
    from parley.trade.equilibrium import Equilibrium

SERVICES = "SERVICES"  # no customs duty falls on them
GOLDEN = (5**0.5 - 1) / 2
CLOSE = 1e-4  # best rates are found to a hundredth of a point
WAITING = "recalibrating the dataset, solving each month"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Tit-for-tat month by month from a day, by named reply rules, beside what the law really did.

    Rules: hold, tit_for_tat, mirror, double, half, grim, conciliate, best_reply.

    \b
    Examples:
      parley talks path
      parley talks path --since 2025-04-02 --rule USA=double --rule CHN=mirror --ceiling USA=145 --months 4
    """

    start: Annotated[
        str | None,
        Says(
            "the first day, that of the first move, YYYY-MM-DD; default: a month before the scenario's day",
            word="--since",
            most=DAY,
            form="date",
        ),
    ] = None
    rule: Annotated[tuple[str, ...], "COUNTRY=RULE; may be repeated; default tit_for_tat (rules: see below)"] = ()
    opening: Annotated[float, Says("points that the first party adds in the first month", above=0, high=2000)] = 34.0
    months: Annotated[int, "how many months", (1, 600)] = 6
    ceiling: Annotated[tuple[str, ...], "most points a party adds: COUNTRY=POINTS"] = ()


class Rule(TypedDict):
    """A reply rule."""

    name: str
    says: str


class Month(TypedDict):
    """What both add in a month and by how much each moved, fractions; welfare a year at these rates, percent."""

    month: int
    on: str
    added: dict[str, float]
    moved: dict[str, float]
    welfare_pct: dict[str, float]


class Step(TypedDict):
    """A day on which law's rate changed, and the rate from it on: a fraction, null where law cannot say."""

    on: str
    rate: float | None


class Happened(TypedDict):
    """What a party's law added on a typical product of the other."""

    words: str
    product: str
    steps: list[Step]


class History(TypedDict):
    """The law's own steps, by who levied."""

    by: dict[str, Happened]
    reason: str | None
    known: str


class Answer(game.Answered):
    """Added rates of the first two parties month by month, what they do, what they have cost, and the law's own steps."""

    players: list[str]
    start: str
    rules: dict[str, Rule]
    opening: float
    months: list[Month]
    happened: History
    payoff: str
    assumption: str
    paid_so_far_pct: dict[str, float]


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where a day, a number or a rule cannot be read, or a country is named that does not play."""
    from parley.codes import day

    if question.start:
        day(question.start, "--since")
    for named, where in (
        (game.names_of(question.rule, "--rule"), "--rule"),
        (game.numbers_of(question.ceiling, "--ceiling"), "--ceiling"),
    ):
        game.only_players(named, scenario.parties[:2], where)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks path`."""
    from parley.codes import day

    rules, tops = game.names_of(question.rule, "--rule"), game.numbers_of(question.ceiling, "--ceiling")
    start = day(question.start, "--since") if question.start else month_after(baseline.scenario.on, -1)
    return path_of(
        baseline, start, rules, opening=question.opening / 100, months=question.months,
        ceilings={p: points / 100 for p, points in tops.items()},
    )  # fmt: skip


def path_of(
    baseline: Baseline,
    start: date,
    rules: Mapping[str, str],
    *,
    opening: float,
    months: int = 6,
    ceilings: Mapping[str, float] | None = None,
) -> Answer:
    """rules: by party, of RULES. opening: what the first party adds in the first month, a fraction.

    The model's rates are added on all goods of the other, on top of the law of `before`, without exclusions.
    """
    from parley.errors import ScenarioError
    from parley.talks.games.path import HIGHEST, RULES, Seat, play_path

    scenario = baseline.scenario
    first, second = scenario.parties[:2]
    for p in rules:
        if p not in (first, second):
            raise ScenarioError("path: rules", f"a rule for {p}", f"the first two parties: {first}, {second}")
    tops = {p: (ceilings or {}).get(p, HIGHEST) for p in (first, second)}
    seats = tuple(Seat(p, rules.get(p, "tit_for_tat"), 0.0, tops[p]) for p in (first, second))
    war = _War(baseline, (first, second))
    rounds = play_path(seats[0], seats[1], opening, months, war.best)
    told = [_month(r, start, war) for r in rounds]
    return {
        "players": [first, second], "start": start.isoformat(),
        "rules": {s.id: {"name": s.rule, "says": RULES[s.rule]} for s in seats},
        "opening": opening, "months": told,
        "happened": _happened(start, months, (first, second), scenario.known),
        "payoff": "percent of welfare a year at the month's rates, against the law of "
                  f"{scenario.before}; paid so far: percent of a year's welfare",
        "assumption": "reply rules are assumptions of the user; the rates fall on all goods, without exclusions",
        **game.modelled(baseline), "residual": war.residual,
        "paid_so_far_pct": {p: sum(m["welfare_pct"][p] for m in told) / 12 for p in (first, second)},
    }  # fmt: skip


class _War:
    """The model under added rates of two parties on each other's goods."""

    def __init__(self, baseline: Baseline, parties: tuple[str, str]) -> None:
        self.baseline, self.parties, self.residual = baseline, parties, 0.0
        self.goods = [k for k, s in enumerate(baseline.world.sectors) if s != SERVICES]
        self.known: dict[tuple[float, float], Equilibrium] = {}

    def solved(self, rates: Mapping[str, float]) -> Equilibrium:
        """The equilibrium when each party adds its rate on the other's goods."""
        from parley.trade.solve import solve

        key = rates[self.parties[0]], rates[self.parties[1]]
        if key not in self.known:
            world, scenario = self.baseline.world, self.baseline.scenario
            t = world.t.copy()
            for own, other in (self.parties, self.parties[::-1]):
                t[world.index(own), world.index(other), self.goods] += rates[own]
            last = next(reversed(self.known.values()), None)
            self.known[key] = eq = solve(world, t, model=scenario.model, start=last, **scenario.closures())
            self.residual = max(self.residual, eq.residual)
        return self.known[key]

    def welfare(self, rates: Mapping[str, float]) -> dict[str, float]:
        """Percent, by party."""
        eq = self.solved(rates)
        return {p: 100 * (float(eq.welfare_hat[eq.world.index(p)]) - 1) for p in self.parties}

    def best(self, side: str, rates: Mapping[str, float]) -> float:
        """The side's best added rate against the other's, by golden section from 0 to 200 percent."""

        def paid(rate: float) -> float:
            return self.welfare({**rates, side: rate})[side]

        low, high = 0.0, 2.0
        while high - low > CLOSE:
            inner, outer = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
            low, high = (low, outer) if paid(inner) >= paid(outer) else (inner, high)
        middle = (low + high) / 2
        return 0.0 if paid(0.0) >= paid(middle) else middle


def month_after(start: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(start.year + year, month + 1, day)
        except ValueError:
            continue
    return date(start.year + year, month + 1, start.day)


def _month(r: Round, start: date, war: _War) -> Month:
    return {"month": r.number, "on": month_after(start, r.number).isoformat(), "added": dict(r.rates),
            "moved": dict(r.moved), "welfare_pct": war.welfare(r.rates)}  # fmt: skip


def _happened(start: date, months: int, parties: tuple[str, str], known: date | None) -> History:
    """The law's steps of the same months, up to the information cut-off: what acts of 2025 and later added on a typical line."""
    from parley.law.explain import OF_THE_CONFLICT
    from parley.record.ledger import read_ledger
    from parley.scenario.rate_series import rate_steps

    end = month_after(start, months)
    until = end if known is None else min(end, known + timedelta(days=1))
    pairs = rate_steps(read_ledger(), None, until, known)  # the packaged law itself: no what-if of the scenario
    found: dict[str, Happened] = {}
    for pair in pairs:
        if {pair["origin"], pair["destination"]} == set(parties):
            steps = [s for s in pair["steps"] if s["on"] < until.isoformat()]
            before = [s for s in steps if s["on"] < start.isoformat()][-1:]
            found[pair["destination"]] = {"words": pair["words"], "product": pair["product"],
                                          "steps": before + [s for s in steps if s["on"] >= start.isoformat()]}  # fmt: skip
    lacking = f"the package holds the law of both sides only for {OF_THE_CONFLICT.year} and later, USA and CHN"
    clock = "the fullest knowledge: this is what happened" if known is None else f"what had happened by {known}"
    return {"by": found, "reason": None if found else lacking, "known": clock}


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """What the path has cost by its end, by party."""
    return answer(question, baseline)["paid_so_far_pct"]


def rows(found: Answer) -> list[game.Row]:
    """A month a row."""
    return [
        {"month": m["month"], "on": m["on"]}
        | {f"added_{p}": v for p, v in m["added"].items()}
        | {f"welfare_pct_{p}": v for p, v in m["welfare_pct"].items()}
        for m in found["months"]
    ]


def words(found: Answer) -> game.Words:
    """The months by the rules, then the law's own steps."""
    players, law = found["players"], found["happened"]["by"]
    told = [
        [m["on"], *(percent(m["added"][p]) for p in players), *(f"{m['welfare_pct'][p]:.3f}" for p in players),
         *(_rate_on(law[p]["steps"] if p in law else (), m["on"]) for p in players)]
        for m in found["months"]
    ]  # fmt: skip
    heads = [
        "",
        *(f"{p} adds %" for p in players),
        *(f"{p} welfare %" for p in players),
        *(f"law of {p} %" for p in players),
    ]
    yield Table(heads, told, "; ".join(f"{p} {r['name']} ({r['says']})" for p, r in found["rules"].items()))
    paid = ", ".join(f"{p} {v:.3f} %" for p, v in found["paid_so_far_pct"].items())
    yield f"paid by the end, of a year's welfare: {paid}"
    for p in players:
        if p in law:
            steps = ", ".join(f"{s['on']} {percent(s['rate'])}" for s in law[p]["steps"])
            yield f"what happened: {law[p]['words']}: {steps}"
    if found["happened"]["reason"]:
        yield found["happened"]["reason"]
    yield found["assumption"]


def _rate_on(steps: Sequence[Step], on: str) -> str:
    """What law added on a day; a dash where the package cannot say."""
    held = [s for s in steps if s["on"] <= on]
    return percent(held[-1]["rate"]) if held else "–"
