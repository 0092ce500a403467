"""`parley serve --port 0` takes a free port, and says which."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

serving = pytest.importorskip("parley.web.serving")
pytest.importorskip("uvicorn", reason="the web extra is not installed")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_port_that_was_taken_is_the_one_that_is_said(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[int] = []

    def run(sockets: list[object]) -> None:
        taken.extend(held.getsockname()[1] for held in sockets)  # type: ignore[attr-defined]

    monkeypatch.setattr(serving, "server", lambda settings: SimpleNamespace(run=run))
    monkeypatch.setattr(serving.sys, "setswitchinterval", lambda seconds: None)
    serving.serve(SimpleNamespace(host=host, port=0))
    assert taken[0] > 0
    assert capsys.readouterr().err == f"parley: http://{host}:{taken[0]}/ (stop with Ctrl-C)\n"
