"""Averages: conventions of others, groups, the user's weights, one point a day, pictures; each against its own sum."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from parley.errors import InputError, NoAnswerError, ParleyError
from parley.law.average import Average, _of_claims, average
from parley.law.compiled import compile_rates
from parley.law.conventions import read_conventions, special_share, special_values
from parley.law.metal_content import METALS, shares_by_line
from parley.law.regime import Regime
from parley.law.trade_weights import read_weights
from parley.law.user_weights import read_values

DAY = "2025-05-02"
FIRST, LATER = date(2025, 5, 2), date(2025, 5, 14)
EXACT = 1e-12  # the same few products and sums, in another order


def rate(regime: Regime, *conventions: str, on: str = DAY, **asked: object) -> float:
    found = average(regime, "CHN", "USA", on, conventions=conventions, **asked)  # type: ignore[arg-type]
    assert found.points[0].rate is not None
    return found.points[0].rate


def test_an_average_is_the_weighted_sum_of_single_rates(regime: Regime, tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text("product,value,origin\n9503000073,3,CHN\n8517130000,1,China\n9503000073,99,VNM\n", "utf-8")
    expected = (3 * 1.45 + 1 * 0.20) / 4
    assert rate(regime, weights=path) == pytest.approx(expected, abs=EXACT)
    assert rate(regime, weights=path, products=["9503"]) == pytest.approx(1.45, abs=EXACT)


def test_codes_of_few_digits_are_spread_over_their_lines(regime: Regime, tmp_path: Path) -> None:
    path = tmp_path / "chapters.csv"
    path.write_text("product,value\n95,1\n", "utf-8")
    assert rate(regime, weights=path) == pytest.approx(rate(regime, products=["95"]), abs=EXACT)


@pytest.mark.parametrize(("text", "words"), [
    ("thing,value\n95,1\n", "--columns product=HEADING"), ("product,value\n95,-1\n", "row 2, value"),
    ("product,value\n95,0\n", "no value for CHN"),
    ("product,value\nabc,1\n", "row 2, product"), ("product,value,origin\n95,1,Chyna\n", "Did you mean China"),
])  # fmt: skip
def test_a_bad_file_is_named_by_row(regime: Regime, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "weights.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as refusal:
        rate(regime, weights=path)
    assert words in str(refusal.value)


def test_groups_are_parts_of_the_whole(regime: Regime) -> None:
    point = average(regime, "CHN", "USA", DAY, group_of=lambda code: code[:2]).points[0]
    assert sum(g.share for g in point.groups) == pytest.approx(1, abs=1e-9)
    for programme in ("s301", "ieepa_fentanyl", "ieepa_reciprocal"):
        whole = sum(g.share * g.by_programme.get(programme, 0.0) for g in point.groups)
        assert whole == pytest.approx(point.by_programme[programme], abs=1e-9)
    assert {g.group for g in point.groups} >= {"85", "95"}


def test_a_day_has_a_row_each_and_a_change_its_day(regime: Regime) -> None:
    asked = {"since": "2025-04-07", "until": "2025-04-11"}
    moves = average(regime, "CHN", "USA", **asked).points  # type: ignore[arg-type]
    days = average(regime, "CHN", "USA", **asked, daily=True).points  # type: ignore[arg-type]
    assert [str(p.on)[-2:] for p in days] == ["07", "08", "09", "10", "11"]
    assert [str(p.on)[-2:] for p in moves] == ["07", "09", "10"]
    assert [p.rate for p in days] == [moves[k].rate for k in (0, 0, 1, 2, 2)]


def test_exclusion_take_up_is_between_none_and_all(regime: Regime) -> None:
    none, half, full = (rate(regime, f"exclusion-take-up={x}") for x in (0, 0.5, 1))
    assert none == pytest.approx(rate(regime), abs=EXACT)
    assert half == pytest.approx((none + full) / 2, abs=1e-9)
    assert full == pytest.approx(rate(regime, claims={"exclusion_claimed": True}), abs=EXACT)
    assert full < none - 0.005  # -0.5 to -1.4 points by the independent check of law_averages.csv


@pytest.mark.slow
def test_the_metal_residual_moves_only_days_before_it_was_law(regime: Regime) -> None:
    before, after = ("metal-content",), ("metal-content", "metal-residual")
    assert rate(regime, *after) > rate(regime, *before) + 0.04
    assert rate(regime, *after, on="2025-07-01") == pytest.approx(rate(regime, *before, on="2025-07-01"), abs=EXACT)


@pytest.mark.slow
def test_metal_content_is_the_claim_of_each_line(regime: Regime) -> None:
    """One line with its industry's shares, against the explanation with the same shares claimed."""
    rates = compile_rates(regime, "USA", ["CHN"], "2025-07-01")
    code = next(p for p in rates.products if p[:2] == "94" and p[:8] in shares_by_line())
    claims = {f"{m}_share": s for m, s in zip(METALS, shares_by_line()[code[:8]], strict=True)}
    expected = regime.rate(code, "CHN", "USA", "2025-07-01", claims=claims)
    found = rate(regime, "metal-content", on="2025-07-01", weights="simple", products=[code])
    assert found == pytest.approx(expected, abs=EXACT)


def test_special_chapters_dilute_by_their_share(regime: Regime) -> None:
    rates = compile_rates(regime, "USA", ["CHN"], DAY)
    ordinary = float(read_weights("USA").matrix(rates.products, ["CHN"]).sum())
    share = sum(special_share("CHN", c, ordinary) for c in ("98", "99"))
    assert 0.02 < share < 0.03
    free, levied = rate(regime, "chapters-98-99-free"), rate(regime, "chapters-98-99-levied")
    assert free == pytest.approx(rate(regime) * (1 - share), abs=1e-9)
    assert levied == pytest.approx(free + special_share("CHN", "99", ordinary) * 1.45, abs=1e-9)
    assert {s.chapter for s in special_values()} == {"98", "99"}


def test_the_published_figure_is_rebuilt_within_a_fifth_of_a_point(regime: Regime) -> None:
    """116.65: law_averages.csv, Yale Budget Lab's tracker, 2 May 2025; docs/averages.md has the steps."""
    found = rate(regime, "specific-zero", "metal-residual", "metal-content", "lists-by-footnote", "chapters-98-99-free")
    assert 100 * found == pytest.approx(116.65, abs=0.2)


@pytest.mark.parametrize("text", ["metal-residul", "metal-content=0.5", "exclusion-take-up=2", "exclusion-take-up=x",
                                  "chapters-98-99-free,chapters-98-99-levied"])  # fmt: skip
def test_conventions_are_checked(text: str) -> None:
    with pytest.raises(InputError):
        read_conventions([text])


def test_no_sales_no_average(regime: Regime) -> None:
    with pytest.raises(NoAnswerError):
        average(regime, "CHN", "USA", DAY, products=["2709"], weights="imports", claims={})
    with pytest.raises(ParleyError):
        average(regime, "CHN", "USA", DAY, products=["0000"])


def drawn(found: Average, path: Path, last: str) -> str:
    from datetime import date

    from parley.cli.law_plot import write_plot

    write_plot(path, found, date.fromisoformat(last))
    return path.read_text("utf-8")


@pytest.mark.slow
def test_a_period_is_drawn_and_written(regime: Regime, tmp_path: Path) -> None:
    from parley.cli.law_average import answer
    from parley.law.questions import Average as Asked

    out = tmp_path / "days.csv"
    asked = Asked(origin="CHN", since="2025-04-08", until="2025-04-10", daily=True)
    answer(asked, out, tmp_path / "days.svg", json=True)
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [r["on"] for r in rows] == ["2025-04-08", "2025-04-09", "2025-04-10"]
    for r in rows:
        parts = sum(float(r[n]) for n in r if n not in ("on", "group", "share", "rate", "base_rate"))
        assert parts == pytest.approx(float(r["rate"]), abs=1e-9)
    assert (tmp_path / "days.svg").read_text("utf-8").startswith("<svg")
    found = average(regime, "CHN", "USA", since="2025-04-08", until="2025-04-10")
    spec = json.loads(drawn(found, tmp_path / "days.json", "2025-04-10"))
    last = [v["percent"] for v in spec["data"]["values"] if v["on"] == "2025-04-11"]
    assert sum(last) == pytest.approx(100 * (found.points[-1].rate or 0), abs=1e-4)
    with pytest.raises(InputError, match="svg"):
        drawn(found, tmp_path / "days.bmp", "2025-04-10")


def test_chinas_weights_are_a_mirror_and_say_so(regime: Regime) -> None:
    assert np.isfinite(rate(regime, weights="simple"))
    found = average(regime, "USA", "CHN", DAY)
    assert "exports to China in 2017" in found.weights
    assert "mirror" in found.weights
    assert average(regime, "USA", "CHN", DAY, weights="simple").weights == "simple mean over tariff lines"
    with pytest.raises(InputError):
        average(regime, "USA", "CAN", DAY, weights="imports")


@pytest.mark.slow
def test_a_programme_alone_is_its_part_of_the_whole(regime: Regime) -> None:
    whole = average(regime, "CHN", "USA", DAY, group_of=lambda code: code[:2]).points[0]
    asked = ("s301", "s232")
    found = average(regime, "CHN", "USA", DAY, programmes=asked, group_of=lambda code: code[:2])
    part = found.points[0]
    assert part.by_programme == {n: whole.by_programme[n] for n in whole.by_programme if n in asked}
    assert part.rate == pytest.approx(whole.by_programme["s301"] + whole.by_programme["s232"], abs=EXACT)
    assert part.base_rate == whole.base_rate
    summed = sum(g.share * g.rate for g in part.groups if g.rate is not None)
    assert summed == pytest.approx(part.rate, abs=EXACT)
    assert "the rate is what s301, s232 alone add" in found.notes
    with pytest.raises(ParleyError, match="Did you mean s301"):
        average(regime, "CHN", "USA", DAY, programmes=["s302"])


def test_a_programme_alone_moves_on_its_own_days(regime: Regime) -> None:
    """Of April 2025's steps none is of Section 301."""
    found = average(regime, "CHN", "USA", since="2025-04-01", until="2025-04-30", programmes=["ieepa_fentanyl"],
                    weights="simple")  # fmt: skip
    rates = [p.rate for p in found.points]
    assert rates[0] == pytest.approx(0.2, abs=0.01)
    assert len(rates) < 4


@pytest.mark.parametrize("head", ["code,amount", "HTS 1,HTS 2,Value", "Commodity Code,Trade Value"])
def test_files_of_other_headings_are_weights_too(regime: Regime, tmp_path: Path, head: str) -> None:
    (path := tmp_path / "weights.csv").write_text(f"{head}\n9503000073,{',' * (head.count(',') - 1)}5\n", "utf-8")
    assert rate(regime, weights=path) == pytest.approx(1.45, abs=EXACT)


def test_rows_without_a_weight_are_said(regime: Regime, tmp_path: Path) -> None:
    held = "HTS,Value,Currency\n9503000073,5,USD\n3923900080,1000,EUR\n"
    (path := tmp_path / "weights.csv").write_text(held, "utf-8")
    with pytest.raises(InputError, match=r"a value of 1000 EUR: no rate to dollars"):
        rate(regime, weights=path)
    path.write_text("HTS,Value\n9503000073,5\n3923900080,n/a\ntoys,7\n3923900080,-2\n,\n", "utf-8")
    assert "3 rows have no weight" in " ".join(read_values(path, "CHN", "USA")[1])


@pytest.mark.parametrize(
    ("preferences", "claims", "reading", "told"),
    [
        ("observed", {}, "law", ("claims count as importers make them, unless you name your own",)),
        ("none", {"usmca": True}, "law", ("the claims that you named, and no other",)),
        ("none", {}, "law", ("no preference or other claim made",)),
        ("observed", {}, "paid", ()),
    ],
)
def test_an_average_says_which_claims_it_counts(
    preferences: str, claims: dict[str, bool], reading: str, told: tuple[str, ...]
) -> None:
    assert _of_claims(SimpleNamespace(preferences=preferences, claims=claims), reading) == told  # type: ignore[arg-type]


def test_a_picture_says_its_goods_its_days_and_its_law() -> None:
    from parley.cli.law_plot import specification

    points = [
        SimpleNamespace(on=day, by_programme={"ieepa_fentanyl": rate}) for day, rate in ((FIRST, 0.2), (LATER, 0.1))
    ]
    told = {"law_version": "2026.1.1", "law_known_to": LATER, "known": None, "weights": "customs value"}
    drawn = specification(SimpleNamespace(points=points, origin="CHN", destination="USA", **told), None)  # type: ignore[arg-type]
    assert "China" in drawn["title"]["text"]
    assert f"As known on {LATER}; weights: customs value." in " ".join(drawn["title"]["subtitle"])
    assert {row["percent"] for row in drawn["data"]["values"]} == {20.0, 10.0}
