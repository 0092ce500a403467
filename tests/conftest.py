"""Every test run checks array shapes: jaxtyping annotations are enforced by beartype in the numeric rooms."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from checked import install
from web_server import SERVE, free_port

install(["parley.world", "parley.trade", "parley.talks", "parley.rates"])

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of references; tests that need it skip, with a reason, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside this checkout: its reference tables are not shipped with parley")
    return SHARED


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a real server on this machine, with one worker that prepares nothing before it is asked."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", f"{SERVE}.serve(parley.web.settings.Settings(port={port}, workers=1, warm=False))"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/static/style.css", timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield address
    server.terminate()
    assert server.wait(timeout=20) in (0, -15)
