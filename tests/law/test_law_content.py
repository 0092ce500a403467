"""Metal content and claims as averages count them, held to single explanations; the range of `law rate` without a claim."""

from __future__ import annotations

import csv
import json
import random
from datetime import date
from importlib import resources

import numpy as np
import pytest

from answer_types import assert_is  # pyright: ignore[reportMissingImports]
from parley.law.answers import RateAnswer
from parley.law.average import average
from parley.law.compiled import compile_rates
from parley.law.explain import Explanation
from parley.law.metal_content import METALS, content_of, content_shares, is_wholly_metal, shares_by_line
from parley.law.observed_claims import CLAIM_SOURCES, claim_use, seen
from parley.law.preference_use import usmca_use
from parley.law.rate_question import Rate, rate
from parley.law.regime import Regime
from parley.law.releases import read_release
from parley.law.trade_weights import read_weights
from parley.law.usmca_claims import change_days, read_table

AUTHORITY = "USA"
EXACT = 1e-12  # the same few products and sums, in another order
SHARE = 1e-9  # shares have four decimals; products of three of them
FURNITURE, BOLT = "9403200090", "7318152010"


@pytest.mark.parametrize("on", ["2025-06-04", "2025-09-20", "2026-04-05"])
@pytest.mark.parametrize("origins", [["CHN", "IND", "RUS"]])
def test_a_counted_cell_is_the_explanation_with_its_shares_claimed(regime: Regime, on: str, origins: list[str]) -> None:
    """Every kind: lines of the four chapters, lines with shares, lines without, goods without any metal duty; Russia's 200 %."""
    draw = random.Random(17)
    lines = compile_rates(regime, "USA", origins, on).products
    metal = [p for p in lines if p[:8] in shares_by_line()]
    chosen = sorted({*draw.sample(metal, 40), *draw.sample(lines, 15), FURNITURE, BOLT})
    found = compile_rates(regime, "USA", origins, on, products=chosen, content="counted")
    for k, product in enumerate(found.products):
        claims = {}
        if not is_wholly_metal(product) and product[:8] in shares_by_line():
            claims = {f"{m}_share": s for m, s in zip(METALS, shares_by_line()[product[:8]], strict=True)}
        for i, origin in enumerate(origins):
            expected = regime.explain(product, origin, "USA", on, claims=claims)
            assert found.added[k, i] == pytest.approx(expected.added_rate, abs=EXACT, nan_ok=True), (product, origin)


@pytest.mark.parametrize("on", ["2025-06-03", "2026-04-06", "2025-05-02"])
def test_outside_its_ten_months_metal_counts_wholly(regime: Regime, on: str) -> None:
    plain, counted = (compile_rates(regime, "USA", ["CHN"], on, content=c) for c in ("claimed", "counted"))
    assert np.array_equal(plain.added, counted.added)


def test_a_claimed_share_is_no_ones_to_replace(regime: Regime) -> None:
    asked = {"products": [FURNITURE], "claims": {"steel_share": 0.5}}
    plain, counted = (
        compile_rates(regime, "USA", ["CHN"], "2025-09-20", content=c, **asked) for c in ("claimed", "counted")
    )
    assert plain.added[0, 0] == counted.added[0, 0]


@pytest.mark.slow
def test_an_older_release_counts_as_its_averages_did() -> None:
    """47.41: what release 2026-11 published for China on 15 September 2025 (docs/numbers-changed.md)."""
    old = average(read_release("2026-11"), "CHN", "USA", "2025-09-15").points[0].rate
    assert 100 * (old or 0) == pytest.approx(47.41, abs=0.005)


def range_of(regime: Regime, product: str, on: str, origin: str = "CHN", **claims: object) -> Explanation:
    return regime.explain(product, origin, "USA", on, claims=claims)


def test_the_range_goes_from_the_customs_rule_to_no_metal(regime: Regime) -> None:
    """Steel furniture of China, 20 September 2025: 50 % on the metal, 10 % of reciprocal duty on the rest, 45 % besides."""
    found = range_of(regime, FURNITURE, "2025-09-20")
    metal, content = found.metal, content_of(FURNITURE)
    assert metal is not None
    assert content is not None
    assert metal.metals == ("steel", "aluminium")
    assert metal.full == pytest.approx(found.rate) == pytest.approx(0.95)
    assert (metal.no_metal, metal.low, metal.high) == (pytest.approx(0.55), pytest.approx(0.55), pytest.approx(0.95))
    of_metal = content.steel + content.aluminium
    assert metal.suggested == pytest.approx(0.45 + 0.5 * of_metal + 0.10 * (1 - of_metal), abs=1e-7)
    assert "customs takes the full value: 95 %; with no metal 55 %" in metal.words
    claimed = range_of(regime, FURNITURE, "2025-09-20", steel_share=content.steel, aluminium_share=content.aluminium)
    assert claimed.rate == pytest.approx(metal.suggested, abs=1e-7)
    assert claimed.metal is None


def test_a_trace_of_metal_may_be_the_lowest(regime: Regime) -> None:
    """Before 4 June 2025 a good with any metal paid no reciprocal duty: 45 % with a trace, 170 % with none, 70 % whole."""
    metal = range_of(regime, FURNITURE, "2025-05-02").metal
    assert metal is not None
    assert (metal.low, metal.full, metal.no_metal) == (
        pytest.approx(0.45, abs=1e-6),
        pytest.approx(0.70),
        pytest.approx(1.70),
    )
    assert "over every content 45 % to 170 %" in metal.words


@pytest.mark.parametrize(
    ("product", "on"), [(BOLT, "2025-09-20"), ("9503000073", "2025-09-20"), (FURNITURE, "2026-05-01")]
)
def test_no_range_where_content_decides_nothing(regime: Regime, product: str, on: str) -> None:
    """A bolt is of chapter 73, a toy pays no metal duty, and from 6 April 2026 whole articles pay."""
    assert range_of(regime, product, on).metal is None


def test_the_answer_has_the_range_with_its_type(regime: Regime) -> None:
    answer = rate(Rate(product=FURNITURE, origin="CHN", on="2025-09-20"), regime)
    assert_is(answer, RateAnswer)
    assert answer["metal"] is not None
    assert answer["metal"]["words"].startswith("where the value of the metal is not known")
    assert json.loads(json.dumps(answer["metal"]))["rule_source"]
    assert rate(Rate(product="9503000073", origin="CHN", on="2025-09-20"), regime)["metal"] is None


def test_shares_of_content_are_of_value() -> None:
    shares = content_shares([FURNITURE, "0101210010"])
    assert 0 < shares[0].sum() < 1
    assert np.isnan(shares[1]).all()


def test_the_break_of_july_is_mended_on_free_lines_alone() -> None:
    """A line free of duty with claims in July: none before 7 March, July's from then on. A dutiable line has its month's own."""
    table = read_table()
    july, may = table.months.index(date(2025, 7, 1)), table.months.index(date(2025, 5, 1))
    share = table.share["MEX"]
    free = ["8471500150", "8708998180"]
    codes = [free[0], "8703230190"]
    of_july = [share[july, table.products.index(c)] for c in codes]
    of_may = [share[may, table.products.index(c)] for c in codes]
    found = usmca_use(codes, "MEX", date(2025, 5, 2))
    assert of_may[0] < 0.05 < of_july[0]
    assert found.share == pytest.approx([of_july[0], of_may[1]], abs=EXACT)
    assert usmca_use(codes, "MEX", date(2025, 3, 6)).share[0] < found.share[0]
    assert (found.month, found.carried) == (date(2025, 5, 1), False)


def test_a_month_without_imports_has_the_years_share() -> None:
    """A zero month is as often one without imports: tobacco of 350 percent from Canada in January 2025, claimed all other months."""
    table, year = read_table(), read_weights("USA").usmca
    january, may = table.share["CAN"][0], table.share["CAN"][4]
    lumpy = [
        c for k, c in enumerate(table.products) if january[k] == 0 and may[k] == 1 and year.get(c, (0, 0))[0] > 0.9
    ]
    assert "2401106530" in lumpy
    found = usmca_use(lumpy, "CAN", date(2025, 1, 1)).share
    assert found == pytest.approx([year[c][0] for c in lumpy])


def test_a_day_after_the_last_month_carries_it_on_and_says_so(regime: Regime) -> None:
    last, later = (usmca_use([FURNITURE], "CAN", d) for d in (date(2026, 2, 10), date(2026, 8, 1)))
    assert (last.carried, later.carried, later.month) == (False, True, date(2026, 2, 1))
    assert last.share == pytest.approx(later.share)
    notes = average(regime, "CAN", "USA", "2026-08-01").notes
    assert "CAN: USMCA claims as in February 2026, the nearest month that is known" in notes


@pytest.mark.slow
def test_an_average_of_a_neighbour_moves_with_the_months(regime: Regime) -> None:
    points = average(regime, "MEX", "USA", since="2025-09-05", until="2025-11-20").points
    assert {date(2025, 10, 1), date(2025, 11, 1)} <= {p.on for p in points}
    assert set(change_days()) >= {date(2025, 3, 7), date(2025, 7, 1)}


def test_the_months_bring_the_neighbours_down_from_the_year(regime: Regime) -> None:
    """By 2025's shares Canada pays on goods that claimed from July on: half of the average goes."""
    month, year = (
        average(regime, "CAN", "USA", "2025-11-17", conventions=c).points[0].rate for c in ((), ("preferences-year",))
    )
    assert month is not None
    assert year is not None
    assert month < year - 0.02


def test_observed_claims_have_a_basis_or_say_that_there_is_none() -> None:
    aircraft = claim_use("civil_aircraft", ["8802400140", "8411919085", "9503000073"], "FRA", date(2025, 9, 20))
    assert aircraft.share.tolist() == [1, 1, 0]
    assert aircraft.carried
    basis = seen("civil_aircraft", "8802400140", "FRA")
    assert basis is not None
    assert basis.basis == "words"
    assert claim_use("us_content", ["8703230190", "9503000073"], "MEX", date(2025, 5, 2)).share.tolist() == [0.4, 0]
    assert claim_use("us_content", ["8703230190"], "JPN", date(2025, 5, 2)).share.tolist() == [0]
    for claim in ("handicapped", "age_under_25"):
        assert not claim_use(claim, ["9021400000", "8703230190"], "CHE", date(2025, 9, 20)).share.any()
        assert "no source" in CLAIM_SOURCES[claim]


def test_civil_aircraft_lower_the_average_of_a_party_with_an_agreement(regime: Regime) -> None:
    """Parts of French aircraft turbines are free of the 15 % of the European Union where they are for civil aircraft."""
    code = "8411919085"
    yes, no = (regime.rate(code, "FRA", "USA", "2025-10-20", claims={"civil_aircraft": c}) for c in (True, False))
    assert (yes, no) == (pytest.approx(0), pytest.approx(0.15))
    seen_, none = (
        average(regime, "FRA", "USA", "2025-10-20", products=[code], conventions=c).points[0].rate
        for c in ((), ("preferences-year",))
    )
    assert (seen_, none) == (pytest.approx(0, abs=EXACT), pytest.approx(0.15))


@pytest.mark.parametrize("name", ["usa-usmca-months.npz", "usa-observed-claims.csv"])
def test_the_tables_are_what_their_manifest_says(name: str) -> None:
    import hashlib

    home = resources.files("parley.law").joinpath("weights")
    entry = json.loads(home.joinpath("manifest.json").read_text("utf-8"))[name]
    content = home.joinpath(name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    if name.endswith(".csv"):
        assert len(list(csv.DictReader(content.decode().splitlines()))) == entry["rows"]
