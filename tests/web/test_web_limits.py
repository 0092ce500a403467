"""What one caller may take of a server that others reach too, and how its token stays secret."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
from commands import PARLEY
from parley.errors import InputError
from parley.web import solver
from parley.web.guard import AT_ONCE, OF_ONE, Guard
from parley.web.jobs import Jobs
from parley.web.pool import Pool
from parley.web.problems import Problem
from parley.web.serving import serve
from parley.web.settings import Settings, read_token

TOKEN = "a-token-of-the-tests"
OPEN = Settings(host="0.0.0.0", token=TOKEN, names=("tariffs.example",))
ALONE = Settings()


def statuses(settings: Settings, clients: list[str]) -> list[int]:
    """The status of a request from each client, all under way at once; those that the guard lets in wait for the last."""

    async def ask() -> list[int]:
        begun, let_in = asyncio.Event(), 0

        async def app(scope: Any, receive: Any, send: Any) -> None:
            nonlocal let_in
            let_in += 1
            await begun.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        guard, told = Guard(app, settings), [0] * len(clients)

        async def one(n: int, client: str) -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    told[n] = message["status"]

            headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {TOKEN}".encode())]
            scope = {
                "type": "http",
                "method": "GET",
                "path": "/",
                "query_string": b"",
                "headers": headers,
                "client": (client, 1),
            }
            await guard(scope, None, send)  # type: ignore[arg-type]

        asked = [asyncio.create_task(one(n, client)) for n, client in enumerate(clients)]
        await asyncio.sleep(0.05)
        begun.set()
        await asyncio.gather(*asked)
        assert guard.serving == 0
        assert not guard.of
        return told

    return asyncio.run(ask())


def test_one_caller_leaves_room_for_the_others() -> None:
    greedy, other = ["10.0.0.1"] * (OF_ONE + 5), ["10.0.0.2"] * 3
    found = statuses(OPEN, greedy + other)
    assert found == [200] * OF_ONE + [429] * 5 + [200] * 3


def test_this_machine_alone_has_all_of_it() -> None:
    assert statuses(ALONE, ["127.0.0.1"] * (AT_ONCE + 1)) == [200] * AT_ONCE + [503]


def started(settings: Settings, clients: list[str]) -> list[int]:
    """How each client's job was taken: 202, or the status of its refusal."""

    async def ask() -> list[int]:
        jobs, told = Jobs(Pool(settings)), []
        for client in clients:
            try:
                jobs.start("trade/solve", {}, "", 1.0, client)
                told.append(202)
            except Problem as refusal:
                told.append(refusal.status)
        await jobs.stop()
        return told

    return asyncio.run(ask())


def test_one_caller_runs_half_of_the_jobs() -> None:
    half = OPEN.waiting // 2
    assert started(OPEN, ["a"] * (half + 1) + ["b"] * half + ["c"]) == [202] * half + [429] + [202] * half + [503]
    assert started(ALONE, ["a"] * (ALONE.waiting + 1)) == [202] * ALONE.waiting + [503]


def test_a_token_comes_from_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text(f"{TOKEN}\n", "utf-8")
    file.chmod(0o600)
    assert read_token(str(file)) == TOKEN
    for text in ("", "two words\n", "two\nlines\n"):
        file.write_text(text, "utf-8")
        with pytest.raises(InputError, match="one line"):
            read_token(str(file))
    with pytest.raises(InputError, match="token-file"):
        read_token(str(tmp_path / "none"))


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_token_that_others_can_read_is_none(tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text(TOKEN, "utf-8")
    for mode in (0o640, 0o604, 0o644):
        file.chmod(mode)
        with pytest.raises(InputError, match="can be read by others"):
            read_token(str(file))


def test_a_token_among_the_words_of_a_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ran = PARLEY(capsys, "serve", "--token", TOKEN)
    assert ran.code == 2
    assert "list of processes" in ran.err
    assert TOKEN not in ran.out + ran.err


def test_an_address_that_is_taken_is_refused_before_it_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=rf"127\.0\.0\.1:{port} cannot be taken .*--port"):
            serve(Settings(port=port, store=""))
    assert "http://" not in capsys.readouterr().err


def test_a_worker_gives_memory_back_once_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    asked = iter(["first", "second", "after a while"])

    class Pipe:
        def poll(self, seconds: float) -> bool:
            return len(done) not in (2, 5)  # nobody asks after the second answer, nor after the third

        def recv(self) -> tuple[str, bytes]:
            return next(asked, None) or self.closed(), b""

        def closed(self) -> str:
            raise EOFError

        def send(self, said: object) -> None:
            done.append("answer")

    monkeypatch.setattr(solver.signal, "signal", lambda *_: None)
    monkeypatch.setattr(solver, "hold_on", lambda: None)
    monkeypatch.setattr(solver, "give_back", lambda: done.append("given back"))
    monkeypatch.setattr(solver, "TASKS", dict.fromkeys(["first", "second", "after a while"], lambda payload, tell: {}))
    solver.work(Pipe())  # type: ignore[arg-type]
    assert done == ["answer", "answer", "given back", "answer"]
