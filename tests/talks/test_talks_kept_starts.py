"""Starts kept from an earlier run: they save steps, and change no answer, be they right, wrong, foreign or spoilt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from drawn import drawn, thinned
from parley import kept_starts
from parley.talks import search
from parley.talks.game import nash
from parley.talks.outcome import Outcome
from parley.trade import solve as solving
from parley.world.world import World
from talks_worlds import small_world

SAME = 2 * search.SETTLED  # a search stops once no log tau changes by more: two runs may end that far on either side


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    return tmp_path / "starts"


@pytest.fixture(scope="module", params=[False, True], ids=["no links", "links"])
def world(request: pytest.FixtureRequest) -> World:
    return small_world(links=request.param)


def war(world: World) -> Outcome:
    model = "caliendo_parro" if world.has_links else "armington"
    return nash(world, world.countries[:2], "bilateral", model=model, partners=world.countries[:2])


def asked(world: World, question: str = "a war") -> Outcome:
    with kept_starts.kept_starts(question):
        return war(world)


def spoil(folder: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Rewrites every kept iterate, with a checksum that fits."""
    (file,) = folder.iterdir()
    rows = msgspec.msgpack.decode(file.read_bytes()[kept_starts.CHECKSUM :], type=list[kept_starts.Row])
    changed = [(mark, shape, change(np.frombuffer(x)).tobytes(), r, n) for mark, shape, x, r, n in rows]
    packed = msgspec.msgpack.encode(changed)
    file.write_bytes(hashlib.sha256(packed).digest() + packed)


def assert_same(found: Outcome, plain: Outcome) -> None:
    assert np.log1p(found.tariffs) == pytest.approx(np.log1p(plain.tariffs), abs=SAME)
    of_percent = 100 * SAME  # payoffs move by less than rates do, and are percent
    assert found.equilibria[0].payoff_pct == pytest.approx(plain.equilibria[0].payoff_pct, abs=of_percent)
    assert found.equilibrium.welfare_hat == pytest.approx(plain.equilibrium.welfare_hat, abs=SAME)
    assert found.verdict == plain.verdict
    assert found.residual <= 1e-10


def test_a_second_run_gives_the_very_same_answer_in_fewer_solves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for place, name in ((solving, "certify"), (search, "deviation_gains")):
        plain = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *a, n=name, f=plain: (calls.append(n), f(*a))[1])
    alone, first = war(world), asked(world)
    before = calls.count("certify") // 2
    calls.clear()
    second = asked(world)
    assert_same(first, alone)
    assert np.array_equal(second.tariffs, first.tariffs)
    assert second.equilibria[0].payoff_pct == first.equilibria[0].payoff_pct
    assert second.max_deviation_gain == first.max_deviation_gain
    assert [s.as_json() for s in second.starts] == [s.as_json() for s in first.starts]
    on_the_way = 0 if world.has_links else 1  # with links a first run certifies nothing on its way either
    assert len(second.equilibria) <= calls.count("certify") <= before - on_the_way
    assert calls.count("deviation_gains") >= len(second.equilibria)  # and each checked anew


@pytest.mark.parametrize(
    "seed", [3, 25, 31, *(pytest.param(k, marks=pytest.mark.slow) for k in drawn(range(100, 400), 12))]
)
def test_a_second_run_gives_the_same_in_any_world(seed: int) -> None:
    """Of the first three, one equilibrium met its tolerance by luck on the way, and the next run solved it again."""
    plain = small_world()
    odd = plain.with_theta(plain.theta * np.random.default_rng(seed).uniform(0.6, 1.6, plain.theta.shape))
    first, second = asked(odd), asked(odd)
    assert first.equilibria[0].payoff_pct == second.equilibria[0].payoff_pct
    assert first.equilibrium.welfare_hat.tobytes() == second.equilibrium.welfare_hat.tobytes()
    assert first.tariffs.tobytes() == second.tariffs.tobytes()
    assert first.max_deviation_gain == second.max_deviation_gain


@pytest.mark.parametrize(
    "change",
    thinned([
        lambda x: x + 1e-4,
        lambda x: x * 1.01,
        lambda x: np.full_like(x, np.nan),
        lambda x: np.full_like(x, 700.0),
        lambda x: np.random.default_rng(1).permutation(x),
        lambda x: x[:-1] if len(x) % 2 else x,
    ], 2),
    ids=["near", "scaled", "no numbers", "beyond all bounds", "mixed up", "too short"],
)  # fmt: skip
def test_a_wrong_start_is_tried_and_left(
    world: World, folder: Path, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    first = asked(world)
    spoil(folder, change)
    assert_same(asked(world), first)
    assert_same(asked(world), first)  # what it came to is kept in its place


def test_starts_of_another_world_are_left(folder: Path) -> None:
    here, there = small_world(), small_world(seed=2)
    asked(there)
    assert_same(asked(here), war(here))
    assert len(list(folder.iterdir())) == 1  # of one question, whatever was asked under its name


@pytest.mark.parametrize("spoilt", [b"", b"x" * 40, None], ids=["empty", "foreign", "cut"])
def test_a_spoilt_file_is_written_anew(folder: Path, spoilt: bytes | None) -> None:
    world = small_world()
    first = asked(world)
    (file,) = folder.iterdir()
    held = file.read_bytes()
    file.write_bytes(held[:-1] if spoilt is None else spoilt)
    assert_same(asked(world), first)
    assert file.read_bytes() == held


def test_nothing_is_kept_outside_a_question_or_where_it_failed(folder: Path) -> None:
    def fails() -> None:
        with kept_starts.kept_starts("one"):
            war(small_world())
            raise ZeroDivisionError

    war(small_world())
    with pytest.raises(ZeroDivisionError):
        fails()
    assert not folder.exists()
    assert not kept_starts.starts_are_kept()


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "file"))
    world = small_world()
    assert_same(asked(world), war(world))
