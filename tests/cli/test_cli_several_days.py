"""`--on DAY,DAY`: each day's answer is that of the command on that day; nothing is written twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import PARLEY

DAYS = ("2025-05-02", "2025-05-14")
ASKED = (
    "law rate 9503.00.00.73 --origin CHN",
    "law average --origin CHN",
    "law measures list --programme s122",
    "record status --known 2025-05-14",
    "cite --format legal",
    "law refund-status",
)


@pytest.mark.parametrize("command", ASKED)
def test_each_day_has_the_answer_of_its_own(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    days = DAYS if "refund" not in command else ("2026-05-02", "2026-07-15")
    found = PARLEY.answer(capsys, *command.split(), f"--on={','.join(days)}")["days"]
    assert found == {day: PARLEY.answer(capsys, *command.split(), "--on", day) for day in days}


def test_in_words_each_day_stands_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("law", "rate", "9503.00.00.73", "--origin", "CHN", "--on")
    shown = PARLEY.out(capsys, *asked, ", ".join(DAYS))
    alone = [PARLEY.out(capsys, *asked, day) for day in DAYS]
    assert shown == "".join(f"{day}\n{'=' * 10}\n{text}\n" for day, text in zip(DAYS, alone, strict=True))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("law average --origin CHN --on 2025-05-02,2025-05-14 --csv x.csv", "--csv: one file for 2 days"),
        ("law duties x.csv --on 2025-05-02,2025-05-14 --out=y.csv", "--out: one file for 2 days"),
        ("brief --on 2025-05-02,2025-05-14", "one file for 2 days"),
        ("law cheapest x.csv --on 2025-05-02,2025-05-14 --rates y.csv", "--rates: one file for 2 days"),
        ("trade solve --on 2025-05-02,2025-05-14 --rates none.csv", "none.csv"),
        ("law rate 9503.00.00.73 --origin CHN --on 2025-05-02,May", "'May' is not a day"),
        (
            "record add --on 2025-05-02,2025-05-14 --kind event --text x --publisher y --tier 2 --ledger .",
            "2025-05-02,2025-05-14",
        ),
        ("law rate 9503.00.00.73 --origin XXX --on 2025-05-02,2025-05-14", "no country 'XXX'"),
        ("law rate 9503.00.00.73 --origin CHN --on 2025-05-02,2015-01-01", "2015-01-01 is before"),
        ("law average --origin CHN --on 2025-05-02,2015-01-01", "2015-01-01"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    command: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = PARLEY(capsys, *command.split())
    assert (ran.code, ran.out) == (2, ""), "nothing is said of the other days"
    assert words in ran.err
    assert not list(tmp_path.iterdir())


def test_a_comma_elsewhere_is_no_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(PARLEY.out(capsys, "law", "find", "tea,", "green", "--on", "2025-05-02", "--json"))
    assert "days" not in found


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("law rate 9503.00.00.73 --origin CHN --origin VNM", "--origin"),
        ("law rate 9503.00.00.73 --origin CHN --on 2025-05-02 --on=2025-05-14", "--on"),
        ("law average --origin CHN --on 2025-05-02 --on 2025-05-14", "--on"),
        ("trade partial --before 0 --old-rate 5", "--old-rate"),
        ("situation --on 2025-05-02 --on 2025-05-14", "--on"),
        ("record status --known 2025-05-02 --known 2025-05-14 --json", "--known"),
        ("talks nash --player USA --players USA,CHN --players USA", "talks nash"),
    ],
)
def test_an_option_of_one_value_is_not_given_twice(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first was lost without a word; what may be repeated still may, and switches too."""
    told = PARLEY.err(capsys, 2, *command.split())
    assert option in told
    assert ("given twice" in told) is option.startswith("--")
    assert ("with commas" in told) is (option == "--on")


def test_what_may_be_repeated_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["law", "rate", "9503.00.00.73", "--origin", "CHN", "--on", "2025-05-02", "--json", "--json"]
    twice = ["--drop", "us-ieepa-fentanyl-cn@2025-05-02", "--drop", "us-ieepa-reciprocal-cn@2025-05-02"]
    assert (
        json.loads(PARLEY.out(capsys, *asked, *twice))["rate"]
        < json.loads(PARLEY.out(capsys, *asked, *twice[:2]))["rate"]
    )
