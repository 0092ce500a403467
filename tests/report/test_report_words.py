"""Sentences as people read them: tariff lines are dotted, numbers that only look like them are not."""

from __future__ import annotations

import pytest

from parley.report.words import prose, times


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10 % added on 9503000073", "10 % added on 9503.00.00.73"),
        ("USA tariff schedule, line 12019020", "United States tariff schedule, line 1201.90.20"),
        ("CSMS 68315804 and 68340863, as reported", "CSMS 68315804 and 68340863, as reported"),
        ("CSMS 69035485 of 2026-06-23 and 69066837", "CSMS 69035485 of 23 Jun 2026 and 69066837"),
        ("as reported [CSMS 68340863]; 9503000073", "as reported [CSMS 68340863]; 9503.00.00.73"),
        ("Customs did (CSMS 64680374), on 9503000073", "Customs did (CSMS 64680374), on 9503.00.00.73"),
    ],
)
def test_tariff_lines_are_dotted_and_messages_of_customs_are_not(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_how_often() -> None:
    assert [times(n) for n in (0, 1, 2)] == ["never", "once", "2 times"]
