"""Small answers and lists of lines kept in the cache are what would be made; what cannot be read is made anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from parley.law.kept_answers import kept_of_files
from parley.law.regime import Regime
from parley.scenario import levy, spared_share
from parley.scenario.scenario import read_scenario

DAYS = (date(2025, 1, 1), date(2025, 5, 2))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    levy._lines_of.cache_clear()
    return tmp_path


def test_kept_lines_are_those_that_stand_on_every_day() -> None:
    made = levy._lines_on_all("CHN", DAYS)
    for _ in range(2):
        levy._lines_of.cache_clear()
        assert levy._lines_of("CHN", DAYS) == made


@pytest.mark.parametrize("left", [0, 1, 9, -1])
def test_a_file_that_is_cut_short_is_made_anew(cache: Path, left: int) -> None:
    def asked(words: tuple[str, ...]) -> tuple[str, ...]:
        return kept_of_files("some", "meant", tuple[str, ...], lambda: words, 4)

    assert asked(("one", "two", "three")) == asked(("other",)) == ("one", "two", "three")
    (file,) = (cache / "some").iterdir()
    file.write_bytes(file.read_bytes()[:left])
    assert asked(("anew",)) == ("anew",)


def test_the_share_that_a_programme_spares_is_kept_by_the_law_that_it_rests_on(regime: Regime) -> None:
    scenario = read_scenario()
    for law in (regime, regime.without("us-ieepa-electronics")):
        first, second = (spared_share.spared_share(law, scenario, "ieepa_reciprocal") for _ in range(2))
        anew = spared_share._spared(law, "USA", "CHN", scenario.on, scenario.known, "ieepa_reciprocal")
        assert first == second == anew[0]
    assert spared_share.spared_share(regime, scenario, "no such") is None
