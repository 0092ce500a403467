"""The table of exact replies: every side twice, the war's proof beside the war, ranges where they were asked."""

from __future__ import annotations

from parley.report.sheets_talks import exact

ROW = {"player": "USA", "rate_now": 0.9, "rate": 0.14, "gain_pct": 0.157}
PLAYED = {
    "replies": [{**ROW, "residual": 1e-12, "max_deviation_gain": 2e-9}],
    "war": {"players": [{**ROW, "rate": 0.137}], "residual": 3e-12, "max_deviation_gain": 4e-9},
    "range": {"reply USA rate": {"low": 0.10, "high": 0.14}, "war USA gain_pct": {"low": 0.1, "high": 0.4}},
}


def test_rows_are_the_replies_and_the_war() -> None:
    sheet = exact({"exact": {"without_links": PLAYED, "with_links": None}})
    assert sheet is not None
    reply, war = sheet.rows
    assert (reply["rate"], reply["rate_low"], reply["rate_high"], reply["gain_low"]) == (0.14, 0.10, 0.14, None)
    assert (war["rate"], war["rate_low"], war["gain_low"], war["gain_high"]) == (0.137, None, 0.1, 0.4)
    assert (reply["max_deviation_gain"], war["max_deviation_gain"], war["residual"]) == (2e-9, 4e-9, 3e-12)
    assert sheet.shown()[0][4] == "14"


def test_nothing_played_is_no_table() -> None:
    assert exact(None) is None
    assert exact({"exact": None}) is None
    assert exact({"exact": {"without_links": {**PLAYED, "replies": []}}}) is None
