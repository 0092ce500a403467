"""Every test run checks array shapes: jaxtyping annotations are enforced by beartype in the numeric rooms."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checked import install
from drawn import SWEEP
from left_out import SHARED, WHY, mark_shared, sentence, without_library
from web_server import SERVE, free_port

try:
    from hypothesis import HealthCheck, settings
except ImportError:  # tests that need it are not run
    pass
else:  # a busy machine is slow, not wrong
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")

if TYPE_CHECKING:
    from parley.law.regime import Regime

install(["parley.world", "parley.trade", "parley.talks", "parley.rates"])


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_shared(items)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return without_library((yield))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A public clone says how many tests it left out, and why; a run that failed, how its cases were drawn."""
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"cases of long sweeps were drawn by PARLEY_SWEEP={SWEEP}")
    said = None if SHARED.is_dir() else sentence(terminalreporter.stats.get("skipped", []))
    if said:
        terminalreporter.write_line(said, yellow=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of references; tests that need it bear the mark `shared`, and skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(WHY)
    return SHARED


@pytest.fixture(scope="module")
def regime(request: pytest.FixtureRequest) -> Regime:
    """The packaged law; where the module names an AUTHORITY, that one's acts alone."""
    from regimes import law_of  # after the checks of shapes are installed

    return law_of(getattr(request.module, "AUTHORITY", None))


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of a real server on this machine, with one worker that prepares nothing before it is asked."""
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{SERVE}.serve(parley.web.settings.Settings(port={port}, workers=1, warm=False, allow_embed=True))",
        ],
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser, without a window."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
