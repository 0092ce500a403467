"""Codes as people have them: short ones, and those of older and newer editions, followed to the lines of a day."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date, timedelta
from importlib import resources

import pytest

from parley.cli.main import main
from parley.errors import CodeError
from parley.law.code_lines import CodeLines, follow
from parley.law.code_range import RateRange, explain_code
from parley.law.explain import Explanation
from parley.law.hs_editions import became, made_of
from parley.law.products import read_products
from parley.law.transfers import PACKAGED_FROM, read_transfers
from regimes import law_of

USA, CHN = read_products("USA"), read_products("CHN")
SCHEDULE = resources.files("parley.law").joinpath("schedule")


def led(code: str, on: str, destination: str = "USA") -> CodeLines:
    found = follow(read_products(destination), code, date.fromisoformat(on))
    assert found is not None
    return found


@pytest.mark.parametrize(("code", "on", "way", "lines"), [
    ("8517130000", "2025-05-02", "line", ("8517130000",)),
    ("851713", "2025-05-02", "heading", ("8517130000",)),
    ("85176200", "2025-05-02", "heading", ("8517620010", "8517620020", "8517620090")),
    ("0901110045", "2025-08-02", "split", ("0901110035", "0901110050")),
    ("0901110035", "2025-05-02", "not yet", ("0901110045",)),
    ("8517620050", "2019-10-01", "suffix", ("8517620010", "8517620020", "8517620090")),
    ("8517120050", "2019-10-01", "edition", ("8517130000", "8517140020", "8517140050", "8517140080")),
    ("8517130000", "2019-10-01", "not yet", ("8517130000",)),
])  # fmt: skip
def test_a_code_leads_to_the_lines_that_hold_its_goods(code: str, on: str, way: str, lines: tuple[str, ...]) -> None:
    found = led(code, on)
    assert (found.way, found.lines) == (way, lines)
    assert (found.words == "") == (way == "line")


def test_china_s_lines_of_2019_hold_a_code_that_began_in_2022() -> None:
    found = led("85171300", "2019-05-01", "CHN")
    assert found.way == "not yet"
    assert {line[:6] for line in found.lines} == {"851712"}
    assert led("8517120000", "2025-05-02", "CHN").way == "edition"
    assert led("8517130000", "2025-05-02", "CHN").lines == (
        "85171300",
    )  # customs' ten digits: the line is the first eight


def test_what_merged_says_what_else_its_line_holds() -> None:
    """2017's 6202.19 became 6202.90, which 6202.99 became too (UN conversion tables)."""
    assert "also holds what was 6202.99" in led("6202190000", "2025-05-02").words
    merged = next(t for t in read_transfers("USA") if t.kind == "merge" and t.on > PACKAGED_FROM)
    found = led(merged.old, str(merged.on))
    assert found.way in ("merged", "regrouped")
    assert "also hold" in found.words


def test_a_part_that_moved_away_is_among_the_lines() -> None:
    """Electronic cigarettes stood in 8543.70 until 2022, since then in 8543.40."""
    found = led("8543709930", "2019-01-01")
    assert {"854340", "854370"} == {line[:6] for line in found.lines}
    assert "moved to 8543.40" in found.words


@pytest.mark.parametrize("code", ["9999999999", "98020050", "8517130001", "85", "847130199", "00"])
def test_what_leads_nowhere_is_none(code: str) -> None:
    assert follow(USA, code, date(2025, 5, 2)) is None


def test_every_transfer_leads_to_standing_lines_on_both_of_its_sides() -> None:
    for t in read_transfers("USA"):
        for code, on in ((t.old, t.on), (t.new, t.on - timedelta(days=1))):
            if not code or t.on <= PACKAGED_FROM:
                continue
            found = led(code, str(on))
            standing = [x for line in found.lines for x in USA.starting(line) if x.start <= on < x.end]
            assert len(standing) >= len(found.lines), t


@pytest.mark.slow
def test_every_code_of_2017_leads_to_lines_of_today() -> None:
    text = SCHEDULE.joinpath("hs-editions.csv").read_text("utf-8").splitlines()[1:]
    codes = [line.split(",")[1] for line in text if line.startswith("2017,")]
    assert len(codes) > 150
    lost = [c for c in codes if follow(USA, c, date(2026, 8, 1)) is None]
    assert not lost


def test_the_table_of_editions_is_the_one_in_its_manifest() -> None:
    entry = json.loads(SCHEDULE.joinpath("manifest.json").read_text("utf-8"))["hs-editions.csv"]
    content = SCHEDULE.joinpath("hs-editions.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert content.count(b"\n") - 1 == entry["rows"]
    phones, newer = became("851712"), made_of("851713")
    assert phones
    assert phones.others == ("851713", "851714")
    assert newer
    assert newer.others == ("851712",)


def test_a_range_is_made_of_its_lines_rates() -> None:
    """Of each line the rate that `explain` gives; the mean by what China sold in 2024, between the ends."""
    found = explain_code(law_of(), "8517.62", "CHN", "USA", "2025-05-02")
    assert isinstance(found, RateRange)
    each = [law_of().explain(x.product, "CHN", "USA", "2025-05-02").rate for x in found.lines]
    assert [x.rate for x in found.lines] == each
    low, mean, high = found.rate
    assert (low, high) == (min(r for r in each if r is not None), max(r for r in each if r is not None))
    assert mean == pytest.approx(sum(w * (r or 0) for w, r in zip(found.shares, each, strict=True)))
    assert sum(found.shares) == pytest.approx(1)
    assert "imports from China" in found.weighted_by


@pytest.mark.slow
def test_on_any_short_code_the_mean_lies_within_the_range() -> None:
    draw = random.Random(17)
    codes = draw.sample(sorted({x.code[:6] for x in USA.on(date(2025, 9, 1))}), 60)
    for code in codes:
        found = explain_code(law_of(), code, draw.choice(["CHN", "DEU", "CAN", "LAO"]), "USA", "2025-09-01")
        if isinstance(found, Explanation):
            assert found.followed
            assert found.followed.lines == (found.product,)
            continue
        low, mean, high = found.rate
        assert found.without + sum(x.rate is not None for x in found.lines) == len(found.lines)
        assert low is None or (mean is not None and high is not None and low <= mean <= high)


def test_a_line_without_a_rate_is_counted_and_in_no_figure() -> None:
    """8802.30 pays nothing, 0402.10 two duties by quantity: unknown without one."""
    found = explain_code(law_of(), "0402.10", "NZL", "USA", "2025-05-02")
    assert isinstance(found, RateRange)
    assert found.without == sum(x.rate is None for x in found.lines) > 0
    assert found.one_rate is None


def test_what_is_added_is_known_where_the_ordinary_rate_is_not() -> None:
    """China's ordinary rates of 2025 are not in the package; its additional duties on soya beans are."""
    found = explain_code(law_of(), "1201", "USA", "CHN", "2025-05-02")
    assert isinstance(found, RateRange)
    assert found.rate == (None, None, None)
    each = [law_of().explain(x.product, "USA", "CHN", "2025-05-02").added_rate for x in found.lines]
    assert found.added_rate.low == min(x for x in each if x is not None)
    assert found.added_rate.high == max(x for x in each if x is not None)


def test_one_line_below_a_short_code_is_answered_as_that_line() -> None:
    found = explain_code(law_of(), "8517.13", "CHN", "USA", "2025-05-02")
    assert isinstance(found, Explanation)
    assert found.rate == law_of().rate("8517.13.00.00", "CHN", "USA", "2025-05-02")
    assert found.notes[0] == "8517.13 is a heading of one line, 8517.13.00.00"


def test_the_exact_question_stays_exact() -> None:
    """`explain` answers lines alone: a range is asked for by name."""
    with pytest.raises(CodeError):
        law_of().explain("8517.62", "CHN", "USA", "2025-05-02")
    with pytest.raises(CodeError, match=r"in that of 2022 it is 8517\.13 and 8517\.14"):
        law_of().explain("8517.12.00.50", "CHN", "USA", "2025-05-02")


@pytest.mark.parametrize(("code", "on", "words"), [
    ("8517.62", "2025-05-02", "rate 27.50 % to 45.00 %"),
    ("8517.12.00.50", "2019-10-01", "in that of 2022 it is 8517.13 and 8517.14"),
    ("8517.13.00.00", "2019-10-01", "its goods were in 8517.12"),
    ("9401.99.90.85", "2025-05-02", "its goods are part of 9401.99.90.81"),
])  # fmt: skip
def test_the_command_says_how_a_code_led_to_its_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, code: str, on: str, words: str
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    with pytest.raises(SystemExit) as stop:
        main(["law", "rate", code, "--origin", "CHN", "--on", on])
    assert not stop.value.code
    assert words in capsys.readouterr().out
