"""The compiled table at its edges: every cell against the definition where bans, days of knowledge, claims and a split are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from law_worlds import PRODUCTS as WORLD_PRODUCTS
from law_worlds import draw_world
from parley.errors import CodeError, InputError
from parley.law import compiled
from parley.law.base_columns import base_columns
from parley.law.compiled import CompiledRates, _distinct, bearing_on, compile_rates, expand, expanded, rule_table
from parley.law.cut_base import Cut
from parley.law.edition import edition_of
from parley.law.explain import FIRST_DAY
from parley.law.measure import LATEST, Act, Measure, Yields
from parley.law.regime import Regime

ON = date(2025, 5, 2)
PRODUCTS = tuple(code for code in WORLD_PRODUCTS if code != "9503000099")  # which is no line
ORIGINS = ("CHN", "CAN", "DEU", "RUS")


def row(name: str, rate: float | None = None, **fields: Any) -> Measure:
    act = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
    held = {"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": rate, **fields}
    return Measure(id=name, act=act, **held)


def compiled_of(rows: Any, origins: Any = ORIGINS, **more: Any) -> CompiledRates:
    asked = {"on": ON, "products": PRODUCTS, **more}
    return compile_rates(Regime(tuple(rows)), "USA", origins, **asked)


@pytest.mark.parametrize("seed", range(8))
def test_each_cell_is_that_of_the_definition(seed: int) -> None:
    """Base, additions, authorities and bans, with the base that is estimated below totals."""
    rows = draw_world(Random(seed))
    for claims in ({}, {"usmca": True, "us_content": 0.4}):
        found, regime = compiled_of(rows, claims=claims), Regime(rows)
        for (k, code), (i, origin) in product(enumerate(found.products), enumerate(found.origins)):
            told = regime.explain(code, origin, "USA", ON, claims=claims)
            cell = [float(x[k, i]) for x in (found.base, found.added, found.rate)]
            expected = [np.nan if x is None else x for x in (told.base_rate, told.added_rate, told.rate_without_ban)]
            assert cell == pytest.approx(expected, abs=1e-12, nan_ok=True), (code, origin)
            assert bool(found.prohibited is not None and found.prohibited[k, i]) == bool(told.prohibited)
            assert bool(found.estimated is not None and found.estimated[k, i]) == told.base_is_estimated
            for name, value in told.by_programme().items():
                if name in found.by_programme and name != told.lines[0].programme:
                    assert float(found.by_programme[name][k, i]) == pytest.approx(
                        np.nan if value is None else value, abs=1e-12, nan_ok=True
                    )
        whole = compiled_of(rows, claims=claims, split=False)
        assert list(whole.by_programme) == [""]
        np.testing.assert_allclose(whole.added, found.added, atol=1e-12)
        np.testing.assert_allclose(whole.by_programme[""], found.added, atol=1e-12)


def test_a_table_shows_itself_and_its_rows() -> None:
    found = compiled_of([row("a", 0.1)], ("CHN", "CAN"))
    assert repr(found) == "<CompiledRates: USA on 9 products of 2 origins, 2025-05-02, known in full>"
    assert "known 2025-05-01" in repr(compiled_of([], known="2025-05-01"))
    table = found.columns()
    assert (table["product"][:3], table["origin"][:3]) == (
        [found.products[0]] * 2 + [found.products[1]],
        ["CHN", "CAN", "CHN"],
    )
    assert table["rate"] == pytest.approx((found.base + found.added).ravel().tolist(), nan_ok=True)
    assert list(table) == ["product", "origin", "base", "added", "rate"]
    assert (found.prohibited, found.rule_sets) == (None, 1)


def test_both_clocks_reach_the_table() -> None:
    rows = [row("a", 0.1, start=ON), row("b", 0.2, known=date(2025, 4, 2)), row("c", 0.4, known_end=date(2025, 4, 2))]
    assert compiled_of(rows, ("CHN",)).added[0].tolist() == pytest.approx([0.3])
    assert compiled_of(rows, ("CHN",), on=date(2025, 5, 1)).added[0].tolist() == [0.2]
    early = compiled_of(rows, ("CHN",), known=date(2025, 4, 1))
    assert early.added[0].tolist() == pytest.approx([0.5])
    assert (early.known, early.on, early.destination) == (date(2025, 4, 1), ON, "USA")


def test_what_no_table_can_answer_is_refused() -> None:
    with pytest.raises(CodeError, match="USA is also the destination"):
        compiled_of([], ("CHN", "USA"))
    with pytest.raises(InputError, match="before what the package covers"):
        compiled_of([], on=date(2017, 12, 31))
    assert compiled_of([], on=FIRST_DAY, products=["8517130000"]).on == FIRST_DAY
    for name in ("unit_value", "quantity"):
        with pytest.raises(InputError, match=f"{name} for all products at once"):
            compiled_of([], claims={name: 3})


def test_tables_of_one_origin_are_kept_by_what_was_asked() -> None:
    regime = Regime((row("a", 0.1),))
    asked: dict[str, Any] = {"on": ON, "products": edition_of("USA", ON).codes[::40]}
    one = compile_rates(regime, "USA", ["CHN"], **asked)
    assert compile_rates(regime, "USA", ["China"], **asked) is one
    for other in ({"split": False}, {"known": ON}, {"claims": {"usmca": True}}, {"content": "counted"}):
        assert compile_rates(regime, "USA", ["CHN"], **{**asked, **other}) is not one
    assert compile_rates(regime, "USA", ["CAN"], **asked) is not one
    two = compile_rates(regime, "USA", ["CHN", "CAN"], **asked)
    assert compile_rates(regime, "USA", ["CHN", "CAN"], **asked) is not two


def test_the_rows_that_bear_on_some_origins() -> None:
    rows = [row("china", 0.1, origins=("CHN",)), row("all", 0.1), row("not", 0.1, origins_except=("CHN",)),
            row("metal", 0.1, origins=("JPN",), share="steel"), row("part", 0.1, origins=("JPN",), share="non_us_content")]  # fmt: skip
    assert [m.id for m in bearing_on(rows, ("CHN",))] == ["china", "all", "metal"]
    assert [m.id for m in bearing_on(rows, ("CHN", "JPN"))] == ["china", "all", "not", "metal", "part"]


def test_rule_sets_are_the_distinct_stacks_and_their_cells() -> None:
    rows = [
        row("a", 0.1, products=("61",)),
        row("b", 0.2, origins=("CHN",)),
        row("ban", combine="ban", products=("61",), origins=("RUS",)),
    ]
    regime = Regime(tuple(rows))
    table = rule_table(regime, edition_of("USA", ON, PRODUCTS), ORIGINS, ON, None, {})
    codes = table.edition.codes
    k = codes.index("6109100012")
    told = [[a.measure.id for a in table.stacks[table.where[k, i]].applied] for i in range(4)]
    assert told == [["a", "b"], ["a"], ["a"], ["a"]]
    assert table.prohibited is not None
    assert np.argwhere(table.prohibited).tolist() == [[k, 3]]
    assert table.where.shape == (len(codes), 4)
    assert (table.on, table.claims, table.origins, table.estimates) == (ON, {}, ORIGINS, True)
    assert rule_table(Regime((rows[0],)), table.edition, ORIGINS, ON, LATEST, {}).prohibited is None
    for part in (table.product_class, table.seller_class, table.cell):
        with pytest.raises(ValueError, match="read-only"):
            part[...] = 0


def test_resolved_rule_sets_are_kept_until_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_of([row("a", 0.1)])
    held = compiled._resolved()
    assert held.stacks
    assert compiled._resolved() is held
    monkeypatch.setattr(compiled, "MOST_HELD", len(held.stacks))
    assert compiled._resolved() is held
    monkeypatch.setattr(compiled, "MOST_HELD", len(held.stacks) - 1)
    assert compiled._resolved() is not held
    assert not compiled._resolved().stacks


def test_distinct_pairs_have_their_first_place() -> None:
    a, b = np.array([1, 0, 1, 0, 1, 1]), np.array([0, 2, 1, 2, 0, 1])
    first, which = _distinct(a, b)
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    assert sorted(first.tolist()) == [0, 1, 2]
    assert [pairs[first[w]] for w in which] == pairs
    assert [x.tolist() for x in _distinct(a[:0], b[:0])] == [[], []]
    assert len(_distinct(np.array([2, 0]), np.array([0, 1]))[0]) == 2


def test_a_schedule_of_ones_own_makes_no_table() -> None:
    own: Any = SimpleNamespace(schedule_of=lambda destination: destination)
    with pytest.raises(InputError, match="one of your own"):
        rule_table(own, SimpleNamespace(destination="USA"), ("CHN",), ON, None, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("split", [True, False])
def test_an_estimate_below_a_total_stands_in_the_sum_too(split: bool) -> None:
    found = compiled_of([row("t", 0.5, combine="total")], ("DEU",), products=("0805100020", "6109100012"), split=split)
    assert found.estimated is not None
    assert found.estimated[:, 0].tolist() == [True, False]
    assert found.rate[:, 0].tolist() == pytest.approx([0.5, 0.5])
    assert 0 < found.base[0, 0] < 0.5
    [(name, added)] = found.by_programme.items()
    assert name == ("s301" if split else "")
    np.testing.assert_allclose(added, found.added)
    assert compiled_of([row("t", 0.5)], ("DEU",), products=("6109100012",), split=split).estimated is None


def test_what_preferences_as_observed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regime's conventions, the rates under more claims, and the origins under a total."""
    told: list[tuple] = []
    monkeypatch.setattr(compiled, "_compile", lambda *asked: asked)
    monkeypatch.setattr("parley.law.preference_use.as_observed", lambda *asked, **more: told.append((asked, more)))
    rows = (
        row("t", 0.5, combine="total", origins=("CAN",)),
        row("a", 0.5, origins=("DEU",)),
        row("late", 0.5, combine="total", known=LATEST),
    )
    regime = Regime(rows, use="year", aircraft=False, claims_seen=ON)
    edition: Any = SimpleNamespace(destination="USA")

    def ask(law: Regime, preferences: Any = "observed", **more: Any) -> Any:
        return compiled._with_preferences(
            law, edition, ("CAN", "DEU"), ON, more.get("known", ON), {"usmca": True}, preferences, False, True
        )

    plain = regime, edition, ("CAN", "DEU"), ON, ON, {"usmca": True}, False, True, (False, False)
    assert ask(regime, "none") == plain
    assert told == []
    for law, cut, under in (
        (regime, True, ("CAN",)),
        (replace(regime, spared="after totals"), True, ()),
        (replace(regime, spared="everyone"), False, ()),
    ):
        ask(law)
        (given, claimed, use, aircraft), more = told.pop()
        assert (given[-1], use, aircraft) == ((not cut, False), "year", False)
        assert more == {"seen": ON, "cut": cut, "under_totals": under}
        assert claimed(("DEU",), {"us_content": 0.4}, None)[1:] == (
            edition, ("DEU",), ON, ON, {"usmca": True, "us_content": 0.4}, False, True, (not cut, False))  # fmt: skip
    assert claimed(("DEU",), {}, ["6109100012"])[1].codes == ("6109100012",)
    ask(regime, known=None)
    assert told.pop()[1]["under_totals"] == ("CAN", "DEU")
    assert ask(replace(regime, carried=True), "none")[-1] == (False, True)
    assert ask(replace(regime, spared="everyone"), "none")[-1] == (False, False)


def test_metal_is_counted_by_shares_only_where_averages_ask_for_it() -> None:
    regime = Regime((row("a", 0.5, share="steel"),), content="shares")
    asked: dict[str, Any] = {"on": ON, "products": ("7210490091", "8708295160")}
    for more in ({}, {"content": "claimed"}):
        assert compile_rates(regime, "USA", ("CHN",), **asked, **more).added[:, 0].tolist() == [0.5, 0.5]
    counted = compile_rates(regime, "USA", ("CHN",), **asked, content="counted").added[:, 0].tolist()
    assert 0 < counted[1] < 0.5
    edition = edition_of("USA", ON, asked["products"])
    assert len(rule_table(regime, edition, ("CHN",), ON, None, {}).stacks) == 1
    assert len(rule_table(regime, edition, ("CHN",), ON, None, {}, counted=True).stacks) == 2


def test_the_day_of_knowledge_reaches_the_edges_of_measures() -> None:
    rest = row("rest", 0.1, yields_to=(Yields(to="other", known=date(2025, 4, 15)),))
    for known, added in ((None, 0.5), (date(2025, 4, 15), 0.5), (date(2025, 4, 14), 0.6)):
        assert compiled_of([row("other", 0.5), rest], ("CHN",), known=known).added[0, 0] == pytest.approx(added)


def test_a_table_is_split_and_its_base_uncut_unless_it_is_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    regime = Regime((row("a", 0.1), row("b", 0.2, programme="s232")))
    edition = edition_of("USA", ON, ("6109100012", "9503000073"))
    table = rule_table(regime, edition, ("CHN", "DEU"), ON, None, {})
    columns = base_columns(edition, ("CHN", "DEU"), {}, ON)
    found, plain = (
        expanded(table, *columns, None),
        compile_rates(regime, "USA", ("CHN", "DEU"), ON, products=edition.codes),
    )
    np.testing.assert_array_equal(found.base, plain.base)
    assert set(found.by_programme) == set(plain.by_programme) == set(expand(table, *columns)[1]) == {"s301", "s232"}
    monkeypatch.setattr(compiled, "cut_base", lambda base, *_: base * 0 + 0.125)
    np.testing.assert_array_equal(expanded(table, *columns, None).base, plain.base)
    for cut in (Cut(True, False), Cut(False, True), Cut(True, True)):
        for split, names in ((True, {"s301", "s232"}), (False, {""})):
            made = expanded(table, *columns, None, split, cut)
            assert set(made.base.ravel().tolist()) == {0.125}
            assert set(made.by_programme) == names
            np.testing.assert_allclose(sum(made.by_programme.values()), 0.3)
            np.testing.assert_allclose(made.added, 0.3)
