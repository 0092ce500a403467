"""Parsed acts kept in the cache are the acts: equal, renewed with their files, and done without where there is no cache."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from parley.law.acts import read_act
from parley.law.regime import kept_rows, measures_folder, read_regime

DAY = date(2025, 8, 7)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "acts"


def test_what_is_kept_equals_what_is_read_field_by_field(cache: Path) -> None:
    first, again = read_regime(), read_regime()
    assert len(list(cache.iterdir())) == 1
    read = tuple(m for p in sorted(measures_folder().glob("*.toml")) for m in read_act(p))
    assert first.measures == again.measures == read
    kinds = {type(v) for m in again.measures for v in (*m.when.values(), *m.unless.values())}
    assert kinds == {type(v) for m in read for v in (*m.when.values(), *m.unless.values())}
    assert len({id(m.act) for m in again.measures}) == len({m.act.id for m in read})


@pytest.mark.usefixtures("cache")
def test_an_act_that_changed_is_read_anew(tmp_path: Path) -> None:
    home = tmp_path / "acts"
    home.mkdir()
    act = home / "us-eo-14298.toml"
    act.write_bytes((measures_folder() / act.name).read_bytes())
    (old,) = {m.act.title for m in kept_rows(home, [act])}
    act.write_text(act.read_text("utf-8").replace(old, f"{old}, amended"), "utf-8")
    assert {m.act.title for m in kept_rows(home, [act])} == {f"{old}, amended"}


@pytest.mark.parametrize("spoilt", [b"", b"\x00", b"\x93\x90\x91\x00\x91\x80"])
def test_a_spoilt_file_is_written_anew(cache: Path, spoilt: bytes) -> None:
    whole = read_regime()
    (file,) = cache.iterdir()
    file.write_bytes(spoilt)
    assert read_regime().measures == whole.measures
    assert len(file.read_bytes()) > 1000


def test_without_a_cache_acts_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "file"))
    assert len(read_regime().measures) > 500


def test_one_authority_and_origin_are_the_rows_that_may_cover_it() -> None:
    whole = read_regime()
    part = read_regime(authority="USA", origin="DEU").measures
    assert all(m in part for m in whole.at(DAY, DAY, "USA") if {"DEU", "EUU", "*"} & set(m.origins))
    assert all(m.act.authority == "USA" for m in part)


def test_rows_are_the_very_same_from_the_first_question_on(cache: Path) -> None:
    first, second = read_regime(), read_regime()  # what changes touch is told by which rows two regimes share
    assert cache.is_dir()
    assert all(a is b for a, b in zip(first.measures, second.measures, strict=True))
