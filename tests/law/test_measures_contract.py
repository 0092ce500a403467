"""The contract of the acts: every file reads, keeps the linters' rules, and is found again whole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.codes import EU
from parley.errors import MeasureError
from parley.law.acts import read_act
from parley.law.as_known import row_as_known
from parley.law.check import check_regime
from parley.law.measure import covers_origin
from parley.law.regime import Regime, measures_folder, read_regime
from tables import each

ACTS = sorted(measures_folder().glob("*.toml"))

GOOD = """
[act]
id = "eo-1"
title = "An order"
citation = "EO 1"
authority = "USA"
signed = 2025-04-08

[[measure]]
id = "us-a"
programme = "s301"
rate = 0.25
origins = ["CHN"]
products = ["8517"]
start = 2025-04-09
"""


def _names_its_source(path: Path) -> None:
    for m in read_act(path):
        assert m.act.id == path.stem
        assert m.act.citation in m.source
        assert m.act.read or "not read" in m.source


def test_every_act_reads_and_names_its_source() -> None:
    each(ACTS, _names_its_source)


@pytest.mark.slow
def test_the_linters_find_nothing(regime: Regime) -> None:
    assert check_regime(regime) == []


@pytest.mark.parametrize("origin", ["CHN", "DEU", "VNM", "CAN", "USA", EU])
def test_reading_one_origin_loses_none_of_its_rows(origin: str, regime: Regime) -> None:
    """The fast path of `law rate` skips rows unparsed; what it keeps covers the origin just as the whole does."""
    whole = [m for m in regime.measures if covers_origin(m, origin)]
    part = [m for m in read_regime(origin=origin).measures if covers_origin(m, origin)]
    assert part == whole


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rate = 0.25", "rate = 145", r"us-a\) rate: 145.*For 145 percent write 1.45"),
        ("rate = 0.25", 'rate = "x"', "rate: 'x'.*Allowed: a number"),
        ("rate = 0.25", "", "neither rate nor expression"),
        ('"s301"', '"s310"', "no programme 's310'.*Did you mean s301"),
        ("origins", "orgins", "no key 'orgins'.*Did you mean origins"),
        ('programme = "s301"', 'programme = "s301"\nlayer = "*"', r"layer: '\*'.*only an exclusion"),
        ('"CHN"', '"China"', "origins: 'China'"),
        ('["8517"]', '["8517.13"]', "2 to 10 digits without points"),
        ('products = ["8517"]', 'product_list = "none.csv"', "no file 'none.csv' beside the act"),
        ('products = ["8517"]', "", "neither products nor product_list"),
        ("start = 2025-04-09", "start = 2025-04-09\nend = 2025-04-09", "an end after its start"),
        ("start = 2025-04-09", "", "no 'start'.*Allowed: start, a day such as"),
        ("start = 2025-04-09", "start = 2025-04-09\nwhen = { usmc = true }", "no claim 'usmc'.*Did you mean usmca"),
        ("start = 2025-04-09", "start = 2025-04-09\nfolder = 'x'", "no field 'folder'"),
        ("start = 2025-04-09", "start = 2025-04-09\nwhen = { loaded = 2025-04-05T10:00:00 }", "YYYY-MM-DD"),
        ("rate = 0.25", "rate = nan\ncombine = 'zero'", "rate: nan"),
        ("start = 2025-04-09", "start = 2025-04-09\nshare_least = nan", "share_least: nan"),
        ('products = ["8517"]', f"product_list = '{'x' * 300}'", "beside the act"),
        ("[[measure]]", "[measure]", "measure is a dict"),
        ("rate = 0.25", f"rate = {'9' * 5000}", "not TOML"),
        ('citation = "EO 1"', "", "no 'citation'.*Allowed: citation, a text in quotes"),
        ("[[measure]]", "[[measures]]", "no table 'measures'.*Did you mean measure"),
        ("[act]", "[act", "not TOML"),
    ],
)
def test_a_broken_act_is_refused_with_file_row_and_value(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "eo-1.toml"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(MeasureError, match=f"(?s)eo-1.toml.*{words}"):
        read_act(path)


def test_a_folder_names_its_files_by_their_acts_and_a_file_of_yours_need_not(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, "utf-8")
    assert [m.act.id for m in read_act(path)] == ["eo-1"]
    with pytest.raises(MeasureError, match=r"mine.toml: act id 'eo-1'.*the file's own name, 'mine'"):
        read_regime(tmp_path)


def _lint(tmp_path: Path, more: str) -> list[str]:
    (tmp_path / "eo-1.toml").write_text(GOOD + more, "utf-8")
    return [f.rule for f in check_regime(read_regime(tmp_path))]


def test_linters_catch_overlaps_edges_origins_and_prefixes(tmp_path: Path) -> None:
    row = '[[measure]]\nid = "us-{}"\nprogramme = "s301"\nrate = 0.5\norigins = ["CHN"]\nstart = 2025-05-01\n'
    assert _lint(tmp_path, "") == []
    assert _lint(tmp_path, row.format("a") + 'products = ["85"]') == ["steps of one id do not overlap"]
    assert _lint(tmp_path, row.format("a") + 'products = ["84"]') == []
    edge = 'products = ["84"]\nyields_to = [{ to = "nobody" }]'
    quoted = edge + '\nstacks = "The clause."'
    assert _lint(tmp_path, row.format("b") + quoted) == ["yields_to names a programme, layer or measure"]
    assert "what yields quotes the clause on other duties" in _lint(tmp_path, row.format("b") + edge)
    assert _lint(tmp_path, row.format("b") + 'products = ["77"]') == ["product prefixes stand in the schedule"]
    nowhere = row.format("b").replace("CHN", "XXX") + 'products = ["84"]'
    assert _lint(tmp_path, nowhere) == ["origins are ISO 3166 codes"]
    clock = 'products = ["84"]\nend_known = 2025-04-08'
    assert _lint(tmp_path, row.format("b") + clock) == ["end_known needs an end"]


def test_no_act_cites_an_order_that_was_signed_after_it() -> None:
    """Orders are numbered as they are signed: what a view shows of an act names none that was not yet known."""
    acts = {m.act.id: m.act for m in read_regime(authority="USA").measures}
    cited = {
        a: [int(n) for n in re.findall(r"EO (\d{5})", act.citation)] for a, act in acts.items() if "EO " in act.citation
    }
    own = {int(m[1]): acts[a] for a in acts if (m := re.match(r"us-eo-(\d{5})", a)) and "parcels" not in a}
    assert sorted(own, key=lambda n: (own[n].signed, n)) == sorted(own)
    for a, numbers in cited.items():
        last = max(n for n in own if own[n].signed <= acts[a].signed)
        assert all(n <= last + 1 for n in numbers), a  # two orders of one day may share an act


def test_a_row_as_known_shows_no_order_no_end_and_no_note_of_later() -> None:
    rows = {m.id: m for m in read_regime(authority="USA").measures}
    solar = next(m for m in read_regime(authority="USA").measures if m.act.id == "us-proc-9693")
    assert row_as_known(solar, date(2018, 7, 10)).act.citation == "Proclamation 9693, 83 FR 3541; note 18"
    assert "10101" in row_as_known(solar, date(2021, 1, 1)).act.citation
    struck = rows["us-ieepa-fentanyl-cn"]
    then = row_as_known(struck, date(2025, 12, 1))
    assert (then.end, then.terminated_by, then.collected_end) == (None, "", None)
    assert row_as_known(struck, date(2026, 6, 1)).end == struck.end
    assert "2026" not in row_as_known(solar, date(2018, 7, 10)).act.note


@given(st.dates(date(2018, 1, 1), date(2026, 12, 31)), st.integers(0, 10**6))
def test_what_is_shown_of_a_row_is_the_same_when_it_is_cut_twice_and_whole_in_the_end(day: date, k: int) -> None:
    rows = read_regime(authority="USA").measures
    m = rows[k % len(rows)]
    once = row_as_known(m, day)
    assert row_as_known(once, day) == once
    assert row_as_known(m, date.max) == m
