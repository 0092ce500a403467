"""What leads a search with links changes its answer by nothing: the search alone comes to the same rates."""

from __future__ import annotations

import numpy as np
import pytest

from parley.errors import NotSolvedError
from parley.talks import search
from parley.talks.game import nash, respond
from parley.talks.outcome import Outcome
from parley.talks.simultaneous import ARRIVED
from parley.world.world import World
from talks_worlds import small_world

MODEL = "caliendo_parro"
SAME = 1e-8  # of a rate: the search stops at changes of 1e-9


@pytest.fixture(scope="module")
def world() -> World:
    return small_world(links=True)


def ask(world: World, instrument: str, objective: str, deficits: str, players: int = 1) -> Outcome:
    how = {"instrument": instrument, "objective": objective, "model": MODEL, "deficits": deficits, "check": False}
    if players > 1:
        return nash(world, world.countries[:players], **how)
    return respond(world, world.countries[0], **how)


@pytest.mark.parametrize(
    ("instrument", "objective", "players", "deficits"),
    [("full", "welfare", 1, "balanced"), ("full", "welfare", 1, "world_share"), ("uniform", "revenue", 1, "balanced"),
     pytest.param("mfn", "government", 2, "nominal", marks=pytest.mark.slow),
     pytest.param("bilateral", "welfare", 3, "balanced", marks=pytest.mark.slow)],
)  # fmt: skip
def test_a_led_search_finds_what_the_search_alone_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, instrument: str, objective: str, players: int, deficits: str
) -> None:
    found = ask(world, instrument, objective, deficits, players)
    monkeypatch.setattr(search, "_led", lambda *_: None)
    alone = ask(world, instrument, objective, deficits, players)
    assert found.tariffs == pytest.approx(alone.tariffs, abs=SAME)
    assert found.residual <= search.CERTIFIED
    assert found.equilibria[0].change <= search.SETTLED
    assert [s.settled for s in found.starts] == [s.settled for s in alone.starts]


def test_the_passes_are_taken_and_end_where_rates_answer_one_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    led: list[search.Led | None] = []
    plain = search._led
    monkeypatch.setattr(search, "_led", lambda *args: (led.append(plain(*args)), led[-1])[1])
    found = ask(world, "full", "welfare", "balanced")
    first, second = led
    assert first is not None
    assert second is not None
    assert first.equilibrium is not None
    assert first.change <= ARRIVED
    assert second.equilibrium is None  # it came to the stand of the first
    np.testing.assert_allclose(second.log_tau, first.log_tau, atol=search.JOINED)
    assert found.starts[1].found == 0


def test_passes_that_lead_nowhere_leave_the_search_to_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = ask(world, "full", "welfare", "balanced")
    monkeypatch.setattr(search, "PASSES", 2)
    found = ask(world, "full", "welfare", "balanced")
    assert found.tariffs == pytest.approx(expected.tariffs, abs=SAME)


def test_a_search_that_cannot_settle_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PASSES", 2)
    monkeypatch.setattr(search, "STEPS", 2)
    with pytest.raises(NotSolvedError, match="no start settled"):
        ask(world, "full", "welfare", "balanced")
