"""Tit-for-tat round by round: each side's reply rule by name, and the rates that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parley.errors import InputError, unknown_name
from parley.fixed import fixed_fields

RULES = {
    "hold": "keeps its rate",
    "tit_for_tat": "moves by as much as the other moved last",
    "mirror": "levies what the other levies",
    "double": "moves by twice as much as the other moved last, upwards; follows it down by as much",
    "half": "moves by half as much as the other moved last",
    "grim": "goes to its ceiling once the other has raised, and stays there",
    "conciliate": "halves its rate, whatever the other does",
    "best_reply": "levies what is best for its own welfare against the other's present rate",
}
HIGHEST = 20.0  # 2,000 percent


@dataclass(frozen=True)
class Seat:
    """One side: its rule, the rate it has at the start (added, a fraction), and the highest it would ever levy."""

    id: str
    rule: str
    rate: float = 0.0
    ceiling: float = HIGHEST


@dataclass(frozen=True)
@fixed_fields
class Round:
    """What both levy after a round, and by how much each moved in it."""

    number: int
    rates: Mapping[str, float]
    moved: Mapping[str, float]


Best = Callable[[str, Mapping[str, float]], float]


def play_path(first: Seat, second: Seat, opening: float, rounds: int, best: Best | None = None) -> tuple[Round, ...]:
    """The rounds of a tariff war: in round 0 `first` raises by `opening` and `second` answers; then both reply in turn.

    best(side, rates): the side's best rate against the other's; only rule best_reply asks for it.
    """
    for seat in (first, second):
        _check(seat, best)
    if first.id == second.id:
        raise InputError("path", f"{first.id} against itself", "two different sides")
    if not 0 < opening <= HIGHEST:
        raise InputError("path: opening", f"{opening:g}", f"a fraction above 0, and at most {HIGHEST:g}")
    if rounds < 1:
        raise InputError("path: rounds", f"{rounds}", "one or more")
    rates = {s.id: s.rate for s in (first, second)}
    last = dict.fromkeys(rates, 0.0)
    raised = dict.fromkeys(rates, False)
    found = []
    for number in range(rounds):
        moved = {}
        for seat, other in ((first, second), (second, first)):
            wanted = rates[seat.id] + opening if number == 0 and seat is first else _reply(
                seat, rates, (other.id, last[other.id], raised[other.id]), best)  # fmt: skip
            new = min(max(wanted, 0.0), seat.ceiling)
            moved[seat.id] = last[seat.id] = new - rates[seat.id]
            raised[seat.id] |= new > rates[seat.id]
            rates[seat.id] = new
        found.append(Round(number, dict(rates), moved))
    return tuple(found)


def _reply(seat: Seat, rates: Mapping[str, float], seen: tuple[str, float, bool], best: Best | None) -> float:
    """What the rule would levy next. seen: the other side, its last move, and whether it has ever raised."""
    own, (other, moved, raised) = rates[seat.id], seen
    if seat.rule == "best_reply" and best is not None:
        return best(seat.id, rates)
    return {
        "hold": own,
        "tit_for_tat": own + moved,
        "mirror": rates[other],
        "double": own + (2 * moved if moved > 0 else moved),
        "half": own + moved / 2,
        "grim": seat.ceiling if raised else own,
        "conciliate": own / 2,
    }[seat.rule]


def _check(seat: Seat, best: Best | None) -> None:
    if seat.rule not in RULES:
        raise unknown_name(f"path: {seat.id}", "reply rule", seat.rule, RULES)
    if seat.rule == "best_reply" and best is None:
        raise InputError(f"path: {seat.id}", "best_reply without a model", "a function that says the best rate")
    if not 0 <= seat.rate <= seat.ceiling <= HIGHEST:
        found = f"rate {seat.rate}, ceiling {seat.ceiling}"
        raise InputError(
            f"path: {seat.id}", found, f"0 ≤ rate ≤ ceiling ≤ {HIGHEST:g}, fractions: for 145 percent write 1.45"
        )
