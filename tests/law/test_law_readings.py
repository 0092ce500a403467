"""Three readings of a day, the change feed between two moments, and the dated steps in each reading."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from commands import PARLEY, Command
from parley.errors import ParleyError
from parley.law.average import average
from parley.law.diff import diff, read_moment
from parley.law.readings import READINGS, Reading, explain_as
from parley.law.regime import Regime
from parley.law.timeline import timeline

EXACT = 1e-12  # sums of a few decimal rates


TOY, LAPTOP, SHIRT, BEANS = "9503000073", "8471300100", "6109100012", "12019019"


@pytest.mark.parametrize(
    ("reading", "product", "origin", "destination", "on", "percent"),
    [
        # The ruling of 20 February 2026 ends the emergency duties; customs stopped collecting on the 24th.
        ("law", TOY, "CHN", "USA", "2026-02-19", 20),
        ("law", TOY, "CHN", "USA", "2026-02-20", 0),
        ("collected", TOY, "CHN", "USA", "2026-02-20", 20),
        ("collected", TOY, "CHN", "USA", "2026-02-23", 20),
        ("collected", TOY, "CHN", "USA", "2026-02-24", 10),  # the surcharge of Section 122 begins that day
        ("announced", TOY, "CHN", "USA", "2026-02-21", 10),
        # The memorandum of 11 April 2025 reaches back to the 5th; customs charged laptops until it was signed.
        ("law", LAPTOP, "CHN", "USA", "2025-04-10", 20),
        ("collected", LAPTOP, "CHN", "USA", "2025-04-10", 145),
        ("collected", LAPTOP, "CHN", "USA", "2025-04-11", 20),
        # Japan's floor is law from 7 August 2025, and was applied from its text of 16 September.
        ("law", SHIRT, "JPN", "USA", "2025-08-07", 0),
        ("collected", SHIRT, "JPN", "USA", "2025-08-07", 15),
        ("collected", SHIRT, "JPN", "USA", "2025-09-15", 15),
        ("collected", SHIRT, "JPN", "USA", "2025-09-16", 0),
        # Korea's floor: law from 14 November, published 4 December.
        ("law", SHIRT, "KOR", "USA", "2025-11-14", 0),
        ("collected", SHIRT, "KOR", "USA", "2025-12-03", 15),
        ("collected", SHIRT, "KOR", "USA", "2025-12-04", 0),
        # China's 34 percent of 4 April 2025 never came into force: it is in the announced reading alone.
        ("law", BEANS, "USA", "CHN", "2025-04-04", 37.5),
        ("announced", BEANS, "USA", "CHN", "2025-04-04", 71.5),
        ("announced", BEANS, "USA", "CHN", "2025-04-09", 121.5),
        ("announced", TOY, "CHN", "USA", "2025-04-02", 30),  # the next step: the baseline of 5 April
        ("announced", TOY, "CHN", "USA", "2025-04-08", 104),
        ("announced", TOY, "VNM", "USA", "2025-05-02", 46),
        ("announced", TOY, "CAN", "USA", "2025-02-02", 25),  # put off the next day
    ],
)
def test_a_reading(
    reading: Reading, product: str, origin: str, destination: str, on: str, percent: float, regime: Regime
) -> None:
    found = explain_as(regime, reading, product, origin, destination, on)
    assert found.added_rate == pytest.approx(percent / 100, abs=EXACT)


@pytest.mark.parametrize("reading", READINGS)
def test_readings_never_look_beyond_their_knowledge(reading: Reading, regime: Regime) -> None:
    """A toy on 9 July as known on 2 May: collected looks from the earlier day, so the country rate stands."""
    found = explain_as(regime, reading, TOY, "VNM", "USA", "2025-07-09", "2025-05-02")
    assert found.added_rate == pytest.approx(0.46, abs=EXACT)


def test_the_average_in_three_readings(regime: Regime) -> None:
    rate = {
        r: [(str(p.on), round(100 * (p.rate or 0), 2), str(p.step)) for p in
            average(regime, "CHN", "USA", since="2025-04-09", until="2025-04-11", reading=r).points]
        for r in READINGS
    }  # fmt: skip
    assert [p[0] for p in rate["law"]] == ["2025-04-09", "2025-04-10"]
    assert [p[0] for p in rate["collected"]] == ["2025-04-09", "2025-04-10", "2025-04-11"]
    assert rate["collected"][-1][1] == rate["law"][-1][1]
    assert rate["collected"][1][1] > rate["law"][1][1] + 25  # electronics are a fifth of imports
    assert rate["announced"][0] == ("2025-04-09", rate["collected"][1][1], "2025-04-10")


def test_timelines_in_three_readings(regime: Regime) -> None:
    def all_goods(reading: Reading) -> list[tuple[str, float | None, str]]:
        steps = timeline(regime, "USA", "CHN", "2025-04-01", "2025-04-12", reading=reading)
        return [(str(s.on), s.after, s.what) for s in steps if s.measure == "cn-retaliation-all"]

    assert all_goods("law") == all_goods("collected")
    assert all_goods("law") == [("2025-04-10", 0.84, "started"), ("2025-04-12", 1.25, "changed")]
    assert all_goods("announced") == [
        ("2025-04-04", 0.34, "announced"),
        ("2025-04-09", None, "replaced"),
        ("2025-04-09", 0.84, "announced"),
        ("2025-04-11", 1.25, "announced"),
    ]
    ends = timeline(regime, "CHN", "USA", "2026-02-18", "2026-02-25", reading="collected")
    assert {str(s.on) for s in ends if s.measure.startswith("us-ieepa")} == {"2026-02-24"}


def changes(regime: Regime, *asked: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {c.measure: (c.what, c.acts) for c in diff(regime, *asked).changes}


def test_what_changed_and_which_act_did_it(regime: Regime) -> None:
    geneva = changes(regime, "CHN", "USA", "2025-05-13", "2025-05-14")
    assert geneva == {
        "us-ieepa-reciprocal": ("began", ("us-eo-14298",)),
        "us-ieepa-reciprocal-cn": ("ended", ("us-eo-14298",)),
    }
    assert changes(regime, "CAN", "USA", "2026-02-19", "2026-02-20") == {
        "us-ieepa-fentanyl-ca": ("ended", ("us-ruling-2026-02-20",)),
    }
    # One day, two knowledge days: only the electronics move, by the memorandum of 11 April.
    retroactive = diff(regime, "CHN", "USA", "2025-04-10@2025-04-10", "2025-04-10@2025-04-11")
    (only,) = retroactive.changes
    assert (only.what, only.acts) == ("restacked", ("us-memorandum-2025-04-11",))
    assert (str(only.on), str(only.known)) == ("2025-04-05", "2025-04-11")
    assert only.lines == 51
    assert changes(regime, "USA", "CHN", "2025-04-10@2025-04-04", "2025-04-10") == {
        "cn-retaliation-all": ("moved", ("cn-sctc-2025-05",)),
    }
    assert not diff(regime, "CHN", "USA", "2025-05-04", "2025-05-13").changes


def test_the_points_of_the_changes_are_the_change_of_the_average(regime: Regime) -> None:
    found = diff(regime, "CHN", "USA", "2025-05-02", "2025-05-14")
    total = sum(c.points for c in found.changes if c.points is not None)
    assert found.added_before is not None
    assert found.added_after is not None
    assert total == pytest.approx(found.added_after - found.added_before, abs=1e-9)  # sums of 20,000 weighted cells


def test_moments_are_read_or_refused() -> None:
    assert [str(x) for x in read_moment("2025-07-09@2025-05-02")] == ["2025-07-09", "2025-05-02"]
    assert read_moment("2025-07-09").known is None
    for text in ("2025-07-09@", "@2025-05-02", "soon", ""):
        with pytest.raises(ParleyError):
            read_moment(text)


run = Command("law").out


@pytest.mark.slow
def test_the_feed_as_csv_and_json_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "changes.csv"
    asked = ["diff", "--origin", "CHN", "--from", "2025-05-02", "--to", "2025-05-14"]
    told = json.loads(run(capsys, *asked, "--csv", str(path), "--json"))["changes"]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [r["measure"] for r in rows] == [c["measure"] for c in told]
    assert [float(r["share"]) for r in rows] == [c["share"] for c in told]
    assert list(tmp_path.iterdir()) == [path]


def test_the_timeline_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "steps.csv"
    run(capsys, "timeline", "--origin", "CHN", "--since", "2025-02-01", "--until", "2025-04-12", "--csv", str(path))
    with path.open(encoding="utf-8", newline="") as lines:
        steps = [(r["on"], r["measure"], r["after"]) for r in csv.DictReader(lines)]
    assert ("2025-04-10", "us-ieepa-reciprocal-cn", "1.25") in steps


def test_the_reading_is_an_option_of_rate(capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "rate", LAPTOP, "--origin", "CHN", "--on", "2025-04-10", "--reading", "collected", "--json")
    found = json.loads(told)
    assert found["rate"] == pytest.approx(1.45)
    assert found["reading"] == "collected"


@pytest.mark.slow
def test_what_customs_changed_is_dated_by_collection(regime: Regime) -> None:
    """The ruling of 20 February 2026 changes the law that day, and what was collected on the 24th."""
    days = ("2026-02-19", "2026-02-21")
    assert {c.what for c in diff(regime, "CHN", "USA", *days).changes} == {"ended"}
    assert not diff(regime, "CHN", "USA", *days, "collected").changes
    found = diff(regime, "CHN", "USA", "2026-02-19", "2026-02-24", "collected")
    assert {"us-ieepa-fentanyl-cn", "us-ieepa-reciprocal"} <= {c.measure for c in found.changes if c.what == "ended"}
    assert "as known on 2026-02-24" in found.notes[0]


def test_what_was_announced_between_two_days_is_the_next_step(regime: Regime) -> None:
    """On 2 April 2025 the next step was the duty on cars of the 3rd; on the 6th it was the country rates of the 9th."""
    found = diff(regime, "VNM", "USA", "2025-04-02", "2025-04-06", "announced")
    steps = found.notes[0]
    assert steps.startswith("reading announced: the law of 2025-04-03 as known on 2025-04-02 and 2025-04-09")
    change = next(c for c in found.changes if c.measure == "us-ieepa-reciprocal-vnm")
    assert (change.what, change.after) == ("began", 0.46)


def test_the_reading_of_a_difference_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["law", "diff", "--origin", "CHN", "--from", "2026-02-19", "--to", "2026-02-21", "--reading", "collected"]
    assert PARLEY.answer(capsys, *asked)["changes"] == []
