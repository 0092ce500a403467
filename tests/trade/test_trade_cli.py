"""`parley trade`: the keys of an answer in one JSON object, tables for people, refusals with exit codes."""

from __future__ import annotations

import json

import pytest

from commands import Command
from parley.trade.indicators import DEFINITIONS

KEYS = {"model", "world", "elasticities", "deficits", "revenue", "residual", "passes", "seconds", "countries", "range"}
COUNTRY_KEYS = {
    "welfare_pct",
    "real_wage_pct",
    "terms_of_trade_pct",
    "exports_pct",
    "imports_pct",
    "tariff_revenue_pct_gdp",
}


run = Command("trade")


def test_worlds_and_elasticities_name_their_sources(capsys):
    code, out, _ = run(capsys, "worlds", "--json")
    held = json.loads(out)["worlds"]
    assert (code, held[0]["name"], held[0]["countries"], held[0]["sectors"]) == (0, "oecd-2022", 81, 28)
    assert "OECD" in held[0]["source"]
    code, out, _ = run(capsys, "elasticities", "--json")
    sets = {found["name"]: found for found in json.loads(out)["sets"]}
    assert code == 0
    assert set(sets["U4"]["theta"]) == {4.0}
    assert "Caliendo" in sets["CP"]["paper"]
    assert not sets["CP"]["read"]
    assert "Simonovska" in run(capsys, "elasticities")[1]
    assert "81" in run(capsys, "worlds")[1]


@pytest.mark.slow
def test_the_shipped_question_solves_with_its_certificate(capsys):
    """Both parties lose from the war of 2 May 2025, and the answer carries its proof."""
    code, out, _ = run(capsys, "solve", "--json", "--no-ranges")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) >= KEYS
    assert answer["residual"] <= 1e-10
    assert set(answer["countries"]["CHN"]) >= COUNTRY_KEYS
    assert set(DEFINITIONS) <= set(answer["countries"]["USA"])
    assert answer["countries"]["USA"]["welfare_pct"] < 0 > answer["countries"]["CHN"]["welfare_pct"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("solve", "--model", "armingtn"), "armington"),
        (("solve", "--elasticities", "CPP"), "Did you mean CP"),
        (("solve", "absent.toml"), "absent.toml"),
        (("solve", "--on", "2025-13-01"), "not a day"),
        (("solv",), "solve"),
    ],
)
def test_bad_input_is_one_sentence_and_code_two(capsys, argv, words):
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.slow
def test_closures_are_asked_for_by_name(capsys):
    """The same duties under two uses of revenue: prices alike, the levier's welfare lower where it is wasted."""
    found = {}
    for name in ("lump_sum", "wasted"):
        code, out, _ = run(capsys, "solve", "--json", "--no-ranges", "--revenue", name, "--numeraire", "CHN")
        found[name] = json.loads(out)
        assert code == 0
        assert (found[name]["revenue"], found[name]["numeraire"]) == (name, "CHN")
    lump, wasted = (found[name]["countries"]["USA"] for name in ("lump_sum", "wasted"))
    assert wasted["real_wage_pct"] == pytest.approx(lump["real_wage_pct"], abs=1e-8)
    assert wasted["welfare_pct"] < lump["welfare_pct"]
    code, _, err = run(capsys, "solve", "--revenue", "tax_relief")
    assert code == 2
    assert "labour_supply" in err
