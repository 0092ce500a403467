"""All official editions are read once more: the schedule, the headings of chapter 99 and the page of scores are built again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parley.law.hts_json import OfficialEdition, read_edition
from parley.law.propose import editions
from parley.law.regime import measures_folder

ROOT = Path(__file__).parents[2]
SCHEDULE = measures_folder().parent / "schedule"
pytestmark = pytest.mark.slow
sys.path.insert(0, str(ROOT / "builders"))


@pytest.fixture(scope="module")
def read() -> Iterator[Callable[[Path], OfficialEdition]]:
    """Reads a file once for all tests of this module. Two million rows without a circle: looking for one is a third of the time."""
    held: dict[Path, OfficialEdition] = {}

    def once(path: Path) -> OfficialEdition:
        if path not in held:
            held[path] = read_edition(path)
        return held[path]

    gc.disable()
    yield once
    gc.enable()


def test_the_schedule_is_built_again_byte_by_byte(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], OfficialEdition]
) -> None:
    import us_schedule  # pyright: ignore[reportMissingImports]

    sizes: list[tuple[int, set[str]]] = []

    def counted(path: Path) -> OfficialEdition:
        edition = read(path)
        sizes.append((len(edition.lines), {x.code[:2] for x in edition.provisions}))
        return edition

    monkeypatch.setattr(us_schedule, "read_edition", counted)
    monkeypatch.setattr(sys, "argv", ["us_schedule.py", "--shared", str(shared_data), "--out", str(tmp_path)])
    us_schedule.main()
    assert len(sizes) == 44
    assert all(19_000 < lines < 21_000 and chapters == {"98", "99"} for lines, chapters in sizes), sizes
    assert (tmp_path / "usa.csv.gz").read_bytes() == (SCHEDULE / "usa.csv.gz").read_bytes()


def test_the_headings_of_chapter_99_are_built_again_byte_by_byte(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], OfficialEdition]
) -> None:
    import us_provisions  # pyright: ignore[reportMissingImports]

    monkeypatch.setattr(us_provisions, "read_edition", read)
    assert us_provisions.build(shared_data)[0] == (SCHEDULE / "usa-provisions.csv.gz").read_bytes()


def test_the_page_of_scores_is_what_the_builder_writes(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], OfficialEdition]
) -> None:
    from law_propose import page  # pyright: ignore[reportMissingImports]

    monkeypatch.setattr(editions, "read_edition", read)
    written = (ROOT / "docs/law-propose.md").read_text("utf-8")
    assert written == page(shared_data / "law/hts"), "run python builders/law_propose.py FOLDER"
