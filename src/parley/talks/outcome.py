"""What players do, the proof that none gains by changing only its own rates, and how far both hang on the elasticities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.frozen import read_only
from parley.tabular import Tabular
from parley.talks.answers import OutcomePart, SearchStart
from parley.talks.instruments import Instruments
from parley.talks.moves import BASE, GIVEN, base_in_words, moves_in_words, rates_moved
from parley.talks.objective import Objective
from parley.talks.verdict import TOLERANCE, Verdict, in_words, verdict_of
from parley.trade.equilibrium import Equilibrium
from parley.world.elasticity import horizon_of, set_in_words


@dataclass(frozen=True)
class SearchRun:
    """One start of the search: its name, steps, the largest change of a log tau in the last, and the candidate it found.

    A later start that comes to a candidate already found stops there, its change at most 1e-5; that of the candidate is 1e-9.
    """

    name: str
    steps: int
    change: float
    settled: bool
    found: int | None

    def as_json(self) -> SearchStart:
        """All fields, by name."""
        return {
            "name": self.name,
            "steps": self.steps,
            "change": self.change,
            "settled": self.settled,
            "found": self.found,
        }


@dataclass(frozen=True, eq=False)
@read_only
class Candidate:
    """One set of rates that the search settled on, with its certificate.

    residual: the trade equilibrium's. change: the largest move of any log tau that one more reply would make.
    deviation_gain: by player, the largest gain found by changing only its own rates, percent of welfare; None: not checked.
    deviations_tried: other rates of one player alone under which that check solved the world again.
    deviations_not_solved: those of them whose equilibrium could not be certified; they say nothing.
    """

    tariffs: Float[ndarray, "n i s"]
    equilibrium: Equilibrium
    payoff_pct: Mapping[str, float]
    change: float
    deviation_gain: Mapping[str, float] | None
    deviations_tried: int = 0
    deviations_not_solved: int = 0

    def __repr__(self) -> str:
        paid = ", ".join(f"{p} {v:+.3f} %" for p, v in list(self.payoff_pct.items())[:6])
        return f"<Candidate: {paid}; residual {self.residual:.1e}>"

    @property
    def residual(self) -> float:
        """The trade equilibrium's largest market-clearing error."""
        return self.equilibrium.residual

    @property
    def max_deviation_gain(self) -> float | None:
        """The largest gain that any player could make by changing only its own rates, percent of welfare; None where not checked."""
        return None if self.deviation_gain is None else max(self.deviation_gain.values())

    @property
    def verdict(self) -> Verdict:
        """Whether nobody was found to gain by changing only its own rates: then it may be called an equilibrium."""
        return verdict_of(self.max_deviation_gain)

    @property
    def welfare_pct(self) -> dict[str, float]:
        """Percent change of each country's real income against the (balanced) base."""
        hats = 100 * (self.equilibrium.welfare_hat - 1)
        return dict(zip(self.equilibrium.world.countries, hats.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Outcome(Tabular):
    """What `nash` and `respond` give back: all different equilibria found, the best proved first, and how they were sought."""

    board: Instruments
    objective: Objective
    method: str
    equilibria: tuple[Candidate, ...]
    starts: tuple[SearchRun, ...]
    seconds: float
    given: bool = False  # whether the others' rates were given in place of the base's

    @property
    def players(self) -> tuple[str, ...]:
        """Those who moved."""
        return self.board.players

    @property
    def tariffs(self) -> Float[ndarray, "n i s"]:
        """Rates of the first equilibrium, fractions; those who did not play keep theirs."""
        return self.equilibria[0].tariffs

    @property
    def equilibrium(self) -> Equilibrium:
        """The trade equilibrium of the first equilibrium."""
        return self.equilibria[0].equilibrium

    @property
    def residual(self) -> float:
        """The trade residual of the first equilibrium."""
        return self.equilibria[0].residual

    @property
    def max_deviation_gain(self) -> float | None:
        """The certificate of the first equilibrium, percent of welfare."""
        return self.equilibria[0].max_deviation_gain

    @property
    def verdict(self) -> Verdict:
        """The verdict on the first equilibrium."""
        return self.equilibria[0].verdict

    @property
    def passed(self) -> int:
        """How many of the candidates found passed their check; those not checked count as none."""
        return sum(found.verdict == "passed" for found in self.equilibria)

    @property
    def what(self) -> str:
        """What was sought."""
        return "Nash equilibrium" if len(self.players) > 1 else "best response"

    @property
    def called(self) -> str:
        """What the first candidate may be called."""
        return in_words(self.max_deviation_gain, self.what)

    @property
    def welfare_pct(self) -> dict[str, float]:
        """Percent change of each country's real income at the first equilibrium."""
        return self.equilibria[0].welfare_pct

    @property
    def payoff_words(self) -> str:
        """What a payoff is, in one sentence."""
        return payoff_words(self.objective, self.equilibrium)

    @checked
    def rates(self, stand: int = 0) -> dict[str, dict[str, dict[str, float]]]:
        """{player: {partner or "all": {sector or "all": rate}}}, fractions: as compactly as the instrument allows.

        stand: which of `equilibria`. Raises InputError where there is none of that number.
        """
        return rates_of(self.board, self._tariffs(stand))

    @checked
    def spread(self, player: str, stand: int = 0) -> tuple[float, float, float, int]:
        """(lowest, mean, highest, number) of a player's rates; the mean is weighted by baseline spending with duty.

        stand: which of `equilibria`. Raises InputError for one that is not there, or who is no player.
        """
        if player not in self.players:
            raise unknown_name("Outcome.spread: player", "player", player, self.players)
        return spread_of(self.board, self._tariffs(stand), player)

    def _tariffs(self, stand: int) -> Float[ndarray, "n i s"]:
        if not 0 <= stand < len(self.equilibria):
            raise InputError("Outcome: stand", str(stand), f"0 to {len(self.equilibria) - 1}")
        return self.equilibria[stand].tariffs

    def __repr__(self) -> str:
        who = ", ".join(self.players[:6]) + (" …" if len(self.players) > 6 else "")
        found = f"{self.called}, {len(self.equilibria)} found"
        return f"<Outcome: {who} set {self.board.instrument} rates on {self.board.world.name}; {found}, residual {self.residual:.1e}>"

    def columns(self) -> dict[str, list[int] | list[str] | list[float]]:
        """One row an equilibrium and player: lowest, mean and highest rate (fractions), payoff (percent, see `payoff_words`)."""
        rows = [
            (k, p, *self.spread(p, k)[:3], found.payoff_pct[p])
            for k, found in enumerate(self.equilibria)
            for p in self.players
        ]
        made = zip(*rows, strict=True) if rows else ((),) * 6
        names = ("equilibrium", "player", "lowest_rate", "mean_rate", "highest_rate", "payoff_pct")
        return {name: list(values) for name, values in zip(names, made, strict=True)}

    def summary(self) -> str:
        """Rates and payoffs of every equilibrium with the certificate, as text; percent."""
        heads, *rows = self._rows()
        lines = ["".join(f"{cell:>16}" for cell in row) for row in (heads, *rows)]
        return "\n".join((self._title(), *lines, self._note()))

    def _repr_html_(self) -> str:
        """Rates and payoffs of every equilibrium, for notebooks; percent."""
        from parley.html import table

        heads, *rows = self._rows()
        return table(self._title(), heads, rows, self._note())

    def _rows(self) -> list[tuple[str, ...]]:
        """The headings, then a row an equilibrium and player; percent."""
        from parley.html import percent

        made = zip(*self.columns().values(), strict=True)
        rows = [(str(k + 1), p, *map(percent, rates), f"{payoff:+.3f}") for k, p, *rates, payoff in made]
        return [("equilibrium", "player", "lowest rate, %", "mean, %", "highest, %", "payoff, %"), *rows]

    def _title(self) -> str:
        return f"{self.called}: {self.method}, {self.board.instrument} rates on {self.board.world.name}"

    def _note(self) -> str:
        gain = self.max_deviation_gain
        checked = "not checked" if gain is None else f"{gain:.1e} percent of welfare"
        return f"Payoff: {self.payoff_words}. Largest gain by changing only its own rates: {checked}; residual {self.residual:.1e}."

    @checked
    def as_json(self, base_day: date | str | None = None) -> OutcomePart:
        """The keys of an answer: players tariffs welfare_pct residual max_deviation_gain starts equilibria.

        base_day: the day whose law the base holds; None: the dataset's own rates.
        """
        b = self.board
        return {
            "players": list(b.players),
            "members": {p: [b.world.countries[n] for n in own] for p, own in zip(b.players, b.members, strict=True)},
            "instrument": b.instrument,
            "moves": moves_in_words(b.instrument, GIVEN if self.given else BASE),
            "rates_move": rates_moved(b, self.given),
            "base_day": None if base_day is None else str(base_day),
            "base": base_in_words(b.world, base_day),
            "objective": self.objective.name,
            "objective_weights": dict(self.objective.weight),
            "payoff": self.payoff_words,
            "method": self.method,
            "model": self.equilibrium.model,
            "world": b.world.name,
            "elasticities": set_in_words(b.world.elasticities),
            "horizon": horizon_of(b.world.elasticities),
            "deficits": self.equilibrium.deficits,
            "capital": "fixed" if self.equilibrium.closure.capital is None else "steady_state",
            "tariffs": self.rates(),
            "welfare_pct": self.welfare_pct,
            "residual": self.residual,
            "max_deviation_gain": self.max_deviation_gain,
            "max_deviation_gain_reason": None if self.max_deviation_gain is not None else "not checked (check=False)",
            "verdict": self.verdict,
            "deviation_tolerance_pct": TOLERANCE,
            "called": self.called,
            "starts": [s.as_json() for s in self.starts],
            "equilibria": [
                {
                    "payoff_pct": dict(e.payoff_pct),
                    "residual": e.residual,
                    "change": e.change,
                    "max_deviation_gain": e.max_deviation_gain,
                    "verdict": e.verdict,
                    "deviations_tried": e.deviations_tried,
                    "deviations_not_solved": e.deviations_not_solved,
                    "tariffs": self.rates(k),
                }
                for k, e in enumerate(self.equilibria)
            ],
            "seconds": self.seconds,
        }


WORDS = {
    "welfare": "percent change of real income against the base",
    "government": "percent change of sectors' real incomes, politically weighted (Ossa 2014), against the base",
    "revenue": "change of real duties collected, in percent of baseline income",
}


def payoff_words(objective: Objective, eq: Equilibrium) -> str:
    """What a payoff is, in one sentence."""
    weights = " + ".join(f"{value:g} × {name}" for name, value in objective.weight.items())
    own = WORDS.get(objective.name, f"change of {weights}, all real, in percent of baseline income")
    if eq.closure.capital is not None:
        own = own.replace("real income", "steady-state consumption")
    return f"{own}; of a union: the sum over members"


def spread_of(board: Instruments, t: Float[ndarray, "n i s"], player: str) -> tuple[float, float, float, int]:
    """(lowest, mean, highest, number) of a player's rates; the mean is weighted by baseline spending with duty."""
    own = board.owner == board.players.index(player)
    cells = board.cells[own[board.group]]
    rates, weight = (values.transpose(2, 0, 1).reshape(-1)[cells] for values in (t, board.world.X))
    mean = (weight * rates).sum() / weight.sum() if weight.sum() > 0 else rates.mean()
    return float(rates.min()), float(mean), float(rates.max()), int(own.sum())


def rates_of(board: Instruments, tau: Float[ndarray, "n i s"]) -> dict[str, dict[str, dict[str, float]]]:
    """{player: {partner or "all": {sector or "all": rate}}}, fractions: as compactly as the instrument allows."""
    found: dict = {p: {} for p in board.players}
    for g, cell in enumerate(_first_cells(board)):
        s, n, i = np.unravel_index(int(cell), tau.transpose(2, 0, 1).shape)
        partner = board.territories[board.territory[i]] if board.instrument in ("bilateral", "full") else "all"
        sector = board.world.sectors[s] if board.instrument in ("mfn", "full") else "all"
        found[board.players[board.owner[g]]].setdefault(partner, {})[sector] = float(tau[n, i, s])
    return found


def _first_cells(board: Instruments) -> ndarray:
    """One flat cell [s, n, i] of each rate."""
    first = np.zeros(len(board.owner), int)
    first[board.group[::-1]] = board.cells[::-1]
    return first
