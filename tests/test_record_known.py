"""What was known on a day: a ledger cut off there gives the same bytes in every view as the whole one read as of it."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.cli.main import main
from parley.record.ledger import FOLDER, ledger_of, read_ledger
from parley.record.write import format_entry, format_month

LEDGER = read_ledger()
DAYS = ("2025-04-24", "2025-05-02", "2025-08-01", "2025-12-31")
VIEWS = (
    "list", "list --actor CHN", "claims", "status", "status --on 2025-07-09", "contradictions", "deeds", "positions",
    "base 145 --on 2025-04-20", "base 164 --on 2025-04-20", "timeline", "timeline --format csv", "timeline --format jsonld",
    "timeline --format ics", "timeline --format html",
)  # fmt: skip
LATER = "Geneva", "Busan", "Kuala Lumpur", "12 May", "2025-05-12", "Supreme Court"  # first heard of after 2 May 2025


def printed(capsys, *argv: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(["record", *argv])
    assert end.value.code == 0
    return capsys.readouterr().out


def written(folder: Path, entries) -> Path:
    months = {f"{e.on:%Y-%m}" for e in entries}
    for month in months:
        text = format_month(tuple(e for e in entries if f"{e.on:%Y-%m}" == month))
        (folder / f"{month}.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("day", DAYS)
def test_every_view_as_known_on_a_day_is_that_of_a_ledger_cut_off_there(capsys, tmp_path: Path, day: str) -> None:
    cut = written(tmp_path, [e for e in LEDGER.entries if e.known <= date.fromisoformat(day)])
    for view in VIEWS:
        as_json = () if "--format" in view else ("--json",)
        argv = (*view.split(), "--known", day, *as_json)
        if day != "2025-05-02" and ("html" in view or view.startswith("base")):
            continue  # slow views: one day shows it
        assert printed(capsys, *argv) == printed(capsys, *argv, "--ledger", str(cut)), view


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_later_than_2_may_is_shown_to_people(capsys, view: str) -> None:
    out = printed(capsys, *view.split(), "--known", "2025-05-02")
    assert not [word for word in LATER if word in out]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(LEDGER.entries))
def test_order_of_entries_does_not_matter(order) -> None:
    assert ledger_of(order) == LEDGER


def test_order_within_files_and_of_files_on_disk_does_not_matter(tmp_path: Path) -> None:
    paths = list(FOLDER.glob("*.toml"))
    random.Random(6).shuffle(paths)  # a file system lists them in the order in which they were made
    for path in paths:
        entries = [e for e in LEDGER.entries if path.stem == f"{e.on:%Y-%m}"]
        random.Random(path.stem).shuffle(entries)
        (tmp_path / path.name).write_text("\n".join(format_entry(e) for e in entries), "utf-8")
    assert read_ledger(tmp_path) == LEDGER
