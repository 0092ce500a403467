"""What each side can do next: the options of a scenario as a payoff table, best replies, equilibria, and where they flip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NotRequired

from parley.scenario import game
from parley.tabular import Table
from parley.talks.grid_answers import Choice, Flips, GridPart, GridRange, Mixed, Purchase, Reply, SignalFound

if TYPE_CHECKING:
    from parley.scenario.baseline import Baseline

WAITING = game.SOLVING


@dataclass(frozen=True, kw_only=True)
class Question(game.Asked):
    """Named options, payoffs from the model, each side's best response, and the equilibria.

    \b
    Examples:
      parley talks grid
      parley talks grid examples/us-china-2025-05-02.toml --nfg game.nfg --json
      parley talks grid --flips
    """

    ranges: Annotated[bool, "also under every published elasticity set"] = False
    flips: Annotated[bool, "also: at which elasticity or political weight the equilibria change"] = False


class Answer(GridPart, game.Solved):
    """Payoffs of every choice in percent of welfare against the law of `before`, and what follows; ranges, flips if asked for."""

    unit: str
    payoff: str
    says: dict[str, dict[str, str]]
    solves: int
    purchases: list[Purchase]
    signal: SignalFound | None
    range: NotRequired[GridRange | None]
    flips: NotRequired[Flips]


def answer(question: Question, baseline: Baseline) -> Answer:
    """The answer of `talks grid`."""
    return grid_of(baseline, ranges=question.ranges, flips=question.flips)


def grid_of(baseline: Baseline, *, ranges: bool = False, flips: bool = False) -> Answer:
    """ranges: also under every published elasticity set. flips: also where the equilibria change as elasticities scale, and

    as a player minds its protected industries more (scenario/switch_points.py).
    """
    from parley.scenario.games.signal import signal_of
    from parley.scenario.options import levies_of, payoff_words, solve_grid
    from parley.scenario.switch_points import elasticity_flips, grid_ranges, weight_flips

    levies, scenario = levies_of(baseline), baseline.scenario
    solved, options, step = solve_grid(baseline, levies), scenario.options(), scenario.signal
    found: Answer = {
        **solved.grid.as_json(),
        "unit": solved.unit(scenario.before),
        "payoff": payoff_words(baseline),
        "says": {p: {o.name: o.says for o in own} for p, own in options.items()},
        **game.modelled(baseline),
        "solves": len(solved.equilibria),
        "residual": solved.residual,
        "purchases": list(solved.bought),
        "signal": signal_of(solved, options, step) if step else None,
    }
    if ranges:
        found["range"] = grid_ranges(baseline, levies)
    if flips:
        found["flips"] = {"elasticity": elasticity_flips(baseline, levies), "weight": weight_flips(solved)}
    return found


def as_nfg(found: Answer, title: str) -> str:
    """The Gambit file of an answer: payoffs of the players alone."""
    from parley.talks.games.grid import payoff_grid

    paid = {tuple(row["choice"].values()): row["welfare_pct"] for row in found["payoffs"]}
    made = payoff_grid(found["players"], found["options"], lambda choice: paid[tuple(choice.values())])
    return made.as_nfg(title or "parley")


FILES = {"nfg": ("also write the game as a Gambit .nfg file", as_nfg)}


def rows(found: Answer) -> list[game.Row]:
    """A choice a row."""
    return [
        {f"option_{p}": o for p, o in row["choice"].items()}
        | {f"welfare_pct_{c}": v for c, v in row["welfare_pct"].items()}
        | {"equilibrium": row["choice"] in found["equilibria"]}
        for row in found["payoffs"]
    ]


def words(found: Answer) -> game.Words:
    """The table of choices, best replies, equilibria, and where asked for, where the answer flips."""
    players, stable = found["players"], found["equilibria"]
    told = [
        [
            *row["choice"].values(),
            *(f"{row['welfare_pct'][p]:.4f}" for p in players),
            "yes" if row["choice"] in stable else "",
        ]
        for row in found["payoffs"]
    ]
    yield Table([*players, *(f"{p} welfare %" for p in players), "equilibrium"], told, found["unit"])
    for player, replies in found["best_replies"].items():
        yield from _replies(player, replies)
    if not stable:
        yield "No pure equilibrium: in every combination somebody would rather move."
    for player, beaten in found["dominated"].items():
        worse = dict.fromkeys(row["option"] for row in beaten if row["strictly"])
        if worse:
            yield f"{player} always has something better than {', '.join(f'“{o}”' for o in worse)}"
    yield f"Pareto frontier: {'; '.join(game.choice_words(c) for c in found['frontier'])}"
    for mix in found["mixed_equilibria"]:
        yield f"Mixed equilibrium: {_mix(mix)}"
    for row in found["purchases"]:
        yield (
            f"{row['player']} buys {row['value']:,.0f} more of {row['of']} when {game.choice_words(row['choice'])}: "
            f"as if {100 * row['implied_subsidy']:.2f} % of the price were paid for it"
        )
    yield from _range(found.get("range"), players)
    yield from _flips(found.get("flips"))
    if found["signal"]:
        yield found["signal"]["reason"]


def _replies(player: str, replies: Sequence[Reply]) -> Iterator[str]:
    """One line where the reply is the same to everything, else one for each choice of the others."""
    chosen = [" or ".join(f"“{o}”" for o in r["reply"]) for r in replies]
    if len(set(chosen)) == 1 and len(chosen) > 1:
        yield f"{player} does best with {chosen[0]}, whatever the other chooses"
        return
    against = [", ".join(f"{p} chooses “{o}”" for p, o in r["to"].items()) for r in replies]
    yield from (f"{player} does best with {c}, if {a}" for c, a in zip(chosen, against, strict=True))


def _mix(mix: Mixed) -> str:
    return "; ".join(
        f"{p}: " + ", ".join(f"{100 * q:.1f} % {o}" for o, q in own.items()) for p, own in mix["probabilities"].items()
    )


def _range(found: GridRange | None, players: Sequence[str]) -> game.Words:
    if not found:
        return
    if not found["over"] or "payoffs" not in found or "equilibria" not in found:
        yield found.get("reason", "")
        return
    told = [
        [
            *row["choice"].values(),
            *(f"{row['welfare_pct'][p]['low']:.3f} … {row['welfare_pct'][p]['high']:.3f}" for p in players),
        ]
        for row in found["payoffs"]
    ]
    yield Table([*players, *(f"{p} welfare %" for p in players)], told, f"over {', '.join(found['over'])}")
    yield f"ranges: {found['spans']}"
    held = found["equilibria"]
    if held["same"]:
        stable = "; ".join(map(game.choice_words, held["stable"])) or "none"
        yield f"The same equilibria under all {len(found['over'])} sets: {stable}"
    for row in held["only_under"]:
        yield f"An equilibrium under {', '.join(row['under'])} only: {game.choice_words(row['choice'])}"
    for name, why in found["not_solved"].items():
        yield f"{name}: {why}"


def _flips(found: Flips | None) -> Iterator[str]:
    if not found:
        return
    scale = found["elasticity"]
    for row in scale["flips"]:
        low, high = row["scale"]
        yield (
            f"The answer flips when every elasticity is {low:.3f} to {high:.3f} times that of {scale['unit'].rsplit(' ', 1)[-1]}: "
            f"below, {_sets(row['below'])}; above, {_sets(row['above'])}"
        )
    if not scale["flips"]:
        yield f"No flip with elasticities from {scale['over'][0]:g} to {scale['over'][1]:g} times the set's"
    for player, own in found["weight"]["players"].items():
        for step in own["steps"][1:]:
            yield (
                f"If {player} counts a dollar of the industries it protects more than {1 + step['low']:.2f} times: "
                f"{_sets(step['equilibria'])}"
            )
        if own["reason"]:
            yield f"{player}: {own['reason']}"
    yield found["weight"]["assumption"]


def _sets(choices: Sequence[Choice]) -> str:
    return " or ".join(game.choice_words(c) for c in choices) or "no pure equilibrium"
