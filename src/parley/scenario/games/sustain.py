"""What keeps a deal: payoffs from a war or from named options, each side's best way out, and the patience that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NotRequired

from parley.question import Says
from parley.scenario import game
from parley.tabular import Table
from parley.talks.answers import RatesMoved
from parley.talks.sustain_answers import PatienceRow, Punishment
from parley.talks.verdict import Verdict

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline
    from parley.scenario.scenario import Scenario

WAITING = "reading the law, a war, and each side's best way out"


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """What keeps a deal: the patience that each side needs, slow detection, snap-back, and the deepest cut that holds.

    The deal is no duties among the players, or a choice of the scenario's options with --deal.

    \b
    Examples:
      parley talks sustain --players USA,CHN
      parley talks sustain --punishment snapback --lag 2 --discount 0.3
      parley talks sustain --deal "USA=step down to 30; CHN=step down to 10" --punish "USA=hold; CHN=hold"
    """

    players: Annotated[str | None, "comma between; default: the scenario's parties"] = None
    instrument: Annotated[str, game.INSTRUMENT] = "bilateral"
    deal: Annotated[str | None, "named options, PLAYER=OPTION; PLAYER=OPTION; default: no duties"] = None
    punish: Annotated[str | None, "with --deal: the options that follow when it is broken"] = None
    punishment: Annotated[
        str,
        Says("nash (the war) or snapback (the base's rates return)", one_of="parley.talks.games.sustain:PUNISHMENTS"),
    ] = "nash"
    lag: Annotated[int, Says("periods before a breach is seen", low=1)] = 1
    length: Annotated[int | None, Says("periods of punishment; default: for ever", low=1)] = None
    discount: Annotated[float | None, Says("players' discount factor, below 1: asks for the deepest cut", low=0)] = None


class Answer(game.Answered):
    """Each player's patience. Of a deal of options: without instrument, discount and cut; of no duties: with their proof."""

    players: list[str]
    deal: str | dict[str, str]
    punishment: Punishment
    detection_lag: int
    patience: list[PatienceRow]
    unit: str
    base_day: str  # the day whose law payoffs are measured against
    base: str
    instrument: NotRequired[str]
    rates_move: NotRequired[RatesMoved]
    discount: NotRequired[float | None]
    deepest_cut: NotRequired[float | None]
    deepest_cut_reason: NotRequired[str]
    payoff: NotRequired[str]
    max_deviation_gain: NotRequired[float]
    verdict: NotRequired[Verdict]


def check(question: Question, scenario: Scenario) -> None:
    """Raises InputError where a deal of options says not what follows, or what follows has no deal."""
    from parley.errors import InputError

    for here, there in (("deal", "punish"), ("punish", "deal")):
        if getattr(question, here) and not getattr(question, there):
            both = "both: what is kept, and what follows if it is broken"
            raise InputError(f"--{there}", f"none, beside --{here}", both)


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks sustain`."""
    if question.deal:
        chosen = game.read_choice(question.deal, "--deal"), game.read_choice(question.punish or "", "--punish")
        return options_kept(baseline, *chosen, lag=question.lag, length=question.length)
    return _no_duties(question, baseline)


def options_kept(
    baseline: Baseline, deal: Mapping[str, str], punished: Mapping[str, str], *, lag: int = 1, length: int | None = None
) -> Answer:
    """Each player's patience for a choice of options, met by another if it is broken."""
    from parley.scenario.barriers import barriers_of
    from parley.scenario.options import levies_of, solve_grid
    from parley.talks.games.sustain import check_choice, sustain_choice

    levies = levies_of(baseline)
    solved = solve_grid(baseline, levies)
    check_choice(solved.grid, deal, "sustain: deal")
    barriers = barriers_of(baseline, levies)
    found = sustain_choice(
        solved.grid, deal, punished, lag, length, lambda player, option: barriers.move(player, deal[player], option)
    )
    before = baseline.scenario.before
    return {
        "players": list(solved.grid.players), "deal": dict(deal),
        "punishment": {"choice": dict(punished), "length": length}, "detection_lag": lag,
        "patience": [p.as_json() for p in found],
        "unit": f"payoffs a period, percent of welfare against the law of {before}; delta is a discount factor a period",
        "base_day": str(before), "base": f"the tariffs in force on {before}",
        "residual": solved.residual, **game.modelled(baseline),
    }  # fmt: skip


def _no_duties(question: Question, baseline: Baseline) -> Answer:
    from parley.codes import country
    from parley.talks.games.sustain import sustain

    scenario, asked, closed = baseline.scenario, question.players, game.closed(baseline.scenario)
    players = [country(p, "--players") for p in asked.split(",")] if asked else list(scenario.parties)
    found = sustain(
        baseline.world, players, question.instrument, punishment=question.punishment, lag=question.lag,
        length=question.length, discount=question.discount, model=scenario.model, **closed,
    ).as_json()  # fmt: skip
    starts: list[game.SearchStart] | None = found["starts"]
    return {
        **found, "starts": starts, "deal": "no duties among the players", **game.modelled(baseline, closed["deficits"]),
        "base_day": str(scenario.before), "base": f"the tariffs in force on {scenario.before}",
    }  # fmt: skip


def figures(question: Question, baseline: Baseline) -> game.Figures:
    """The least discount factor by player."""
    return {row["player"]: row["delta"] for row in answer(question, baseline)["patience"]}


def rows(found: Answer) -> list[PatienceRow]:
    """The players."""
    return found["patience"]


def words(found: Answer) -> game.Words:
    """Each player's payoffs in and out of the deal and the patience it needs, whose deviation is meant, and the deepest cut."""
    told = [
        [
            p["player"], f"{p['deal']:.4f}", f"{p['cheat']:.4f}" if p["deviation"] else "none pays",
            _kind(p), f"{p['punished']:.4f}", _factor(p["delta"]), _factor(p["delta_breach"]),
        ]
        for p in found["patience"]
    ]  # fmt: skip
    deal = found["deal"]
    title = deal if isinstance(deal, str) else game.choice_words(deal, "; ")
    heads = ["who leaves it, alone", "deal %", "best way out %", "which is", "punished %",
             "least discount factor", "if breaches alone are punished"]  # fmt: skip
    yield Table(heads, told, f"the deal: {title}")
    for p in found["patience"]:
        yield from _ways(p)
    punished = found["punishment"]
    says = punished.get("says") or game.choice_words(punished.get("choice", {}), "; ")
    length = "for ever" if punished["length"] is None else f"for {punished['length']} periods"
    yield f"punishment: {says}, {length}; a breach is seen after {found['detection_lag']} period(s)"
    cut = found.get("deepest_cut")
    if cut is not None:
        yield f"at a discount factor of {found.get('discount'):g}: {100 * cut:.1f} % ({found.get('deepest_cut_reason')})"
    moved = found.get("rates_move")
    if moved:
        yield f"rates that move: {moved['says']}"
    yield f"base, for payoffs and for all other rates: {found['base']}"
    yield found["unit"]


def _kind(p: PatienceRow) -> str:
    """What the best way out does to the deal."""
    way = p["deviation"]
    return "–" if way is None else "a breach" if way["breaks"] else "no breach"


def _factor(delta: float | None) -> str:
    return "none suffices" if delta is None else f"{delta:.3f}"


def _ways(p: PatienceRow) -> Iterator[str]:
    """How one player could leave the deal alone and gain, and what keeps it from it."""
    for way in (p["breach"], p["without_breach"]):
        if way:
            yield f"{way['says']}; it gets {way['payoff']:.4f} % instead of {p['deal']:.4f} %"
    if p["delta"] is None or p["delta"] == 0:
        yield f"{p['player']}: {p['reason']}"
    elif p["delta"] != p["delta_breach"]:
        yield f"{p['player']}, if breaches alone are punished: {p['reason_breach']}"
