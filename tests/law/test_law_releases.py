"""Earlier releases of the law: what a pinned scenario reads, unpacked once, the same bytes for the same commit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.law.releases import read_release, releases
from parley.pull.cache import held
from parley.scenario.levy import regime_of
from parley.scenario.scenario import parse_scenario, read_scenario

ROOT = Path(__file__).parents[2]
LAPTOP = ("8471300100", "CHN", "USA", "2026-04-29")  # taken for a metal good by the release of November 2026


def test_a_release_gives_the_rates_that_shipped_with_it() -> None:
    assert releases() == ("2026-11",)
    assert read_release("2026-11").explain(*LAPTOP).by_programme()["s232"] == 0.25


def test_a_scenario_pins_a_release_by_name() -> None:
    pinned = parse_scenario('on = 2026-04-29\nconventions = "2026-11"\n', "scenario")
    assert regime_of(pinned).explain(*LAPTOP).by_programme()["s232"] == 0.25
    assert read_scenario().conventions == ""
    with pytest.raises(InputError, match="2026-11"):
        regime_of(pinned.replaced(conventions="2026-10"))


@pytest.mark.slow
def test_it_is_unpacked_once_and_without_a_cache_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    read_release.cache_clear()
    first = read_release("2026-11")
    (folder,) = (tmp_path / "cache" / "law").iterdir()
    stamp = folder.stat().st_mtime_ns
    read_release.cache_clear()
    assert read_release("2026-11").measures == first.measures
    assert folder.stat().st_mtime_ns == stamp
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "file"))
    read_release.cache_clear()
    assert len(read_release("2026-11").measures) == len(first.measures)


@pytest.mark.slow
def test_the_builder_makes_the_same_bytes(tmp_path: Path) -> None:
    shallow = subprocess.run(["git", "cat-file", "-e", "9e4a456^{commit}"], cwd=ROOT, capture_output=True).returncode
    if shallow:
        pytest.skip("no history here: the commit that the release packs is not in this checkout")
    made = subprocess.run(
        [sys.executable, "builders/law_release.py", "2026-11", "9e4a456", "--out", str(tmp_path)], cwd=ROOT
    )
    assert made.returncode == 0
    name = "2026-11.tar.xz"
    assert (tmp_path / name).read_bytes() == (ROOT / "src/parley/law/releases" / name).read_bytes()


@pytest.mark.slow
def test_published_figures_can_be_had_again_to_the_digits_printed() -> None:
    """The average and the effects of 2 May 2025 as README and docs printed them with the release."""
    from parley.law.average import average
    from parley.scenario.trade import solve_scenario

    then = average(read_release("2026-11"), "CHN", "USA", "2025-05-02").points[0].rate
    assert then == pytest.approx(1.13953, abs=5e-6)
    found = solve_scenario(read_scenario().replaced(conventions="2026-11"), ranges=False)["countries"]
    assert [round(found[c]["welfare_pct"], 2) for c in ("USA", "CHN")] == [-0.17, -0.19]
    assert [round(found[c]["exports_pct"], 1) for c in ("USA", "CHN")] == [-14.7, -6.9]


def test_an_unpacked_release_is_no_pull_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    read_release.cache_clear()
    read_release("2026-11")
    assert list((tmp_path / "cache").glob("law/*/manifest.json"))
    assert held() == []  # so that `data list` and `data verify` show pulls alone
    read_release.cache_clear()
