"""`parley trade sweep`: the same bytes for any number of workers and any number of interruptions; nothing finished is lost."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from commands import PARLEY
from parley.errors import InputError, NotSolvedError, ScenarioError
from parley.scenario.journal import Journal
from parley.scenario.sweep import chunk_name, read_sweep, solve_chunk
from parley.scenario.sweep_results import columns, result_rows, summary
from parley.trade.uncertainty import Draws, draws_of, published_spread, quantiles
from trade_worlds import small_world

SWEEP = """
title = "small"
models = ["armington", "caliendo_parro"]
elasticities = ["U4", "own.toml"]
draws = {draws}
seed = 3
[[scenario]]
name = "mine"
file = "mine.toml"
"""


def folder_of(tmp_path: Path, draws: int) -> Path:
    """A folder with a small world, new rates, a scenario and a sweep over it; gives back the sweep's path."""
    world = small_world(links=True)
    np.savez(
        tmp_path / "mine.npz", countries=world.countries, sectors=world.sectors, flows=world.X, tariffs=world.t,
        theta=world.theta, flows_include_tariff=True, final_share=world.alpha, value_added_share=world.beta,
        io_share=world.gamma,
    )  # fmt: skip
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\nC00,C01,*,0.5\nC01,C00,S1,0.25\n")
    (tmp_path / "mine.toml").write_text(
        'on = 2025-05-02\nworld = "mine.npz"\nrates = "rates.csv"\nelasticities = "U4"\n'
    )
    own = "\n".join(f"{sector} = {3 + k}" for k, sector in enumerate(world.sectors))
    (tmp_path / "own.toml").write_text(f'name = "own"\npaper = "mine"\n[theta]\n{own}\n')
    path = tmp_path / "sweep.toml"
    path.write_text(SWEEP.format(draws=draws))
    return path


def run(path: Path, *argv: str) -> dict:
    """One sweep in a process of its own; gives back its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "parley.cli.main", "trade", "sweep", str(path), "--json", *argv],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_draws_have_the_spread_and_the_correlation_that_they_say():
    """1,500 draws: standard deviation of logs, correlation and medians within four standard errors."""
    drawn, middle = Draws(1_500, 5, 0.3, 0.4), np.array([2.0, 4.0, 8.0])
    log = np.log([drawn.theta(middle, d) for d in range(drawn.count)] / middle)
    assert log.std() == pytest.approx(0.3, abs=4 * 0.3 / np.sqrt(3_000))
    assert np.corrcoef(log.T)[0, 1] == pytest.approx(0.4, abs=4 * 0.84 / np.sqrt(1_500))
    np.testing.assert_allclose(np.median(log, axis=0), 0, atol=4 * 1.2533 * 0.3 / np.sqrt(1_500))
    np.testing.assert_array_equal(drawn.theta(middle, 7), Draws(8, 5, 0.3, 0.4).theta(middle, 7))
    one = Draws(1, 5, 0.3, 1.0).theta(middle, 0) / middle
    np.testing.assert_allclose(one, one[0], rtol=1e-12)
    assert draws_of(3).spread == published_spread()[0] > 0
    for bad in ({"count": -1}, {"count": 1, "spread": -0.1}, {"count": 1, "common": 1.5}, {"count": 1, "seed": -2}):
        with pytest.raises(InputError, match="draws"):
            draws_of(**bad)


def test_quantiles_are_those_of_the_draws():
    answers = [{"AAA": {"welfare_pct": float(v)}} for v in (-1, 1, 2, 3, 5)]
    found = quantiles(answers)["AAA"]["welfare_pct"]
    assert (found["p50"], found["p25"], found["mean"], found["positive"]) == (2.0, 1.0, 2.0, 0.8)
    assert quantiles([]) == {}


@pytest.mark.slow
def test_killed_and_resumed_with_other_workers_gives_the_same_bytes(tmp_path: Path):
    """kill −9 after the first finished chunk; what was on disk is not solved again, and no worker is left behind."""
    path = folder_of(tmp_path, 150)
    whole = run(path, "--workers", "1", "--out", str(tmp_path / "whole"))
    killed, journal = tmp_path / "killed", tmp_path / "killed" / "journal.jsonl"
    argv = ["trade", "sweep", str(path), "--workers", "2", "--out", str(killed)]
    going = subprocess.Popen(
        [sys.executable, "-m", "parley.cli.main", *argv], start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    going.send_signal(signal.SIGKILL)
    going.wait(10)
    kept = journal.read_bytes().count(b"\n") - 1
    with journal.open("ab") as file:
        file.write(b'0123abcd {"chunk": "torn')
    resumed = run(path, "--workers", "2", "--out", str(killed))
    assert whole["chunks"] == 28
    assert whole["resumed"] == 0
    assert resumed["resumed"] == kept >= 2
    for name in ("results.csv", "results.json", "summary.csv"):
        assert (killed / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert _workers_of(going.pid) == []


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(tmp_path: Path):
    """A Dask scheduler with two workers on this machine, by its address; skipped where the extra is not installed."""
    distributed = pytest.importorskip("distributed")
    path = folder_of(tmp_path, 60)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        far = run(path, "--cluster", cluster.scheduler_address, "--out", str(tmp_path / "far"))
    near = run(path, "--workers", "1", "--out", str(tmp_path / "near"))
    assert (far["chunks"], far["cluster"] is None, near["cluster"]) == (12, False, None)
    assert (tmp_path / "far/results.csv").read_bytes() == (tmp_path / "near/results.csv").read_bytes()


def _workers_of(session: int) -> list[int]:
    """Processes still in a session, waited for a moment."""
    for _ in range(100):
        left = [int(p.name) for p in Path("/proc").glob("[0-9]*") if _session(p) == session]
        if not left:
            return []
        time.sleep(0.05)
    return left


def _session(process: Path) -> int | None:
    try:
        return os.getsid(int(process.name))
    except (OSError, ValueError):
        return None


def test_a_journal_keeps_what_is_whole_and_is_of_one_sweep(tmp_path: Path):
    with Journal(tmp_path, "one") as journal:
        journal.add("0.0.0", [{"draw": 0}])
        journal.add("0.0.25", [{"draw": 25}])
        with pytest.raises(InputError, match="another run"):
            Journal(tmp_path, "one")
    held = (tmp_path / "journal.jsonl").read_bytes()
    (tmp_path / "journal.jsonl").write_bytes(held[:-4])
    with Journal(tmp_path, "one") as journal:
        assert journal.done == {"0.0.0": [{"draw": 0}]}
        journal.add("0.0.25", [{"draw": 25}])
    assert (tmp_path / "journal.jsonl").read_bytes() == held
    with pytest.raises(InputError, match="of another sweep"):
        Journal(tmp_path, "two")
    with Journal(tmp_path, "two", fresh=True) as journal:
        assert journal.done == {}


def test_chunks_cover_every_cell_once_and_rows_say_what_was_solved(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("parley.scenario.sweep.CHUNK", 2)
    plan = read_sweep(folder_of(tmp_path, 3))
    assert [name for name, _ in plan.questions] == ["mine / armington", "mine / caliendo_parro"]
    found = [(chunk, solve_chunk(plan, chunk)) for chunk in plan.chunks]
    cells = [(q, s, cell["draw"]) for (q, s, _), held in found for cell in held]
    assert cells == [(q, s, d) for q in range(2) for s in range(2) for d in range(4)]
    assert len({chunk_name(plan, chunk) for chunk in plan.chunks}) == len(plan.chunks) == 8
    rows = [dict(zip(columns(plan), row, strict=True)) for row in result_rows(plan, found)]
    assert len(rows) == plan.cells * 4
    assert {row["elasticities"] for row in rows} == {"U4", "own.toml"}
    assert max(row["residual"] for row in rows) <= 1e-10
    first = summary(plan, found)[0]
    assert (first["scenario"], first["elasticities"], first["cells"], first["refused"]) == (
        "mine / armington",
        "all",
        8,
        0,
    )
    by_hand = np.median([r["welfare_pct"] for r in rows if r["country"] == "C00" and r["model"] == "armington"])
    assert first["quantiles"]["C00"]["welfare_pct"]["p50"] == pytest.approx(by_hand, rel=1e-12)


def test_another_question_has_another_key(tmp_path: Path):
    path = folder_of(tmp_path, 2)
    keys = {read_sweep(path).key, read_sweep(path).key}
    assert len(keys) == 1
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\nC00,C01,*,0.6\n")
    keys.add(read_sweep(path).key)
    path.write_text(SWEEP.format(draws=3))
    keys.add(read_sweep(path).key)
    assert len(keys) == 3


def test_a_cell_that_cannot_be_solved_has_a_reason_and_no_figures(tmp_path: Path):
    """Fixed nominal deficits without trade: refused, and the sweep goes on."""
    path = folder_of(tmp_path, 0)
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\n*,*,*,100\n")
    path.write_text(SWEEP.format(draws=0) + 'deficits = "nominal"\n')
    plan = read_sweep(path)
    found = [(plan.chunks[0], solve_chunk(plan, plan.chunks[0]))]
    (row,) = result_rows(plan, found)
    held = dict(zip(columns(plan), row, strict=True))
    assert held["welfare_pct"] is None
    assert "no equilibrium" in held["reason"]
    assert summary(plan, found)[0]["refused"] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("draw = 3", "Did you mean draws"),
        ('models = ["armingtn"]', "armington"),
        ('elasticities = ["U5"]', "no set 'U5'"),
        ('indicators = ["welfare"]', "Did you mean welfare_pct"),
        ("draws = -1", "-1 draws"),
        ('scenarios = ["absent.toml"]', "absent.toml"),
        ("[[scenario]]\nname = 'a'\n[[scenario]]\nname = 'a'", "two scenarios are called 'a'"),
        ("= 1", "is not TOML"),
    ],
)
def test_bad_sweeps_are_one_sentence(tmp_path: Path, text: str, words: str):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_sweep(tmp_path / "bad.toml")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_sweep(tmp_path / "none.toml")


def test_errors_cross_from_workers_whole():
    for error in (InputError("here", "this", "that", "do"), NotSolvedError("solve", "none", 1e-3, "1e-10")):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert again.as_json() == error.as_json()
        assert str(again) == str(error)


def test_a_format_that_is_none_is_refused_before_anything_is_solved(tmp_path: Path, capsys):
    assert "csv, json, parquet" in PARLEY.err(
        capsys, 2, "trade", "sweep", str(folder_of(tmp_path, 0)), "--format", "xls"
    )
