"""The compiled table equals the definition on every cell: on random regimes, and on the packaged law on random days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.codes import PROGRAMMES
from parley.errors import CodeError, InputError
from parley.law.compiled import CompiledRates, compile_rates
from parley.law.edition import as_edition, edition_of
from parley.law.explain import Explanation
from parley.law.interning import product_classes
from parley.law.measure import Act, Measure, Yields
from parley.law.products import read_products
from parley.law.regime import Regime
from regimes import law_of

EXACT = 1e-12  # both sides are the same few sums of decimal rates, in another order
PRODUCTS = (
    "0805100020",
    "6109100012",
    "7210490091",
    "8517130000",
    "8703230190",
    "2204215040",
    "0402105000",
    "9101114000",
)
ORIGINS = ("CHN", "DEU", "EUU", "CAN", "MEX", "RUS", "JPN", "KOR")
DAY = date(2025, 5, 2)
NAMES = "abcdefg"


@st.composite
def measures(draw: st.DrawFn) -> tuple[Measure, ...]:
    """Up to seven rows with random scope, stacking and clocks; edges point backwards, so that none go in a circle."""
    rows = []
    for number, name in enumerate(NAMES[: draw(st.integers(1, len(NAMES)))]):
        edges = [
            Yields(
                to=draw(st.sampled_from(NAMES[:number])),
                wholly=draw(st.booleans()),
                origins=draw(st.sampled_from([("*",), ("CHN", "EUU"), ("CAN",)])),
                start=draw(st.sampled_from([None, DAY, DAY + timedelta(1)])),
            )
            for _ in range(draw(st.integers(0, 2)) if number else 0)
        ]
        if draw(st.integers(0, 7)) == 0:
            rows.append(_ban(draw, name))
            continue
        rate = draw(st.sampled_from([0.0, 0.1, 0.15, 0.25, 1.25]))
        combine = draw(st.sampled_from(["add", "add", "add", "total", "total", "replace", "zero", "cap"]))
        whole = combine == "replace"
        rows.append(
            Measure(
                id=name,
                act=Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1)),
                programme=draw(st.sampled_from(PROGRAMMES[:3] if whole else PROGRAMMES[3:6])),
                rate=rate,
                combine=combine,
                covers=(combine, rate) == ("add", 0) and draw(st.booleans()),
                layer=f"layer {draw(st.sampled_from([name, name, 'L']))}",
                rank=draw(st.integers(0, 2)),
                origins=draw(st.sampled_from([("*",), ("CHN", "EUU"), ("CAN", "MEX"), ("DEU",)])),
                origins_except=draw(st.sampled_from([(), ("DEU",), ("EUU",), ("RUS",)])),
                products=draw(
                    st.sampled_from(
                        [("*",), ("85", "95", "22", "91"), ("8517130000", "0805", "04"), ("61", "87", "7210")]
                    )
                ),
                products_except=draw(st.sampled_from([(), ("8517",), ("61091000",)])),
                share="full"
                if whole
                else draw(st.sampled_from(["full", "full", "steel", "aluminium", "non_us_content"])),
                yields_to=() if whole else tuple(edges),
                when=draw(st.sampled_from([{}, {}, {"usmca": True}])),
                unless=draw(st.sampled_from([{}, {}, {"us_content": ">= 0.3"}])),
                start=draw(st.sampled_from([date(2025, 1, 1), DAY, DAY + timedelta(1)])),
                end=draw(st.sampled_from([None, DAY, DAY + timedelta(1)])) or None,
            )
        )
    return tuple(m for m in rows if m.end is None or m.start < m.end)


def _ban(draw: st.DrawFn, name: str) -> Measure:
    """A row that forbids the import of some goods from some origins."""
    return Measure(
        id=name,
        act=Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1)),
        programme="s338",
        combine="ban",
        origins=draw(st.sampled_from([("*",), ("CHN", "EUU"), ("CAN", "MEX")])),
        products=draw(st.sampled_from([("*",), ("85", "95"), ("8517130000", "0805")])),
        when=draw(st.sampled_from([{}, {"usmca": True}])),
        start=draw(st.sampled_from([date(2025, 1, 1), DAY, DAY + timedelta(1)])),
        reason="forbidden",
    )


CLAIMS = st.sampled_from([{}, {"usmca": True}, {"us_content": 0.4, "steel_share": 0.3}, {"korus": True}])


def check_cell(rates: CompiledRates, k: int, i: int, found: Explanation) -> None:
    """Base, additions and every programme of a cell, against its explanation."""
    split = replace(found, lines=found.lines[1:]).by_programme()
    assert bool(found.prohibited) == (rates.prohibited is not None and bool(rates.prohibited[k, i]))
    assert found.rate is None or not found.prohibited
    expected = {"base": found.base_rate, "added": found.added_rate}
    cell = {"base": rates.base[k, i], "added": rates.added[k, i]}
    for name, value in rates.by_programme.items():
        expected[name], cell[name] = split.get(name, 0.0), value[k, i]
    for name, value in expected.items():
        if value is None:
            assert np.isnan(cell[name]), (name, found)
        else:
            assert cell[name] == pytest.approx(value, abs=EXACT), (name, found)


def check_regime_cells(rows: tuple[Measure, ...], claims: dict) -> None:
    """Every cell of a small table, against its explanation."""
    regime = Regime(rows)
    rates = compile_rates(regime, "USA", ORIGINS, DAY, products=PRODUCTS, claims=claims)
    for k, product in enumerate(PRODUCTS):
        for i, origin in enumerate(ORIGINS):
            check_cell(rates, k, i, regime.explain(product, origin, "USA", DAY, claims=claims))


@settings(max_examples=25, deadline=None)
@given(measures(), CLAIMS)
def test_compiled_equals_explain_on_random_regimes(rows: tuple[Measure, ...], claims: dict) -> None:
    check_regime_cells(rows, claims)


@settings(max_examples=20, deadline=None)
@given(measures(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: tuple[Measure, ...], random) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    a, b = (compile_rates(Regime(tuple(r)), "USA", ORIGINS, DAY, products=PRODUCTS) for r in (rows, mixed))
    np.testing.assert_allclose(a.added, b.added, atol=EXACT)


@pytest.mark.slow
@pytest.mark.parametrize("known", [None, date(2025, 5, 2)])
@pytest.mark.parametrize("on", ["2025-03-05", "2025-04-09", "2025-05-02", "2025-07-09", "2025-08-20", "2026-05-01"])
def test_compiled_equals_explain_on_the_packaged_law(on: str, known: date | None, regime: Regime) -> None:
    """120 cells a day: 20 random lines, all eight origins in turn."""
    rates = compile_rates(regime, "USA", ORIGINS, on, known)
    chosen = np.random.default_rng(7).integers(0, len(rates.products), 120)
    for n, k in enumerate(chosen):
        i = n % len(ORIGINS)
        check_cell(rates, int(k), i, regime.explain(rates.products[k], ORIGINS[i], "USA", on, known))


def test_compiled_china_equals_explain(regime: Regime) -> None:
    products = ("12019019", "27111100", "30049090")
    rates = compile_rates(regime, "CHN", ["USA", "DEU"], "2025-05-02", products=products)
    for k, product in enumerate(products):
        for i, origin in enumerate(("USA", "DEU")):
            check_cell(rates, k, i, regime.explain(product, origin, "CHN", "2025-05-02"))


def test_observed_preferences_mix_the_two_rates_of_a_neighbour(regime: Regime) -> None:
    from datetime import date

    from parley.law.preference_use import usmca_use

    products = ("8703230190", "9503000073")
    mixed = compile_rates(regime, "USA", ["MEX", "CHN"], "2025-05-02", products=products, preferences="observed")
    share = usmca_use(products, "MEX", date(2025, 5, 2)).share
    content = {"8703230190": {"us_content": 0.4}}  # of a car under USMCA
    for k, product in enumerate(products):
        claims: list[dict[str, object]] = [{"usmca": True, **content.get(product, {})}, {"usmca": False}]
        yes, no = (regime.rate(product, "MEX", "USA", "2025-05-02", claims=c) for c in claims)
        assert yes is not None
        assert no is not None
        assert mixed.rate[k, 0] == pytest.approx(share[k] * yes + (1 - share[k]) * no, abs=EXACT)
        assert mixed.rate[k, 1] == pytest.approx(regime.rate(product, "CHN", "USA", "2025-05-02") or 0, abs=EXACT)


def test_all_lines_by_sixty_origins_in_one_table(regime: Regime) -> None:
    from parley.codes import countries

    origins = [c for c in countries() if c not in ("USA", "EUU")][:60]
    rates = compile_rates(regime, "USA", origins, DAY)
    assert rates.base.shape == (19710, 60)


def test_codes_and_origins_are_checked(regime: Regime) -> None:
    with pytest.raises(CodeError, match="no line"):
        compile_rates(regime, "USA", ["CHN"], DAY, products=["8517130001"])
    with pytest.raises(InputError, match="unit_value for all products"):
        compile_rates(regime, "USA", ["CHN"], DAY, claims={"unit_value": 2})
    with pytest.raises(CodeError, match="also the destination"):
        compile_rates(regime, "USA", ["USA"], DAY)


@pytest.mark.slow
def test_editions_hold_each_code_once() -> None:
    """A code may not have two lines on one day, or rates would depend on which is found."""
    for destination in ("USA", "CHN"):
        for on in (DAY, date(2026, 1, 1), date(2026, 7, 1)):
            codes = [line.code for line in read_products(destination).on(on)]
            assert len(codes) == len(set(codes))
            assert codes == sorted(codes)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(measures(), CLAIMS)
def test_compiled_equals_explain_on_many_random_regimes(rows: tuple[Measure, ...], claims: dict) -> None:
    check_regime_cells(rows, claims)


def test_the_sum_alone_is_the_sum_of_the_split() -> None:
    products = edition_of("USA", DAY).codes[::40]
    for use in ("none", "observed"):
        whole = compile_rates(law_of(), "USA", ORIGINS, DAY, products=products, preferences=use)
        alone = compile_rates(law_of(), "USA", ORIGINS, DAY, products=products, preferences=use, split=False)
        assert list(alone.by_programme) == [""]
        np.testing.assert_array_equal(alone.base, whole.base)
        np.testing.assert_allclose(alone.added, whole.added, rtol=0, atol=EXACT)
        np.testing.assert_allclose(alone.by_programme[""], sum(whole.by_programme.values()), rtol=0, atol=EXACT)


@pytest.mark.slow
def test_a_part_of_an_edition_is_what_its_lines_make_on_any_day_of_it():
    whole = edition_of("USA", date(2025, 5, 2))
    some = whole.codes[::-7]
    part = edition_of("USA", date(2025, 5, 2), some)
    made = as_edition("USA", tuple(whole.lines[whole.codes.index(code)] for code in some))
    assert part is edition_of("USA", date(2025, 5, 3), some)
    assert (part.codes, part.lines, part.texts) == (made.codes, made.lines, made.texts)
    assert all(np.array_equal(getattr(part, n), getattr(made, n)) for n in ("number", "order", "text_of"))


@given(st.integers(0, 12), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_products_share_a_class_where_the_same_scopes_cover_them(scopes, lines, seed):
    masks = np.random.default_rng(seed).random((scopes, lines)).repeat(2, axis=1) < 0.2
    of, members = product_classes(masks)
    assert of.shape == (2 * lines,)
    assert np.array_equal(members[of].T, masks)
    assert len({row.tobytes() for row in members}) == len(members)
