"""kill −9: a job that was acknowledged is there after the kill, and ends; the number of kills is in PARLEY_KILLS (1,000 were run once)."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import ClassVar, cast

import pytest

from parley.web.jobs import Jobs
from parley.web.pool import Pool
from parley.web.settings import Settings
from parley.web.store import KEPT, Kept, Store
from web_server import free_port

pytest.importorskip("starlette", reason="the web extra is not installed")
KILLS = int(os.environ.get("PARLEY_KILLS", "25"))
WRITER = """
import sys
from pathlib import Path
from parley.web.store import Kept, Store
store, k = Store(Path(sys.argv[1])), 0
while True:
    name = f"{sys.argv[2]}-{k}"
    store.keep(Kept(name, "brief", {"": ("brief", b"x" * 2000)}, "base", 1.0))
    print(name, flush=True)
    k += 1
"""


def test_the_oldest_that_ended_are_forgotten_and_none_that_runs(tmp_path: Path) -> None:
    store = Store(tmp_path / "jobs.sqlite")
    running = Kept("runs", "brief", {"": ("brief", b"{}")}, "base", 9.0)
    store.keep(running)
    for k in range(KEPT + 5):
        store.keep(Kept(f"job-{k}", "brief", {"": ("brief", b"{}")}, "base", 9.0))
        store.keep(Kept(f"job-{k}", "brief", {"": ("brief", b"{}")}, "base", 9.0, "done", b"answer"))
    found = store.jobs()
    assert found[0] == running
    assert [job.id for job in found[1:]] == [f"job-{k}" for k in range(5, KEPT + 5)]
    assert {job.answer for job in found[1:]} == {b"answer"}


def test_a_job_is_called_done_only_when_its_end_is_on_the_disk(tmp_path: Path) -> None:
    acknowledged = asyncio.Event()

    class Answers:
        settings = Settings()

        async def run(self, *_: object) -> bytes:
            await acknowledged.wait()
            return b"{}"

    class Watched(Store):
        seen: ClassVar[list[tuple[str, str]]] = []

        def keep(self, job: Kept) -> None:
            self.seen.append((job.state, jobs.find(job.id).state))
            super().keep(job)

    store = Watched(tmp_path / "jobs.sqlite")
    jobs = Jobs(cast("Pool", Answers()), store)

    async def one() -> None:
        job = jobs.start("brief", {"": ("brief", b"{}")}, "base", 9.0)
        await jobs.acknowledge(job)
        acknowledged.set()
        assert job.task
        await job.task
        assert job.state == "done"

    asyncio.run(one())
    assert store.seen == [("running", "running"), ("done", "running")]
    assert [(job.state, job.answer) for job in store.jobs()] == [("done", b"{}")]


@pytest.mark.slow
def test_no_acknowledged_job_is_lost_to_a_kill(tmp_path: Path) -> None:
    rng, path = random.Random(7), tmp_path / "jobs.sqlite"
    acknowledged: list[str] = []
    for run in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(run)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout
        acknowledged.append(writer.stdout.readline().strip())
        time.sleep(rng.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split("\n")
        acknowledged += [line for line in rest[:-1] if line]
        writer.wait()
    held = {job.id for job in Store(path).jobs()}
    assert len(acknowledged) >= KILLS
    assert not set(acknowledged) - held


def started(port: int, path: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "parley.cli.main",
        "serve",
        "--port",
        str(port),
        "--workers",
        "1",
        "--store",
        str(path),
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(600):
        try:
            asked(port, "/static/style.css")
            return server
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def asked(port: int, path: str, body: dict | None = None) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.read()


@pytest.mark.slow
def test_a_killed_server_takes_its_jobs_up_again(tmp_path: Path) -> None:
    port, path = free_port(), tmp_path / "jobs.sqlite"
    server = started(port, path)
    status, body = asked(port, "/api/v1/trade/solve", {"wait": 0})
    assert status == 202
    place = json.loads(body)["links"]["self"]
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    server = started(port, path)
    try:
        for _ in range(600):
            job = json.loads(asked(port, place)[1])
            if job["state"] != "running":
                break
            time.sleep(0.2)
        assert job["state"] == "done"
        assert json.loads(asked(port, job["links"]["result"])[1])["residual"] <= 1e-10
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server = started(port, path)
        assert json.loads(asked(port, place)[1])["state"] == "done", "an answer outlives the server too"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
