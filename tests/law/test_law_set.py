"""`--set MEASURE=RATE@DATE`: wherever a measure can be dropped its rate can be set; the law is that of `Regime.set_rate`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from commands import PARLEY, walked
from parley.errors import InputError, MeasureError
from parley.law.average import average
from parley.law.regime import Regime
from parley.law.what_if import read_changed, read_set
from parley.question import SET
from parley.scenario.games import games, read_game

TEXT, SETTING = "us-ieepa-fentanyl-cn=0.1@2025-05-02", ("us-ieepa-fentanyl-cn", 0.1, "2025-05-02")
TOY = ("9503.00.00.73", "CHN", "USA")


def test_every_command_that_drops_also_sets() -> None:
    for words, node in (case.values for case in walked()):
        held = {option: p.help for p in node.params for option in p.opts}
        assert ("--drop" in held) == (held.get("--set") == SET), words
    for name in games():
        kind = read_game(name).Question
        assert is_dataclass(kind)
        assert ("drop" in {f.name for f in fields(kind)}) == ("set" in {f.name for f in fields(kind)})


@pytest.mark.parametrize("on", ["2025-05-01", "2025-05-02", "2025-08-01"])
def test_the_rate_is_that_of_the_changed_law(on: str, regime: Regime, capsys: pytest.CaptureFixture[str]) -> None:
    found = PARLEY.answer(capsys, "law", "rate", TOY[0], "--origin", "CHN", "--on", on, "--set", TEXT)
    assert found["rate"] == pytest.approx(regime.set_rate(*SETTING).explain(*TOY, on).rate)
    assert (found["rate"] == regime.explain(*TOY, on).rate) == (on < "2025-05-02")


def test_the_average_and_the_difference_are_those_of_the_changed_law(
    regime: Regime, capsys: pytest.CaptureFixture[str]
) -> None:
    law = regime.set_rate(*SETTING)
    found = PARLEY.answer(capsys, "law", "average", "--origin", "CHN", "--on", "2025-05-02", "--set", TEXT)
    assert found["points"][0]["rate"] == pytest.approx(average(law, "CHN", "USA", "2025-05-02").points[0].rate)
    argv = ["law", "diff", "--origin", "CHN", "--from", "2025-05-01", "--to", "2025-05-02", "--set", TEXT]
    changes = PARLEY.answer(capsys, *argv)["changes"]
    assert [(c["before"], c["after"]) for c in changes if c["measure"] == SETTING[0]] == [(0.2, 0.1)]


def test_drops_come_before_and_several_rates_follow_in_order(regime: Regime) -> None:
    made = read_changed(["ieepa_reciprocal@2025-05-02"], [], [TEXT, "us-ieepa-fentanyl-cn=0.3@2025-06-01"])
    for on, rate in (("2025-05-01", 1.45), ("2025-05-02", 0.1), ("2025-06-01", 0.3)):
        assert made.explain(*TOY, on).rate == pytest.approx(rate)


def test_a_measure_of_the_other_side_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["law", "rate", TOY[0], "--origin", "CHN", "--on", "2025-05-02"]
    other = PARLEY.answer(capsys, *argv, "--set", "cn-retaliation-all=0.1@2025-05-02")
    assert other == PARLEY.answer(capsys, *argv)


@pytest.mark.parametrize("rate", ["", "=", "=ten", "=-0.1", "=11", "=nan", "=0.1@2025-13-01"])
def test_what_cannot_be_read_is_refused_in_one_sentence(rate: str) -> None:
    with pytest.raises(InputError, match=r"MEASURE=RATE@DATE|YYYY-MM-DD"):
        read_set(f"x{rate}" if "@" in rate else f"x{rate}@2025-05-02")
    with pytest.raises(InputError, match="MEASURE=RATE@DATE"):
        read_set("x=0.1")
    with pytest.raises(InputError, match="MEASURE=RATE@DATE"):
        read_set("=0.1@2025-05-02")


def test_a_measure_that_is_not_there_or_not_in_force_is_refused(regime: Regime) -> None:
    with pytest.raises(MeasureError, match="no step in force"):
        regime.set_rate("us-ieepa-fentanyl-cn", 0.1, "2024-01-01")
    with pytest.raises(InputError, match="Did you mean"):
        read_changed([], [], ["us-ieepa-fentanyl-cm=0.1@2025-05-02"])
