"""China's duties line by line against the American matrix of 28 March 2025; numbers newer than 2019; estimate, hours, facts."""

from __future__ import annotations

import csv
import json
from datetime import date
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from parley.errors import CodeError
from parley.law.average import average
from parley.law.check_counts import breaches
from parley.law.compiled import compile_rates
from parley.law.edition import edition_of
from parley.law.facts import facts_on, read_facts
from parley.law.products import read_products
from parley.law.readings import explain_as
from parley.law.regime import Regime
from parley.law.timeline import timeline
from parley.law.trade_weights import read_weights
from regimes import law_of

MEASURES = resources.files("parley.law").joinpath("measures")
SPLIT = "20039010"  # the matrix shows it, the announcement of 4 March 2025 its two new numbers


AUTHORITY = "CHN"  # whose acts the fixture regime holds


@pytest.fixture(scope="module")
def matrix(shared_data: Path) -> dict[str, dict[str, str]]:
    path = shared_data / "law/china/cn_additional_duties_on_us_2025-03-28_hs8.csv"
    with path.open(encoding="utf-8") as opened:
        return {row["hs8"]: row for row in csv.DictReader(opened)}


def table(regime: Regime, on: str) -> dict[str, float]:
    made = compile_rates(regime, "CHN", ["USA"], on)
    return dict(zip(made.products, (100 * made.added[:, 0]).tolist(), strict=True))


def rows(name: str) -> list[dict[str, str]]:
    text = MEASURES.joinpath(name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def test_every_line_adds_what_the_american_matrix_shows(regime: Regime, matrix: dict[str, dict[str, str]]) -> None:
    """7,048 lines; the duty on cars and parts is suspended since 2019, which the matrix does not show."""
    found = table(regime, "2025-03-28")
    for code, row in matrix.items():
        suspended = float(row["list_2018_19_pct"]) if row["car_line"] == "1" else 0.0
        if code != SPLIT:
            assert found[code] == pytest.approx(float(row["total_pct"]) - suspended, abs=1e-9), code
    assert {c for c, rate in found.items() if rate and c not in matrix} == {"20039011", "20039019"}


def test_the_list_of_september_2019_is_halved_in_february_2020(regime: Regime) -> None:
    before, first, last, half = (table(regime, d) for d in ("2019-08-31", "2019-09-01", "2020-02-13", "2020-02-14"))
    moved = {c: first[c] - before[c] for c in first if not np.isnan(first[c])}
    assert {round(v, 9) for v in moved.values()} == {0, 5, 10}
    for code, rate in moved.items():
        assert last[code] == first[code]
        assert half[code] == pytest.approx(before[code] + rate / 2)


def test_counts_against_the_announcements() -> None:
    assert len(rows("cn-2025-02-15.csv")) == 8
    assert len(rows("cn-2025-02-10.csv")) == 72
    kept = {
        n: [r for r in rows(f"cn-2019-09-{n}.csv") if r["basis"] in ("", "by its new numbers")] for n in ("10", "05")
    }
    assert len(kept["10"]) <= 916
    assert len(kept["05"]) <= 801
    new = {n: [r for r in rows(f"cn-2019-09-{n}.csv") if r["basis"] != "by its new numbers"] for n in ("10", "05")}
    assert (len(new["10"]), len(new["05"])) == (918, 827)  # in codes of 2025


@pytest.mark.parametrize(
    ("stated", "count", "bad"),
    [
        ({"count": 3, "clause": "annex"}, 3, 0),
        ({"count": 3, "clause": "annex"}, 2, 1),
        ({"count": 3, "clause": "annex", "differences": [{"rows": -1, "why": "split"}]}, 2, 0),
        ({"count": 3, "clause": "annex", "differences": [{"rows": -1, "why": ""}]}, 2, 1),
        ({"count": 3}, 3, 1),
    ],
)
def test_the_linter_of_counts(stated: dict, count: int, bad: int) -> None:
    assert len(list(breaches(stated, count))) == bad


def test_stated_counts_are_held_for_the_announced_lists() -> None:
    held = json.loads(MEASURES.joinpath("manifest.json").read_text("utf-8"))
    named = {n: e["stated"]["count"] for n, e in held.items() if n.startswith(("cn-", "ca-")) and "stated" in e}
    assert named["cn-2019-09-10.csv"] == 916
    assert named["cn-2025-02-10.csv"] == 72
    assert named["ca-2025-03-04.csv"] == 1270
    assert sum(named[f"cn-301-list-3-{n}.csv"] for n in ("from-10-to-25", "from-10-to-20", "from-5-to-10")) == 4545


def test_six_digits_of_2022_begin_and_end_with_2022(regime: Regime) -> None:
    """8517.12 (phones) became 8517.13 and .14 in the Harmonized System of 2022."""
    with pytest.raises(CodeError, match=r"8517\.13"):
        regime.explain("85171210", "USA", "CHN", "2025-05-02")
    with pytest.raises(CodeError, match=r"8517\.12"):
        regime.explain("85171300", "USA", "CHN", "2021-12-31")


def test_no_day_has_six_digits_of_both_systems() -> None:
    six_2022 = {line.code[:6] for line in read_products("USA").lines()}
    assert {c[:6] for c in edition_of("CHN", date(2022, 1, 1)).codes} <= six_2022


def test_a_doubtful_number_is_unknown_not_zero(regime: Regime) -> None:
    for row in rows("cn-2019-09-unknown.csv"):
        found = regime.explain(row["product"], "USA", "CHN", "2019-09-01")
        assert found.added_rate is None, row
        assert "not in our sources" in str(found.lines[-1].reason) or any("not in our" in x.reason for x in found.lines)


def test_an_exclusion_frees_of_both_answers_to_section_301(regime: Regime) -> None:
    claims = {"exclusion_claimed": True}
    assert regime.explain("12019019", "USA", "CHN", "2025-12-01", claims=claims).added_rate == pytest.approx(0.10)


def test_the_estimate_stands_beside_the_null(regime: Regime) -> None:
    found = regime.explain("12019010", "USA", "CHN", "2021-05-02")
    assert found.rate is None
    assert found.base_rate is None
    assert found.base_estimate is not None
    assert (found.base_estimate.rate, found.base_estimate.of) == (0.03, "2019")
    assert found.base_estimate.agreement == "154 of 161 sampled lines equal those of 2026"
    assert law_of().explain("8517130000", "CHN", "USA", "2025-05-02").base_estimate is None


def test_whisky_has_an_ordinary_rate_since_february_2026(regime: Regime) -> None:
    assert regime.explain("22083000", "USA", "CHN", "2026-02-01").base_rate is None
    assert regime.explain("22083000", "USA", "CHN", "2025-05-02").base_estimate is not None
    found = regime.explain("22083000", "USA", "CHN", "2026-02-02")
    assert found.base_rate == 0.05
    assert found.rate == pytest.approx(0.05 + (found.added_rate or 0))
    assert average(regime, "USA", "CHN", "2026-03-01").points[0].rate is None  # one line stands for no average


@pytest.mark.parametrize(
    ("on", "words"), [("2025-11-10", "13:01 Beijing time"), ("2025-05-14", "12:01 Beijing time"), ("2025-05-15", "")]
)
def test_the_hour_of_an_act_is_said_on_its_day(on: str, words: str, regime: Regime) -> None:
    said = [a for a in regime.explain("02071100", "USA", "CHN", on).assumed if "Beijing" in a]
    assert (words in said[0]) if words else not said


def test_what_is_announced_is_no_law(regime: Regime) -> None:
    ahead = explain_as(regime, "announced", "30049090", "USA", "CHN", "2026-10-01")
    assert (ahead.on, ahead.added_rate) == (date(2027, 1, 10), pytest.approx(0.34))
    earlier = explain_as(regime, "announced", "30049090", "USA", "CHN", "2026-09-01")
    assert earlier.on == date(2026, 11, 10)
    assert not any(m.announced for m in regime.at(date(2027, 2, 1), date.max, "CHN"))
    steps = timeline(regime, "USA", "CHN", "2026-09-01", "2026-10-01", reading="announced")
    assert [(s.on, s.due) for s in steps if s.what == "announced"] == [(date(2026, 9, 24), date(2027, 1, 10))]


def test_facts_are_dated_and_sourced() -> None:
    held = read_facts()
    assert len({f.id for f in held}) == len(held) > 10
    assert all(f.text and f.source and f.kind for f in held)
    ids = {f.id for f in facts_on("CHN", date(2026, 10, 1))}
    assert {"cn-rare-earths-2025-10", "cn-port-fees-2025-10", "cn-cuts-2026-09-28"} <= ids
    assert "cn-cuts-2026-09-28" not in {f.id for f in facts_on("CHN", date(2026, 10, 1), date(2026, 9, 27))}


@pytest.mark.parametrize("on", ["2018-07-06", "2021-06-01", "2025-05-02"])
def test_mirror_weights_lose_nothing(on: str) -> None:
    weights = read_weights("CHN")
    lines = edition_of("CHN", date.fromisoformat(on)).codes
    assert weights.matrix(lines, ["USA"]).sum() == pytest.approx(weights.value.sum(), rel=1e-9)
    assert weights.value.sum() == pytest.approx(127.86e9, rel=1e-3)  # 129.0 less chapters 98 and 99


def test_a_mirror_weight_stays_within_its_six_digits() -> None:
    weights, lines = read_weights("CHN"), edition_of("CHN", date(2025, 5, 2)).codes
    made = weights.matrix(lines, ["USA"])[:, 0]
    place = weights.products.index("120190")
    inside = np.array([c.startswith("120190") for c in lines])
    assert made[inside].sum() == pytest.approx(weights.value[place, 0])
    assert len(set(made[inside].tolist())) == 1  # equally: nothing is known within


@pytest.mark.slow
def test_duties_blame_the_ordinary_rate_and_not_the_quantity(tmp_path: Path) -> None:
    """A row of which the package has no ordinary rate says so; one with an unknown addition says that."""
    from parley.law.shipments.run import duties

    path = tmp_path / "rows.csv"
    path.write_text(
        "product,origin,entry_date,value,destination\n12019019,USA,2025-05-02,1000,CHN\n"
        "22083000,USA,2026-03-02,1000,CHN\n15141100,CAN,2025-05-02,1000,CHN\n",
        "utf-8",
    )
    duties([str(path)], tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as opened:
        first, second, third = list(csv.DictReader(opened))
    assert first["reject_reason"].startswith("product: the ordinary rate of this line is not in the package")
    assert (second["reject_reason"], float(second["base_rate"])) == ("", 0.05)
    assert third["reject_reason"].startswith("product: the ordinary rate")


def test_the_return_of_24_points_is_unknown_past_what_was_read() -> None:
    found = law_of().explain("30049090", "USA", "CHN", "2026-11-10")
    assert found.added_rate is None
    assert [b.added_rate for b in found.branches] == pytest.approx([0.34, 0.10])


@pytest.mark.parametrize(
    ("code", "on", "percent"),
    [
        ("87032342", "2018-06-30", 25),  # cars: 25 to 15 on 1 July 2018
        ("87032342", "2018-07-01", 15),
        ("87032342", "2019-06-01", 15),
        ("87032342", "2019-06-02", None),  # past PIIE's last day
        ("85363000", "2025-12-31", None),
        ("85363000", "2026-01-01", 0),  # schedule of 2026 as printed; 4.5 in 2019
    ],
)
def test_an_ordinary_rate_is_stated_on_the_days_that_a_source_has(
    code: str, on: str, percent: float | None, regime: Regime
) -> None:
    found = regime.explain(code, "USA", "CHN", on)
    assert found.base_rate == (None if percent is None else pytest.approx(percent / 100))


def test_goods_that_left_before_both_answers_are_free_of_both(regime: Regime) -> None:
    found = regime.explain("52010000", "USA", "CHN", "2025-04-11", claims={"loaded": "2025-03-05"})
    assert found.added_2025 == 0


@pytest.mark.parametrize("way", ["loaded", "exported"])
def test_goods_that_left_before_10_april_are_free_of_the_answer_however_the_day_is_claimed(
    regime: Regime, way: str
) -> None:
    for on, wanted in (("2025-05-02", 0.25), ("2025-05-13", 0.25), ("2025-05-14", 0.35)):
        assert regime.explain("95030089", "USA", "CHN", on, claims={way: "2025-04-09"}).added_rate == pytest.approx(
            wanted
        )
